"""Reading what a phone sends: acts that were kept while there was no network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.recording import FIELDS
from tongxin.activities.grassroots.enums import Side
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PRESENT, UNDO, FIELD, STATEMENT, SUGGESTION, FOLLOW_UP = (
    "present",
    "undo",
    "field",
    "statement",
    "suggestion",
    "follow_up",
)
# How many came of whom no names were taken: a number beside the fields of the record.
OTHERS = "others_present"
MOST_ACTS = 200
_LONGEST = 50_000
_OLDEST = timedelta(days=90)


class NonsenseError(ValueError):
    """This is not what a phone of ours sends. Nothing of it is done (HTTP 422)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.sentence = _("收到的内容不完整，没有保存。请刷新页面再试。")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did at the desk.

    Attributes:
        key: made by the phone; the act counts once, however often it arrives.
        payload: its content, by kind, cleaned.
        base: the version of the field that the writer saw.
        after: the act of the same phone whose text the writer went on from.
        at: when it was done by the phone's clock, never in the future.
    """

    key: UUID
    kind: str
    payload: Mapping[str, Any]
    base: int = 0
    after: UUID | None = None
    at: datetime | None = None


def read_batch(body: bytes) -> tuple[str, list[Act]]:
    """Return whose acts these are and the acts.

    Raises:
        NonsenseError: anything in it is not as it should be.
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NonsenseError("no JSON") from error
    rows = sent.get("acts") if isinstance(sent, dict) else None
    if not isinstance(rows, list) or len(rows) > MOST_ACTS:
        raise NonsenseError("no list of acts, or a long one")
    return _text(sent, "user", 40), [read_act(row) for row in rows]


def read_act(row: object) -> Act:
    """Return one act.

    Raises:
        NonsenseError: it is not as it should be.
    """
    if not isinstance(row, dict) or not isinstance(row.get("payload"), dict):
        raise NonsenseError("no act")
    kind = row.get("kind")
    read = _PAYLOADS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise NonsenseError("no such kind")
    return Act(
        key=_key(row, "key"),
        kind=str(kind),
        payload=read(row["payload"]),
        base=_number(row, "base"),
        after=_key(row, "after") if row.get("after") else None,
        at=_moment(row),
    )


def _who(sent: dict[str, Any]) -> dict[str, Any]:
    if sent.get("attendee"):
        return {"attendee": _key(sent, "attendee")}
    side, name = _text(sent, "side", 8), " ".join(_text(sent, "name", 60).split())
    if side not in Side.values or not name:
        raise NonsenseError("nobody")
    return {"side": side, "name": name, "post": " ".join(_text(sent, "post", 80).split())}


def _undo(sent: dict[str, Any]) -> dict[str, Any]:
    if sent.get("of"):
        return {"of": _key(sent, "of")}
    return {"attendee": _key(sent, "attendee")}


def _field(sent: dict[str, Any]) -> dict[str, Any]:
    name = _text(sent, "field", 20)
    text = _text(sent, "text", _LONGEST).replace("\r\n", "\n").strip()
    if name == OTHERS:
        text = text or "0"
        if not (text.isascii() and text.isdigit()):
            raise NonsenseError("no number")
        text = str(int(text[:9]))
    elif name not in FIELDS:
        raise NonsenseError("no such field")
    return {"field": name, "text": text}


def _statement(sent: dict[str, Any]) -> dict[str, Any]:
    return {"who": _text(sent, "who", 80), "text": _text(sent, "text", _LONGEST)}


def _suggestion(sent: dict[str, Any]) -> dict[str, Any]:
    return {"text": _text(sent, "text", _LONGEST)}


def _follow_up(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": _text(sent, "text", _LONGEST),
        "unit": _key(sent, "unit") if sent.get("unit") else None,
        "owner": _text(sent, "owner", 80),
        "due_on": _day(sent) if sent.get("due_on") else None,
    }


_PAYLOADS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    PRESENT: _who,
    UNDO: _undo,
    FIELD: _field,
    STATEMENT: _statement,
    SUGGESTION: _suggestion,
    FOLLOW_UP: _follow_up,
}


def _text(sent: dict[str, Any], name: str, most: int) -> str:
    text = sent.get(name, "")
    if not isinstance(text, str) or len(text) > most or "\0" in text:
        raise NonsenseError(name)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NonsenseError(name) from error
    return text


def _key(sent: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(_text(sent, name, 36))
    except ValueError as error:
        raise NonsenseError(name) from error


def _number(sent: dict[str, Any], name: str) -> int:
    number = sent.get(name) or 0
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= 1_000_000_000:  # noqa: PLR2004 (what a column holds)
        raise NonsenseError(name)
    return number


def _day(sent: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(_text(sent, "due_on", 10))
    except ValueError as error:
        raise NonsenseError("due_on") from error


def _moment(sent: dict[str, Any]) -> datetime:
    """Return when it was: phones have clocks of their own, so it lies between three months ago and now."""
    now, stamp = clock.now(), sent.get("at")
    if stamp is None:
        return now
    if not isinstance(stamp, int) or isinstance(stamp, bool) or not 0 <= stamp < 10**14:
        raise NonsenseError("at")
    return max(min(datetime.fromtimestamp(stamp / 1000, UTC), now), now - _OLDEST)
