"""What was received: a report, one number of it, one figure over all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role
from tongxin.readers.rollup.actions import asking
from tongxin.readers.rollup.amounts import named
from tongxin.readers.rollup.forms import ReasonForm
from tongxin.readers.rollup.models import Received, Request
from tongxin.readers.rollup.permissions import READERS
from tongxin.readers.rollup.selectors.numbers import figure_page, report_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


def _received(request: ActorRequest, pk: UUID) -> Received:
    rows = Received.objects.visible_to(request.actor).select_related("request", "sender")
    found: Received = get_object_or_404(rows, pk=pk)
    return found


@policy(*READERS)
@require_safe
def show_figure(request: ActorRequest, pk: UUID, figure_id: str) -> HttpResponse:
    """Show one figure over all committees: total, median, range."""
    asked: Request = get_object_or_404(Request.objects.visible_to(request.actor), pk=pk)
    if figure_id not in asked.figures:
        raise Http404
    page = figure_page(asked, named(figure_id, asked.committee_id))
    return render(request, "rollup/figure.html", {"page": page})


@policy(*READERS)
@require_safe
def show_report(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show all that one committee reported."""
    return render(request, "rollup/report.html", {"page": report_page(request.actor, _received(request, pk))})


@policy(*READERS)
@require_safe
def show_number(request: ActorRequest, pk: UUID, figure_id: str) -> HttpResponse:
    """Show one number as it was received, with its versions."""
    received = _received(request, pk)
    if figure_id not in received.request.figures:
        raise Http404
    page = report_page(request.actor, received, figure_id)
    return render(request, "rollup/number.html", {"page": page})


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def give_back(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give a report back with a reason."""
    received, form = _received(request, pk), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asking.return_sheet(actor=request.actor, received=received, reason=form.cleaned_data["reason"])
        messages.success(request, _("已经退回，对方看得到原因。"))
        return redirect("rollup:request", received.request_id)
    context = {
        "layout": "layouts/desk.html",
        "title": _("退回%(who)s的上报表？") % {"who": received.sender.short_name},
        "text": _("退回以后，这些数字不再计入合计，直到对方重新报来。"),
        "button": _("退回"),
        "form": form,
        "hidden": [("once", new_key())],
        "cancel_url": reverse("rollup:received", args=[pk]),
    }
    return render(request, "ui/confirm.html", context, status=422 if form.errors else 200)
