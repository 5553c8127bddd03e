"""Writing, submitting and withdrawing a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import advance_proposal, lock_proposal, rules_of, start
from tongxin.activities.proposals.enums import Disclosure, Phase, ProposalKind, ProposalState
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Cosignature, Proposal, Revision, WishedUnit
from tongxin.activities.proposals.permissions import can_write_proposal
from tongxin.activities.proposals.quality import shortcomings
from tongxin.capabilities.deadlines.actions import drop_deadlines
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.actions import open_matter, take_number, take_part
from tongxin.capabilities.matters.models import Kind, Participation
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.organization.enums import BodyKind, MemberStatus, Role
from tongxin.foundation.organization.models import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Body, Member, Unit

_TEXT_FIELDS = ("situation", "analysis", "suggestion")
_OTHER_FIELDS = ("topic", "is_livelihood", "disclosure", "disclosure_reason", "cosign_until", "convenor")
# What a body's kind makes of its proposal.
KIND_OF_BODY = {
    BodyKind.PARTY: ProposalKind.PARTY,
    BodyKind.ORGANIZATION: ProposalKind.ORGANIZATION,
    BodyKind.FIC: ProposalKind.ORGANIZATION,
    BodyKind.SECTOR: ProposalKind.SECTOR,
    BodyKind.GROUP: ProposalKind.GROUP,
    BodyKind.SPECIAL_COMMITTEE: ProposalKind.SPECIAL_COMMITTEE,
}


def current_session(committee_id: int) -> Session:
    """Return the session that counts today: the last one that has opened, else the next.

    Raises:
        Refused: the committee has no session yet.
    """
    sessions = Session.objects.filter(committee_id=committee_id).select_related("term")
    session = (
        sessions.filter(opens_on__lte=clock.today()).order_by("-opens_on").first()
        or sessions.order_by("opens_on").first()
    )
    if session is None:
        raise Refused(_("本会还没有设置届次，请管理员先在「组织」里添加。"))
    return session


@transaction.atomic
def draft_proposal(
    *, actor: Actor, title: str, member: Member | None = None, body: Body | None = None
) -> Proposal:
    """Begin a proposal of oneself, of the body one speaks for, or (staff) for a member.

    Raises:
        PermissionDenied: the actor neither is the proposer nor enters it as staff.
        Refused: no session, or the proposer is not in office.
    """
    committee_id = actor.committee_id
    own = bool(member and member.pk == actor.member_id) or bool(
        body and body.pk in actor.subjects(Role.SUBMITTER)
    )
    require(
        bool(committee_id and (member or body)) and (own or actor.has(Role.STAFF)),
        because=_("您不能替别人写提案。"),
    )
    if member:
        ensure(
            member.status == MemberStatus.ACTIVE and member.committee_id == committee_id,
            because=_("只有本届在任委员可以提出提案。"),
        )
    if body:
        ensure(
            body.is_active and body.committee_id == committee_id,
            because=_("只有本会在用的提案单位可以提出集体提案。"),
        )
    session = current_session(committee_id)  # type: ignore[arg-type]  # required above
    matter = open_matter(
        actor=actor,
        kind=Kind.PROPOSAL,
        title=title.strip(),
        state=ProposalState.DRAFT,
        committee_id=committee_id,  # type: ignore[arg-type]
    )
    return Proposal.objects.create(
        matter=matter,
        committee_id=matter.committee_id,
        session=session,
        kind=KIND_OF_BODY[BodyKind(body.kind)] if body else ProposalKind.INDIVIDUAL,
        lead_member=member,
        body=body,
        entered_by_id=None if own else actor.user_id,
    )


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    proposal: Proposal,
    version: int | None,
    fields: Mapping[str, object],
    wished_units: Sequence[Unit] | None = None,
) -> Proposal:
    """Keep what was typed. Signatures lapse when the text itself has changed.

    Args:
        version: the matter's version that the form was opened at; ``None`` overwrites.
        fields: any of title, situation, analysis, suggestion, topic, is_livelihood, disclosure,
            disclosure_reason, cosign_until, convenor.

    Raises:
        Refused: somebody else saved meanwhile, it has been submitted, or a text that was returned would be kept
            from the public without a reason.
    """
    locked = lock_proposal(proposal)
    require(can_write_proposal(actor, locked), because=_("只有提案者可以修改。"))
    ensure(
        locked.state in (ProposalState.DRAFT, ProposalState.RETURNED),
        because=_("提案已经提交，不能再改。如需修改，请联系提案委员会退回。"),
    )
    ensure(
        version is None or version == locked.matter.version,
        because=_("有人刚刚改过这件提案（可能是您在另一台设备上）。您写的还在，请核对后再保存。"),
    )
    changed = {n for n in _TEXT_FIELDS if n in fields and fields[n] != getattr(locked, n)}
    if "title" in fields and str(fields["title"]).strip() not in {"", locked.matter.title}:
        locked.matter.title = str(fields["title"]).strip()
        changed.add("title")
    for name in (*_TEXT_FIELDS, *_OTHER_FIELDS):
        if name in fields:
            setattr(locked, name, fields[name])
    ensure(
        locked.submitted_at is None
        or locked.disclosure != Disclosure.NONE
        or bool(locked.disclosure_reason.strip()),
        because=_("不公开的提案请写明原因。"),
    )
    convenor = locked.convenor if "convenor" in fields else None
    ensure(
        convenor is None
        or (convenor.committee_id == locked.committee_id and convenor.status == MemberStatus.ACTIVE),
        because=_("召集人要是本会在任委员。"),
    )
    if changed:
        locked.text_version += 1
        _lapse_signatures(locked)
    locked.save()
    if wished_units is not None:
        WishedUnit.objects.filter(proposal=locked).delete()
        WishedUnit.objects.bulk_create(
            WishedUnit(committee_id=locked.committee_id, proposal=locked, unit=u) for u in wished_units
        )
    locked.matter.version += 1
    locked.matter.save(update_fields=["title", "version"])
    return locked


def _lapse_signatures(proposal: Proposal) -> None:
    # A signature holds for the text that was signed, not for what comes after.
    signed = proposal.cosignatures.filter(state=Cosignature.State.SIGNED)
    lapsed = list(signed)
    signed.update(state=Cosignature.State.LAPSED, signed_version=None, answered_on=None)
    for cosignature in lapsed:
        start("cosign", proposal, subject_id=cosignature.pk)


@transaction.atomic
def submit_proposal(*, actor: Actor, proposal: Proposal) -> Proposal:
    """Hand a proposal in. Invitations that were not signed are taken back.

    Raises:
        PermissionDenied: the actor is not its proposer.
        Refused: it is not complete, it has been submitted already, or its proposer is not in office.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("submit", actor, locked)
    ensure(
        locked.lead_member is None or locked.lead_member.status == MemberStatus.ACTIVE,
        because=_("只有本届在任委员可以提出提案。"),
    )
    rules = rules_of(locked.committee_id)
    first = locked.serial is None
    if first:
        # What was begun before the plenary opened counts for the session in which it is handed in.
        locked.session = current_session(locked.committee_id)
    if missing := shortcomings(locked, rules, today=clock.today(), has_stamp=has_stamp(locked)):
        raise Refused(missing[0].message)
    _close_invitations(locked)
    signed = list(locked.cosignatures.filter(state=Cosignature.State.SIGNED).select_related("member"))
    if locked.body_id is None:
        locked.kind = ProposalKind.JOINT if signed else ProposalKind.INDIVIDUAL
    today = clock.today()
    if first:
        locked.serial = take_number(
            committee_id=locked.committee_id, series=f"proposal-serial:{locked.session_id}"
        )
        locked.phase = Phase.PLENARY if today <= locked.session.proposal_cutoff_on else Phase.ORDINARY
    locked.submitted_at = clock.now()
    locked.save()
    Revision.objects.get_or_create(
        committee_id=locked.committee_id,
        proposal=locked,
        text_version=locked.text_version,
        defaults={"title": locked.matter.title, **{n: getattr(locked, n) for n in _TEXT_FIELDS}},
    )
    _record_participations(locked, [c.member for c in signed])
    text = "提交" if first else "修改后重新提交"
    if signed:
        text += f"，{len(signed) + 1}人联名"
    advance_proposal(
        "submit", actor=actor, proposal=locked, text=text, who=locked.proposer_name, serial=locked.serial
    )
    start("review", locked, rules=rules)
    return locked


def _close_invitations(proposal: Proposal) -> None:
    open_states = (Cosignature.State.INVITED, Cosignature.State.LAPSED)
    proposal.cosignatures.filter(state__in=open_states).update(
        state=Cosignature.State.TAKEN_BACK, answered_on=clock.today()
    )
    drop_deadlines(matter=proposal.matter, kinds=["cosign"])


def _record_participations(proposal: Proposal, cosigners: Sequence[Member]) -> None:
    roles = Participation.Role
    on = clock.today()
    take_part(
        matter=proposal.matter, role=roles.PROPOSER, on=on, member=proposal.lead_member, body=proposal.body
    )
    # Who withdrew their name between two submissions no longer takes part.
    Participation.objects.filter(matter=proposal.matter, role=roles.COSIGNER).exclude(
        Q(member__in=cosigners)
    ).delete()
    for member in cosigners:
        take_part(matter=proposal.matter, role=roles.COSIGNER, on=on, member=member)


def has_stamp(proposal: Proposal) -> bool:
    """Say whether the page with the stamp or the convenor's signature has been uploaded. One query."""
    pages = StoredFile.objects.kept().filter(matter=proposal.pk, purpose=StoredFile.Purpose.STAMP)
    return pages.exists()


@transaction.atomic
def withdraw_proposal(*, actor: Actor, proposal: Proposal, reason: str = "") -> Proposal:
    """Take a proposal back before it is filed. Its text stays with the proposer.

    Raises:
        PermissionDenied: the actor is not its proposer.
        Refused: it is filed or ended, or others were merged into it and would vanish with it.
    """
    locked = lock_proposal(proposal)
    PROPOSAL.check("withdraw", actor, locked)
    ensure(
        not locked.merged.exists(),
        because=_("已有别的提案并入这一件，不能撤案。请联系提案委员会。"),
    )
    _close_invitations(locked)
    locked.conversion_asked_on = None
    locked.save(update_fields=["conversion_asked_on"])
    advance_proposal(
        "withdraw", actor=actor, proposal=locked, text="撤案", note=reason, who=locked.proposer_name
    )
    return locked
