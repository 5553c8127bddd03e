"""The pages of reports: who comes in, what is kept when something is wrong, how much they cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.factories import JINCHANG, make_house
from tests.readers.workreports.people import drafted, hold_sessions, set_text, text_of
from tests.village import make_village
from tongxin.readers.workreports.models import SentenceTemplate, TypedNumber, WorkReport

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db: None) -> Village:
    """A village with four sessions in 2021."""
    made = make_village(make_house())
    hold_sessions(made, 4)
    return made


@pytest.fixture
def staff(village: Village, client: Client) -> Client:
    """A clerk at the desk."""
    client.force_login(village.house.users["staff"])
    return client


def test_begin_makes_a_report_and_shows_it(village: Village, staff: Client) -> None:
    answer = staff.post(
        "/reports/new/",
        {"period": "2021", "form": "official", "parts": ["grassroots"], "title": ""},
        follow=True,
    )
    with village.house.at_work():
        [report] = WorkReport.objects.all()
    assert report.title == f"{village.house.committee.name}2021年工作报告"
    assert answer.redirect_chain == [(f"/reports/{report.pk}/", 302)]
    assert re.search(
        r'<a class="num" href="/statistics/figures/grassroots.sessions/\?period=2021">4场次</a>',
        answer.content.decode(),
    )


@pytest.mark.parametrize(
    ("period", "words"), [("2190", "还没有到"), ("不知道", "看不懂"), ("", "必填"), ("2010", "没有一条记录")]
)
def test_begin_with_a_wrong_span_says_why_and_keeps_the_title(
    village: Village, staff: Client, period: str, words: str
) -> None:
    answer = staff.post(
        "/reports/new/", {"period": period, "form": "official", "parts": ["topics"], "title": "我的标题"}
    )
    assert answer.status_code == 422
    assert "我的标题" in answer.content.decode()
    if period:
        assert words in answer.content.decode()
    with village.house.at_work():
        assert WorkReport.objects.count() == 0


def edit_data(report: WorkReport, section: Any, text: str, version: int = 1) -> dict[str, str]:
    return {
        "version": str(version),
        "title": report.title,
        "number": "华政协发〔2022〕1号",
        "opening": "",
        "closing": "",
        "s-TOTAL_FORMS": "2",
        "s-INITIAL_FORMS": "1",
        "s-MIN_NUM_FORMS": "0",
        "s-MAX_NUM_FORMS": "30",
        "s-0-key": str(section.pk),
        "s-0-order": "2",
        "s-0-heading": "第二",
        "s-0-text": text,
        "s-1-key": "",
        "s-1-order": "1",
        "s-1-heading": "第一",
        "s-1-text": "从Word粘来的 530 场次",
    }


def test_edit_saves_orders_and_cleans(village: Village, staff: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    with village.house.at_work():
        section = report.sections.get()
    answer = staff.post(f"/reports/{report.pk}/edit/", edit_data(report, section, section.text))
    assert answer.status_code == 302
    with village.house.at_work():
        assert [(s.heading, s.text) for s in report.sections.all()] == [
            ("第一", "从Word粘来的530场次"),
            ("第二", section.text),
        ]


def test_edit_of_an_older_text_answers_409_with_both_texts(village: Village, staff: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    with village.house.at_work():
        section = report.sections.get()
    staff.post(f"/reports/{report.pk}/edit/", edit_data(report, section, "先到的文字"))
    answer = staff.post(f"/reports/{report.pk}/edit/", edit_data(report, section, "后到的文字"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("先到的文字" in page, "后到的文字" in page) == (True, True)
    with village.house.at_work():
        assert report.sections.get(heading="第二").text == "先到的文字"


def test_edit_of_a_very_long_text_answers_422_and_keeps_it(village: Village, staff: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    with village.house.at_work():
        section = report.sections.get()
    answer = staff.post(f"/reports/{report.pk}/edit/", edit_data(report, section, "长" * 20_001))
    assert (answer.status_code, "长" * 20_001 in answer.content.decode()) == (422, True)


def test_insert_puts_a_number_with_its_code_at_the_end(village: Village, staff: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    with village.house.at_work():
        section = report.sections.get()
    page = staff.get(f"/reports/{report.pk}/insert/", {"figure": "grassroots.sessions", "period": "2021-03"})
    assert "4场次" in page.content.decode()
    staff.post(
        f"/reports/{report.pk}/insert/",
        {"figure": "grassroots.sessions", "period": "2021-03", "section": str(section.pk)},
    )
    assert re.search(r"协商议事活动4场次〔T\d\d-\d{4}〕。$", text_of(village, report))
    assert staff.get(f"/reports/{report.pk}/insert/", {"figure": "no.such"}).status_code == 422


def test_insert_of_a_part_names_it(village: Village, staff: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    with village.house.at_work():
        section = report.sections.get()
    staff.post(
        f"/reports/{report.pk}/insert/",
        {
            "figure": "grassroots.sessions",
            "period": "2021",
            "by": "month",
            "part": "2021-03",
            "section": str(section.pk),
        },
    )
    assert "2021年3月协商议事活动4场次〔" in text_of(village, report)
    assert staff.get(f"/reports/{report.pk}/check/").status_code == 200


def test_check_page_offers_the_number_and_takes_a_source(village: Village, staff: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    set_text(village, report, text_of(village, report).replace("4场次〔", "540场次〔") + "服务群众540名。")
    page = staff.get(f"/reports/{report.pk}/check/").content.decode()
    assert ("改成4场次" in page, "540名" in page) == (True, True)
    staff.post(f"/reports/{report.pk}/check/set-right/", {"all": "1"})
    [key] = re.findall(
        r'name="key" value="([^"]*~540)"', staff.get(f"/reports/{report.pk}/check/").content.decode()
    )[:1]
    assert staff.post(f"/reports/{report.pk}/check/vouch/", {"key": key, "source": ""}).status_code == 422
    staff.post(f"/reports/{report.pk}/check/vouch/", {"key": key, "source": "乡镇报表"})
    with village.house.at_work():
        [row] = TypedNumber.objects.all()
    assert (row.source, row.by_name) == ("乡镇报表", "杜工")


def test_sign_with_open_points_answers_409(village: Village, client: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    set_text(village, report, "服务群众540名。")
    client.force_login(village.house.users["leader"])
    answer = client.post(f"/reports/{report.pk}/sign/", {"version": "1"})
    assert answer.status_code == 409
    assert "没有依据1处" in answer.content.decode()


def test_signed_report_shows_what_changed_since(village: Village, client: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    client.force_login(village.house.users["leader"])
    client.post(f"/reports/{report.pk}/sign/", {"version": "1"})
    assert "都没有变化" in client.get(f"/reports/{report.pk}/").content.decode()
    hold_sessions(village, 1, month=8)
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "签发后有变化：4个数字" in page
    [url] = re.findall(r'href="(/reports/[^"]+/numbers/[^"]+/)"', page)[:1]
    change = client.get(url).content.decode()
    assert ("签发后多出来1条" in change, "议事2021-8-0" in change) == (True, True)
    assert client.get(f"/reports/{report.pk}/edit/").status_code == 403


def test_sentences_are_changed_previewed_and_put_back(village: Village, staff: Client) -> None:
    url = "/reports/sentences/topics/"
    data = {
        "seen": "",
        "s-TOTAL_FORMS": "1",
        "s-INITIAL_FORMS": "0",
        "s-MIN_NUM_FORMS": "0",
        "s-MAX_NUM_FORMS": "40",
        "s-0-text": "{时间}征集{topics.nothing}。",
        "s-0-is_active": "on",
    }
    answer = staff.post(url, data | {"save": "1"})
    assert (answer.status_code, "没有“topics.nothing”这个数字" in answer.content.decode()) == (422, True)
    data["s-0-text"] = "{时间}征集{topics.collected}。"
    assert staff.post(url, data | {"preview": "1"}).status_code == 200
    with village.house.at_work():
        assert SentenceTemplate.objects.count() == 0
    assert staff.post(url, data | {"save": "1"}).status_code == 302
    answer = staff.post(url, data | {"save": "1"})
    assert (answer.status_code, "别人改过" in answer.content.decode()) == (409, True)
    assert "本会自己写的" in staff.get("/reports/sentences/").content.decode()
    staff.post(f"{url}usual/")
    with village.house.at_work():
        assert SentenceTemplate.objects.count() == 0


def test_report_of_another_committee_is_not_there(village: Village, client: Client) -> None:
    other = make_house(JINCHANG)
    report = drafted(village)
    client.force_login(other.users["staff"])
    pages = ("", "edit/", "check/", "insert/", "report.docx", "report.pdf", "numbers.xlsx")
    assert [client.get(f"/reports/{report.pk}/{page}").status_code for page in pages] == [404] * 7


def test_auditor_reads_signed_reports_only(village: Village, client: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    client.force_login(village.house.users["auditor"])
    assert client.get(f"/reports/{report.pk}/").status_code == 404
    client.force_login(village.house.users["leader"])
    client.post(f"/reports/{report.pk}/sign/", {"version": "1"})
    client.force_login(village.house.users["auditor"])
    assert client.get(f"/reports/{report.pk}/").status_code == 200
    assert client.get(f"/reports/{report.pk}/report.docx").status_code == 200


@pytest.mark.parametrize(
    "parts", [("codes",), ("grassroots",), ("grassroots", "topics", "organization", "codes")]
)
@pytest.mark.parametrize("page", ["", "check/"])
def test_report_page_costs_the_same_however_many_numbers(
    village: Village,
    staff: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    parts: tuple[str, ...],
    page: str,
) -> None:
    report = drafted(village, parts=parts)
    staff.get("/reports/")
    set_text(village, report, text_of(village, report, parts[0]) + "服务群众540名。", parts[0])
    # Two of them begin and end the transaction.
    with django_assert_num_queries(15 if page else 12):
        staff.get(f"/reports/{report.pk}/{page}")


def test_number_says_in_which_signed_reports_it_stands(village: Village, client: Client) -> None:
    report = drafted(village, parts=("grassroots",))
    client.force_login(village.house.users["leader"])
    client.post(f"/reports/{report.pk}/sign/", {"version": "1"})
    with village.house.at_work():
        code = report.frozen.get(code__figure="grassroots.sessions").code.code
    assert "数值没有变" in client.get(f"/reports/numbers/{code}/").content.decode()
    hold_sessions(village, 1, month=8)
    page = client.get(f"/reports/numbers/{code}/").content.decode()
    assert (f"/reports/{report.pk}/numbers/{code}/" in page, "4场次" in page, "5场次" in page) == (
        True,
        True,
        True,
    )
    opened = client.get("/statistics/figures/grassroots.sessions/", {"period": "2021"}).content.decode()
    assert f"/reports/numbers/{code}/" in opened
    assert client.get("/reports/numbers/T26-9999/").status_code == 404
