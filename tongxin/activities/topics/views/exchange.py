"""Bringing in tables of topics: upload, look, confirm, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.topics import runners
from tongxin.activities.topics.actions.importing import confirm_import, keep_upload, undo_import
from tongxin.activities.topics.exchange import COLUMNS, EXAMPLE, read_plan
from tongxin.activities.topics.forms.entering import UploadForm
from tongxin.activities.topics.models import TopicImport
from tongxin.activities.topics.views.asked import DECIDERS, show_form
from tongxin.capabilities.jobs.actions import start_job
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import Sheet, TableRefused, write_workbook
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest
    from tongxin.foundation.organization.models import OwnedQuerySet

# So many topics are made while the person waits.
_AT_ONCE = 100
_SHOWN_ERRORS = 200


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def upload(request: ActorRequest) -> HttpResponse:
    """Take a table and lead to its preview."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = keep_upload(actor=request.actor, data=file.read(), filename=str(file.name))
        except TableRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("topics:import_show", kept.pk)
    earlier = _own(request).filter(state=TopicImport.State.CONFIRMED).defer("content", "journal")[:20]
    return show_form(request, "exchange/upload", form, columns=COLUMNS, earlier=earlier)


@policy(*DECIDERS)
@require_safe
def template(request: ActorRequest) -> HttpResponse:
    """Hand out an empty table with one example row."""
    return as_download(write_workbook([Sheet("议题", COLUMNS, [EXAMPLE])]), "议题录入模板")


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def show(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what a table would do, and let it be done; afterwards show what it did."""
    found = get_object_or_404(_own(request), pk=pk)
    if request.method == "POST":
        return _confirm(request, found)
    if found.state != TopicImport.State.PREVIEWED:
        return render(request, "topics/exchange/done.html", {"upload": found})
    plan = read_plan(request.actor, bytes(found.content), found.filename)
    context = {
        "upload": found,
        "plan": plan,
        "rows": plan.rows[:20],
        "errors": plan.errors[:_SHOWN_ERRORS],
        "more_errors": max(len(plan.errors) - _SHOWN_ERRORS, 0),
        "once": new_key(),
    }
    return render(request, "topics/exchange/preview.html", context)


def _confirm(request: ActorRequest, found: TopicImport) -> HttpResponse:
    skip = request.POST.get("skip_errors") == "1"
    if len(read_plan(request.actor, bytes(found.content), found.filename).rows) > _AT_ONCE:
        job = start_job(
            actor=request.actor,
            kind=runners.IMPORT,
            title=f"录入议题表「{found.filename}」",
            params={"upload": str(found.pk), "skip_errors": skip},
        )
        return redirect("jobs:show", job.pk)
    confirm_import(actor=request.actor, upload=found, skip_errors=skip)
    return redirect("topics:import_show", found.pk)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def undo(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take an import back."""
    found = get_object_or_404(_own(request), pk=pk)
    if request.method == "POST":
        removed = undo_import(actor=request.actor, upload=found)
        messages.success(request, _("已撤销，删去%(n)d条议题。") % {"n": removed})
        return redirect("topics:import_show", pk)
    context = {
        "layout": "layouts/desk.html",
        "title": _("撤销这次录入"),
        "text": _("这次新增的议题会删去。录入以后有人办理过的，不会丢：那样就不撤销，并告诉您是哪些。"),
        "button": _("撤销"),
        "hidden": [("once", new_key())],
        "cancel_url": reverse("topics:import_show", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)


def _own(request: ActorRequest) -> OwnedQuerySet[TopicImport]:
    """Return the tables that somebody may see: staff all, who keeps a node their own."""
    found = TopicImport.objects.visible_to(request.actor)
    return found if request.actor.has(Role.STAFF) else found.filter(by_id=request.actor.user_id)
