"""What the task worker does for this room: large tables of topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from tongxin.activities.topics.actions.importing import confirm_import
from tongxin.activities.topics.models import TopicImport
from tongxin.capabilities.jobs.runners import register_runner

if TYPE_CHECKING:
    from tongxin.capabilities.jobs.runners import Running

IMPORT = "topics.import"


def carry_out(running: Running) -> tuple[str, str]:
    """Import a table that was looked at."""
    found = TopicImport.objects.visible_to(running.actor).get(pk=running.params["upload"])
    running.progress(0, 0, "正在录入")
    upload = confirm_import(
        actor=running.actor, upload=found, skip_errors=bool(running.params["skip_errors"])
    )
    return f"新增{upload.added}条。", reverse("topics:import_show", args=[upload.pk])


def register() -> None:
    """Tell the jobs room who does what."""
    register_runner(IMPORT, carry_out)
