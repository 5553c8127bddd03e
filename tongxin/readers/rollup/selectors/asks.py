"""What is asked of a person here: sheets to prepare, and to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.capabilities.deadlines.asks import Asked, Todo, TodoGroup
from tongxin.foundation.organization.enums import Role
from tongxin.readers.rollup.models import Sheet

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

_STATES = {
    Role.STAFF: (Sheet.State.DRAFT, Sheet.State.RETURNED),
    Role.LEADER: (Sheet.State.READY,),
}


def asked(actor: Actor, *, limit: int) -> Asked:
    """Return the sheets that wait for this person, by due date. One query; none where nobody is above."""
    wanted = [state for role, states in _STATES.items() if actor.has(role) for state in states]
    if not wanted or actor.committee is None or actor.committee.parent_id is None:
        return Asked([], [])
    newer = Sheet.objects.filter(
        committee_id=OuterRef("committee_id"),
        request_key=OuterRef("request_key"),
        version__gt=OuterRef("version"),
    )
    rows = list(
        Sheet.objects.visible_to(actor).filter(~Exists(newer), state__in=wanted).order_by("due_on", "pk")
    )
    texts = {"prepare": _("待上报"), "sign": _("待签发")}
    todos = [
        Todo(
            kind=(kind := "sign" if row.state == Sheet.State.READY else "prepare"),
            text=texts[kind],
            title=row.title,
            code="",
            due_on=row.due_on,
            url=reverse("rollup:sheet", args=[row.pk]),
        )
        for row in rows
    ]
    counts = [(kind, text, sum(t.kind == kind for t in todos)) for kind, text in texts.items()]
    home = reverse("rollup:home")
    return Asked([TodoGroup(kind, text, n, home) for kind, text, n in counts if n], todos[:limit])
