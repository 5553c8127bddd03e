"""Changing a committee's own rules and tables. Rows that were used are switched off, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _lazy

from tongxin.foundation.organization.setting import save_setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.proposals.models import (
        ProposalRules,
        RatingChoice,
        RejectReason,
        ReplyClass,
        Topic,
    )
    from tongxin.foundation.core.access import Actor

_NOT_YOURS = _lazy("只有本会管理员可以改提案设置。")


def save_rules(*, actor: Actor, rules: ProposalRules, changed: Iterable[str]) -> ProposalRules:
    """Set the limits of a committee. Deadlines that run keep the limit they were given.

    Raises:
        PermissionDenied: the actor does not administer this committee.
    """
    return save_setting(
        actor=actor, row=rules, changed=changed, action="proposals.save_rules", because=str(_NOT_YOURS)
    )


def save_row(
    *, actor: Actor, row: RejectReason | Topic | ReplyClass | RatingChoice, changed: Iterable[str]
) -> RejectReason | Topic | ReplyClass | RatingChoice:
    """Add or change one row of a committee's tables: reasons, topics, reply classes, answers of the rating form.

    Raises:
        PermissionDenied: the actor does not administer this committee.
        Refused: the committee has a row of that name already.
    """
    return save_setting(
        actor=actor, row=row, changed=changed, action="proposals.save_row", because=str(_NOT_YOURS)
    )
