"""What a committee reports: prepare, sign, correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role
from tongxin.readers.rollup.actions import reporting
from tongxin.readers.rollup.forms import ReasonForm, RemarkForm
from tongxin.readers.rollup.models import Sheet
from tongxin.readers.rollup.permissions import READERS
from tongxin.readers.rollup.selectors.sheets import pass_on_url, sheet_page, sheet_versions

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


def _sheet(request: ActorRequest, pk: UUID) -> Sheet:
    found: Sheet = get_object_or_404(Sheet.objects.visible_to(request.actor).select_related("to"), pk=pk)
    return found


def _show(request: ActorRequest, pk: UUID, form: RemarkForm | None = None) -> HttpResponse:
    versions = sheet_versions(request.actor, pk)
    sheet = next((one for one in versions if one.pk == pk), None)
    if sheet is None:
        raise Http404
    form = form or RemarkForm(initial={"remark": sheet.remark})
    context = {
        "page": sheet_page(request.actor, sheet, versions),
        "form": form,
        "once": new_key(),
        "pass_on_url": pass_on_url(sheet),
    }
    return render(request, "rollup/sheet.html", context, status=422 if form.errors else 200)


@policy(*READERS)
@require_safe
def show_sheet(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a sheet: every number with its source, and what can be done."""
    return _show(request, pk)


@policy(Role.STAFF)
@require_POST
@once
def prepare(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Save the remark, or lay the sheet before the leaders."""
    sheet, form = _sheet(request, pk), RemarkForm(request.POST)
    if not form.is_valid():
        return _show(request, pk, form)
    remark = form.cleaned_data["remark"]
    if "ask" in request.POST:
        reporting.ask_signature(actor=request.actor, sheet=sheet, remark=remark)
        messages.success(request, _("已经送请领导签发。"))
    else:
        reporting.write_remark(actor=request.actor, sheet=sheet, remark=remark)
        messages.success(request, _("说明已经保存。"))
    return redirect("rollup:sheet", pk)


@policy(Role.STAFF, Role.LEADER)
@require_POST
@once
def put_back(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a sheet from the leaders' desk."""
    reporting.put_back_sheet(actor=request.actor, sheet=_sheet(request, pk))
    messages.success(request, _("已经退回修改。"))
    return redirect("rollup:sheet", pk)


@policy(Role.LEADER)
@require_POST
@once
def sign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Sign a sheet and send it up."""
    sheet = _sheet(request, pk)
    reporting.sign_sheet(actor=request.actor, sheet=sheet, seen=request.POST.get("seen", ""))
    messages.success(request, _("已经签发，报到了%(to)s。") % {"to": sheet.to.short_name})
    return redirect("rollup:sheet", pk)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def correct(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin a new version of what was signed."""
    sheet = _sheet(request, pk)
    reason = _("按退回的意见更正") if sheet.state == Sheet.State.RETURNED else ""
    form = ReasonForm(request.POST or None, initial={"reason": reason})
    if request.method == "POST" and form.is_valid():
        made = reporting.correct_sheet(actor=request.actor, sheet=sheet, reason=form.cleaned_data["reason"])
        return redirect("rollup:sheet", made.pk)
    context = {
        "layout": "layouts/desk.html",
        "title": _("更正这张上报表？"),
        "text": _("按现在的记录重新填一版，领导签发以后报出；两版都留着，差别看得见。"),
        "button": _("开始更正"),
        "harmless": True,
        "form": form,
        "hidden": [("once", new_key())],
        "cancel_url": reverse("rollup:sheet", args=[pk]),
    }
    return render(request, "ui/confirm.html", context, status=422 if form.errors else 200)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def drop(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Throw a correction away that was not signed."""
    sheet = _sheet(request, pk)
    if request.method == "POST":
        reporting.drop_correction(actor=request.actor, sheet=sheet)
        messages.success(request, _("这次更正已经作废，原来报的不变。"))
        return redirect("rollup:home")
    context = {
        "layout": "layouts/desk.html",
        "title": _("不更正了？"),
        "text": _("这一版作废，原来签发的那一版不变。"),
        "button": _("作废这一版"),
        "hidden": [("once", new_key())],
        "cancel_url": reverse("rollup:sheet", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)
