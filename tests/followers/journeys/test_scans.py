"""Scans that a phone kept at the desk: uploaded as often as it likes, each counts once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from tests.factories import make_house, two_houses
from tests.village import make_village
from tongxin.activities.grassroots.models import Visit
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tests.factories import House
    from tests.village import Village

NOW = datetime(2026, 5, 6, 14, 30, tzinfo=clock.ZONE)


def upload(house: House, who: str, rows: object) -> Any:
    client = Client()
    client.force_login(house.users[who])
    return client.post(reverse("journeys:scans"), rows, content_type="application/json")


def scan(token: str, *, member: str | None = None, at: datetime = NOW, **more: str) -> dict[str, str | None]:
    return {"nonce": str(uuid4()), "token": token, "member": member, "at": at.isoformat(), **more}


def statuses(answer: Any) -> list[str]:
    return [s["status"] for s in answer.json()["scans"]]


@pytest.fixture
def village() -> Village:
    return make_village(make_house())


@pytest.mark.django_db
def test_scans_of_a_desk_become_visits_of_the_members_named(village: Village) -> None:
    house, token = village.house, village.codes["room"].token
    rows = [scan(token, member="0001"), scan(token, at=NOW - timedelta(days=2)), scan(token, member="0009")]
    with clock.at(NOW):
        answer = upload(house, "worker", rows)
        again = upload(house, "worker", [*rows, rows[0]])
    assert (statuses(answer), statuses(again)) == (
        ["done", "done", "refused"], ["again", "again", "refused", "again"],
    )  # fmt: skip
    assert answer.json()["scans"][2]["message"] == "没有编号是「0009」的委员。"
    with house.at_work():
        kept = Visit.objects.order_by("at").values_list("node", "user", "member", "on")
        worker = house.users["worker"].pk
        assert list(kept) == [
            (village.room.pk, worker, None, NOW.date() - timedelta(days=2)),
            (village.room.pk, worker, house.members["proposer"].pk, NOW.date()),
        ]
        assert Entry.objects.filter(action="grassroots.log_visits").count() == 1


@pytest.mark.django_db
def test_same_nonce_twice_in_one_upload_counts_once(village: Village) -> None:
    row = scan(village.codes["room"].token)
    with clock.at(NOW):
        assert statuses(upload(village.house, "proposer", [row, row])) == ["done", "again"]


@pytest.mark.django_db
def test_member_notes_only_themselves(village: Village) -> None:
    token = village.codes["room"].token
    with clock.at(NOW):
        answer = upload(
            village.house, "proposer", [scan(token), scan(token, member="0001"), scan(token, member="0002")]
        )
    assert statuses(answer) == ["done", "done", "refused"]
    assert answer.json()["scans"][2]["message"] == "您只能记自己的走访。"


@pytest.mark.django_db
def test_revoked_foreign_and_unknown_codes_are_refused_in_the_same_words() -> None:
    one, other = two_houses()
    here, there = make_village(one), make_village(other)
    with transaction.atomic(), one.at_work():
        AccessCode.objects.filter(pk=here.codes["station"].pk).update(status="revoked")
    tokens = [here.codes["station"].token, there.codes["room"].token, "zzzzzzzzzzzz", ""]
    with clock.at(NOW):
        answer = upload(one, "staff", [scan(t) for t in tokens])
    told = {(s["status"], s["message"]) for s in answer.json()["scans"]}
    assert told == {("refused", "这个码不能用。可能已经换了新码，请扫墙上现在贴的。")}


@pytest.mark.django_db
@pytest.mark.parametrize("at", [NOW + timedelta(hours=1), NOW - timedelta(days=40)])
def test_time_that_cannot_be_is_refused(village: Village, at: datetime) -> None:
    with clock.at(NOW):
        answer = upload(village.house, "proposer", [scan(village.codes["room"].token, at=at)])
    assert answer.json()["scans"][0]["message"] == "时间不对，请看看手机的日期和时间。"


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["", "{}", "[1]", '"x"', "[" + "{}," * 2000 + "{}]"])
def test_what_is_no_list_of_scans_is_told_so(village: Village, body: str) -> None:
    answer = upload(village.house, "proposer", body)
    assert (answer.status_code, list(answer.json())) == (422, ["message"])


@pytest.mark.django_db
def test_odd_values_in_a_scan_are_refused_one_by_one(village: Village) -> None:
    odd = [{}, {"nonce": 5, "token": [], "member": {}, "at": "x"}, scan(village.codes["room"].token, at=NOW)]
    odd.append({**odd[2], "nonce": str(uuid4()), "at": "2026-13-45T99:00"})
    with clock.at(NOW):
        assert statuses(upload(village.house, "proposer", odd)) == ["refused", "refused", "done", "refused"]


def test_a_thousand_scans_uploaded_three_times_in_any_order_at_once_are_a_thousand_visits(
    fresh_db: str,
) -> None:
    with transaction.atomic():
        village = make_village(make_house())
    house, tokens = village.house, [village.codes["room"].token, village.codes["station"].token]
    rows = [scan(tokens[n % 2], member="0001" if n % 3 else None, at=clock.now()) for n in range(1000)]
    chance = random.Random(7)
    uploads = [chance.sample(rows, len(rows)) for _n in range(3)]

    def send(mixed: list[dict[str, str | None]]) -> list[str]:
        try:
            return [s for part in (mixed[:400], mixed[400:]) for s in statuses(upload(house, "staff", part))]
        finally:
            connections.close_all()

    house.users["staff"] = house.users["staff"]
    with ThreadPoolExecutor(3) as threads:
        answers = [s for part in threads.map(send, uploads) for s in part]
    assert (answers.count("done"), answers.count("again")) == (1000, 2000)
    with transaction.atomic(), house.at_work():
        assert Visit.objects.count() == 1000
