"""Devices and networks, as far as signing in needs to tell them apart."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

_COOKIE = "device"
_SALT = "accounts.device"
_YEAR_SECONDS = 365 * 24 * 3600
# A shared machine remembers so many people; the one who came longest ago is forgotten first.
_PEOPLE = 8
# IPv6 gives one household or office this many bits.
_IPV6_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True)
class Device:
    """A browser, and who signed in on it before. Known from a signed cookie, so nobody can claim it."""

    id: str
    people: tuple[str, ...] = ()

    def knows(self, user_id: UUID) -> bool:
        """Say whether this person signed in here before."""
        return self._mark(user_id) in self.people

    def after(self, user_id: UUID) -> Device:
        """Return the device as it is once this person has signed in on it."""
        mark = self._mark(user_id)
        return Device(self.id, (mark, *(p for p in self.people if p != mark))[:_PEOPLE])

    def _mark(self, user_id: UUID) -> str:
        return keyed(f"{self.id} {user_id}")[:16]


def keyed(text: str) -> str:
    """Return a hash that nobody can compute without this installation's key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"accounts {text}".encode(), hashlib.sha256).hexdigest()


def device_of(request: HttpRequest) -> Device:
    """Return the device that asks; a new one when it carries no cookie of ours."""
    try:
        content = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_YEAR_SECONDS)
        return Device(str(content["id"]), tuple(content["people"]))
    except (signing.BadSignature, KeyError, TypeError):
        return Device(secrets.token_hex(8))


def remember(response: HttpResponse, device: Device) -> None:
    """Leave the device its cookie."""
    content = signing.dumps({"id": device.id, "people": device.people}, salt=_SALT)
    response.set_cookie(
        _COOKIE, content, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax", secure=settings.TLS
    )


def network_of(request: HttpRequest) -> str:
    """Return the network that asks: one IPv4 address, or the part of an IPv6 address that a site owns.

    Forwarded headers are believed only behind a proxy of our own, and of them only the last entry, which
    that proxy wrote.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY and (forwarded := request.headers.get("X-Forwarded-For")):
        address = forwarded.rsplit(",", 1)[-1].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004 (the version of the protocol)
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK_BITS), strict=False))


# Order matters: most browsers name others too.
_BROWSERS = (
    ("MicroMessenger", gettext_noop("微信")),
    ("DingTalk", gettext_noop("钉钉")),
    ("HuaweiBrowser", gettext_noop("华为浏览器")),
    ("MiuiBrowser", gettext_noop("小米浏览器")),
    ("QQBrowser", gettext_noop("QQ浏览器")),
    ("360SE", gettext_noop("360浏览器")),
    ("QIHU", gettext_noop("360浏览器")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", gettext_noop("鸿蒙")),
    ("OpenHarmony", gettext_noop("鸿蒙")),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def described(user_agent: str) -> tuple[str, str]:
    """Return browser and system in words, empty where they are not known."""
    return (
        next((words for sign, words in _BROWSERS if sign in user_agent), ""),
        next((words for sign, words in _SYSTEMS if sign in user_agent), ""),
    )
