"""Examination: filing, returning, not filing, merging, converting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.advising import ensure_reviewed
from tongxin.activities.proposals.actions.merging import ensure_nothing_merged_into
from tongxin.activities.proposals.actions.moving import (
    advance_proposal,
    lock_proposal,
    start,
    tell_parties,
)
from tongxin.activities.proposals.enums import CAN_LEAD, Disclosure, ProposalState
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Assignment
from tongxin.activities.proposals.permissions import can_disclose_proposal
from tongxin.capabilities.deadlines.actions import drop_deadlines
from tongxin.capabilities.matters.actions import link_matters, set_visibility, take_number
from tongxin.capabilities.matters.models import Relation, TimelineEntry, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Proposal, RejectReason, Topic
    from tongxin.foundation.core.access import Actor

_OFFICE = "提案委员会"


@transaction.atomic
def take_up_proposal(*, actor: Actor, proposal: Proposal) -> Proposal:
    """Put a submitted proposal on the table for examination."""
    locked = lock_proposal(proposal)
    PROPOSAL.check("take_up", actor, locked)
    advance_proposal("take_up", actor=actor, proposal=locked, text="开始审查", who=_OFFICE)
    return locked


@transaction.atomic
def file_proposal(
    *, actor: Actor, proposal: Proposal, topic: Topic | None = None, is_livelihood: bool | None = None
) -> Proposal:
    """Accept an examined proposal and give it its number (立案).

    The number is the next of its session, without gaps; a proposal that has one keeps it.

    Raises:
        PermissionDenied: the actor does not examine proposals, or proposes this one.
        Refused: it is not under review, the opinions that come first are missing, or the topic is not this
            committee's.
    """
    locked = _to_decide("file", actor, proposal)
    ensure(
        topic is None or topic.committee_id == locked.committee_id,
        because=_("请选一个本会的类别。"),
    )
    if locked.number is None:
        locked.number = take_number(committee_id=locked.committee_id, series=f"proposal:{locked.session_id}")
    locked.matter.code = f"{locked.session.code_prefix}-{locked.number:03d}"
    locked.filed_on = clock.today()
    locked.topic = topic or locked.topic
    locked.conversion_asked_on = None
    if is_livelihood is not None:
        locked.is_livelihood = is_livelihood
    locked.save()
    if not locked.is_sensitive:
        locked.matter.visibility = Visibility.MEMBERS
    advance_proposal(
        "file",
        actor=actor,
        proposal=locked,
        text=f"立案，编号{locked.matter.code}",
        who=_OFFICE,
        audience=TimelineEntry.Audience.PUBLIC,
        number=locked.number,
    )
    start("assign", locked)
    return locked


@transaction.atomic
def return_proposal(*, actor: Actor, proposal: Proposal, reason: str) -> Proposal:
    """Give a proposal back to be improved, saying how."""
    locked = _to_decide("return", actor, proposal)
    ensure(bool(reason.strip()), because=_("请写明要改什么。"))
    _end_question(locked)
    advance_proposal(
        "return", actor=actor, proposal=locked, text="退回修改", note=reason.strip(), who=_OFFICE
    )
    start("revise", locked)
    return locked


@transaction.atomic
def refuse_proposal(
    *, actor: Actor, proposal: Proposal, reason: RejectReason, explanation: str = ""
) -> Proposal:
    """Do not file a proposal, for one of the committee's reasons (不予立案)."""
    locked = _to_decide("not_file", actor, proposal)
    ensure(
        reason.committee_id == locked.committee_id and reason.is_active,
        because=_("请选一条本会在用的不予立案理由。"),
    )
    ensure_nothing_merged_into(locked)
    locked.reject_reason = reason
    locked.conversion_asked_on = None
    locked.save(update_fields=["reject_reason", "conversion_asked_on"])
    advance_proposal(
        "not_file",
        actor=actor,
        proposal=locked,
        text=f"不予立案：{reason.text}"[:200],
        note=explanation.strip(),
        who=_OFFICE,
        reason=reason.code,
    )
    return locked


@transaction.atomic
def merge_proposal(*, actor: Actor, proposal: Proposal, into: Proposal) -> Proposal:
    """Merge a proposal into another on the same matter (并案). Its proposers and text stay its own.

    Both are locked in the order of their identifiers, so two merges in opposite directions cannot wait for
    each other for ever.
    """
    pair = {p.pk: lock_proposal(p) for p in sorted((proposal, into), key=lambda p: p.pk)}
    locked, lead = pair[proposal.pk], pair[into.pk]
    PROPOSAL.check("merge", actor, locked)
    if locked.state == ProposalState.UNDER_REVIEW:
        ensure_reviewed(actor, locked)
    ensure(locked.pk != lead.pk, because=_("不能并入自己。"))
    ensure(
        lead.committee_id == locked.committee_id and lead.state in CAN_LEAD,
        because=_("只能并入审查中、已立案或办理中的提案。"),
    )
    ensure_nothing_merged_into(locked)
    ensure(
        not Assignment.objects.filter(proposal=locked, round=locked.round).in_force().exists(),
        because=_("还有单位在办这一件，请先收回交办，再并案。"),
    )
    locked.merged_into = lead
    # An office that it had been handed to has nothing to hand on any more.
    locked.office = locked.handed_on = locked.conversion_asked_on = None
    locked.save(update_fields=["merged_into", "office", "handed_on", "conversion_asked_on"])
    link_matters(actor=actor, source=locked.matter, target=lead.matter, relation=Relation.MERGED_INTO)
    name = lead.matter.code or lead.matter.title
    advance_proposal(
        "merge",
        actor=actor,
        proposal=locked,
        text=f"并入{name}",
        who=_OFFICE,
        into=str(lead.pk),
    )
    drop_deadlines(matter=locked.matter)
    # Who handles the other one answers this one as well.
    tell_parties(
        actor=actor,
        proposal=lead,
        groups=["units"],
        text=f"{lead.matter.title}：「{locked.matter.title}」并入本案，请一并办理、分别答复",
    )
    return locked


@transaction.atomic
def convert_proposal(*, actor: Actor, proposal: Proposal, consent: bool, note: str = "") -> Proposal:
    """Pass a proposal on as an opinion report (转社情民意), with the proposer's consent.

    Args:
        consent: that the proposer agreed on paper or by telephone; without it the proposal stays what it is.
            Who can be asked here answers here, see ``converting``.
        note: how they agreed.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("convert", actor, locked)
    ensure(consent, because=_("转社情民意要先征得提案者同意。"))
    ensure(bool(note.strip()), because=_("请写明提案者是怎样同意的：当面、电话还是书面，哪一天。"))
    if locked.state == ProposalState.UNDER_REVIEW:
        ensure_reviewed(actor, locked)
    ensure_nothing_merged_into(locked)
    _end_question(locked)
    advance_proposal(
        "convert",
        actor=actor,
        proposal=locked,
        text="转为社情民意信息",
        note=note.strip(),
        who=_OFFICE,
    )
    return locked


@transaction.atomic
def disclose_proposal(*, actor: Actor, proposal: Proposal, public: bool) -> Proposal:
    """Open a filed proposal to the public, or close it again.

    Raises:
        PermissionDenied: the actor does not work for the committee's office.
        Refused: the proposer did not agree, it is sensitive, or it is not filed.
    """
    locked = lock_proposal(proposal)
    require(can_disclose_proposal(actor, locked), because=_("公开要由机关工作人员审核。"))
    if public and (obstacle := obstacle_to_disclosure(locked)):
        raise Refused(obstacle)
    if public == (locked.matter.visibility == Visibility.PUBLIC):
        # Also closes what was never open: nothing may become visible to members by that.
        return locked
    hidden = Visibility.INTERNAL if locked.is_sensitive else Visibility.MEMBERS
    set_visibility(actor=actor, matter=locked.matter, visibility=Visibility.PUBLIC if public else hidden)
    return locked


def _to_decide(verb: str, actor: Actor, proposal: Proposal) -> Proposal:
    """Lock a proposal for a decision, if this person may take it and all opinions before it are there."""
    locked = lock_proposal(proposal)
    PROPOSAL.check(verb, actor, locked)
    ensure_reviewed(actor, locked)
    return locked


def _end_question(proposal: Proposal) -> None:
    # Whoever decides does not wait any more for what the proposer says to a conversion.
    proposal.conversion_asked_on = None
    proposal.save(update_fields=["conversion_asked_on"])


def obstacle_to_disclosure(proposal: Proposal) -> str:
    """Return why the public may not see a proposal; empty when it may."""
    if proposal.is_sensitive:
        return _("敏感提案不公开。")
    if proposal.disclosure == Disclosure.NONE:
        return _("提案者没有同意公开：{reason}").format(reason=proposal.disclosure_reason)
    if proposal.filed_on is None:
        return _("只有已立案的提案可以公开。")
    return ""
