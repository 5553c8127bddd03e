"""Who may open a file of a problem, and who hears when a date of it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.grassroots.actions.problem_moving import tell_people
from tongxin.activities.grassroots.lifecycle_problem import ASKS
from tongxin.activities.grassroots.models import Problem
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.capabilities.deadlines.selectors import Change
    from tongxin.capabilities.files.models import StoredFile
    from tongxin.foundation.core.access import Actor


def can_open_problem_file(actor: Actor, stored_file: StoredFile) -> bool:
    """Say whether the actor may open this file now: with the problem; the public only what was opened to it."""
    if actor.committee_id is None and not stored_file.is_public:
        return False
    return Problem.objects.visible_to(actor).filter(pk=stored_file.matter_id).exists()


def tell_moved_dates(actor: Actor, changes: Sequence[Change], why: str) -> None:
    """Send one notice for each date that moved with the calendar, to those who have to keep it."""
    ids = [c.deadline.matter_id for c in changes]
    problems = {p.pk: p for p in Problem.objects.filter(pk__in=ids).select_related("matter", "node")}
    for change in changes:
        problem, ask = problems[change.deadline.matter_id], ASKS[change.deadline.kind]
        with in_record_language():
            before, after = zh_date(change.before), zh_date(change.after)
            text = f"{problem.matter.title}：「{ask.text}」的期限由{before}改为{after}，{why}"
        tell_people(problem, ("unit",) if ask.of_unit else ("keepers",), text, but=actor)
