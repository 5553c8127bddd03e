"""Inviting co-signers, and their own signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import lock_proposal, start
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.models import Cosignature
from tongxin.activities.proposals.permissions import can_write_proposal
from tongxin.capabilities.deadlines.actions import drop_deadlines, meet_deadline
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import MemberStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member

_OPEN = (ProposalState.DRAFT, ProposalState.RETURNED)
# Members who need not be asked (again): the question is before them, or they have signed.
_ASKED = (Cosignature.State.INVITED, Cosignature.State.LAPSED, Cosignature.State.SIGNED)


@transaction.atomic
def invite_cosigners(*, actor: Actor, proposal: Proposal, members: Iterable[Member]) -> list[Cosignature]:
    """Ask members to co-sign; asking the same member twice is one invitation.

    Raises:
        PermissionDenied: the actor does not write this proposal.
        Refused: it has been submitted, a body proposes it, or a member is not in office.
    """
    locked = lock_proposal(proposal)
    require(can_write_proposal(actor, locked), because=_("只有提案者可以请人联名。"))
    ensure(locked.state in _OPEN, because=_("提案已经提交，不能再请人联名。"))
    ensure(locked.body_id is None, because=_("集体提案不用联名。"))
    invited = []
    for member in members:
        ensure(
            member.committee_id == locked.committee_id
            and member.status == MemberStatus.ACTIVE
            and member.pk != locked.lead_member_id,
            because=_("{name}不能联名：只能请本会在任的其他委员。").format(name=member.name),
        )
        cosignature, made = Cosignature.objects.get_or_create(
            committee_id=locked.committee_id, proposal=locked, member=member
        )
        if not made and cosignature.state in _ASKED:
            continue
        cosignature.state = Cosignature.State.INVITED
        cosignature.invited_on = clock.today()
        cosignature.answered_on = None
        cosignature.save()
        start("cosign", locked, subject_id=cosignature.pk)
        _tell_member(
            actor,
            cosignature,
            f"{locked.proposer_name}请您联名：{locked.matter.title}",
        )
        invited.append(cosignature)
    if invited:
        move_matter(
            actor=actor,
            matter=locked.matter,
            verb="invite",
            text=f"请{'、'.join(c.member.name for c in invited)}联名",
        )
    return invited


@transaction.atomic
def take_back_invitation(*, actor: Actor, cosignature: Cosignature) -> Cosignature:
    """Take back an invitation that was not signed; a second time changes nothing.

    Raises:
        PermissionDenied: the actor does not write this proposal.
        Refused: it was signed, or the proposal has been submitted.
    """
    proposal = lock_proposal(cosignature.proposal)
    require(can_write_proposal(actor, proposal), because=_("只有提案者可以撤回邀请。"))
    locked = Cosignature.objects.select_related("member").get(pk=cosignature.pk)
    ensure(proposal.state in _OPEN, because=_("提案已经提交，联名已经结束。"))
    ensure(locked.state != Cosignature.State.SIGNED, because=_("对方已经签名，不能撤回。"))
    if locked.state == Cosignature.State.TAKEN_BACK:
        return locked
    locked.state = Cosignature.State.TAKEN_BACK
    locked.save(update_fields=["state"])
    drop_deadlines(matter=proposal.matter, kinds=["cosign"], subject_id=locked.pk)
    move_matter(
        actor=actor,
        matter=proposal.matter,
        verb="take_back",
        text=f"撤回对{locked.member.name}的联名邀请",
    )
    return locked


@transaction.atomic
def answer_invitation(
    *, actor: Actor, cosignature: Cosignature, signs: bool, text_version: int | None = None
) -> Cosignature:
    """Sign, or decline to. Only the member themselves can.

    Args:
        text_version: the version of the text that the member has read; a signature under another text is
            refused.

    Raises:
        PermissionDenied: not the invited member.
        Refused: no invitation is open, it is too late, the member is not in office, or the text changed while
            it was being read.
    """
    proposal = lock_proposal(cosignature.proposal)
    locked = Cosignature.objects.select_related("member").get(pk=cosignature.pk)
    require(
        actor.member_id == locked.member_id and actor.committee_id == locked.committee_id,
        because=_("联名要本人签名。"),
    )
    if locked.state == (Cosignature.State.SIGNED if signs else Cosignature.State.DECLINED):
        return locked
    ensure(
        proposal.state in _OPEN
        and locked.state in (Cosignature.State.INVITED, Cosignature.State.LAPSED, Cosignature.State.DECLINED),
        because=_("这份联名邀请已经结束。"),
    )
    if signs:
        _ensure_can_sign(locked, proposal, text_version)
    locked.state = Cosignature.State.SIGNED if signs else Cosignature.State.DECLINED
    locked.signed_version = proposal.text_version if signs else None
    locked.answered_on = clock.today()
    locked.save()
    meet_deadline(matter=proposal.matter, kinds=["cosign"], subject_id=locked.pk)
    text = "签名联名" if signs else "没有同意联名"
    move_matter(actor=actor, matter=proposal.matter, verb="cosign" if signs else "decline_cosign", text=text)
    if proposal.lead_member and proposal.lead_member.user_id:
        tell(
            user_ids=[proposal.lead_member.user_id],
            committee_id=proposal.committee_id,
            text=f"{proposal.matter.title}：{locked.member.name}{text}",
            url=f"/proposals/{proposal.pk}/",
            matter=proposal.matter,
        )
    return locked


def _ensure_can_sign(cosignature: Cosignature, proposal: Proposal, text_version: int | None) -> None:
    ensure(
        cosignature.member.status == MemberStatus.ACTIVE,
        because=_("只有本届在任委员可以联名。"),
    )
    ensure(
        proposal.cosign_until is None or clock.today() <= proposal.cosign_until,
        because=_("联名已经截止，请提案人改联名截止日。"),
    )
    ensure(
        text_version is None or text_version == proposal.text_version,
        because=_("您看的时候，提案的文字改过了。请看过新的文字再签名。"),
    )


def _tell_member(actor: Actor, cosignature: Cosignature, text: str) -> None:
    if cosignature.member.user_id and cosignature.member.user_id != actor.user_id:
        tell(
            user_ids=[cosignature.member.user_id],
            committee_id=cosignature.committee_id,
            text=text,
            url=f"/proposals/{cosignature.proposal_id}/",
            matter=cosignature.proposal.matter,
        )
