"""Every morning: what people objected to comes before those who keep the ledger; units hear of their dates."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from tongxin.activities.grassroots.actions.problem_moving import lock_problem, start, tell_people
from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.models import Problem
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.reminders import lock_reminders, near_dates, not_sent_yet, note_sent
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.matters.models import Kind, TimelineEntry
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tongxin.activities.grassroots.models import ProblemQuerySet
    from tongxin.capabilities.deadlines.reminders import Due

OBJECTED = "object_to_problem"
_PAGE = "/grassroots/problems/?tab=mine"


def look_after_problems() -> int:
    """Take in objections and remind units, in every committee; return how many people were reminded."""
    ids = list(Committee.objects.order_by("pk").values_list("pk", flat=True))
    with tenancy.scope(ids):
        running = Deadline.objects.running().filter(matter__kind=Kind.PROBLEM)
        busy = set(running.order_by().values_list("committee_id", flat=True).distinct())
        busy |= set(not_taken_in().order_by().values_list("committee_id", flat=True).distinct())
    sent = 0
    for committee_id in sorted(busy):
        with tenancy.scope([committee_id]), transaction.atomic():
            take_in_objections(committee_id)
            sent += remind_units(committee_id)
    return sent


def not_taken_in() -> ProblemQuerySet:
    """Return problems of which somebody said that they are not solved, and nobody was told yet."""
    told = TimelineEntry.objects.filter(matter=OuterRef("pk"), verb=OBJECTED)
    return Problem.objects.filter(
        ~Exists(told), objected_on__isnull=False, matter__state=ProblemState.UNDER_WAY
    )


def take_in_objections(committee_id: int) -> int:
    """Write down what was objected to since yesterday and ask those who keep the ledger; return how many.

    At night, all at once and in no order of their own, so that nothing tells when each was said.
    """
    found = list(not_taken_in().filter(committee_id=committee_id).order_by("matter__code", "pk"))
    for row in found:
        problem = lock_problem(row)
        move_matter(
            actor=NOBODY,
            matter=problem.matter,
            verb=OBJECTED,
            who="反映的人",
            text="说没有解决，重新办",
            note=problem.objection,
        )
        start("objection", problem)
        tell_people(problem, ("keepers", "unit"), f"{problem.matter.title}：反映的人说没有解决", but=None)
    return len(found)


def remind_units(committee_id: int) -> int:
    """Send the people of each unit one notice about their near and late problems, if one is new.

    Run again, it sends nothing.

    Returns:
        How many people were told.
    """
    lock_reminders(committee_id)
    open_now = set(
        Deadline.objects.running()
        .filter(committee_id=committee_id, kind="solve", matter__kind=Kind.PROBLEM, unit__isnull=False)
        .values_list("pk", flat=True)
    )
    near = [d for d in near_dates(committee_id, ("solve",)) if d.deadline.pk in open_now]
    new = not_sent_yet(near)
    reached = {d.deadline.unit_id for d in new}
    sent = 0
    for unit_id, users in _people(committee_id, reached).items():
        text = digest(d for d in near if d.deadline.unit_id == unit_id)
        tell(user_ids=users, committee_id=committee_id, text=text, url=_PAGE)
        sent += len(users)
    note_sent(new)
    return sent


def digest(dates: Iterable[Due]) -> str:
    """Return what a unit reads: 2件7日内到期，1件已逾期. Recorded, so plain Chinese."""
    counts = Counter("late" if d.left < 0 else "near" for d in dates)
    parts = []
    if counts["near"]:
        parts.append(f"{counts['near']}件7日内到期")
    if counts["late"]:
        parts.append(f"{counts['late']}件已逾期")
    return f"要解决的问题：{'，'.join(parts)}"


def _people(committee_id: int, units: Iterable[UUID | None]) -> dict[UUID, set[UUID]]:
    posts = Post.objects.filter(
        committee_id=committee_id, role__in=(Role.UNIT_CLERK, Role.UNIT_LEADER), unit_id__in=set(units)
    ).held_on(clock.today())
    found: dict[UUID, set[UUID]] = {}
    for unit_id, user_id in posts.values_list("unit_id", "user_id"):
        if unit_id is not None:
            found.setdefault(unit_id, set()).add(user_id)
    return found
