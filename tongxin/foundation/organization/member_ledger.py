"""Entering who was a member, from a printed list: without accounts, whole terms at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import MemberStatus, Standing
from tongxin.foundation.organization.models import (
    Committee,
    Member,
    Membership,
    SpecialCommitteePlace,
)
from tongxin.foundation.organization.permissions import can_manage_organization
from tongxin.foundation.organization.strokes import stroke_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Sector, SpecialCommittee, Term

_NOT_YOURS = gettext_lazy("只有本会管理员能补录委员。")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One member of a printed list.

    Attributes:
        status: where the member stands today.
    """

    number: str
    name: str
    sector: Sector
    standing: str = Standing.MEMBER
    work_unit_and_title: str = ""
    special_committees: Sequence[SpecialCommittee] = ()
    status: str = MemberStatus.ACTIVE


@transaction.atomic
def enter_members(*, actor: Actor, term: Term, lines: Sequence[MemberLine], source: str) -> list[Member]:
    """Enter the members of a term from a printed list, all or nothing; nobody is given an account.

    Some six statements, however many members there are; who is known by the number is given a place in the term.

    Args:
        source: the list, as the log will name it.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: a number comes twice, or a sector is one of another term.
    """
    committee_id = actor.committee_id or 0
    require(
        can_manage_organization(actor, committee_id) and term.committee_id == committee_id, because=_NOT_YOURS
    )
    # As a roster does: one at a time in each committee.
    Committee.objects.select_for_update(no_key=True).get(pk=committee_id)
    numbers = [line.number for line in lines]
    ensure(len(set(numbers)) == len(numbers), because=_("名单里有重复的委员编号。"))
    ensure(
        all(line.sector.term_id == term.pk for line in lines),
        because=_("名单里有不属于这一届的界别。"),
    )
    members = _members(committee_id, lines)
    _places(committee_id, term, lines, members)
    record(
        actor=actor,
        action="organization.enter_members",
        target=f"organization.term:{term.pk}",
        source=source,
        members=len(lines),
    )
    return members


def _members(committee_id: int, lines: Sequence[MemberLine]) -> list[Member]:
    known = {
        m.number: m
        for m in Member.objects.filter(committee_id=committee_id, number__in=[line.number for line in lines])
    }
    new = [
        Member(
            committee_id=committee_id,
            number=line.number,
            name=line.name,
            stroke_key=stroke_key(line.name),
            work_unit_and_title=line.work_unit_and_title,
            status=line.status,
        )
        for line in lines
        if line.number not in known
    ]
    Member.objects.bulk_create(new, batch_size=_AT_ONCE)
    known |= {m.number: m for m in new}
    return [known[line.number] for line in lines]


def _places(committee_id: int, term: Term, lines: Sequence[MemberLine], members: Sequence[Member]) -> None:
    here = set(Membership.objects.filter(term=term).values_list("member_id", flat=True))
    pairs = [(line, m) for line, m in zip(lines, members, strict=True) if m.pk not in here]
    Membership.objects.bulk_create(
        [
            Membership(
                committee_id=committee_id, member=m, term=term, sector=line.sector, standing=line.standing
            )
            for line, m in pairs
        ],
        batch_size=_AT_ONCE,
    )
    SpecialCommitteePlace.objects.bulk_create(
        [
            SpecialCommitteePlace(committee_id=committee_id, member=m, term=term, special_committee=special)
            for line, m in pairs
            for special in line.special_committees
        ],
        batch_size=_AT_ONCE,
    )
