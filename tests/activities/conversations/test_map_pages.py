"""The page of the map: what it shows to whom, that nothing stands in it too early, and its drawing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import talks
from tests.factories import make_house
from tongxin.activities.conversations.counting.tasks import count, finish
from tongxin.activities.conversations.keys import device_secret, member_secret, voice_index
from tongxin.activities.conversations.models import OpinionMap, Statement, Voice

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House
    from tongxin.activities.conversations.models import Conversation

pytestmark = pytest.mark.django_db

_TOKEN = "a" * 32
_TEXTS = (*talks.SEEDS, "货车白天不应当进镇区。", "菜市场应当早上六点以后才开门。", "应当配一名专职护学员。")
# Words that stand on the page only with results.
_RESULTS = ("大家都赞成的", "群体A", "<svg viewBox", "赞成</th>", "%</", "统计到")


@pytest.fixture
def house() -> House:
    made = make_house()
    made.committee.is_public = True
    made.committee.save()
    return made


def _counted(house: House, n: int = 40, *, state: str = "open", groups: int = 2) -> Conversation:
    conversation = talks.make_conversation(house, state=state, seeds=_TEXTS)
    talks.voices(conversation, n, groups=groups)
    (finish if state == "closed" else count).func(str(conversation.pk), house.committee.pk)
    return conversation


def _public(house: House, conversation: Conversation) -> str:
    return f"/p/{house.committee.code}/talks/{conversation.matter.code}/map/"


def _desk(conversation: Conversation) -> str:
    return f"/talks/{conversation.pk}/map/"


def _give(house: House, conversation: Conversation, secret: str, ballot: str) -> None:
    with house.at_work():
        index = voice_index(conversation.pk, secret)
        Voice.objects.create(
            committee=house.committee, conversation=conversation, key_index=index, ballot=ballot
        )


def _main(content: bytes) -> str:
    found = re.search(r"<main.*</main>", content.decode(), re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize(("ballot", "is_shown"), [("", False), ("++++++..", False), ("+++++++.", True)])
def test_public_sees_results_after_seven_answers(
    house: House, client: Client, *, ballot: str, is_shown: bool
) -> None:
    conversation = _counted(house)
    if ballot:
        _give(house, conversation, device_secret(_TOKEN), ballot)
        client.cookies["talk"] = _TOKEN
    page = _main(client.get(_public(house, conversation)).content)

    assert [word in page for word in ("大家都赞成的", "群体A", "统计到")] == [is_shown] * 3
    if not is_shown:
        assert not [word for word in _RESULTS if word in page]
        assert f"再表态{7 - len(ballot.strip('.'))}条，就能看结果" in page
        assert _public(house, conversation).removesuffix("map/") in page


@pytest.mark.parametrize(("ballot", "is_shown"), [("++++++", False), ("0000000", True)])
def test_member_sees_results_after_seven_answers(
    house: House, client: Client, *, ballot: str, is_shown: bool
) -> None:
    conversation = _counted(house)
    _give(house, conversation, member_secret(house.users["proposer"].pk), ballot)
    client.force_login(house.users["proposer"])
    page = _main(client.get(_desk(conversation)).content)

    assert ("大家都赞成的" in page) == is_shown


@pytest.mark.parametrize("who", ["staff", "leader", "auditor"])
def test_office_sees_the_map_while_people_vote(house: House, client: Client, who: str) -> None:
    conversation = _counted(house)
    client.force_login(house.users[who])
    page = _main(client.get(_desk(conversation)).content)

    assert "正在进行，结果还会变。" in page
    assert "群体A" in page


def test_everybody_sees_the_map_of_a_closed_conversation(house: House, client: Client) -> None:
    page = _main(client.get(_public(house, _counted(house, state="closed"))).content)

    assert "已结束，结果不再变。" in page
    assert "群体A　20人，占50%" in page


def test_closed_and_not_yet_counted_shows_no_numbers(house: House, client: Client) -> None:
    conversation = _counted(house)
    with house.at_work():
        conversation.matter.state = "closed"
        conversation.matter.save()
    page = _main(client.get(_public(house, conversation)).content)

    assert "正在做最后一次统计" in page
    assert not [word for word in _RESULTS if word in page]


@pytest.mark.parametrize(
    ("state", "who"), [("draft", "staff"), ("cancelled", "staff"), ("draft", "proposer")]
)
def test_what_never_opened_has_no_map(house: House, client: Client, state: str, who: str) -> None:
    conversation = talks.make_conversation(house, state=state)
    client.force_login(house.users[who])

    assert client.get(_desk(conversation)).status_code == 404


def test_conversation_of_members_has_no_public_map(house: House, client: Client) -> None:
    conversation = talks.make_conversation(house, state="closed", circle="members")

    assert client.get(_public(house, conversation)).status_code == 404


def test_other_committee_sees_nothing(house: House, client: Client) -> None:
    conversation = _counted(house, state="closed")
    other = make_house("620300")
    client.force_login(other.users["staff"])

    assert client.get(_desk(conversation)).status_code == 404


def test_nine_voices_get_an_honest_sentence(house: House, client: Client) -> None:
    page = _main(client.get(_public(house, _counted(house, 9, state="closed"))).content)

    assert "表态的不到10人，不列出任何数" in page
    assert not [word for word in _RESULTS[:-1] if word in page]


def test_voters_alike_get_totals_and_an_honest_sentence(house: House, client: Client) -> None:
    page = _main(client.get(_public(house, _counted(house, 12, state="closed"))).content)

    assert "下面是大家" in page
    assert "群体A" not in page
    assert "全部8条看法" in page


def test_every_mark_is_a_link_to_its_group_and_named(house: House, client: Client) -> None:
    page = _main(client.get(_public(house, _counted(house, 90, state="closed", groups=3))).content)
    drawing = page[page.index('id="map"') :]
    drawing = drawing[: drawing.index("</svg>")]

    with house.at_work():
        points = OpinionMap.objects.get().result["points"]
    links = re.findall(r'<a href="#group-([A-E])" tabindex="-1" aria-label="群体([A-E])，(\d+)人">', drawing)
    assert sorted((a, b, int(n)) for a, b, n in links) == sorted(
        (p["group"], p["group"], p["count"]) for p in points
    )
    assert all(f'id="group-{letter}"' in page for letter in "ABC")
    assert '<title id="map-t">' in drawing
    assert '<desc id="map-d">群体A有' in drawing


def test_groups_differ_by_shape_as_well_as_tone(house: House, client: Client) -> None:
    page = _main(client.get(_public(house, _counted(house, 90, state="closed", groups=3))).content)
    shapes = dict(re.findall(r'aria-label="群体([A-E])"><(circle|rect|path)', page))

    assert shapes == {"A": "circle", "B": "rect", "C": "path"}


@pytest.mark.parametrize("sort", ["number", "votes", "agree", "disagree", "pass", "spread", "x' OR 1=1", ""])
def test_table_is_sorted_by_links(house: House, client: Client, sort: str) -> None:
    page = _main(client.get(_public(house, _counted(house, state="closed")), {"sort": sort}).content)
    numbers = [int(n) for n in re.findall(r'<tr role="row" id="s-(\d+)"', page)]

    assert sorted(numbers) == list(range(1, len(_TEXTS) + 1))
    assert page.count("aria-sort=") == 1
    if sort == "number":
        assert numbers == sorted(numbers)


def test_number_of_a_statement_opens_its_row(house: House, client: Client) -> None:
    page = _main(client.get(_public(house, _counted(house, state="closed"))).content)
    opened = set(re.findall(r'href="#(s-\d+)"', page))

    assert opened
    assert opened <= set(re.findall(r'id="(s-\d+)"', page))


def test_hostile_text_stays_text(house: House, client: Client) -> None:
    conversation = talks.make_conversation(
        house, state="closed", seeds=("<script>alert(1)</script>", *_TEXTS)
    )
    talks.voices(conversation, 30)
    finish.func(str(conversation.pk), house.committee.pk)

    assert b"<script>alert" not in client.get(_public(house, conversation)).content


def test_queries_do_not_grow_with_statements(house: House, client: Client) -> None:
    conversation = _counted(house, state="closed")
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(_public(house, conversation))
        asked.append(len(queries))
        conversation = talks.make_conversation(house, state="closed", seeds=_TEXTS * 3)
        talks.voices(conversation, 40)
        finish.func(str(conversation.pk), house.committee.pk)
    assert asked[0] == asked[1] <= 12


def test_withdrawn_statement_is_named_without_numbers(house: House, client: Client) -> None:
    conversation = talks.make_conversation(house, state="closed", seeds=_TEXTS)
    talks.voices(conversation, 40)
    with house.at_work():
        Statement.objects.filter(number=3).update(state="withdrawn")
    finish.func(str(conversation.pk), house.committee.pk)
    page = _main(client.get(_public(house, conversation)).content)

    row = page[page.index('id="s-3"') :]
    row = row[: row.index("</tr>")]
    assert "已撤下，不计入" in row
    assert "%" not in row
