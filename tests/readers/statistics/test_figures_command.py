"""`tongxin figures`."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories import make_house
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.grassroots.enums import Side
from tongxin.foundation.core.figures import figures_of
from tongxin.readers.statistics.models import Wording

if TYPE_CHECKING:
    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db: None) -> Village:
    made = make_village(make_house())
    with made.house.at_work():
        for n in range(12):
            held = links.session(made, held_on=date(2021, 3, 5), title=f"议事{n}")
            links.came(made, held, f"何远山{n}", Side.MEMBER)
    return made


def told(*words: str) -> Any:
    out = StringIO()
    call_command("figures", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_figures_command_prints_every_figure_of_the_committee(village: Village) -> None:
    found = told("--committee", village.house.committee.code)
    with village.house.at_work():
        assert [row["figure"] for row in found] == [f.id for f in figures_of(village.house.committee.pk)]
    assert all(list(row) == ["figure", "value", "unit", "rows", "printed"] for row in found)
    assert any(row["figure"].startswith("organization.sector_members.") for row in found)


def test_figures_command_says_value_rows_and_print(village: Village) -> None:
    house = village.house
    with house.at_work():
        Wording.objects.create(committee=house.committee, figure="grassroots.sessions", word="余")
    words = ("--place", "华亭市", "--period", "2021", "--figure", "grassroots.sessions")
    assert told(*words, "--figure", "codes.station_coverage") == [
        {"figure": "grassroots.sessions", "value": 12, "unit": "场次", "rows": 12, "printed": "10余场次"},
        {"figure": "codes.station_coverage", "value": 100, "unit": "%", "rows": 1, "printed": "100%"},
    ]
    assert told("--place", "华亭市", "--period", "2020", "--figure", "grassroots.sessions")[0]["value"] == 0


def test_figures_command_prints_a_table_to_read(village: Village) -> None:
    out = StringIO()
    call_command("figures", "--place", "华亭市", "--figure", "grassroots.sessions", stdout=out)
    assert out.getvalue().splitlines()[1] == "grassroots.sessions\t协商议事活动\t12场次\t12行"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--committee", "999999"], "没有代码为999999的政协。"),
        (["--place", "没有县"], "没有找到“没有县”的政协。"),
        (["--place", "华亭市", "--period", "x"], "看不懂时间“x”。"),
        (["--place", "华亭市", "--period", "2021-13"], "看不懂时间“2021-13”。"),
        (["--place", "华亭市", "--figure", "a.b", "--figure", "grassroots.sessions"], "没有这些数字：a.b。"),
    ],
)
def test_figures_command_asked_for_the_unknown_says_so(village: Village, words: list[str], said: str) -> None:
    with pytest.raises(CommandError) as left:
        told(*words)
    assert said in str(left.value)
    assert left.value.returncode == 2
