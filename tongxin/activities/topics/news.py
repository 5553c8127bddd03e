"""Telling who decides about a topic: that a date moved, and what came in since yesterday."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.dispatch import receiver

from tongxin.activities.topics.actions.moving import keepers_of, tell_parties
from tongxin.activities.topics.models import Topic
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.signals import nightly
from tongxin.foundation.core.templatetags.ui import zh_date
from tongxin.foundation.organization.models import Committee, Post

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tongxin.capabilities.deadlines.selectors import Change
    from tongxin.foundation.core.access import Actor


def tell_moved_dates(actor: Actor, changes: Sequence[Change], why: str) -> None:
    """Send one notice for each date that moved, to those who have to keep it."""
    ids = [c.deadline.matter_id for c in changes]
    topics = {t.pk: t for t in Topic.objects.filter(pk__in=ids).select_related("matter", "node")}
    for change in changes:
        topic = topics[change.deadline.matter_id]
        with in_record_language():
            before, after = zh_date(change.before), zh_date(change.after)
        text = f"{topic.matter.title}：受理期限由{before}改为{after}，{why}"
        tell_parties(actor=actor, topic=topic, groups=("keepers",), text=text)


@receiver(nightly, dispatch_uid="new sayings")
def tell_of_yesterday(**_told: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Tell who decides how many topics the public raised yesterday, committee by committee.

    Not at the moment itself: a notice would tell to the second when somebody said something.
    """
    for committee_id in Committee.objects.values_list("pk", flat=True):
        with transaction.atomic(), tenancy.scope([committee_id]):
            tell_new(committee_id)


def tell_new(committee_id: int) -> int:
    """Send everybody who decides one notice with the number of topics raised yesterday; return how many notices."""
    yesterday = clock.today() - timedelta(days=1)
    raised = (
        Topic.objects.filter(committee_id=committee_id, matter__opened_on=yesterday, voices__isnull=False)
        .waiting()
        .select_related("matter", "node")
        .distinct()
    )
    counts: dict[UUID, int] = {}
    by_place: dict[tuple[UUID | None, bool], list[Topic]] = {}
    for topic in raised:
        by_place.setdefault((topic.node_id, topic.is_sensitive), []).append(topic)
    for topics in by_place.values():
        posts = Post.objects.filter(keepers_of(topics[0]), committee_id=committee_id).held_on(clock.today())
        for user_id in set(posts.values_list("user_id", flat=True)):
            counts[user_id] = counts.get(user_id, 0) + len(topics)
    for user_id, count in counts.items():
        tell(
            user_ids=[user_id],
            committee_id=committee_id,
            text=f"昨天新收到群众提的议题{count}条，请受理。",
            url="/topics/queue/",
        )
    return len(counts)
