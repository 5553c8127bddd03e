"""The page of one proposal: who sees what, and what each can do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import (
    cosigning,
    drafting,
    handling,
    rating,
    replying,
    reviewing,
)
from tongxin.activities.proposals.differences import Piece, differences
from tongxin.activities.proposals.lifecycle import ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.models import Assignment, Proposal
from tongxin.activities.proposals.selectors import detail
from tongxin.activities.proposals.selectors.next import PAGES, next_step
from tongxin.capabilities.files.actions import store_file
from tongxin.capabilities.matters.actions import link_matters

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House
    from tongxin.activities.proposals.selectors.detail import Detail

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return factories.make_house()


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def get(client: Client, house: House, who: str, proposal: Proposal) -> Any:
    client.force_login(house.users[who])
    return client.get(reverse("proposals:detail", args=[proposal.pk]))


def page(client: Client, house: House, who: str, proposal: Proposal) -> Detail:
    answer = get(client, house, who, proposal)
    assert answer.status_code == 200
    shown: Detail = answer.context["page"]
    return shown


def buttons(shown: Detail) -> list[str]:
    return [a.label for a in shown.next.actions]


def main_button(shown: Detail) -> str:
    (found,) = [a.label for a in shown.next.actions if a.main] or [""]
    return found


def test_every_move_that_a_person_makes_has_a_page() -> None:
    moves = {**PROPOSAL.moves, **ASSIGNMENT.moves}
    made_by_people = {v for v, m in moves.items() if m.may.__name__ != "nobody"}
    assert set(PAGES) == made_by_people


# Who may open it


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("proposer", 200),
        ("staff", 404),
        ("leader", 404),
        ("outsider", 404),
        ("clerk_a", 404),
        ("cosigner_1", 404),
    ],
)
def test_detail_of_a_draft_is_its_writers_alone(client: Client, house: House, who: str, status: int) -> None:
    assert get(client, house, who, factories.draft(house)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("outsider", 200),
        ("clerk_a", 200),
        ("leader_a", 200),
        ("supervisor", 200),
        ("clerk_b", 404),
        ("other_supervisor", 404),
        ("tenant_admin", 404),
        ("submitter", 404),
    ],
)
def test_detail_of_an_assigned_proposal_opens_to_its_parties(
    client: Client, house: House, who: str, status: int
) -> None:
    made, _parts = factories.assigned(house)
    assert get(client, house, who, made).status_code == status


def test_detail_of_a_foreign_committee_is_not_there(client: Client) -> None:
    house, other = factories.two_houses()
    made = factories.filed(other)
    assert get(client, house, "staff", made).status_code == 404


# The next step


def test_next_of_a_draft_is_to_go_on_writing(client: Client, house: House) -> None:
    made = factories.draft(house)
    with house.at_work():
        cosigning.invite_cosigners(
            actor=house.actor("proposer"), proposal=made, members=[house.members["cosigner_1"]]
        )
    shown = page(client, house, "proposer", made)
    assert (shown.next.title, shown.next.holder) == ("还没有提交", "您")
    assert buttons(shown) == ["接着写", "核对提交", "撤案"]
    assert main_button(shown) == "接着写"


def test_next_of_an_invited_member_leads_to_the_text(client: Client, house: House) -> None:
    made = factories.draft(house)
    with house.at_work():
        cosigning.invite_cosigners(
            actor=house.actor("proposer"), proposal=made, members=[house.members["cosigner_1"]]
        )
    shown = page(client, house, "cosigner_1", made)
    assert (shown.next.title, shown.next.holder, buttons(shown)) == ("是否联名", "您", ["看正文，再签名"])
    assert main_button(shown) == ""  # the red button stands under the text
    assert shown.sign is not None


@pytest.mark.parametrize("order_of_rows", ["forwards", "backwards"])
def test_next_of_units_asked_on_one_day_is_that_of_the_lead_however_rows_come(
    client: Client, house: House, order_of_rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shuffled(**given: Any) -> Any:
        given["deadlines"].sort(key=lambda d: str(d.unit), reverse=order_of_rows == "backwards")
        return next_step(**given)

    monkeypatch.setattr(detail, "next_step", shuffled)
    made = factories.filed(house)
    order = handling.HandOver(answering=(house.units["b"],), co=(house.units["a"],))
    with house.at_work():
        handling.assign_proposal(actor=house.actor("staff"), proposal=made, to=order)
    assert page(client, house, "proposer", made).next.title == "等交通运输局签收"


def test_next_at_each_hand_is_asked_of_one_and_waited_for_by_the_others(client: Client, house: House) -> None:
    made = factories.under_review(house)
    assert main_button(page(client, house, "reviewer", made)) == "审查"
    waiting = page(client, house, "proposer", made)
    assert (waiting.next.title, waiting.next.holder, main_button(waiting)) == ("正在审查", "提案委员会", "")
    with house.at_work():
        reviewing.file_proposal(actor=house.actor("reviewer"), proposal=made)
    assert main_button(page(client, house, "staff", made)) == "交办"
    with house.at_work():
        (part,) = handling.assign_proposal(
            actor=house.actor("staff"), proposal=made, to=handling.HandOver(answering=(house.units["a"],))
        )
    assert main_button(page(client, house, "clerk_a", made)) == "签收"
    assert page(client, house, "proposer", made).next.title == "等教育局签收"
    factories.answer(house, "a", part, until="handling")
    assert main_button(page(client, house, "clerk_a", made)) == "写答复"
    assert page(client, house, "outsider", made).next.title == "教育局正在办理"
    factories.answer(house, "a", part, until="approving")
    assert main_button(page(client, house, "leader_a", made)) == "签发"
    assert main_button(page(client, house, "clerk_a", made)) == ""
    with house.at_work():
        replying.approve_reply(actor=house.actor("leader_a"), assignment=part)
    shown = page(client, house, "staff", made)
    assert (shown.next.title, main_button(shown)) == ("请审核教育局的答复", "审核答复")
    assert main_button(page(client, house, "supervisor", made)) == "审核答复"
    with house.at_work():
        replying.pass_reply(actor=house.actor("staff"), assignment=part)
    shown = page(client, house, "proposer", made)
    assert (shown.next.title, main_button(shown)) == ("对教育局的答复说满意不满意", "评价答复")
    assert main_button(page(client, house, "staff", made)) == ""
    assert "录入征询意见表" in buttons(page(client, house, "staff", made))


def test_next_shows_the_date_and_how_it_came_about(client: Client, house: House) -> None:
    shown = page(client, house, "staff", factories.submitted(house))
    assert shown.next.due is not None
    assert shown.next.left == 10
    assert "收到提案" in shown.next.explanation.sentence


def test_next_of_a_reviewer_who_proposes_is_not_to_review(client: Client, house: House) -> None:
    factories.add_post(house, house.users["proposer"], "reviewer")
    shown = page(client, house, "proposer", factories.under_review(house))
    assert "审查" not in buttons(shown)


def test_next_of_a_co_unit_is_its_opinion_then_its_countersignature(client: Client, house: House) -> None:
    made, parts = factories.assigned(house, to="a", co="b")
    factories.answer(house, "b", parts["b"], until="handling")
    shown = page(client, house, "clerk_b", made)
    assert (main_button(shown), "会签" in buttons(shown)) == ("写会办意见", False)
    factories.answer(house, "a", parts["a"], until="countersigning")
    assert main_button(page(client, house, "clerk_b", made)) in ("会签", "写会办意见")
    assert "会签" in buttons(page(client, house, "clerk_b", made))


def test_next_after_dissatisfaction_is_staffs_to_decide(client: Client, house: House) -> None:
    made = factories.rated(house, result="dissatisfied")
    assert main_button(page(client, house, "staff", made)) == "决定怎样办"
    assert page(client, house, "proposer", made).next.title == "等待决定怎样办"


def test_next_of_a_closed_proposal_asks_nothing(client: Client, house: House) -> None:
    shown = page(client, house, "proposer", factories.rated(house))
    assert (shown.next.title, shown.next.due, main_button(shown)) == ("已经办结", None, "")
    assert [s.state for s in shown.steps] == ["done"] * 8


# The stepper


def test_state_of_a_replied_proposal_is_said_in_its_own_words(client: Client, house: House) -> None:
    made, _parts = factories.replied(house)
    assert str(page(client, house, "proposer", made).state.label) == "待委员反馈"


def test_steps_follow_the_unit_that_is_furthest_behind(client: Client, house: House) -> None:
    made, parts = factories.assigned(house, to="ab", separate=True)
    factories.answer(house, "a", parts["a"], until="reply_review")
    shown = page(client, house, "staff", made)
    assert [s.state for s in shown.steps].index("now") == 2
    factories.answer(house, "b", parts["b"], until="reply_review")
    shown = page(client, house, "staff", made)
    assert [s.state for s in shown.steps].index("now") == 4
    assert str(shown.state.label) == "答复待审核"


def test_steps_of_a_refused_proposal_halt(client: Client, house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        reviewing.refuse_proposal(actor=house.actor("reviewer"), proposal=made, reason=house.reason)
    shown = page(client, house, "proposer", made)
    assert [s.state for s in shown.steps] == ["done", "halt", *["todo"] * 6]
    assert shown.reason == house.reason.text


# What each may read


def test_reply_draft_is_read_by_its_unit_and_from_review_on_by_those_who_review(
    client: Client, house: House
) -> None:
    made, parts = factories.assigned(house, to="a", co="b")
    factories.answer(house, "a", parts["a"], until="countersigning")
    readers = ("clerk_a", "clerk_b", "supervisor", "staff", "proposer", "outsider", "reviewer", "leader")

    def who_reads() -> set[str]:
        return {who for who in readers if page(client, house, who, made).replies}

    assert who_reads() == {"clerk_a", "clerk_b"}
    with house.at_work():
        handling.sign_for(actor=house.actor("clerk_b"), assignment=parts["b"])
        replying.countersign_reply(actor=house.actor("clerk_b"), co_assignment=parts["b"], agrees=True)
    assert who_reads() == {"clerk_a"}
    with house.at_work():
        replying.approve_reply(actor=house.actor("leader_a"), assignment=parts["a"])
    assert who_reads() == {"clerk_a", "supervisor", "staff"}
    with house.at_work():
        replying.pass_reply(actor=house.actor("staff"), assignment=parts["a"])
    assert who_reads() == set(readers)


def test_reply_that_may_not_be_public_is_not_read_by_other_members(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    with house.at_work():
        reply = parts["a"].reply
        reply.may_be_public = False
        reply.save()
    assert page(client, house, "outsider", made).replies == []
    assert len(page(client, house, "proposer", made).replies) == 1


def test_reply_contact_phone_is_for_the_parties(client: Client, house: House) -> None:
    made, _parts = factories.replied(house)
    assert page(client, house, "proposer", made).replies[0].phone == "0933-1234567"
    assert "0933-1234567" not in get(client, house, "outsider", made).content.decode()


def test_rating_is_read_by_parties_and_not_by_other_members(client: Client, house: House) -> None:
    made = factories.rated(house, result="dissatisfied")
    with_rating = {
        who
        for who in ("proposer", "staff", "clerk_a", "supervisor", "outsider")
        if page(client, house, who, made).replies[0].rating
    }
    assert with_rating == {"proposer", "staff", "clerk_a", "supervisor"}
    assert "还没有解决" not in get(client, house, "outsider", made).content.decode()
    assert not any("评价" in b for b in buttons(page(client, house, "clerk_a", made)))


def test_timeline_of_a_unit_begins_with_the_filed_proposal(client: Client, house: House) -> None:
    made, _parts = factories.assigned(house, cosigners=["cosigner_1"])
    seen = {line.what for line in page(client, house, "clerk_a", made).log}
    assert not any("联名" in what and "请" in what for what in seen)
    assert any("联名" in line.what for line in page(client, house, "proposer", made).log_more) or any(
        "签名联名" in line.what for line in page(client, house, "proposer", made).log
    )


def test_timeline_of_another_member_is_the_public_one(client: Client, house: House) -> None:
    made, parts = factories.assigned(house)
    factories.answer(house, "a", parts["a"], until="handling")
    lines = [line.what for line in page(client, house, "outsider", made).log]
    assert lines == ["开始办理", "交办教育局（单办）", "立案，编号2026-001"]


def test_words_between_units_are_not_the_proposers_to_read(client: Client, house: House) -> None:
    made, parts = factories.assigned(house, to="a", co="b")
    factories.answer(house, "b", parts["b"], until="handling")
    with house.at_work():
        handling.give_opinion(actor=house.actor("clerk_b"), assignment=parts["b"], opinion="建议暂缓")
    for who, reads in (
        ("clerk_a", True),
        ("clerk_b", True),
        ("staff", True),
        ("proposer", False),
        ("outsider", False),
    ):
        assert ("建议暂缓" in get(client, house, who, made).content.decode()) is reads, who


def test_unit_reads_name_and_sector_of_the_proposer_but_no_wishes(client: Client, house: House) -> None:
    made = factories.draft(house)
    with house.at_work():
        drafting.save_draft(
            actor=house.actor("proposer"),
            proposal=made,
            version=None,
            fields={"disclosure": "none", "disclosure_reason": "涉及个人住址"},
            wished_units=[house.units["c"]],
        )
        drafting.submit_proposal(actor=house.actor("proposer"), proposal=made)
        reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)
        reviewing.file_proposal(actor=house.actor("reviewer"), proposal=made)
        handling.assign_proposal(
            actor=house.actor("staff"), proposal=made, to=handling.HandOver(answering=(house.units["a"],))
        )
    text = get(client, house, "clerk_a", made).content.decode()
    assert "王芳" in text
    assert page(client, house, "clerk_a", made).sector != ""
    assert (house.units["c"].name in text, "涉及个人住址" in text) == (False, False)
    assert "涉及个人住址" in get(client, house, "staff", made).content.decode()


def test_merged_proposals_lead_to_each_other_and_their_proposer_reads_the_reply(
    client: Client, house: House
) -> None:
    lead, parts = factories.assigned(house, title="关于一起办理的提案", by="outsider")
    other = factories.under_review(house, title="关于被并入的提案")
    with house.at_work():
        reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=other, into=lead)
    factories.answer(house, "a", parts["a"])
    assert [t.title for t in page(client, house, "proposer", other).merged_into] == ["关于一起办理的提案"]
    assert [t.title for t in page(client, house, "staff", lead).merged] == ["关于被并入的提案"]
    # The unit answers both.
    assert [t.title for t in page(client, house, "clerk_a", lead).merged] == ["关于被并入的提案"]
    assert page(client, house, "proposer", lead).replies[0].phone != ""


def test_chain_shows_both_ways(client: Client, house: House) -> None:
    first, second, third = (factories.filed(house, title=f"关于第{n}件事的提案") for n in "一二三")
    with house.at_work():
        link_matters(actor=house.actor("staff"), source=first.matter, target=second.matter, relation="raised")
        link_matters(
            actor=house.actor("staff"), source=second.matter, target=third.matter, relation="follows_up"
        )
    shown = page(client, house, "staff", second)
    assert ([t.title for t in shown.came_from], [t.title for t in shown.led_to]) == (
        ["关于第一件事的提案"],
        ["关于第三件事的提案"],
    )


# Files


def test_letter_opens_only_to_those_who_may_read_the_reply(client: Client, house: House) -> None:
    made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="approving")
    with house.at_work():
        reply = Assignment.objects.select_related("reply").get(pk=part.pk).reply
        stored = store_file(
            actor=house.actor("clerk_a"),
            matter=made.matter,
            upload=SimpleUploadedFile("答复函.txt", "答复".encode()),
            purpose="reply_letter",
            subject_id=reply.pk,
        )
    url = reverse("files:download", args=[stored.pk])

    def opens() -> dict[str, int]:
        found = {}
        for who in ("clerk_a", "staff", "proposer", "outsider", "clerk_b"):
            client.force_login(house.users[who])
            found[who] = client.get(url).status_code
        return found

    assert opens() == {"clerk_a": 200, "staff": 404, "proposer": 404, "outsider": 404, "clerk_b": 404}
    assert page(client, house, "proposer", made).files == []
    with house.at_work():
        replying.approve_reply(actor=house.actor("leader_a"), assignment=part)
        replying.pass_reply(actor=house.actor("staff"), assignment=part)
    assert opens() == {"clerk_a": 200, "staff": 200, "proposer": 200, "outsider": 200, "clerk_b": 404}


# Modes


def test_detail_in_simple_mode_leaves_the_rest_out(client: Client, house: House) -> None:
    made, _parts = factories.replied(house)
    client.cookies["simple"] = "1"
    text = get(client, house, "proposer", made).content.decode()
    assert ('class="crumb"' in text, "届次" in text) == (False, False)
    assert "评价答复" in text


# How much is read


def selects(queries: Any) -> int:
    return sum(q["sql"].startswith("SELECT") for q in queries.captured_queries)


@pytest.mark.parametrize(
    ("who", "reads"), [("proposer", 12), ("staff", 12), ("clerk_a", 12), ("outsider", 12)]
)
def test_detail_reads_the_same_number_of_times_with_one_and_three(
    client: Client, house: House, django_assert_max_num_queries: Any, who: str, reads: int
) -> None:
    one, _parts = factories.replied(house, cosigners=["cosigner_1"])
    three, parts = factories.assigned(house, to="abc", separate=True, cosigners=["cosigner_1", "cosigner_2"])
    for unit, part in parts.items():
        factories.answer(house, unit, part)
    with house.at_work():
        for n in range(3):
            other = factories.filed(house, title=f"关于第{n}件事的提案")
            link_matters(
                actor=house.actor("staff"), source=other.matter, target=three.matter, relation="raised"
            )
            store_file(
                actor=house.actor("proposer"),
                matter=three.matter,
                upload=SimpleUploadedFile(f"{n}.txt", f"第{n}份".encode()),
                purpose="attachment",
            )
        three_parts = Assignment.objects.filter(proposal=three).select_related("reply")
        for part in list(three_parts)[:2]:
            rating.rate_reply(
                actor=house.actor("proposer"), reply=part.reply, attitude="satisfied", result="satisfied"
            )
    client.force_login(house.users[who])
    counts = []
    client.get(
        reverse("proposals:detail", args=[one.pk])
    )  # the first page of a session also notes the device
    for proposal in (one, three):
        with django_assert_max_num_queries(99) as queries:
            assert client.get(reverse("proposals:detail", args=[proposal.pk])).status_code == 200
        counts.append(selects(queries))
    assert counts == [reads, reads]


# What changed between two texts


def test_differences_of_equal_texts_are_none() -> None:
    assert differences("一样。", "一样。") == []


def test_differences_show_what_was_put_in_and_taken_out() -> None:
    assert differences("第一句。第二句话。", "第一句。第二句新话。") == [
        Piece("same", "第一句。第二句"),
        Piece("ins", "新"),
        Piece("same", "话。"),
    ]
    assert differences("留下。去掉这一句。", "留下。") == [
        Piece("same", "留下。"),
        Piece("del", "去掉这一句。"),
    ]


def test_differences_are_not_broken_by_single_letters_that_stay() -> None:
    old = "请在学校门口划斑马线，装信号灯，上学时段安排人员值守。"
    new = "请在学校门口划斑马线，装信号灯，由公安局在每天7点到8点派两名警员值守。"
    assert differences(old, new) == [
        Piece("same", "请在学校门口划斑马线，装信号灯，"),
        Piece("del", "上学时段安排人"),
        Piece("ins", "由公安局在每天7点到8点派两名警"),
        Piece("same", "员值守。"),
    ]


def test_differences_keep_every_letter_of_both_texts() -> None:
    old, new = "甲乙丙。\n丁戊。己庚辛壬", "甲丙。\n新的一句。丁戊！己庚"
    pieces = differences(old, new)
    assert "".join(p.text for p in pieces if p.kind != "ins") == old
    assert "".join(p.text for p in pieces if p.kind != "del") == new
