"""What happened in the organization, told to the rooms above when it is committed."""

from __future__ import annotations

from django.dispatch import Signal

# A unit was renamed, merged or split. Carries `predecessor`, `heir` (the unit that takes over the running
# work), `successors` (all, the heir first), `kind` (SuccessionKind), `on`, `actor`. Receivers run after the
# commit, outside its transaction but in its scope, and open a transaction of their own.
unit_succeeded = Signal()
