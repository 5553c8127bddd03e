"""A result as plain lists and numbers for JSON: ids as the file has them, and no number that is not finite."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tongxin.consensus.reading import Ballots, Id
    from tongxin.consensus.results import ConsensusItem, Representative, Result
    from tongxin.consensus.votes import Votes

_DIRECTIONS: Final = {1: "agree", -1: "disagree"}
_PROBABILITIES: Final = ("pa", "pd", "pat", "pdt", "ra", "rd", "rat", "rdt")


def report(
    result: Result, votes: Votes, ballots: Ballots, texts: Mapping[Id, str] | None = None
) -> dict[str, Any]:
    """Say a result in dictionaries and lists.

    Args:
        result: what the analysis of these votes says.
        votes: the votes, for those who voted and are in no group.
        ballots: the file that they came from, for what it calls people and statements.
        texts: what the statements say, where that is known.
    """
    return {
        "people": result.people_count,
        "votes": result.votes_count,
        "k": result.k,
        "silhouette": {str(k): _number(value) for k, value in sorted(result.silhouettes.items())},
        "too_little": None if result.too_little is None else str(result.too_little),
        "groups": [{"id": group.id, "size": group.size} for group in result.groups],
        "consensus": {
            "agree": _consensus(result.consensus.agree, ballots),
            "disagree": _consensus(result.consensus.disagree, ballots),
        },
        "representative": {
            str(group): _representative(found, ballots)
            for group, found in sorted(result.representative.items())
        },
        "statements": _statements(result, ballots, texts or {}),
        "base_clusters": _base_clusters(result),
        "participants": _participants(result, votes, ballots),
    }


# ── people ──


def _participants(result: Result, votes: Votes, ballots: Ballots) -> list[dict[str, Any]]:
    """Return everybody who voted; who voted too little stands nowhere."""
    voted = votes.participants[votes.counts() > 0].tolist()
    places = dict(
        zip(
            result.participants.tolist(),
            zip(result.group.tolist(), result.xy.tolist(), strict=True),
            strict=True,
        )
    )
    nowhere = (None, (None, None))
    return [
        {"id": ballots.participant(number), "group": group, "x": x, "y": y}
        for number in voted
        for group, (x, y) in (places.get(number, nowhere),)
    ]


def _base_clusters(result: Result) -> list[dict[str, Any]]:
    base = result.base
    columns = (base.x.tolist(), base.y.tolist(), base.count.tolist(), base.group.tolist())
    return [
        {"id": number, "x": _number(x), "y": _number(y), "count": count, "group": group}
        for number, (x, y, count, group) in enumerate(zip(*columns, strict=True))
    ]


# ── statements ──


def _statements(result: Result, ballots: Ballots, texts: Mapping[Id, str]) -> list[dict[str, Any]]:
    found = result.statements
    names = [ballots.statement(number) for number in found.id.tolist()]
    columns = {
        "moderated_out": found.moderated,
        "meta": found.meta,
        "agrees": found.agrees,
        "disagrees": found.disagrees,
        "passes": found.passes,
        "votes": found.votes,
        "consensus": found.consensus,
        "extremity": found.extremity,
        "priority": found.priority,
    }
    plain = {name: [_number(value) for value in column.tolist()] for name, column in columns.items()}
    by_group = _by_group(result)
    return [
        {
            "id": name,
            "text": texts.get(name),
            **{key: values[place] for key, values in plain.items()},
            "repness": {str(of["group"]): _leaning(of) for of in by_group[place]},
            "groups": by_group[place],
        }
        for place, name in enumerate(names)
    ]


def _by_group(result: Result) -> list[list[dict[str, Any]]]:
    """Return for each statement a row for each group."""
    found = result.statements
    counts = {
        "agrees": found.na,
        "disagrees": found.nd,
        "passes": found.ns - found.na - found.nd,
        "votes": found.ns,
    }
    columns = {**counts, **{name: getattr(found, name) for name in _PROBABILITIES}}
    plain = {name: column.tolist() for name, column in columns.items()}
    return [
        [
            {"group": group.id, **{name: _number(rows[row][place]) for name, rows in plain.items()}}
            for row, group in enumerate(result.groups)
        ]
        for place in range(len(found.id))
    ]


def _leaning(of: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether a group is rather for or against a statement than the rest, and how much."""
    agrees = (of["rat"] or 0) > (of["rdt"] or 0)
    return {
        "direction": _DIRECTIONS[1 if agrees else -1],
        "repness": of["ra" if agrees else "rd"],
        "repness_test": of["rat" if agrees else "rdt"],
    }


def _representative(found: Sequence[Representative], ballots: Ballots) -> list[dict[str, Any]]:
    return [
        {
            "statement": ballots.statement(one.statement),
            "direction": _DIRECTIONS[one.direction],
            "repness": _number(one.repness),
            "repness_test": _number(one.repness_test),
            "p_success": _number(one.p_success),
            "p_test": _number(one.p_test),
            "best_effort": one.best_effort,
        }
        for one in found
    ]


def _consensus(found: Sequence[ConsensusItem], ballots: Ballots) -> list[dict[str, Any]]:
    return [
        {"statement": ballots.statement(one.statement), "p": _number(one.p), "z": _number(one.z)}
        for one in found
    ]


def _number(value: float) -> float | None:
    """Return the number; JSON knows none that is not finite."""
    return value if math.isfinite(value) else None
