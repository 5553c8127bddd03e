"""Where a code leads: the address that is drawn on a wall and stays valid for years."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from tongxin.capabilities.codes.models import AccessCode

# Names that only this machine answers to.
_LOCAL = ("localhost", "127.0.0.1", "[::1]", "testserver", "*")


def code_path(code: AccessCode) -> str:
    """Return the path of the page that a code opens. It hangs on walls: never change its form."""
    return f"/p/{code.committee.code}/c/{code.token}/"


def code_url(code: AccessCode) -> str:
    """Return the whole address that a code opens, as it is drawn on posters."""
    return site_url() + code_path(code)


def short_address(code: AccessCode) -> str:
    """Return the address as people type it: without the scheme, which browsers add."""
    return code_url(code).partition("://")[2].rstrip("/")


def site_url() -> str:
    """Return the address under which people reach the site, without a slash at the end."""
    return _public_url() or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"


def has_public_url() -> bool:
    """Say whether a phone in the village can reach the address that codes carry."""
    return bool(_public_url())


def _public_url() -> str:
    if settings.SITE_URL:
        return str(settings.SITE_URL)
    if settings.CSRF_TRUSTED_ORIGINS:
        return str(settings.CSRF_TRUSTED_ORIGINS[0]).rstrip("/")
    # ".example.cn" answers to every name below it and is none itself.
    hosts = [h.strip() for h in settings.ALLOWED_HOSTS]
    public = [h for h in hosts if h and h not in _LOCAL and not h.startswith(".")]
    return f"{'https' if settings.TLS else 'http'}://{public[0]}" if public else ""
