"""What changed between two texts, for readers. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SENTENCE = re.compile(r"[^。！？；\n]*(?:[。！？；]|\n+|$)")
# Beyond this many characters a changed passage is shown whole: letter by letter would be slow and unreadable.
_FINE_CHARACTERS = 600
_SPLINTER_CHARACTERS = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: ``same``, ``ins`` (only in the new one) or ``del`` (only in the old one)."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Return the new text with what was taken out and put in; empty when nothing changed."""
    if old == new:
        return []
    return list(_joined(_compare(_sentences(old), _sentences(new))))


def _sentences(text: str) -> list[str]:
    return [s for s in _SENTENCE.findall(text.replace("\r\n", "\n")) if s]


def _compare(old: list[str], new: list[str]) -> Iterator[Piece]:
    for tag, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        before, after = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            yield Piece("same", after)
        elif tag == "replace" and len(before) + len(after) <= _FINE_CHARACTERS:
            yield from _letters(before, after)
        else:
            yield from _changed(before, after)


def _letters(old: str, new: str) -> Iterator[Piece]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    # Two sentences that merely share letters are clearer one after the other.
    if matcher.ratio() < 0.5:  # noqa: PLR2004 (less than half in common)
        yield from _changed(old, new)
        return
    before = after = ""
    for tag, a, b, c, d in matcher.get_opcodes():
        # A letter or two that happen to stay would only break the change into splinters.
        if tag == "equal" and (b - a > _SPLINTER_CHARACTERS or a == 0 or b == len(old)):
            yield from _changed(before, after)
            yield Piece("same", new[c:d])
            before = after = ""
        else:
            before, after = before + old[a:b], after + new[c:d]
    yield from _changed(before, after)


def _changed(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield Piece("del", old)
    if new:
        yield Piece("ins", new)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if last and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
