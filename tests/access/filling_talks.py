"""What people send who keep online conversations and take part in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# A member of the first committee, by name.
_LISTED = "孙立"
# Forms that stand on the page of something else.
TALKS_STAND_ON = {
    "conversations:publish": "conversations:desk",
    "conversations:reject": "conversations:desk",
    "conversations:answers": "conversations:vote",
    "talks:answers": "talks:vote",
}

TALK_CHOICES: dict[str, dict[str, Any]] = {
    "conversations:begin": {"statements_most": "5", "closes_on": ""},
    "conversations:edit": {"closes_on": ""},
    # In own words, on the page that asks for them.
    "conversations:reject": {"step": "confirm", "ready": "own"},
}


def _waits(ids: dict[str, Any]) -> dict[str, Any]:
    return {"statements": [str(ids["statement.pending"])]}


# What is ticked on the desk, stands on a button, or is a name.
TALK_PICKED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "conversations:publish": _waits,
    "conversations:reject": lambda ids: {**_waits(ids), "words": "请写得具体一点。"},
    "conversations:merge": lambda ids: {"into": str(ids["statement.open"])},
    "conversations:people": lambda ids: {"names": _LISTED},
    "conversations:answers": lambda _ids: {"answers": "1:1,2:-1,3:0"},
    "talks:answers": lambda _ids: {"answers": "1:1,2:-1,3:0"},
}
