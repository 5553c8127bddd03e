"""What is reported upward and written in work reports: each committee has its own, and what was signed stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from tests.access import looks_reports
from tests.access.looks_reports import ROLLUP_TABLES, TABLES, everywhere
from tests.access.world import committee_tables
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from tests.access.world import Browser, World


@pytest.mark.parametrize("look", looks_reports.LOOKS, ids=lambda look: look.__name__)
def test_reports_hold_to_their_rules(browser: Browser, look: Any) -> None:
    assert look(browser) == []


def owners(tables: list[str], where: str = "") -> dict[str, set[int]]:
    """Return whose rows plain SQL finds, table by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT DISTINCT committee_id FROM "{table}" {where}')  # noqa: S608
            found[table] = {row[0] for row in cursor.fetchall()}
    return found


def test_tables_of_reports_hold_rows_of_both_committees(world: World) -> None:
    """Else what is asked of all tables would say nothing of these."""
    assert set(TABLES) <= set(committee_tables())
    with tenancy.scope(world.committee_ids):
        assert owners(TABLES) == {t: set(world.committee_ids) for t in TABLES}


@pytest.mark.parametrize("side", [0, 1])
def test_sql_in_one_scope_finds_nothing_of_those_above_and_below(world: World, side: int) -> None:
    own = world.committee_ids[side]
    with tenancy.scope([own]):
        assert owners(TABLES) == {t: {own} for t in TABLES}
    # There was much that could have been seen: those above asked, those below have sheets.
    above_and_below = [one for one in everywhere(world) if one not in world.committee_ids]
    with tenancy.scope(above_and_below):
        assert [t for t, found in owners([f"rollup_{n}" for n in ROLLUP_TABLES]).items() if not found] == []


def test_sql_for_the_public_finds_no_report(world: World) -> None:
    with tenancy.scope(world.committee_ids, audience="public"):
        assert owners(TABLES) == {t: set() for t in TABLES}


def test_sql_of_a_sender_cannot_change_what_was_received(world: World) -> None:
    sender, upper = world.committee_ids
    of_sender = f'"received_id" IN (SELECT id FROM rollup_received WHERE sender_id = {sender})'  # noqa: S608
    with tenancy.scope([upper]), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM rollup_receivedvalue WHERE {of_sender}")  # noqa: S608
        assert cursor.fetchone()[0] > 0
    with tenancy.scope([sender]), connection.cursor() as cursor:
        cursor.execute(f"UPDATE rollup_receivedvalue SET value = 9999 WHERE {of_sender}")  # noqa: S608
        assert cursor.rowcount == 0
        cursor.execute(f"UPDATE rollup_received SET state = 'awaited' WHERE sender_id = {sender}")  # noqa: S608
        assert cursor.rowcount == 0
