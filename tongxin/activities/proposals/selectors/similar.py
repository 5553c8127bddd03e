"""Which proposals resemble one: by their titles, and by what their texts have in common, letter by letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import CAN_LEAD, ProposalState
from tongxin.activities.proposals.models import Proposal
from tongxin.foundation.organization.models import Session

if TYPE_CHECKING:
    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.foundation.core.access import Actor

SUGGESTIONS = 5
# Below this two titles share little more than 关于…的提案.
_ALIKE = 0.2
# How many are read and compared letter by letter; the best few are shown.
_CANDIDATES = 40
# Letters in a row that two texts have in common by more than chance.
_SHINGLE = 5
# A clause that somebody else hardly writes by chance, and how much of it is looked for.
_CLAUSE_LEAST, _CLAUSE_MOST = 7, 14
_LEAST = 0.2
_VERY, _MUCH = 0.75, 0.45
# The title says less than the text: what two titles share may still be different matters.
_OF_TITLE = 0.6
_BREAK = re.compile(r"[\s，。；：、！？,.;:!?（）()「」《》“”\"]+")


@dataclass(frozen=True, slots=True)
class Similar:
    """A proposal that resembles another.

    Attributes:
        share: how much they resemble each other, 0 to 1.
        can_lead: whether the other one could be merged into it.
    """

    proposal: Proposal
    share: float
    can_lead: bool

    @property
    def words(self) -> str:
        """How much, in words."""
        if self.share >= _VERY:
            return _("几乎一样")
        return _("很相近") if self.share >= _MUCH else _("有些相近")


def similar_to(actor: Actor, proposal: Proposal, among: ProposalQuerySet | None = None) -> list[Similar]:
    """Return what resembles a proposal most, of this session and the one before, the nearest first. Two queries.

    Only what has been handed in, and only what the actor may open anyway.

    Args:
        among: the proposals to choose from instead, such as those that it could be merged into.
    """
    if among is None:
        sessions = Session.objects.filter(
            committee_id=proposal.committee_id, opens_on__lte=proposal.session.opens_on
        ).order_by("-opens_on")
        among = (
            Proposal.objects.visible_to(actor)
            .filter(submitted_at__isnull=False, session_id__in=sessions.values("pk")[:2])
            .exclude(matter__state=ProposalState.WITHDRAWN)
        )
    own = _shingles(proposal)
    found = [
        Similar(other, share, other.state in CAN_LEAD)
        for other, near in _candidates(among.exclude(pk=proposal.pk), proposal)
        if (share := _share(near, own, _shingles(other))) >= _LEAST
    ]
    found.sort(key=lambda s: (-s.share, str(s.proposal.pk)))
    return found[:SUGGESTIONS]


def _candidates(among: ProposalQuerySet, proposal: Proposal) -> list[tuple[Proposal, float]]:
    """Return those whose title is near, and those that say the same sentence whatever they are called."""
    said = Q()
    for name in ("situation", "suggestion"):
        if clause := _clause(getattr(proposal, name)):
            said |= Q((f"{name}__contains", clause))
    near = among.annotate(
        near=TrigramSimilarity("matter__title", proposal.matter.title),
        says=Case(When(said, then=Value(1)), default=Value(0), output_field=IntegerField())
        if said
        else Value(0, IntegerField()),
    )
    found = near.filter(Q(near__gt=_ALIKE) | Q(says=1)).order_by("-says", "-near", "-pk")
    # Of thousands only the key and the measure are sorted; whole texts are read of the nearest alone.
    measures = dict(found.values_list("pk", "near")[:_CANDIDATES])
    read = list(Proposal.objects.filter(pk__in=measures).for_list())
    return [(other, measures[other.pk]) for other in read]


def _clause(text: str) -> str:
    """Return the longest clause of a text, cut to what is worth looking for; empty where all are short."""
    longest = max(_BREAK.split(text), key=len)
    return longest[:_CLAUSE_MOST] if len(longest) >= _CLAUSE_LEAST else ""


def _shingles(proposal: Proposal) -> frozenset[str]:
    text = _BREAK.sub("", proposal.situation + proposal.analysis + proposal.suggestion)
    return frozenset(text[i : i + _SHINGLE] for i in range(max(len(text) - _SHINGLE + 1, 0)))


def _share(title: float, one: frozenset[str], other: frozenset[str]) -> float:
    smaller = min(len(one), len(other))
    # Of the shorter text: who copies a page into ten has copied it.
    text = len(one & other) / smaller if smaller else 0.0
    return max(text, _OF_TITLE * title + (1 - _OF_TITLE) * text)
