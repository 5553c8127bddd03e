"""What led to a matter, and what it led to: one question to the database, however long the chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from tongxin.capabilities.matters.models import Matter, MatterLink

if TYPE_CHECKING:
    from uuid import UUID

# A saying, a topic, the one it joined, a session, a problem, a proposal, the one it joined, a look-back: eight.
# Twelve leaves room; what lies further away is reached from the page of the last one.
DEPTH_MOST = 12
# A session may close a hundred topics; beyond this a page is no longer read.
MATTERS_MOST = 200

# UNION forgets rows it has seen at the same depth, and the depth ends: a circle of links ends too.
_REACH = """
WITH RECURSIVE
down (id, depth) AS (
    SELECT %(here)s::uuid, 0
    UNION
    SELECT l.target_id, d.depth + 1 FROM down d JOIN "{links}" l ON l.source_id = d.id WHERE d.depth < %(most)s
),
up (id, depth) AS (
    SELECT %(here)s::uuid, 0
    UNION
    SELECT l.source_id, u.depth + 1 FROM up u JOIN "{links}" l ON l.target_id = u.id WHERE u.depth < %(most)s
)
SELECT m.id, reached.place, m.kind FROM (
    SELECT id, -min(depth) AS place FROM up WHERE %(both)s AND id <> %(here)s::uuid GROUP BY id
    UNION ALL
    SELECT id, min(depth) FROM down GROUP BY id
) AS reached JOIN "{matters}" m ON m.id = reached.id
ORDER BY abs(reached.place), reached.place, m.id
LIMIT %(rows)s
"""


@dataclass(frozen=True, slots=True)
class Reached:
    """A matter of the chain, and how many links away it is: before (negative), here (0), or after."""

    matter_id: UUID
    kind: str
    place: int


def reach(matter_id: UUID, *, back: bool = True) -> list[Reached]:
    """Return the matters that led to this one and those that it led to, in that order. One query.

    A matter that is both, because links run in a circle, stands once, where it is nearer.

    Args:
        matter_id: where to begin; it is among those returned.
        back: also follow the links backwards.
    """
    # The names of the tables, as Django has them; values are passed apart.
    sql = _REACH.format(links=MatterLink._meta.db_table, matters=Matter._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(sql, {"here": matter_id, "most": DEPTH_MOST, "both": back, "rows": MATTERS_MOST})
        rows = cursor.fetchall()
    found: dict[UUID, Reached] = {}
    for pk, place, kind in rows:
        found.setdefault(pk, Reached(pk, kind, place))
    return sorted(found.values(), key=lambda r: r.place)
