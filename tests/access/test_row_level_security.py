"""Below all queries: with ``visible_to`` broken on purpose, PostgreSQL still shows nothing foreign."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from tests.access.expectations import LINES
from tests.access.probing import Prober
from tests.access.world import MARK, MISSING, PEOPLE, TODAY, committee_tables, fingerprint
from tongxin.activities.proposals.models import Assignment, Promise, Proposal, Reply
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.access.world import Browser, World

# Pages with lists: whatever leaks would stand here.
LISTS = tuple(
    name
    for name, line in LINES.items()
    if "GET" in line.methods
    and len(line.targets) == 1
    and line.targets[0].label == "—"
    and not line.is_public
)
WITH_OBJECTS = tuple(
    n for n, line in LINES.items() if any(t.is_addressable and t.label != "—" for t in line.targets)
)


@contextmanager
def every_visible_to_broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Let every queryset's ``visible_to`` return everything."""
    classes = {type(model._default_manager.all()) for model in apps.get_models()}
    classes |= {base for cls in classes for base in cls.__mro__}
    broken = 0
    for cls in classes:
        if "visible_to" in vars(cls):
            monkeypatch.setattr(cls, "visible_to", lambda self, _actor: self.all())
            broken += 1
    yield broken
    monkeypatch.undo()


def test_broken_scopes_no_list_shows_a_foreign_row(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    leaks = []
    with every_visible_to_broken(monkeypatch) as broken:
        assert broken >= 5
        for name in LISTS:
            for who in sorted(LINES[name].passes - {"ended", "system_admin", "outsider", "cosigner_1"}):
                answer = browser.ask(who, "GET", reverse(name))
                if MARK in answer.text:
                    leaks.append(f"{name} as {who}")
    record_property("probes", browser.asked)
    assert leaks == []


@pytest.mark.parametrize("name", WITH_OBJECTS)
def test_broken_scopes_foreign_objects_stay_absent(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, name: str, record_property: Any
) -> None:
    prober = Prober(browser)
    people = sorted(
        LINES[name].passes
        & {*PEOPLE[:5], "staff", "clerk_a", "leader_a", "tenant_admin", "reviewer", "head", "worker"}
    )
    with every_visible_to_broken(monkeypatch):
        prober.check(name, people, kinds=("foreign",))
    record_property("probes", prober.report.probes)
    assert prober.report.failures == []


# In SQL, as the application's role


@pytest.fixture
def tables(world: World) -> list[str]:
    return committee_tables()


def counts(tables: list[str], where: str = "") -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" {where}')  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return found


def test_sql_without_a_scope_finds_no_rows(world: World, tables: list[str]) -> None:
    with tenancy.scope(world.committee_ids):
        assert counts(tables)["proposals_proposal"] > 40
    assert counts(tables) == dict.fromkeys(tables, 0)


def test_sql_in_the_scope_of_one_committee_finds_only_its_rows(world: World, tables: list[str]) -> None:
    a, b = world.committee_ids
    with tenancy.scope([a]):
        assert counts(tables, f"WHERE committee_id <> {a}") == dict.fromkeys(tables, 0)
    with tenancy.scope([a, b]):
        other = counts(tables, f"WHERE committee_id = {b}")
    # There was something that could have leaked.
    assert other["proposals_proposal"] > 20


def test_sql_cannot_change_or_delete_rows_out_of_scope(world: World, tables: list[str]) -> None:
    a, b = world.committee_ids
    changeable = [t for t in tables if t != "audit_entry"]
    before = fingerprint(tables, [b])
    with tenancy.scope([a]), connection.cursor() as cursor:
        for table in changeable:
            cursor.execute(f'UPDATE "{table}" SET committee_id = committee_id WHERE committee_id = {b}')  # noqa: S608
            assert (table, cursor.rowcount) == (table, 0)
            cursor.execute(f'DELETE FROM "{table}" WHERE committee_id = {b}')  # noqa: S608
            assert (table, cursor.rowcount) == (table, 0)
    assert fingerprint(tables, [b]) == before


def refusal(statement: str, *values: object) -> str:
    """Return what the database says to a statement; nothing when it carries it out."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
    except DatabaseError as no:
        return str(no).splitlines()[0]
    return ""


def test_sql_cannot_move_own_rows_to_another_committee(world: World, tables: list[str]) -> None:
    a, b = world.committee_ids
    with tenancy.scope([a]):
        filled = [t for t, n in counts(tables).items() if n and t != "audit_entry"]
        said = {t: refusal(f'UPDATE "{t}" SET committee_id = {b}') for t in filled}  # noqa: S608
    # A key or a uniqueness may object first; what matters is that no row moves.
    assert [t for t, why in said.items() if not why] == []
    assert sum("row-level security" in why for why in said.values()) > len(filled) * 3 // 4


def test_sql_cannot_add_rows_to_another_committee(world: World) -> None:
    a, b = world.committee_ids
    with tenancy.scope([a]):
        why = refusal(
            'INSERT INTO proposals_topic (id, committee_id, name, "order", is_active)'
            " VALUES (%s, %s, 'x', 0, true)",
            MISSING,
            b,
        )
    assert why == 'new row violates row-level security policy for table "proposals_topic"'


def test_sql_for_the_public_finds_only_public_matters(world: World) -> None:
    with tenancy.scope(world.committee_ids, audience="public"):
        # On each side a proposal, a topic, a session that was announced, a problem that was solved, and the
        # conversation that is open to everybody and the one that was.
        assert counts(["matters_matter", "proposals_proposal"]) == {
            "matters_matter": 12,
            "proposals_proposal": 2,
        }
        assert set(Proposal.objects.values_list("matter__visibility", flat=True)) == {"public"}


def test_sql_for_the_public_finds_nothing_of_matters_that_are_not_public(
    world: World, tables: list[str]
) -> None:
    hidden = [
        found
        for key, found in world.a.ids.items()
        if key.startswith(MATTERS) and key not in PUBLIC_MATTERS and isinstance(found, UUID)
    ]
    hangs_on_matter = [t for t in tables if t in COLUMN_OF_MATTER]
    with tenancy.scope(world.committee_ids, audience="public"), connection.cursor() as cursor:
        found = {}
        for table in hangs_on_matter:
            query = f'SELECT count(*) FROM "{table}" WHERE {COLUMN_OF_MATTER[table]} = ANY(%s)'  # noqa: S608
            cursor.execute(query, [hidden])
            found[table] = cursor.fetchone()[0]
    assert found == dict.fromkeys(hangs_on_matter, 0)


def test_sql_for_the_public_finds_of_the_grass_roots_only_what_its_pages_show(world: World) -> None:
    with tenancy.scope([world.a.house.committee.pk], audience="public"):
        found = counts(list(SEEN_OF_THE_GRASS_ROOTS))
    assert found == SEEN_OF_THE_GRASS_ROOTS
    # There was much that could have been seen.
    with tenancy.scope([world.a.house.committee.pk]):
        everything = counts([t for t in SEEN_OF_THE_GRASS_ROOTS if t not in EMPTY_HERE])
    assert [t for t, n in everything.items() if n <= SEEN_OF_THE_GRASS_ROOTS[t]] == []


def test_sql_for_the_public_finds_nothing_of_numbers(world: World) -> None:
    with tenancy.scope(world.committee_ids, audience="public"):
        assert counts(list(SEEN_OF_NUMBERS)) == SEEN_OF_NUMBERS
    # On each side there was something that could have been seen.
    for committee_id in world.committee_ids:
        with tenancy.scope([committee_id]):
            assert [t for t, n in counts(list(SEEN_OF_NUMBERS)).items() if not n] == []


def test_sql_for_the_public_finds_only_what_its_page_shows_of_the_handling(world: World) -> None:
    public = world.a.ids["proposal.public"]
    with tenancy.scope([world.a.house.committee.pk], audience="public"):
        found = counts(list(SEEN_BY_THE_PUBLIC))
        assert set(Assignment.objects.values_list("proposal_id", flat=True)) == {public}
        assert set(Reply.objects.values_list("assignment__proposal_id", flat=True)) == {public}
    assert found == SEEN_BY_THE_PUBLIC
    # There was much that could have been seen.
    with tenancy.scope([world.a.house.committee.pk]):
        everything = counts(
            ["proposals_assignment", "proposals_reply", "proposals_rating", "proposals_promise"]
        )
    assert all(n > 1 for n in everything.values())


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("UPDATE proposals_reply SET may_be_public = false", (1, 0)),
        ("UPDATE proposals_reply SET sent_on = NULL", (1, 0)),
        ("UPDATE proposals_proposal SET disclosure = 'title'", (1, 0)),
        ("UPDATE proposals_assignment SET state = 'declined'", (0, 0)),
        ("UPDATE matters_matter SET visibility = 'members'", (0, 0)),
    ],
)
def test_sql_for_the_public_follows_every_leave(world: World, change: str, left: tuple[int, int]) -> None:
    scope = [world.a.house.committee.pk]
    with transaction.atomic():
        with tenancy.scope(scope), connection.cursor() as cursor:
            cursor.execute(change)
        with tenancy.scope(scope, audience="public"):
            found = counts(["proposals_assignment", "proposals_reply"])
        transaction.set_rollback(True)
    assert tuple(found.values()) == left


@pytest.mark.parametrize(
    ("state", "disclosure", "seen"),
    [
        ("open", "full", 1),
        ("kept", "full", 1),
        ("draft", "full", 0),
        ("dropped", "full", 0),
        ("open", "title", 0),
    ],
)
def test_sql_for_the_public_shows_promises_that_stand(
    world: World, state: str, disclosure: str, seen: int
) -> None:
    scope, public = [world.a.house.committee.pk], world.a.ids["proposal.public"]
    with transaction.atomic():
        with tenancy.scope(scope):
            Promise.objects.create(
                committee=world.a.house.committee,
                proposal_id=public,
                unit=world.a.house.units["a"],
                text="装信号灯",
                due_on=TODAY,
                state=state,
                evidence="x",
                kept_on=TODAY,
            )
            Proposal.objects.filter(pk=public).update(disclosure=disclosure)
        with tenancy.scope(scope, audience="public"):
            found = counts(["proposals_promise"])
        transaction.set_rollback(True)
    assert found == {"proposals_promise": seen}


# One proposal is disclosed, with one unit's reply; how it came about and what was said of it is not.
SEEN_BY_THE_PUBLIC = {
    "proposals_assignment": 1,
    "proposals_reply": 1,
    "proposals_promise": 0,
    "proposals_cosignature": 0,
    "proposals_countersignature": 0,
    "proposals_rating": 0,
    "proposals_revision": 0,
    "proposals_wishedunit": 0,
    "proposals_lookback": 0,
    "proposals_extension": 0,
    "proposals_handovermeeting": 0,
    "proposals_handoverrow": 0,
    "proposals_honour": 0,
    "proposals_keyproposal": 0,
    "proposals_proposalimport": 0,
    "proposals_replyversion": 0,
    "proposals_reviewgroup": 0,
    "proposals_supervisionevent": 0,
    "proposals_supervisor": 0,
    "proposals_qualityrule": 0,
}
# One topic that was put on the public list, one session that was announced, one problem that was solved for
# everybody to see, one list that was decided. Nobody's words, nobody's name, no points.
SEEN_OF_THE_GRASS_ROOTS = {
    "topics_topic": 1,
    "topics_voice": 0,
    "topics_topicballot": 0,
    "topics_topicimport": 0,
    "topics_topiclist": 1,
    "topics_topiclistitem": 1,
    "codes_accesscode": 5,
    "codes_scancount": 0,
    "grassroots_deliberationsession": 1,
    "grassroots_problem": 1,
    "grassroots_attendee": 0,
    "grassroots_statement": 0,
    "grassroots_suggestion": 0,
    "grassroots_recordconflict": 0,
    "grassroots_syncedact": 0,
    "grassroots_councilseat": 0,
    "grassroots_leadercharge": 0,
    "grassroots_supervisionvisit": 0,
    "grassroots_visit": 0,
    "grassroots_nodeimport": 0,
    "grassroots_appraisalscheme": 0,
    "grassroots_stationscore": 0,
    "grassroots_itemscore": 0,
    "grassroots_stationreport": 0,
}
# Numbers are the office's, and so is who works there.
SEEN_OF_NUMBERS = {
    "organization_staffpost": 0,
    "organization_staffchange": 0,
    "statistics_numbercode": 0,
    "statistics_wording": 0,
    "statistics_reportednumber": 0,
    "statistics_savedtable": 0,
}
# Of these the world has none.
EMPTY_HERE = {"topics_topicballot", "grassroots_syncedact", "grassroots_visit"}
MATTERS = ("proposal.", "topic.", "session.", "problem.", "talk.")
PUBLIC_MATTERS = {
    "proposal.public",
    "topic.public",
    "session.announced",
    "problem.handed",
    "talk.open",
    "talk.closed",
}
COLUMN_OF_MATTER = {
    "matters_matter": "id",
    "matters_timelineentry": "matter_id",
    "files_storedfile": "matter_id",
    "proposals_proposal": "matter_id",
    "topics_topic": "matter_id",
    "topics_voice": "topic_id",
    "grassroots_deliberationsession": "matter_id",
    "grassroots_problem": "matter_id",
    "grassroots_attendee": "session_id",
    "grassroots_statement": "session_id",
    "grassroots_suggestion": "session_id",
    "conversations_conversation": "matter_id",
    "conversations_statement": "conversation_id",
    "conversations_voice": "conversation_id",
    "conversations_invitation": "conversation_id",
    "conversations_opinionmap": "conversation_id",
}


def test_sql_cannot_rewrite_the_log(world: World) -> None:
    with tenancy.scope(world.committee_ids):
        said = [
            refusal("UPDATE audit_entry SET user_name = 'x'"),
            refusal("DELETE FROM audit_entry"),
            refusal("TRUNCATE audit_entry"),
        ]
    assert said == ["permission denied for table audit_entry"] * 3


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE {table} CASCADE",
        "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY in_scope ON {table}",
        "CREATE POLICY open ON {table} USING (true)",
        "DROP TABLE {table} CASCADE",
        "ALTER TABLE {table} ADD COLUMN x int",
    ],
)
def test_sql_cannot_change_the_tables(world: World, tables: list[str], statement: str) -> None:
    assert [t for t in tables if not refusal(statement.format(table=t))] == []


def test_sql_cannot_become_somebody_else(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname <> current_user AND rolname NOT LIKE 'pg\\_%'"
        )
        roles = [name for (name,) in cursor.fetchall()]
    assert roles
    said = {name: refusal(f'SET ROLE "{name}"') for name in roles}
    assert [name for name, why in said.items() if not why.startswith("permission denied")] == []
    assert refusal("SET SESSION AUTHORIZATION postgres").startswith(("permission denied", "role"))
    # This setting makes a query fail where a policy would hide rows; it never shows them.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
    assert refusal("SELECT * FROM proposals_proposal") == (
        'query would be affected by row-level security policy for table "proposals_proposal"'
    )
