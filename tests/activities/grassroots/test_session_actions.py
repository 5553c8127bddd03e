"""What may be done with a session, by whom and when, and what it leaves behind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from tests.activities.grassroots.meetings import (
    LATER,
    STARTS,
    TITLE,
    TUESDAY,
    announced,
    held,
    invited,
    plan_of,
    planned,
    recorded,
    written,
)
from tests.factories import make_house
from tests.village import make_village
from tongxin.activities.grassroots import figures
from tongxin.activities.grassroots.actions import attending, inviting, planning, recording
from tongxin.activities.grassroots.actions.inviting import Guest
from tongxin.activities.grassroots.enums import HowPresent, Presence, SessionState, Side
from tongxin.activities.grassroots.models import DeliberationSession, RecordConflict
from tongxin.activities.grassroots.selectors.asks import asked
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import Participation, Visibility
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import EVER, calendar_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.village import Village

pytestmark = pytest.mark.django_db
KEEPERS = ("staff", "head", "worker")
OTHERS = ("leader", "auditor", "tenant_admin", "reviewer", "proposer", "clerk_a", "supervisor")


@pytest.fixture(autouse=True)
def on_a_tuesday() -> Iterator[None]:
    with clock.at(TUESDAY):
        yield


@pytest.fixture
def here() -> Village:
    return make_village(make_house())


def state_of(here: Village, session: DeliberationSession) -> tuple[str, str]:
    with here.house.at_work():
        found = DeliberationSession.objects.select_related("matter").get(pk=session.pk)
        return found.state, found.matter.visibility


def notices(here: Village, who: str) -> list[str]:
    with here.house.at_work():
        return list(
            Notice.objects.filter(user=here.house.users[who]).order_by("pk").values_list("text", flat=True)
        )


@pytest.mark.parametrize("who", KEEPERS)
def test_planning_by_who_keeps_the_room_makes_a_session(here: Village, who: str) -> None:
    session = planned(here, who=who, node=here.room)
    assert state_of(here, session) == (SessionState.PLANNED, Visibility.INTERNAL)


@pytest.mark.parametrize("who", OTHERS)
def test_planning_by_others_is_denied(here: Village, who: str) -> None:
    with pytest.raises(PermissionDenied):
        planned(here, who=who, node=here.room)


def test_planning_at_another_village_by_the_worker_is_denied(here: Village) -> None:
    other = make_village(here.house, name="杨家庄村", town="安口镇", key="2")
    with pytest.raises(PermissionDenied):
        planned(other, who="worker")
    with pytest.raises(PermissionDenied):
        planned(here, who="worker", node=here.station)
    assert planned(other, who="worker2", node=other.room).pk


def test_planning_the_same_twice_is_refused_in_words(here: Village) -> None:
    planned(here)
    with pytest.raises(Refused, match="已经有一场同名的会议"):
        planned(here)


def test_planning_with_joint_hosts_links_those_that_are_nodes(here: Village) -> None:
    session = planned(here, hosts=("东华镇人大主席团", here.station.name, here.council.name))
    with here.house.at_work():
        hosts = {h.name: h.node_id for h in session.hosts.all()}
    assert hosts == {"东华镇人大主席团": None, here.station.name: here.station.pk}


def test_inviting_somebody_twice_is_refused_with_the_name(here: Village) -> None:
    session = invited(here)
    actor = here.house.actor("staff")
    member = here.house.members["proposer"]
    for guest in (
        Guest(Side.MEMBER, member.name, member=member),
        Guest(Side.MASSES, "张桂兰", "三社村民"),
    ):
        with here.house.at_work(), pytest.raises(Refused, match=f"「{guest.name}」已经在名单上"):
            inviting.invite_people(actor=actor, session=session, guests=[guest])
    with here.house.at_work():
        inviting.invite_people(
            actor=actor, session=session, guests=[Guest(Side.MASSES, "张桂兰", "一社村民")]
        )
        assert session.attendees.count() == 4


def test_invitation_tells_members_and_units_once_and_nobody_else(here: Village) -> None:
    session = invited(here)
    actor = here.house.actor("staff")
    unit = here.house.units["a"]
    with here.house.at_work():
        inviting.invite_people(actor=actor, session=session, guests=[Guest(Side.UNIT, unit.name, unit=unit)])
        assert inviting.send_invitations(actor=actor, session=session) == 3
    line = f"请您参加协商议事「{TITLE}」：11月5日 15:00，村委会前广场。请答复能不能来"
    assert notices(here, "proposer") == [line]
    assert notices(here, "clerk_a") == [line]
    assert notices(here, "outsider") == []


def test_answer_of_an_invited_member_is_kept_until_the_session(here: Village) -> None:
    session = invited(here)
    actor = here.house.actor("proposer")
    with here.house.at_work():
        with pytest.raises(Refused, match="写一句原因"):
            attending.answer_invitation(actor=actor, session=session, coming=False, reason=" ")
        attending.answer_invitation(actor=actor, session=session, coming=False, reason="出差")
        row = attending.answer_invitation(actor=actor, session=session, coming=True)
    assert (row.presence, row.leave_reason) == (Presence.COMING, "")


def test_answer_of_who_is_not_invited_is_refused(here: Village) -> None:
    session = announced(here)
    with here.house.at_work(), pytest.raises(Refused, match="名单上没有您"):
        attending.answer_invitation(actor=here.house.actor("outsider"), session=session, coming=True)


def test_announcing_makes_it_public_and_needs_place_and_subject(here: Village) -> None:
    actor = here.house.actor("staff")
    for lacking, words in (({"venue": ""}, "在哪里开"), ({"outline": ""}, "商量什么")):
        session = planned(here, title=words, **lacking)
        with here.house.at_work(), pytest.raises(Refused, match=words):
            planning.announce_session(actor=actor, session=session)
    assert state_of(here, announced(here)) == (SessionState.ANNOUNCED, Visibility.PUBLIC)


def test_change_of_time_is_told_to_the_invited_and_change_of_outline_is_not(here: Village) -> None:
    session = invited(here)
    actor = here.house.actor("staff")
    before = len(notices(here, "proposer"))
    with here.house.at_work():
        planning.edit_session(actor=actor, session=session, plan=plan_of(here, outline="另一个"))
    assert len(notices(here, "proposer")) == before
    with here.house.at_work():
        moved = plan_of(here, starts_at=STARTS + timedelta(days=1))
        planning.edit_session(actor=actor, session=session, plan=moved)
    assert (
        notices(here, "proposer")[-1] == f"「{TITLE}」改了：11月6日 15:00，村委会前广场。请按新的时间地点参加"
    )


def test_cancelling_needs_a_reason_tells_it_and_takes_it_from_the_public(here: Village) -> None:
    session = announced(here)
    actor = here.house.actor("staff")
    with here.house.at_work():
        with pytest.raises(Refused, match="为什么取消"):
            planning.cancel_session(actor=actor, session=session, reason=" ")
        planning.cancel_session(actor=actor, session=session, reason="下大雪")
    assert state_of(here, session) == (SessionState.CANCELLED, Visibility.MEMBERS)
    assert notices(here, "proposer")[-1] == f"「{TITLE}」取消了：下大雪"


def test_beginning_before_the_day_is_refused_and_on_the_day_starts_the_deadline(here: Village) -> None:
    session = invited(here)
    actor = here.house.actor("staff")
    with here.house.at_work(), pytest.raises(Refused, match="还没有到开会的日子"):
        recording.begin_record(actor=actor, session=session)
    with here.house.at_work(), clock.at(LATER):
        begun = recording.begin_record(actor=actor, session=session)
        running = Deadline.objects.running().get(matter_id=session.pk)
    assert begun.held_on == date(2026, 11, 5)
    # Seven working days after Thursday 5 November 2026.
    assert (running.kind, running.starts_on, running.due_on) == (
        "record",
        date(2026, 11, 5),
        date(2026, 11, 16),
    )
    with here.house.at_work(), clock.at(LATER):
        for who in ("staff", "head"):
            assert [t.title for t in asked(here.house.actor(who), limit=9).todos] == [TITLE]
        assert asked(here.house.actor("leader"), limit=9).todos == []


def test_beginning_twice_is_refused(here: Village) -> None:
    session = held(here)
    with here.house.at_work(), clock.at(LATER), pytest.raises(Refused, match="不能再"):
        recording.begin_record(actor=here.house.actor("staff"), session=session)


def test_check_in_twice_and_by_both_names_is_one_row(here: Village) -> None:
    session = held(here)
    staff, member = here.house.actor("staff"), here.house.members["proposer"]
    with here.house.at_work(), clock.at(LATER):
        own = here.house.actor("proposer")
        scanned = attending.mark_present(actor=own, session=session, member=member, how=HowPresent.SCAN)
        named = attending.mark_present(actor=staff, session=session, side=Side.MEMBER, name=member.name)
        assert scanned.pk == named.pk
        assert (named.how, session.attendees.filter(member=member).count()) == (HowPresent.DESK, 1)


def test_check_in_of_somebody_else_by_a_member_is_denied(here: Village) -> None:
    session = held(here)
    with here.house.at_work(), clock.at(LATER), pytest.raises(PermissionDenied):
        attending.mark_present(
            actor=here.house.actor("outsider"), session=session, member=here.house.members["cosigner_1"]
        )


def test_check_in_as_a_member_whom_nobody_knows_is_refused(here: Village) -> None:
    session = held(here)
    with here.house.at_work(), clock.at(LATER), pytest.raises(Refused, match="没有「无名氏」"):
        attending.mark_present(
            actor=here.house.actor("staff"), session=session, side=Side.MEMBER, name="无名氏"
        )


def test_check_in_taken_back_is_not_counted(here: Village) -> None:
    session = held(here)
    with here.house.at_work(), clock.at(LATER):
        row = session.attendees.get(person=here.guest)
        attending.unmark_present(actor=here.house.actor("staff"), attendee=row)
        assert figures.member_attendances(here.house.committee.pk, EVER).count() == 1


def test_field_that_a_colleague_changed_is_not_overwritten(here: Village) -> None:
    session = held(here)
    staff = here.house.actor("staff")
    with here.house.at_work(), clock.at(LATER):
        assert recording.write_field(actor=staff, session=session, field="agreed", text="甲", seen=0) == 1
        assert recording.write_field(actor=staff, session=session, field="agreed", text="甲", seen=0) == 1
        with pytest.raises(recording.Stale) as stale:
            recording.write_field(actor=staff, session=session, field="agreed", text="乙", seen=0)
        assert (stale.value.standing, stale.value.version) == ("甲", 1)
        assert recording.write_field(actor=staff, session=session, field="agreed", text="乙", seen=1) == 2


def test_suggestion_twice_is_refused_and_one_that_led_on_stays(here: Village) -> None:
    session = written(here)
    staff = here.house.actor("staff")
    with here.house.at_work(), clock.at(LATER):
        with pytest.raises(Refused, match="已经记下"):
            recording.add_suggestion(actor=staff, session=session, text=" 每月公布一次水质")
        row = session.suggestions.get()
        row.led_to = session.matter
        row.save()
        with pytest.raises(Refused, match="已经转办"):
            recording.remove_suggestion(actor=staff, suggestion=row)


def test_archiving_says_all_that_is_missing(here: Village) -> None:
    session = invited(here)
    staff = here.house.actor("staff")
    with here.house.at_work(), clock.at(LATER):
        recording.begin_record(actor=staff, session=session)
        with pytest.raises(Refused) as no:
            recording.archive_record(actor=staff, session=session)
    assert no.value.message == "还不能归档，缺：到会的人（至少一位）；达成一致的，或者没有达成一致的。"


def test_archiving_with_an_open_conflict_is_refused(here: Village) -> None:
    session = written(here)
    staff = here.house.actor("staff")
    with here.house.at_work(), clock.at(LATER):
        RecordConflict.objects.create(
            committee=here.house.committee,
            session=session,
            field="agreed",
            standing="甲",
            arrived="乙",
            by=here.house.users["staff"],
            by_name="杜工",
            written_at=LATER,
        )
        with pytest.raises(Refused, match="还没有选定"):
            recording.archive_record(actor=staff, session=session)


def test_archiving_counts_members_marks_absent_and_meets_the_deadline(here: Village) -> None:
    session = recorded(here)
    committee = here.house.committee.pk
    with here.house.at_work():
        parts = Participation.objects.filter(matter_id=session.pk)
        assert list(parts.values_list("member", "role", "on")) == [
            (here.house.members["proposer"].pk, Participation.Role.PRESENT, date(2026, 11, 5))
        ]
        assert session.attendees.get(name="张桂兰").presence == Presence.ABSENT
        assert not Deadline.objects.running().filter(matter_id=session.pk).exists()
        assert figures.held_sessions(committee, calendar_year(2026)).count() == 1
        assert figures.member_attendances(committee, calendar_year(2026)).count() == 2
        assert figures.suggestions(committee, calendar_year(2025)).count() == 0
    assert state_of(here, session) == (SessionState.RECORDED, Visibility.MEMBERS)


def test_reopening_is_for_staff_with_a_reason_and_hides_the_result(here: Village) -> None:
    session = recorded(here, publish=True)
    assert state_of(here, session) == (SessionState.RECORDED, Visibility.PUBLIC)
    with here.house.at_work():
        with pytest.raises(PermissionDenied):
            recording.reopen_record(actor=here.house.actor("head"), session=session, reason="写错了")
        with pytest.raises(Refused, match="为什么"):
            recording.reopen_record(actor=here.house.actor("staff"), session=session, reason="")
        opened = recording.reopen_record(actor=here.house.actor("staff"), session=session, reason="写错了")
        assert (opened.recorded_on, opened.matter.closed_on) == (None, None)
        assert Deadline.objects.running().filter(matter_id=session.pk, kind="record").count() == 1
        assert session.attendees.get(name="张桂兰").presence == Presence.INVITED
    assert state_of(here, session) == (SessionState.HELD, Visibility.MEMBERS)
