"""Who was where: visits of members, supervisions of workstations, and what they left to be put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.supervising import (
    put_in_charge,
    record_rectification,
    record_visit,
)
from tongxin.activities.grassroots.actions.visit_ledger import PastVisit, enter_past_visits
from tongxin.scenario.spans import Said, share_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tongxin.activities.grassroots.models import LeaderCharge
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member, Node
    from tongxin.scenario.spans import Cells
    from tongxin.scenario.wanted import Wanted

VISITS: Final = "grassroots.visits"
SUPERVISIONS: Final = "grassroots.supervisions"
TO_RECTIFY: Final = "grassroots.supervisions_open"
FIGURES: Final = (VISITS, SUPERVISIONS, TO_RECTIFY)
SOURCE = "委员走访台账"
_FAR = 10**9
_AT_ONCE = 5000
# So many stations and leaders share the supervisions, where there are so many.
_CHARGES = 10
_FOUND, _DONE = "议事记录不全，公示栏没有更新。", "记录补齐，公示栏已经更新。"
_TIME_TO_RECTIFY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PresencePlan:
    """How many visits and supervisions there were in each cell, and after how many of these something is open."""

    visits: tuple[int, ...]
    supervisions: tuple[int, ...]
    to_rectify: int

    @property
    def has_any(self) -> bool:
        """Whether anybody was anywhere."""
        return any(self.visits) or any(self.supervisions)


def plan_presence(wanted: Wanted) -> PresencePlan:
    """Return who was where.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    levels = {n for _day, n in wanted.levels(TO_RECTIFY)}
    if len(levels) > 1:
        raise wanted.refuse(TO_RECTIFY, because=_("还没有整改完的督导是今天的数，这里只能有一个数。"))
    left = max(levels, default=0)
    for exactly in (True, False):
        said = [*wanted.bounds(SUPERVISIONS, exactly=exactly), Said(0, len(wanted.cells), left, _FAR)]
        found = share_out(wanted.cells.days(), said)
        if found is not None:
            return PresencePlan(tuple(wanted.counted(VISITS)), tuple(found), left)
    raise wanted.refuse(SUPERVISIONS, TO_RECTIFY)


def enter_presence(
    actor: Actor,
    plan: PresencePlan,
    places: tuple[Sequence[Node], Sequence[Node]],
    members: Sequence[Member],
    cells: Cells,
) -> None:
    """Enter visits as a register, and each supervision by who is in charge of the station.

    Args:
        places: where members visit, and the workstations.
    """
    nodes, stations = places
    lines = [
        PastVisit(nodes[n % len(nodes)], members[n % len(members)], on, "走访群众，了解议题办理情况。")
        for n, on in enumerate(_days(plan.visits, cells))
    ]
    for n in range(0, len(lines), _AT_ONCE):
        enter_past_visits(actor=actor, lines=lines[n : n + _AT_ONCE], source=SOURCE)
    if any(plan.supervisions):
        _supervise(actor, plan, stations, members, cells)


def _days(counts: Sequence[int], cells: Cells) -> Iterator[date]:
    for cell, count in enumerate(counts):
        for n in range(count):
            yield cells.edges[cell] + timedelta(days=n * cells.days()[cell] // count)


def _supervise(
    actor: Actor, plan: PresencePlan, stations: Sequence[Node], members: Sequence[Member], cells: Cells
) -> None:
    count = min(len(stations), len(members), _CHARGES)
    charges: list[LeaderCharge] = [
        put_in_charge(actor=actor, node=stations[n], leader=members[n], since=cells.edges[0])
        for n in range(count)
    ]
    done = sum(plan.supervisions) - plan.to_rectify
    for n, on in enumerate(_days(plan.supervisions, cells)):
        visit = record_visit(
            actor=actor,
            charge=charges[n % count],
            on=on,
            findings=_FOUND,
            # What was found last is still to be put right; of what was found before nothing is left.
            rectify_by=on + _TIME_TO_RECTIFY,
        )
        if n < done:
            record_rectification(actor=actor, visit=visit, on=on, text=_DONE)
