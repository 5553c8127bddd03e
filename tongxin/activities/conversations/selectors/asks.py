"""What is asked of a person in the conversations room: their part of the one to-do list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.conversations.enums import Circle, StatementState
from tongxin.activities.conversations.keys import member_secret, voice_index
from tongxin.activities.conversations.models import Conversation, Voice
from tongxin.capabilities.deadlines.asks import Asked, Todo, TodoGroup
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

_WAITS = Q(statements__state=StatementState.PENDING)


def asked(actor: Actor, *, limit: int) -> Asked:
    """Return what is asked of a person, by due date. At most three queries."""
    groups = _to_moderate(actor) if actor.has(Role.STAFF) else []
    todos: list[Todo] = []
    if open_talks := unanswered(actor):
        url = f"{reverse('conversations:list')}?tab=asked"
        groups.append(TodoGroup("talk", _("请您表态"), len(open_talks), url))
        todos = [
            Todo(
                kind="talk",
                text=_("请您表态"),
                title=talk.matter.title,
                code="",
                due_on=talk.closes_on,
                url=reverse("conversations:vote", args=[talk.pk]),
            )
            for talk in open_talks
            if talk.closes_on
        ]
    return Asked(groups, todos[:limit])


def unanswered(actor: Actor) -> list[Conversation]:
    """Return the conversations that ask a member and in which they have not voted. At most two queries.

    Whether somebody has voted is computed for themselves only, and kept nowhere.
    """
    if actor.member_id is None or actor.user_id is None or not actor.has(Role.MEMBER):
        return []
    invited = Q(circle=Circle.LIST, invitations__member_id=actor.member_id)
    found = list(
        Conversation.objects.filter(Q(circle=Circle.MEMBERS) | invited, committee_id=actor.committee_id or 0)
        .open()
        .select_related("matter")
        .order_by(F("closes_on").asc(nulls_last=True), "pk")
    )
    if not found:
        return []
    secret = member_secret(actor.user_id)
    own = {voice_index(talk.pk, secret): talk.pk for talk in found}
    voiced = Voice.objects.filter(key_index__in=list(own)).values_list("conversation_id", flat=True)
    answered = set(voiced)
    return [talk for talk in found if talk.pk not in answered]


def _to_moderate(actor: Actor) -> list[TodoGroup]:
    waiting = (
        Conversation.objects.filter(committee_id=actor.committee_id or 0)
        .open()
        .annotate(
            queued=Count("statements", filter=_WAITS & Q(statements__is_held=False)),
            held=Count("statements", filter=_WAITS & Q(statements__is_held=True)),
        )
        .filter(Q(queued__gt=0) | Q(held__gt=0))
        .order_by("pk")
        .values_list("pk", "matter__title", "queued", "held")
    )
    return [
        TodoGroup(
            "moderate",
            _("待审核看法：{title}").format(title=title),
            # What came in a flood stands apart; it is named when nothing else waits.
            queued or held,
            f"{reverse('conversations:desk', args=[pk])}?tab={'waiting' if queued else 'held'}",
        )
        for pk, title, queued, held in waiting
    ]
