"""What stands before every page: a due change of password, a missing second factor, an account out of use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from django.urls import get_resolver

from tests.foundation.accounts.conftest import PASSWORD
from tests.foundation.accounts.test_sign_in import sign_in
from tongxin.foundation.accounts import actions
from tongxin.foundation.accounts.models import DeviceSession, User
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.organization.enums import OFFICE_ROLES

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.usefixtures("urls")
ADMIN = Actor(name="管理员", grants=frozenset({Grant("system_admin")}))
GETS = [
    "/",
    "/accounts/me/",
    "/accounts/me/phone/",
    "/accounts/me/factors/",
    "/accounts/me/factors/app/",
    "/accounts/me/factors/passkey/",
    "/accounts/me/factors/codes/",
    "/accounts/me/correction/",
    "/accounts/me/prove/",
]


def test_every_url_of_the_room_has_a_policy() -> None:
    views = [p.callback for p in get_resolver("tongxin.foundation.accounts.urls").url_patterns]
    assert len(views) == 16
    assert [v for v in views if not hasattr(v, "policy")] == []


def test_second_factor_roles_in_the_settings_are_those_of_the_organization(settings: SettingsWrapper) -> None:
    assert set(settings.SECOND_FACTOR_ROLES) == {str(role) for role in OFFICE_ROLES}


@pytest.mark.parametrize("path", GETS)
def test_page_for_a_stranger_leads_to_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(path).headers["Location"] == f"/accounts/sign-in/?next={path}"


@pytest.mark.parametrize("path", GETS)
def test_page_with_a_password_from_a_slip_leads_to_changing_it(client: Client, user: User, path: str) -> None:
    User.objects.update(must_change_password=True)
    sign_in(client, "wang.fang", PASSWORD)
    assert client.get(path).headers["Location"] == "/accounts/me/password/"


def test_password_from_a_slip_once_changed_opens_the_house(client: Client, user: User) -> None:
    User.objects.update(must_change_password=True)
    sign_in(client, "wang.fang", PASSWORD)
    assert "换成自己的密码" in client.get("/accounts/me/password/").content.decode()
    same = client.post("/accounts/me/password/", {"new": PASSWORD, "again": PASSWORD})
    assert (same.status_code, "和现在的一样" in same.content.decode()) == (422, True)
    changed = client.post(
        "/accounts/me/password/", {"new": "山坡上有九只白羊站着", "again": "山坡上有九只白羊站着"}
    )
    assert changed.headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_htmx_at_a_gate_is_led_there_as_a_whole_page(client: Client, user: User) -> None:
    User.objects.update(must_change_password=True)
    sign_in(client, "wang.fang", PASSWORD)
    response = client.get("/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (401, "/accounts/me/password/")


@pytest.mark.parametrize("path", ["/", "/accounts/me/", "/accounts/me/phone/"])
def test_office_without_a_second_factor_is_led_to_setting_it_up(
    client: Client, user: User, settings: SettingsWrapper, path: str
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    User.objects.update(is_system_admin=True)
    sign_in(client, "wang.fang", PASSWORD)
    assert client.get(path).headers["Location"] == "/accounts/me/factors/"
    assert "您的岗位要求两步登录" in client.get("/accounts/me/factors/").content.decode()


def test_member_without_a_second_factor_comes_in(
    client: Client, user: User, settings: SettingsWrapper
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, "wang.fang", PASSWORD)
    assert client.get("/").status_code == 200


def test_account_put_out_of_use_is_out_with_the_next_request(client: Client, user: User) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    assert client.get("/").status_code == 200
    actions.deactivate_user(actor=ADMIN, user=user, committee_ids=[])
    assert client.get("/").headers["Location"] == "/accounts/sign-in/?next=/"
    assert (Session.objects.count(), DeviceSession.objects.count()) == (0, 0)


def test_account_put_out_of_use_is_out_even_if_its_session_row_stays(client: Client, user: User) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    User.objects.update(is_active=False)
    assert client.get("/").headers["Location"] == "/accounts/sign-in/?next=/"


def test_account_back_in_use_signs_in_with_its_old_password(client: Client, user: User) -> None:
    actions.deactivate_user(actor=ADMIN, user=user, committee_ids=[])
    actions.reactivate_user(actor=ADMIN, user=user, committee_ids=[])
    assert sign_in(client, "wang.fang", PASSWORD).status_code == 302
