"""Second factors: set up, take away, recovery codes."""

from __future__ import annotations

import json
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.accounts import actions, factors, selectors, sessions
from tongxin.foundation.accounts.forms import CodeForm, PasskeyForm
from tongxin.foundation.accounts.gates import needs_second_factor
from tongxin.foundation.accounts.views.sentences import NOT_THIS
from tongxin.foundation.core.access import policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from allauth.mfa.models import Authenticator

    from tongxin.foundation.accounts.models import User
    from tongxin.foundation.core.access import ActorRequest

_SECRET = "accounts.app_secret"  # noqa: S105 (the key in the session, not the secret)


def proved(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the password first, unless it was given a short while ago."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponse:
        if sessions.is_proved(request):
            return view(request, *args, **kwargs)
        back = request.path if request.method == "GET" else reverse("accounts:factors")
        return HttpResponseRedirect(f"{reverse('accounts:prove')}?{urlencode({'next': back})}")

    return guarded


@policy()
@require_safe
def second_factors(request: ActorRequest) -> HttpResponse:
    """Show what the person can prove themselves with, and how to add more."""
    user, required = cast("User", request.user), needs_second_factor(request.actor)
    page = selectors.my_factors(user, required=required)
    return render(request, "accounts/factors.html", {"page": page})


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@proved
def add_app(request: ActorRequest) -> HttpResponse:
    """Set up codes from an app on the phone."""
    user, form = cast("User", request.user), CodeForm(request.POST or None)
    secret: str = request.session.setdefault(_SECRET, factors.new_secret())
    if request.method == "POST" and form.is_valid():
        if actions.add_app(user=user, secret=secret, code=form.cleaned_data["code"]):
            del request.session[_SECRET]
            return _added(request)
        form.add_error("code", _("对不上。请看清手机上最新的6位数字；手机的时间也要准。"))
    picture = segno.make(factors.setup_link(user, secret), error="m").svg_data_uri(scale=5, border=2)
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    page = {"form": form, "picture": picture, "secret": spaced}
    return render(request, "accounts/add_app.html", page, status=NOT_THIS if form.is_bound else 200)


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@proved
def add_passkey(request: ActorRequest) -> HttpResponse:
    """Set up a fingerprint, a face or a security key of this device."""
    user, form = cast("User", request.user), PasskeyForm(request.POST or None)
    refusal = ""
    if request.method == "POST":
        if form.is_valid() and actions.add_passkey(
            user=user,
            name=form.cleaned_data["name"] or _("通行密钥"),
            answer=form.cleaned_data["answer"],
        ):
            return _added(request)
        refusal = _("这台设备没有完成设置，请再试一次。")
    page: dict[str, Any] = {
        "form": PasskeyForm(),
        "options": json.dumps(factors.passkey_options(user)),
        "refusal": refusal,
    }
    return render(request, "accounts/add_passkey.html", page, status=NOT_THIS if refusal else 200)


def _added(request: ActorRequest) -> HttpResponse:
    sessions.mark_second_factor(request)
    messages.success(request, _("设好了，下次登录会用到它。"))
    if factors.codes_left(cast("User", request.user)):
        return redirect("accounts:factors")
    return redirect("accounts:recovery_codes")


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@proved
def remove_factor(request: ActorRequest, pk: int) -> HttpResponse:
    """Take one away, after asking."""
    user = cast("User", request.user)
    factor: Authenticator = get_object_or_404(factors.factors_of(user), pk=pk)
    if request.method == "POST":
        actions.remove_factor(user=user, factor=factor, required=needs_second_factor(request.actor))
        messages.success(request, _("已经移除。"))
        return redirect("accounts:factors")
    page = {
        "title": _("移除「{name}」吗？").format(name=factors.name_of(factor)),
        "text": _("移除以后，登录时不能再用它。"),
        "button": _("移除"),
        "cancel_url": reverse("accounts:factors"),
    }
    return render(request, "ui/confirm.html", page)


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@proved
def recovery_codes(request: ActorRequest) -> HttpResponse:
    """Make recovery codes; they are shown in this answer and never again."""
    user = cast("User", request.user)
    codes = actions.make_recovery_codes(user=user) if request.method == "POST" else []
    page = {"codes": codes, "left": 0 if codes else factors.codes_left(user), "name": user.name}
    return render(request, "accounts/recovery_codes.html", page)
