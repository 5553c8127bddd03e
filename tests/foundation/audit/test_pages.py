from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.capabilities.builders import World, make_world
from tongxin.foundation.audit.actions import record
from tongxin.foundation.audit.export import as_row, as_syslog
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.audit.selectors import A_PAGE, entries_like, entry_page
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    made = make_world("990001", "auditor")
    with tenancy.scope([made.committee.pk], user_id=made.user.pk):
        yield made


def act(
    world: World, action: str = "tests.act", *, name: str = "何秀兰", target: str = "", **detail: object
) -> None:
    record(actor=Actor(name=name, committee_id=world.committee.pk), action=action, target=target, **detail)


def test_filters_each_narrow_the_list(world: World) -> None:
    with clock.at(datetime(2026, 10, 8, 15, 59, tzinfo=UTC)):
        act(world, "proposal.file", name="王玉萍", target="matter:1")
    with clock.at(datetime(2026, 10, 8, 16, 0, tzinfo=UTC)):  # already the 9th in China
        act(world, "proposal.assign", target="matter:2")
    found = {
        name: list(entries_like(world.actor, {name: value}).values_list("seq", flat=True))
        for name, value in {
            "person": "玉萍",
            "action": "assign",
            "target": "matter:1",
            "first": date(2026, 10, 9),
            "last": date(2026, 10, 8),
        }.items()
    }
    assert found == {"person": [1], "action": [2], "target": [1], "first": [2], "last": [1]}


def test_pages_lead_back_to_the_first_entry_without_gaps(world: World) -> None:
    for number in range(A_PAGE + 3):
        act(world, number=number)
    first = entry_page(world.actor, {}, None)
    second = entry_page(world.actor, {}, first.older)
    seen = [entry.seq for entry in (*first.entries, *second.entries)]
    assert (seen, second.older) == (list(range(A_PAGE + 3, 0, -1)), None)


def test_list_shows_own_committee_only_and_takes_constant_queries(
    world: World, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    elsewhere = make_world("990002", "auditor")
    with tenancy.scope([elsewhere.committee.pk]):
        act(elsewhere, "tests.foreign")
    record(actor=Actor(name="x"), action="tests.installation")
    world.sign_in(client)
    # The first request of a sign-in notes the device.
    client.get(reverse("audit:list"))
    for rows in (1, 3):
        while Entry.objects.visible_to(world.actor).count() < rows:
            act(world, "tests.own")
        # Savepoint and its release, session, account, posts, entries, unread notices.
        with django_assert_num_queries(7):
            page = client.get(reverse("audit:list")).content.decode()
        assert (page.count("tests.own"), "tests.foreign" in page, "tests.installation" in page) == (
            rows,
            False,
            False,
        )


def test_entry_of_another_committee_is_missing(world: World, client: Client) -> None:
    elsewhere = make_world("990002", "auditor")
    with tenancy.scope([elsewhere.committee.pk]):
        act(elsewhere)
        act(elsewhere)
    act(world, 原因="重复")
    world.sign_in(client)
    page = client.get(reverse("audit:entry", args=[1]))
    assert (page.status_code, "重复" in page.content.decode()) == (200, True)
    assert client.get(reverse("audit:entry", args=[2])).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [("auditor", 200), ("tenant_admin", 200), ("staff", 403), ("leader", 403)]
)
def test_log_is_read_by_auditor_and_administrator_only(client: Client, role: str, status: int) -> None:
    world = make_world("990003", role)
    world.sign_in(client)
    assert client.get(reverse("audit:list")).status_code == status
    assert client.post(reverse("audit:verify")).status_code == status


def test_verifying_from_the_page_says_the_result_and_is_recorded(world: World, client: Client) -> None:
    act(world)
    act(world)
    world.sign_in(client)
    page = client.post(reverse("audit:verify")).content.decode()
    assert "审计日志完好，共2条。" in page
    last = Entry.objects.visible_to(world.actor).order_by("-seq")[0]
    assert (last.action, last.detail) == ("audit.verify", {"ok": True, "entries": 2})


@pytest.mark.parametrize(
    "query", ["before=x", "before=99999999999999999999", "first=31.2.2026", "person=%00"]
)
def test_hostile_query_shows_a_page(world: World, client: Client, query: str) -> None:
    world.sign_in(client)
    assert client.get(f"{reverse('audit:list')}?{query}").status_code == 200


def test_row_of_the_export_cannot_start_a_formula(world: World) -> None:
    act(world, "=cmd()", name="＝HYPERLINK()", target="@x")
    assert as_row(Entry.objects.visible_to(world.actor).get())[4:7] == ["'＝HYPERLINK()", "'=cmd()", "'@x"]


def test_syslog_line_keeps_to_one_line_and_escapes(world: World) -> None:
    with clock.at(datetime(2026, 10, 9, 1, 2, 3, tzinfo=UTC)):
        act(world, "tests.act", name='甲"]\n<110>1 伪造')
    line = as_syslog(Entry.objects.visible_to(world.actor).get())
    assert "\n" not in line
    assert line.startswith("<110>1 2026-10-09T01:02:03+00:00 - tongxin - audit [audit@32473 chain=")
    assert 'name="甲\\"\\] <110>1 伪造"' in line
