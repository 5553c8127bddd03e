"""Changing a committee's own rules and tables. Rows that were used are switched off, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _lazy

from tongxin.foundation.organization.setting import save_setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.topics.models import DeclineReason, TopicCategory, TopicRules
    from tongxin.foundation.core.access import Actor

_NOT_YOURS = _lazy("只有本会管理员可以改议题设置。")


def save_rules(*, actor: Actor, rules: TopicRules, changed: Iterable[str]) -> TopicRules:
    """Set the limits of a committee. Deadlines that run keep the limit they were given.

    Raises:
        PermissionDenied: the actor does not administer this committee.
    """
    return save_setting(
        actor=actor, row=rules, changed=changed, action="topics.save_rules", because=str(_NOT_YOURS)
    )


def save_row(
    *, actor: Actor, row: TopicCategory | DeclineReason, changed: Iterable[str]
) -> TopicCategory | DeclineReason:
    """Add or change one row of a committee's tables: categories, reasons.

    Raises:
        PermissionDenied: the actor does not administer this committee.
        Refused: the committee has a row of that name already.
    """
    return save_setting(
        actor=actor, row=row, changed=changed, action="topics.save_row", because=str(_NOT_YOURS)
    )
