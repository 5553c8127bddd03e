"""What the morning does for conversations: it ends those whose last day is over, and reminds the office."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count
from django.dispatch import receiver

from tongxin.activities.conversations.actions.keeping import close_when_due
from tongxin.activities.conversations.actions.moving import tell_people
from tongxin.activities.conversations.models import Conversation, Statement
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.signals import nightly
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import ConversationQuerySet

_KEEPERS = ("keepers",)


@receiver(nightly, dispatch_uid="days of conversations")
def end_and_remind(**_told: Any) -> None:  # noqa: ANN401 (a signal's words)
    """End what is over and remind of what ends and what waits, committee by committee."""
    for committee_id in Committee.objects.values_list("pk", flat=True):
        with transaction.atomic(), tenancy.scope([committee_id]):
            close_overdue(committee_id)
            remind(committee_id)


@transaction.atomic
def close_overdue(committee_id: int) -> int:
    """End the conversations whose last day is over; return how many."""
    over = list(_open(committee_id).filter(closes_on__lt=clock.today()))
    return sum(close_when_due(conversation) for conversation in over)


@transaction.atomic
def remind(committee_id: int) -> None:
    """Tell the office which conversation ends tomorrow, and how many statements wait in each."""
    pending = Statement.objects.filter(committee_id=committee_id).waiting()
    waiting = dict(pending.values_list("conversation").annotate(Count("pk")))
    tomorrow = clock.today() + timedelta(days=1)
    for conversation in _open(committee_id):
        title = conversation.matter.title
        if conversation.closes_on == tomorrow:
            tell_people(conversation=conversation, groups=_KEEPERS, text=f"网络议政「{title}」明天是最后一天")
        if count := waiting.get(conversation.pk):
            tell_people(
                conversation=conversation,
                groups=_KEEPERS,
                text=f"网络议政「{title}」有{count}条看法等您审核",
                path="desk/",
            )


def _open(committee_id: int) -> ConversationQuerySet:
    return (
        Conversation.objects.filter(committee_id=committee_id).open().select_related("matter").order_by("pk")
    )
