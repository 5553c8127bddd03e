"""Signing in and out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.foundation.accounts import actions, factors, sessions
from tongxin.foundation.accounts.devices import device_of, network_of, remember
from tongxin.foundation.accounts.forms import CodeForm, PasskeyForm, SignInForm
from tongxin.foundation.accounts.hashers import TooBusy
from tongxin.foundation.accounts.limits import TryLater
from tongxin.foundation.accounts.views.sentences import NOT_THIS, TOO_OFTEN, too_often
from tongxin.foundation.core.access import public

if TYPE_CHECKING:
    from django import forms

    from tongxin.foundation.accounts.models import User


@public
@transaction.non_atomic_requests  # a try is on record before the password is looked at
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for phone or user name, and password."""
    target = sessions.safe_next(request, request.POST.get("next") or request.GET.get("next"))
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    if request.method != "POST":
        return _sign_in_page(request, SignInForm(), target)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, target, status=NOT_THIS)
    return _try(request, form, target)


def _try(request: HttpRequest, form: SignInForm, target: str) -> HttpResponse:
    device, status, wait_seconds = device_of(request), TOO_OFTEN, 30
    try:
        user = actions.check_password(**form.cleaned_data, device=device, network=network_of(request))
    except TryLater as error:
        refusal, wait_seconds = too_often(error), error.wait_seconds
    except TooBusy as error:
        refusal = error.message
    else:
        if user is not None:
            return _let_in(request, user, target)
        status = NOT_THIS
        refusal = _("手机号（用户名）或密码不对。请核对后再试；忘了密码，请向本会管理员领新的密码条。")
    response = _sign_in_page(request, form, target, status=status, refusal=refusal)
    if status == TOO_OFTEN:
        response.headers["Retry-After"] = str(wait_seconds)
    remember(response, device)
    return response


def _sign_in_page(
    request: HttpRequest, form: SignInForm, target: str, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    page = {"form": form, "next": target, "refusal": refusal}
    return render(request, "accounts/sign_in.html", page, status=status)


def _let_in(request: HttpRequest, user: User, target: str) -> HttpResponse:
    if factors.factors_of(user).exists():
        sessions.wait_for_factor(request, user, target)
        return redirect("accounts:second_factor")
    sessions.enter(request, user)
    response = HttpResponseRedirect(target)
    remember(response, device_of(request).after(user.pk))
    return response


@public
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code, after the password."""
    if (half_way := sessions.waiting(request)) is None:
        return redirect("accounts:sign_in")
    user, target = half_way
    if request.method != "POST":
        return _second_factor_page(request, user)
    return _try_factor(request, user, target)


def _try_factor(request: HttpRequest, user: User, target: str) -> HttpResponse:
    with_key = request.POST.get("by") == "passkey"
    form: forms.Form = PasskeyForm(request.POST) if with_key else CodeForm(request.POST)
    if not form.is_valid():
        return _second_factor_page(request, user, status=NOT_THIS, refusal=_("请写上6位验证码。"))
    try:
        kind = actions.check_factor(
            user=user,
            device=device_of(request),
            code=form.cleaned_data.get("code", ""),
            answer=form.cleaned_data.get("answer"),
        )
    except TryLater as error:
        response = _second_factor_page(request, user, status=TOO_OFTEN, refusal=too_often(error))
        response.headers["Retry-After"] = str(error.wait_seconds)
        return response
    if kind is None:
        wrong = _("验证码不对，或者已经用过了。请等手机上换出新的一组，再写一遍。")
        return _second_factor_page(request, user, status=NOT_THIS, refusal=wrong)
    return _through(request, user, target)


def _second_factor_page(
    request: HttpRequest, user: User, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    kinds = set(factors.factors_of(user).values_list("type", flat=True))
    question = json.dumps(factors.passkey_question(user)) if factors.PASSKEY in kinds else ""
    page = {"form": CodeForm(), "kinds": kinds, "question": question, "refusal": refusal}
    return render(request, "accounts/second_factor.html", page, status=status)


def _through(request: HttpRequest, user: User, target: str) -> HttpResponse:
    if request.user.is_authenticated:
        # Signed in before the factor was there; no new session is needed.
        sessions.mark_second_factor(request)
    else:
        sessions.enter(request, user, second_factor=True)
    response = HttpResponseRedirect(target)
    remember(response, device_of(request).after(user.pk))
    return response


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out on this device."""
    sessions.leave(request)
    return redirect("accounts:sign_in")
