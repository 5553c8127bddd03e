"""Working days, due dates, and how each date came about.

China's working days cannot be computed: every autumn the State Council (国务院办公厅) announces next
year's holidays and the weekend days that are worked instead (调休上班). The announced years are shipped as
JSON beside this module, and a caller may pass a calendar of its own, so that what staff edited in the
database counts. A year that is not announced is never guessed: weekends only, marked provisional, and the
explanation says so.

Counting starts the day after the event (从次日起). Each year is kept as a sorted list of the ordinals of
its working days, so a due date is a bisection and not a walk; the explanation is written only when someone
asks for it.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.utils import dateformat
from django.utils.translation import gettext, ngettext, pgettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CALENDAR_DIR = Path(__file__).parent / "calendar"
SATURDAY = 5
# A count up to this length is shown day by day; a longer one in stretches, or the row would fill the screen.
ROWS_DAY_BY_DAY = 15
MONTHS_A_YEAR = 12
_DAY = timedelta(days=1)
# Fences around the part of a sentence that the page prints bold; no translation contains them.
_OPEN, _CLOSE = "\x02", "\x03"


@dataclass(frozen=True)
class YearCalendar:
    """What one year's announcement says.

    Attributes:
        year: the year that the announcement is for.
        holidays: each day off and the name of its holiday. It may reach into December of the year before.
        workdays: weekend days that are worked instead (调休上班).
        basis: the document, as it is named to the reader.
    """

    year: int
    holidays: Mapping[date, str]
    workdays: frozenset[date]
    basis: str


@dataclass(frozen=True)
class Calendar:
    """Which days are working days, over all years that are known."""

    years: Mapping[int, YearCalendar]
    _ordinals: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def with_year(self, year: YearCalendar) -> Calendar:
        """A calendar in which one year reads as given, whether it was known before or not."""
        return Calendar({**self.years, year.year: year})

    def announced(self, year: int) -> bool:
        """Is this year's holiday arrangement known?"""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        """Do offices work on this day?"""
        if day in self._worked:
            return True
        return day.weekday() < SATURDAY and day not in self._off

    def holiday(self, day: date) -> str:
        """The name of the holiday that gives this day off; empty for weekends and working days."""
        return "" if day in self._worked else self._off.get(day, "")

    def is_makeup(self, day: date) -> bool:
        """Is this a weekend day that is worked instead of another (调休上班)?"""
        return day in self._worked

    def day_name(self, day: date) -> str:
        """What this day is, in the reader's words: 国庆节放假, 调休上班, or the day of the week."""
        if self.is_makeup(day):
            return gettext("调休上班")
        if name := self.holiday(day):
            return gettext("%(holiday)s放假") % {"holiday": name}
        return _short_weekday(day)

    def workdays_of(self, year: int) -> tuple[int, ...]:
        """The ordinals of all working days of one year, in order."""
        if (known := self._ordinals.get(year)) is None:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            known = tuple(n for n in range(first, last + 1) if self.is_workday(date.fromordinal(n)))
            self._ordinals[year] = known
        return known

    @cached_property
    def _off(self) -> dict[date, str]:
        # In order of year: where two announcements speak of one day, the later one knew the earlier.
        return {day: name for _, year in sorted(self.years.items()) for day, name in year.holidays.items()}

    @cached_property
    def _worked(self) -> frozenset[date]:
        return frozenset().union(*(year.workdays for year in self.years.values()))


def read_year(text: str) -> YearCalendar:
    """One year's announcement from its JSON form (see the files in ``calendar/``).

    Raises:
        ValueError: a field is missing or a date cannot be read.
    """
    try:
        content = json.loads(text)
        holidays: dict[date, str] = {}
        for span in content["holidays"]:
            day, last = date.fromisoformat(span["from"]), date.fromisoformat(span["to"])
            while day <= last:
                holidays[day] = span["name"]
                day += _DAY
        return YearCalendar(
            year=int(content["year"]),
            holidays=holidays,
            workdays=frozenset(map(date.fromisoformat, content["workdays"])),
            basis=f"{content['title']}（{content['document']}）",
        )
    except (KeyError, TypeError) as error:
        message = f"not a holiday arrangement: {error}"
        raise ValueError(message) from error


@cache
def shipped_calendar() -> Calendar:
    """The announced years that come with the software."""
    years = (read_year(path.read_text(encoding="utf-8")) for path in sorted(CALENDAR_DIR.glob("*.json")))
    return Calendar({year.year: year for year in years})


def add_workdays(start: date, count: int, calendar: Calendar) -> date:
    """The day on which ``count`` working days after ``start`` are full; ``start`` itself is not counted.

    Raises:
        ValueError: ``count`` is below 1.
    """
    if count < 1:
        message = "count must be 1 or more"
        raise ValueError(message)
    year = start.year
    ordinals = calendar.workdays_of(year)
    index = bisect_right(ordinals, start.toordinal()) + count - 1
    while index >= len(ordinals):
        index -= len(ordinals)
        year += 1
        ordinals = calendar.workdays_of(year)
    return date.fromordinal(ordinals[index])


def workdays_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days ``end`` lies after ``start`` (还有…个工作日); negative when it is past (超期)."""
    if end < start:
        return -workdays_between(end, start, calendar)
    count = bisect_right(calendar.workdays_of(end.year), end.toordinal())
    count -= bisect_right(calendar.workdays_of(start.year), start.toordinal())
    return count + sum(len(calendar.workdays_of(year)) for year in range(start.year, end.year))


@dataclass(frozen=True)
class Period:
    """How long a deadline runs. Made by :func:`working_days`, :func:`days` and :func:`months`."""

    unit: Literal["working_days", "days", "months", "date"]
    count: int
    extension: int = 0

    def __post_init__(self) -> None:
        """Refuse a period that is no period."""
        if self.count < 1 or self.extension < 0 or (self.extension and self.unit != "months"):
            message = "a period needs a count of 1 or more; only months can be extended"
            raise ValueError(message)

    def extended_by(self, count: int) -> Period:
        """The same period with ``count`` more months, as approved (经批准延长)."""
        return Period(self.unit, self.count, self.extension + count)


def working_days(count: int) -> Period:
    """So many working days."""
    return Period("working_days", count)


def days(count: int) -> Period:
    """So many days, days off included."""
    return Period("days", count)


def months(count: int, *, extension: int = 0) -> Period:
    """So many months, and the months that were added by approval."""
    return Period("months", count, extension)


@dataclass(frozen=True)
class DayRow:
    """One mark in the row of days: a day that counts, a stretch off, or the last day."""

    label: str
    note: str
    kind: Literal["on", "off", "end"]


@dataclass(frozen=True)
class Piece:
    """A part of the explaining sentence; the page prints the strong one bold."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Explanation:
    """How a date came about, ready for the page (这个日期是怎么来的)."""

    pieces: tuple[Piece, ...]
    days: tuple[DayRow, ...]
    basis: str
    provisional_note: str

    @property
    def sentence(self) -> str:
        """The whole sentence as plain text."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class DueDate:
    """The last day of a deadline, and how it came about.

    Attributes:
        due_on: the last day on which it is still in time.
        provisional: the date rests on a year whose holidays are not announced; compute it again afterwards.
    """

    due_on: date
    provisional: bool
    start: date
    period: Period
    calendar: Calendar = field(repr=False)
    target: date  # the day before rolling forward
    clipped: bool
    unannounced: tuple[int, ...]
    event: str
    rule: str

    @cached_property
    def explanation(self) -> Explanation:
        """The sentence, the row of days, the basis and the reservation, in the language of the reader."""
        worded = _SENTENCES.get(self.period.unit, _explain_span)(self)
        return Explanation(
            pieces=_pieces(worded),
            days=tuple(_rows(self)),
            basis=_basis(self),
            provisional_note="".join(_reservation(year, self.calendar) for year in self.unannounced),
        )


def due(
    start: date,
    period: Period,
    calendar: Calendar,
    *,
    event: str = "",
    rule: str = "",
    roll_forward: bool = True,
) -> DueDate:
    """The date on which ``period`` ends that began with ``event`` on ``start``.

    Args:
        start: the day of the event; counting begins on the day after.
        period: how long.
        calendar: which days are working days.
        event: what happened, as it follows the date in a sentence: 收到答复, 交办.
        rule: the committee's own rule, named first in the basis: 本委提案办理规则第9条.
        roll_forward: days and months that end on a day off end on the next working day instead.
    """
    clipped = False
    if period.unit == "working_days":
        due_on = target = add_workdays(start, period.count, calendar)
        looked_at = range((start + _DAY).year, due_on.year + 1)
    else:
        if period.unit == "days":
            target = start + timedelta(days=period.count)
        else:
            target, clipped = _months_after(start, period.count + period.extension)
        due_on = target
        if roll_forward and not calendar.is_workday(target):
            due_on = add_workdays(target, 1, calendar)
        # Only the end of such a period asks the calendar anything.
        looked_at = range(target.year, due_on.year + 1) if roll_forward else range(0)
    unannounced = tuple(year for year in looked_at if not calendar.announced(year))
    return DueDate(
        due_on=due_on,
        provisional=bool(unannounced),
        start=start,
        period=period,
        calendar=calendar,
        target=target,
        clipped=clipped,
        unannounced=unannounced,
        event=event,
        rule=rule,
    )


def promised(start: date, on: date, calendar: Calendar, *, event: str = "", rule: str = "") -> DueDate:
    """The day that was promised on ``start`` with ``event``. It is kept as it was said, holiday or not."""
    return DueDate(
        due_on=on,
        provisional=False,
        start=start,
        # The word was given, nothing is counted.
        period=Period("date", 1),
        calendar=calendar,
        target=on,
        clipped=False,
        unannounced=(),
        event=event,
        rule=rule,
    )


def _months_after(start: date, count: int) -> tuple[date, bool]:
    """The same day ``count`` months on, and whether it had to be pulled back to the end of the month."""
    year, month = divmod(start.month - 1 + count, MONTHS_A_YEAR)
    year, month = start.year + year, month + 1
    last = (date(year + month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, 1) - _DAY).day
    return date(year, month, min(start.day, last)), start.day > last


def _explain_working_days(due: DueDate) -> str:
    text = ngettext(
        "%(date)s%(event)s，从次日起数%(open)s%(count)s个工作日%(close)s。",
        "%(date)s%(event)s，从次日起数%(open)s%(count)s个工作日%(close)s。",
        due.period.count,
    ) % {
        "date": _long(due.start),
        "event": pgettext("event", due.event) if due.event else gettext("起算"),
        "count": due.period.count,
        "open": _OPEN,
        "close": _CLOSE,
    }
    passed = list(_each(due.start + _DAY, due.due_on))
    names = dict.fromkeys(name for day in passed if (name := due.calendar.holiday(day)))
    makeups = [day for day in passed if due.calendar.is_makeup(day)]
    clauses = []
    if names:
        clauses.append(gettext("%(holidays)s放假不算") % {"holidays": gettext("、").join(names)})
    elif any(not due.calendar.is_workday(day) for day in passed):
        clauses.append(gettext("周末不算"))
    if makeups:
        listed = gettext("、").join(_with_weekday(day, due.start) for day in makeups)
        clauses.append(gettext("%(days)s调休上班，要算") % {"days": listed})
    return text + (gettext("%(clauses)s。") % {"clauses": gettext("，").join(clauses)} if clauses else "")


def _explain_date(due: DueDate) -> str:
    return gettext("%(date)s%(event)s，按承诺的日期，到%(open)s%(end)s%(close)s。") % {
        "date": _long(due.start),
        "event": pgettext("event", due.event) if due.event else gettext("起算"),
        "end": _long(due.due_on, due.start),
        "open": _OPEN,
        "close": _CLOSE,
    }


def _explain_span(due: DueDate) -> str:
    values = {
        "date": _long(due.start),
        "event": pgettext("event", due.event) if due.event else gettext("起算"),
        "count": due.period.count,
        "open": _OPEN,
        "close": _CLOSE,
        "extension": due.period.extension,
        "end": _long(due.target, due.start),
    }
    if due.period.unit == "days":
        text = ngettext(
            "%(date)s%(event)s，从次日起数%(open)s%(count)s天%(close)s，到%(end)s。",
            "%(date)s%(event)s，从次日起数%(open)s%(count)s天%(close)s，到%(end)s。",
            due.period.count,
        )
    elif due.period.extension:
        text = gettext(
            "%(date)s%(event)s，%(open)s满%(count)s个月%(close)s，经批准延长%(extension)s个月，到%(end)s。"
        )
    else:
        text = ngettext(
            "%(date)s%(event)s，%(open)s满%(count)s个月%(close)s，到%(end)s。",
            "%(date)s%(event)s，%(open)s满%(count)s个月%(close)s，到%(end)s。",
            due.period.count,
        )
    text %= values
    if due.clipped:
        text += gettext("%(month)s没有%(day)s日，按月末算。") % {
            "month": dateformat.format(due.target, gettext("n月")),
            "day": due.start.day,
        }
    if due.due_on != due.target:
        holiday = due.calendar.holiday(due.target)
        off = gettext("%(holiday)s放假") % {"holiday": holiday} if holiday else gettext("周末")
        text += gettext("%(day)s是%(off)s，顺延到%(end)s。") % {
            "day": _with_weekday(due.target, due.start),
            "off": off,
            "end": _with_weekday(due.due_on, due.start),
        }
    return text


# A span of days or months is the rest.
_SENTENCES = {"working_days": _explain_working_days, "date": _explain_date}


def _pieces(worded: str) -> tuple[Piece, ...]:
    before, _, rest = worded.partition(_OPEN)
    strong, _, after = rest.partition(_CLOSE)
    return tuple(piece for piece in (Piece(before), Piece(strong, strong=True), Piece(after)) if piece.text)


def _basis(due: DueDate) -> str:
    if due.period.unit == "working_days":
        years = range((due.start + _DAY).year, due.due_on.year + 1)
    elif due.period.unit == "date":
        years = range(0)
    else:
        years = range(due.target.year, due.due_on.year + 1)
    known = [due.calendar.years[year].basis for year in years if due.calendar.announced(year)]
    return gettext("；").join(text for text in (due.rule, *known) if text)


def _reservation(year: int, calendar: Calendar) -> str:
    if year < min(calendar.years, default=year):
        return gettext("没有%(year)s年的放假安排，按周末推算。") % {"year": year}
    return gettext("%(year)s年放假安排尚未公布，先按周末推算，公布后重算。") % {"year": year}


def _rows(due: DueDate) -> Iterator[DayRow]:
    if due.period.unit == "months":
        total = due.period.count + due.period.extension
        rolled = due.due_on != due.target
        for passed in range(1, total + (1 if rolled else 0)):
            day = _months_after(due.start, passed)[0]
            note = ngettext("%(count)s个月", "%(count)s个月", passed) % {"count": passed}
            yield DayRow(_short(day), note, "on")
        if not rolled:
            note = ngettext("%(count)s个月", "%(count)s个月", total) % {"count": total}
            yield DayRow(_short(due.due_on), note, "end")
            return
    elif due.period.unit == "date":
        yield DayRow(_short(due.due_on), gettext("承诺"), "end")
    elif due.period.unit == "days":
        yield from _counted(due, _each(due.start + _DAY, due.target), every_day=True)
    else:
        yield from _counted(due, _each(due.start + _DAY, due.due_on), every_day=False)
    if due.due_on != due.target:
        first = due.target if due.period.unit == "months" else due.target + _DAY
        off = list(_each(first, due.due_on - _DAY))
        if off:
            yield _off_row(off, due.calendar)
        yield DayRow(_short(due.due_on), gettext("顺延"), "end")


def _counted(due: DueDate, passed: Iterator[date], *, every_day: bool) -> Iterator[DayRow]:
    """Number the days that count; a stretch of days off becomes one row."""
    in_stretches = due.period.count > ROWS_DAY_BY_DAY
    on: list[date] = []
    off: list[date] = []
    number = 0

    def stretch() -> DayRow:
        first = number - len(on) + 1
        return DayRow(_span(on), str(number) if len(on) == 1 else f"{first}–{number}", "on")

    for day in passed:
        if not every_day and not due.calendar.is_workday(day):
            if on:
                yield stretch()
                on = []
            off.append(day)
            continue
        if off:
            yield _off_row(off, due.calendar)
            off = []
        if day == due.due_on:
            if on:
                yield stretch()
            yield DayRow(_short(day), str(number + 1), "end")
            return
        number += 1
        on.append(day)
        if not in_stretches:
            yield stretch()
            on = []
    if on:
        yield stretch()


def _off_row(off: list[date], calendar: Calendar) -> DayRow:
    if any(calendar.holiday(day) for day in off):
        return DayRow(_span(off), gettext("放假"), "off")
    return DayRow(_span(off), _short_weekday(off[0]) if len(off) == 1 else gettext("周末"), "off")


def _each(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def _span(stretch: list[date]) -> str:
    return _short(stretch[0]) if len(stretch) == 1 else f"{_short(stretch[0])}–{_short(stretch[-1])}"


def _short(day: date) -> str:
    return dateformat.format(day, gettext("n/j"))


def _long(day: date, beside: date | None = None) -> str:
    """7月13日; with the year where it differs from the year of the date it stands beside."""
    same_year = beside is None or beside.year == day.year
    return dateformat.format(day, gettext("n月j日") if same_year else gettext("Y年n月j日"))


def _with_weekday(day: date, beside: date) -> str:
    return gettext("%(date)s（%(weekday)s）") % {"date": _long(day, beside), "weekday": _weekday(day)}


def _weekday(day: date) -> str:
    names = (
        gettext("星期一"),
        gettext("星期二"),
        gettext("星期三"),
        gettext("星期四"),
        gettext("星期五"),
        gettext("星期六"),
        gettext("星期日"),
    )
    return names[day.weekday()]


def _short_weekday(day: date) -> str:
    names = (
        gettext("周一"),
        gettext("周二"),
        gettext("周三"),
        gettext("周四"),
        gettext("周五"),
        gettext("周六"),
        gettext("周日"),
    )
    return names[day.weekday()]
