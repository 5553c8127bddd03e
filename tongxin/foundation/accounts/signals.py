"""What happened to an account, told to the rooms above.

Sent inside the transaction of the change and not after it: the audit log must hold what was done, and what
cannot be logged must not be done.
"""

from __future__ import annotations

from django.dispatch import Signal

# Every one carries `user`. Those with `actor` were done by an administrator.
signed_in = Signal()  # second_factor: bool
sign_in_failed = Signal()  # user: User | None, reason: "password" | "second_factor"
signed_out = Signal()
password_changed = Signal()
phone_changed = Signal()
second_factor_added = Signal()  # kind: str
second_factor_removed = Signal()  # kind: str
recovery_codes_made = Signal()
sessions_ended = Signal()  # count: int
own_data_exported = Signal()
correction_requested = Signal()
correction_settled = Signal()  # actor, accepted: bool
user_made = Signal()  # actor
password_reset = Signal()  # actor
second_factors_cleared = Signal()  # actor
user_deactivated = Signal()  # actor
user_reactivated = Signal()  # actor
phone_revealed = Signal()  # actor, reason: str
