"""Signing, what changed since, and the report as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.views.workbooks import as_download
from tongxin.readers.workreports.actions.signing import sign_report
from tongxin.readers.workreports.models import WorkReport
from tongxin.readers.workreports.papers import serving
from tongxin.readers.workreports.permissions import READERS
from tongxin.readers.workreports.selectors.changes import compare
from tongxin.readers.workreports.selectors.holding import holders_of
from tongxin.readers.workreports.views.pages import report_of, show

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(Role.LEADER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def sign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Sign a report, asked twice; its numbers are frozen."""
    found = report_of(request, pk)
    ensure(found.state == WorkReport.State.DRAFT, because=_("报告已经签发。"))
    if request.method == "POST":
        version = request.POST.get("version", "")
        sign_report(actor=request.actor, report=found, version=int(version) if version.isdecimal() else -1)
        messages.success(request, _("已签发，数字都存下来了。"))
        return redirect("workreports:report", pk)
    context = {
        "layout": "layouts/desk.html",
        "title": _("签发“%(title)s”？") % {"title": found.title},
        "text": _("签发以后正文不能再改，每个数字连同它的记录一起存下来。\n以后记录有变化，报告页上会写明。"),
        "button": _("签发"),
        "harmless": True,
        "hidden": [("once", new_key()), ("version", found.version)],
        "cancel_url": reverse("workreports:report", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)


@policy(*READERS)
@require_safe
def change(request: ActorRequest, pk: UUID, code: str) -> HttpResponse:
    """Show a number of a signed report then and now, and which rows came or went."""
    found = report_of(request, pk)
    frozen = get_object_or_404(found.frozen.select_related("code"), code__code=code)
    comparison = compare(request.actor, frozen)
    if comparison is None:
        raise Http404
    return show(request, "change", report=found, comparison=comparison)


@policy(*READERS)
@require_safe
def holding(request: ActorRequest, code: str) -> HttpResponse:
    """Show the signed reports that hold a number: what it was in each, what it is now."""
    found = holders_of(request.actor, code)
    if found is None:
        raise Http404
    return show(request, "holding", held=found)


@policy(*READERS)
@require_safe
def word(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out a report as Word."""
    return serving.as_word(report_of(request, pk))


@policy(*READERS)
@require_safe
def pdf(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out a report as PDF."""
    return serving.as_pdf(report_of(request, pk))


@policy(*READERS)
@require_safe
def numbers(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the numbers of a report as a workbook."""
    found = report_of(request, pk)
    return as_download(serving.numbers_book(found), _("%(title)s 数字") % {"title": found.title})
