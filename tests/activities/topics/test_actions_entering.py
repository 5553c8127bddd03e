"""Writing topics down: the four channels, a member's word, the paper form, a table."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from tests.activities.topics.ground import entered, now
from tests.village import make_village
from tongxin.activities.topics.actions import deciding, entering
from tongxin.activities.topics.actions.importing import confirm_import, keep_upload, undo_import
from tongxin.activities.topics.documents import paper_forms
from tongxin.activities.topics.exchange import read_plan
from tongxin.activities.topics.models import Topic, TopicImport, Voice
from tongxin.activities.topics.paper import (
    new_form_number,
    nonce_of,
    read_form_number,
    receipt_on_slip,
)
from tongxin.activities.topics.receipts import receipt_index, shown_receipt
from tongxin.capabilities.matters.models import Matter, Participation, TimelineEntry
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.audit.models import Entry as AuditEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.sheets import TableRefused

if TYPE_CHECKING:
    from tests.village import Village

pytestmark = pytest.mark.django_db
HEADERS = ("渠道", "标题", "内容", "乡镇/网点", "类别", "提出日期", "提出人/单位")


@pytest.fixture
def village() -> Village:
    return make_village(factories.make_house())


def book(*rows: tuple[Any, ...], headers: tuple[str, ...] = HEADERS) -> bytes:
    made = openpyxl.Workbook()
    made.active.append(headers)
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_entered_topic_waits_and_tells_the_others_who_decide(village: Village) -> None:
    house = village.house
    topic = entered(village, node=village.room, on=clock.today() - timedelta(days=3))
    assert (topic.state, topic.channel, topic.raised_by) == ("collected", "party_gov", "县政府办")
    assert topic.matter.opened_on == clock.today() - timedelta(days=3)
    with house.at_work():
        told = set(Notice.objects.values_list("user__name", flat=True))
        (line,) = TimelineEntry.objects.filter(matter_id=topic.pk)
    assert told == {house.users[who].name for who in ("staff_2", "head", "worker")}
    assert line.text == "录入（党政点）"


def test_worker_enters_for_the_own_room_only(village: Village) -> None:
    topic = entered(village, by="worker", node=village.room)
    assert topic.node_id == village.room.pk
    for node in (None, village.station):
        with pytest.raises(PermissionDenied):
            entered(village, by="worker", node=node)


def test_topic_without_words_or_of_tomorrow_is_refused(village: Village) -> None:
    for more in ({"title": " "}, {"text": ""}, {"on": clock.today() + timedelta(days=1)}):
        with pytest.raises(Refused):
            entered(village, **more)


def test_recommendation_of_a_member_is_a_part_taken_and_its_member_sees_it(village: Village) -> None:
    house = village.house
    member = house.actor("proposer")
    with house.at_work():
        topic = entering.recommend_topic(
            actor=member, title="养老服务", text="村里老人多。", node=village.room
        )
        (part,) = Participation.objects.filter(matter_id=topic.pk)
        assert (part.role, part.member_id, part.on) == ("raiser", member.member_id, clock.today())
        assert Topic.objects.visible_to(member).count() == 1
        assert not Topic.objects.visible_to(house.actor("outsider")).exists()
        assert Notice.objects.filter(user=house.users["staff"]).count() == 1
    with house.at_work():
        deciding.accept_topic(actor=house.actor("staff"), topic=topic)
        assert Topic.objects.visible_to(house.actor("outsider")).count() == 1
        assert Notice.objects.filter(user=house.users["proposer"]).count() == 1


@pytest.mark.parametrize("who", ["staff", "head", "clerk_a", "submitter"])
def test_who_is_no_member_recommends_nothing(village: Village, who: str) -> None:
    with pytest.raises(PermissionDenied), village.house.at_work():
        entering.recommend_topic(actor=village.house.actor(who), title="甲", text="乙")


# ── paper ──


def test_number_with_a_slip_of_the_pen_is_recognised(village: Village) -> None:
    committee_id = village.house.committee.pk
    number = new_form_number(committee_id)
    assert read_form_number(committee_id, f" {shown_receipt(number)} ") == number
    wrong = ("3" if number[0] == "2" else "2") + number[1:]
    assert read_form_number(committee_id, wrong) == ""
    assert read_form_number(committee_id, number[:-1]) == ""
    assert read_form_number(committee_id + 1, number) == ""


def test_paper_form_is_found_by_the_receipt_on_its_slip(village: Village) -> None:
    house = village.house
    committee_id = house.committee.pk
    with house.at_work():
        (number,) = entering.print_forms(actor=house.actor("worker"), node=village.room, count=1)
        assert not Voice.objects.exists()
        entry: dict[str, Any] = {"node": village.room, "number": shown_receipt(number), "text": "路灯不亮。"}
        assert entering.enter_paper_form(actor=house.actor("worker"), **entry) is True
        assert entering.enter_paper_form(actor=house.actor("staff"), **entry) is False
        (voice,) = Voice.objects.select_related("topic")
        slip = receipt_on_slip(committee_id, number)
        assert voice.receipt_index == receipt_index(committee_id, slip)
        assert (voice.way, voice.topic.channel, voice.topic.node_id) == ("paper", "mass", village.room.pk)
        logged = str(list(AuditEntry.objects.values_list("action", "target", "detail")))
        assert AuditEntry.objects.filter(action="topics.enter_paper_form").count() == 1
    assert slip != number
    for secret in (number, slip, str(voice.pk), str(voice.topic_id), str(nonce_of(number)), "路灯不亮"):
        assert secret not in logged


def test_number_that_was_used_for_other_words_is_refused(village: Village) -> None:
    staff = village.house.actor("staff")
    number = new_form_number(village.house.committee.pk)
    with village.house.at_work():
        entering.enter_paper_form(actor=staff, node=None, number=number, text="路灯不亮。")
    with pytest.raises(Refused), village.house.at_work():
        entering.enter_paper_form(actor=staff, node=None, number=number, text="自来水停了。")
    with pytest.raises(Refused), village.house.at_work():
        entering.enter_paper_form(actor=staff, node=None, number="23456-789ab", text="路灯不亮。")
    with pytest.raises(PermissionDenied), village.house.at_work():
        entering.enter_paper_form(
            actor=village.house.actor("worker"), node=None, number=number, text="路灯不亮。"
        )


def test_forms_are_printed_in_numbers_that_fit_a_printer(village: Village) -> None:
    staff = village.house.actor("staff")
    with village.house.at_work():
        numbers = entering.print_forms(actor=staff, node=None, count=50)
        assert len(set(numbers)) == 50
        made = paper_forms(village.house.committee, village.room, numbers[:3])
    assert made.startswith(b"%PDF")
    for count in (0, 51):
        with pytest.raises(Refused), village.house.at_work():
            entering.print_forms(actor=staff, node=None, count=count)


# ── tables ──

GOOD = (
    ("党政点", "拓宽道路", "村口道路太窄。", "寺沟村协商议事室", "道路照明", "2026-03-02", "县政府办"),
    ("委员荐", "养老服务", "老人多。", "寺沟村协商议事会", "养老托幼", "2026-04-05", "王芳"),
    ("群众提", "路灯不亮", "", "", "", date(2026, 5, 6), ""),
    ("网络征", "停车难", "小区停车难。", "", "其他", "", ""),
)


def upload(village: Village, data: bytes, who: str = "staff") -> TopicImport:
    with village.house.at_work():
        return keep_upload(actor=village.house.actor(who), data=data, filename="议题.xlsx")


def confirm(village: Village, kept: TopicImport, who: str = "staff", **how: bool) -> TopicImport:
    with village.house.at_work():
        return confirm_import(actor=village.house.actor(who), upload=kept, **how)


def test_table_of_four_channels_becomes_four_topics_once(village: Village) -> None:
    house = village.house
    done = confirm(village, upload(village, book(*GOOD)))
    assert (done.added, done.state) == (4, "confirmed")
    with house.at_work():
        found = list(
            Topic.objects.order_by("matter__opened_on", "channel").values_list(
                "channel",
                "matter__title",
                "text",
                "node__name",
                "category__name",
                "raised_by",
                "member__name",
            )
        )
        assert Participation.objects.filter(role="raiser").count() == 1
        assert not Notice.objects.exists()
    assert found == [
        ("party_gov", "拓宽道路", "村口道路太窄。", "寺沟村协商议事室", "道路照明", "县政府办", None),
        ("member", "养老服务", "老人多。", "寺沟村协商议事会", "养老托幼", "", "王芳"),
        ("mass", "路灯不亮", "路灯不亮", None, None, "", None),
        ("online", "停车难", "小区停车难。", None, "其他", "", None),
    ]
    again = upload(village, book(*GOOD))
    with house.at_work():
        plan = read_plan(house.actor("staff"), bytes(again.content), "议题.xlsx")
        assert (len(plan.rows), plan.known) == (0, 4)
    with pytest.raises(Refused):
        confirm(village, again)
    with pytest.raises(Refused):
        confirm(village, done)


MISTAKES = (
    (("电话", "甲", "乙", "", "", "", ""), "渠道"),
    (("群众提", "", "乙", "", "", "", ""), "标题"),
    (("群众提", "长" * 121, "乙", "", "", "", ""), "标题"),
    (("群众提", "甲", "乙", "没有的村", "", "", ""), "乡镇/网点"),
    (("群众提", "甲", "乙", "", "没有的类", "", ""), "类别"),
    (("群众提", "甲", "乙", "", "", "2126-01-01", ""), "提出日期"),
    (("群众提", "甲", "乙", "", "", "", "张三"), "提出人/单位"),
    (("党政点", "甲", "乙", "", "", "", ""), "提出人/单位"),
    (("委员荐", "甲", "乙", "", "", "", "没有的人"), "提出人/单位"),
)


def test_every_mistake_names_its_row_and_column_and_nothing_is_done(village: Village) -> None:
    kept = upload(village, book(GOOD[0], *(row for row, _column in MISTAKES)))
    with village.house.at_work():
        plan = read_plan(village.house.actor("staff"), bytes(kept.content), "议题.xlsx")
    assert [(e.row, e.column) for e in plan.errors] == [
        (n, column) for n, (_row, column) in enumerate(MISTAKES, start=3)
    ]
    assert (len(plan.rows), plan.wrong_rows) == (1, len(MISTAKES))
    with pytest.raises(Refused):
        confirm(village, kept)
    with village.house.at_work():
        assert not Topic.objects.exists()
    assert confirm(village, kept, skip_errors=True).added == 1


def test_table_without_its_columns_is_refused_and_not_kept(village: Village) -> None:
    with pytest.raises(TableRefused):
        upload(village, book(("甲",), headers=("名称",)))
    with pytest.raises(TableRefused):
        upload(village, b"not a table")
    with village.house.at_work():
        assert not TopicImport.objects.exists()


def test_worker_brings_in_topics_of_the_own_room_only(village: Village) -> None:
    kept = upload(village, book(*GOOD), who="worker")
    with village.house.at_work():
        plan = read_plan(village.house.actor("worker"), bytes(kept.content), "议题.xlsx")
    assert [(e.row, e.column) for e in plan.errors] == [(n, "乡镇/网点") for n in (3, 4, 5)]
    with pytest.raises(PermissionDenied):
        confirm(village, upload(village, book(*GOOD)), who="worker")


def test_import_is_taken_back_exactly_unless_somebody_worked_on_it(village: Village) -> None:
    house = village.house
    kept_before = entered(village)
    done = confirm(village, upload(village, book(*GOOD)))
    with house.at_work():
        assert undo_import(actor=house.actor("staff"), upload=done) == 4
        assert list(Topic.objects.values_list("pk", flat=True)) == [kept_before.pk]
        assert Matter.objects.filter(kind="topic").count() == 1
    second = confirm(village, upload(village, book(*GOOD)))
    with house.at_work():
        touched = Topic.objects.select_related("matter", "node").get(matter__title="停车难")
        deciding.accept_topic(actor=house.actor("staff"), topic=touched)
    with pytest.raises(Refused, match="停车难"), house.at_work():
        undo_import(actor=house.actor("staff"), upload=second)
    assert now(village, touched).state == "accepted"


def test_import_of_another_committee_is_not_there(village: Village) -> None:
    other = factories.make_house(factories.JINCHANG)
    done = confirm(village, upload(village, book(*GOOD)))
    with other.at_work():
        assert not TopicImport.objects.filter(pk=done.pk).exists()
        assert not Topic.objects.exists()
        assert not Voice.objects.exists()
    with village.house.at_work():
        assert TopicImport.objects.filter(pk=done.pk).exists()
