"""The demo's grass roots give exactly the figures of the newspaper pages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Max, Min, Q, Sum
from django.test import Client, override_settings

from tongxin.capabilities.codes.models import ScanCount
from tongxin.demo.load import load_committee
from tongxin.demo.village_story import shown
from tongxin.demo.world import PLANS
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.figures import EVER, calendar_year, figure
from tongxin.foundation.core.wording import printed
from tongxin.foundation.organization.models import Committee, Node

pytestmark = pytest.mark.django_db
_TODAY = date(2026, 10, 9)
# What the pages say; a hedged number prints as given.
SAID: dict[str, tuple[int | None, dict[str, str]]] = {
    "620881": (
        None,
        {
            "grassroots.stations": "12",
            "grassroots.councils": "139",
            "grassroots.rooms": "137",
            "grassroots.seconded_members": "113",
        },
    ),
    "620881 in 2021": (
        2021,
        {
            "grassroots.sessions": "530",
            "grassroots.member_attendances": "650",
            "grassroots.suggestions": "400余",
            "grassroots.problems_solved": "500余",
            "grassroots.subsidy_budget": "180000",
        },
    ),
    "621126": (
        None,
        {
            "topics.collected": "1000多",
            "grassroots.sessions": "478",
            "grassroots.member_attendances": "114",
            "grassroots.problems_solved": "298",
        },
    ),
    "621227": (
        None,
        {
            "grassroots.townships": "15",
            "grassroots.villages": "32",
            "grassroots.communities": "2",
            "grassroots.seconded_members": "187",
        },
    ),
    "621027": (None, {"grassroots.sessions": "312", "grassroots.problems_solved": "256"}),
    "620500": (
        None,
        {"grassroots.stations": "123", "grassroots.rooms": "632", "grassroots.sessions": "800多"},
    ),
}


def _print(figure_id: str, committee: Committee, year: int | None, like: str) -> str:
    period = calendar_year(year) if year else EVER
    with tenancy.scope([committee.pk]), transaction.atomic():
        value = figure(figure_id).value(committee.pk, period)
    word = next((w for w in "余多" if like.endswith(w)), "")
    return printed(int(value), word=word, step=1000 if int(value) > 1000 else 0)


@pytest.mark.parametrize("code", sorted({said.split()[0] for said in SAID}))
def test_demo_committee_without_its_proposals_gives_the_figures_of_the_page(code: str) -> None:
    plan = next(plan for plan in PLANS if plan.code == code)
    load_committee(replace(plan, proposals=(0, 0, 0), endings=()), _TODAY)
    committee = Committee.objects.get(code=code)
    for said, (year, figures) in SAID.items():
        if said.split()[0] == code:
            printed = {key: _print(key, committee, year, like) for key, like in figures.items()}
            assert printed == figures


def test_demo_shows_the_code_on_the_wall_and_the_receipt_of_the_lamp() -> None:
    plan = next(plan for plan in PLANS if plan.code == "620881")
    committee = Committee.objects.get(code=plan.code)
    with tenancy.scope([committee.pk]), transaction.atomic():
        assert shown(committee) is None
    with clock.at(_TODAY):
        load_committee(replace(plan, proposals=(0, 0, 0)), _TODAY)
    with tenancy.scope([committee.pk]), transaction.atomic():
        found = shown(committee)
    assert found is not None
    assert found.place_url_args[0] == plan.code


def test_demo_figures_are_those_of_the_golden_results() -> None:
    golden = Path(__file__).resolve().parents[3] / "shared" / "golden" / "places.json"
    if not golden.exists():
        pytest.skip("shared/golden is not here")
    names = {"620881": "华亭市", "621126": "岷县", "621227": "徽县", "621027": "镇原县", "620500": "天水市"}
    mine = {(names[s.split()[0]], k): v for s, (_year, f) in SAID.items() for k, v in f.items()}
    theirs = {
        (place["place"], f["figure"]): f"{f['value']}{f['qualifier'] or ''}"
        for place in json.loads(golden.read_text("utf-8"))
        for f in place["figures"]
        if f["figure"].split(".")[0] in {"grassroots", "topics"} and place["place"] in names.values()
    }
    assert mine == theirs


def test_demo_first_page_leads_to_the_code_on_the_wall_and_to_the_receipt_of_the_lamp() -> None:
    plan = next(plan for plan in PLANS if plan.code == "620881")
    committee = Committee.objects.get(code=plan.code)
    with override_settings(DEMO=True, ROOT_URLCONF="tests.demo.urls"):
        assert "/c/" not in Client().get("/demo/").content.decode()
        with clock.at(_TODAY):
            load_committee(replace(plan, proposals=(0, 0, 0)), _TODAY)
        page = Client().get("/demo/").content.decode()
        links = re.findall(rf'href="(/p/{plan.code}/[cr]/[^"]+)"', page)
        assert [link.split("/")[3] for link in links] == ["c", "r"]
        for link in links:
            assert Client().get(link).status_code == 200
    with tenancy.scope([committee.pk]), transaction.atomic():
        lacking = Node.objects.filter(committee=committee).filter(
            Q(kind__in=("station", "room")) | ~Q(children__kind="room") & Q(kind="council")
        )
        assert list(lacking.exclude(codes__status="active").values_list("name", flat=True)) == []
        assert lacking.filter(kind="council").count() == 2
        # Counted on days of the last sixty, the same whenever the demo is loaded on that day.
        scans = ScanCount.objects.filter(committee=committee)
        days = scans.aggregate(first=Min("on"), last=Max("on"), total=Sum("count"))
    assert _TODAY - timedelta(days=59) <= days["first"] < days["last"] <= _TODAY
    assert days["total"] == 5167
