"""Below all queries: of online conversations the public's database finds what its pages show, and no voice."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections, transaction

from tests.access.test_row_level_security import counts
from tests.access.world import TODAY
from tongxin.activities.conversations.models import Statement, StatementUse
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.access.world import World

# One conversation is open to everybody and one was: their published statements, and the map of the one that ended.
# No voice, no list, nothing that waits, no map that still moves, no use.
SEEN_OF_TALKS = {
    "conversations_conversation": 2,
    "conversations_statement": 10,
    "conversations_opinionmap": 1,
    "conversations_voice": 0,
    "conversations_invitation": 0,
    "conversations_statementuse": 0,
}


def seen_by_the_public(world: World) -> dict[str, int]:
    with tenancy.scope([world.a.house.committee.pk], audience="public"):
        return counts(list(SEEN_OF_TALKS))


def use_a_statement(world: World) -> None:
    """Let one statement have gone into the work."""
    StatementUse.objects.create(
        committee=world.a.house.committee,
        statement_id=world.a.ids["statement.closed"],
        matter_id=world.a.ids["topic.public"],
        standing="24人表态",
        on=TODAY,
    )


def test_sql_for_the_public_finds_of_talks_only_what_its_pages_show(world: World) -> None:
    with tenancy.scope([world.a.house.committee.pk]):
        use_a_statement(world)
        everything = counts(list(SEEN_OF_TALKS))
    assert seen_by_the_public(world) == SEEN_OF_TALKS
    # There was something that could have been seen.
    assert [t for t, n in everything.items() if n <= SEEN_OF_TALKS[t]] == []


def test_sql_for_the_public_finds_published_statements_alone(world: World) -> None:
    with tenancy.scope([world.a.house.committee.pk], audience="public"):
        found = set(Statement.objects.values_list("state", "conversation"))
    ids = world.a.ids
    assert found == {("published", ids["talk.open"]), ("published", ids["talk.closed"])}


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (
            "UPDATE conversations_statement SET state = 'withdrawn' WHERE number = 2 AND conversation_id = %s",
            9,
        ),
        ("UPDATE matters_matter SET visibility = 'members' WHERE id = %s", 5),
    ],
)
def test_sql_for_the_public_follows_what_is_taken_back(world: World, change: str, left: int) -> None:
    with tenancy.scope([world.a.house.committee.pk]), connection.cursor() as cursor:
        cursor.execute(change, [world.a.ids["talk.open"]])
        assert cursor.rowcount == 1
    assert seen_by_the_public(world)["conversations_statement"] == left


@contextmanager
def _policy(table: str, seen: str) -> Iterator[None]:
    """Let other rows of a table be seen; as the owner of the tables, and taken back at the end."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT qual FROM pg_policies WHERE tablename = %s AND policyname = 'in_scope'", [table]
        )
        [(before,)] = cursor.fetchall()
        cursor.execute(f'ALTER POLICY in_scope ON "{table}" USING ({seen})')
        try:
            yield
        finally:
            cursor.execute(f'ALTER POLICY in_scope ON "{table}" USING ({before})')


@pytest.mark.parametrize(
    "table", ["conversations_voice", "conversations_invitation", "conversations_opinionmap"]
)
def test_table_opened_to_the_public_by_mistake_is_noticed(world: World, table: str) -> None:
    committee = world.a.house.committee.pk
    with _policy(table, f"committee_id = {committee}"), transaction.atomic():
        found = seen_by_the_public(world)
        # Gives back what was looked at, so that the owner can put it right.
        transaction.set_rollback(True)
    assert {t: n for t, n in found.items() if n != SEEN_OF_TALKS[t]}.keys() == {table}
