"""From an analysis to what is kept and shown: groups of at least ten, points of several people, totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tongxin.activities.conversations.counting.groups import lettered, points_of, turned
from tongxin.activities.conversations.counting.totals import LEAST_PEOPLE, told
from tongxin.consensus import TooLittle, statistics_of
from tongxin.consensus.representatives import consensus_of, representatives_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tongxin.activities.conversations.counting.analysing import Found
    from tongxin.activities.conversations.counting.texts import Texts
    from tongxin.consensus import Statements

AGREE, DISAGREE = 1, -1
_HALF: Final = 0.5
_MOST_COMMON = _MOST_DIVIDED = 5
# How far groups are apart in what divides them, in shares of agreement.
_DIVIDED: Final = 0.3


def snapshot(found: Found, texts: Texts, *, previous: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result as it is kept; plain JSON.

    Args:
        found: the analysis.
        texts: the statements.
        previous: the last result of this conversation, empty before the first.
    """
    if found.people < LEAST_PEOPLE:
        return _nothing(found.people)
    numbers = statistics_of(found.votes, found.labels, moderated_out=texts.out, meta=texts.meta)
    rows = [_row(numbers, place, texts) for place in range(len(numbers.id))]
    sizes = np.bincount(found.labels[found.labels >= 0]).tolist()
    letters = lettered([_profile(rows, n) for n in range(len(sizes))], sizes, previous)
    # Groups stand by their letters from here on.
    order = sorted(range(len(sizes)), key=letters.__getitem__)
    for row in rows:
        row["groups"] = [row["groups"][n] for n in order]
    return {
        "voices": found.people,
        "votes": sum(row["votes"] for row in rows),
        "clustered": sum(sizes),
        "too_little": _too_little(found, sizes),
        "k": len(sizes),
        "silhouette": _silhouette(found),
        "groups": [{"letter": letters[n], "size": sizes[n]} for n in order],
        "points": _points(found, letters, previous),
        "statements": rows,
        "common": _common(rows, numbers, texts, has_groups=bool(sizes)),
        "representative": _representative(found, rows, texts, letters),
        "divided": _divided(rows, texts),
    }


def _nothing(people: int) -> dict[str, Any]:
    """Return the result of so few voices that nothing is told of them."""
    return {
        "voices": people,
        "votes": 0,
        "clustered": 0,
        "too_little": "few_voices",
        "k": 0,
        "silhouette": None,
        "groups": [],
        "points": [],
        "statements": [],
        "common": [],
        "representative": {},
        "divided": [],
    }


def _too_little(found: Found, sizes: Sequence[int]) -> str | None:
    if found.result.too_little is not None:
        return str(found.result.too_little)
    if sizes:
        return None
    # One group of all is too small to be two, or all others were.
    return "small_groups" if len(found.result.groups) > 1 else str(TooLittle.EVERYONE_ALIKE)


def _silhouette(found: Found) -> float | None:
    value = found.result.silhouettes.get(found.result.k)
    return None if value is None or not np.isfinite(value) else round(float(value), 4)


def _row(numbers: Statements, place: int, texts: Texts) -> dict[str, Any]:
    """Return what is told of one statement; of a withdrawn one nothing."""
    number = int(numbers.id[place])
    passed = numbers.ns[:, place] - numbers.na[:, place] - numbers.nd[:, place]
    cells = np.stack([numbers.na[:, place], numbers.nd[:, place], passed], axis=1)
    everybody = np.array([numbers.agrees[place], numbers.disagrees[place], numbers.passes[place]])
    is_out = number in texts.out
    if is_out:
        cells, everybody = np.zeros_like(cells), np.zeros_like(everybody)
    row = told(cells, everybody - cells.sum(axis=0))
    is_told = bool(row["groups"]) and not any(cell["few"] for cell in row["groups"])
    consensus = round(float(numbers.consensus[place]), 6) if is_told else None
    return {"number": number, "out": is_out, "consensus": consensus, **row}


def _profile(rows: Sequence[Mapping[str, Any]], group: int) -> dict[int, float]:
    """Return by what a group is recognised in the next count; only from numbers that are told."""
    cells = [(row["number"], row["groups"][group]) for row in rows]
    return {number: cell["agrees"] / cell["votes"] for number, cell in cells if cell["votes"]}


def _points(found: Found, letters: Sequence[str], previous: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not letters:
        return []
    base = found.result.base
    shown = np.asarray(found.leads, dtype=np.int64)[base.group]
    return turned(points_of(base.x, base.y, base.count, shown), letters, previous)


def _common(
    rows: Sequence[Mapping[str, Any]], numbers: Statements, texts: Texts, *, has_groups: bool
) -> list[dict[str, Any]]:
    """Return what more than half of every group says, the surest first; agreement before disagreement."""
    if not has_groups:
        return _majority(rows, numbers, texts)
    found = []
    for direction, key in ((AGREE, "agrees"), (DISAGREE, "disagrees")):
        alike = [row for row in rows if _is_alike(row, key) and row["number"] not in texts.meta]
        alike.sort(key=lambda row: (-_together(row, key), row["number"]))
        found += [_item(row, direction, key) for row in alike[:_MOST_COMMON]]
    return found


def _is_alike(row: Mapping[str, Any], key: str) -> bool:
    cells = row["groups"]
    return row["consensus"] is not None and all(2 * cell[key] > cell["votes"] for cell in cells)


def _together(row: Mapping[str, Any], key: str) -> float:
    """Return the group-aware consensus on agreeing or disagreeing."""
    together = 1.0
    for cell in row["groups"]:
        together *= (cell[key] + 1) / (cell["votes"] + 2)
    return together


def _majority(rows: Sequence[Mapping[str, Any]], numbers: Statements, texts: Texts) -> list[dict[str, Any]]:
    """Return what most of all say, where there are no groups."""
    told_rows = {row["number"]: row for row in rows if row["votes"] and row["number"] not in texts.meta}
    lists = consensus_of(numbers)
    sides = ((AGREE, "agrees", lists.agree), (DISAGREE, "disagrees", lists.disagree))
    return [
        _item(told_rows[item.statement], direction, key)
        for direction, key, items in sides
        for item in items
        if item.statement in told_rows
    ]


def _item(row: Mapping[str, Any], direction: int, key: str) -> dict[str, Any]:
    return {
        "number": row["number"],
        "direction": direction,
        "share": round(row[key] / row["votes"], 4),
    }


def _representative(
    found: Found, rows: Sequence[Mapping[str, Any]], texts: Texts, letters: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return what each group is known for, of those statements whose numbers are told for all groups."""
    untold = {row["number"] for row in rows if row["consensus"] is None}
    numbers = statistics_of(
        found.votes, found.labels, moderated_out=texts.out | untold | texts.meta, meta=texts.meta
    )
    place = {int(number): n for n, number in enumerate(numbers.id)}
    named = representatives_of(numbers)
    return {
        letter: [
            {
                "number": one.statement,
                "direction": one.direction,
                "share": _share(numbers, group, place[one.statement], one.direction),
                "repness": round(one.repness, 4),
            }
            for one in named[group]
        ]
        for group, letter in sorted(enumerate(letters), key=lambda pair: pair[1])
    }


def _share(numbers: Statements, group: int, place: int, direction: int) -> float:
    said = (numbers.na if direction == AGREE else numbers.nd)[group, place]
    return round(float(said / numbers.ns[group, place]), 4) if numbers.ns[group, place] else 0.0


def _divided(rows: Sequence[Mapping[str, Any]], texts: Texts) -> list[int]:
    """Return the numbers of what the groups differ most in, the most divided first."""
    spread = {
        row["number"]: _spread(row)
        for row in rows
        if row["consensus"] is not None and row["number"] not in texts.meta
    }
    apart = [number for number, value in spread.items() if value >= _DIVIDED]
    return sorted(apart, key=lambda number: (-spread[number], number))[:_MOST_DIVIDED]


def _spread(row: Mapping[str, Any]) -> float:
    shares = [cell["agrees"] / cell["votes"] for cell in row["groups"] if cell["votes"]]
    return max(shares) - min(shares) if len(shares) > 1 else 0.0
