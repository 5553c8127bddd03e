"""May X do Y in the appraisal of workstations? Only who; whether the state allows it, the actions ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.foundation.core.access import Actor

# Who sees every station's points before they are approved.
OFFICE = (Role.STAFF, Role.LEADER, Role.AUDITOR)


def can_run_appraisal(actor: Actor) -> bool:
    """Staff write the scheme, open it, check the points."""
    return actor.has(Role.STAFF)


def can_approve_appraisal(actor: Actor) -> bool:
    """The chair, a vice-chair or the secretary-general, with the decision of a meeting."""
    return actor.has(Role.LEADER)


def heads_station(actor: Actor, node_id: UUID) -> bool:
    """The head of exactly this station."""
    return node_id in actor.subjects(Role.STATION_HEAD)


def can_self_score(actor: Actor, node_id: UUID) -> bool:
    """The head of the station; staff where they enter it from paper."""
    return heads_station(actor, node_id) or actor.has(Role.STAFF)


def can_see_score(actor: Actor, node_id: UUID) -> bool:
    """The office all; a head the own station's."""
    return actor.has(*OFFICE) or heads_station(actor, node_id)


def can_review_report(actor: Actor) -> bool:
    """Staff and those who lead."""
    return actor.has(Role.STAFF, Role.LEADER)
