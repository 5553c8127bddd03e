"""What stands before every page of a signed-in person: a due change of password, a missing second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tongxin.foundation.accounts import factors, sessions

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tongxin.foundation.accounts.models import User
    from tongxin.foundation.core.access import Actor, Policy

_TO_CHANGE_PASSWORD = frozenset({"accounts:change_password"})
_TO_SET_UP = frozenset(
    f"accounts:{name}"
    for name in ("change_password", "prove", "factors", "add_app", "add_passkey", "recovery_codes")
)


def change_password_first(request: HttpRequest, actor: Actor, policy: Policy) -> HttpResponse | None:
    """Lead whoever came with a password from a slip to choosing their own; nothing else opens."""
    user = cast("User", request.user)
    if not user.must_change_password or _view(request) in _TO_CHANGE_PASSWORD:
        return None
    return _go(request, "accounts:change_password")


def second_factor_first(request: HttpRequest, actor: Actor, policy: Policy) -> HttpResponse | None:
    """Lead whoever acts for an office to setting up or proving a second factor."""
    if not needs_second_factor(actor) or sessions.has_second_factor(request):
        return None
    if factors.factors_of(cast("User", request.user)).exists():
        return _go(request, "accounts:second_factor")
    return None if _view(request) in _TO_SET_UP else _go(request, "accounts:factors")


def needs_second_factor(actor: Actor) -> bool:
    """Say whether one of the person's posts here demands a second factor."""
    return settings.SECOND_FACTOR_REQUIRED and actor.has(*settings.SECOND_FACTOR_ROLES)


def _view(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _go(request: HttpRequest, name: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": reverse(name)})
    return HttpResponseRedirect(reverse(name))
