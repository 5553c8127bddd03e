from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.capabilities.builders import World, make_world
from tongxin.capabilities.deadlines.actions import set_calendar_day, start_deadline
from tongxin.capabilities.deadlines.models import CalendarChange, CalendarDay, Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, year_page
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

DAY = {"on": "2026-10-09", "kind": "holiday", "name": "州庆日", "basis": "州政府通知"}


@pytest.fixture
def world() -> Iterator[World]:
    made = make_world("990001", "tenant_admin")
    with tenancy.scope([made.committee.pk], user_id=made.user.pk), clock.at(date(2026, 9, 28)):
        yield made


def deadline(world: World, code: str) -> Deadline:
    return start_deadline(
        matter=world.matter(code=code, title="草稿的题目"),
        kind="rating",
        starts_on=date(2026, 9, 28),
        reason="收到答复",
        working_days=5,
    )


def test_year_has_every_day_once_and_the_announced_days_marked(world: World) -> None:
    page = year_page(2026, calendar_of(world.committee.pk), date(2026, 9, 28))
    cells = [cell for month in page.months for week in month.weeks for cell in week if cell]
    assert [cell.on.timetuple().tm_yday for cell in cells] == list(range(1, 366))
    kinds = {cell.on: (cell.kind, cell.name) for cell in cells}
    assert [kinds[date(2026, 10, day)] for day in (7, 8, 10, 11)] == [
        ("off", "国庆节"),
        ("", ""),
        ("makeup", "调休上班"),
        ("weekend", ""),
    ]
    assert [cell.on for cell in cells if cell.is_today] == [date(2026, 9, 28)]


def test_year_not_announced_says_so_and_an_announced_one_names_its_document(
    world: World, client: Client
) -> None:
    world.sign_in(client)
    told = "2027年放假安排尚未公布，先按周末推算"
    pages = {
        year: client.get(reverse("deadlines:year", args=[year])).content.decode() for year in (2026, 2027)
    }
    assert {year: told in page for year, page in pages.items()} == {2026: False, 2027: True}
    assert "国办发明电〔2025〕7号" in pages[2026]


def test_preview_counts_what_will_move_and_changes_nothing(world: World, client: Client) -> None:
    deadline(world, "2026-001")
    deadline(world, "2026-002")
    world.sign_in(client)
    page = client.get(reverse("deadlines:set_day"), DAY).content.decode()
    assert ("会有2个期限改变" in page, "2026-001" in page, "10月12日" in page) == (True, True, True)
    # Whoever keeps the calendar need not be allowed to read every matter.
    assert "草稿的题目" not in page
    assert set(Deadline.objects.values_list("due_on", flat=True)) == {date(2026, 10, 10)}
    assert CalendarDay.objects.count() == 0


def test_confirming_changes_once_and_shows_the_list(world: World, client: Client) -> None:
    moved = deadline(world, "2026-001")
    world.sign_in(client)
    form = {**DAY, "once": str(new_key())}
    answers = [client.post(reverse("deadlines:set_day"), form) for _time in range(2)]
    change = CalendarChange.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {
        reverse("deadlines:change", args=[change.pk])
    }
    moved.refresh_from_db()
    assert moved.due_on == date(2026, 10, 12)
    page = client.get(answers[0].headers["Location"]).content.decode()
    assert ("1个期限改变" in page, "2026-001" in page, "10月9日是州庆日，放假" in page) == (True, True, True)


def test_removing_a_day_previews_and_restores(world: World, client: Client) -> None:
    moved = deadline(world, "2026-001")
    set_calendar_day(actor=world.actor, on=date(2026, 10, 9), kind="holiday", name="州庆日", basis="")
    world.sign_in(client)
    address = reverse("deadlines:remove_day", args=[date(2026, 10, 9)])
    assert "会有1个期限改变" in client.get(address).content.decode()
    assert client.post(address, {"once": str(new_key())}).status_code == 302
    moved.refresh_from_db()
    assert moved.due_on == date(2026, 10, 10)
    assert client.get(address).status_code == 404


def test_announcing_a_year_needs_its_document(world: World, client: Client) -> None:
    world.sign_in(client)
    address = reverse("deadlines:announce", args=[2027])
    assert client.post(address, {"basis": "", "once": str(new_key())}).status_code == 422
    assert client.post(address, {"basis": "国办发明电〔2026〕8号", "once": str(new_key())}).status_code == 302
    assert calendar_of(world.committee.pk).announced(2027)


def test_day_that_cannot_be_is_explained_in_the_form(world: World, client: Client) -> None:
    world.sign_in(client)
    page = client.get(reverse("deadlines:set_day"), {**DAY, "on": "2026-02-30"})
    assert (page.status_code, "form" in page.content.decode(), CalendarDay.objects.count()) == (422, True, 0)
    assert client.get("/deadlines/days/2026-02-30/remove/").status_code == 404


def test_change_of_another_committee_is_missing(world: World, client: Client) -> None:
    elsewhere = make_world("990002", "staff")
    with tenancy.scope([elsewhere.committee.pk]):
        set_calendar_day(actor=elsewhere.actor, on=date(2026, 10, 9), kind="holiday", name="x", basis="")
        foreign = CalendarChange.objects.get()
    world.sign_in(client)
    assert client.get(reverse("deadlines:change", args=[foreign.pk])).status_code == 404
    assert client.get(reverse("deadlines:remove_day", args=[date(2026, 10, 9)])).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("staff", 200), ("tenant_admin", 200), ("leader", 403)])
def test_calendar_is_kept_by_staff_and_administrator_only(client: Client, role: str, status: int) -> None:
    world = make_world("990003", role)
    world.sign_in(client)
    assert client.get(reverse("deadlines:calendar")).status_code == status
    assert client.get(reverse("deadlines:set_day"), DAY).status_code == status


def test_calendar_takes_the_same_queries_with_one_and_three_days(
    world: World, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world.sign_in(client)
    # The first request of a sign-in notes the device.
    client.get(reverse("deadlines:calendar"))
    for days in (1, 3):
        for number in range(days):
            on = date(2026, 11, 2 + number)
            set_calendar_day(actor=world.actor, on=on, kind="holiday", name="州庆日", basis="")
        # Savepoint and its release, session, account, posts, days, changes, unread notices.
        with django_assert_num_queries(8):
            page = client.get(reverse("deadlines:calendar")).content.decode()
        assert page.count(' own"') - page.count('k-off own">1<') == days
