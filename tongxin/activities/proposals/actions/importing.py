"""Taking in a table of proposals of the past: look first, then confirm, and take back if it was the wrong file."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.proposals.exchange.applying import apply_plan
from tongxin.activities.proposals.exchange.plan import plan_import
from tongxin.activities.proposals.exchange.undoing import take_back
from tongxin.activities.proposals.models import ProposalImport
from tongxin.activities.proposals.permissions import can_import_proposals
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tongxin.activities.proposals.exchange.plan import Plan
    from tongxin.foundation.core.access import Actor

    Progress = Callable[[int, int, str], None]

_NOT_YOURS = gettext_lazy("只有本会工作人员和管理员能导入提案。")
_TARGET = "proposals.proposalimport"
# So many errors and warnings are kept for the page; the counts are of all.
_KEPT = 2000
_State = ProposalImport.State


@transaction.atomic
def keep_upload(*, actor: Actor, data: bytes, filename: str) -> ProposalImport:
    """Keep an uploaded table until it is looked at; nothing else changes.

    Raises:
        PermissionDenied: the actor neither works for the office nor administers the committee.
    """
    committee_id = _committee_of(actor)
    # What was looked at and not confirmed goes with the next look.
    ProposalImport.objects.filter(
        committee_id=committee_id, by_id=actor.user_id, state__in=(_State.READING, _State.PREVIEWED)
    ).delete()
    upload: ProposalImport = ProposalImport.objects.create(
        committee_id=committee_id,
        filename=filename[-120:],
        by_id=actor.user_id,
        by_name=actor.name[:60],
        content=data,
    )
    record(actor=actor, action="proposals.upload_import", target=f"{_TARGET}:{upload.pk}", bytes=len(data))
    return upload


@transaction.atomic
def preview_import(*, actor: Actor, upload: ProposalImport) -> Plan:
    """Read an upload and keep what it would do, for the page; nothing of the committee changes.

    Raises:
        TableRefused: the file cannot be used at all.
    """
    locked = _lock(actor, upload.pk)
    ensure(locked.state in (_State.READING, _State.PREVIEWED), because=_("这份表格已经导入过了。"))
    plan = plan_import(bytes(locked.content), locked.filename, committee_id=locked.committee_id)
    locked.state = _State.PREVIEWED
    locked.outcome = outcome_of(plan)
    locked.save(update_fields=["state", "outcome"])
    return plan


@transaction.atomic
def confirm_import(
    *,
    actor: Actor,
    upload: ProposalImport,
    skip_errors: bool = False,
    seen: str | None = None,
    progress: Progress | None = None,
) -> ProposalImport:
    """Carry out a table that was looked at.

    Args:
        skip_errors: leave rows with errors out instead of refusing the file.
        seen: digest of the plan that the person saw; it must still be the plan.
        progress: called with how many rows are done, of how many, and what is being done.

    Raises:
        PermissionDenied: the actor neither works for the office nor administers the committee.
        Refused: it was imported already, it has errors, or the committee changed since it was looked at.
    """
    locked = _lock(actor, upload.pk)
    ensure(
        locked.state in (_State.READING, _State.PREVIEWED, _State.IMPORTING),
        because=_("这份表格已经导入过了，没有重复导入。"),
    )
    if progress:
        progress(0, 0, "正在读表格")
    plan = plan_import(bytes(locked.content), locked.filename, committee_id=locked.committee_id)
    ensure(
        seen is None or seen == plan.digest(),
        because=_("您看过预览以后，本会的数据又有了变化。请回到预览再看一遍，然后确认。"),
    )
    ensure(
        skip_errors or not plan.errors,
        because=_("表格里还有%(n)d处错误，没有导入任何一行。请改好后重新上传，或选择只导入无误的行。")
        % {"n": len(plan.errors)},
    )
    locked.journal = apply_plan(plan, actor=actor, upload=locked, progress=progress)
    locked.outcome = outcome_of(plan)
    locked.state = _State.CONFIRMED
    locked.confirmed_at = clock.now()
    # What it says is in the system now; the file is not kept twice.
    locked.content = b""
    locked.save()
    record(
        actor=actor,
        action="proposals.confirm_import",
        target=f"{_TARGET}:{locked.pk}",
        file=locked.filename,
        added=len(plan.added),
        changed=len(plan.changed),
        unchanged=len(plan.unchanged),
        skipped=plan.wrong_rows,
        sessions=sorted({f"{t}-{s}" for t, s in (p.entry.meeting for p in (*plan.added, *plan.changed))}),
    )
    return locked


@transaction.atomic
def undo_import(*, actor: Actor, upload: ProposalImport, progress: Progress | None = None) -> ProposalImport:
    """Put everything back as it was before the table was imported.

    Raises:
        PermissionDenied: the actor neither works for the office nor administers the committee.
        Refused: it was not imported, or something has changed since that would be lost; says what.
    """
    locked = _lock(actor, upload.pk)
    ensure(
        locked.state in (_State.CONFIRMED, _State.UNDOING),
        because=_("这次导入不能撤销：它没有导入，或已经撤销。"),
    )
    count = take_back(locked, locked.journal, progress)
    locked.state = _State.UNDONE
    locked.undone_at = clock.now()
    locked.journal = []
    locked.save(update_fields=["state", "undone_at", "journal"])
    record(actor=actor, action="proposals.undo_import", target=f"{_TARGET}:{locked.pk}", proposals=count)
    return locked


def _committee_of(actor: Actor) -> int:
    committee_id = actor.committee_id or 0
    require(can_import_proposals(actor, committee_id), because=_NOT_YOURS)
    return committee_id


def _lock(actor: Actor, pk: UUID) -> ProposalImport:
    """Lock an import and its committee: one import at a time, and the second sees what the first did."""
    committee_id = _committee_of(actor)
    Committee.objects.select_for_update(no_key=True).get(pk=committee_id)
    locked: ProposalImport = ProposalImport.objects.select_for_update(of=("self",)).get(
        pk=pk, committee_id=committee_id
    )
    return locked


def outcome_of(plan: Plan) -> dict[str, Any]:
    """Return what a plan does as plain JSON: for the page before and after, and for the command."""
    rows = [*plan.added, *plan.changed]
    return {
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": len(plan.unchanged),
        "wrong_rows": plan.wrong_rows,
        "error_count": len(plan.errors),
        "errors": [asdict(e) for e in plan.errors[:_KEPT]],
        "warnings": [asdict(w) for w in plan.warnings[:_KEPT]],
        "notes": list(plan.notes),
        "sessions": [
            [*meeting, count] for meeting, count in sorted(Counter(p.entry.meeting for p in rows).items())
        ],
        "results": dict(Counter(p.entry.outcome for p in rows)),
        "new": {
            "sessions": [
                {
                    "term": m.meeting[0],
                    "session": m.meeting[1],
                    "opens_on": m.opens_on.isoformat(),
                    "closes_on": m.closes_on.isoformat(),
                    "code_prefix": m.code_prefix,
                    "is_guessed": m.is_guessed,
                    "new_term": [day.isoformat() for day in m.new_term or ()],
                }
                for m in plan.meetings
            ],
            "bodies": [[n.name, n.kind] for n in plan.bodies],
            "units": [n.name for n in plan.units],
            "topics": [n.name for n in plan.topics],
            "reasons": [n.name for n in plan.reasons],
        },
        "doubts": [list(pair) for pair in plan.doubts],
        "digest": plan.digest(),
    }
