"""Telling people, and noting what they read."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from tongxin.capabilities.matters.models import Matter
    from tongxin.foundation.core.access import Actor

_TEXT_CHARACTERS = 240


_silent: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def silence() -> Iterator[None]:
    """Tell nobody anything until the block ends: what is entered now happened long ago."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def is_silent() -> bool:
    """Say whether notices are held back."""
    return _silent.get()


@transaction.atomic(savepoint=False)
def tell(
    *, user_ids: Iterable[UUID], committee_id: int, text: str, url: str, matter: Matter | None = None
) -> None:
    """Put a notice into each person's list; who has the same one unread does not get it twice.

    The notices belong to the act that causes them: they commit with it or not at all.

    Args:
        user_ids: who is told.
        committee_id: the committee in whose work it happened.
        text: one sentence, at most 240 characters are kept.
        url: the page that it opens; a path of this site.
        matter: what it is about.
    """
    text = text[:_TEXT_CHARACTERS]
    people = set(user_ids)
    if not people or is_silent():
        return
    people -= set(
        Notice.objects.unread()
        .filter(committee_id=committee_id, user_id__in=people, text=text, url=url)
        .values_list("user_id", flat=True)
    )
    at = clock.now()
    Notice.objects.bulk_create(
        [
            Notice(committee_id=committee_id, user_id=user_id, matter=matter, text=text, url=url, at=at)
            for user_id in sorted(people)
        ],
        batch_size=1000,
    )


def mark_read(*, actor: Actor, notice: Notice) -> None:
    """Note that the person has opened a notice of theirs; the first time counts."""
    Notice.objects.visible_to(actor).unread().filter(pk=notice.pk).update(read_at=clock.now())


def mark_all_read(*, actor: Actor) -> int:
    """Note that the person has seen all their notices here; return how many were unread."""
    return Notice.objects.visible_to(actor).unread().update(read_at=clock.now())
