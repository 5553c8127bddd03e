"""What administrators do to accounts, and which of them may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from tests.foundation.accounts.conftest import PASSWORD
from tests.foundation.accounts.test_sign_in import sign_in
from tongxin.foundation.accounts import actions
from tongxin.foundation.accounts.models import DeviceSession, User
from tongxin.foundation.accounts.permissions import can_administer_user, can_make_user
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.models import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("urls")
HERE = 620000


def holder(role: str, committee_id: int | None = HERE) -> Actor:
    return Actor(user_id=new_id(), name=role, committee_id=committee_id, grants=frozenset({Grant(role)}))


@pytest.mark.parametrize(
    ("role", "committees", "system_admin", "leave"),
    [
        ("system_admin", {1, HERE}, True, True),
        ("tenant_admin", {HERE}, False, True),
        ("tenant_admin", {HERE, 1}, False, False),
        ("tenant_admin", {1}, False, False),
        ("tenant_admin", set(), False, False),
        ("tenant_admin", {HERE}, True, False),
        ("staff", {HERE}, False, False),
        ("member", {HERE}, False, False),
        ("auditor", {HERE}, False, False),
    ],
)
def test_can_administer_user_is_for_those_whose_person_it_is_alone(
    role: str,
    committees: set[int],
    *,
    system_admin: bool,
    leave: bool,
) -> None:
    assert can_administer_user(holder(role), User(is_system_admin=system_admin), committees) is leave


@pytest.mark.parametrize(
    ("role", "plain", "system_admin"),
    [("system_admin", True, True), ("tenant_admin", True, False), ("staff", False, False)],
)
def test_can_make_user_system_administrators_only_by_their_like(
    role: str,
    *,
    plain: bool,
    system_admin: bool,
) -> None:
    made = [can_make_user(holder(role)), can_make_user(holder(role), system_admin=True)]
    assert made == [plain, system_admin]


@pytest.mark.parametrize(
    "act",
    [
        actions.reset_password,
        actions.clear_second_factors,
        actions.deactivate_user,
        actions.reactivate_user,
        lambda **who: actions.reveal_phone(reason="核对", **who),
    ],
)
def test_act_on_a_user_with_posts_elsewhere_is_denied_and_changes_nothing(
    user: User, act: Callable[..., object]
) -> None:
    before = User.objects.values().get()
    with pytest.raises(PermissionDenied, match="请找系统管理员"):
        act(actor=holder("tenant_admin"), user=user, committee_ids=[HERE, 1])
    assert User.objects.values().get() == before
    assert Entry.objects.count() == 0


def test_make_user_gives_a_password_for_one_use(db: None) -> None:
    with tenancy.scope([HERE]):
        user, password = actions.make_user(
            actor=holder("tenant_admin"), username="li.ming", name="李明", phone="137 0013 7000"
        )
    assert re.fullmatch(r"[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){2}", password)
    client = Client()
    assert sign_in(client, "13700137000", password).status_code == 302
    assert client.get("/").headers["Location"] == "/accounts/me/password/"
    assert user.masked_phone == "137****7000"


@pytest.mark.parametrize(
    ("taken", "sentence"),
    [
        ({"username": "wang.fang"}, "这个用户名已经有人用了"),
        ({"phone": "+86 13800138000"}, "这个手机号已经用在别的账号上"),
        ({"username": "13700137000"}, "用户名不能全是数字"),
    ],
)
def test_make_user_with_what_somebody_else_has_is_refused(
    user: User, taken: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.make_user(actor=holder("system_admin"), **{"username": "new", "name": "新", **taken})


def test_reset_password_ends_sessions_and_demands_a_change(client: Client, user: User) -> None:
    sign_in(client, "wang.fang", PASSWORD)
    password = actions.reset_password(actor=holder("system_admin", None), user=user, committee_ids=[])
    assert client.get("/").status_code == 302
    assert DeviceSession.objects.count() == 0
    assert [sign_in(Client(), "wang.fang", p).status_code for p in (PASSWORD, password)] == [422, 302]
    user.refresh_from_db()
    assert user.must_change_password


def test_deactivate_user_refuses_oneself(user: User) -> None:
    actor = Actor(user_id=user.pk, grants=frozenset({Grant("system_admin")}))
    with pytest.raises(Refused, match="不能停用自己的账号"):
        actions.deactivate_user(actor=actor, user=user, committee_ids=[])


def test_reveal_phone_needs_a_reason_which_the_committee_log_keeps(user: User) -> None:
    actor = holder("tenant_admin")
    with tenancy.scope([HERE]):
        with pytest.raises(Refused, match="请写明为什么"):
            actions.reveal_phone(actor=actor, user=user, committee_ids=[HERE], reason="  ")
        number = actions.reveal_phone(actor=actor, user=user, committee_ids=[HERE], reason="通知开会")
        entry = Entry.objects.get()
    assert number == "13800138000"
    assert (entry.chain, entry.action, entry.detail) == (
        f"committee:{HERE}", "accounts.reveal_phone", {"reason": "通知开会"},
    )  # fmt: skip


def test_settle_correction_accepted_changes_the_name_once(user: User) -> None:
    correction = actions.ask_for_correction(user=user, subject="name", wanted="王方")
    admin = holder("system_admin", None)
    user_id = user.pk
    admin = Actor(user_id=user_id, name="管理员", grants=admin.grants)
    actions.settle_correction(actor=admin, correction=correction, committee_ids=[], accept=True)
    user.refresh_from_db()
    assert user.name == "王方"
    with pytest.raises(Refused, match="已经办过了"):
        actions.settle_correction(actor=admin, correction=correction, committee_ids=[], accept=True)


def test_settle_correction_to_a_taken_user_name_is_refused_in_words(user: User) -> None:
    User.objects.create_user("li.ming", name="李明")
    correction = actions.ask_for_correction(user=user, subject="username", wanted="li.ming")
    admin = Actor(user_id=user.pk, grants=frozenset({Grant("system_admin")}))
    with pytest.raises(Refused, match="这个用户名已经有人用了"):
        actions.settle_correction(actor=admin, correction=correction, committee_ids=[], accept=True)
