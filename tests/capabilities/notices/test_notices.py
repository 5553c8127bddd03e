from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.capabilities.builders import World, make_world
from tongxin.capabilities.notices.actions import mark_all_read, mark_read, tell
from tongxin.capabilities.notices.models import Notice
from tongxin.capabilities.notices.selectors import by_day, inbox, unread_count
from tongxin.foundation.core import clock, tenancy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    made = make_world("990001", "staff")
    with tenancy.scope([made.committee.pk], user_id=made.user.pk):
        yield made


def told(world: World, text: str, *, url: str = "/proposals/1/", users: tuple[World, ...] = ()) -> None:
    people = users or (world,)
    tell(user_ids=[w.user.pk for w in people], committee_id=world.committee.pk, text=text, url=url)


def test_same_notice_unread_comes_once_and_again_after_reading(world: World) -> None:
    told(world, "请审查")
    told(world, "请审查")
    assert unread_count(world.actor) == 1
    mark_read(actor=world.actor, notice=Notice.objects.get())
    assert unread_count(world.actor) == 0
    told(world, "请审查")
    assert (unread_count(world.actor), Notice.objects.count()) == (1, 2)


def test_notice_for_two_reaches_the_one_who_has_not_got_it(world: World) -> None:
    colleague = make_world("990001", "reviewer", name="王玉萍")
    told(world, "请审查")
    told(world, "请审查", users=(world, colleague, colleague))
    counted = {user.pk: Notice.objects.filter(user=user).count() for user in (world.user, colleague.user)}
    assert counted == {world.user.pk: 1, colleague.user.pk: 1}


def test_telling_five_takes_as_many_queries_as_telling_one(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = tuple(make_world("990001", "reviewer") for _time in range(5))
    for told_people in (people, people[:1]):
        # What they have unread, and all rows at once.
        with django_assert_num_queries(2):
            told(world, f"请{len(told_people)}位审查", users=told_people)


def test_person_reads_neither_colleagues_notices_nor_those_of_another_committee(world: World) -> None:
    colleague = make_world("990001", "reviewer", name="王玉萍")
    told(world, "给同事的", users=(colleague,))
    elsewhere = make_world("990002", "staff")
    with tenancy.scope([elsewhere.committee.pk]):
        tell(user_ids=[world.user.pk], committee_id=elsewhere.committee.pk, text="别处的", url="/")
    told(world, "自己的")
    assert [notice.text for notice in inbox(world.actor)] == ["自己的"]
    mark_read(actor=world.actor, notice=Notice.objects.get(text="给同事的"))
    assert mark_all_read(actor=world.actor) == 1
    assert Notice.objects.get(text="给同事的").read_at is None


def test_inbox_has_unread_first_and_then_the_newest_by_day_in_china(world: World) -> None:
    for text, at in (
        ("一", datetime(2026, 10, 8, 15, 59, tzinfo=UTC)),
        ("二", datetime(2026, 10, 8, 16, 1, tzinfo=UTC)),  # the next day in China
        ("三", datetime(2026, 10, 9, 1, 0, tzinfo=UTC)),
    ):
        with clock.at(at):
            told(world, text)
    mark_read(actor=world.actor, notice=Notice.objects.get(text="三"))
    grouped = [(d.on.day, d.unread, [n.text for n in d.notices]) for d in by_day(inbox(world.actor))]
    assert grouped == [(9, True, ["二"]), (8, True, ["一"]), (9, False, ["三"])]


def test_opening_marks_read_and_goes_to_the_page(world: World, client: Client) -> None:
    told(world, "请审查")
    notice = Notice.objects.get()
    world.sign_in(client)
    answer = client.post(reverse("notices:open", args=[notice.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/proposals/1/")
    notice.refresh_from_db()
    assert notice.read_at is not None


@pytest.mark.parametrize("url", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_opening_never_leads_to_another_site(world: World, client: Client, url: str) -> None:
    told(world, "请审查", url=url)
    world.sign_in(client)
    answer = client.post(reverse("notices:open", args=[Notice.objects.get().pk]))
    assert answer.headers["Location"] == reverse("notices:list")


def test_colleagues_notice_looks_like_a_missing_one(world: World, client: Client) -> None:
    colleague = make_world("990001", "reviewer", name="王玉萍")
    told(world, "给同事的", users=(colleague,))
    world.sign_in(client)
    assert client.post(reverse("notices:open", args=[Notice.objects.get().pk])).status_code == 404


def test_list_takes_the_same_queries_with_one_and_three_rows(
    world: World, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world.sign_in(client)
    # The first request of a sign-in notes the device.
    client.get(reverse("notices:list"))
    for rows in (1, 3):
        while Notice.objects.count() < rows:
            told(world, f"第{Notice.objects.count()}条")
        with django_assert_num_queries(LIST_QUERIES):
            page = client.get(reverse("notices:list"))
        assert page.content.decode().count("notice-row") == rows


# session, account, posts, page (count and rows), unread count of the shell; begin and end of the transaction.
LIST_QUERIES = 8


def test_read_all_empties_the_unread(world: World, client: Client) -> None:
    told(world, "一")
    told(world, "二")
    world.sign_in(client)
    assert client.post(reverse("notices:read_all")).status_code == 302
    assert unread_count(world.actor) == 0
