"""The demo's appraisal of workstations for the year of the register, and how the subsidy was shared out."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from tongxin.activities.grassroots.actions import appraising, scoring
from tongxin.activities.grassroots.models import AppraisalItem, AppraisalScheme, StationScore
from tongxin.capabilities.notices.actions import silence
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tongxin.demo.grassroots import Fields
    from tongxin.demo.story import Teller

# What, out of how many points, beside which figure of the station.
_ITEMS = (
    ("组织开展协商议事活动", 30, "grassroots.sessions"),
    ("下沉委员参加协商", 20, "grassroots.member_attendances"),
    ("协商解决问题", 30, "grassroots.problems_solved"),
    ("阵地建设和档案资料", 20, ""),
)
_GRADES = (("优秀", 90, 3, "1.5"), ("良好", 80, 0, "1.2"), ("合格", 60, 0, "1"), ("不合格", 0, 0, "0"))


def tell_appraisal(fields: Fields, teller: Teller) -> None:
    """Appraise the stations for the plan's year, and share out what the page says was paid."""
    plan = fields.plan
    if not plan.subsidy_yuan:
        return
    staff = teller.actor("staff")
    with silence():
        with _on(date(plan.year, 12, 6)):
            scheme = _scheme(fields, teller)
        with _on(date(plan.year + 1, 1, 5)):
            items = list(AppraisalItem.objects.filter(scheme=scheme))
            for n, score in enumerate(StationScore.objects.filter(scheme=scheme).order_by("node__name")):
                given = {
                    item.pk: scoring.Points(
                        item.points_most - Decimal((n * 5 + k * 10) % 11) / 2, "看了台账和照片"
                    )
                    for k, item in enumerate(items)
                }
                scoring.check_score(actor=staff, score=score, given=given)
        with _on(date(plan.year + 1, 1, 12)):
            appraising.approve_scheme(
                actor=teller.actor("leader"),
                scheme=scheme,
                decision=f"主席会议（政协办发〔{plan.year + 1}〕3号）",
                version=None,
            )


def _scheme(fields: Fields, teller: Teller) -> AppraisalScheme:
    plan, staff = fields.plan, teller.actor("staff")
    scheme = appraising.save_scheme(
        actor=staff,
        scheme=None,
        terms=appraising.Terms(
            year=plan.year,
            name=f"{plan.year}年度委员工作站考核奖补办法",
            budget_yuan=Decimal(plan.subsidy_yuan),
            sharing=AppraisalScheme.Sharing.BY_SCORE,
            round_to_yuan=0,
            self_score_until=date(plan.year, 12, 25),
        ),
        items=[appraising.ItemWords(name, Decimal(points), True, figure) for name, points, figure in _ITEMS],  # noqa: FBT003
        grades=[
            appraising.GradeWords(name, Decimal(least), places, Decimal(weight))
            for name, least, places, weight in _GRADES
        ],
    )
    return appraising.open_scheme(actor=staff, scheme=scheme)


def _on(day: date) -> AbstractContextManager[None]:
    return clock.at(datetime.combine(day, time(10, 30), tzinfo=clock.ZONE))
