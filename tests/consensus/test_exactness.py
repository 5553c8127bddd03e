"""Every formula once more, slowly, cell by cell, and compared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.consensus.samples import dense, votes_of_camps
from tongxin.consensus import Votes, analyse, statistics_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tongxin.consensus.results import Counts, Floats, Result

Z = 1.2816
EXACT = {"rel": 1e-9, "abs": 1e-9}


def two_proportions(a: int, n: int, b: int, m: int) -> float:
    a, n, b, m = a + 1, n + 1, b + 1, m + 1
    p = (a + b) / (n + m)
    if p == 1:
        return 0.0
    return (a / n - b / m) / math.sqrt(p * (1 - p) * (1 / n + 1 / m))


def slow(table: Floats, groups: Counts, group: int, place: int) -> dict[str, float]:
    """The numbers of one group and statement by the formulas of the specification."""
    column = table[:, place]

    def count(mine: Callable[[int], bool], what: Callable[[float], bool]) -> int:
        return sum(1 for vote, of in zip(column, groups, strict=True) if mine(of) and what(vote))

    def own(of: int) -> bool:
        return of == group

    def rest(of: int) -> bool:
        return of not in {group, -1}

    na, nd, ns = (
        count(own, what) for what in (lambda v: v == 1, lambda v: v == -1, lambda v: not math.isnan(v))
    )
    oa, od, os = (
        count(rest, what) for what in (lambda v: v == 1, lambda v: v == -1, lambda v: not math.isnan(v))
    )
    pa, pd = (na + 1) / (ns + 2), (nd + 1) / (ns + 2)
    return {
        "na": na,
        "nd": nd,
        "ns": ns,
        "pa": pa,
        "pd": pd,
        "pat": 2 * math.sqrt(ns + 1) * ((na + 1) / (ns + 1) - 0.5),
        "pdt": 2 * math.sqrt(ns + 1) * ((nd + 1) / (ns + 1) - 0.5),
        "ra": pa / ((oa + 1) / (os + 2)),
        "rd": pd / ((od + 1) / (os + 2)),
        "rat": two_proportions(na, ns, oa, os),
        "rdt": two_proportions(nd, ns, od, os),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_statistics_of_given_groups_are_the_formulas(seed: int) -> None:
    votes = votes_of_camps(people=60, statements=12, seed=seed)
    groups = np.random.default_rng(seed).integers(-1, 3, len(votes.participants))
    table = dense(votes)

    found = statistics_of(votes, groups)

    for group in range(3):
        for place in range(len(votes.statements)):
            wanted = slow(table, groups, group, place)
            assert {name: getattr(found, name)[group, place] for name in wanted} == pytest.approx(
                wanted, **EXACT
            )


def test_statistics_where_everybody_agrees_are_finite() -> None:
    votes = Votes.from_iterable([(person, 1, 1) for person in range(10)])

    found = statistics_of(votes, [0] * 5 + [1] * 5)

    assert found.rat.tolist() == [[0.0], [0.0]]
    assert found.pat[0, 0] == pytest.approx(math.sqrt(6))


def test_statistics_of_statements_are_the_formulas() -> None:
    votes = votes_of_camps(people=60, statements=12)
    groups = np.random.default_rng(5).integers(-1, 3, len(votes.participants))
    table, meta = dense(votes), int(votes.statements[4])
    extremity = np.linspace(0, 3, 12)

    found = statistics_of(votes, groups, meta=[meta], moderated_out=[10], extremity=extremity)

    for place in range(12):
        column, mine = table[:, place], table[groups >= 0, place]
        agrees, passes, total = (mine == 1).sum(), (mine == 0).sum(), (~np.isnan(mine)).sum()
        importance = (1 - (passes + 1) / (total + 2)) * (extremity[place] + 1) * (agrees + 1) / (total + 2)
        priority = 49 if place == 4 else (importance * (1 + 8 * 2 ** (-total / 5))) ** 2
        product = math.prod(
            ((table[groups == g, place] == 1).sum() + 1) / ((~np.isnan(table[groups == g, place])).sum() + 2)
            for g in range(3)
        )
        assert found.consensus[place] == pytest.approx(product, **EXACT)
        assert found.priority[place] == pytest.approx(priority, **EXACT)
        assert (found.agrees[place], found.disagrees[place], found.passes[place], found.votes[place]) == (
            (column == 1).sum(),
            (column == -1).sum(),
            (column == 0).sum(),
            (~np.isnan(column)).sum(),
        )
    assert found.moderated.tolist() == [True] + [False] * 11
    assert found.meta.tolist() == [place == 4 for place in range(12)]


def wanted_representatives(result: Result, group: int) -> list[tuple[float, ...]]:
    found = result.statements
    candidates = []
    for place, statement in enumerate(found.id.tolist()):
        ra, rat, pa, pat = (float(getattr(found, name)[group, place]) for name in ("ra", "rat", "pa", "pat"))
        rd, rdt, pd, pdt = (float(getattr(found, name)[group, place]) for name in ("rd", "rdt", "pd", "pdt"))
        if not found.moderated[place] and ((rat > Z and pat > Z) or (rdt > Z and pdt > Z)):
            numbers = (ra, rat, pa, pat) if rat > rdt else (rd, rdt, pd, pdt)
            candidates.append((math.prod(numbers), 1 if rat > rdt else -1, statement, numbers))
    best = sorted(candidates, key=lambda each: (-each[0], each[2]))[:5]
    return [(s, way, *numbers) for way in (1, -1) for _, direction, s, numbers in best if direction == way]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_representative_statements_are_those_of_the_rule(seed: int) -> None:
    result = analyse(votes_of_camps(seed=seed), moderated_out=[10, 12])

    assert set(result.representative) == set(range(result.k))
    for group, chosen in result.representative.items():
        assert [
            (each.statement, each.direction, each.repness, each.repness_test, each.p_success, each.p_test)
            for each in chosen
        ] == wanted_representatives(result, group)
        assert not any(each.best_effort for each in chosen)


def test_representative_where_nothing_is_significant_is_one_best_effort() -> None:
    said = np.random.default_rng(1).choice([-1, 0, 0, 0, 1], 40)
    votes = Votes.from_arrays(np.repeat(np.arange(5), 8), np.tile(np.arange(8), 5), said)
    result = analyse(votes)
    nothing = [group for group in range(result.k) if not wanted_representatives(result, group)]

    assert nothing
    for group in nothing:
        (only,) = result.representative[group]
        assert only.best_effort


@pytest.mark.parametrize("seed", [1, 2])
def test_consensus_lists_are_those_of_the_rule(seed: int) -> None:
    votes = votes_of_camps(seed=seed, camps=1)
    out = int(votes.statements[3])

    result = analyse(votes, moderated_out=[out])

    found = result.statements
    for said, chosen in (
        (found.agrees, result.consensus.agree),
        (found.disagrees, result.consensus.disagree),
    ):
        rows = []
        for statement, a, n in zip(found.id.tolist(), said.tolist(), found.votes.tolist(), strict=True):
            p, z = (a + 1) / (n + 2), 2 * math.sqrt(n + 1) * ((a + 1) / (n + 1) - 0.5)
            if p > 0.5 and z > Z and statement != out:
                rows.append((-p * z, statement, p, z))
        assert [each.statement for each in chosen] == [row[1] for row in sorted(rows)[:5]]
        assert [(each.p, each.z) for each in chosen] == [
            (pytest.approx(row[2], **EXACT), pytest.approx(row[3], **EXACT)) for row in sorted(rows)[:5]
        ]
        assert chosen


def test_extremity_and_map_are_those_of_the_rule() -> None:
    votes = votes_of_camps(seed=4)
    out = [int(votes.statements[2]), int(votes.statements[7])]
    result = analyse(votes, moderated_out=out)
    table = dense(votes)
    table[:, np.isin(votes.statements, out)] = 0
    mean, size = np.nanmean(table, axis=0), table.shape[1]
    away = np.where(np.isnan(table), 0, table - mean)
    voted = (~np.isnan(table)).sum(1)

    xy = away @ result.axes.components.T * np.sqrt(size / voted)[:, None]
    extremity = np.hypot(*(math.sqrt(size) * (1 - mean) * result.axes.components))

    inside = np.isin(votes.participants, result.participants)
    assert result.xy == pytest.approx(xy[inside], **EXACT)
    assert result.statements.extremity == pytest.approx(extremity, **EXACT)
