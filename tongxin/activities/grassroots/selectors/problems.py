"""The ledger of problems as a list: groups with counts, filters, one page of rows, the same rows as a register."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.lifecycle_problem import ASKS, PROBLEM
from tongxin.activities.grassroots.models import Problem
from tongxin.activities.grassroots.permissions_problem import can_check_problem
from tongxin.activities.grassroots.selectors.asks import asked_of
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Node
from tongxin.foundation.organization.nodes import in_township

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from tongxin.activities.grassroots.models import ProblemQuerySet
    from tongxin.capabilities.deadlines.workdays import Calendar
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State

ROWS = 20
_SEARCH_CHARACTERS = 40
_LAST_PAGE_DIGITS = 4
_YEARS = range(1950, 2200)
_MONTHS = range(1, 13)
_AT_WORK = (ProblemState.OPEN, ProblemState.UNDER_WAY)

TABS: dict[str, str | _StrPromise] = {
    "all": _lazy("全部"),
    "mine": _lazy("等我处理"),
    "open": _lazy("在办"),
    "late": _lazy("逾期"),
    "reported": _lazy("待核实"),
    "objected": _lazy("群众说没解决"),
    "look_back": _lazy("该回头看"),
    "solved": _lazy("已解决"),
    "not_possible": _lazy("暂时办不了"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which problems somebody asked for; only values that the list knows.

    Attributes:
        year: of the day on which it was solved, where solved ones are asked for; else on which it began.
        month: the same, as YYYY-MM.
        town: the code of a township or village: problems of nodes there, or in what belongs to it.
        node: a node and all that is under it; ``station`` the same.
        agreed: only what a session agreed on.
        ids: only these, as ticked.
    """

    tab: str = "all"
    q: str = ""
    year: str = ""
    month: str = ""
    town: str = ""
    node: UUID | None = None
    station: UUID | None = None
    unit: UUID | None = None
    session: UUID | None = None
    state: str = ""
    ask: str = ""
    late: bool = False
    livelihood: bool = False
    agreed: bool = False
    page: int = 1
    ids: tuple[UUID, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a group was asked for."""
        return replace(self, tab="all", page=1) != Wanted()

    @property
    def asks_for_solved(self) -> bool:
        """Whether the days are those of solving."""
        return "solved" in (self.tab, self.state)


@dataclass(frozen=True, slots=True)
class Row:
    """One problem in the list, in the words of the page."""

    problem: Problem
    who: str
    place: str
    state: State
    left: int | None
    can_check: bool


@dataclass(frozen=True, slots=True)
class ProblemsPage:
    """Everything the list shows."""

    wanted: Wanted
    tabs: Sequence[dict[str, object]]
    rows: Sequence[Row]
    page: Page[Problem]
    page_range: Sequence[int | str]
    can_confirm: bool


def read_wanted(query: QueryDict) -> Wanted:
    """Return what a query string asks for; what the list does not know is left out."""

    def one_of(name: str, known: Iterable[str], otherwise: str = "") -> str:
        value = query.get(name, "")
        return value if value in known else otherwise

    page = query.get("page", "")
    return Wanted(
        tab=one_of("tab", TABS, "all"),
        q=_cleaned(query.get("q", "")),
        year=_year(query.get("year", "")),
        month=_month(query.get("month", "")),
        town=town if re.fullmatch(r"\d{6}|\d{9}|\d{12}", town := query.get("town", ""), re.ASCII) else "",
        node=_uuid(query.get("node", "")),
        station=_uuid(query.get("station", "")),
        unit=_uuid(query.get("unit", "")),
        session=_uuid(query.get("session", "")),
        state=one_of("state", ProblemState.values),
        ask=one_of("ask", ASKS),
        late=query.get("late") == "1",
        livelihood=query.get("livelihood") == "1",
        agreed=query.get("agreed") == "1",
        page=int(page) if page.isascii() and page.isdigit() and len(page) <= _LAST_PAGE_DIGITS else 1,
        ids=read_ids(query.getlist("problems")),
    )


def read_ids(values: Iterable[str]) -> tuple[UUID, ...]:
    """Return the identifiers among what a form sent."""
    return tuple(found for value in values if (found := _uuid(value)))


def _cleaned(text: str) -> str:
    printable = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text))
    return " ".join(printable.split())[:_SEARCH_CHARACTERS]


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _year(value: str) -> str:
    return value if re.fullmatch(r"\d{4}", value, re.ASCII) and int(value) in _YEARS else ""


def _month(value: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}", value, re.ASCII):
        return ""
    return value if int(value[:4]) in _YEARS and int(value[5:]) in _MONTHS else ""


def _groups(actor: Actor) -> dict[str, Q]:
    today = clock.today()
    state = ProblemState
    return {
        "all": Q(),
        "mine": Q(pk__in=asked_of(actor).values("matter_id")),
        "open": Q(matter__state__in=_AT_WORK),
        "late": Q(matter__state__in=_AT_WORK, due_on__lt=today),
        "reported": Q(matter__state=state.REPORTED),
        "objected": Q(matter__state__in=(*_AT_WORK, state.REPORTED), objected_on__isnull=False),
        "look_back": Q(matter__state=state.SOLVED, look_back_on__lte=today, looked_back_on__isnull=True),
        "solved": Q(matter__state=state.SOLVED, solved_on__isnull=False),
        "not_possible": Q(matter__state=state.NOT_POSSIBLE),
    }


def matching(actor: Actor, wanted: Wanted) -> ProblemQuerySet:
    """Return the problems that were asked for and may be opened, in the order of the list."""
    found = Problem.objects.visible_to(actor).filter(_groups(actor)[wanted.tab])
    if wanted.state:
        found = found.filter(
            _groups(actor)[wanted.state] if wanted.state == "solved" else Q(matter__state=wanted.state)
        )
    if wanted.ask:
        found = found.filter(pk__in=asked_of(actor).filter(kind=wanted.ask).values("matter_id"))
    for node in (wanted.node, wanted.station):
        if node:
            found = found.filter(node__in=Node.objects.under([node]).values("pk"))
    if wanted.town:
        found = found.filter(in_township("node__place", wanted.town))
    found = found.filter(_days(wanted), Q(session__isnull=False) if wanted.agreed else Q())
    conditions: dict[str, Any] = {
        "unit_id": wanted.unit,
        "session_id": wanted.session,
        "is_livelihood": wanted.livelihood,
        "pk__in": wanted.ids,
    }
    found = found.filter(**{name: value for name, value in conditions.items() if value})
    if wanted.late:
        found = found.late()
    for word in wanted.q.split():
        found = found.filter(
            Q(matter__title__icontains=word)
            | Q(matter__code=word)
            | Q(text__icontains=word)
            | Q(owner__icontains=word)
            | Q(unit__name__icontains=word)
        )
    if wanted.asks_for_solved:
        return found.order_by(F("solved_on").desc(nulls_last=True), "-pk")
    if wanted.tab in ("all", "not_possible"):
        return found.order_by(F("matter__opened_on").desc(nulls_last=True), "-pk")
    return found.order_by(F("due_on").asc(nulls_last=True), "pk")


def _days(wanted: Wanted) -> Q:
    name = "solved_on" if wanted.asks_for_solved else "matter__opened_on"
    found = Q()
    if wanted.year:
        found &= Q(**{f"{name}__range": (date(int(wanted.year), 1, 1), date(int(wanted.year), 12, 31))})
    if wanted.month:
        year, month = int(wanted.month[:4]), int(wanted.month[5:])
        after = date(year + month // 12, month % 12 + 1, 1)
        found &= Q(**{f"{name}__gte": date(year, month, 1), f"{name}__lt": after})
    return found


def problems_page(actor: Actor, wanted: Wanted) -> ProblemsPage:
    """Return one page of the ledger. Three queries, four where it is narrowed."""
    groups = _groups(actor)
    visible = Problem.objects.visible_to(actor).order_by()
    counts = visible.aggregate(**{name: Count("pk", filter=q or None) for name, q in groups.items()})
    paginator = Paginator(matching(actor, wanted).for_list().select_related("node__station"), ROWS)
    if not wanted.is_narrowed:
        paginator.count = counts[wanted.tab]
    page = paginator.get_page(wanted.page)
    calendar = calendar_of(actor.committee_id or 0)
    rows = [row_of(actor, problem, calendar) for problem in page.object_list]
    return ProblemsPage(
        wanted=wanted,
        tabs=[
            {"label": str(label), "url": f"?tab={name}", "count": counts[name], "current": name == wanted.tab}
            for name, label in TABS.items()
            if counts[name] or name in {"all", "open", "late", "solved", wanted.tab}
        ],
        rows=rows,
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
        can_confirm=any(row.can_check for row in rows),
    )


def row_of(actor: Actor, problem: Problem, calendar: Calendar) -> Row:
    """Return a problem as a row shows it. No query."""
    waits = problem.matter.state in _AT_WORK and problem.due_on is not None
    return Row(
        problem=problem,
        who=owner_of(problem),
        place=problem.node.name if problem.node else "",
        state=PROBLEM.states[problem.matter.state],
        left=days_left(problem.due_on, clock.today(), calendar) if waits and problem.due_on else None,
        can_check=problem.matter.state == ProblemState.REPORTED and can_check_problem(actor, problem),
    )


def owner_of(problem: Problem) -> str:
    """Return who solves it: the unit and whoever is named beside it."""
    unit = problem.unit.name if problem.unit else ""
    return "　".join(name for name in (unit, problem.owner) if name)


def register_rows(actor: Actor, wanted: Wanted) -> list[dict[str, str | int | date | None]]:
    """Return the ledger as the register that offices keep (问题清单、销号台账). One query."""
    rows = matching(actor, wanted).for_list()
    return [
        {
            "n": n,
            "code": p.matter.code or "",
            "text": p.text,
            "source": p.session.matter.title if p.session else "",
            "node": p.node.name if p.node else "",
            "unit": p.unit.name if p.unit else "",
            "owner": p.owner,
            "opened_on": p.matter.opened_on,
            "due_on": p.due_on,
            "state": str(PROBLEM.states[p.matter.state].label),
            "result": p.result,
            "solved_on": p.solved_on,
            "looked_back_on": p.looked_back_on,
            "look_back": p.look_back,
        }
        for n, p in enumerate(rows, start=1)
    ]
