# ruff: noqa: S608 (the tamperer writes SQL by hand)
from __future__ import annotations

import csv
import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils.translation import gettext_lazy

from tongxin.foundation.audit.actions import record
from tongxin.foundation.audit.anchors import anchor_heads, anchors_path
from tongxin.foundation.audit.models import Entry, Head
from tongxin.foundation.audit.verify import Verdict, verify
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import NOBODY, Actor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAMPERINGS = 1000
ENTRIES = 12
CHAINS = (None, 1, 2)

A = UUID("01920000-0000-7000-8000-000000000001")
ODD_DETAIL: dict[str, Any] = {
    "float": 1e22,
    "small": -0.0,
    "third": 1 / 3,
    "money": Decimal("1.10"),
    "on": date(2026, 10, 9),
    "at": datetime(2026, 10, 9, 1, 2, 3, 456789, tzinfo=UTC),
    "id": A,
    "lazy": gettext_lazy("草稿"),
    "keys": {1: "a", None: "b", 2.5: "c"},
    "set": {"b", "a"},
    "nested": [{"z": 1, "a": (1, 2)}],
    "text": "NUL\x00 half \ud800 \u2028 😀 é",
    "big": 2**70,
    "none": None,
    "flag": False,
}


@pytest.fixture(autouse=True)
def no_anchors() -> Iterator[None]:
    anchors_path().unlink(missing_ok=True)
    yield
    anchors_path().unlink(missing_ok=True)


def write(committee_id: int | None, count: int, **detail: Any) -> None:
    scope = [committee_id] if committee_id else []
    with tenancy.scope(scope), transaction.atomic():
        actor = Actor(user_id=A, name="何秀兰", committee_id=committee_id)
        for number in range(count):
            record(actor=actor, action="tests.act", target=f"thing:{number}", number=number, **detail)


def run(sql: str, *parameters: object) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def first_bad(verdict: Verdict) -> tuple[str, int | None]:
    assert verdict.first_bad is not None
    return verdict.first_bad.chain, verdict.first_bad.seq


@pytest.mark.parametrize("count", [0, 1, 2, 3, 17, 301])
def test_honest_chain_of_any_length_verifies(fresh_db: str, count: int) -> None:
    write(1, count)
    assert verify() == Verdict(ok=True, entries=count, first_bad=None)


def test_detail_that_json_would_change_comes_back_as_it_was_hashed(fresh_db: str) -> None:
    write(1, 1, **ODD_DETAIL)
    assert verify() == Verdict(ok=True, entries=1, first_bad=None)


def test_texts_too_long_or_impossible_are_cut_and_recorded(fresh_db: str) -> None:
    with transaction.atomic():
        record(actor=Actor(name="名\x00" * 99), action="a" * 200, target="t\x00" * 300)
    entry = Entry.objects.using("owner").get()
    assert (entry.user_name, len(entry.action), len(entry.target)) == ("名" * 60, 80, 120)
    assert verify().ok


def test_microsecond_changed_in_time_is_found(fresh_db: str) -> None:
    write(1, 3)
    run("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE seq = 2")
    assert first_bad(verify()) == ("committee:1", 2)


def _pick(rng: random.Random, *, first: int = 1, last: int = ENTRIES) -> tuple[str, int]:
    committee = rng.choice(CHAINS)
    chain = "installation" if committee is None else f"committee:{committee}"
    return chain, rng.randint(first, last)


def edit(rng: random.Random) -> int:
    chain, seq = _pick(rng)
    change = rng.choice(
        [
            "user_name = user_name || 'x'",
            "action = 'tests.other'",
            "target = ''",
            "detail = detail || '{\"more\": 1}'",
            "detail = '{}'",
            "at = at - interval '1 day'",
            "user_id = NULL",
            "committee_id = 99",
            "hash = repeat('0', 64)",
            "previous_hash = repeat('0', 64)",
        ]
    )
    return run(f"UPDATE audit_entry SET {change} WHERE chain = %s AND seq = %s", chain, seq)


def delete(rng: random.Random) -> int:
    return run("DELETE FROM audit_entry WHERE chain = %s AND seq = %s", *_pick(rng, last=ENTRIES - 1))


def delete_and_close_the_gap(rng: random.Random) -> int:
    chain, seq = _pick(rng, last=ENTRIES - 1)
    run("DELETE FROM audit_entry WHERE chain = %s AND seq = %s", chain, seq)
    # Two steps, since every number exists once.
    run("UPDATE audit_entry SET seq = -seq WHERE chain = %s AND seq > %s", chain, seq)
    return run("UPDATE audit_entry SET seq = -seq - 1 WHERE chain = %s AND seq < 0", chain)


def insert(rng: random.Random) -> int:
    chain, seq = _pick(rng)
    run("UPDATE audit_entry SET seq = -seq WHERE chain = %s AND seq >= %s", chain, seq)
    run("UPDATE audit_entry SET seq = -seq + 1 WHERE chain = %s AND seq < 0", chain)
    return run(
        "INSERT INTO audit_entry (chain, seq, committee_id, at, user_name, action, target, detail,"
        " previous_hash, hash) SELECT chain, %s, committee_id, at, 'x', action, target, detail,"
        " previous_hash, hash FROM audit_entry WHERE chain = %s AND seq = %s",
        seq,
        chain,
        seq + 1,
    )


def append(rng: random.Random) -> int:
    chain, _seq = _pick(rng)
    return run(
        "INSERT INTO audit_entry (chain, seq, committee_id, at, user_name, action, target, detail,"
        " previous_hash, hash) SELECT chain, seq + 1, committee_id, at, 'x', action, target, detail,"
        " hash, repeat('a', 64) FROM audit_entry WHERE chain = %s ORDER BY seq DESC LIMIT 1",
        chain,
    )


def swap(rng: random.Random) -> int:
    chain, seq = _pick(rng, last=ENTRIES - 1)
    other = rng.randint(seq + 1, ENTRIES)
    run("UPDATE audit_entry SET seq = 0 WHERE chain = %s AND seq = %s", chain, seq)
    run("UPDATE audit_entry SET seq = %s WHERE chain = %s AND seq = %s", seq, chain, other)
    return run("UPDATE audit_entry SET seq = %s WHERE chain = %s AND seq = 0", other, chain)


def move_to_another_chain(rng: random.Random) -> int:
    chain, seq = _pick(rng)
    return run(
        "UPDATE audit_entry SET chain = 'committee:7', committee_id = 7 WHERE chain = %s AND seq >= %s",
        chain,
        seq,
    )


def cut_tail(rng: random.Random) -> int:
    return run("DELETE FROM audit_entry WHERE chain = %s AND seq >= %s", *_pick(rng))


def cut_tail_and_move_head_without_the_key(rng: random.Random) -> int:
    chain, seq = _pick(rng)
    run("DELETE FROM audit_entry WHERE chain = %s AND seq >= %s", chain, seq)
    last = "(SELECT hash FROM audit_entry WHERE chain = %s AND seq = %s)"
    seal = rng.choice(["seal", "repeat('b', 64)", "''"])
    return run(
        f"UPDATE audit_head SET entries = %s, last_hash = coalesce({last}, ''), seal = {seal}"
        " WHERE chain = %s",
        seq - 1,
        chain,
        seq - 1,
        chain,
    )


def drop_head(rng: random.Random) -> int:
    return run("DELETE FROM audit_head WHERE chain = %s", _pick(rng)[0])


def set_head(rng: random.Random) -> int:
    change = rng.choice(["entries = entries - 1", "entries = entries + 1", "seal = ''", "last_hash = ''"])
    return run(f"UPDATE audit_head SET {change} WHERE chain = %s", _pick(rng)[0])


def remove_chain_and_head(rng: random.Random) -> int:
    chain, _seq = _pick(rng)
    run("DELETE FROM audit_head WHERE chain = %s", chain)
    return run("DELETE FROM audit_entry WHERE chain = %s", chain)


def restore_older_tables(rng: random.Random) -> int:
    """All chains and their genuine heads as they were at some earlier moment; only the anchors know."""
    moment = rng.randint(1, ENTRIES - 1)
    for chain, entries, last_hash, seal in HEADS[moment]:
        run("DELETE FROM audit_entry WHERE chain = %s AND seq > %s", chain, entries)
        run(
            "UPDATE audit_head SET entries = %s, last_hash = %s, seal = %s WHERE chain = %s",
            entries,
            last_hash,
            seal,
            chain,
        )
    return 1


HEADS: dict[int, list[tuple[Any, ...]]] = {}
KINDS = [
    edit,
    delete,
    delete_and_close_the_gap,
    insert,
    append,
    swap,
    move_to_another_chain,
    cut_tail,
    cut_tail_and_move_head_without_the_key,
    drop_head,
    set_head,
    remove_chain_and_head,
    restore_older_tables,
]


def test_thousand_random_tamperings_are_all_found(fresh_db: str) -> None:
    for moment in range(1, ENTRIES + 1):
        for committee in CHAINS:
            write(committee, 1)
        HEADS[moment] = list(Head.objects.using("owner").values_list("chain", "entries", "last_hash", "seal"))
    anchor_heads()
    assert verify() == Verdict(ok=True, entries=ENTRIES * len(CHAINS), first_bad=None)
    missed = []
    for seed in range(TAMPERINGS):
        rng = random.Random(seed)
        kind = KINDS[seed % len(KINDS)]
        with transaction.atomic(using="owner"):
            assert kind(rng) > 0, kind.__name__
            if verify().ok:
                missed.append((kind.__name__, seed))
            transaction.set_rollback(True, using="owner")
    assert missed == []
    assert verify().ok


def test_chain_cut_with_its_genuine_older_head_is_found_by_the_anchors_only(fresh_db: str) -> None:
    write(1, 5)
    older = Head.objects.using("owner").get()
    write(1, 5)
    anchor_heads()
    run("DELETE FROM audit_entry WHERE seq > 5")
    older.save(using="owner")
    verdict = verify()
    assert first_bad(verdict) == ("committee:1", 5)
    anchors_path().unlink()
    assert verify().ok


def test_anchors_with_a_line_changed_or_missing_are_reported(fresh_db: str) -> None:
    for _time in range(3):
        write(1, 2)
        assert anchor_heads() == 1
    assert anchor_heads() == 0
    lines = anchors_path().read_text().splitlines(keepends=True)
    for broken in (
        lines[1:],
        [lines[0], lines[2]],
        [lines[0].replace('"entries": 2', '"entries": 1'), *lines[1:]],
    ):
        anchors_path().write_text("".join(broken))
        assert first_bad(verify()) == ("anchors", None)


def test_anchor_torn_by_a_power_cut_is_left_out_and_written_again(fresh_db: str) -> None:
    write(1, 2)
    anchor_heads()
    write(1, 2)
    with anchors_path().open("a") as file:
        file.write('{"at": "2026')
    assert verify().ok
    assert anchor_heads() == 1
    assert [json.loads(line)["entries"] for line in anchors_path().read_text().splitlines()] == [2, 4]
    assert verify().ok


def test_forged_head_is_not_anchored(fresh_db: str) -> None:
    write(1, 2)
    run("UPDATE audit_head SET seal = 'x'")
    assert anchor_heads() == 0


def _record_alone(number: int) -> None:
    with tenancy.scope([1]), transaction.atomic():
        record(actor=Actor(name="张", committee_id=1), action="tests.race", number=number)
    connection.close()


def test_fifty_threads_recording_at_once_make_a_chain_without_gaps(fresh_db: str) -> None:
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(_record_alone, range(50)))
    entries = Entry.objects.using("owner").order_by("seq")
    assert [entry.seq for entry in entries] == list(range(1, 51))
    assert {entry.detail["number"] for entry in entries} == set(range(50))
    assert verify() == Verdict(ok=True, entries=50, first_bad=None)


def test_record_in_a_transaction_that_fails_leaves_no_gap(fresh_db: str) -> None:
    write(1, 1)
    with pytest.raises(RuntimeError), tenancy.scope([1]), transaction.atomic():  # noqa: PT012
        record(actor=Actor(committee_id=1), action="tests.fails")
        raise RuntimeError
    write(1, 1)
    assert verify() == Verdict(ok=True, entries=2, first_bad=None)


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_entry SET action = ''", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_application_role_can_neither_change_nor_delete_entries(fresh_db: str, sql: str) -> None:
    write(1, 1)
    with (
        tenancy.scope([1]),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert verify().entries == 1


def test_one_chain_read_by_the_application_verifies_within_its_scope(fresh_db: str) -> None:
    write(1, 3)
    write(2, 2)
    run("UPDATE audit_entry SET action = 'x' WHERE committee_id = 2")
    with tenancy.scope([1]):
        assert verify(using="default", chain="committee:1") == Verdict(ok=True, entries=3, first_bad=None)


def test_verify_audit_prints_json_and_leaves_with_status(fresh_db: str) -> None:
    with transaction.atomic():
        record(actor=NOBODY, action="tests.a")
        record(actor=NOBODY, action="tests.b")
    out = StringIO()
    call_command("verify_audit", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"ok": True, "entries": 2, "first_bad": None}
    row = Entry.objects.using("owner").get(seq=2)
    run("UPDATE audit_entry SET target = 'x' WHERE seq = 2")
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify_audit", "--json", stdout=out)
    printed = json.loads(out.getvalue())
    assert left.value.code == 1
    assert (printed["ok"], printed["entries"]) == (False, 2)
    assert {k: v for k, v in printed["first_bad"].items() if k != "what"} == {
        "chain": "installation",
        "seq": 2,
        "id": row.pk,
    }
    assert "改过" in printed["first_bad"]["what"]


def test_export_writes_the_days_asked_for(fresh_db: str, tmp_path: Path) -> None:
    for day in (8, 9, 10):
        with clock.at(date(2026, 10, day)):
            record(actor=Actor(name="何秀兰"), action=f"tests.day{day}")
    out = StringIO()
    call_command("export_audit", "--from", "2026-10-09", "--to", "2026-10-09", stdout=out)
    assert [row[5] for row in csv.reader(StringIO(out.getvalue()))] == ["操作", "tests.day9"]
    target = tmp_path / "audit.log"
    call_command("export_audit", str(target), "--format", "syslog")
    assert len(target.read_text().splitlines()) == 3
