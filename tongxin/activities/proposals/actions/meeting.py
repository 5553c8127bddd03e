"""The list of a hand-over meeting (交办会): what is on it, who shall handle it, and handing it all over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.handling import assign_proposal
from tongxin.activities.proposals.actions.moving import lock_proposals
from tongxin.activities.proposals.actions.passing_on import hand_to_office
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.handover.suggestions import suggest_units
from tongxin.activities.proposals.handover.wishes import Wish
from tongxin.activities.proposals.models import (
    Assignment,
    HandoverMeeting,
    HandoverRow,
    HandoverUnit,
    Proposal,
)
from tongxin.activities.proposals.permissions import can_hold_handover
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session

_NOT_YOURS = _lazy("只有政协机关工作人员可以办交办会。")
_REFUSAL_CHARACTERS = 200


@transaction.atomic
def open_meeting(*, actor: Actor, session: Session, name: str, held_on: date) -> HandoverMeeting:
    """Make the list of a meeting: all filed proposals of a session that no unit has, with suggestions.

    Raises:
        PermissionDenied: the actor does not hand over.
        Refused: nothing waits to be handed over.
    """
    require(can_hold_handover(actor) and session.committee_id == actor.committee_id, because=_NOT_YOURS)
    meeting = HandoverMeeting.objects.create(
        committee_id=session.committee_id,
        session=session,
        name=name,
        held_on=held_on,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    taken = _take_in(meeting)
    ensure(taken > 0, because=_("这次会议现在没有待交办的提案。提案立案以后再来。"))
    record(
        actor=actor, action="proposals.open_meeting", target=f"handover:{meeting.pk}", name=name, rows=taken
    )
    return meeting


@transaction.atomic
def take_in(*, actor: Actor, meeting: HandoverMeeting) -> int:
    """Put on the list what was filed since it was made; return how many came.

    Raises:
        PermissionDenied: the actor does not hand over.
    """
    locked = _lock(actor, meeting)
    taken = _take_in(locked)
    record(actor=actor, action="proposals.take_in", target=f"handover:{locked.pk}", rows=taken)
    return taken


def _take_in(meeting: HandoverMeeting) -> int:
    at_work = Assignment.objects.filter(proposal=OuterRef("pk"), round=OuterRef("round")).in_force()
    waiting = list(
        Proposal.objects.filter(
            session_id=meeting.session_id, matter__state=ProposalState.FILED, office__isnull=True
        )
        .exclude(Exists(at_work))
        .exclude(handover_rows__meeting=meeting)
        .order_by("number", "pk")
    )
    suggested = suggest_units(meeting.committee_id, waiting)
    rows = [
        HandoverRow(
            committee_id=meeting.committee_id, meeting=meeting, proposal=p, source=suggested[p.pk].source
        )
        for p in waiting
    ]
    HandoverRow.objects.bulk_create(rows, batch_size=500)
    HandoverUnit.objects.bulk_create(
        [
            HandoverUnit(committee_id=meeting.committee_id, row=row, unit_id=unit_id, is_co=place > 0)
            for row in rows
            for place, unit_id in enumerate(suggested[row.proposal_id].units)
        ],
        batch_size=500,
    )
    return len(rows)


def _lock(actor: Actor, meeting: HandoverMeeting) -> HandoverMeeting:
    require(can_hold_handover(actor), because=_NOT_YOURS)
    locked: HandoverMeeting = (
        HandoverMeeting.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=meeting.pk)
    )
    return locked


def rows_with_units(meeting: HandoverMeeting) -> QuerySet[HandoverRow]:
    """Return the rows of a list with all that says to whom they shall go, in the order of the numbers."""
    return (
        HandoverRow.objects.filter(meeting=meeting)
        .select_related("office", "proposal__matter")
        .prefetch_related("units__unit")
        .order_by("proposal__number", "pk")
    )


def wish_of(row: HandoverRow) -> Wish:
    """Return to whom a row shall go, from its units as they were loaded."""
    # In the order in which they were named.
    named = sorted(row.units.all(), key=lambda u: u.pk)
    return Wish(
        answering=tuple(u.unit for u in named if not u.is_co),
        co=tuple(u.unit for u in named if u.is_co),
        separate=row.separate,
        office=row.office,
    )


def digest_of(wish: Wish) -> str:
    """Return a short word for what a row says, by which a change in between is noticed."""
    parts = ("/".join(str(u.pk) for u in units) for units in (wish.answering, wish.co))
    return "|".join((*parts, str(wish.office.pk) if wish.office else "", str(int(wish.separate))))


@transaction.atomic
def decide_rows(
    *,
    actor: Actor,
    meeting: HandoverMeeting,
    wishes: Mapping[UUID, Wish],
    seen: Mapping[UUID, str],
    source: str,
) -> int:
    """Write down to whom rows of the list shall go: all of them, or none.

    Args:
        wishes: what each row shall say from now on.
        seen: ``digest_of`` what each row said when the actor looked.
        source: by hand or from a sheet.

    Raises:
        PermissionDenied: the actor does not hand over.
        Refused: a row was handed over or changed by a colleague meanwhile.
    """
    locked = _lock(actor, meeting)
    rows = list(rows_with_units(locked).filter(pk__in=wishes))
    for row in rows:
        code = row.proposal.matter.code or ""
        ensure(row.handed_on is None, because=_("{code}已经交办了，不能再改。").format(code=code))
        ensure(
            digest_of(wish_of(row)) == seen.get(row.pk),
            because=_("{code}刚刚被同事改过。您填的没有保存，请核对后再改。").format(code=code),
        )
    for row in rows:
        wish = wishes[row.pk]
        row.office, row.separate, row.refused = wish.office, wish.separate, ""
        row.source = HandoverRow.Source.NONE if wish.is_open else source
    HandoverRow.objects.bulk_update(rows, ["office", "separate", "refused", "source"], batch_size=500)
    HandoverUnit.objects.filter(row__in=rows).delete()
    HandoverUnit.objects.bulk_create(
        [
            HandoverUnit(committee_id=locked.committee_id, row=row, unit=unit, is_co=is_co)
            for row in rows
            for is_co, units in ((False, wishes[row.pk].answering), (True, wishes[row.pk].co))
            for unit in units
        ],
        batch_size=500,
    )
    record(
        actor=actor,
        action="proposals.decide_rows",
        target=f"handover:{locked.pk}",
        rows=len(rows),
        source=str(source),
    )
    return len(rows)


@transaction.atomic
def hand_over_list(
    *, actor: Actor, meeting: HandoverMeeting, progress: Callable[[int, int, str], None]
) -> tuple[int, int]:
    """Hand over every row of the list that says to whom; what is refused stays, with the reason.

    Each row is a savepoint of its own. Called again, it does only what is left.

    Returns:
        How many were handed over, and how many were refused.

    Raises:
        PermissionDenied: the actor does not hand over.
        Refused: no row is ready.
    """
    locked = _lock(actor, meeting)
    rows = [row for row in rows_with_units(locked).filter(handed_on__isnull=True) if not wish_of(row).is_open]
    ensure(bool(rows), because=_("名单上没有可以交办的：都交办了，或者还没有定单位。"))
    lock_proposals(row.proposal_id for row in rows)
    done = 0
    for place, row in enumerate(rows, 1):
        row.refused = _hand_over_row(actor, row)[:_REFUSAL_CHARACTERS]
        row.handed_on = None if row.refused else clock.today()
        done += not row.refused
        progress(place, len(rows), row.proposal.matter.code or "")
    HandoverRow.objects.bulk_update(rows, ["refused", "handed_on"], batch_size=500)
    record(
        actor=actor,
        action="proposals.hand_over_list",
        target=f"handover:{locked.pk}",
        done=done,
        refused=len(rows) - done,
    )
    return done, len(rows) - done


def _hand_over_row(actor: Actor, row: HandoverRow) -> str:
    """Hand one row over; return why not, or nothing."""
    wish = wish_of(row)
    try:
        with transaction.atomic():
            if wish.office:
                hand_to_office(actor=actor, proposal=row.proposal, office=wish.office)
            else:
                _ensure_filed(row.proposal)
                assign_proposal(actor=actor, proposal=row.proposal, to=wish.to())
    except (Refused, PermissionDenied) as no:
        return str(no)
    return ""


def _ensure_filed(proposal: Proposal) -> None:
    """Leave alone what was handed over otherwise: the list does not add a second unit to it."""
    ensure(
        Proposal.objects.filter(
            pk=proposal.pk, matter__state=ProposalState.FILED, office__isnull=True
        ).exists(),
        because=_("这件提案已经另行交办，或已不在待交办。"),
    )
