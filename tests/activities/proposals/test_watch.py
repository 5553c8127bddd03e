"""The deadline watch, and the morning's reminders: to whom, when, once, and never of what is done."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import extending, handling, passing_on
from tongxin.activities.proposals.actions.handling import HandOver
from tongxin.activities.proposals.reminding import remind_all, remind_committee
from tongxin.activities.proposals.selectors.watch import watch_page
from tongxin.capabilities.deadlines.models import Deadline, SentReminder
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.accounts.models import AttemptCount
from tongxin.foundation.core import clock, nightly
from tongxin.foundation.core.models import OnceKey, new_id
from tongxin.foundation.organization.models import RosterImport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House
    from tongxin.activities.proposals.models import Assignment, Proposal

pytestmark = pytest.mark.django_db
HANDED_OVER = date(2026, 6, 10)
# Three months on: Thursday 10 September. The week before has no day off but the weekend.
DUE = date(2026, 9, 10)
SEVEN_BEFORE = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with clock.at(HANDED_OVER):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def at_work(house: House, unit: str = "a", **more: str) -> tuple[Proposal, Assignment]:
    made, parts = factories.assigned(house, to=unit, **more)
    return made, factories.answer(house, unit, parts[unit], until="handling")


def remind(house: House, on: date) -> int:
    with clock.at(on), house.at_work():
        return remind_committee(house.committee.pk)


def digests(house: House, who: str) -> list[str]:
    with house.at_work():
        found = Notice.objects.filter(user=house.users[who], url="/proposals/deadlines/").order_by("pk")
        return list(found.values_list("text", flat=True))


def read_all(house: House) -> None:
    with house.at_work():
        Notice.objects.update(read_at=clock.now())


def test_reminders_come_seven_three_and_one_day_before_and_then_weekly(house: House) -> None:
    at_work(house)
    sent = []
    for n in range(40):
        day = SEVEN_BEFORE - timedelta(days=1) + timedelta(days=n)
        if remind(house, day):
            sent.append(day)
        read_all(house)
    assert sent == [
        SEVEN_BEFORE,
        date(2026, 9, 7),
        date(2026, 9, 9),
        # Late: the day after, then each week; Friday 25 September is Mid-Autumn, and from 1 October on
        # National Day, so these come when offices work again.
        date(2026, 9, 11),
        date(2026, 9, 18),
        date(2026, 9, 28),
        date(2026, 10, 8),
        date(2026, 10, 9),
    ]
    assert digests(house, "clerk_a") == [
        *["承办提案期限：1件7日内到期"] * 3,
        *["承办提案期限：1件已逾期"] * 5,
    ]


def test_digest_goes_to_the_unit_and_the_office_over_it_and_to_nobody_else(house: House) -> None:
    at_work(house)
    at_work(house)
    at_work(house, "b")
    assert remind(house, SEVEN_BEFORE) == 5
    assert {who: text for who in house.users if (text := digests(house, who))} == {
        "clerk_a": ["承办提案期限：2件7日内到期"],
        "leader_a": ["承办提案期限：2件7日内到期"],
        "clerk_b": ["承办提案期限：1件7日内到期"],
        "leader_b": ["承办提案期限：1件7日内到期"],
        "supervisor": ["承办提案期限：3件7日内到期"],
    }


def test_reminders_run_twice_on_one_day_tell_nobody_twice(house: House) -> None:
    at_work(house)
    assert [remind(house, SEVEN_BEFORE), remind(house, SEVEN_BEFORE)] == [3, 0]
    with house.at_work():
        assert list(SentReminder.objects.values_list("due_on", "step")) == [(DUE, 7)]


def test_nobody_is_reminded_of_a_date_that_was_lawfully_extended_until_the_new_one_comes(
    house: House,
) -> None:
    _made, part = at_work(house)
    assert remind(house, SEVEN_BEFORE) == 3
    with clock.at(date(2026, 9, 3)), house.at_work():
        extending.request_extension(
            actor=house.actor("clerk_a"), assignment=part, months=1, reason="要现场勘测"
        )
        extending.grant_extension(actor=house.actor("supervisor"), assignment=part)
    read_all(house)
    assert [remind(house, date(2026, 9, n)) for n in (7, 9, 11, 18)] == [0, 0, 0, 0]
    # The new date is Saturday 10 October, which is worked; seven working days before, with the holidays.
    with house.at_work():
        assert Deadline.objects.running().get(kind="reply").due_on == date(2026, 10, 10)
    assert [remind(house, date(2026, 9, n)) for n in (22, 23)] == [0, 3]


def test_nobody_is_reminded_of_what_is_done_dropped_or_with_others(house: House) -> None:
    _done, part = at_work(house)
    factories.answer(house, "a", part)
    _reviewed, part = at_work(house)
    factories.answer(house, "a", part, until="reply_review")
    _declining, parts = factories.assigned(house)
    with house.at_work():
        handling.request_decline(actor=house.actor("clerk_a"), assignment=parts["a"], reason="归交通局")
    assert remind(house, date(2026, 9, 11)) == 0


def test_short_limits_are_not_announced_before_they_have_run_a_while(house: House) -> None:
    with house.at_work():
        factories.assigned(house)
    # Five working days to sign for: 17 June. Three days before, then one; not seven.
    days = [HANDED_OVER + timedelta(days=n) for n in range(1, 8)]
    sent = []
    for day in days:
        if remind(house, day):
            sent.append(day)
        read_all(house)
    assert sent == [date(2026, 6, 12), date(2026, 6, 16)]


def test_office_is_reminded_of_what_it_is_to_hand_on(house: House) -> None:
    made = factories.filed(house)
    with house.at_work():
        passing_on.hand_to_office(actor=house.actor("staff"), proposal=made, office=house.units["office"])
    assert remind(house, date(2026, 6, 16)) == 1
    assert digests(house, "supervisor") == ["承办提案期限：1件7日内到期"]


def test_all_committees_are_reminded_each_of_its_own() -> None:
    one, other = factories.two_houses()
    for house in (one, other):
        at_work(house)
    with clock.at(SEVEN_BEFORE):
        assert (remind_all(), remind_all()) == (6, 0)
    for house in (one, other):
        assert digests(house, "supervisor") == ["承办提案期限：1件7日内到期"]


# The page


def test_watch_counts_open_lists_with_that_many_rows(client: Client, house: House) -> None:
    at_work(house)
    at_work(house, "b")
    at_work(house, "c")
    with clock.at(date(2026, 9, 7)):
        _late, part = at_work(house)
        client.force_login(house.users["staff"])
    url = reverse("proposals:watch")
    with clock.at(date(2026, 9, 11)):
        page = client.get(url).context["shown"]
        assert page.tab == "late"
        counts = {t["label"]: (t["count"], t["url"]) for t in page.tabs}
        assert {label: n for label, (n, _url) in counts.items()} == {
            "已逾期": 3,
            "1日内到期": 0,
            "3日内到期": 0,
            "7日内到期": 0,
            "申请延期待答复": 0,
            "经批准延期": 0,
            "全部在走的": 4,
        }
        for n, there in counts.values():
            assert client.get(url + there).context["shown"].page.paginator.count == n
        for unit in page.units:
            for tab, n in (
                ("late", unit.late),
                ("7", unit.near),
                ("extended", unit.extended),
                ("all", unit.all),
            ):
                found = client.get(url, {"tab": tab, "unit": str(unit.pk)}).context["shown"]
                assert (found.unit.pk, len(found.rows)) == (unit.pk, n)
        assert [(u.name, u.late, u.all) for u in page.units] == [
            ("交通运输局", 1, 1),
            ("住房和城乡建设局", 1, 1),
            ("教育局", 1, 2),
        ]
        with house.at_work():
            extending.request_extension(
                actor=house.actor("clerk_a"), assignment=part, months=2, reason="要现场勘测"
            )
        asked = client.get(url, {"tab": "asked"}).context["shown"]
        assert [r.deadline.subject_id for r in asked.rows] == [part.pk]
        with house.at_work():
            extending.grant_extension(actor=house.actor("staff"), assignment=part)
        extended = client.get(url, {"tab": "extended"}).context["shown"]
        assert [(r.deadline.subject_id, r.extended_by) for r in extended.rows] == [(part.pk, 2)]


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("staff", ["交通运输局", "住房和城乡建设局", "教育局"]),
        ("leader", ["交通运输局", "住房和城乡建设局", "教育局"]),
        ("supervisor", ["交通运输局", "教育局"]),
        ("other_supervisor", ["住房和城乡建设局"]),
        ("clerk_a", ["教育局"]),
        ("leader_b", ["交通运输局"]),
    ],
)
def test_watch_shows_each_their_own(client: Client, house: House, who: str, units: list[str]) -> None:
    for unit in "abc":
        at_work(house, unit)
    client.force_login(house.users[who])
    page = client.get(reverse("proposals:watch"), {"tab": "all"}).context["shown"]
    assert sorted(r.deadline.unit.name for r in page.rows) == sorted(units)


@pytest.mark.parametrize("rows", [1, 3])
def test_watch_asks_the_same_queries_however_much(
    house: House, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for unit in "abc"[:rows]:
        at_work(house, unit)
    actor = house.actor("supervisor")
    with house.at_work(), django_assert_num_queries(4):
        watch_page(actor, tab="all", unit=None, page_number=1)


# The night


def test_nightly_is_due_once_a_day_from_seven_in_the_morning() -> None:
    def at(day: int, hour: int, done_on: date | None) -> bool:
        with clock.at(datetime(2026, 9, day, hour, 30, tzinfo=clock.ZONE)):
            return nightly.is_due(done_on)

    assert [at(1, 6, None), at(1, 7, None), at(1, 23, date(2026, 9, 1)), at(2, 6, date(2026, 9, 1))] == [
        False,
        True,
        False,
        False,
    ]
    assert at(2, 7, date(2026, 9, 1)) is True


def test_nightly_reminds_and_throws_away_what_is_outdated(house: House) -> None:
    at_work(house)
    with clock.at(SEVEN_BEFORE):
        now = clock.now()
        old, young = new_id(), new_id()
        for key, days in ((old, 8), (young, 6)):
            OnceKey.objects.create(key=key)
            OnceKey.objects.filter(key=key).update(at=now - timedelta(days=days))
        for key, hours in (("old", 25), ("young", 23)):
            AttemptCount.objects.create(key=key, count=1, until=now - timedelta(hours=hours))
        with house.at_work():
            for name, state, days in (
                ("旧.csv", "previewed", 8),
                ("新.csv", "previewed", 6),
                ("已导入.csv", "confirmed", 80),
            ):
                RosterImport.objects.create(
                    committee=house.committee,
                    term_number=5,
                    filename=name,
                    state=state,
                    uploaded_at=now - timedelta(days=days),
                )
        call_command("nightly")
        call_command("nightly")
    assert list(OnceKey.objects.values_list("key", flat=True)) == [young]
    assert list(AttemptCount.objects.values_list("key", flat=True)) == ["young"]
    with house.at_work():
        assert set(RosterImport.objects.values_list("filename", flat=True)) == {"新.csv", "已导入.csv"}
    assert digests(house, "clerk_a") == ["承办提案期限：1件7日内到期"]


def test_hand_on_and_signing_is_the_leaders_own(house: House) -> None:
    _made, part = at_work(house)
    factories.answer(house, "a", part, until="approving")
    # Three working days to sign: 15 June; the day before, only the leader and the office hear of it.
    assert remind(house, date(2026, 6, 12)) == 2
    assert digests(house, "clerk_a") == []
    assert len(digests(house, "leader_a")) == 1


def test_units_that_share_an_office_do_not_see_each_others_dates(client: Client, house: House) -> None:
    with house.at_work():
        made = factories.filed(house)
        handling.assign_proposal(
            actor=house.actor("staff"), proposal=made, to=HandOver((house.units["a"],), (house.units["b"],))
        )
    client.force_login(house.users["clerk_b"])
    page = client.get(reverse("proposals:watch"), {"tab": "all"}).context["shown"]
    assert {r.deadline.unit.name for r in page.rows} == {"交通运输局"}
