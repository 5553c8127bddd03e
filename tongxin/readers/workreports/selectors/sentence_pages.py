"""The pages of sentences: each with what it would say today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import calendar_year, figures_of
from tongxin.readers.workreports.actions.wording_sentences import digest
from tongxin.readers.workreports.drafting import committee_of, names_for, numbers_for, preview
from tongxin.readers.workreports.models import SentenceTemplate
from tongxin.readers.workreports.sentences import SentenceError, figures_in, read_sentence
from tongxin.readers.workreports.templates import PARTS, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.figures import Figure, Period


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: as it is written, and what it would say.

    Attributes:
        says: empty where it has nothing to say.
        fault: why it cannot be read.
    """

    text: str
    is_active: bool
    says: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a part."""

    part: Part
    is_own: bool
    seen: str
    sentences: list[Sentence]


def parts_with_sentences(actor: Actor, period: Period) -> list[Sentences]:
    """Return all parts with their sentences and what those would say of a span."""
    own: dict[str, list[SentenceTemplate]] = {}
    for row in SentenceTemplate.objects.visible_to(actor).order_by("area", "order", "pk"):
        own.setdefault(row.area, []).append(row)
    texts = {
        part.key: [(row.text, row.is_active) for row in own[part.key]]
        if part.key in own
        else [(text, True) for text in part.sentences]
        for part in PARTS
    }
    said = iter(_said(actor, [text for some in texts.values() for text, _on in some], period))
    return [
        Sentences(
            part,
            part.key in own,
            digest(own.get(part.key, [])),
            [Sentence(text, on, *next(said)) for text, on in texts[part.key]],
        )
        for part in PARTS
    ]


def said_by(actor: Actor, texts: Sequence[str], period: Period) -> list[tuple[str, str]]:
    """Return of each sentence what it says of a span, and what is wrong with it."""
    return _said(actor, texts, period)


def last_year() -> Period:
    """Return the span that previews are of: the last year that is over."""
    return calendar_year(clock.today().year - 1)


def faults_of(text: str, figures: dict[str, Figure]) -> str:
    """Return why a sentence cannot be kept; empty when it can."""
    try:
        sentence = read_sentence(text)
    except SentenceError as fault:
        return str(fault)
    unknown = [one for one in figures_in(sentence) if one not in figures]
    if unknown:
        return _("没有“%(id)s”这个数字。数字的编号在“全部数字”里查。") % {"id": unknown[0]}
    return ""


def known_figures(actor: Actor) -> dict[str, Figure]:
    """Return the figures that this person may name in a sentence."""
    return {one.id: one for one in figures_of(actor.committee_id or 0) if one.is_open_to(actor)}


def _said(actor: Actor, texts: Sequence[str], period: Period) -> list[tuple[str, str]]:
    readable = []
    for text in texts:
        try:
            readable.append(read_sentence(text))
        except SentenceError:
            continue
    numbers = numbers_for(actor, readable, period)
    names = names_for(committee_of(actor), period)
    found = []
    for text in texts:
        try:
            found.append((preview(text, names, numbers), ""))
        except SentenceError as fault:
            found.append(("", str(fault)))
    return found
