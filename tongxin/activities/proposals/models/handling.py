"""Who handles a proposal, and how it came to them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.enums import AssignmentState, HandlingRole
from tongxin.activities.proposals.models.proposal import Proposal
from tongxin.activities.proposals.querysets import AssignmentQuerySet
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Owned, OwnedQuerySet, Session, Unit


class Assignment(Owned):
    """One unit's part in handling a proposal, in one round (交办)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=10, choices=HandlingRole)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=AssignmentState, default=AssignmentState.ASSIGNED)
    assigned_on = models.DateField(default=clock.today)
    signed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    # Why the unit asks to be released, and what it was told.
    decline_reason = models.TextField(blank=True, default="")
    # A co-handler's written opinion to the lead.
    opinion = models.TextField(blank=True, default="")
    opinion_on = models.DateField(null=True)
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["round", "assigned_on", "role", "unit__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "unit", "round"],
                condition=~Q(state="declined"),
                name="one_part_per_unit",
            ),
            models.UniqueConstraint(
                fields=["proposal", "round"],
                condition=Q(role__in=["sole", "lead"]) & ~Q(state="declined"),
                name="one_lead",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "state"])]


class Extension(Owned):
    """A unit asks for more time to answer, before its time is over (申请延期)."""

    class State(models.TextChoices):
        ASKED = "asked", _("等待批准")
        GRANTED = "granted", _("已批准")
        REFUSED = "refused", _("未批准")
        LAPSED = "lapsed", _("已失效")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="extensions")
    months = models.PositiveSmallIntegerField(_("延长几个月"))
    reason = models.TextField(_("理由"))
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_on = models.DateField(default=clock.today)
    decided_on = models.DateField(null=True)
    decision_note = models.TextField(_("批复意见"), blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    objects = OwnedQuerySet["Extension"].as_manager()

    class Meta:
        ordering: ClassVar = ["asked_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state="asked"), name="one_open_extension"
            ),
            models.CheckConstraint(condition=Q(months__gt=0), name="extension_adds_time"),
        ]


class HandoverMeeting(Owned):
    """A meeting at which many proposals are handed over at once (交办会), or the list for it."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=80)
    held_on = models.DateField(_("日期"))
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    objects = OwnedQuerySet["HandoverMeeting"].as_manager()

    class Meta:
        ordering: ClassVar = ["-held_on", "-made_at"]

    def __str__(self) -> str:
        return self.name


class HandoverRow(Owned):
    """One proposal on the list of a hand-over meeting: to whom it shall go, and what became of that."""

    class Source(models.TextChoices):
        WISH = "wish", _("提案者意向")
        HISTORY = "history", _("以往同类提案")
        EXCEL = "excel", _("表格")
        HAND = "hand", _("人工")
        NONE = "none", _("待定")

    meeting = models.ForeignKey(HandoverMeeting, on_delete=models.PROTECT, related_name="rows")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="handover_rows")
    # Handed to this office, which hands it on; without units of its own choice.
    office = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    separate = models.BooleanField(_("分办"), default=False)
    source = models.CharField(max_length=8, choices=Source, default=Source.NONE)
    handed_on = models.DateField(null=True)
    # Why it could not be handed over, in words.
    refused = models.CharField(max_length=200, blank=True, default="")
    objects = OwnedQuerySet["HandoverRow"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "proposal"], name="on_the_list_once")
        ]


class HandoverUnit(Owned):
    """A unit that a row of the list names."""

    row = models.ForeignKey(HandoverRow, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    is_co = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["row", "unit"], name="row_unit_once")]
