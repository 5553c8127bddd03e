"""Numbers that somebody typed: what in a text counts something and bears no code.

Years, days, sessions (五届五次会议), numbers of documents and of headings, plans (十四五) and set phrases (三位一体)
count nothing. A single 一 is a word (一个方面).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.readers.workreports.marks import HAN_DIGITS, NUMBER, marks_in

if TYPE_CHECKING:
    from collections.abc import Iterable

_YEAR = r"(?:19|20|21)\d{2}"
_HAN = rf"[{HAN_DIGITS}]"
_ANY = rf"(?:\d+|{_HAN}+)"
_NOTHING_COUNTED = re.compile(
    "|".join(
        (
            rf"{_YEAR}\s*[-—–~～至到、/]\s*{_YEAR}\s*年?",
            rf"{_YEAR}\s*[-/.]\s*\d{{1,2}}\s*[-/.]\s*\d{{1,2}}(?!\d)",
            rf"{_YEAR}\s*年(?:\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*[日号])?)?",
            r"(?<!\d)\d{1,2}\s*月\s*\d{1,2}\s*[日号]?\s*(?:[-—–~～至到、]\s*(?:\d{1,2}\s*月)?\s*\d{1,2}\s*[日号])?",
            r"(?<!\d)\d{1,2}\s*[-—–~～至到、]\s*\d{1,2}\s*月",
            r"(?<!\d)\d{1,2}\s*[月日](?!均)",
            r"\d{1,2}[:：]\d{2}",
            r"\d{1,2}\s*时(?:\s*\d{1,2}\s*分)?",
            r"\d{1,2}\s*世纪|\d{2}\s*年代|\d{1,3}\s*周年",
            rf"[{HAN_DIGITS}]{{4}}年|{_HAN}{{1,3}}月(?:{_HAN}{{1,3}}[日号])?",
            # Sessions and other ordinals.
            rf"第\s*{_ANY}(?:\s*[-—–~～至到、]\s*{_ANY})?",
            rf"{_ANY}\s*届(?:\s*{_ANY}\s*次)?|{_ANY}\s*中全会|(?<=届){_ANY}次",
            # 华政协发〔2022〕1号
            rf"[〔\[［(（【]\s*{_YEAR}\s*[〕\]］)）】]\s*第?\s*\d+\s*号|\d+\s*号",
            rf"{_YEAR}-\d{{2,4}}(?!\d)",
            r"[A-Za-z][A-Za-z0-9/.\-]*\s?\d[A-Za-z0-9./\-]*|\d[GDA](?![A-Za-z])",
            r"(?m:^)\s*(?:\d{1,2}[.．、](?!\d)|[（(]\s*\d{1,2}\s*[)）]|\d{1,2}[)）])",
            rf"(?m:^)\s*(?:{_HAN}{{1,3}}、|[（(]{_HAN}{{1,3}}[)）])",
            r"[十]?[一二三四五六七八九十]五(?=[”」]?(?:规划|时期|期间|以来|开局|收官))|“十[一二三四五六七]五”",
            (
                r"一带一路|两个(?:维护|确立|一百年|结合|毫不动摇|先行区|大局)|三个(?:代表|务必|有利于)"
                r"|四个(?:意识|自信|全面|服务)|[两三四五六七八九十]个一(?!\w*[个百])|八项规定|三位一体|五位一体"
                r"|千家万户|四套班子|三大(?:产业|攻坚战)|两个?共同|四会联治"
            ),
        )
    )
)
_ARABIC = re.compile(
    rf"[超逾近约]?{NUMBER}(?:[万亿]{{1,2}}|[千百](?=[余多元名人条件个次]))?[余多来几]?[万亿]{{0,2}}\s*[%％‰]?"
)
# What is counted with a word of its own; without one, 三 and 百 are parts of words.
_MEASURES = (
    "个百分点|公里|平方|公斤|小时|人次|场次"
    "|[个件条场次名人位户家项篇份期亩元吨米批所座处本部套台辆株棵支组镇乡种类轮倍组幅首道]"
)
_BEFORE = r"(?:超过|将近|接近|[上近约超逾数几])?"
_CHINESE = re.compile(
    rf"百分之{_HAN}+(?:点{_HAN}+)?|{_HAN}+分之{_HAN}+|{_BEFORE}{_HAN}+[余多来几]?(?={_MEASURES})"
    rf"|[二两三四五六七八九]成(?=以上|多|左右|的|[，。；、]|$)"
)
_ARTICLE = "一"
# How much of the words around tells one number from another.
_AROUND = 14
_BLANK = "\ue000"
_EDGE = re.compile(rf"[\n{_BLANK}]")


@dataclass(frozen=True, slots=True)
class Typed:
    """A number without a code.

    Attributes:
        start, end: where it stands.
        text: as it stands.
        context: with some words around it, so that the same number elsewhere is another one.
    """

    start: int
    end: int
    text: str
    context: str


def typed_in(text: str) -> list[Typed]:
    """Return the numbers that were typed into a text, in order."""
    left = _blanked(text, ((mark.start, mark.end) for mark in marks_in(text)))
    left = _blanked(left, (match.span() for match in _NOTHING_COUNTED.finditer(left)))
    spans = [match.span() for match in _ARABIC.finditer(left)]
    rest = _blanked(left, spans)
    spans += [match.span() for match in _CHINESE.finditer(rest) if match[0] != _ARTICLE]
    spans.sort()
    return [_typed(text, _blanked(left, spans), start, end) for start, end in spans]


def context_of(text: str, around: str, start: int, end: int) -> str:
    """Return a number with the words around it, up to the next number or the end of the line."""
    before = _EDGE.split(around[max(0, start - _AROUND) : start])[-1]
    after = _EDGE.split(around[end : end + _AROUND])[0]
    return f"{before}{text[start:end]}{after}"


def _typed(text: str, around: str, start: int, end: int) -> Typed:
    return Typed(start, end, text[start:end], context_of(text, around, start, end))


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    # As long as before, so that places stay what they are.
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], _BLANK * (end - start)]
        at = max(at, end)
    return "".join([*pieces, text[at:]])
