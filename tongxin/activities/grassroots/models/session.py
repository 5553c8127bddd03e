"""A deliberation session: who came, what was said, what was agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.enums import HowPresent, Presence, SessionState, Side
from tongxin.activities.grassroots.models.nodes import SecondedPerson
from tongxin.capabilities.matters.models import Kind, Matter, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.models import Member, Node, Owned, OwnedQuerySet, Unit

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

READERS = (Role.STAFF, Role.LEADER, Role.REVIEWER, Role.AUDITOR)


class VenueKind(Owned):
    """What kind of place a session is held in (广场、窑洞、院落、地头、网上 …)."""

    name = models.CharField(_("名称"), max_length=20)
    order = models.PositiveSmallIntegerField(default=0)
    is_online = models.BooleanField(_("网上"), default=False)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["VenueKind"].as_manager()

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "name"], name="venue_kind_once")
        ]

    def __str__(self) -> str:
        return self.name


class SessionQuerySet(OwnedQuerySet["DeliberationSession"]):
    """Sessions, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the sessions that this person may open.

        The office all; who keeps a node those held there; members those announced or held; units those that
        they were invited to; the public what is announced.
        """
        if actor is NOBODY or actor.user_id is None:
            return self.filter(matter__visibility=Visibility.PUBLIC)
        mine = self.filter(committee_id=actor.committee_id)
        if actor.has(*READERS):
            return mine
        seen = Q(pk__in=())
        if nodes := actor.subjects(*NODE_ROLES):
            kept = Node.objects.under(nodes).values("pk")
            seen |= Q(node_id__in=kept) | Q(hosts__node_id__in=kept)
        if actor.member_id:
            seen |= Q(matter__state__in=(SessionState.ANNOUNCED, SessionState.HELD, SessionState.RECORDED))
            seen |= Q(attendees__member_id=actor.member_id)
        if units := actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER):
            seen |= Q(attendees__unit_id__in=units)
        return mine.filter(pk__in=self.filter(seen).values("pk"))

    def held(self) -> Self:
        """Return sessions that took place; what is counted."""
        return self.filter(held_on__isnull=False)

    def for_list(self) -> Self:
        """Bring what a row of a list shows."""
        return self.select_related("matter", "node__station", "venue_kind")


class DeliberationSession(models.Model):
    """One deliberation session (协商议事活动). Its state, title and place are its matter's."""

    KIND = Kind.SESSION

    matter = models.OneToOneField(Matter, primary_key=True, on_delete=models.PROTECT, related_name="session")
    committee = models.ForeignKey(
        "organization.Committee", on_delete=models.PROTECT, related_name="+", editable=False
    )
    node = models.ForeignKey(
        Node, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("由谁召集")
    )
    venue_kind = models.ForeignKey(
        VenueKind,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("场所类型"),
    )
    venue = models.CharField(_("地点"), max_length=80, blank=True, default="")
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    outline = models.TextField(_("商量什么"), blank=True, default="")
    # The record. Each field has a version, so that two phones that were offline do not overwrite each other.
    chaired_by = models.CharField(_("主持人"), max_length=60, blank=True, default="")
    summary = models.TextField(_("协商经过"), blank=True, default="")
    agreed = models.TextField(_("达成一致的"), blank=True, default="")
    not_agreed = models.TextField(_("没有达成一致的"), blank=True, default="")
    field_versions = models.JSONField(default=dict)
    held_on = models.DateField(null=True, blank=True)
    recorded_on = models.DateField(null=True, blank=True)
    # Attendance of people of whom no names were taken (群众若干).
    others_present = models.PositiveIntegerField(_("其他到场人数"), default=0)
    # Entered afterwards from a paper register, by whom it says.
    from_ledger = models.CharField(_("台账来源"), max_length=120, blank=True, default="")
    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["committee", "held_on"]),
            models.Index(fields=["committee", "starts_at"]),
            models.Index(fields=["node"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="session_ends_later",
            )
        ]

    def __str__(self) -> str:
        return self.matter.title

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.matter.state


class SessionHost(Owned):
    """A body that holds the session together with the convening node (四会联治、联合协商)."""

    session = models.ForeignKey(DeliberationSession, on_delete=models.CASCADE, related_name="hosts")
    node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=60)
    objects = OwnedQuerySet["SessionHost"].as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "name"], name="session_host_once")
        ]


class Attendee(Owned):
    """Somebody at the table, or invited to it."""

    session = models.ForeignKey(DeliberationSession, on_delete=models.CASCADE, related_name="attendees")
    side = models.CharField(_("身份"), max_length=8, choices=Side)
    name = models.CharField(_("姓名"), max_length=60)
    post = models.CharField(_("单位职务"), max_length=80, blank=True, default="")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        SecondedPerson, null=True, blank=True, on_delete=models.PROTECT, related_name="attendances"
    )
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence, default=Presence.INVITED)
    how = models.CharField(max_length=6, choices=HowPresent, blank=True, default="")
    present_at = models.DateTimeField(null=True, blank=True)
    leave_reason = models.CharField(_("请假原因"), max_length=120, blank=True, default="")
    objects = OwnedQuerySet["Attendee"].as_manager()

    class Meta:
        ordering: ClassVar = ["side", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "member"], condition=Q(member__isnull=False), name="member_once_a_session"
            ),
            models.UniqueConstraint(
                fields=["session", "person"], condition=Q(person__isnull=False), name="person_once_a_session"
            ),
            models.UniqueConstraint(
                fields=["session", "side", "name", "post"],
                condition=Q(member__isnull=True, person__isnull=True),
                name="guest_once_a_session",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["committee", "presence"]),
            # Who came as a member: the largest number of rows that figures count.
            models.Index(
                fields=["committee", "session"],
                include=["member"],
                condition=Q(side="member", presence="present"),
                name="attended_as_member",
            ),
        ]


class Statement(Owned):
    """What one side said (各方意见)."""

    session = models.ForeignKey(DeliberationSession, on_delete=models.CASCADE, related_name="statements")
    attendee = models.ForeignKey(
        Attendee, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    who = models.CharField(_("谁说的"), max_length=80)
    text = models.TextField(_("说了什么"))
    order = models.PositiveSmallIntegerField(default=0)
    objects = OwnedQuerySet["Statement"].as_manager()

    class Meta:
        ordering: ClassVar = ["order", "id"]


class Suggestion(Owned):
    """A suggestion that a session made (意见建议), and the matter that it led to."""

    session = models.ForeignKey(DeliberationSession, on_delete=models.CASCADE, related_name="suggestions")
    text = models.TextField(_("意见建议"))
    by_attendee = models.ForeignKey(
        Attendee, null=True, blank=True, on_delete=models.PROTECT, related_name="suggestions"
    )
    on = models.DateField()
    led_to = models.ForeignKey(Matter, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    objects = OwnedQuerySet["Suggestion"].as_manager()

    class Meta:
        ordering: ClassVar = ["on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["committee", "on"]),
            models.Index(fields=["committee", "session"], name="suggestion_of_session"),
        ]


class SyncedAct(Owned):
    """One act that a phone kept while it was offline. Its key makes every upload after the first one void."""

    key = models.UUIDField()
    session = models.ForeignKey(DeliberationSession, on_delete=models.CASCADE, related_name="synced_acts")
    kind = models.CharField(max_length=16)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # What was answered: done, conflict, or refused with a sentence; a repeated upload gets it again.
    outcome = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)
    objects = OwnedQuerySet["SyncedAct"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["committee", "key"], name="synced_once")]


class RecordConflict(Owned):
    """Two people wrote the same field while one was offline. Both texts are kept until somebody chooses."""

    session = models.ForeignKey(DeliberationSession, on_delete=models.CASCADE, related_name="conflicts")
    field = models.CharField(max_length=20)
    # What stands in the record, and what came later from a phone that had not seen it.
    standing = models.TextField()
    arrived = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    written_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by_name = models.CharField(max_length=60, blank=True, default="")
    objects = OwnedQuerySet["RecordConflict"].as_manager()

    class Meta:
        ordering: ClassVar = ["written_at"]
