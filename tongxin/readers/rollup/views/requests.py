"""What the upper committee asks for: the list, a new request, its table."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.sheets import write_workbook
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.views.workbooks import as_download
from tongxin.readers.rollup.actions import asking
from tongxin.readers.rollup.forms import AskForm
from tongxin.readers.rollup.models import Request, Sheet
from tongxin.readers.rollup.permissions import READERS
from tongxin.readers.rollup.selectors.overview import overview
from tongxin.readers.rollup.selectors.requests import request_page
from tongxin.readers.rollup.tables import request_sheets

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


def _request(request: ActorRequest, pk: UUID) -> Request:
    found: Request = get_object_or_404(Request.objects.visible_to(request.actor), pk=pk)
    return found


@policy(*READERS)
@require_safe
def overview_page(request: ActorRequest) -> HttpResponse:
    """Show what is to be reported, and what was asked of those below."""
    return render(request, "rollup/home.html", {"page": overview(request.actor)})


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: ActorRequest) -> HttpResponse:
    """Ask the committees below for numbers of a span."""
    form = AskForm(request.POST or None, like=_like(request))
    if request.method == "POST" and form.is_valid():
        made = asking.ask_below(actor=request.actor, wanted=form.wanted())
        messages.success(request, _("已经发给下面各政协组织，报来的数字就在这里。"))
        return redirect("rollup:request", made.pk)
    context = {"form": form, "once": new_key()}
    return render(request, "rollup/ask.html", context, status=422 if form.errors else 200)


def _like(request: ActorRequest) -> Sheet | None:
    """Return our own sheet that is passed on to those below, if the address names one."""
    if not (text := request.GET.get("sheet", "")):
        return None
    try:
        return Sheet.objects.visible_to(request.actor).filter(pk=UUID(text)).first()
    except ValueError as wrong:
        raise Http404 from wrong


@policy(*READERS)
@require_safe
def show_request(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show who has reported what, and who is missing."""
    context = {"page": request_page(request.actor, _request(request, pk)), "once": new_key()}
    return render(request, "rollup/request.html", context)


@policy(*READERS)
@require_safe
def export(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the table as a workbook."""
    asked = _request(request, pk)
    with in_record_language():
        book = write_workbook(request_sheets(request_page(request.actor, asked)))
    return as_download(book, asked.title)


@policy(Role.STAFF)
@require_POST
@once
def remind(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Remind those that have not reported."""
    told = asking.remind_missing(actor=request.actor, request=_request(request, pk))
    messages.success(request, ngettext("已经提醒%(n)d个地方。", "已经提醒%(n)d个地方。", told) % {"n": told})
    return redirect("rollup:request", pk)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def withdraw(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take back a request that nobody has answered."""
    asked = _request(request, pk)
    if request.method == "POST":
        asking.withdraw_request(actor=request.actor, request=asked)
        messages.success(request, _("已经撤回，各地的上报表一并收回。"))
        return redirect("rollup:home")
    context = {
        "layout": "layouts/desk.html",
        "title": _("撤回这次征集？"),
        "text": _("各地还没有签发的上报表一并收回，并告诉他们不用报了。"),
        "button": _("撤回"),
        "hidden": [("once", new_key())],
        "cancel_url": reverse("rollup:request", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)


@policy(Role.STAFF)
@require_POST
@once
def medians(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Tell those who reported the median of all."""
    told = asking.tell_medians(actor=request.actor, request=_request(request, pk))
    text = ngettext("中位数已经反馈给%(n)d个地方。", "中位数已经反馈给%(n)d个地方。", told)
    messages.success(request, text % {"n": told})
    return redirect("rollup:request", pk)
