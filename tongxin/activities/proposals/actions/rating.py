"""The proposer's word on a reply, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongxin.activities.proposals.actions.handling import make_parts
from tongxin.activities.proposals.actions.moving import advance_proposal, lock_proposal, start
from tongxin.activities.proposals.actions.promising import release_promises, whole_date
from tongxin.activities.proposals.actions.rating_words import answers_of
from tongxin.activities.proposals.enums import (
    ANSWERING_ROLES,
    HandlingRole,
    ProposalState,
    Satisfaction,
)
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Assignment, Promise, Rating, Reply
from tongxin.activities.proposals.permissions import is_proposer
from tongxin.capabilities.files.actions import store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from tongxin.activities.proposals.models import Proposal, RatingChoice
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit


@transaction.atomic
def rate_reply(
    *,
    actor: Actor,
    reply: Reply,
    attitude: str | RatingChoice,
    result: str | RatingChoice,
    visit: RatingChoice | None = None,
    contact: RatingChoice | None = None,
    comment: str = "",
) -> Rating:
    """Say how satisfied the proposer is with a reply: with the handling, and with its result.

    When every reply of the round is rated, the proposal closes, is tracked, or is dissatisfied. Staff who
    enter a paper form are recorded as having entered it; the rating is the proposer's.

    Args:
        attitude: an answer of the committee's form, or a plain grade: its first answer of that grade.
        result: likewise.
        visit: whether the unit came, where the form asks and it was answered.
        contact: how the unit heard the proposer, likewise.

    Raises:
        PermissionDenied: the actor neither proposed it nor works for the committee; never a handling unit.
        Refused: not yet replied, rated already, or dissatisfied without a reason.
    """
    locked = lock_proposal(reply.assignment.proposal)
    PROPOSAL.check("rate", actor, locked)
    ensure(
        reply.assignment.round == locked.round and reply.sent_on is not None,
        because=_("只能评价本轮已正式送达的答复。"),
    )
    ensure(not Rating.objects.filter(reply=reply).exists(), because=_("这份答复已经评价过了。"))
    said = answers_of(locked.committee_id, attitude=attitude, result=result, visit=visit, contact=contact)
    unhappy = Satisfaction.DISSATISFIED in (said.attitude, said.result)
    ensure(not unhappy or bool(comment.strip()), because=_("不满意的，请写一两句原因，单位好重新办理。"))
    rating = Rating.objects.create(
        committee_id=locked.committee_id,
        reply=reply,
        attitude=said.attitude,
        result=said.result,
        **said.choices,
        comment=comment.strip(),
        on=clock.today(),
        member=locked.lead_member,
        body=locked.body,
        entered_by_id=None if is_proposer(actor, locked) else actor.user_id,
    )
    state = _state_after_rating(locked)
    advance_proposal(
        "rate",
        actor=actor,
        proposal=locked,
        text=f"评价{reply.assignment.unit.name}的答复：办理工作{said.words('attitude')}，"
        f"办理结果{said.words('result')}",
        note=rating.comment,
        who=locked.proposer_name,
        state=state,
        about=reply.assignment_id,
    )
    if state == ProposalState.DISSATISFIED:
        start("rehandle", locked)
    return rating


def _state_after_rating(proposal: Proposal) -> str:
    sent = list(
        Reply.objects.filter(assignment__proposal=proposal, sent_on__isnull=False).select_related(
            "rating", "reply_class", "assignment"
        )
    )
    now = [r for r in sent if r.assignment.round == proposal.round]
    if any(not hasattr(r, "rating") for r in now):
        return ProposalState.REPLIED
    if any(_is_unhappy(r.rating) for r in now):
        return ProposalState.DISSATISFIED
    # What was promised at a supervision stands whatever the replies say.
    if proposal.promises.filter(event__isnull=False).unsettled().exists():
        return ProposalState.TRACKING
    # A promise of an earlier round stands if it satisfied the proposer then: that unit was not asked again.
    if any(r.reply_class and r.reply_class.is_tracked and not _is_unhappy(r.rating) for r in sent):
        return ProposalState.TRACKING
    return ProposalState.CLOSED


def _is_unhappy(rating: Rating) -> bool:
    return Satisfaction.DISSATISFIED in (rating.attitude, rating.result)


@transaction.atomic
def order_rehandling(*, actor: Actor, proposal: Proposal, note: str = "") -> Proposal:
    """Send a proposal back to the units whose reply was not satisfactory, with their helpers (重新办理).

    Raises:
        PermissionDenied: the actor does not organize handling.
        Refused: its proposer is not dissatisfied, or a unit no longer exists and nobody took over its work.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("rehandle", actor, locked)
    parts = list(
        Assignment.objects.filter(proposal=locked, round=locked.round)
        .in_force()
        .select_related("unit", "reply__rating")
        .order_by("pk")
    )
    again = _parts_again(parts)
    release_promises(
        Promise.objects.filter(
            proposal=locked, reply__assignment__in=[p for p in parts if _answered_badly(p)]
        )
        .unsettled()
        .select_related("proposal__matter"),
        why="重新办理，原承诺不再跟踪",
    )
    locked.round += 1
    locked.replied_on = None
    locked.reply_class = None
    locked.save(update_fields=["round", "replied_on", "reply_class"])
    make_parts(locked, again)
    advance_proposal(
        "rehandle",
        actor=actor,
        proposal=locked,
        text=f"重新办理，第{locked.round}轮",
        note=note.strip(),
        who=str(actor.committee or actor.name),
        audience=TimelineEntry.Audience.PUBLIC,
    )
    return locked


def _parts_again(parts: Sequence[Assignment]) -> list[tuple[Unit, HandlingRole]]:
    answering = [p for p in parts if _answered_badly(p)]
    helping = [p for p in parts if p.role == HandlingRole.CO]
    again: dict[UUID, tuple[Unit, HandlingRole]] = {}
    for part in (*answering, *helping):
        unit = _present_unit(part.unit)
        if part.role == HandlingRole.CO and unit.ended_on is not None:
            continue  # nobody took over its work; the lead answers without it
        # Units that have merged since get one part, the one that answers.
        again.setdefault(unit.pk, (unit, HandlingRole(part.role)))
    return list(again.values())


def _answered_badly(part: Assignment) -> bool:
    return part.role in ANSWERING_ROLES and _is_unhappy(part.reply.rating)


def _present_unit(unit: Unit) -> Unit:
    """Return the unit, or the one that its work has passed to since."""
    passed = set()
    while unit.ended_on is not None and unit.pk not in passed:
        passed.add(unit.pk)
        succession = unit.successions.select_related("successor").order_by("on").first()
        if succession is None:
            break
        unit = succession.successor
    return unit


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk face to face with the proposer: when, who was there, what was agreed (当面协商)."""

    on: date
    participants: str
    agreed: str

    def missing_in_record(self, since: date | None) -> str:
        """Return what the record lacks, as a sentence; empty when it is whole.

        Args:
            since: the day of the answer that was talked about.
        """
        if not self.participants.strip() or not self.agreed.strip():
            return _("请写当面协商的情况：何时、谁参加、商定了什么。")
        if self.on > clock.today():
            return _("协商的日期还没有到。")
        if since and self.on < since:
            return _("协商的日期早于这一轮答复，请核对。")
        return ""

    def record(self) -> str:
        """Return the record as the timeline keeps it."""
        return f"时间：{whole_date(self.on)}\n参加：{self.participants.strip()}\n商定：{self.agreed.strip()}"


@transaction.atomic
def close_after_talk(
    *, actor: Actor, proposal: Proposal, talk: Talk, record_file: UploadedFile[bytes] | None = None
) -> Proposal:
    """Close a proposal that stayed unsatisfactory after re-handling, with the record of a talk face to face.

    Args:
        talk: when it was, who was there, what was agreed.
        record_file: the signed minutes or a photo of them; for those who have a part in the proposal.

    Raises:
        Refused: it has not been handled again yet, or the record is not whole.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("close_after_talk", actor, locked)
    ensure(locked.round > 1, because=_("不满意的提案要先重新办理一次。"))
    if fault := talk.missing_in_record(locked.replied_on):
        raise Refused(fault)
    release_promises(
        locked.promises.unsettled().select_related("proposal__matter"), why="当面协商后办结，按商定的办"
    )
    advance_proposal(
        "close_after_talk",
        actor=actor,
        proposal=locked,
        text="当面协商后办结",
        note=talk.record(),
        who=str(actor.committee or actor.name),
        audience=TimelineEntry.Audience.PUBLIC,
        talked_on=str(talk.on),
    )
    if record_file is not None:
        store_file(
            actor=actor,
            matter=locked.matter,
            upload=record_file,
            purpose=StoredFile.Purpose.EVIDENCE,
            # Of the proposal itself, yet only for those who have a part in it.
            subject_id=locked.pk,
        )
    return locked


@transaction.atomic
def finish_tracking(*, actor: Actor, proposal: Proposal, evidence: str) -> Proposal:
    """Close a tracked proposal once what was promised is done, saying what shows it.

    Raises:
        Refused: a promise is not settled yet, or nothing is said of what was done.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("finish_tracking", actor, locked)
    left = locked.promises.unsettled().count()
    ensure(
        not left,
        because=ngettext(
            "还有{n}条承诺没有兑现，先逐条核实；确实不再办的，写明原因后不再跟踪。",
            "还有{n}条承诺没有兑现，先逐条核实；确实不再办的，写明原因后不再跟踪。",
            left,
        ).format(n=left),
    )
    ensure(bool(evidence.strip()), because=_("请写明承诺的事办成了什么样，有什么凭据。"))
    advance_proposal(
        "finish_tracking",
        actor=actor,
        proposal=locked,
        text="承诺已兑现，办结",
        note=evidence.strip(),
        who=str(actor.committee or actor.name),
        audience=TimelineEntry.Audience.PUBLIC,
    )
    return locked
