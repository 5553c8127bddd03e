"""Taking in many nodes or secondments: look first, then confirm, and take back if it was the wrong file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.grassroots.exchange.applying import NodeGround
from tongxin.activities.grassroots.exchange.entries import Entry, Reading, entries_for, read_entries
from tongxin.activities.grassroots.exchange.secondments import Line, SecondmentGround, read_lines
from tongxin.activities.grassroots.models import NodeImport
from tongxin.activities.grassroots.permissions import can_manage_nodes
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.sheets import CellError
from tongxin.foundation.organization.journal import Journal, take_back
from tongxin.foundation.organization.models import Committee, Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.grassroots.exchange.entries import Patterns
    from tongxin.activities.grassroots.exchange.plan import Plan
    from tongxin.activities.grassroots.exchange.secondments import SecondmentPlan
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Place

_NOT_YOURS = gettext_lazy("只有政协机关工作人员和本会管理员能管理网点。")


@transaction.atomic
def preview_places(
    *, actor: Actor, places: Iterable[Place], patterns: Patterns, opened_on: str = ""
) -> NodeImport:
    """Keep what ticked places would become until it is confirmed; nothing else changes.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: nothing was ticked.
    """
    committee_id = _committee_of(actor)
    chosen = list(places)
    ensure(bool(chosen), because=_("请先勾选乡镇或村、社区。"))
    open_now = Node.objects.filter(committee_id=committee_id, ended_on=None, place__in=chosen)
    above = Node.objects.filter(
        committee_id=committee_id, ended_on=None, place__in={p.parent_id for p in chosen}
    )
    standing = {(n.kind, n.place_id or ""): n.name for n in open_now | above}
    reading = entries_for(chosen, patterns, standing, opened_on)
    return _keep(actor, NodeImport.Source.PLACES, "按地名批量建", _packed(reading))


@transaction.atomic
def preview_nodes(*, actor: Actor, data: bytes, filename: str) -> NodeImport:
    """Read an uploaded table of nodes and keep it until it is confirmed; nothing else changes.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        TableRefused: the file cannot be used at all.
    """
    _committee_of(actor)
    return _keep(actor, NodeImport.Source.NODES, filename, _packed(read_entries(actor, data, filename)))


@transaction.atomic
def preview_secondments(*, actor: Actor, data: bytes, filename: str) -> NodeImport:
    """Read an uploaded table of secondments and keep it until it is confirmed; nothing else changes.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        TableRefused: the file cannot be used at all.
    """
    _committee_of(actor)
    lines, errors, notes = read_lines(data, filename)
    content = {
        "entries": [asdict(line) for line in lines],
        "errors": [[e.row, e.column, e.message] for e in errors],
        "notes": notes,
    }
    return _keep(actor, NodeImport.Source.SECONDMENTS, filename, content)


def plan_of(actor: Actor, upload: NodeImport) -> Plan | SecondmentPlan:
    """Return what it would change in the committee as it is at this moment."""
    plan: Plan | SecondmentPlan = _grounded(actor, upload)[1]
    return plan


@transaction.atomic
def confirm_import(
    *, actor: Actor, upload: NodeImport, skip_errors: bool = False, seen: str | None = None
) -> NodeImport:
    """Carry out what was looked at.

    Args:
        actor: who confirms.
        upload: what was looked at.
        skip_errors: leave rows with errors out instead of refusing all.
        seen: digest of the plan that the person saw; it must still be the plan.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it has been confirmed, it has errors, or the nodes have changed since it was looked at.
    """
    locked = _locked(actor, upload)
    ensure(
        locked.state == NodeImport.State.PREVIEWED,
        because=_("这一批已经办过了，没有重复办理。"),
    )
    ground, plan = _grounded(actor, locked)
    ensure(
        seen is None or seen == plan.digest(),
        because=_("您看过预览以后，网点又有了变化。请回到预览再看一遍，然后确认。"),
    )
    ensure(
        skip_errors or not plan.errors,
        because=_("还有%(n)d处错误，一行也没有办。请改好后重新上传，或选择跳过有错误的行。")
        % {"n": len(plan.errors)},
    )
    journal = Journal()
    ground.carry_out(plan, journal)
    locked.state = NodeImport.State.CONFIRMED
    locked.confirmed_at = clock.now()
    locked.outcome = _outcome(plan)
    locked.journal = journal.steps
    locked.content = {}
    locked.save()
    record(
        actor=actor,
        action="grassroots.confirm_node_import",
        target=f"grassroots.nodeimport:{locked.pk}",
        source=locked.source,
        added=len(plan.added),
        skipped=len(plan.errors),
    )
    return locked


@transaction.atomic
def undo_import(*, actor: Actor, upload: NodeImport) -> NodeImport:
    """Put everything back as it was before it was confirmed.

    Raises:
        PermissionDenied: does not manage the committee's nodes.
        Refused: it is not confirmed, or something hangs on what it brought; says what.
    """
    locked = _locked(actor, upload)
    ensure(locked.state == NodeImport.State.CONFIRMED, because=_("这一批不能撤销：它没有办，或已经撤销。"))
    take_back(
        locked.journal,
        used=_("这一批里有网点已经用起来了：有了下级、码、人员、协商活动或者议题，不能整批撤销。"),
    )
    locked.state = NodeImport.State.UNDONE
    locked.undone_at = clock.now()
    locked.journal = []
    locked.save(update_fields=["state", "undone_at", "journal"])
    record(actor=actor, action="grassroots.undo_node_import", target=f"grassroots.nodeimport:{locked.pk}")
    return locked


def _committee_of(actor: Actor) -> int:
    committee_id = actor.committee_id or 0
    require(can_manage_nodes(actor, committee_id), because=_NOT_YOURS)
    return committee_id


def _locked(actor: Actor, upload: NodeImport) -> NodeImport:
    committee_id = _committee_of(actor)
    # One import at a time in each committee; the second one sees what the first one did.
    Committee.objects.select_for_update(no_key=True).get(pk=committee_id)
    locked: NodeImport = NodeImport.objects.select_for_update(of=("self",)).get(
        pk=upload.pk, committee_id=committee_id
    )
    return locked


def _keep(actor: Actor, source: str, name: str, content: dict[str, Any]) -> NodeImport:
    # What was looked at and not confirmed holds names of people; it goes with the next look.
    NodeImport.objects.filter(
        committee_id=actor.committee_id or 0, by_id=actor.user_id, state=NodeImport.State.PREVIEWED
    ).delete()
    kept: NodeImport = NodeImport.objects.create(
        committee_id=actor.committee_id or 0,
        source=source,
        name=name[-120:],
        by_id=actor.user_id,
        by_name=actor.name[:60],
        content=content,
    )
    return kept


def _packed(reading: Reading) -> dict[str, Any]:
    return {
        "entries": [asdict(e) for e in reading.entries],
        "errors": [[e.row, e.column, e.message] for e in reading.errors],
        "notes": list(reading.notes),
    }


def _grounded(actor: Actor, upload: NodeImport) -> tuple[Any, Any]:
    content = upload.content
    errors = [CellError(*e) for e in content.get("errors", [])]
    if upload.source == NodeImport.Source.SECONDMENTS:
        people = SecondmentGround(actor)
        lines = [Line(**e) for e in content.get("entries", [])]
        return people, people.plan(lines, errors, content.get("notes", []))
    ground = NodeGround(upload.committee_id)
    entries = tuple(Entry(**e) for e in content.get("entries", []))
    return ground, ground.plan(Reading(entries, tuple(errors), tuple(content.get("notes", []))))


def _outcome(plan: Any) -> dict[str, Any]:  # noqa: ANN401 (of nodes or of secondments)
    kinds = plan.kinds() if hasattr(plan, "kinds") else {"secondment": len(plan.added)}
    return {
        "kinds": kinds,
        "added": len(plan.added),
        "changed": len(getattr(plan, "changed", ())),
        "unchanged": plan.unchanged,
        "errors": [[e.row, e.column, e.message] for e in plan.errors],
    }
