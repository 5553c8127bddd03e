"""Key proposals: nominated, chosen by the meeting, supervised by leaders, ended with a result."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.activities.proposals.notices import told
from tongxin.activities.proposals.actions import rating, supervising
from tongxin.activities.proposals.actions.supervising import Commitment, Supervision
from tongxin.activities.proposals.models import (
    Assignment,
    KeyProposal,
    Promise,
    Proposal,
    SupervisionEvent,
    Supervisor,
)
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.factories import House

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
MEETING = "主席会议第12次会议纪要"


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def chosen(house: House, proposal: Proposal | None = None) -> KeyProposal:
    return factories.chosen_key(house, proposal or factories.assigned(house)[0])


def leader(house: House, key: KeyProposal, name: str = "韩书记") -> Supervisor:
    return factories.add_leader(house, key, name)


def visit(*leaders: Supervisor, **changed: Any) -> Supervision:
    return Supervision(
        **{
            "kind": "on_site",
            "on": TODAY,
            "place": "博物馆新馆工地",
            "summary": "基坑已经开挖，卡在拆迁。",
            "supervisors": leaders,
            **changed,
        }
    )


def refused(house: House, act: Any, who: str = "staff", **arguments: Any) -> str:
    with house.at_work(), pytest.raises(Refused) as no:
        act(actor=house.actor(who), **arguments)
    return no.value.message


# The pool


def test_nomination_tells_the_parties_and_leaves_a_line_and_an_entry(house: House) -> None:
    made, _parts = factories.assigned(house, cosigners=["cosigner_1"])
    with house.at_work():
        key = supervising.nominate_key(actor=house.actor("leader"), proposal=made, reason="群众盼了十年")
        entry = TimelineEntry.objects.get(verb="nominate_key")
        logged = Entry.objects.filter(action="proposal.nominate_key").count()
    assert (key.state, key.reason, key.nominated_on) == ("pool", "群众盼了十年", TODAY)
    assert key.nominated_by == house.users["leader"]
    assert (entry.text, entry.audience, entry.who, logged) == ("推荐为重点提案备选", "parties", "常主席", 1)
    assert told(house, containing="推荐为重点提案备选") == {
        "proposer", "cosigner_1", "clerk_a", "staff", "staff_2", "reviewer",
    }  # fmt: skip


@pytest.mark.parametrize("who", ["proposer", "reviewer", "clerk_a", "supervisor", "tenant_admin"])
def test_nomination_by_others_than_staff_and_leaders_is_denied(house: House, who: str) -> None:
    made = factories.filed(house)
    with house.at_work(), pytest.raises(PermissionDenied):
        supervising.nominate_key(actor=house.actor(who), proposal=made, reason="好")


def test_nomination_of_another_committees_proposal_is_denied() -> None:
    house, other = factories.two_houses()
    made = factories.filed(other)
    with house.at_work(other), pytest.raises(PermissionDenied):
        supervising.nominate_key(actor=house.actor("staff"), proposal=made, reason="好")


def test_nomination_before_filing_after_the_end_twice_or_without_reason_is_refused(house: House) -> None:
    early, late, twice = (factories.under_review(house), factories.rated(house), factories.filed(house))
    nominate = supervising.nominate_key
    assert "审查中" in refused(house, nominate, proposal=early, reason="好")
    assert "已办结" in refused(house, nominate, proposal=late, reason="好")
    assert "推荐理由" in refused(house, nominate, proposal=twice, reason=" ")
    with house.at_work():
        nominate(actor=house.actor("staff"), proposal=twice, reason="好")
    assert "备选" in refused(house, nominate, proposal=twice, reason="好")


def test_nomination_withdrawn_leaves_the_pool_and_can_come_back(house: House) -> None:
    made = factories.filed(house)
    with house.at_work():
        key = supervising.nominate_key(actor=house.actor("staff"), proposal=made, reason="好")
        supervising.withdraw_key(actor=house.actor("leader"), key=key)
        assert not KeyProposal.objects.exists()
        assert TimelineEntry.objects.filter(verb="withdraw_key").count() == 1
        again = supervising.nominate_key(actor=house.actor("staff"), proposal=made, reason="还是好")
    assert again.state == "pool"
    assert "撤回" in refused(house, supervising.withdraw_key, key=key)


# The decision


def test_decision_marks_the_proposal_and_keeps_document_and_date(house: House) -> None:
    made = factories.filed(house)
    key = chosen(house, made)
    with house.at_work():
        fresh = Proposal.objects.get(pk=made.pk)
        line = TimelineEntry.objects.get(verb="choose_key")
    assert (fresh.is_key, key.state, key.decision, key.decided_on) == (True, "chosen", MEETING, TODAY)
    assert (line.text, line.audience) == (f"确定为重点提案（{MEETING}）", "parties")


def test_decision_against_it_keeps_the_reason_to_come_back(house: House) -> None:
    made = factories.filed(house)
    with house.at_work():
        staff = house.actor("staff")
        key = supervising.nominate_key(actor=staff, proposal=made, reason="好")
        passed = supervising.decide_key(actor=staff, key=key, chosen=False, decision=MEETING, on=TODAY)
        assert (passed.state, Proposal.objects.get(pk=made.pk).is_key) == ("not_chosen", False)
        again = supervising.nominate_key(actor=staff, proposal=made, reason="又有新情况")
    assert (again.pk, again.state, again.decision, again.decided_on) == (key.pk, "pool", "", None)


def test_decision_without_document_ahead_of_time_twice_or_by_a_leader_is_not_taken(house: House) -> None:
    made = factories.filed(house)
    with house.at_work():
        key = supervising.nominate_key(actor=house.actor("staff"), proposal=made, reason="好")
    decide = supervising.decide_key
    words = {"key": key, "chosen": True, "decision": MEETING, "on": TODAY}
    assert "哪次会议" in refused(house, decide, **words | {"decision": " "})
    assert "晚于今天" in refused(house, decide, **words | {"on": TODAY + timedelta(days=1)})
    with house.at_work(), pytest.raises(PermissionDenied):
        decide(actor=house.actor("leader"), **words)
    with house.at_work():
        decide(actor=house.actor("staff"), **words)
    assert "已确定" in refused(house, decide, **words)


# Leaders


def test_several_leaders_supervise_and_nobody_twice(house: House) -> None:
    key = chosen(house)
    first, second = leader(house, key), leader(house, key, "柳副市长")
    assert "已经在督办领导里" in refused(
        house, supervising.add_supervisor, key=key, name=first.name, office=first.office, role="main_leader"
    )
    with house.at_work():
        assert [s.name for s in key.supervisors.all()] == sorted([first.name, second.name])
        line = TimelineEntry.objects.filter(verb="add_supervisor").last()
        assert line is not None
        assert line.text == "由市委书记韩书记领衔督办（党政主要领导）"


def test_leader_of_a_nomination_is_refused(house: House) -> None:
    made = factories.filed(house)
    with house.at_work():
        key = supervising.nominate_key(actor=house.actor("staff"), proposal=made, reason="好")
    fields = {"name": "韩书记", "office": "市委书记", "role": "main_leader"}
    assert "备选" in refused(house, supervising.add_supervisor, key=key, **fields)


def test_leader_who_was_there_stays_in_the_record(house: House) -> None:
    key = chosen(house)
    was_there, was_not = leader(house, key), leader(house, key, "柳副市长")
    with house.at_work():
        staff = house.actor("staff")
        supervising.record_supervision(actor=staff, key=key, supervision=visit(was_there))
        supervising.remove_supervisor(actor=staff, supervisor=was_not)
        assert [s.name for s in key.supervisors.all()] == ["韩书记"]
    assert "记录要留着" in refused(house, supervising.remove_supervisor, supervisor=was_there)


# The plan, the events, the result


def test_plan_is_the_offices_own(house: House) -> None:
    key = chosen(house)
    with house.at_work():
        for text in ("每季度到现场一次", "每月到现场一次"):
            key = supervising.plan_supervision(actor=house.actor("staff"), key=key, plan=text)
        lines = list(TimelineEntry.objects.filter(verb="plan_supervision").values_list("text", "audience"))
    assert (key.plan, key.planned_on) == ("每月到现场一次", TODAY)
    assert lines == [("改了督办方案", "office"), ("写了督办方案", "office")]
    assert told(house, containing="督办方案") == set()


def test_events_of_any_number_keep_who_was_there_promises_and_photos(house: House) -> None:
    key = chosen(house)
    first, second = leader(house, key), leader(house, key, "柳副市长")
    due = TODAY + timedelta(days=30)
    with house.at_work():
        staff = house.actor("staff")
        event = supervising.record_supervision(
            actor=staff,
            key=key,
            supervision=visit(first, second),
            commitments=[Commitment(house.units["a"], "月底前完成拆迁", due)],
            photos=[SimpleUploadedFile("现场.txt", "照片".encode())],
        )
        for kind in ("meeting", "unit_visit"):
            supervising.record_supervision(actor=staff, key=key, supervision=visit(first, kind=kind))
        assert SupervisionEvent.objects.count() == 3
        assert {s.name for s in event.supervisors.all()} == {"韩书记", "柳副市长"}
        promise = Promise.objects.get()
        deadline = Deadline.objects.running().get(kind="promise")
        photo = StoredFile.objects.get(subject_id=event.pk)
        line = TimelineEntry.objects.filter(verb="record_supervision").order_by("at", "pk").first()
    assert (promise.event_id, promise.unit_id, promise.text, promise.state) == (
        event.pk, house.units["a"].pk, "月底前完成拆迁", "open",
    )  # fmt: skip
    assert (deadline.due_on, deadline.subject_id, deadline.unit_id) == (
        due, promise.pk, house.units["a"].pk,
    )  # fmt: skip
    assert photo.purpose == "evidence"
    assert line is not None
    assert line.text.startswith("6月15日现场督办，博物馆新馆工地：")
    assert line.note == "基坑已经开挖，卡在拆迁。"
    assert {"proposer", "clerk_a"} <= told(house, containing="现场督办")


def test_event_with_long_names_is_kept_whole_and_its_line_cut(house: House) -> None:
    key = chosen(house)
    crowd = [leader(house, key, f"领导{n}" * 6) for n in range(9)]
    with house.at_work():
        event = supervising.record_supervision(
            actor=house.actor("staff"), key=key, supervision=visit(*crowd, place="地" * 80)
        )
        assert event.supervisors.count() == 9
        line = TimelineEntry.objects.get(verb="record_supervision")
    assert len(line.text) == 200


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"on": TODAY + timedelta(days=1)}, "不能晚于今天"),
        ({"place": " "}, "在哪里"),
        ({"summary": " "}, "看到了什么"),
        ({"supervisors": ()}, "到场的督办领导"),
    ],
)
def test_event_that_cannot_have_been_is_refused(house: House, changed: dict[str, Any], sentence: str) -> None:
    key = chosen(house)
    who = leader(house, key)
    assert sentence in refused(
        house, supervising.record_supervision, key=key, supervision=visit(who, **changed)
    )
    with house.at_work():
        assert not SupervisionEvent.objects.exists()


def test_event_with_a_leader_of_another_proposal_or_a_strange_unit_is_refused(house: House) -> None:
    key, other = chosen(house), chosen(house, factories.assigned(house, title="关于别的事的提案")[0])
    mine, theirs = leader(house, key), leader(house, other, "柳副市长")
    record = supervising.record_supervision
    assert "以外的人" in refused(house, record, key=key, supervision=visit(theirs))
    strange = [Commitment(house.units["c"], "办好", TODAY)]
    assert "不承办这件提案" in refused(house, record, key=key, supervision=visit(mine), commitments=strange)
    late = [Commitment(house.units["a"], "办好", TODAY - timedelta(days=1))]
    assert "今天或以后" in refused(house, record, key=key, supervision=visit(mine), commitments=late)
    with house.at_work():
        assert (SupervisionEvent.objects.count(), Promise.objects.count()) == (0, 0)


def test_ended_proposal_takes_only_the_result(house: House) -> None:
    made, parts = factories.replied(house)
    key = chosen(house, made)
    who = leader(house, key)
    with house.at_work():
        staff = house.actor("staff")
        supervising.record_supervision(actor=staff, key=key, supervision=visit(who))
        reply = Assignment.objects.get(pk=parts["a"].pk).reply
        rating.rate_reply(
            actor=house.actor("proposer"), reply=reply, attitude="satisfied", result="satisfied"
        )
        assert Proposal.objects.get(pk=made.pk).state == "closed"
    assert "已办结" in refused(house, supervising.record_supervision, key=key, supervision=visit(who))
    assert "已办结" in refused(house, supervising.plan_supervision, key=key, plan="再去看看")
    with house.at_work():
        ended = supervising.end_supervision(actor=house.actor("staff"), key=key, result="新馆开工")
        assert TimelineEntry.objects.get(verb="end_supervision").note == "新馆开工"
    assert (ended.state, ended.result, ended.ended_on) == ("ended", "新馆开工", TODAY)
    assert "督办结束" in refused(house, supervising.end_supervision, key=key, result="又一次")


def test_result_before_anything_was_supervised_is_refused(house: House) -> None:
    key = chosen(house)
    assert "还没有记过一次督办" in refused(house, supervising.end_supervision, key=key, result="好")
