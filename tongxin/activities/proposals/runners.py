"""What the task worker does for this room: tables of past sessions in and back, and sessions out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.urls import reverse

from tongxin.activities.proposals.actions.archiving import archive_as_zip
from tongxin.activities.proposals.actions.importing import confirm_import, preview_import, undo_import
from tongxin.activities.proposals.models import ProposalImport
from tongxin.capabilities.jobs.runners import register_runner
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.sheets import TableRefused
from tongxin.foundation.organization.models import Session

if TYPE_CHECKING:
    from tongxin.capabilities.jobs.runners import Running

PREVIEW, IMPORT, UNDO = "proposals.preview_import", "proposals.import", "proposals.undo_import"
ARCHIVE = "proposals.archive"


def _upload(running: Running) -> ProposalImport:
    found: ProposalImport = ProposalImport.objects.visible_to(running.actor).get(pk=running.params["upload"])
    return found


def _page(upload: ProposalImport) -> str:
    return reverse("proposals:import_show", args=[upload.pk])


def preview(running: Running) -> tuple[str, str]:
    """Read a table and keep what it would do."""
    upload = _upload(running)
    running.progress(0, 0, "正在读表格")
    try:
        plan = preview_import(actor=running.actor, upload=upload)
    except TableRefused as refusal:
        raise Refused(str(refusal)) from refusal
    return f"读到{len(plan.added) + len(plan.changed)}件，{len(plan.errors)}处错误。请核对后确认。", _page(
        upload
    )


def carry_out(running: Running) -> tuple[str, str]:
    """Import a table that was looked at."""
    upload = confirm_import(
        actor=running.actor,
        upload=_upload(running),
        skip_errors=bool(running.params["skip_errors"]),
        seen=running.params["seen"],
        progress=running.progress,
    )
    found = upload.outcome
    return f"新增{found['added']}件，更改{found['changed']}件。", _page(upload)


def undo(running: Running) -> tuple[str, str]:
    """Take an import back."""
    upload = undo_import(actor=running.actor, upload=_upload(running), progress=running.progress)
    return "已恢复到导入以前。", _page(upload)


def archive(running: Running) -> tuple[str, str]:
    """Take a session out as one file of documents."""
    session = (
        Session.objects.visible_to(running.actor).select_related("term").get(pk=running.params["session"])
    )
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "archive.zip"
        count = archive_as_zip(actor=running.actor, session=session, to=made, progress=running.progress)
        running.keep_file(made, f"{session}提案归档.zip")
    return f"共{count}件。文件保留七天。", ""


def register() -> None:
    """Tell the jobs room who does what."""
    register_runner(PREVIEW, preview)
    register_runner(IMPORT, carry_out)
    register_runner(UNDO, undo)
    register_runner(ARCHIVE, archive)
