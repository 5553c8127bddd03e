"""One's own account: password, phone, devices, own data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.foundation.accounts.conftest import PASSWORD
from tests.foundation.accounts.test_sign_in import sign_in
from tongxin.foundation.accounts import actions
from tongxin.foundation.accounts.models import Correction, DeviceSession, User
from tongxin.foundation.accounts.passwords import PlainRules
from tongxin.foundation.audit.models import Entry

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.usefixtures("urls")
NEW = "山坡上有九只白羊站着"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/99 Mobile Safari/537.36 MicroMessenger/8.0"
)


@pytest.fixture
def here(user: User) -> Client:
    client = Client()
    sign_in(client, "wang.fang", PASSWORD)
    return client


@pytest.fixture
def elsewhere(user: User) -> Client:
    client = Client(HTTP_USER_AGENT=WECHAT)
    sign_in(client, "wang.fang", PASSWORD)
    return client


def device(client: Client) -> UUID:
    return DeviceSession.objects.get(session_key=client.cookies["sessionid"].value).pk


def test_me_shows_name_masked_phone_and_devices_in_words(here: Client, elsewhere: Client) -> None:
    page = here.get("/accounts/me/").content.decode()
    assert [w in page for w in ("王芳", "138****8000", "13800138000", "Android上的微信")] == [
        True,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("others", [1, 3])
def test_me_takes_the_same_queries_with_one_device_and_with_three(
    here: Client, user: User, others: int
) -> None:
    for _n in range(others):
        sign_in(Client(), "wang.fang", PASSWORD)
    here.get("/accounts/me/")
    with CaptureQueriesContext(connection) as queries:
        here.get("/accounts/me/")
    # The request's savepoint (2), session, user, posts; devices, factors, recovery codes, corrections.
    assert len(queries) == 9


def test_session_ended_by_the_person_is_out_with_the_next_request(here: Client, elsewhere: Client) -> None:
    here.post(f"/accounts/me/devices/{device(elsewhere)}/end/")
    assert elsewhere.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_session_of_somebody_else_cannot_be_ended(here: Client, user: User) -> None:
    User.objects.create_user("other", PASSWORD, name="甲")
    other = Client()
    sign_in(other, "other", PASSWORD)
    assert here.post(f"/accounts/me/devices/{device(other)}/end/").status_code == 404
    assert other.get("/").status_code == 200


def test_sessions_elsewhere_are_ended_all_at_once(here: Client, elsewhere: Client) -> None:
    third = Client()
    sign_in(third, "wang.fang", PASSWORD)
    here.post("/accounts/me/devices/end-others/")
    assert [c.get("/").status_code for c in (here, elsewhere, third)] == [200, 302, 302]


def test_password_changed_ends_all_other_sessions_and_keeps_this_one(here: Client, elsewhere: Client) -> None:
    answer = here.post("/accounts/me/password/", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert answer.headers["Location"] == "/accounts/me/"
    assert [c.get("/").status_code for c in (here, elsewhere)] == [200, 302]
    assert DeviceSession.objects.get().session_key == here.cookies["sessionid"].value
    assert [sign_in(Client(), "wang.fang", p).status_code for p in (PASSWORD, NEW)] == [422, 302]


def test_password_change_needs_the_present_one_and_stops_guessing(here: Client, user: User) -> None:
    posts = [
        here.post("/accounts/me/password/", {"current": "wrong", "new": NEW, "again": NEW}).status_code
        for _n in range(7)
    ]
    assert posts == [422] * 6 + [429]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("password", "sentences"),
    [
        ("short1", ["太短了，至少要10个字。可以用一句只有您知道的话。"]),
        ("98237465019", ["不能全是数字，请加上字母或汉字。"]),
        ("x13800138000", ["不要用自己的姓名、用户名或手机号。"]),
        ("WANG.FANG-2026", ["不要用自己的姓名、用户名或手机号。"]),
        ("Tongxin2026!", ["这个密码用的人太多，容易被猜到，请换一个。"]),
        ("qwertyuiop", ["这个密码用的人太多，容易被猜到，请换一个。"]),
        ("abababababab", ["这个密码用的人太多，容易被猜到，请换一个。"]),
    ],
)
def test_password_that_others_would_guess_is_refused_in_plain_words(
    user: User, password: str, sentences: list[str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        PlainRules().validate(password, user)
    assert refused.value.messages == sentences


def test_password_that_is_a_sentence_is_accepted(user: User) -> None:
    PlainRules().validate(NEW, user)


def test_phone_changed_with_the_password_signs_in_with_the_new_one(here: Client) -> None:
    assert here.post("/accounts/me/phone/", {"phone": "139 0013 9000", "password": "no"}).status_code == 422
    assert here.post("/accounts/me/phone/", {"phone": "12", "password": PASSWORD}).status_code == 422
    assert (
        here.post("/accounts/me/phone/", {"phone": "139 0013 9000", "password": PASSWORD}).status_code == 302
    )
    assert sign_in(Client(), "13900139000", PASSWORD).status_code == 302
    assert sign_in(Client(), "13800138000", PASSWORD).status_code == 422


def test_phone_of_somebody_else_is_refused(here: Client) -> None:
    User.objects.create_user("other", name="甲", phone="13900139000")
    refused = here.post("/accounts/me/phone/", {"phone": "13900139000", "password": PASSWORD})
    assert refused.status_code == 409
    assert PASSWORD not in refused.content.decode()


def test_own_data_holds_everything_but_secrets(here: Client, user: User) -> None:
    response = here.post("/accounts/me/export/")
    data = json.loads(response.content)
    assert (data["name"], data["phone"], len(data["devices"])) == ("王芳", "13800138000", 1)
    assert sorted(data) == [
        "corrections", "devices", "last_sign_in_at", "made_at", "name", "phone", "second_factors", "username",
    ]  # fmt: skip
    assert user.password not in response.content.decode()


def test_correction_asked_for_twice_is_one_request_and_shown(here: Client) -> None:
    for wanted in ("王方", "王芳芳"):
        here.post("/accounts/me/correction/", {"subject": "name", "wanted": wanted})
    assert Correction.objects.get().wanted == "王芳芳"
    assert "王芳芳" in here.get("/accounts/me/").content.decode()


def test_what_people_do_is_in_the_log_without_phone_or_password(user: User) -> None:
    client = Client()
    sign_in(client, "13800138000", "wrong-password")
    sign_in(client, "13900139000", "wrong-password")
    sign_in(client, "13800138000", PASSWORD)
    client.post("/accounts/me/password/", {"current": PASSWORD, "new": NEW, "again": NEW})
    client.post("/accounts/sign-out/")
    entries = list(Entry.objects.filter(chain="installation").order_by("seq"))
    me = f"accounts.user:{user.pk}"
    assert [(e.action, e.target, e.user_name) for e in entries] == [
        ("accounts.fail_sign_in", me, ""),
        ("accounts.fail_sign_in", "", ""),
        ("accounts.sign_in", me, "王芳"),
        ("accounts.change_password", me, "王芳"),
        ("accounts.sign_out", me, "王芳"),
    ]
    written = str([(e.detail, e.target) for e in entries])
    assert [word in written for word in ("13800138000", "13900139000", "wrong", PASSWORD, NEW)] == [False] * 5


def test_sessions_ended_are_counted_in_the_log(user: User, here: Client, elsewhere: Client) -> None:
    actions.end_sessions(user=user)
    assert Entry.objects.get(action="accounts.end_sessions").detail == {"count": 2}
