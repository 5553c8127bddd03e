"""The lists of sessions: filters, numbers that open exactly their rows, who sees which, Excel."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.urls import reverse

from tests.activities.grassroots.meetings import (
    STARTS,
    TITLE,
    TUESDAY,
    announced,
    planned,
    recorded,
    written,
)
from tests.factories import JINCHANG, make_house
from tests.village import make_village
from tongxin.activities.grassroots import figures
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, calendar_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.village import Village
    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.figures import Period

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_tuesday() -> Iterator[None]:
    with clock.at(TUESDAY):
        yield


@pytest.fixture
def here() -> Village:
    return make_village(make_house())


def enter(client: Client, here: Village, who: str) -> None:
    client.force_login(here.house.users[who])


def at(session: DeliberationSession, page: str = "session", *more: Any) -> str:
    return reverse(f"grassroots:{page}", args=[session.pk, *more])


def rows_of(client: Client, name: str, **query: str) -> int:
    answer = client.get(reverse(f"grassroots:{name}"), query)
    assert answer.status_code == 200
    shown = answer.context["shown"]
    return int(shown.page.paginator.count)


@pytest.mark.parametrize("period", [EVER, calendar_year(2026), calendar_year(2025)])
def test_figures_open_lists_with_exactly_as_many_rows(client: Client, here: Village, period: Period) -> None:
    recorded(here)
    recorded(here, title="去年的", starts_at=STARTS - timedelta(days=370))
    written(here, title="还在写的", starts_at=STARTS - timedelta(days=2))
    announced(here, title="还没有开的")
    enter(client, here, "staff")
    committee = here.house.committee.pk
    for number in figures.FIGURES:
        if number.page in ("grassroots:sessions", "grassroots:attendances", "grassroots:suggestions"):
            with here.house.at_work():
                value = number.value(committee, period)
            shown = client.get(number.url(period)).context["shown"]
            assert (number.id, shown.page.paginator.count) == (number.id, value)


def test_list_filters_by_what_the_address_says_and_ignores_what_it_does_not_know(
    client: Client, here: Village
) -> None:
    recorded(here)
    planned(here, node=here.room, title="议事室的", starts_at=STARTS + timedelta(days=40))
    enter(client, here, "staff")
    wanted = {
        (): 2,
        (("year", "2026"),): 2,
        (("year", "2025"),): 0,
        (("month", "2026-12"),): 1,
        (("month", "2026-13"),): 2,
        (("counted", "1"),): 1,
        (("state", "planned"),): 1,
        (("state", "'; drop"),): 2,
        (("node", str(here.room.pk)),): 1,
        (("node", str(here.council.pk)),): 2,
        (("station", str(here.station.pk)),): 2,
        (("town", "620881999"),): 0,
        (("q", "饮水"),): 1,
        (("page", "99"),): 2,
    }
    assert {query: rows_of(client, "sessions", **dict(query)) for query in wanted} == wanted


def test_numbers_of_a_row_open_the_rows_of_that_session(client: Client, here: Village) -> None:
    recorded(here)
    recorded(here, title="另一场", starts_at=STARTS - timedelta(days=1))
    enter(client, here, "staff")
    for row in client.get(reverse("grassroots:sessions")).context["shown"].rows:
        assert client.get(row.members_url).context["shown"].total == row.members == 2
        assert client.get(row.suggestions_url).context["shown"].total == row.suggestions == 1


def test_lists_show_the_worker_the_own_room_only(client: Client, here: Village) -> None:
    recorded(here)
    recorded(here, node=here.room, title="议事室的", starts_at=STARTS - timedelta(days=1))
    counts = {}
    for who in ("worker", "head", "staff", "outsider"):
        enter(client, here, who)
        counts[who] = tuple(rows_of(client, name) for name in ("sessions", "attendances", "suggestions"))
    assert counts == {"worker": (1, 2, 1), "head": (2, 4, 2), "staff": (2, 4, 2), "outsider": (2, 4, 2)}


def test_lists_of_the_neighbour_are_empty(client: Client, here: Village) -> None:
    session = recorded(here, publish=True)
    other = make_village(make_house(JINCHANG), key="j")
    enter(client, other, "staff")
    assert [rows_of(client, name) for name in ("sessions", "attendances", "suggestions")] == [0, 0, 0]
    assert client.get(at(session)).status_code == 404


def test_export_holds_the_filtered_rows(client: Client, here: Village) -> None:
    recorded(here)
    planned(here, title="没有开的", starts_at=STARTS + timedelta(days=1))
    enter(client, here, "staff")
    answer = client.get(reverse("grassroots:sessions_export"), {"counted": "1"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    header = rows[0]
    assert len(rows) == 2
    line = dict(zip(header, rows[1], strict=True))
    assert (line["主题"], line["委员人次"], line["意见建议"]) == (TITLE, 2, "每月公布一次水质")
    assert set(str(line["参加委员"]).split("、")) == {here.person.name, here.guest.name}


@pytest.mark.parametrize(("page", "most"), [("sessions", 12), ("attendances", 8), ("suggestions", 8)])
def test_lists_ask_the_same_for_one_row_and_for_three(
    client: Client, here: Village, django_assert_max_num_queries: Any, page: str, most: int
) -> None:
    enter(client, here, "staff")
    recorded(here)
    url = reverse(f"grassroots:{page}")
    client.get(url)
    with django_assert_max_num_queries(most) as one:
        client.get(url)
    for n in (1, 2):
        recorded(here, title=f"第{n}场", starts_at=STARTS - timedelta(days=n))
    with django_assert_max_num_queries(most) as three:
        client.get(url)
    assert len(one) == len(three)
