"""Review groups (审查小组): who examines what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.models import ReviewGroupPlace, ReviewGroupTopic
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import Refused, require
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.proposals.models import ReviewGroup, Topic
    from tongxin.foundation.accounts.models import User
    from tongxin.foundation.core.access import Actor

_NOT_YOURS = _lazy("只有本会管理员可以改提案设置。")


@transaction.atomic
def save_review_group(
    *, actor: Actor, group: ReviewGroup, topics: Sequence[Topic], people: Sequence[User]
) -> ReviewGroup:
    """Add or change a review group with the topics that fall to it and the people in it.

    A topic falls to one group: what another one has, it keeps.

    Raises:
        PermissionDenied: the actor does not administer this committee.
        Refused: the committee has a group of that name, or another group has one of the topics.
    """
    require(actor.has(Role.TENANT_ADMIN) and group.committee_id == actor.committee_id, because=_NOT_YOURS)
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as twice:
        raise Refused(_("已经有同样名称的审查小组了，请换一个。")) from twice
    taken = (
        ReviewGroupTopic.objects.filter(topic__in=topics)
        .exclude(group=group)
        .select_related("group", "topic")
    )
    if other := taken.first():
        raise Refused(
            _("「{topic}」已经归「{group}」，一个类别只归一个小组。").format(
                topic=other.topic.name, group=other.group.name
            )
        )
    ReviewGroupTopic.objects.filter(group=group).exclude(topic__in=topics).delete()
    ReviewGroupPlace.objects.filter(group=group).exclude(user__in=people).delete()
    for topic in topics:
        ReviewGroupTopic.objects.get_or_create(committee_id=group.committee_id, group=group, topic=topic)
    for user in people:
        ReviewGroupPlace.objects.get_or_create(committee_id=group.committee_id, group=group, user=user)
    record(
        actor=actor,
        action="proposals.save_review_group",
        target=f"proposals.reviewgroup:{group.pk}",
        name=group.name,
        topics=[t.name for t in topics],
        people=[str(u.pk) for u in people],
    )
    return group
