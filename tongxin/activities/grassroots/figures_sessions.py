"""Numbers of deliberation sessions: how many, who came, what was suggested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.enums import Presence, Side
from tongxin.activities.grassroots.models import Attendee, DeliberationSession, Suggestion, VenueKind
from tongxin.foundation.core.breakdowns import Breakdown, by_choice, by_month, by_year, named_by
from tongxin.foundation.core.figures import Column, Figure, Period
from tongxin.foundation.organization.breakdowns import by_place, by_sector, by_special_committee, by_station
from tongxin.foundation.organization.enums import HostKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

_HELD = _("举行的日期")


def held_sessions(committee_id: int, period: Period) -> QuerySet[DeliberationSession]:
    """Return the sessions that took place in a period; each counts once, however many bodies held it."""
    return DeliberationSession.objects.filter(committee_id=committee_id, **period.within("held_on")).held()


def member_attendances(committee_id: int, period: Period) -> QuerySet[Attendee]:
    """Return who came as a member of a committee, once for each session (人次)."""
    return Attendee.objects.filter(
        committee_id=committee_id,
        side=Side.MEMBER,
        presence=Presence.PRESENT,
        session__held_on__isnull=False,
        **period.within("session__held_on"),
    )


def suggestions(committee_id: int, period: Period) -> QuerySet[Suggestion]:
    """Return the suggestions of sessions that took place in a period."""
    return Suggestion.objects.filter(
        committee_id=committee_id, session__held_on__isnull=False, **period.within("session__held_on")
    )


def _session_url(row: Attendee | Suggestion) -> str:
    return reverse("grassroots:session", args=[row.session_id])


def _breakdowns(session: str) -> tuple[Breakdown, ...]:
    """Return along what everything may be divided that belongs to a session; ``session__`` leads to it."""
    day, node = f"{session}held_on", f"{session}node"
    return (
        by_month(day),
        by_year(day),
        by_place(f"{node}__place"),
        by_station(node),
        Breakdown(
            "venue",
            _("场所类型"),
            f"{session}venue_kind",
            labels=named_by(VenueKind),
            missing=_("没有写场所的"),
        ),
        by_choice("host", _("召集网点设在"), f"{node}__host", dict(HostKind.choices)),
    )


FIGURES = (
    Figure(
        "grassroots.sessions",
        _("协商议事活动"),
        _("场次"),
        _("期内实际举行的协商议事活动，几个单位合办的计一场。"),
        held_sessions,
        dated=_HELD,
        columns=(
            Column(_("商量什么"), "matter.title", is_title=True),
            Column(_("召集网点"), "node.name"),
            Column(_("场所"), "venue_kind.name"),
            Column(_("举行日期"), "held_on"),
        ),
        select=("matter", "node", "venue_kind"),
        row_url=lambda session: reverse("grassroots:session", args=[session.pk]),
        breakdowns=_breakdowns(""),
        page="grassroots:sessions",
        params={"counted": "1"},
    ),
    Figure(
        "grassroots.member_attendances",
        _("委员参加协商"),
        _("人次"),
        _("期内到会的政协委员，每人每场计一次。"),
        member_attendances,
        dated=_HELD,
        columns=(
            Column(_("委员"), "name", is_title=True),
            Column(_("单位职务"), "post"),
            Column(_("参加的协商"), "session.matter.title"),
            Column(_("举行日期"), "session.held_on"),
        ),
        select=("session__matter",),
        row_url=_session_url,
        breakdowns=(
            *_breakdowns("session__"),
            by_sector("", member="member_id", on="session__held_on", missing=_("上一级委员和没有编入界别的")),
            by_special_committee("member", on="session__held_on"),
        ),
        page="grassroots:attendances",
    ),
    Figure(
        "grassroots.suggestions",
        _("意见建议"),
        _("条"),
        _("期内举行的协商活动提出并记录的意见建议。"),
        suggestions,
        dated=_HELD,
        columns=(
            Column(_("意见建议"), "text", is_title=True),
            Column(_("在哪场协商提出"), "session.matter.title"),
            Column(_("网点"), "session.node.name"),
            Column(_("举行日期"), "session.held_on"),
        ),
        select=("session__matter", "session__node"),
        row_url=_session_url,
        breakdowns=_breakdowns("session__"),
        page="grassroots:suggestions",
    ),
)
