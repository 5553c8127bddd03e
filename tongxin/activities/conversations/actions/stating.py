"""Taking in what somebody would like others to vote on, without anything that leads back to who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tongxin.activities.conversations.counting.locks import join_statements
from tongxin.activities.conversations.enums import ConversationState, StatementState
from tongxin.activities.conversations.keys import author_index
from tongxin.activities.conversations.models import Statement
from tongxin.foundation.accounts import flood
from tongxin.foundation.core import clock
from tongxin.foundation.core.ciphers import keyed_digest
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.fingerprints import fingerprint

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import Conversation

# In ten minutes; what staff can look at while it comes in.
_NEW_MOST: Final = 60
# What takes one of a person's places.
_STANDING: Final = (StatementState.PENDING, StatementState.PUBLISHED)


class Crowded(Exception):  # noqa: N818 (it is an answer, not a fault)
    """So much comes in now that the form asks a question first. Nothing was kept, nothing is lost."""


@transaction.atomic
def say_statement(
    *,
    conversation: Conversation,
    secret: str,
    text: str,
    nonce: UUID,
    network: str | None = None,
    answered: bool = False,
) -> Statement:
    """Keep a statement of somebody who takes part, to be looked at before others see it.

    The same form again, and the same words of the same person, are the same statement. There is no entry of
    this moment in timeline or audit log, and neither key nor hour tell when it was.

    Args:
        conversation: where.
        secret: of the person, as for votes; the hash that is kept leads to no voice.
        text: cleaned by the form.
        nonce: made by the form or by the phone.
        network: counted against a flood and kept nowhere; None for people who signed in.
        answered: the plain question was answered.

    Raises:
        Crowded: the question has to be asked first.
        Refused: it has ended, takes no statements, or this person has enough waiting or published.
    """
    key = _key(conversation.pk, nonce, text)
    author = author_index(conversation.pk, secret)
    _wait_for(f"statements {author}")
    join_statements(conversation.pk)
    conversation.matter.refresh_from_db(fields=["state"])
    own = Statement.objects.filter(conversation=conversation, author_index=author)
    if said := own.filter(text=text).first() or own.filter(pk=key).first():
        return said
    _ensure_room(conversation, own.filter(state__in=_STANDING).count())
    held = network is not None and _is_flood(conversation.pk, network)
    if held and not answered:
        raise Crowded
    return Statement.objects.create(
        pk=key,
        committee_id=conversation.committee_id,
        conversation=conversation,
        text=text,
        author_index=author,
        said_at=clock.now().replace(minute=0, second=0, microsecond=0),
        fingerprint=fingerprint(text),
        is_held=held,
    )


def _ensure_room(conversation: Conversation, standing: int) -> None:
    ensure(conversation.state == ConversationState.OPEN, because=_("这个对话已经结束，不再收新的看法。"))
    ensure(conversation.takes_statements, because=_("这个对话只表态，不收新的看法。"))
    if standing >= conversation.statements_most:
        raise Refused(
            _("每人最多提%(most)d条看法，您已经提了%(n)d条。")
            % {"most": conversation.statements_most, "n": standing}
        )


def _is_flood(conversation_id: UUID, network: str) -> bool:
    """Count one more statement, and say whether it is too much."""
    from_there = flood.count_costly(network)
    return flood.count_new(f"conversation {conversation_id}") > _NEW_MOST or from_there > flood.NETWORK_MOST


def _key(conversation_id: UUID, nonce: UUID, text: str) -> UUID:
    """Return the key of what this form says: looks random, and is the same again for the same form."""
    digest = keyed_digest(f"{conversation_id} {nonce} {text}", purpose="conversation statement")
    return UUID(bytes=digest[:16], version=4)


def _wait_for(what: str) -> None:
    """Let only one request at a time go on with this, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
