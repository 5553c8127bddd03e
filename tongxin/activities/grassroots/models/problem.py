"""The ledger of problems that were agreed to be solved (问题台账)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.models.session import READERS, DeliberationSession
from tongxin.capabilities.matters.models import Kind, Matter, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.models import Node, OwnedQuerySet, Unit

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


class ProblemQuerySet(OwnedQuerySet["Problem"]):
    """Problems, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the problems that this person may open.

        The office all; who keeps a node those of that node; a unit its own; members all of their committee's
        that stand in a session; the public what is public.
        """
        if actor is NOBODY or actor.user_id is None:
            return self.filter(matter__visibility=Visibility.PUBLIC)
        mine = self.filter(committee_id=actor.committee_id)
        if actor.has(*READERS):
            return mine
        seen = Q(pk__in=())
        if nodes := actor.subjects(*NODE_ROLES):
            seen |= Q(node_id__in=Node.objects.under(nodes).values("pk"))
        if actor.member_id:
            seen |= Q(session__isnull=False)
        if units := actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER):
            seen |= Q(unit_id__in=units)
        return mine.filter(seen)

    def solved(self) -> Self:
        """Return problems that were solved and stayed so."""
        return self.filter(matter__state=ProblemState.SOLVED, solved_on__isnull=False)

    def late(self) -> Self:
        """Return problems that somebody should have solved by now."""
        return self.filter(
            matter__state__in=(ProblemState.OPEN, ProblemState.UNDER_WAY), due_on__lt=clock.today()
        )

    def for_list(self) -> Self:
        """Bring what a row of a list shows."""
        return self.select_related("matter", "node", "unit", "session__matter")


class Problem(models.Model):
    """One follow-up item: what is to be done, by whom, by when, and whether it was."""

    KIND = Kind.PROBLEM

    matter = models.OneToOneField(Matter, primary_key=True, on_delete=models.PROTECT, related_name="problem")
    committee = models.ForeignKey(
        "organization.Committee", on_delete=models.PROTECT, related_name="+", editable=False
    )
    session = models.ForeignKey(
        DeliberationSession, null=True, blank=True, on_delete=models.PROTECT, related_name="problems"
    )
    node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="problems")
    text = models.TextField(_("要解决什么"))
    # A unit with an account, or whoever took it on by name (村委会).
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("承办单位")
    )
    owner = models.CharField(_("责任人"), max_length=80, blank=True, default="")
    is_livelihood = models.BooleanField(_("民生"), default=True)
    due_on = models.DateField(_("期限"), null=True, blank=True)
    result = models.TextField(_("办理情况"), blank=True, default="")
    solved_on = models.DateField(_("解决日期"), null=True, blank=True)
    # Somebody who raised it said that it is not solved; once.
    objected_on = models.DateField(null=True, blank=True)
    objection = models.CharField(max_length=300, blank=True, default="")
    look_back_on = models.DateField(_("回头看日期"), null=True, blank=True)
    looked_back_on = models.DateField(null=True, blank=True)
    look_back = models.TextField(_("回头看情况"), blank=True, default="")
    objects = ProblemQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["committee", "solved_on"]),
            models.Index(fields=["session"]),
            models.Index(fields=["node"]),
            models.Index(fields=["unit"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | ~Q(owner=""), name="problem_has_an_owner"
            )
        ]

    def __str__(self) -> str:
        return self.matter.title

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.matter.state
