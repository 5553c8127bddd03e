"""About what the contributor of a saying may still say, once, that it is not solved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.models import GrassrootsRules, Problem
from tongxin.activities.topics.actions.objecting import OBJECTABLE
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.activities.topics.models import Topic, Voice


def objectable(voice: Voice, lead: Topic, problems: Iterable[Problem]) -> Problem | Topic | None:
    """Return what the objection would open again: the problem solved last, else the topic that was answered.

    None when this saying has objected before, nothing of it counts as solved, or it was too long ago.

    Args:
        voice: the saying.
        lead: its topic, or the one that this was merged into, with its matter.
        problems: what the topic led to, with their matters.
    """
    if voice.objected_at is not None:
        return None
    rules = GrassrootsRules.objects.filter(committee_id=voice.committee_id).first() or GrassrootsRules()
    since = clock.today() - timedelta(days=rules.objection_days)
    solved = [
        (p.solved_on, p)
        for p in problems
        if p.state == ProblemState.SOLVED and p.solved_on and p.solved_on >= since and not p.objected_on
    ]
    if solved:
        return max(solved, key=lambda pair: pair[0])[1]
    ended_on = lead.matter.closed_on or lead.decided_on
    if lead.state in OBJECTABLE and ended_on and ended_on >= since:
        return lead
    return None
