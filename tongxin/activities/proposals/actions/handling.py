"""Handing over to units, signing for, asking to be released, opinions, reminders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from tongxin.activities.proposals.actions.moving import (
    advance_assignment,
    advance_proposal,
    lock_assignment,
    lock_proposal,
    lock_proposals,
    lock_with_merged,
    rules_of,
    start,
)
from tongxin.activities.proposals.enums import (
    ANSWERING_ROLES,
    AssignmentState,
    HandlingRole,
    ProposalState,
)
from tongxin.activities.proposals.lifecycle import ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.models import Assignment
from tongxin.activities.proposals.permissions import can_organize_handling, can_supervise
from tongxin.capabilities.deadlines.actions import drop_deadlines
from tongxin.capabilities.deadlines.selectors import calendar_of
from tongxin.capabilities.deadlines.workdays import add_workdays
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.core.templatetags.ui import zh_date
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tongxin.activities.proposals.models import Proposal, ProposalRules
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit

# A unit's part that can still be reminded.
_WAITED_FOR = (
    AssignmentState.ASSIGNED,
    AssignmentState.HANDLING,
    AssignmentState.COUNTERSIGNING,
    AssignmentState.APPROVING,
)


_HAS_LEAD = _lazy("这件提案已有主办单位。要换单位，请先由该单位申请退回。")


@dataclass(frozen=True, slots=True)
class HandOver:
    """Which units handle a proposal, and how."""

    answering: tuple[Unit, ...]
    co: tuple[Unit, ...] = ()
    separate: bool = False

    def parts(self, present: Sequence[Assignment] = ()) -> list[tuple[Unit, HandlingRole]]:
        """Return each new unit with its role, beside the units that are at work already.

        Raises:
            Refused: no unit answers, several do without being separate, a unit is named twice, or helpers
                are named where nobody leads.
        """
        units = [u.pk for u in (*self.answering, *self.co)] + [a.unit_id for a in present]
        ensure(len(set(units)) == len(units), because=_("同一个单位不能选两次，已在办的单位不用再选。"))
        answering_now = [a.role for a in present if a.role in ANSWERING_ROLES]
        answering = len(answering_now) + len(self.answering)
        ensure(answering > 0, because=_("请选主办单位。"))
        if self.separate or HandlingRole.SEPARATE in answering_now:
            ensure(not set(answering_now) - {HandlingRole.SEPARATE}, because=_HAS_LEAD)
            ensure(answering > 1, because=_("分办至少要选两个单位。"))
            ensure(
                not self.co and not any(a.role == HandlingRole.CO for a in present),
                because=_("分办的单位各自答复，没有会办单位。"),
            )
            role = HandlingRole.SEPARATE
        else:
            ensure(not (answering_now and self.answering), because=_HAS_LEAD)
            ensure(answering == 1, because=_("主办单位只能有一个；几个单位各自答复请选分办。"))
            has_co = bool(self.co) or any(a.role == HandlingRole.CO for a in present)
            role = HandlingRole.LEAD if has_co else HandlingRole.SOLE
        return [(u, role) for u in self.answering] + [(u, HandlingRole.CO) for u in self.co]


@transaction.atomic
def assign_proposal(*, actor: Actor, proposal: Proposal, to: HandOver) -> list[Assignment]:
    """Hand a filed proposal over to units (交办).

    After a unit was released, the same action gives its part to another. The limits of the new parts run
    from today. An office that it was given to hands it on to its own units only.

    Raises:
        PermissionDenied: the actor does not organize handling, nor work for the office that hands it on.
        Refused: not filed, a unit no longer exists or is not the office's, or somebody already answers.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("assign", actor, locked)
    who = _hands_on_as(actor, locked, to)
    present = list(
        Assignment.objects.filter(proposal=locked, round=locked.round).in_force().select_related("unit")
    )
    parts = to.parts(present)
    ensure(bool(parts), because=_("请选单位。"))
    if to.co:
        # A unit that worked alone becomes the lead of those that join it.
        Assignment.objects.filter(pk__in=[a.pk for a in present if a.role == HandlingRole.SOLE]).update(
            role=HandlingRole.LEAD
        )
    made = make_parts(locked, parts)
    _ask_to_countersign(locked, present, made)
    locked.assigned_on = locked.assigned_on or clock.today()
    if not any(locked.office_id in {p.unit_id, p.unit.supervised_by_id} for p in (*present, *made)):
        # The committee has handed it over past the office, which has nothing to do with it any more.
        locked.office = locked.handed_on = None
    locked.save(update_fields=["assigned_on", "office", "handed_on"])
    state = locked.state if locked.state == ProposalState.HANDLING else ProposalState.ASSIGNED
    advance_proposal(
        "assign",
        actor=actor,
        proposal=locked,
        text=f"交办{_in_words(made)}",
        who=who,
        state=state,
        audience=TimelineEntry.Audience.PUBLIC,
        units=[str(a.unit_id) for a in made],
    )
    return made


def _hands_on_as(actor: Actor, proposal: Proposal, to: HandOver) -> str:
    """Return the name under which it is handed over, and refuse units that are not the office's own."""
    if can_organize_handling(actor, proposal):
        return office_of(actor)
    for unit in (*to.answering, *to.co):
        ensure(
            proposal.office_id in {unit.pk, unit.supervised_by_id},
            because=_("{unit}不归贵单位转交。该由它办的，请退回政协。").format(unit=unit.name),
        )
    return str(proposal.office)


def _ask_to_countersign(
    proposal: Proposal, present: Sequence[Assignment], joining: Sequence[Assignment]
) -> None:
    """Put the draft that is being countersigned before the units that join now; it waits for them too."""
    if any(a.state == AssignmentState.COUNTERSIGNING for a in present):
        for part in joining:
            start("countersign", proposal, subject_id=part.pk, unit_id=part.unit_id)


def make_parts(proposal: Proposal, parts: Iterable[tuple[Unit, HandlingRole]]) -> list[Assignment]:
    """Give each unit its part in the present round, with its limits.

    Raises:
        Refused: a unit no longer exists.
    """
    rules = rules_of(proposal.committee_id)
    made = []
    for unit, role in parts:
        ensure(
            unit.committee_id == proposal.committee_id and unit.ended_on is None,
            because=_("{unit}已经撤并，请选现在的单位。").format(unit=unit.name),
        )
        part = Assignment.objects.create(
            committee_id=proposal.committee_id,
            proposal=proposal,
            unit=unit,
            role=role,
            round=proposal.round,
            assigned_on=clock.today(),
        )
        start("sign_for", proposal, subject_id=part.pk, unit_id=unit.pk, rules=rules)
        _start_work_limit(proposal, part, rules)
        made.append(part)
    return made


def _start_work_limit(proposal: Proposal, part: Assignment, rules: ProposalRules) -> None:
    if part.role == HandlingRole.CO:
        start("co_opinion", proposal, subject_id=part.pk, unit_id=part.unit_id, rules=rules)
    elif proposal.round > 1:
        start(
            "reply",
            proposal,
            subject_id=part.pk,
            unit_id=part.unit_id,
            rules=rules,
            rule="rehandle_months",
            reason=recorded(pgettext_lazy("event", "重新交办")),
        )
    else:
        start("reply", proposal, subject_id=part.pk, unit_id=part.unit_id, rules=rules)


def _in_words(parts: Sequence[Assignment]) -> str:
    words = [f"{a.unit.name}（{recorded(HandlingRole(a.role).label)}）" for a in parts]
    return "、".join(words)


def office_of(actor: Actor) -> str:
    """Return the name under which an office acts in the timeline."""
    return str(actor.committee or actor.name)


@transaction.atomic
def sign_for(*, actor: Actor, assignment: Assignment) -> Assignment:
    """Take the work on (签收)."""
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("sign_for", actor, locked)
    locked.signed_on = clock.today()
    advance_assignment("sign_for", actor=actor, assignment=locked, text="签收")
    _begin_handling(actor, locked)
    return locked


def _begin_handling(actor: Actor, assignment: Assignment) -> None:
    proposal = assignment.proposal
    if proposal.state == ProposalState.ASSIGNED and assignment.role in ANSWERING_ROLES:
        advance_proposal(
            "begin_handling",
            actor=actor,
            proposal=proposal,
            text="开始办理",
            who=assignment.unit.name,
            audience=TimelineEntry.Audience.PUBLIC,
        )


@transaction.atomic
def request_decline(*, actor: Actor, assignment: Assignment, reason: str) -> Assignment:
    """Ask to be released, with the reason (申退). Until it is answered the unit stays responsible.

    Raises:
        PermissionDenied: not the actor's unit.
        Refused: the time to ask is over, or no reason is given.
    """
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("request_decline", actor, locked)
    last = last_day_to_decline(locked)
    ensure(
        clock.today() <= last,
        because=_("申请退回的期限是{day}，已经过了。确有困难的，请和政协提案委员会联系。").format(
            day=zh_date(last)
        ),
    )
    ensure(bool(reason.strip()), because=_("请写明为什么不属于本单位办理，最好写出该由谁办。"))
    locked.decline_reason = reason.strip()
    advance_assignment(
        "request_decline", actor=actor, assignment=locked, text="申请退回", note=reason.strip()
    )
    start("decline_answer", locked.proposal, subject_id=locked.pk)
    return locked


def last_day_to_decline(assignment: Assignment) -> date:
    """Return until when a unit may ask to be released: so many working days after the hand-over."""
    days = rules_of(assignment.committee_id).decline_days
    return add_workdays(assignment.assigned_on, days, calendar_of(assignment.committee_id))


@transaction.atomic
def answer_decline(*, actor: Actor, assignment: Assignment, accept: bool, note: str = "") -> Assignment:
    """Release the unit, or tell it that the work stays with it.

    When nobody is left who answers the proposer, the proposal waits to be handed over again.
    """
    if accept:
        # Where the others have answered, this release is what lets the replies go out.
        lock_with_merged(assignment.proposal)
    locked = lock_assignment(assignment)
    verb = "accept_decline" if accept else "refuse_decline"
    ASSIGNMENT.check(verb, actor, locked)
    proposal = locked.proposal
    if accept:
        advance_assignment(
            verb,
            actor=actor,
            assignment=locked,
            text="退回申请获准",
            note=note.strip(),
        )
        drop_deadlines(matter=proposal.matter, subject_id=locked.pk)
        after_release(actor, locked)
        return locked
    ensure(bool(note.strip()), because=_("请写明为什么仍由该单位办理。"))
    locked.signed_on = locked.signed_on or clock.today()
    advance_assignment(
        verb, actor=actor, assignment=locked, text="退回申请未获准，继续办理", note=note.strip()
    )
    _begin_handling(actor, locked)
    return locked


def after_release(actor: Actor, released: Assignment) -> None:
    """Let what is left go on without a part that ended: the helpers' draft, the answers, the hand-over."""
    from tongxin.activities.proposals.actions.replying import (  # noqa: PLC0415 (replying builds on this)
        finish_countersigning,
        finish_replying,
    )

    proposal = released.proposal
    left = Assignment.objects.filter(proposal=proposal, round=proposal.round).in_force()
    if released.role == HandlingRole.CO:
        for lead in left.filter(state=AssignmentState.COUNTERSIGNING).select_related("unit", "reply"):
            lead.proposal = proposal
            finish_countersigning(actor=actor, assignment=lead)
    elif left.filter(role__in=ANSWERING_ROLES).exists():
        finish_replying(actor=actor, proposal=proposal)
    else:
        advance_proposal(
            "await_assignment",
            actor=actor,
            proposal=proposal,
            text="等待重新交办",
            who=office_of(actor),
        )
        # Through whose hands it went, they are asked again.
        start(
            "hand_on" if proposal.office_id else "assign",
            proposal,
            unit_id=proposal.office_id,
            reason=recorded(pgettext_lazy("event", "单位退回")),
        )


@transaction.atomic
def give_opinion(*, actor: Actor, assignment: Assignment, opinion: str) -> Assignment:
    """Give the lead unit the written opinion of a co-handling unit (会办意见)."""
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("give_opinion", actor, locked)
    ensure(bool(opinion.strip()), because=_("请写会办意见。"))
    locked.opinion = opinion.strip()
    locked.opinion_on = clock.today()
    advance_assignment("give_opinion", actor=actor, assignment=locked, text="交会办意见", note=locked.opinion)
    return locked


@transaction.atomic
def remind_units(*, actor: Actor, assignments: Iterable[Assignment]) -> int:
    """Remind units of what they have not done yet (催办).

    Returns:
        How many parts were reminded; those that are done are passed over.

    Raises:
        PermissionDenied: one of them is not the actor's to supervise.
    """
    reminded = 0
    chosen = sorted(assignments, key=lambda a: a.proposal_id)
    lock_proposals(a.proposal_id for a in chosen)
    for assignment in chosen:
        locked = lock_assignment(assignment)
        require(can_supervise(actor, locked), because=_("您不能催办这个单位。"))
        if locked.state not in _WAITED_FOR or ASSIGNMENT.left_behind(locked):
            continue
        remind_part(actor=actor, assignment=locked, who=office_of(actor))
        reminded += 1
    return reminded


def remind_part(*, actor: Actor, assignment: Assignment, who: str) -> None:
    """Note a reminder in the timeline and tell the people of the unit; the caller has asked leave."""
    move_matter(
        actor=actor,
        matter=assignment.proposal.matter,
        verb="remind",
        text=f"催办{assignment.unit.name}",
        who=who,
    )
    clerks = Post.objects.filter(
        committee_id=assignment.committee_id,
        unit_id=assignment.unit_id,
        role__in=(Role.UNIT_CLERK, Role.UNIT_LEADER),
    ).held_on(clock.today())
    tell(
        user_ids=set(clerks.values_list("user_id", flat=True)) - {actor.user_id},
        committee_id=assignment.committee_id,
        text=f"催办：{assignment.proposal.matter.title}",
        url=f"/proposals/{assignment.proposal_id}/",
        matter=assignment.proposal.matter,
    )
