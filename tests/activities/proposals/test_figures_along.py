"""The breakdowns of the figures of proposals: they add up, or say why not; each part opens its rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.urls import resolve

from tests import factories
from tests.activities.proposals.figures_ground import a_session_and_what_followed
from tests.activities.proposals.reports.rows import TODAY, Rows
from tongxin.activities.proposals.enums import HandlingRole, ProposalState
from tongxin.activities.proposals.figures import FIGURES
from tongxin.activities.proposals.figures.dashboard import PROPOSALS
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, Figure, calendar_year, families, figure, figures_of
from tongxin.foundation.organization.models import (
    Membership,
    Sector,
    Session,
    SpecialCommittee,
    SpecialCommitteePlace,
    Term,
)
from tongxin.readers.statistics.counting import parts_of, rows_of, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.factories import House

pytestmark = pytest.mark.django_db
_SAME = [
    *("month", "year", "term", "topic", "kind", "phase", "state", "reply_class", "sector"),
    *("special_committee", "organization", "unit"),
]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def house() -> House:
    made = factories.make_house()
    with made.at_work():
        a_session_and_what_followed(made)
    return made


def parts(house: House, one: Figure, key: str) -> dict[str, int]:
    by = one.breakdown(key)
    assert by is not None
    found = parts_of(one, house.committee.pk, EVER, by)
    return {p.label: int(p.value) for p in found}


def test_each_part_holds_as_many_rows_as_it_says_and_they_add_up_or_it_says_why(house: House) -> None:
    wrong, seen = [], 0
    with house.at_work():
        pk = house.committee.pk
        for one in figures_of(pk):
            if not one.id.startswith("proposals."):
                continue
            whole = value_of(one, pk, EVER)
            for by in one.breakdowns:
                found = parts_of(one, pk, EVER, by)
                seen += len(found)
                for part in found:
                    rows = rows_of(one, pk, EVER, by.key, part.key)
                    assert part.counted is not None
                    told = part.counted.value if part.counted.part is None else part.counted.part
                    if one.value_of(rows) != told or rows.count() < told:
                        wrong.append((one.id, by.key, part.label, told, rows.count()))
                told_of = [p.counted.value if p.counted.part is None else p.counted.part for p in found]
                total = whole.value if whole.part is None else whole.part
                if sum(told_of) != total and not (by.why_not and sum(told_of) > total):
                    wrong.append((one.id, by.key, "sum", total, sum(told_of)))

    assert (wrong, seen > 400) == ([], True)


def test_figures_of_proposals_may_be_divided_alike() -> None:
    assert {
        one.id: [by.key for by in one.breakdowns]
        for one in FIGURES
        if [by.key for by in one.breakdowns][: len(_SAME)] != _SAME
    } == {
        # What all of its rows have in common divides nothing.
        "proposals.joint": [key for key in _SAME if key != "kind"],
        "proposals.class_a_rate": [key for key in _SAME if key != "reply_class"],
        "proposals.taking_part_rate": [],
        "proposals.quality_rules": ["month", "year"],
    }


def test_parts_have_names(house: House) -> None:
    one = figure("proposals.filed")
    with house.at_work():
        assert parts(house, one, "kind") == {
            "个人提案": 11,
            "专委会提案": 1,
            "党派提案": 1,
            "界别提案": 1,
            "联名提案": 1,
        }
        assert parts(house, one, "organization") == {
            "委员个人或联名": 12,
            "农业界（提案单位）": 1,
            "提案委员会（提案单位）": 1,
            "民盟支部": 1,
        }
        assert parts(house, one, "term") == {"五届": 15}
        assert parts(house, one, "year") == {"2025年": 1, "2026年": 14}
        assert parts(house, one, "month") == {"2025年3月": 1, "2026年1月": 14}
        # The first proposer's of that term; a sector's own proposal is among its members'.
        assert parts(house, one, "sector") == {"教育界": 12, "农业界": 1, "其他集体提案，或不在本届名单": 2}
        assert parts(house, one, "special_committee") == {"提案委员会": 13, "没有入专委会，或其他集体提案": 2}
        assert parts(house, figure("proposals.replied"), "reply_class") == {
            "A　已解决或采纳": 4,
            "B　计划解决或准备采纳": 2,
            "C　留作参考": 1,
        }


def test_unit_counts_where_it_answers_in_the_present_round(house: House) -> None:
    with house.at_work():
        found = parts(house, figure("proposals.replied"), "unit")

        # Seven answered; one of them by two units side by side, each of which counts it.
        assert found == {"教育局": 4, "交通运输局": 2, "住房和城乡建设局": 2}
        assert figure("proposals.replied").breakdown("unit").why_not  # type: ignore[union-attr]
        # Handed over and given back, helping only: not theirs.
        assert parts(house, figure("proposals.overdue"), "unit") == {"交通运输局": 1}


def test_form_is_about_the_unit_whose_answer_it_rates() -> None:
    house = factories.make_house()
    with house.at_work():
        rows = Rows(house)
        both = rows.proposal(ProposalState.CLOSED)
        rows.part(both, "b", role=HandlingRole.SEPARATE, code="A", days=20)
        rows.rating(rows.part(both, "a", role=HandlingRole.SEPARATE, code="A", days=30), *["satisfied"] * 2)

        found = parts(house, figure("proposals.ratings"), "unit")

    assert found == {"教育局": 1}


def test_unit_of_an_earlier_round_does_not_count_again() -> None:
    house = factories.make_house()
    with house.at_work():
        rows = Rows(house)
        again = rows.proposal(ProposalState.HANDLING, round=2)
        rows.part(again, "a", code="C", days=30)
        rows.part(again, "b", role=HandlingRole.LEAD, round=2, due=0)
        rows.part(again, "c", role=HandlingRole.CO, round=2, due=0)

        assert parts(house, figure("proposals.filed"), "unit") == {"交通运输局": 1}


def test_sector_and_special_committee_are_those_of_the_proposals_term() -> None:
    house = factories.make_house()
    member = house.members["proposer"]
    with house.at_work():
        earlier = Term.objects.create(
            committee=house.committee, number=4, starts_on=date(2017, 1, 1), ends_on=date(2021, 12, 31)
        )
        then = Sector.objects.create(committee=house.committee, term=earlier, name="农业界")
        Membership.objects.create(committee=house.committee, member=member, term=earlier, sector=then)
        Membership.objects.filter(member=member, term=house.term).update(sector=house.sectors[0])
        other = SpecialCommittee.objects.create(committee=house.committee, name="经济委员会（旧）")
        for term, special in (
            (earlier, other),
            (house.term, house.special_committee),
            (house.term, other),
        ):
            SpecialCommitteePlace.objects.create(
                committee=house.committee, member=member, term=term, special_committee=special
            )
        rows = Rows(house)
        rows.proposal()
        rows.proposal()
        rows.session = Session.objects.create(
            committee=house.committee,
            term=earlier,
            number=1,
            opens_on=date(2017, 1, 6),
            closes_on=date(2017, 1, 9),
            proposal_cutoff_on=date(2017, 1, 8),
            code_prefix="2017",
        )
        rows.proposal()
        one = figure("proposals.filed")

        # Two sectors of one name are told apart; who sits on two special committees counts in both.
        assert parts(house, one, "sector") == {"农业界（五届）": 2, "农业界（四届）": 1}
        assert parts(house, one, "special_committee") == {"经济委员会（旧）": 3, "提案委员会": 2}
        assert parts(house, one, "term") == {"四届": 1, "五届": 2}


def test_member_in_several_parts_counts_in_each_and_once_in_all(house: House) -> None:
    one = figure("proposals.members_taking_part")
    with house.at_work():
        by_month = parts(house, one, "month")

        assert (by_month, one.value(house.committee.pk)) == ({"2025年3月": 1, "2026年1月": 3}, 3)
        assert all(by.why_not for by in one.breakdowns)


def test_cells_of_two_breakdowns_are_their_rows(house: House) -> None:
    one = figure("proposals.filed")
    with house.at_work():
        pk = house.committee.pk
        cells = one.breakdown("special_committee~unit")
        assert cells is not None
        inside = house.special_committee.pk

        assert rows_of(one, pk, EVER, "kind~phase", "party~ordinary").count() == 1
        assert rows_of(one, pk, EVER, cells.key, f"{inside}~{house.units['a'].pk}").count() == 6


def test_every_row_and_column_of_the_opened_page_can_be_shown(house: House) -> None:
    seen = set()
    with house.at_work():
        for one in FIGURES:
            for row in one.things(one.rows(house.committee.pk, EVER)).select_related(*one.select)[:3]:
                assert sum(column.is_title for column in one.columns) == 1
                for column in one.columns:
                    value: object = row
                    for name in column.path.split("."):
                        value = getattr(value, name) if value is not None else None
                    assert value is None or callable(value) or str(value) is not None
                assert one.row_url is not None
                seen.add(resolve(one.row_url(row).partition("#")[0]).view_name)

    assert seen == {
        "proposals:detail",
        "proposals:key",
        "proposals:quality_rules",
        "organization:member",
    }


def test_dashboard_draws_only_what_there_is() -> None:
    known = {one.id: one for one in FIGURES}

    assert {*PROPOSALS.standing, *PROPOSALS.done, *PROPOSALS.table} <= set(known)
    assert [known[d.figure].breakdown(d.by) is not None for d in PROPOSALS.drawings] == [True, True, True]
    assert all(known[name].breakdown(PROPOSALS.table_by) for name in PROPOSALS.table)
    assert "proposals.supervisions." in {one.prefix for one in families()}
    assert figure("proposals.filed").url(calendar_year(2026)) == ""
