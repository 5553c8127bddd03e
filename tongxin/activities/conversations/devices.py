"""The device of somebody without an account: one random token for each conversation, and nothing about the person.

The page offers a token before there is a cookie, and what is sent first brings it back. So when the answer to the
first vote is lost on the way, the same vote sent again finds the same voice.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

_COOKIE: Final = "talk"
_SEEN: Final = "talk_seen"
_YEAR_SECONDS: Final = 365 * 24 * 3600
_BYTES: Final = 16
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
# Somebody has a handful of statements in a conversation, and eight signs tell them apart.
_SIGNS: Final = 8


@dataclass(frozen=True, slots=True)
class Device:
    """A device as a conversation knows it.

    Attributes:
        token: what stands for it.
        is_known: it came with its cookie.
    """

    token: str
    is_known: bool


def token_of(request: HttpRequest) -> str:
    """Return the token of the device that asks; empty when it has none for this conversation."""
    token = request.COOKIES.get(_COOKIE, "")
    return token if _TOKEN.fullmatch(token) else ""


def device_of(request: HttpRequest) -> Device:
    """Return the device that sends something: by its cookie, else by the token that its page offered."""
    if token := token_of(request):
        return Device(token, is_known=True)
    offered = request.POST.get("key", "")
    return Device(offered if _TOKEN.fullmatch(offered) else new_token(), is_known=False)


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_hex(_BYTES)


def remember(response: HttpResponse, device: Device, path: str) -> None:
    """Leave the device its token, for the pages of this conversation only."""
    if not device.is_known:
        _leave(response, _COOKIE, device.token, path)


def seen_by(request: HttpRequest) -> frozenset[str]:
    """Return the marks of the own statements whose outcome was on this device's screen before."""
    return frozenset(request.COOKIES.get(_SEEN, "").split("."))


def mark_of(statement_id: UUID, state: str) -> str:
    """Return the mark of an outcome; another outcome of the same statement is new again."""
    return f"{statement_id.hex[:_SIGNS]}{state[:1]}"


def remember_seen(response: HttpResponse, marks: Iterable[str], path: str) -> None:
    """Let the device know what was on its screen; the server keeps no note of it."""
    _leave(response, _SEEN, ".".join(sorted(marks)), path)


def _leave(response: HttpResponse, name: str, value: str, path: str) -> None:
    response.set_cookie(
        name, value, max_age=_YEAR_SECONDS, path=path, httponly=True, samesite="Lax", secure=settings.TLS
    )
