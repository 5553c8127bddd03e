"""Which statements of a place are kept where not all of them can be: the last stated gives way.

Planning is asked with fewer statements until it agrees; nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.scenario.errors import ScenarioRefused
from tongxin.scenario.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from tongxin.foundation.organization.models import Committee
    from tongxin.scenario.planning import Plan
    from tongxin.scenario.reading import Stated


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that no records were made for.

    Attributes:
        why: a sentence; empty where no room has such a figure.
    """

    place: str
    stated: Stated
    why: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """The statements that hold together, what has to be made for them, and the others with the reason."""

    plan: Plan | None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Settler:
    """Plans one place with as many of its statements as can be together."""

    place: str
    committee: Committee
    today: date
    plan_place: Callable[[Wanted], Plan]

    def settle(self, stated: Sequence[Stated]) -> Settled:
        """Leave out as little as possible: one statement where that is enough, else each that finds no place."""
        plan, refusal = self._tried(stated)
        if refusal is None:
            return Settled(plan)
        for one in reversed([one for one in stated if one.figure in refusal.figures]):
            plan, other = self._tried([kept for kept in stated if kept is not one])
            if other is None:
                return Settled(plan, (LeftOut(self.place, one, str(refusal)),))
        return self._one_by_one(stated)

    def _one_by_one(self, stated: Sequence[Stated]) -> Settled:
        """Take in one statement after the other; what could not be taken in yet may be, beside a later one."""
        kept: list[Stated] = []
        waiting = {id(one): "" for one in stated}
        while True:
            before = len(kept)
            for one in stated:
                if id(one) not in waiting:
                    continue
                ordered = [each for each in stated if each is one or id(each) not in waiting]
                _plan, refusal = self._tried(ordered)
                if refusal is None:
                    kept.append(one)
                    del waiting[id(one)]
                else:
                    waiting[id(one)] = str(refusal)
            if len(kept) == before:
                break
        plan, _none = self._tried([one for one in stated if id(one) not in waiting])
        left_out = tuple(LeftOut(self.place, one, waiting[id(one)]) for one in stated if id(one) in waiting)
        return Settled(plan, left_out)

    def _tried(self, stated: Sequence[Stated]) -> tuple[Plan | None, ScenarioRefused | None]:
        """Return what has to be made for these statements, or why they cannot be."""
        wanted = Wanted(self.place, self.committee, self.today)
        try:
            for one in stated:
                wanted.take(one)
            return (self.plan_place(wanted) if stated else None), None
        except ScenarioRefused as refusal:
            if not refusal.figures:
                raise
            return None, refusal
