"""The pages of taking part: both doors, without scripts, and what they never say."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import talks
from tests.factories import make_house
from tongxin.activities.conversations.actions.keeping import cancel_conversation
from tongxin.activities.conversations.enums import Circle, ConversationState, StatementState
from tongxin.activities.conversations.keys import author_index, device_secret, member_secret, voice_index
from tongxin.activities.conversations.models import OpinionMap, Statement, Voice
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock, tenancy

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.factories import House
    from tongxin.activities.conversations.models import Conversation

pytestmark = pytest.mark.django_db

TOKEN = "0123456789abcdef" * 2
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
SCRIPT = {"HTTP_ACCEPT": "application/json"}
TEXT = "校门口应当装测速探头。"


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def conversation(house: House) -> Conversation:
    return talks.now(talks.make_conversation(house))


def url(conversation: Conversation, name: str = "vote") -> str:
    return reverse(f"talks:{name}", args=[conversation.committee.code, conversation.matter.code])


def inside(conversation: Conversation, name: str = "vote") -> str:
    return reverse(f"conversations:{name}", args=[conversation.pk])


def words(answer: HttpResponse) -> str:
    found = MAIN.search(answer.content.decode())
    assert found
    return unescape(re.sub(r"<[^>]+>", "", found[0]))


def number_of(answer: HttpResponse) -> int:
    found = re.search(r'name="number" value="(\d*)"', answer.content.decode())
    assert found
    return int(found[1] or 0)


def device(token: str = TOKEN) -> Client:
    client = Client()
    client.cookies["talk"] = token
    return client


def member(house: House, who: str = "proposer") -> Client:
    client = Client()
    client.force_login(house.users[who])
    return client


def ballots(conversation: Conversation) -> dict[str, str]:
    with tenancy.scope([conversation.committee_id]):
        return dict(
            Voice.objects.filter(conversation=conversation).values_list("key_index", "ballot").order_by("pk")
        )


def hidden(answer: HttpResponse) -> dict[str, str]:
    found = re.findall(r'name="(nonce|stamp|key)" value="([^"]*)"', answer.content.decode())
    return {name: unescape(value) for name, value in found}


def say(client: Client, where: str, text: str = TEXT, **fields: Any) -> HttpResponse:
    with clock.at(clock.now() - timedelta(minutes=1)):
        form = hidden(client.get(where))
    return client.post(where, {**form, "text": text, **fields})


# Voting without scripts


def test_person_without_account_votes_on_everything_by_forms(conversation: Conversation) -> None:
    client, answered = Client(), []
    page = client.get(url(conversation))
    assert "已表态0条" in words(page)
    assert "talk" not in client.cookies
    for _n in range(5):
        answered.append(number_of(page))
        sent = {"number": answered[-1], "answer": "1", "key": hidden(page)["key"]}
        page = client.post(url(conversation, "answers"), sent, follow=True)
    assert sorted(answered) == [1, 2, 3, 4, 5]
    assert list(ballots(conversation).values()) == ["+++++"]
    assert ("谢谢您！" in words(page), "看意见图谱" in words(page), "已表态5条" in words(page)) == (True,) * 3
    assert (number_of(page), client.get(url(conversation)).context["page"].shown) == (0, None)


def test_cookie_is_of_this_conversation_and_out_of_reach_of_scripts(conversation: Conversation) -> None:
    client = Client()
    client.post(url(conversation, "answers"), {"number": "1", "answer": "1"})
    cookie = client.cookies["talk"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (url(conversation), True, "Lax")
    assert re.fullmatch("[0-9a-f]{32}", cookie.value)
    assert list(ballots(conversation)) == [voice_index(conversation.pk, device_secret(cookie.value))]


def test_answer_can_be_changed_by_going_back(conversation: Conversation) -> None:
    client = device()
    page = client.post(url(conversation, "answers"), {"number": "3", "answer": "1"}, follow=True)
    assert f"{url(conversation)}?again=3" in page.content.decode()
    again = client.get(url(conversation), {"again": "3"})
    assert (number_of(again), again.context["page"].answer) == (3, 1)
    assert 'value="1" aria-pressed="true"' in again.content.decode()
    client.post(url(conversation, "answers"), {"number": "3", "answer": "-1"})
    assert list(ballots(conversation).values()) == ["..-"]


def test_first_answer_sent_again_with_the_key_of_its_page_is_one_voice(conversation: Conversation) -> None:
    page = Client().get(url(conversation))
    sent = {"answers": "1:1,2:-1", "device": "a" * 16, "counter": "2", "key": hidden(page)["key"]}
    for _n in range(3):
        # Its answer was lost on the way each time: no cookie.
        assert Client().post(url(conversation, "answers"), sent, **SCRIPT).json()["answered"] == 2
    assert list(ballots(conversation).values()) == ["+-"]


@pytest.mark.parametrize("token", ["", "short", "Z" * 32, "a" * 33])
def test_token_of_another_shape_is_not_taken(conversation: Conversation, token: str) -> None:
    device(token).post(url(conversation, "answers"), {"number": "1", "answer": "1", "key": token})
    assert voice_index(conversation.pk, device_secret(token)) not in ballots(conversation)


# Voting with a script


def test_batch_answers_with_a_handful_that_was_not_answered(conversation: Conversation) -> None:
    answer = device().post(
        url(conversation, "answers"),
        {"answers": "1:1,2:-1,3:0,88:1", "device": "a" * 16, "counter": "4"},
        **SCRIPT,
    )
    told = answer.json()
    assert (told["answered"], told["total"], told["ignored"]) == (3, 5, [88])
    assert sorted(number for number, _text in told["next"]) == [4, 5]


def test_page_of_the_same_second_is_older_than_what_was_told_after_it(conversation: Conversation) -> None:
    client, second = device(), clock.now().replace(microsecond=100_000)
    with clock.at(second):
        page = client.get(url(conversation)).content.decode()
    with clock.at(second.replace(microsecond=900_000)):
        told = client.post(url(conversation, "answers"), {"answers": "1:1"}, **SCRIPT).json()
    found = re.search(r'data-at="(\d+)"', page)
    assert found is not None
    assert told["at"] - int(found[1]) == 800


@pytest.mark.parametrize(
    "sent",
    [
        {"answers": "1:2"},
        {"answers": "0:1"},
        {"answers": "1:1,x"},
        {"answers": "99999:1"},
        {"answers": "1:1", "device": "A", "counter": "1"},
        {"answers": "1:1", "device": "a" * 16, "counter": "-1"},
        {"answers": "1:1", "device": "a" * 16, "counter": "9" * 20},
        {"number": "1"},
        {},
    ],
)
def test_senseless_batch_is_refused_whole(conversation: Conversation, sent: dict[str, str]) -> None:
    assert device().post(url(conversation, "answers"), sent, **SCRIPT).status_code == 422
    assert device().post(url(conversation, "answers"), sent).status_code == 409
    assert ballots(conversation) == {}


def test_page_holds_a_handful_for_the_phone_and_may_be_kept(conversation: Conversation) -> None:
    answer = device().get(url(conversation))
    found = re.search(r'data-handful="([^"]*)"', answer.content.decode())
    assert found
    handful = json.loads(unescape(found[1]))
    assert sorted(number for number, _text in handful) == [1, 2, 3, 4, 5]
    whose, until = answer.headers["X-Keep-Offline"].split()
    assert (whose, int(until) > clock.now().timestamp()) == ("-", True)


# Two doors


def test_member_votes_inside_with_one_voice_on_every_device(conversation: Conversation, house: House) -> None:
    for number, client in enumerate((member(house), member(house)), 1):
        client.post(inside(conversation, "answers"), {"number": number, "answer": "1"})
    key = voice_index(conversation.pk, member_secret(house.users["proposer"].pk))
    assert ballots(conversation) == {key: "++"}
    page = member(house).get(inside(conversation))
    assert (number_of(page) in {3, 4, 5}, "talk" in member(house).cookies) == (True, False)
    assert page.headers["X-Keep-Offline"].startswith(f"{house.users['proposer'].pk} ")


@pytest.mark.parametrize(
    ("who", "expected"),
    [("proposer", 200), ("outsider", 404), ("staff", 403), ("leader", 403), ("clerk_a", 403)],
)
@pytest.mark.parametrize("name", ["vote", "say"])
def test_list_conversation_opens_for_those_on_the_list(
    house: House, who: str, expected: int, name: str
) -> None:
    listed = talks.make_conversation(house, circle=Circle.LIST, invited=["proposer"])
    assert member(house, who).get(inside(talks.now(listed), name)).status_code == expected


@pytest.mark.parametrize("circle", [Circle.MEMBERS, Circle.LIST])
def test_conversation_of_members_is_not_at_the_public_door(house: House, circle: str) -> None:
    closed_circle = talks.now(talks.make_conversation(house, circle=circle))
    for name in ("vote", "say"):
        assert Client().get(url(closed_circle, name)).status_code == 404
    sent = {"number": "1", "answer": "1"}
    assert Client().post(url(closed_circle, "answers"), sent).status_code == 404
    assert ballots(closed_circle) == {}


def test_draft_unknown_number_and_closed_committee_are_the_same_nothing(conversation: Conversation) -> None:
    code = conversation.committee.code
    assert Client().get(reverse("talks:vote", args=[code, "2026-99"])).status_code == 404
    conversation.committee.is_public = False
    conversation.committee.save()
    assert Client().get(url(conversation)).status_code == 404
    assert Client().get(reverse("talks:list", args=[code])).status_code == 404


def test_public_list_names_open_and_ended_conversations_only(house: House) -> None:
    for state in ConversationState.values:
        talks.make_conversation(house, state=state, question=f"关于{state}的问题")
    talks.make_conversation(house, circle=Circle.MEMBERS, question="关于委员的问题")
    said = words(Client().get(reverse("talks:list", args=[house.committee.code])))
    assert sorted(re.findall(r"关于(\w+?)的问题", said)) == ["closed", "open"]


# The end


def test_closed_meanwhile_says_what_was_not_counted(conversation: Conversation) -> None:
    with tenancy.scope([conversation.committee_id]):
        Matter.objects.filter(pk=conversation.pk).update(state=ConversationState.CLOSED)
    page = device().post(url(conversation, "answers"), {"number": "1", "answer": "1"})
    assert (page.status_code, "这一条没有计入" in words(page)) == (409, True)
    told = device().post(url(conversation, "answers"), {"answers": "1:1"}, **SCRIPT)
    assert (told.status_code, told.json()) == (409, {"told": "这个对话已经结束，不再表态了。"})
    page = device().get(url(conversation))
    assert ("这个对话已经结束" in words(page), "data-card" in page.content.decode()) == (True, False)
    assert page.headers["X-Keep-Offline"] == "- 0"


def test_stopped_conversation_says_why(conversation: Conversation, house: House) -> None:
    with house.at_work():
        cancel_conversation(
            actor=house.actor("staff"), conversation=conversation, reason="问题问得不清楚，改好再开。"
        )
    page = device().get(url(conversation))
    said = ("这个对话停止了", "问题问得不清楚，改好再开。")
    assert ([w in words(page) for w in said], "data-card" in page.content.decode()) == ([True] * 2, False)


# Own statements


def test_statement_said_without_account_is_found_again_on_the_same_device(
    conversation: Conversation,
) -> None:
    client = Client()
    answer = say(client, url(conversation, "say"))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{url(conversation)}?said=1#mine")
    page = words(client.get(answer.headers["Location"]))
    assert ("收到了。" in page, "我提的看法" in page, TEXT in page, "待审核" in page) == (True,) * 4
    assert TEXT not in words(Client().get(url(conversation)))


def test_outcome_is_marked_new_until_it_was_seen(conversation: Conversation) -> None:
    made = talks.said(conversation, TEXT, author_index=author_index(conversation.pk, device_secret(TOKEN)))
    client = device()
    assert "有新结果" not in words(client.get(url(conversation)))
    with tenancy.scope([conversation.committee_id]):
        Statement.objects.filter(pk=made.pk).update(
            state=StatementState.REJECTED, outcome="里面有别人的电话。"
        )
    page = words(client.get(url(conversation)))
    assert ("有新结果" in page, "未公布" in page, "里面有别人的电话。" in page) == (True, True, True)
    page = words(client.get(url(conversation)))
    assert ("有新结果" in page, "里面有别人的电话。" in page) == (False, True)


def test_alike_statements_are_shown_before_one_is_sent(conversation: Conversation) -> None:
    client, text = Client(), "学校门口要划上斑马线。"
    answer = say(client, url(conversation, "say"), text)
    assert answer.status_code == 422
    assert ("学校门口应当划斑马线。" in words(answer), text in answer.content.decode()) == (True, True)
    assert f"{url(conversation)}?again=1" in answer.content.decode()
    answer = say(client, url(conversation, "say"), text, different="on")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("text", "said"), [("", "请写一句话。"), ("长" * 141, "最多140字，您写了141字"), (" \n ", "请写一句话。")]
)
def test_unfit_statement_comes_back_with_its_text(conversation: Conversation, text: str, said: str) -> None:
    answer = say(Client(), url(conversation, "say"), text)
    assert (answer.status_code, said in words(answer), text.strip() in answer.content.decode()) == (
        422,
        True,
        True,
    )
    with tenancy.scope([conversation.committee_id]):
        assert Statement.objects.waiting().count() == 0


def test_program_that_fills_the_hidden_field_is_asked_a_question(conversation: Conversation) -> None:
    answer = say(Client(), url(conversation, "say"), website="http://example.test")
    assert (answer.status_code, "等于几？" in words(answer)) == (422, True)


def test_full_limit_is_said_and_the_text_kept(house: House) -> None:
    conversation = talks.now(talks.make_conversation(house, statements_most=1))
    client = member(house)
    assert say(client, inside(conversation, "say"), "希望村里有图书室。").status_code == 302
    answer = say(client, inside(conversation, "say"))
    assert (answer.status_code, "每人最多提1条看法" in words(answer), TEXT in answer.content.decode()) == (
        422,
        True,
        True,
    )


# How many questions the database is asked


def counted(client: Client, method: str, where: str, *args: Any, **more: Any) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        getattr(client, method)(where, *args, **more)
    asked = [query["sql"] for query in captured]
    return [sql for sql in asked if not re.match(r"(RELEASE )?SAVEPOINT|SELECT set_config", sql)]


def test_pages_ask_the_same_number_of_queries_with_one_and_three(house: House) -> None:
    counts = []
    for n in (1, 3):
        conversation = talks.now(talks.make_conversation(house, seeds=talks.SEEDS[:n]))
        author = author_index(conversation.pk, device_secret(TOKEN))
        for k in range(n):
            talks.said(conversation, f"第{k}件事。", author_index=author)
        client = device()
        client.post(url(conversation, "answers"), {"number": "1", "answer": "1"})
        with tenancy.scope([conversation.committee_id]):
            OpinionMap.objects.update(is_due=True)
        sent = {"answers": ",".join(f"{k}:-1" for k in range(1, n + 1)), "device": "a" * 16, "counter": "1"}
        posted = counted(client, "post", url(conversation, "answers"), sent, **SCRIPT)
        pages = [counted(client, "get", url(conversation, name)) for name in ("vote", "say")]
        listed = counted(client, "get", reverse("talks:list", args=[house.committee.code]))
        counts.append([len(asked) for asked in (posted, *pages, listed)])
    assert counts == [[6, 5, 2, 2], [6, 5, 2, 2]]


def test_member_page_asks_at_most_twelve_queries(conversation: Conversation, house: House) -> None:
    client = member(house)
    client.get(inside(conversation))
    assert len(counted(client, "get", inside(conversation))) <= 12
