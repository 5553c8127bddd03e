"""Scans of codes: how many in each cell, entered as a count kept before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tongxin.capabilities.codes.actions import PastScans, enter_past_scans, issue_codes
from tongxin.capabilities.codes.models import AccessCode
from tongxin.scenario.grassroots.sessions import spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node
    from tongxin.scenario.spans import Cells

SCANS: Final = "codes.scans"
SOURCE = "扫码统计表"
# A code is scanned about so often on a day of which something is told.
_A_DAY = 20
_AT_ONCE = 5000


def enter_scans(actor: Actor, counts: Sequence[int], nodes: Sequence[Node], cells: Cells) -> None:
    """Enter how often codes were scanned; where no place bears one, a council gets one.

    Args:
        nodes: who convenes sessions.
    """
    if not any(counts):
        return
    active = AccessCode.objects.active().filter(committee_id=actor.committee_id or 0)
    if not active.exists():
        issue_codes(actor=actor, nodes=nodes[:1])
    codes = list(active.order_by("pk"))
    lines = [line for cell, count in enumerate(counts) for line in _lines(codes, count, cell, cells)]
    for n in range(0, len(lines), _AT_ONCE):
        enter_past_scans(actor=actor, lines=lines[n : n + _AT_ONCE], source=SOURCE)


def _lines(codes: Sequence[AccessCode], count: int, cell: int, cells: Cells) -> Iterator[PastScans]:
    days = cells.days()[cell]
    parts = min(-(-count // _A_DAY), days * len(codes))
    for n, scanned in enumerate(spread(count, parts) if parts else ()):
        on = cells.edges[cell] + timedelta(days=n * days // parts)
        yield PastScans(codes[n % len(codes)], on, scanned)
