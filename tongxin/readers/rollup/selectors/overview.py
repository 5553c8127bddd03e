"""The first page of the room: what is to be reported, and what was asked of those below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.models import Received, Request, Sheet
from tongxin.readers.rollup.permissions import can_ask

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# How the state of a sheet is drawn.
TONES = {
    Sheet.State.DRAFT: "wait",
    Sheet.State.READY: "go",
    Sheet.State.SIGNED: "ok",
    Sheet.State.RETURNED: "late",
    Sheet.State.REPLACED: "plain",
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The newest version of a sheet."""

    sheet: Sheet
    tone: str
    state: str


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request, and how many have reported."""

    request: Request
    asked: int
    reported: int
    returned: int

    @property
    def is_complete(self) -> bool:
        """Whether all have reported."""
        return self.reported == self.asked

    @property
    def is_overdue(self) -> bool:
        """Whether somebody is missing after the day."""
        return not self.is_complete and self.request.due_on < clock.today()


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows."""

    sheets: list[SheetRow]
    requests: list[RequestRow]
    has_below: bool
    has_above: bool
    may_ask: bool


def overview(actor: Actor) -> Overview:
    """Return what this committee reports and what is reported to it. Three queries."""
    newest = Sheet.objects.visible_to(actor).select_related("to").order_by("request_key", "-version")
    sheets = sorted(
        newest.distinct("request_key"), key=lambda s: (not s.is_open, -s.due_on.toordinal(), str(s.pk))
    )
    counts = Count("received", filter=~Q(received__state=Received.State.REPLACED))
    requests = Request.objects.visible_to(actor).annotate(
        asked=counts,
        reported=Count("received", filter=Q(received__state=Received.State.RECEIVED)),
        returned=Count("received", filter=Q(received__state=Received.State.RETURNED)),
    )
    has_below = Committee.objects.filter(parent_id=actor.committee_id).exists()
    return Overview(
        [SheetRow(one, TONES[Sheet.State(one.state)], state_of(one)) for one in sheets],
        [
            RequestRow(one, one.asked, one.reported, one.returned)
            for one in requests.order_by("-made_on", "-pk")
        ],
        has_below,
        actor.committee is not None and actor.committee.parent_id is not None,
        has_below and can_ask(actor),
    )


def state_of(sheet: Sheet) -> str:
    """Return the state in words; a version after the first is a correction."""
    if sheet.version > 1 and sheet.is_open:
        return _("更正，%(state)s") % {"state": sheet.get_state_display()}
    return str(sheet.get_state_display())
