"""What became of a proposal, in public words: filed, handed to whom, answered how, and whether it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import ANSWERING_ROLES, Disclosure, ProposalState
from tongxin.activities.proposals.models import Promise
from tongxin.capabilities.matters.models import Visibility
from tongxin.followers.journeys.telling.step import DONE, NOW, TO_COME, PublicStep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.activities.proposals.models import Assignment, Proposal

_BETWEEN = (ProposalState.ASSIGNED, ProposalState.HANDLING)
_SHOWN_PROMISES = (Promise.State.OPEN, Promise.State.REPORTED, Promise.State.KEPT)


def tell(
    proposal: Proposal,
    *,
    parts: Sequence[Assignment],
    promises: Sequence[Promise],
    due_on: date | None = None,
) -> list[PublicStep]:
    """Return the steps that everybody may know, from the day on which it was filed.

    Before that a text is its proposer's own, and whether it is examined is an internal step.

    Args:
        proposal: the proposal. Its title is told only if it is public, a unit's words only if they are too.
        parts: the parts of its units in the present round, with unit and reply.
        promises: what was promised in it.
        due_on: until when the answer is due.
    """
    if proposal.filed_on is None:
        return []
    is_public = proposal.matter.visibility == Visibility.PUBLIC
    title = _("《{title}》").format(title=proposal.matter.title) if is_public else ""
    steps = [PublicStep(DONE, proposal.filed_on, _("写成提案，已经立案"), title)]
    answering = [p for p in parts if p.role in ANSWERING_ROLES]
    if answering and proposal.assigned_on:
        units = _("、").join(p.unit.name for p in answering)
        steps.append(PublicStep(DONE, proposal.assigned_on, _("交给{units}办理").format(units=units)))
    steps += [s for part in answering for s in _answer(part, shows_text=_shows_text(proposal))]
    if proposal.state in _BETWEEN:
        steps.append(PublicStep(NOW, due_on, _("等待正式答复"), by=True))
    if _shows_text(proposal):
        steps += [_promise(p) for p in promises if p.state in _SHOWN_PROMISES and _may_be_shown(p)]
    return steps


def _shows_text(proposal: Proposal) -> bool:
    return proposal.matter.visibility == Visibility.PUBLIC and proposal.disclosure == Disclosure.FULL


def _answer(part: Assignment, *, shows_text: bool) -> list[PublicStep]:
    reply = getattr(part, "reply", None)
    if reply is None or reply.sent_on is None:
        return []
    # The letter names its proposer; only what was written for the public stands here.
    said = reply.public_text if shows_text and reply.may_be_public else ""
    how = _("办理结果：{words}。").format(words=reply.reply_class.label) if reply.reply_class else ""
    return [PublicStep(DONE, reply.sent_on, _("{unit}答复了").format(unit=part.unit.name), how + said)]


def _may_be_shown(promise: Promise) -> bool:
    return promise.reply is None or (promise.reply.may_be_public and promise.reply.sent_on is not None)


def _promise(promise: Promise) -> PublicStep:
    if promise.state == Promise.State.KEPT:
        return PublicStep(DONE, promise.kept_on, _("答应的事办到了"), promise.text)
    words = _("{unit}答应办").format(unit=promise.unit.name)
    return PublicStep(TO_COME, promise.due_on, words, promise.text, by=True)
