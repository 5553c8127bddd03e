from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.consensus.samples import dense, votes_of_camps
from tongxin.consensus import Votes, analyse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.consensus.results import Floats


def singular(votes: Votes, out: Iterable[int] = ()) -> tuple[Floats, Floats]:
    table = dense(votes)
    table[:, np.isin(votes.statements, list(out))] = 0
    away = np.where(np.isnan(table), 0, table - np.nanmean(table, axis=0))
    _, sizes, directions = np.linalg.svd(away, full_matrices=False)
    return sizes**2, directions


@pytest.mark.parametrize("seed", range(1, 9))
@pytest.mark.parametrize("shape", [(30, 8), (240, 30), (90, 200), (900, 120)])
def test_components_are_those_of_a_dense_decomposition(seed: int, shape: tuple[int, int]) -> None:
    people, statements = shape
    votes = votes_of_camps(people=people, statements=statements, share=0.4, seed=seed)
    sizes, directions = singular(votes)

    axes = analyse(votes).axes

    for place in range(2):
        others = np.delete(sizes, place)
        if np.abs(others - sizes[place]).min() > 1e-3 * sizes[0]:
            assert abs(axes.components[place] @ directions[place]) >= 1 - 1e-6
    assert axes.variance == pytest.approx((sizes[0], sizes[1], sizes.sum()), rel=1e-9)


def test_components_of_moderated_statements_are_zero() -> None:
    votes = votes_of_camps(seed=2)
    out = votes.statements[[1, 5]].tolist()
    _, directions = singular(votes, out)

    axes = analyse(votes, moderated_out=out).axes

    assert axes.components[:, [1, 5]].tolist() == [[0, 0], [0, 0]]
    assert abs(axes.components[0] @ directions[0]) >= 1 - 1e-6


def test_components_are_orthogonal_and_of_length_one() -> None:
    components = analyse(votes_of_camps()).axes.components

    assert components @ components.T == pytest.approx(np.eye(2), abs=1e-9)


def test_components_where_two_directions_are_equally_long_stay_orthogonal() -> None:
    votes = Votes.from_iterable(
        (person, place, value)
        for person in range(40)
        for place in range(8)
        for value in [(1 if person % 2 else -1) if place < 4 else (1 if person // 2 % 2 else -1)]
    )
    axes = analyse(votes).axes

    assert axes.components @ axes.components.T == pytest.approx(np.eye(2), abs=1e-9)
    assert axes.variance == pytest.approx((160, 160, 320))


def test_components_where_opinions_differ_in_one_way_only_have_one() -> None:
    votes = Votes.from_iterable((person, place, (-1) ** person) for person in range(40) for place in range(8))

    axes = analyse(votes).axes

    assert np.abs(axes.components[0]) == pytest.approx(np.full(8, 8**-0.5))
    assert axes.components[1].tolist() == [0] * 8


def test_components_point_as_they_did_before() -> None:
    votes = votes_of_camps(seed=5)
    first = analyse(votes)
    turned = first.axes.components * np.array([[-1.0], [1.0]])
    object.__setattr__(first.axes, "components", turned)

    again = analyse(votes, previous=first)

    assert again.axes.components == pytest.approx(turned, abs=1e-5)
