"""Ids of another committee, or of another unit, in the body of a form do nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.urls import reverse

from tests.access.expectations import LINES
from tests.access.filling import filled
from tests.access.test_idempotency import sender_of
from tests.access.world import committee_tables, fingerprint, touched
from tongxin.activities.proposals.models import Assignment
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from tests.access.world import Browser, World

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SENT = sorted(n for n, line in LINES.items() if "POST" in line.methods and not line.is_public)


def counterparts(world: World) -> dict[str, str]:
    """Return for each id of the first committee the id of the same thing in the second."""
    a, b = world.a, world.b
    pairs = [(a.ids[k], b.ids[k]) for k in a.ids if isinstance(a.ids[k], UUID)]
    for mine, theirs in (
        (a.house.members, b.house.members),
        (a.house.units, b.house.units),
        (a.house.users, b.house.users),
        (a.house.classes, b.house.classes),
    ):
        pairs += [(mine[k].pk, theirs[k].pk) for k in mine]
    pairs += [(a.house.reason.pk, b.house.reason.pk), (a.house.body.pk, b.house.body.pk)]
    pairs += [(mine.pk, theirs.pk) for mine, theirs in zip(a.house.sectors, b.house.sectors, strict=True)]
    assert all(isinstance(theirs, UUID) for _mine, theirs in pairs)
    return {str(mine): str(theirs) for mine, theirs in pairs}


def swapped(data: dict[str, Any], other: dict[str, str]) -> dict[str, Any]:
    """The same form with the other committee's ids, in values and in names of fields."""

    def swap(value: Any) -> Any:
        if isinstance(value, list):
            return [swap(v) for v in value]
        if not isinstance(value, str):
            return value
        for mine, theirs in other.items():
            value = value.replace(mine, theirs)
        return value

    return {swap(k): swap(v) for k, v in data.items()}


def forged(world: World) -> dict[str, Any]:
    """What somebody might add to a form of these URLs."""
    b = world.b
    filed, part = b.ids["proposal.filed"], b.ids["part.assigned.a"]
    return {
        "proposals": [str(filed), str(b.ids["proposal.submitted"])],
        "assignments": [str(part)],
        "members": [str(b.house.members["outsider"].pk)],
        "user": [str(b.house.users["staff"].pk)],
        "into": str(filed),
        "nodes": [str(b.ids["node.council"])],
        "node": str(b.ids["node.council"]),
        "topics": [str(b.ids["topic.accepted"]), str(b.ids["topic.collected"])],
        "problems": [str(b.ids["problem.reported"])],
        "codes": [str(b.ids["code.room"])],
        "people": [str(b.ids["seconded_person"])],
        "statements": [str(b.ids["statement.pending"])],
        "many": "1",
        f"unit-{filed}": str(world.a.house.units["a"].pk),
        f"unit-{world.a.ids['proposal.filed']}": str(b.house.units["a"].pk),
        "committee": str(b.ids["committee"]),
        "committee_id": str(b.ids["committee"]),
    }


def references_to(world: World, tables: list[str]) -> dict[str, int]:
    """Count the rows of the first committee that name something of the second."""
    theirs = set(counterparts(world).values())
    found = {}
    with tenancy.scope([world.a.house.committee.pk]), connection.cursor() as cursor:
        for table in tables:
            # The database takes a second to look for two hundred ids.
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
            found[table] = sum(not theirs.isdisjoint(_ID.findall(row)) for (row,) in cursor.fetchall())
    return found


@dataclass(frozen=True)
class Rows:
    """What stands in some tables: theirs, ours that name something of theirs, and who may sign in how.

    What was asked from above and sent there names the other committee by right, so only more of it is wrong.
    """

    theirs: dict[str, str]
    ours: dict[str, int]
    accounts: set[tuple[Any, ...]]


def rows_of(world: World, tables: set[str]) -> Rows:
    """Read these tables alone: the world is large, and a form writes to few of them."""
    of_committees = sorted(tables & (set(committee_tables()) - {"audit_entry"}))
    people = {user.pk for user in world.b.house.users.values()}
    accounts = User.objects.filter(pk__in=people) if "accounts_user" in tables else User.objects.none()
    return Rows(
        fingerprint(of_committees, [world.b.house.committee.pk]),
        references_to(world, of_committees),
        set(accounts.values_list("pk", "password", "is_active")),
    )


def reached(browser: Browser, name: str) -> list[str]:
    """Send the form of a page with foreign ids in it; return what that changed or came to refer to."""
    world, who = browser.world, sender_of(name)
    wrong = []
    with transaction.atomic():
        url, data = filled(browser, name, who)
        # Where a page takes people by name, one a line, an id is a name like any other.
        named = {"people"} if isinstance(data.get("people"), str) else set()
        claimed = {key: value for key, value in forged(world).items() if key not in named}
        for body in (swapped(data, counterparts(world)), data | claimed):
            known = touched()
            with transaction.atomic():
                answer = browser.ask(who, "POST", url, body)
                written = {table for table, n in touched().items() if n != known.get(table)}
                now = rows_of(world, written)
                transaction.set_rollback(True)
            before = rows_of(world, written)
            wrong += [f"{name} answered {answer.error!r}"] if answer.status >= 500 else []
            wrong += [f"{name} changed a foreign row"] if now.theirs != before.theirs else []
            wrong += [
                f"{name} refers to foreign rows in {t}" for t, n in now.ours.items() if n > before.ours[t]
            ]
            wrong += [f"{name} changed a foreign account"] if now.accounts != before.accounts else []
        transaction.set_rollback(True)
    return wrong


@pytest.mark.parametrize("name", SENT)
def test_foreign_ids_in_a_body_reach_nothing(browser: Browser, name: str) -> None:
    assert reached(browser, name) == []


def test_parts_of_another_unit_in_a_body_are_not_signed_for(browser: Browser) -> None:
    world = browser.world
    other = world.a.ids["part.third.c"]
    url = reverse("proposals:sign_for", args=[world.a.ids["part.assigned.a"]])
    browser.ask("clerk_a", "POST", url, {"many": "1", "assignments": [str(other)]})
    with tenancy.scope(world.committee_ids):
        assert Assignment.objects.get(pk=other).state == "assigned"


def test_reminders_of_another_offices_units_are_not_sent(browser: Browser) -> None:
    world = browser.world
    before = fingerprint(["notices_notice", "matters_timelineentry"], world.committee_ids)
    data = {
        "assignments": [str(world.a.ids["part.third.c"])],
        "proposals": [str(world.a.ids["proposal.third"])],
    }
    browser.ask("supervisor", "POST", reverse("proposals:remind"), data)
    assert fingerprint(["notices_notice", "matters_timelineentry"], world.committee_ids) == before
