"""Open data: the numbers of the page, as tables."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests import talks
from tests.factories import make_house
from tongxin.activities.conversations.counting.tasks import count, finish
from tongxin.activities.conversations.models import OpinionMap, Statement

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House
    from tongxin.activities.conversations.models import Conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    made = make_house()
    made.committee.is_public = True
    made.committee.save()
    return made


def _url(house: House, conversation: Conversation) -> str:
    return f"/p/{house.committee.code}/talks/{conversation.matter.code}/map/data/"


def _closed(house: House, n: int = 40) -> Conversation:
    conversation = talks.make_conversation(house, state="closed")
    talks.voices(conversation, n)
    finish.func(str(conversation.pk), house.committee.pk)
    return conversation


def _files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _table(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_tables_hold_the_numbers_of_the_map(house: House, client: Client) -> None:
    conversation = _closed(house)
    files = _files(client.get(_url(house, conversation)).content)

    with house.at_work():
        result = OpinionMap.objects.get().result
    assert set(files) == {"about.txt", "statements.csv", "groups.csv", "points.csv", "map.json"}
    rows = _table(files["statements.csv"])
    assert [
        [int(row["编号"]), int(row["赞成"]), int(row["不赞成"]), int(row["不好说"]), int(row["群体B赞成"])]
        for row in rows
    ] == [
        [s["number"], s["agrees"], s["disagrees"], s["passes"], s["groups"][1]["agrees"]]
        for s in result["statements"]
    ]
    assert {(row["群体"], int(row["人数"])) for row in _table(files["groups.csv"])} == {("A", 20), ("B", 20)}
    assert sum(int(row["人数"]) for row in _table(files["points.csv"])) == 40
    assert json.loads(files["map.json"])["statements"] == result["statements"]
    about = files["about.txt"].decode("utf-8-sig")
    assert "CC BY 4.0" in about
    assert conversation.question in about


def test_text_that_looks_like_a_formula_is_guarded(house: House, client: Client) -> None:
    conversation = talks.make_conversation(house, state="closed", seeds=("=1+1", "路灯应当亮。"))
    talks.voices(conversation, 30)
    finish.func(str(conversation.pk), house.committee.pk)
    files = _files(client.get(_url(house, conversation)).content)

    assert _table(files["statements.csv"])[0]["看法"] == "'=1+1"


def test_number_that_is_not_told_is_blank(house: House, client: Client) -> None:
    seeds = [f"第{n}条看法。" for n in range(8)]
    conversation = talks.make_conversation(house, state="closed", seeds=seeds)
    talks.voices(conversation, 30, statements=7)
    finish.func(str(conversation.pk), house.committee.pk)
    last = _table(_files(client.get(_url(house, conversation)).content)["statements.csv"])[7]

    assert (last["赞成"], last["表态"], last["群体A赞成"], last["各群体共同赞成的程度"]) == ("", "", "", "")


def test_open_conversation_has_no_data_for_the_public(house: House, client: Client) -> None:
    conversation = talks.make_conversation(house)
    talks.voices(conversation, 30)
    count.func(str(conversation.pk), house.committee.pk)

    assert client.get(_url(house, conversation)).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("staff", 200), ("proposer", 404)])
def test_open_conversation_has_data_for_the_office_only(
    house: House, client: Client, who: str, status: int
) -> None:
    conversation = talks.make_conversation(house)
    talks.voices(conversation, 30)
    count.func(str(conversation.pk), house.committee.pk)
    client.force_login(house.users[who])

    assert client.get(f"/talks/{conversation.pk}/map/data/").status_code == status


def test_same_map_gives_the_same_file(house: House, client: Client) -> None:
    conversation = _closed(house)

    first, second = (client.get(_url(house, conversation)).content for _ in range(2))
    assert first == second


def test_too_few_voices_leave_tables_without_rows(house: House, client: Client) -> None:
    files = _files(client.get(_url(house, _closed(house, 9))).content)

    assert [_table(files[name]) for name in ("statements.csv", "groups.csv", "points.csv")] == [[], [], []]


def test_statement_that_was_not_published_is_not_in_the_data(house: House, client: Client) -> None:
    conversation = talks.make_conversation(house, state="closed")
    talks.said(conversation, "没有公布的一句话")
    talks.voices(conversation, 30)
    finish.func(str(conversation.pk), house.committee.pk)
    content = client.get(_url(house, conversation)).content

    with house.at_work():
        assert Statement.objects.filter(text="没有公布的一句话").exists()
    assert all("没有公布的一句话".encode() not in part for part in _files(content).values())
