"""Sharing out money, grades, and amounts in capitals: properties, and examples worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.activities.grassroots.allocation import FEN, Claim, Rung, allocate, grade, in_capitals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

# Few values, so that ties and zeros are frequent.
points = st.one_of(
    st.sampled_from([Decimal(0), Decimal(60), Decimal("88.5"), Decimal("88.5"), Decimal(100)]),
    st.decimals(0, 100, places=1, allow_nan=False),
)
scores = st.dictionaries(st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=3), points, max_size=15)
budgets = st.decimals(0, 1_000_000, places=2, allow_nan=False)
rungs = st.lists(
    st.tuples(st.sampled_from([Decimal(0), Decimal(60), Decimal(80), Decimal(90)]), st.integers(0, 4)),
    max_size=4,
).map(lambda rows: [Rung(f"等次{n}", least, places) for n, (least, places) in enumerate(rows)])


def shared(budget: Decimal, weights: Mapping[str, Decimal], **more: Decimal) -> dict[str, Decimal]:
    found = allocate(budget, [Claim(k, w) for k, w in weights.items()], seed="2026", **more)
    assert sum(found.amounts.values(), Decimal(0)) + found.unallocated == budget
    return dict(found.amounts)


@given(budgets, scores)
def test_sum_is_the_budget_when_anybody_counts_and_nothing_otherwise(
    budget: Decimal, weights: dict[str, Decimal]
) -> None:
    amounts = shared(budget, weights)
    assert sum(amounts.values(), Decimal(0)) == (budget if any(weights.values()) else 0)
    assert set(amounts) == set(weights)
    assert all(a >= 0 and a == a.quantize(FEN) for a in amounts.values())
    assert all(amounts[k] == 0 for k, w in weights.items() if not w)


@given(budgets, scores, st.sampled_from([FEN, Decimal(1), Decimal(100), Decimal("33.33")]))
def test_more_points_never_get_less_and_equals_differ_by_a_fen_at_most(
    budget: Decimal, weights: dict[str, Decimal], step: Decimal
) -> None:
    amounts = shared(budget, weights, step=step)
    for a, b in ((a, b) for a in weights for b in weights):
        if weights[a] > weights[b]:
            assert amounts[a] >= amounts[b]
        if weights[a] == weights[b]:
            assert abs(amounts[a] - amounts[b]) <= (FEN if step == FEN else 0)


@given(budgets, scores, st.randoms(use_true_random=False))
def test_order_of_the_stations_does_not_matter(
    budget: Decimal, weights: dict[str, Decimal], random: Random
) -> None:
    mixed = list(weights.items())
    random.shuffle(mixed)
    assert shared(budget, dict(mixed)) == shared(budget, weights)


@given(budgets, scores)
def test_every_amount_is_within_a_fen_of_the_exact_share(
    budget: Decimal, weights: dict[str, Decimal]
) -> None:
    whole = sum(weights.values(), Decimal(0))
    for key, amount in shared(budget, weights).items():
        if whole:
            assert abs(amount * whole - budget * weights[key]) < FEN * whole


@given(budgets, scores)
def test_rounding_down_to_hundreds_never_exceeds_and_leaves_the_rest(
    budget: Decimal, weights: dict[str, Decimal]
) -> None:
    amounts = shared(budget, weights, step=Decimal(100))
    assert all(a % 100 == 0 for a in amounts.values())
    assert sum(amounts.values(), Decimal(0)) <= budget


def test_three_equals_share_a_hundred_yuan_and_the_lot_gives_the_odd_fen() -> None:
    amounts = shared(Decimal(100), {k: Decimal(90) for k in ("东华", "安口", "西华")})
    assert sorted(amounts.values()) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    lucky = {
        year: max(a.amounts, key=lambda k: a.amounts[k])
        for year in range(2020, 2040)
        if (a := allocate(Decimal(100), [Claim(k, Decimal(90)) for k in amounts], seed=str(year)))
    }
    # Over the years it is not always the same one.
    assert set(lucky.values()) == set(amounts)


def test_largest_remainder_by_hand() -> None:
    # 10 yuan to 3 : 2 : 2 are 4.2857…, 2.8571…, 2.8571…: rounded down 4.28, 2.85, 2.85; two fen are left,
    # and the remainders are .57, .71, .71 fen.
    amounts = shared(Decimal(10), {"甲": Decimal(3), "乙": Decimal(2), "丙": Decimal(2)})
    assert amounts == {"甲": Decimal("4.28"), "乙": Decimal("2.86"), "丙": Decimal("2.86")}


@pytest.mark.parametrize(
    ("budget", "claims", "step"),
    [
        (Decimal(-1), [], FEN),
        (Decimal(1), [Claim("甲", Decimal(-1))], FEN),
        (Decimal(1), [Claim("甲", Decimal(1)), Claim("甲", Decimal(1))], FEN),
        (Decimal("0.001"), [], FEN),
        (Decimal(1), [], Decimal("0.001")),
    ],
)
def test_nonsense_is_refused(budget: Decimal, claims: list[Claim], step: Decimal) -> None:
    with pytest.raises(ValueError, match=r"."):
        allocate(budget, claims, step=step)


# Grades


@given(scores, rungs)
def test_grades_hold_their_places_and_thresholds_and_never_turn_the_order_round(
    totals: dict[str, Decimal], ladder: list[Rung]
) -> None:
    found = grade(totals, ladder)
    by_key = {r.key: r for r in ladder}
    height = {r.key: n for n, r in enumerate(sorted(ladder, key=lambda r: (-r.points_least, r.key)))}
    assert set(found) == set(totals)
    for key, rung in by_key.items():
        holders = [s for s, g in found.items() if g == key]
        assert not rung.places_most or len(holders) <= rung.places_most
        assert all(totals[s] >= rung.points_least for s in holders)
    last = len(ladder)
    for a, b in ((a, b) for a in totals for b in totals):
        above, below = height.get(found[a], last), height.get(found[b], last)
        if totals[a] > totals[b]:
            assert above <= below
        if totals[a] == totals[b]:
            assert above == below


def test_equals_that_do_not_all_find_a_place_go_on_together() -> None:
    totals = {"甲": Decimal(95), "乙": Decimal(92), "丙": Decimal(92), "丁": Decimal(91), "戊": Decimal(50)}
    ladder = [Rung("一等", Decimal(90), 2), Rung("二等", Decimal(80), 2), Rung("三等", Decimal(60))]
    assert grade(totals, ladder) == {"甲": "一等", "乙": "二等", "丙": "二等", "丁": "三等", "戊": ""}


# Capitals


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.55", "伍角伍分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("105.02", "壹佰零伍元零贰分"),
        ("1000", "壹仟元整"),
        ("1010", "壹仟零壹拾元整"),
        ("1005", "壹仟零伍元整"),
        ("12000", "壹万贰仟元整"),
        ("15000.30", "壹万伍仟元叁角整"),
        ("10005", "壹万零伍元整"),
        ("100000", "壹拾万元整"),
        ("180000", "壹拾捌万元整"),
        ("1000050", "壹佰万零伍拾元整"),
        ("10304.56", "壹万零叁佰零肆元伍角陆分"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("100000001", "壹亿零壹元整"),
        ("20000100.10", "贰仟万零壹佰元壹角整"),
    ],
)
def test_amount_in_capitals_as_banks_write_it(amount: str, words: str) -> None:
    assert in_capitals(Decimal(amount)) == words


@given(st.decimals(0, 10**12 - 1, places=2, allow_nan=False))
def test_capitals_never_say_the_same_of_different_amounts(amount: Decimal) -> None:
    assert _read(in_capitals(amount)) == amount


def _read(words: str) -> Decimal:
    """Read capitals back, digit by digit, without what the module knows."""
    total = section = digit = 0
    fraction = Decimal(0)
    for sign in words:
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
        elif sign in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[sign]
            digit = 0
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif sign == "亿":
            total, section, digit = (total + section + digit) * 100_000_000, 0, 0
        elif sign == "元":
            total, section, digit = total + section + digit, 0, 0
        elif sign == "角":
            fraction += Decimal(digit) / 10
            digit = 0
        elif sign == "分":
            fraction += Decimal(digit) / 100
            digit = 0
    return total + fraction
