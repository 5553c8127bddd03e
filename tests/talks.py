"""Conversations to test with: of each state, with statements, and with the voices of many people.

Rows are written as they are, so that whoever tests one part of the room needs no other. Nothing here is random: two
calls make the same questions, statements and ballots.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tongxin.activities.conversations.enums import Circle, ConversationState, StatementState
from tongxin.activities.conversations.keys import device_secret, voice_index
from tongxin.activities.conversations.models import (
    Conversation,
    Invitation,
    OpinionMap,
    Statement,
    Voice,
)
from tongxin.capabilities.matters.models import Kind, Matter, Visibility
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.fingerprints import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from tests.factories import House

SEEDS = (
    "学校门口应当划斑马线。",
    "上学时段校门口的路应当只走行人。",
    "镇上应当增加一班接送学生的公交车。",
    "路边停车应当收费。",
    "夜里路灯应当亮到十二点。",
)
TITLE = "学校门口的交通"
QUESTION = "怎样让孩子上学的路更安全？"
_BEGUN = (ConversationState.OPEN, ConversationState.CLOSED)


def make_conversation(
    house: House,
    *,
    state: str = ConversationState.OPEN,
    circle: str = Circle.PUBLIC,
    seeds: Sequence[str] = SEEDS,
    invited: Sequence[str] = (),
    title: str = TITLE,
    **more: Any,
) -> Conversation:
    """A conversation of a state with its published statements, numbered from 1.

    Args:
        invited: keys of members in ``house.members``, for a conversation on a list.
        more: other columns of ``Conversation``.
    """
    with house.at_work():
        conversation = Conversation.objects.create(
            matter=_matter(house, state, circle, title),
            committee=house.committee,
            circle=circle,
            **{"question": QUESTION, "background": "", **more},
        )
        for key in invited:
            Invitation.objects.create(
                committee=house.committee, conversation=conversation, member=house.members[key]
            )
        if state != ConversationState.DRAFT:
            OpinionMap.objects.create(conversation=conversation, committee=house.committee)
    for text in seeds:
        seeded(conversation, text)
    return conversation


def seeded(conversation: Conversation, text: str, *, by_name: str = "政协机关", **more: Any) -> Statement:
    """A published statement of the office, with the next number."""
    with _at(conversation):
        numbers = Statement.objects.filter(conversation=conversation, number__isnull=False)
        return Statement.objects.create(
            committee_id=conversation.committee_id,
            conversation=conversation,
            number=numbers.count() + 1,
            text=text,
            by_name=by_name,
            said_at=_hour(),
            fingerprint=fingerprint(text),
            **{"state": StatementState.PUBLISHED, **more},
        )


def said(conversation: Conversation, text: str = "校门口应当装测速探头。", **more: Any) -> Statement:
    """A statement of a participant; it waits for a decision."""
    with _at(conversation):
        return Statement.objects.create(
            committee_id=conversation.committee_id,
            conversation=conversation,
            text=text,
            said_at=_hour(),
            fingerprint=fingerprint(text),
            **{"state": StatementState.PENDING, **more},
        )


def voices(
    conversation: Conversation,
    n: int = 30,
    *,
    groups: int = 2,
    statements: int | None = None,
    secrets: Sequence[str] = (),
) -> list[Voice]:
    """The voices of so many people, in groups of like opinion; all of them agree with statement 1.

    Args:
        groups: person ``i`` belongs to group ``i % groups``; each answers everything, now and then out of line.
        statements: how many statements are answered; all that have a number when not given.
        secrets: what stands for the first of them; devices for the rest.
    """
    with _at(conversation):
        numbered = Statement.objects.filter(conversation=conversation, number__isnull=False).count()
        most = numbered if statements is None else statements
        return Voice.objects.bulk_create(
            Voice(
                committee_id=conversation.committee_id,
                conversation=conversation,
                key_index=voice_index(conversation.pk, secret),
                ballot=ballot(person, groups=groups, statements=most),
            )
            for person, secret in zip(range(n), _secrets(secrets), strict=False)
        )


def ballot(person: int, *, groups: int = 2, statements: int = len(SEEDS)) -> str:
    """What person ``i`` answers: all agree on the first; of the others each group agrees with its own."""
    signs = []
    for number in range(1, statements + 1):
        sign = "+" if number == 1 or number % groups == person % groups else "-"
        # Not everybody follows the group in everything.
        signs.append("0" if (person // groups + 3 * number) % 11 == 0 else sign)
    return "".join(signs)


def now(conversation: Conversation) -> Conversation:
    """The conversation as it is now, with its matter and map."""
    with _at(conversation):
        return Conversation.objects.select_related("matter", "map").get(pk=conversation.pk)


def statement_now(statement: Statement) -> Statement:
    """The statement as it is now."""
    with _at(statement.conversation):
        return Statement.objects.select_related("merged_into").get(pk=statement.pk)


def _matter(house: House, state: str, circle: str, title: str) -> Matter:
    today = clock.today()
    begun = state in _BEGUN
    made = Matter.objects.filter(committee=house.committee, kind=Kind.CONVERSATION, code__isnull=False)
    return Matter.objects.create(
        committee=house.committee,
        kind=Kind.CONVERSATION,
        title=title,
        state=state,
        code=f"{today.year}-{made.count() + 1}" if begun else None,
        visibility=_visibility(circle) if begun else Visibility.INTERNAL,
        opened_on=today - timedelta(days=7),
        closed_on=_closed_on(state, today),
    )


def _visibility(circle: str) -> str:
    if circle == Circle.PUBLIC:
        return Visibility.PUBLIC
    return Visibility.MEMBERS if circle == Circle.MEMBERS else Visibility.INTERNAL


def _closed_on(state: str, today: date) -> date | None:
    return today if state in {ConversationState.CLOSED, ConversationState.CANCELLED} else None


def _secrets(first: Sequence[str]) -> Iterator[str]:
    yield from first
    person = 0
    while True:
        person += 1
        yield device_secret(f"device of person {person}")


def _hour() -> Any:
    return clock.now().replace(minute=0, second=0, microsecond=0)


@contextmanager
def _at(conversation: Conversation) -> Iterator[None]:
    with tenancy.scope([conversation.committee_id]), transaction.atomic():
        yield
