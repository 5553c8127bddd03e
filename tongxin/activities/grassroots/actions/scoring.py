"""The points of one workstation: its own, and those after the check, side by side (自评、核查)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.appraising import lock_scheme
from tongxin.activities.grassroots.models import AppraisalScheme, ItemScore, StationScore
from tongxin.activities.grassroots.permissions_appraisal import (
    can_run_appraisal,
    can_self_score,
    heads_station,
)
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from tongxin.foundation.core.access import Actor

_State = StationScore.State


@dataclass(frozen=True, slots=True)
class Points:
    """What was given for one item, and why: the evidence of a station, or the remark of the check."""

    points: Decimal | None
    words: str


@transaction.atomic
def score_self(
    *,
    actor: Actor,
    score: StationScore,
    given: Mapping[UUID, Points],
    submits: bool,
    version: int | None = None,
) -> StationScore:
    """Write a station's own points; handed in, they stay until staff give them back.

    Args:
        actor: the head of the station, or staff who enter it from paper.
        score: the station's sheet.
        given: points and evidence by item.
        submits: hand it in; then every item needs points, and evidence where it is asked for.
        version: of the sheet that was filled in; another one is refused.

    Raises:
        PermissionDenied: another station.
        Refused: handed in or approved already, too late, changed meanwhile, or something is missing.
    """
    require(can_self_score(actor, score.node_id), because=_("自评由本站站长填写。"))
    locked = _lock(score, version)
    ensure(locked.state == _State.OPEN, because=_("自评已经提交，要改请先请政协机关退回。"))
    until = locked.scheme.self_score_until
    late = until is not None and clock.today() > until and not can_run_appraisal(actor)
    ensure(not late, because=_("自评已经截止，请联系政协机关。"))
    rows = list(locked.items.select_related("item"))
    for row in rows:
        one = given.get(row.item_id)
        if one is None:
            continue
        _ensure_within(row, one.points)
        row.self_points, row.evidence = one.points, one.words.strip()
    if submits:
        for row in rows:
            _ensure_complete(row)
    ItemScore.objects.bulk_update(rows, ["self_points", "evidence"])
    locked.self_total = sum((r.self_points or Decimal(0) for r in rows), Decimal(0))
    if submits:
        locked.state = _State.SUBMITTED
        entered = "" if heads_station(actor, score.node_id) else "（代录）"
        locked.submitted_by_name = f"{actor.name}{entered}"
    _save(actor, locked, "appraisal.submit_self_score" if submits else "appraisal.save_self_score")
    return locked


@transaction.atomic
def check_score(
    *, actor: Actor, score: StationScore, given: Mapping[UUID, Points], version: int | None = None
) -> StationScore:
    """Write the points after the check; the station's own stay beside them.

    Raises:
        PermissionDenied: not staff.
        Refused: not handed in and still in time, approved already, changed meanwhile, an item without points,
            or other points than the station's without a remark.
    """
    require(can_run_appraisal(actor), because=_("核查由政协机关工作人员办理。"))
    require(not heads_station(actor, score.node_id), because=_("自己的站请同事核查。"))
    locked = _lock(score, version)
    until = locked.scheme.self_score_until
    waits = locked.state == _State.OPEN and (until is None or clock.today() <= until)
    ensure(not waits, because=_("这个站还没有提交自评。"))
    rows = list(locked.items.select_related("item"))
    for row in rows:
        one = given.get(row.item_id, Points(None, ""))
        ensure(one.points is not None, because=_("「%(item)s」还没有核查得分。") % {"item": row.item.name})
        _ensure_within(row, one.points)
        differs = one.points != (row.self_points or Decimal(0))
        ensure(
            not differs or bool(one.words.strip()),
            because=_("「%(item)s」和自评不一样，请写核查说明。") % {"item": row.item.name},
        )
        row.checked_points, row.remark = one.points, one.words.strip()
    ItemScore.objects.bulk_update(rows, ["checked_points", "remark"])
    locked.checked_total = sum((r.checked_points or Decimal(0) for r in rows), Decimal(0))
    locked.state = _State.CHECKED
    locked.checked_by_name = actor.name
    _save(actor, locked, "appraisal.check_score")
    return locked


@transaction.atomic
def give_back_score(*, actor: Actor, score: StationScore, reason: str) -> StationScore:
    """Let a station write its own points again, before the approval.

    Raises:
        PermissionDenied: not staff.
        Refused: not handed in, approved already, or no reason is given.
    """
    require(can_run_appraisal(actor), because=_("退回由政协机关工作人员办理。"))
    locked = _lock(score, None)
    ensure(locked.state in (_State.SUBMITTED, _State.CHECKED), because=_("这个站还没有提交自评。"))
    ensure(bool(reason.strip()), because=_("请写为什么退回。"))
    locked.items.update(checked_points=None, remark="")
    locked.state = _State.OPEN
    locked.checked_total = Decimal(0)
    locked.checked_by_name = ""
    _save(actor, locked, "appraisal.give_back_score", reason=reason.strip())
    heads = Post.objects.filter(role=Role.STATION_HEAD, node_id=locked.node_id).held_on(clock.today())
    tell(
        user_ids=set(heads.values_list("user_id", flat=True)),
        committee_id=locked.committee_id,
        text=f"{locked.scheme.name}：自评退回修改。{reason.strip()}",
        url=f"/grassroots/appraisal/scores/{locked.pk}/",
    )
    return locked


def _lock(score: StationScore, version: int | None) -> StationScore:
    scheme = lock_scheme(score.scheme_id)
    ensure(scheme.state == AppraisalScheme.State.OPEN, because=_("考核结果已经审定，不能再改。"))
    locked = StationScore.objects.select_related("node").get(pk=score.pk)
    locked.scheme = scheme
    ensure(
        version is None or version == locked.version,
        because=_("有人刚刚改过这张表，请核对后再保存。"),
    )
    return locked


def _save(actor: Actor, score: StationScore, action: str, **detail: Any) -> None:  # noqa: ANN401
    score.version += 1
    score.save()
    # Whoever is about to approve has to look again.
    score.scheme.version += 1
    score.scheme.save(update_fields=["version"])
    record(
        actor=actor,
        action=action,
        target=f"appraisal:{score.scheme_id}",
        station=score.node.name,
        self_total=str(score.self_total),
        checked_total=str(score.checked_total),
        **detail,
    )


def _ensure_within(row: ItemScore, points: Decimal | None) -> None:
    ensure(
        points is None or 0 <= points <= row.item.points_most,
        because=_("「%(item)s」的得分要在0和%(most)s之间。")
        % {"item": row.item.name, "most": row.item.points_most},
    )


def _ensure_complete(row: ItemScore) -> None:
    ensure(row.self_points is not None, because=_("「%(item)s」还没有打分。") % {"item": row.item.name})
    ensure(
        not row.item.needs_evidence or not row.self_points or bool(row.evidence),
        because=_("「%(item)s」请写得分的依据。") % {"item": row.item.name},
    )
