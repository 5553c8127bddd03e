"""Opinions before the decision: the pre-review (预审) and the second review (复审)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import advance_proposal, lock_proposal, rules_of
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import ReviewOpinion
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.record_language import recorded

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Proposal, RejectReason, Topic
    from tongxin.foundation.core.access import Actor

_STAGES = (ReviewOpinion.Stage.PRE, ReviewOpinion.Stage.SECOND)


@dataclass(frozen=True, slots=True)
class Advice:
    """What a reviewer advises.

    Attributes:
        advice: one of ``ReviewOpinion.Advice``.
        topic: the topic it belongs to; it becomes the proposal's at once, so that the right group sees it.
        reject_reason: wanted where the advice is not to file it.
        merge_into: wanted where the advice is to merge it.
        note: why; wanted where it shall be returned.
    """

    advice: str
    topic: Topic | None = None
    reject_reason: RejectReason | None = None
    merge_into: Proposal | None = None
    note: str = ""

    def missing_in(self, proposal: Proposal) -> str:
        """Return what the advice still lacks, as a sentence; empty when it is complete."""
        kinds = ReviewOpinion.Advice
        if self.advice == kinds.RETURN and not self.note.strip():
            return _("请写明要改什么。")
        if self.advice == kinds.NOT_FILE and self.reject_reason is None:
            return _("请选一条理由。")
        if self.advice == kinds.MERGE and self.merge_into is None:
            return _("请写明并入哪一件。")
        named = (self.topic, self.reject_reason, self.merge_into)
        if any(row is not None and row.committee_id != proposal.committee_id for row in named):
            return _("请选本会的类别、理由或提案。")
        return ""


def required_stages(review_stages: int) -> tuple[ReviewOpinion.Stage, ...]:
    """Return which opinions come before the decision, by how many stages the committee has set."""
    return _STAGES[: review_stages - 1]


def opinions_on(proposal: Proposal) -> list[ReviewOpinion]:
    """Return the opinions on the present text, the first stage first."""
    found = {
        o.stage: o
        for o in ReviewOpinion.objects.filter(
            proposal=proposal, text_version=proposal.text_version
        ).select_related("topic", "reject_reason", "merge_into__matter")
    }
    return [found[stage] for stage in _STAGES if stage in found]


@transaction.atomic
def advise_proposal(*, actor: Actor, proposal: Proposal, advice: Advice) -> ReviewOpinion:
    """Give the opinion of the stage that is next, on the text as it is now. A new text is read anew.

    Raises:
        PermissionDenied: the actor does not examine proposals, or proposes this one.
        Refused: the committee has no such stage, all opinions are there, the same person gave the one
            before, or the advice lacks something.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("advise", actor, locked)
    if missing := advice.missing_in(locked):
        raise Refused(missing)
    stage = _stage_for(actor, locked)
    opinion = ReviewOpinion.objects.create(
        committee_id=locked.committee_id,
        proposal=locked,
        stage=stage,
        text_version=locked.text_version,
        advice=advice.advice,
        topic=advice.topic,
        reject_reason=advice.reject_reason,
        merge_into=advice.merge_into,
        note=advice.note.strip(),
        by_id=actor.user_id,  # type: ignore[misc]  # who examines has an account
        by_name=actor.name,
        at=clock.now(),
    )
    if advice.topic is not None and advice.topic != locked.topic:
        locked.topic = advice.topic
        locked.save(update_fields=["topic"])
    advance_proposal(
        "advise",
        actor=actor,
        proposal=locked,
        text=f"{recorded(ReviewOpinion.Stage(stage).label)}意见："
        f"{recorded(ReviewOpinion.Advice(advice.advice).label)}",
        note=opinion.note,
        audience=TimelineEntry.Audience.OFFICE,
    )
    return opinion


def _stage_for(actor: Actor, proposal: Proposal) -> str:
    required = required_stages(rules_of(proposal.committee_id).review_stages)
    ensure(bool(required), because=_("本会不分预审、复审，请直接审定。"))
    given = opinions_on(proposal)
    ensure(len(given) < len(required), because=_("预审、复审意见已经齐了，请审定。"))
    ensure(
        all(o.by_id != actor.user_id for o in given),
        because=_("您做了预审，请由别的审查人员复审。"),
    )
    return required[len(given)]


def obstacle_to_decision(actor: Actor, proposal: Proposal) -> str:
    """Return why this person may not decide on it yet; empty when they may.

    The opinions of all stages must be there for the present text, and who gave the pre-review does not decide.
    """
    required = required_stages(rules_of(proposal.committee_id).review_stages)
    if not required:
        return ""
    given = opinions_on(proposal)
    if len(given) < len(required):
        label = required[len(given)].label
        return _("还没有{stage}意见，不能审定。").format(stage=label)
    if given[0].by_id == actor.user_id:
        return _("您做了预审，请由别的审查人员审定。")
    return ""


def ensure_reviewed(actor: Actor, proposal: Proposal) -> None:
    """Refuse a decision that comes too early, or from who gave the pre-review.

    Raises:
        Refused: with the sentence of ``obstacle_to_decision``.
    """
    if obstacle := obstacle_to_decision(actor, proposal):
        raise Refused(obstacle)
