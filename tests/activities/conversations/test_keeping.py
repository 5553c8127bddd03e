"""A conversation from its first draft to its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests import talks
from tests.factories import House, make_house
from tongxin.activities.conversations.actions import keeping
from tongxin.activities.conversations.actions.keeping import UNREAD, Outline
from tongxin.activities.conversations.actions.moderating import seed_statement
from tongxin.activities.conversations.enums import Circle, ConversationState, StatementState
from tongxin.activities.conversations.models import Conversation, OpinionMap, Statement, Voice
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.matters.models import TimelineEntry, Visibility
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

pytestmark = pytest.mark.django_db
OUTLINE = Outline(title=talks.TITLE, question=talks.QUESTION)


@pytest.fixture
def house() -> House:
    return make_house()


def begun(house: House, **more: Any) -> Conversation:
    with house.at_work():
        return keeping.begin_conversation(
            actor=house.actor("staff"),
            outline=Outline(**{"title": talks.TITLE, "question": talks.QUESTION, **more}),
        )


def ready(house: House, **more: Any) -> Conversation:
    made = begun(house, **more)
    with house.at_work():
        seed_statement(actor=house.actor("staff"), conversation=made, texts=talks.SEEDS)
    return made


def opened(house: House, **more: Any) -> Conversation:
    made = ready(house, **more)
    with house.at_work():
        return keeping.open_conversation(actor=house.actor("staff"), conversation=made)


def told(house: House) -> list[tuple[str, str, str]]:
    with house.at_work():
        rows = Notice.objects.order_by("user__name", "text").values_list("user__name", "text", "url")
        return list(rows)


def lines(house: House, conversation: Conversation) -> list[tuple[str, str, str]]:
    with house.at_work():
        rows = TimelineEntry.objects.filter(matter_id=conversation.pk).order_by("at", "id")
        return list(rows.values_list("who", "text", "audience"))


def test_begin_by_staff_is_a_draft_that_only_the_office_sees(house: House) -> None:
    made = begun(house)
    with house.at_work():
        seen = {
            who: Conversation.objects.visible_to(house.actor(who)).filter(pk=made.pk).exists()
            for who in ("staff", "leader", "auditor", "outsider", "clerk_a")
        }
    assert (made.state, made.matter.code, made.matter.visibility) == ("draft", None, Visibility.INTERNAL)
    assert seen == {"staff": True, "leader": True, "auditor": True, "outsider": False, "clerk_a": False}


@pytest.mark.parametrize("who", ["leader", "auditor", "outsider", "clerk_a", "tenant_admin"])
def test_begin_by_somebody_else_is_forbidden(house: House, who: str) -> None:
    with house.at_work(), pytest.raises(PermissionDenied):
        keeping.begin_conversation(actor=house.actor(who), outline=OUTLINE)


@pytest.mark.parametrize(
    ("faulty", "says"),
    [
        ({"title": " "}, "请写标题。"),
        ({"question": ""}, "请写问题。"),
        ({"circle": "all"}, "请选择谁可以参加。"),
        ({"closes_on": clock.today() - timedelta(days=1)}, "截止日期不能早于今天。"),
        ({"statements_most": 0}, "参加的人每人至少能提一条看法。"),
    ],
)
def test_begin_with_a_fault_is_refused_in_words(house: House, faulty: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        begun(house, **faulty)


def test_revise_while_open_keeps_the_question_and_the_circle(house: House) -> None:
    made = opened(house)
    other = Outline(title="别的", question="另一个问题？", background="背景")
    with house.at_work(), pytest.raises(Refused, match="问题和谁可以参加不能再改"):
        keeping.revise_conversation(actor=house.actor("staff"), conversation=made, outline=other)
    same = Outline(title="上学路", question=talks.QUESTION, background="新的背景", statements_most=2)
    with house.at_work():
        keeping.revise_conversation(actor=house.actor("staff"), conversation=made, outline=same)
    now = talks.now(made)
    assert (now.matter.title, now.background, now.statements_most) == ("上学路", "新的背景", 2)


def test_open_public_gets_a_number_a_code_a_page_and_a_map_and_tells_nobody(house: House) -> None:
    first, second = opened(house), opened(house, title="另一场")
    with house.at_work():
        codes = list(AccessCode.objects.filter(matter_id=first.pk).values_list("status", flat=True))
        maps = OpinionMap.objects.filter(pk=first.pk).count()
    year = clock.today().year
    assert (first.matter.code, second.matter.code) == (f"{year}-1", f"{year}-2")
    now = talks.now(first)
    assert (now.state, now.matter.visibility, now.matter.opened_on) == (
        "open",
        Visibility.PUBLIC,
        clock.today(),
    )
    assert (codes, maps, told(house)) == (["active"], 1, [])
    assert lines(house, first) == [
        ("政协机关", "提了5条看法", "office"),
        ("政协机关", "开始，有5条看法可以表态", "public"),
    ]


def test_open_for_members_tells_each_once_and_has_no_code(house: House) -> None:
    made = opened(house, circle=Circle.MEMBERS)
    with house.at_work():
        assert not AccessCode.objects.filter(matter_id=made.pk).exists()
    assert talks.now(made).matter.visibility == Visibility.MEMBERS
    url = f"/talks/{made.pk}/vote/"
    members = ("孙立", "李强", "王芳", "赵敏", "钱停")
    assert sorted(told(house)) == sorted((name, f"请您表态：{talks.TITLE}", url) for name in members)


def test_open_for_a_list_tells_those_on_it_and_who_comes_later(house: House) -> None:
    made = ready(house, circle=Circle.LIST)
    staff = house.actor("staff")
    with house.at_work():
        assert (
            keeping.invite_members(actor=staff, conversation=made, members=[house.members["outsider"]]) == 1
        )
        keeping.open_conversation(actor=staff, conversation=made)
    assert [name for name, _text, _url in told(house)] == ["孙立"]
    with house.at_work():
        both = [house.members["outsider"], house.members["proposer"]]
        assert keeping.invite_members(actor=staff, conversation=made, members=both) == 1
        seen = [
            Conversation.objects.visible_to(house.actor(who)).filter(pk=made.pk).exists()
            for who in ("outsider", "proposer", "cosigner_1")
        ]
    assert sorted(name for name, _text, _url in told(house)) == ["孙立", "王芳"]
    assert (talks.now(made).matter.visibility, seen) == (Visibility.INTERNAL, [True, True, False])


def test_open_with_two_seeds_is_refused_and_changes_nothing(house: House) -> None:
    made = begun(house)
    with house.at_work():
        seed_statement(actor=house.actor("staff"), conversation=made, texts=talks.SEEDS[:2])
    with pytest.raises(Refused, match="开始以前至少要有3条看法，现在有2条。"), house.at_work():
        keeping.open_conversation(actor=house.actor("staff"), conversation=made)
    assert (talks.now(made).state, talks.now(made).matter.code) == ("draft", None)


def test_open_for_an_empty_list_is_refused(house: House) -> None:
    made = ready(house, circle=Circle.LIST)
    with house.at_work(), pytest.raises(Refused, match="名单上还没有人"):
        keeping.open_conversation(actor=house.actor("staff"), conversation=made)


def test_invite_to_what_is_no_list_and_of_who_is_suspended_is_refused(house: House) -> None:
    public, by_list = begun(house), begun(house, circle=Circle.LIST)
    staff = house.actor("staff")
    with house.at_work(), pytest.raises(Refused, match="不按名单参加"):
        keeping.invite_members(actor=staff, conversation=public, members=[house.members["proposer"]])
    with house.at_work(), pytest.raises(Refused, match="在任的委员里没有「钱停」"):
        keeping.invite_members(actor=staff, conversation=by_list, members=[house.members["suspended"]])


def test_remove_member_works_in_a_draft_and_is_refused_once_open(house: House) -> None:
    made = talks.make_conversation(house, state="draft", circle=Circle.LIST, invited=("outsider", "proposer"))
    staff = house.actor("staff")
    with house.at_work():
        rows = {i.member_id: i for i in made.invitations.select_related("conversation")}
        keeping.remove_member(actor=staff, invitation=rows[house.members["outsider"].pk])
        keeping.open_conversation(actor=staff, conversation=made)
    with house.at_work(), pytest.raises(Refused, match="名单只能加人"):
        keeping.remove_member(actor=staff, invitation=rows[house.members["proposer"].pk])
    with house.at_work():
        assert list(made.invitations.values_list("member__name", flat=True)) == ["王芳"]


def test_close_freezes_rejects_what_waits_and_tells_members(house: House) -> None:
    made = talks.make_conversation(house, circle=Circle.MEMBERS)
    waiting = talks.said(made)
    with house.at_work():
        keeping.close_conversation(actor=house.actor("staff"), conversation=made)
    now, late = talks.now(made), talks.statement_now(waiting)
    assert (now.state, now.matter.closed_on) == (ConversationState.CLOSED, clock.today())
    assert (late.state, late.outcome) == (StatementState.REJECTED, UNREAD)
    assert lines(house, made) == [("政协机关", "结束", "public")]
    # The members and the other clerk; not who did it.
    assert sorted({name for name, _text, _url in told(house)}) == [
        "万工",
        "孙立",
        "李强",
        "王芳",
        "赵敏",
        "钱停",
    ]
    with house.at_work(), pytest.raises(Refused):
        keeping.close_conversation(actor=house.actor("staff"), conversation=made)


def test_cancel_deletes_every_voice_and_forgets_authors(house: House) -> None:
    made = talks.make_conversation(house)
    talks.voices(made, 12)
    talks.said(made, author_index="a" * 64)
    with house.at_work():
        OpinionMap.objects.filter(pk=made.pk).update(voices=12, votes=60, result={"voices": 12})
        keeping.cancel_conversation(actor=house.actor("staff"), conversation=made, reason="问题没有问清楚")
    with house.at_work():
        kept = (Voice.objects.count(), Statement.objects.exclude(author_index="").count())
        counted = OpinionMap.objects.values_list("voices", "votes", "result").get(pk=made.pk)
    assert (talks.now(made).state, kept, counted) == ("cancelled", (0, 0), (0, 0, {}))


def test_cancel_without_a_reason_is_refused(house: House) -> None:
    made = talks.make_conversation(house)
    with house.at_work(), pytest.raises(Refused, match="请写明为什么停止"):
        keeping.cancel_conversation(actor=house.actor("staff"), conversation=made, reason=" ")


@pytest.mark.parametrize("who", ["leader", "auditor", "outsider", "clerk_a", "tenant_admin"])
def test_keeping_by_somebody_else_is_forbidden(house: House, who: str) -> None:
    made, draft = talks.make_conversation(house), talks.make_conversation(house, state="draft")
    actor = house.actor(who)
    for act in (
        lambda: keeping.open_conversation(actor=actor, conversation=draft),
        lambda: keeping.close_conversation(actor=actor, conversation=made),
        lambda: keeping.cancel_conversation(actor=actor, conversation=made, reason="不办了"),
        lambda: keeping.revise_conversation(actor=actor, conversation=made, outline=OUTLINE),
        lambda: keeping.invite_members(actor=actor, conversation=made, members=[]),
    ):
        with house.at_work(), pytest.raises(PermissionDenied):
            act()


def test_every_step_of_the_office_stands_in_the_audit_log(house: House) -> None:
    made = opened(house)
    with house.at_work():
        keeping.close_conversation(actor=house.actor("staff"), conversation=made)
        acts = (
            Entry.objects.filter(target=f"matter:{made.pk}").order_by("seq").values_list("action", flat=True)
        )
        assert list(acts) == [
            "conversation.open",
            "conversation.seed",
            "conversation.open",
            "conversation.close",
        ]
