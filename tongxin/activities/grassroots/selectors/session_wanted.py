"""Which sessions an address asks for: an allow-list of parameters, the same for every list of sessions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from tongxin.activities.grassroots.enums import SessionState
from tongxin.activities.grassroots.selectors.asks_sessions import ASKS
from tongxin.foundation.organization.models import Node
from tongxin.foundation.organization.nodes import in_township

if TYPE_CHECKING:
    from django.http import QueryDict

_YEAR = re.compile(r"(?:19|20)\d{2}")
_MONTH = re.compile(r"((?:19|20)\d{2})-(0[1-9]|1[0-2])")
_PLACE = re.compile(r"\d{6}|\d{9}|\d{12}")
_PAGE = re.compile(r"[1-9]\d{0,3}")
_SEARCH_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; a parameter that the lists do not know, or cannot read, is left out.

    Attributes:
        year: a calendar year.
        month: ``2021-03``.
        town: an area code: sessions of nodes in this township or village, or of the county's own nodes.
        node: a node and all that is under it.
        station: a workstation and all that is under it.
        venue: the kind of place.
        counted: held only, as figures count them.
        session: one session; only in the lists of what belongs to sessions.
        person: one seconded person; only in the list of attendances.
        ask: what is asked of the reader at these sessions; only in the list of sessions.
    """

    year: str = ""
    month: str = ""
    town: str = ""
    node: UUID | None = None
    station: UUID | None = None
    venue: UUID | None = None
    state: str = ""
    counted: bool = False
    q: str = ""
    session: UUID | None = None
    person: UUID | None = None
    ask: str = ""
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but a page was asked for."""
        return replace(self, page=1) != Wanted()


def read_wanted(query: QueryDict) -> Wanted:
    """Return what a query string asks for."""

    def text(name: str, shape: re.Pattern[str]) -> str:
        value = query.get(name, "")
        return value if value.isascii() and shape.fullmatch(value) else ""

    state = query.get("state", "")
    return Wanted(
        year=text("year", _YEAR),
        month=text("month", _MONTH),
        town=text("town", _PLACE),
        node=read_uuid(query.get("node", "")),
        station=read_uuid(query.get("station", "")),
        venue=read_uuid(query.get("venue", "")),
        state=state if state in SessionState.values else "",
        counted=query.get("counted") == "1",
        q=_cleaned(query.get("q", "")),
        session=read_uuid(query.get("session", "")),
        person=read_uuid(query.get("person", "")),
        ask=ask if (ask := query.get("ask", "")) in ASKS else "",
        page=int(text("page", _PAGE) or 1),
    )


def session_conditions(wanted: Wanted, *, counted: bool, prefix: str = "") -> Q:
    """Return the conditions on a session, or on what belongs to one (``prefix``); without its state.

    Args:
        wanted: what was asked for.
        counted: held sessions only, by the day they were held on; otherwise others by the day they are planned for.
        prefix: how a row reaches its session: ``session__``.
    """
    found = Q(**{f"{prefix}held_on__isnull": False}) if counted else Q()
    for since, until in _spans(wanted):
        held = Q(**{f"{prefix}held_on__gte": since, f"{prefix}held_on__lt": until})
        planned = Q(
            **{
                f"{prefix}held_on__isnull": True,
                f"{prefix}starts_at__date__gte": since,
                f"{prefix}starts_at__date__lt": until,
            }
        )
        found &= held if counted else held | planned
    if wanted.town:
        found &= in_township(f"{prefix}node__place", wanted.town)
    for node in (wanted.node, wanted.station):
        if node:
            found &= Q(**{f"{prefix}node_id__in": Node.objects.under([node]).values("pk")})
    if wanted.venue:
        found &= Q(**{f"{prefix}venue_kind_id": wanted.venue})
    if wanted.session:
        found &= Q(**{f"{prefix}pk": wanted.session})
    if wanted.q:
        found &= (
            Q(**{f"{prefix}matter__title__icontains": wanted.q})
            | Q(**{f"{prefix}venue__icontains": wanted.q})
            | Q(**{f"{prefix}node__name__icontains": wanted.q})
        )
    return found


def _spans(wanted: Wanted) -> list[tuple[date, date]]:
    """Return the spans asked for: first day, and first day after."""
    spans = []
    if wanted.year:
        year = int(wanted.year)
        spans.append((date(year, 1, 1), date(year + 1, 1, 1)))
    if wanted.month:
        year, month = map(int, wanted.month.split("-"))
        following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)  # noqa: PLR2004 (December)
        spans.append((date(year, month, 1), following))
    return spans


def read_uuid(value: str) -> UUID | None:
    """Return an identifier, or None for what is none."""
    try:
        return UUID(value)
    except ValueError:
        return None


def _cleaned(text: str) -> str:
    printable = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text))
    return " ".join(printable.split())[:_SEARCH_CHARACTERS]
