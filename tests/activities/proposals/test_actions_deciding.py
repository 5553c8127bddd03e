"""Examination, handling, replying and rating: sentences, people told, dates, successors."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from tests.activities.proposals.notices import told
from tongxin.activities.proposals.actions import cosigning, drafting, handling, rating, replying, reviewing
from tongxin.activities.proposals.models import Assignment, Countersignature, Proposal, ProposalRules, Reply
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import MatterLink
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.enums import Role, SuccessionKind
from tongxin.foundation.organization.models import Unit, UnitSuccession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.factories import House

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def refused(house: House, act: Any, who: str, **arguments: Any) -> str:
    with house.at_work(), pytest.raises(Refused) as no:
        act(actor=house.actor(who), **arguments)
    return no.value.message


def fresh(house: House, proposal: Proposal) -> Proposal:
    with house.at_work():
        return Proposal.objects.select_related("matter").get(pk=proposal.pk)


def running(house: House) -> dict[str, date]:
    with house.at_work():
        return dict(Deadline.objects.running().values_list("kind", "due_on"))


# Examination


def test_reviewer_of_their_own_proposal_is_denied(house: House) -> None:
    factories.add_post(house, house.users["proposer"], Role.REVIEWER)
    own, other = factories.under_review(house), factories.under_review(house, by="outsider")
    with house.at_work():
        with pytest.raises(PermissionDenied):
            reviewing.file_proposal(actor=house.actor("proposer"), proposal=own)
        assert reviewing.file_proposal(actor=house.actor("proposer"), proposal=other).number == 1


def test_filing_tells_proposers_and_office_and_opens_it_to_members(house: House) -> None:
    made = factories.filed(house, cosigners=["cosigner_1"])
    assert made.matter.visibility == "members"
    assert told(house, containing="立案，编号2026-001") == {"proposer", "cosigner_1", "staff", "staff_2"}


def test_filing_of_a_sensitive_proposal_stays_internal(house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        Proposal.objects.update(is_sensitive=True)
        made = reviewing.file_proposal(actor=house.actor("reviewer"), proposal=made)
        assert made.matter.visibility == "internal"
    assert (
        refused(house, reviewing.disclose_proposal, "staff", proposal=made, public=True) == "敏感提案不公开。"
    )


def test_filing_under_a_topic_of_another_committee_is_refused() -> None:
    house, other = factories.two_houses()
    made = factories.under_review(house)
    assert (
        refused(house, reviewing.file_proposal, "reviewer", proposal=made, topic=other.topic)
        == "请选一个本会的类别。"
    )


def test_return_without_saying_how_is_refused(house: House) -> None:
    made = factories.under_review(house)
    assert (
        refused(house, reviewing.return_proposal, "reviewer", proposal=made, reason=" ") == "请写明要改什么。"
    )


def test_merged_proposers_hear_of_the_lead_like_its_own(house: House) -> None:
    lead, child = factories.under_review(house), factories.under_review(house, by="outsider")
    with house.at_work():
        reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=child, into=lead)
        reviewing.file_proposal(actor=house.actor("reviewer"), proposal=lead)
        assert MatterLink.objects.get().relation == "merged_into"
    assert "outsider" in told(house, containing="立案，编号")


@pytest.mark.parametrize("end", ["withdraw", "not_file", "convert", "merge"])
def test_proposal_that_others_were_merged_into_is_not_ended(house: House, end: str) -> None:
    lead, child, third = (factories.under_review(house, by=w) for w in ("proposer", "outsider", "cosigner_1"))
    with house.at_work():
        reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=child, into=lead)
    act, who, more = {
        "withdraw": (drafting.withdraw_proposal, "proposer", {}),
        "not_file": (reviewing.refuse_proposal, "reviewer", {"reason": house.reason}),
        "convert": (reviewing.convert_proposal, "reviewer", {"consent": True, "note": "电话同意"}),
        "merge": (reviewing.merge_proposal, "reviewer", {"into": third}),
    }[end]
    assert refused(house, act, who, proposal=lead, **more).startswith("已有别的提案并入这一件")


def test_not_filed_may_still_be_converted_with_consent(house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        reviewing.refuse_proposal(actor=house.actor("reviewer"), proposal=made, reason=house.reason)
    assert (
        refused(house, reviewing.convert_proposal, "reviewer", proposal=made, consent=False)
        == "转社情民意要先征得提案者同意。"
    )
    with house.at_work():
        reviewing.convert_proposal(
            actor=house.actor("reviewer"), proposal=made, consent=True, note="9日电话里同意"
        )
    assert fresh(house, made).state == "converted"


def test_closing_what_was_never_public_shows_it_to_nobody(house: House) -> None:
    made = factories.submitted(house)
    with house.at_work():
        reviewing.disclose_proposal(actor=house.actor("staff"), proposal=made, public=False)
    assert fresh(house, made).matter.visibility == "internal"


# Handling


def test_assignment_runs_as_long_as_the_rules_say(house: House) -> None:
    with house.at_work():
        ProposalRules.objects.update_or_create(
            committee=house.committee,
            defaults={"sign_for_days": 2, "reply_months": 2, "co_opinion_months": 1},
        )
    with clock.at(date(2025, 12, 31)):
        factories.assigned(house, co="b")
    # Two working days after New Year's Eve 2025: the 4th of January is a make-up day, the 5th a Monday.
    # Two months after the 31st: the last of February, a make-up day. One month: a Saturday, so the Monday.
    assert running(house) == {
        "sign_for": date(2026, 1, 5),
        "reply": date(2026, 2, 28),
        "co_opinion": date(2026, 2, 2),
    }


def test_assignment_tells_clerks_and_proposer(house: House) -> None:
    factories.assigned(house, co="b")
    assert told(house, containing="：交办") == {"clerk_a", "clerk_b", "proposer"}


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ({"answering": ""}, "请选主办单位。"),
        ({"answering": "ab"}, "主办单位只能有一个；几个单位各自答复请选分办。"),
        ({"answering": "a", "separate": True}, "分办至少要选两个单位。"),
        ({"answering": "ab", "co": "c", "separate": True}, "分办的单位各自答复，没有会办单位。"),
        ({"answering": "a", "co": "a"}, "同一个单位不能选两次，已在办的单位不用再选。"),
    ],
)
def test_assignment_that_makes_no_sense_says_why(house: House, to: dict[str, Any], sentence: str) -> None:
    made = factories.filed(house)
    chosen = handling.HandOver(
        tuple(house.units[u] for u in to["answering"]),
        tuple(house.units[u] for u in to.get("co", "")),
        to.get("separate", False),
    )
    assert refused(house, handling.assign_proposal, "staff", proposal=made, to=chosen) == sentence


def test_helper_that_joins_while_a_draft_is_countersigned_is_asked_too(house: House) -> None:
    proposal, parts = factories.assigned(house, co="b")
    factories.answer(house, "a", parts["a"], until="countersigning")
    with house.at_work():
        (joined,) = handling.assign_proposal(
            actor=house.actor("staff"), proposal=proposal, to=handling.HandOver((), (house.units["c"],))
        )
        asked = Deadline.objects.running().filter(kind="countersign").values_list("subject_id", flat=True)
        assert set(asked) == {parts["b"].pk, joined.pk}


def test_unit_releasing_itself_is_denied_whatever_else_its_clerk_is(house: House) -> None:
    _proposal, parts = factories.assigned(house)
    factories.add_post(house, house.users["clerk_a"], Role.STAFF)
    with house.at_work():
        handling.request_decline(
            actor=house.actor("clerk_a"), assignment=parts["a"], reason="不属于本单位职责"
        )
        with pytest.raises(PermissionDenied):
            handling.answer_decline(actor=house.actor("clerk_a"), assignment=parts["a"], accept=True)
        handling.answer_decline(actor=house.actor("supervisor"), assignment=parts["a"], accept=True)
    assert running(house).keys() == {"assign"}
    assert told(house, containing="退回申请获准") == {"clerk_a", "staff", "staff_2", "reviewer"}


def test_part_of_an_answered_proposal_moves_no_more(house: House) -> None:
    _proposal, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="approving")
    with house.at_work():
        (late,) = handling.assign_proposal(
            actor=house.actor("staff"), proposal=part.proposal, to=handling.HandOver((), (house.units["b"],))
        )
        replying.approve_reply(actor=house.actor("leader_a"), assignment=part)
        replying.pass_reply(actor=house.actor("staff"), assignment=part)
    assert (
        refused(house, handling.sign_for, "clerk_b", assignment=late)
        == "这件事已经往下走了，不用再「签收」。"
    )
    with house.at_work():
        assert handling.remind_units(actor=house.actor("staff"), assignments=[late]) == 0


def test_reminder_tells_the_unit_but_not_who_reminds(house: House) -> None:
    _proposal, parts = factories.assigned(house)
    factories.add_post(house, house.users["staff"], Role.UNIT_CLERK, unit=house.units["a"])
    with house.at_work():
        assert handling.remind_units(actor=house.actor("staff"), assignments=parts.values()) == 1
    assert told(house, containing="催办：") == {"clerk_a", "leader_a"}


# Replying


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ({"text": " "}, "答复正文还没有写。"),
        ({"document_number": ""}, "请填文号。"),
        ({"reply_class": None}, "请选办理结果类别。"),
        ({"contact_name": ""}, "请填联系人，委员好找您。"),
        ({"contact_phone": ""}, "请填联系电话，委员好找您。"),
        ({"contact_method": ""}, "请选怎样听取了委员意见。"),
        ({"contact_method": "none"}, "没有联系委员的，请写明原因。"),
        ({"contact_on": None}, "请填哪天听取的委员意见。"),
        ({"contact_on": date(2099, 1, 1)}, "听取委员意见的日期不能晚于今天。"),
    ],
)
def test_reply_that_is_incomplete_says_what_it_lacks(
    house: House, lacks: dict[str, object], sentence: str
) -> None:
    _proposal, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="handling")
    with house.at_work():
        replying.save_reply(
            actor=house.actor("clerk_a"), assignment=part, fields={**factories.reply_fields(house), **lacks}
        )
    assert refused(house, replying.propose_reply, "clerk_a", assignment=part) == sentence


def countersign(house: House, unit: str, part: Assignment, *, agrees: bool = True) -> None:
    with house.at_work():
        replying.countersign_reply(
            actor=house.actor(f"clerk_{unit}"),
            co_assignment=part,
            agrees=agrees,
            note="" if agrees else "数字不对",
        )


def test_draft_refused_by_one_is_countersigned_anew_by_all(house: House) -> None:
    _proposal, parts = factories.assigned(house, to="a", co="bc")
    for unit in "bc":
        factories.answer(house, unit, parts[unit], until="handling")
    lead = factories.answer(house, "a", parts["a"], until="countersigning")
    countersign(house, "b", parts["b"])
    countersign(house, "c", parts["c"], agrees=False)
    with house.at_work():
        # The lead convinces them by telephone and sends the same words again.
        replying.propose_reply(actor=house.actor("clerk_a"), assignment=lead)
    countersign(house, "b", parts["b"])
    countersign(house, "c", parts["c"])
    with house.at_work():
        assert Assignment.objects.get(pk=lead.pk).state == "approving"
        assert Countersignature.objects.count() == 4


def test_draft_that_its_leader_sends_back_unchanged_is_not_countersigned_again(house: House) -> None:
    _proposal, parts = factories.assigned(house, co="b")
    factories.answer(house, "b", parts["b"], until="handling")
    lead = factories.answer(house, "a", parts["a"], until="countersigning")
    countersign(house, "b", parts["b"])
    assert (
        refused(
            house, replying.countersign_reply, "leader_b", co_assignment=parts["b"], agrees=False, note="不"
        )
        == "现在没有要会签的答复稿。"
    )
    with house.at_work():
        replying.send_back_reply(actor=house.actor("leader_a"), assignment=lead, note="落款不对")
        assert replying.propose_reply(actor=house.actor("clerk_a"), assignment=lead).state == "approving"
        replying.send_back_reply(actor=house.actor("leader_a"), assignment=lead, note="数字也改一下")
        replying.save_reply(actor=house.actor("clerk_a"), assignment=lead, fields={"text": "改过的答复。"})
        assert replying.propose_reply(actor=house.actor("clerk_a"), assignment=lead).state == "countersigning"


def test_countersignature_cannot_be_taken_back_silently(house: House) -> None:
    _proposal, parts = factories.assigned(house, to="a", co="bc")
    for unit in "bc":
        factories.answer(house, unit, parts[unit], until="handling")
    factories.answer(house, "a", parts["a"], until="countersigning")
    countersign(house, "b", parts["b"])
    assert (
        refused(
            house, replying.countersign_reply, "leader_b", co_assignment=parts["b"], agrees=False, note="不"
        )
        == "贵单位已经会签过这一稿。"
    )


def test_office_that_handles_itself_does_not_pass_its_own_reply(house: House) -> None:
    made = factories.filed(house)
    office = house.units["office"]
    factories.add_post(house, house.users["supervisor"], Role.UNIT_LEADER, unit=office)
    factories.add_person(house, "watcher", "又一督查员", Role.SUPERVISOR, unit=office)
    with house.at_work():
        (part,) = handling.assign_proposal(
            actor=house.actor("staff"), proposal=made, to=handling.HandOver((office,))
        )
        unit = house.actor("supervisor")
        handling.sign_for(actor=unit, assignment=part)
        replying.save_reply(actor=unit, assignment=part, fields=factories.reply_fields(house))
        replying.propose_reply(actor=unit, assignment=part)
        replying.approve_reply(actor=unit, assignment=part)
        for who in ("supervisor", "watcher"):
            with pytest.raises(PermissionDenied):
                replying.pass_reply(actor=house.actor(who), assignment=part)
        assert replying.pass_reply(actor=house.actor("staff"), assignment=part).state == "replied"


def test_reply_sent_tells_proposers_and_unit(house: House) -> None:
    factories.replied(house, cosigners=["cosigner_1"])
    assert told(house, containing="正式答复（A类）") == {"proposer", "cosigner_1", "clerk_a"}


def test_rating_is_asked_when_all_have_answered_each_by_itself(house: House) -> None:
    proposal, parts = factories.assigned(house, to="ab", separate=True)
    factories.answer(house, "a", parts["a"])
    assert "rating" not in running(house)
    factories.answer(house, "b", parts["b"])
    with house.at_work():
        asked = Deadline.objects.running().filter(kind="rating")
        assert set(asked.values_list("subject_id", flat=True)) == {parts["a"].pk, parts["b"].pk}
        rating.rate_reply(
            actor=house.actor("proposer"),
            reply=Reply.objects.get(assignment=parts["a"]),
            attitude="satisfied",
            result="satisfied",
        )
        assert set(asked.all().values_list("subject_id", flat=True)) == {parts["b"].pk}
    assert fresh(house, proposal).state == "replied"


# Rating and after


def rate(house: House, who: str, part: Assignment, result: str = "satisfied") -> None:
    with house.at_work():
        rating.rate_reply(
            actor=house.actor(who),
            reply=Reply.objects.select_related("assignment__proposal").get(assignment=part),
            attitude="satisfied",
            result=result,
            comment="还没有装灯",
        )


@pytest.mark.parametrize(("unit", "leave"), [("a", False), ("c", True)])
def test_proposer_of_a_unit_rates_unless_that_unit_handles_it(house: House, unit: str, leave: bool) -> None:  # noqa: FBT001
    _proposal, parts = factories.replied(house)
    factories.add_post(house, house.users["proposer"], Role.UNIT_LEADER, unit=house.units[unit])
    if leave:
        rate(house, "proposer", parts["a"])
    else:
        with pytest.raises(PermissionDenied):
            rate(house, "proposer", parts["a"])


def test_rating_from_paper_names_who_entered_it(house: House) -> None:
    _proposal, parts = factories.replied(house)
    rate(house, "staff", parts["a"])
    with house.at_work():
        found = Reply.objects.get(assignment=parts["a"]).rating
        assert (found.member, found.entered_by) == (house.members["proposer"], house.users["staff"])


def test_rating_dissatisfied_without_a_reason_is_refused(house: House) -> None:
    _proposal, parts = factories.replied(house)
    assert (
        refused(
            house,
            rating.rate_reply,
            "proposer",
            reply=parts["a"].reply,
            attitude="dissatisfied",
            result="satisfied",
        )
        == "不满意的，请写一两句原因，单位好重新办理。"
    )


def test_promise_of_the_first_round_is_tracked_after_the_second(house: House) -> None:
    proposal, parts = factories.assigned(house, to="ab", separate=True)
    factories.answer(house, "a", parts["a"], code="B")
    factories.answer(house, "b", parts["b"])
    rate(house, "proposer", parts["a"])
    rate(house, "proposer", parts["b"], "dissatisfied")
    with house.at_work():
        rating.order_rehandling(actor=house.actor("staff"), proposal=proposal)
        (again,) = Assignment.objects.filter(round=2)
        assert again.unit == house.units["b"]
    rate(house, "proposer", factories.answer(house, "b", again))
    assert fresh(house, proposal).state == "tracking"


def test_rehandling_goes_to_the_successor_with_its_own_limit(house: House) -> None:
    made = factories.rated(house, result="dissatisfied", co="b")
    new = factories.add_unit(house, "new", "教育和交通局")
    with house.at_work():
        ProposalRules.objects.update_or_create(committee=house.committee, defaults={"rehandle_months": 2})
        for key in "ab":
            Unit.objects.filter(pk=house.units[key].pk).update(ended_on=MONDAY)
            UnitSuccession.objects.create(
                committee=house.committee,
                predecessor=house.units[key],
                successor=new,
                kind=SuccessionKind.MERGED,
                on=MONDAY,
            )
        rating.order_rehandling(actor=house.actor("staff"), proposal=made)
        # Lead and helper have become one unit: it answers.
        (part,) = Assignment.objects.filter(round=2)
        assert (part.unit, part.role) == (new, "lead")
    # Two months after the 16th of March is a Saturday.
    assert running(house)["reply"] == date(2026, 5, 18)


def test_close_after_talk_before_rehandling_is_refused(house: House) -> None:
    made = factories.rated(house, result="dissatisfied")
    assert (
        refused(
            house,
            rating.close_after_talk,
            "staff",
            proposal=made,
            talk=rating.Talk(clock.today(), "王芳委员", "谈过"),
        )
        == "不满意的提案要先重新办理一次。"
    )


def test_finish_tracking_without_evidence_is_refused(house: House) -> None:
    made = factories.rated(house, code="B")
    factories.keep_promises(house, made)
    assert (
        refused(house, rating.finish_tracking, "staff", proposal=made, evidence=" ")
        == "请写明承诺的事办成了什么样，有什么凭据。"
    )


def test_invitation_by_staff_of_themselves_does_not_tell_them(house: House) -> None:
    factories.add_member(house, "both", "何兼")
    factories.add_post(house, house.users["both"], Role.STAFF)
    with house.at_work():
        actor = house.actor("both")
        made = drafting.draft_proposal(
            actor=actor, title="关于改善学校门口交通的提案", member=house.members["proposer"]
        )
        cosigning.invite_cosigners(actor=actor, proposal=made, members=[house.members["both"]])
    assert told(house, containing="请您联名") == set()
