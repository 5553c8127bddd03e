"""Registers of past years in Excel: what they would do, what is wrong with them, entered once, taken back."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.activities.grassroots.meetings import TUESDAY
from tests.factories import JINCHANG, make_house
from tests.village import make_village
from tongxin.activities.grassroots import figures
from tongxin.activities.grassroots.actions.ledger_books import enter_ledger, take_back_ledger
from tongxin.activities.grassroots.actions.recording import reopen_record
from tongxin.activities.grassroots.exchange.ledger import COLUMNS, EXAMPLE, read_ledger
from tongxin.activities.grassroots.exchange.ledger_running import LEDGER
from tongxin.activities.grassroots.models import DeliberationSession, Problem, SecondedPerson
from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.matters.models import Matter, TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import calendar_year
from tongxin.foundation.core.sheets import Sheet, write_workbook
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.village import Village
    from tongxin.activities.grassroots.exchange.ledger import LedgerPlan

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = EXAMPLE | {
    "members": "王芳、何远山，李强",
    "problems": "1. 三社管网修通（交通运输局，2021年9月30日）\n2. 井盖换好（2021-06-01）\n路灯装上（共六盏）",
}


@pytest.fixture(autouse=True)
def on_a_tuesday() -> Iterator[None]:
    with clock.at(TUESDAY):
        yield


@pytest.fixture
def here() -> Village:
    return make_village(make_house())


def book(*rows: dict[str, Any]) -> bytes:
    return write_workbook([Sheet("台账", COLUMNS, rows)])


def read(here: Village, *rows: dict[str, Any]) -> LedgerPlan:
    with here.house.at_work():
        return read_ledger(book(*rows), "台账.xlsx", here.house.committee.pk)


def entered(here: Village, *rows: dict[str, Any], source: str = "2021年台账") -> int:
    plan = read(here, *rows)
    with here.house.at_work():
        return enter_ledger(actor=here.house.actor("staff"), lines=plan.lines, source=source)


def faults(plan: LedgerPlan) -> list[tuple[int, str, str]]:
    return [(e.row, e.column, e.message) for e in plan.errors]


def test_register_is_entered_with_all_that_it_says(here: Village) -> None:
    assert entered(here, GOOD) == 1
    year = calendar_year(2021)
    committee = here.house.committee.pk
    with here.house.at_work():
        session = DeliberationSession.objects.select_related("matter").get()
        problems = list(
            Problem.objects.order_by("pk").values_list("text", "unit__name", "owner", "solved_on")
        )
        assert (session.held_on, session.others_present, session.state) == (date(2021, 5, 12), 23, "recorded")
        assert figures.held_sessions(committee, year).count() == 1
        assert figures.member_attendances(committee, year).count() == 3
        assert figures.suggestions(committee, year).count() == 2
        assert figures.solved_problems(committee, year).count() == 3
    council = here.council.name
    assert problems == [
        ("三社管网修通", "交通运输局", "交通运输局", date(2021, 9, 30)),
        ("井盖换好", None, council, date(2021, 6, 1)),
        ("路灯装上（共六盏）", None, council, date(2021, 5, 12)),
    ]


def test_member_who_was_not_seconded_becomes_a_person_of_the_grass_roots(here: Village) -> None:
    entered(here, GOOD)
    with here.house.at_work():
        made = SecondedPerson.objects.get(name="李强")
    assert made.member_id == here.house.members["cosigner_1"].pk


def test_same_register_again_changes_nothing(here: Village) -> None:
    entered(here, GOOD)
    again = read(here, GOOD, GOOD | {"title": "另一件事"})
    assert (len(again.lines), again.unchanged) == (1, 1)
    with here.house.at_work():
        lines = read_ledger(book(GOOD), "台账.xlsx", here.house.committee.pk).lines
        assert lines == []


def test_same_preview_confirmed_twice_enters_once(here: Village) -> None:
    plan = read(here, GOOD)
    staff = here.house.actor("staff")
    with here.house.at_work():
        assert enter_ledger(actor=staff, lines=plan.lines, source="甲") == 1
        with pytest.raises(Refused, match="都已经在了"):
            enter_ledger(actor=staff, lines=plan.lines, source="乙")
        assert DeliberationSession.objects.count() == 1


def test_each_mistake_is_named_with_row_and_column(here: Village) -> None:
    plan = read(
        here,
        GOOD,
        GOOD | {"title": "二", "node": "没有这个议事会"},
        GOOD | {"title": "三", "members": "王芳、无名氏"},
        GOOD | {"title": "四", "on": "2021年5月"},
        GOOD | {"title": "五", "on": date(2026, 11, 30)},
        GOOD | {"title": "六", "venue_kind": "飞机场"},
        GOOD | {"title": "长" * 121},
        GOOD,
        GOOD | {"title": "九", "problems": "修好了（交通运输局，2021年13月1日）"},
        GOOD | {"title": "十", "others": "很多"},
    )
    assert [(row, column) for row, column, _message in faults(plan)] == [
        (3, "议事会"),
        (4, "参加委员"),
        (5, "日期"),
        (6, "日期"),
        (7, "地点类型"),
        (8, "主题"),
        (9, "主题"),
        (10, "解决的问题"),
        (11, "其他人数"),
    ]
    assert (len(plan.lines), plan.wrong_rows) == (1, 9)
    messages = {row: message for row, _column, message in faults(plan)}
    assert messages[4] == "委员名单和下沉委员名单里都没有「无名氏」。请改正，或者先把他加进下沉委员名单。"
    assert messages[9] == "和第2行是同一场：同一天、同一个议事会、同一个主题。"


def test_two_councils_of_one_name_are_told_apart_by_their_station(here: Village) -> None:
    other = make_village(here.house, name="杨家庄村", town="安口镇", key="2")
    with here.house.at_work():
        Node.objects.filter(pk=other.council.pk).update(name=here.council.name)
    assert [(r, c) for r, c, _m in faults(read(here, GOOD))] == [(2, "议事会")]
    plan = read(here, GOOD | {"node": f"安口镇委员工作站/{here.council.name}"})
    assert [line.node for line in plan.lines] == [str(other.council.pk)]


def test_taking_back_leaves_nothing_and_only_takes_that_register(here: Village) -> None:
    with here.house.at_work():
        before = (Matter.objects.count(), TimelineEntry.objects.count())
    entered(here, GOOD)
    entered(here, GOOD | {"title": "另一份里的", "problems": ""}, source="另一份")
    staff = here.house.actor("staff")
    with here.house.at_work():
        assert take_back_ledger(actor=staff, source="2021年台账") == 1
        assert [s.matter.title for s in DeliberationSession.objects.all()] == ["另一份里的"]
        assert take_back_ledger(actor=staff, source="另一份") == 1
        assert (Matter.objects.count(), TimelineEntry.objects.count()) == before
        with pytest.raises(Refused, match="没有这一份"):
            take_back_ledger(actor=staff, source="另一份")


def test_taking_back_what_somebody_worked_on_is_refused_with_its_name(here: Village) -> None:
    entered(here, GOOD)
    staff = here.house.actor("staff")
    with here.house.at_work():
        reopen_record(actor=staff, session=DeliberationSession.objects.get(), reason="补一个人")
        with pytest.raises(Refused, match="「三社饮水管网怎么修」"):
            take_back_ledger(actor=staff, source="2021年台账")
        assert DeliberationSession.objects.count() == 1


@pytest.mark.parametrize("who", ["head", "worker", "leader", "tenant_admin"])
def test_register_is_for_staff(client: Client, here: Village, who: str) -> None:
    plan = read(here, GOOD)
    with here.house.at_work(), pytest.raises(PermissionDenied):
        enter_ledger(actor=here.house.actor(who), lines=plan.lines, source="甲")
    client.force_login(here.house.users[who])
    assert client.get(reverse("grassroots:session_ledger")).status_code == 403


def upload(client: Client, *rows: dict[str, Any]) -> Any:
    file = SimpleUploadedFile("2021.xlsx", book(*rows))
    return client.post(reverse("grassroots:session_ledger"), {"file": file})


def test_page_previews_then_enters_then_takes_back(client: Client, here: Village) -> None:
    client.force_login(here.house.users["staff"])
    shown = upload(client, GOOD, GOOD | {"title": "二", "node": "没有这个议事会"})
    assert "确认补录1场" in shown.content.decode()
    assert "没有叫「没有这个议事会」的" in shown.content.decode()
    with here.house.at_work():
        assert DeliberationSession.objects.count() == 0
    url = reverse("grassroots:session_ledger")
    assert client.post(url, {"plan": shown.context["signed"]}).status_code == 302
    (row,) = client.get(url).context["ledgers"]
    assert (row.source, row.count) == ("2021.xlsx（2026-11-03 10:00:00）", 1)
    client.post(reverse("grassroots:session_ledger_undo"), {"source": row.source})
    with here.house.at_work():
        assert DeliberationSession.objects.count() == 0


def test_preview_of_another_committee_or_a_changed_one_is_refused(client: Client, here: Village) -> None:
    client.force_login(here.house.users["staff"])
    signed = upload(client, GOOD).context["signed"]
    url = reverse("grassroots:session_ledger")
    assert client.post(url, {"plan": signed[:-1] + "x"}).status_code == 409
    other = make_house(JINCHANG)
    client.force_login(other.users["staff"])
    assert client.post(url, {"plan": signed}).status_code == 409


def test_file_that_is_no_table_is_refused_in_words(client: Client, here: Village) -> None:
    client.force_login(here.house.users["staff"])
    file = SimpleUploadedFile("台账.xlsx", b"nothing")
    answer = client.post(reverse("grassroots:session_ledger"), {"file": file})
    assert answer.status_code == 422


def test_long_register_is_entered_by_a_job(client: Client, here: Village) -> None:
    client.force_login(here.house.users["staff"])
    rows = [GOOD | {"title": f"第{n}件事", "problems": ""} for n in range(201)]
    signed = upload(client, *rows).context["signed"]
    answer = client.post(reverse("grassroots:session_ledger"), {"plan": signed})
    with here.house.at_work():
        job = Job.objects.get()
    assert answer.headers["Location"] == reverse("jobs:show", args=[job.pk])
    assert (job.kind, len(job.params["lines"])) == (LEDGER, 201)


def test_template_can_be_read_again(client: Client, here: Village) -> None:
    client.force_login(here.house.users["staff"])
    content = client.get(reverse("grassroots:session_ledger_template")).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == [c.header for c in COLUMNS]
    with here.house.at_work():
        plan = read_ledger(content, "模板.xlsx", here.house.committee.pk)
    assert plan.errors == []
