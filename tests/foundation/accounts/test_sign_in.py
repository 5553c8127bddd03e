"""Signing in: who comes in, what strangers learn, and whom the limits stop."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.test import Client

from tests.foundation.accounts.conftest import PASSWORD
from tongxin.foundation.accounts.models import AttemptCount, DeviceSession, User
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.usefixtures("urls")
NOON = datetime(2026, 10, 9, 12, 0, tzinfo=clock.ZONE)


def sign_in(
    client: Client, login: str, password: str, network: str = "203.0.113.7", **rest: str
) -> HttpResponse:
    return client.post(
        "/accounts/sign-in/", {"login": login, "password": password, **rest}, REMOTE_ADDR=network
    )


def body(response: HttpResponse) -> str:
    return re.sub(r"(csrfmiddlewaretoken\" value=|X-CSRFToken\": )\"\w+\"", "", response.content.decode())


@pytest.mark.parametrize(
    "login",
    [
        "wang.fang",
        "13800138000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "008613800138000",
        "１３８００１３８０００",
    ],
)
def test_sign_in_by_any_way_of_writing_it_lets_in(client: Client, user: User, login: str) -> None:
    response = sign_in(client, login, PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.get("/").content.decode() == "desk of 王芳"


def test_sign_in_with_a_wrong_password_answers_like_an_unknown_phone(user: User) -> None:
    known, unknown = (sign_in(Client(), phone, "wrong") for phone in ("13800138000", "13900139000"))
    assert known.status_code == unknown.status_code == 422
    assert body(known).replace("13800138000", "X") == body(unknown).replace("13900139000", "X")
    assert dict(known.headers) == dict(unknown.headers)
    assert set(known.cookies) == set(unknown.cookies) == {"csrftoken", "device"}


def test_sign_in_of_an_account_out_of_use_answers_like_an_unknown_phone(user: User) -> None:
    User.objects.update(is_active=False)
    known, unknown = (sign_in(Client(), phone, PASSWORD) for phone in ("13800138000", "13900139000"))
    assert known.status_code == unknown.status_code == 422
    assert body(known).replace("13800138000", "X") == body(unknown).replace("13900139000", "X")


class CountingHasher(hashers.MD5PasswordHasher):
    algorithm = "counting"
    hashed: list[str] = []

    def encode(self, password: str, salt: str) -> str:
        self.hashed.append(password)
        return super().encode(password, salt)


@pytest.mark.parametrize("login", ["13800138000", "13900139000", "inactive"])
def test_sign_in_of_known_and_unknown_alike_hashes_once(
    client: Client, settings: SettingsWrapper, db: None, login: str
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    User.objects.create_user("wang.fang", PASSWORD, name="王芳", phone="13800138000")
    User.objects.create_user("inactive", PASSWORD, name="李明", is_active=False)
    CountingHasher.hashed.clear()
    sign_in(client, login, "wrong")
    assert len(CountingHasher.hashed) == 1


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/front/", "/front/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_sign_in_with_next_stays_on_this_site(client: Client, user: User, asked: str, leads_to: str) -> None:
    assert sign_in(client, "wang.fang", PASSWORD, next=asked).headers["Location"] == leads_to


def test_sign_in_changes_the_session_key(client: Client, user: User) -> None:
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    sign_in(client, "wang.fang", PASSWORD)
    assert client.cookies["sessionid"].value != planted
    assert Session.objects.filter(session_key=planted).count() == 0


def test_sign_in_when_signed_in_leads_on(client: Client, user: User) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    assert client.get("/accounts/sign-in/?next=/front/").headers["Location"] == "/front/"


def test_sign_out_ends_the_session(client: Client, user: User) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    assert client.get("/accounts/sign-out/").status_code == 405
    assert client.post("/accounts/sign-out/").status_code == 302
    assert client.get("/").headers["Location"] == "/accounts/sign-in/?next=/"
    assert DeviceSession.objects.count() == 0


# Limits


def exhaust(login: str = "13800138000", network: str = "203.0.113.7", tries: int = 5) -> list[int]:
    """Guess with a new device each time, as an attacker would."""
    return [sign_in(Client(), login, f"guess {n}", network).status_code for n in range(tries)]


def test_guessing_from_one_network_is_stopped_after_five_and_says_when_to_come_back(user: User) -> None:
    with clock.at(NOON):
        assert exhaust(tries=6) == [422, 422, 422, 422, 422, 429]
        response = sign_in(Client(), "13800138000", PASSWORD)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "901"
    assert "请在12:15以后再试" in response.content.decode()


def test_guessing_at_an_unknown_phone_is_stopped_alike(user: User) -> None:
    with clock.at(NOON):
        exhaust("13800138000")
        exhaust("13900139000")
        known, unknown = (sign_in(Client(), phone, "wrong") for phone in ("13800138000", "13900139000"))
    assert known.status_code == unknown.status_code == 429
    assert body(known).replace("13800138000", "X") == body(unknown).replace("13900139000", "X")


def test_guessing_at_a_phone_says_nothing_about_the_user_name_beside_it(user: User) -> None:
    exhaust("13800138000")
    assert sign_in(Client(), "wang.fang", "wrong").status_code == 422


def test_guessing_elsewhere_locks_nobody_out_on_their_own_device(user: User) -> None:
    own = Client()
    sign_in(own, "wang.fang", PASSWORD)
    own.post("/accounts/sign-out/")
    assert exhaust("wang.fang", tries=7)[-1] == 429
    # The same network, the device that knows her.
    assert sign_in(own, "wang.fang", PASSWORD).status_code == 302


def test_guessing_elsewhere_locks_nobody_out_on_another_network(user: User) -> None:
    exhaust(tries=7)
    assert sign_in(Client(), "13800138000", PASSWORD, network="198.51.100.3").status_code == 302


def test_device_cookie_of_another_person_gives_no_budget_of_its_own(user: User) -> None:
    User.objects.create_user("thief", PASSWORD, name="甲")
    thief = Client()
    sign_in(thief, "thief", PASSWORD)
    thief.post("/accounts/sign-out/")
    codes = [sign_in(thief, "wang.fang", f"guess {n}").status_code for n in range(6)]
    assert codes == [422] * 5 + [429]


def test_device_cookie_that_was_forged_is_a_new_device(client: Client, user: User) -> None:
    client.cookies["device"] = "eyJpZCI6ICJ4In0:1:forged"
    assert sign_in(client, "wang.fang", PASSWORD).status_code == 302


def test_guessing_on_a_device_that_knows_the_person_stops_after_ten(client: Client, user: User) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    client.post("/accounts/sign-out/")
    assert [sign_in(client, "wang.fang", "wrong").status_code for _n in range(11)] == [422] * 10 + [429]


def test_guessing_at_many_accounts_on_one_device_stops_at_its_budget(client: Client, db: None) -> None:
    codes = [sign_in(client, f"nobody{n}", "wrong", network=f"198.51.100.{n}").status_code for n in range(21)]
    assert codes == [422] * 20 + [429]


def test_guessing_at_many_accounts_from_one_network_stops_at_its_budget(db: None) -> None:
    codes = [sign_in(Client(), f"nobody{n}", "wrong").status_code for n in range(61)]
    assert codes == [422] * 60 + [429]


def test_limit_that_is_reached_is_not_prolonged_by_more_tries(user: User) -> None:
    with clock.at(NOON):
        exhaust()
    with clock.at(NOON + timedelta(minutes=14)):
        assert exhaust(tries=3) == [429, 429, 429]
    with clock.at(NOON + timedelta(minutes=15, seconds=1)):
        assert sign_in(Client(), "13800138000", PASSWORD).status_code == 302


def test_forwarded_header_without_a_proxy_resets_no_limit(user: User) -> None:
    def one(n: int) -> int:
        return (
            Client()
            .post(
                "/accounts/sign-in/",
                {"login": "wang.fang", "password": "x"},
                REMOTE_ADDR="203.0.113.7",
                HTTP_X_FORWARDED_FOR=f"10.0.0.{n}",
            )
            .status_code
        )

    assert [one(n) for n in range(6)] == [422] * 5 + [429]


def test_forwarded_header_behind_a_proxy_counts_its_last_entry_only(
    user: User, settings: SettingsWrapper
) -> None:
    settings.BEHIND_PROXY = True

    def one(forwarded: str) -> int:
        return (
            Client()
            .post(
                "/accounts/sign-in/",
                {"login": "wang.fang", "password": "x"},
                REMOTE_ADDR="127.0.0.1",
                HTTP_X_FORWARDED_FOR=forwarded,
            )
            .status_code
        )

    assert [one(f"10.0.0.{n}, 203.0.113.7") for n in range(6)] == [422] * 5 + [429]
    assert one("203.0.113.7, 198.51.100.9") == 422


def test_ipv6_addresses_of_one_site_count_as_one_network(user: User) -> None:
    codes = [
        sign_in(Client(), "wang.fang", "wrong", network=f"2001:db8:0:1::{n:x}").status_code for n in range(6)
    ]
    assert codes == [422] * 5 + [429]
    assert sign_in(Client(), "wang.fang", "wrong", network="2001:db8:0:2::1").status_code == 422


def test_sign_in_that_is_right_sweeps_out_passed_counts(user: User) -> None:
    with clock.at(NOON):
        exhaust()
        assert AttemptCount.objects.count() == 7
    with clock.at(NOON + timedelta(hours=1)):
        sign_in(Client(), "wang.fang", PASSWORD)
    assert AttemptCount.objects.filter(until__lt=NOON + timedelta(hours=1)).count() == 0
