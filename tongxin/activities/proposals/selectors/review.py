"""What examination shows: the opinions so far, earlier rounds, and how much waits where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.advising import obstacle_to_decision, opinions_on, required_stages
from tongxin.activities.proposals.actions.moving import rules_of
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.models import (
    Proposal,
    ReviewGroup,
    ReviewOpinion,
)
from tongxin.activities.proposals.quality import remarks
from tongxin.activities.proposals.selectors.desk import earlier_texts
from tongxin.activities.proposals.selectors.examined import STAGES, waiting_at
from tongxin.activities.proposals.selectors.similar import similar_to
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tongxin.foundation.core.access import Actor


def examination(actor: Actor, proposal: Proposal) -> dict[str, Any]:
    """Return what stands beside a decision or an opinion. At most nine queries."""
    rules = rules_of(proposal.committee_id)
    given = opinions_on(proposal)
    required = required_stages(rules.review_stages)
    return {
        "waits": proposal.state == ProposalState.SUBMITTED,
        "opinions": given,
        "stage": required[len(given)].label if len(given) < len(required) else "",
        "has_stages": bool(required),
        "obstacle": obstacle_to_decision(actor, proposal) if required else "",
        "earlier": earlier_texts(proposal),
        "returns": list(TimelineEntry.objects.filter(matter=proposal.matter, verb="return").order_by("-at")),
        "similar": similar_to(actor, proposal),
        "remarks": remarks(proposal, rules),
        "wished": proposal.wished_units.all(),
        "papers": list(
            StoredFile.objects.kept().filter(matter=proposal.matter, purpose=StoredFile.Purpose.STAMP)
        ),
    }


def suggested_decision(proposal: Proposal) -> dict[str, Any]:
    """Return what the form of a decision starts with: what was advised last. One query."""
    given = opinions_on(proposal)
    said = given[-1] if given else None
    advice = said.advice if said else ""
    found: dict[str, Any] = {
        "topic": (said and said.topic_id) or proposal.topic_id,
        "is_livelihood": proposal.is_livelihood,
        "decision": {"convert": "ask_conversion", "merge": ""}.get(advice, advice),
    }
    if said:
        note = {"return": "return_reason", "not_file": "explanation", "convert": "convert_note"}.get(advice)
        found |= {"reject_reason": said.reject_reason_id} | ({note: said.note} if note else {})
    return found


def last_opinions(proposals: Sequence[Proposal]) -> dict[UUID, ReviewOpinion]:
    """Return the last opinion on the present text of each proposal that has one. One query."""
    found = ReviewOpinion.objects.filter(
        proposal__in=proposals, text_version=F("proposal__text_version")
    ).select_related("topic", "reject_reason", "merge_into__matter")
    # The second review comes after the pre-review, and stays.
    return {o.proposal_id: o for o in found.order_by("at")}


# ── the numbers ──


@dataclass(frozen=True, slots=True)
class Number:
    """A count, and the list that holds as many."""

    count: int
    url: str


@dataclass(frozen=True, slots=True)
class NumbersRow:
    """One review group, or one reviewer, with their counts."""

    label: str
    people: str
    numbers: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much waits at each stage, by review group; and who has given how many opinions."""

    stages: Sequence[str]
    groups: Sequence[NumbersRow]
    reviewers: Sequence[NumbersRow]


def review_numbers(actor: Actor) -> Numbers:
    """Return how the examination stands. Five queries."""
    review_stages = rules_of(actor.committee_id or 0).review_stages
    stages = ["new", *required_stages(review_stages), "decision"]
    visible = Proposal.objects.visible_to(actor)
    counts = {name: Count("pk", filter=waiting_at(name, review_stages)) for name in stages}
    by_group: dict[UUID | None, Any] = {
        row["topic__review_place__group"]: row
        for row in visible.order_by().values("topic__review_place__group").annotate(**counts)
    }
    groups = list(ReviewGroup.objects.visible_to(actor).filter(is_active=True).prefetch_related("people"))
    rows = [
        NumbersRow(
            g.name,
            _("、").join(sorted(u.name for u in g.people.all())),
            _numbers(by_group.get(g.pk, {}), stages, {"group": str(g.pk)}),
        )
        for g in groups
    ]
    whole = {name: sum(row[name] for row in by_group.values()) for name in stages}
    rows.append(NumbersRow(_("全部"), "", _numbers(whole, stages, {})))
    return Numbers([str(STAGES[s]) for s in stages], rows, _reviewers(actor, visible))


def _numbers(counts: dict[str, int], stages: Sequence[str], more: dict[str, str]) -> list[Number]:
    return [Number(counts.get(s, 0), _list(stage=s, **more)) for s in stages]


def _list(**asked: str) -> str:
    return f"{reverse('proposals:list')}?{urlencode({'tab': 'review', **asked})}"


def _reviewers(actor: Actor, visible: Any) -> list[NumbersRow]:  # noqa: ANN401 (a queryset)
    given = (
        ReviewOpinion.objects.visible_to(actor)
        .filter(
            proposal__in=visible.filter(matter__state=ProposalState.UNDER_REVIEW),
            text_version=F("proposal__text_version"),
        )
        .order_by()
        .values("by_id", "by__name")
        .annotate(n=Count("proposal", distinct=True))
    )
    return [
        NumbersRow(row["by__name"], "", [Number(row["n"], _list(reviewer=str(row["by_id"])))])
        for row in sorted(given, key=lambda row: (-row["n"], row["by__name"]))
    ]
