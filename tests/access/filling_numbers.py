"""What people send who keep numbers and the registers behind them."""

from __future__ import annotations

from typing import Any

# Forms that stand on the page of something else.
NUMBERS_STAND_ON = {
    "statistics:wording": "statistics:opened",
    "statistics:table_save": "statistics:table_new",
}
# What that page is asked for before there is a form on it.
ASKED_FOR: dict[str, dict[str, str]] = {
    "statistics:table_save": {"figure": "proposals.filed", "rows": "month"},
}

_NOWHERE_ELSE = {"special_committee": "", "place": ""}
NUMBER_CHOICES: dict[str, dict[str, Any]] = {
    "statistics:reported_add": {"since": "2024-01-01", "until": "2024-12-31", "value": "214"},
    "organization:staff_posts_add": _NOWHERE_ELSE,
    "organization:staff_post_edit": {**_NOWHERE_ELSE, "until": ""},
    "organization:staff_changes_add": {"until": ""},
    "organization:staff_change_edit": {"until": ""},
    "proposals:quality_rules": {"issued_on": "2026-09-01", "ended_on": ""},
    "proposals:quality_rule": {"ended_on": ""},
}
