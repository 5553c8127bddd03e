"""An installation as ``tongxin init`` makes it, and what its figures are."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.db import transaction
from django.test import Client

from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.figures import find_figure
from tongxin.foundation.core.management.commands.init import install_defaults
from tongxin.foundation.core.periods import parse_period
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Post
from tongxin.readers.statistics import counting
from tongxin.readers.statistics.counting import opened_url
from tongxin.readers.statistics.wordings import printed_number, wordings_of
from tongxin.scenario.loading import Loaded, load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tongxin.foundation.core.figures import Figure


def installed() -> None:
    """Give every committee what every installation has."""
    install_defaults()


@contextmanager
def everywhere() -> Iterator[None]:
    """See the rows of all committees until the block ends."""
    with tenancy.scope(list(Committee.objects.values_list("pk", flat=True))), transaction.atomic():
        yield


def committee_of(place: str) -> Committee:
    """Return the committee of a place."""
    return Committee.objects.named(place).get()


def figure_of(place: str, figure_id: str) -> Figure:
    """Return a figure of a place; the scope must be open."""
    found = find_figure(figure_id, committee_of(place).pk)
    assert found is not None, figure_id
    return found


def value_of(place: str, figure_id: str, period: str | None = None) -> Any:
    """Return what a figure is."""
    committee = committee_of(place)
    with tenancy.scope([committee.pk]), transaction.atomic():
        span = parse_period(period or "", clock.today())
        return figure_of(place, figure_id).value(committee.pk, span)


def printed_of(place: str, figure_id: str, period: str | None = None) -> str:
    """Return how a figure is printed, without its unit but for a share."""
    committee = committee_of(place)
    with tenancy.scope([committee.pk]), transaction.atomic():
        span = parse_period(period or "", clock.today())
        figure = figure_of(place, figure_id)
        counted = counting.value_of(figure, committee.pk, span)
        hedged = str(figure.unit) == "%" and counted.value != 100
        return printed_number(figure, counted, span, wordings_of(committee.pk), unit=hedged)


def as_said(place: str, period: str | None, figures: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what ``tongxin figures`` says of them."""
    out = StringIO()
    asked = [word for figure in figures for word in ("--figure", figure)]
    call_command("figures", "--place", place, "--period", period or "", *asked, "--json", stdout=out)
    return {row["figure"]: row for row in json.loads(out.getvalue())}


def staff_of(place: str) -> Client:
    """Return somebody of the office of a place, signed in."""
    committee = committee_of(place)
    user = User.objects.create_user(f"staff.{committee.code}", "蓝色的小船 42", name="何文")
    with tenancy.scope([committee.pk]), transaction.atomic():
        Post.objects.create(committee=committee, user=user, role=Role.STAFF, since=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def opened_rows(client: Client, figure: str, period: str | None = None) -> int:
    """Return how many rows the page behind a number lists."""
    span = parse_period(period or "", clock.today())
    answer = client.get(opened_url(figure, span))
    assert answer.status_code == 200, (figure, answer.status_code)
    count: int = answer.context["opened"].page.paginator.count
    return count


def stated(figure: str, value: object, **rest: object) -> dict[str, object]:
    """Return a statement as a file has it."""
    return {
        "figure": figure,
        "label": "",
        "value": value,
        "qualifier": None,
        "unit": "",
        "period": None,
    } | rest


def load(**places: list[dict[str, object]]) -> Loaded:
    """Load a scenario: 华亭市=[stated(...), ...]."""
    rows = [{"place": place, "figures": figures} for place, figures in places.items()]
    return load_scenario(json.dumps(rows).encode())
