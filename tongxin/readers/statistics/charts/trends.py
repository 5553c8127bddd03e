"""Charts along time: columns beside those of the year before, and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import Period, calendar_year
from tongxin.readers.statistics.charts.columns import columns
from tongxin.readers.statistics.charts.line import line
from tongxin.readers.statistics.charts.marks import Chart, Mark
from tongxin.readers.statistics.charts.steps import Step, steps
from tongxin.readers.statistics.charts.words import (
    most_of,
    title_of_months,
    title_of_trend,
    title_of_two,
)
from tongxin.readers.statistics.counting import opened_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from tongxin.foundation.core.breakdowns import Breakdown
    from tongxin.foundation.core.figures import Figure
    from tongxin.readers.statistics.charts.drawing import Plan
    from tongxin.readers.statistics.counting import Part

    Parts = Callable[[Figure, Period, Breakdown], Sequence[Part]]


def trend(wanted: Plan, parts: Parts) -> Chart:
    """Return the chart along time that is wanted; a line of which a point is not told is drawn as columns."""
    found = {part.key: part for part in parts(wanted.figure, wanted.period, wanted.by)}
    beside = _beside(wanted, parts)
    is_untold = any(part.is_suppressed for part in (*found.values(), *beside.values()))
    if wanted.shape == "columns" or is_untold:
        return _columns(wanted, found, beside if wanted.before else {})
    if (
        wanted.beside is not None
        and _adds_up(wanted.figure, wanted.by)
        and _adds_up(wanted.beside, wanted.by)
    ):
        return _grown(wanted, wanted.beside, found, beside)
    return _line(wanted, found, beside)


def _beside(wanted: Plan, parts: Parts) -> dict[str, Part]:
    if wanted.beside is not None and (by := wanted.beside.breakdown(wanted.by.key)):
        return {part.key: part for part in parts(wanted.beside, wanted.period, by)}
    if wanted.before is not None:
        return {part.key: part for part in parts(wanted.figure, wanted.before, wanted.by)}
    return {}


def _adds_up(figure: Figure, by: Breakdown) -> bool:
    """Whether what was done until the end of a month is the sum of its months, and opens as such."""
    return by.key == "month" and not (figure.is_share or figure.is_standing or figure.distinct or by.why_not)


def _grow_together(figure: Figure, beside: Figure, by: Breakdown) -> bool:
    """Whether one can be taken from the other: 件 from 件."""
    return _adds_up(figure, by) and _adds_up(beside, by) and str(figure.unit) == str(beside.unit)


def _columns(wanted: Plan, found: dict[str, Part], before: dict[str, Part]) -> Chart:
    figure, by = wanted.figure, wanted.by
    axis = steps(by, wanted.period, found, is_full=wanted.before is not None)
    marks = [
        Mark(
            step.label,
            _value(found.get(step.key)),
            opened_url(figure.id, wanted.period, by.key, step.key),
            _value(before.get(step.before)) if wanted.before else None,
            opened_url(figure.id, wanted.before, by.key, step.before) if wanted.before else "",
        )
        for step in axis
    ]
    heads = [str(by.name), str(figure.name)]
    note = _("点柱子看名单。")
    if wanted.before:
        heads = [str(by.name), wanted.period.label, wanted.before.label]
        note = (
            _("红色是{this}，斜纹是{before}的同月。").format(
                this=wanted.period.label, before=wanted.before.label
            )
            + note
        )
    most = most_of(marks)
    adds_up = _adds_up(figure, by) and all(m.value is not None for m in marks)
    whole = sum((m.size for m in marks), 0) if adds_up else None
    return Chart(
        key=wanted.key,
        shape="columns",
        title=title_of_months(str(figure.name), marks, str(figure.unit), wanted.period.label, whole),
        note=note,
        unit=str(figure.unit),
        heads=tuple(heads),
        marks=marks,
        drawing=columns(marks, [step.name for step in axis], most=most),
    )


def _line(wanted: Plan, found: dict[str, Part], beside: dict[str, Part]) -> Chart:
    figure, by, other = wanted.figure, wanted.by, wanted.beside
    axis = steps(by, wanted.period, {*found, *beside}, is_full=False)
    marks = [
        Mark(
            step.label,
            _value(found.get(step.key)),
            opened_url(figure.id, wanted.period, by.key, step.key),
            _value(beside.get(step.key)) if other else None,
            opened_url(other.id, wanted.period, by.key, step.key) if other else "",
        )
        for step in axis
    ]
    note = _("点圆点看名单。")
    if other is not None:
        note = (
            _("实线圆点是{first}，虚线方点是{second}。").format(first=figure.name, second=other.name) + note
        )
    return _as_lines(wanted, axis, marks, str(by.name), note)


def _grown(wanted: Plan, other: Figure, found: dict[str, Part], beside: dict[str, Part]) -> Chart:
    axis = steps(wanted.by, wanted.period, {*found, *beside}, is_full=False)
    marks: list[Mark] = []
    first: int | Decimal = 0
    second: int | Decimal = 0
    for step in axis:
        first, second = first + _number(found.get(step.key)), second + _number(beside.get(step.key))
        until = _until(wanted.period, step)
        marks.append(
            Mark(
                _("{month}底").format(month=step.label),
                first,
                opened_url(wanted.figure.id, until),
                second,
                opened_url(other.id, until),
            )
        )
    note = _("每月底累计。实线圆点是{first}，虚线方点是{second}，中间的灰底是两者之差。").format(
        first=wanted.figure.name, second=other.name
    )
    return _as_lines(wanted, axis, marks, _("月底"), note, is_grown=True)


def _as_lines(
    wanted: Plan, axis: Sequence[Step], marks: Sequence[Mark], head: str, note: str, *, is_grown: bool = False
) -> Chart:
    named = [wanted.figure, *([wanted.beside] if wanted.beside else [])]
    names = [str(one.name) for one in named]
    units = [str(one.unit) for one in named]
    if axis and axis[-1].span.until and axis[-1].span.until > clock.today():
        note += _("{span}还没有过完。").format(span=axis[-1].label)
    if wanted.by.key == "year" and len(marks) < 2:  # noqa: PLR2004 (one year is no trend)
        marks = []
    return Chart(
        key=wanted.key,
        shape="line",
        title=title_of_two((names[0], names[-1]), marks, units[0])
        if is_grown
        else title_of_trend(names[0], marks, units[0]),
        note=note,
        unit=units[0],
        heads=(head, *names),
        marks=marks,
        drawing=line(marks, [step.name for step in axis][: len(marks)], names, units, is_filled=is_grown),
    )


def _until(period: Period, step: Step) -> Period:
    """Return the span from its beginning to the end of a month; a whole year bears its name."""
    until = min(step.span.until, period.until) if step.span.until and period.until else step.span.until
    if period.since and until and calendar_year(until.year) == Period(period.since, until, str(until.year)):
        return calendar_year(until.year)
    return Period(period.since, until)


def _value(part: Part | None) -> int | Decimal | None:
    if part is None:
        return 0
    return part.counted.value if part.counted else None


def _number(part: Part | None) -> int | Decimal:
    return part.value if part else 0
