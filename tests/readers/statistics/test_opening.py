"""The page behind a number: definition, conditions, exactly its rows, its parts, its export."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.factories import JINCHANG, make_house
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.grassroots.enums import ProblemState, Side
from tongxin.activities.topics.enums import Channel
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core.figures import EVER, calendar_year, figures_of
from tongxin.foundation.organization.enums import Level
from tongxin.foundation.organization.models import Node, Place
from tongxin.readers.statistics.counting import opened_url, values_of
from tongxin.readers.statistics.keeping import forget
from tongxin.readers.statistics.models import NumberCode, ReportedNumber, Wording

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

pytestmark = pytest.mark.django_db
TOWN = "620881101"
SESSIONS = "/statistics/figures/grassroots.sessions/"


@pytest.fixture
def village(db: None) -> Village:
    """A village in a township."""
    town, hamlet = Place.objects.get(pk=TOWN), Place.objects.filter(parent=TOWN, level=Level.VILLAGE).first()
    made = make_village(make_house(), place=hamlet)
    with made.house.at_work():
        Node.objects.filter(pk=made.station.pk).update(place=town)
    return made


def busy(village: Village, count: int = 1) -> None:
    """So many sessions, topics and solved problems in 2021, one session the year before."""
    with village.house.at_work():
        for n in range(count):
            held = links.session(village, held_on=date(2021, 3, 5), title=f"议事{n}")
            links.came(village, held, f"何远山{n}", Side.MEMBER)
            about = links.topic(village, title=f"灯{n}", channel=Channel.MASS)
            about.matter.opened_on = date(2021, 2, 1)
            about.matter.save()
            links.voice(village, about, index=f"v{n}")
            links.problem(village, state=ProblemState.SOLVED, solved_on=date(2021, 4, 1), title=f"装灯{n}")
        links.session(village, held_on=date(2020, 12, 31), title="上一年")


def page_of(client: Client, url: str, status: int = 200) -> str:
    """What a page says, without the places where lines may break."""
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode().replace("<wbr>", "")


def book_of(client: Client, url: str) -> list[list[tuple[Any, ...]]]:
    """The cells of every sheet that an address hands out."""
    answer = client.get(url)
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def test_opened_every_figure_of_every_room_opens_with_as_many_rows_as_it_says(
    village: Village, client: Client
) -> None:
    busy(village, 2)
    client.force_login(village.house.users["staff"])
    with village.house.at_work():
        figures = figures_of(village.house.committee.pk)
        values = values_of(figures, village.house.committee.pk, EVER)
    wrong = []
    for one in figures:
        if not one.is_open_to(village.house.actor("staff")):
            continue
        answer = client.get(opened_url(one.id))
        assert answer.status_code == 200, one.id
        opened, value = answer.context["opened"], values[one.id]
        expected = value.part if one.is_share else value.value
        if not one.summed and opened.page.paginator.count != expected:
            wrong.append((one.id, expected, opened.page.paginator.count))
        if one.is_share:
            whole = client.get(opened_url(one.id) + "?side=whole").context["opened"]
            if whole.page.paginator.count != value.whole:
                wrong.append((one.id, value.whole, whole.page.paginator.count))
        assert client.get(f"/statistics/figures/{one.id}/rows.xlsx").status_code == 200
    assert wrong == []


def test_opened_every_breakdown_opens_and_each_part_holds_what_it_says(
    village: Village, client: Client
) -> None:
    busy(village, 2)
    client.force_login(village.house.users["staff"])
    with village.house.at_work():
        figures = figures_of(village.house.committee.pk)
    wrong = []
    for one in figures:
        if not one.is_open_to(village.house.actor("staff")):
            continue
        for by in one.breakdowns:
            divided = client.get(opened_url(one.id) + f"?by={by.key}").context["divided"]
            for row in divided.rows:
                if row.url:
                    opened = client.get(row.url).context["opened"]
                    if opened.value != row.value or opened.asked.label != row.label:
                        wrong.append((one.id, by.key, row, opened.value, opened.asked.label))
    assert wrong == []


def test_opened_says_definition_conditions_code_and_rows(village: Village, client: Client) -> None:
    busy(village, 2)
    client.force_login(village.house.users["staff"])
    page = page_of(client, f"{SESSIONS}?period=2021")
    for said in ("协商议事活动：", "2场次", "怎么算的", "时间：2021年", "T26-0001", "议事0", "议事1"):
        assert said in page, said
    assert "上一年" not in page
    assert NumberCode.objects.count() == 0
    with village.house.at_work():
        assert NumberCode.objects.get().code == "T26-0001"


def test_opened_again_keeps_its_code(village: Village, client: Client) -> None:
    busy(village)
    client.force_login(village.house.users["staff"])
    codes = [
        client.get(url).context["opened"].code for url in (SESSIONS, f"{SESSIONS}?period=2021", SESSIONS)
    ]
    assert codes == ["T26-0001", "T26-0002", "T26-0001"]


def test_opened_span_in_words_leads_to_one_address(village: Village, client: Client) -> None:
    client.force_login(village.house.users["staff"])
    assert (
        client.get(f"{SESSIONS}?period=2021-01-01..2021-12-31").headers["Location"]
        == f"{SESSIONS}?period=2021"
    )
    assert client.get(f"{SESSIONS}?period=本届").headers["Location"] == (
        f"{SESSIONS}?period=2022-01-01..2026-12-31"
    )


@pytest.mark.parametrize(
    "asked",
    [
        "period=2021-13",
        "period=x",
        "period=2021-02-30..2021-03-01",
        "by=nothing",
        "by=month&part=2021-13",
        "by=month&part=x",
        "by=place&part=999999999",
        "by=place&part=%00",
        "by=place&part=" + "9" * 200,
        "by=month~place&part=x",
        "by=month~place",
        "by=~",
        "by=station&part=x",
    ],
)
def test_opened_asked_for_the_impossible_is_not_there(village: Village, client: Client, asked: str) -> None:
    busy(village)
    client.force_login(village.house.users["staff"])
    assert client.get(f"{SESSIONS}?{asked}").status_code == 404
    assert client.get(f"{SESSIONS}rows.xlsx?{asked}").status_code == 404


def test_opened_unknown_figure_is_not_there(village: Village, client: Client) -> None:
    client.force_login(village.house.users["staff"])
    for figure in ("nothing", "organization.sector_members.nothing", "grassroots.sessions%00"):
        assert client.get(f"/statistics/figures/{figure}/").status_code == 404


def test_opened_part_without_rows_but_with_a_name_shows_none(village: Village, client: Client) -> None:
    client.force_login(village.house.users["staff"])
    page = page_of(client, f"{SESSIONS}?by=month&part=2021-03")
    assert "协商议事活动（2021年3月）：" in page
    assert "这段时间还没有" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("leader", 200),
        ("auditor", 200),
        ("proposer", 404),
        ("tenant_admin", 404),
        ("head", 404),
        ("clerk_a", 404),
    ],
)
def test_opened_is_for_whom_the_figure_is_open(
    village: Village, client: Client, who: str, status: int
) -> None:
    client.force_login(village.house.users[who])
    assert client.get(SESSIONS).status_code == status
    assert client.get(f"{SESSIONS}rows.xlsx").status_code == status
    assert client.get(f"{SESSIONS}?by=month").status_code == status


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("asked", "queries"),
    [
        ("grassroots.sessions/?period=2021", 11),
        ("grassroots.sessions/?period=2021&by=month&part=2021-03", 10),
        (f"grassroots.sessions/?period=2021&by=place&part={TOWN}", 11),
        ("grassroots.member_attendances/?period=2021", 11),
        ("grassroots.seconded_members/", 11),
        ("codes.station_coverage/", 11),
        ("topics.collected/?by=place", 9),
    ],
)
def test_opened_page_costs_the_same_queries(
    village: Village,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    *,
    count: int,
    asked: str,
    queries: int,
) -> None:
    busy(village, count)
    client.force_login(village.house.users["staff"])
    client.get(f"/statistics/figures/{asked}")
    with django_assert_num_queries(queries):
        assert client.get(f"/statistics/figures/{asked}").status_code == 200


def test_opened_rows_are_paged_each_once(village: Village, client: Client) -> None:
    busy(village, 23)
    client.force_login(village.house.users["staff"])
    pages = [page_of(client, f"{SESSIONS}?period=2021&page={n}") for n in (1, 2)]
    found = [re.findall(r'">(?:<span class="kw">)?(议事\d+)<', page) for page in pages]
    assert [len(one) for one in found] == [20, 3]
    assert len({*found[0], *found[1]}) == 23


def test_opened_export_holds_all_rows_and_says_what_they_are(village: Village, client: Client) -> None:
    busy(village, 23)
    client.force_login(village.house.users["staff"])
    about, rows = book_of(client, f"{SESSIONS}rows.xlsx?period=2021")
    said = {row[0]: row[1] for row in about}
    assert (said["数值"], said["数据码"], said["名称"]) == ("23场次", "T26-0001", "协商议事活动")
    assert "时间：2021年" in said["筛选条件"]
    assert len(rows) == 24


def test_opened_export_leaves_a_line_in_the_log(village: Village, client: Client) -> None:
    busy(village, 2)
    client.force_login(village.house.users["staff"])
    client.get(f"{SESSIONS}rows.xlsx?period=2021")
    with village.house.at_work():
        line = Entry.objects.order_by("seq").last()
        assert line is not None
        assert (line.action, line.target) == (
            "statistics.export_rows",
            "statistics.figure:grassroots.sessions",
        )
        assert line.detail == {"code": "T26-0001", "count": 2}


def test_opened_export_makes_no_cell_a_formula(village: Village, client: Client) -> None:
    with village.house.at_work():
        links.session(village, held_on=date(2021, 3, 5), title='=HYPERLINK("x","y")')
    client.force_login(village.house.users["staff"])
    answer = client.get(f"{SESSIONS}rows.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[1]
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]


def test_opened_parts_add_up_and_lead_to_their_own_pages(village: Village, client: Client) -> None:
    busy(village, 2)
    client.force_login(village.house.users["staff"])
    divided = client.get(f"{SESSIONS}?by=month").context["divided"]
    assert [(row.label, row.value, row.percent) for row in divided.rows] == [
        ("2020年12月", "1场次", "33.3%"),
        ("2021年3月", "2场次", "66.7%"),
    ]
    assert divided.total == "3场次"
    assert divided.rows[1].url == f"{SESSIONS}?by=month&part=2021-03"
    _about, rows = book_of(client, f"{SESSIONS}rows.xlsx?by=month")
    assert [row[:2] for row in rows[1:]] == [("2020年12月", "1场次"), ("2021年3月", "2场次")]


def test_opened_rows_without_a_value_have_a_page(village: Village, client: Client) -> None:
    busy(village)
    with village.house.at_work():
        Node.objects.filter(pk=village.council.pk).update(place=None)
    client.force_login(village.house.users["staff"])
    divided = client.get(f"{SESSIONS}?by=place").context["divided"]
    assert [row.url for row in divided.rows] == [f"{SESSIONS}?by=place&part="]
    assert client.get(divided.rows[0].url).context["opened"].facts.listed == 2


def test_opened_of_another_committee_counts_nothing_of_ours(village: Village, client: Client) -> None:
    busy(village)
    other = make_house(JINCHANG)
    client.force_login(other.users["staff"])
    opened = client.get(SESSIONS).context["opened"]
    assert (opened.value, list(opened.rows), opened.code) == ("0场次", [], "T26-0001")


def test_wording_chosen_is_printed_in_this_span_only_or_always(village: Village, client: Client) -> None:
    busy(village, 12)
    client.force_login(village.house.users["staff"])
    page = client.get(f"{SESSIONS}?period=2021")
    assert [key for key, _text in page.context["form"].fields["form"].choices][:2] == [".0.0", "余.10.0"]
    posted = {"period": "2021", "form": "余.10.0"}
    answer = client.post(f"{SESSIONS}wording/", posted)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{SESSIONS}?period=2021")
    assert client.get(f"{SESSIONS}?period=2021").context["opened"].text == "10余场次"
    assert client.get(SESSIONS).context["opened"].text == "13场次"
    client.post(f"{SESSIONS}wording/", {"period": "2021", "form": "多.10.0", "always": "on"})
    assert [client.get(url).context["opened"].text for url in (f"{SESSIONS}?period=2021", SESSIONS)] == [
        "10多场次",
        "10多场次",
    ]
    with village.house.at_work():
        assert Wording.objects.count() == 1


def test_wording_that_is_not_true_is_refused(village: Village, client: Client) -> None:
    busy(village, 12)
    client.force_login(village.house.users["staff"])
    for form in ("近.100.0", "余.1.0", "x", ""):
        answer = client.post(f"{SESSIONS}wording/", {"period": "2021", "form": form})
        assert answer.status_code == 422
    with village.house.at_work():
        assert Wording.objects.count() == 0


@pytest.mark.parametrize("who", ["leader", "auditor", "proposer"])
def test_wording_is_for_staff(village: Village, client: Client, who: str) -> None:
    busy(village, 12)
    client.force_login(village.house.users[who])
    assert client.post(f"{SESSIONS}wording/", {"period": "2021", "form": "余.10.0"}).status_code == 403


def test_reported_numbers_stand_below_and_are_not_added(village: Village, client: Client) -> None:
    busy(village)
    house = village.house
    with house.at_work():
        for since, value in ((date(2021, 1, 1), 40), (date(2019, 1, 1), 77)):
            ReportedNumber.objects.create(
                committee=house.committee,
                figure="grassroots.sessions",
                since=since,
                until=date(since.year, 12, 31),
                value=value,
                document="年度总结",
                reported_by="东华镇",
                by=house.users["staff"],
                by_name="甲",
            )
    client.force_login(house.users["staff"])
    opened = client.get(f"{SESSIONS}?period=2021").context["opened"]
    assert (opened.value, [row.value for row in opened.reported]) == ("1场次", [40])
    page = page_of(client, SESSIONS)
    assert "报送数（不计入上面的数字）" in page
    assert "77场次" in page


def test_figures_in_one_span_are_links_to_their_pages(village: Village, client: Client) -> None:
    busy(village)
    client.force_login(village.house.users["staff"])
    groups = client.get("/statistics/figures/?period=2021").context["groups"]
    with village.house.at_work():
        known = {
            f.id for f in figures_of(village.house.committee.pk) if f.is_open_to(village.house.actor("staff"))
        }
        values = values_of(
            figures_of(village.house.committee.pk), village.house.committee.pk, calendar_year(2021)
        )
    lines = [line for group in groups for line in group.lines]
    assert {line.figure.id for line in lines} == known
    assert all(line.url == opened_url(line.figure.id, calendar_year(2021)) for line in lines)
    sessions = next(line for line in lines if line.figure.id == "grassroots.sessions")
    assert sessions.value == f"{values['grassroots.sessions'].value}场次"


@pytest.mark.parametrize("words", ["协商议事活动", "grassroots.sessions", "协商 活动"])
def test_figures_are_found_by_words(village: Village, client: Client, words: str) -> None:
    client.force_login(village.house.users["staff"])
    groups = client.get("/statistics/figures/", {"q": words}).context["groups"]
    assert "grassroots.sessions" in {line.figure.id for group in groups for line in group.lines}
    assert client.get("/statistics/figures/", {"q": words + "没有"}).context["groups"] == []


def test_figures_page_costs_the_same_queries(
    village: Village, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    busy(village, 2)
    client.force_login(village.house.users["staff"])
    client.get("/statistics/figures/")
    forget()
    with django_assert_num_queries(11):
        client.get("/statistics/figures/")
