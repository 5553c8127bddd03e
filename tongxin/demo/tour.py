"""The tour: one proposal, from hand to hand. Whose turn it is comes from the proposal itself."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions import cosigning, drafting
from tongxin.activities.proposals.enums import AssignmentState, ProposalState
from tongxin.activities.proposals.lifecycle import ASKS, PROPOSAL
from tongxin.activities.proposals.models import Assignment, Cosignature, Proposal, Topic
from tongxin.activities.proposals.selectors.asks import page_of
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.demo import texts
from tongxin.demo.load import DOORS
from tongxin.demo.world import UNITS
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.access import actor_for
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Member, Post, Unit

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

TOUR_KEY = "tour"
_CODE = "620881"
_COSIGNERS = 2
# Which ask comes first when several run at once: what others wait for.
_ORDER = (
    "cosign", "revise", "review", "assign", "decline_answer", "sign_for", "co_opinion", "countersign",
    "approve", "reply_review", "reply", "rehandle", "rating",
)  # fmt: skip
# What nobody waits for comes last.
_RANK = {kind: n for n, kind in enumerate(dict.fromkeys((*_ORDER, *ASKS)))}
_DOOR = {key: username for key, _role, username in DOORS}


@dataclass(frozen=True, slots=True)
class Tour:
    """What the strip on top of every page says, and where its button leads."""

    step: int
    total: int
    text: str
    button: str
    page: str
    user: User | None

    @property
    def url(self) -> str:
        """Where the button posts to."""
        return reverse("demo:next_hand")


def begin_tour() -> tuple[Proposal, User]:
    """Write a proposal in the name of the demo's first member and ask two others to co-sign it."""
    random = SystemRandom()
    committee = Committee.objects.get(code=_CODE)
    author = User.objects.get(username=_DOOR["member"])
    with tenancy.scope([committee.pk], user_id=author.pk), transaction.atomic():
        actor = actor_for(author, committee.pk)
        member = Member.objects.get(committee=committee, user=author)
        subject = texts.SUBJECTS[0]
        place = random.choice(("东华镇", "安口镇", "西华镇", "马峡镇", "策底镇", "上关镇", "河西镇"))
        proposal = drafting.draft_proposal(
            actor=actor, title=subject.title.format(place=place), member=member
        )
        drafting.save_draft(
            actor=actor,
            proposal=proposal,
            version=None,
            fields={
                "situation": subject.situation.format(place=place),
                "analysis": subject.analysis,
                "suggestion": subject.suggestion,
                "topic": Topic.objects.get(committee=committee, name=subject.topic),
            },
            wished_units=list(Unit.objects.filter(committee=committee, name__endswith=UNITS[subject.lead])),
        )
        friends = Member.objects.filter(committee=committee).exclude(pk=member.pk).order_by("number")
        cosigning.invite_cosigners(actor=actor, proposal=proposal, members=friends[:_COSIGNERS])
    return proposal, author


def tour_of(request: HttpRequest) -> Tour | None:
    """Return where this visitor's tour stands; nothing outside a tour."""
    key = request.session.get(TOUR_KEY) if hasattr(request, "session") else None
    if not key:
        return None
    committee = Committee.objects.filter(code=_CODE).first()
    if committee is None:
        return None
    with transaction.atomic(), tenancy.scope([committee.pk]):
        proposal = Proposal.objects.select_related("matter", "lead_member__user").filter(pk=key).first()
        return _stand(proposal, committee) if proposal else None


def _stand(proposal: Proposal, committee: Committee) -> Tour:
    state = PROPOSAL.states[proposal.state]
    step, total = state.step + 1, len(PROPOSAL.steps)
    ask = _next_ask(proposal)
    if ask is not None:
        user, who = _who(ask, proposal)
        text = _("轮到{who}：{ask}。").format(who=who, ask=ASKS[ask.kind].text)
        return Tour(step, total, text, _("换成{who}").format(who=who), page_of(ask), user)
    page = reverse("proposals:detail", args=[proposal.pk])
    if proposal.state in {ProposalState.DRAFT, ProposalState.RETURNED}:
        author = proposal.lead_member.user if proposal.lead_member else None
        text = _("联名的都签过了。轮到第一提案人核对、提交。")
        return Tour(
            step, total, text, _("换成第一提案人"), reverse("proposals:submit", args=[proposal.pk]), author
        )
    if proposal.matter.visibility != "public":
        staff = User.objects.get(username=_DOOR["staff"])
        text = _("走完了。最后，机关把它公开，群众不用登录就能看到。")
        disclose = reverse("proposals:disclose", args=[proposal.pk])
        return Tour(total, total, text, _("去公开"), page if not state.final else disclose, staff)
    public = reverse("publishing:proposal", args=[committee.code, proposal.pk])
    return Tour(total, total, _("群众现在看到的是这一页。"), _("看公开页"), public, None)


def _next_ask(proposal: Proposal) -> Deadline | None:
    running = list(Deadline.objects.running().filter(matter=proposal.matter))
    at_work = set(
        Assignment.objects.filter(proposal=proposal, state=AssignmentState.HANDLING).values_list(
            "pk", flat=True
        )
    )
    turns = [d for d in running if d.kind not in {"reply", "co_opinion"} or d.subject_id in at_work]
    return min(turns, key=lambda d: (_RANK[d.kind], d.pk), default=None)


def _who(ask: Deadline, proposal: Proposal) -> tuple[User, str]:
    of = ASKS[ask.kind].of
    if of == "cosigner":
        member = Cosignature.objects.select_related("member__user").get(pk=str(ask.subject_id)).member
        return _account(member), _("联名人{name}").format(name=member.name)
    if of == "proposer" and proposal.lead_member:
        return _account(proposal.lead_member), _("第一提案人")
    if of in {"unit", "unit_leader"} and ask.unit_id:
        role = Role.UNIT_LEADER if of == "unit_leader" else Role.UNIT_CLERK
        return _holder(ask.unit_id, role)
    key = "reviewer" if of == Role.REVIEWER else "staff"
    return User.objects.get(username=_DOOR[key]), str(Role(of).label)


def _holder(unit_id: UUID, role: Role) -> tuple[User, str]:
    post = Post.objects.filter(unit_id=unit_id, role=role).select_related("user", "unit").order_by("pk")[0]
    label = _("{unit}负责人") if role == Role.UNIT_LEADER else _("{unit}经办人")
    return post.user, label.format(unit=post.unit.name if post.unit else "")


def _account(member: Member) -> User:
    if member.user is None:
        msg = "every demo member has an account"
        raise RuntimeError(msg)
    return member.user
