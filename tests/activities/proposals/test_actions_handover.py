"""Release, taking back, more time, two steps, and a lead that need not wait for ever."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from tongxin.activities.proposals.actions import (
    extending,
    going_on,
    handling,
    passing_on,
    replying,
    taking_back,
)
from tongxin.activities.proposals.actions.handling import HandOver
from tongxin.activities.proposals.actions.succession import pass_to_heir
from tongxin.activities.proposals.models import (
    Assignment,
    Extension,
    HandoverMeeting,
    HandoverRow,
    HandoverUnit,
    Promise,
    Proposal,
    ProposalRules,
)
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, explain
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from tests.factories import House

pytestmark = pytest.mark.django_db
# A Wednesday. Ahead lie Mid-Autumn (25 to 27 September) and National Day (1 to 7 October), for which
# Saturday 10 October is worked.
HANDED_OVER = date(2026, 9, 23)


@pytest.fixture
def house() -> House:
    return factories.make_house()


def fresh(house: House, proposal: Proposal) -> Proposal:
    with house.at_work():
        return Proposal.objects.select_related("matter", "office").get(pk=proposal.pk)


def part_now(house: House, part: Assignment) -> Assignment:
    with house.at_work():
        return Assignment.objects.get(pk=part.pk)


def running(house: House, proposal: Proposal) -> dict[str, date]:
    with house.at_work():
        return dict(Deadline.objects.running().filter(matter=proposal.matter).values_list("kind", "due_on"))


def notices(house: House, who: str) -> list[str]:
    """Return what somebody was told, the latest last."""
    with house.at_work():
        found = Notice.objects.filter(user=house.users[who]).order_by("pk")
        return list(found.values_list("text", flat=True))


def refused(house: House, act: Any, who: str, **arguments: Any) -> str:
    with house.at_work(), pytest.raises(Refused) as no:
        act(actor=house.actor(who), **arguments)
    return no.value.message


def set_rules(house: House, **limits: int) -> None:
    with house.at_work():
        ProposalRules.objects.update_or_create(committee=house.committee, defaults=limits)


# Asking to be released


@pytest.mark.parametrize(
    ("days", "last"),
    [
        # 24, 28, 29, 30 September and 8 October.
        (5, date(2026, 10, 8)),
        # Then 9 October and Saturday the 10th, which is worked.
        (7, date(2026, 10, 10)),
        (10, date(2026, 10, 14)),
    ],
)
def test_decline_until_the_last_working_day_and_not_after(house: House, days: int, last: date) -> None:
    set_rules(house, decline_days=days)
    with clock.at(HANDED_OVER):
        _made, parts = factories.assigned(house)
        _other, later = factories.assigned(house)
    with clock.at(last):
        with house.at_work():
            handling.request_decline(
                actor=house.actor("clerk_a"), assignment=parts["a"], reason="应由交通局办"
            )
        assert part_now(house, parts["a"]).state == "decline_requested"
    with clock.at(date.fromordinal(last.toordinal() + 1)):
        sentence = refused(
            house, handling.request_decline, "clerk_a", assignment=later["a"], reason="应由交通局办"
        )
    assert sentence == (
        f"申请退回的期限是{last.month}月{last.day}日，已经过了。确有困难的，请和政协提案委员会联系。"
    )
    assert part_now(house, later["a"]).state == "assigned"


def test_decline_after_signing_keeps_the_day_of_signing_when_refused(house: House) -> None:
    with clock.at(HANDED_OVER):
        _made, parts = factories.assigned(house)
        factories.answer(house, "a", parts["a"], until="handling")
    with clock.at(date(2026, 9, 25)), house.at_work():
        handling.request_decline(actor=house.actor("clerk_a"), assignment=parts["a"], reason="应由交通局办")
        handling.answer_decline(
            actor=house.actor("staff"), assignment=parts["a"], accept=False, note="属于教育局职责"
        )
    part = part_now(house, parts["a"])
    assert (part.state, part.signed_on) == ("handling", HANDED_OVER)


# Taking back


def test_take_back_ends_the_part_and_lets_staff_hand_over_again(house: House) -> None:
    with clock.at(HANDED_OVER):
        made, parts = factories.assigned(house)
        factories.answer(house, "a", parts["a"], until="approving")
    with clock.at(date(2026, 10, 9)):
        assert refused(house, taking_back.take_back_part, "staff", assignment=parts["a"], reason=" ") == (
            "请写明为什么收回，承办单位会看到。"
        )
        with house.at_work():
            taking_back.take_back_part(actor=house.actor("staff"), assignment=parts["a"], reason="职能已划转")
        assert fresh(house, made).state == "filed"
        part = part_now(house, parts["a"])
        assert (part.state, part.ended_on) == ("declined", date(2026, 10, 9))
        assert set(running(house, made)) == {"assign"}
        assert notices(house, "clerk_a")[-1].endswith("教育局的交办已收回：职能已划转")
        with house.at_work():
            made_anew = handling.assign_proposal(
                actor=house.actor("staff"), proposal=made, to=HandOver((house.units["b"],))
            )
    assert [p.unit for p in made_anew] == [house.units["b"]]
    # From the new hand-over, clipped to nothing: 9 January is a Saturday.
    assert running(house, made)["reply"] == date(2027, 1, 11)
    with house.at_work():
        assert list(
            TimelineEntry.objects.filter(matter=made.matter, verb__in=["assign", "take_back_part"])
            .order_by("pk")
            .values_list("who", "text", "note")
        ) == [
            (str(house.committee), "交办教育局（单办）", ""),
            (str(house.committee), "收回教育局的交办", "职能已划转"),
            (str(house.committee), "交办交通运输局（单办）", ""),
        ]


def test_take_back_the_lead_ends_the_countersigning(house: House) -> None:
    made, parts = factories.assigned(house, to="a", co="b")
    factories.answer(house, "b", parts["b"], until="handling")
    factories.answer(house, "a", parts["a"], until="countersigning")
    assert "countersign" in running(house, made)
    with house.at_work():
        taking_back.take_back_part(actor=house.actor("staff"), assignment=parts["a"], reason="职能已划转")
    assert set(running(house, made)) == {"assign", "co_opinion"}


def test_take_back_the_late_helper_sends_the_draft_on(house: House) -> None:
    _made, parts = factories.assigned(house, to="a", co="b")
    factories.answer(house, "a", parts["a"], until="countersigning")
    with house.at_work():
        taking_back.take_back_part(actor=house.actor("staff"), assignment=parts["b"], reason="与它无关")
    assert part_now(house, parts["a"]).state == "approving"


def test_take_back_by_a_supervisor_or_after_the_reply_is_refused(house: House) -> None:
    _made, parts = factories.assigned(house)
    with house.at_work(), pytest.raises(PermissionDenied):
        taking_back.take_back_part(actor=house.actor("supervisor"), assignment=parts["a"], reason="x")
    factories.answer(house, "a", parts["a"])
    assert "不用再" in refused(house, taking_back.take_back_part, "staff", assignment=parts["a"], reason="x")


# More time


def at_work(house: House, on: date = HANDED_OVER) -> tuple[Proposal, Assignment]:
    with clock.at(on):
        made, parts = factories.assigned(house)
        return made, factories.answer(house, "a", parts["a"], until="handling")


def ask(house: House, part: Assignment, months: int = 1, reason: str = "要现场勘测") -> Extension:
    with house.at_work():
        return extending.request_extension(
            actor=house.actor("clerk_a"), assignment=part, months=months, reason=reason
        )


def test_extension_moves_the_limit_and_says_how_it_came_about(house: House) -> None:
    # Three months after 30 November there is no 30 February.
    made, part = at_work(house, date(2026, 11, 30))
    assert running(house, made)["reply"] == date(2027, 3, 1)
    with clock.at(date(2027, 3, 1)):
        ask(house, part, 2)
        assert running(house, made)["extension_answer"] == date(2027, 3, 4)
        assert notices(house, "supervisor")[-1].endswith("教育局申请延期2个月")
        with house.at_work():
            moved = extending.grant_extension(actor=house.actor("supervisor"), assignment=part)
    assert (moved.due_on, moved.extension_months) == (date(2027, 4, 30), 2)
    with house.at_work():
        found = explain(moved, calendar_of(house.committee.pk))
    assert found.sentence == "11月30日交办，满3个月，经批准延长2个月，到2027年4月30日。"
    assert "延长原因：要现场勘测" in found.basis
    assert set(running(house, made)) == {"reply"}
    assert notices(house, "clerk_a")[-1].endswith("延期2个月获准，答复期限改为2027年4月30日")


def test_reply_limit_is_clipped_at_the_end_of_the_month_and_rolled_over_the_weekend(house: House) -> None:
    made, _part = at_work(house, date(2026, 11, 30))
    with house.at_work():
        deadline = Deadline.objects.running().get(matter=made.matter, kind="reply")
        sentence = explain(deadline, calendar_of(house.committee.pk)).sentence
    assert sentence == (
        "11月30日交办，满3个月，到2027年2月28日。2月没有30日，按月末算。"
        "2027年2月28日（星期日）是周末，顺延到2027年3月1日（星期一）。"
    )


def test_extension_beyond_the_longest_time_is_refused(house: House) -> None:
    set_rules(house, reply_months=3, reply_months_most=5)
    _made, part = at_work(house)
    asked: dict[str, Any] = {"assignment": part, "reason": "要现场勘测"}
    assert refused(house, extending.request_extension, "clerk_a", months=3, **asked) == "最多还能延2个月。"
    assert refused(house, extending.request_extension, "clerk_a", months=0, **asked) == "最多还能延2个月。"
    ask(house, part, 2)
    with house.at_work():
        extending.grant_extension(actor=house.actor("staff"), assignment=part)
    assert refused(house, extending.request_extension, "clerk_a", months=1, **asked) == (
        "已经延到最长的期限，不能再延。"
    )


def test_extension_after_the_due_date_twice_or_without_reason_is_refused(house: House) -> None:
    _made, part = at_work(house)
    asked: dict[str, Any] = {"assignment": part, "months": 1}
    assert refused(house, extending.request_extension, "clerk_a", reason=" ", **asked) == (
        "请写明为什么按期答复不了。"
    )
    with clock.at(date(2026, 12, 24)):
        assert refused(house, extending.request_extension, "clerk_a", reason="忙", **asked) == (
            "答复期限12月23日已经过了，延期要在到期以前申请。"
        )
    with clock.at(date(2026, 12, 23)):
        ask(house, part)
    assert refused(house, extending.request_extension, "clerk_a", reason="忙", **asked) == (
        "已经申请过延期，请等批复。"
    )


def test_refused_extension_leaves_the_limit_and_can_be_asked_again(house: House) -> None:
    made, part = at_work(house)
    before = running(house, made)["reply"]
    ask(house, part)
    assert refused(house, extending.refuse_extension, "staff", assignment=part, note=" ") == (
        "请写明为什么不同意延期。"
    )
    with house.at_work():
        extending.refuse_extension(actor=house.actor("staff"), assignment=part, note="事情不复杂")
    assert running(house, made) == {"reply": before}
    assert refused(house, extending.grant_extension, "staff_2", assignment=part) == (
        "现在没有要答复的延期申请。可能别人刚刚答复过了。"
    )
    ask(house, part)
    with house.at_work():
        assert list(Extension.objects.values_list("state", "decision_note")) == [
            ("refused", "事情不复杂"),
            ("asked", ""),
        ]


def test_extension_is_answered_by_who_supervises_and_not_by_the_unit(house: House) -> None:
    _made, part = at_work(house)
    ask(house, part)
    for who in ("clerk_a", "leader_a", "other_supervisor", "proposer"):
        with house.at_work(), pytest.raises(PermissionDenied):
            extending.grant_extension(actor=house.actor(who), assignment=part)


def test_extension_is_answered_also_while_the_unit_asks_to_be_released(house: House) -> None:
    _made, part = at_work(house)
    with clock.at(HANDED_OVER):
        ask(house, part)
        with house.at_work():
            handling.request_decline(actor=house.actor("clerk_a"), assignment=part, reason="职能已划转")
            extending.refuse_extension(actor=house.actor("supervisor"), assignment=part, note="时间够用")
            assert Extension.objects.get().state == "refused"


def test_request_lapses_when_the_reply_goes_out(house: House) -> None:
    made, part = at_work(house)
    ask(house, part)
    factories.answer(house, "a", part)
    with house.at_work():
        assert Extension.objects.get().state == "lapsed"
    assert set(running(house, made)) == {"rating"}


# In two steps


def given_to_office(house: House, office: str = "office") -> Proposal:
    made = factories.filed(house)
    with house.at_work():
        return passing_on.hand_to_office(
            actor=house.actor("staff"), proposal=made, office=house.units[office]
        )


def visible(house: House, who: str, proposal: Proposal) -> bool:
    with house.at_work():
        return Proposal.objects.visible_to(house.actor(who)).filter(pk=proposal.pk).exists()


def test_office_sees_what_it_is_to_hand_on_and_gives_it_to_its_unit(house: House) -> None:
    with clock.at(HANDED_OVER):
        made = given_to_office(house)
        assert (made.state, made.office, made.handed_on) == ("filed", house.units["office"], HANDED_OVER)
        assert running(house, made) == {"hand_on": date(2026, 10, 8)}
        assert notices(house, "supervisor")[-1].endswith("交政府办公室转交承办单位")
        assert [visible(house, w, made) for w in ("supervisor", "other_supervisor", "clerk_a")] == [
            True,
            False,
            False,
        ]
        assert (
            refused(
                house,
                handling.assign_proposal,
                "supervisor",
                proposal=made,
                to=HandOver((house.units["c"],)),
            )
            == "住房和城乡建设局不归贵单位转交。该由它办的，请退回政协。"
        )
        with house.at_work():
            parts = handling.assign_proposal(
                actor=house.actor("supervisor"),
                proposal=made,
                to=HandOver((house.units["a"],), (house.units["office"],)),
            )
        assert [(p.unit, p.role) for p in parts] == [
            (house.units["a"], "lead"),
            (house.units["office"], "co"),
        ]
        assert fresh(house, made).state == "assigned"
        assert "hand_on" not in running(house, made)
        with house.at_work():
            entry = TimelineEntry.objects.get(matter=made.matter, verb="assign")
        assert entry.who == "政府办公室"


def test_office_returns_it_and_sees_it_no_more(house: House) -> None:
    with clock.at(HANDED_OVER):
        made = given_to_office(house)
        sentence = refused(house, passing_on.return_from_office, "supervisor", proposal=made, reason="")
        assert sentence == "请写明为什么退回，最好写出该由谁办。"
        with house.at_work():
            passing_on.return_from_office(actor=house.actor("supervisor"), proposal=made, reason="属党委口")
    now = fresh(house, made)
    assert (now.state, now.office, now.handed_on) == ("filed", None, None)
    assert set(running(house, made)) == {"assign"}
    assert visible(house, "supervisor", made) is False


def test_given_to_another_office_it_leaves_the_first(house: House) -> None:
    made = given_to_office(house)
    again = refused(house, passing_on.hand_to_office, "staff", proposal=made, office=house.units["office"])
    assert again == "这件提案已经交给政府办公室了。"
    with house.at_work():
        passing_on.hand_to_office(
            actor=house.actor("staff"), proposal=made, office=house.units["other_office"]
        )
    assert [visible(house, w, made) for w in ("supervisor", "other_supervisor")] == [False, True]
    with house.at_work(), pytest.raises(PermissionDenied):
        passing_on.return_from_office(actor=house.actor("supervisor"), proposal=made, reason="x")


@pytest.mark.parametrize(("unit", "office"), [("c", None), ("a", "office")])
def test_office_that_is_passed_over_by_the_committee_sees_it_no_more(
    house: House, unit: str, office: str | None
) -> None:
    made = given_to_office(house)
    with house.at_work():
        handling.assign_proposal(actor=house.actor("staff"), proposal=made, to=HandOver((house.units[unit],)))
    assert fresh(house, made).office == (house.units[office] if office else None)
    assert visible(house, "supervisor", made) is bool(office)


def test_only_offices_take_proposals_to_hand_on(house: House) -> None:
    made = factories.filed(house)
    sentence = refused(house, passing_on.hand_to_office, "staff", proposal=made, office=house.units["a"])
    assert sentence == "请选现有的归口单位，例如党委办公室、政府办公室。"


def test_released_unit_of_an_office_makes_the_office_hand_on_again(house: House) -> None:
    made = given_to_office(house)
    with house.at_work():
        (part,) = handling.assign_proposal(
            actor=house.actor("supervisor"), proposal=made, to=HandOver((house.units["a"],))
        )
        handling.request_decline(actor=house.actor("clerk_a"), assignment=part, reason="应由交通局办")
        handling.answer_decline(actor=house.actor("supervisor"), assignment=part, accept=True)
    assert set(running(house, made)) == {"hand_on"}
    with house.at_work():
        handling.assign_proposal(
            actor=house.actor("supervisor"), proposal=made, to=HandOver((house.units["b"],))
        )
    assert fresh(house, made).state == "assigned"


# A helper that is late


def countersigning(house: House) -> tuple[Proposal, dict[str, Assignment]]:
    with clock.at(HANDED_OVER):
        made, parts = factories.assigned(house, to="a", co="bc")
        factories.answer(house, "a", parts["a"], until="countersigning")
    return made, parts


def test_lead_goes_on_without_a_helper_only_after_its_time(house: House) -> None:
    made, parts = countersigning(house)
    with house.at_work():
        replying.countersign_reply(
            actor=house.actor("clerk_c"), co_assignment=_signed(house, parts["c"]), agrees=True
        )
    with clock.at(date(2026, 9, 30)):
        assert (
            refused(house, going_on.go_on_without, "clerk_a", assignment=parts["a"], reason="委员在等")
            == "交通运输局的会签期限是10月8日，还没有过，请再等等或先催办。"
        )
    with clock.at(date(2026, 10, 9)):
        assert (
            refused(house, going_on.go_on_without, "clerk_a", assignment=parts["a"], reason="")
            == "请写明为什么不再等。"
        )
        with house.at_work():
            going_on.go_on_without(actor=house.actor("clerk_a"), assignment=parts["a"], reason="委员在等")
    assert part_now(house, parts["a"]).state == "approving"
    assert set(running(house, made)) == {"approve", "reply", "co_opinion", "sign_for"}
    with house.at_work():
        entry = TimelineEntry.objects.get(verb="go_on_without")
    assert (entry.who, entry.text, entry.note) == (
        "教育局",
        "交通运输局逾期未会签，答复稿先送签发",
        "委员在等",
    )
    assert notices(house, "staff")[-1].endswith("交通运输局逾期未会签，答复稿先送签发")
    sentence = refused(
        house, replying.countersign_reply, "clerk_b", co_assignment=_signed(house, parts["b"]), agrees=True
    )
    assert sentence == "现在没有要会签的答复稿。"


def _signed(house: House, part: Assignment) -> Assignment:
    with house.at_work():
        return handling.sign_for(actor=house.actor(f"clerk_{_key(house, part)}"), assignment=part)


def _key(house: House, part: Assignment) -> str:
    return next(key for key, unit in house.units.items() if unit.pk == part.unit_id)


def test_lead_reminds_the_helpers_it_waits_for(house: House) -> None:
    _made, parts = countersigning(house)
    with house.at_work():
        assert going_on.remind_helpers(actor=house.actor("clerk_a"), assignment=parts["a"]) == 2
    assert notices(house, "clerk_b")[-1].startswith("催办：")
    for who in ("clerk_b", "staff"):
        with house.at_work(), pytest.raises(PermissionDenied):
            going_on.remind_helpers(actor=house.actor(who), assignment=parts["a"])


def test_lead_whose_part_was_taken_back_reminds_nobody(house: House) -> None:
    _made, parts = factories.assigned(house, to="a", co="b")
    with house.at_work():
        taking_back.take_back_part(actor=house.actor("staff"), assignment=parts["a"], reason="改由别的单位办")
        with pytest.raises(Refused, match="不由贵单位主办"):
            going_on.remind_helpers(actor=house.actor("clerk_a"), assignment=parts["a"])


# Units that give way to others


def test_heir_takes_the_promises_the_office_and_the_list_too(house: House) -> None:
    made = given_to_office(house)
    other = factories.filed(house)
    replied, parts = factories.replied(house, code="A")
    with house.at_work():
        promise = Promise.objects.create(
            committee=house.committee,
            proposal=replied,
            unit=house.units["a"],
            reply=parts["a"].reply,
            text="年底前装好",
            due_on=date(2026, 12, 31),
        )
        meeting = HandoverMeeting.objects.create(
            committee=house.committee, session=house.session, name="交办会", held_on=HANDED_OVER
        )
        row = HandoverRow.objects.create(committee=house.committee, meeting=meeting, proposal=other)
        for key in ("a", "b"):
            HandoverUnit.objects.create(
                committee=house.committee, row=row, unit=house.units[key], is_co=key == "b"
            )
        pass_to_heir(actor=house.actor("tenant_admin"), predecessor=house.units["a"], heir=house.units["b"])
        pass_to_heir(
            actor=house.actor("tenant_admin"),
            predecessor=house.units["office"],
            heir=house.units["other_office"],
        )
        assert Promise.objects.get(pk=promise.pk).unit == house.units["b"]
        assert [u.unit for u in row.units.select_related("unit")] == [house.units["b"]]
        limit = Deadline.objects.running().get(matter=made.matter, kind="hand_on")
        assert (limit.unit, fresh(house, made).office) == (
            house.units["other_office"],
            house.units["other_office"],
        )
