"""A report as a paper: in the layout of official documents, or as an article for a newspaper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.core import official
from tongxin.readers.workreports.marks import without_codes
from tongxin.readers.workreports.models import WorkReport
from tongxin.readers.workreports.papers.notes import annex_of, blocks_with_notes, sources_of

if TYPE_CHECKING:
    from tongxin.readers.workreports.models import Section
    from tongxin.readers.workreports.papers.notes import Sources

_NOT_SIGNED = "送审稿"


def paper_of(report: WorkReport) -> official.OfficialDocument:
    """Return a report as a paper, with the sources of its numbers on the last page."""
    sections = list(report.sections.all())
    sources = sources_of(report, sections)
    if report.form == WorkReport.Form.ARTICLE:
        return _article(report, sections, sources)
    return _official(report, sections, sources)


def _official(report: WorkReport, sections: list[Section], sources: Sources) -> official.OfficialDocument:
    name = report.committee.name
    return official.OfficialDocument(
        title=without_codes(report.title),
        blocks=tuple(_blocks(report, sections, sources)),
        red_head=f"{name}文件",
        document_number=report.number,
        signer=report.signed_by_name,
        class_mark=_class_mark(report),
        issuer=name,
        issued_on=report.signed_on,
        annex=annex_of(sources),
        printed_by=f"{name}办公室" if report.signed_on else "",
        printed_on=report.signed_on,
    )


def _article(report: WorkReport, sections: list[Section], sources: Sources) -> official.OfficialDocument:
    byline = official.Paragraph(report.committee.short_name, indent=False, align="center")
    return official.OfficialDocument(
        title=without_codes(report.title),
        blocks=(byline, *_blocks(report, sections, sources)),
        class_mark=_class_mark(report),
        annex=annex_of(sources),
    )


def _class_mark(report: WorkReport) -> str:
    return "" if report.state == WorkReport.State.SIGNED else _NOT_SIGNED


def _blocks(report: WorkReport, sections: list[Section], sources: Sources) -> list[official.Block]:
    found = blocks_with_notes(report.opening, sources)
    # A part of which there was nothing to say is no part of the paper.
    for n, section in enumerate((one for one in sections if one.text), start=1):
        heading = without_codes(section.heading)
        found.append(official.Heading(official.number(1, n) + heading))
        found += blocks_with_notes(section.text, sources)
    return [*found, *blocks_with_notes(report.closing, sources)]
