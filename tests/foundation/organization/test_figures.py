"""The figures of a committee itself: against rows made by hand, those that must not count among them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.factories import JINCHANG, add_member, make_house
from tests.parts import parts, wrong_parts
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, Period, area, calendar_year, figure, figures_of, find_figure
from tongxin.foundation.organization.actions import change_member_status
from tongxin.foundation.organization.actions_staff import (
    ChangeLine,
    PostLine,
    enter_staff_changes,
    enter_staff_posts,
)
from tongxin.foundation.organization.enums import MemberStatus, Standing
from tongxin.foundation.organization.figures import FIGURES, sector_figures
from tongxin.foundation.organization.models import (
    Member,
    Membership,
    Place,
    Sector,
    SpecialCommittee,
    SpecialCommitteePlace,
    Term,
    Unit,
)
from tongxin.foundation.organization.sector_words import usual_word, words_of
from tongxin.readers.statistics.counting import value_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 9)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def house(db: None) -> House:
    """Four members in office and one suspended; each of the two sectors has some."""
    return make_house()


def value(house: House, key: str, period: Period = EVER) -> int | Decimal:
    found = find_figure(f"organization.{key}", house.committee.pk)
    assert found is not None, key
    return value_of(found, house.committee.pk, period).value


def enrol(house: House, who: str, *, term: Term | None = None, into: SpecialCommittee | None = None) -> None:
    SpecialCommitteePlace.objects.create(
        committee=house.committee,
        member=house.members[who],
        term=term or house.term,
        special_committee=into or house.special_committee,
    )


def term_before(house: House, *names: str) -> Term:
    """The term before, with members who are none today."""
    term = Term.objects.create(
        committee=house.committee, number=4, starts_on=date(2017, 1, 1), ends_on=date(2021, 12, 31)
    )
    sector = Sector.objects.create(committee=house.committee, term=term, name="农业界")
    for n, name in enumerate(names):
        member = Member.objects.create(
            committee=house.committee, number=f"4{n:03d}", name=name, status=MemberStatus.TERM_ENDED
        )
        Membership.objects.create(committee=house.committee, member=member, term=term, sector=sector)
        house.members[name] = member
    return term


def test_members_are_those_in_office_of_the_term_of_the_last_day(house: House) -> None:
    with house.at_work():
        term_before(house, "前一", "前二", "前三")
        found = [value(house, "members", p) for p in (EVER, calendar_year(2026), calendar_year(2019))]
        none_yet = value(house, "members", calendar_year(2010))
    assert (found, none_yet) == ([4, 4, 3], 0)


def test_members_of_a_past_year_are_those_who_had_not_left_by_then(house: House) -> None:
    with house.at_work(), clock.at(date(2025, 3, 1)):
        change_member_status(
            actor=house.actor("tenant_admin"),
            member=house.members["outsider"],
            verb="resign",
            on=date(2025, 3, 1),
            decision="常委会决定",
        )
    with house.at_work():
        assert [value(house, "members", calendar_year(y)) for y in (2024, 2025, 2026)] == [4, 3, 3]


def test_members_before_the_first_term_begins_are_those_of_the_first(house: House) -> None:
    with house.at_work():
        Term.objects.filter(pk=house.term.pk).update(starts_on=date(2026, 12, 1))
        assert (value(house, "members"), value(house, "members", calendar_year(2025))) == (4, 0)


def test_sectors_are_those_of_the_term_of_the_last_day(house: House) -> None:
    with house.at_work():
        term_before(house)
        found = [value(house, "sectors", period) for period in (EVER, calendar_year(2018))]
    assert found == [2, 1]


def test_each_sector_of_the_term_is_a_figure_under_the_usual_word(house: House) -> None:
    with house.at_work():
        term_before(house, "前一")
        found = {
            f.id: f.value(house.committee.pk) for f in figures_of(house.committee.pk) if "sector_m" in f.id
        }
        assert value(house, "sector_members.agriculture", calendar_year(2019)) == 1
    assert found == {
        "organization.sector_members.agriculture": 2,
        "organization.sector_members.education": 2,
    }


def test_sector_is_found_by_the_word_that_somebody_wrote(house: House) -> None:
    with house.at_work():
        Sector.objects.filter(pk=house.sectors[0].pk).update(key="farming")
        assert value(house, "sector_members.farming") == 2
        assert find_figure("organization.sector_members.agriculture", house.committee.pk) is None


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("农业界", "agriculture"),
        ("农业和农村界", "agriculture"),
        ("教育界", "education"),
        ("医药卫生界", "medicine"),
        ("经济界", "economy"),
        ("科学技术界", "science"),
        ("科协", "science_association"),
        ("中国共产党界", "communist_party"),
        ("妇联界", "women"),
        ("特别邀请人士", "specially_invited"),
        ("环境资源界", "environment"),
        ("枸杞产业界", "gou_qi_chan_ye"),
        ("界", "sector"),
        ("！", "sector"),
    ],
)
def test_usual_word_is_english_for_the_national_sectors_and_pinyin_for_others(name: str, word: str) -> None:
    assert usual_word(name) == word


def test_second_sector_of_one_word_gets_a_number_and_what_was_written_stays() -> None:
    sectors = [Sector(name="农业界"), Sector(name="农业农村界"), Sector(name="林业界", key="agriculture")]
    assert {word: s.name for word, s in words_of(sectors).items()} == {
        "agriculture": "林业界",
        "agriculture_2": "农业界",
        "agriculture_3": "农业农村界",
    }


def test_enrolment_share_counts_each_member_in_office_once(house: House) -> None:
    with house.at_work():
        before = term_before(house, "前一", "前二", "前三")
        other = SpecialCommittee.objects.create(committee=house.committee, name="文史委员会")
        for who in ("proposer", "outsider", "suspended"):
            enrol(house, who)
        enrol(house, "proposer", into=other)
        # A place of the term before makes nobody enrolled in this one.
        enrol(house, "cosigner_1", term=before)
        enrol(house, "前一", term=before)
        shares = (value(house, "enrolment_share"), value(house, "enrolment_share_before"))
        of_then = value(house, "enrolment_share", calendar_year(2020))
    assert shares == (Decimal("50.0"), Decimal("33.3"))
    assert of_then == Decimal("33.3")


def test_members_along_special_committees_count_in_each_and_say_so(house: House) -> None:
    with house.at_work():
        before = term_before(house)
        other = SpecialCommittee.objects.create(committee=house.committee, name="文史委员会")
        enrol(house, "proposer")
        enrol(house, "proposer", into=other)
        enrol(house, "outsider", term=before)
        Membership.objects.filter(member=house.members["outsider"]).update(standing=Standing.CHAIR)
        one = figure("organization.members")
        found = {by: parts(one, house.committee.pk, by) for by in ("special_committee", "standing", "sector")}
    assert found == {
        "special_committee": {"提案委员会": 1, "文史委员会": 1, "没有编入专委会的": 3},
        "standing": {"委员": 3, "主席": 1},
        "sector": {"农业界": 2, "教育界": 2},
    }
    along = one.breakdown("special_committee")
    assert along is not None
    assert along.why_not


def test_units_count_until_they_end_and_special_committees_while_they_are_used(house: House) -> None:
    with house.at_work():
        Unit.objects.filter(pk=house.units["c"].pk).update(ended_on=date(2025, 6, 1))
        SpecialCommittee.objects.create(committee=house.committee, name="旧委员会", is_active=False)
        found = [value(house, "units", period) for period in (EVER, calendar_year(2024))]
        assert value(house, "special_committees") == 1
    assert found == [4, 5]


def staffed(house: House) -> None:
    """Posts and changes of every sort, and some that count nowhere."""
    county = Place.objects.filter(parent=house.committee.place, committee__isnull=False).first()
    assert county is not None
    since = date(2021, 5, 1)
    centre = {"workplace": "service_centre", "since": since}
    lines = [
        *(PostLine("administrative", "一级科员", since, holder=f"人{n}") for n in range(3)),
        PostLine(
            "administrative", "主任", since, "special_committee", special_committee=house.special_committee
        ),
        PostLine("administrative", "撤了的", since, until=date(2023, 12, 31)),
        PostLine("administrative", "以后的", date(2027, 1, 1)),
        PostLine("worker", "司机", since),
        PostLine("institution", "馆员", since),
        PostLine("institution", "本级的", **centre),
        PostLine("institution", "也是本级的", **centre, place=house.committee.place),
        *(PostLine("institution", "县里的", **centre, place=county) for _n in range(3)),
    ]
    committee, on = house.special_committee, date(2021, 6, 1)
    changes = [
        *(ChangeLine("attached", f"调研{n}", on, committee) for n in range(2)),
        ChangeLine("attached", "到期的", on, committee, date(2022, 6, 1)),
        ChangeLine("added", "充实的", on, committee),
        ChangeLine("selected", "遴选的", on),
        ChangeLine("promoted", "提拔的", on),
        ChangeLine("exchanged", "交流的", on),
        ChangeLine("ranked", "职级的", date(2022, 1, 1)),
    ]
    actor, pk = house.actor("staff"), house.committee.pk
    enter_staff_posts(actor=actor, committee_id=pk, lines=lines, document="编委发〔2021〕8号")
    enter_staff_changes(actor=actor, committee_id=pk, lines=changes, document="组发〔2021〕15号")


STAFFED = {
    "posts.administrative": 4,
    "posts.worker": 1,
    "posts.institution": 1,
    "service_centre_posts.city": 2,
    "service_centre_posts.counties": 3,
    "attached_investigators": 2,
    "posts.added_to_committees": 1,
    "posts.selected": 1,
    "staff_promoted": 3,
}


def test_posts_and_changes_count_by_what_they_are_and_when_they_hold() -> None:
    house = make_house(JINCHANG)
    with house.at_work():
        staffed(house)
        now = {key: value(house, key) for key in STAFFED}
        of_2021 = {key: value(house, key, calendar_year(2021)) for key in STAFFED}
        of_2023 = {key: value(house, key, calendar_year(2023)) for key in STAFFED}
    assert now == STAFFED
    assert of_2021 == STAFFED | {"posts.administrative": 5, "attached_investigators": 3, "staff_promoted": 2}
    assert of_2023 == STAFFED | {
        "posts.administrative": 5,
        "staff_promoted": 0,
        "posts.added_to_committees": 0,
        "posts.selected": 0,
    }


@pytest.mark.parametrize("period", [EVER, calendar_year(2021), calendar_year(2023)])
def test_numbers_of_the_office_open_lists_of_exactly_that_many(client: Client, period: Period) -> None:
    house = make_house(JINCHANG)
    with house.at_work():
        staffed(house)
        figures = [f for f in figures_of(house.committee.pk) if f.page.startswith("organization:staff")]
        wanted = {f.url(period): f.value(house.committee.pk, period) for f in figures}
    client.force_login(house.users["staff"])
    assert {url: client.get(url).context["page"].paginator.count for url in wanted} == wanted
    assert len(wanted) == len(STAFFED)


def test_parts_of_every_number_of_the_organization_add_up_or_say_why_not() -> None:
    house = make_house(JINCHANG)
    with house.at_work():
        term_before(house, "前一")
        enrol(house, "proposer")
        staffed(house)
        figures = [f for f in figures_of(house.committee.pk) if f.id.startswith("organization.")]
        wrong = [
            w
            for f in figures
            for p in (EVER, calendar_year(2021))
            for w in wrong_parts(f, house.committee.pk, p)
        ]
    assert wrong == []


def test_rows_of_every_number_of_the_organization_are_shown_by_their_columns_and_open_pages(
    client: Client,
) -> None:
    house = make_house(JINCHANG)
    client.force_login(house.users["tenant_admin"])
    shown = {}
    with house.at_work():
        enrol(house, "proposer")
        staffed(house)
        for one in figures_of(house.committee.pk):
            if (
                one.id.startswith("organization.")
                and one.row_url
                and one.id != "organization.station_heads_as_members"
            ):
                row = one.things(one.rows(house.committee.pk, EVER)).select_related(*one.select).first()
                shown[one.id] = one.row_url(row) if row else ""
    assert {key: client.get(url).status_code for key, url in shown.items() if url} == dict.fromkeys(
        (key for key, url in shown.items() if url), 200
    )
    assert len([url for url in shown.values() if url]) == 14


def test_numbers_of_another_committee_are_not_counted(house: House) -> None:
    other = make_house(JINCHANG)
    add_member(other, "fifth", "第五人")
    with house.at_work(other):
        staffed(other)
        mine = {key: value(house, key) for key in ("members", *STAFFED)}
    assert mine == {"members": 4} | dict.fromkeys(STAFFED, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_numbers_of_the_organization_cost_the_same_queries(
    house: House, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with house.at_work():
        for n in range(count):
            Sector.objects.create(committee=house.committee, term=house.term, name=f"新界{n}")
        with django_assert_num_queries(1):
            sectors = sector_figures(house.committee.pk)
        with django_assert_num_queries(1):
            found = values_of([*FIGURES, *sectors], house.committee.pk, EVER)
    assert len(found) == len(FIGURES) + 2 + count


def test_dashboard_names_figures_that_there_are_and_have_what_it_draws() -> None:
    board = area("organization")
    assert board is not None
    known = {one: figure(one) for one in (*board.standing, *board.done, *board.table)}
    assert all(one.is_standing for key, one in known.items() if key in board.standing)
    assert all(figure(d.figure).breakdown(d.by) for d in board.drawings)
    assert all(known[key].breakdown(board.table_by) for key in board.table)
