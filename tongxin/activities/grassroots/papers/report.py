"""A head's yearly report as a paper (站长述职报告)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongxin.foundation.core.official import Facts, Heading, OfficialDocument, blocks_of
from tongxin.foundation.core.record_language import in_record_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.grassroots.models import StationReport
    from tongxin.activities.grassroots.selectors.appraisal import ReportFigure
    from tongxin.foundation.core.official import Block


def report_document(
    committee: Any,  # noqa: ANN401
    report: StationReport,
    figures: Sequence[ReportFigure],
) -> OfficialDocument:
    """Return a report as a document: its figures as a form on top, the text beneath, then the review.

    Args:
        committee: whose station it is.
        report: with its station.
        figures: as they were handed in; today's where it is still being written.
    """
    with in_record_language():
        counts = [
            (f.today.label, f"{f.today.count if f.then is None else f.then}{f.today.unit}") for f in figures
        ]
        pairs = [tuple(counts[n : n + 2]) for n in range(0, len(counts), 2)]
        blocks: list[Block] = [Facts((*pairs,))] if pairs else []
        blocks += blocks_of(report.text)
        if report.review:
            blocks += [Heading("评议意见"), *blocks_of(report.review)]
        return OfficialDocument(
            title=f"{committee.short_name}{report.node.name}{report.year}年述职报告",
            blocks=tuple(blocks),
            issuer=f"{report.node.name}　{report.head_name}",
            issued_on=report.submitted_on,
        )
