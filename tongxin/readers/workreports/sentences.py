"""The language of sentences: text with figures in braces, and clauses in double brackets that may be left out.

- ``{grassroots.sessions}`` the number as the committee prints it, with its unit and code; ``:bare`` without the unit;
  ``|余`` hedged so, whatever the committee usually does; ``@before`` of the year before.
- ``{grassroots.sessions%change}`` how it changed since the year before: 比上年增长12.3%.
- ``{时间}``, ``{本会}``, ``{全市}``: the span, the committee, and its place (全县, 全州).
- ``[[，解决问题{grassroots.problems_solved}]]`` is left out when one of its figures is 0 or is not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core.wording import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_BRACES = re.compile(r"\{([^{}]*)\}")
_FIGURE = re.compile(
    r"(?P<figure>[a-z][a-z_]*(?:\.[\w-]+)+)(?P<before>@before)?(?P<change>%change)?(?P<bare>:bare)?"
    rf"(?:\|(?P<word>{'|'.join(WORDS)}))?"
)
NAMES = ("时间", "本会", "全市")
_CLAUSE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_LIST = ("，", "、", "；")
_LIST_MARKS = "".join(_LIST)
# What dropped clauses leave behind.
_TIDY = (
    (re.compile(r"[，；、]+(?=[，；。：！？])"), ""),
    (re.compile(r"(?<=[：，；。])[，；、]+"), ""),
    (re.compile(r"^[，；、。]+"), ""),
    (re.compile(r"：(?=。)"), ""),
)


class SentenceError(ValueError):
    """A sentence cannot be read; the message says why, for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number that a sentence asks for.

    Attributes:
        before: of the year before.
        change: how it changed since then, in words.
        bare: without its unit.
        word: hedged so.
    """

    figure: str
    before: bool = False
    change: bool = False
    bare: bool = False
    word: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """Some of a sentence: text and numbers, in order; left out when a number is 0 and it may be."""

    pieces: tuple[str | Wanted, ...]
    may_go: bool

    @property
    def wanted(self) -> list[Wanted]:
        """Its numbers."""
        return [piece for piece in self.pieces if isinstance(piece, Wanted)]


def read_sentence(text: str) -> tuple[Clause, ...]:
    """Return what a sentence consists of.

    Raises:
        SentenceError: braces or brackets do not match, or what stands in braces is no figure.
    """
    found: list[Clause] = []
    for n, piece in enumerate(_CLAUSE.split(text)):
        if "[[" in piece or "]]" in piece:
            raise SentenceError(_("双方括号要成对：[[ 和 ]]，里面不能再套。"))
        if piece:
            found.append(Clause(tuple(_pieces(piece)), n % 2 == 1))
    return tuple(found)


def _pieces(text: str) -> Iterable[str | Wanted]:
    for n, piece in enumerate(_BRACES.split(text)):
        if n % 2:
            yield "{" + piece + "}" if piece in NAMES else _wanted(piece)
        elif "{" in piece or "}" in piece:
            raise SentenceError(_("花括号要成对：{ 和 }。"))
        elif piece:
            yield piece


def _wanted(text: str) -> Wanted:
    found = _FIGURE.fullmatch(text.strip())
    if found is None:
        raise SentenceError(
            _("看不懂“{%(text)s}”。花括号里写数字的编号，例如{grassroots.sessions}。") % {"text": text}
        )
    if found["change"] and (found["before"] or found["bare"] or found["word"]):
        raise SentenceError(_("“{%(text)s}”：%%change 后面不能再加别的。") % {"text": text})
    return Wanted(
        found["figure"],
        bool(found["before"]),
        bool(found["change"]),
        bool(found["bare"]),
        found["word"] or "",
    )


def figures_in(sentence: Iterable[Clause]) -> list[str]:
    """Return the figures that a sentence names, each once."""
    return list(dict.fromkeys(one.figure for clause in sentence for one in clause.wanted))


def written(
    sentence: Iterable[Clause],
    names: Mapping[str, str],
    number: Callable[[Wanted], tuple[str, bool]],
) -> str:
    """Return the sentence with its numbers; empty where it has nothing to say.

    Args:
        names: what stands for 时间, 本会, 全市.
        number: the number in words, and whether it is anything; a number that is not there is empty words.
    """
    kept: list[str] = []
    says = has_numbers = leads = False
    for clause in sentence:
        numbers = {one: number(one) for one in clause.wanted}
        has_numbers = has_numbers or bool(numbers)
        words = "".join(numbers[p][0] if isinstance(p, Wanted) else named(p, names) for p in clause.pieces)
        if clause.may_go and not all(words and is_any for words, is_any in numbers.values()):
            # The first of a list went; the next one leads it now.
            leads = leads or not words.startswith(_LIST)
            continue
        if not all(words for words, _is_any in numbers.values()):
            # A number that the sentence cannot do without.
            return ""
        says = says or any(is_any for _words, is_any in numbers.values())
        kept.append(words.lstrip(_LIST_MARKS) if leads and clause.may_go else words)
        leads = False
    return tidied("".join(kept)) if says or not has_numbers else ""


def named(text: str, names: Mapping[str, str]) -> str:
    """Return a text with the span, the committee and its place in it."""
    for name, words in names.items():
        text = text.replace("{" + name + "}", words)
    return text


def tidied(text: str) -> str:
    """Return a sentence without the punctuation that dropped clauses leave behind."""
    for pattern, instead in _TIDY:
        text = pattern.sub(instead, text)
    return text.strip()
