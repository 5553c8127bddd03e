"""The deadline watch (期限预警): what is late, what comes near, what was extended, by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.lifecycle import ASKS
from tongxin.activities.proposals.limits import watched_by
from tongxin.activities.proposals.models import Extension
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.capabilities.deadlines.workdays import add_workdays
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tongxin.capabilities.deadlines.models import Deadline
    from tongxin.capabilities.deadlines.workdays import Calendar
    from tongxin.foundation.core.access import Actor

ROWS = 20
TABS: dict[str, str | _StrPromise] = {
    "late": _lazy("已逾期"),
    "1": _lazy("1日内到期"),
    "3": _lazy("3日内到期"),
    "7": _lazy("7日内到期"),
    "asked": _lazy("申请延期待答复"),
    "extended": _lazy("经批准延期"),
    "all": _lazy("全部在走的"),
}
_NEAR = ("1", "3", "7")
# What the table by unit counts; each number opens the list of these rows.
_BY_UNIT = ("late", "7", "extended", "all")


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One date that a unit has to keep."""

    deadline: Deadline
    ask: str
    left: int
    extended_by: int


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """How many dates of each kind one unit has."""

    pk: UUID
    name: str
    late: int
    near: int
    extended: int
    all: int


@dataclass(frozen=True, slots=True)
class Watch:
    """One page of the watch."""

    tab: str
    tabs: Sequence[dict[str, object]]
    units: Sequence[UnitCounts]
    unit: UnitCounts | None
    rows: Sequence[WatchRow]
    page: Page[Deadline]
    page_range: Sequence[int | str]


def watch_page(actor: Actor, *, tab: str, unit: UUID | None, page_number: int) -> Watch:
    """Return one page of what an actor watches. Four queries, however many units."""
    calendar, today = calendar_of(actor.committee_id or 0), clock.today()
    conditions = _conditions(today, calendar)
    found = watched_by(actor)
    units = _units(found, conditions)
    chosen = next((u for u in units if u.pk == unit), None)
    if chosen:
        found = found.filter(unit_id=chosen.pk)
    counts = found.aggregate(**{f"n_{n}": Count("pk", filter=c) for n, c in conditions.items()})
    if tab not in TABS:
        tab = next((n for n in ("late", "7") if counts[f"n_{n}"]), "all")
    rows = found.filter(conditions[tab]).select_related("matter", "unit").order_by("due_on", "pk")
    paginator = Paginator(rows, ROWS)
    paginator.count = counts[f"n_{tab}"]
    page = paginator.get_page(page_number)
    within = f"&unit={chosen.pk}" if chosen else ""
    return Watch(
        tab=tab,
        tabs=[
            {
                "label": str(label),
                "url": f"?tab={name}{within}",
                "count": counts[f"n_{name}"],
                "current": name == tab,
            }
            for name, label in TABS.items()
        ],
        units=units,
        unit=chosen,
        rows=[
            WatchRow(d, str(ASKS[d.kind].text), days_left(d, today, calendar), d.extension_months)
            for d in page.object_list
        ],
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
    )


def _conditions(today: date, calendar: Calendar) -> Mapping[str, Q]:
    asked = Extension.objects.filter(assignment=OuterRef("subject_id"), state=Extension.State.ASKED)
    return {
        "late": Q(due_on__lt=today),
        **{n: Q(due_on__gte=today, due_on__lte=add_workdays(today, int(n), calendar)) for n in _NEAR},
        "asked": Q(kind="reply") & Q(Exists(asked)),
        "extended": Q(extension_months__gt=0) | Q(extension_working_days__gt=0),
        "all": Q(),
    }


def _units(found: object, conditions: Mapping[str, Q]) -> list[UnitCounts]:
    """Return the units with dates, those that are late first."""
    rows = (
        found.order_by()  # type: ignore[attr-defined]
        .values_list("unit_id", "unit__name")
        .annotate(**{f"n_{n}": Count("pk", filter=conditions[n]) for n in _BY_UNIT})
        .order_by("-n_late", "-n_7", "unit__name")
    )
    return [UnitCounts(*row) for row in rows]
