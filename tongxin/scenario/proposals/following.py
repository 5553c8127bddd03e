"""How many promises are open or kept and how many look-backs there are, and on how many proposals they lean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.scenario.wanted import Wanted

OPEN: Final = "proposals.promises_open"
KEPT: Final = "proposals.promises_kept"
LOOK_BACKS: Final = "proposals.look_backs"
FIGURES: Final = (OPEN, KEPT, LOOK_BACKS)
# So many promises and look-backs one proposal has, where there is room; else all of a cell lean on one.
_OF_ONE = 3


@dataclass(frozen=True, slots=True)
class Following:
    """What is followed in each cell.

    Attributes:
        tracked: how many answered proposals bear the promises.
        revisited: how many closed ones are looked back at.
        promised_until: until when what is still open was promised, at the latest.
    """

    open: tuple[int, ...]
    kept: tuple[int, ...]
    look_backs: tuple[int, ...]
    tracked: tuple[int, ...]
    revisited: tuple[int, ...]
    promised_until: date

    def least_replied(self, followed: Sequence[int]) -> list[int]:
        """Return how many must be answered in each cell.

        Args:
            followed: how many key proposals stand before those that are looked back at.
        """
        return [
            max(t, f) + r if r else t for t, r, f in zip(self.tracked, self.revisited, followed, strict=True)
        ]


def plan_following(wanted: Wanted) -> tuple[Following, ...]:
    """Return what is followed, leaning on several proposals and on as few as may be.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    found = [tuple(wanted.counted(figure)) for figure in FIGURES]
    ends = [one.period.until for one in wanted.statements.get(OPEN, ()) if one.period.until]
    until = min((day for day in ends if day >= wanted.today), default=date.max)
    of_one = (_OF_ONE, max(1, *(max(counts) for counts in found))) if wanted.has(*FIGURES) else (_OF_ONE,)
    ways = []
    for many in of_one:
        tracked = tuple(max(-(-a // many), -(-b // many)) for a, b in zip(*found[:2], strict=True))
        revisited = tuple(-(-n // many) for n in found[2])
        ways.append(Following(found[0], found[1], found[2], tracked, revisited, until))
    return tuple(ways)
