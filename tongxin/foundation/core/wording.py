"""How a number is printed: as it is, or hedged as official texts do it (400余, 近500).

A number is only ever rounded down, but for 近, which says that it is not quite reached and is allowed close below
a round number only.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# 400余条; the word stands before the unit.
BEFORE_UNIT: Final = ("余", "多")
# 400条以上; the word stands behind the unit.
BEHIND_UNIT: Final = ("左右", "以上")
# 超400条; the word stands before the number.
BEFORE_NUMBER: Final = ("超", "逾", "约", "近")
WORDS: Final = (*BEFORE_UNIT, *BEHIND_UNIT, *BEFORE_NUMBER)
_NEAR = "近"
# 近500 is said of 450 and more.
_NEAR_SHARE = Decimal("0.9")
_WAN = 10_000
_TEN, _HUNDRED, _THOUSAND = 10, 100, 1000


def usual_step(value: int | Decimal) -> int:
    """Return what a number is rounded down to if nobody says: tens, then hundreds; large ones to two digits."""
    value = int(value)
    if value < _TEN:
        return 1
    if value < _HUNDRED:
        return _TEN
    if value < _HUNDRED * _HUNDRED:
        return _HUNDRED
    return int(_TEN ** (len(str(value)) - 2))


def printed(
    value: int | Decimal,
    unit: str | _StrPromise = "",
    word: str = "",
    *,
    step: int = 0,
    in_wan: bool = False,
) -> str:
    """Return a number with its unit: ``412条``, ``400余条``, ``30%左右``, ``近500件``, ``18万元``.

    A number that is exactly round is printed as it is: 400 is not 400余; with a step of 1 it bears its word.

    Args:
        word: one of ``WORDS``, or empty for the exact number.
        step: what it is rounded to; 0: as usual for its size.
        in_wan: count in ten thousands (万).
    """
    scale = _WAN if in_wan else 1
    sign = "万" if in_wan else ""
    if not word:
        return f"{_plain(Decimal(value) / scale)}{sign}{unit}"
    step = step or usual_step(value)
    floor = int(value) // step * step
    if word == _NEAR:
        above = floor if floor == value else floor + step
        if floor == value or value < above * _NEAR_SHARE:
            return printed(value, unit, in_wan=in_wan)
        return f"{word}{_plain(Decimal(above) / scale)}{sign}{unit}"
    if not floor or (floor == value and step != 1 and word in (*BEFORE_UNIT, "超", "逾")):
        return printed(value, unit, in_wan=in_wan)
    number = _plain(Decimal(floor) / scale)
    if word in BEFORE_NUMBER:
        return f"{word}{number}{sign}{unit}"
    return f"{number}{word}{sign}{unit}" if word in BEFORE_UNIT else f"{number}{sign}{unit}{word}"


def _plain(value: Decimal) -> str:
    """Return a number without zeros behind the point and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
