"""Questions about many proposals, and who may see which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from tongxin.activities.proposals.enums import AssignmentState, ProposalState
from tongxin.capabilities.matters.models import Visibility
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import OwnedQuerySet

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tongxin.activities.proposals.models import Assignment, Proposal  # noqa: F401 (named in bases)
    from tongxin.foundation.core.access import Actor

# See every proposal of the committee once it is submitted.
OFFICE = (Role.STAFF, Role.REVIEWER, Role.LEADER, Role.AUDITOR)
# Filed and not ended: what members may read of each other's proposals.
FILED_OR_LATER = (
    ProposalState.FILED,
    ProposalState.ASSIGNED,
    ProposalState.HANDLING,
    ProposalState.REPLIED,
    ProposalState.DISSATISFIED,
    ProposalState.TRACKING,
    ProposalState.CLOSED,
)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the proposals that this actor may open.

        The public sees what is disclosed; proposers and those they asked to co-sign see theirs; a unit sees
        what is assigned to it; a supervising office what is assigned to the units it supervises; the
        committee's office everything that has been submitted.
        """
        if actor.committee_id is None:
            return self.filter(matter__visibility=Visibility.PUBLIC)
        mine = self.filter(committee_id=actor.committee_id)
        if actor.has(*OFFICE):
            # Before it is submitted a text belongs to its proposers alone: drafts are not monitored.
            leave = Q(submitted_at__isnull=False) | self._own(actor)
        else:
            leave = self._own(actor)
            if actor.has(Role.MEMBER):
                leave |= Q(matter__visibility__in=(Visibility.MEMBERS, Visibility.PUBLIC))
            if units := actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER):
                leave |= self._assigned(Q(unit_id__in=units))
            if offices := actor.subjects(Role.SUPERVISOR):
                leave |= self._assigned(Q(unit_id__in=offices) | Q(unit__supervised_by_id__in=offices))
        return mine.filter(leave)

    @staticmethod
    def _own(actor: Actor) -> Q:
        from tongxin.activities.proposals.models import Cosignature  # noqa: PLC0415 (models import this module)

        own = Q(pk__in=())
        if actor.has(Role.STAFF):
            own |= Q(entered_by_id=actor.user_id)
        if actor.member_id:
            asked = Cosignature.objects.filter(proposal=OuterRef("pk"), member_id=actor.member_id).exclude(
                state=Cosignature.State.TAKEN_BACK
            )
            own |= Q(lead_member_id=actor.member_id) | Q(Exists(asked))
        if bodies := actor.subjects(Role.SUBMITTER):
            own |= Q(body_id__in=bodies)
        return own

    @staticmethod
    def _assigned(condition: Q) -> Q:
        from tongxin.activities.proposals.models import Assignment  # noqa: PLC0415

        parts = Assignment.objects.filter(condition, proposal=OuterRef("pk"))
        return Q(Exists(parts.exclude(state=AssignmentState.DECLINED)))

    def for_list(self) -> Self:
        """Join what every row of a list shows."""
        return self.select_related("matter", "lead_member", "body", "topic", "session")


class AssignmentQuerySet(OwnedQuerySet["Assignment"]):
    """Assignments, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the assignments that this actor may open: the office all, a unit its own."""
        mine = super().visible_to(actor)
        if actor.has(*OFFICE):
            return mine
        leave = Q(unit_id__in=actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER))
        if offices := actor.subjects(Role.SUPERVISOR):
            leave |= Q(unit_id__in=offices) | Q(unit__supervised_by_id__in=offices)
        return mine.filter(leave)

    def in_force(self) -> Self:
        """Return assignments that were not given back."""
        return self.exclude(state=AssignmentState.DECLINED)

    def handled_or_overseen_by(self, unit_ids: Collection[UUID]) -> Self:
        """Return assignments in force of one of these units, or of a unit that one of them supervises."""
        return self.in_force().filter(Q(unit_id__in=unit_ids) | Q(unit__supervised_by_id__in=unit_ids))
