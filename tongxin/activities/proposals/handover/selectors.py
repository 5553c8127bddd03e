"""Page data of hand-over meetings: the lists, one list with its rows, and the list by unit for the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from tongxin.activities.proposals.actions.meeting import digest_of, rows_with_units, wish_of
from tongxin.activities.proposals.enums import HandlingRole
from tongxin.activities.proposals.handover.wishes import WAYS
from tongxin.activities.proposals.models import HandoverMeeting, HandoverRow, HandoverUnit, WishedUnit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.handover.wishes import Wish
    from tongxin.foundation.core.access import Actor

ROWS = 50
_BETWEEN = "、"
TABS: dict[str, str | _StrPromise] = {
    "all": _lazy("全部"),
    "open": _lazy("待定"),
    "ready": _lazy("可以交办"),
    "refused": _lazy("没有交成"),
    "done": pgettext_lazy("handover", "已交办"),
}
_NAMED = Exists(HandoverUnit.objects.filter(row=OuterRef("pk"), is_co=False))
_LEFT = Q(handed_on__isnull=True)
_DECIDED = Q(_NAMED) | Q(office__isnull=False)
_CONDITIONS = {
    "all": Q(),
    "open": _LEFT & ~_DECIDED,
    "ready": _LEFT & _DECIDED,
    "refused": _LEFT & ~Q(refused=""),
    "done": ~_LEFT,
}


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One row of the list of meetings."""

    meeting: HandoverMeeting
    rows: int
    left: int


def meetings_of(actor: Actor) -> list[MeetingRow]:
    """Return the committee's hand-over meetings, the latest first. One query."""
    found = (
        HandoverMeeting.objects.visible_to(actor)
        .select_related("session__term")
        .annotate(n=Count("rows"), left=Count("rows", filter=Q(rows__handed_on__isnull=True)))
    )
    return [MeetingRow(m, m.n, m.left) for m in found]


@dataclass(frozen=True, slots=True)
class EditRow:
    """One row of a meeting's list, as it is edited.

    Attributes:
        values: what stands in each field.
        faults: what is wrong with each field.
        digest: what the row said when it was shown.
    """

    row: HandoverRow
    wished: Sequence[str]
    values: Mapping[str, str]
    faults: Mapping[str, str]
    digest: str
    way: str
    source: str


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """One page of a meeting's list."""

    meeting: HandoverMeeting
    tab: str
    tabs: Sequence[dict[str, object]]
    counts: Mapping[str, int]
    rows: Sequence[EditRow]
    page: Page[HandoverRow]
    page_range: Sequence[int | str]


def words_of(wish: Wish) -> dict[str, str]:
    """Return what a row says as the fields hold it."""
    return {
        "answering": _BETWEEN.join(u.name for u in wish.answering),
        "co": _BETWEEN.join(u.name for u in wish.co),
        "office": wish.office.name if wish.office else "",
        "separate": "1" if wish.separate else "",
    }


def wished_of(rows: Iterable[HandoverRow]) -> dict[UUID, list[str]]:
    """Return the names of the units that the proposers wish for. One query."""
    found: dict[UUID, list[str]] = {}
    wishes = WishedUnit.objects.filter(proposal__in=[r.proposal_id for r in rows]).order_by("pk")
    for proposal_id, name in wishes.values_list("proposal_id", "unit__name"):
        found.setdefault(proposal_id, []).append(name)
    return found


def full_rows(meeting: HandoverMeeting) -> QuerySet[HandoverRow]:
    """Return the rows of a list with all that a person reads of them."""
    return rows_with_units(meeting).select_related(
        "proposal__lead_member", "proposal__body", "proposal__topic"
    )


def meeting_page(
    meeting: HandoverMeeting,
    *,
    tab: str,
    page_number: int,
    typed: Mapping[UUID, tuple[Mapping[str, str], Mapping[str, str]]] | None = None,
) -> MeetingPage:
    """Return one page of a list; what was typed and not saved stands in its fields. Four queries.

    Args:
        meeting: whose list.
        tab: which rows; ``all`` where it is unknown.
        page_number: of the pages of these rows.
        typed: the fields of rows that were not saved, with what is wrong with them.
    """
    tab = tab if tab in TABS else "all"
    counts = HandoverRow.objects.filter(meeting=meeting).aggregate(
        **{name: Count("pk", filter=condition) for name, condition in _CONDITIONS.items()}
    )
    paginator = Paginator(full_rows(meeting).filter(_CONDITIONS[tab]), ROWS)
    paginator.count = counts[tab]
    page = paginator.get_page(page_number)
    rows = list(page.object_list)
    wished = wished_of(rows)
    return MeetingPage(
        meeting=meeting,
        tab=tab,
        tabs=[
            {"label": str(label), "url": f"?tab={name}", "count": counts[name], "current": name == tab}
            for name, label in TABS.items()
        ],
        counts=counts,
        rows=[_edit_row(row, wished, typed or {}) for row in rows],
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
    )


def _edit_row(
    row: HandoverRow,
    wished: Mapping[UUID, Sequence[str]],
    typed: Mapping[UUID, tuple[Mapping[str, str], Mapping[str, str]]],
) -> EditRow:
    wish = wish_of(row)
    values, faults = typed.get(row.pk, (words_of(wish), {}))
    return EditRow(
        row=row,
        wished=wished.get(row.proposal_id, ()),
        values=values,
        faults=faults,
        digest=digest_of(wish),
        way=str(WAYS.get(wish.way, "")),
        source=str(HandoverRow.Source(row.source).label),
    )


@dataclass(frozen=True, slots=True)
class ByUnit:
    """What one unit takes home from the meeting, with room for its signature."""

    unit: str
    rows: Sequence[tuple[HandoverRow, str, str]]


def by_unit(meeting: HandoverMeeting) -> tuple[list[ByUnit], int]:
    """Return the list by unit, and how many rows nobody has yet. Three queries.

    Each line says the unit's part and with whom it shares the work.
    """
    found: dict[str, list[tuple[HandoverRow, str, str]]] = {}
    left = 0
    for row in full_rows(meeting):
        wish = wish_of(row)
        if wish.is_open:
            left += 1
        if wish.office:
            found.setdefault(wish.office.name, []).append((row, str(WAYS["office"]), ""))
        role = {"separate": HandlingRole.SEPARATE, "lead": HandlingRole.LEAD}.get(wish.way, HandlingRole.SOLE)
        parts = [(u, role) for u in wish.answering] + [(u, HandlingRole.CO) for u in wish.co]
        for unit, part in parts:
            others = _BETWEEN.join(u.name for u, _role in parts if u != unit)
            found.setdefault(unit.name, []).append((row, str(part.label), others))
    return [ByUnit(name, rows) for name, rows in sorted(found.items())], left
