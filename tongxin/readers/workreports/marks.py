"""Numbers that bear their code in a text: ``530场次〔T26-0042〕``.

The code stands behind the number and its unit. Behind it may stand how the number is to be hedged whatever the
committee usually does (``〔T26-0042余〕``), or what it is compared with (``增长12.3%〔T26-0042比T26-0011〕``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.foundation.core.wording import BEFORE_NUMBER, BEHIND_UNIT, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tongxin.readers.workreports.numbers import Standing

_CODE = r"T\d{2}-\d{4,}"
_MARK = re.compile(rf"〔({_CODE})(?:比({_CODE})|({'|'.join(WORDS)}))?〕")
# As people type it: other brackets, full-width letters, spaces.
_LOOSE = re.compile(
    r"\s*[〔\[［【(（]\s*([TＴ][\s\d０-９\-－—]{4,}(?:比\s*[TＴ][\s\d０-９\-－—]{4,}|"
    rf"{'|'.join(WORDS)})?)\s*[〕\]］】)）]"
)
_WIDE = str.maketrans("Ｔ０１２３４５６７８９－—", "T0123456789--")

HAN_DIGITS = "〇零一二三四五六七八九十百千万亿两"
NUMBER = r"\d(?:[\d,]*\d)?(?:[.．]\d+)?"
# Not 节约, 最近, 赶超: there the hedge belongs to the word before it.
_HEDGE = r"(?:(?<![节签预履特公条集])约|(?<![最附])近|(?<![赶反高])超|(?<!过)逾)?"
_TAIL = rf"(?:个百分点|千米|千克|[^\d〔〕，。；：、！？\s{HAN_DIGITS}]{{0,8}})"
_BEFORE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<core>{_HEDGE}{NUMBER}[万亿]{{0,2}}[余多来几]?[万亿]{{0,2}})(?P<tail>{_TAIL})$",
        rf"(?P<core>{_HEDGE}[{HAN_DIGITS}]+[余多来几]?)(?P<tail>{_TAIL})$",
    )
)
_DATE = re.compile(r"\d{4}[年-]|\d{1,2}[月日]")
_CHANGE = re.compile(
    rf"(?:比上年(?:同期)?)?(?:增长|增加|提高|上升|下降|减少|降低)了?{NUMBER}(?:%|％|倍|个百分点)?$"
    r"|(?:与上年(?:同期)?)?(?:基本)?持平$"
)
# What makes another number of the digits before it.
_MORE = re.compile(r"[\d.,．，余多来几万亿千百十倍成%％]")
# Right behind a code, where no unit stands before it.
_AFTER = re.compile(r"[余多来几]|[万亿千百十][余多来几]?|[%％]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A number with its code, as it stands in a text.

    Attributes:
        start, end: of the number, and behind its code and what still belongs to it.
        shown: the number and its unit as they stand; empty where none stands before the code.
        core, tail: of what is shown, the number with its hedge, and what stands behind it: the unit.
        after: what stands behind the code and makes another number of it (530〔…〕余场).
        code: of the number; ``than``: of what it is compared with; ``word``: the hedge that its author chose.
    """

    start: int
    end: int
    shown: str
    core: str
    tail: str
    after: str
    code: str
    than: str
    word: str
    written: str

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that it bears."""
        return (self.code, self.than) if self.than else (self.code,)


def marks_in(text: str) -> list[Mark]:
    """Return the numbers with codes of a text, in order."""
    found: list[Mark] = []
    last = 0
    for match in _MARK.finditer(text):
        before = text[max(last, match.start() - 40) : match.start()]
        shown, core, tail = _compared(before) if match[2] else _number(before)
        after = ""
        if core and not tail and not match[2] and (more := _AFTER.match(text, match.end())):
            after = more[0]
        last = match.end() + len(after)
        found.append(
            Mark(
                match.start() - len(shown),
                last,
                shown,
                core,
                tail,
                after,
                match[1],
                match[2] or "",
                match[3] or "",
                match[0],
            )
        )
    return found


def codes_in(texts: Iterable[str]) -> list[str]:
    """Return the codes that texts bear, each once, in the order in which they first stand."""
    return list(dict.fromkeys(code for text in texts for mark in marks_in(text) for code in mark.codes))


def without_codes(text: str) -> str:
    """Return a text as a reader without the platform reads it."""
    return _MARK.sub("", text)


def straightened(text: str) -> str:
    """Return a text whose codes are written as the platform reads them, however they were typed."""
    return _LOOSE.sub(_straight, text)


def _straight(match: re.Match[str]) -> str:
    inner = "".join(match[1].split()).translate(_WIDE)
    return f"〔{inner}〕" if _MARK.fullmatch(f"〔{inner}〕") else match[0]


def _number(before: str) -> tuple[str, str, str]:
    for pattern in _BEFORE:
        found = pattern.search(before)
        # 2021年〔…〕: the number was taken out, the year is none of it.
        if found and not _DATE.match(found[0]):
            return found[0], found["core"], found["tail"]
    return "", "", ""


def _compared(before: str) -> tuple[str, str, str]:
    found = _CHANGE.search(before)
    return (found[0], found[0], "") if found else ("", "", "")


def expected(mark: Mark, numbers: Mapping[str, Standing]) -> str:
    """Return what should stand there, with the author's own unit; the codes must be known."""
    one = numbers[mark.code]
    if mark.than:
        words = one.change_from(numbers[mark.than])
        return words if mark.shown.startswith(("比", "与")) or not mark.shown else _bare_change(words)
    if not mark.shown:
        return one.printed(mark.word)
    if (not mark.tail or mark.tail in BEHIND_UNIT) and one.unit != "%":
        return one.printed(mark.word, unit=False)
    if (mark.word or one.usual_word) in BEHIND_UNIT or not _own_unit(mark.tail, one.unit):
        return one.printed(mark.word)
    return one.printed(mark.word, unit=False) + mark.tail


def is_right(mark: Mark, numbers: Mapping[str, Standing]) -> bool:
    """Say whether the number stands there as the platform prints it today; its unit may be the author's."""
    return bool(mark.shown) and not mark.after and mark.shown == expected(mark, numbers)


def corrected(text: str, mark: Mark, numbers: Mapping[str, Standing]) -> str:
    """Return the text with this number as it should be."""
    return text[: mark.start] + expected(mark, numbers) + mark.written + text[mark.end :]


def _bare_change(words: str) -> str:
    return re.sub(r"^比上年(?:同期)?", "", words)


def _own_unit(tail: str, unit: str) -> bool:
    """Say whether what the author wrote behind the number leaves it the same number (场 for 场次)."""
    if unit == "%" or _MORE.match(tail):
        return False
    return not tail.endswith((*BEHIND_UNIT, "以下", "以内")) and tail not in BEFORE_NUMBER
