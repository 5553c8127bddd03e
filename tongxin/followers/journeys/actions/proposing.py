"""From a topic, a suggestion, a problem or a statement to a proposal that a member begins to write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.conversations.actions.using import lock_statement, standing_now, use_statement
from tongxin.activities.grassroots.actions.moving_session import lock_session
from tongxin.activities.grassroots.actions.problem_moving import lock_problem
from tongxin.activities.grassroots.models import Suggestion
from tongxin.activities.proposals.actions.drafting import draft_proposal, save_draft
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.topics.actions.moving import lock_topic
from tongxin.capabilities.matters.actions import link_matters, move_matter
from tongxin.capabilities.matters.models import Relation, TimelineEntry
from tongxin.capabilities.notices.actions import tell
from tongxin.followers.journeys.conversions import check
from tongxin.followers.journeys.evidence import evidence_of
from tongxin.followers.journeys.permissions import can_use_statements, reads_lead
from tongxin.foundation.core.errors import ensure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.activities.conversations.models import Conversation, Statement
    from tongxin.activities.grassroots.models import Problem
    from tongxin.activities.topics.models import Topic
    from tongxin.capabilities.matters.models import Matter
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member

_OFFICE = TimelineEntry.Audience.OFFICE
_PARTIES = TimelineEntry.Audience.PARTIES
TITLE_MOST = 120


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the draft begins with; the member changes it as they like.

    Attributes:
        title: the title of the proposal.
        member: who proposes: the actor, or (staff) somebody for whom it is entered.
    """

    title: str
    member: Member


def title_about(title: str) -> str:
    """Return how a proposal about something may be called."""
    about = title.strip().rstrip("。！!？?；;，,")
    return about[:TITLE_MOST] if about.startswith("关于") else f"关于{about[: TITLE_MOST - 6]}的提案"


@transaction.atomic
def propose_topic(*, actor: Actor, topic: Topic, begin: Beginning) -> Proposal:
    """Begin a proposal from a topic; the text says what was said.

    Raises:
        PermissionDenied: the actor writes no proposals here.
        Refused: the topic is not offered any more, or the member is not in office.
    """
    locked = lock_topic(topic)
    check("propose_topic", actor, locked)
    said = locked.text if reads_lead(actor, locked) else ""
    made = _draft(actor, begin, {"situation": said}, source=f"议题「{locked.shown_title}」")
    _join(actor, locked.matter, made)
    return made


@transaction.atomic
def propose_suggestion(*, actor: Actor, suggestion: Suggestion, begin: Beginning) -> Proposal:
    """Begin a proposal from a suggestion that a session made.

    Raises:
        PermissionDenied: the actor writes no proposals here.
        Refused: the session was not held, or the suggestion has led to something already.
    """
    session = lock_session(suggestion.session)
    check("propose_suggestion", actor, session)
    current = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    ensure(current.led_to_id is None, because=_("这一条意见建议已经转办了，请刷新页面看看。"))
    fields = {"situation": session.outline, "suggestion": current.text}
    made = _draft(actor, begin, fields, source=f"协商议事「{session.matter.title}」的意见建议")
    current.led_to = made.matter
    current.save(update_fields=["led_to"])
    _join(actor, session.matter, made)
    return made


@transaction.atomic
def propose_problem(*, actor: Actor, problem: Problem, begin: Beginning) -> Proposal:
    """Begin a proposal from a problem that cannot be solved where it is.

    Raises:
        PermissionDenied: the actor writes no proposals here.
        Refused: the problem is being worked on again.
    """
    locked = lock_problem(problem)
    check("propose_problem", actor, locked)
    fields = {"situation": locked.text, "analysis": locked.result}
    made = _draft(actor, begin, fields, source=f"暂时办不了的事「{locked.matter.title}」")
    _join(actor, locked.matter, made)
    return made


@transaction.atomic
def propose_statement(*, actor: Actor, statement: Statement, begin: Beginning) -> Proposal:
    """Begin a proposal with a statement that people agreed on as its evidence: words, numbers, where to look.

    Raises:
        PermissionDenied: the actor writes no proposals here.
        Refused: the conversation is not closed and counted, or this member has begun one from it already.
    """
    locked = lock_statement(statement)
    conversation = locked.conversation
    check(verb_to_propose(actor, conversation), actor, conversation)
    begun = Proposal.objects.filter(lead_member=begin.member, matter__in=locked.uses.values("matter"))
    ensure(not begun.exists(), because=_("{name}已经据这条看法起草了提案。").format(name=begin.member.name))
    fields = {"situation": evidence_of(locked, standing_now(locked)).text}
    made = _draft(actor, begin, fields, source=f"网络议政「{conversation.matter.title}」")
    use_statement(actor=actor, statement=locked, target=made.matter)
    return made


def verb_to_propose(actor: Actor, conversation: Conversation) -> str:
    """Return by which conversion this actor begins a proposal from a conversation."""
    return "use_statement" if can_use_statements(actor, conversation) else "propose_statement"


def _draft(actor: Actor, begin: Beginning, fields: Mapping[str, object], *, source: str) -> Proposal:
    made = draft_proposal(actor=actor, title=begin.title, member=begin.member)
    made = save_draft(actor=actor, proposal=made, version=None, fields=fields)
    text = f"由{source}引出"
    move_matter(actor=actor, matter=made.matter, verb="raise_from", text=text[:200], audience=_PARTIES)
    if begin.member.user_id and begin.member.user_id != actor.user_id:
        tell(
            user_ids={begin.member.user_id},
            committee_id=made.committee_id,
            text=f"{text}，为您起草了提案，请看一看：{made.matter.title}",
            url=f"/proposals/{made.pk}/",
            matter=made.matter,
        )
    return made


def _join(actor: Actor, source: Matter, proposal: Proposal) -> None:
    """Link both ways. What is being drafted is its proposer's own, so the source tells only the office of it."""
    link_matters(actor=actor, source=source, target=proposal.matter, relation=Relation.RAISED)
    move_matter(actor=actor, matter=source, verb="raise_proposal", text="据此起草提案", audience=_OFFICE)
