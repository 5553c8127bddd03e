"""The figures of the grass roots: against rows made by hand, those that must not count among them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.factories import JINCHANG, make_house
from tests.followers.journeys import links
from tests.parts import parts, wrong_parts
from tests.village import make_village
from tongxin.activities.grassroots.enums import Presence, ProblemState, Side
from tongxin.activities.grassroots.figures import FIGURES
from tongxin.activities.grassroots.models import (
    AppraisalScheme,
    Attendee,
    LeaderCharge,
    Secondment,
    StationHead,
    Suggestion,
    SupervisionVisit,
    VenueKind,
    Visit,
)
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, Period, area, calendar_year, figure
from tongxin.foundation.organization.enums import Level
from tongxin.foundation.organization.models import Node, Place, Sector, SpecialCommitteePlace, Term
from tongxin.readers.statistics.counting import parts_of, rows_of, value_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.village import Village

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 11, 22, 9, tzinfo=clock.ZONE)
HELD = date(2025, 3, 5)
Y2025 = calendar_year(2025)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def here(db: None) -> Village:
    """A village in its township, with a station, a council and a room."""
    hamlet = Place.objects.filter(parent="620881101", level=Level.VILLAGE).first()
    village = make_village(make_house(), place=hamlet)
    with village.house.at_work():
        Node.objects.filter(pk=village.station.pk).update(place="620881101")
    return village


def value(here: Village, key: str, period: Period = EVER) -> int | Decimal:
    one = figure(key if "." in key else f"grassroots.{key}")
    return value_of(one, here.house.committee.pk, period).value


def came(here: Village, at: Any, who: str, **more: Any) -> Attendee:
    return Attendee.objects.create(
        committee=here.house.committee,
        session=at,
        name=who,
        **{"side": Side.MEMBER, "presence": Presence.PRESENT, "member": here.house.members.get(who), **more},
    )


def busy(here: Village) -> None:
    """Two sessions that were held, one that was not; problems of every state."""
    committee = here.house.committee
    yard = VenueKind.objects.filter(committee=committee).first()
    first = links.session(here, held_on=HELD, title="修路", venue_kind=yard)
    second = links.session(here, held_on=date(2026, 1, 8), title="装灯")
    planned = links.session(here, title="还没有开")
    for who in ("proposer", "outsider"):
        came(here, first, who)
    came(here, first, here.guest.name, person=here.guest)
    came(here, first, "没来的", presence=Presence.ABSENT)
    came(here, first, "群众", side=Side.MASSES)
    came(here, second, "proposer")
    came(here, planned, "outsider")
    for at, text in ((first, "多种树"), (first, "修水渠"), (second, "装路灯"), (planned, "以后再说")):
        Suggestion.objects.create(committee=committee, session=at, text=text, on=HELD)
    solved = {"state": ProblemState.SOLVED, "solved_on": date(2025, 6, 1)}
    links.problem(here, title="议定并解决", session=first, **solved)
    links.problem(here, title="没有议过", **solved)
    links.problem(here, title="去年的", session=second, **solved | {"solved_on": date(2024, 1, 1)})
    links.problem(here, title="又重新办", session=first, **solved | {"state": ProblemState.UNDER_WAY})
    links.problem(here, title="报了没核实", session=first, state=ProblemState.REPORTED)
    links.problem(here, title="过期了", session=first, state=ProblemState.OPEN, due_on=date(2026, 11, 21))
    links.problem(
        here, title="今天到期", state=ProblemState.UNDER_WAY, due_on=TODAY.date(), is_livelihood=False
    )
    links.problem(
        here, title="过期但办完", due_on=date(2025, 1, 1), **solved | {"solved_on": date(2026, 1, 1)}
    )


def test_numbers_of_sessions_and_problems_count_what_took_place(here: Village) -> None:
    with here.house.at_work():
        busy(here)
        ever = {key: value(here, key) for key in COUNTED}
        of_2025 = {key: value(here, key, Y2025) for key in COUNTED}
    assert ever == COUNTED
    assert of_2025 == COUNTED | {
        "sessions": 1,
        "member_attendances": 3,
        "suggestions": 2,
        "problems": 0,
        "problems_solved": 2,
        "implemented_matters": 1,
        "problems_solved_share": 0,
    }


COUNTED: dict[str, int | Decimal] = {
    "sessions": 2,
    "member_attendances": 4,
    "suggestions": 3,
    "problems": 8,
    "problems_solved": 4,
    "implemented_matters": 2,
    "problems_solved_share": Decimal("50.0"),
    # 又重新办，过期了，今天到期: what was reported waits for others.
    "problems_open": 3,
    # 又重新办，过期了; what is due today is not late yet.
    "problems_overdue": 2,
}


def test_matters_that_sessions_agreed_on_are_a_part_of_the_solved_ones(here: Village) -> None:
    with here.house.at_work():
        busy(here)
        pk = here.house.committee.pk
        part, whole = (
            set(rows_of(figure(f"grassroots.{k}"), pk, EVER))
            for k in ("implemented_matters", "problems_solved")
        )
    assert len(part) == 2
    assert part < whole


@pytest.mark.parametrize("period", [EVER, Y2025, calendar_year(2026)])
def test_numbers_open_lists_of_exactly_that_many(client: Client, here: Village, period: Period) -> None:
    with here.house.at_work():
        busy(here)
        wanted = {
            f.url(period): f.value(here.house.committee.pk, period)
            for f in FIGURES
            if f.page == "grassroots:problems"
        }
    client.force_login(here.house.users["staff"])
    assert {url: client.get(url).context["shown"].page.paginator.count for url in wanted} == wanted
    assert len(wanted) == 3


def test_head_who_is_a_member_counts_once_while_it_holds(here: Village) -> None:
    committee, member = here.house.committee, here.house.members["proposer"]
    with here.house.at_work():
        second = Node.objects.create(
            committee=committee, kind="station", name="西华镇委员工作站", host="township"
        )
        third = Node.objects.create(
            committee=committee, kind="station", name="神峪乡委员工作站", host="township"
        )
        # The first station's head is no member.
        for node in (second, third):
            StationHead.objects.create(
                committee=committee, node=node, name="祁", member=member, since=date(2025, 1, 1)
            )
        StationHead.objects.create(
            committee=committee,
            node=here.station,
            name="前任",
            member=here.house.members["outsider"],
            since=date(2022, 1, 1),
            until=date(2024, 6, 1),
        )
        key = "organization.station_heads_as_members"
        found = [value(here, key, p) for p in (EVER, Y2025, calendar_year(2024), calendar_year(2023))]
        things = list(figure(key).things(rows_of(figure(key), committee.pk, EVER)))
    assert found == [1, 1, 0, 1]
    assert things == [member]


def test_visits_and_supervision_count_by_their_day(here: Village) -> None:
    committee = here.house.committee
    with here.house.at_work():
        for on in (HELD, HELD, date(2026, 1, 1)):
            Visit.objects.create(
                committee=committee,
                nonce=uuid4(),
                node=here.room,
                user=here.house.users["proposer"],
                member=here.house.members["proposer"],
                on=on,
                at=clock.now(),
            )
        charge = LeaderCharge.objects.create(
            committee=committee,
            leader=here.house.members["outsider"],
            node=here.station,
            since=date(2024, 1, 1),
        )
        for rectify_by, rectified_on in ((None, None), (HELD, None), (HELD, HELD)):
            SupervisionVisit.objects.create(
                committee=committee,
                charge=charge,
                on=HELD,
                findings="台账不全",
                rectify_by=rectify_by,
                rectified_on=rectified_on,
            )
        found = {
            key: [value(here, key, p) for p in (EVER, Y2025)]
            for key in ("visits", "supervisions", "supervisions_open")
        }
    assert found == {"visits": [3, 2], "supervisions": [3, 3], "supervisions_open": [1, 1]}


def test_money_is_summed_by_the_year_of_the_scheme(here: Village) -> None:
    with here.house.at_work():
        for year, yuan in ((2025, "180000.00"), (2026, "90000.50")):
            AppraisalScheme.objects.create(
                committee=here.house.committee, year=year, name="考核", budget_yuan=yuan
            )
        found = [value(here, "subsidy_budget", p) for p in (EVER, Y2025)]
        by_year = parts(figure("grassroots.subsidy_budget"), here.house.committee.pk, "year")
    assert found == [Decimal("270000.50"), Decimal(180000)]
    assert by_year == {"2025年": Decimal(180000), "2026年": Decimal("90000.50")}


def test_attendances_are_divided_by_where_who_and_when(here: Village) -> None:
    with here.house.at_work():
        busy(here)
        town = Place.objects.get(pk="620881101")
        before = Term.objects.create(
            committee=here.house.committee, number=4, starts_on=date(2017, 1, 1), ends_on=date(2021, 12, 31)
        )
        for term in (here.house.term, before):
            SpecialCommitteePlace.objects.create(
                committee=here.house.committee,
                member=here.house.members["proposer"],
                term=term,
                special_committee=here.house.special_committee,
            )
        one = figure("grassroots.member_attendances")
        found = {by.key: parts(one, here.house.committee.pk, by.key) for by in one.breakdowns}
        sectors = {s.name for s in Sector.objects.filter(term=here.house.term)}
    assert found["place"] == {town.everyday_name or town.name: 4}
    assert found["station"] == {here.station.name: 4}
    assert found["month"] == {"2025年3月": 3, "2026年1月": 1}
    assert found["year"] == {"2025年": 3, "2026年": 1}
    assert sum(n for name, n in found["sector"].items() if name in sectors) == 3
    assert found["sector"]["上一级委员和没有编入界别的"] == 1
    assert found["special_committee"] == {"提案委员会": 2, "没有编入专委会的": 2}


def test_nodes_are_divided_by_township_station_and_host(here: Village) -> None:
    with here.house.at_work():
        alone = Node.objects.create(
            committee=here.house.committee, kind="council", name="界别议事会", host="sector"
        )
        one, pk = figure("grassroots.councils"), here.house.committee.pk
        found = {by: parts(one, pk, by) for by in ("station", "host", "year")}
        ended = value(here, "councils")
        Node.objects.filter(pk=alone.pk).update(ended_on=TODAY.date())
        left = value(here, "councils")
    assert found == {
        "station": {here.station.name: 1, "不属于工作站的": 1},
        "host": {"村": 1, "界别": 1},
        "year": {"没有写": 2},
    }
    assert (ended, left) == (2, 1)


def test_person_seconded_to_two_places_counts_once_and_in_each_place(here: Village) -> None:
    with here.house.at_work():
        station = Node.objects.create(
            committee=here.house.committee, kind="station", name="西华镇委员工作站", host="township"
        )
        Secondment.objects.create(
            committee=here.house.committee, person=here.person, node=station, since=date(2024, 1, 1)
        )
        one = figure("grassroots.seconded_members")
        by_station = parts(one, here.house.committee.pk, "station")
        assert value(here, "seconded_members") == 2
    assert by_station == {here.station.name: 2, "西华镇委员工作站": 1}
    along = one.breakdown("station")
    assert along is not None
    assert along.why_not


@pytest.mark.parametrize("period", [EVER, Y2025])
def test_parts_of_every_number_add_up_or_say_why_not(here: Village, period: Period) -> None:
    with here.house.at_work():
        busy(here)
        AppraisalScheme.objects.create(
            committee=here.house.committee, year=2025, name="考核", budget_yuan=180000
        )
        wrong = [w for one in FIGURES for w in wrong_parts(one, here.house.committee.pk, period)]
    assert wrong == []


def test_rows_of_every_number_open_pages(client: Client, here: Village) -> None:
    client.force_login(here.house.users["staff"])
    opened = {}
    with here.house.at_work():
        busy(here)
        for one in FIGURES:
            row = one.things(rows_of(one, here.house.committee.pk, EVER)).select_related(*one.select).first()
            if row is not None and one.row_url:
                opened[one.id] = client.get(one.row_url(row)).status_code
    assert set(opened.values()) == {200}
    assert len(opened) == 13


def test_numbers_of_another_committee_are_not_counted(here: Village) -> None:
    other = make_village(make_house(JINCHANG))
    with here.house.at_work(other.house):
        busy(other)
        assert {value(here, key) for key in COUNTED} == {0}


@pytest.mark.parametrize("count", [1, 3])
def test_numbers_cost_the_same_queries(
    here: Village, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with here.house.at_work():
        for _n in range(count):
            busy(here)
        with django_assert_num_queries(1):
            values_of(FIGURES, here.house.committee.pk, Y2025)
        one = figure("grassroots.member_attendances")
        with django_assert_num_queries(12):
            for by in one.breakdowns:
                parts_of(one, here.house.committee.pk, EVER, by)


def test_dashboard_names_figures_that_there_are_and_have_what_it_draws() -> None:
    board = area("grassroots")
    assert board is not None
    assert all(figure(one).is_standing or one == "grassroots.seconded_members" for one in board.standing)
    assert not any(figure(one).is_standing for one in board.done)
    assert all(figure(d.figure).breakdown(d.by) for d in board.drawings)
    assert all(figure(d.beside).breakdown(d.by) for d in board.drawings if d.beside)
    assert all(figure(one).breakdown(board.table_by) for one in board.table)
