"""The appraisal of stations, from the scheme to the list of awards, and everything that is refused."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests.activities.grassroots.ledger import session_in, solved, village
from tests.activities.grassroots.schemes import (
    GRADES,
    ITEMS,
    UNTIL,
    all_checked,
    checked,
    given,
    more_stations,
    opened,
    scored,
    sheet,
    terms,
)
from tests.activities.proposals.notices import told
from tests.factories import JINCHANG, make_house
from tests.village import make_village
from tongxin.activities.grassroots.actions import appraising, scoring
from tongxin.activities.grassroots.models import AppraisalScheme, StationScore
from tongxin.activities.grassroots.selectors.station_figures import station_figures
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)
BY_GRADE = AppraisalScheme.Sharing.BY_GRADE


@pytest.fixture(autouse=True)
def in_december() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def here() -> Village:
    return village()


def enter(client: Client, here: Village, who: str) -> None:
    client.force_login(here.house.users[who])


def post(client: Client, name: str, pk: object, **data: Any) -> Any:
    return client.post(reverse(f"grassroots:{name}", args=[pk]), {"once": str(new_key()), **data})


def approve(here: Village, scheme: AppraisalScheme, **more: Any) -> Any:
    with here.house.at_work():
        return appraising.approve_scheme(
            actor=here.house.actor("leader"), scheme=scheme, decision="五届32次主席会议", **more
        )


def awards(here: Village, scheme: AppraisalScheme) -> dict[str, tuple[str, Decimal]]:
    with here.house.at_work():
        rows = StationScore.objects.filter(scheme=scheme).select_related("node", "grade")
        return {s.node.name: (s.grade.name if s.grade else "", s.award_yuan) for s in rows}


def test_whole_way_of_180000_yuan_over_twelve_stations(client: Client, here: Village) -> None:
    more_stations(here, 12)
    scheme = opened(here)
    assert told(here.house, containing="请自评打分") == {"head"}
    totals = [96, 91.5, 91.5, 88, 85.5, 85.5, 85.5, 80, 72, 66, 60, 0]
    all_checked(here, scheme, totals)
    result = approve(here, scheme)
    found = awards(here, scheme)
    assert sum((a for _g, a in found.values()), Decimal(0)) == Decimal(180_000)
    assert (result.unallocated_yuan, len(found)) == (Decimal(0), 12)
    whole = sum(Decimal(str(t)) for t in totals)
    by_name = [found[name] for name in sorted(found)]
    for (grade, award), total in zip(by_name, totals, strict=True):
        assert abs(award - Decimal(180_000) * Decimal(str(total)) / whole) < Decimal("0.01")
        assert grade == ("优秀" if total == 96 else "良好" if total >= 75 else "合格" if total else "")
    assert by_name[-1] == ("", Decimal(0))
    with here.house.at_work():
        entry = Entry.objects.get(action="appraisal.approve_scheme")
    assert entry.detail["awarded_yuan"] == "180000.00"
    enter(client, here, "leader")
    paper = client.get(reverse("grassroots:award_paper", args=[scheme.pk]))
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    table = client.get(reverse("grassroots:award_table", args=[scheme.pk]))
    page = openpyxl.load_workbook(io.BytesIO(table.content)).active
    assert page is not None
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert len(rows) == 14
    assert rows[-1][1] == "合计"
    assert rows[-1][5:7] == ["180000.00", "壹拾捌万元整"]


def test_sharing_by_grade_weighs_grades_and_gives_nothing_to_zero(here: Village) -> None:
    more_stations(here, 4)
    scheme = opened(here, sharing=BY_GRADE, budget_yuan=Decimal(60_000))
    all_checked(here, scheme, [95, 80, 61, 0])
    approve(here, scheme)
    assert sorted(a for _g, a in awards(here, scheme).values()) == [
        Decimal(0),
        Decimal(10_000),
        Decimal(20_000),
        Decimal(30_000),
    ]


def test_rounding_down_to_hundreds_leaves_a_rest_that_is_shown(client: Client, here: Village) -> None:
    more_stations(here, 3)
    scheme = opened(here, round_to_yuan=100, budget_yuan=Decimal(10_000))
    all_checked(here, scheme, [80, 80, 80])
    approve(here, scheme)
    assert [a for _g, a in awards(here, scheme).values()] == [Decimal(3300)] * 3
    enter(client, here, "staff")
    page = client.get(reverse("grassroots:scheme", args=[scheme.pk])).context["page"]
    assert (page.awarded_yuan, page.unallocated_yuan) == (Decimal(9900), Decimal(100))


def test_nobody_with_points_leaves_all_of_it(here: Village) -> None:
    scheme = opened(here)
    all_checked(here, scheme, [0])
    assert approve(here, scheme).unallocated_yuan == Decimal(180_000)


def test_head_scores_the_own_station_and_no_other(client: Client, here: Village) -> None:
    far = make_village(here.house, name="米家沟村", town="安口镇", key="2")
    scheme = opened(here)
    own, other = sheet(here, scheme), sheet(here, scheme, far.station)
    with here.house.at_work(), pytest.raises(PermissionDenied):
        scoring.score_self(
            actor=here.house.actor("head"), score=other, given=given(other, 1, 1), submits=False
        )
    enter(client, here, "head")
    for name in ("score", "score_self"):
        assert client.get(reverse(f"grassroots:{name}", args=[other.pk])).status_code == 404
        assert client.get(reverse(f"grassroots:{name}", args=[own.pk])).status_code == 200
    assert client.get(reverse("grassroots:check_score", args=[own.pk])).status_code == 403
    assert client.get(reverse("grassroots:award_paper", args=[scheme.pk])).status_code == 403
    enter(client, here, "worker")
    assert client.get(reverse("grassroots:schemes")).status_code == 403


def test_head_sees_no_other_station_before_the_approval_and_no_points_after(
    client: Client, here: Village
) -> None:
    far = make_village(here.house, name="米家沟村", town="安口镇", key="2")
    scheme = opened(here)
    checked(here, sheet(here, scheme), 50, 30)
    checked(here, sheet(here, scheme, far.station), 60, 37.5)
    enter(client, here, "head")
    before = client.get(reverse("grassroots:scheme", args=[scheme.pk]))
    assert (before.context["page"].rows, far.station.name in before.text) == ([], False)
    # The check is the office's until it is approved.
    assert "80.0" in before.text
    approve(here, scheme)
    after = client.get(reverse("grassroots:scheme", args=[scheme.pk]))
    assert [r.score.node.name for r in after.context["page"].rows] == ["东华镇委员工作站", "安口镇委员工作站"]
    assert ("97.5" in after.text, "优秀" in after.text) == (False, True)


def test_self_score_is_kept_completed_and_handed_in_once(client: Client, here: Village) -> None:
    scheme = opened(here)
    own = sheet(here, scheme)
    first, second = (row.item_id for row in own.items.all())
    enter(client, here, "head")

    def send(step: str, version: int, **points: str) -> Any:
        data = {f"points-{first}": points.get("a", ""), f"points-{second}": points.get("b", "")}
        words = {f"words-{first}": points.get("why", ""), f"words-{second}": ""}
        return post(client, "score_self", own.pk, step=step, version=version, **data, **words)

    assert send("save", own.version, a="55").status_code == 302
    own = sheet(here, scheme)
    assert (own.state, own.self_total) == ("open", Decimal(55))
    for fault, sentence in (
        ({"a": "55", "why": "台账"}, "还没有打分"),
        ({"a": "55", "b": "30"}, "请写得分的依据"),
        ({"a": "61", "b": "30", "why": "台账"}, "60"),
    ):
        answer = send("submit", own.version, **fault)
        assert (answer.status_code, sentence in answer.text, "55" in answer.text or "61" in answer.text) == (
            422,
            True,
            True,
        )
    stale = send("submit", own.version - 1, a="55", b="30", why="台账")
    assert (stale.status_code, "刚刚改过" in stale.text) == (422, True)
    assert send("submit", own.version, a="55", b="30", why="台账第3页").status_code == 302
    own = sheet(here, scheme)
    assert (own.state, own.self_total, own.submitted_by_name) == ("submitted", Decimal(85), "祁站长")
    assert client.get(reverse("grassroots:score_self", args=[own.pk])).status_code == 409


def test_self_scoring_ends_with_its_day_and_staff_enter_from_paper(here: Village) -> None:
    scheme = opened(here)
    own = sheet(here, scheme)
    with clock.at(date(2026, 12, 21)):
        with here.house.at_work(), pytest.raises(Refused, match="已经截止"):
            scoring.score_self(
                actor=here.house.actor("head"), score=own, given=given(own, 1, 1), submits=True
            )
        with here.house.at_work():
            done = scoring.score_self(
                actor=here.house.actor("staff"), score=own, given=given(own, 1, 1), submits=True
            )
    assert (UNTIL, done.submitted_by_name) == (date(2026, 12, 20), "杜工（代录）")


def test_check_keeps_both_points_and_asks_why_they_differ(here: Village) -> None:
    scheme = opened(here)
    own = sheet(here, scheme)
    staff = here.house.actor("staff")
    with here.house.at_work(), pytest.raises(Refused, match="还没有提交自评"):
        scoring.check_score(actor=staff, score=own, given=given(own, 1, 1))
    scored(here, own, 55, 30)
    with here.house.at_work(), pytest.raises(Refused, match="请写核查说明"):
        scoring.check_score(actor=staff, score=own, given=given(own, 50, 30, words=""))
    with here.house.at_work(), pytest.raises(Refused, match="还没有核查得分"):
        scoring.check_score(actor=staff, score=own, given=given(own, 50, None))
    with here.house.at_work():
        scoring.check_score(actor=staff, score=own, given=given(own, 50, 30, words="有两场没有记录"))
    found = sheet(here, scheme)
    assert (found.self_total, found.checked_total, found.state) == (Decimal(85), Decimal(80), "checked")
    assert [(r.self_points, r.checked_points) for r in found.items.all()] == [
        (Decimal(55), Decimal(50)),
        (Decimal(30), Decimal(30)),
    ]


def test_sheet_given_back_begins_again_until_the_approval(here: Village) -> None:
    scheme = opened(here)
    own = checked(here, sheet(here, scheme), 50, 30)
    staff = here.house.actor("staff")
    with here.house.at_work():
        scoring.give_back_score(actor=staff, score=own, reason="请补第4季度的依据。")
    assert told(here.house, containing="请补第4季度") == {"head"}
    with pytest.raises(Refused, match="没有核查"):
        approve(here, scheme)
    checked(here, sheet(here, scheme), 50, 30)
    approve(here, scheme)
    with here.house.at_work(), pytest.raises(Refused, match="已经审定"):
        scoring.give_back_score(actor=staff, score=own, reason="再看看。")


def test_nothing_changes_after_the_approval(client: Client, here: Village) -> None:
    scheme = opened(here)
    own = checked(here, sheet(here, scheme), 50, 30)
    approve(here, scheme)
    staff, before = here.house.actor("staff"), awards(here, scheme)
    for act in (
        lambda: scoring.check_score(actor=staff, score=own, given=given(own, 60, 40)),
        lambda: scoring.score_self(actor=staff, score=own, given=given(own, 60, 40), submits=True),
        lambda: appraising.change_money(actor=staff, scheme=scheme, terms=terms(budget_yuan=Decimal(1))),
        lambda: appraising.open_scheme(actor=staff, scheme=scheme),
        lambda: appraising.save_scheme(actor=staff, scheme=scheme, terms=terms(), items=ITEMS, grades=GRADES),
        lambda: appraising.approve_scheme(
            actor=here.house.actor("leader"), scheme=scheme, decision="另一次会议"
        ),
    ):
        with here.house.at_work(), pytest.raises(Refused):
            act()
    assert awards(here, scheme) == before
    enter(client, here, "staff")
    assert client.get(reverse("grassroots:check_score", args=[own.pk])).status_code == 409
    assert client.get(reverse("grassroots:edit_scheme", args=[scheme.pk])).status_code == 409


def test_only_who_leads_approves_what_they_looked_at(client: Client, here: Village) -> None:
    scheme = opened(here)
    checked(here, sheet(here, scheme), 50, 30)
    with here.house.at_work(), pytest.raises(PermissionDenied):
        appraising.approve_scheme(actor=here.house.actor("staff"), scheme=scheme, decision="会议")
    enter(client, here, "leader")
    seen = client.get(reverse("grassroots:approve_scheme", args=[scheme.pk]))
    version = seen.context["page"].scheme.version
    with here.house.at_work():
        appraising.change_money(
            actor=here.house.actor("staff"), scheme=scheme, terms=terms(budget_yuan=Decimal(1))
        )
    stale = post(client, "approve_scheme", scheme.pk, version=version, decision="五届32次主席会议")
    assert (stale.status_code, "请再看一遍" in stale.text) == (409, True)
    assert post(client, "approve_scheme", scheme.pk, version=version + 1).status_code == 422
    done = post(client, "approve_scheme", scheme.pk, version=version + 1, decision="五届32次主席会议")
    assert done.status_code == 302
    assert awards(here, scheme) == {"东华镇委员工作站": ("良好", Decimal(1))}


def test_scheme_is_written_on_its_page_and_opened(client: Client, here: Village) -> None:
    enter(client, here, "staff")
    url = reverse("grassroots:new_scheme")
    data = {
        "year": "2026",
        "name": "2026年考核",
        "budget_yuan": "180000",
        "sharing": "by_score",
        "round_to_yuan": "0",
        "item-0-name": "开展协商议事",
        "item-0-points_most": "60",
        "item-0-figure": "grassroots.sessions",
        "grade-0-name": "优秀",
        "grade-0-points_least": "90",
    }
    assert client.get(url).status_code == 200
    for fault in (
        {"item-0-name": ""},
        {"item-0-points_most": ""},
        {"grade-0-points_least": ""},
        {"budget_yuan": "-1"},
        {"item-1-name": "开展协商议事", "item-1-points_most": "5"},
    ):
        answer = client.post(url, {"once": str(new_key()), **data, **fault})
        assert (fault, answer.status_code, "2026年考核" in answer.text) == (fault, 422, True)
    answer = client.post(url, {"once": str(new_key()), **data})
    assert answer.status_code == 302
    with here.house.at_work():
        scheme = AppraisalScheme.objects.get()
        assert [(i.name, i.points_most, i.figure) for i in scheme.items.all()] == [
            ("开展协商议事", Decimal(60), "grassroots.sessions")
        ]
    twice = client.post(url, {"once": str(new_key()), **data})
    assert (twice.status_code, "已经有考核办法了" in twice.text) == (422, True)
    assert client.get(reverse("grassroots:edit_scheme", args=[scheme.pk])).status_code == 200
    assert post(client, "open_scheme", scheme.pk).status_code == 302
    assert post(client, "open_scheme", scheme.pk).status_code == 409
    rows = client.get(reverse("grassroots:schemes"), {"year": "2026"}).context["rows"]
    assert [(r.scheme.pk, r.stations) for r in rows] == [(scheme.pk, 1)]
    assert client.get(reverse("grassroots:schemes"), {"year": "2025"}).context["rows"] == []


def test_figures_of_a_station_count_its_own_rows_and_open_them(client: Client, here: Village) -> None:
    far = make_village(here.house, name="米家沟村", town="安口镇", key="2")
    session = session_in(here)
    solved(here, session=session, due_on=None)
    solved(here, node=far.council, text="别处的事。", due_on=None)
    enter(client, here, "staff")
    with here.house.at_work():
        counts = {f.id: f.count for f in station_figures(here.station, 2026)}
        urls = {f.id: f.url for f in station_figures(here.station, 2026)}
        last_year = {f.count for f in station_figures(here.station, 2025)}
    assert (counts["grassroots.sessions"], counts["grassroots.problems_solved"], last_year) == (1, 1, {0})
    shown = client.get(urls["grassroots.problems_solved"]).context["shown"]
    assert [r.problem.node_id for r in shown.rows] == [here.council.pk]


def test_committee_beside_finds_nothing_of_it(client: Client, here: Village) -> None:
    other = make_village(make_house(JINCHANG))
    scheme = opened(here)
    own = sheet(here, scheme)
    enter(client, other, "staff")
    assert client.get(reverse("grassroots:schemes")).context["rows"] == []
    for name, pk in (("scheme", scheme.pk), ("score", own.pk), ("check_score", own.pk)):
        assert client.get(reverse(f"grassroots:{name}", args=[pk])).status_code == 404


@pytest.mark.parametrize("stations", [1, 3])
def test_pages_ask_the_same_queries_however_many_stations(
    client: Client, here: Village, django_assert_num_queries: Any, stations: int
) -> None:
    more_stations(here, stations)
    scheme = opened(here)
    own = sheet(here, scheme)
    enter(client, here, "staff")
    client.get(reverse("grassroots:schemes"))
    with django_assert_num_queries(7):
        client.get(reverse("grassroots:schemes"))
    with django_assert_num_queries(10):
        client.get(reverse("grassroots:scheme", args=[scheme.pk]))
    with django_assert_num_queries(9):
        client.get(reverse("grassroots:score", args=[own.pk]))
