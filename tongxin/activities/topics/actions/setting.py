"""Changing a committee's own rules and tables. Rows that were used are switched off, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import Refused, require
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.topics.models import DeclineReason, TopicCategory, TopicRules
    from tongxin.foundation.core.access import Actor

_NOT_YOURS = _lazy("只有本会管理员可以改议题设置。")


@transaction.atomic
def save_rules(*, actor: Actor, rules: TopicRules, changed: Iterable[str]) -> TopicRules:
    """Set the limits of a committee. Deadlines that run keep the limit they were given.

    Raises:
        PermissionDenied: the actor does not administer this committee.
    """
    require(actor.has(Role.TENANT_ADMIN) and rules.committee_id == actor.committee_id, because=_NOT_YOURS)
    rules.save()
    record(
        actor=actor,
        action="topics.save_rules",
        target=f"rules:{rules.pk}",
        changed={name: str(getattr(rules, name)) for name in changed},
    )
    return rules


@transaction.atomic
def save_row(
    *, actor: Actor, row: TopicCategory | DeclineReason, changed: Iterable[str]
) -> TopicCategory | DeclineReason:
    """Add or change one row of a committee's tables: categories, reasons.

    Raises:
        PermissionDenied: the actor does not administer this committee.
        Refused: the committee has a row of that name already.
    """
    require(actor.has(Role.TENANT_ADMIN) and row.committee_id == actor.committee_id, because=_NOT_YOURS)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as twice:
        raise Refused(_("已经有同样名称的一行了，请换一个。")) from twice
    record(
        actor=actor,
        action="topics.save_row",
        target=f"{row._meta.label_lower}:{row.pk}",  # noqa: SLF001
        changed={name: str(getattr(row, name)) for name in changed},
    )
    return row
