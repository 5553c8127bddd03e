"""Numbers of the problems that were agreed to be solved, and of the money for the work at the grass roots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.models import AppraisalScheme, Problem
from tongxin.foundation.core.breakdowns import Breakdown, by_choice, by_month, by_year, named_by
from tongxin.foundation.core.figures import Column, Figure, Period
from tongxin.foundation.organization.breakdowns import by_place, by_station
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

_LIST = "grassroots:problems"
_TODAY, _SOLVED_ON, _OPENED_ON = _("今天"), _("解决的日期"), _("列入台账的日期")
_AT_WORK = (ProblemState.OPEN, ProblemState.UNDER_WAY)


def problems(committee_id: int, period: Period) -> QuerySet[Problem]:
    """Return the problems that were put on the ledger in a period."""
    return Problem.objects.filter(committee_id=committee_id, **period.within("matter__opened_on"))


def solved_problems(committee_id: int, period: Period) -> QuerySet[Problem]:
    """Return the problems that were solved in a period and stayed so."""
    return Problem.objects.filter(committee_id=committee_id, **period.within("solved_on")).solved()


def _implemented(committee_id: int, period: Period) -> QuerySet[Problem]:
    return solved_problems(committee_id, period).filter(session__isnull=False)


def _solved_of(committee_id: int, period: Period) -> QuerySet[Problem]:
    found = Problem.objects.filter(committee_id=committee_id, **period.within("matter__opened_on"))
    return found.solved()


def _open(committee_id: int, _period: Period) -> QuerySet[Problem]:
    return Problem.objects.filter(committee_id=committee_id, matter__state__in=_AT_WORK)


def _overdue(committee_id: int, _period: Period) -> QuerySet[Problem]:
    return Problem.objects.filter(committee_id=committee_id).late()


def _schemes(committee_id: int, period: Period) -> QuerySet[AppraisalScheme]:
    years = {f"year__{end}": day.year for end, day in (("gte", period.since), ("lte", period.until)) if day}
    return AppraisalScheme.objects.filter(committee_id=committee_id, **years)


def _year_names(_committee_id: int, values: Collection[Any]) -> Mapping[Any, str]:
    return {year: _("{year}年").format(year=year) for year in values}


_PROBLEM: dict[str, Any] = {
    "columns": (
        Column(_("解决什么"), "matter.title", is_title=True),
        Column(_("网点"), "node.name"),
        Column(_("承办单位"), "unit.name"),
        Column(_("责任人"), "owner"),
        Column(_("解决日期"), "solved_on"),
    ),
    "select": ("matter", "node", "unit"),
    "row_url": lambda problem: reverse("grassroots:problem", args=[problem.pk]),
}
_RUNNING = {
    "columns": (*_PROBLEM["columns"][:-1], Column(_("期限"), "due_on")),
    "dated": _TODAY,
    "is_standing": True,
}


def _breakdowns(day: str) -> tuple[Breakdown, ...]:
    return (
        by_month(day),
        by_year(day),
        by_place("node__place"),
        by_station("node"),
        Breakdown("unit", _("承办单位"), "unit", labels=named_by(Unit), missing=_("由村、社区等自己承办的")),
        by_choice("livelihood", _("民生"), "is_livelihood", {True: _("民生"), False: _("其他")}),
    )


FIGURES = (
    Figure(
        "grassroots.problems",
        _("列入台账的问题"),
        _("件"),
        _("期内列入问题台账、要协商解决的事项。"),
        problems,
        dated=_OPENED_ON,
        breakdowns=(
            *_breakdowns("matter__opened_on"),
            by_choice("state", _("办到哪一步"), "matter__state", dict(ProblemState.choices)),
        ),
        page=_LIST,
        **_PROBLEM,
    ),
    Figure(
        "grassroots.problems_solved",
        _("协商解决问题"),
        _("件"),
        _("期内解决并经核实的事项；提出人说没解决、重新办理的不计。"),
        solved_problems,
        dated=_SOLVED_ON,
        breakdowns=_breakdowns("solved_on"),
        page=_LIST,
        params={"state": "solved"},
        **_PROBLEM,
    ),
    Figure(
        "grassroots.implemented_matters",
        _("协商落实的具体问题"),
        _("件"),
        _("期内解决并经核实的事项中，由协商议事活动议定的；是协商解决问题的一部分。"),
        _implemented,
        dated=_SOLVED_ON,
        breakdowns=_breakdowns("solved_on"),
        page=_LIST,
        params={"state": "solved", "agreed": "1"},
        **_PROBLEM,
    ),
    Figure(
        "grassroots.problems_solved_share",
        _("问题解决率"),
        "%",
        _("期内列入问题台账的事项中，到今天已经解决并经核实的占多少。"),
        _solved_of,
        out_of=problems,
        dated=_OPENED_ON,
        breakdowns=_breakdowns("matter__opened_on"),
        **_PROBLEM,
    ),
    Figure(
        "grassroots.problems_open",
        _("在办的问题"),
        _("件"),
        _("今天待办和正在办的事项，报已解决、等待核实的不计；选哪一期都是今天的数。"),
        _open,
        breakdowns=_breakdowns("matter__opened_on"),
        **_PROBLEM | _RUNNING,
    ),
    Figure(
        "grassroots.problems_overdue",
        _("逾期的问题"),
        _("件"),
        _("今天待办和正在办、期限已经过了的事项；选哪一期都是今天的数。"),
        _overdue,
        breakdowns=_breakdowns("matter__opened_on"),
        **_PROBLEM | _RUNNING,
    ),
    Figure(
        "grassroots.subsidy_budget",
        _("基层协商专项经费"),
        _("元"),
        _("期内各年度工作站考核奖补方案的资金总额。"),
        _schemes,
        dated=_("方案的年度"),
        summed="budget_yuan",
        columns=(
            Column(_("方案"), "name", is_title=True),
            Column(_("年度"), "year"),
            Column(_("资金（元）"), "budget_yuan"),
            Column(_("状态"), "get_state_display"),
        ),
        row_url=lambda scheme: reverse("grassroots:scheme", args=[scheme.pk]),
        breakdowns=(Breakdown("year", _("年份"), "year", labels=_year_names, by_order=True),),
        page="grassroots:schemes",
    ),
)
