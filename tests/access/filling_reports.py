"""What people send who report upward and who write reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.readers.rollup.offices import UNITS

if TYPE_CHECKING:
    from collections.abc import Callable

# Forms that stand on the page of something else.
STANDS_ON = {
    "rollup:prepare": "rollup:sheet",
    "rollup:sign": "rollup:sheet",
    "rollup:put_back": "rollup:sheet",
    "rollup:remind": "rollup:request",
    "rollup:medians": "rollup:request",
    "workreports:copy": "workreports:report",
    "workreports:vouch": "workreports:check",
    "workreports:link": "workreports:check",
    "workreports:set_right": "workreports:check",
}

REPORT_CHOICES: dict[str, dict[str, Any]] = {
    "rollup:ask": {"figures": [UNITS], "since": "2025-01-01", "until": "2025-12-31"},
    "rollup:prepare": {"ask": "1"},
    "workreports:begin": {"period": "2026", "parts": ["organization"]},
    "workreports:edit_sentences": {"save": "1"},
    "workreports:set_right": {"all": "1"},
}

# What stands on a button, or was found by looking at what the check says.
REPORT_PICKED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "workreports:insert": lambda ids: {
        "figure": UNITS,
        "period": "2026",
        "section": str(ids["section"]),
    },
    "workreports:link": lambda ids: {"key": ids["key.linkable"], "figure": ids["linkable"]},
    "workreports:vouch": lambda ids: {"key": ids["key.typed"]},
}
