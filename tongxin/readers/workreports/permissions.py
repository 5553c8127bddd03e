"""Who may do what with a report. One question a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import Role
from tongxin.readers.workreports.models import WorkReport

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

READERS = (Role.STAFF, Role.LEADER, Role.AUDITOR)
_DRAFT = WorkReport.State.DRAFT


def can_draft_reports(actor: Actor) -> bool:
    """Say whether the person drafts reports and keeps the sentences."""
    return actor.has(Role.STAFF)


def can_edit_report(actor: Actor, report: WorkReport) -> bool:
    """Say whether the person may change this report: the office, until it is signed."""
    return _is_here(actor, report) and actor.has(Role.STAFF) and report.state == _DRAFT


def can_sign_report(actor: Actor, report: WorkReport) -> bool:
    """Say whether the person may sign this report: a leader, once."""
    return _is_here(actor, report) and actor.has(Role.LEADER) and report.state == _DRAFT


def can_copy_report(actor: Actor, report: WorkReport) -> bool:
    """Say whether the person may make a new report from this one."""
    return _is_here(actor, report) and actor.has(Role.STAFF)


def _is_here(actor: Actor, report: WorkReport) -> bool:
    return actor.committee_id is not None and actor.committee_id == report.committee_id
