"""What pages show of a person's notices."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import BooleanField, ExpressionWrapper, Q

from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core.clock import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tongxin.capabilities.notices.models import NoticeQuerySet
    from tongxin.foundation.core.access import Actor


def unread_count(actor: Actor) -> int:
    """Return how many notices the person has not opened. One query."""
    return Notice.objects.visible_to(actor).unread().count()


def inbox(actor: Actor) -> NoticeQuerySet:
    """Return the person's notices, unread first, then the newest."""
    read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    return Notice.objects.visible_to(actor).annotate(is_read=read).order_by("is_read", "-at", "-id")


@dataclass(frozen=True)
class Day:
    """The notices of one day."""

    on: date
    unread: bool
    notices: list[Notice]


def by_day(notices: Iterable[Notice]) -> list[Day]:
    """Return notices in groups of one day, in the order given."""
    groups = groupby(notices, key=lambda n: (n.read_at is None, n.at.astimezone(ZONE).date()))
    return [Day(on, unread, list(found)) for (unread, on), found in groups]
