"""Who works at the nodes of the grass roots: heads, leaders in charge, seats, seconded members, duty hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.organization.models import Committee, Member, Node, Owned, OwnedQuerySet

if TYPE_CHECKING:
    from datetime import date

    from typing_extensions import TypeVar

    # The rows of a queryset: SpanQuerySet["Secondment"].
    _Row = TypeVar("_Row", bound=models.Model, default=models.Model, covariant=True)  # noqa: PLC0105, PYI018 (named in a string)


class SpanQuerySet(OwnedQuerySet["_Row"]):
    """Rows that hold from one day to another, filtered."""

    def held_on(self, day: date) -> Self:
        """Return rows that hold on that day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class StationHead(Owned):
    """The head of a workstation (站长): usually the deputy secretary of the township's Party committee."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="heads")
    name = models.CharField(_("姓名"), max_length=60)
    title = models.CharField(_("职务"), max_length=80, blank=True, default="")
    # Who heads a station may be no member.
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    objects = SpanQuerySet["StationHead"].as_manager()

    class Meta:
        ordering: ClassVar = ["-since"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["node"], condition=Q(until__isnull=True), name="one_head_a_station"
            )
        ]

    @property
    def is_member(self) -> bool:
        """Whether the head is a member of this committee."""
        return self.member_id is not None


class LeaderCharge(Owned):
    """A chair or vice-chair who is in charge of a workstation's progress (包抓)."""

    leader = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="charges")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="charges")
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    objects = SpanQuerySet["LeaderCharge"].as_manager()

    class Meta:
        ordering: ClassVar = ["-since"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["leader", "node"], condition=Q(until__isnull=True), name="charge_once"
            )
        ]


class SupervisionVisit(Owned):
    """A visit of the leader in charge, what was found, and whether it was put right (督导)."""

    charge = models.ForeignKey(LeaderCharge, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField(_("日期"))
    findings = models.TextField(_("发现的问题和要求"))
    rectify_by = models.DateField(_("整改期限"), null=True, blank=True)
    rectified_on = models.DateField(_("整改完成日期"), null=True, blank=True)
    rectification = models.TextField(_("整改情况"), blank=True, default="")
    by_name = models.CharField(max_length=60, blank=True, default="")
    objects = OwnedQuerySet["SupervisionVisit"].as_manager()

    class Meta:
        ordering: ClassVar = ["-on"]


class CouncilSeat(Owned):
    """A fixed seat in a deliberation council (固定成员): who, and for whom they sit there."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="seats")
    name = models.CharField(_("姓名"), max_length=60)
    standing_for = models.CharField(_("身份"), max_length=60, blank=True, default="")
    is_convenor = models.BooleanField(_("召集人"), default=False)
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    objects = SpanQuerySet["CouncilSeat"].as_manager()

    class Meta:
        ordering: ClassVar = ["-is_convenor", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["node", "name", "standing_for"], condition=Q(until__isnull=True), name="seat_once"
            )
        ]


class SecondedPerson(Owned):
    """A member of this committee, or of the one above, who is seconded to the grass roots (下沉委员)."""

    name = models.CharField(_("姓名"), max_length=60)
    # This committee, or the one above: members of two levels sit in a county's councils.
    home = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    member = models.OneToOneField(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="seconded"
    )
    work_unit_and_title = models.CharField(_("工作单位及职务"), max_length=120, blank=True, default="")
    objects = OwnedQuerySet["SecondedPerson"].as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["committee", "home", "name", "work_unit_and_title"],
                condition=Q(member__isnull=True),
                name="seconded_person_once",
            )
        ]


class Secondment(Owned):
    """A person's place in a council or station, from one day to another."""

    person = models.ForeignKey(SecondedPerson, on_delete=models.PROTECT, related_name="secondments")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="secondments")
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    objects = SpanQuerySet["Secondment"].as_manager()

    class Meta:
        ordering: ClassVar = ["-since"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "node"], condition=Q(until__isnull=True), name="secondment_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="secondment_ends_later",
            ),
        ]


class DutySlot(Owned):
    """When somebody sits at a node: each week on a day, or once on a date (值班)."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="duty_slots")
    person = models.ForeignKey(SecondedPerson, on_delete=models.PROTECT, related_name="duty_slots")
    # 1 is Monday.
    weekday = models.PositiveSmallIntegerField(_("星期"), null=True, blank=True)
    on = models.DateField(_("日期"), null=True, blank=True)
    starts_at = models.TimeField(_("从"))
    ends_at = models.TimeField(_("到"))
    until = models.DateField(_("排到哪天"), null=True, blank=True)
    objects = OwnedQuerySet["DutySlot"].as_manager()

    class Meta:
        ordering: ClassVar = ["weekday", "on", "starts_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=False, on__isnull=True)
                | Q(weekday__isnull=True, on__isnull=False),
                name="duty_weekly_or_once",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="duty_ends_later"),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__range=(1, 7)), name="duty_weekday"
            ),
        ]


class Visit(Owned):
    """Somebody signed in scanned a node's code and was there (走访). The nonce makes an upload count once."""

    nonce = models.UUIDField()
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="visits")
    # Nobody scanned what was entered from a register.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    note = models.CharField(_("做了什么"), max_length=200, blank=True, default="")
    objects = OwnedQuerySet["Visit"].as_manager()

    class Meta:
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["committee", "nonce"], name="visit_once")]
        indexes: ClassVar = [
            models.Index(fields=["node", "on"]),
            models.Index(fields=["committee", "on"], name="visit_on"),
        ]
