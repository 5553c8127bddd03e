"""From a topic to the session that talks about it, and from what came of it back to the topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.moving_session import lock_session
from tongxin.activities.grassroots.actions.planning import plan_session
from tongxin.activities.grassroots.lifecycle_session import BEFORE
from tongxin.activities.grassroots.permissions_session import can_keep_session
from tongxin.activities.topics.actions.deciding import close_topic, deliberate_topic
from tongxin.activities.topics.actions.moving import lock_topic, lock_topics
from tongxin.activities.topics.models import Topic
from tongxin.capabilities.matters.actions import link_matters, move_matter
from tongxin.capabilities.matters.models import Matter, Relation
from tongxin.followers.journeys.conversions import WAITING, check
from tongxin.followers.journeys.selectors.graph import reach
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tongxin.activities.grassroots.actions.planning import Plan
    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def plan_session_on(*, actor: Actor, topic: Topic, plan: Plan) -> DeliberationSession:
    """Prepare a session about a topic; its contributors read that it will be talked about.

    Raises:
        PermissionDenied: the actor does not decide about the topic, or does not keep the node.
        Refused: the topic is not on the list any more, or the plan does not fit.
    """
    locked = lock_topic(topic)
    check("plan_session", actor, locked)
    session = plan_session(actor=actor, plan=plan)
    _discuss(actor, locked, session)
    return session


@transaction.atomic
def put_topic_into_session(*, actor: Actor, topic: Topic, session: DeliberationSession) -> None:
    """Let a session that is being prepared talk about this topic too.

    Raises:
        PermissionDenied: the actor does not decide about the topic, or does not keep the session.
        Refused: the topic is not on the list any more, or the session has begun.
    """
    locked = lock_topic(topic)
    check("join_session", actor, locked)
    held = lock_session(session)
    require(can_keep_session(actor, held), because=_("这场协商议事会不由您组织。"))
    ensure(held.state in BEFORE, because=_("这场会已经开始或者取消了，请另选一场。"))
    _discuss(actor, locked, held)


@transaction.atomic
def tell_topics_back(*, actor: Actor, matter: Matter, topics: Collection[UUID], outcome: str) -> int:
    """End topics with what came of them; their contributors read it. All or none; return how many.

    Args:
        matter: the session, problem or proposal that they led to.
        topics: which of the topics before it.
        outcome: what the contributors read.

    Raises:
        PermissionDenied: the actor does not decide about one of them.
        Refused: none was chosen, one has ended meanwhile, or nothing is said.
    """
    before = {r.matter_id for r in reach(matter.pk) if r.place < 0}
    chosen = sorted(set(topics) & before)
    ensure(bool(chosen), because=_("请先勾选要办结的议题。"))
    lock_topics(chosen)
    # As it stands now: it may have moved since the page was read, and a move writes its state.
    now = Matter.objects.select_for_update().get(pk=matter.pk)
    for topic in Topic.objects.filter(pk__in=chosen).select_related("matter", "node").order_by("pk"):
        close_topic(actor=actor, topic=topic, outcome=outcome)
    move_matter(
        actor=actor, matter=now, verb="tell_topics_back", text=f"告诉提出人结果（{len(chosen)}条议题办结）"
    )
    return len(chosen)


def topics_before(actor: Actor, matter_id: UUID) -> list[Topic]:
    """Return the topics before a matter that still wait for a result and that the actor may open. Two queries."""
    ids = [r.matter_id for r in reach(matter_id) if r.place < 0]
    found = Topic.objects.visible_to(actor).filter(pk__in=ids, matter__state__in=WAITING)
    return list(found.select_related("matter", "node").order_by("matter__opened_on", "pk"))


def _discuss(actor: Actor, topic: Topic, session: DeliberationSession) -> None:
    deliberate_topic(actor=actor, topic=topic, outcome=f"将在「{session.node.name}」协商。")
    link_matters(actor=actor, source=topic.matter, target=session.matter, relation=Relation.DISCUSSED_IN)
    text = f"列入议题「{topic.shown_title}」"
    move_matter(actor=actor, matter=session.matter, verb="take_topic", text=text[:200])
