"""One's own account: password, phone, devices, and what is kept about oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.foundation.accounts import actions, selectors, sessions, signals
from tongxin.foundation.accounts.devices import device_of, remember
from tongxin.foundation.accounts.forms import ChangePasswordForm, ChangePhoneForm, CorrectionForm, ProveForm
from tongxin.foundation.accounts.gates import needs_second_factor
from tongxin.foundation.accounts.limits import TryLater
from tongxin.foundation.accounts.models import DeviceSession, User
from tongxin.foundation.accounts.views.sentences import NOT_THIS, try_later
from tongxin.foundation.core.access import policy

if TYPE_CHECKING:
    from django import forms

    from tongxin.foundation.core.access import ActorRequest


@policy()
@require_safe
def me(request: ActorRequest) -> HttpResponse:
    """Show the person their own account."""
    page = selectors.my_account(
        cast("User", request.user),
        session_key=request.session.session_key or "",
        required=needs_second_factor(request.actor),
    )
    return render(request, "accounts/me.html", {"page": page})


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: ActorRequest) -> HttpResponse:
    """Ask for the password once more before something grave."""
    user, target = cast("User", request.user), request.POST.get("next") or request.GET.get("next")
    page: dict[str, Any] = {
        "form": ProveForm(request.POST or None),
        "next": sessions.safe_next(request, target),
    }
    form: forms.Form = page["form"]
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/prove.html", page, status=NOT_THIS if form.is_bound else 200)
    try:
        if not actions.prove_password(user=user, device=device_of(request), **form.cleaned_data):
            form.add_error("password", _("密码不对，请核对后再试。"))
            return render(request, "accounts/prove.html", page, status=NOT_THIS)
    except TryLater as error:
        return try_later(request, "accounts/prove.html", page, error)
    sessions.mark_proved(request)
    return redirect(page["next"])


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: ActorRequest) -> HttpResponse:
    """Choose a new password; other devices are signed out."""
    user, template = cast("User", request.user), "accounts/change_password.html"
    form = ChangePasswordForm(user, request.POST or None)
    page = {"form": form, "first": user.must_change_password}
    if request.method != "POST" or not form.is_valid():
        return render(request, template, page, status=NOT_THIS if form.is_bound else 200)
    if refused := _refused_proof(request, form, "current", template, page):
        return refused
    if user.check_password(form.cleaned_data["new"]):
        form.add_error("new", _("新密码和现在的一样，请换一个。"))
        return render(request, template, page, status=NOT_THIS)
    return _password_changed(request, user, form.cleaned_data["new"])


def _password_changed(request: ActorRequest, user: User, password: str) -> HttpResponse:
    first = user.must_change_password
    user = actions.change_password(user=user, password=password, keep_session=request.session.session_key)
    sessions.renew(request, user)
    messages.success(request, _("密码换好了，其他设备已经退出。"))
    response = redirect("home" if first else "accounts:me")
    remember(response, device_of(request).after(user.pk))
    return response


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
def change_phone(request: ActorRequest) -> HttpResponse:
    """Choose another number; takes the password."""
    user, template = cast("User", request.user), "accounts/change_phone.html"
    form = ChangePhoneForm(request.POST or None)
    page = {"form": form, "masked": user.masked_phone}
    if request.method != "POST" or not form.is_valid():
        return render(request, template, page, status=NOT_THIS if form.is_bound else 200)
    if refused := _refused_proof(request, form, "password", template, page):
        return refused
    actions.change_phone(user=user, phone=form.cleaned_data["phone"])
    messages.success(request, _("手机号换好了，下次可以用它登录。"))
    return redirect("accounts:me")


def _refused_proof(
    request: ActorRequest, form: forms.Form, name: str, template: str, page: dict[str, Any]
) -> HttpResponse | None:
    """Return the page that says no, unless the password in this field is the person's."""
    if name not in form.fields:
        return None
    user = cast("User", request.user)
    try:
        fits = actions.prove_password(user=user, password=form.cleaned_data[name], device=device_of(request))
    except TryLater as error:
        return try_later(request, template, page, error)
    if fits:
        return None
    form.add_error(name, _("密码不对，请核对后再试。"))
    return render(request, template, page, status=NOT_THIS)


@policy()
@require_POST
def end_session(request: ActorRequest, pk: str) -> HttpResponse:
    """Sign out on one device."""
    user = cast("User", request.user)
    ended = get_object_or_404(DeviceSession.objects.filter(user=user), pk=pk)
    if ended.session_key == request.session.session_key:
        sessions.leave(request)
        return redirect("accounts:sign_in")
    actions.end_sessions(user=user, only=ended)
    messages.success(request, _("那台设备已经退出。"))
    return redirect("accounts:me")


@policy()
@require_POST
def end_other_sessions(request: ActorRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    actions.end_sessions(user=cast("User", request.user), keep_session=request.session.session_key or "")
    messages.success(request, _("其他设备都已经退出。"))
    return redirect("accounts:me")


@policy()
@require_POST
def export_own(request: ActorRequest) -> HttpResponse:
    """Hand the person all that is kept about their account."""
    user = cast("User", request.user)
    signals.own_data_exported.send(sender=User, user=user)
    answer = JsonResponse(selectors.own_data(user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = 'attachment; filename="tongxin-account.json"'
    return answer


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_correction(request: ActorRequest) -> HttpResponse:
    """Ask that a name or user name be corrected."""
    form = CorrectionForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = NOT_THIS if form.is_bound else 200
        return render(request, "accounts/correction.html", {"form": form}, status=status)
    try:
        actions.ask_for_correction(user=cast("User", request.user), **form.cleaned_data)
    except TryLater as error:
        return try_later(request, "accounts/correction.html", {"form": form}, error)
    messages.success(request, _("已经交给管理员，办好以后这里会变。"))
    return redirect("accounts:me")
