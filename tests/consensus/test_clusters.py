from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.consensus.samples import agreement, votes_of_camps
from tongxin.consensus import Votes, analyse

if TYPE_CHECKING:
    from tongxin.consensus.results import Counts, Floats, Result


def inertia(points: Floats, weights: Floats, groups: Counts) -> float:
    total = 0.0
    for group in np.unique(groups):
        mine = groups == group
        middle = np.average(points[mine], axis=0, weights=weights[mine])
        total += float((weights[mine] * ((points[mine] - middle) ** 2).sum(1)).sum())
    return total


def best_of_hundred(points: Floats, weights: Floats, k: int, seed: int = 0) -> float:
    """The tightest of a hundred plain k-means from random points."""
    chance, best = np.random.default_rng(seed), np.inf
    for _run in range(100):
        centres = points[chance.choice(len(points), k, replace=False)]
        groups = None
        for _round in range(100):
            nearest = ((points[:, None] - centres[None]) ** 2).sum(2).argmin(1)
            if groups is not None and (nearest == groups).all():
                break
            groups = nearest
            centres = np.array(
                [
                    np.average(points[groups == g], axis=0, weights=weights[groups == g])
                    if (groups == g).any()
                    else centres[g]
                    for g in range(k)
                ]
            )
        best = min(best, inertia(points, weights, groups))
    return best


def slow_silhouette(points: Floats, groups: Counts) -> float:
    values = []
    for place, group in enumerate(groups):
        away = np.sqrt(((points - points[place]) ** 2).sum(1))
        own = [a for other, a in enumerate(away) if groups[other] == group and other != place]
        if not own:
            values.append(0.0)
            continue
        outside = min(away[groups == other].mean() for other in np.unique(groups) if other != group)
        values.append((outside - np.mean(own)) / max(outside, np.mean(own)))
    return float(np.mean(values))


def points_of(result: Result) -> tuple[Floats, Floats]:
    return np.stack([result.base.x, result.base.y], axis=1), result.base.count.astype(float)


@pytest.mark.parametrize("seed", range(1, 7))
def test_groups_are_as_tight_as_the_best_of_a_hundred_runs(seed: int) -> None:
    result = analyse(votes_of_camps(people=400, camps=2 + seed % 3, seed=seed))
    points, weights = points_of(result)

    found = inertia(points, weights, result.base.group)

    assert found <= 1.005 * best_of_hundred(points, weights, result.k)


@pytest.mark.parametrize("seed", range(1, 7))
def test_number_of_groups_has_the_best_silhouette(seed: int) -> None:
    result = analyse(votes_of_camps(people=150, camps=2 + seed % 3, seed=seed))
    points, _ = points_of(result)

    assert result.silhouettes[result.k] == max(result.silhouettes.values())
    assert result.silhouettes[result.k] == pytest.approx(slow_silhouette(points, result.base.group))
    assert list(result.silhouettes) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("people", "tried"), [(11, [2]), (12, [2, 3]), (24, [2, 3, 4]), (36, [2, 3, 4, 5]), (60, [2, 3, 4, 5])]
)
def test_number_of_groups_is_limited_by_the_points(people: int, tried: list[int]) -> None:
    result = analyse(votes_of_camps(people=people, share=0.9))

    assert len(result.base.count) == people
    assert list(result.silhouettes) == tried


@pytest.mark.parametrize("camps", [2, 3])
def test_groups_of_clear_camps_are_the_camps(camps: int) -> None:
    chance = np.random.default_rng(camps)
    corners = np.eye(camps, 2 * camps).repeat(4, axis=1) * 2 - 1
    people = np.arange(300)
    said = np.where(chance.random((300, 8 * camps)) < 0.08, 0, corners[people % camps])
    seen = chance.random(said.shape) < 0.8
    rows, columns = np.nonzero(seen)
    result = analyse(Votes.from_arrays(rows, columns, said[rows, columns].astype(int)))

    assert result.k == camps
    assert agreement(result.group, people % camps) > 0.95


def test_base_clusters_are_at_most_a_hundred_and_hold_everybody() -> None:
    result = analyse(votes_of_camps(people=900))
    spread = ((result.xy - result.xy.mean(0)) ** 2).sum()

    assert len(result.base.count) <= 100
    assert result.base.count.sum() == 900
    assert sum(group.size for group in result.groups) == 900
    assert [group.size for group in result.groups] == np.bincount(result.group).tolist()
    points, weights = points_of(result)
    middle = result.xy.mean(0)
    between = (weights * ((points - middle) ** 2).sum(1)).sum()
    assert between > 0.97 * spread


def test_base_clusters_of_very_many_people_hold_everybody() -> None:
    result = analyse(votes_of_camps(people=6000, statements=40))

    assert result.base.count.sum() == 6000
    assert 90 <= len(result.base.count) <= 100
    assert [group.size for group in result.groups] == np.bincount(result.group).tolist()


def test_people_with_few_votes_are_not_clustered() -> None:
    votes = votes_of_camps(people=60, share=0.9)
    few = votes.with_votes([1000] * 6, votes.statements[:6], [1] * 6)
    enough = few.with_votes([1000], votes.statements[6:7], [0])

    assert 1000 not in analyse(few).participants
    assert 1000 in analyse(enough).participants
    assert analyse(few).people_count == 61


def test_people_while_few_are_topped_up_to_fifteen_by_most_votes() -> None:
    cells = [
        (person, place, (-1) ** (person * place))
        for person in range(30)
        for place in range(min(person // 5 + 1, 6))
    ]
    votes = Votes.from_iterable(cells, all_statements=range(12))

    assert analyse(votes).participants.tolist() == [*range(15, 20), *range(20, 30)]


def test_groups_are_numbered_from_the_largest() -> None:
    sizes = [group.size for group in analyse(votes_of_camps(people=400, seed=9)).groups]

    assert sizes == sorted(sizes, reverse=True)
