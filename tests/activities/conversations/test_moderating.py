"""Statements: put, published, not published, merged, withdrawn."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from tests import talks
from tests.factories import House, make_house
from tongxin.activities.conversations.actions import moderating
from tongxin.activities.conversations.enums import Circle, StatementState
from tongxin.activities.conversations.models import Conversation, Statement
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def open_talk(house: House) -> Conversation:
    return talks.make_conversation(house)


def numbered(house: House, conversation: Conversation) -> list[tuple[int | None, str]]:
    with house.at_work():
        rows = conversation.statements.filter(number__isnull=False).order_by("number")
        return list(rows.values_list("number", "text"))


def acts(house: House) -> list[str]:
    with house.at_work():
        return list(Entry.objects.order_by("seq").values_list("action", flat=True))


def test_seed_by_staff_is_published_at_once_with_the_next_numbers(house: House) -> None:
    draft = talks.make_conversation(house, state="draft", seeds=())
    for texts in (["一条看法。", "另一条看法。"], ["第三条  看法。"]):
        with house.at_work():
            made = moderating.seed_statement(actor=house.actor("staff"), conversation=draft, texts=texts)
    assert numbered(house, draft) == [(1, "一条看法。"), (2, "另一条看法。"), (3, "第三条 看法。")]
    assert (made[0].state, made[0].by_name) == (StatementState.PUBLISHED, "政协机关")
    assert made[0].said_at.minute == made[0].said_at.second == 0


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([], "一次提1到50条看法"),
        (["看法"] * 51, "一次提1到50条看法"),
        (["好的。", "  "], "第2条是空的"),
        (["好" * 141], "第1条有141字，一条最多140字"),
        (["校门口应当有人值守。", "校门口应当有人值守！"], "第2条已经有了"),
        ([talks.SEEDS[0]], "第1条已经有了：学校门口应当划斑马线。"),
    ],
)
def test_seed_with_a_fault_is_refused_and_none_is_kept(
    house: House, open_talk: Conversation, texts: list[str], says: str
) -> None:
    with pytest.raises(Refused, match=says), house.at_work():
        moderating.seed_statement(actor=house.actor("staff"), conversation=open_talk, texts=texts)
    assert len(numbered(house, open_talk)) == len(talks.SEEDS)


def test_seed_by_a_member_bears_the_name_waits_and_has_a_limit(house: House) -> None:
    talk = talks.make_conversation(house, circle=Circle.MEMBERS, statements_most=1)
    actor = house.actor("outsider")
    with house.at_work():
        made = moderating.seed_statement(actor=actor, conversation=talk, texts=["校车应当减速。"])
    assert (made[0].state, made[0].number, made[0].by_name) == ("pending", None, "孙立")
    with house.at_work(), pytest.raises(Refused, match="每人最多提1条看法，您已经提了1条"):
        moderating.seed_statement(actor=actor, conversation=talk, texts=["放学应当错开。"])


def test_seed_by_who_takes_no_part_is_forbidden(house: House, open_talk: Conversation) -> None:
    talk = talks.make_conversation(house, circle=Circle.LIST, invited=("outsider",))
    for who, where in (("proposer", talk), ("leader", open_talk), ("clerk_a", open_talk)):
        with house.at_work(), pytest.raises(PermissionDenied):
            moderating.seed_statement(actor=house.actor(who), conversation=where, texts=["看法。"])


def test_drop_seed_in_a_draft_moves_the_others_up_and_once_open_is_refused(
    house: House, open_talk: Conversation
) -> None:
    draft = talks.make_conversation(house, state="draft", seeds=talks.SEEDS[:3])
    with house.at_work():
        second = draft.statements.select_related("conversation").get(number=2)
        moderating.drop_seed(actor=house.actor("staff"), statement=second)
    assert numbered(house, draft) == [(1, talks.SEEDS[0]), (2, talks.SEEDS[2])]
    with house.at_work():
        seed = open_talk.statements.select_related("conversation").get(number=1)
    with house.at_work(), pytest.raises(Refused, match="请用「撤下」"):
        moderating.drop_seed(actor=house.actor("staff"), statement=seed)


def test_publish_gives_the_next_number_which_no_other_ever_has(house: House, open_talk: Conversation) -> None:
    staff = house.actor("staff")
    first, second = talks.said(open_talk, is_held=True), talks.said(open_talk, "校门口应当有护学岗。")
    with house.at_work():
        published = moderating.publish_statement(actor=staff, statement=first)
        moderating.withdraw_statement(actor=staff, statement=published, reason="有误")
        later = moderating.publish_statement(actor=staff, statement=second)
    assert (published.number, published.is_held, later.number) == (6, False, 7)
    assert talks.statement_now(first).state == StatementState.WITHDRAWN


def test_reject_keeps_the_reason_for_its_author_and_tells_nobody(
    house: House, open_talk: Conversation
) -> None:
    waiting = talks.said(open_talk)
    with house.at_work():
        moderating.reject_statement(actor=house.actor("staff"), statement=waiting, reason="与问题无关。")
    now = talks.statement_now(waiting)
    assert (now.state, now.outcome, now.number) == (StatementState.REJECTED, "与问题无关。", None)
    with house.at_work():
        assert not Notice.objects.exists()
        assert not TimelineEntry.objects.filter(matter_id=open_talk.pk).exists()
    assert acts(house) == ["conversation.reject_statement"]


def test_merge_names_the_published_one(house: House, open_talk: Conversation) -> None:
    waiting = talks.said(open_talk)
    with house.at_work():
        lead = open_talk.statements.get(number=2)
        moderating.merge_statement(actor=house.actor("staff"), statement=waiting, into=lead)
    now = talks.statement_now(waiting)
    assert (now.state, now.merged_into, now.outcome) == (
        StatementState.MERGED,
        lead,
        "与第2条看法意思相同，请对那一条表态。",
    )


def test_merge_into_what_is_not_published_here_is_refused(house: House, open_talk: Conversation) -> None:
    waiting, other = talks.said(open_talk), talks.said(open_talk, "别的看法。")
    elsewhere = talks.make_conversation(house, title="另一场")
    with house.at_work():
        foreign = elsewhere.statements.get(number=1)
    for into in (waiting, other, foreign):
        with house.at_work(), pytest.raises(Refused, match="只能并入这个对话里已经公布的看法"):
            moderating.merge_statement(actor=house.actor("staff"), statement=waiting, into=into)


def test_withdraw_keeps_number_and_reason_and_stands_in_the_timeline(
    house: House, open_talk: Conversation
) -> None:
    with house.at_work():
        third = open_talk.statements.select_related("conversation").get(number=3)
        moderating.withdraw_statement(actor=house.actor("staff"), statement=third, reason="说的是旧事")
        line = TimelineEntry.objects.values_list("who", "text", "note", "audience").get(
            matter_id=open_talk.pk
        )
    now = talks.statement_now(third)
    assert (now.state, now.number, now.outcome) == (StatementState.WITHDRAWN, 3, "说的是旧事")
    assert line == ("政协机关", "撤下第3条看法", "说的是旧事", "office")


def test_second_decision_is_refused_with_what_was_decided(house: House, open_talk: Conversation) -> None:
    waiting = talks.said(open_talk)
    with house.at_work():
        moderating.reject_statement(actor=house.actor("staff"), statement=waiting, reason="看不明白。")
    with house.at_work(), pytest.raises(Refused, match="刚才已经有人审过了：未公布"):
        moderating.publish_statement(actor=house.actor("staff_2"), statement=waiting)


def test_nothing_is_decided_once_it_has_ended(house: House) -> None:
    closed = talks.make_conversation(house, state="closed")
    waiting = talks.said(closed)
    with house.at_work(), pytest.raises(Refused, match="已结束"):
        moderating.publish_statement(actor=house.actor("staff"), statement=waiting)


@pytest.mark.parametrize("who", ["leader", "auditor", "outsider", "clerk_a"])
def test_moderating_by_somebody_else_is_forbidden(house: House, open_talk: Conversation, who: str) -> None:
    waiting, actor = talks.said(open_talk), house.actor(who)
    with house.at_work():
        seed = open_talk.statements.select_related("conversation").get(number=1)
    for act in (
        lambda: moderating.publish_statement(actor=actor, statement=waiting),
        lambda: moderating.reject_statement(actor=actor, statement=waiting, reason="无关。"),
        lambda: moderating.merge_statement(actor=actor, statement=waiting, into=seed),
        lambda: moderating.withdraw_statement(actor=actor, statement=seed, reason="无关。"),
        lambda: moderating.mark_meta(actor=actor, statement=seed, is_meta=True),
    ):
        with house.at_work(), pytest.raises(PermissionDenied):
            act()
    with house.at_work():
        assert Statement.objects.filter(state=StatementState.PENDING).count() == 1


def test_member_who_put_a_name_to_it_is_told_of_the_decision(house: House) -> None:
    talk = talks.make_conversation(house, circle=Circle.MEMBERS)
    with house.at_work():
        made = moderating.seed_statement(
            actor=house.actor("outsider"), conversation=talk, texts=["校车应当减速。"]
        )
        moderating.publish_statement(actor=house.actor("staff"), statement=made[0])
        assert list(Notice.objects.values_list("user__name", "text")) == [
            ("孙立", "您的看法公布了，大家可以表态：校车应当减速。")
        ]
