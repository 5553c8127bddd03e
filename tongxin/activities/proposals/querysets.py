"""Questions about many proposals, and who may see which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from tongxin.activities.proposals.enums import AssignmentState, MergedCounting, ProposalState
from tongxin.capabilities.matters.models import Visibility
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import OwnedQuerySet

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tongxin.activities.proposals.models import Assignment, Proposal, ProposalRules  # noqa: F401 (in bases)
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

        The public sees what is disclosed; proposers and those they asked to co-sign see theirs, and the one
        that theirs was merged into, once it is filed; a unit sees what is assigned to it, and what was merged
        into that, for it answers both; a supervising office what is assigned to the units it supervises, and
        what it is to hand on; the committee's office everything that has been submitted.
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
                leave |= Q(office_id__in=offices)
        return mine.filter(leave)

    @staticmethod
    def _own(actor: Actor) -> Q:
        from tongxin.activities.proposals.models import (  # noqa: PLC0415 (models import this module)
            Cosignature,
            Proposal,
        )

        own = Q(pk__in=())
        proposed = Q(pk__in=())
        if actor.has(Role.STAFF):
            own |= Q(entered_by_id=actor.user_id)
        if actor.member_id:
            asked = Cosignature.objects.filter(proposal=OuterRef("pk"), member_id=actor.member_id).exclude(
                state=Cosignature.State.TAKEN_BACK
            )
            own |= Q(Exists(asked))
            proposed |= Q(lead_member_id=actor.member_id)
        if bodies := actor.subjects(Role.SUBMITTER):
            proposed |= Q(body_id__in=bodies)
        if actor.member_id or bodies:
            children = Proposal.objects.filter(proposed, merged_into=OuterRef("pk"))
            own |= Q(Exists(children), filed_on__isnull=False)
        return own | proposed

    @staticmethod
    def _assigned(condition: Q) -> Q:
        from tongxin.activities.proposals.models import Assignment  # noqa: PLC0415

        parts = Assignment.objects.filter(condition).exclude(state=AssignmentState.DECLINED)
        return Q(Exists(parts.filter(proposal=OuterRef("pk")))) | Q(
            Exists(parts.filter(proposal=OuterRef("merged_into"))), matter__state=ProposalState.MERGED
        )

    def counted_as_filed(self, rules: ProposalRules) -> Self:
        """Return the proposals that count as filed (立案数), merged ones as the committee's rules say."""
        return self.filter(counts_as_filed(rules))

    def for_list(self) -> Self:
        """Join what every row of a list shows."""
        return self.select_related("matter", "lead_member", "body", "topic", "session")


def counts_as_filed(rules: ProposalRules) -> Q:
    """Return what a proposal must be to count as filed.

    Filed; and where it was merged into another (并案): those with a number of their own, all of them whether or
    not they were filed before, or none, as the committee has set.
    """
    merged = {
        MergedCounting.NUMBERED: Q(merged_into__isnull=False, number__isnull=False),
        MergedCounting.ALL: Q(merged_into__isnull=False),
        MergedCounting.APART: Q(pk__in=()),
    }[MergedCounting(rules.merged_counting)]
    return Q(merged_into__isnull=True, filed_on__isnull=False) | merged


def counts_as_filed_in(committee_id: int) -> Q:
    """Return the same, the committee's rules being looked up by the query itself.

    For whoever puts many counts into one query and may not ask for the rules before.
    """
    from tongxin.activities.proposals.models import ProposalRules  # noqa: PLC0415 (models import this module)

    kept = ProposalRules.objects.filter(committee_id=committee_id)
    default = MergedCounting(ProposalRules().merged_counting)
    others = [how for how in MergedCounting if how != default]
    found = counts_as_filed(ProposalRules()) & ~Q(Exists(kept.filter(merged_counting__in=others)))
    for how in others:
        rules = ProposalRules(merged_counting=how)
        found |= counts_as_filed(rules) & Q(Exists(kept.filter(merged_counting=how)))
    return found


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

    def last_of_its_unit(self) -> Self:
        """Return of each unit's parts in one proposal the one of the latest round, where it is in force.

        So a unit has one part in a proposal, whether or not it was asked again in a later round.
        """
        from tongxin.activities.proposals.models import Assignment  # noqa: PLC0415

        later = Assignment.objects.in_force().filter(
            proposal=OuterRef("proposal"), unit=OuterRef("unit"), round__gt=OuterRef("round")
        )
        return self.in_force().filter(Q(round=F("proposal__round")) | ~Exists(later))

    def handled_or_overseen_by(self, unit_ids: Collection[UUID]) -> Self:
        """Return assignments in force of one of these units, or of a unit that one of them supervises."""
        return self.in_force().filter(Q(unit_id__in=unit_ids) | Q(unit__supervised_by_id__in=unit_ids))
