"""An online conversation: a question, and who may say something about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.capabilities.matters.models import Kind, Matter, Visibility
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Member, Owned, OwnedQuerySet

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# Who sees every conversation of the committee, also while it is drawn up, and its map while it is open.
READERS = (Role.STAFF, Role.LEADER, Role.AUDITOR)
_BEGUN = (ConversationState.OPEN, ConversationState.CLOSED)


class ConversationQuerySet(OwnedQuerySet["Conversation"]):
    """Conversations, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the conversations that this person may open.

        The office all; members those they may take part in, once begun; everybody what is public.
        """
        public = Q(matter__visibility=Visibility.PUBLIC)
        if actor is NOBODY or actor.user_id is None:
            return self.filter(public)
        mine = self.filter(committee_id=actor.committee_id)
        if actor.has(*READERS):
            return mine
        seen = public
        if actor.member_id and actor.has(Role.MEMBER):
            invited = Invitation.objects.filter(member_id=actor.member_id).values("conversation_id")
            seen |= Q(circle=Circle.MEMBERS, matter__state__in=_BEGUN)
            seen |= Q(circle=Circle.LIST, matter__state__in=_BEGUN, pk__in=invited)
        return mine.filter(seen)

    def open(self) -> Self:
        """Return conversations in which people vote now."""
        return self.filter(matter__state=ConversationState.OPEN)

    def for_list(self) -> Self:
        """Bring what a row of a list shows."""
        return self.select_related("matter", "map")


class Conversation(models.Model):
    """One online conversation (网络议政). Its state, number and short title are its matter's."""

    KIND = Kind.CONVERSATION

    matter = models.OneToOneField(
        Matter, primary_key=True, on_delete=models.PROTECT, related_name="conversation"
    )
    committee = models.ForeignKey(
        "organization.Committee", on_delete=models.PROTECT, related_name="+", editable=False
    )
    question = models.CharField(_("问题"), max_length=120)
    background = models.TextField(_("背景"), blank=True, default="")
    circle = models.CharField(_("谁可以参加"), max_length=8, choices=Circle, default=Circle.PUBLIC)
    # The last day on which people vote; the night after it closes the conversation.
    closes_on = models.DateField(_("截止日期"), null=True, blank=True)
    takes_statements = models.BooleanField(_("参加的人可以提看法"), default=True)
    # How many statements one participant may have waiting or published.
    statements_most = models.PositiveSmallIntegerField(_("每人最多提几条看法"), default=5)
    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["committee", "circle"])]

    def __str__(self) -> str:
        return self.matter.title

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.matter.state


class Invitation(Owned):
    """A member who stands on the list of a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="invitations")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    objects = OwnedQuerySet["Invitation"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "member"], name="invited_to_talk_once")
        ]
