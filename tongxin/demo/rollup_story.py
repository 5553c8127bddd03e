"""What goes up in the demo: a province that asked its cities, a city that asked its counties."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.capabilities.notices.actions import silence
from tongxin.demo.world import People
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.organization.access import actor_for
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Post
from tongxin.readers.rollup.actions.asking import Wanted, ask_below
from tongxin.readers.rollup.actions.reporting import ask_signature, sign_sheet
from tongxin.readers.rollup.collecting import collect
from tongxin.readers.rollup.models import Sheet

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractContextManager

    from tongxin.foundation.core.access import Actor
    from tongxin.readers.rollup.models import Request

_PROVINCE, _REPORTING = "620000", ("620500", "620300")
# 华亭's city has nobody in the demo but an office that asks.
_CITY, _COUNTY = "620800", "620881"
_FIGURES = (
    "organization.members",
    "proposals.filed",
    "proposals.reply_rate",
    "topics.collected",
    "grassroots.stations",
    "grassroots.rooms",
    "grassroots.sessions",
    "grassroots.problems_solved",
)
_OF_COUNTIES = (
    "grassroots.sessions",
    "grassroots.member_attendances",
    "grassroots.suggestions",
    "grassroots.problems_solved",
)


def tell_rollup(codes: Collection[str], today: date) -> None:
    """Ask for numbers and report them, as far as those who take part are told."""
    if _PROVINCE in codes:
        _cities(codes, today)
    if _COUNTY in codes:
        _counties(today)


def _cities(codes: Collection[str], today: date) -> None:
    """The province asks its fourteen cities for this year so far; two have signed, the others are awaited."""
    asked_on = today - timedelta(days=12)
    until = asked_on.replace(day=1) - timedelta(days=1)
    months = "1月" if until.month == 1 else f"1至{until.month}月"
    wanted = Wanted(
        f"{until.year}年{months}工作数据",
        _FIGURES,
        until.replace(month=1, day=1),
        until,
        today + timedelta(days=5),
        "没有开展的填报说明。",
    )
    request = _ask(_PROVINCE, wanted, asked_on)
    for n, code in enumerate(one for one in _REPORTING if one in codes):
        sheet = _prepare(code, request, today - timedelta(days=6 - 2 * n))
        _sign(code, sheet, today - timedelta(days=5 - 2 * n))


def _counties(today: date) -> None:
    """The city asked its counties for 2021, and for the half-year; 华亭's second sheet waits for the leader."""
    _open_office(_CITY)
    past = Wanted("2021年基层协商数据", _OF_COUNTIES, date(2021, 1, 1), date(2021, 12, 31), date(2022, 3, 15))
    # Nobody has waited for years to read this.
    with silence():
        request = _ask(_CITY, past, date(2022, 2, 20))
        sheet = _prepare(_COUNTY, request, date(2022, 3, 9))
        _sign(_COUNTY, sheet, date(2022, 3, 10))
    asked_on = today - timedelta(days=8)
    until = asked_on.replace(day=1) - timedelta(days=1)
    since = until.replace(month=1, day=1)
    title = f"{until.year}年基层协商数据（到{until.month}月）"
    now = Wanted(title, _OF_COUNTIES, since, until, today + timedelta(days=4))
    _prepare(_COUNTY, _ask(_CITY, now, asked_on), today - timedelta(days=1))


@transaction.atomic
def _open_office(code: str) -> None:
    """Give a committee an office of two, so that somebody asks."""
    committee = Committee.objects.get(code=code)
    people = People(Random(f"office {code}"), code)  # noqa: S311 (not for security)
    roles = {"staff": (Role.STAFF, "办公室主任"), "leader": (Role.LEADER, "主席")}
    users = {key: people.user(f"{key}.{code}") for key in roles}
    people.save()
    with tenancy.scope([committee.pk]):
        Post.objects.bulk_create(
            Post(committee=committee, user=users[key], role=role, title=title, since=date(2021, 1, 1))
            for key, (role, title) in roles.items()
        )


@transaction.atomic
def _ask(code: str, wanted: Wanted, on: date) -> Request:
    committee = Committee.objects.get(code=code)
    with tenancy.scope([committee.pk]):
        staff = _actor("staff", committee)
        with _at(on):
            return ask_below(actor=staff, wanted=wanted)


@transaction.atomic
def _prepare(code: str, request: Request, on: date) -> Sheet:
    committee = Committee.objects.get(code=code)
    with tenancy.scope([committee.pk]):
        staff = _actor("staff", committee)
        sheet = Sheet.objects.get(committee=committee, request_key=request.key)
        with _at(on):
            return ask_signature(actor=staff, sheet=sheet, remark="")


@transaction.atomic
def _sign(code: str, sheet: Sheet, on: date) -> None:
    committee = Committee.objects.get(code=code)
    with tenancy.scope([committee.pk]):
        leader = _actor("leader", committee)
        seen = collect(committee.pk, sheet.figures, sheet.since, sheet.until).fingerprint
        with _at(on):
            sign_sheet(actor=leader, sheet=sheet, seen=seen)


def _actor(key: str, committee: Committee) -> Actor:
    # As of today: posts of the demo begin with the term.
    return actor_for(User.objects.get(username=f"{key}.{committee.code}"), committee.pk)


def _at(day: date) -> AbstractContextManager[None]:
    return clock.at(datetime.combine(day, time(9, 40), tzinfo=clock.ZONE))
