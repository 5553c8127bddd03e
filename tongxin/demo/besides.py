"""What happens in the demo beside the way of one proposal: more time, meetings, offices, second looks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from tongxin.activities.proposals.actions import (
    advising,
    extending,
    looking_back,
    meeting,
    passing_on,
    tracking,
)
from tongxin.activities.proposals.actions.promising import Promised
from tongxin.activities.proposals.enums import AssignmentState, ProposalState
from tongxin.activities.proposals.models import (
    Assignment,
    LookBack,
    Promise,
    Proposal,
    ProposalRules,
    ReviewOpinion,
)
from tongxin.demo import texts
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.demo.story import Teller

_EXTENDED_BY_MONTHS = 2
# After so many months the office goes and looks; these were left for whoever tries the demo.
_LOOK_AFTER_DAYS = 372
_NOT_LOOKED_AT = 6
_OFFICE = "政府办"


def tell_besides(teller: Teller) -> None:
    """Tell what the walks leave out. Where a committee has no proposal in the state it takes, nothing happens."""
    _promises(teller)
    _extensions(teller)
    _look_backs(teller)
    _office(teller)
    _meeting(teller)
    _opinions(teller)


def _ago(teller: Teller, days: int) -> AbstractContextManager[None]:
    day = teller.today - timedelta(days=days)
    return clock.at(datetime.combine(day, time(15, 20), tzinfo=clock.ZONE))


def _in_state(teller: Teller, state: str) -> ProposalQuerySet:
    return Proposal.objects.filter(committee=teller.world.committee, matter__state=state)


def _clerk(teller: Teller, unit_id: object) -> str:
    return f"clerk:{teller.keys[unit_id]}"  # type: ignore[index]  # units of the world that is told


def _promises(teller: Teller) -> None:
    """Keep the earlier of the two promises of what is followed; one of the later ones waits to be checked."""
    followed = Promise.objects.filter(
        proposal__in=_in_state(teller, ProposalState.TRACKING), reply__isnull=False, state=Promise.State.OPEN
    ).select_related("proposal__matter", "unit")
    earlier = list(followed.filter(text__endswith=texts.SECOND_PROMISE[-6:]).order_by("due_on", "pk"))
    for n, promise in enumerate(earlier):
        clerk = teller.actor(_clerk(teller, promise.unit_id))
        with _ago(teller, 8 + n % 9):
            tracking.report_promise(
                actor=clerk, promise=promise, evidence="方案已经印发，管护人员和经费都列了。"
            )
        # The first waits for the office to look at it.
        if n:
            with _ago(teller, 5 + n % 3):
                tracking.confirm_promise(actor=teller.actor("staff"), promise=promise)


def _extensions(teller: Teller) -> None:
    """One unit has got more time, another one asks for it."""
    at_work = Assignment.objects.filter(
        proposal__committee=teller.world.committee, state=AssignmentState.HANDLING, role="lead"
    ).select_related("proposal__matter", "unit")
    for n, part in enumerate(at_work.order_by("assigned_on", "pk")[:2]):
        clerk = teller.actor(_clerk(teller, part.unit_id))
        with _ago(teller, 1):
            limit = extending.reply_deadline(part)
            if limit is None or limit.due_on < clock.today():
                continue
            extending.request_extension(
                actor=clerk, assignment=part, months=_EXTENDED_BY_MONTHS, reason=texts.EXTENSION
            )
            if n == 0:
                extending.grant_extension(
                    actor=teller.actor("staff"), assignment=part, note=texts.EXTENSION_GRANTED
                )


def _look_backs(teller: Teller) -> None:
    """Go back to what was closed more than a year ago; the last few wait for somebody to go."""
    before = teller.today - timedelta(days=_LOOK_AFTER_DAYS + 2)
    closed = _in_state(teller, ProposalState.CLOSED).filter(matter__closed_on__lt=before)
    found = list(closed.select_related("matter").order_by("matter__closed_on", "pk"))[:-_NOT_LOOKED_AT]
    for n, proposal in enumerate(found):
        closed_on = proposal.matter.closed_on or before
        on = closed_on + timedelta(days=_LOOK_AFTER_DAYS)
        finding = "not_done" if n == len(found) - 1 else "partly" if n % 4 == 1 else "done"
        with _ago(teller, (teller.today - on).days):
            _look_back(teller, proposal, finding)


def _look_back(teller: Teller, proposal: Proposal, finding: str) -> LookBack:
    place = next((p for p in teller.world.plan.places if p in proposal.matter.title), "现场")
    said = texts.LOOK_BACK[finding].format(place=place)
    promise = None
    if finding == LookBack.Finding.NOT_DONE:
        part = proposal.assignments.in_force().exclude(role="co").select_related("unit")[0]
        due_on = teller.today + timedelta(days=40)
        promise = (part.unit, Promised(texts.PROMISE.format(place=place), due_on))
    return looking_back.record_look_back(
        actor=teller.actor("staff"),
        proposal=proposal,
        found=looking_back.Found(clock.today(), finding, said),
        promise=promise,
    )


def _office(teller: Teller) -> None:
    """One of those that were filed lies with the government's office, which hands it on to its units."""
    for proposal in _in_state(teller, ProposalState.FILED).order_by("-number")[:1]:
        with _ago(teller, 0):
            passing_on.hand_to_office(
                actor=teller.actor("staff"), proposal=proposal, office=teller.world.units[_OFFICE]
            )


def _meeting(teller: Teller) -> None:
    """The others are on the list of next week's hand-over meeting."""
    session = teller.world.sessions[-1]
    waiting = _in_state(teller, ProposalState.FILED).filter(session=session, office__isnull=True)
    if waiting.exists():
        meeting.open_meeting(
            actor=teller.actor("staff"),
            session=session,
            name=f"{session}提案交办会",
            held_on=teller.today + timedelta(days=6),
        )


def _opinions(teller: Teller) -> None:
    """Where proposals are read twice, the first reader has read one of them."""
    stages = teller.world.plan.review_stages
    if stages == 1:
        return
    ProposalRules.objects.filter(committee=teller.world.committee).update(review_stages=stages)
    for proposal in _in_state(teller, ProposalState.UNDER_REVIEW).order_by("submitted_at")[:1]:
        with _ago(teller, 0):
            advising.advise_proposal(
                actor=teller.actor("prereviewer"),
                proposal=proposal,
                advice=advising.Advice(
                    advice=ReviewOpinion.Advice.FILE, topic=proposal.topic, note=texts.PRE_REVIEW
                ),
            )
