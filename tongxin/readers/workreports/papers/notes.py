"""The notes of a report on paper: which number is which, and where each one comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from tongxin.capabilities.codes.addresses import has_public_url, site_url
from tongxin.foundation.core import official
from tongxin.foundation.core.official.pasted import blocks_of
from tongxin.foundation.core.record_language import in_record_language, recorded
from tongxin.readers.workreports.checking import texts_of
from tongxin.readers.workreports.drafting import span_words
from tongxin.readers.workreports.marks import codes_in, marks_in, without_codes
from tongxin.readers.workreports.numbers import standings
from tongxin.readers.workreports.typed import typed_in

if TYPE_CHECKING:
    from tongxin.readers.workreports.models import Section, WorkReport
    from tongxin.readers.workreports.numbers import Standing

REPORTED = "报送数"
_CODE_AT = re.compile(r"〔[^〕]*〕")


@dataclass(frozen=True, slots=True)
class Note:
    """One number of a report.

    Attributes:
        n: its mark in the text.
        printed: as it stands in the text; of one that is only compared with, as it is printed.
        standing: what it is today; nothing where its code leads nowhere.
    """

    n: int
    code: str
    printed: str
    value: str
    standing: Standing | None

    @property
    def name(self) -> str:
        """What it is, of which span."""
        if self.standing is None:
            return "数据码已打不开"
        one = self.standing
        span = (
            "截至打开之日"
            if not one.period.key
            else one.period.year + "年"
            if one.period.year
            else _span(one)
        )
        return f"{recorded(one.figure.name)}（{span}）"

    @property
    def definition(self) -> str:
        """How it is counted."""
        return recorded(self.standing.figure.definition) if self.standing else ""


def _span(one: Standing) -> str:
    with in_record_language():
        return one.period.label or span_words(one.period)


@dataclass(frozen=True, slots=True)
class Sources:
    """All numbers of a report: those with codes, and those that somebody vouches for (text, source)."""

    notes: tuple[Note, ...]
    typed: tuple[tuple[str, str], ...]

    def mark(self, codes: tuple[str, ...]) -> official.Raised:
        """Return the mark that stands behind a number."""
        numbers = [str(note.n) for code in codes for note in self.notes if note.code == code]
        return official.Raised(f"[{','.join(numbers)}]")


def sources_of(report: WorkReport, sections: list[Section]) -> Sources:
    """Return where the numbers of a report come from. A constant number of queries."""
    texts = [text for _place, text in texts_of(report, sections)]
    codes = codes_in(texts)
    numbers = standings(report.committee_id, codes)
    frozen = {row.code.code: row for row in report.frozen.select_related("code")}
    shown: dict[str, str] = {}
    for text in texts:
        for mark in marks_in(text):
            if not mark.than:
                shown.setdefault(mark.code, mark.shown)
    notes = []
    for n, code in enumerate(codes, start=1):
        one, kept = numbers.get(code), frozen.get(code)
        value = kept.value if kept else one.value if one else ""
        printed = kept.printed if kept else shown.get(code) or (one.printed() if one else "")
        notes.append(Note(n, code, printed, f"{value:f}" if value != "" else "", one))
    vouched = {row.text: row.source for row in report.typed.all()}
    typed = tuple(
        (found.context, vouched[found.context])
        for text in texts
        for found in typed_in(text)
        if found.context in vouched
    )
    return Sources(tuple(notes), tuple(dict.fromkeys(typed)))


def blocks_with_notes(text: str, sources: Sources) -> list[official.Block]:
    """Return a text as paragraphs and headings, each number with its mark."""
    found: list[official.Block] = []
    for block in blocks_of(text):
        if isinstance(block, official.Paragraph):
            found.append(official.Paragraph(_words(str(block.text), sources), block.indent))
        elif isinstance(block, official.Heading):
            found.append(
                official.Heading(without_codes(block.text), block.level, _words(str(block.rest), sources))
            )
        else:
            found.append(block)
    return found


def _words(text: str, sources: Sources) -> official.Words:
    words: list[str | official.Raised] = []
    at = 0
    for mark in marks_in(text):
        code = _CODE_AT.search(text, mark.start + len(mark.shown))
        if code is None:
            continue
        words += [text[at : code.start()], sources.mark(mark.codes)]
        at = code.end()
    return (*words, text[at:]) if words else text


def annex_of(sources: Sources) -> tuple[official.Block, ...]:
    """Return the last page of a report: its numbers, their codes, how each is counted, how to open it."""
    if not sources.notes and not sources.typed:
        return ()
    blocks: list[official.Block] = [official.Heading("数据来源")]
    if sources.notes:
        blocks += [official.Paragraph(_how_to_open(sources.notes[0].code)), _table(sources)]
    if sources.typed:
        columns = (official.Column("文中的数字", share=2), official.Column("依据", share=3))
        blocks.append(official.Table(columns, sources.typed, caption="由起草人写明依据的数字"))
    return tuple(blocks)


def _how_to_open(code: str) -> str:
    path = reverse("statistics:find_code")
    where = f"{site_url() if has_public_url() else ''}{path}{code}/"
    return (
        f"文中数字后方括号里是序号，对应下表。登录平台后打开{where}（换成要看的数据码），"
        "就能看到这个数字怎样计算、由哪些记录组成。"
    )


def _table(sources: Sources) -> official.Table:
    return official.Table(
        (
            official.Column("序号", share=0.7, align="center"),
            official.Column("数字", share=1.3, align="right"),
            official.Column("数据码", share=1.5),
            official.Column("名称和时间", share=2.4),
            official.Column("怎样计算", share=4),
        ),
        tuple((str(note.n), note.printed, note.code, note.name, note.definition) for note in sources.notes),
    )
