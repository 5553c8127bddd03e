"""The demo: the same every time, every state has rows, and it is not taken for real data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from tongxin.activities.proposals.lifecycle import ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.models import (
    Assignment,
    Extension,
    HandoverRow,
    Honour,
    KeyProposal,
    Promise,
    Proposal,
    SupervisionEvent,
)
from tongxin.demo.load import DOORS, load, reset, sign_ins
from tongxin.demo.world import PLANS, People
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.models import Committee

pytestmark = pytest.mark.django_db
MUSEUM = next(plan for plan in PLANS if plan.code == "620500")


def test_load_reaches_every_state_and_opens_every_door() -> None:
    small = replace(PLANS[0], members=20, proposals=(1, 1, 60))
    province = next(replace(p, members=8, proposals=(0, 0, 0)) for p in PLANS if p.code == "620000")
    plans = [small, replace(MUSEUM, endings=("museum",)), province]
    load(lambda _said: None, plans=plans, processes=1)
    committee = Committee.objects.get(code=PLANS[0].code)
    with tenancy.scope([committee.pk]):
        assert set(Proposal.objects.values_list("matter__state", flat=True)) == set(PROPOSAL.states)
        parts = set(Assignment.objects.values_list("state", flat=True))
        # What was given back is shown by the tour and by hand; here it is only asked for.
        assert parts == set(ASSIGNMENT.states) - {"declined"}
        numbers = list(
            Proposal.objects.exclude(number=None)
            .order_by("session", "number")
            .values_list("session", "number")
        )
        assert set(KeyProposal.objects.values_list("state", flat=True)) == {"pool", "chosen"}
        assert set(Honour.objects.values_list("state", flat=True)) == {"nominated", "published"}
        # What happens beside the way of one proposal.
        assert set(Extension.objects.values_list("state", flat=True)) == {"granted", "asked"}
        assert {"open", "reported"} <= set(Promise.objects.values_list("state", flat=True))
        assert Proposal.objects.filter(matter__state="filed", office__isnull=False).count() == 1
        rows = HandoverRow.objects.filter(handed_on=None).count()
        assert rows == Proposal.objects.filter(matter__state="filed", office=None).count() > 0
    assert len(set(numbers)) == len(numbers)
    assert {row["username"] for row in sign_ins()} == {door[2] for door in DOORS}
    assert {row["committee"] for row in sign_ins()} == {"620881", "620500", "620000", ""}
    assert User.objects.filter(username__in=[door[2] for door in DOORS]).count() == len(DOORS)
    with pytest.raises(Refused):
        load(lambda _said: None, processes=1)


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 1, 20), date(2026, 3, 9)])
def test_museum_is_supervised_on_the_spot_three_times_by_the_main_leader(today: date) -> None:
    with clock.at(today):
        load(lambda _said: None, today=today, plans=[replace(MUSEUM, endings=("museum",))], processes=1)
        with tenancy.scope([Committee.objects.get(code="620500").pk]):
            key = KeyProposal.objects.select_related("proposal__matter").get()
            events = SupervisionEvent.objects.filter(key=key)
            by_main_leader = events.filter(supervisors__role="main_leader", kind="on_site", on__lte=today)
            assert "博物馆新馆" in key.proposal.matter.title
            assert (key.state, key.proposal.is_key, key.proposal.state) == ("chosen", True, "tracking")
            assert by_main_leader.count() == 3
            assert Promise.objects.filter(event__in=events, state="kept").count() == 3
            assert Promise.objects.filter(event__in=events, state="open").count() == 1


def test_people_of_the_same_seed_are_the_same() -> None:
    def ten() -> list[str]:
        people = People(Random(7), "620881")
        return [people.name() for _ in range(10)]

    assert ten() == ten()


@override_settings(DEMO=False)
def test_reset_outside_demo_mode_is_refused() -> None:
    User.objects.create_user("somebody", None, name="某人")
    with pytest.raises(Refused):
        reset()
    assert User.objects.filter(username="somebody").exists()


@override_settings(DEMO=False)
def test_demo_pages_outside_demo_mode_do_not_exist(client: Client) -> None:
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/enter/", {"username": "staff.620881"}).status_code == 404


def test_demo_over_real_accounts_when_asked_only_if_empty_changes_nothing() -> None:
    User.objects.create_user("somebody", None, name="某人")
    call_command("demo", if_empty=True)
    assert User.objects.count() == 1
