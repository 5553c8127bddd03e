"""What a unit promises in its reply: drafted with it, made when it is sent, kept or not afterwards (承诺事项)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import start, tell_parties
from tongxin.activities.proposals.lifecycle import ASKS
from tongxin.activities.proposals.lifecycle_promises import PROMISE
from tongxin.activities.proposals.models import Promise
from tongxin.capabilities.deadlines.actions import drop_deadlines, meet_deadline, start_deadline
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.notices.actions import is_silent, tell
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tongxin.activities.proposals.models import Proposal, Reply, SupervisionEvent
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit

# More than anybody follows from one letter.
MOST_PROMISES = 8
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Promised:
    """One thing that is to be done, and by when."""

    text: str
    due_on: date


def whole_date(day: date) -> str:
    """Return a day for the record, with its year: promises reach beyond the one in which they are made."""
    return f"{day.year}年{day.month}月{day.day}日"


def draft_promises(*, reply: Reply, rows: Sequence[Promised]) -> None:
    """Keep what the draft of a reply promises; the rows take the place of those before.

    The caller has locked the part and asked leave to write the reply.

    Raises:
        Refused: more promises than one reply may make.
    """
    ensure(
        len(rows) <= MOST_PROMISES,
        because=_("一份答复最多写{n}条承诺，请合并相近的。").format(n=MOST_PROMISES),
    )
    drafts = Promise.objects.filter(reply=reply, state=Promise.State.DRAFT)
    if [(p.text, p.due_on) for p in drafts.order_by("pk")] == [(r.text, r.due_on) for r in rows]:
        return
    drafts.delete()
    # One by one: their keys say in which order they were written.
    for row in rows:
        Promise.objects.create(
            committee_id=reply.committee_id,
            proposal=reply.assignment.proposal,
            unit=reply.assignment.unit,
            reply=reply,
            text=row.text,
            due_on=row.due_on,
            state=Promise.State.DRAFT,
        )


def missing_in_promises(reply: Reply) -> str:
    """Return what a reply of a class that is followed still lacks, as a sentence; empty when nothing."""
    if reply.reply_class is None or not reply.reply_class.is_tracked:
        return ""
    drafts = list(Promise.objects.filter(reply=reply, state=Promise.State.DRAFT).values_list("due_on"))
    if not drafts:
        return _("这一类答复是承诺，要跟踪到兑现。请至少写一条：承诺做什么、何时完成。")
    if any(due_on < clock.today() for (due_on,) in drafts):
        return _("有一条承诺的完成日期已经过了，请改一个日期。")
    return ""


def open_promises(reply: Reply) -> None:
    """Let the promises of a reply hold, now that it is sent; those of a class that is not followed fall away."""
    drafts = Promise.objects.filter(reply=reply, state=Promise.State.DRAFT).select_related("unit")
    if reply.reply_class is None or not reply.reply_class.is_tracked:
        drafts.delete()
        return
    for promise in drafts:
        promise.proposal = reply.assignment.proposal
        promise.state = Promise.State.OPEN
        promise.save(update_fields=["state"])
        start_promise(promise)


def make_promise(
    *,
    proposal: Proposal,
    unit: Unit,
    promised: Promised,
    reply: Reply | None = None,
    event: SupervisionEvent | None = None,
) -> Promise:
    """Note a promise that holds from now on: found by staff in a reply, or made at a supervision.

    The caller has locked the proposal, asked leave, and writes the timeline.

    Raises:
        Refused: nothing is promised, the date is past, or the unit is not one of this committee.
    """
    text = promised.text.strip()
    ensure(bool(text), because=_("请写承诺做什么。"))
    ensure(len(text) <= _LONGEST, because=_("承诺请写在{n}字以内。").format(n=_LONGEST))
    ensure(promised.due_on >= clock.today(), because=_("完成日期请选今天或以后的一天。"))
    ensure(
        unit.committee_id == proposal.committee_id and unit.ended_on is None,
        because=_("请选本会现有的承办单位。"),
    )
    promise = Promise.objects.create(
        committee_id=proposal.committee_id,
        proposal=proposal,
        unit=unit,
        reply=reply,
        event=event,
        text=text,
        due_on=promised.due_on,
    )
    start_promise(promise)
    tell_unit(promise, f"{proposal.matter.title}：记入承诺「{text}」", but=None)
    return promise


def start_promise(promise: Promise) -> None:
    """Let the deadline of a promise run until the day that was named."""
    start_deadline(
        matter=promise.proposal.matter,
        kind="promise",
        starts_on=clock.today(),
        on=promise.due_on,
        reason=recorded(ASKS["promise"].reason),
        subject_id=promise.pk,
        unit_id=promise.unit_id,
    )


def advance_promise(verb: str, *, actor: Actor, promise: Promise, text: str, **more: Any) -> None:  # noqa: ANN401
    """Make one move of a promise; the caller has locked its proposal and asked leave.

    Args:
        text: what happened, for the timeline.
        more: ``note`` and whatever ``move_matter`` takes.
    """
    move = PROMISE.moves[verb]
    promise.state = move.target or promise.state
    promise.save()
    proposal = promise.proposal
    move_matter(actor=actor, matter=proposal.matter, verb=verb, text=text, promise=str(promise.pk), **more)
    if move.meets:
        meet_deadline(matter=proposal.matter, kinds=move.meets, subject_id=promise.pk)
    if PROMISE.states[promise.state].final:
        drop_deadlines(matter=proposal.matter, subject_id=promise.pk)
    if "promise" in move.starts:
        start_promise(promise)
    if "promise_check" in move.starts:
        start("promise_check", proposal, subject_id=promise.pk)
    told = f"{proposal.matter.title}：{promise.unit.name}{text}"
    if move.tells:
        tell_parties(actor=actor, proposal=proposal, groups=move.tells, text=told)
    tell_unit(promise, told, but=actor)


def tell_unit(promise: Promise, text: str, *, but: Actor | None) -> None:
    """Send a notice about a promise to the clerks of the unit that made it."""
    if is_silent():
        return
    clerks = Post.objects.filter(
        committee_id=promise.committee_id, unit_id=promise.unit_id, role=Role.UNIT_CLERK
    ).held_on(clock.today())
    tell(
        user_ids=set(clerks.values_list("user_id", flat=True)) - {but.user_id if but else None},
        committee_id=promise.committee_id,
        text=text,
        url=f"/proposals/{promise.proposal_id}/",
        matter=promise.proposal.matter,
    )


def release_promises(promises: Iterable[Promise], *, why: str) -> None:
    """Follow promises no longer whose ground has gone: the answer was given anew, or the matter is settled.

    The caller's own line in the timeline says what happened.
    """
    for promise in promises:
        promise.state = Promise.State.DROPPED
        promise.note = why
        promise.save(update_fields=["state", "note"])
        drop_deadlines(matter=promise.proposal.matter, subject_id=promise.pk)
