"""The annual list of topics, and how it came about."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.activities.topics.enums import ListState
from tongxin.activities.topics.models.topic import Topic
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Member, Node, Owned, OwnedQuerySet


class TopicList(Owned):
    """The annual list of topics (年度议题清单) of a council, or of the committee when it names none."""

    class Way(models.TextChoices):
        VOTE = "vote", _("投票确定")
        DECISION = "decision", _("常委会审定")

    year = models.PositiveSmallIntegerField(_("年度"))
    node = models.ForeignKey(
        Node, null=True, blank=True, on_delete=models.PROTECT, related_name="topic_lists"
    )
    way = models.CharField(_("怎样确定"), max_length=8, choices=Way, default=Way.VOTE)
    state = models.CharField(max_length=8, choices=ListState, default=ListState.DRAFT)
    # How many topics each may choose, and how many are taken.
    choices_most = models.PositiveSmallIntegerField(_("每人最多选几个"), default=3)
    seats = models.PositiveSmallIntegerField(_("确定几个"), default=5)
    voting_until = models.DateField(_("投票截止日期"), null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decision = models.CharField(_("决定（会议、文号）"), max_length=120, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    objects = OwnedQuerySet["TopicList"].as_manager()

    class Meta:
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["committee", "year", "node"], nulls_distinct=False, name="topic_list_once"
            )
        ]


class TopicListItem(Owned):
    """One topic that stands for choice, and how many chose it. Who chose what is not kept."""

    list = models.ForeignKey(TopicList, on_delete=models.CASCADE, related_name="items")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="listed")
    order = models.PositiveSmallIntegerField(default=0)
    votes = models.PositiveIntegerField(default=0)
    # Raised hands counted in the room, entered by who keeps the minutes.
    hands = models.PositiveIntegerField(default=0)
    is_chosen = models.BooleanField(default=False)
    objects = OwnedQuerySet["TopicListItem"].as_manager()

    class Meta:
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["list", "topic"], name="listed_once")]


class TopicBallot(Owned):
    """That a member has voted on a list; not for what."""

    list = models.ForeignKey(TopicList, on_delete=models.CASCADE, related_name="ballots")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(default=clock.today)
    objects = OwnedQuerySet["TopicBallot"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["list", "member"], name="one_ballot_each")]
