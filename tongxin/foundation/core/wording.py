"""How a number is printed: as it is, or hedged as official texts do it (400余, 近500).

A number is only ever rounded down, but for 近, which says that it is not quite reached and is allowed close below
a round number only.
"""

from __future__ import annotations

from dataclasses import dataclass
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
# They claim more than the number that they stand with; 以上 counts it in.
_MORE: Final = (*BEFORE_UNIT, "超", "逾")
# They claim neither more nor less: said only where little is left out.
_ABOUT: Final = ("约", "左右")
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

    A number that is exactly round is printed as it is: 400 is not 400余, 7 is not 7余. Who asks for a step of 1 in so
    many words gets the word even then: 53余; and 99.1%左右 with its decimal.

    Args:
        word: one of ``WORDS``, or empty for the exact number.
        step: what it is rounded to; 0: as usual for its size.
        in_wan: count in ten thousands (万).
    """
    shown = _rounded(value, word, step or usual_step(value)) if word else None
    if shown is None or (shown == value and word in _MORE and step != 1):
        word, shown = "", Decimal(value)
    number = _plain(shown / _WAN if in_wan else shown)
    sign = "万" if in_wan else ""
    if word in BEFORE_NUMBER:
        return f"{word}{number}{sign}{unit}"
    return f"{number}{word}{sign}{unit}" if word in BEFORE_UNIT else f"{number}{sign}{unit}{word}"


def _rounded(value: int | Decimal, word: str, step: int) -> Decimal | None:
    """Return the number that stands with this word; nothing where the word cannot be said of it."""
    floor = int(value) // step * step
    if word == _NEAR:
        above = floor + step
        return Decimal(above) if floor != value and value >= above * _NEAR_SHARE else None
    if step == 1 and word not in _MORE and value > 0:
        # A share with its decimal: 99.1%左右.
        return Decimal(value)
    return Decimal(floor) if floor > 0 else None


@dataclass(frozen=True, slots=True)
class Form:
    """One way to print a number, as it may be chosen.

    Attributes:
        key: what stands for it in a form: ``余.100.0``.
        text: how the number reads then.
    """

    word: str
    step: int
    in_wan: bool
    text: str

    @property
    def key(self) -> str:
        """What stands for it in a form."""
        return f"{self.word}.{self.step}.{int(self.in_wan)}"


def forms_of(value: int | Decimal, unit: str | _StrPromise = "") -> list[Form]:
    """Return every way in which a number may be printed: the exact one first, then from the closest to the roundest.

    What would say less than nine tenths is not called 约 or 左右; 余 and 多 do not stand before a percent sign.
    """
    found: dict[str, Form] = {}
    for in_wan in (False, True) if value >= _WAN else (False,):
        # 12.3456万 is no way to print a number.
        if not in_wan or value % _HUNDRED == 0:
            _add(found, Form("", 0, in_wan, printed(value, unit, in_wan=in_wan)))
        for step in _steps(value):
            for word in WORDS:
                if _may_be_offered(value, unit, word, step):
                    text = printed(value, unit, word, step=step, in_wan=in_wan)
                    _add(found, Form(word, step, in_wan, text))
    return list(found.values())


def _add(found: dict[str, Form], form: Form) -> None:
    found.setdefault(form.text, form)


def _steps(value: int | Decimal) -> list[int]:
    """Return the powers of ten up to a number, the three largest of them."""
    return [_TEN**power for power in range(1, len(str(int(value))))][-3:]


def _may_be_offered(value: int | Decimal, unit: str | _StrPromise, word: str, step: int) -> bool:
    shown = _rounded(value, word, step)
    if shown is None or (shown == value and word in _MORE):
        return False
    if word in _ABOUT and shown < value * _NEAR_SHARE:
        return False
    return not (word in BEFORE_UNIT and str(unit).startswith("%"))


def _plain(value: Decimal) -> str:
    """Return a number without zeros behind the point and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
