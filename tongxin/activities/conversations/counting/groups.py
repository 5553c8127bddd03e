"""Which groups may be shown, which letter each bears, and where its points lie on the map.

A group is shown from ten people on; the people of a smaller one go to the nearest that remains. A point of the map
stands for at least five. Voices have no names and no order between two counts, so groups are recognised by what
they say: the letter goes to the group whose shares of agreement come nearest to those it had.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

LEAST_IN_GROUP: Final = 10
LEAST_IN_POINT: Final = 5
LETTERS: Final = "ABCDE"
# How far two groups are apart of which nothing can be compared.
_UNKNOWN: Final = 0.5
NOBODY: Final = -1


def grown_groups(sizes: Sequence[int], centres: Floats, votes: Ints) -> list[int]:
    """Return for each group found which one it is shown as, numbered from 0; -1 for all where fewer than two remain.

    Of a group that is just large enough most numbers could not be told, when some of it skipped each statement;
    so ten people have to have answered a statement as a rule, not only to belong.

    Args:
        sizes: of each group found.
        centres: where it lies, (groups, 2).
        votes: how many of it answered, (groups, statements).
    """
    if len(sizes) < 2 or not votes.size:  # noqa: PLR2004 (one group divides nobody)
        return [NOBODY] * len(sizes)
    leads = list(range(len(sizes)))
    people = dict(enumerate(sizes))
    answered = {n: of_group[_usual(votes)] for n, of_group in enumerate(votes)}
    middle = {n: np.array(centre, dtype=np.float64) for n, centre in enumerate(centres)}
    while people:
        told = {n: min(people[n], int(np.median(answered[n]))) for n in people}
        few = min(people, key=lambda n: (told[n], n))
        rest = [n for n in people if n != few]
        if told[few] >= LEAST_IN_GROUP or not rest:
            break
        nearest = min(rest, key=lambda n: float(((middle[n] - middle[few]) ** 2).sum()))
        both = people[nearest] + people[few]
        middle[nearest] = (middle[nearest] * people[nearest] + middle[few] * people[few]) / both
        answered[nearest] = answered[nearest] + answered[few]
        people[nearest] = both
        del people[few]
        leads = [nearest if lead == few else lead for lead in leads]
    if len(people) < 2:  # noqa: PLR2004 (one group divides nobody)
        return [NOBODY] * len(sizes)
    order = {old: new for new, old in enumerate(sorted(people))}
    return [order[lead] for lead in leads]


def _usual(votes: Ints) -> NDArray[np.bool_]:
    """Return which statements have been there long enough to be answered by many."""
    together = votes.sum(axis=0)
    usual: NDArray[np.bool_] = 2 * together >= together.max(initial=0)
    return usual


def points_of(xs: Floats, ys: Floats, counts: Ints, groups: Ints) -> list[tuple[float, float, int, int]]:
    """Return the points of the map: across, up, how many people, which group; within -1 to 1.

    Args:
        xs: of each base cluster where it lies; ``ys`` alike.
        counts: how many people it has.
        groups: the shown group, -1 for none.
    """
    found = []
    for group in range(int(groups.max(initial=NOBODY)) + 1):
        of_group = (groups == group) & (counts > 0)
        places = np.stack([xs[of_group], ys[of_group]], axis=1)
        found += [(float(x), float(y), n, group) for (x, y), n in _merged(places, counts[of_group])]
    widest = max((max(abs(x), abs(y)) for x, y, _n, _g in found), default=0.0) or 1.0
    return sorted((round(x / widest, 3), round(y / widest, 3), n, g) for x, y, n, g in found)


def _merged(places: Floats, counts: Ints) -> list[tuple[Floats, int]]:
    """Return centres and counts, small clusters brought together with their nearest."""
    kept = [(place, int(count)) for place, count in zip(places, counts, strict=True)]
    while len(kept) > 1:
        smallest = min(range(len(kept)), key=lambda n: kept[n][1])
        if kept[smallest][1] >= LEAST_IN_POINT:
            break
        place, few = kept.pop(smallest)
        centres = np.array([one for one, _n in kept])
        nearest = int(np.argmin(((centres - place) ** 2).sum(axis=1)))
        other, many = kept[nearest]
        kept[nearest] = ((other * many + place * few) / (many + few), many + few)
    return kept


def lettered(
    profiles: Sequence[Mapping[int, float]], sizes: Sequence[int], previous: Mapping[str, Any]
) -> list[str]:
    """Return the letter of each group: the one that it bore in the last count, else the next that is free.

    Args:
        profiles: of each group the share that agrees, by number of the statement; only what is shown.
        sizes: of each group.
        previous: the last result, empty before the first.
    """
    before = _profiles_of(previous)
    order = sorted(range(len(profiles)), key=lambda n: (-sizes[n], sorted(profiles[n].items())))
    if not before:
        letters = dict(zip(order, LETTERS, strict=False))
        return [letters[n] for n in range(len(profiles))]
    letters = _nearest(profiles, order, before)
    free = iter(letter for letter in LETTERS if letter not in letters.values())
    for n in order:
        if n not in letters:
            letters[n] = next(free)
    return [letters[n] for n in range(len(profiles))]


def _nearest(
    profiles: Sequence[Mapping[int, float]], order: Sequence[int], before: Mapping[str, Mapping[int, float]]
) -> dict[int, str]:
    """Return which group is which of the last count, so that together they moved least."""
    known = sorted(before)
    apart = {(n, letter): _apart(profiles[n], before[letter]) for n in order for letter in known}
    if len(order) <= len(known):
        ways = [list(zip(order, way, strict=True)) for way in permutations(known, len(order))]
    else:
        ways = [list(zip(way, known, strict=True)) for way in permutations(order, len(known))]
    return dict(min(ways, key=lambda way: sum(apart[pair] for pair in way)))


def _apart(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    both = one.keys() & other.keys()
    return sum(abs(one[n] - other[n]) for n in both) / len(both) if both else _UNKNOWN


def _profiles_of(result: Mapping[str, Any]) -> dict[str, dict[int, float]]:
    letters = [group["letter"] for group in result.get("groups", ())]
    found: dict[str, dict[int, float]] = {letter: {} for letter in letters}
    for statement in result.get("statements", ()):
        for letter, cell in zip(letters, statement["groups"], strict=False):
            if cell["votes"]:
                found[letter][statement["number"]] = cell["agrees"] / cell["votes"]
    return found


def turned(
    points: Sequence[tuple[float, float, int, int]], letters: Sequence[str], previous: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the points as they are kept, left and right as they were in the last count.

    Which way an axis points means nothing, so that it may change from one count to the next; people would take
    it for a change of opinion.
    """
    before = _centres([(p["x"], p["y"], p["count"], p["group"]) for p in previous.get("points", ())])
    now = _centres([(x, y, n, letters[g]) for x, y, n, g in points])
    both = now.keys() & before.keys()
    ways = [(1, 1), (-1, 1), (1, -1), (-1, -1)]

    def moved(way: tuple[int, int]) -> float:
        return sum(
            (way[0] * now[one][0] - before[one][0]) ** 2 + (way[1] * now[one][1] - before[one][1]) ** 2
            for one in both
        )

    across, up = min(ways, key=moved)
    kept = sorted((letters[g], -n, across * x + 0.0, up * y + 0.0) for x, y, n, g in points)
    return [{"x": x, "y": y, "count": -n, "group": letter} for letter, n, x, y in kept]


def _centres(points: Sequence[tuple[float, float, int, str]]) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float, int]] = {}
    for x, y, n, letter in points:
        sx, sy, many = found.get(letter, (0.0, 0.0, 0))
        found[letter] = (sx + x * n, sy + y * n, many + n)
    return {letter: (x / n, y / n) for letter, (x, y, n) in found.items()}
