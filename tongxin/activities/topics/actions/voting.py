"""One ballot for each member. That somebody voted is kept; for what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tongxin.activities.topics.lifecycle_listing import TOPIC_LIST
from tongxin.activities.topics.models import TopicBallot, TopicList, TopicListItem
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tongxin.foundation.core.access import Actor


@transaction.atomic
def cast_ballot(*, actor: Actor, topic_list: TopicList, chosen: Collection[UUID]) -> None:
    """Count a member's choice: that they voted, and one more for each topic; never the two together.

    Raises:
        PermissionDenied: actor has no vote on this list.
        Refused: no vote is running, none or too many were chosen, or they have voted already.
    """
    locked = TopicList.objects.select_related("node").select_for_update(of=("self",)).get(pk=topic_list.pk)
    TOPIC_LIST.check("cast_ballot", actor, locked)
    ensure(
        locked.voting_until is None or clock.today() <= locked.voting_until,
        because=_("投票已经截止。"),
    )
    wanted = set(chosen)
    ensure(bool(wanted), because=_("请至少选一个议题。"))
    ensure(
        len(wanted) <= locked.choices_most,
        because=_("最多选%(n)d个，您选了%(m)d个。") % {"n": locked.choices_most, "m": len(wanted)},
    )
    try:
        with transaction.atomic():
            TopicBallot.objects.create(
                committee_id=locked.committee_id, list=locked, member_id=cast("UUID", actor.member_id)
            )
    except IntegrityError as twice:
        raise Refused(_("您已经投过票了，一人一票。")) from twice
    counted = TopicListItem.objects.filter(list=locked, pk__in=wanted).update(votes=F("votes") + 1)
    ensure(counted == len(wanted), because=_("候选议题变了，请刷新页面再选。"))
    record(actor=actor, action="topics.cast_ballot", target=f"topics.topiclist:{locked.pk}")
