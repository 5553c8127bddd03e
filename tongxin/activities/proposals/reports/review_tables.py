"""The review report as tiles, charts and tables."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.proposals.reports.conditions import COUNTED
from tongxin.activities.proposals.reports.review import OUTCOMES
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
    from collections.abc import Callable, Iterable, Sequence

    from tongxin.activities.proposals.reports.cube import Group
    from tongxin.activities.proposals.reports.review import ReviewReport
    from tongxin.foundation.organization.models import Session

    Rows = Callable[..., str]


def review_section(report: ReviewReport, session: Session) -> Section:
    """Return the review report of a session, ready to be shown."""
    rows = partial(rows_url, session.pk)
    by = partial(_received_and_filed, filed=report.totals["filed"], rows=rows)
    tables = (
        _outcomes(report, rows),
        _reasons(report, rows),
        by(_("提案类型"), report.kinds, by="kind"),
        by(_("提交时间"), report.phases, by="phase"),
        by(_("提案单位"), report.bodies, by="body"),
        _special_committees(report, rows),
        by(_("第一提案人界别"), report.sectors, by="sector"),
    )
    return Section(
        title=_("审查"),
        tiles=_tiles(report, session, rows),
        charts=[_topics(report, rows), _sources(report, rows)],
        tables=[t for t in tables if t.lines],
    )


def _tiles(report: ReviewReport, session: Session, rows: Rows) -> list[Tile]:
    totals, filed = report.totals, report.totals["filed"]
    people = f"{reverse('proposals:report_members')}?session={session.pk}"
    return [
        Tile(_("收到"), totals["received"], rows(of="received"), _("件")),
        Tile(
            _("立案"),
            filed,
            rows(of="filed"),
            _("件"),
            _("占收到的{share}").format(share=_shown(filed, totals["received"])),
        ),
        Tile(_("并案"), totals["merged"], rows(of="merged"), _("件")),
        Tile(
            _("集体提案"),
            report.collective["filed"],
            rows(of="filed", by="collective"),
            _("件"),
            _("占立案的{share}").format(share=_shown(report.collective["filed"], filed)),
        ),
        Tile(
            _("参与提案的委员"),
            report.members_taking_part,
            f"{people}&took=yes",
            _("人"),
            _("占{share}，全体").format(share=_shown(report.members_taking_part, report.members)),
            _("{n}人").format(n=report.members),
            people,
        ),
    ]


def _shown(part: int, whole: int) -> str:
    return share(part, whole).text


def _topics(report: ReviewReport, rows: Rows) -> Chart:
    filed = report.totals["filed"]
    groups = [t for t in report.topics if t["filed"]]
    table = Table(
        "topics",
        _("立案提案按类别"),
        (_("类别"), _("件数"), _("占立案")),
        [
            *(
                Line(
                    t.label,
                    (counted(t["filed"], rows(of="filed", **of_topic(t))), share(t["filed"], filed)),
                )
                for t in groups
            ),
            Line(_("合计"), (counted(filed, rows(of="filed")), share(filed, filed)), is_total=True),
        ],
    )
    marks = [
        Mark(t.label, t["filed"], rows(of="filed", **of_topic(t)), percent(t["filed"], filed)) for t in groups
    ]
    most = max(marks, key=lambda m: m.count, default=None)
    title = (
        _("{topic}最多，占{share}").format(topic=most.label, share=f"{most.share}%")
        if most
        else _("还没有立案的提案")
    )
    note = _("立案{n}件，按类别。点条形看提案。").format(n=filed)
    return Chart("bars", title, note, marks, table)


def of_topic(group: Group) -> dict[str, str]:
    """Return how the list is narrowed to a topic, or to what has none."""
    return {"topic": group.key} if group.key else {"without": "topic"}


def _sources(report: ReviewReport, rows: Rows) -> Chart:
    filed = report.totals["filed"]
    of = (
        (_("集体提案"), report.collective["filed"], rows(of="filed", by="collective")),
        (_("委员个人和联名"), report.by_members["filed"], rows(of="filed", by="member")),
    )
    lines = [Line(label, (counted(n, url), share(n, filed))) for label, n, url in of]
    livelihood = report.livelihood["filed"]
    lines += [
        Line(_("合计"), (counted(filed, rows(of="filed")), share(filed, filed)), is_total=True),
        Line(_("其中民生"), (counted(livelihood, rows(of="filed", livelihood=1)), share(livelihood, filed))),
    ]
    table = Table("sources", _("立案提案按提案者"), (_("提案者"), _("件数"), _("占立案")), lines)
    marks = [Mark(label, n, url, percent(n, filed)) for label, n, url in of if n]
    return Chart("ring", _title_of_sources(report), _("立案{n}件，按提案者。").format(n=filed), marks, table)


def _title_of_sources(report: ReviewReport) -> str:
    filed, collective = report.totals["filed"], report.collective["filed"]
    if not filed:
        return _("还没有立案的提案")
    if not collective:
        return _("全部是委员个人和联名提案")
    return _("集体提案占{share}").format(share=_shown(collective, filed))


def _outcomes(report: ReviewReport, rows: Rows) -> Table:
    received = report.totals["received"]
    lines = [
        Line(
            str(COUNTED[name].label),
            (counted(report.totals[name], rows(of=name)), share(report.totals[name], received)),
        )
        for name in OUTCOMES
        if report.totals[name]
    ]
    if lines:
        lines.append(
            Line(
                _("合计"), (counted(received, rows(of="received")), share(received, received)), is_total=True
            )
        )
    return Table(
        "outcomes",
        _("审查结果"),
        (_("结果"), _("件数"), _("占收到")),
        lines,
        _("每件提案只在一行里。并案提案是否另计立案，按本会规则。"),
    )


def _reasons(report: ReviewReport, rows: Rows) -> Table:
    refused = report.totals["not_filed"]
    lines = [
        Line(
            g.label,
            (
                counted(
                    g["not_filed"],
                    rows(of="not_filed", **({"reason": g.key} if g.key else {"without": "reason"})),
                ),
                share(g["not_filed"], refused),
            ),
        )
        for g in report.reasons
    ]
    return Table("reasons", _("不予立案的理由"), (_("理由"), _("件数"), _("占不予立案")), lines)


def _received_and_filed(title: str, groups: Iterable[Group], *, filed: int, rows: Rows, by: str) -> Table:
    lines = []
    for g in groups:
        only = {by: g.key} if g.key else {"without": by}
        lines.append(
            Line(
                g.label,
                (
                    counted(g["received"], rows(of="received", **only)),
                    counted(g["filed"], rows(of="filed", **only)),
                    share(g["filed"], filed),
                ),
            )
        )
    return Table(by, _("按{what}").format(what=title), (title, *_received_head()), lines)


def _received_head() -> Sequence[str]:
    return (_("收到"), _("立案"), _("占立案"))


def _special_committees(report: ReviewReport, rows: Rows) -> Table:
    def cells(key: str, counts: dict[str, int], by: str) -> tuple[Cell, Cell]:
        return (
            counted(counts["received"], rows(of="received", special=key, by=by)),
            counted(counts["filed"], rows(of="filed", special=key, by=by)),
        )

    return Table(
        "special",
        _("按专门委员会"),
        (_("专门委员会"), _("本委提案收到"), _("立案"), _("委员提案收到"), _("立案")),
        [
            Line(s.label, (*cells(s.key, s.own, "collective"), *cells(s.key, s.members, "member")))
            for s in report.special_committees
        ],
        _("委员提案按第一提案人所在的专门委员会；在两个专委会的，两处都计。"),
    )
