"""Charts: where marks stand, what is said of them, with no value, with one and with a hundred."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.template.loader import render_to_string

from tongxin.foundation.core.breakdowns import Breakdown
from tongxin.foundation.core.figures import EVER, Figure, calendar_year
from tongxin.readers.statistics.charts.bars import bars
from tongxin.readers.statistics.charts.columns import columns
from tongxin.readers.statistics.charts.drawing import MOST_BARS, parts_chart
from tongxin.readers.statistics.charts.line import line
from tongxin.readers.statistics.charts.marks import Mark
from tongxin.readers.statistics.charts.ring import MOST_SLICES, ring
from tongxin.readers.statistics.charts.scale import DARK, GREY, PALE, PAPER, RED, ticks
from tongxin.readers.statistics.charts.words import (
    most_of,
    share_in_words,
    title_of_months,
    title_of_parts,
    title_of_trend,
    title_of_two,
)
from tongxin.readers.statistics.counting import Counted, Part

HOW_MANY = [0, 1, 12, 100]
BY = Breakdown("kind", "类别", "kind")
FIGURE = Figure("test.things", "东西", "件", "测试用的东西。", lambda _committee_id, _period: None)  # type: ignore[arg-type,return-value]


def marks(count: int, *, pair: bool = False) -> list[Mark]:
    return [Mark(f"第{n}项", (n * 7) % 23 + 1, f"/x/{n}/", n if pair else None) for n in range(count)]


def parts(*values: int | None) -> list[Part]:
    return [Part(f"k{n}", f"第{n}项", None if v is None else Counted(v)) for n, v in enumerate(values)]


@pytest.mark.parametrize("count", HOW_MANY)
def test_columns_stand_in_the_drawing_side_by_side(count: int) -> None:
    drawn = columns(marks(count, pair=True), [str(n) for n in range(count)]).rows
    assert len(drawn) == count
    assert all(0 <= c.second_x < c.x and c.x + c.width <= 440.1 for c in drawn)
    assert all(c.top >= 26 and round(c.top + c.height, 1) == 176 for c in drawn)
    assert all(a.x + a.width < b.second_x for a, b in pairwise(drawn))
    assert len([c for c in drawn if c.label]) <= 13
    assert max((c.height for c in drawn), default=150) in (150, pytest.approx(150 * 23 / 99, abs=0.1))


@pytest.mark.parametrize("count", HOW_MANY)
def test_bars_leave_room_for_their_words(count: int) -> None:
    drawn = bars(marks(count))
    assert drawn.height == 38 * count
    assert all(bar.x + bar.width < bar.text_x < 440 for bar in drawn.rows)
    longest = max((bar.width for bar in drawn.rows), default=0)
    greatest = max((m.size for m in marks(count)), default=1)
    assert [bar.width for bar in drawn.rows] == [
        pytest.approx(longest * float(m.size) / float(greatest), abs=0.1) for m in marks(count)
    ]


def test_bars_with_long_names_stand_below_them() -> None:
    drawn = bars([Mark("市文化体育广电和旅游局办公室", 3), Mark("市教育局", 0)])
    assert [(b.x, b.label, b.label_y < b.top) for b in drawn.rows] == [
        (0, "市文化体育广电和旅游局办公室", True),
        (0, "市教育局", True),
    ]
    assert drawn.rows[1].width == 0


@pytest.mark.parametrize("values", [(1,), (3, 1), (52, 33, 12), (1, 0, 5, 2, 9), (1, 1000)])
def test_ring_slices_make_a_whole(values: tuple[int, ...]) -> None:
    drawn = ring([Mark("", v) for v in values])
    assert [bool(s.path) for s in drawn.slices] == [v > 0 for v in values]
    turns = [re.findall(r"A104 104 0 (\d) 1", s.path) for s in drawn.slices if s.path]
    assert turns == [["1" if 2 * v > sum(values) else "0"] for v in values if v]


def test_ring_of_one_slice_is_drawn() -> None:
    begin, end = re.findall(r"[MA ]([\d.]+ [\d.]+)(?=A104|L)", ring([Mark("", 5)]).slices[0].path)[:2]
    assert begin != end


@pytest.mark.parametrize("count", HOW_MANY)
def test_line_goes_through_its_values_from_left_to_right(count: int) -> None:
    names = [str(n) for n in range(count)]
    drawn = line(marks(count, pair=True), names, ["一", "二"], ["件", "件"], is_filled=True)
    top = int(drawn.levels[-1].text)
    assert [d.y for d in drawn.first.dots] == [
        pytest.approx(284 - 270 * m.size / top, abs=0.1) for m in marks(count)
    ]
    assert all(a.x < b.x for a, b in pairwise(drawn.first.dots))
    assert all(44 <= d.x <= drawn.right <= 548 for d in drawn.first.dots)
    assert len(drawn.names) <= 12
    assert drawn.second is not None
    assert abs(drawn.first.label_y - drawn.second.label_y) >= 52
    assert all(s.label_y >= 14 and s.value_y <= 320 for s in (drawn.first, drawn.second))


@pytest.mark.parametrize(
    ("most", "levels"),
    [(0, [0, 1]), (1, [0, 1]), (3, [0, 1, 2, 3]), (128, [0, 40, 80, 120, 160]), (530, [0, 200, 400, 600])],
)
def test_levels_behind_a_line_are_round_and_reach_the_top(most: int, levels: list[int]) -> None:
    assert ticks(most) == levels


def grey(colour: str) -> float:
    """How light a colour is in a greyscale print, as contrast is reckoned: 0 black, 1 white."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((grey(one), grey(other)))
    return (light + 0.05) / (dark + 0.05)


def test_tones_can_be_told_apart_without_colour() -> None:
    assert all(contrast(tone, PAPER) >= 3 for tone in (RED, GREY, DARK))
    assert contrast(RED, GREY) >= 1.8
    # The pale slice lies between red and a hatched one, with a dark outline.
    assert contrast(RED, PALE) >= 3
    assert contrast(PALE, DARK) >= 3


def test_templates_use_no_other_tones() -> None:
    drawn = [
        render_to_string(f"statistics/charts/{shape}.html", {"chart": chart})
        for shape, chart in (("bars", parts_chart(FIGURE, EVER, BY, parts(3, 2), "/", key="x")),)
    ]
    assert set(re.findall(r'fill="(#\w+)"', "".join(drawn))) == {RED, GREY}


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ((34, 27, 21, 18, 16, 12), "东西：第0项最多，超过四分之一"),
        ((6, 3, 1), "东西：第0项最多，超过一半"),
        ((5, 3, 2), "东西：第0项最多，正好一半"),
        ((4, 3, 3), "东西：第0项最多，超过三分之一"),
        ((3, 2, 2, 2, 2, 2), "东西：第0项最多，占23.1%"),
        ((5,), "东西：都是第0项，5件"),
        ((3, 3), "东西：按类别"),
        ((), "东西：按类别"),
        ((0, 0), "东西：按类别"),
    ],
)
def test_title_of_parts_says_what_is_to_be_seen(values: tuple[int, ...], title: str) -> None:
    assert parts_chart(FIGURE, EVER, BY, parts(*values), "/", key="x").title == title


def test_title_of_parts_that_do_not_add_up_says_no_share() -> None:
    by = Breakdown("kind", "类别", "kind", why_not="一件可以属于几类。")
    chart = parts_chart(FIGURE, EVER, by, parts(3, 1), "/", key="x", is_ring=True)
    assert (chart.shape, chart.title, chart.total) == ("bars", "东西：第0项最多，3件", None)
    assert chart.note == "东西，按类别。点条形看名单。一件可以属于几类。"
    assert [m.share for m in chart.marks] == ["", ""]


def test_part_without_a_name_is_never_called_the_most() -> None:
    found = [Part("", "没有写", Counted(9)), Part("a", "甲", Counted(1))]
    assert parts_chart(FIGURE, EVER, BY, found, "/", key="x").title == "东西：按类别"
    assert title_of_parts("东西", "类别", [], None, "件") == "东西：按类别"


def test_parts_that_are_not_told_have_no_length_and_no_link() -> None:
    figure = Figure("test.people", "人", "人", "测试。", FIGURE.rows, suppressed_below=10)
    chart = parts_chart(figure, EVER, BY, parts(40, 12, None), "/", key="x", is_ring=True)
    # A ring would have to say how large the missing slice is.
    assert chart.shape == "bars"
    untold = chart.drawing.rows[2]
    assert (untold.width, untold.mark.text, untold.mark.opens, untold.mark.share) == (0, "未列", "", "")
    assert chart.total is None
    assert chart.note == "人，按类别。点条形看名单。少于10的未列，免得看出是谁；能推算出来的也未列。"
    page = render_to_string("statistics/charts/figure.html", {"chart": chart})
    assert page.count("未列") == 6
    assert "part=k2" not in page


def test_note_of_parts_prints_an_exact_whole_without_empty_decimals() -> None:
    found = [Part(f"k{n}", f"第{n}项", Counted(Decimal(v))) for n, v in enumerate(("566.00", "26.00"))]
    chart = parts_chart(FIGURE, EVER, BY, found, "/", key="x")
    assert chart.note == "东西592件，按类别。点条形看名单。"


@pytest.mark.parametrize(("is_ring", "most"), [(False, MOST_BARS), (True, MOST_SLICES)])
def test_hundred_parts_are_folded_and_the_table_has_all(is_ring: Any, most: int) -> None:
    found = sorted(parts(*(n + 1 for n in range(100))), key=lambda p: -p.value)
    chart = parts_chart(FIGURE, calendar_year(2021), BY, found, "/here/?open=x#x", key="x", is_ring=is_ring)
    rows = [one.mark for one in (chart.drawing.slices if is_ring else chart.drawing.rows)]
    assert (len(rows), len(chart.marks)) == (most, 100)
    last = rows[-1]
    assert (last.label, last.opens) == (f"其余{101 - most}项", "/here/?open=x#x")
    assert sum(m.size for m in rows) == 5050
    assert chart.total is not None
    assert chart.total.text == "5050"
    page = render_to_string("statistics/charts/figure.html", {"chart": chart, "opened": "x"})
    assert ("<details open>" in page, page.count("<tr>")) == (True, 101)


def test_months_alike_are_counted_together() -> None:
    alike = [Mark("1月", 3), Mark("2月", 3)]
    assert title_of_months("会", alike, "场", "2021年", 6) == "会：2021年共6场"
    assert title_of_months("会", alike, "场", "2021年", None) == "会：2021年各期"
    assert title_of_months("会", [Mark("1月", 3), Mark("2月", 4)], "场", "2021年", 7) == "会：2月最多，4场"
    assert title_of_months("会", [Mark("1月", 0)], "场", "2021年", 0) == "会：2021年还没有"


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ((3, 9, 12), "会：从0的3增加到2的12场"),
        ((12, 9, 3), "会：从0的12减少到2的3场"),
        ((3, 9, 3), "会：0和2都是3场"),
        ((3,), "会：3场"),
        ((), "会：0场"),
    ],
)
def test_title_of_a_trend_says_from_what_to_what(values: tuple[int, ...], title: str) -> None:
    assert title_of_trend("会", [Mark(str(n), v) for n, v in enumerate(values)], "场") == title


@pytest.mark.parametrize(
    ("pairs", "title"),
    [
        (((0, 61), (97, 128)), "立案比答复多31件，最多时多61件"),
        (((0, 1), (0, 31)), "立案比答复多31件"),
        (((5, 1),), "答复比立案多4件"),
        (((5, 1), (3, 4)), "立案比答复多1件"),
        (((7, 7),), "立案和答复一样多，都是7件"),
    ],
)
def test_title_of_two_lines_says_how_far_apart_they_are(
    pairs: tuple[tuple[int, int], ...], title: str
) -> None:
    found = [Mark("", a, second=b) for a, b in pairs]
    assert title_of_two(("答复", "立案"), found, "件") == title


def test_most_is_the_only_greatest_one() -> None:
    assert most_of([Mark("a", 1), Mark("b", 2)]) == 1
    assert most_of([Mark("a", 2), Mark("b", 2)]) is None
    assert most_of([Mark("a", 0)]) is None
    assert most_of([Mark("a", None), Mark("b", 20)]) == 1
    assert most_of([Mark("a", 1), Mark("其余", 9, is_fold=True)]) == 0


def test_share_in_words_is_exact_at_its_bounds() -> None:
    said = [share_in_words(n, 100) for n in (51, 50, 34, 26, 25)]
    assert said == ["超过一半", "正好一半", "超过三分之一", "超过四分之一", "占25.0%"]
    assert share_in_words(Decimal(1), Decimal(3)) == "超过四分之一"
