"""A topic: what somebody wants to be talked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.topics.enums import Channel, PassedTo, TopicState
from tongxin.activities.topics.models.tables import DeclineReason, TopicCategory
from tongxin.capabilities.matters.models import Kind, Matter, Visibility
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.models import Member, Node, OwnedQuerySet, Unit

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# Who sees every topic of the committee.
READERS = (Role.STAFF, Role.LEADER, Role.REVIEWER, Role.AUDITOR)
_TAKEN_UP = (TopicState.ACCEPTED, TopicState.DELIBERATING, TopicState.DONE)


class TopicQuerySet(OwnedQuerySet["Topic"]):
    """Topics, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the topics that this person may open.

        The office sees all but what waits apart for nobody else; who keeps a node sees what was raised there;
        members see what was taken up, and what they recommended; the public what is public.
        """
        if actor is NOBODY or actor.user_id is None:
            return self.filter(matter__visibility=Visibility.PUBLIC)
        mine = self.filter(committee_id=actor.committee_id)
        if actor.has(*READERS):
            return mine
        seen = Q(pk__in=())
        if nodes := actor.subjects(*NODE_ROLES):
            kept = Node.objects.under(nodes).values("pk")
            seen |= Q(node_id__in=kept, is_sensitive=False)
        if actor.member_id:
            seen |= Q(member_id=actor.member_id)
            seen |= Q(matter__state__in=_TAKEN_UP, is_sensitive=False)
        if units := actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER):
            seen |= Q(unit_id__in=units)
        return mine.filter(seen)

    def waiting(self) -> Self:
        """Return topics that nobody has decided about yet, apart from what is held."""
        return self.filter(matter__state=TopicState.COLLECTED, is_held=False)

    def for_list(self) -> Self:
        """Bring what a row of a list shows."""
        return self.select_related("matter", "node", "category", "member")


class Topic(models.Model):
    """One topic (议题). Its state and title are its matter's; equal sayings of the public are its voices."""

    KIND = Kind.TOPIC

    matter = models.OneToOneField(Matter, primary_key=True, on_delete=models.PROTECT, related_name="topic")
    committee = models.ForeignKey(
        "organization.Committee", on_delete=models.PROTECT, related_name="+", editable=False
    )
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="topics")
    category = models.ForeignKey(
        TopicCategory, null=True, blank=True, on_delete=models.PROTECT, related_name="topics"
    )
    text = models.TextField(_("内容"))
    # Who named or recommended it, where that is an office or a member; never a person of the public.
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="topics")
    raised_by = models.CharField(_("点题单位"), max_length=80, blank=True, default="")
    # Words for the public: title and text are the contributor's own and may name people.
    public_title = models.CharField(_("公开的标题"), max_length=120, blank=True, default="")
    # What the contributors read: the answer, or why not, or to whom it went.
    outcome = models.TextField(_("给提出人的答复"), blank=True, default="")
    decline_reason = models.ForeignKey(
        DeclineReason, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    passed_to = models.CharField(_("转交"), max_length=10, choices=PassedTo, blank=True, default="")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # On the matter, never on the person who raised it.
    is_sensitive = models.BooleanField(_("敏感"), default=False)
    is_urgent = models.BooleanField(_("紧急"), default=False)
    # Came while its place was flooded; waits apart from the staff's queue.
    is_held = models.BooleanField(default=False)
    decided_on = models.DateField(null=True, blank=True)
    # Normalised pairs of characters of the first saying, by which equal ones find it.
    fingerprint = models.TextField(default="", blank=True)
    objects = TopicQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["committee", "channel"]),
            models.Index(fields=["committee", "decided_on"], name="topic_decided_on"),
            models.Index(fields=["node"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("matter")), name="topic_not_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.matter.title

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.matter.state

    @property
    def shown_title(self) -> str:
        """What the public reads as its title."""
        return self.public_title or self.matter.title
