"""The rating report as tiles, charts and tables."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import RatingAxis, Satisfaction
from tongxin.activities.proposals.reports.handling_tables import FIRST_UNITS, ratings_url, units_url
from tongxin.activities.proposals.reports.rating import AXES, QUESTIONS
from tongxin.activities.proposals.reports.shares import percent
from tongxin.activities.proposals.reports.tables import (
    Cell,
    Chart,
    Line,
    Mark,
    Section,
    Table,
    Tile,
    counted,
    share,
)
from tongxin.activities.proposals.reports.wanted import rows_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tongxin.activities.proposals.reports.rating import RatingReport, UnitRatings
    from tongxin.foundation.organization.models import Session

    Rows = Callable[..., str]


def rating_section(report: RatingReport, session: Session, *, every_unit: bool = False) -> Section:
    """Return the rating report of a session, ready to be shown.

    Args:
        every_unit: in a document all units; on the page the first ones and the way to the rest.
    """
    rows, forms = partial(rows_url, session.pk), partial(ratings_url, session)
    units = report.units if every_unit else report.units[:FIRST_UNITS]
    more = (units_url(session, part="rating"), len(report.units))
    rated = rated_units_table(units, session, None if len(units) == len(report.units) else more)
    return Section(
        title=_("评价"),
        tiles=_tiles(report, rows, forms),
        charts=[_axis(report, axis, rows, forms) for axis in reversed(AXES)],
        tables=[t for t in (*(_question(report, q, forms) for q in QUESTIONS), rated) if t.lines],
    )


def _tiles(report: RatingReport, rows: Rows, forms: Rows) -> list[Tile]:
    rated = report.proposals["rated"]
    return [
        Tile(_("征询意见表"), report.forms, forms(), _("份")),
        Tile(
            _("已有评价的提案"),
            rated,
            rows(of="rated"),
            _("件"),
            _("已答复"),
            _("{n}件").format(n=report.proposals["replied"]),
            rows(of="replied") if report.proposals["replied"] else "",
        ),
        Tile(_("待委员反馈"), report.proposals["unrated"], rows(of="unrated"), _("件")),
        Tile(_("重新办理后的评价"), report.again, forms(again=1), _("份")),
        Tile(_("机关代录的纸质表"), report.on_paper, forms(paper=1), _("份")),
    ]


def _axis(report: RatingReport, axis: str, rows: Rows, forms: Rows) -> Chart:
    answers, name = report.axes[axis], str(RatingAxis(axis).label)
    table = Table(
        axis,
        name,
        (_("评价"), _("份数"), _("占"), _("涉及提案")),
        [
            Line(
                a.label,
                (
                    counted(a.forms, forms(**{axis: a.key})),
                    share(a.forms, report.forms),
                    counted(a.proposals, rows(of="filed", **{axis: a.key})),
                ),
            )
            for a in answers
        ],
    )
    marks = [
        Mark(a.label, a.forms, forms(**{axis: a.key}), percent(a.forms, report.forms))
        for a in answers
        if a.forms
    ]
    pleased = sum(a.forms for a in answers if a.key != Satisfaction.DISSATISFIED)
    title = (
        _("{axis}满意和基本满意占{share}").format(axis=name, share=share(pleased, report.forms).text)
        if report.forms
        else _("{axis}：还没有评价").format(axis=name)
    )
    return Chart("ring", title, _("征询意见表{n}份。").format(n=report.forms), marks, table)


def _question(report: RatingReport, question: str, forms: Rows) -> Table:
    answers = report.questions[question]
    ticked = sum(a.forms for a in answers)
    return Table(
        question,
        str(RatingAxis(question).label),
        (_("选项"), _("份数"), _("占")),
        [
            Line(a.label, (counted(a.forms, forms(**{question: a.key})), share(a.forms, ticked)))
            for a in answers
        ],
        _("占填了这一项的{n}份。").format(n=ticked),
    )


def rated_units_table(
    units: Sequence[UnitRatings], session: Session, more: tuple[str, int] | None = None
) -> Table:
    """Return what the proposers say of each of these units."""
    forms = partial(ratings_url, session)
    grades = [*Satisfaction]
    head = [_("单位"), _("份数")]
    for axis in AXES:
        head += [f"{RatingAxis(axis).label} {g.label}" for g in grades]
    return Table(
        "rated_units",
        _("各承办单位的评价"),
        (*head, _("结果满意率")),
        [Line(u.name, _unit_cells(u, forms)) for u in units],
        _("满意率：满意和基本满意的份数占全部份数。"),
        on_paper=(0, 1, -4, -3, -2, -1),
        more=more,
    )


def _unit_cells(unit: UnitRatings, forms: Rows) -> list[Cell]:
    cells = [counted(unit.forms, forms(unit=unit.pk))]
    for axis in AXES:
        counts = getattr(unit, axis)
        cells += [counted(counts[g], forms(unit=unit.pk, **{axis: g.value})) for g in Satisfaction]
    pleased = unit.result[Satisfaction.SATISFIED] + unit.result[Satisfaction.BASICALLY]
    return [*cells, share(pleased, unit.forms)]
