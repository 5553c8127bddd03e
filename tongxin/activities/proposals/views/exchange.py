"""Bringing in tables of past sessions (upload, look, confirm, take back), and taking a session out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.proposals import runners
from tongxin.activities.proposals.actions.importing import keep_upload, preview_import
from tongxin.activities.proposals.exchange.columns import COLUMNS
from tongxin.activities.proposals.exchange.example import EXAMPLE
from tongxin.activities.proposals.forms.exchange import ArchiveForm, ImportForm
from tongxin.activities.proposals.models import ProposalImport
from tongxin.activities.proposals.permissions import can_archive_proposals
from tongxin.activities.proposals.selectors.exchange import earlier_imports, import_page
from tongxin.capabilities.jobs.actions import start_job
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.sheets import Sheet, TableRefused, write_workbook
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest
    from tongxin.foundation.organization.models import Session

IMPORTERS = (Role.STAFF, Role.TENANT_ADMIN)
# A small table is read while the person waits.
_SMALL_BYTES = 150_000


@policy(*IMPORTERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def upload(request: ActorRequest) -> HttpResponse:
    """Take a table and lead to its preview."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _taken(request, form.cleaned_data["file"])
        except TableRefused as refusal:
            form.add_error("file", str(refusal))
    context = {
        "form": form,
        "columns": COLUMNS,
        "once": new_key(),
        "earlier": earlier_imports(request.actor),
        "may_archive": can_archive_proposals(request.actor, request.actor.committee_id or 0),
    }
    return render(request, "proposals/exchange/upload.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _taken(request: ActorRequest, file: UploadedFile[bytes]) -> HttpResponse:
    """Keep the table and read it: now, or by a job when it is large. One that cannot be read is not kept."""
    kept = keep_upload(actor=request.actor, data=file.read(), filename=str(file.name))
    if (file.size or 0) <= _SMALL_BYTES:
        preview_import(actor=request.actor, upload=kept)
        return redirect("proposals:import_show", kept.pk)
    job = start_job(
        actor=request.actor,
        kind=runners.PREVIEW,
        title=f"读提案表「{kept.filename}」",
        params={"upload": str(kept.pk)},
    )
    return redirect("jobs:show", job.pk)


@policy(*IMPORTERS)
@require_safe
def template(request: ActorRequest) -> HttpResponse:
    """Hand out an empty table with one example row."""
    return as_download(write_workbook([Sheet("提案", COLUMNS, [EXAMPLE])]), "提案导入模板")


@policy(*IMPORTERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def show(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what a table would do, and let it be done; afterwards show what it did."""
    found = get_object_or_404(
        ProposalImport.objects.visible_to(request.actor).defer("content", "journal"), pk=pk
    )
    if request.method == "POST":
        job = start_job(
            actor=request.actor,
            kind=runners.IMPORT,
            title=f"导入提案表「{found.filename}」",
            params={
                "upload": str(found.pk),
                "skip_errors": request.POST.get("skip_errors") == "1",
                "seen": request.POST.get("seen", ""),
            },
        )
        return redirect("jobs:show", job.pk)
    context = {"shown": import_page(request.actor, found), "upload": found, "once": new_key()}
    done = found.state in (ProposalImport.State.CONFIRMED, ProposalImport.State.UNDONE)
    return render(request, f"proposals/exchange/{'done' if done else 'preview'}.html", context)


@policy(*IMPORTERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def undo(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take an import back."""
    found = get_object_or_404(
        ProposalImport.objects.visible_to(request.actor).defer("content", "journal"), pk=pk
    )
    if request.method == "POST":
        job = start_job(
            actor=request.actor,
            kind=runners.UNDO,
            title=f"撤销导入「{found.filename}」",
            params={"upload": str(found.pk)},
        )
        return redirect("jobs:show", job.pk)
    context = {
        "layout": "layouts/desk.html",
        "title": _("撤销这次导入"),
        "text": _(
            "这次新增的提案、单位和类别会删去，改过的提案恢复原样。导入以后有人办理过的，不会丢：那样就不撤销，并告诉您是哪些。"
        ),
        "button": _("撤销导入"),
        "hidden": [("once", new_key())],
        "cancel_url": reverse("proposals:import_show", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def archive(request: ActorRequest) -> HttpResponse:
    """Choose a session and let it be written as folders of documents."""
    form = ArchiveForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        session = form.cleaned_data["session"]
        job = start_job(
            actor=request.actor,
            kind=runners.ARCHIVE,
            title=f"归档{recorded_session(session)}提案",
            params={"session": str(session.pk)},
        )
        return redirect("jobs:show", job.pk)
    context = {"form": form, "once": new_key()}
    return render(request, "proposals/exchange/archive.html", context, status=422 if form.errors else 200)


def recorded_session(session: Session) -> str:
    """Return a session's name as the record keeps it."""
    with in_record_language():
        return str(session)
