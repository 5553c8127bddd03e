"""Key and outstanding proposals of the demo, and the one story that is told in full: the museum of 天水市."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from tongxin.activities.proposals.actions import honouring, supervising, tracking
from tongxin.activities.proposals.actions.supervising import Commitment, Supervision
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.models import Promise, Proposal
from tongxin.capabilities.notices.actions import silence
from tongxin.demo import texts
from tongxin.demo.story import Walk
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from tongxin.activities.proposals.models import KeyProposal, Supervisor
    from tongxin.demo.story import Teller


def _meeting(teller: Teller) -> str:
    return f"{teller.world.committee.short_name}第12次主席会议纪要"


class MuseumWalk(Walk):
    """The proposal for a new building of the museum: chosen, supervised on the spot three times, still followed."""

    def __init__(self, teller: Teller, n: int, ending: str, begins: date) -> None:
        """Take the museum for a subject; everything else is that of any joint proposal with helpers."""
        del ending  # it has none yet: the building goes on
        super().__init__(teller, n, "tracking", begins)
        self.subject, self.place = texts.MUSEUM, "天水市"
        self.joint, self.collective, self.with_co = True, False, True
        self.unhappy, self.tracked, self.first = False, True, False

    def walk(self) -> Proposal:
        """Walk it like any other, with the leaders coming in between."""
        self.write()
        self.submit()
        self.review()
        with self.on("nominate"):
            key = supervising.nominate_key(
                actor=self.t.actor("leader"), proposal=self.p, reason=texts.KEY_REASONS[0]
            )
        self.hand_over()
        with self.on("decide"):
            leaders = self._choose(key)
        for step, come in (("event_1", leaders), ("event_2", leaders[:1])):
            self._supervise(key, step, come)
        self.reply()
        self._supervise(key, "event_3", leaders)
        self.rate()
        return self.p

    def _choose(self, key: KeyProposal) -> list[Supervisor]:
        staff = self.t.actor("staff")
        supervising.decide_key(actor=staff, key=key, chosen=True, decision=_meeting(self.t), on=clock.today())
        supervising.plan_supervision(actor=staff, key=key, plan=texts.MUSEUM_PLAN, figure_key="museum")
        return [
            supervising.add_supervisor(actor=staff, key=key, name=name, office=office, role=role)
            for name, office, role in texts.MUSEUM_LEADERS
        ]

    def _supervise(self, key: KeyProposal, step: str, leaders: Sequence[Supervisor]) -> None:
        """Let the leaders be on the spot; what was promised the time before has been done since."""
        with self.on(step):
            self._keep_what_was_promised()
            place, found, promises = texts.MUSEUM_EVENTS[int(step[-1]) - 1]
            supervising.record_supervision(
                actor=self.t.actor("staff"),
                key=key,
                supervision=Supervision("on_site", clock.today(), place, found, leaders),
                commitments=[
                    Commitment(self.t.world.units[unit], what, clock.today() + timedelta(days=days))
                    for unit, what, days in promises
                ],
            )

    def _keep_what_was_promised(self) -> None:
        open_ones = Promise.objects.filter(proposal=self.p, event__isnull=False, state=Promise.State.OPEN)
        for promise in open_ones.select_related("proposal", "unit"):
            clerk = self.t.actor(f"clerk:{self.t.keys[promise.unit_id]}")
            tracking.report_promise(actor=clerk, promise=promise, evidence=f"已办：{promise.text}。")
            tracking.confirm_promise(actor=self.t.actor("staff"), promise=promise)


def tell_following(teller: Teller) -> None:
    """Choose some of this year's proposals as key ones, and honour some of last year's."""
    with silence():
        _keys(teller)
        _honours(teller)


def _ago(teller: Teller, days: int) -> AbstractContextManager[None]:
    day = teller.today - timedelta(days=days)
    return clock.at(datetime.combine(day, time(10, 30), tzinfo=clock.ZONE))


def _keys(teller: Teller) -> None:
    """Put four of those at work into the pool; the meeting chooses two, and leaders go and look."""
    staff = teller.actor("staff")
    at_work = Proposal.objects.filter(committee=teller.world.committee, matter__state=ProposalState.HANDLING)
    found = list(at_work.filter(is_key=False).order_by("number")[:4])
    with _ago(teller, 12):
        keys = [
            supervising.nominate_key(actor=teller.actor("leader"), proposal=p, reason=reason)
            for p, reason in zip(found, texts.KEY_REASONS, strict=False)
        ]
    for key in keys[:2]:
        with _ago(teller, 9):
            supervising.decide_key(
                actor=staff, key=key, chosen=True, decision=_meeting(teller), on=clock.today()
            )
            leader = supervising.add_supervisor(
                actor=staff, key=key, name="邵明川", office="政协副主席", role="chairmens_meeting"
            )
        with _ago(teller, 3):
            supervising.record_supervision(
                actor=staff,
                key=key,
                supervision=Supervision("on_site", clock.today(), "项目现场", texts.KEY_EVENT, [leader]),
            )


def _honours(teller: Teller) -> None:
    """Publish three outstanding proposals and a unit of last year; this year somebody has recommended one."""
    closed = Proposal.objects.filter(
        committee=teller.world.committee, matter__state=ProposalState.CLOSED
    ).select_related("session")
    last = closed.exclude(session=teller.world.sessions[-1]).order_by("-session__opens_on", "number")
    with _ago(teller, 60):
        for proposal, reason in zip(last[:3], texts.HONOUR_REASONS, strict=False):
            _publish(teller, proposal, reason)
        if last:
            _publish_unit(teller, last[0])
    with _ago(teller, 5):
        for proposal in closed.filter(session=teller.world.sessions[-1]).order_by("number")[:1]:
            honouring.nominate_outstanding(
                actor=teller.actor("leader"), proposal=proposal, reason=texts.HONOUR_REASONS[0]
            )


def _publish(teller: Teller, proposal: Proposal, reason: str) -> None:
    staff = teller.actor("staff")
    honour = honouring.nominate_outstanding(actor=staff, proposal=proposal, reason=reason)
    honouring.review_honour(actor=teller.actor("reviewer"), honour=honour, passes=True, note="")
    honouring.decide_honour(
        actor=staff, honour=honour, honoured=True, decision=_meeting(teller), on=clock.today()
    )
    honouring.publish_honour(actor=staff, honour=honour)


def _publish_unit(teller: Teller, proposal: Proposal) -> None:
    staff = teller.actor("staff")
    part = proposal.assignments.in_force().exclude(role="co").select_related("unit").first()
    if part is None:
        return
    honour = honouring.nominate_unit(
        actor=staff, session=proposal.session, unit=part.unit, reason=texts.UNIT_REASON
    )
    honouring.review_honour(actor=staff, honour=honour, passes=True, note="")
    honouring.decide_honour(
        actor=staff, honour=honour, honoured=True, decision=_meeting(teller), on=clock.today()
    )
    honouring.publish_honour(actor=staff, honour=honour)
