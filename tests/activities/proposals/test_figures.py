"""The figures of proposals: what each counts in a session that was counted by hand, and in the reports."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.activities.proposals.figures_ground import a_session_and_what_followed, counted
from tests.activities.proposals.reports.rows import TODAY, Rows
from tongxin.activities.proposals.enums import MergedCounting, ProposalState
from tongxin.activities.proposals.figures import FIGURES
from tongxin.activities.proposals.models import Proposal, ProposalRules
from tongxin.activities.proposals.reports.summary import summary
from tongxin.capabilities.matters.models import Matter, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, calendar_year, figure, find_figure
from tongxin.foundation.core.periods import calendar_month
from tongxin.foundation.organization.models import Body
from tongxin.readers.statistics.counting import parts_of, rows_of, value_of, values_of
from tongxin.readers.statistics.leave import open_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

pytestmark = pytest.mark.django_db
Y2025, Y2026 = calendar_year(2025), calendar_year(2026)


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


def share(value: str) -> Decimal:
    return Decimal(value)


def test_figures_of_a_session_are_what_was_counted_by_hand(house: House) -> None:
    with house.at_work():
        found = counted(FIGURES, house, Y2026)

    assert found == {
        "received": 23,
        "filed": 14,
        "collective": 3,
        "joint": 1,
        "party_proposals": 1,
        "key": 1,
        "outstanding": 1,
        "replied": 6,
        "in_hand": 8,
        "overdue": 1,
        "members_taking_part": 3,
        "taking_part_rate": share("60.0"),
        "reply_rate": share("42.9"),
        "reply_rate.livelihood": share("25.0"),
        "on_time_rate": share("66.7"),
        "class_a_rate": share("50.0"),
        "ratings": 6,
        "satisfied_rate": share("50.0"),
        "satisfied_rate.attitude": share("66.7"),
        "supervisions": 3,
        "promises_open": 2,
        "promises_kept": 1,
        "look_backs": 1,
        "quality_rules": 2,
    }


def test_figures_of_another_year_hold_what_was_done_in_it(house: House) -> None:
    with house.at_work():
        found = {key: value for key, value in counted(FIGURES, house, Y2025).items() if value}

    assert found == {
        "received": 1,
        "filed": 1,
        "replied": 1,
        "members_taking_part": 1,
        "taking_part_rate": share("20.0"),
        "reply_rate": share("100.0"),
        "on_time_rate": share("100.0"),
        "class_a_rate": share("100.0"),
        "supervisions": 1,
        "look_backs": 1,
        "quality_rules": 2,
    }


def test_figures_of_all_years_are_those_of_each_together(house: House) -> None:
    with house.at_work():
        found = counted(FIGURES, house, EVER)

    chosen = ("received", "filed", "replied", "in_hand", "members_taking_part", "supervisions")
    assert [found[name] for name in chosen] == [24, 15, 7, 8, 3, 4]
    assert (found["promises_open"], found["quality_rules"], found["look_backs"]) == (3, 2, 2)


def test_values_of_all_figures_cost_one_query(
    house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with house.at_work():
        museum = find_figure("proposals.supervisions.museum", house.committee.pk)
        assert museum is not None
        with django_assert_num_queries(1):
            values_of((*FIGURES, museum), house.committee.pk, Y2026)


def test_committee_without_proposals_has_only_noughts() -> None:
    house = factories.make_house()

    with house.at_work():
        found = counted(FIGURES, house, EVER)

    assert set(found.values()) == {0}


def test_another_committees_rows_are_not_counted(house: House) -> None:
    other = factories.make_house(factories.JINCHANG)

    with house.at_work(other):
        found = counted(FIGURES, other, EVER)

    assert set(found.values()) == {0}


def test_figures_equal_the_report_of_the_same_session(house: House) -> None:
    with house.at_work():
        said = summary(house.session, house.actor("leader"))
        found = counted(FIGURES, house, Y2026)
        by_topic = parts_of(
            figure("proposals.filed"), house.committee.pk, Y2026, figure("proposals.filed").breakdown("topic")
        )

    assert {name: found[name] for name in ("received", "filed", "collective", "members_taking_part")} == {
        "received": said["received"],
        "filed": said["filed"],
        "collective": said["collective"],
        "members_taking_part": said["members_taking_part"],
    }
    assert float(found["taking_part_rate"]) == said["members_taking_part_percent"]
    assert {p.label: p.value for p in by_topic} == {t["topic"]: t["count"] for t in said["by_topic"]}


@pytest.mark.parametrize(
    ("way", "filed", "january", "march"),
    [(MergedCounting.NUMBERED, 2, 2, 0), (MergedCounting.ALL, 4, 2, 1), (MergedCounting.APART, 1, 1, 0)],
)
def test_merged_proposals_count_as_the_committee_decided(
    way: MergedCounting, filed: int, january: int, march: int
) -> None:
    house = factories.make_house()
    with house.at_work():
        rows = Rows(house)
        lead = rows.proposal()
        rows.proposal(ProposalState.MERGED, merged_into=lead)
        handed_in = datetime(2026, 4, 2, 9, tzinfo=clock.ZONE)
        later = rows.proposal(ProposalState.UNDER_REVIEW, filed=False)
        rows.proposal(ProposalState.MERGED, filed=False, merged_into=later, submitted_at=handed_in)
        # Lends its day of filing; itself it is not counted, for it was not handed in.
        in_march = rows.proposal(filed_on=date(2026, 3, 3), submitted_at=None, number=False)
        rows.proposal(ProposalState.MERGED, filed=False, merged_into=in_march)
        ProposalRules.objects.update_or_create(committee=house.committee, defaults={"merged_counting": way})
        rules = ProposalRules.objects.get(committee=house.committee)

        one = figure("proposals.filed")
        months = [one.value(house.committee.pk, calendar_month(2026, n)) for n in (1, 3, 4)]
        total = one.value(house.committee.pk)
        said = Proposal.objects.filter(submitted_at__isnull=False).counted_as_filed(rules).count()

    assert (total, said) == (filed, filed)
    # Merged before it was filed itself: on the day of the other; where that has none, when it was handed in.
    assert months == [january, march, filed - january - march]


def test_committee_without_rules_counts_merged_ones_as_the_installed_rules_do(house: House) -> None:
    with house.at_work():
        ProposalRules.objects.filter(committee=house.committee).delete()
        found = counted(FIGURES, house, Y2026)

    assert (found["filed"], found["on_time_rate"]) == (14, share("66.7"))


def test_limit_of_imported_answers_is_the_committees_own(house: House) -> None:
    with house.at_work():
        ProposalRules.objects.filter(committee=house.committee).update(reply_months=4)
        found = counted(FIGURES, house, Y2026)

    # One had no deadline and was answered after 95 days.
    assert found["on_time_rate"] == share("83.3")


def test_last_minute_of_the_year_counts_in_it_by_the_clock_of_china() -> None:
    house = factories.make_house()
    one = figure("proposals.received")
    month = one.breakdown("month")
    assert month is not None
    with house.at_work():
        rows = Rows(house)
        rows.proposal(submitted_at=datetime(2025, 12, 31, 23, 59, tzinfo=clock.ZONE))
        rows.proposal(submitted_at=datetime(2026, 1, 1, 0, 0, tzinfo=clock.ZONE))
        pk = house.committee.pk

        assert [one.value(pk, Y2025), one.value(pk, Y2026)] == [1, 1]
        assert [(p.key, p.value) for p in parts_of(one, pk, EVER, month)] == [("2025-12", 1), ("2026-01", 1)]
        assert [value_of(one, pk, EVER, "month", key).value for key in ("2025-12", "2026-01")] == [1, 1]


def test_party_proposals_are_those_of_parties_the_federation_and_who_has_none() -> None:
    house = factories.make_house()
    with house.at_work():
        rows = Rows(house)
        for name, kind in (
            ("市工商联", "fic"),
            ("市无党派人士联谊会", "organization"),
            ("市总工会", "organization"),
            ("农业界", "sector"),
        ):
            body = Body.objects.create(committee=house.committee, name=name, kind=kind)
            rows.proposal(ProposalState.NOT_FILED, filed=False, body=body, kind="organization")
        rows.proposal(body=house.body, kind="party")
        rows.proposal()
        one = figure("proposals.party_proposals")
        by = one.breakdown("organization")
        assert by is not None

        found = parts_of(one, house.committee.pk, EVER, by)

    assert [(p.label, p.value) for p in found] == [
        ("市工商联", 1),
        ("市无党派人士联谊会", 1),
        ("民盟支部", 1),
    ]


def test_supervisions_of_a_key_proposal_with_a_short_name_are_a_figure(house: House) -> None:
    other = factories.make_house(factories.JINCHANG)
    with house.at_work(other):
        found = find_figure("proposals.supervisions.museum", house.committee.pk)

        assert found is not None
        assert found.name == "现场督办：关于第18件事的提案"
        # On the spot only; the meeting is among all supervisions.
        assert [found.value(house.committee.pk, p) for p in (EVER, Y2026, Y2025)] == [3, 2, 1]
        assert find_figure("proposals.supervisions.museum", other.committee.pk) is None
        assert find_figure("proposals.supervisions.", house.committee.pk) is None


@pytest.mark.parametrize("who", ["staff", "leader", "auditor"])
def test_rows_of_each_figure_are_rows_that_the_reader_may_open(house: House, who: str) -> None:
    with house.at_work():
        # Sensitive: counted; who looks at numbers is of the office and may open it. A draft is nobody's number.
        Proposal.objects.filter(committee=house.committee).update(is_sensitive=True)
        Matter.objects.filter(committee=house.committee).update(visibility=Visibility.INTERNAL)
        actor = house.actor(who)
        hidden = {
            one.id: rows.exclude(pk__in=open_to(actor, rows).values("pk")).count()
            for one in FIGURES
            for rows in (one.rows(house.committee.pk, EVER),)
            if one.is_open_to(actor)
        }

    assert hidden == dict.fromkeys((one.id for one in FIGURES), 0)


@pytest.mark.parametrize("who", ["proposer", "clerk_a", "reviewer", "tenant_admin", "supervisor"])
def test_figures_are_not_shown_to_who_does_not_look_at_numbers(house: House, who: str) -> None:
    with house.at_work():
        actor = house.actor(who)

    assert [one.id for one in FIGURES if one.is_open_to(actor)] == []


def test_draft_is_in_no_figure() -> None:
    house = factories.make_house()
    factories.draft(house)

    with house.at_work():
        assert set(counted(FIGURES, house, EVER).values()) == {0}


def test_walked_through_the_acts_a_proposal_is_counted_where_it_stands() -> None:
    house = factories.make_house()
    factories.rated(house, cosigners=["cosigner_1"])
    factories.filed(house, by="outsider")

    with house.at_work():
        found = counted(FIGURES, house, EVER)
        month = rows_of(figure("proposals.replied"), house.committee.pk, EVER, "month", f"{TODAY:%Y-%m}")
        answered_this_month = month.count()

    chosen = ("received", "filed", "replied", "in_hand", "members_taking_part", "ratings")
    assert [found[name] for name in chosen] == [2, 2, 1, 1, 3, 1]
    assert (found["reply_rate"], found["on_time_rate"], answered_this_month) == (
        share("50.0"),
        share("100.0"),
        1,
    )
