"""Every morning: one notice to each person whose unit has dates that come near or are past."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities.proposals.limits import WATCHED, awaited
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.reminders import lock_reminders, near_dates, not_sent_yet, note_sent
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Post, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from tongxin.capabilities.deadlines.reminders import Due

_WATCH_PAGE = "/proposals/deadlines/"
# Signing is the leader's alone; the clerk has done what was theirs.
_OF_LEADER = frozenset({"approve"})


def remind_all() -> int:
    """Remind the people of every committee; return how many notices went out."""
    ids = list(Committee.objects.order_by("pk").values_list("pk", flat=True))
    with tenancy.scope(ids):
        busy = Deadline.objects.running().filter(kind__in=WATCHED, unit__isnull=False)
        at_work = sorted(set(busy.order_by().values_list("committee_id", flat=True).distinct()))
    sent = 0
    for committee_id in at_work:
        with tenancy.scope([committee_id]), transaction.atomic():
            sent += remind_committee(committee_id)
    return sent


def remind_committee(committee_id: int) -> int:
    """Send each person of a committee one notice about all their near and late dates, if one is new.

    Run again, it sends nothing. Whose date was met, dropped or moved away hears nothing.

    Returns:
        How many people were told.
    """
    lock_reminders(committee_id)
    waited_for = set(awaited(Deadline.objects.filter(committee_id=committee_id)).values_list("pk", flat=True))
    near = [d for d in near_dates(committee_id, WATCHED) if d.deadline.pk in waited_for]
    new = not_sent_yet(near)
    if not new:
        return 0
    people = _people(committee_id, near)
    reached = {d.deadline.pk for d in new}
    told: dict[str, set[UUID]] = {}
    for user_id, dates in people.items():
        if any(d.deadline.pk in reached for d in dates):
            told.setdefault(digest(dates), set()).add(user_id)
    for text, user_ids in told.items():
        tell(user_ids=user_ids, committee_id=committee_id, text=text, url=_WATCH_PAGE)
    note_sent(new)
    return sum(len(user_ids) for user_ids in told.values())


def digest(dates: Iterable[Due]) -> str:
    """Return what one person reads: 3件7日内到期，1件已逾期. Recorded, so plain Chinese."""
    counts = Counter("late" if d.left < 0 else "near" for d in dates)
    parts = []
    if counts["near"]:
        parts.append(f"{counts['near']}件7日内到期")
    if counts["late"]:
        parts.append(f"{counts['late']}件已逾期")
    return f"承办提案期限：{'，'.join(parts)}"


def _people(committee_id: int, near: Sequence[Due]) -> dict[UUID, list[Due]]:
    """Return whose dates these are: the unit's people, and those of the office over it."""
    units = Unit.objects.filter(pk__in={d.deadline.unit_id for d in near})
    over = dict(units.values_list("pk", "supervised_by_id"))
    posts = Post.objects.filter(
        committee_id=committee_id, role__in=(Role.UNIT_CLERK, Role.UNIT_LEADER, Role.SUPERVISOR)
    ).held_on(clock.today())
    holders: dict[tuple[str, UUID | None], set[UUID]] = {}
    for role, unit_id, user_id in posts.values_list("role", "unit_id", "user_id"):
        holders.setdefault((role, unit_id), set()).add(user_id)
    found: dict[UUID, list[Due]] = {}
    for one in near:
        own = one.deadline.unit_id
        places = [(Role.UNIT_LEADER, own), (Role.SUPERVISOR, own)]
        if own is not None and over[own] is not None:
            places.append((Role.SUPERVISOR, over[own]))
        if one.deadline.kind not in _OF_LEADER:
            places.append((Role.UNIT_CLERK, own))
        for user_id in set().union(*(holders.get(place, set()) for place in places)):
            found.setdefault(user_id, []).append(one)
    return found
