"""What hangs at a session in rows of its own, brought along with it: its hosts, what was said, its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject

from tongxin.activities.grassroots.models import RecordConflict, SessionHost, Statement, Suggestion
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from django.db.models import Model


def joined(sessions: Any) -> Any:  # noqa: ANN401 (a queryset of sessions)
    """Join what the page of a session shows of it. Still one query, where each kind would ask again."""
    disputed = RecordConflict.objects.filter(session=OuterRef("pk"), resolved_at__isnull=True)
    code = AccessCode.objects.current().filter(matter=OuterRef("pk"))
    return sessions.select_related("matter", "node__station", "venue_kind").annotate(
        has_conflicts=Exists(disputed),
        code_pk=Subquery(code.values("pk")[:1]),
        host_rows=_rows(
            SessionHost,
            name="name",
            node="node_id",
            committee="node__committee_id",
            parent="node__parent_id",
            station="node__station_id",
        ),
        statement_rows=_rows(Statement, pk="pk", who="who", text="text", side="attendee__side"),
        suggestion_rows=_rows(Suggestion, text="text"),
    )


def _rows(model: type[Model], **fields: str) -> ArraySubquery:
    # Each in the order of its own table.
    found = model._default_manager.filter(session=OuterRef("pk"))  # noqa: SLF001 (Django's own name for it)
    return ArraySubquery(found.values(row=JSONObject(**fields)))


def hosts_of(session: Any) -> list[tuple[str, Node | None]]:  # noqa: ANN401 (annotated by joined)
    """Return the bodies that hold the session together with its node, with as much of a node as says who keeps it."""
    return [(row["name"], _node(row)) for row in session.host_rows]


def _node(row: dict[str, Any]) -> Node | None:
    if row["node"] is None:
        return None
    parent, station = (UUID(row[key]) if row[key] else None for key in ("parent", "station"))
    return Node(id=UUID(row["node"]), committee_id=row["committee"], parent_id=parent, station_id=station)
