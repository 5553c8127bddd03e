"""Whatever the order, however often, on however many phones: the same record, and every text somewhere."""

from __future__ import annotations

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, permutations, zip_longest
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.activities.grassroots.phones import (
    act,
    field,
    guest,
    send,
    session_at,
    statuses,
    village_with_session,
)
from tongxin.activities.grassroots.actions.recording import FIELDS
from tongxin.activities.grassroots.enums import Presence
from tongxin.activities.grassroots.models import DeliberationSession, SyncedAct
from tongxin.foundation.audit.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.activities.grassroots.phones import Sent
    from tests.village import Village

TIMES, BATCH, ACTS = 3, 50, 1000


def thousand() -> list[Sent]:
    """What a busy county might upload: 600 check-ins of 400 people, what was said, one field."""
    acts = [guest(f"村民{n % 400:03d}") for n in range(600)]
    acts += [act("statement", who=f"代表{n}", text=f"第{n}句") for n in range(250)]
    acts += [act("suggestion", text=f"建议{n}") for n in range(149)]
    return [*acts, field("agreed", "装十二盏灯。")]


def test_thousand_acts_three_times_by_three_threads_in_random_order_count_once(fresh_db: str) -> None:
    village, session = village_with_session()
    acts, start = thousand(), threading.Barrier(TIMES)

    def upload(seed: int) -> set[str]:
        mine = random.Random(seed).sample(acts, ACTS)
        try:
            start.wait(60)
            batches = [mine[n : n + BATCH] for n in range(0, ACTS, BATCH)]
            return {s for batch in batches for s in statuses(send(village, session, *batch))}
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TIMES) as pool:
        said = set().union(*pool.map(upload, range(TIMES)))
    assert said == {"done", "again"}
    with village.house.at_work():
        found = DeliberationSession.objects.get(pk=session.pk)
        counts = [
            SyncedAct.objects.count(),
            found.attendees.filter(presence=Presence.PRESENT).count(),
            found.statements.count(),
            found.suggestions.count(),
            found.conflicts.count(),
        ]
    assert (counts, found.agreed, found.field_versions) == (
        [ACTS, 400, 250, 149, 0],
        "装十二盏灯。",
        {"agreed": 1},
    )
    assert verify().ok


@pytest.fixture(scope="module")
def lasting(django_db_setup: None, databases: Any, django_db_blocker: Any) -> Iterator[Village]:
    """One village for all examples, in a database of its own; each example has a session of its own."""
    with django_db_blocker.unblock():
        name = databases.clone()
        before = databases.use(name)
        village, _session = village_with_session()
        yield village
        connections.close_all()
        databases.use(before)
        databases.drop(name)


NAMES = st.sampled_from(["李四", "王五", "赵六"])
TEXTS = st.sampled_from(["装灯", "修路", "打井"])


@st.composite
def phone(draw: st.DrawFn) -> list[Sent]:
    """What one phone did, in the order in which it was done; its later texts go on from its earlier ones."""
    acts: list[Sent] = []
    last: dict[str, str] = {}
    for n in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(["present", "undo", "field", "statement", "suggestion"]))
        marks = [a for a in acts if a["kind"] == "present"]
        if kind == "undo" and marks:
            acts.append(act("undo", of=draw(st.sampled_from(marks))["key"]))
        elif kind == "field":
            name = draw(st.sampled_from(["agreed", "summary"]))
            acts.append(field(name, draw(TEXTS), after=last.get(name, "")))
            last[name] = acts[-1]["key"]
        elif kind == "statement":
            acts.append(act(kind, who="代表", text=f"话{n}{draw(TEXTS)}"))
        elif kind == "suggestion":
            acts.append(act(kind, text=f"建议{draw(TEXTS)}"))
        else:
            acts.append(guest(draw(NAMES)))
    return acts


def went_on(name: str, *texts: str) -> list[Sent]:
    """What a phone sends that wrote these texts into one field, each from the one before."""
    acts: list[Sent] = []
    for text in texts:
        acts.append(field(name, text, after=acts[-1]["key"] if acts else ""))
    return acts


# Two wrote the same, and one of them went on: the other's text stands in the field, or waits in a conflict.
STANDING_SHARED = [
    [guest("李四")],
    went_on("summary", "修路"),
    [guest("李四"), *went_on("summary", "修路", "装灯")],
]
WAITING_SHARED = [went_on("agreed", "打井"), went_on("agreed", "修路"), went_on("agreed", "修路", "装灯")]


def fresh_keys(phones: list[list[Sent]]) -> list[list[Sent]]:
    """Return the same acts under new keys, for another session."""
    from uuid import uuid4  # noqa: PLC0415

    new = {a["key"]: str(uuid4()) for acts in phones for a in acts}
    text = json.dumps(phones)
    for old, key in new.items():
        text = text.replace(old, key)
    copied: list[list[Sent]] = json.loads(text)
    return copied


def record_of(village: Village, session: DeliberationSession) -> dict[str, Any]:
    with village.house.at_work():
        found = DeliberationSession.objects.get(pk=session.pk)
        return {
            "here": sorted(found.attendees.filter(presence=Presence.PRESENT).values_list("name", flat=True)),
            "said": sorted(found.statements.values_list("who", "text")),
            "suggested": sorted(found.suggestions.values_list("text", flat=True)),
            # Which of two texts stands and which waits is a matter of who came first; that both are there is not.
            "texts": {
                name: sorted(
                    {
                        getattr(found, name),
                        *found.conflicts.filter(field=name).values_list("arrived", flat=True),
                    }
                )
                for name in FIELDS
            },
        }


def last_texts(phones: list[list[Sent]]) -> dict[str, set[str]]:
    """Return the text that each phone had in each field in the end."""
    found: dict[str, set[str]] = {name: set() for name in FIELDS}
    for acts in phones:
        for name in FIELDS:
            own = [
                a["payload"]["text"] for a in acts if a["kind"] == "field" and a["payload"]["field"] == name
            ]
            found[name] |= set(own[-1:])
    return found


def marks_left(phones: list[list[Sent]]) -> list[str]:
    undone = {a["payload"]["of"] for acts in phones for a in acts if a["kind"] == "undo"}
    marks = [a for acts in phones for a in acts if a["kind"] == "present" and a["key"] not in undone]
    return sorted({a["payload"]["name"] for a in marks})


@settings(max_examples=60)
@given(phones=st.lists(phone(), min_size=1, max_size=3), seed=st.integers(0, 10**6))
@example(phones=STANDING_SHARED, seed=0)
def test_record_does_not_depend_on_order_and_repeats_and_no_text_is_lost(
    lasting: Village, phones: list[list[Sent]], seed: int
) -> None:
    chance = random.Random(seed)
    phones = fresh_keys(phones)
    session = session_at(lasting)
    arriving = [a for acts in phones for a in acts] * 2
    chance.shuffle(arriving)
    while arriving:
        size = chance.randint(1, 5)
        answers = send(lasting, session, *arriving[:size], who=chance.choice(["worker", "head"]))
        assert "refused" not in statuses(answers)
        arriving = arriving[size:]
    found = record_of(lasting, session)
    acts = [a for one in phones for a in one]
    assert found["here"] == marks_left(phones)
    said = [(a["payload"]["who"], a["payload"]["text"]) for a in acts if a["kind"] == "statement"]
    assert found["said"] == sorted(said)
    assert found["suggested"] == sorted({a["payload"]["text"] for a in acts if a["kind"] == "suggestion"})
    lost = {n: texts - set(found["texts"][n]) for n, texts in last_texts(phones).items()}
    assert lost == {name: set() for name in FIELDS}


@pytest.mark.parametrize("phones", [STANDING_SHARED, WAITING_SHARED], ids=["standing", "waiting"])
def test_text_that_two_phones_wrote_stays_when_one_of_them_goes_on(
    lasting: Village, phones: list[list[Sent]]
) -> None:
    """In whatever order the phones come, act by act in turn or one after the other."""
    for order in permutations(phones):
        for one_by_one in (False, True):
            sent = fresh_keys(list(order))
            turns = (
                [a for turn in zip_longest(*sent) for a in turn if a] if one_by_one else list(chain(*sent))
            )
            session = session_at(lasting)
            for a in turns:
                send(lasting, session, a)
            found = record_of(lasting, session)["texts"]
            assert {n: texts - set(found[n]) for n, texts in last_texts(sent).items()} == {
                name: set() for name in FIELDS
            }


@settings(max_examples=30)
@given(phones=st.lists(phone(), min_size=2, max_size=2))
def test_two_phones_in_either_order_leave_the_same_record(lasting: Village, phones: list[list[Sent]]) -> None:
    records = []
    for order in (1, -1):
        session = session_at(lasting)
        for acts in fresh_keys(phones)[::order]:
            send(lasting, session, *acts)
            send(lasting, session, *acts)
        records.append(record_of(lasting, session))
    assert records[0] == records[1]
