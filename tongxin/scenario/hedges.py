"""From a number as a page prints it to one that is printed so: 400余 is 414, rounded down to hundreds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.foundation.core.wording import printed
from tongxin.scenario.errors import ScenarioRefused

if TYPE_CHECKING:
    from tongxin.scenario.reading import Stated

_ABOVE: Final = ("余", "多", "以上", "超", "逾")
_NEAR: Final = "近"
_TEN = 10
# How far above its bound an invented number lies, and below what part of it.
_SOME = Decimal("0.036")
_NEAR_LEAST = Decimal("0.9")


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure has to be.

    Attributes:
        likely: the number that is tried first.
        least, most: between which it is printed as the page prints it.
        step: to what it is rounded when it is printed; 0 where it is printed exactly.
    """

    likely: Decimal
    least: Decimal
    most: Decimal
    step: int = 0


def aim_of(stated: Stated, place: str) -> Aim:
    """Return what numbers are printed as this statement says.

    Raises:
        ScenarioRefused: none is.
    """
    value = stated.value
    if not stated.word:
        return Aim(value, value, value)
    aim = _hedged(stated)
    as_said = printed(value, word="").strip()
    if (
        aim is None
        or stated.word not in (said := printed(aim.likely, "", stated.word, step=aim.step))
        or (said.replace(stated.word, "") != as_said)
    ):
        raise ScenarioRefused(
            _("%(place)s：没有一个数能印成“%(stated)s”。") % {"place": place, "stated": stated.shown},
            stated.figure,
        )
    return aim


def _hedged(stated: Stated) -> Aim | None:
    value = stated.value
    whole = int(value)
    if whole != value:
        return Aim(value, value, value, 1) if stated.word in ("左右", "约") else None
    step = _round_step(whole)
    if stated.word == _NEAR:
        return _near(whole, step)
    if stated.word not in _ABOVE or step == 1:
        # With a step of 1 the bound itself bears the word.
        return Aim(value, value, value, 1)
    most = min(whole + step - 1, (whole * 3 - 1) // 2)
    likely = min(whole + max(1, min(int(whole * _SOME), step * 2 // 5)), most)
    return Aim(Decimal(likely), Decimal(whole + 1), Decimal(most), step)


def _near(whole: int, step: int) -> Aim | None:
    step = step if step > 1 else whole
    least = max(whole - step + 1, -int(-whole * _NEAR_LEAST // 1))
    if whole < _TEN or least >= whole:
        return None
    likely = max(least, whole - max(1, min(int(whole * _SOME), step * 2 // 5)))
    return Aim(Decimal(likely), Decimal(least), Decimal(whole - 1), step)


def _round_step(whole: int) -> int:
    """Return the largest power of ten that divides a number."""
    step = 1
    while whole and whole % (step * _TEN) == 0:
        step *= _TEN
    return step
