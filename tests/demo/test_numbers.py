"""What the demo tells of numbers: a register of posts, a signed report that has moved since, what goes up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.test import Client, override_settings

from tongxin.demo.load import load
from tongxin.demo.world import PLANS
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.figures import EVER, calendar_year, figure
from tongxin.foundation.organization.access import actor_for
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.models import Received, Sheet
from tongxin.readers.rollup.selectors.asks import asked
from tongxin.readers.statistics.counting import value_of
from tongxin.readers.statistics.models import ReportedNumber, SavedTable
from tongxin.readers.statistics.wordings import printed_number, wordings_of
from tongxin.readers.workreports.checking import check_report
from tongxin.readers.workreports.models import WorkReport
from tongxin.readers.workreports.selectors.reading import report_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tongxin.demo.world import Plan
    from tongxin.foundation.core.access import Actor

_TODAY = date(2026, 10, 9)
_POSTS = {
    "organization.posts.administrative": 20,
    "organization.posts.worker": 4,
    "organization.posts.institution": 3,
    "organization.posts.added_to_committees": 3,
    "organization.posts.selected": 2,
}


def _plan(code: str, members: int) -> Plan:
    plan = next(plan for plan in PLANS if plan.code == code)
    return replace(plan, members=members, proposals=(0, 0, 0), endings=())


def _load() -> None:
    """A county, a city and the province, without proposals."""
    with clock.at(_TODAY):
        load(
            lambda _said: None,
            today=_TODAY,
            plans=[_plan("620881", 105), _plan("620300", 10), _plan("620000", 10)],
            processes=1,
        )


@pytest.fixture
def demo(within: Callable[[Callable[[], None]], AbstractContextManager[None]]) -> Iterator[None]:
    with within(_load), clock.at(_TODAY):
        yield


def _at(code: str) -> tuple[Committee, Actor]:
    committee = Committee.objects.get(code=code)
    with tenancy.scope([committee.pk]), transaction.atomic():
        return committee, actor_for(User.objects.get(username=f"leader.{code}"), committee.pk)


@pytest.mark.usefixtures("demo")
def test_office_of_the_demo_has_the_posts_of_the_page() -> None:
    committee, _leader = _at("620881")
    with tenancy.scope([committee.pk]), transaction.atomic():
        ever = {key: figure(key).value(committee.pk, EVER) for key in _POSTS}
        then = {key: figure(key).value(committee.pk, calendar_year(2021)) for key in _POSTS}
    assert ever == then == _POSTS


@pytest.mark.usefixtures("demo")
def test_report_of_the_demo_is_signed_and_a_session_came_later() -> None:
    committee, leader = _at("620881")
    with tenancy.scope([committee.pk]), transaction.atomic():
        page = report_page(leader, WorkReport.objects.get(state="signed"))
        seen = [(one.frozen.printed, one.now, one.exact) for one in page.changes]
        sources = {one.source.source for one in page.checked.confirmed if one.source}
    assert page.report.period == calendar_year(2021)
    assert seen == [
        ("529场次", "530场次", None),
        ("648人次", "650人次", None),
        ("400余条", "400余条", ("411条", "412条")),
        ("500余件", "500余件", ("505件", "506件")),
    ]
    assert sources == {"委员学习和服务工作登记簿"}


@pytest.mark.usefixtures("demo")
def test_draft_of_the_demo_has_one_number_that_nobody_vouches_for() -> None:
    committee, leader = _at("620881")
    with tenancy.scope([committee.pk]), transaction.atomic():
        draft = WorkReport.objects.get(state="draft")
        checked = check_report(leader, draft)
    assert draft.period == calendar_year(2026)
    assert [one.typed.text for one in checked.unlinked] == ["20"]
    assert checked.count == 1


@pytest.mark.usefixtures("demo")
def test_money_of_the_demo_is_printed_in_ten_thousands() -> None:
    committee, _leader = _at("620881")
    subsidy, year = figure("grassroots.subsidy_budget"), calendar_year(2021)
    with tenancy.scope([committee.pk]), transaction.atomic():
        counted = value_of(subsidy, committee.pk, year)
        text = printed_number(subsidy, counted, year, wordings_of(committee.pk))
    assert text == "18万元"


@pytest.mark.usefixtures("demo")
def test_reported_numbers_and_the_table_of_the_demo_are_there() -> None:
    committee, _leader = _at("620300")
    with tenancy.scope([committee.pk]), transaction.atomic():
        reported = ReportedNumber.objects.order_by("value").values_list("figure", "value")
        assert list(reported) == [
            ("proposals.party_proposals", 300),
            ("proposals.filed", 942),
            ("grassroots.implemented_matters", 1900),
        ]
    committee, _leader = _at("620881")
    with tenancy.scope([committee.pk]), transaction.atomic():
        assert list(SavedTable.objects.values_list("rows", "columns", "is_shared")) == [
            ("place", "month", True),
            ("channel", "month", True),
        ]


@pytest.mark.usefixtures("demo")
def test_province_of_the_demo_asked_its_cities_and_a_sheet_waits_for_the_county_leader() -> None:
    committee, _leader = _at("620000")
    with tenancy.scope([committee.pk]), transaction.atomic():
        received = Received.objects.values_list("sender__code", "state")
        assert len(received) == 14
        assert [code for code, state in received if state == "received"] == ["620300"]
    committee, leader = _at("620881")
    with tenancy.scope([committee.pk]), transaction.atomic():
        assert set(Sheet.objects.values_list("since__year", "state")) == {(2021, "signed"), (2026, "ready")}
        assert [todo.text for todo in asked(leader, limit=9).todos] == ["待签发"]


@pytest.mark.usefixtures("demo")
@override_settings(DEMO=True, ROOT_URLCONF="tests.demo.urls")
def test_first_page_of_the_demo_leads_the_leader_to_the_numbers() -> None:
    visitor = Client()
    assert 'name="to" value="numbers"' in visitor.get("/demo/").content.decode()
    entered = visitor.post("/demo/enter/", {"username": "leader.620881", "to": "numbers"})
    assert entered.headers["Location"] == "/statistics/"
    assert visitor.get("/statistics/").status_code == 200
