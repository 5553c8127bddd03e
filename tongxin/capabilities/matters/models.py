"""The spine: what all that a committee does has in common."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Body, Member, Owned, OwnedQuerySet, Place, Unit


class Kind(models.TextChoices):
    """The kinds of matter; each is a room."""

    PROPOSAL = "proposal", _("提案")
    TOPIC = "topic", _("议题")
    SESSION = "session", _("协商议事")
    PROBLEM = "problem", _("解决事项")
    CONVERSATION = "conversation", _("网络议政")


class Visibility(models.TextChoices):
    """Who may see a matter beyond those who work on it."""

    INTERNAL = "internal", _("内部")
    MEMBERS = "members", _("本会委员")
    PUBLIC = "public", _("公开")


class Relation(models.TextChoices):
    """How one matter led to another."""

    RAISED = "raised", _("引出")
    MERGED_INTO = "merged_into", _("并入")
    CONVERTED_TO = "converted_to", _("转为")
    DISCUSSED_IN = "discussed_in", _("协商于")
    ANSWERED_BY = "answered_by", _("由其答复")
    FOLLOWS_UP = "follows_up", _("回头看")


class Matter(Owned):
    """One matter (事项): what it is called, where it stands, who may see it."""

    kind = models.CharField(max_length=20, choices=Kind)
    # What people call it: 2026-087. Empty until the rules of its kind give it one.
    code = models.CharField(_("编号"), max_length=24, null=True, blank=True)
    title = models.CharField(_("标题"), max_length=120)
    state = models.CharField(max_length=24)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.INTERNAL)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    # Counts every change; a form that was opened at an older version is told so instead of overwriting.
    version = models.PositiveIntegerField(default=1)
    objects = OwnedQuerySet["Matter"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["committee", "kind", "code"], condition=Q(code__isnull=False), name="matter_code_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["committee", "kind", "state"]),
            models.Index(fields=["committee", "kind", "opened_on"], name="matter_opened_on"),
            GinIndex(fields=["title"], name="matter_title_trigrams", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.title


class Participation(Owned):
    """Somebody took part in a matter; the only source of duty archives and person-times."""

    class Role(models.TextChoices):
        PROPOSER = "proposer", _("第一提案人")
        COSIGNER = "cosigner", _("联名人")
        PRESENT = "present", _("参加")
        RAISER = "raiser", _("荐题人")
        VISITOR = "visitor", _("走访")

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="participations")
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
    )
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
    )
    role = models.CharField(max_length=20, choices=Role)
    on = models.DateField()
    quantity = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=10, blank=True, default="")
    objects = OwnedQuerySet["Participation"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, body__isnull=True)
                | Q(member__isnull=True, body__isnull=False),
                name="participation_of_one",
            ),
            models.UniqueConstraint(
                fields=["matter", "member", "body", "role"], nulls_distinct=False, name="participation_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["member", "on"])]


class MatterLink(Owned):
    """One matter led to another: the chain."""

    source = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="leads_to")
    target = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="comes_from")
    relation = models.CharField(max_length=16, choices=Relation)
    on = models.DateField()
    objects = OwnedQuerySet["MatterLink"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target", "relation"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="link_between_two"),
        ]


class TimelineQuerySet(OwnedQuerySet["TimelineEntry"]):
    """Entries, filtered."""

    def public(self) -> Self:
        """Return entries that everybody may read."""
        return self.filter(audience=TimelineEntry.Audience.PUBLIC)


class TimelineEntry(Owned):
    """One line of what happened (经过)."""

    class Audience(models.TextChoices):
        OFFICE = "office", _("机关")
        PARTIES = "parties", _("各方")
        PUBLIC = "public", _("公开")

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="timeline")
    at = models.DateTimeField(default=clock.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # As it was then: people move, units are renamed.
    who = models.CharField(max_length=80)
    acting_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=32)
    text = models.CharField(max_length=200)
    note = models.TextField(blank=True, default="")
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.PARTIES)
    objects = TimelineQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["matter", "-at"])]


class Counter(Owned):
    """The last number given in a series. Locked while the next one is taken, so no number is skipped."""

    series = models.CharField(max_length=60)
    last = models.PositiveIntegerField(default=0)
    objects = OwnedQuerySet["Counter"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["committee", "series"], name="series_once")]
