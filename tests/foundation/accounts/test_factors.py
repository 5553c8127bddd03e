"""The second factor: codes from an app, recovery codes; passkeys are shown in the browser tests."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tests.foundation.accounts.conftest import PASSWORD
from tests.foundation.accounts.test_sign_in import sign_in
from tongxin.foundation.accounts import actions, factors
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tongxin.foundation.accounts.models import User

pytestmark = pytest.mark.usefixtures("urls")
SECOND = "/accounts/second-factor/"


def code(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture
def secret(user: User) -> str:
    """The account has an app whose last code was used a while ago."""
    made = factors.new_secret()
    factors.activate_app(user, made, counter=0)
    return made


def test_app_set_up_through_the_pages_is_asked_at_the_next_sign_in(client: Client, user: User) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    page = client.get("/accounts/me/factors/app/").content.decode()
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert shown is not None
    key = shown[1].replace(" ", "")
    assert client.post("/accounts/me/factors/app/", {"code": "000000"}).status_code == 422
    added = client.post("/accounts/me/factors/app/", {"code": code(key)})
    assert added.headers["Location"] == "/accounts/me/factors/codes/"
    other = Client()
    assert sign_in(other, "wang.fang", PASSWORD).headers["Location"] == SECOND
    assert other.get("/").headers["Location"] == "/accounts/sign-in/?next=/"
    # The code that set it up is used up; the next one is good.
    assert other.post(SECOND, {"code": code(key)}).status_code == 422
    assert other.post(SECOND, {"code": code(key, 1)}).headers["Location"] == "/"
    assert other.get("/").content.decode() == "desk of 王芳"


def test_secret_in_the_database_is_not_readable(secret: str) -> None:
    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_code_counts_once(user: User, secret: str) -> None:
    now = code(secret)
    assert [factors.check_code(user, now), factors.check_code(user, now)] == ["totp", None]


def test_code_older_than_the_last_used_one_is_refused(user: User, secret: str) -> None:
    assert [factors.check_code(user, code(secret, n)) for n in (1, 0, -1)] == ["totp", None, None]


def test_code_from_outside_the_tolerance_is_refused(user: User, secret: str) -> None:
    assert [factors.check_code(user, code(secret, n)) for n in (-3, 3)] == [None, None]


def test_second_factor_keeps_where_to_go(client: Client, secret: str) -> None:
    sign_in(client, "wang.fang", PASSWORD, next="/front/")
    assert client.post(SECOND, {"code": code(secret)}).headers["Location"] == "/front/"


def test_second_factor_without_the_password_leads_to_sign_in(client: Client, secret: str) -> None:
    assert client.get(SECOND).headers["Location"] == "/accounts/sign-in/"
    assert client.post(SECOND, {"code": code(secret)}).headers["Location"] == "/accounts/sign-in/"


def test_second_factor_after_ten_minutes_asks_for_the_password_again(client: Client, secret: str) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    session = client.session
    session["accounts.pending"] = {**session["accounts.pending"], "at": int(time.time()) - 601}
    session.save()
    assert client.post(SECOND, {"code": code(secret)}).headers["Location"] == "/accounts/sign-in/"


def test_second_factor_after_the_password_was_changed_asks_again(
    client: Client, user: User, secret: str
) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    actions.change_password(user=user, password="山坡上有九只白羊站着", keep_session=None)
    assert client.post(SECOND, {"code": code(secret)}).headers["Location"] == "/accounts/sign-in/"


def test_second_factor_guessed_six_times_is_stopped_on_strange_devices_together(secret: str) -> None:
    codes = []
    for _n in range(7):
        client = Client()
        sign_in(client, "wang.fang", PASSWORD)
        codes.append(client.post(SECOND, {"code": "000000"}).status_code)
    assert codes == [422] * 6 + [429]


def test_second_factor_guessed_elsewhere_still_lets_the_own_device_in(user: User, secret: str) -> None:
    own = Client()
    sign_in(own, "wang.fang", PASSWORD)
    assert own.post(SECOND, {"code": code(secret, -1)}).status_code == 302
    own.post("/accounts/sign-out/")
    for _n in range(8):
        thief = Client()
        sign_in(thief, "wang.fang", PASSWORD)
        thief.post(SECOND, {"code": "000000"})
    sign_in(own, "wang.fang", PASSWORD)
    assert own.post(SECOND, {"code": code(secret)}).status_code == 302


def test_recovery_codes_are_shown_once_and_each_counts_once(client: Client, user: User, secret: str) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    client.post(SECOND, {"code": code(secret)})
    codes = re.findall(r"<code>([\d ]+)</code>", client.post("/accounts/me/factors/codes/").content.decode())
    assert len(set(codes)) == 10
    again = client.get("/accounts/me/factors/codes/").content.decode()
    assert [c for c in codes if c in again] == []
    assert [factors.check_code(user, codes[3]) for _n in range(2)] == ["recovery_codes", None]
    assert factors.codes_left(user) == 9


def test_recovery_codes_made_anew_end_the_old_ones(user: User, secret: str) -> None:
    old = actions.make_recovery_codes(user=user)
    actions.make_recovery_codes(user=user)
    assert factors.check_code(user, old[0]) is None


def test_recovery_codes_without_a_second_factor_are_refused(user: User) -> None:
    with pytest.raises(Refused, match="请先添加一种验证方式"):
        actions.make_recovery_codes(user=user)


def test_last_factor_that_the_posts_need_is_not_removed(user: User, secret: str) -> None:
    factor = factors.factors_of(user).get()
    with pytest.raises(Refused, match="您的岗位要求两步登录"):
        actions.remove_factor(user=user, factor=factor, required=True)
    actions.remove_factor(user=user, factor=factor, required=False)
    assert Authenticator.objects.count() == 0


def test_factor_of_somebody_else_answers_like_a_missing_one(client: Client, user: User, secret: str) -> None:
    from tongxin.foundation.accounts.models import User as Users  # noqa: PLC0415 (only typed above)

    Users.objects.create_user("thief", PASSWORD, name="甲")
    sign_in(client, "thief", PASSWORD)
    foreign = factors.factors_of(user).get().pk
    statuses = [client.post(f"/accounts/me/factors/{pk}/remove/").status_code for pk in (foreign, 999_999)]
    assert statuses == [404, 404]
    assert factors.factors_of(user).count() == 1


@pytest.mark.parametrize("path", ["app/", "passkey/", "codes/"])
def test_factor_changed_long_after_sign_in_asks_for_the_password(
    client: Client, user: User, path: str
) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    session = client.session
    session["accounts.proved_at"] = int(time.time()) - 901
    session.save()
    asked = client.get(f"/accounts/me/factors/{path}").headers["Location"]
    assert asked == f"/accounts/me/prove/?next=%2Faccounts%2Fme%2Ffactors%2F{path.replace('/', '%2F')}"
    assert client.post(asked, {"password": "wrong"}).status_code == 422
    proved = client.post(asked, {"password": PASSWORD, "next": f"/accounts/me/factors/{path}"})
    assert proved.headers["Location"] == f"/accounts/me/factors/{path}"
    assert client.get(f"/accounts/me/factors/{path}").status_code == 200


def test_office_signed_in_before_it_had_a_factor_elsewhere_proves_it_here(
    client: Client, user: User, settings: SettingsWrapper
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    type(user).objects.update(is_system_admin=True)
    sign_in(client, "wang.fang", PASSWORD)
    secret = factors.new_secret()
    factors.activate_app(user, secret, counter=0)
    assert client.get("/").headers["Location"] == SECOND
    assert client.get("/accounts/me/factors/app/").headers["Location"] == SECOND
    assert client.post(SECOND, {"code": code(secret)}).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_factors_cleared_by_an_administrator_end_sessions_and_codes(
    client: Client, user: User, secret: str
) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    client.post(SECOND, {"code": code(secret)})
    actions.make_recovery_codes(user=user)
    admin = Actor(grants=frozenset({Grant("system_admin")}))
    actions.clear_second_factors(actor=admin, user=user, committee_ids=[])
    assert Authenticator.objects.count() == 0
    assert client.get("/").headers["Location"] == "/accounts/sign-in/?next=/"
