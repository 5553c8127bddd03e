"""What time it is, in one place, so that tests and demo data can say otherwise."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONE = ZoneInfo("Asia/Shanghai")
_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return the present instant, with time zone."""
    return _set_to.get() or timezone.now()


def today() -> date:
    """Return the present date in China."""
    return now().astimezone(ZONE).date()


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Let the clock stand at a moment (a date means nine in the morning) until the block ends."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 9, tzinfo=ZONE)
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
