"""What happened in the organization, told to the rooms above when it is committed."""

from __future__ import annotations

from django.dispatch import Signal

# A unit was renamed, merged or split. Carries `predecessor`, `heir` (the unit that takes over the running
# work), `successors` (all, the heir first), `kind` (SuccessionKind), `on`, `actor`. Sent after the commit, in
# a transaction of its own and in the scope of the unit's committee.
unit_succeeded = Signal()
