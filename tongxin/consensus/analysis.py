"""From votes to everything that is said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tongxin.consensus.components import axes_of, centred, extremity_of, project
from tongxin.consensus.membership import clustered_people, numbered
from tongxin.consensus.packing import parts_of_rows
from tongxin.consensus.polishing import map_of
from tongxin.consensus.representatives import consensus_of, representatives_of
from tongxin.consensus.results import BaseClusters, Group, Result, TooLittle
from tongxin.consensus.statistics import Tally, statements_of, tally_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from tongxin.consensus.bases import Bases
    from tongxin.consensus.grouping import Grouping
    from tongxin.consensus.results import Axes, Counts, Floats
    from tongxin.consensus.votes import Votes

PATIENCE: Final = 4
"""So many analyses in a row must ask for another number of groups before it is shown."""
_FEWEST_PEOPLE: Final = 4


class _Places(NamedTuple):
    """Who is clustered and where they stand."""

    inside: NDArray[np.bool_]
    xy: Floats
    axes: Axes


class _Groups(NamedTuple):
    """The groups of the points of the map, numbered."""

    k: int
    of: Counts
    silhouettes: Mapping[int, float]
    asked: tuple[int, int]


def analyse(
    votes: Votes,
    *,
    moderated_out: Iterable[int] = (),
    meta: Iterable[int] = (),
    previous: Result | None = None,
) -> Result:
    """Finds the groups of a conversation, what each stands for, and what all agree on.

    The same votes give the same result, in whatever order they came and on however many processors.

    Args:
        votes: The votes.
        moderated_out: Ids of statements that were taken out; nobody's votes on them form groups.
        meta: Ids of statements about the conversation itself.
        previous: An earlier result of this conversation: groups keep their numbers, the map its left and right,
            nobody who was clustered drops out, and another number of groups is shown only after four analyses in
            a row have asked for it.
    """
    moderated = np.isin(votes.statements, list(moderated_out))
    everybody = tally_of(votes, np.full(len(votes.participants), -1), 0)
    places = _places(votes, moderated, everybody, previous)
    why = _too_little(everybody, moderated, places)
    bases, grouping = map_of(places.xy)
    if why is None and grouping is None:
        why = TooLittle.EVERYONE_ALIKE
    people = votes.participants[places.inside]
    groups = _groups(bases, grouping, people, previous) if why is None and grouping else _one_group(bases)
    group = groups.of[bases.of]
    everywhere = np.full(len(votes.participants), -1)
    everywhere[places.inside] = group
    statements = statements_of(
        votes.statements,
        tally_of(votes, everywhere, groups.k) if groups.k else everybody,
        moderated=moderated,
        meta=np.isin(votes.statements, list(meta)),
        extremity=extremity_of(places.axes, moderated),
    )
    return Result(
        votes_count=len(votes),
        people_count=int((votes.counts() > 0).sum()),
        participants=people,
        group=group,
        xy=places.xy,
        k=groups.k,
        silhouettes=groups.silhouettes,
        base=BaseClusters(bases.points[:, 0], bases.points[:, 1], bases.counts, groups.of),
        groups=_described(bases, groups),
        statements=statements,
        representative=representatives_of(statements) if why is None else {},
        consensus=consensus_of(statements),
        too_little=why,
        axes=places.axes,
        asked=groups.asked,
    )


def _places(votes: Votes, moderated: NDArray[np.bool_], everybody: Tally, previous: Result | None) -> _Places:
    disagrees, passes, agrees = (counts[-1] for counts in everybody)
    centre = centred(votes, moderated, agrees, disagrees, agrees + disagrees + passes)
    axes = axes_of(centre, votes.statements, None if previous is None else previous.axes)
    inside = clustered_people(votes, previous)
    return _Places(inside, project(centre, axes, _voted(votes, moderated))[inside], axes)


def _voted(votes: Votes, moderated: NDArray[np.bool_]) -> Counts:
    """For each person on how many statements a vote counts: what was moderated out counts as a 0 of everybody."""
    voted = votes.counts() + int(moderated.sum())
    if moderated.any():
        for rows, cells in parts_of_rows(votes.indptr):
            out = np.append(0, np.cumsum(moderated[votes.columns[cells]]))
            voted[rows] -= np.diff(out[votes.indptr[rows.start : rows.stop + 1] - votes.indptr[rows.start]])
    return voted


def _too_little(everybody: Tally, moderated: NDArray[np.bool_], places: _Places) -> TooLittle | None:
    open_ones = int(((sum(counts[-1] for counts in everybody) > 0) & ~moderated).sum())
    if not open_ones:
        return TooLittle.NO_VOTES
    if open_ones == 1:
        return TooLittle.ONE_STATEMENT
    if int(places.inside.sum()) < _FEWEST_PEOPLE:
        return TooLittle.TOO_FEW_PEOPLE
    return None


def _one_group(bases: Bases) -> _Groups:
    return _Groups(min(1, len(bases.counts)), np.zeros(len(bases.counts), np.int64), {}, (0, 0))


def _groups(bases: Bases, grouping: Grouping, people: Counts, previous: Result | None) -> _Groups:
    asked, k = _shown(grouping.best, grouping.of, previous)
    number = numbered(grouping.of[k][bases.of], people, k, previous)
    return _Groups(k, number[grouping.of[k]], grouping.silhouettes, asked)


def _shown(best: int, possible: Mapping[int, Counts], previous: Result | None) -> tuple[tuple[int, int], int]:
    """Which number of groups is asked for, for how long, and which is shown."""
    if previous is None or previous.too_little is not None:
        return (best, 1), best
    times = previous.asked[1] + 1 if previous.asked[0] == best else 1
    keep = times < PATIENCE and previous.k in possible
    return (best, times), previous.k if keep else best


def _described(bases: Bases, groups: _Groups) -> tuple[Group, ...]:
    sizes = np.bincount(groups.of, bases.counts, groups.k)
    sums = [np.bincount(groups.of, bases.counts * bases.points[:, axis], groups.k) for axis in range(2)]
    return tuple(
        Group(i, int(sizes[i]), float(sums[0][i] / sizes[i]), float(sums[1][i] / sizes[i]))
        for i in range(groups.k)
    )
