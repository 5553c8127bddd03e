"""What phones kept while they were offline: once, together, and nothing lost."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from tests.activities.grassroots.phones import (
    act,
    conflict_of,
    field,
    guest,
    now,
    open_conflicts,
    send,
    statuses,
    there,
    village_with_session,
)
from tongxin.activities.grassroots.actions.recording import Stale
from tongxin.activities.grassroots.actions.syncing import resolve_conflict
from tongxin.activities.grassroots.enums import HowPresent, Presence, SessionState
from tongxin.activities.grassroots.models import (
    Attendee,
    Problem,
    RecordConflict,
    Statement,
    Suggestion,
    SyncedAct,
)
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core.errors import Refused

pytestmark = pytest.mark.django_db


# Who came


def test_check_in_on_two_phones_is_one_attendance() -> None:
    village, session = village_with_session(people=1)
    with village.house.at_work():
        row = str(session.attendees.get().pk)
    first = send(village, session, act("present", attendee=row))
    second = send(village, session, guest("村民01"), who="head")
    assert (statuses(first), statuses(second)) == (["done"], ["done"])
    with village.house.at_work():
        assert list(Attendee.objects.values_list("name", "presence", "how")) == [
            ("村民01", Presence.PRESENT, HowPresent.DESK)
        ]


def test_member_by_name_and_as_invited_is_one_row() -> None:
    village, session = village_with_session()
    name = village.person.name
    send(village, session, guest(name, side="member"))
    send(village, session, guest(name, side="member", post="下沉委员"), who="head")
    with village.house.at_work():
        assert list(Attendee.objects.values_list("member_id", "person_id")) == [
            (village.person.member_id, village.person.pk)
        ]


def test_member_whom_nobody_knows_is_refused_in_words() -> None:
    village, session = village_with_session()
    answer = send(village, session, guest("查无此人", side="member"))[0]
    assert (answer.status, "查无此人" in answer.sentence) == ("refused", True)
    assert there(village, session) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_check_in_taken_back_in_any_order_is_not_there(order: tuple[int, int]) -> None:
    village, session = village_with_session()
    mark = guest("李四")
    acts = [mark, act("undo", of=mark["key"])]
    for n in order:
        send(village, session, acts[n])
    assert there(village, session) == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)])
def test_check_in_taken_back_on_one_phone_stands_on_the_other(order: tuple[int, int, int]) -> None:
    village, session = village_with_session()
    mine, theirs = guest("李四"), guest("李四")
    acts = [mine, act("undo", of=mine["key"]), theirs]
    for n in order:
        send(village, session, acts[n], who="head" if n == 2 else "worker")
    assert there(village, session) == ["李四"]


def test_check_in_by_scan_stays_when_the_desk_takes_its_own_back() -> None:
    village, session = village_with_session(people=1)
    with village.house.at_work():
        session.attendees.update(presence=Presence.PRESENT, how=HowPresent.SCAN)
    mark = guest("村民01")
    send(village, session, mark, act("undo", of=mark["key"]))
    assert there(village, session) == ["村民01"]


# What is written


def test_field_nobody_else_wrote_is_written_and_counts_its_version() -> None:
    village, session = village_with_session()
    send(village, session, field("agreed", "装十二盏灯。"))
    answers = send(village, session, field("agreed", "装十三盏灯。", base=1), who="head")
    found = now(village, session)
    assert (statuses(answers), found.agreed, found.field_versions) == (
        ["done"],
        "装十三盏灯。",
        {"agreed": 2},
    )


def test_field_two_phones_wrote_keeps_both_texts() -> None:
    village, session = village_with_session()
    send(village, session, field("agreed", "装十二盏灯。"))
    answers = send(village, session, field("agreed", "装十盏灯。"), who="head")
    assert (statuses(answers), now(village, session).agreed) == (["conflict"], "装十二盏灯。")
    assert open_conflicts(village) == [("agreed", "装十二盏灯。", "装十盏灯。")]


def test_field_both_wrote_alike_is_no_conflict() -> None:
    village, session = village_with_session()
    send(village, session, field("agreed", "装十二盏灯。"))
    answers = send(village, session, field("agreed", " 装十二盏灯。\r\n"), who="head")
    assert (statuses(answers), open_conflicts(village)) == (["done"], [])


def test_field_written_on_by_the_same_phone_is_no_conflict_with_itself() -> None:
    village, session = village_with_session()
    first = field("summary", "开始。")
    second = field("summary", "开始。说到路灯。", after=first["key"])
    third = field("summary", "开始。说到路灯。散会。", after=second["key"])
    send(village, session, first)
    answers = send(village, session, second, third)
    assert (statuses(answers), now(village, session).summary) == (["done", "done"], "开始。说到路灯。散会。")
    assert open_conflicts(village) == []


def test_field_older_text_arriving_late_changes_nothing() -> None:
    village, session = village_with_session()
    first = field("summary", "开始。")
    send(village, session, field("summary", "开始。说到路灯。", after=first["key"]))
    answers = send(village, session, first)
    assert (statuses(answers), now(village, session).summary, open_conflicts(village)) == (
        ["done"],
        "开始。说到路灯。",
        [],
    )


def test_field_in_conflict_written_on_puts_the_newer_text_into_the_conflict() -> None:
    village, session = village_with_session()
    send(village, session, field("agreed", "装十二盏灯。"))
    first = field("agreed", "装十盏")
    second = field("agreed", "装十盏灯，先村口。", after=first["key"])
    answers = send(village, session, first, second, who="head")
    assert statuses(answers) == ["conflict", "conflict"]
    assert open_conflicts(village) == [("agreed", "装十二盏灯。", "装十盏灯，先村口。")]


def test_field_written_on_does_not_overwrite_what_another_phone_wrote_between() -> None:
    village, session = village_with_session()
    first = field("agreed", "甲写的")
    send(village, session, first)
    send(village, session, field("agreed", "乙看了甲的再写", base=1), who="head")
    answers = send(village, session, field("agreed", "甲接着写", after=first["key"]))
    assert statuses(answers) == ["conflict"]
    assert open_conflicts(village) == [("agreed", "乙看了甲的再写", "甲接着写")]


def test_field_both_wrote_alike_and_one_went_on_keeps_both_texts() -> None:
    village, session = village_with_session()
    send(village, session, field("agreed", "装十二盏灯。"))
    first = field("agreed", "装十二盏灯。")
    answers = send(village, session, first, field("agreed", "装十盏灯。", after=first["key"]), who="head")
    assert statuses(answers) == ["done", "conflict"]
    assert open_conflicts(village) == [("agreed", "装十二盏灯。", "装十盏灯。")]


def test_number_of_others_follows_the_same_rules() -> None:
    village, session = village_with_session()
    send(village, session, field("others_present", "12"))
    answers = send(village, session, field("others_present", "15"), who="head")
    assert (statuses(answers), now(village, session).others_present) == (["conflict"], 12)
    assert open_conflicts(village) == [("others_present", "12", "15")]


def test_first_thing_written_begins_the_record() -> None:
    village, session = village_with_session(state=SessionState.ANNOUNCED)
    send(village, session, act("statement", who="村民代表", text="晚上太黑。"))
    found = now(village, session)
    assert (found.matter.state, found.held_on is not None) == (SessionState.HELD, True)


def test_statement_suggestion_and_follow_up_are_entered() -> None:
    village, session = village_with_session()
    answers = send(
        village,
        session,
        act("statement", who="村民代表", text="晚上太黑。"),
        act("suggestion", text="先装村口。"),
        act("follow_up", text="报路灯预算", owner="村委会"),
        act("follow_up", text="查电表", unit=str(village.house.units["a"].pk)),
    )
    assert statuses(answers) == ["done"] * 4
    with village.house.at_work():
        assert list(Statement.objects.values_list("who", "text")) == [("村民代表", "晚上太黑。")]
        assert list(Suggestion.objects.values_list("text", flat=True)) == ["先装村口。"]
        problems = Problem.objects.order_by("text").values_list("text", "owner", "unit_id", "session_id")
        assert list(problems) == [
            ("报路灯预算", "村委会", None, session.pk),
            ("查电表", "", village.house.units["a"].pk, session.pk),
        ]


# Once


def test_batch_sent_again_gives_the_same_answers_and_changes_nothing() -> None:
    village, session = village_with_session()
    send(village, session, field("agreed", "已经写过"), who="head")
    batch = [
        guest("李四"),
        act("statement", who="村民代表", text="晚上太黑。"),
        act("follow_up", text="报路灯预算", owner="村委会"),
        field("agreed", "另一份"),
        guest("查无此人", side="member"),
    ]
    first, again = send(village, session, *batch), send(village, session, *batch, *batch)
    assert statuses(first) == ["done", "done", "done", "conflict", "refused"]
    assert statuses(again) == ["again", "again", "again", "conflict", "refused"] * 2
    assert [a.sentence for a in again[:5]] == [a.sentence for a in first]
    with village.house.at_work():
        counts = [m.objects.count() for m in (Attendee, Statement, Problem, RecordConflict, SyncedAct)]
    assert counts == [1, 1, 1, 1, 6]


def test_batch_is_one_entry_of_the_audit_log_with_its_keys() -> None:
    village, session = village_with_session()
    batch = [guest(f"村民{n}") for n in range(5)]
    send(village, session, *batch)
    send(village, session, *batch)
    with village.house.at_work():
        entries = Entry.objects.filter(action__startswith="session.")
        assert [(e.action, e.detail["keys"], e.detail["kinds"]) for e in entries] == [
            ("session.sync", [a["key"] for a in batch], {"present": 5})
        ]


@pytest.mark.parametrize("state", [SessionState.RECORDED, SessionState.CANCELLED])
def test_acts_on_a_closed_session_are_refused_in_words(state: str) -> None:
    village, session = village_with_session(state=state)
    answers = send(village, session, guest("李四"), field("agreed", "迟到的文字"))
    assert statuses(answers) == ["refused", "refused"]
    assert all(a.sentence for a in answers)
    assert (there(village, session), now(village, session).agreed) == ([], "")


def test_one_refused_act_does_not_hold_up_the_others() -> None:
    village, session = village_with_session()
    answers = send(village, session, guest("李四"), act("statement", who="", text="没有名字"), guest("王五"))
    assert (statuses(answers), there(village, session)) == (["done", "refused", "done"], ["李四", "王五"])


def test_somebody_else_may_not_sync() -> None:
    village, session = village_with_session()
    with pytest.raises(PermissionDenied):
        send(village, session, guest("李四"), who="proposer")


# Settling


def test_conflict_settled_by_hand_writes_the_field_and_keeps_both_texts() -> None:
    village, session = village_with_session()
    conflict = conflict_of(village, session)
    with village.house.at_work():
        resolve_conflict(
            actor=village.house.actor("worker"), conflict=conflict, text="装十二盏，先装十盏。", seen=1
        )
        conflict.refresh_from_db()
    found = now(village, session)
    assert (found.agreed, found.field_versions["agreed"], open_conflicts(village)) == (
        "装十二盏，先装十盏。",
        2,
        [],
    )
    assert (conflict.standing, conflict.arrived, conflict.resolved_by_name) == (
        "装十二盏灯。",
        "装十盏灯。",
        village.house.users["worker"].name,
    )


def test_conflict_settled_twice_is_refused() -> None:
    village, session = village_with_session()
    conflict = conflict_of(village, session)
    with village.house.at_work():
        actor = village.house.actor("worker")
        resolve_conflict(actor=actor, conflict=conflict, text="甲", seen=1)
        with pytest.raises(Refused):
            resolve_conflict(actor=actor, conflict=conflict, text="乙", seen=2)
    assert now(village, session).agreed == "甲"


def test_conflict_settled_on_an_old_page_is_stale() -> None:
    village, session = village_with_session()
    conflict = conflict_of(village, session)
    send(village, session, field("agreed", "又改了", base=1))
    with village.house.at_work(), pytest.raises(Stale):
        resolve_conflict(actor=village.house.actor("worker"), conflict=conflict, text="甲", seen=1)
    assert now(village, session).agreed == "又改了"
