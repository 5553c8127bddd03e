"""Entering promises, whether they were kept, and look-backs: each on its day, by those who do it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tongxin.activities.proposals.actions.looking_back import Found, record_look_back
from tongxin.activities.proposals.actions.promising import Promised
from tongxin.activities.proposals.actions.tracking import add_promise, confirm_promise, report_promise
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.models import LookBack, Proposal
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.organization.enums import Role
from tongxin.scenario.texts import TALKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tongxin.activities.proposals.models import Promise
    from tongxin.scenario.proposals.planning import ProposalsPlan
    from tongxin.scenario.spans import Cells

# Until then something is promised that nobody says the day of.
_LATER: Final = timedelta(days=60)


def enter_following(actor: Actor, plan: ProposalsPlan, cells: Cells) -> None:
    """Enter what follows the answers, cell by cell."""
    following = plan.following
    for cell in range(len(plan.years)):
        span = cells.edges[cell], cells.edges[cell + 1] - timedelta(days=1)
        if following.open[cell] or following.kept[cell]:
            _promises(actor, plan, cell, span, is_last=cell == len(plan.years) - 1)
        if following.look_backs[cell]:
            _look_backs(actor, plan, cell, span)


def _first(actor: Actor, span: tuple[date, date], state: str, count: int) -> list[Proposal]:
    """Return proposals of a cell that were answered first and are in this state."""
    found = Proposal.objects.filter(
        committee_id=actor.committee_id or 0,
        matter__state=state,
        matter__opened_on=span[0],
        replied_on__range=span,
    )
    return list(found.select_related("matter").order_by("replied_on", "serial")[:count])


def _days(since: date, until: date, count: int) -> Iterator[date]:
    length = (until - since).days + 1
    for n in range(count):
        yield since + timedelta(days=n * length // count)


def _promises(
    actor: Actor, plan: ProposalsPlan, cell: int, span: tuple[date, date], *, is_last: bool
) -> None:
    following = plan.following
    hosts = _first(actor, span, ProposalState.TRACKING, following.tracked[cell])
    sent = max(host.replied_on or span[0] for host in hosts)
    until = min(span[1] + _LATER, following.promised_until) if is_last else span[1]
    for n, due_on in enumerate(_days(sent, until, following.open[cell])):
        _promise(actor, hosts[n % len(hosts)], n, sent, due_on)
    for n, kept_on in enumerate(_days(sent, span[1], following.kept[cell])):
        _keep(actor, _promise(actor, hosts[n % len(hosts)], n, sent, kept_on), kept_on)


def _promise(actor: Actor, host: Proposal, n: int, on: date, due_on: date) -> Promise:
    unit = host.assignments.in_force().select_related("unit")[0].unit
    text = f"{TALKS[n % len(TALKS)].solved}（第{n + 1}项）"
    with clock.at(on):
        return add_promise(actor=actor, proposal=host, unit=unit, promised=Promised(text, due_on))


def _keep(actor: Actor, promise: Promise, on: date) -> None:
    """Let the unit report that it kept its word, and the office agree."""
    clerk = Actor(
        name=promise.unit.name,
        committee_id=actor.committee_id,
        grants=frozenset({Grant(Role.UNIT_CLERK, promise.unit_id)}),
        committee=actor.committee,
    )
    with clock.at(on):
        report_promise(actor=clerk, promise=promise, evidence="已经办成，现场可以查看。")
        confirm_promise(actor=actor, promise=promise)


def _look_backs(actor: Actor, plan: ProposalsPlan, cell: int, span: tuple[date, date]) -> None:
    hosts = _first(actor, span, ProposalState.CLOSED, plan.following.revisited[cell])
    closed = max(host.matter.closed_on or span[0] for host in hosts)
    for n, on in enumerate(_days(closed, span[1], plan.following.look_backs[cell])):
        found = Found(on, LookBack.Finding.DONE, "现场看过，已经落实。")
        record_look_back(actor=actor, proposal=hosts[n % len(hosts)], found=found)
