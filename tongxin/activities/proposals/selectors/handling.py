"""What a handling unit's pages show: its inbox, and what stands beside a reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.enums import ANSWERING_ROLES, AssignmentState, HandlingRole
from tongxin.activities.proposals.lifecycle import ASSIGNMENT
from tongxin.activities.proposals.models import Assignment
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.models import Reply
    from tongxin.activities.proposals.querysets import AssignmentQuerySet
    from tongxin.foundation.core.access import Actor

ROWS = 20
_A = AssignmentState
TABS: dict[str, str | _StrPromise] = {
    "sign": _lazy("待签收"),
    "work": _lazy("办理中"),
    "countersign": _lazy("待会签"),
    "approve": _lazy("待签发"),
    "done": _lazy("已答复"),
}
_STATES = {
    "sign": (_A.ASSIGNED, _A.DECLINE_REQUESTED),
    "work": (_A.HANDLING, _A.COUNTERSIGNING, _A.APPROVING, _A.REPLY_REVIEW),
    "approve": (_A.APPROVING,),
    "done": (_A.REPLIED, _A.OPINION_GIVEN),
}


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One part of a unit's work, its next step and until when."""

    part: Assignment
    tone: str
    state: str
    due_on: date | None
    left: int | None
    step: str
    url: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of a unit's work."""

    tab: str
    tabs: Sequence[dict[str, object]]
    rows: Sequence[InboxRow]
    page: Page[Assignment]
    page_range: Sequence[int | str]


def own_parts(actor: Actor) -> AssignmentQuerySet:
    """Return the parts of the units that the actor works for, but those given back."""
    units = actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER)
    found: AssignmentQuerySet = Assignment.objects.visible_to(actor).in_force().filter(unit_id__in=units)
    return found


def inbox(actor: Actor, *, tab: str, page_number: int) -> Inbox:
    """Return one page of what a unit has to do or has done. Five queries."""
    units = actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER)
    asked = Deadline.objects.running().filter(kind="countersign", unit_id__in=units)
    conditions = {name: Q(state__in=states) for name, states in _STATES.items()}
    conditions["countersign"] = Q(pk__in=asked.values("subject_id"))
    names = [n for n in TABS if n != "approve" or actor.has(Role.UNIT_LEADER)]
    counts = own_parts(actor).aggregate(**{n: Count("pk", filter=conditions[n]) for n in names})
    if tab not in names:
        tab = next((n for n in names if n != "done" and counts[n]), "work")
    found = (
        own_parts(actor)
        .filter(conditions[tab])
        .select_related("unit", "proposal__matter", "proposal__lead_member", "proposal__body")
        .order_by("-assigned_on", "-pk")
    )
    paginator = Paginator(found, ROWS)
    paginator.count = counts[tab]
    page = paginator.get_page(page_number)
    return Inbox(
        tab=tab,
        tabs=[
            {"label": str(TABS[n]), "url": f"?tab={n}", "count": counts[n], "current": n == tab}
            for n in names
        ],
        rows=_rows(actor, list(page.object_list), tab),
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
    )


def _rows(actor: Actor, parts: Sequence[Assignment], tab: str) -> list[InboxRow]:
    running = Deadline.objects.running().filter(subject_id__in=[p.pk for p in parts])
    running = running.filter(unit_id__in={p.unit_id for p in parts})
    if tab == "countersign":
        running = running.filter(kind="countersign")
    # The nearest comes last and stays.
    due = dict(running.order_by("-due_on").values_list("subject_id", "due_on"))
    calendar = calendar_of(actor.committee_id or 0)
    rows = []
    for part in parts:
        state, due_on = ASSIGNMENT.states[part.state], due.get(part.pk)
        step, url = next_step(actor, part, countersigns=tab == "countersign")
        rows.append(
            InboxRow(
                part=part,
                tone=state.tone,
                state=str(state.label),
                due_on=due_on,
                left=days_left(due_on, clock.today(), calendar) if due_on else None,
                step=step,
                url=url,
            )
        )
    return rows


def next_step(actor: Actor, part: Assignment, *, countersigns: bool = False) -> tuple[str, str]:
    """Return what a unit does next with its part, and where; both empty while it waits for others."""
    if countersigns:
        return _("会签"), reverse("proposals:countersign", args=[part.pk])
    if part.state == _A.HANDLING:
        if part.role in ANSWERING_ROLES:
            return _("写答复"), reverse("proposals:reply", args=[part.pk])
        return _("交会办意见"), reverse("proposals:opinion", args=[part.pk])
    if part.state == _A.APPROVING and part.unit_id in actor.subjects(Role.UNIT_LEADER):
        return _("签发"), reverse("proposals:approve", args=[part.pk])
    return "", ""


def co_parts(part: Assignment) -> list[Assignment]:
    """Return the co-handling parts beside a lead's, with their opinions."""
    if part.role != HandlingRole.LEAD:
        return []
    found = Assignment.objects.filter(
        proposal_id=part.proposal_id, round=part.round, role=HandlingRole.CO
    ).in_force()
    return list(found.select_related("unit"))


def lead_draft(part: Assignment) -> Reply | None:
    """Return the draft that a co-handling unit is asked to countersign; None when there is none."""
    lead = (
        Assignment.objects.filter(proposal_id=part.proposal_id, round=part.round, state=_A.COUNTERSIGNING)
        .select_related("unit", "reply__reply_class")
        .first()
    )
    if lead is None:
        return None
    reply: Reply = lead.reply
    return reply


def letters_of(part: Assignment) -> list[dict[str, object]]:
    """Return the files of a part's reply, for the list of files."""
    reply = getattr(part, "reply", None)
    if reply is None:
        return []
    found = StoredFile.objects.kept().filter(matter_id=part.proposal_id, subject_id=reply.pk)
    return [
        {
            "pk": f.pk,
            "name": f.name,
            "url": reverse("files:download", args=[f.pk]),
            "kind": f.get_purpose_display(),
            "size": f.size_bytes,
            "at": f.at,
        }
        for f in found
    ]
