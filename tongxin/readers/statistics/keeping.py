"""Pages of numbers are counted once and stay in memory until something happens in the committee."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar, cast

from django.db.models import Count, IntegerField, Subquery, Value
from django.utils.translation import get_language

from tongxin.activities.topics.models import Voice
from tongxin.foundation.audit.actions import chain_of
from tongxin.foundation.audit.models import Head
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tongxin.foundation.core.access import Actor

_Made = TypeVar("_Made")
# Pages; the largest takes some hundred kilobytes.
_MOST: Final = 200
_kept: OrderedDict[Hashable, object] = OrderedDict()
_lock = Lock()


def kept(actor: Actor, asked: Hashable, count: Callable[[], _Made]) -> _Made:
    """Return what is counted for this question, from memory if nothing has happened since. One query, and its own.

    Args:
        asked: what is asked for, apart from who asks in which committee and language, on which day.
    """
    stamp = _stamp(actor.committee_id)
    if stamp is None:
        return count()
    key = (actor.committee_id, stamp, clock.today(), get_language(), actor.roles, asked)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return cast("_Made", _kept[key])
    # Counted without the lock: two who ask at the same moment count twice, nobody waits.
    made = count()
    with _lock:
        _kept[key] = made
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Count everything anew."""
    with _lock:
        _kept.clear()


def _stamp(committee_id: int | None) -> tuple[object, ...] | None:
    """Return a mark that changes with whatever is counted; nothing before anybody has acted.

    Every act leaves its entry in the log, but for the sayings of the public, which leave no trace there.
    """
    said = (
        Voice.objects.filter(committee_id=committee_id or 0)
        .order_by()
        .annotate(all_of_it=Value(1))
        .values("all_of_it")
        .annotate(n=Count("pk") + Count("objected_at"))
        .values("n")
    )
    found = Head.objects.filter(chain=chain_of(committee_id)).values_list(
        "entries", "last_hash", Subquery(said, output_field=IntegerField())
    )
    return found.first()
