"""The check of a report before it is signed: numbers that are no longer so, and numbers that nobody vouches for."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from tongxin.foundation.core.figures import all_figures
from tongxin.foundation.core.record_language import recorded
from tongxin.readers.statistics.models import ReportedNumber
from tongxin.readers.statistics.wordings import wordings_of
from tongxin.readers.workreports.asked import Asked, values_at
from tongxin.readers.workreports.marks import Mark, codes_in, expected, is_right, marks_in, without_codes
from tongxin.readers.workreports.numbers import Standing, is_seen_by, standings
from tongxin.readers.workreports.typed import Typed, typed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.readers.statistics.wordings import Wordings
    from tongxin.readers.workreports.models import Section, TypedNumber, WorkReport

OPENING, CLOSING, TITLE = "opening", "closing", "title"
_WAN = {"万": 10_000, "亿": 100_000_000}
_SUGGESTIONS = 4
_AROUND = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text of a report stands: its key (``opening``, the id of a section) and what it is called."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A number with a code that is not what the platform prints today."""

    place: Place
    mark: Mark
    should: str
    standing: Standing
    before: str = ""
    after: str = ""

    @property
    def key(self) -> str:
        """What stands for it in a form."""
        return f"{self.place.key}~{self.mark.start}~{self.mark.shown}"


@dataclass(frozen=True, slots=True)
class Lost:
    """A number whose code leads nowhere, or to what this person may not see."""

    place: Place
    mark: Mark
    code: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A number that was typed by hand; with its source where somebody gave one."""

    place: Place
    typed: Typed
    source: TypedNumber | None = None
    suggestions: tuple[Standing, ...] = ()
    reported: tuple[ReportedNumber, ...] = ()

    @property
    def key(self) -> str:
        """What stands for it in a form."""
        return f"{self.place.key}~{self.typed.start}~{self.typed.text}"


@dataclass(slots=True)
class Checked:
    """What the check found.

    Attributes:
        right: how many numbers are as they should be.
        confirmed: typed numbers whose source somebody gave.
    """

    changed: list[Changed] = field(default_factory=list)
    unlinked: list[Unlinked] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    confirmed: list[Unlinked] = field(default_factory=list)
    right: int = 0

    @property
    def count(self) -> int:
        """How many are to be settled before it is signed."""
        return len(self.changed) + len(self.unlinked) + len(self.lost)


def texts_of(report: WorkReport, sections: Iterable[Section]) -> list[tuple[Place, str]]:
    """Return all texts of a report in their order, headings among them."""
    found = [(Place(TITLE, "标题"), report.title), (Place(OPENING, "开头"), report.opening)]
    for section in sections:
        found.append((Place(f"h{section.pk}", section.heading), section.heading))
        found.append((Place(str(section.pk), section.heading), section.text))
    return [*found, (Place(CLOSING, "结尾"), report.closing)]


def check_report(actor: Actor, report: WorkReport) -> Checked:
    """Compare every number of a report with what the platform prints today. A constant number of queries."""
    texts = texts_of(report, report.sections.all())
    numbers = standings(report.committee_id, codes_in(text for _place, text in texts))
    sources = {row.text: row for row in report.typed.all()}
    found = check_texts(actor, texts, numbers, sources)
    _suggest(actor, report, found, next((one.wordings for one in numbers.values()), None))
    return found


def check_texts(
    actor: Actor,
    texts: Sequence[tuple[Place, str]],
    numbers: Mapping[str, Standing],
    sources: Mapping[str, TypedNumber],
) -> Checked:
    """Compare the numbers of texts with what they are. No query."""
    found = Checked()
    for place, text in texts:
        for mark in marks_in(text):
            if (lost := _lost(actor, place, mark, numbers)) is not None:
                found.lost.append(lost)
            elif is_right(mark, numbers):
                found.right += 1
            else:
                found.changed.append(_changed(place, text, mark, numbers))
        for typed in typed_in(text):
            row = sources.get(typed.context)
            (found.confirmed if row else found.unlinked).append(Unlinked(place, typed, row))
    return found


def _lost(actor: Actor, place: Place, mark: Mark, numbers: Mapping[str, Standing]) -> Lost | None:
    for code in mark.codes:
        if code not in numbers or not is_seen_by(actor, numbers[code]):
            return Lost(place, mark, code, code in numbers)
    return None


def _changed(place: Place, text: str, mark: Mark, numbers: Mapping[str, Standing]) -> Changed:
    before = without_codes(text[: mark.start]).rpartition("\n")[2][-_AROUND:]
    after = without_codes(text[mark.end :]).partition("\n")[0][:_AROUND]
    return Changed(place, mark, expected(mark, numbers), numbers[mark.code], before, after)


def _suggest(actor: Actor, report: WorkReport, found: Checked, wordings: Wordings | None) -> None:
    """Offer for each typed number the figures that have its value, and what was reported with it."""
    if not found.unlinked:
        return
    by_value = _by_value(
        actor, report, wordings if wordings is not None else wordings_of(report.committee_id)
    )
    reported: defaultdict[Decimal, list[ReportedNumber]] = defaultdict(list)
    for row in ReportedNumber.objects.filter(committee_id=report.committee_id).standing():
        reported[row.value].append(row)
    found.unlinked = [
        Unlinked(
            one.place,
            one.typed,
            None,
            _of_its_unit(one.typed, by_value.get(value, ())) if (value := value_in(one.typed.text)) else (),
            tuple(reported.get(value, ())[:_SUGGESTIONS]) if value else (),
        )
        for one in found.unlinked
    ]


def _of_its_unit(typed: Typed, found: Sequence[Standing]) -> tuple[Standing, ...]:
    """Return those that count what the text counts: 20场次 is no number of posts (名)."""
    behind = typed.context.partition(typed.text)[2]
    units = {recorded(one.unit) for one in all_figures()}
    unit = max((one for one in units if behind.startswith(one)), key=len, default="")
    return tuple(one for one in found if not unit or recorded(one.figure.unit) == unit)[:_SUGGESTIONS]


def _by_value(actor: Actor, report: WorkReport, wordings: Wordings) -> dict[Decimal, list[Standing]]:
    seen = [one for one in all_figures() if one.is_open_to(actor)]
    counted = values_at([Asked(one, report.period) for one in seen], report.committee_id)
    found: dict[Decimal, list[Standing]] = {}
    for figure, value in zip(seen, counted, strict=True):
        standing = Standing(figure, report.period, value, wordings)
        found.setdefault(Decimal(value.value), []).append(standing)
    return found


def value_in(text: str) -> Decimal | None:
    """Return the value that a typed number says; nothing for what cannot be told."""
    found = re.search(r"\d[\d,]*(?:[.．]\d+)?", text)
    if found is None:
        return _chinese_value(text)
    try:
        value = Decimal(found[0].replace(",", "").replace("．", "."))
    except InvalidOperation:
        return None
    for sign in text[found.end() :]:
        value *= _WAN.get(sign, 1)
    return value


_DIGITS = {sign: n for n, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}


def _chinese_value(text: str) -> Decimal | None:
    """Return what 五百三十 is."""
    total = part = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _TENS:
            part, digit = part + (digit or 1) * _TENS[sign], 0
        elif sign in _WAN:
            total, part, digit = total + (part + digit) * _WAN[sign], 0, 0
    value = total + part + digit
    return Decimal(value) if value else None
