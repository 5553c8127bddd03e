"""Pages of the room: what each shows, what its forms do, and how many questions it asks of the database."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.readers.rollup.offices import (
    COUNTY,
    COUNTY_2,
    OTHER_CITY,
    PROVINCE,
    SHARE,
    UNITS,
    add_members,
    add_units,
    ask,
    correct,
    numbers,
    open_office,
    prepare,
    received,
    report,
    report_number,
    seen_of,
    sheet_of,
)
from tongxin.foundation.core.periods import calendar_year
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.actions import asking
from tongxin.readers.rollup.models import Request, Sheet
from tongxin.readers.statistics.counting import opened_url

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.readers.rollup.offices import Office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def see(client: Client, office: Office, url: str, who: str = "staff") -> str:
    client.force_login(office.users[who])
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, office: Office, url: str, who: str = "staff", **data: Any) -> int:
    client.force_login(office.users[who])
    return client.post(url, data).status_code


def asked_form(**more: Any) -> dict[str, Any]:
    return {
        "title": "2025年工作数据",
        "since": "2025-01-01",
        "until": "2025-12-31",
        "due_on": "2026-03-20",
        "figures": [UNITS, SHARE],
        **more,
    }


def test_whole_way_by_forms(client: Client, city: Office, county: Office) -> None:
    assert post(client, city, reverse("rollup:ask"), **asked_form()) == 302
    sheet = sheet_of(county)
    page = see(client, county, reverse("rollup:sheet", args=[sheet.pk]))
    assert opened_url(UNITS, calendar_year(2025)) in page
    prepare_url = reverse("rollup:prepare", args=[sheet.pk])
    assert post(client, county, prepare_url, remark="已核对", ask="1") == 302
    seen = seen_of(county, sheet)
    assert seen in see(client, county, reverse("rollup:sheet", args=[sheet.pk]), "leader")
    assert post(client, county, reverse("rollup:sign", args=[sheet.pk]), "leader", seen=seen) == 302
    assert (numbers(city, county), received(city, county).remark) == ({(UNITS, "records"): "3"}, "已核对")
    row = received(city, county)
    assert post(client, city, reverse("rollup:return", args=[row.pk]), reason="少报了") == 302
    assert post(client, county, reverse("rollup:correct", args=[sheet.pk]), reason="按退回的意见更正") == 302
    newest = sheet_of(county)
    assert (newest.version, newest.state) == (2, "draft")
    assert post(client, county, reverse("rollup:drop", args=[newest.pk])) == 302
    assert sheet_of(county).pk == sheet.pk


def test_signing_twice_by_form_answers_409_and_signs_once(
    client: Client, city: Office, county: Office
) -> None:
    ask(city)
    sheet = prepare(county)
    seen, url = seen_of(county, sheet), reverse("rollup:sign", args=[sheet.pk])
    assert [post(client, county, url, "leader", seen=seen) for _n in range(2)] == [302, 409]
    assert received(city, county).version == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"until": "2026-12-31"}, "这段时间还没有过完"),
        ({"until": "2024-12-31"}, "结束日期不能早于开始日期"),
        ({"due_on": "2026-03-04"}, "报送期限不能早于今天"),
        ({"figures": []}, "请至少选一个数字"),
        ({"figures": ["topics.voices"]}, "topics.voices"),
    ],
)
def test_asking_wrongly_answers_422_and_keeps_what_was_typed(
    client: Client, city: Office, more: dict[str, Any], sentence: str
) -> None:
    client.force_login(city.users["staff"])
    response = client.post(reverse("rollup:ask"), asked_form(title="一个好标题", **more))
    page = response.content.decode()
    assert (response.status_code, sentence in page, "一个好标题" in page) == (422, True, True)


def test_asking_with_nobody_below_answers_409(client: Client, county: Office) -> None:
    assert post(client, county, reverse("rollup:ask"), **asked_form()) == 409


def test_request_page_names_the_missing_first_and_keeps_the_order_of_codes(
    client: Client, city: Office, county: Office
) -> None:
    second = open_office(COUNTY_2, units=9)
    made = ask(city)
    report_number(second, UNITS, "40")
    report(county)
    report(second)
    add_units(second, 1)
    correct(second)
    report(second)
    page = see(client, city, reverse("rollup:request", args=[made.pk]))
    missing, table = page.split("各地报来的数字")
    below = Committee.objects.filter(parent=city.committee).order_by("code")
    names = list(below.values_list("short_name", flat=True))
    absent = [name for name in names if name not in {"华亭市政协", "泾川县政协"}]
    assert [name for name in names if name in missing.split("还有5个地方没有报")[1]] == absent
    places = [table.index(name) for name in names]
    assert places == sorted(places)
    # 10 of the one, 3 of the other; what was reported stands apart, corrections are marked.
    assert [text in table for text in ("13</a>", "40</a>", "报送数", "更正", "7个中2个", "7个中1个")] == [
        True
    ] * 6


def test_number_opens_with_its_versions_and_differences(client: Client, city: Office, county: Office) -> None:
    ask(city)
    report(county)
    add_units(county, 2)
    correct(county)
    report(county)
    row = received(city, county)
    page = see(client, city, reverse("rollup:number", args=[row.pk, UNITS]), "auditor")
    shown = [text in page for text in ("第1版", "第2版", "漏了两个单位", "3 → <b>5</b>", "签发")]
    assert shown == [True] * 5
    assert client.get(reverse("rollup:number", args=[row.pk, SHARE])).status_code == 404


def test_province_sees_own_and_below_of_a_city_and_who_is_missing_there(
    client: Client, city: Office, county: Office
) -> None:
    province = open_office(PROVINCE)
    made = ask(province)
    ask(city)
    report(county)
    page = see(client, city, reverse("rollup:sheet", args=[sheet_of(city).pk]))
    assert ("下级汇总" in page, "下面还没有报的：" in page, "泾川县政协" in page) == (True, True, True)
    report(city)
    row = received(province, city)
    page = see(client, province, reverse("rollup:received", args=[row.pk]))
    assert ("下级汇总" in page, "签发时下面还没有报的：" in page, "泾川县政协" in page) == (True,) * 3
    assert "下面6个没报" in see(client, province, reverse("rollup:request", args=[made.pk]))


def test_city_that_was_asked_can_pass_the_same_on(client: Client, city: Office) -> None:
    province = open_office(PROVINCE)
    ask(province, UNITS, SHARE)
    url = f"{reverse('rollup:ask')}?sheet={sheet_of(city).pk}"
    assert url in see(client, city, reverse("rollup:sheet", args=[sheet_of(city).pk]))
    page = see(client, city, url)
    assert (page.count(" checked"), "2025-12-31" in page) == (2, True)
    assert client.get(f"{reverse('rollup:ask')}?sheet=nonsense").status_code == 404


def test_figure_page_tells_total_median_and_range_and_adds_no_shares(
    client: Client, city: Office, county: Office
) -> None:
    second = open_office(COUNTY_2)
    add_members(county, 4, enrolled=1)
    add_members(second, 2, enrolled=2)
    made = ask(city, SHARE)
    report(county)
    report(second)
    page = see(client, city, reverse("rollup:figure", args=[made.pk, SHARE]))
    assert ("50（6中的3）" in page, "62.5" in page, "25到100" in page) == (True, True, True)


def test_signed_sheet_shows_what_changed_since(client: Client, city: Office, county: Office) -> None:
    ask(city)
    report(county)
    url = reverse("rollup:sheet", args=[sheet_of(county).pk])
    assert "签发以后" not in see(client, county, url)
    add_units(county, 2)
    page = see(client, county, url)
    assert ("签发以后" in page, "现在5" in page) == (True, True)


def test_sheet_shows_the_document_behind_a_reported_number(
    client: Client, city: Office, county: Office
) -> None:
    report_number(county, UNITS, "40")
    ask(city)
    page = see(client, county, reverse("rollup:sheet", args=[sheet_of(county).pk]))
    assert ("2025年统计年报" in page, f"{reverse('statistics:reported')}?figure={UNITS}" in page) == (
        True,
        True,
    )


def test_sheet_of_a_committee_without_a_leader_says_who_is_wanting(client: Client, city: Office) -> None:
    county = open_office(COUNTY, without="leader")
    ask(city)
    assert "没有人能签发" in see(client, county, reverse("rollup:sheet", args=[sheet_of(county).pk]))


def test_median_stands_beside_the_own_number(client: Client, city: Office) -> None:
    codes = Committee.objects.filter(parent=city.committee).order_by("code").values_list("code", flat=True)
    below = [open_office(code, units=n * 11) for n, code in enumerate(codes[:5], start=1)]
    made = ask(city)
    for office in below:
        report(office)
    assert post(client, city, reverse("rollup:medians", args=[made.pk])) == 302
    page = see(client, below[0], reverse("rollup:sheet", args=[sheet_of(below[0]).pk]))
    assert ("各地中位数" in page, ">33<" in page, ">44<" in page, "5个地方" in page) == (
        True,
        True,
        False,
        True,
    )


def test_workbook_has_a_column_for_each_source_and_totals_of_how_many(
    client: Client, city: Office, county: Office
) -> None:
    second = open_office(COUNTY_2, units=5)
    report_number(second, UNITS, "40")
    made = ask(city)
    report(county)
    report(second)
    client.force_login(city.users["staff"])
    response = client.get(reverse("rollup:export", args=[made.pk]))
    book = openpyxl.load_workbook(BytesIO(response.content))
    rows = list(book.worksheets[0].values)
    assert [cell for cell in rows[0][7:] if cell] == ["承办单位（个）", "承办单位（个）　报送数"]
    by_name = {row[1]: row[7:9] for row in rows[1:]}
    assert by_name["泾川县政协"] == (5, 40)
    assert by_name["华亭市政协"] == (3, None)
    assert by_name["灵台县政协"] == (None, None)
    assert by_name["合计　平台记录"] == (8, None)
    assert [row[7:9] for row in rows if row[1] == "　来自几个地方"] == [(2, None), (None, 1)]


def test_home_page_asks_the_clerk_to_report_and_the_leader_to_sign(
    client: Client, city: Office, county: Office
) -> None:
    ask(city)
    assert "待上报" in see(client, county, "/")
    assert "待签发" not in see(client, county, "/", "leader")
    prepare(county)
    assert "待上报" not in see(client, county, "/")
    assert "待签发" in see(client, county, "/", "leader")
    assert "待上报" not in see(client, city, "/")


def test_reminding_and_withdrawing_by_form(client: Client, city: Office, county: Office) -> None:
    made = ask(city)
    remind = reverse("rollup:remind", args=[made.pk])
    assert [post(client, city, remind) for _n in range(2)] == [302, 409]
    assert post(client, city, reverse("rollup:withdraw", args=[made.pk])) == 302
    with city.at_work():
        assert Request.objects.count() == 0
    with county.at_work():
        assert Sheet.objects.count() == 0


def test_label_at_the_side_is_that_of_the_level(client: Client, city: Office, county: Office) -> None:
    assert "各地数据" in see(client, city, reverse("rollup:home"))
    page = see(client, county, reverse("rollup:home"), "leader")
    assert ("数据上报" in page, "各地数据" in page) == (True, False)


@pytest.mark.parametrize("reporters", [1, 3])
def test_pages_of_the_upper_side_ask_as_often_for_one_county_as_for_three(
    client: Client, city: Office, reporters: int
) -> None:
    made = ask(city, UNITS, SHARE)
    codes = Committee.objects.filter(parent=city.committee).order_by("code").values_list("code", flat=True)
    below = [open_office(code, units=2) for code in codes[:reporters]]
    for office in below:
        add_members(office, 2, enrolled=1)
        report(office)
    row = received(city, below[0])
    client.force_login(city.users["staff"])
    pages = {
        reverse("rollup:home"): 9,
        reverse("rollup:request", args=[made.pk]): 9,
        reverse("rollup:figure", args=[made.pk, UNITS]): 9,
        reverse("rollup:received", args=[row.pk]): 9,
        reverse("rollup:number", args=[row.pk, UNITS]): 9,
    }
    asked = {}
    for url in pages:
        client.get(url)
        with CaptureQueriesContext(connection) as context:
            assert client.get(url).status_code == 200
        asked[url] = len(context)
    assert asked == pages


@pytest.mark.parametrize("figures", [1, 3])
def test_sheet_of_a_city_asks_as_often_for_one_figure_as_for_three(
    client: Client,
    city: Office,
    county: Office,
    figures: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    province = open_office(PROVINCE)
    wanted = [UNITS, SHARE, "organization.members"][:figures]
    ask(province, *wanted)
    ask(city, *wanted)
    report(county)
    client.force_login(city.users["staff"])
    url = reverse("rollup:sheet", args=[sheet_of(city).pk])
    client.get(url)
    with django_assert_num_queries(11):
        assert client.get(url).status_code == 200
    report(city)
    correct(city)
    url = reverse("rollup:sheet", args=[sheet_of(city).pk])
    with django_assert_num_queries(12):
        assert client.get(url).status_code == 200


def test_city_without_people_can_be_asked_and_its_tree_works(client: Client, city: Office) -> None:
    province = open_office(PROVINCE)
    made = ask(province)
    assert Committee.objects.filter(code=OTHER_CITY, parent=province.committee).exists()
    with province.at_work():
        assert asking.remind_missing(actor=province.actor("staff"), request=made) == 14
    assert "还有14个地方没有报" in see(client, province, reverse("rollup:request", args=[made.pk]))
