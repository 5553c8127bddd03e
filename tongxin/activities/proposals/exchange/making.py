"""The rows of the database that one row of a table becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from tongxin.activities.proposals.enums import (
    AssignmentState,
    Disclosure,
    HandlingRole,
    Phase,
    ProposalState,
)
from tongxin.activities.proposals.exchange.standing import standing_of
from tongxin.activities.proposals.lifecycle import ASKS
from tongxin.activities.proposals.models import (
    Assignment,
    Cosignature,
    Honour,
    KeyProposal,
    Proposal,
    Rating,
    Reply,
)
from tongxin.capabilities.deadlines.calendars import stages
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import (
    Kind,
    Matter,
    MatterLink,
    Participation,
    Relation,
    TimelineEntry,
    Visibility,
)
from tongxin.foundation.core import clock
from tongxin.foundation.core.record_language import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from django.db.models import Model

    from tongxin.activities.proposals.exchange.ground import Ground
    from tongxin.activities.proposals.exchange.plan import Planned
    from tongxin.activities.proposals.exchange.standing import Standing
    from tongxin.activities.proposals.models import ProposalImport, ReplyClass
    from tongxin.capabilities.deadlines.workdays import Calendar
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session

# Recorded: what stands where the paper knows more than the table.
ENTERED_LATER = "补录"
REPLY_ON_PAPER = "答复原件见纸质档案。"
NOT_PUBLIC = "补录：原表注明不公开"
_MORNING = time(9)
_P = ProposalState


@dataclass(slots=True)
class Rows:
    """New rows of one batch, in the order in which they can be added."""

    matters: list[Matter] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    participations: list[Participation] = field(default_factory=list)
    cosignatures: list[Cosignature] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    keys: list[KeyProposal] = field(default_factory=list)
    honours: list[Honour] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    timeline: list[TimelineEntry] = field(default_factory=list)
    links: list[MatterLink] = field(default_factory=list)

    def add(self) -> None:
        """Write them all."""
        for rows in (
            self.matters,
            self.proposals,
            self.participations,
            self.cosignatures,
            self.assignments,
            self.replies,
            self.ratings,
            self.keys,
            self.honours,
            self.deadlines,
            self.timeline,
            self.links,
        ):
            _bulk(rows)


def _bulk(rows: Iterable[Any]) -> None:
    found: list[Model] = list(rows)
    if found:
        type(found[0])._default_manager.bulk_create(found, batch_size=1000)  # noqa: SLF001 (any model's own)


@dataclass(slots=True)
class Maker:
    """Makes the rows of proposals, one after the other.

    Attributes:
        ids: the identifier of each proposal that others may be merged into, by session and number.
        untold: the class of replies whose class the table does not tell.
        before: of a proposal that is there already: when it was made and its version.
    """

    ground: Ground
    actor: Actor
    upload: ProposalImport
    calendar: Calendar
    running: Session | None
    ids: Mapping[tuple[tuple[int, int], int], UUID]
    untold: ReplyClass | None = None
    before: Mapping[UUID, tuple[datetime, int]] = field(default_factory=dict)
    rows: Rows = field(default_factory=Rows)

    def make(self, p: Planned, pk: UUID) -> Matter:
        """Add the rows of one proposal to the batch."""
        session = self.ground.sessions[p.entry.meeting]
        at = standing_of(p, session, running=self.running)
        matter = self._matter(p, pk, session, at)
        proposal = self._proposal(p, matter, session, at)
        self._people(p, proposal, at)
        parts = self._parts(p, proposal, at)
        self._replies(p, parts, at)
        self._honours(p, proposal, at)
        self._limits(proposal, parts, at)
        self._line(p, matter, session)
        return matter

    def _owned(self) -> dict[str, Any]:
        return {"committee_id": self.ground.committee_id}

    def _matter(self, p: Planned, pk: UUID, session: Session, at: Standing) -> Matter:
        made_at, version = self.before.get(pk, (clock.now(), 0))
        visibility = Visibility.INTERNAL
        if at.filed_on:
            visibility = Visibility.PUBLIC if p.entry.is_open else Visibility.MEMBERS
        matter = Matter(
            id=pk,
            **self._owned(),
            kind=Kind.PROPOSAL,
            code=f"{session.code_prefix}-{p.number:03d}" if p.number and at.filed_on else None,
            title=p.entry.title,
            state=at.state,
            visibility=visibility,
            opened_on=at.submitted_on,
            closed_on=at.closed_on,
            made_at=made_at,
            version=version + 1,
        )
        self.rows.matters.append(matter)
        return matter

    def _proposal(self, p: Planned, matter: Matter, session: Session, at: Standing) -> Proposal:
        e = p.entry
        body = self.ground.bodies[p.bodies[0]] if p.bodies else None
        reason = p.reason or self.ground.reason(e.reason) if e.reason else None
        into = self.ids[e.meeting, e.into] if e.into is not None and e.outcome == _P.MERGED else None
        topic = self.ground.topics.get(p.topic_key)
        proposal = Proposal(
            matter=matter,
            **self._owned(),
            session=session,
            kind=p.kind,
            phase=Phase.PLENARY if at.submitted_on <= session.proposal_cutoff_on else Phase.ORDINARY,
            serial=p.serial,
            number=p.number,
            lead_member_id=p.member.pk if p.member else None,
            body=body,
            situation=e.situation,
            analysis=e.analysis,
            suggestion=e.suggestion,
            topic=topic,
            is_livelihood=e.is_livelihood,
            disclosure=e.disclosure,
            disclosure_reason=NOT_PUBLIC if e.disclosure == Disclosure.NONE else "",
            is_key=e.is_key,
            is_outstanding=e.is_outstanding,
            reply_class=_least_solved(p.classes),
            reject_reason=reason,
            merged_into_id=into,
            submitted_at=_morning(at.submitted_on),
            filed_on=at.filed_on,
            assigned_on=at.assigned_on,
            replied_on=at.replied_on,
            imported_by=self.upload,
        )
        self.rows.proposals.append(proposal)
        if into is not None:
            self.rows.links.append(
                MatterLink(
                    **self._owned(),
                    source=matter,
                    target_id=into,
                    relation=Relation.MERGED_INTO,
                    on=at.filed_on or at.submitted_on,
                )
            )
        return proposal

    def _people(self, p: Planned, proposal: Proposal, at: Standing) -> None:
        roles = Participation.Role
        bodies = [self.ground.bodies[key] for key in p.bodies]
        took_part: list[tuple[str, dict[str, Any]]] = [
            (roles.PROPOSER, {"member_id": proposal.lead_member_id, "body_id": proposal.body_id}),
            *((roles.COSIGNER, {"member_id": person.pk}) for person in p.cosigners),
            *((roles.COSIGNER, {"body_id": body.pk}) for body in bodies[1:]),
        ]
        self.rows.participations += [
            Participation(**self._owned(), matter=proposal.matter, role=role, on=at.submitted_on, **who)
            for role, who in took_part
        ]
        self.rows.cosignatures += [
            Cosignature(
                **self._owned(),
                proposal=proposal,
                member_id=person.pk,
                state=Cosignature.State.SIGNED,
                invited_on=at.submitted_on,
                answered_on=at.submitted_on,
                signed_version=1,
            )
            for person in p.cosigners
        ]

    def _parts(self, p: Planned, proposal: Proposal, at: Standing) -> list[Assignment]:
        if at.assigned_on is None:
            return []
        role = HandlingRole.SEPARATE
        if len(p.lead) == 1:
            role = HandlingRole.LEAD if p.co else HandlingRole.SOLE
        parts = [(key, role) for key in p.lead] + [(key, HandlingRole.CO) for key in p.co]
        made = [
            Assignment(
                **self._owned(),
                proposal=proposal,
                unit=self.ground.units[key],
                role=role,
                state=_state_of_part(role, at),
                assigned_on=at.assigned_on,
                signed_on=at.assigned_on,
                ended_on=at.replied_on,
                opinion_on=at.replied_on if role == HandlingRole.CO else None,
            )
            for key, role in parts
        ]
        self.rows.assignments += made
        return made

    def _replies(self, p: Planned, parts: list[Assignment], at: Standing) -> None:
        if at.replied_on is None:
            return
        for n, part in enumerate(part for part in parts if part.role != HandlingRole.CO):
            reply = Reply(
                **self._owned(),
                assignment=part,
                document_number=ENTERED_LATER,
                text=REPLY_ON_PAPER,
                reply_class=p.classes[n] if p.classes else self.untold,
                # The text is none that the public could read.
                may_be_public=False,
                sent_on=at.replied_on,
            )
            self.rows.replies.append(reply)
            if p.attitudes:
                self._rating(p, n, reply, at.replied_on)

    def _rating(self, p: Planned, n: int, reply: Reply, on: date) -> None:
        attitude, attitude_choice = p.attitudes[n]
        result, result_choice = p.results[n]
        proposal = reply.assignment.proposal
        self.rows.ratings.append(
            Rating(
                **self._owned(),
                reply=reply,
                attitude=attitude,
                result=result,
                attitude_choice=attitude_choice,
                result_choice=result_choice,
                on=on,
                member_id=proposal.lead_member_id,
                body_id=proposal.body_id,
                entered_by_id=self.actor.user_id,
            )
        )

    def _honours(self, p: Planned, proposal: Proposal, at: Standing) -> None:
        on = at.filed_on or at.submitted_on
        if p.entry.is_key:
            ended = at.closed_on is not None
            self.rows.keys.append(
                KeyProposal(
                    **self._owned(),
                    proposal=proposal,
                    state=KeyProposal.State.ENDED if ended else KeyProposal.State.CHOSEN,
                    reason=ENTERED_LATER,
                    nominated_on=on,
                    nominated_by_id=self.actor.user_id,
                    decision=ENTERED_LATER,
                    decided_on=on,
                    result=ENTERED_LATER if ended else "",
                    ended_on=at.closed_on,
                )
            )
        if p.entry.is_outstanding:
            day = at.closed_on or at.replied_on or on
            self.rows.honours.append(
                Honour(
                    **self._owned(),
                    session=proposal.session,
                    kind=Honour.Kind.PROPOSAL,
                    proposal=proposal,
                    state=Honour.State.PUBLISHED,
                    reason=ENTERED_LATER,
                    nominated_on=day,
                    nominated_by_name=ENTERED_LATER,
                    decision=ENTERED_LATER,
                    decided_on=day,
                    published_on=day,
                )
            )

    def _limits(self, proposal: Proposal, parts: list[Assignment], at: Standing) -> None:
        """Start the limits of what the running session still has to do, from the real days."""
        if not at.is_running:
            return
        today = clock.today()
        # What was asked at a day that the table does not tell is asked from today.
        of_the_whole = {
            _P.SUBMITTED: ("review", at.submitted_on),
            _P.RETURNED: ("revise", today),
            _P.FILED: ("assign", at.filed_on or today),
            _P.DISSATISFIED: ("rehandle", today),
        }
        if found := of_the_whole.get(_P(at.state)):
            self._limit(proposal, *found)
        elif at.state == _P.HANDLING:
            for part in parts:
                kind = "co_opinion" if part.role == HandlingRole.CO else "reply"
                self._limit(proposal, kind, part.assigned_on, part)
        elif at.state == _P.REPLIED:
            for part in parts:
                if part.role != HandlingRole.CO:
                    self._limit(proposal, "rating", today, part)

    def _limit(self, proposal: Proposal, kind: str, starts_on: date, part: Assignment | None = None) -> None:
        ask, rules = ASKS[kind], self.ground.rules
        length = {"months" if ask.rule.endswith("_months") else "working_days": getattr(rules, ask.rule)}
        limit = Deadline(
            **self._owned(),
            matter=proposal.matter,
            kind=kind,
            subject_id=part.pk if part else None,
            unit_id=part.unit_id if part and kind != "rating" else None,
            starts_on=starts_on,
            reason=recorded(ask.reason),
            basis=rules.basis,
            **length,
        )
        found = stages(limit, self.calendar)
        limit.due_on = found[-1].due_on
        limit.provisional = any(stage.provisional for stage in found)
        self.rows.deadlines.append(limit)

    def _line(self, p: Planned, matter: Matter, session: Session) -> None:
        said = p.entry.outcome_word
        text = f"{ENTERED_LATER}{session}提案" + (f"，原表审查结果：{said}" if said else "")
        self.rows.timeline.append(
            TimelineEntry(
                **self._owned(),
                matter=matter,
                user_id=self.actor.user_id,
                who=str(self.actor.committee or self.actor.name)[:80],
                verb="import",
                text=text[:200],
                note=f"来自表格「{self.upload.filename}」第{p.entry.row}行",
            )
        )


def _state_of_part(role: HandlingRole, at: Standing) -> AssignmentState:
    if not at.is_replied:
        return AssignmentState.HANDLING
    return AssignmentState.OPINION_GIVEN if role == HandlingRole.CO else AssignmentState.REPLIED


def _least_solved(classes: Iterable[ReplyClass]) -> ReplyClass | None:
    return max(classes, key=lambda found: found.code, default=None)


def _morning(day: date) -> datetime:
    return datetime.combine(day, _MORNING, tzinfo=clock.ZONE)
