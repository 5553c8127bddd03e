"""Texts as people type and paste them, made fit for a document."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import rjieba

from tongxin.foundation.core.official.document import Heading, Paragraph, Raised

if TYPE_CHECKING:
    from tongxin.foundation.core.official.document import Block, Level, OfficialDocument, Words

# A heading is one line at most; what is longer is a paragraph that begins with a number.
_LONGEST_HEADING = 40
_NUMBERED: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (1, re.compile(r"[一二三四五六七八九十]{1,3}、")),
    (2, re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")),
)
_SENTENCE = re.compile(r"[^。！？；]*[。！？]?")
_LINE_BREAKS = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\xa0\u2000-\u200a\u202f\u205f\u3000]+")
# Han and their punctuation: between them a space is a remnant of some other layout.
_HAN = "\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_SPACE_IN_HAN = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])")
_NOT_AT_START = frozenset("的地得了、，。；：！？）》〉」』】”’)]%")
_NOT_AT_END = frozenset("第届次号在对把和与及为从向由以请将《〈「『【“‘（([")


# Cc control, Cf format (zero width, direction, soft hyphen), Cs half surrogates, Zl and Zp line breaks. Private
# and unassigned characters stay: names are written with them.
_UNKEPT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NO_CHARACTERS = frozenset("\ufffe\uffff")


def clean(text: str) -> str:
    """One line without what no document can hold: control characters, half surrogates, hidden marks.

    Marks that turn the direction of letters would let a text read otherwise than it is kept.
    """
    kept = (
        " " if c == "\t" else c
        for c in text
        if c == "\t" or (unicodedata.category(c) not in _UNKEPT and c not in _NO_CHARACTERS)
    )
    return "".join(kept).strip()


def runs_of(words: Words) -> list[tuple[str, bool]]:
    """The words of a paragraph as runs of letters, each raised or not, cleaned."""
    runs = (words,) if isinstance(words, str) else words
    found = [(clean(one.text), True) if isinstance(one, Raised) else (clean(one), False) for one in runs]
    return [one for one in found if one[0]]


def tidied(paper: OfficialDocument) -> OfficialDocument:
    """The same document with its lines cleaned; what was nothing but hidden marks is empty."""
    one_line = (
        "title", "red_head", "document_number", "signer", "class_mark", "addressee", "issuer", "printed_by",
    )  # fmt: skip
    several = ("attachments", "remarks", "copies")
    changes: dict[str, Any] = {name: clean(getattr(paper, name)) for name in one_line}
    for name in several:
        changes[name] = tuple(line for text in getattr(paper, name) if (line := clean(text)))
    return replace(paper, **changes)


def lines_of(text: str) -> list[str]:
    """The lines of a pasted text, without indents, empty lines and the spaces of another layout."""
    lines = (clean(_SPACES.sub(" ", clean(line))) for line in _LINE_BREAKS.split(text))
    return [_SPACE_IN_HAN.sub("", line) for line in lines if line]


def blocks_of(text: str) -> tuple[Block, ...]:
    """Paragraphs and headings of a text that somebody typed or pasted.

    A line that begins with 一、 or （一） is a heading: as a whole when it is short, otherwise its first
    sentence, as such headings are written.
    """
    return tuple(_block(line) for line in lines_of(text))


def _block(line: str) -> Block:
    for level, begins in _NUMBERED:
        if begins.match(line):
            found = _SENTENCE.match(line)
            first = found[0] if found else line
            if len(first) <= _LONGEST_HEADING:
                return Heading(first, level, rest=line[len(first) :])
    return Paragraph(line)


def title_lines(title: str, most: int) -> list[str]:
    """A title as lines of much the same length, broken between words.

    Args:
        title: the whole.
        most: how many full characters fit on a line.
    """
    text = clean(title)
    count = -(-len(text) // most)
    if count <= 1:
        return [text]
    words = list(rjieba.cut(text))
    found: list[str] = []
    rest = text
    for left in range(count, 1, -1):
        # What is left must still fit on the lines that are left.
        cut = _cut_near(words, len(rest) / left, least=len(rest) - (left - 1) * most, most=most)
        found.append(rest[:cut])
        rest = rest[cut:]
        words = list(rjieba.cut(rest))
    return [*found, rest]


def _cut_near(words: list[str], target: float, *, least: int, most: int) -> int:
    places: list[int] = []
    length = 0
    for before, after in itertools.pairwise(words):
        length += len(before)
        if least <= length <= most and after[0] not in _NOT_AT_START and before[-1] not in _NOT_AT_END:
            places.append(length)
    return min(places, key=lambda place: abs(place - target), default=min(round(target), most))
