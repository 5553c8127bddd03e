"""What is asked of a person in the proposals room: their part of the one to-do list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from tongxin.activities.proposals.enums import AssignmentState
from tongxin.activities.proposals.lifecycle import ASKS
from tongxin.activities.proposals.models import Assignment, Cosignature, Proposal
from tongxin.capabilities.deadlines.asks import Asked, Todo, TodoGroup
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import counted_and_first
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.capabilities.deadlines.models import DeadlineQuerySet
    from tongxin.foundation.core.access import Actor

# Where the next step of each ask is done: URL name, and whether it is about a part or about the whole.
_PAGES = {
    "cosign": ("proposals:detail", False),
    "revise": ("proposals:edit", False),
    "review": ("proposals:review", False),
    "conversion": ("proposals:answer_conversion", False),
    "assign": ("proposals:assign", False),
    "sign_for": ("proposals:detail", False),
    "hand_on": ("proposals:assign", False),
    "decline_answer": ("proposals:answer_decline", True),
    "extension_answer": ("proposals:answer_extension", True),
    "reply": ("proposals:reply", True),
    "co_opinion": ("proposals:opinion", True),
    "countersign": ("proposals:countersign", True),
    "approve": ("proposals:approve", True),
    "reply_review": ("proposals:review_reply", True),
    "rating": ("proposals:detail", False),
    "rehandle": ("proposals:after_rating", False),
    "promise": ("proposals:report_promise", True),
    "promise_check": ("proposals:check_promise", True),
}
_OF_STAFF = [kind for kind, ask in ASKS.items() if ask.of == Role.STAFF]
_OF_PROPOSER = [kind for kind, ask in ASKS.items() if ask.of == "proposer"]
_FOR_SUPERVISOR = ("decline_answer", "extension_answer", "reply_review")


def asked_of(actor: Actor) -> DeadlineQuerySet:
    """Return the running deadlines that this actor is to meet."""
    mine = Q(pk__in=())
    if actor.member_id or actor.has(Role.SUBMITTER):
        proposals = Proposal.objects.filter(
            Q(lead_member_id=actor.member_id) if actor.member_id else Q(pk__in=())
        ) | Proposal.objects.filter(body_id__in=actor.subjects(Role.SUBMITTER))
        mine |= Q(kind__in=_OF_PROPOSER, matter_id__in=proposals.values("pk"))
    if actor.member_id:
        invited = Cosignature.objects.filter(member_id=actor.member_id).values("pk")
        mine |= Q(kind="cosign", subject_id__in=invited)
    if actor.has(Role.REVIEWER):
        mine |= Q(kind="review")
    if actor.has(Role.STAFF):
        mine |= Q(kind__in=_OF_STAFF)
    if offices := actor.subjects(Role.SUPERVISOR):
        parts = Assignment.objects.filter(Q(unit_id__in=offices) | Q(unit__supervised_by_id__in=offices))
        mine |= Q(kind__in=_FOR_SUPERVISOR, subject_id__in=parts.values("pk"))
        mine |= Q(kind="hand_on", unit_id__in=offices)
    if units := actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER):
        at_work = Exists(Assignment.objects.filter(pk=OuterRef("subject_id"), state=AssignmentState.HANDLING))
        mine |= Q(kind__in=("sign_for", "countersign", "promise"), unit_id__in=units)
        # While the draft is on its way the limit runs on, but it is no longer the clerk's turn.
        mine |= Q(kind__in=("reply", "co_opinion"), unit_id__in=units) & Q(at_work)
    if led := actor.subjects(Role.UNIT_LEADER):
        mine |= Q(kind="approve", unit_id__in=led)
    return Deadline.objects.visible_to(actor).running().filter(mine)


def asked(actor: Actor, *, limit: int) -> Asked:
    """Return what is asked of a person, how much of each kind and what is due first. One query."""
    counts, first = counted_and_first(asked_of(actor), limit)
    lists = reverse("proposals:list")
    # Kinds stand in the order of the life cycle.
    groups = [
        TodoGroup(kind, str(ask.text), counts[kind], f"{lists}?ask={kind}")
        for kind, ask in ASKS.items()
        if kind in counts
    ]
    todos = [
        Todo(
            kind=row.kind,
            text=str(ASKS[row.kind].text),
            title=row.matter.title,
            code=row.matter.code or "",
            due_on=row.due_on,
            url=page_of(row),
        )
        for row in first
    ]
    return Asked(groups, todos)


def page_of(deadline: Deadline) -> str:
    """Return where the ask behind a deadline is answered."""
    name, of_part = _PAGES[deadline.kind]
    return reverse(name, args=[deadline.subject_id if of_part else deadline.matter_id])
