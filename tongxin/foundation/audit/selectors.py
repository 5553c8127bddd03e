"""What the log's pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core.clock import ZONE

if TYPE_CHECKING:
    from datetime import date

    from tongxin.foundation.audit.models import EntryQuerySet
    from tongxin.foundation.core.access import Actor

A_PAGE: Final = 50


@dataclass(frozen=True)
class EntryPage:
    """Some entries, the newest first, and where to go on.

    Attributes:
        older: the ``before`` of the next page; None on the last one.
    """

    entries: list[Entry]
    older: int | None


def entry_page(actor: Actor, chosen: dict[str, Any], before: int | None) -> EntryPage:
    """Return entries of the actor's committee that fit the filter. One query.

    Pages are found by the number of the last entry, not counted: a log of a million entries opens as quickly
    as one of ten.
    """
    found = entries_like(actor, chosen)
    if before:
        found = found.filter(seq__lt=before)
    entries = list(found.order_by("-seq")[: A_PAGE + 1])
    more = len(entries) > A_PAGE
    return EntryPage(entries[:A_PAGE], entries[A_PAGE - 1].seq if more else None)


def entries_like(actor: Actor, chosen: dict[str, Any]) -> EntryQuerySet:
    """Return the entries that fit a filter form's cleaned values."""
    found = Entry.objects.visible_to(actor)
    if chosen.get("person"):
        found = found.filter(user_name__contains=chosen["person"])
    if chosen.get("action"):
        found = found.filter(action__contains=chosen["action"])
    if chosen.get("target"):
        found = found.filter(target__contains=chosen["target"])
    if chosen.get("first"):
        found = found.filter(at__gte=_midnight(chosen["first"]))
    if chosen.get("last"):
        found = found.filter(at__lt=_midnight(chosen["last"] + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)
