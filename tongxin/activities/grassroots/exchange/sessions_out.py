"""Sessions as a table: the list, as it is filtered, in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, Subquery, TextField
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.enums import Presence, Side
from tongxin.activities.grassroots.lifecycle_session import SESSION
from tongxin.activities.grassroots.models import Attendee, SessionHost, Suggestion
from tongxin.activities.grassroots.selectors.sessions import in_order, seen_sessions
from tongxin.foundation.core import clock
from tongxin.foundation.core.sheets import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tongxin.activities.grassroots.selectors.session_wanted import Wanted
    from tongxin.foundation.core.access import Actor


def session_columns() -> Sequence[Column]:
    """Return the columns, in the reader's language."""
    return (
        Column("on", _("日期"), kind="date", width=12),
        Column("title", _("主题"), width=40),
        Column("node", _("议事会"), width=24),
        Column("station", _("委员工作站"), width=24),
        Column("hosts", _("联合召集"), width=24),
        Column("venue_kind", _("地点类型"), width=12),
        Column("venue", _("地点"), width=24),
        Column("state", _("状态"), width=10),
        Column("members", _("参加委员"), width=40),
        Column("members_present", _("委员人次"), kind="int", width=10),
        Column("others", _("其他人数"), kind="int", width=10),
        Column("agreed", _("达成一致"), width=48),
        Column("suggestions", _("意见建议"), width=48),
    )


def session_rows(actor: Actor, wanted: Wanted) -> list[dict[str, Any]]:
    """Return the rows of the table. One query, however many rows."""
    found = seen_sessions(actor, wanted)
    if wanted.state:
        found = found.filter(matter__state=wanted.state)
    there = Attendee.objects.filter(session=OuterRef("pk"), side=Side.MEMBER, presence=Presence.PRESENT)
    listed = in_order(found).annotate(
        member_names=_joined(there, "name", "、"),
        host_names=_joined(SessionHost.objects.filter(session=OuterRef("pk")), "name", "、"),
        said=_joined(Suggestion.objects.filter(session=OuterRef("pk")), "text", "\n"),
    )
    return [_row(s) for s in listed]


def _joined(rows: QuerySet[Any], field: str, between: str) -> Subquery:
    together = StringAgg(field, between, order_by=(field, "pk"))
    return Subquery(
        rows.order_by().values("session").annotate(joined=together).values("joined"), output_field=TextField()
    )


def _row(s: Any) -> dict[str, Any]:  # noqa: ANN401 (annotated)
    return {
        "on": s.held_on or s.starts_at.astimezone(clock.ZONE).date(),
        "title": s.matter.title,
        "node": s.node.name,
        "station": s.node.station.name if s.node.station else "",
        "hosts": s.host_names or "",
        "venue_kind": s.venue_kind.name if s.venue_kind else "",
        "venue": s.venue,
        "state": str(SESSION.states[s.state].label),
        "members": s.member_names or "",
        "members_present": s.members_present,
        "others": s.others_present,
        "agreed": s.agreed,
        "suggestions": s.said or "",
    }
