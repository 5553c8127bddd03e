"""The drafts of a reply as they were sent to be countersigned or signed, and what changed between them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.differences import differences
from tongxin.activities.proposals.documents import for_letters
from tongxin.activities.proposals.models import Reply, ReplyVersion
from tongxin.activities.proposals.selectors.documents import reply_in_sight

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tongxin.activities.proposals.differences import Piece
    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft that was sent on.

    Attributes:
        n: the first that was sent on is 1.
        kept: the draft itself.
        changes: what is other than in the draft before it, in each part that changed; empty for the first.
    """

    n: int
    kept: ReplyVersion
    changes: Sequence[tuple[str, Sequence[Piece]]]


@dataclass(frozen=True, slots=True)
class Versions:
    """The drafts of one reply, the latest first."""

    reply: Reply
    proposal: Proposal
    drafts: Sequence[Draft]


def versions_page(actor: Actor, reply_id: UUID) -> Versions | None:
    """Return the drafts of a reply; None when they are not the actor's to read. Four queries."""
    found = reply_in_sight(actor, for_letters(Reply.objects.all()), reply_id)
    if found is None:
        return None
    reply, sight = found
    if not sight.drafts(reply.assignment):
        return None
    return Versions(reply=reply, proposal=reply.assignment.proposal, drafts=drafts_of(reply))


def drafts_of(reply: Reply) -> list[Draft]:
    """Return the drafts of a reply that were sent on, the latest first. One query."""
    kept = list(ReplyVersion.objects.filter(reply=reply).select_related("reply_class", "by"))
    drafts = [Draft(1, kept[0], ())] if kept else []
    for n, (old, new) in enumerate(itertools.pairwise(kept), start=2):
        drafts.append(Draft(n, new, _changes(old, new)))
    return drafts[::-1]


def _changes(old: ReplyVersion, new: ReplyVersion) -> list[tuple[str, Sequence[Piece]]]:
    pairs = (
        (_("文号"), old.document_number, new.document_number),
        (_("办理结果类别"), str(old.reply_class or ""), str(new.reply_class or "")),
        (_("答复正文"), old.text, new.text),
    )
    return [(label, changed) for label, a, b in pairs if (changed := differences(a, b))]
