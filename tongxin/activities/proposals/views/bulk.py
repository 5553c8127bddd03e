"""One thing done to many ticked proposals: each for itself, and what was refused is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import lock_proposals
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import ActorRequest

Refusals = list[tuple["Proposal", str]]


def do_each(proposals: Sequence[Proposal], act: Callable[[Proposal], object]) -> tuple[int, Refusals]:
    """Do one thing to many proposals, each for itself: what one refuses, the others keep.

    Returns:
        How many it was done to, and which refused it with what sentence.
    """
    lock_proposals(p.pk for p in proposals)
    done, refused = 0, []
    for proposal in proposals:
        try:
            with transaction.atomic():
                act(proposal)
        except (Refused, PermissionDenied) as no:
            refused.append((proposal, str(no)))
        else:
            done += 1
    return done, refused


def say_refusals(request: ActorRequest, refused: Iterable[tuple[Proposal, str]]) -> None:
    """Let the next page say of each refused proposal why."""
    for proposal, why in refused:
        messages.warning(
            request,
            _("{title}：{why}").format(title=proposal.matter.code or proposal.matter.title, why=why),
        )
