"""The free table: numbers that add up, what is not told, who sees which table."""

from __future__ import annotations

import io
import itertools
import re
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.factories import make_house
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.grassroots.enums import ProblemState, Side
from tongxin.foundation.core.breakdowns import by_choice, by_month, by_year
from tongxin.foundation.core.figures import EVER, Figure, all_figures, calendar_year, figure
from tongxin.foundation.core.once import new_key
from tongxin.readers.statistics.counting import parts_of, rows_of
from tongxin.readers.statistics.models import NumberCode, SavedTable
from tongxin.readers.statistics.suppression import hidden_cells
from tongxin.readers.statistics.tables.table import MOST_ROWS, make_table

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

pytestmark = pytest.mark.django_db
NEW = "/statistics/tables/new/"
KINDS = {"quiet": "少", "busy": "多"}


@pytest.fixture
def village(db: None) -> Village:
    """A village with sessions in two years, two members and one neighbour at each."""
    made = make_village(make_house())
    with made.house.at_work():
        for n, held in enumerate((date(2020, 3, 1), date(2021, 3, 5), date(2021, 3, 6), date(2021, 7, 1))):
            session = links.session(made, held_on=held, title=f"议事{n}")
            links.came(made, session, f"何远山{n}", Side.MEMBER)
            links.came(made, session, f"祁兰{n}", Side.MEMBER)
            links.came(made, session, f"邻居{n}", Side.MASSES)
    return made


def busy(village: Village) -> None:
    """Something of every kind: topics, problems, suggestions."""
    for n in range(3):
        about = links.topic(village, title=f"灯{n}")
        links.voice(village, about, index=str(n))
        links.problem(village, state=ProblemState.SOLVED, solved_on=date(2021, 4, 1 + n), title=f"装灯{n}")
    links.session(village, held_on=date(2021, 12, 31), title="年末")


def attendances(**more: object) -> Figure:
    """All who came, by month, year and side."""
    from tongxin.activities.grassroots.models import Attendee  # noqa: PLC0415

    return Figure(
        "test.attendances",
        "到会",
        "人次",
        "到会的人，每场计一次。",
        lambda committee_id, period: Attendee.objects.filter(
            committee_id=committee_id, session__held_on__isnull=False, **period.within("session__held_on")
        ),
        breakdowns=(
            by_month("session__held_on"),
            by_year("session__held_on"),
            by_choice("kind", "身份", "side", dict(Side.choices)),
        ),
        **more,  # type: ignore[arg-type]
    )


def test_table_of_two_breakdowns_adds_up_to_its_totals(village: Village) -> None:
    one = attendances()
    with village.house.at_work():
        made = make_table(one, village.house.committee.pk, EVER, one.breakdowns[0], one.breakdowns[2])
    grid = [[int(cell.text) for cell in row.cells] for row in made.rows]
    assert [row.label for row in made.rows] == ["2020年3月", "2021年3月", "2021年7月"]
    assert list(made.heads) == ["政协委员", "群众代表"]
    assert grid == [[2, 1, 3], [4, 2, 6], [2, 1, 3]]
    assert [int(cell.text) for cell in made.total.cells] == [sum(line) for line in zip(*grid, strict=True)]
    assert made.notes == []


def test_table_cells_open_exactly_their_rows_whichever_way_the_table_lies(village: Village) -> None:
    one = attendances()
    month, _year, side = one.breakdowns
    committee = village.house.committee.pk
    with village.house.at_work():
        upright, lying = (make_table(one, committee, EVER, *by) for by in ((month, side), (side, month)))
        opened = [
            (int(cell.text), rows_of(one, committee, EVER, cell.by, cell.part).count())
            for made in (upright, lying)
            for _row, _column, cell in made.cells
        ]
    assert opened == [(n, n) for n, _opened in opened]
    assert {cell.url for *_names, cell in upright.cells} == {cell.url for *_names, cell in lying.cells}
    assert upright.rows[1].cells[0].url == (
        "/statistics/figures/test.attendances/?by=kind~month&part=member~2021-03"
    )


@pytest.mark.parametrize("one", all_figures(), ids=lambda one: one.id)
def test_table_of_two_breakdowns_of_any_figure_adds_up(village: Village, one: Figure) -> None:
    committee = village.house.committee.pk
    with village.house.at_work():
        busy(village)
        wrong = []
        for rows, columns in itertools.pairwise(one.breakdowns):
            made = make_table(one, committee, EVER, rows, columns)
            if made.rows and not (one.is_share or one.suppressed_below or rows.why_not or columns.why_not):
                lines = [[int(cell.text) for cell in row.cells] for row in (*made.rows, made.total)]
                down = [sum(line) for line in zip(*lines[:-1], strict=True)]
                if [sum(line[:-1]) for line in lines] != [line[-1] for line in lines] or down != lines[-1]:
                    wrong.append((rows.key, columns.key, lines))
    assert wrong == []


def test_table_cell_is_a_part_with_a_name(village: Village) -> None:
    one = attendances()
    by = one.breakdown("kind~month")
    assert by is not None
    with village.house.at_work():
        parts = parts_of(one, village.house.committee.pk, calendar_year(2020), by)
    assert [(part.key, part.label, part.value) for part in parts] == [
        ("member~2020-03", "政协委员、2020年3月", 2),
        ("masses~2020-03", "群众代表、2020年3月", 1),
    ]
    assert one.breakdown("month~kind") is None
    assert one.breakdown("kind~nothing") is None


def test_table_of_a_share_shows_part_and_whole(village: Village) -> None:
    whole = attendances()
    share = attendances(out_of=whole.rows)
    share = Figure(
        **{name: getattr(share, name) for name in share.__dataclass_fields__ if name != "rows"},
        rows=lambda committee_id, period: whole.rows(committee_id, period).filter(side=Side.MEMBER),
    )
    with village.house.at_work():
        made = make_table(share, village.house.committee.pk, EVER, share.breakdowns[1], share.breakdowns[2])
    shown = [[(cell.text, cell.note) for cell in row.cells] for row in (*made.rows, made.total)]
    assert shown == [
        [("100%", "2/2"), ("0%", "0/1"), ("66.7%", "2/3")],
        [("100%", "6/6"), ("0%", "0/3"), ("66.7%", "6/9")],
        [("100%", "8/8"), ("0%", "0/4"), ("66.7%", "8/12")],
    ]


def test_table_whose_parts_overlap_has_a_dash_and_says_why(village: Village) -> None:
    one = attendances()
    side = by_choice("kind", "身份", "side", dict(Side.choices), why_not="一人可以有两种身份。")
    with village.house.at_work():
        made = make_table(one, village.house.committee.pk, EVER, one.breakdowns[1], side)
    assert [[cell.text for cell in row.cells] for row in (*made.rows, made.total)] == [
        ["2", "1", "—"],
        ["6", "3", "—"],
        ["8", "4", "—"],
    ]
    assert made.notes == ["没有合计：一人可以有两种身份。"]


def test_table_with_more_rows_than_it_holds_keeps_the_latest_and_says_so(village: Village) -> None:
    with village.house.at_work():
        for n in range(MOST_ROWS + 2):
            links.session(village, held_on=date(2000 + n // 12, 1 + n % 12, 1), title=f"早年{n}")
        one = figure("grassroots.sessions")
        by = one.breakdown("month")
        assert by is not None
        made = make_table(one, village.house.committee.pk, EVER, by, None)
    assert len(made.rows) == MOST_ROWS
    assert made.rows[-1].label == "2021年7月"
    assert made.total.cells[0].text == str(MOST_ROWS + 2 + 4)
    assert made.notes == ["月份共55项，这里列出50行；合计是全部的。"]


def test_small_cells_are_not_told_nor_what_they_could_be_worked_out_from(village: Village) -> None:
    one = attendances(suppressed_below=2)
    month, _year, side = one.breakdowns
    committee = village.house.committee.pk
    with village.house.at_work():
        made = make_table(one, committee, EVER, month, side)
        by = one.breakdown("kind~month")
        assert by is not None
        told = {part.key: part.is_suppressed for part in parts_of(one, committee, EVER, by)}
    # 1 of March 2020 and of July 2021 are small; what stands beside them in their rows would give them away.
    assert [[cell.text for cell in row.cells] for row in made.rows] == [
        ["未列", "未列", "3"],
        ["4", "2", "6"],
        ["未列", "未列", "3"],
    ]
    assert [cell.text for cell in made.total.cells] == ["8", "4", "12"]
    assert [cell.url for cell in made.rows[0].cells[:2]] == ["", ""]
    assert {key for key, hidden in told.items() if hidden} == {
        "member~2020-03",
        "member~2021-07",
        "masses~2020-03",
        "masses~2021-07",
    }
    assert made.notes == []


def lines_with_one_untold(
    counts: dict[tuple[str, str], int], hidden: set[tuple[str, str]], rows: str, columns: str
) -> list[str]:
    """The rows and columns in which exactly one number is left out."""
    lines = [[(r, c) for c in columns] for r in rows] + [[(r, c) for r in rows] for c in columns]
    return [str(line) for line in lines if sum(cell in hidden for cell in line) == 1]


@pytest.mark.parametrize("seed", range(40))
def test_no_hidden_cell_stands_alone_in_its_row_or_column(seed: int) -> None:
    rows, columns = "abcd", "vwxyz"
    counts = {
        (r, c): (seed * 7 + 3 * i * i + 5 * j * (i + seed)) % 9
        for i, r in enumerate(rows)
        for j, c in enumerate(columns)
    }
    told = dict.fromkeys(rows, False), dict.fromkeys(columns, False)
    hidden = hidden_cells(counts, *told, 3)
    assert {cell for cell, n in counts.items() if 0 < n < 3} <= hidden
    assert lines_with_one_untold(counts, hidden, rows, columns) == []


def test_cells_of_a_row_whose_total_is_not_told_do_not_add_up_to_it() -> None:
    counts = {("a", "x"): 6, ("a", "y"): 9, ("b", "x"): 7, ("b", "y"): 8}
    hidden = hidden_cells(counts, {"a": True, "b": True}, {"x": False, "y": False}, 5)
    assert hidden == {("a", "x"), ("b", "x")}


def test_table_page_offers_what_the_figure_is_divided_by_and_shows_it_at_once(
    village: Village, client: Client
) -> None:
    client.force_login(village.house.users["staff"])
    assert "请选择" in client.get(NEW).content.decode()
    page = client.get(NEW, {"figure": "grassroots.sessions", "rows": "year", "period": "2021"})
    assert page.context["table"].rows[0].label == "2021年"
    links_found = re.findall(r'class="num" href="([^"]+)">(\d+)', page.content.decode())
    assert (
        "/statistics/figures/grassroots.sessions/?period=2021&amp;by=year&amp;part=2021",
        "3",
    ) in links_found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"figure": "no.such"}, "没有这个数字"),
        ({"figure": "grassroots.sessions", "rows": "weather"}, "不能按“weather”分"),
        ({"figure": "grassroots.sessions", "rows": "month", "columns": "month"}, "同一种分法"),
        ({"figure": "grassroots.sessions", "rows": "month", "period": "昨天"}, "看不懂时间“昨天”"),
    ],
)
def test_table_page_says_what_it_cannot_do(
    village: Village, client: Client, asked: dict[str, str], said: str
) -> None:
    client.force_login(village.house.users["staff"])
    page = client.get(NEW, asked)
    assert page.context["table"] is None
    assert said in page.content.decode()
    assert client.get("/statistics/tables/new/table.xlsx", asked).status_code == 404


def test_table_page_of_another_figure_keeps_what_both_have(village: Village, client: Client) -> None:
    client.force_login(village.house.users["staff"])
    asked = {"figure": "topics.collected", "was": "grassroots.sessions", "rows": "venue", "columns": "year"}
    page = client.get(NEW, asked)
    assert page.context["asked"].trouble == ()
    assert page.context["table"] is not None


@pytest.mark.parametrize("count", [1, 3])
def test_table_page_costs_the_same_queries(
    village: Village, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with village.house.at_work():
        for n in range(count):
            links.session(village, held_on=date(2019, 1 + n, 1), title=f"又{n}")
    client.force_login(village.house.users["staff"])
    asked = {"figure": "grassroots.sessions", "rows": "month", "columns": "place", "period": "五年"}
    client.get(NEW, asked)
    with django_assert_num_queries(9):
        assert client.get(NEW, asked).status_code == 200


def save(client: Client, name: str = "每月场次", **more: str) -> int:
    """Keep a table; the status of the answer."""
    asked = {"figure": "grassroots.sessions", "rows": "month", "columns": "", "period": "今年"}
    return client.post(
        "/statistics/tables/save/", {**asked, "name": name, "once": str(new_key()), **more}
    ).status_code


def tables_of(village: Village) -> dict[str, bool]:
    """The tables that were kept, and whether they are shared."""
    with village.house.at_work():
        return dict(SavedTable.objects.values_list("name", "is_shared"))


def test_table_is_kept_once_for_oneself_with_its_words(village: Village, client: Client) -> None:
    client.force_login(village.house.users["staff"])
    assert save(client) == 302
    assert save(client) == 409
    assert save(client, "") == 422
    assert save(client, "另一张", figure="no.such") == 409
    assert tables_of(village) == {"每月场次": False}
    with village.house.at_work():
        kept = SavedTable.objects.get()
    assert (kept.figure, kept.rows, kept.columns, kept.period) == (
        "grassroots.sessions",
        "month",
        "",
        "今年",
    )
    page = client.get(f"/statistics/tables/{kept.pk}/")
    assert page.context["asked"].span == "今年"


def test_table_of_somebody_is_theirs_until_it_is_shared(village: Village, client: Client) -> None:
    house = village.house
    client.force_login(house.users["staff"])
    save(client)
    with house.at_work():
        url = f"/statistics/tables/{SavedTable.objects.get().pk}/"
    for who in ("leader", "auditor"):
        client.force_login(house.users[who])
        assert client.get(url).status_code == 404
        assert "每月场次" not in client.get("/statistics/tables/").content.decode()
    client.force_login(house.users["staff"])
    assert client.post(url + "change/", {"name": "场次", "is_shared": "on"}).status_code == 302
    for who in ("leader", "auditor"):
        client.force_login(house.users[who])
        assert client.get(url).status_code == 200
        assert client.post(url + "change/", {"name": "别的"}).status_code == 403
        assert client.post(url + "delete/").status_code == 403
    assert tables_of(village) == {"场次": True}
    client.force_login(house.users["staff"])
    assert client.post(url + "delete/").status_code == 302
    assert tables_of(village) == {}


def test_table_of_another_committee_is_not_there(village: Village, client: Client) -> None:
    client.force_login(village.house.users["staff"])
    save(client, is_shared="on")
    with village.house.at_work():
        url = f"/statistics/tables/{SavedTable.objects.get().pk}/"
    other = make_house("620300")
    client.force_login(other.users["staff"])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("who", "looks", "keeps"),
    [
        ("staff", 200, 302),
        ("leader", 200, 302),
        ("auditor", 200, 403),
        ("proposer", 403, 403),
        ("tenant_admin", 403, 403),
    ],
)
def test_tables_are_looked_at_by_the_office_and_kept_by_staff_and_leaders(
    village: Village, client: Client, who: str, looks: int, keeps: int
) -> None:
    client.force_login(village.house.users[who])
    assert client.get("/statistics/tables/").status_code == looks
    assert client.get(NEW, {"figure": "grassroots.sessions"}).status_code == looks
    assert save(client) == keeps


def test_workbook_has_the_numbers_and_the_code_of_each(village: Village, client: Client) -> None:
    client.force_login(village.house.users["staff"])
    asked = {"figure": "grassroots.sessions", "rows": "year", "columns": "month"}
    answer = client.get("/statistics/tables/new/table.xlsx", asked)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    values = [list(row) for row in book["统计表"].iter_rows(values_only=True)]
    assert values == [
        ["年份", "2020年3月", "2021年3月", "2021年7月", "合计"],
        ["2020年", 1, 0, 0, 1],
        ["2021年", 0, 2, 1, 3],
        ["合计", 1, 2, 1, 4],
    ]
    coded = [list(row) for row in book["数据码"].iter_rows(min_row=2, values_only=True)]
    with village.house.at_work():
        codes = {code.code: (code.by, code.part) for code in NumberCode.objects.all()}
    assert [row[2] for row in coded] == [1, 1, 2, 1, 3, 1, 2, 1, 4]
    assert [codes[row[3]] for row in coded][2:5] == [
        ("month~year", "2021-03~2021"),
        ("month~year", "2021-07~2021"),
        ("year", "2021"),
    ]
    # Asked again, the same numbers have the same codes.
    again = openpyxl.load_workbook(io.BytesIO(client.get("/statistics/tables/new/table.xlsx", asked).content))
    assert [list(row) for row in again["数据码"].iter_rows(min_row=2, values_only=True)] == coded
