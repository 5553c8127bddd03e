"""Carrying out a plan: every row becomes a proposal with its history, in batches, in one transaction."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.exchange import columns as c
from tongxin.activities.proposals.exchange.making import Maker, Rows
from tongxin.activities.proposals.exchange.snapshot import fingerprint, unmake, whole_rows
from tongxin.activities.proposals.models import RejectReason, ReplyClass, Topic
from tongxin.capabilities.deadlines.selectors import calendar_of
from tongxin.capabilities.matters.models import Counter, Matter
from tongxin.capabilities.notices.actions import silence
from tongxin.foundation.core.models import new_id
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.organization.models import Body, Session, Term, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from django.db.models import Model

    from tongxin.activities.proposals.exchange.ground import Ground
    from tongxin.activities.proposals.exchange.plan import Plan, Planned
    from tongxin.activities.proposals.models import ProposalImport
    from tongxin.foundation.core.access import Actor

_BATCH = 500
_UNTOLD_LABEL = "未注明类别"


def apply_plan(
    plan: Plan,
    *,
    actor: Actor,
    upload: ProposalImport,
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, Any]:
    """Carry out a plan and return the journal with which it can be taken back.

    The caller has opened the transaction, locked the committee and asked leave. Nobody is told: what is
    entered now happened long ago.

    Args:
        progress: called with how many rows are done, of how many, and what is being done.
    """
    journal: dict[str, Any] = {"rows": [], "made": [], "counters": [], "changed": []}
    rows = [*plan.added, *plan.changed]
    with silence(), in_record_language():
        _add_names(plan, journal)
        ids = {id(p): p.known.pk if p.known else new_id() for p in rows}
        maker = Maker(
            ground=plan.ground,
            actor=actor,
            upload=upload,
            calendar=calendar_of(plan.ground.committee_id),
            running=plan.ground.running(),
            ids=_targets(plan, ids),
            untold=_untold(plan, journal),
        )
        _clear(plan.changed, maker, journal)
        done = 0
        for batch in _batches(rows):
            maker.rows = Rows()
            for p in batch:
                matter = maker.make(p, ids[id(p)])
                journal["rows"].append([str(matter.pk), matter.version, p.entry.digest()])
            maker.rows.add()
            done += len(batch)
            if progress:
                progress(done, len(rows), _("正在写入提案"))
        _move_counters(rows, plan.ground, journal)
    return journal


def _batches(rows: Sequence[Planned]) -> Iterator[list[Planned]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _targets(plan: Plan, ids: dict[int, UUID]) -> dict[tuple[tuple[int, int], int], UUID]:
    """The identifiers of proposals by session and number: those that are there, and those that come."""
    wanted = {p.entry.meeting for p in (*plan.added, *plan.changed) if p.entry.into is not None}
    found = {(k.meeting, k.number): k.pk for k in plan.ground.known(wanted) if k.number is not None}
    for p in (*plan.added, *plan.changed):
        if p.number is not None:
            found[p.entry.meeting, p.number] = ids[id(p)]
    return found


def _add_names(plan: Plan, journal: dict[str, Any]) -> None:
    ground = plan.ground
    _add_meetings(plan, journal)
    here = {"committee_id": ground.committee_id}
    bodies = {n.key: Body(**here, name=n.name, kind=n.kind) for n in plan.bodies}
    units = {n.key: Unit(**here, name=n.name, kind=n.kind) for n in plan.units}
    last = Topic.objects.filter(**here).aggregate(m=Max("order"))["m"] or 0
    topics = {n.key: Topic(**here, name=n.name, order=last + place) for place, n in enumerate(plan.topics, 1)}
    # Reasons of the past are kept for the record; nobody is offered them for new proposals.
    reasons = {
        n.key: RejectReason(**here, code=code, text=n.name, is_active=False)
        for n, code in zip(plan.reasons, _free_codes(ground), strict=False)
    }
    for made in (bodies, units, topics, reasons):
        _keep(list(made.values()), journal)
    ground.bodies.update(bodies)
    ground.units.update(units)
    ground.topics.update(topics)
    ground.reasons.update(reasons)


def _add_meetings(plan: Plan, journal: dict[str, Any]) -> None:
    ground = plan.ground
    here = {"committee_id": ground.committee_id}
    for meeting in plan.meetings:
        number, session = meeting.meeting
        if number not in ground.terms and meeting.new_term:
            starts_on, ends_on = meeting.new_term
            ground.terms[number] = Term(**here, number=number, starts_on=starts_on, ends_on=ends_on)
            _keep([ground.terms[number]], journal)
        ground.sessions[meeting.meeting] = Session(
            **here,
            term=ground.terms[number],
            number=session,
            opens_on=meeting.opens_on,
            closes_on=meeting.closes_on,
            proposal_cutoff_on=meeting.closes_on,
            code_prefix=meeting.code_prefix,
        )
        _keep([ground.sessions[meeting.meeting]], journal)


def _free_codes(ground: Ground) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if (code := f"L{number}") not in ground.reason_codes:
            yield code


def _untold(plan: Plan, journal: dict[str, Any]) -> ReplyClass | None:
    """The class for replies without one, where the plan has such."""
    answered = {ProposalState.FILED, ProposalState.MERGED}
    if not any(
        (p.entry.replied_on or p.attitudes) and not p.classes and p.entry.outcome in answered
        for p in (*plan.added, *plan.changed)
    ):
        return None
    found = next((k for k in plan.ground.classes if k.code == c.UNTOLD_CLASS), None)
    if found is None:
        found = ReplyClass(
            committee_id=plan.ground.committee_id,
            code=c.UNTOLD_CLASS,
            label=_UNTOLD_LABEL,
            is_active=False,
        )
        _keep([found], journal)
    return found


def _keep(rows: list[Any], journal: dict[str, Any]) -> None:
    made: list[Model] = rows
    if not made:
        return
    type(made[0])._default_manager.bulk_create(made)  # noqa: SLF001 (any model's own)
    label = made[0]._meta.label_lower  # noqa: SLF001
    journal["made"] += [[label, str(row.pk), fingerprint(row)] for row in made]


def _clear(changed: Sequence[Planned], maker: Maker, journal: dict[str, Any]) -> None:
    """Take changed proposals out as they are, note them whole, and let them be made anew."""
    pks = [p.known.pk for p in changed if p.known]
    if not pks:
        return
    maker.before = {
        pk: (made_at, version)
        for pk, made_at, version in Matter.objects.filter(pk__in=pks).values_list("pk", "made_at", "version")
    }
    journal["changed"] = whole_rows(pks)
    unmake(pks)


def _move_counters(rows: Sequence[Planned], ground: Ground, journal: dict[str, Any]) -> None:
    """Let the next number that is given here follow the last one of the table."""
    highest: dict[str, int] = {}
    for p in rows:
        session = ground.sessions[p.entry.meeting]
        for series, number in (("proposal-serial", p.serial), ("proposal", p.number or 0)):
            name = f"{series}:{session.pk}"
            highest[name] = max(highest.get(name, 0), number)
    for name, number in sorted(highest.items()):
        counter = (
            Counter.objects.select_for_update().filter(committee_id=ground.committee_id, series=name).first()
        )
        before = counter.last if counter else None
        if number <= (before or 0):
            continue
        if counter:
            counter.last = number
            counter.save(update_fields=["last"])
        else:
            Counter.objects.create(committee_id=ground.committee_id, series=name, last=number)
        journal["counters"].append([name, before, number])


LABELS = {
    "organization.term": c.TERM,
    "organization.session": "会议",
    "organization.body": "提案单位",
    "organization.unit": "承办单位",
    "proposals.topic": c.TOPIC,
    "proposals.rejectreason": c.REASON,
    "proposals.replyclass": c.CLASS,
}
