"""What proposers say of the answers: the forms, and how many of them are satisfied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.enums import Satisfaction
from tongxin.activities.proposals.figures.along import along, without
from tongxin.activities.proposals.figures.rows import filed
from tongxin.activities.proposals.models import Rating
from tongxin.foundation.core.breakdowns import Breakdown, by_choice, named_by
from tongxin.foundation.core.figures import EVER, Column, Figure
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from tongxin.foundation.core.figures import Period

_PROPOSAL = "reply__assignment__proposal"


def ratings(committee_id: int, period: Period) -> QuerySet[Rating]:
    """Return the forms of a period, about answers to what counts as filed."""
    return Rating.objects.filter(
        committee_id=committee_id,
        reply__assignment__proposal__in=filed(committee_id, EVER).values("pk"),
        **period.within("on"),
    )


def _satisfied(axis: str) -> Callable[[int, Period], QuerySet[Rating]]:
    return lambda committee_id, period: ratings(committee_id, period).filter(
        Q((axis, Satisfaction.SATISFIED))
    )


def _url(row: Rating) -> str:
    return reverse("proposals:detail", args=[row.reply.assignment.proposal_id])


_BREAKDOWNS = (
    *without(along(f"{_PROPOSAL}__", "on"), "unit"),
    # A form is about one unit's answer, not about those of all that answer the proposal.
    Breakdown("unit", _("答复单位"), "reply__assignment__unit", named_by(Unit)),
    by_choice("result", _("对办理结果"), "result", dict(Satisfaction.choices)),
    by_choice("attitude", _("对办理工作"), "attitude", dict(Satisfaction.choices)),
)
_SHOWN: dict[str, Any] = {
    "dated": _("反馈日期"),
    "columns": (
        Column(_("编号"), "reply.assignment.proposal.matter.code"),
        Column(_("案由"), "reply.assignment.proposal.matter.title", is_title=True),
        Column(_("答复单位"), "reply.assignment.unit.name"),
        Column(_("对办理工作"), "attitude_words"),
        Column(_("对办理结果"), "result_words"),
        Column(_("反馈日期"), "on"),
    ),
    "select": (
        f"{_PROPOSAL}__matter",
        "reply__assignment__unit",
        "attitude_choice",
        "result_choice",
    ),
    "row_url": _url,
    "breakdowns": _BREAKDOWNS,
}
RATINGS = (
    Figure(
        "proposals.ratings",
        _("委员反馈"),
        _("份"),
        _("期内收到的、对立案提案的答复的反馈，每个单位的答复各算一份。"),
        ratings,
        **_SHOWN,
    ),
    Figure(
        "proposals.satisfied_rate",
        _("委员满意率"),
        "%",
        _("期内收到的反馈里，对办理结果满意的占多少。基本满意的不算满意。"),
        _satisfied("result"),
        out_of=ratings,
        **_SHOWN,
    ),
    Figure(
        "proposals.satisfied_rate.attitude",
        _("委员对办理工作的满意率"),
        "%",
        _("期内收到的反馈里，对办理工作（态度）满意的占多少。基本满意的不算满意。"),
        _satisfied("attitude"),
        out_of=ratings,
        **_SHOWN,
    ),
)
