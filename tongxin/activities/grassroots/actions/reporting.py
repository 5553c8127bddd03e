"""The yearly report of a station's head: written, handed in with its figures, reviewed, archived (述职)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.appraising import head_of
from tongxin.activities.grassroots.models import StationReport
from tongxin.activities.grassroots.permissions_appraisal import can_review_report, heads_station
from tongxin.activities.grassroots.selectors.station_figures import station_figures
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.organization.enums import NodeKind, Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from decimal import Decimal

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node

_State = StationReport.State
_MOST_POINTS = 100


@transaction.atomic
def begin_report(*, actor: Actor, node: Node, year: int) -> StationReport:
    """Begin a station's report of a year, with its figures in the first lines; a second time finds the first.

    Raises:
        PermissionDenied: the actor does not head this station.
        Refused: it is no workstation, or the year is still to come.
    """
    require(heads_station(actor, node.pk), because=_("述职报告由本站站长填写。"))
    ensure(node.kind == NodeKind.STATION, because=_("只有委员工作站要述职。"))
    ensure(year <= clock.today().year, because=_("这一年还没有到。"))
    report, made = StationReport.objects.get_or_create(
        committee_id=node.committee_id,
        node=node,
        year=year,
        defaults={
            "head_name": head_of(node, clock.today()) or actor.name,
            "text": opening_words(node, year),
        },
    )
    if made:
        record(actor=actor, action="report.begin", target=f"report:{report.pk}", year=year)
    return report


def opening_words(node: Node, year: int) -> str:
    """Return the skeleton of a report with the year's figures. Recorded, so plain Chinese."""
    with in_record_language():
        counts = "，".join(f"{f.label}{f.count}{f.unit}" for f in station_figures(node, year) if f.count)
    did = f"{year}年，{node.name}{counts}。" if counts else f"{year}年，{node.name}"
    return f"一、工作开展情况\n{did}\n\n二、主要做法\n\n三、存在的问题\n\n四、下一年打算\n"


@transaction.atomic
def save_report(*, actor: Actor, report: StationReport, text: str, version: int | None) -> StationReport:
    """Keep the text while it is being written.

    Raises:
        PermissionDenied: the actor does not head this station.
        Refused: it is handed in, or somebody else changed it meanwhile.
    """
    locked = _lock(report)
    require(heads_station(actor, locked.node_id), because=_("述职报告由本站站长填写。"))
    ensure(locked.state == _State.DRAFT, because=_("述职报告已经提交，要改请先请政协机关退回。"))
    ensure(
        version is None or version == locked.version,
        because=_("有人刚刚改过这份报告，请核对后再保存。"),
    )
    if text != locked.text:
        locked.text = text
        locked.version += 1
        locked.save()
    return locked


@transaction.atomic
def submit_report(*, actor: Actor, report: StationReport) -> StationReport:
    """Hand the report in. Its figures stay as they are today, beside what they will be later.

    Raises:
        PermissionDenied: the actor does not head this station.
        Refused: it is handed in already, or empty.
    """
    locked = _lock(report)
    require(heads_station(actor, locked.node_id), because=_("述职报告由本站站长填写。"))
    ensure(locked.state == _State.DRAFT, because=_("述职报告已经提交了。"))
    ensure(bool(locked.text.strip()), because=_("报告还没有写。"))
    locked.figures = {f.id: f.count for f in station_figures(locked.node, locked.year)}
    locked.state = _State.SUBMITTED
    locked.submitted_on = clock.today()
    _save(actor, locked, "report.submit")
    _tell(locked, Role.STAFF, f"{locked.node.name}提交了{locked.year}年述职报告")
    return locked


@transaction.atomic
def give_back_report(*, actor: Actor, report: StationReport, reason: str) -> StationReport:
    """Let the head write on, with the reason."""
    locked = _lock(report)
    require(can_review_report(actor), because=_("退回由政协机关办理。"))
    ensure(locked.state == _State.SUBMITTED, because=_("只有已提交、还没有评议的报告可以退回。"))
    ensure(bool(reason.strip()), because=_("请写要改什么。"))
    locked.state = _State.DRAFT
    locked.submitted_on = None
    locked.figures = {}
    _save(actor, locked, "report.give_back", reason=reason.strip())
    _tell(locked, Role.STATION_HEAD, f"{locked.year}年述职报告退回修改：{reason.strip()}")
    return locked


@transaction.atomic
def review_report(
    *, actor: Actor, report: StationReport, points: Decimal | None, review: str
) -> StationReport:
    """Say what the office thinks of a report, with points or without.

    Raises:
        PermissionDenied: neither staff nor who leads, or the own station.
        Refused: it is not handed in, archived already, or nothing is said.
    """
    locked = _lock(report)
    require(can_review_report(actor), because=_("述职报告由政协机关评议。"))
    require(not heads_station(actor, locked.node_id), because=_("自己的报告请同事评议。"))
    ensure(locked.state in (_State.SUBMITTED, _State.REVIEWED), because=_("报告还没有提交，或者已经归档。"))
    ensure(bool(review.strip()), because=_("请写评议意见。"))
    ensure(points is None or 0 <= points <= _MOST_POINTS, because=_("评议得分要在0和100之间。"))
    locked.points, locked.review = points, review.strip()
    locked.state = _State.REVIEWED
    locked.reviewed_on = clock.today()
    locked.reviewed_by_name = actor.name
    _save(actor, locked, "report.review", points=str(points if points is not None else ""))
    _tell(locked, Role.STATION_HEAD, f"{locked.year}年述职报告已评议")
    return locked


@transaction.atomic
def archive_report(*, actor: Actor, report: StationReport) -> StationReport:
    """Close a reviewed report; nothing of it changes any more."""
    locked = _lock(report)
    require(actor.has(Role.STAFF), because=_("归档由政协机关工作人员办理。"))
    ensure(locked.state == _State.REVIEWED, because=_("评议以后才能归档。"))
    locked.state = _State.ARCHIVED
    _save(actor, locked, "report.archive")
    return locked


def _lock(report: StationReport) -> StationReport:
    return StationReport.objects.select_for_update(of=("self",)).select_related("node").get(pk=report.pk)


def _save(actor: Actor, report: StationReport, action: str, **detail: Any) -> None:  # noqa: ANN401
    report.version += 1
    report.save()
    record(
        actor=actor,
        action=action,
        target=f"report:{report.pk}",
        station=report.node.name,
        year=report.year,
        **detail,
    )


def _tell(report: StationReport, role: str, text: str) -> None:
    posts = Post.objects.filter(committee_id=report.committee_id, role=role).held_on(clock.today())
    if role == Role.STATION_HEAD:
        posts = posts.filter(node_id=report.node_id)
    tell(
        user_ids=set(posts.values_list("user_id", flat=True)),
        committee_id=report.committee_id,
        text=text,
        url=f"/grassroots/reports/{report.pk}/",
    )
