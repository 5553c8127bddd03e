"""Which proposals wait where in the examination: what the list is filtered by, and what is counted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.advising import required_stages
from tongxin.activities.proposals.actions.moving import rules_of
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.models import (
    ReviewGroup,
    ReviewGroupPlace,
    ReviewGroupTopic,
    ReviewOpinion,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from tongxin.foundation.core.access import Actor

# Where a proposal waits before it is decided on.
STAGES: dict[str, str | _StrPromise] = {
    "new": _lazy("还没有开始审查"),
    "pre": _lazy("等预审"),
    "second": _lazy("等复审"),
    "decision": _lazy("等审定"),
}
MY_GROUP = "mine"


@dataclass(frozen=True, slots=True)
class Examined:
    """What somebody asks of the examination: of which group, waiting where, read by whom."""

    group: str = ""
    stage: str = ""
    reviewer: UUID | None = None

    def __bool__(self) -> bool:
        return self != ALL_EXAMINED


ALL_EXAMINED = Examined()


def read_examined(query: QueryDict) -> Examined:
    """Return what a query string asks for; what is not known is left out."""
    group, stage = query.get("group", ""), query.get("stage", "")
    return Examined(
        group=MY_GROUP if group == MY_GROUP else str(_uuid(group) or ""),
        stage=stage if stage in STAGES else "",
        reviewer=_uuid(query.get("reviewer", "")),
    )


def _uuid(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None


def examined(actor: Actor, wanted: Examined) -> Q:
    """Return which proposals are meant. One query where a stage is asked for."""
    found = Q()
    if wanted.group:
        found &= of_group(actor, wanted.group)
    if wanted.stage:
        found &= waiting_at(wanted.stage, rules_of(actor.committee_id or 0).review_stages)
    if wanted.reviewer:
        found &= _advised_by(wanted.reviewer)
    return found


def waiting_at(stage: str, review_stages: int) -> Q:
    """Return which proposals wait at a stage of the examination."""
    if stage == "new":
        return Q(matter__state=ProposalState.SUBMITTED)
    under = Q(matter__state=ProposalState.UNDER_REVIEW)
    on_text = ReviewOpinion.objects.filter(proposal=OuterRef("pk"), text_version=OuterRef("text_version"))
    for before in required_stages(review_stages):
        given = Q(Exists(on_text.filter(stage=before)))
        if before == stage:
            return under & ~given
        under &= given
    return under if stage == "decision" else Q(pk__in=())


def of_group(actor: Actor, group: str) -> Q:
    """Return which proposals fall to a review group by their topic, or to a group of the actor's own."""
    topics = ReviewGroupTopic.objects.filter(group__is_active=True)
    if group == MY_GROUP:
        mine = ReviewGroupPlace.objects.filter(user=actor.user_id)
        topics = topics.filter(group__in=mine.values("group"))
    else:
        topics = topics.filter(group=UUID(group))
    return Q(topic__in=topics.values("topic"))


def _advised_by(user_id: UUID) -> Q:
    given = ReviewOpinion.objects.filter(
        proposal=OuterRef("pk"), text_version=OuterRef("text_version"), by_id=user_id
    )
    return Q(Exists(given), matter__state=ProposalState.UNDER_REVIEW)


@lru_cache(maxsize=256)
def _groups(actor: Actor, stamp: tuple[object, ...]) -> tuple[tuple[str, str], ...]:
    """Return the groups to choose from, one's own first. Two queries."""
    del stamp  # part of the key only
    groups = [
        (str(pk), name)
        for pk, name in ReviewGroup.objects.visible_to(actor).filter(is_active=True).values_list("pk", "name")
    ]
    places = ReviewGroupPlace.objects.filter(user=actor.user_id, group__is_active=True)
    return ((MY_GROUP, ""), *groups) if groups and places.exists() else tuple(groups)


def offered(actor: Actor, stamp: tuple[object, ...]) -> Iterable[tuple[str, str, list[tuple[str, object]]]]:
    """Return by what the list of what waits for examination can be filtered."""
    if groups := _groups(actor, stamp):
        words: list[tuple[str, object]] = [(key, name or _("我组")) for key, name in groups]
        yield "group", _("审查小组"), words
    yield "stage", _("审查到哪一步"), list(STAGES.items())
