"""How many proposals: handed in, filed, answered, waiting, singled out; and who took part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.enums import ProposalKind
from tongxin.activities.proposals.figures.along import along, without
from tongxin.activities.proposals.figures.rows import (
    COLUMNS,
    SELECT,
    answered_and,
    day_of,
    filed,
    filed_and,
    instants,
    narrowed,
    proposal_url,
    received,
    received_and,
)
from tongxin.activities.proposals.reports.conditions import BY_MEMBERS
from tongxin.capabilities.matters.models import Kind, Participation
from tongxin.foundation.core.figures import Column, Figure, Period
from tongxin.foundation.organization.enums import BodyKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongxin.foundation.organization.models import Member

COLLECTIVE = ~Q(kind__in=BY_MEMBERS)
# The organization knows no kind for persons without a party; bodies that stand for them say so in their names.
OF_PARTIES = Q(body__kind__in=(BodyKind.PARTY, BodyKind.FIC)) | Q(body__name__contains="无党派")
_BY_RECEIPT = along(day="received_on")
_BY_FILING = along(day="counted_on")
_BY_ANSWER = along(day="replied_on")
_SUBMITTED, _FILED, _ANSWERED = _("提交日期"), _("立案日期"), _("答复日期")
_SHOWN: dict[str, Any] = {"columns": COLUMNS, "select": SELECT, "row_url": proposal_url}
_SEVERAL = _("同一位委员在几个部分都提了提案的，各部分各计一名，总数只计一名，所以相加会多于总数。")


def taking_part(committee_id: int, period: Period) -> QuerySet[Participation]:
    """Return who proposed or co-signed what was handed in during a period, once for each proposal.

    Whoever signs for a body does not take part by that: the body does.
    """
    return Participation.objects.filter(
        instants(period, "matter__proposal__submitted_at"),
        committee_id=committee_id,
        matter__kind=Kind.PROPOSAL,
        matter__proposal__submitted_at__isnull=False,
        member__isnull=False,
    ).annotate(received_on=day_of("matter__proposal__submitted_at"))


def _member_url(row: Member) -> str:
    return reverse("organization:member", args=[row.pk])


COUNTS = (
    Figure(
        "proposals.received",
        _("收到提案"),
        _("件"),
        _("期内提交的提案，后来没有立案、撤案或者并案的也计。草稿不计。"),
        received,
        dated=_SUBMITTED,
        breakdowns=_BY_RECEIPT,
        **_SHOWN,
    ),
    Figure(
        "proposals.filed",
        _("立案提案"),
        _("件"),
        _(
            "期内审查立案的提案。并案的按本会设置计；本会计入、但并案时自己还没有立案的，"
            "按并入的那件提案的立案日期算，那件也还没有立案的，按提交日期算。"
        ),
        filed,
        dated=_FILED,
        breakdowns=_BY_FILING,
        **_SHOWN,
    ),
    Figure(
        "proposals.collective",
        _("集体提案"),
        _("件"),
        _("期内立案的党派、团体、界别、小组和专委会提案。"),
        narrowed(filed, COLLECTIVE),
        dated=_FILED,
        breakdowns=_BY_FILING,
        **_SHOWN,
    ),
    Figure(
        "proposals.joint",
        _("联名提案"),
        _("件"),
        _("期内立案的、两名以上委员联名的提案。"),
        narrowed(filed, Q(kind=ProposalKind.JOINT)),
        dated=_FILED,
        breakdowns=without(_BY_FILING, "kind"),
        **_SHOWN,
    ),
    Figure(
        "proposals.party_proposals",
        _("各民主党派、工商联和无党派人士提案"),
        _("件"),
        _(
            "期内以民主党派、工商联名义提交的提案，加上以名称里有“无党派”的提案单位名义提交的提案。"
            "党派成员以委员个人名义提的不计。"
        ),
        narrowed(received, OF_PARTIES),
        dated=_SUBMITTED,
        breakdowns=_BY_RECEIPT,
        **_SHOWN,
    ),
    Figure(
        "proposals.key",
        _("重点提案"),
        _("件"),
        _("期内提交、后来确定为重点提案的。"),
        received_and("key"),
        dated=_SUBMITTED,
        breakdowns=_BY_RECEIPT,
        **_SHOWN,
    ),
    Figure(
        "proposals.outstanding",
        _("优秀提案"),
        _("件"),
        _("期内提交、后来评为优秀提案的。"),
        received_and("outstanding"),
        dated=_SUBMITTED,
        breakdowns=_BY_RECEIPT,
        **_SHOWN,
    ),
    Figure(
        "proposals.replied",
        _("已答复提案"),
        _("件"),
        _("期内正式答复提案者的立案提案，几个单位分别答复的到最后一个单位答复才计。正在重新办理的不计。"),
        answered_and("replied"),
        dated=_ANSWERED,
        breakdowns=_BY_ANSWER,
        **_SHOWN,
    ),
    Figure(
        "proposals.in_hand",
        _("在办提案"),
        _("件"),
        _("期内立案、到今天还没有正式答复的提案，正在重新办理的也计。"),
        filed_and("open"),
        dated=_FILED,
        breakdowns=_BY_FILING,
        is_standing=True,
        **_SHOWN,
    ),
    Figure(
        "proposals.overdue",
        _("逾期未答复提案"),
        _("件"),
        _("期内立案、还没有正式答复，而且今天已经过了答复期限的提案。经批准延期的，按新期限算。"),
        filed_and("overdue"),
        dated=_FILED,
        breakdowns=_BY_FILING,
        is_standing=True,
        **_SHOWN,
    ),
    Figure(
        "proposals.members_taking_part",
        _("参与提案的委员"),
        _("名"),
        _("期内提交的提案的第一提案人和联名人，一人参与几件也计一名。代集体提案签名的不计。"),
        taking_part,
        dated=_SUBMITTED,
        distinct="member",
        columns=(
            Column(_("姓名"), "name", is_title=True),
            Column(_("委员编号"), "number"),
            Column(_("工作单位及职务"), "work_unit_and_title"),
        ),
        row_url=_member_url,
        breakdowns=along("matter__proposal__", "received_on", why_not=_SEVERAL),
    ),
)
