"""Which topics resemble one: by title, and by the pairs of characters that their texts have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from tongxin.activities.topics.lifecycle import CAN_LEAD
from tongxin.activities.topics.selectors.rows import decidable
from tongxin.foundation.core.fingerprints import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import Actor

_SHOWN = 5
_CANDIDATES = 40
# Below this two topics share little more than the name of their village.
_ALIKE = 0.15
_VERY, _MUCH = 0.6, 0.35


@dataclass(frozen=True, slots=True)
class Similar:
    """A topic into which another could be merged."""

    topic: Topic
    share: float

    @property
    def words(self) -> str:
        """How much they resemble each other, in words."""
        if self.share >= _VERY:
            return _("几乎一样")
        return _("很相近") if self.share >= _MUCH else _("有些相近")


def similar_to(actor: Actor, topic: Topic) -> list[Similar]:
    """Return what resembles a topic most of what somebody decides about, the nearest first. One query."""
    near: Iterable[Any] = (
        decidable(actor)
        .filter(matter__state__in=CAN_LEAD)
        .exclude(pk=topic.pk)
        .for_list()
        .annotate(
            near=Greatest(
                TrigramSimilarity("matter__title", topic.matter.title),
                TrigramSimilarity("fingerprint", topic.fingerprint),
            )
        )
        .filter(near__gt=_ALIKE)
        .order_by(F("near").desc(), "pk")[:_CANDIDATES]
    )
    found = [
        Similar(other, max(other.near, likeness(topic.fingerprint, other.fingerprint))) for other in near
    ]
    return sorted(found, key=lambda s: (-s.share, str(s.topic.pk)))[:_SHOWN]


def search_leads(actor: Actor, topic: Topic, words: str) -> list[Topic]:
    """Return topics whose title or text holds these words, into which another could be merged. One query."""
    found = decidable(actor).filter(matter__state__in=CAN_LEAD).exclude(pk=topic.pk).for_list()
    for word in words.split()[:_SHOWN]:
        found = found.filter(matter__title__icontains=word) | found.filter(text__icontains=word)
    return list(found.order_by("-matter__opened_on", "pk")[:20])
