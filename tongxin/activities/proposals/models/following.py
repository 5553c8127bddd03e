"""What is followed after the answer: promises, key proposals, honours, looking back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.models.proposal import Proposal
from tongxin.activities.proposals.models.reply import Reply
from tongxin.activities.proposals.querysets import OFFICE
from tongxin.activities.proposals.querysets_following import LookBackQuerySet, PromiseQuerySet
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Owned, OwnedQuerySet, Session, Unit

if TYPE_CHECKING:
    from typing import Self

    from tongxin.foundation.core.access import Actor


class KeyProposalQuerySet(OwnedQuerySet["KeyProposal"]):
    """Key proposals, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return those of proposals that the actor may open; what is only in the pool is the office's."""
        found = super().visible_to(actor).filter(proposal__in=Proposal.objects.visible_to(actor))
        if actor.has(*OFFICE):
            return found
        return found.filter(state__in=(KeyProposal.State.CHOSEN, KeyProposal.State.ENDED))


class HonourQuerySet(OwnedQuerySet["Honour"]):
    """Honours, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Return all to the office; to everybody else what was published of what they may open."""
        mine = super().visible_to(actor)
        seen = Q(unit__isnull=False) | Q(proposal__in=Proposal.objects.visible_to(actor))
        if actor.has(*OFFICE):
            return mine.filter(seen)
        return mine.filter(seen, state=Honour.State.PUBLISHED)


class KeyProposal(Owned):
    """A proposal that is supervised by leaders (重点提案), from the pool to the result."""

    class State(models.TextChoices):
        POOL = "pool", _("备选")
        CHOSEN = "chosen", _("已确定")
        NOT_CHOSEN = "not_chosen", _("未选定")
        ENDED = "ended", _("督办结束")

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="key")
    state = models.CharField(max_length=10, choices=State, default=State.POOL)
    reason = models.TextField(_("推荐理由"))
    nominated_on = models.DateField(default=clock.today)
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The chairpersons' meeting that decided (主席会议审定).
    decision = models.CharField(_("决定（会议、文号）"), max_length=120, blank=True, default="")
    decided_on = models.DateField(null=True)
    plan = models.TextField(_("督办方案"), blank=True, default="")
    planned_on = models.DateField(null=True)
    result = models.TextField(_("督办结果"), blank=True, default="")
    # The word for it in the names of figures (proposals.supervisions.museum); empty: it has no figure of its own.
    figure_key = models.SlugField(_("数字里的简称（英文或拼音）"), max_length=40, blank=True, default="")
    ended_on = models.DateField(null=True)
    objects = KeyProposalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["pool", "not_chosen"])
                | (~Q(decision="") & Q(decided_on__isnull=False)),
                name="key_was_decided",
            ),
            models.UniqueConstraint(
                fields=["committee", "figure_key"], condition=~Q(figure_key=""), name="key_figure_once"
            ),
        ]


class Supervisor(Owned):
    """A leader who takes the lead in supervising a key proposal (领衔督办)."""

    class Role(models.TextChoices):
        MAIN_LEADER = "main_leader", _("党政主要领导")
        PARTY_STANDING = "party_standing", _("党委常委")
        GOVERNMENT_DEPUTY = "government_deputy", _("政府副职")
        CHAIRMENS_MEETING = "chairmens_meeting", _("主席会议成员")

    key = models.ForeignKey(KeyProposal, on_delete=models.PROTECT, related_name="supervisors")
    name = models.CharField(_("姓名"), max_length=40)
    office = models.CharField(_("职务"), max_length=60)
    role = models.CharField(_("身份"), max_length=20, choices=Role)
    objects = OwnedQuerySet["Supervisor"].as_manager()

    class Meta:
        ordering: ClassVar = ["role", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "name", "office"], name="supervisor_once")
        ]

    def __str__(self) -> str:
        return f"{self.office}{self.name}"


class SupervisionEvent(Owned):
    """One act of supervising a key proposal (督办活动)."""

    class Kind(models.TextChoices):
        ON_SITE = "on_site", _("现场督办")
        MEETING = "meeting", _("督办会议")
        UNIT_VISIT = "unit_visit", _("走访承办单位")

    key = models.ForeignKey(KeyProposal, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("方式"), max_length=10, choices=Kind)
    on = models.DateField(_("日期"))
    place = models.CharField(_("地点"), max_length=80)
    supervisors = models.ManyToManyField(Supervisor, through="SupervisionPresence", related_name="events")
    summary = models.TextField(_("情况"))
    made_at = models.DateTimeField(default=clock.now)
    objects = OwnedQuerySet["SupervisionEvent"].as_manager()

    class Meta:
        ordering: ClassVar = ["on", "made_at"]
        indexes: ClassVar = [models.Index(fields=["committee", "on"], name="proposals_supervised")]


class SupervisionPresence(Owned):
    """A leader was there."""

    event = models.ForeignKey(SupervisionEvent, on_delete=models.CASCADE)
    supervisor = models.ForeignKey(Supervisor, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "supervisor"], name="supervisor_present_once")
        ]


class Promise(Owned):
    """What a unit said it will do, by when, and what shows that it did (承诺事项).

    Made in a reply of a class that is followed, or at a supervision.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("拟承诺")
        OPEN = "open", _("待兑现")
        REPORTED = "reported", _("已报兑现")
        KEPT = "kept", _("已兑现")
        DROPPED = "dropped", _("不再跟踪")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="promises")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="promises")
    reply = models.ForeignKey(Reply, null=True, on_delete=models.PROTECT, related_name="promises")
    event = models.ForeignKey(SupervisionEvent, null=True, on_delete=models.PROTECT, related_name="promises")
    text = models.CharField(_("承诺做什么"), max_length=200)
    due_on = models.DateField(_("何时完成"))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    evidence = models.TextField(_("兑现情况"), blank=True, default="")
    reported_on = models.DateField(null=True)
    kept_on = models.DateField(null=True)
    note = models.TextField(_("核实意见"), blank=True, default="")
    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="kept") | (Q(kept_on__isnull=False) & ~Q(evidence="")),
                name="kept_promise_has_evidence",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["committee", "state", "due_on"])]


class LookBack(Owned):
    """Going back, later, to see whether what was answered was done (回头看)."""

    class Finding(models.TextChoices):
        DONE = "done", _("已落实")
        PARTLY = "partly", _("部分落实")
        NOT_DONE = "not_done", _("没有落实")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="look_backs")
    on = models.DateField(_("日期"))
    finding = models.CharField(_("结论"), max_length=8, choices=Finding)
    note = models.TextField(_("情况"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=60)
    objects = LookBackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["on", "id"]
        indexes: ClassVar = [models.Index(fields=["committee", "on"], name="proposals_looked_back")]


class Honour(Owned):
    """An outstanding proposal (优秀提案) or unit (先进承办单位), from the nomination to publication."""

    class Kind(models.TextChoices):
        PROPOSAL = "proposal", _("优秀提案")
        UNIT = "unit", _("先进承办单位")

    class State(models.TextChoices):
        NOMINATED = "nominated", _("已推荐")
        SHORTLISTED = "shortlisted", _("初评入围")
        NOT_SHORTLISTED = "not_shortlisted", _("初评未入围")
        DECIDED = "decided", _("已审定")
        NOT_DECIDED = "not_decided", _("审定未通过")
        PUBLISHED = "published", _("已公布")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="honours")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="honours")
    state = models.CharField(max_length=16, choices=State, default=State.NOMINATED)
    reason = models.TextField(_("推荐理由"))
    nominated_on = models.DateField(default=clock.today)
    nominated_by_name = models.CharField(max_length=60)
    review_note = models.TextField(_("初评意见"), blank=True, default="")
    reviewed_on = models.DateField(null=True)
    decision = models.CharField(_("决定（会议、文号）"), max_length=120, blank=True, default="")
    decided_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    objects = HonourQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="proposal", proposal__isnull=False, unit__isnull=True)
                | Q(kind="unit", unit__isnull=False, proposal__isnull=True),
                name="honour_of_one",
            ),
            models.UniqueConstraint(
                fields=["session", "proposal", "unit"], nulls_distinct=False, name="honoured_once"
            ),
        ]
