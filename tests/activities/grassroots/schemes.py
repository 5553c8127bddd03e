"""Appraisals to test with: a scheme with two items, opened for the stations of a village's committee."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tongxin.activities.grassroots.actions import appraising, scoring
from tongxin.activities.grassroots.actions.appraising import GradeWords, ItemWords, Terms
from tongxin.activities.grassroots.actions.scoring import Points
from tongxin.activities.grassroots.models import AppraisalScheme, StationScore
from tongxin.foundation.organization.enums import HostKind, NodeKind
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from tests.village import Village

UNTIL = date(2026, 12, 20)
ITEMS = (
    ItemWords("开展协商议事", Decimal(60), needs_evidence=True, figure="grassroots.sessions"),
    ItemWords("解决群众反映的问题", Decimal(40), needs_evidence=False, figure="grassroots.problems_solved"),
)
GRADES = (
    GradeWords("优秀", Decimal(90), 1, Decimal(3)),
    GradeWords("良好", Decimal(75), 0, Decimal(2)),
    GradeWords("合格", Decimal(60), 0, Decimal(1)),
)


def terms(**more: Any) -> Terms:
    """What a scheme says, 180,000 yuan by score unless told otherwise."""
    found: dict[str, Any] = {
        "year": 2026,
        "name": "2026年委员工作站考核办法",
        "budget_yuan": Decimal(180_000),
        "sharing": AppraisalScheme.Sharing.BY_SCORE,
        "round_to_yuan": 0,
        "self_score_until": UNTIL,
    }
    return Terms(**found | more)


def more_stations(here: Village, n: int) -> None:
    """Let the committee have this many stations in all."""
    with here.house.at_work():
        have = Node.objects.filter(kind=NodeKind.STATION).count()
        for number in range(have, n):
            Node.objects.create(
                committee=here.house.committee,
                kind=NodeKind.STATION,
                name=f"第{number:02d}乡镇委员工作站",
                host=HostKind.TOWNSHIP,
            )


def drafted(here: Village, **more: Any) -> AppraisalScheme:
    """A scheme that has not begun."""
    with here.house.at_work():
        return appraising.save_scheme(
            actor=here.house.actor("staff"), scheme=None, terms=terms(**more), items=ITEMS, grades=GRADES
        )


def opened(here: Village, **more: Any) -> AppraisalScheme:
    """A scheme that has begun."""
    made = drafted(here, **more)
    with here.house.at_work():
        return appraising.open_scheme(actor=here.house.actor("staff"), scheme=made)


def sheet(here: Village, scheme: AppraisalScheme, station: Node | None = None) -> StationScore:
    """The sheet of a station, the village's own unless told otherwise."""
    with here.house.at_work():
        return (
            StationScore.objects.select_related("node", "scheme")
            .prefetch_related("items__item")
            .get(scheme=scheme, node=station or here.station)
        )


def given(score: StationScore, *points: Any, words: str = "台账第1至12页") -> dict[Any, Points]:
    """Points for the items of a sheet, in their order."""
    pairs = zip(score.items.all(), points, strict=True)
    return {row.item_id: Points(None if p is None else Decimal(str(p)), words) for row, p in pairs}


def scored(here: Village, score: StationScore, *points: Any) -> StationScore:
    """A sheet that was handed in, by the head where it is the village's, else by staff from paper."""
    who = "head" if score.node_id == here.station.pk else "staff"
    with here.house.at_work():
        return scoring.score_self(
            actor=here.house.actor(who), score=score, given=given(score, *points), submits=True
        )


def checked(here: Village, score: StationScore, *points: Any) -> StationScore:
    """A sheet that was handed in and checked, with the same points."""
    scored(here, score, *points)
    with here.house.at_work():
        return scoring.check_score(actor=here.house.actor("staff"), score=score, given=given(score, *points))


def all_checked(here: Village, scheme: AppraisalScheme, totals: list[Any]) -> None:
    """Every station of a scheme checked, by name in this order of totals (up to 60 and the rest)."""
    with here.house.at_work():
        nodes = list(Node.objects.filter(scores__scheme=scheme).order_by("name"))
    for node, total in zip(nodes, totals, strict=True):
        first = min(Decimal(str(total)), Decimal(60))
        checked(here, sheet(here, scheme, node), first, Decimal(str(total)) - first)
