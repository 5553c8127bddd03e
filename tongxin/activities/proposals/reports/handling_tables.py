"""The handling report as tiles, charts and tables."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import Satisfaction
from tongxin.activities.proposals.reports.conditions import COUNTED
from tongxin.activities.proposals.reports.review_tables import of_topic
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

    from tongxin.activities.proposals.reports.cube import Group
    from tongxin.activities.proposals.reports.handling import HandlingReport, UnitCounts
    from tongxin.foundation.organization.models import Session

    Rows = Callable[..., str]

# How many units the page shows before it leads to all of them.
FIRST_UNITS = 15
_COURSE = ("handed", "with_lead", "waiting", "replied", "open")
_WATCHED = ("on_time", "late", "overdue", "extended", "given_back", "rehandled")


def handling_section(report: HandlingReport, session: Session, *, every_unit: bool = False) -> Section:
    """Return the handling report of a session, ready to be shown.

    Args:
        every_unit: in a document all units; on the page the first ones and the way to the rest.
    """
    rows = partial(rows_url, session.pk)
    units = report.units if every_unit else report.units[:FIRST_UNITS]
    more = None if len(units) == len(report.units) else (units_url(session), len(report.units))
    return Section(
        title=_("办理"),
        tiles=_tiles(report, session, rows),
        charts=[_classes(report, rows), _topics(report, rows)],
        tables=[
            t
            for t in (
                _course(report, rows),
                units_table(units, report.classes, session, more),
            )
            if t.lines
        ],
    )


def units_url(session: Session, **query: object) -> str:
    """Return the address of the page with every unit."""
    return f"{reverse('proposals:report_units')}?{urlencode({'session': str(session.pk), **query})}"


def ratings_url(session: Session, **query: object) -> str:
    """Return the address of the page with the forms of the proposers."""
    return f"{reverse('proposals:report_ratings')}?{urlencode({'session': str(session.pk), **query})}"


def _tiles(report: HandlingReport, session: Session, rows: Rows) -> list[Tile]:
    totals, filed = report.totals, report.totals["filed"]
    replied, livelihood = totals["replied"], report.livelihood
    return [
        Tile(
            _("交办"),
            totals["handed"],
            rows(of="handed"),
            _("件"),
            _("立案"),
            _("{n}件").format(n=filed),
            rows(of="filed") if filed else "",
        ),
        Tile(
            _("承办单位"),
            len(report.answering_units),
            units_url(session, answering=1),
            _("个"),
        ),
        Tile(
            _("已答复"),
            replied,
            rows(of="replied"),
            _("件"),
            _("办复率{share}").format(share=share(replied, filed).text),
        ),
        Tile(
            _("按期答复"),
            totals["on_time"],
            rows(of="on_time"),
            _("件"),
            _("占已答复的{share}").format(share=share(totals["on_time"], replied).text),
        ),
        Tile(
            _("民生提案已答复"),
            livelihood["replied"],
            rows(of="replied", livelihood=1),
            _("件"),
            _("办复率{share}").format(share=share(livelihood["replied"], livelihood["filed"]).text),
        ),
    ]


def _of_class(group: Group) -> dict[str, str]:
    return {"reply_class": group.key} if group.key else {"without": "class"}


def class_name(group: Group) -> str:
    """Return letter and meaning of a class."""
    return f"{group.code}　{group.label}" if group.code else group.label


def _classes(report: HandlingReport, rows: Rows) -> Chart:
    filed = report.totals["filed"]
    lines = [
        Line(
            class_name(c),
            (counted(c["filed"], rows(of="filed", **_of_class(c))), share(c["filed"], filed)),
        )
        for c in report.classes
    ]
    lines.append(Line(_("合计"), (counted(filed, rows(of="filed")), share(filed, filed)), is_total=True))
    marks = [
        Mark(class_name(c), c["filed"], rows(of="filed", **_of_class(c)), percent(c["filed"], filed))
        for c in report.classes
        if c["filed"]
    ]
    known = [c for c in report.classes if c.key]
    title = (
        _("{name}类占{share}").format(name=known[0].code, share=share(known[0]["filed"], filed).text)
        if known
        else _("还没有定类的答复")
    )
    table = Table("classes", _("按办理结果类别"), (_("类别"), _("件数"), _("占立案")), lines)
    return Chart("ring", title, _("立案{n}件，按办理结果类别。").format(n=filed), marks, table)


def _topics(report: HandlingReport, rows: Rows) -> Chart:
    lines, marks = [], []
    for t in report.topics:
        only = of_topic(t)
        lines.append(
            Line(
                t.label,
                (
                    counted(t["filed"], rows(of="filed", **only)),
                    counted(t["replied"], rows(of="replied", **only)),
                    share(t["replied"], t["filed"]),
                ),
            )
        )
        if t["replied"]:
            marks.append(
                Mark(
                    t.label,
                    t["replied"],
                    rows(of="replied", **only),
                    percent(t["replied"], t["filed"]),
                )
            )
    replied, filed = report.totals["replied"], report.totals["filed"]
    table = Table("answered", _("办复率按类别"), (_("类别"), _("立案"), _("已答复"), _("办复率")), lines)
    title = _("办复率{share}").format(share=share(replied, filed).text) if filed else _("还没有立案的提案")
    note = _("已答复{n}件，按类别；百分数是这一类的办复率。").format(n=replied)
    return Chart("bars", title, note, marks, table, is_marked=False)


def _course(report: HandlingReport, rows: Rows) -> Table:
    totals, filed = report.totals, report.totals["filed"]
    lines = [
        Line(
            str(COUNTED[name].label),
            (counted(totals[name], rows(of=name)), share(totals[name], filed)),
        )
        for name in (*_COURSE, *_WATCHED)
    ]
    return Table(
        "course",
        _("办理进度"),
        (_("情况"), _("件数"), _("占立案")),
        lines if filed else [],
        _("随主案办理：并入别的提案，还没有自己的答复。逾期按核准延期后的期限算。"),
    )


def units_table(
    units: Sequence[UnitCounts],
    classes: Sequence[Group],
    session: Session,
    more: tuple[str, int] | None = None,
) -> Table:
    """Return what each of these units did."""
    graded = [c for c in classes if c.key]
    return Table(
        "units",
        _("各承办单位"),
        (
            _("单位"),
            _("主办"),
            _("会办"),
            _("分办"),
            _("已答复"),
            _("办复率"),
            *(_("{code}类").format(code=c.code) for c in graded),
            _("逾期答复"),
            _("逾期未答复"),
            _("满意"),
            _("满意率"),
        ),
        [Line(u.name, _unit_cells(u, graded, session)) for u in units],
        _("单办计在主办里。满意：征询意见表上对办理结果满意或基本满意的份数。"),
        on_paper=(0, 1, 2, 3, 4, 5, -4, -1),
        more=more,
    )


def _unit_cells(unit: UnitCounts, graded: Sequence[Group], session: Session) -> list[Cell]:
    def rows(**query: Any) -> str:  # noqa: ANN401 (filters of the list)
        return rows_url(session.pk, of="filed", unit=unit.pk, **query)

    parts = unit.parts
    pleased = unit.results[Satisfaction.SATISFIED] + unit.results[Satisfaction.BASICALLY]
    answered = "answering"
    return [
        *(counted(parts[role], rows(role=role)) for role in ("lead", "co", "separate")),
        counted(parts["replied"], rows(role=answered, part="replied")),
        share(parts["replied"], parts["answering"]),
        *(
            counted(
                sum(n for pk, n in unit.classes.items() if str(pk) == c.key),
                rows(role=answered, unit_class=c.key),
            )
            for c in graded
        ),
        counted(parts["late"], rows(role=answered, part="late")),
        counted(parts["overdue"], rows(role=answered, part="overdue")),
        counted(pleased, ratings_url(session, unit=unit.pk, pleased=1)),
        share(pleased, sum(unit.results.values())),
    ]
