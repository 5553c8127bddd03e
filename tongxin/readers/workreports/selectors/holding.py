"""The signed reports that hold a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongxin.readers.workreports.models import FrozenNumber, WorkReport
from tongxin.readers.workreports.numbers import Standing, is_seen_by, standings
from tongxin.readers.workreports.permissions import READERS

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class Held:
    """A number, and each report that it was frozen in, the newest first."""

    code: str
    standing: Standing
    now: str
    frozen: list[FrozenNumber]


def holders_of(actor: Actor, code: str) -> Held | None:
    """Return the signed reports that hold a number; nothing where this person may not see it. Five queries."""
    committee_id = actor.committee_id or 0
    standing = standings(committee_id, [code]).get(code)
    if standing is None or not is_seen_by(actor, standing):
        return None
    rows = FrozenNumber.objects.filter(
        committee_id=committee_id, code__code=code, report__in=WorkReport.objects.visible_to(actor)
    )
    return Held(
        code,
        standing,
        standing.printed(),
        list(rows.select_related("report").order_by("-report__signed_on", "pk")),
    )


def part_of_number(actor: Actor, opened: Any) -> tuple[str, dict[str, Any]] | None:  # noqa: ANN401 (the page's own)
    """Return the way from the page behind a number to the reports that hold it."""
    if not actor.has(*READERS) or not opened.code:
        return None
    return "workreports/part_of_number.html", {"code": opened.code}
