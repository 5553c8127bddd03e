"""How a budget is shared out among workstations, exact to the fen. Pure: no database, no rounding by floats.

See docs/algorithms/allocation.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FEN = Decimal("0.01")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


@dataclass(frozen=True, slots=True)
class Claim:
    """What one station brings along.

    Attributes:
        key: what it is known by; each once.
        weight: how much it counts beside the others: its points, or the weight of its grade. 0 gets nothing.
    """

    key: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who gets how many yuan, and what is left.

    Attributes:
        amounts: yuan for each key, two places after the point.
        unallocated: what nobody gets.
    """

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    unallocated: Decimal = Decimal(0)


def allocate(budget: Decimal, claims: Iterable[Claim], *, seed: str = "", step: Decimal = FEN) -> Allocation:
    """Share a budget out in proportion to the weights.

    To the fen: everybody gets their share rounded down, and the fen that are left go one by one to the largest
    remainders, so that the whole budget is given out. Equal remainders draw lots that anybody can draw again:
    the smaller SHA-256 of the seed and the key is first. With a larger step (100 yuan) every share is only
    rounded down, and the rest is left.

    Args:
        budget: yuan; not below 0, no parts of a fen.
        claims: in any order.
        seed: for the lots; the year, so that luck changes from year to year.
        step: yuan to which amounts are rounded down; a whole number of fen.

    Raises:
        ValueError: a key twice, a weight or budget below 0, parts of a fen.
    """
    rows = _checked(budget, claims, step)
    whole = sum((Fraction(row.weight) for row in rows), Fraction(0))
    if not whole or not budget:
        return Allocation({row.key: Decimal(0) * FEN for row in rows}, budget)
    steps = int(budget / step)
    shares = {row.key: Fraction(budget) * Fraction(row.weight) / whole / Fraction(step) for row in rows}
    given = {key: int(share) for key, share in shares.items()}
    if step == FEN:
        waiting = sorted(
            (k for k in given if shares[k] != given[k]), key=lambda k: (given[k] - shares[k], _lot(seed, k))
        )
        for key in waiting[: steps - sum(given.values())]:
            given[key] += 1
    amounts = {key: (n * step).quantize(FEN) for key, n in given.items()}
    return Allocation(amounts, budget - sum(amounts.values(), Decimal(0)))


def _checked(budget: Decimal, claims: Iterable[Claim], step: Decimal) -> list[Claim]:
    rows = list(claims)
    if len({row.key for row in rows}) != len(rows):
        raise ValueError("a station appears twice")
    if budget < 0 or any(row.weight < 0 for row in rows):
        raise ValueError("neither money nor weights are below 0")
    if step < FEN or budget % FEN or step % FEN:
        raise ValueError("there is nothing smaller than a fen")
    return rows


def _lot(seed: str, key: str) -> str:
    return sha256(f"{seed}{key}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Rung:
    """A grade: from so many points on, for at most so many stations (0: any number)."""

    key: str
    points_least: Decimal
    places_most: int = 0


def grade(points: Mapping[str, Decimal], rungs: Sequence[Rung]) -> dict[str, str]:
    """Return the grade of each station; empty where it reaches none.

    From the highest points down. Equal points get the equal grade: where the places do not hold all of them,
    none of them takes one, and they go on to the next grade. Nobody with fewer points stands higher.

    Args:
        points: by station.
        rungs: in any order; the highest threshold comes first.
    """
    ladder = sorted(rungs, key=lambda r: (-r.points_least, r.key))
    taken = dict.fromkeys((r.key for r in ladder), 0)
    found: dict[str, str] = {}
    at = 0
    ranked = sorted(points, key=lambda k: (-points[k], k))
    for score, equals in groupby(ranked, key=lambda k: points[k]):
        names = list(equals)
        while at < len(ladder) and not _fits(ladder[at], score, taken[ladder[at].key] + len(names)):
            at += 1
        rung = ladder[at].key if at < len(ladder) else ""
        if rung:
            taken[rung] += len(names)
        found |= dict.fromkeys(names, rung)
    return found


def _fits(rung: Rung, score: Decimal, places: int) -> bool:
    return score >= rung.points_least and (rung.places_most == 0 or places <= rung.places_most)


def in_capitals(amount: Decimal) -> str:
    """Return an amount as it stands on a list that is signed: 壹万伍仟元整, 叁佰元零伍分.

    Args:
        amount: yuan, not below 0, below 10 to the 12th, no parts of a fen.

    Raises:
        ValueError: outside these bounds.
    """
    fen = amount * 100
    if fen < 0 or fen % 1 or amount >= Decimal(10) ** 12:
        raise ValueError("no amount that a list can state")
    yuan, rest = divmod(int(fen), 100)
    jiao, ones = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return words + (f"{_DIGITS[ones]}分" if ones else "整")


def _whole(number: int) -> str:
    """Return a whole number in capitals, four digits at a time."""
    words, gap = "", False
    for place in range(len(_GROUPS) - 1, -1, -1):
        part = number // 10 ** (4 * place) % 10_000
        if not part:
            gap = bool(words)
            continue
        if words and (gap or part < 1000):  # noqa: PLR2004 (a digit is missing in front)
            words += "零"
        words += _four(part) + _GROUPS[place]
        gap = False
    return words


def _four(number: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
