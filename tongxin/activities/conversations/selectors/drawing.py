"""Which statement comes next: by chance, and the more is learned from it the likelier."""

from __future__ import annotations

import math
from random import SystemRandom
from typing import TYPE_CHECKING, Final, NamedTuple

from tongxin.activities.conversations.counting.locks import undisturbed
from tongxin.activities.conversations.models import Statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from random import Random
    from uuid import UUID

# The first answers go to statements of the office, so that everybody has some in common with everybody.
SEEDS_FIRST: Final = 5
# What a phone takes along: enough for a tunnel, little to load.
HANDFUL: Final = 12
# Of a statement that no count has seen: the formula of the engine with no votes at all, ((1 - 1/2) * 1/2 * 9)².
_UNCOUNTED: Final = 5.0625
_CHANCE: Final = SystemRandom()


class Votable(NamedTuple):
    """A published statement, as far as voting needs it."""

    number: int
    text: str
    priority: float
    by_name: str

    @property
    def weight(self) -> float:
        """How likely it comes next, beside the others."""
        return self.priority if self.priority > 0 else _UNCOUNTED


def published_statements(conversation_id: UUID, *, lock: bool = False) -> tuple[Votable, ...]:
    """Return what people vote on, by number.

    Args:
        conversation_id: of which conversation.
        lock: go on among other votes, see ``counting.locks``.
    """
    found = Statement.objects.filter(conversation_id=conversation_id).published()
    if lock:
        found = found.annotate(lock=undisturbed(conversation_id))
    columns = ("number", "text", "priority", "by_name", *(["lock"] if lock else []))
    return tuple(Votable(*row[:4]) for row in found.order_by("number").values_list(*columns))


def draw(
    statements: Iterable[Votable],
    given: Collection[int],
    *,
    most: int = HANDFUL,
    chance: Random = _CHANCE,
) -> list[Votable]:
    """Return the statements to show next, the first one first.

    Args:
        statements: all that may be voted on.
        given: numbers of those that the voice has answered.
        most: how many.
        chance: where chance comes from.
    """
    # The largest of u^(1/w) is a draw by weight without putting back (Efraimidis and Spirakis 2006); logarithms,
    # because the powers of small numbers are nought.
    drawn = sorted(
        (s for s in statements if s.number not in given),
        key=lambda s: math.log(1 - chance.random()) / s.weight,
        reverse=True,
    )
    seeds_due = max(0, SEEDS_FIRST - len(given))
    first = [s for s in drawn if s.by_name][:seeds_due]
    return [*first, *(s for s in drawn if s not in first)][:most]
