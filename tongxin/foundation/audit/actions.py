"""Writing to the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tongxin.foundation.audit.chain import entry_hash, head_seal, microseconds, plain, plain_text
from tongxin.foundation.audit.models import Entry, Head
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


@transaction.atomic(savepoint=False)
def record(
    *,
    actor: Actor,
    action: str,
    target: str = "",
    committee_id: int | None = None,
    **detail: Any,  # noqa: ANN401
) -> None:
    """Add one entry to the chain of the committee (or to the installation's own).

    The head of the chain stays locked until the transaction ends, so entries of one committee are in the
    order of their commits, without gaps. What is too long for its column is cut, never refused: an act must
    not fail because of its log.

    Args:
        actor: who did it; the public has no name and no id.
        action: ``room.verb_noun``.
        target: ``app.model:id`` of what it was done to.
        committee_id: the committee, when it is not the one that the actor works in.
        detail: more about it; no personal data beyond names of offices. Kept as plain JSON.
    """
    committee_id = committee_id if committee_id is not None else actor.committee_id
    chain = chain_of(committee_id)
    with connection.cursor() as cursor:
        # One statement makes the head on first use and locks it afterwards. Whoever waits for the lock gets
        # the values that the one before it committed.
        cursor.execute(
            "INSERT INTO audit_head (chain, entries, last_hash, seal) VALUES (%s, 0, '', '')"
            " ON CONFLICT (chain) DO UPDATE SET chain = excluded.chain RETURNING entries, last_hash",
            [chain],
        )
        entries, last_hash = cursor.fetchone()
    entry = Entry(
        chain=chain,
        seq=entries + 1,
        committee_id=committee_id,
        at=clock.now(),
        user_id=actor.user_id,
        user_name=plain_text(actor.name, 60),
        action=plain_text(action, 80),
        target=plain_text(target, 120),
        detail=plain(detail),
        previous_hash=last_hash,
    )
    entry.hash = entry_hash(
        chain=chain,
        seq=entry.seq,
        committee_id=committee_id,
        at_microseconds=microseconds(entry.at),
        user_id=str(entry.user_id or ""),
        user_name=entry.user_name,
        action=entry.action,
        target=entry.target,
        detail=entry.detail,
        previous_hash=last_hash,
    )
    entry.save(force_insert=True)
    Head.objects.filter(chain=chain).update(
        entries=entry.seq, last_hash=entry.hash, seal=head_seal(chain, entry.seq, entry.hash)
    )


def chain_of(committee_id: int | None) -> str:
    """Return the name of a committee's chain, or of the installation's own."""
    return f"committee:{committee_id}" if committee_id is not None else "installation"
