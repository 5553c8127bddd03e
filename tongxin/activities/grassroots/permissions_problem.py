"""May X do Y with a problem of the ledger? Only who; whether the state allows it is in ``lifecycle_problem``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.nodes import keeps

if TYPE_CHECKING:
    from tongxin.activities.grassroots.models import Problem
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node


def can_add_problem(actor: Actor, node: Node | None) -> bool:
    """Staff anywhere in their committee, node people at what they keep."""
    return actor.has(Role.STAFF) or keeps(actor, node)


def works_for(actor: Actor, problem: Problem) -> bool:
    """Somebody of the unit that the problem was given to."""
    return (
        actor.committee_id == problem.committee_id
        and problem.unit_id is not None
        and problem.unit_id in actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER)
    )


def can_keep_problem(actor: Actor, problem: Problem) -> bool:
    """Staff, or whoever keeps the node that it came from."""
    if actor.committee_id != problem.committee_id:
        return False
    return actor.has(Role.STAFF) or keeps(actor, problem.node)


def can_work_on_problem(actor: Actor, problem: Problem) -> bool:
    """The unit; and for those without an account (村委会) whoever keeps the ledger enters it."""
    return works_for(actor, problem) or can_keep_problem(actor, problem)


def can_check_problem(actor: Actor, problem: Problem) -> bool:
    """Whoever keeps the ledger, but nobody confirms what their own unit did."""
    return can_keep_problem(actor, problem) and not works_for(actor, problem)


def can_disclose_problem(actor: Actor, problem: Problem) -> bool:
    """Staff decide what everybody may read."""
    return actor.committee_id == problem.committee_id and actor.has(Role.STAFF)


def can_keep_everywhere(actor: Actor) -> bool:
    """Staff keep the ledger of the whole committee; others that of their nodes."""
    return actor.has(Role.STAFF)
