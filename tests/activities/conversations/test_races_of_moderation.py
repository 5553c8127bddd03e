"""Many hands of the office at the same moment, with real commits: exactly one effect each, no number twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from tests import talks
from tests.factories import House, make_house
from tongxin.activities.conversations.actions import keeping, moderating
from tongxin.activities.conversations.actions.casting import Ended, cast_answers
from tongxin.activities.conversations.enums import StatementState
from tongxin.activities.conversations.keys import device_secret
from tongxin.activities.conversations.models import Conversation, Voice
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.audit.verify import verify
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

HANDS = 20


@pytest.fixture
def house(fresh_db: str) -> House:
    return make_house()


def at_once(house: House, works: list[Callable[[], object]]) -> list[str]:
    """Let everybody begin at the same moment; return how each was answered: ``done`` or the refusal."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> str:
        try:
            start.wait(60)
            with house.at_work():
                work()
        except (Refused, PermissionDenied) as no:
            return type(no).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def test_publishing_twenty_at_once_gives_each_a_number_without_gap(house: House) -> None:
    talk = talks.make_conversation(house)
    waiting = [talks.said(talk, f"第{n}个人的看法。") for n in range(HANDS)]
    actors = [house.actor("staff"), house.actor("staff_2")]
    done = at_once(
        house,
        [
            lambda n=n, s=s: moderating.publish_statement(actor=actors[n % 2], statement=s)
            for n, s in enumerate(waiting)
        ],
    )
    assert done == ["done"] * HANDS
    with house.at_work():
        numbers = sorted(talk.statements.values_list("number", flat=True))
    assert numbers == list(range(1, len(talks.SEEDS) + HANDS + 1))
    assert verify().ok


def test_two_clerks_who_decide_otherwise_about_one_statement_one_is_refused(house: House) -> None:
    talk = talks.make_conversation(house)
    waiting = talks.said(talk)
    one, other = house.actor("staff"), house.actor("staff_2")
    done = at_once(
        house,
        [
            lambda: moderating.publish_statement(actor=one, statement=waiting),
            lambda: moderating.reject_statement(actor=other, statement=waiting, reason="与问题无关。"),
        ],
    )
    assert done == ["Refused", "done"]
    now = talks.statement_now(waiting)
    assert (now.state, bool(now.number), bool(now.outcome)) in {
        (StatementState.PUBLISHED, True, False),
        (StatementState.REJECTED, False, True),
    }


def test_opening_ten_times_at_once_opens_once_with_one_number(house: House) -> None:
    draft = talks.make_conversation(house, state="draft")
    actor = house.actor("staff")
    works = [lambda: keeping.open_conversation(actor=actor, conversation=draft) for _n in range(10)]
    assert at_once(house, works) == ["Refused"] * 9 + ["done"]
    assert talks.now(draft).matter.code is not None
    with house.at_work():
        assert TimelineEntry.objects.filter(matter_id=draft.pk, verb="open").count() == 1


def test_cancelling_while_people_vote_leaves_no_voice(house: House) -> None:
    talk = talks.make_conversation(house)
    actor = house.actor("staff")
    talks.voices(talk, 12)

    def vote(n: int) -> None:
        try:
            cast_answers(conversation=talk, secret=device_secret(f"{n:032x}"), answers={1: 1, 2: -1})
        except Ended:
            return

    works: list[Callable[[], object]] = [lambda n=n: vote(n) for n in range(HANDS)]
    works.append(lambda: keeping.cancel_conversation(actor=actor, conversation=talk, reason="不办了"))
    assert at_once(house, works) == ["done"] * (HANDS + 1)
    with house.at_work():
        assert Voice.objects.filter(conversation=talk).count() == 0
    assert talks.now(talk).map.voices == 0


def test_votes_go_on_while_the_office_publishes(house: House) -> None:
    talk = talks.make_conversation(house)
    actor = house.actor("staff")
    waiting = talks.said(talk)
    with house.at_work():
        moderating.publish_statement(actor=actor, statement=waiting)
        # The office has not committed yet; whoever votes now does not wait for it.
        with ThreadPoolExecutor(1) as pool:
            result = pool.submit(_vote_from_elsewhere, house, talk)
            assert result.result(timeout=30) == "++"


def _vote_from_elsewhere(house: House, talk: Conversation) -> str:
    try:
        with house.at_work():
            secret = device_secret("0" * 32)
            return cast_answers(conversation=talk, secret=secret, answers={1: 1, 2: 1}).ballot
    finally:
        connections.close_all()
