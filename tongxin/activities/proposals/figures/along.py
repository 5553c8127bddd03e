"""Along what the figures of proposals may be divided: the proposal that a row is or belongs to says it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery, UUIDField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.enums import (
    ANSWERING_ROLES,
    AssignmentState,
    Phase,
    ProposalKind,
    ProposalState,
)
from tongxin.activities.proposals.models import ReplyClass, Topic
from tongxin.foundation.core.breakdowns import Breakdown, by_choice, by_month, by_year, named_by
from tongxin.foundation.organization.models import (
    Body,
    Membership,
    Sector,
    SpecialCommittee,
    Term,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

SEVERAL_UNITS = _("一件提案由几个单位分别答复的，在每个单位名下各计一次，所以各单位相加会多于总数。")
SEVERAL_SPECIAL = _("提案人在几个专门委员会的，在每个专门委员会名下各计一次，所以相加会多于总数。")


def along(prefix: str = "", day: str = "", *, why_not: _StrPromise | str = "") -> tuple[Breakdown, ...]:
    """Return along what rows may be divided that are proposals, or belong to one.

    Args:
        prefix: the path from a row to its proposal, with ``__`` at its end; empty: the rows are proposals.
        day: the date of the row that decides when it counts.
        why_not: why no breakdown adds up, where persons are counted.
    """
    found = (
        by_month(day),
        by_year(day),
        _term(prefix),
        Breakdown("topic", _("类别"), f"{prefix}topic", named_by(Topic), missing=_("未定类别")),
        by_choice("kind", _("提案类型"), f"{prefix}kind", dict(ProposalKind.choices)),
        by_choice("phase", _("大会或平时"), f"{prefix}phase", dict(Phase.choices)),
        by_choice("state", _("状态"), f"{prefix}matter__state", dict(ProposalState.choices)),
        Breakdown("reply_class", _("办理结果类别"), f"{prefix}reply_class", _classes, missing=_("尚未定类")),
        _sector(prefix),
        _special_committee(prefix),
        Breakdown(
            "organization", _("提案单位"), f"{prefix}body", named_by(Body), missing=_("委员个人或联名")
        ),
        _unit(prefix),
    )
    return tuple(replace(one, why_not=why_not) for one in found) if why_not else found


def without(breakdowns: tuple[Breakdown, ...], *keys: str) -> tuple[Breakdown, ...]:
    """Return the breakdowns without those of these names."""
    return tuple(one for one in breakdowns if one.key not in keys)


def _term(prefix: str) -> Breakdown:
    return Breakdown("term", _("届"), f"{prefix}session__term__number", _terms, by_order=True)


def _sector(prefix: str) -> Breakdown:
    # The place of the first proposer in the term of the proposal's session; a sector's own proposal is its own.
    place = Membership.objects.filter(
        member=OuterRef(f"{prefix}lead_member"), term=OuterRef(f"{prefix}session__term")
    )
    own = F(f"{prefix}body__sector")
    return Breakdown(
        "sector",
        _("界别"),
        Coalesce(own, Subquery(place.values("sector")[:1]), output_field=UUIDField()),
        _sectors,
        missing=_("其他集体提案，或不在本届名单"),
    )


def _special_committee(prefix: str) -> Breakdown:
    seats = f"{prefix}lead_member__committee_places"

    def prepare(rows: QuerySet[Any]) -> QuerySet[Any]:
        # Made anew for each query: Django writes into it.
        held = Q((f"{seats}__term", F(f"{prefix}session__term")))
        found: QuerySet[Any] = rows.annotate(seat=FilteredRelation(seats, condition=held))
        return found

    own = F(f"{prefix}body__special_committee")
    return Breakdown(
        "special_committee",
        _("专门委员会"),
        Coalesce(own, F("seat__special_committee"), output_field=UUIDField()),
        named_by(SpecialCommittee),
        prepare=prepare,
        why_not=SEVERAL_SPECIAL,
        missing=_("没有入专委会，或其他集体提案"),
    )


def _unit(prefix: str) -> Breakdown:
    parts = f"{prefix}assignments"

    def prepare(rows: QuerySet[Any]) -> QuerySet[Any]:
        answers = Q((f"{parts}__role__in", ANSWERING_ROLES), (f"{parts}__round", F(f"{prefix}round")))
        in_force = ~Q((f"{parts}__state", AssignmentState.DECLINED))
        asked = FilteredRelation(parts, condition=answers & in_force)
        found: QuerySet[Any] = rows.annotate(answering=asked)
        return found

    return Breakdown(
        "unit",
        _("答复单位"),
        "answering__unit",
        named_by(Unit),
        prepare=prepare,
        why_not=SEVERAL_UNITS,
        missing=_("没有答复单位"),
    )


def _terms(committee_id: int, values: Collection[Any]) -> Mapping[Any, str]:
    found = Term.objects.filter(committee_id=committee_id, number__in=list(values))
    return {term.number: str(term) for term in found}


def _classes(_committee_id: int, values: Collection[Any]) -> Mapping[Any, str]:
    return {one.pk: str(one) for one in ReplyClass.objects.filter(pk__in=list(values))}


def _sectors(_committee_id: int, values: Collection[Any]) -> Mapping[Any, str]:
    """Return the names of sectors; of those that several terms have, with the term."""
    found = list(Sector.objects.filter(pk__in=list(values)).select_related("term"))
    often = Counter(sector.name for sector in found)
    with_term = _("{name}（{term}）")
    return {s.pk: with_term.format(name=s.name, term=s.term) if often[s.name] > 1 else s.name for s in found}
