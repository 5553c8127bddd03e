"""Fifty arrivals of one saying at the same moment, from two networks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from tests.factories import make_house
from tests.village import make_village
from tongxin.activities.topics.models import Topic, TopicRules, Voice
from tongxin.foundation.accounts.open_forms import new_stamp
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.village import Village

TEXT = "村口到小学的路上没有路灯，晚上孩子走着怕。"


def filled() -> Village:
    with transaction.atomic():
        return make_village(make_house())


def url_of(village: Village) -> str:
    return reverse("front:say", args=[village.house.committee.code, village.codes["room"].token])


def at_once(send: Callable[[int], tuple[int, str]], times: Iterable[int]) -> list[tuple[int, str]]:
    def alone(n: int) -> tuple[int, str]:
        try:
            return send(n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as threads:
        return list(threads.map(alone, times))


def early_stamp() -> str:
    with clock.at(clock.now() - timedelta(minutes=1)):
        return new_stamp()


def test_same_nonce_fifty_times_at_once_is_one_voice_and_one_receipt(fresh_db: str) -> None:
    village = filled()
    sent = {"nonce": str(uuid4()), "stamp": early_stamp(), "text": TEXT, "contact": "13800138000"}

    def send(n: int) -> tuple[int, str]:
        answer = Client().post(url_of(village), sent, REMOTE_ADDR=f"203.0.113.{n % 2}")
        return answer.status_code, answer.headers.get("Location", "")

    answers = set(at_once(send, range(50)))
    assert (len(answers), {status for status, _url in answers}) == (1, {302})
    with transaction.atomic(), village.house.at_work():
        assert (Voice.objects.count(), Topic.objects.count()) == (1, 1)


def test_fifty_like_sayings_at_once_are_one_group_of_fifty(fresh_db: str) -> None:
    village = filled()
    stamp = early_stamp()

    def send(n: int) -> tuple[int, str]:
        sent = {"nonce": str(uuid4()), "stamp": stamp, "text": f"{TEXT}{n}"}
        answer = Client().post(url_of(village), sent)
        return answer.status_code, answer.headers.get("Location", "")

    answers = at_once(send, range(50))
    assert ({status for status, _url in answers}, len(set(answers))) == ({302}, 50)
    with transaction.atomic(), village.house.at_work():
        assert (Voice.objects.count(), Topic.objects.count()) == (50, 1)


def test_flood_limit_holds_against_fifty_new_ones_at_once(fresh_db: str) -> None:
    village = filled()
    with transaction.atomic(), village.house.at_work():
        TopicRules.objects.update(flood_most=5)
    stamp = early_stamp()

    def send(n: int) -> tuple[int, str]:
        sent = {"nonce": str(uuid4()), "stamp": stamp, "text": str(uuid4())}
        return Client().post(url_of(village), sent).status_code, ""

    # Ten minutes may end meanwhile; then the next five are let in as well.
    taken = [status for status, _url in at_once(send, range(50))].count(302)
    assert taken in {5, 10}
    with transaction.atomic(), village.house.at_work():
        assert Topic.objects.waiting().count() == taken
