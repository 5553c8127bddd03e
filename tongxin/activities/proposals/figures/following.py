"""What is followed: supervisions of key proposals, promises, look-backs; and the rules for better proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.figures.along import along, without
from tongxin.activities.proposals.models import LookBack, Promise, QualityRule, SupervisionEvent
from tongxin.foundation.core import clock
from tongxin.foundation.core.breakdowns import Breakdown, by_choice, by_month, by_year, named_by
from tongxin.foundation.core.figures import Column, Figure
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongxin.foundation.core.figures import Period


def supervisions(committee_id: int, period: Period) -> QuerySet[SupervisionEvent]:
    """Return the acts of supervising key proposals in a period."""
    return SupervisionEvent.objects.filter(committee_id=committee_id, **period.within("on"))


def _open_promises(committee_id: int, period: Period) -> QuerySet[Promise]:
    return Promise.objects.filter(committee_id=committee_id, **period.within("due_on")).unsettled()


def _kept_promises(committee_id: int, period: Period) -> QuerySet[Promise]:
    kept = Promise.State.KEPT
    return Promise.objects.filter(committee_id=committee_id, state=kept, **period.within("kept_on"))


def _look_backs(committee_id: int, period: Period) -> QuerySet[LookBack]:
    return LookBack.objects.filter(committee_id=committee_id, **period.within("on"))


def _quality_rules(committee_id: int, period: Period) -> QuerySet[QualityRule]:
    day = min(period.until or clock.today(), clock.today())
    standing = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    return QualityRule.objects.filter(standing, committee_id=committee_id, issued_on__lte=day)


def _key_url(row: SupervisionEvent) -> str:
    return reverse("proposals:key", args=[row.key.proposal_id])


def _proposal_url(row: Promise | LookBack) -> str:
    return reverse("proposals:detail", args=[row.proposal_id])


def _rule_url(row: QualityRule) -> str:
    # The list, which whoever looks at numbers may open; only who keeps the documents may open one.
    return f"{reverse('proposals:quality_rules')}#rule-{row.pk}"


SUPERVISION_SHOWN: dict[str, Any] = {
    "dated": _("督办日期"),
    "columns": (
        Column(_("日期"), "on"),
        Column(_("重点提案"), "key.proposal.matter.title", is_title=True),
        Column(_("方式"), "get_kind_display"),
        Column(_("地点"), "place"),
    ),
    "select": ("key__proposal__matter",),
    "row_url": _key_url,
}
SUPERVISION_BREAKDOWNS = along("key__proposal__", "on")
_WAY = by_choice("way", _("方式"), "kind", dict(SupervisionEvent.Kind.choices))
_PROMISED = (
    Column(_("承诺做什么"), "text", is_title=True),
    Column(_("单位"), "unit.name"),
    Column(_("提案"), "proposal.matter.title"),
    Column(_("何时完成"), "due_on"),
)


def _of_promises(day: str) -> tuple[Breakdown, ...]:
    # The unit is the one that promised, not all that answer the proposal.
    own = Breakdown("unit", _("承诺单位"), "unit", named_by(Unit))
    return (*without(along("proposal__", day), "unit"), own)


FOLLOWING = (
    Figure(
        "proposals.supervisions",
        _("重点提案督办"),
        _("次"),
        _("期内对重点提案的督办活动：现场督办、督办会议、走访承办单位，每次计一次。"),
        supervisions,
        breakdowns=(*SUPERVISION_BREAKDOWNS, _WAY),
        **SUPERVISION_SHOWN,
    ),
    Figure(
        "proposals.promises_open",
        _("待兑现承诺"),
        _("项"),
        _("承办单位答应在期内完成、到今天还没有核实兑现的事项，已经报兑现、等待核实的也计。"),
        _open_promises,
        dated=_("答应完成的日期"),
        columns=_PROMISED,
        select=("unit", "proposal__matter"),
        row_url=_proposal_url,
        breakdowns=_of_promises("due_on"),
        is_standing=True,
    ),
    Figure(
        "proposals.promises_kept",
        _("已兑现承诺"),
        _("项"),
        _("期内核实为已经兑现的、承办单位答应的事项。"),
        _kept_promises,
        dated=_("核实兑现的日期"),
        columns=(*_PROMISED, Column(_("兑现"), "kept_on")),
        select=("unit", "proposal__matter"),
        row_url=_proposal_url,
        breakdowns=_of_promises("kept_on"),
    ),
    Figure(
        "proposals.look_backs",
        _("提案回头看"),
        _("次"),
        _("期内对已经办结的提案的回头看，每次计一次。"),
        _look_backs,
        dated=_("回头看的日期"),
        columns=(
            Column(_("日期"), "on"),
            Column(_("案由"), "proposal.matter.title", is_title=True),
            Column(_("结论"), "get_finding_display"),
        ),
        select=("proposal__matter",),
        row_url=_proposal_url,
        breakdowns=(
            *along("proposal__", "on"),
            by_choice("finding", _("结论"), "finding", dict(LookBack.Finding.choices)),
        ),
    ),
    Figure(
        "proposals.quality_rules",
        _("提高提案质量的规范性文件"),
        _("个"),
        _("期末（期末还没有到的，按今天）仍然有效的、提高提案质量的规范性文件。"),
        _quality_rules,
        dated=_("期末"),
        columns=(
            Column(_("名称"), "title", is_title=True),
            Column(_("文号"), "number"),
            Column(_("印发日期"), "issued_on"),
        ),
        row_url=_rule_url,
        breakdowns=(by_month("issued_on"), by_year("issued_on")),
        is_standing=True,
    ),
)
