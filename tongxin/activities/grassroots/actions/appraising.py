"""The yearly appraisal of workstations: the scheme, opening it, and the approval that fixes everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.appraisal_outcome import outcome_of
from tongxin.activities.grassroots.models import (
    AppraisalItem,
    AppraisalScheme,
    Grade,
    ItemScore,
    StationHead,
    StationScore,
)
from tongxin.activities.grassroots.permissions_appraisal import can_approve_appraisal, can_run_appraisal
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import NodeKind, Role
from tongxin.foundation.organization.models import Node, Post

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from tongxin.activities.grassroots.appraisal_outcome import Result
    from tongxin.foundation.core.access import Actor

_State = AppraisalScheme.State


@dataclass(frozen=True, slots=True)
class Terms:
    """What a scheme says about year, money and dates."""

    year: int
    name: str
    budget_yuan: Decimal
    sharing: str
    round_to_yuan: int
    self_score_until: date | None


@dataclass(frozen=True, slots=True)
class ItemWords:
    """One item of a scheme as it was written."""

    name: str
    points_most: Decimal
    needs_evidence: bool
    figure: str


@dataclass(frozen=True, slots=True)
class GradeWords:
    """One grade of a scheme as it was written."""

    name: str
    points_least: Decimal
    places_most: int
    weight: Decimal


def lock_scheme(pk: UUID) -> AppraisalScheme:
    """Return the scheme as it is now, locked until the transaction ends.

    Everything that changes points or awards takes this lock first, so nobody's check slips in after the list
    that was approved.
    """
    return AppraisalScheme.objects.select_for_update().get(pk=pk)


@transaction.atomic
def save_scheme(
    *,
    actor: Actor,
    scheme: AppraisalScheme | None,
    terms: Terms,
    items: Sequence[ItemWords],
    grades: Sequence[GradeWords],
) -> AppraisalScheme:
    """Write a scheme, new or as it stands until it is opened.

    Raises:
        PermissionDenied: not staff.
        Refused: it is open already, the year has one, or items or grades do not fit together.
    """
    require(can_run_appraisal(actor), because=_("考核办法由政协机关工作人员制定。"))
    _ensure_sound(terms, items, grades)
    locked = lock_scheme(scheme.pk) if scheme else AppraisalScheme(committee_id=actor.committee_id or 0)
    ensure(locked.state == _State.DRAFT, because=_("考核已经开始，办法不能再改。"))
    others = AppraisalScheme.objects.filter(committee_id=locked.committee_id, year=terms.year)
    ensure(
        not others.exclude(pk=locked.pk).exists(),
        because=_("%(year)s年已经有考核办法了。") % {"year": terms.year},
    )
    _set_terms(locked, terms)
    if scheme:
        locked.version += 1
        locked.items.all().delete()
        locked.grades.all().delete()
    locked.save()
    own = {"committee_id": locked.committee_id, "scheme": locked}
    AppraisalItem.objects.bulk_create(
        AppraisalItem(
            **own,
            name=i.name,
            points_most=i.points_most,
            needs_evidence=i.needs_evidence,
            figure=i.figure,
            order=n,
        )
        for n, i in enumerate(items)
    )
    Grade.objects.bulk_create(
        Grade(**own, name=g.name, points_least=g.points_least, places_most=g.places_most, weight=g.weight)
        for g in grades
    )
    record(actor=actor, action="appraisal.save_scheme", target=f"appraisal:{locked.pk}", year=terms.year)
    return locked


def _ensure_sound(terms: Terms, items: Sequence[ItemWords], grades: Sequence[GradeWords]) -> None:
    ensure(bool(items), because=_("请至少写一项考核内容。"))
    ensure(len({i.name for i in items}) == len(items), because=_("有两项考核内容的名称一样，请改一个。"))
    ensure(len({g.name for g in grades}) == len(grades), because=_("有两个等次的名称一样，请改一个。"))
    ensure(
        bool(grades) or terms.sharing != AppraisalScheme.Sharing.BY_GRADE,
        because=_("按等次分配的，请至少写一个等次。"),
    )
    ensure(terms.budget_yuan >= 0, because=_("奖补资金不能小于0。"))


def _set_terms(scheme: AppraisalScheme, terms: Terms) -> None:
    scheme.year, scheme.name = terms.year, terms.name
    _set_money(scheme, terms)


def _set_money(scheme: AppraisalScheme, terms: Terms) -> None:
    scheme.budget_yuan = terms.budget_yuan
    scheme.sharing = terms.sharing
    scheme.round_to_yuan = terms.round_to_yuan
    scheme.self_score_until = terms.self_score_until


@transaction.atomic
def change_money(*, actor: Actor, scheme: AppraisalScheme, terms: Terms) -> AppraisalScheme:
    """Change the budget, the way of sharing or the last day of self-scoring, until the approval.

    Raises:
        PermissionDenied: not staff.
        Refused: it is approved, or sharing by grade has no grades.
    """
    require(can_run_appraisal(actor), because=_("考核办法由政协机关工作人员制定。"))
    locked = lock_scheme(scheme.pk)
    ensure(locked.state != _State.APPROVED, because=_("考核结果已经审定，不能再改。"))
    ensure(
        terms.sharing != AppraisalScheme.Sharing.BY_GRADE or locked.grades.exists(),
        because=_("这个办法没有等次，不能按等次分配。"),
    )
    ensure(terms.budget_yuan >= 0, because=_("奖补资金不能小于0。"))
    _set_money(locked, terms)
    locked.version += 1
    locked.save()
    record(
        actor=actor,
        action="appraisal.change_money",
        target=f"appraisal:{locked.pk}",
        budget_yuan=str(locked.budget_yuan),
        sharing=locked.sharing,
    )
    return locked


@transaction.atomic
def open_scheme(*, actor: Actor, scheme: AppraisalScheme) -> AppraisalScheme:
    """Begin the appraisal: every workstation of the year gets its sheet, its head is told.

    Raises:
        PermissionDenied: not staff.
        Refused: it was opened before, or the committee has no workstation in that year.
    """
    require(can_run_appraisal(actor), because=_("考核由政协机关工作人员启动。"))
    locked = lock_scheme(scheme.pk)
    ensure(locked.state == _State.DRAFT, because=_("考核已经开始了。"))
    nodes = list(stations_of(locked.committee_id, locked.year))
    ensure(bool(nodes), because=_("还没有委员工作站，先在「网点」里建好再开始。"))
    items = list(locked.items.all())
    for node in nodes:
        score = StationScore.objects.create(committee_id=locked.committee_id, scheme=locked, node=node)
        ItemScore.objects.bulk_create(
            ItemScore(committee_id=locked.committee_id, score=score, item=item) for item in items
        )
    locked.state = _State.OPEN
    locked.version += 1
    locked.save()
    record(actor=actor, action="appraisal.open_scheme", target=f"appraisal:{locked.pk}", stations=len(nodes))
    _tell_heads(locked, [n.pk for n in nodes], f"{locked.name}：请自评打分")
    return locked


def stations_of(committee_id: int, year: int) -> Iterable[Node]:
    """Return the workstations that were there at the end of a year, or are today while it runs."""
    day = min(clock.today(), clock.today().replace(year=year, month=12, day=31))
    stations = Node.objects.filter(committee_id=committee_id, kind=NodeKind.STATION)
    return stations.open_on(day).order_by("name")


def _tell_heads(scheme: AppraisalScheme, nodes: Sequence[UUID], text: str) -> None:
    posts = Post.objects.filter(
        committee_id=scheme.committee_id, role=Role.STATION_HEAD, node_id__in=nodes
    ).held_on(clock.today())
    tell(
        user_ids=set(posts.values_list("user_id", flat=True)),
        committee_id=scheme.committee_id,
        text=text,
        url=f"/grassroots/appraisal/{scheme.pk}/",
    )


@transaction.atomic
def approve_scheme(
    *, actor: Actor, scheme: AppraisalScheme, decision: str, version: int | None = None
) -> Result:
    """Fix points, grades and awards with the decision of a meeting; nothing of it changes any more.

    Args:
        actor: who leads.
        scheme: open, every station checked.
        decision: the meeting or the document that decided.
        version: of the list that was looked at; another one is refused.

    Raises:
        PermissionDenied: the actor does not lead.
        Refused: it is not open or approved already, a station is not checked yet, something changed since it
            was looked at, or no decision is named.
    """
    require(can_approve_appraisal(actor), because=_("考核结果由主席、副主席或秘书长审定。"))
    locked = lock_scheme(scheme.pk)
    ensure(locked.state == _State.OPEN, because=_("考核还没有开始，或者已经审定了。"))
    ensure(version is None or version == locked.version, because=_("刚刚有分数或资金改动，请再看一遍名单。"))
    ensure(bool(decision.strip()), because=_("请写哪次会议或哪个文件审定的。"))
    scores = list(locked.scores.select_related("node"))
    waiting = [s.node.name for s in scores if s.state != StationScore.State.CHECKED]
    ensure(
        not waiting,
        because=_("还有%(n)s个站没有核查：%(names)s。")
        % {"n": len(waiting), "names": _("、").join(waiting[:5])},
    )
    result = outcome_of(locked, scores, list(locked.grades.all()))
    for row in result.rows:
        row.score.grade = row.grade
        row.score.award_yuan = row.award_yuan
        row.score.state = StationScore.State.APPROVED
        row.score.version += 1
    StationScore.objects.bulk_update(
        [row.score for row in result.rows], ["grade", "award_yuan", "state", "version"]
    )
    locked.state = _State.APPROVED
    locked.approved_on = clock.today()
    locked.approved_by_name = actor.name
    locked.decision = decision.strip()
    locked.version += 1
    locked.save()
    record(
        actor=actor,
        action="appraisal.approve_scheme",
        target=f"appraisal:{locked.pk}",
        decision=locked.decision,
        awarded_yuan=str(result.awarded_yuan),
        unallocated_yuan=str(result.unallocated_yuan),
    )
    _tell_heads(locked, [row.score.node_id for row in result.rows], f"{locked.name}：结果已审定")
    return result


def head_of(node: Node, day: date) -> str:
    """Return who heads a station on a day; empty when nobody does."""
    found = StationHead.objects.filter(node=node).held_on(day).order_by("-since").first()
    return found.name if found else ""
