"""What the task worker does for registers: entering a long one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from tongxin.activities.grassroots.actions.ledger_books import enter_ledger
from tongxin.activities.grassroots.exchange.ledger import LedgerLine

if TYPE_CHECKING:
    from tongxin.capabilities.jobs.runners import Running

LEDGER = "grassroots.ledger"
# More rows than these are entered by a job.
AT_ONCE = 200


def run(running: Running) -> tuple[str, str]:
    """Enter the lines that were previewed."""
    lines = [LedgerLine(**line) for line in running.params["lines"]]
    running.progress(0, len(lines), "正在补录")
    n = enter_ledger(actor=running.actor, lines=lines, source=running.params["source"])
    running.progress(len(lines), len(lines))
    return f"补录了{n}场协商议事。", reverse("grassroots:session_ledger")
