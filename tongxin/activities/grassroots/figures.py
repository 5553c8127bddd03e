"""The numbers that this room can answer, and the rows behind each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.enums import Presence, Side
from tongxin.activities.grassroots.models import (
    AppraisalScheme,
    Attendee,
    DeliberationSession,
    Problem,
    Secondment,
    Suggestion,
)
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import Figure, Period, register_figures
from tongxin.foundation.organization.enums import HostKind, NodeKind
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


def _there(committee_id: int, period: Period) -> QuerySet[Node]:
    """Return the nodes that are there at the end of the period."""
    day = min(period.until or clock.today(), clock.today())
    return Node.objects.filter(committee_id=committee_id).open_on(day)


def _nodes(kind: str) -> Callable[[int, Period], QuerySet[Node]]:
    return lambda committee_id, period: _there(committee_id, period).filter(kind=kind)


def _hosted(*hosts: str) -> Callable[[int, Period], QuerySet[Node]]:
    kinds = (NodeKind.COUNCIL, NodeKind.ROOM)
    return lambda committee_id, period: _there(committee_id, period).filter(
        kind__in=kinds, host__in=hosts, place__isnull=False
    )


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


def solved_problems(committee_id: int, period: Period) -> QuerySet[Problem]:
    """Return the problems that were solved in a period and stayed so."""
    return Problem.objects.filter(committee_id=committee_id, **period.within("solved_on")).solved()


def seconded(committee_id: int, period: Period) -> QuerySet[Secondment]:
    """Return the secondments that held at some time in a period; without one, those that hold today."""
    found = Secondment.objects.filter(committee_id=committee_id)
    since = period.since or clock.today()
    until = period.until or clock.today()
    return found.filter(Q(until__isnull=True) | Q(until__gte=since), since__lte=until)


def _schemes(committee_id: int, period: Period) -> QuerySet[AppraisalScheme]:
    years = {f"year__{end}": day.year for end, day in (("gte", period.since), ("lte", period.until)) if day}
    return AppraisalScheme.objects.filter(committee_id=committee_id, **years)


_NODES = "grassroots:nodes"
FIGURES = (
    Figure(
        "grassroots.stations",
        _("委员工作站"),
        _("个"),
        _("期末在用的委员工作站，每站计一次。"),
        _nodes(NodeKind.STATION),
        page=_NODES,
        params={"kind": NodeKind.STATION},
    ),
    Figure(
        "grassroots.councils",
        _("协商议事会"),
        _("个"),
        _("期末在用的协商议事会，每会计一次。"),
        _nodes(NodeKind.COUNCIL),
        page=_NODES,
        params={"kind": NodeKind.COUNCIL},
    ),
    Figure(
        "grassroots.rooms",
        _("协商议事室"),
        _("个"),
        _("期末在用的协商议事室，每室计一次。"),
        _nodes(NodeKind.ROOM),
        page=_NODES,
        params={"kind": NodeKind.ROOM},
    ),
    Figure(
        "grassroots.townships",
        _("设有议事会、议事室的乡镇街道"),
        _("个"),
        _("期末有本级议事会或者议事室在用的乡镇、街道，按地名计一次。"),
        _hosted(HostKind.TOWNSHIP, HostKind.STREET),
        distinct="place",
        page=_NODES,
        params={"hosted": "township"},
    ),
    Figure(
        "grassroots.villages",
        _("设有议事会、议事室的村"),
        _("个"),
        _("期末有议事会或者议事室在用的村，按地名计一次。"),
        _hosted(HostKind.VILLAGE),
        distinct="place",
        page=_NODES,
        params={"hosted": "village"},
    ),
    Figure(
        "grassroots.communities",
        _("设有议事会、议事室的社区"),
        _("个"),
        _("期末有议事会或者议事室在用的社区，按地名计一次。"),
        _hosted(HostKind.COMMUNITY),
        distinct="place",
        page=_NODES,
        params={"hosted": "community"},
    ),
    Figure(
        "grassroots.seconded_members",
        _("下沉委员"),
        _("名"),
        _("期内下沉到工作站、议事会的两级政协委员，一人在几处也计一名。"),
        seconded,
        distinct="person",
        page="grassroots:seconded",
    ),
    Figure(
        "grassroots.sessions",
        _("协商议事活动"),
        _("场次"),
        _("期内实际举行的协商议事活动，几个单位合办的计一场。"),
        held_sessions,
        page="grassroots:sessions",
        params={"counted": "1"},
    ),
    Figure(
        "grassroots.member_attendances",
        _("委员参加协商"),
        _("人次"),
        _("期内到会的政协委员，每人每场计一次。"),
        member_attendances,
        page="grassroots:attendances",
    ),
    Figure(
        "grassroots.suggestions",
        _("意见建议"),
        _("条"),
        _("期内举行的协商活动提出并记录的意见建议。"),
        suggestions,
        page="grassroots:suggestions",
    ),
    Figure(
        "grassroots.problems_solved",
        _("协商解决问题"),
        _("件"),
        _("期内解决并经核实的事项；提出人说没解决、重新办理的不计。"),
        solved_problems,
        page="grassroots:problems",
        params={"state": "solved"},
    ),
    Figure(
        "grassroots.subsidy_budget",
        _("基层协商专项经费"),
        _("元"),
        _("期内各年度工作站考核奖补方案的资金总额。"),
        _schemes,
        summed="budget_yuan",
        page="grassroots:schemes",
    ),
)


def register() -> None:
    """Make the figures of this room known."""
    register_figures(*FIGURES)
