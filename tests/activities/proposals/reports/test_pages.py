"""The report's pages: each count opens its rows, who may read them, how much they ask of the database."""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.activities.proposals.reports.rows import TODAY, Rows, one_of_everything
from tongxin.activities.proposals.enums import MergedCounting
from tongxin.activities.proposals.models import ProposalRules
from tongxin.activities.proposals.reports import pages
from tongxin.activities.proposals.selectors import lists
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
REPORT = "/proposals/report/"
PARTS = ("review", "handling", "rating")
# A number that opens its rows: on the page, and as a mark in a chart.
_NUMBER = re.compile(r'<a class="num" href="([^"]+)">(?:全部)?(\d+)')
_MARK = re.compile(r'<a href="([^"]+)" aria-label="[^"]* (\d+)">')


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Start each test as a fresh process does: rows made here leave no trace in the log."""
    forget()


def forget() -> None:
    for kept in ("_counts", "_page_ids", "_choices", "_calendar_at", "_settled_rows"):
        if found := getattr(lists, kept, None):
            found.cache_clear()
    pages._report.cache_clear()


@pytest.fixture
def house() -> House:
    made = factories.make_house()
    with made.at_work():
        one_of_everything(made)
    return made


@pytest.fixture
def office(client: Client, house: House) -> Client:
    client.force_login(house.users["leader"])
    return client


def text(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def numbers(page: str) -> list[tuple[str, int]]:
    """The counts of a page that can be opened, with their addresses."""
    return sorted({(url, int(n)) for url, n in [*_NUMBER.findall(page), *_MARK.findall(page)]})


def queries(asked: CaptureQueriesContext) -> int:
    return sum("SAVEPOINT" not in q["sql"] for q in asked)


def opened(client: Client, url: str) -> int:
    """How many rows lie behind an address."""
    response: Any = client.get(url)
    assert response.status_code == 200, url
    shown = response.context["shown"]
    assert len(shown.page.object_list if hasattr(shown.page, "object_list") else shown.rows) > 0, url
    return int(shown.page.paginator.count)


@pytest.mark.parametrize("part", PARTS)
def test_report_each_count_opens_that_many_rows(office: Client, part: str) -> None:
    found = numbers(text(office.get(REPORT, {"part": part})))

    assert len(found) > 15
    assert [(url, n, opened(office, url)) for url, n in found if opened(office, url) != n] == []


def test_units_page_each_count_opens_that_many_rows(office: Client) -> None:
    for part in ("", "rating"):
        found = numbers(text(office.get(f"{REPORT}units/", {"part": part})))
        assert len(found) > 8
        assert [(url, n, opened(office, url)) for url, n in found if opened(office, url) != n] == []


def test_members_page_each_count_opens_that_many_rows(office: Client) -> None:
    found = numbers(text(office.get(f"{REPORT}members/")))

    assert len(found) == 3
    assert [(url, n, opened(office, url)) for url, n in found if opened(office, url) != n] == []


@pytest.mark.parametrize("way", list(MergedCounting))
def test_report_counts_merged_proposals_as_the_committee_decided(
    office: Client, house: House, way: str
) -> None:
    with house.at_work():
        ProposalRules.objects.filter(committee=house.committee).update(merged_counting=way)

    response: Any = office.get(REPORT)

    tiles = {str(t.label): t.count for t in response.context["section"].tiles}
    filed = {MergedCounting.NUMBERED: 14, MergedCounting.ALL: 15, MergedCounting.APART: 13}[
        MergedCounting(way)
    ]
    assert (tiles["收到"], tiles["立案"], tiles["并案"]) == (23, filed, 2)
    outcomes = {
        line.label: line.cells[0].count
        for t in response.context["section"].tables
        if t.key == "outcomes"
        for line in t.lines
    }
    assert sum(n for label, n in outcomes.items() if label != "合计") == outcomes["合计"] == 23
    found = numbers(text(response))
    assert [(url, n) for url, n in found if opened(office, url) != n] == []


def figures(response: Any, key: str) -> dict[str, list[str]]:
    for table in response.context["section"].all_tables:
        if table.key == key:
            return {line.label: [c.text for c in line.cells] for line in table.lines}
    raise AssertionError(key)


def test_handling_report_says_what_became_of_what_was_filed(office: Client) -> None:
    response = office.get(REPORT, {"part": "handling"})

    assert figures(response, "course") == {
        "交办": ["9", "64.3%"],
        "随主案办理": ["1", "7.1%"],
        "待交办": ["4", "28.6%"],
        "已答复": ["6", "42.9%"],
        "未答复": ["8", "57.1%"],
        "按期答复": ["4", "28.6%"],
        "逾期答复": ["2", "14.3%"],
        "逾期未答复": ["1", "7.1%"],
        "经批准延期": ["1", "7.1%"],
        "有单位退回": ["1", "7.1%"],
        "重新办理": ["1", "7.1%"],
    }


def test_handling_report_counts_each_unit_once_in_a_proposal(office: Client) -> None:
    response = office.get(REPORT, {"part": "handling"})

    # Unit a: two not answered, two closed, and one of two rounds, answered the second time with B.
    assert figures(response, "units")["教育局"] == [
        "5", "0", "0", "3", "60.0%", "1", "2", "0", "0", "0", "3", "75.0%",
    ]  # fmt: skip
    assert figures(response, "units")["住房和城乡建设局"] == [
        "1", "1", "1", "2", "100.0%", "1", "0", "1", "2", "0", "0", "—",
    ]  # fmt: skip


def test_rating_report_counts_forms_and_the_proposals_they_are_about(office: Client) -> None:
    response = office.get(REPORT, {"part": "rating"})

    assert figures(response, "result") == {
        "满意": ["2", "40.0%", "2"],
        "基本满意": ["2", "40.0%", "2"],
        "不满意": ["1", "20.0%", "1"],
    }
    assert figures(response, "visit") == {"走访了": ["2", "100.0%"]}
    assert figures(response, "contact") == {"电话联系": ["4", "100.0%"]}


def test_report_of_another_session_counts_that_one_only(office: Client, house: House) -> None:
    response: Any = office.get(REPORT)
    past = response.context["choice"].sessions[1]

    shown: Any = office.get(REPORT, {"session": str(past.pk)})

    assert [t.count for t in shown.context["section"].tiles[:2]] == [1, 1]


def test_report_does_not_count_another_committee(client: Client) -> None:
    mine, other = factories.two_houses()
    with mine.at_work(other):
        Rows(mine).proposal()
        rows = Rows(other)
        for _n in range(3):
            rows.proposal(topic=other.topic)
    client.force_login(mine.users["staff"])

    page: Any = client.get(REPORT)
    foreign: Any = client.get(REPORT, {"session": str(other.session.pk)})

    assert [t.count for t in page.context["section"].tiles[:2]] == [1, 1]
    assert foreign.context["choice"].session == mine.session


def test_list_ignores_the_reports_filters_for_who_may_not_read_reports(client: Client, house: House) -> None:
    client.force_login(house.users["proposer"])
    plain: Any = client.get("/proposals/", {"tab": "all"})

    for query in ({"of": "not_filed"}, {"result": "dissatisfied"}, {"role": "answering", "part": "late"}):
        narrowed: Any = client.get("/proposals/", {"tab": "all", **query})
        assert narrowed.context["shown"].page.paginator.count == plain.context["shown"].page.paginator.count
        assert list(narrowed.context["shown"].chips) == []


def test_list_opened_from_the_report_says_what_it_holds(office: Client, house: House) -> None:
    query = {
        "tab": "all",
        "session": str(house.session.pk),
        "of": "filed",
        "by": "member",
        "topic": str(house.topic.pk),
        "class": str(house.classes["A"].pk),
    }

    response: Any = office.get("/proposals/", query)

    assert [(c.label, c.value) for c in response.context["shown"].chips] == [
        ("类别", "城乡建设"),
        ("届次", "五届五次会议"),
        ("统计口径", "立案"),
        ("提案者", "委员个人和联名提案"),
        ("办理结果类别", "已解决或采纳"),
    ]
    off = re.findall(r'<a class="chip" href="\?([^"]+)"', text(response))
    left = [set(query) - set(parse_qs(q)) for q in off]
    assert left == [{"topic"}, {"session"}, {"of"}, {"by"}, {"class"}]
    # Looking for a word keeps to the same rows.
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', text(response)))
    assert {k: kept[k] for k in ("of", "by", "class")} == {k: query[k] for k in ("of", "by", "class")}


def test_list_with_unknown_words_in_the_address_leaves_them_out(office: Client) -> None:
    every: Any = office.get("/proposals/", {"tab": "all"})
    shown: Any = office.get("/proposals/", {"tab": "all", "of": "x", "class": "1' or 1=1", "without": "y"})

    assert shown.context["shown"].page.paginator.count == every.context["shown"].page.paginator.count


def test_list_does_not_name_what_belongs_to_another_committee(client: Client) -> None:
    house, other = factories.two_houses()
    with other.at_work():
        other.members["proposer"].name = "别会的人"
        other.members["proposer"].save()
    client.force_login(house.users["staff"])

    response = client.get("/proposals/", {"tab": "all", "member": str(other.members["proposer"].pk)})

    assert "别会的人" not in text(response)


def test_empty_committee_is_told_how_the_report_fills(client: Client) -> None:
    house = factories.make_house()
    client.force_login(house.users["staff"])

    for part in PARTS:
        response = client.get(REPORT, {"part": part})
        assert response.status_code == 200
        assert numbers(text(response)) == []


@pytest.mark.parametrize("path", ["", "units/", "members/", "ratings/"])
def test_report_pages_ask_the_same_at_any_size(client: Client, house: House, path: str) -> None:
    client.force_login(house.users["staff"])
    client.get("/proposals/")
    counts: dict[str, set[int]] = {}
    for size in (1, 3):
        with house.at_work():
            for _n in range(size):
                again = Rows(house, made=100 * size + _n, numbered=100 * size + _n)
                made = again.proposal("closed", reply_class=house.classes["A"])
                again.rating(again.part(made, "c", code="A", days=5), "satisfied", "satisfied")
        for part in PARTS:
            pages._report.cache_clear()
            with CaptureQueriesContext(connection) as asked:
                client.get(f"{REPORT}{path}", {"part": part})
            counts.setdefault(part, set()).add(queries(asked))
    assert {len(n) for n in counts.values()} == {1}
    assert max(max(n) for n in counts.values()) <= 12, counts


@pytest.mark.parametrize("query", ["of=late", "role=answering&part=late", "of=filed&member={member}"])
def test_list_with_a_filter_of_the_report_asks_at_most_twelve_times(
    office: Client, house: House, query: str
) -> None:
    office.get("/proposals/")
    forget()
    with CaptureQueriesContext(connection) as asked:
        office.get(f"/proposals/?tab=all&{query.format(member=house.members['proposer'].pk)}")
    assert queries(asked) <= 12


def test_workbook_holds_each_table_of_the_three_reports(office: Client, house: House) -> None:
    response = office.get(f"{REPORT}report.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheets = {s.title: [[c.value for c in row] for row in s.iter_rows()] for s in book}
    assert sheets["审查 审查结果"][0] == ["结果", "件数", "占收到"]
    assert sheets["审查 审查结果"][1] == ["立案", 14, "60.9%"]
    assert "办理 各承办单位" in sheets
    with house.at_work():
        entry = Entry.objects.filter(action="proposals.report").get()
    assert entry.detail["kind"] == "xlsx"


def test_word_report_is_a_document_with_the_figures(office: Client) -> None:
    import docx  # noqa: PLC0415

    response = office.get(f"{REPORT}report.docx")

    paper = docx.Document(io.BytesIO(response.content))
    words = "\n".join(p.text for p in paper.paragraphs)
    assert "收到23件，立案14件，占60.9%；并案2件。" in words
    cells = [c.text for table in paper.tables for row in table.rows for c in row.cells]
    assert "立案提案按类别" in words
    assert "60.9%" in cells


def test_links_of_the_report_go_to_pages_of_this_site(office: Client) -> None:
    for part in PARTS:
        for url, _n in numbers(text(office.get(REPORT, {"part": part}))):
            assert urlsplit(url).path.startswith("/proposals/")
