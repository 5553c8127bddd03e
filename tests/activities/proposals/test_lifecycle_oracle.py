"""Random commands by random people: the product and the oracle must agree on every outcome.

Stages are walked once, by both; each sequence starts from one of them and is rolled back. After each command
the whole of every proposal is compared; a refused command must leave every row as it was.
``make oracle`` runs as many sequences as ``TONGXIN_ORACLE_SEQUENCES`` says.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import nullcontext
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from tests.activities.proposals.faults import FAULTS, Fault
from tests.activities.proposals.ground import EVENTS, Ground, compare_sight, step, walk_to_stages
from tests.activities.proposals.oracle import OK, REFUSED, SAME, World
from tests.activities.proposals.stages import BY_KEY, PEOPLE, STAGES
from tongxin.activities.proposals.enums import ProposalState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker

    from tests.activities.proposals import oracle
    from tests.activities.proposals.product import Product
    from tests.conftest import Databases

# The suite's own sequences are the same each time; a long run draws others.
LONG_RUN = "TONGXIN_ORACLE_SEQUENCES" in os.environ
SEQUENCES = int(os.environ.get("TONGXIN_ORACLE_SEQUENCES", "500"))
# So that several workers share the long run.
SHARES = 4


@pytest.fixture(scope="module")
def ground(
    django_db_setup: None, databases: Databases, django_db_blocker: DjangoDbBlocker
) -> Iterator[Ground]:
    """Walk to each stage once, in a database of its own.

    Sequences are transactions that are rolled back. Savepoints in one long transaction would be simpler, but
    PostgreSQL slows down with each of the thousands that were rolled back before.
    """
    with django_db_blocker.unblock():
        name = databases.clone()
        before = databases.use(name)
        try:
            yield walk_to_stages()
        finally:
            connections.close_all()
            databases.use(before)
            databases.drop(name)


HOW_SELDOM = {
    **dict.fromkeys((*EVENTS, "draft", "edit", "invite", "withdraw", "attach_stamp_page"), 8),
    **dict.fromkeys(("not_file", "convert", "return", "disclose", "mark_sensitive", "hand_to_office"), 8),
    **dict.fromkeys(("assign", "take_back_part", "remind", "remind_proposer", "remind_helpers"), 8),
    **dict.fromkeys(("add_promise", "postpone_promise", "drop_promise"), 8),
    **dict.fromkeys(("propose", "countersign", "approve", "pass_reply", "confirm_promise"), 0.5),
}


def _commands(world: World, product: Product) -> Iterator[tuple[Any, ...]]:
    verbs = product.verbs()
    return (c for c in world.commands() if c[0] in verbs)


def _choose(world: World, product: Product, chance: Random) -> oracle.Command | None:
    """Draw a command: mostly one that is accepted, sometimes one by the wrong person or at the wrong time.

    Verbs are drawn first, else the many ways to edit would crowd out the rest; and what is possible nearly
    always is drawn seldom, else it would crowd out what leads on.
    """
    by_verb: dict[str, list[tuple[Any, ...]]] = {}
    for verb, *rest in _commands(world, product):
        by_verb.setdefault(verb, []).append(tuple(rest))
    kind = chance.randrange(7)
    verbs = sorted(by_verb, key=lambda verb: chance.random() ** HOW_SELDOM.get(verb, 1), reverse=True)
    if kind == 0:
        return (verbs[0], chance.choice(PEOPLE).key, *chance.choice(by_verb[verbs[0]]))
    wanted = REFUSED if kind == 1 else OK
    for verb in verbs:
        if verb in {*EVENTS} - {"let_pass"} or (verb == "draft" and len(world.proposals) > 2):
            continue
        found = [
            (verb, p.key, *rest)
            for p in PEOPLE
            for rest in by_verb[verb]
            if p.home and world.judge((verb, p.key, *rest))[0] == wanted
        ]
        if found:
            chosen = chance.choice(found)
            return (verb, chance.choice(PEOPLE).key, *chosen[2:]) if kind == 2 else chosen
    return None


def test_oracle_every_person_tries_what_somebody_may_do(ground: Ground) -> None:
    """Random people seldom stand where it matters; here everybody tries, wherever the answers differ."""
    asked: set[tuple[Any, ...]] = set()
    # Each verb is accepted from somebody somewhere: none is refused only because nobody got that far.
    accepted: set[str] = set()
    differ: list[tuple[Any, ...]] = []
    for stage in ground.stages:
        with ground.standing_at(stage) as (world, product):
            before, proposals = product.every_row(), list(product.proposals)
            for verb, rest, verdicts in _telling_ways(world, product, asked):
                for key, expected in verdicts.items():
                    savepoint = transaction.savepoint()
                    answered = product.do((verb, key, *rest))
                    transaction.savepoint_rollback(savepoint)
                    product.proposals = list(proposals)
                    if answered != (OK if expected == SAME else expected):
                        differ.append((stage, verb, key, rest, expected, answered, product.said))
                    if answered == OK:
                        accepted.add(verb)
            assert (stage, product.every_row()) == (stage, before)
    assert not differ, "\n".join(str(x) for x in differ)
    assert sorted(accepted) == sorted(product.verbs() - {*EVENTS})


def test_oracle_everything_at_the_wrong_time_is_refused(ground: Ground) -> None:
    """Each verb in each state in which it is not for now, by somebody who could do it at another time."""
    asked: set[tuple[Any, ...]] = set()
    differ: list[tuple[Any, ...]] = []
    for stage in ground.stages:
        with ground.standing_at(stage) as (world, product):
            before = product.every_row()
            for command in _untimely(world, product, asked):
                answered = product.do(command)
                if answered != REFUSED:
                    differ.append((stage, command, answered))
            assert not differ, "\n".join(str(x) for x in differ)
            assert product.every_row() == before, stage
    assert len(asked) > 200


def _untimely(world: World, product: Product, asked: set[tuple[Any, ...]]) -> Iterator[oracle.Command]:
    for verb, *rest in _commands(world, product):
        if verb in {"draft", *EVENTS}:
            continue
        p = world.proposals[rest[0]]
        about: tuple[Any, ...] = tuple(rest[1:])
        if rest[1:] and isinstance(rest[1], int) and verb != "merge":
            if isinstance(rest[1], bool):
                about = (rest[1],)
            elif verb.endswith("_promise"):
                about = (p.promises[rest[1]].state, *rest[2:])
            else:
                part = p.parts[rest[1]]
                about = (part.role, part.state, part.round == p.round, *rest[2:])
        elif verb in {"take_back", "answer"}:
            about = (p.invitations[rest[1]].state, *rest[2:])
        situation = (verb, p.state, *about)
        key = next((k.key for k in PEOPLE if k.home and world.judge((verb, k.key, *rest))[0] == REFUSED), "")
        if key and situation not in asked:
            asked.add(situation)
            yield (verb, key, *rest)


def _telling_ways(
    world: World, product: Product, asked: set[tuple[Any, ...]]
) -> list[tuple[str, tuple[Any, ...], dict[str, str]]]:
    """For each verb, the ways of doing it whose answers to everybody together are not known yet."""
    found = []
    for verb, *rest in _commands(world, product):
        verdicts = {p.key: world.judge((verb, p.key, *rest))[0] for p in PEOPLE if p.home or verb != "draft"}
        pattern = (verb, *verdicts.values())
        if OK in verdicts.values() and verb not in EVENTS and pattern not in asked:
            asked.add(pattern)
            found.append((verb, tuple(rest), verdicts))
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name.replace(" ", "_"))
def test_oracle_a_planted_fault_is_seen(
    fault: Fault, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same commands agree without the fault and differ with it, at the last of them."""
    for planted in (False, True):
        with ground.standing_at(fault.stage) as (world, product):
            if planted:
                fault.plant(monkeypatch)
            *way, last = fault.commands
            before = product.every_row()
            for command in way:
                before = step(world, product, command, before)
            with pytest.raises(AssertionError) if planted else nullcontext():
                step(world, product, last, before)


@pytest.mark.parametrize("share", range(SHARES))
def test_oracle_random_commands_by_random_people_agrees(share: int, ground: Ground) -> None:
    reached: set[str] = set()
    accepted: Counter[str] = Counter()

    @seed(SystemRandom().getrandbits(64) if LONG_RUN else share)
    @settings(
        max_examples=max(1, SEQUENCES // SHARES),
        deadline=None,
        database=None,
        # A sequence is short, and taking a failing one apart takes minutes.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        stage=st.sampled_from(sorted(STAGES)),
        steps=st.integers(5, 9),
        chance=st.integers(0, 2**24 - 1).map(Random),
    )
    def sequence(stage: str, steps: int, chance: Random) -> None:
        note(stage)
        with ground.standing_at(stage) as (world, product):
            before = product.every_row()
            for _step_of_it in range(steps):
                command = _choose(world, product, chance)
                # In their own committee others draft as they like.
                if command and not (command[0] == "draft" and not BY_KEY[command[1]].home):
                    before = step(world, product, command, before)
                    reached.update(p.state for p in world.proposals)
                    accepted[command[0]] += world.verdict == OK
            compare_sight(world, product, chance.sample(["", *BY_KEY], 3))

    sequence()
    # Nearly all states and verbs come up in each share; which ones are missed is chance.
    assert SEQUENCES < 500 or len(reached) >= len(ProposalState.values) - 3
    never = ground.product.verbs() - {*EVENTS} - {verb for verb, n in accepted.items() if n}
    assert SEQUENCES < 500 or len(never) < 8, sorted(never)
