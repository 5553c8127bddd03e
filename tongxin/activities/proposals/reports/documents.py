"""The report as files: Word in the layout of official documents, Excel with a sheet for each table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.reports.pages import PARTS, section_of
from tongxin.activities.proposals.reports.summary import sentences, summary
from tongxin.foundation.core import clock, official
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tongxin.activities.proposals.reports.tables import Line, Section, Table
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session

# Beside a column of counts.
_WIDTH_OF_LABELS = 3
_LABEL_CHARACTERS, _COUNT_CHARACTERS = 32, 12


def workbook(actor: Actor, session: Session) -> bytes:
    """Return all tables of the three reports as an .xlsx, a sheet for each."""
    return write_workbook(
        [
            _sheet(section, table)
            for section in _sections(actor, session)
            for table in section.all_tables
            if table.lines
        ]
    )


def _sections(actor: Actor, session: Session) -> list[Section]:
    return [section_of(actor, session, part, every_unit=True) for part in PARTS]


def _sheet(section: Section, table: Table) -> Sheet:
    columns = [
        Column(str(n), title, width=_COUNT_CHARACTERS if n else _LABEL_CHARACTERS)
        for n, title in enumerate(table.head)
    ]
    return Sheet(
        title=f"{section.title} {table.title}", columns=columns, rows=[_values(line) for line in table.lines]
    )


def _values(line: Line) -> dict[str, int | str]:
    values = [line.label, *(c.text if c.count is None else c.count for c in line.cells)]
    return {str(n): value for n, value in enumerate(values)}


def paper(actor: Actor, session: Session) -> bytes:
    """Return the report of a session as a .docx."""
    blocks = [official.Paragraph(sentence) for sentence in sentences(summary(session, actor))]
    return official.word(
        official.OfficialDocument(
            title=_("{session}提案情况统计报告").format(session=session),
            blocks=(*blocks, *_blocks(_sections(actor, session))),
            issuer=session.committee.name,
            issued_on=clock.today(),
        )
    )


def _blocks(sections: list[Section]) -> Iterator[official.Block]:
    for n, section in enumerate(sections, 1):
        tables = [t for t in section.all_tables if t.lines]
        if not tables:
            continue
        heading = _("{what}情况").format(what=section.title)
        yield official.Heading(official.number(1, n) + heading, level=1)
        for m, table in enumerate(tables, 1):
            yield _ruled(table, f"{n}.{m}")


def _ruled(table: Table, place: str) -> official.Table:
    chosen = table.on_paper or range(len(table.head))
    return official.Table(
        columns=tuple(
            official.Column(
                table.head[n],
                share=1 if n else _WIDTH_OF_LABELS,
                align="right" if n else "left",
            )
            for n in chosen
        ),
        rows=tuple(tuple(_texts(line)[n] for n in chosen) for line in table.lines),
        caption=_("表{n}　{title}").format(n=place, title=table.title),
        note=table.note,
    )


def _texts(line: Line) -> list[str]:
    return [line.label, *(cell.text for cell in line.cells)]
