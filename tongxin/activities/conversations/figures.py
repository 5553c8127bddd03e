"""The numbers that this room can answer. Rows are conversations, statements, uses and members; never voices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.activities.conversations.models import Conversation, Statement, StatementUse
from tongxin.capabilities.matters.models import Kind, Participation
from tongxin.capabilities.matters.pages import page_of
from tongxin.foundation.core.breakdowns import Breakdown, by_choice, by_month, by_year
from tongxin.foundation.core.figures import (
    Area,
    Column,
    Drawing,
    Figure,
    Period,
    register_areas,
    register_figures,
)
from tongxin.foundation.organization.breakdowns import by_sector

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Fewer voices or answers than this in one part could single out whose they are.
_TOO_FEW = 10
_ORIGINS = {"office": _("发起方和委员"), "participants": _("参加的人")}
_OPENED, _CLOSED = _("开始的日期"), _("结束的日期")


def begun(committee_id: int, period: Period) -> QuerySet[Conversation]:
    """Return the conversations that were opened in a period; what is drawn up has no number yet."""
    return Conversation.objects.filter(
        committee_id=committee_id, matter__code__isnull=False, **period.within("matter__opened_on")
    )


def closed(committee_id: int, period: Period) -> QuerySet[Conversation]:
    """Return the conversations that ended in a period, apart from those that were stopped."""
    return Conversation.objects.filter(
        committee_id=committee_id,
        matter__state=ConversationState.CLOSED,
        **period.within("matter__closed_on"),
    )


def _counted(committee_id: int, period: Period) -> QuerySet[Conversation]:
    return begun(committee_id, period).filter(map__voices__gt=0)


def _statements(committee_id: int, period: Period) -> QuerySet[Statement]:
    return Statement.objects.filter(
        committee_id=committee_id,
        number__isnull=False,
        conversation__matter__code__isnull=False,
        **period.within("conversation__matter__opened_on"),
    )


def _uses(committee_id: int, period: Period) -> QuerySet[StatementUse]:
    return StatementUse.objects.filter(committee_id=committee_id, **period.within("on"))


def _member_times(committee_id: int, period: Period) -> QuerySet[Participation]:
    return Participation.objects.filter(
        committee_id=committee_id,
        matter__kind=Kind.CONVERSATION,
        role=Participation.Role.PRESENT,
        member__isnull=False,
        **period.within("on"),
    )


def _url(row: Conversation) -> str:
    return reverse("conversations:detail", args=[row.pk])


_BY_STATE = by_choice("state", _("办到哪一步"), "matter__state", dict(ConversationState.choices))
_BY_CIRCLE = by_choice("circle", _("谁可以参加"), "circle", dict(Circle.choices))
_BY_ORIGIN = Breakdown(
    "origin",
    _("谁提的看法"),
    Case(When(by_name="", then=Value("participants")), default=Value("office"), output_field=CharField()),
    labels=lambda _committee_id, _values: _ORIGINS,
)
_CONVERSATION: dict[str, Any] = {
    "columns": (
        Column(_("对话"), "matter.title", is_title=True),
        Column(_("编号"), "matter.code"),
        Column(_("谁可以参加"), "get_circle_display"),
        Column(_("开始日期"), "matter.opened_on"),
        Column(_("结束日期"), "matter.closed_on"),
    ),
    "select": ("matter",),
    "row_url": _url,
}


def _voiced(column: Column) -> dict[str, Any]:
    """Return how conversations are shown with a number of their map."""
    return {
        **_CONVERSATION,
        "columns": (*_CONVERSATION["columns"], column),
        "select": ("matter", "map"),
        "dated": _OPENED,
        "breakdowns": (by_month("matter__opened_on"), by_year("matter__opened_on"), _BY_CIRCLE, _BY_STATE),
        "suppressed_below": _TOO_FEW,
    }


FIGURES = (
    Figure(
        "conversations.begun",
        _("网络议政对话"),
        _("场"),
        _("期内开始的网络议政对话，还在准备的不计，开始以后停止的也计。"),
        begun,
        dated=_OPENED,
        breakdowns=(by_month("matter__opened_on"), by_year("matter__opened_on"), _BY_CIRCLE, _BY_STATE),
        **_CONVERSATION,
    ),
    Figure(
        "conversations.closed",
        _("结束的对话"),
        _("场"),
        _("期内结束、有了最后结果的网络议政对话，中途停止的不计。"),
        closed,
        dated=_CLOSED,
        breakdowns=(by_month("matter__closed_on"), by_year("matter__closed_on"), _BY_CIRCLE),
        **_CONVERSATION,
    ),
    Figure(
        "conversations.voices",
        _("参加网络议政"),
        _("人份"),
        _(
            "期内开始的对话里表过态的份数，委员一人一份，群众一台设备一份；一个人换设备会多计，几个人合用会少计。"
        ),
        _counted,
        summed="map__voices",
        **_voiced(Column(_("人份"), "map.voices")),
    ),
    Figure(
        "conversations.answers",
        _("表态"),
        _("条次"),
        _("期内开始的对话里对看法的表态，赞成、不赞成、不好说都计，同一份对同一条看法只计最后一次。"),
        _counted,
        summed="map__votes",
        **_voiced(Column(_("条次"), "map.votes")),
    ),
    Figure(
        "conversations.statements",
        _("公布的看法"),
        _("条"),
        _("期内开始的对话里公布过、能表态的看法，后来撤下的也计，没有公布和并入相近看法的不计。"),
        _statements,
        dated=_OPENED,
        columns=(
            Column(_("看法"), "text", is_title=True),
            Column(_("谁提的看法"), "origin"),
            Column(_("对话"), "conversation.matter.title"),
        ),
        select=("conversation__matter",),
        row_url=lambda row: reverse("conversations:detail", args=[row.conversation_id]),
        breakdowns=(
            by_month("conversation__matter__opened_on"),
            by_year("conversation__matter__opened_on"),
            _BY_ORIGIN,
        ),
    ),
    Figure(
        "conversations.uses",
        _("用到工作中的看法"),
        _("条次"),
        _("期内从结束的对话里转为议题、放进协商议事、写进提案的看法，用到几处计几次。"),
        _uses,
        dated=_("用到工作中的日期"),
        columns=(
            Column(_("看法"), "statement.text", is_title=True),
            Column(_("用到哪里"), "matter.get_kind_display"),
            Column(_("当时的结果"), "standing"),
            Column(_("日期"), "on"),
        ),
        select=("statement", "matter"),
        row_url=lambda use: page_of(use.matter.kind, use.matter_id),
        breakdowns=(
            by_month("on"),
            by_year("on"),
            by_choice("kind", _("用到哪里"), "matter__kind", dict(Kind.choices)),
        ),
    ),
    Figure(
        "conversations.member_times",
        _("委员参加网络议政"),
        _("人次"),
        _("期内结束的对话里表过态的委员，一场对话一位委员计一次；只计参加，不记怎么表态。"),
        _member_times,
        dated=_CLOSED,
        columns=(
            Column(_("委员"), "member.name", is_title=True),
            Column(_("对话"), "matter.title"),
            Column(_("日期"), "on"),
        ),
        select=("member", "matter"),
        row_url=lambda row: reverse("conversations:detail", args=[row.matter_id]),
        breakdowns=(by_month("on"), by_year("on"), by_sector("", member="member_id", on="on")),
    ),
)
_DONE = (
    "conversations.begun",
    "conversations.voices",
    "conversations.answers",
    "conversations.statements",
    "conversations.uses",
    "conversations.member_times",
)
AREA = Area(
    "conversations",
    _("网络议政"),
    done=_DONE,
    drawings=(
        Drawing("conversations.begun", "month", "columns"),
        Drawing("conversations.voices", "circle", "bars"),
        Drawing("conversations.statements", "origin", "ring"),
        Drawing("conversations.uses", "kind", "bars"),
    ),
    table_by="month",
    table=("conversations.begun", "conversations.voices", "conversations.statements", "conversations.uses"),
    order=35,
)


def register() -> None:
    """Make the figures of this room known."""
    register_figures(*FIGURES)
    register_areas(AREA)
