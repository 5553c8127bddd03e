"""Committees, their terms and sessions, members, posts and units."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core.models import Record
from tongxin.foundation.organization.enums import (
    BodyKind,
    Establishment,
    HostKind,
    Level,
    MemberStatus,
    NodeKind,
    Role,
    StaffChangeKind,
    Standing,
    SuccessionKind,
    UnitKind,
    Workplace,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from typing_extensions import TypeVar

    from tongxin.foundation.core.access import Actor

    # The rows of a queryset: OwnedQuerySet["Deadline"].
    _Row = TypeVar("_Row", bound=models.Model, default=models.Model, covariant=True)  # noqa: PLC0105, PYI018 (named in a string)


class Place(models.Model):
    """An administrative division (行政区划). Names repeat; the code does not."""

    # Six digits down to the county, nine for a town, twelve for a village.
    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=40)
    # What people call it: 肃南县 for 肃南裕固族自治县. Separate rows would be a table without a question.
    everyday_name = models.CharField(max_length=40, blank=True, default="")
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class CommitteeQuerySet(models.QuerySet["Committee"]):
    """Committees, filtered."""

    def named(self, name: str) -> Self:
        """Return the committees that people call so: by place (岷县, 临夏州) or by their own names."""
        return self.filter(
            Q(place__name=name) | Q(place__everyday_name=name) | Q(name=name) | Q(short_name=name)
        )


class Committee(models.Model):
    """One consultative committee (政协). Its names are public; everything it holds is its own."""

    id = models.AutoField(primary_key=True)
    place = models.OneToOneField(Place, on_delete=models.PROTECT)
    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(_("全称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=40)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # Whether its public site is open.
    is_public = models.BooleanField(_("开通公开页"), default=True)
    objects = CommitteeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.short_name


class OwnedQuerySet(models.QuerySet["_Row"]):
    """Rows that belong to a committee."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the rows of the committee that the actor works in."""
        return self.filter(committee_id=actor.committee_id) if actor.committee_id else self.none()


class Owned(Record):
    """A row that belongs to a committee; row-level security checks ``committee_id``."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class TermQuerySet(OwnedQuerySet["Term"]):
    """Terms, filtered."""

    def current_on(self, day: date) -> Term | None:
        """Return the term that runs on that day; before the first one begins, the first."""
        return (
            self.filter(starts_on__lte=day).order_by("-starts_on").first()
            or self.order_by("starts_on").first()
        )


class Term(Owned):
    """A term (届), usually five years."""

    number = models.PositiveSmallIntegerField(_("届"))
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("届满日期"))
    objects = TermQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "number"], name="term_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="term_ends_later"),
        ]

    def __str__(self) -> str:
        return _("{n}届").format(n=ordinal_word(self.number))


class Session(Owned):
    """A plenary session (次) and the time until the next one."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("次"))
    opens_on = models.DateField(_("开幕日期"))
    closes_on = models.DateField(_("闭幕日期"))
    # Proposals up to this date count as 大会提案, later ones as 平时提案.
    proposal_cutoff_on = models.DateField(_("大会提案截止日期"))
    # The part of a proposal's code before its number: usually the year.
    code_prefix = models.CharField(_("编号前缀"), max_length=12)
    objects = OwnedQuerySet["Session"].as_manager()

    class Meta:
        ordering: ClassVar = ["-opens_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["term", "number"], name="session_once"),
            models.UniqueConstraint(fields=["committee", "code_prefix"], name="session_prefix_once"),
        ]

    def __str__(self) -> str:
        return _("{t}届{n}次会议").format(t=ordinal_word(self.term.number), n=ordinal_word(self.number))


class Sector(Owned):
    """A sector (界别) of a term."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="sectors")
    name = models.CharField(_("名称"), max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    # The word for it in the names of figures (organization.sector_members.agriculture); empty: the usual one.
    key = models.SlugField(max_length=40, blank=True, default="")
    objects = OwnedQuerySet["Sector"].as_manager()

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["term", "name"], name="sector_once")]

    def __str__(self) -> str:
        return self.name


class SpecialCommittee(Owned):
    """A special committee (专门委员会)."""

    name = models.CharField(_("名称"), max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["SpecialCommittee"].as_manager()

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "name"], name="special_committee_once")
        ]

    def __str__(self) -> str:
        return self.name


class ExpertTeam(Owned):
    """A team of experts attached to a special committee (专家团队)."""

    special_committee = models.ForeignKey(
        SpecialCommittee, null=True, blank=True, on_delete=models.PROTECT, related_name="expert_teams"
    )
    name = models.CharField(_("名称"), max_length=60)
    objects = OwnedQuerySet["ExpertTeam"].as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "name"], name="expert_team_once")
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(OwnedQuerySet["Member"]):
    """Members, filtered."""

    def active(self) -> Self:
        """Return members who may act today."""
        return self.filter(status=MemberStatus.ACTIVE)

    def without_special_committee(self, term: Term) -> Self:
        """Return active members of the term whom no special committee has (全员入委 is not reached)."""
        return self.active().filter(memberships__term=term).exclude(committee_places__term=term)


class Member(Owned):
    """A member (委员) of a committee. Who serves in two committees is a member twice."""

    number = models.CharField(_("委员编号"), max_length=20)
    name = models.CharField(_("姓名"), max_length=60)
    # Sorts by strokes of the surname (按姓氏笔画), computed from the name.
    stroke_key = models.CharField(max_length=40, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    work_unit_and_title = models.CharField(_("工作单位及职务"), max_length=120, blank=True, default="")
    status = models.CharField(_("状态"), max_length=12, choices=MemberStatus, default=MemberStatus.ACTIVE)
    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["stroke_key", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "number"], name="member_number_once"),
            models.UniqueConstraint(
                fields=["committee", "user"], condition=Q(user__isnull=False), name="member_account_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["committee", "status", "stroke_key"])]

    def __str__(self) -> str:
        return self.name


class Membership(Owned):
    """A member's place in one term: sector and standing."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="memberships")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="memberships")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="memberships")
    standing = models.CharField(_("职务"), max_length=20, choices=Standing, default=Standing.MEMBER)
    objects = OwnedQuerySet["Membership"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "term"], name="membership_once")]


class SpecialCommitteePlace(Owned):
    """A member's place in a special committee during a term (入委)."""

    class Office(models.TextChoices):
        DIRECTOR = "director", _("主任")
        DEPUTY = "deputy", _("副主任")
        MEMBER = "member", _("委员")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="committee_places")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    special_committee = models.ForeignKey(SpecialCommittee, on_delete=models.PROTECT, related_name="places")
    office = models.CharField(_("职务"), max_length=10, choices=Office, default=Office.MEMBER)
    objects = OwnedQuerySet["SpecialCommitteePlace"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "term", "special_committee"], name="enrolled_once")
        ]


class ExpertTeamPlace(Owned):
    """A person in an expert team: a member, or somebody from outside by name and office."""

    team = models.ForeignKey(ExpertTeam, on_delete=models.PROTECT, related_name="places")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("姓名"), max_length=60)
    work_unit_and_title = models.CharField(_("工作单位及职务"), max_length=120, blank=True, default="")
    objects = OwnedQuerySet["ExpertTeamPlace"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "name"], name="expert_once")]


class MemberStatusChange(Owned):
    """A change of a member's status, with the decision behind it."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="status_changes")
    from_status = models.CharField(max_length=12, choices=MemberStatus)
    to_status = models.CharField(max_length=12, choices=MemberStatus)
    on = models.DateField(_("日期"))
    decision = models.CharField(_("决定文件"), max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    objects = OwnedQuerySet["MemberStatusChange"].as_manager()

    class Meta:
        ordering: ClassVar = ["-on"]


class UnitQuerySet(OwnedQuerySet["Unit"]):
    """Units, filtered."""

    def in_office(self) -> Self:
        """Return units that can be given work today."""
        return self.filter(ended_on__isnull=True)


class Unit(Owned):
    """A department or other unit that handles proposals (承办单位)."""

    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=30, blank=True, default="")
    kind = models.CharField(_("类别"), max_length=12, choices=UnitKind, default=UnitKind.DEPARTMENT)
    # The office of Party committee or government through which its work is handed over (归口).
    supervised_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supervises"
    )
    ended_on = models.DateField(_("撤销日期"), null=True, blank=True)
    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["committee", "name"], condition=Q(ended_on__isnull=True), name="unit_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class UnitSuccession(Owned):
    """How one unit's work passed to another when it was renamed, merged or split."""

    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="preceded_by")
    kind = models.CharField(max_length=10, choices=SuccessionKind)
    on = models.DateField(_("日期"))
    objects = OwnedQuerySet["UnitSuccession"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=models.F("successor")), name="succession_between_two"
            ),
        ]


class Body(Owned):
    """A party, people's organization, sector, group or special committee that submits collectively."""

    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=20, choices=BodyKind)
    special_committee = models.OneToOneField(
        SpecialCommittee, null=True, blank=True, on_delete=models.PROTECT
    )
    sector = models.OneToOneField(Sector, null=True, blank=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(_("在用"), default=True)
    objects = OwnedQuerySet["Body"].as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["committee", "name"], name="body_once")]

    def __str__(self) -> str:
        return self.name


class NodeQuerySet(OwnedQuerySet["Node"]):
    """Nodes, filtered."""

    def open_on(self, day: date) -> Self:
        """Return nodes that exist on that day; one without a first day always did."""
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day), Q(ended_on__isnull=True) | Q(ended_on__gt=day)
        )

    def under(self, node_ids: Iterable[UUID]) -> Self:
        """Return these nodes and all that belongs to them: a station's councils and their rooms."""
        ids = list(node_ids)
        return self.filter(Q(pk__in=ids) | Q(parent_id__in=ids) | Q(station_id__in=ids))


class Node(Owned):
    """A workstation, a deliberation council, its room, or a members' home (议事网点)."""

    kind = models.CharField(_("类别"), max_length=8, choices=NodeKind)
    name = models.CharField(_("名称"), max_length=60)
    # A council belongs to a workstation, a room to its council (or to the workstation itself).
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # The workstation at the top, so that all that is under it is one question.
    station = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="belongings"
    )
    host = models.CharField(_("设在"), max_length=12, choices=HostKind)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(_("地址"), max_length=80, blank=True, default="")
    about = models.CharField(_("简介"), max_length=300, blank=True, default="")
    opened_on = models.DateField(_("成立日期"), null=True, blank=True)
    ended_on = models.DateField(_("撤销日期"), null=True, blank=True)
    objects = NodeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["place", "kind", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["committee", "kind", "parent", "name"],
                condition=Q(ended_on__isnull=True),
                nulls_distinct=False,
                name="node_name_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind="station") | Q(parent__isnull=True, station__isnull=True),
                name="station_at_the_top",
            ),
            models.CheckConstraint(
                condition=~Q(kind="room") | Q(parent__isnull=False), name="room_has_parent"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["committee", "kind"]), models.Index(fields=["station"])]

    def __str__(self) -> str:
        return self.name


class PostQuerySet(OwnedQuerySet["Post"]):
    """Posts, filtered."""

    def held_on(self, day: date) -> Self:
        """Return posts that are held on that day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class Post(Owned):
    """What a person may do in a committee, and for which unit or body."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("岗位"), max_length=14, choices=Role)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(_("职务名称"), max_length=60, blank=True, default="")
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    objects = PostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["committee", "user", "role", "unit", "body", "node"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="post_once",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["unit_clerk", "unit_leader", "supervisor"]) | Q(unit__isnull=False),
                name="unit_post_has_unit",
            ),
            models.CheckConstraint(
                condition=~Q(role="member") | Q(member__isnull=False), name="member_post_has_member"
            ),
            models.CheckConstraint(
                condition=~Q(role="submitter") | Q(body__isnull=False), name="submitter_post_has_body"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["station_head", "node_worker"]) | Q(node__isnull=False),
                name="node_post_has_node",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user"])]


class StaffPost(Owned):
    """A post on the establishment of the office (编制), filled or not."""

    establishment = models.CharField(_("编制"), max_length=16, choices=Establishment)
    workplace = models.CharField(_("设在"), max_length=20, choices=Workplace, default=Workplace.OFFICE)
    special_committee = models.ForeignKey(
        SpecialCommittee, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A city's register also holds the posts that were approved for its counties' service centres.
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("岗位"), max_length=60)
    holder = models.CharField(_("现任"), max_length=60, blank=True, default="")
    document = models.CharField(_("批准文件"), max_length=120, blank=True, default="")
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    objects = OwnedQuerySet["StaffPost"].as_manager()

    class Meta:
        ordering: ClassVar = ["establishment", "workplace", "title"]
        indexes: ClassVar = [models.Index(fields=["committee", "establishment"])]

    def __str__(self) -> str:
        return self.title


class StaffChange(Owned):
    """Somebody of the office was chosen, promoted, moved, or attached to a special committee."""

    kind = models.CharField(_("变动"), max_length=10, choices=StaffChangeKind)
    name = models.CharField(_("姓名"), max_length=60)
    on = models.DateField(_("日期"))
    # Of who was attached: until when.
    until = models.DateField(_("结束日期"), null=True, blank=True)
    special_committee = models.ForeignKey(
        SpecialCommittee, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.CharField(_("文件"), max_length=120, blank=True, default="")
    objects = OwnedQuerySet["StaffChange"].as_manager()

    class Meta:
        ordering: ClassVar = ["-on", "name"]
        indexes: ClassVar = [models.Index(fields=["committee", "kind", "on"])]

    def __str__(self) -> str:
        return self.name


class RosterImport(Owned):
    """A roster that was uploaded: what it says, what it did, and how to take that back."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("待确认")
        CONFIRMED = "confirmed", _("已导入")
        UNDONE = "undone", _("已撤销")

    term_number = models.PositiveSmallIntegerField(_("届"))
    filename = models.CharField(_("文件名"), max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60, default="")
    uploaded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    # What was read, encrypted phones included; what changed; how each row was before.
    content = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    journal = models.JSONField(default=list)
    objects = OwnedQuerySet["RosterImport"].as_manager()

    class Meta:
        ordering: ClassVar = ["-uploaded_at"]
        indexes: ClassVar = [models.Index(fields=["committee", "-uploaded_at"])]


def ordinal_word(number: int) -> str:
    """Return the number of a term or session as the reader's language writes it: 十三, or 13 in English."""
    return chinese_number(number) if (get_language() or "").startswith("zh") else str(number)


def chinese_number(number: int) -> str:
    """Return 十三 for 13, as terms and sessions are counted. Up to 99."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
