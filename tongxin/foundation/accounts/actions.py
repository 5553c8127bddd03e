"""Changes to accounts: by the person, and by administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.accounts import factors, limits, signals
from tongxin.foundation.accounts.backends import find_account
from tongxin.foundation.accounts.models import Correction, DeviceSession, User
from tongxin.foundation.accounts.passwords import one_time_password
from tongxin.foundation.accounts.permissions import can_administer_user, can_make_user
from tongxin.foundation.accounts.phones import blind_index, normalise
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from allauth.mfa.models import Authenticator

    from tongxin.foundation.accounts.devices import Device
    from tongxin.foundation.accounts.limits import Purse
    from tongxin.foundation.core.access import Actor

_NOT_YOURS = gettext_lazy("只有本会管理员能管理只在本会任职的账号；在别处也任职的，请找系统管理员。")


# Signing in


def check_password(*, login: str, password: str, device: Device, network: str) -> User | None:
    """Return whose account it is when the password is right. Each try is counted before it is made.

    Raises:
        TryLater: tried too often.
        TooBusy: the machine computes as many passwords as it can.
    """
    user = find_account(login)
    purses = purses_for(user, login=login, device=device, network=network)
    limits.spend(purses)
    try:
        found = authenticate(None, username=login, password=password)
    except Refused:
        limits.give_back(purses)
        raise
    if found is None:
        signals.sign_in_failed.send(sender=User, user=user, reason="password")
        return None
    limits.give_back(purses, forget=purses[0])
    return found


def purses_for(user: User | None, *, login: str, device: Device, network: str) -> list[Purse]:
    """Return the budgets that a try spends; the first is the person's own."""
    if user and device.knows(user.pk):
        return [limits.KNOWN_DEVICE.of(user.pk, device.id)]
    # By what was typed, not by whose it is: else a number and a user name that share a budget would tell a
    # stranger that they are one person's.
    return [
        limits.STRANGE_DEVICE.of(normalise(login), network),
        limits.DEVICE.of(device.id),
        limits.NETWORK.of(network),
    ]


def check_factor(
    *, user: User, device: Device, code: str = "", answer: dict[str, Any] | None = None
) -> str | None:
    """Return the kind of second factor that was proved; nothing when it was wrong.

    Raises:
        TryLater: tried too often.
    """
    purse = _proof(user, device)
    limits.spend([purse])
    kind = factors.check_passkey(user, answer) if answer is not None else factors.check_code(user, code)
    if kind is None:
        signals.sign_in_failed.send(sender=User, user=user, reason="second_factor")
    else:
        limits.give_back([], forget=purse)
    return kind


def prove_password(*, user: User, password: str, device: Device) -> bool:
    """Say whether the person who is signed in knows their password.

    Raises:
        TryLater: tried too often.
    """
    purse = _proof(user, device)
    limits.spend([purse])
    if not user.check_password(password):
        return False
    limits.give_back([], forget=purse)
    return True


def _proof(user: User, device: Device) -> Purse:
    # A device that the person never finished signing in on shares one budget with all others of its kind:
    # whoever drops the cookie after each try gains nothing, and the person's own devices lose nothing.
    return limits.PROOF.of(user.pk, device.id if device.knows(user.pk) else "strange")


# By the person


@transaction.atomic
def change_password(*, user: User, password: str, keep_session: str | None) -> User:
    """Give the account a new password and end its sessions elsewhere."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.must_change_password = False
    locked.save(update_fields=["password", "must_change_password"])
    signals.password_changed.send(sender=User, user=locked)
    end_sessions(user=locked, keep_session=keep_session)
    return locked


@transaction.atomic
def change_phone(*, user: User, phone: str) -> User:
    """Give the account another number.

    Raises:
        Refused: somebody else has it.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    _ensure_phone_is_free(phone, besides=locked)
    locked.phone = phone
    locked.save(update_fields=["phone_encrypted", "phone_index"])
    signals.phone_changed.send(sender=User, user=locked)
    return locked


@transaction.atomic
def end_sessions(*, user: User, keep_session: str | None = None, only: DeviceSession | None = None) -> int:
    """Sign the person out on all devices but one, or on one; return how many there were."""
    sessions = DeviceSession.objects.filter(user=user)
    if keep_session is not None:
        sessions = sessions.exclude(session_key=keep_session)
    if only is not None:
        sessions = sessions.filter(pk=only.pk)
    keys = list(sessions.values_list("session_key", flat=True))
    sessions.delete()
    Session.objects.filter(session_key__in=keys).delete()
    if keys:
        signals.sessions_ended.send(sender=User, user=user, count=len(keys))
    return len(keys)


@transaction.atomic
def add_app(*, user: User, secret: str, code: str) -> bool:
    """Set up codes from an app, when the person can show one of them."""
    User.objects.select_for_update().get(pk=user.pk)
    has_one = factors.factors_of(user).filter(type=factors.TOTP).exists()
    ensure(not has_one, because=_("已经设好了手机验证码。"))
    counter = factors.counter_of(secret, code)
    if counter is None:
        return False
    factors.activate_app(user, secret, counter)
    signals.second_factor_added.send(sender=User, user=user, kind=factors.TOTP)
    return True


@transaction.atomic
def add_passkey(*, user: User, name: str, answer: dict[str, Any]) -> bool:
    """Set up a passkey, when the browser's answer fits what it was asked."""
    if factors.add_passkey(user, name, answer) is None:
        return False
    signals.second_factor_added.send(sender=User, user=user, kind=factors.PASSKEY)
    return True


@transaction.atomic
def remove_factor(*, user: User, factor: Authenticator, required: bool) -> None:
    """Take a second factor away; recovery codes go with the last one.

    Raises:
        Refused: it is the last, and the person's posts need one.
    """
    User.objects.select_for_update().get(pk=user.pk)
    last = not factors.factors_of(user).exclude(pk=factor.pk).exists()
    ensure(not (last and required), because=_("您的岗位要求两步登录。请先添加另一种验证方式，再移除这一种。"))
    kind = factor.type
    factor.delete()
    if last:
        factors.drop_codes(user)
    signals.second_factor_removed.send(sender=User, user=user, kind=kind)


@transaction.atomic
def make_recovery_codes(*, user: User) -> list[str]:
    """Make new recovery codes; the old ones end. They are shown this once.

    Raises:
        Refused: there is no second factor that they could stand in for.
    """
    User.objects.select_for_update().get(pk=user.pk)
    ensure(factors.factors_of(user).exists(), because=_("请先添加一种验证方式，再生成备用码。"))
    codes = factors.new_codes(user)
    signals.recovery_codes_made.send(sender=User, user=user)
    return codes


@transaction.atomic
def ask_for_correction(*, user: User, subject: str, wanted: str) -> Correction:
    """Ask the administrators to correct the name or user name; a newer request replaces an open one.

    Raises:
        TryLater: asked too often today.
    """
    limits.spend([limits.CORRECT.of(user.pk)])
    made, _new = Correction.objects.update_or_create(
        user=user,
        subject=subject,
        settled_at=None,
        defaults={"wanted": wanted, "made_at": clock.now()},
    )
    signals.correction_requested.send(sender=User, user=user)
    return made


# By administrators


@transaction.atomic
def make_user(
    *, actor: Actor, username: str, name: str, phone: str = "", system_admin: bool = False
) -> tuple[User, str]:
    """Make an account; return it and its one-time password for the printed slip.

    Raises:
        PermissionDenied: not an administrator.
        Refused: the user name or the number is taken, or the user name is only figures.
    """
    require(can_make_user(actor, system_admin=system_admin), because=_("只有管理员能建账号。"))
    ensure(not normalise(username).isdigit(), because=_("用户名不能全是数字，免得和别人的手机号混在一起。"))
    taken = User.objects.filter(username=username).exists()
    ensure(not taken, because=_("这个用户名已经有人用了，请换一个。"))
    _ensure_phone_is_free(phone)
    password = one_time_password()
    user = User.objects.create_user(
        username, password, name=name, phone=phone, must_change_password=True, is_system_admin=system_admin
    )
    signals.user_made.send(sender=User, user=user, actor=actor)
    return user, password


@transaction.atomic
def reset_password(*, actor: Actor, user: User, committee_ids: Collection[int]) -> str:
    """Give the account a one-time password for a printed slip and sign it out everywhere.

    Raises:
        PermissionDenied: see ``can_administer_user``.
    """
    locked = _administered(actor, user, committee_ids)
    password = one_time_password()
    locked.set_password(password)
    locked.must_change_password = True
    locked.save(update_fields=["password", "must_change_password"])
    signals.password_reset.send(sender=User, user=locked, actor=actor)
    end_sessions(user=locked)
    return password


@transaction.atomic
def clear_second_factors(*, actor: Actor, user: User, committee_ids: Collection[int]) -> None:
    """Take away all second factors of a person who lost the phone and the recovery codes.

    Raises:
        PermissionDenied: see ``can_administer_user``.
    """
    locked = _administered(actor, user, committee_ids)
    factors.factors_of(locked).delete()
    factors.drop_codes(locked)
    signals.second_factors_cleared.send(sender=User, user=locked, actor=actor)
    end_sessions(user=locked)


@transaction.atomic
def deactivate_user(*, actor: Actor, user: User, committee_ids: Collection[int]) -> User:
    """Put the account out of use; whoever is signed in with it is out with the next request.

    Raises:
        PermissionDenied: see ``can_administer_user``.
        Refused: it is the administrator's own, or it is out of use already.
    """
    locked = _administered(actor, user, committee_ids)
    ensure(locked.pk != actor.user_id, because=_("不能停用自己的账号。"))
    ensure(locked.is_active, because=_("这个账号已经停用了。"))
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    signals.user_deactivated.send(sender=User, user=locked, actor=actor)
    end_sessions(user=locked)
    return locked


@transaction.atomic
def reactivate_user(*, actor: Actor, user: User, committee_ids: Collection[int]) -> User:
    """Put the account back into use, with the password it had.

    Raises:
        PermissionDenied: see ``can_administer_user``.
        Refused: it is in use.
    """
    locked = _administered(actor, user, committee_ids)
    ensure(not locked.is_active, because=_("这个账号正在使用。"))
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    signals.user_reactivated.send(sender=User, user=locked, actor=actor)
    return locked


@transaction.atomic
def reveal_phone(*, actor: Actor, user: User, committee_ids: Collection[int], reason: str) -> str:
    """Return the full number; who asked, and why, is logged.

    Raises:
        PermissionDenied: see ``can_administer_user``.
        Refused: no reason was given.
    """
    locked = _administered(actor, user, committee_ids)
    ensure(bool(reason.strip()), because=_("请写明为什么要看完整的号码。"))
    signals.phone_revealed.send(sender=User, user=locked, actor=actor, reason=reason.strip())
    return locked.phone


@transaction.atomic
def settle_correction(
    *, actor: Actor, correction: Correction, committee_ids: Collection[int], accept: bool
) -> Correction:
    """Carry out a person's request for correction, or turn it down.

    Raises:
        PermissionDenied: see ``can_administer_user``.
        Refused: it is settled, or the user name is taken.
    """
    locked = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    user = _administered(actor, locked.user, committee_ids)
    ensure(locked.settled_at is None, because=_("这件更正申请已经办过了。"))
    if accept:
        setattr(user, locked.subject, locked.wanted)
        try:
            with transaction.atomic():
                user.save(update_fields=[locked.subject])
        except IntegrityError as error:
            raise Refused(_("这个用户名已经有人用了，请换一个。")) from error
    locked.settled_at, locked.settled_by_id, locked.accepted = clock.now(), actor.user_id, accept
    locked.save(update_fields=["settled_at", "settled_by", "accepted"])
    signals.correction_settled.send(sender=User, user=user, actor=actor, accepted=accept)
    return locked


def _administered(actor: Actor, user: User, committee_ids: Collection[int]) -> User:
    locked = User.objects.select_for_update().get(pk=user.pk)
    require(can_administer_user(actor, locked, committee_ids), because=_NOT_YOURS)
    return locked


def _ensure_phone_is_free(phone: str, *, besides: User | None = None) -> None:
    index = blind_index(phone)
    taken = User.objects.filter(phone_index=index, phone_index__isnull=False)
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    ensure(not taken.exists(), because=_("这个手机号已经用在别的账号上。如果是您的，请联系管理员。"))
