"""Which units to suggest for filed proposals: whom the proposer wishes for, else who handled the like before.

Set-based: two queries for a whole list, however long. Titles are compared by shared groups of three
characters (the similarity of pg_trgm) without what all titles share (关于…的提案), among proposals of the same
topic. The groups are joined as rows: comparing every title with every other took a hundred seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from tongxin.activities.proposals.models import HandoverRow, WishedUnit

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tongxin.activities.proposals.models import Proposal

# Without 关于…的提案 two titles that share one word of four characters among twelve lie near a tenth.
_ALIKE = 0.1
# The nearest earlier proposals that have a say, and from how many latest ones they are taken.
_NEAREST = 5
_LATEST = 6000
# A group of characters that so many titles of a topic share says nothing.
_COMMON = 300

_LIKE_BEFORE = r"""
WITH picked AS (
    SELECT p.matter_id, p.topic_id, true AS is_wanted
    FROM proposals_proposal p
    WHERE p.committee_id = %(committee)s AND p.matter_id = ANY(%(wanted)s) AND p.topic_id IS NOT NULL
    UNION ALL
    (SELECT p.matter_id, p.topic_id, false
     FROM proposals_proposal p
     WHERE p.committee_id = %(committee)s AND p.filed_on IS NOT NULL AND p.topic_id IS NOT NULL
       AND p.matter_id <> ALL(%(wanted)s) AND EXISTS (
           SELECT 1 FROM proposals_assignment a
           WHERE a.proposal_id = p.matter_id AND a.role <> 'co' AND a.state <> 'declined'
       )
     ORDER BY p.filed_on DESC LIMIT %(latest)s)
),
worded AS MATERIALIZED (
    SELECT k.matter_id, k.topic_id, k.is_wanted, show_trgm(
        regexp_replace(m.title, '^关于|进一步|切实|加快|加强|推进|的?(提案|建议)$', '', 'g')
    ) AS groups
    FROM picked k JOIN matters_matter m ON m.id = k.matter_id
),
exploded AS MATERIALIZED (
    SELECT w.matter_id, w.topic_id, w.is_wanted, cardinality(w.groups) AS n, g.letters
    FROM worded w CROSS JOIN LATERAL unnest(w.groups) AS g (letters)
),
telling AS MATERIALIZED (
    SELECT topic_id, letters FROM exploded GROUP BY topic_id, letters
    HAVING count(*) FILTER (WHERE NOT is_wanted) BETWEEN 1 AND %(common)s
),
shared AS (
    SELECT t.matter_id AS wanted, h.matter_id AS earlier,
           count(*)::float / (t.n + h.n - count(*)) AS likeness
    FROM telling r
    JOIN exploded t ON t.topic_id = r.topic_id AND t.letters = r.letters AND t.is_wanted
    JOIN exploded h ON h.topic_id = r.topic_id AND h.letters = r.letters AND NOT h.is_wanted
    GROUP BY t.matter_id, h.matter_id, t.n, h.n
),
near AS (
    SELECT wanted, earlier, likeness,
           row_number() OVER (PARTITION BY wanted ORDER BY likeness DESC, earlier DESC) AS place
    FROM shared WHERE likeness >= %(alike)s
),
voted AS (
    SELECT n.wanted, a.unit_id, sum(n.likeness) AS weight
    FROM near n
    JOIN proposals_assignment a ON a.proposal_id = n.earlier AND a.role <> 'co' AND a.state <> 'declined'
    JOIN organization_unit u ON u.id = a.unit_id AND u.ended_on IS NULL
    WHERE n.place <= %(nearest)s
    GROUP BY n.wanted, a.unit_id
)
SELECT DISTINCT ON (wanted) wanted, unit_id FROM voted ORDER BY wanted, weight DESC, unit_id
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Units for one proposal, the one that answers first, and where the suggestion comes from."""

    units: tuple[UUID, ...] = ()
    source: str = HandoverRow.Source.NONE


def suggest_units(committee_id: int, proposals: Collection[Proposal]) -> dict[UUID, Suggestion]:
    """Return a suggestion for each proposal; an empty one where nothing speaks for any unit."""
    found = {p.pk: Suggestion() for p in proposals}
    for proposal_id, units in _wished(list(found)).items():
        found[proposal_id] = Suggestion(tuple(units), HandoverRow.Source.WISH)
    left = [pk for pk, suggestion in found.items() if not suggestion.units]
    for proposal_id, unit_id in _handled_before(committee_id, left):
        found[proposal_id] = Suggestion((unit_id,), HandoverRow.Source.HISTORY)
    return found


def _wished(proposals: list[UUID]) -> dict[UUID, list[UUID]]:
    wishes = WishedUnit.objects.filter(proposal_id__in=proposals, unit__ended_on__isnull=True).order_by("pk")
    found: dict[UUID, list[UUID]] = {}
    for proposal_id, unit_id in wishes.values_list("proposal_id", "unit_id"):
        found.setdefault(proposal_id, []).append(unit_id)
    return found


def _handled_before(committee_id: int, proposals: list[UUID]) -> list[tuple[UUID, UUID]]:
    if not proposals:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _LIKE_BEFORE,
            {
                "committee": committee_id,
                "wanted": proposals,
                "latest": _LATEST,
                "alike": _ALIKE,
                "nearest": _NEAREST,
                "common": _COMMON,
            },
        )
        return [(wanted, unit) for wanted, unit in cursor.fetchall()]
