"""The page of one report: its text with numbers that open, and how it stands with the check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core import official
from tongxin.foundation.core.wording import printed
from tongxin.readers.workreports.checking import Checked, check_texts, texts_of
from tongxin.readers.workreports.marks import codes_in, is_right, marks_in
from tongxin.readers.workreports.models import WorkReport
from tongxin.readers.workreports.numbers import Standing, is_seen_by, standings
from tongxin.readers.workreports.typed import typed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tongxin.foundation.core.access import Actor
    from tongxin.readers.workreports.marks import Mark
    from tongxin.readers.workreports.models import FrozenNumber, Section, TypedNumber


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a paragraph.

    Attributes:
        kind: ``text``, ``number`` (with a code), ``typed``.
        url: of a number, the page behind it, if this person may see it.
        note: of a typed number, its source.
        is_open_point: it is to be settled before the report is signed.
    """

    kind: str
    text: str
    url: str = ""
    code: str = ""
    note: str = ""
    is_open_point: bool = False


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A section as it is read."""

    section: Section
    number: str
    heading: list[Piece]
    paragraphs: list[list[Piece]]


@dataclass(frozen=True, slots=True)
class Then:
    """A number of a signed report beside what it is now.

    Attributes:
        now: as it is printed today; empty where its code no longer opens.
        exact: then and now without hedges, where both are printed alike.
    """

    frozen: FrozenNumber
    name: str
    span: str
    now: str
    url: str
    exact: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One report."""

    report: WorkReport
    opening: list[list[Piece]]
    closing: list[list[Piece]]
    sections: list[ReadSection]
    checked: Checked
    changes: list[Then] = field(default_factory=list)
    numbers: int = 0

    @property
    def is_signed(self) -> bool:
        """Whether it can no longer be changed."""
        return self.report.state == WorkReport.State.SIGNED


@dataclass(frozen=True, slots=True)
class _Reader:
    actor: Actor
    numbers: Mapping[str, Standing]
    sources: Mapping[str, TypedNumber]
    is_signed: bool

    def paragraphs(self, text: str) -> list[list[Piece]]:
        return [self.pieces(line) for line in text.splitlines() if line.strip()]

    def pieces(self, text: str) -> list[Piece]:
        spans: list[tuple[int, int, Piece]] = [(m.start, m.end, self._marked(m)) for m in marks_in(text)]
        spans += [(t.start, t.end, self._typed(t.text, t.context)) for t in typed_in(text)]
        found: list[Piece] = []
        at = 0
        for start, end, piece in sorted(spans, key=lambda s: s[0]):
            found += [Piece("text", text[at:start]), piece]
            at = end
        return [one for one in (*found, Piece("text", text[at:])) if one.text]

    def _marked(self, mark: Mark) -> Piece:
        one = self.numbers.get(mark.code)
        seen = one is not None and is_seen_by(self.actor, one)
        wrong = not all(code in self.numbers for code in mark.codes) or not is_right(mark, self.numbers)
        return Piece(
            "number",
            (mark.shown or _("（没有数）")) + mark.after,
            one.url if one and seen else "",
            mark.code,
            is_open_point=wrong and not self.is_signed,
        )

    def _typed(self, text: str, context: str) -> Piece:
        source = self.sources.get(context)
        return Piece(
            "typed",
            text,
            note=source.source if source else "",
            is_open_point=source is None and not self.is_signed,
        )


def report_page(actor: Actor, report: WorkReport) -> Page:
    """Return the page of a report. Eight queries and one for each family of figures, however many numbers."""
    sections = list(report.sections.all())
    texts = texts_of(report, sections)
    frozen = list(report.frozen.select_related("code")) if report.state == WorkReport.State.SIGNED else []
    codes = codes_in(text for _place, text in texts)
    numbers = standings(report.committee_id, codes)
    sources = {row.text: row for row in report.typed.all()}
    reader = _Reader(actor, numbers, sources, report.state == WorkReport.State.SIGNED)
    return Page(
        report,
        reader.paragraphs(report.opening),
        reader.paragraphs(report.closing),
        _sections(reader, sections, is_signed=bool(frozen) or report.state == WorkReport.State.SIGNED),
        check_texts(actor, texts, numbers, sources),
        [] if not frozen else list(_changes(actor, frozen, numbers)),
        len(codes),
    )


def _sections(reader: _Reader, sections: Iterable[Section], *, is_signed: bool) -> list[ReadSection]:
    # As on paper, where a part without a text does not stand; a draft says what could stand there.
    found: list[ReadSection] = []
    n = 0
    for one in sections:
        if not one.text and is_signed:
            continue
        n += bool(one.text)
        number = official.number(1, n) if one.text else ""
        found.append(ReadSection(one, number, reader.pieces(one.heading), reader.paragraphs(one.text)))
    return found


def _changes(actor: Actor, frozen: Iterable[FrozenNumber], numbers: Mapping[str, Standing]) -> Iterable[Then]:
    for row in frozen:
        one = numbers.get(row.code.code)
        if one is None:
            yield Then(row, row.code.figure, "", "", "")
        elif is_seen_by(actor, one) and one.value != row.value:
            now = one.printed()
            exact = printed(row.value, one.unit), printed(one.value, one.unit)
            hedged = exact if now == row.printed else None
            yield Then(row, str(one.figure.name), one.period.label, now, one.url, hedged)
