"""Writing the text of a report from its figures, by the sentences of the committee."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tongxin.foundation.core.figures import figures_of
from tongxin.foundation.organization.models import Committee
from tongxin.readers.statistics.numbering import codes_for
from tongxin.readers.statistics.wordings import wordings_of
from tongxin.readers.workreports.asked import Asked, values_at
from tongxin.readers.workreports.models import SentenceTemplate
from tongxin.readers.workreports.numbers import Standing
from tongxin.readers.workreports.sentences import SentenceError, figures_in, named, read_sentence, written
from tongxin.readers.workreports.templates import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.figures import Period
    from tongxin.readers.statistics.numbering import Named
    from tongxin.readers.workreports.sentences import Clause, Wanted

    # By figure, and whether of the year before.
    Numbers = Mapping[tuple[str, bool], Standing]

# How a report calls the committee's place.
_WHOLE = {"省": "全省", "州": "全州", "市": "全市", "县": "全县", "区": "全区"}
_AUTONOMOUS = "自治"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A part of a report as the platform wrote it; without a text where there was nothing to say."""

    key: str
    heading: str
    text: str


def span_words(period: Period) -> str:
    """Return a span as a report writes it, in Chinese whoever reads."""
    if period.year:
        return f"{period.year}年"
    if period.since is None or period.until is None:
        return "以来"
    since, until = period.since, period.until
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.year}年{since.month}月"
    first = f"{since.year}年{since.month}月"
    return f"{first}至{'' if since.year == until.year else f'{until.year}年'}{until.month}月"


def names_for(committee: Committee, period: Period) -> dict[str, str]:
    """Return what stands in a sentence for 时间, 本会 and 全市."""
    name = committee.place.name
    ending = "州" if name.endswith("州") or (_AUTONOMOUS in name and "州" in name) else name[-1:]
    return {"时间": span_words(period), "本会": committee.name, "全市": _WHOLE.get(ending, "全市")}


def sentences_of(committee_id: int) -> dict[str, list[str]]:
    """Return the sentences that a committee drafts from, by part: its own, otherwise the usual ones. One query."""
    own: defaultdict[str, list[str]] = defaultdict(list)
    written_by_us = set()
    for row in SentenceTemplate.objects.filter(committee_id=committee_id).order_by("area", "order", "pk"):
        written_by_us.add(row.area)
        if row.is_active:
            own[row.area].append(row.text)
    return {part.key: own[part.key] if part.key in written_by_us else list(part.sentences) for part in PARTS}


def numbers_for(actor: Actor, sentences: Iterable[Sequence[Clause]], period: Period) -> Numbers:
    """Return the numbers that sentences ask for, as far as this person may see them.

    Three queries, and one for each family of figures.
    """
    committee_id = actor.committee_id or 0
    wanted = {figure for sentence in sentences for figure in figures_in(sentence)}
    seen = [one for one in figures_of(committee_id) if one.id in wanted and one.is_open_to(actor)]
    before = period.before
    asked = [(Asked(one, period), False) for one in seen]
    if before is not None:
        asked += [(Asked(one, before), True) for one in seen]
    counted = values_at([one for one, _before in asked], committee_id)
    wordings = wordings_of(committee_id)
    return {
        (one.figure.id, is_before): Standing(one.figure, one.period, value, wordings)
        for (one, is_before), value in zip(asked, counted, strict=True)
    }


def draft_parts(actor: Actor, period: Period, keys: Iterable[str]) -> list[Drafted]:
    """Write the parts of a report that were chosen, with the codes of their numbers."""
    chosen = set(keys)
    texts = sentences_of(actor.committee_id or 0)
    readable = {
        part.key: [s for text in texts[part.key] if (s := _readable(text)) is not None]
        for part in PARTS
        if part.key in chosen
    }
    numbers = numbers_for(actor, (s for some in readable.values() for s in some), period)
    names = names_for(committee_of(actor), period)
    numbers = _with_codes(actor.committee_id or 0, numbers, readable, names)
    return [
        Drafted(part.key, part.heading, _text(readable[part.key], names, numbers))
        for part in PARTS
        if part.key in chosen
    ]


def preview(text: str, names: Mapping[str, str], numbers: Numbers) -> str:
    """Return what a sentence would say, without codes; nothing where it has nothing to say.

    Raises:
        SentenceError: it cannot be read.
    """
    return written(read_sentence(text), names, lambda wanted: _number(wanted, numbers))


def named_text(actor: Actor, text: str, period: Period) -> str:
    """Return an opening or an ending with the span and the committee in it."""
    return named(text, names_for(committee_of(actor), period))


def committee_of(actor: Actor) -> Committee:
    """Return the committee that somebody works in, with its place."""
    return Committee.objects.select_related("place").get(pk=actor.committee_id or 0)


def _readable(text: str) -> tuple[Clause, ...] | None:
    # A sentence that was kept before its language changed is left out, not fatal.
    try:
        return read_sentence(text)
    except SentenceError:
        return None


def _text(sentences: Sequence[Sequence[Clause]], names: Mapping[str, str], numbers: Numbers) -> str:
    # One paragraph: such parts are read in one breath, and whoever edits divides it.
    found = (written(one, names, lambda wanted: _number(wanted, numbers)) for one in sentences)
    return "".join(one for one in found if one)


def _with_codes(
    committee_id: int,
    numbers: Numbers,
    readable: Mapping[str, Sequence[Sequence[Clause]]],
    names: Mapping[str, str],
) -> Numbers:
    """Give codes to the numbers that the text will hold, and to no others."""
    used: dict[tuple[str, bool], Named] = {}

    def note(wanted: Wanted) -> tuple[str, bool]:
        for key in _keys(wanted):
            if key in numbers:
                used[key] = (key[0], numbers[key].period.key, "", "")
        return _number(wanted, numbers)

    for sentences in readable.values():
        for sentence in sentences:
            # Only sentences that stay need codes; asking twice is cheaper than codes that stand nowhere.
            if written(sentence, names, lambda wanted: _number(wanted, numbers)):
                written(sentence, names, note)
    codes = codes_for(committee_id, used.values())
    return {
        key: replace(one, code=codes[used[key]].code) if key in used else one for key, one in numbers.items()
    }


def _keys(wanted: Wanted) -> list[tuple[str, bool]]:
    if wanted.change:
        return [(wanted.figure, False), (wanted.figure, True)]
    return [(wanted.figure, wanted.before)]


def _number(wanted: Wanted, numbers: Numbers) -> tuple[str, bool]:
    """Return a number as it stands in the text, and whether it is more than nothing."""
    found = [numbers.get(key) for key in _keys(wanted)]
    one = found[0]
    if one is None or None in found:
        return "", False
    if wanted.change:
        before = found[1]
        words = one.change_from(before) if before else ""
        return (
            (words + _mark(f"{one.code}比{before.code}" if before else "", one.code), True)
            if words
            else ("", False)
        )
    words = one.printed(wanted.word, unit=not wanted.bare)
    return words + _mark(f"{one.code}{wanted.word}", one.code), bool(one.value)


def _mark(inner: str, code: str) -> str:
    return f"〔{inner}〕" if code else ""
