"""The desk of a session over the wire: who gets there, what an upload answers, the plain forms."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.activities.grassroots.phones import (
    act,
    conflict_of,
    field,
    guest,
    now,
    open_conflicts,
    send,
    session_at,
    there,
    village_with_session,
)
from tests.factories import PASSWORD
from tests.village import make_village
from tongxin.activities.grassroots.enums import SessionState
from tongxin.activities.grassroots.models import (
    DeliberationSession,
    RecordConflict,
    Statement,
    Suggestion,
)
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
# Who asks (3) and their notices; the session, its people, conflicts, statements, suggestions, problems; units.
QUERIES = 11


def enter(client: Client, village: Village, who: str) -> None:
    assert client.login(username=village.house.users[who].username, password=PASSWORD)


def upload(
    client: Client, village: Village, session: DeliberationSession, who: str, acts: Any
) -> HttpResponse:
    body = {"user": str(village.house.users[who].pk), "acts": acts}
    return client.post(
        reverse("grassroots:sync", args=[session.pk]), json.dumps(body), content_type="application/json"
    )


def test_upload_answers_each_act(client: Client) -> None:
    village, session = village_with_session()
    enter(client, village, "worker")
    acts = [guest("李四"), act("suggestion", text="先装村口。")]
    answer = upload(client, village, session, "worker", acts)
    assert answer.status_code == 200
    said = json.loads(answer.content)["acts"]
    assert said == [{"key": a["key"], "status": "done", "sentence": ""} for a in acts]


NONSENSE: list[Any] = [
    None,
    "acts",
    {},
    [None],
    [[]],
    [{"key": "x", "kind": "present", "payload": {}}],
    [{"key": str(uuid4()), "kind": "present", "payload": {"attendee": "x"}}],
    [{"key": str(uuid4()), "kind": "present", "payload": {"side": "nobody", "name": "李四"}}],
    [{"key": str(uuid4()), "kind": "present", "payload": {"side": "masses", "name": " "}}],
    [{"key": str(uuid4()), "kind": "present", "payload": {"side": "masses", "name": "长" * 61}}],
    [{"key": str(uuid4()), "kind": ["present"], "payload": {}}],
    [{"key": str(uuid4()), "kind": "drop_table", "payload": {}}],
    [{"key": str(uuid4()), "kind": "field", "payload": {"field": "held_on", "text": "2020-01-01"}}],
    [{"key": str(uuid4()), "kind": "field", "payload": {"field": "others_present", "text": "-3"}}],
    [{"key": str(uuid4()), "kind": "field", "payload": {"field": "agreed", "text": 7}}],
    [{"key": str(uuid4()), "kind": "field", "payload": {"field": "agreed", "text": "a\0b"}}],
    [{"key": str(uuid4()), "kind": "field", "payload": {"field": "agreed", "text": "\ud800"}}],
    [{"key": str(uuid4()), "kind": "field", "payload": {"field": "agreed", "text": "甲"}, "base": -1}],
    [{"key": str(uuid4()), "kind": "field", "payload": {"field": "agreed", "text": "甲"}, "base": True}],
    [{"key": str(uuid4()), "kind": "suggestion", "payload": {"text": "甲"}, "at": "gestern"}],
    [{"key": str(uuid4()), "kind": "follow_up", "payload": {"text": "甲", "owner": "乙", "due_on": "31.2."}}],
    [{"key": str(uuid4()), "kind": "undo", "payload": {}}],
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_upload_of_nonsense_is_422_and_nothing_is_half_done(client: Client, nonsense: Any) -> None:
    village, session = village_with_session()
    enter(client, village, "worker")
    acts = [guest("李四"), *nonsense] if isinstance(nonsense, list) else nonsense
    answer = upload(client, village, session, "worker", acts)
    assert (answer.status_code, there(village, session)) == (422, [])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"7", b"[" * 100_000])
def test_upload_of_something_else_is_422(client: Client, body: bytes) -> None:
    village, session = village_with_session()
    enter(client, village, "worker")
    url = reverse("grassroots:sync", args=[session.pk])
    assert client.post(url, body, content_type="application/json").status_code == 422


def test_upload_with_the_key_of_another_session_is_422(client: Client) -> None:
    village, session = village_with_session()
    other = session_at(village)
    mark = guest("李四")
    send(village, other, mark)
    enter(client, village, "worker")
    answer = upload(client, village, session, "worker", [mark])
    assert (answer.status_code, there(village, session)) == (422, [])


def test_upload_of_another_account_is_409_and_nothing_is_done(client: Client) -> None:
    village, session = village_with_session()
    enter(client, village, "head")
    answer = upload(client, village, session, "worker", [guest("李四")])
    assert (answer.status_code, there(village, session)) == (409, [])


def test_upload_signed_out_goes_to_the_sign_in_page(client: Client) -> None:
    village, session = village_with_session()
    answer = upload(client, village, session, "worker", [guest("李四")])
    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("accounts:sign_in"))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("head", 200), ("worker", 200), ("worker2", 404), ("leader", 403), ("proposer", 403)],
)
def test_desk_and_upload_are_for_who_keeps_the_session(client: Client, who: str, status: int) -> None:
    village, session = village_with_session()
    make_village(village.house, name="安口村", town="安口镇", key="2")
    enter(client, village, who)
    page = client.get(reverse("grassroots:desk", args=[session.pk]))
    sent = upload(client, village, session, who, [guest("李四")])
    assert (page.status_code, sent.status_code) == (status, status)


def test_desk_of_no_session_is_404(client: Client) -> None:
    village, _session = village_with_session()
    enter(client, village, "staff")
    assert client.get(reverse("grassroots:desk", args=[uuid4()])).status_code == 404


def test_desk_lets_the_phone_keep_it_for_three_days_after_the_session(client: Client) -> None:
    with clock.at(TODAY):
        village, session = village_with_session()
        enter(client, village, "worker")
        url = reverse("grassroots:desk", args=[session.pk])
        whose, until = client.get(url).headers["X-Keep-Offline"].split()
        assert (whose, int(until)) == (
            str(village.house.users["worker"].pk),
            int((clock.now() + timedelta(days=3)).timestamp()),
        )
    with village.house.at_work():
        Matter.objects.filter(pk=session.pk).update(state=SessionState.RECORDED)
    assert client.get(url).headers["X-Keep-Offline"].split()[1] == "0"


@pytest.mark.parametrize("people", [1, 3])
def test_desk_asks_the_database_as_often_for_many_people(client: Client, people: int) -> None:
    village, session = village_with_session(people=people)
    for n in range(people):
        send(
            village,
            session,
            act("statement", who="代表", text=f"话{n}"),
            act("follow_up", text=f"事{n}", owner="村委会"),
        )
    enter(client, village, "worker")
    url = reverse("grassroots:desk", args=[session.pk])
    client.get(url)  # the first page on a new device also writes that device down
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    assert sum(q["sql"].startswith("SELECT") for q in asked) == QUERIES


def test_desk_shows_hostile_text_as_text(client: Client) -> None:
    village, session = village_with_session()
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    send(
        village,
        session,
        guest(evil[:60], post=evil),
        act("statement", who=evil, text=evil),
        act("suggestion", text=evil),
        act("follow_up", text=evil, owner=evil),
        field("agreed", evil),
        field("agreed", evil * 2),
    )
    enter(client, village, "worker")
    page = client.get(reverse("grassroots:desk", args=[session.pk])).content.decode()
    assert (page.count("<img src=x"), page.count("<script>alert")) == (0, 0)
    assert page.count("&lt;script&gt;alert(1)") > 8


def test_desk_by_form_with_older_text_keeps_both_and_is_settled(client: Client) -> None:
    village, session = village_with_session()
    enter(client, village, "worker")
    url = reverse("grassroots:desk_act", args=[session.pk])
    for text in ("装十二盏灯。", "装十盏灯。"):
        form = {"kind": "field", "field": "agreed", "text": text, "base": "0", "key": str(uuid4())}
        assert client.post(url, form).status_code == 302
    with village.house.at_work():
        conflict = RecordConflict.objects.get()
    settle = reverse("grassroots:resolve_conflict", args=[conflict.pk])
    late = client.post(settle, {"choose": "joined", "joined": "合起来的", "seen": "0"})
    assert (late.status_code, "合起来的" in late.content.decode()) == (409, True)
    chosen = client.post(settle, {"choose": "arrived", "arrived": "装十盏灯。", "seen": "1"})
    assert (chosen.status_code, now(village, session).agreed, open_conflicts(village)) == (
        302,
        "装十盏灯。",
        [],
    )


def test_desk_by_form_sent_twice_counts_once(client: Client) -> None:
    village, session = village_with_session()
    enter(client, village, "worker")
    form = {"kind": "suggestion", "text": "先装村口。", "key": str(uuid4())}
    said = {**form, "kind": "statement", "who": "代表", "key": str(uuid4())}
    url = reverse("grassroots:desk_act", args=[session.pk])
    assert [client.post(url, f).status_code for f in (form, form, said, said)] == [302] * 4
    with village.house.at_work():
        assert (Suggestion.objects.count(), Statement.objects.count()) == (1, 1)


def test_desk_by_form_refused_gives_the_text_back(client: Client) -> None:
    village, session = village_with_session(state=SessionState.RECORDED)
    enter(client, village, "worker")
    form = {"kind": "statement", "who": "代表", "text": "迟到的话", "key": str(uuid4())}
    answer = client.post(reverse("grassroots:desk_act", args=[session.pk]), form)
    assert (answer.status_code, "迟到的话" in answer.content.decode()) == (409, True)


def test_conflict_of_another_node_is_404(client: Client) -> None:
    village, session = village_with_session()
    conflict = conflict_of(village, session)
    make_village(village.house, name="安口村", town="安口镇", key="2")
    enter(client, village, "worker2")
    url = reverse("grassroots:resolve_conflict", args=[conflict.pk])
    assert client.post(url, {"choose": "arrived", "arrived": "甲", "seen": "1"}).status_code == 404
