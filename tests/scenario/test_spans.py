"""Amounts are shared out over spans of days so that every statement holds, or it is proved that none can."""

from __future__ import annotations

from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tongxin.foundation.core.periods import EVER, calendar_year, parse_period
from tongxin.scenario.spans import Said, cells_of, share_out

_TODAY = date(2026, 10, 9)


def _holds(found: list[int], said: list[Said]) -> bool:
    return all(one.least <= sum(found[one.first : one.last]) <= one.most for one in said)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(0, 4), st.integers(0, 2)), max_size=4
    )
)
@settings(max_examples=200)
def test_shares_are_found_exactly_when_there_are_any(drawn: list[tuple[int, int, int, int]]) -> None:
    said = [Said(first, min(first + length, 3), least, least + more) for first, length, least, more in drawn]
    found = share_out([3, 1, 2], said)
    exist = any(_holds(list(cells), said) for cells in product(range(7), repeat=3))
    assert (found is not None) == exist
    if found is not None:
        assert min(found) >= 0
        assert _holds(found, said)


def test_shares_follow_the_lengths_of_spans() -> None:
    assert share_out([100, 300], [Said(0, 2, 40, 40)]) == [10, 30]


def test_shares_keep_the_bounds_of_single_spans() -> None:
    assert share_out([100, 300], [Said(0, 2, 40, 40)], least=[15, 0], most=[20, 22]) == [18, 22]


def test_cells_are_parted_at_every_edge_of_a_span() -> None:
    march = parse_period("2021-03", _TODAY)
    cells = cells_of([calendar_year(2021), march, EVER], _TODAY)
    assert cells.edges == (
        date(2021, 1, 1),
        date(2021, 3, 1),
        date(2021, 4, 1),
        date(2022, 1, 1),
        date(2025, 1, 1),
        date(2026, 10, 10),
    )
    assert [cells.run(period) for period in (calendar_year(2021), march, EVER)] == [(0, 3), (1, 2), (0, 5)]
