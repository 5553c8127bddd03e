"""From a proved identity to a session on a device, and out again."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.db import transaction
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from tongxin.foundation.accounts import signals
from tongxin.foundation.accounts.devices import described
from tongxin.foundation.accounts.models import DeviceSession, User

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tongxin.foundation.core.access import Actor, Policy

# Keys in the session.
_PENDING = "accounts.pending"
_SECOND_FACTOR = "accounts.second_factor"
_PROVED = "accounts.proved_at"
_SEEN = "accounts.seen_at"

# Between the password and the code: long enough to fetch the phone from another room.
_PENDING_SECONDS = 600
# For so long after the password was given, it is not asked again.
_PROVED_SECONDS = 900
# "Last used" is true to this many seconds; more would write a row with every page.
_SEEN_SECONDS = 300


def safe_next(request: HttpRequest, target: str | None) -> str:
    """Return where to go next: inside this site, or the first page."""
    if target and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return resolve_url(settings.LOGIN_REDIRECT_URL)


# Waiting for the second factor


def wait_for_factor(request: HttpRequest, user: User, target: str) -> None:
    """Remember that this browser has given the right password."""
    request.session.cycle_key()
    request.session[_PENDING] = {
        "user": str(user.pk),
        "hash": user.get_session_auth_hash(),
        "at": int(time.time()),
        "next": target,
    }


def waiting(request: HttpRequest) -> tuple[User, str] | None:
    """Return who is half-way in, and where they want to go; nothing when it took too long."""
    pending: dict[str, Any] = request.session.get(_PENDING, {})
    if pending and time.time() - pending["at"] <= _PENDING_SECONDS:
        user = User.objects.filter(pk=pending["user"], is_active=True).first()
        # A password that was changed meanwhile ends this as well.
        if user and user.get_session_auth_hash() == pending["hash"]:
            return user, pending["next"]
    if request.user.is_authenticated and not has_second_factor(request):
        return request.user, resolve_url(settings.LOGIN_REDIRECT_URL)
    return None


# In and out


@transaction.atomic
def enter(request: HttpRequest, user: User, *, second_factor: bool = False) -> None:
    """Sign the person in on this device. Everything that lets people in goes through here."""
    request.session.pop(_PENDING, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[_SECOND_FACTOR] = second_factor
    mark_proved(request)
    _keep(request, user)
    signals.signed_in.send(sender=User, user=user, second_factor=second_factor)


@transaction.atomic
def leave(request: HttpRequest) -> None:
    """Sign the person out on this device."""
    if request.user.is_authenticated:
        DeviceSession.objects.filter(session_key=request.session.session_key).delete()
        signals.signed_out.send(sender=User, user=request.user)
    logout(request)


def renew(request: HttpRequest, user: User) -> None:
    """Keep this session after its owner changed the password, under a new key."""
    old = request.session.session_key
    update_session_auth_hash(request, user)
    DeviceSession.objects.filter(session_key=old).update(session_key=request.session.session_key)
    mark_proved(request)


def mark_proved(request: HttpRequest) -> None:
    """Remember that the person at this device has just given the password."""
    request.session[_PROVED] = int(time.time())


def is_proved(request: HttpRequest) -> bool:
    """Say whether that was a short while ago."""
    proved_at: int = request.session.get(_PROVED, 0)
    return time.time() - proved_at <= _PROVED_SECONDS


def mark_second_factor(request: HttpRequest) -> None:
    """Remember that the person at this device has proved a second factor."""
    request.session[_SECOND_FACTOR] = True


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether a second factor was proved in this session."""
    return bool(request.session.get(_SECOND_FACTOR))


def note_seen(request: HttpRequest, actor: Actor, policy: Policy) -> None:
    """Keep "last used" of this device, without writing more than every few minutes."""
    if time.time() - request.session.get(_SEEN, 0) > _SEEN_SECONDS:
        _keep(request, cast("User", request.user))


def _keep(request: HttpRequest, user: User) -> None:
    # Sessions run on real time, as Django's own expiry does.
    now = timezone.now()
    browser, system = described(request.headers.get("User-Agent", ""))
    request.session[_SEEN] = int(time.time())
    if not request.session.session_key:
        request.session.save()
    kept = {"user": user, "browser": browser, "system": system, "seen_at": now}
    DeviceSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults=kept,
        create_defaults={**kept, "signed_in_at": now},
    )
    # Sessions that ran out leave the list with the next use of any other.
    too_old = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    DeviceSession.objects.filter(user=user, seen_at__lt=too_old).delete()
