"""Shares of proposals: answered, in time, solved; and of the members how many took part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.figures.along import along, without
from tongxin.activities.proposals.figures.counts import taking_part
from tongxin.activities.proposals.figures.rows import (
    COLUMNS,
    SELECT,
    answered_and,
    filed,
    filed_and,
    narrowed,
    proposal_url,
)
from tongxin.foundation.core.figures import Column, Figure
from tongxin.foundation.organization.models import Member, Membership

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongxin.foundation.core.figures import Period

_PERCENT = "%"
# The class of replies that say: solved, or adopted.
_SOLVED = "A"
_LIVELIHOOD = Q(is_livelihood=True)
_BY_FILING = along(day="counted_on")
_BY_ANSWER = along(day="replied_on")
_SHOWN: dict[str, Any] = {"columns": COLUMNS, "select": SELECT, "row_url": proposal_url}


def _sitting(committee_id: int, period: Period) -> QuerySet[Member]:
    """Return the members of the terms that ran in a period, and whoever took part without being on a list.

    The list of a term long past may be incomplete; what was done in it counts all the same.
    """
    places = Membership.objects.filter(member=OuterRef("pk"))
    if period.since:
        places = places.filter(term__ends_on__gte=period.since)
    if period.until:
        places = places.filter(term__starts_on__lte=period.until)
    asked = Member.objects.filter(committee_id=committee_id)
    return asked.filter(Q(Exists(places)) | _took_part(committee_id, period))


def _taking_part(committee_id: int, period: Period) -> QuerySet[Member]:
    return Member.objects.filter(_took_part(committee_id, period), committee_id=committee_id)


def _took_part(committee_id: int, period: Period) -> Q:
    return Q(pk__in=taking_part(committee_id, period).order_by().values("member"))


def _member_url(row: Member) -> str:
    return reverse("organization:member", args=[row.pk])


SHARES = (
    Figure(
        "proposals.reply_rate",
        _("提案办复率"),
        _PERCENT,
        _("期内立案的提案里，到今天已经正式答复的占多少。"),
        filed_and("replied"),
        dated=_("立案日期"),
        out_of=filed,
        breakdowns=_BY_FILING,
        **_SHOWN,
    ),
    Figure(
        "proposals.reply_rate.livelihood",
        _("民生类提案办复率"),
        _PERCENT,
        _("期内立案的、标为民生的提案里，到今天已经正式答复的占多少。"),
        narrowed(filed_and("replied"), _LIVELIHOOD),
        dated=_("立案日期"),
        out_of=narrowed(filed, _LIVELIHOOD),
        breakdowns=_BY_FILING,
        **_SHOWN,
    ),
    Figure(
        "proposals.on_time_rate",
        _("按期答复率"),
        _PERCENT,
        _(
            "期内已答复的提案里，每个答复单位都在期限内答复的占多少。经批准延期的，按新期限算；"
            "从表格导入、没有记期限的，按交办日期加本会的答复期限算。"
        ),
        answered_and("on_time"),
        dated=_("答复日期"),
        out_of=answered_and("replied"),
        breakdowns=_BY_ANSWER,
        **_SHOWN,
    ),
    Figure(
        "proposals.class_a_rate",
        _("A类答复占比"),
        _PERCENT,
        _("期内已答复的提案里，办理结果是A类（已经解决或采纳）的占多少。"),
        narrowed(answered_and("replied"), Q(reply_class__code=_SOLVED)),
        dated=_("答复日期"),
        out_of=answered_and("replied"),
        breakdowns=without(_BY_ANSWER, "reply_class"),
        **_SHOWN,
    ),
    Figure(
        "proposals.taking_part_rate",
        _("委员参与提案比例"),
        _PERCENT,
        _("期内各届委员里，第一提案人和联名人占多少。不在当届名单、但参与了提案的，两边都计。"),
        _taking_part,
        dated=_("提交日期"),
        out_of=_sitting,
        columns=(
            Column(_("姓名"), "name", is_title=True),
            Column(_("委员编号"), "number"),
            Column(_("工作单位及职务"), "work_unit_and_title"),
        ),
        row_url=_member_url,
    ),
)
