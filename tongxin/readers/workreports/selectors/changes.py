"""What became of a number after a report was signed: which rows came, which went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongxin.readers.statistics.counting import rows_of
from tongxin.readers.statistics.leave import open_to
from tongxin.readers.statistics.opening.rows import Row, in_order, shown
from tongxin.readers.workreports.actions.signing import things_behind
from tongxin.readers.workreports.numbers import Standing, is_seen_by, standings

if TYPE_CHECKING:
    from django.db.models import Model

    from tongxin.foundation.core.access import Actor
    from tongxin.readers.workreports.models import FrozenNumber

# A page shows so many of each; the number beside it says how many there are.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows that came or went.

    Attributes:
        count: how many.
        rows: those that this person may open, fifty at most.
        unseen: how many are not among them.
    """

    count: int
    rows: list[Row]

    @property
    def unseen(self) -> int:
        """How many are not shown: removed for good, not open to this person, or too many."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number then and now."""

    frozen: FrozenNumber
    standing: Standing
    now: str
    came: Moved
    went: Moved


def compare(actor: Actor, frozen: FrozenNumber) -> Comparison | None:
    """Return what changed behind a number since it was frozen; nothing if this person may not see the number."""
    standing = standings(frozen.committee_id, [frozen.code.code]).get(frozen.code.code)
    if standing is None or not is_seen_by(actor, standing):
        return None
    then, now = set(frozen.row_ids), set(things_behind(standing, frozen.committee_id))
    return Comparison(
        frozen,
        standing,
        standing.printed(),
        _moved(actor, standing, frozen.committee_id, now - then),
        _moved(actor, standing, frozen.committee_id, then - now),
    )


def _moved(actor: Actor, standing: Standing, committee_id: int, keys: set[str]) -> Moved:
    if not keys:
        return Moved(0, [])
    figure = standing.figure
    model: type[Model] = figure.things(rows_of(figure, committee_id, standing.period)).model
    rows: Any = model._default_manager.filter(pk__in=keys)  # noqa: SLF001
    return Moved(len(keys), shown(figure, in_order(figure, open_to(actor, rows))[:_MOST]))
