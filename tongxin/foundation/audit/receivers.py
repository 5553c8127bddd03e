"""What happens to accounts is written down: by whom, to whom, and never a phone number or a password.

A person's own acts go into the installation's chain, for they belong to no committee; what an administrator
does to an account goes into the chain of the administrator's committee.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from tongxin.foundation.accounts import signals
from tongxin.foundation.audit.actions import record
from tongxin.foundation.audit.anchors import anchor_heads
from tongxin.foundation.core.access import NOBODY, Actor
from tongxin.foundation.core.signals import keeping_safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.dispatch import Signal

    from tongxin.foundation.accounts.models import User

_BY_THE_PERSON: tuple[tuple[Signal, str, tuple[str, ...]], ...] = (
    (signals.signed_in, "accounts.sign_in", ("second_factor",)),
    (signals.signed_out, "accounts.sign_out", ()),
    (signals.password_changed, "accounts.change_password", ()),
    (signals.phone_changed, "accounts.change_phone", ()),
    (signals.second_factor_added, "accounts.add_second_factor", ("kind",)),
    (signals.second_factor_removed, "accounts.remove_second_factor", ("kind",)),
    (signals.recovery_codes_made, "accounts.make_recovery_codes", ()),
    (signals.sessions_ended, "accounts.end_sessions", ("count",)),
    (signals.own_data_exported, "accounts.export_own_data", ()),
    (signals.correction_requested, "accounts.ask_for_correction", ()),
)
_BY_AN_ADMINISTRATOR: tuple[tuple[Signal, str, tuple[str, ...]], ...] = (
    (signals.user_made, "accounts.make_user", ()),
    (signals.password_reset, "accounts.reset_password", ()),
    (signals.second_factors_cleared, "accounts.clear_second_factors", ()),
    (signals.user_deactivated, "accounts.deactivate_user", ()),
    (signals.user_reactivated, "accounts.reactivate_user", ()),
    (signals.phone_revealed, "accounts.reveal_phone", ("reason",)),
    (signals.correction_settled, "accounts.settle_correction", ("accepted",)),
)


@receiver(keeping_safe, dispatch_uid="audit anchors")
def anchor(**told: Any) -> None:  # noqa: ANN401
    """Write the ends of all chains to the file outside the database."""
    anchor_heads()


def connect() -> None:
    """Listen to the accounts room."""
    for signal, action, kept in (*_BY_THE_PERSON, *_BY_AN_ADMINISTRATOR):
        signal.connect(_writer(action, kept), weak=False, dispatch_uid=f"audit {action}")


def _writer(action: str, kept: tuple[str, ...]) -> Callable[..., None]:
    def write(user: User, actor: Actor | None = None, **told: Any) -> None:  # noqa: ANN401 (a signal's words)
        record(
            actor=actor or Actor(user_id=user.pk, name=user.name),
            action=action,
            target=_target(user),
            **{word: told[word] for word in kept},
        )

    return write


@receiver(signals.sign_in_failed, dispatch_uid="audit accounts.fail_sign_in")
def write_failed_sign_in(user: User | None, reason: str, **told: Any) -> None:  # noqa: ANN401
    """Keep that somebody tried, not what they typed: it may be a number, or a password in the wrong field."""
    record(actor=NOBODY, action="accounts.fail_sign_in", target=_target(user) if user else "", reason=reason)


def _target(user: User) -> str:
    return f"accounts.user:{user.pk}"
