"""Every figure along every breakdown: the parts add up, or it says why not; a page holds what it says."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import talks
from tests.factories import filed, make_house, rated, submitted
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.activities.conversations.models import OpinionMap, StatementUse
from tongxin.activities.grassroots.enums import Presence, ProblemState, Side
from tongxin.activities.grassroots.models import Suggestion
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.models import TopicCategory
from tongxin.capabilities.codes.models import ScanCount
from tongxin.capabilities.matters.actions import take_part
from tongxin.capabilities.matters.models import Participation
from tongxin.foundation.core.figures import EVER, calendar_year, figures_of
from tongxin.foundation.core.periods import calendar_month
from tongxin.foundation.organization.enums import Level
from tongxin.foundation.organization.models import Node, Place
from tongxin.readers.statistics.counting import parts_of, rows_of, value_of, values_of
from tongxin.readers.statistics.suppression import hidden_parts

if TYPE_CHECKING:
    from tests.village import Village
    from tongxin.foundation.core.figures import Figure, Period

PERIODS = [EVER, calendar_year(2021), calendar_year(2026), calendar_month(2021, 3)]


@pytest.fixture
def village(db: None) -> Village:
    """Two villages and proposals in several states."""
    house = make_house()
    hamlet = Place.objects.filter(parent="620881101", level=Level.VILLAGE).first()
    made = make_village(house, place=hamlet)
    make_village(house, name="西村", town="西华镇", key="w", place=Place.objects.get(pk="620881102"))
    submitted(house)
    filed(house, title="关于修路的提案")
    rated(house, title="关于路灯的提案")
    return made


def fill(village: Village, dice: random.Random) -> None:
    """Make records of all kinds with dates, places and kinds as the dice fall."""
    house = village.house
    nodes = list(Node.objects.filter(committee=house.committee))
    categories = [None, *TopicCategory.objects.filter(committee=house.committee)]

    def some_day() -> date:
        return date(2020, 12, 1) + timedelta(days=dice.randrange(500))

    for n in range(dice.randrange(1, 9)):
        held = links.session(village, held_on=dice.choice([some_day(), None]), title=f"会{n}")
        held.node = dice.choice(nodes)
        held.save()
        for who in range(dice.randrange(4)):
            came = links.came(village, held, f"人{who}", dice.choice(list(Side)))
            came.member = dice.choice([None, *house.members.values()]) if who == 0 else None
            came.presence = dice.choice(list(Presence))
            came.save()
        Suggestion.objects.create(committee=house.committee, session=held, text="议", on=some_day())
        about = links.topic(
            village,
            title=f"题{n}",
            state=dice.choice(list(TopicState)),
            channel=dice.choice(list(Channel)),
            category=dice.choice(categories),
            node=dice.choice([None, *nodes]),
            is_held=dice.random() < 0.2,
            decided_on=dice.choice([None, some_day()]),
        )
        about.matter.opened_on = some_day()
        about.matter.save()
        links.voice(village, about, index=f"v{n}")
        state = dice.choice(list(ProblemState))
        solved = some_day() if state == ProblemState.SOLVED else None
        links.problem(village, state=state, solved_on=solved, title=f"事{n}", unit=dice.choice("abc"))
        talk_about(village, dice, some_day(), n)
    for code in village.codes.values():
        ScanCount.objects.create(
            committee=house.committee, code=code, on=some_day(), count=dice.randrange(1, 40)
        )
    for row in Proposal.objects.filter(committee=house.committee).select_related("matter"):
        row.matter.opened_on = some_day()
        row.matter.save()


def talk_about(village: Village, dice: random.Random, day: date, n: int) -> None:
    """An online conversation with voices, members who took part, and a statement that went into the work."""
    house = village.house
    circle, state = dice.choice(list(Circle)), dice.choice(list(ConversationState))
    made = talks.make_conversation(house, circle=circle, state=state, title=f"谈{n}", seeds=talks.SEEDS[:2])
    made.matter.opened_on, made.matter.closed_on = day, dice.choice([None, day])
    made.matter.save()
    heard = dice.randrange(40)
    OpinionMap.objects.filter(conversation=made).update(voices=heard, votes=heard * 3)
    for member in dice.sample(list(house.members.values()), 2):
        take_part(matter=made.matter, role=Participation.Role.PRESENT, on=day, member=member)
    about = links.topic(village, title=f"谈{n}的题", channel=Channel.ONLINE)
    StatementUse.objects.create(
        committee=house.committee,
        statement=made.statements.all()[0],
        matter=about.matter,
        standing="",
        on=day,
    )


def disagreements(one: Figure, committee: int, period: Period) -> list[object]:
    """What does not add up of a figure in a span."""
    whole = value_of(one, committee, period)
    wrong: list[object] = []
    rows = one.things(one.rows(committee, period)).count()
    if not one.summed and rows != whole.number:
        wrong.append((one.id, period.key, "rows", rows, whole))
    for by in one.breakdowns:
        parts = parts_of(one, committee, period, by)
        told = [part for part in parts if part.counted is not None]
        for part in told:
            alone = value_of(one, committee, period, by.key, part.key)
            if alone != part.counted:
                wrong.append((one.id, period.key, by.key, part, alone))
            listed = one.things(rows_of(one, committee, period, by.key, part.key)).count()
            if not one.summed and listed != alone.number:
                wrong.append((one.id, period.key, by.key, part.key, "rows", listed, alone))
        together = sum(part.counted.number for part in told if part.counted)
        if len(told) == len(parts) and together != whole.number and not by.why_not:
            wrong.append((one.id, period.key, by.key, together, whole.number))
    return wrong


@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), period=st.sampled_from(PERIODS))
def test_parts_of_every_figure_add_up_and_pages_hold_what_they_say(
    village: Village, seed: int, period: Period
) -> None:
    committee = village.house.committee.pk
    with village.house.at_work():
        mark = transaction.savepoint()
        fill(village, random.Random(seed))
        figures = figures_of(committee)
        wrong: list[object] = []
        together = values_of(figures, committee, period)
        for one in figures:
            alone = value_of(one, committee, period)
            if together[one.id] != alone or alone.value != one.value(committee, period):
                wrong.append((one.id, period.key, together[one.id], alone, one.value(committee, period)))
            wrong += disagreements(one, committee, period)
        transaction.savepoint_rollback(mark)
    assert wrong == []


@given(
    counts=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)),
    below=st.integers(1, 12),
)
def test_hidden_parts_cannot_be_worked_out_from_the_whole(counts: dict[str, int], below: int) -> None:
    hidden = hidden_parts(counts, below)
    present = {key: n for key, n in counts.items() if n}
    assert {key for key, n in present.items() if n < below} <= hidden <= set(present)
    if hidden and hidden != set(present):
        together = sum(present[key] for key in hidden)
        assert len(hidden) > 1
        assert together >= below
    if not any(n < below for n in present.values()):
        assert hidden == set()
