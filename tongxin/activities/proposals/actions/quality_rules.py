"""The documents with rules for better proposals (提高提案质量的规范性文件): entered, corrected, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.activities.proposals.models import QualityRule
    from tongxin.foundation.core.access import Actor

KEEPERS = (Role.STAFF, Role.TENANT_ADMIN)
NOT_YOURS = _lazy("规范性文件由本会机关工作人员或管理员登记。")


@transaction.atomic
def save_quality_rule(*, actor: Actor, rule: QualityRule, changed: Iterable[str]) -> QualityRule:
    """Enter or correct a document, or write the day on which it ended.

    Args:
        rule: as the form filled it in.
        changed: the names of the fields that differ.

    Raises:
        PermissionDenied: the actor is neither staff nor administrator of this committee.
        Refused: the committee has a document of that name, or its days cannot be.
    """
    require(actor.has(*KEEPERS) and rule.committee_id == actor.committee_id, because=NOT_YOURS)
    ensure(bool(rule.title.strip()), because=_("请写文件名称。"))
    ensure(
        rule.issued_on <= clock.today(),
        because=_("「{title}」的印发日期还没有到，印发以后再登记。").format(title=rule.title),
    )
    ensure(
        rule.ended_on is None or rule.ended_on >= rule.issued_on,
        because=_("「{title}」的废止日期早于印发日期，请核对。").format(title=rule.title),
    )
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as twice:
        raise Refused(_("「{title}」已经登记过了。").format(title=rule.title)) from twice
    record(
        actor=actor,
        action="proposals.save_quality_rule",
        target=f"proposals.qualityrule:{rule.pk}",
        changed={name: str(getattr(rule, name)) for name in changed},
    )
    return rule


@transaction.atomic
def enter_quality_rules(*, actor: Actor, rules: Sequence[QualityRule]) -> list[QualityRule]:
    """Enter several documents at once, all of them or none.

    Raises:
        PermissionDenied: the actor is neither staff nor administrator of this committee.
        Refused: one of them cannot be entered; the sentence names it.
    """
    return [
        save_quality_rule(actor=actor, rule=rule, changed=("title", "number", "issued_on", "ended_on"))
        for rule in rules
    ]
