"""Scenarios of other places, with odd values, spans and words; and those that cannot be."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from tests.scenario.world import everywhere, installed, load, printed_of, stated, value_of
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.capabilities.matters.models import Matter
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Member, Node, Place, Sector, StaffPost, Term
from tongxin.scenario.errors import ScenarioRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db
_TODAY = date(2026, 10, 9)


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    with clock.at(_TODAY):
        installed()
        yield


def _said(place: str, figure: str, period: str | None = None) -> tuple[Any, str]:
    return value_of(place, figure, period), printed_of(place, figure, period)


def _nothing_was_made() -> bool:
    with everywhere():
        return not any(model._default_manager.exists() for model in (Term, Member, Node, Matter, StaffPost))


# What holds together is made


def test_scenario_of_other_places_gives_every_figure_with_its_word() -> None:
    loaded = load(
        武威市=[
            stated("organization.members", 340),
            stated("organization.sectors", 31),
            stated("organization.sector_members.education", 27, label="教育界委员"),
            stated("organization.sector_members.herders", 3, label="牧业界委员"),
            stated("organization.enrolment_share", 97.6),
            stated("organization.enrolment_share_before", 33.3),
            stated("organization.special_committees", 8),
            stated("organization.units", 41),
            stated("organization.service_centre_posts.counties", 9, label="凉州区、古浪县新增事业编"),
            stated("proposals.filed", 700, qualifier="多"),
            stated("proposals.party_proposals", 120, qualifier="以上"),
            stated("proposals.reply_rate", 98.6),
            stated("proposals.reply_rate.livelihood", 100),
            stated("proposals.supervisions.reservoir", 2, label="市长对水库除险提案的现场督办"),
            stated("proposals.supervisions.school", 0, label="学校提案的现场督办"),
            stated("proposals.quality_rules", 1),
        ],
        舟曲县=[
            stated("grassroots.stations", 19),
            stated("grassroots.rooms", 210),
            stated("grassroots.seconded_members", 1),
            stated("grassroots.sessions", 7, qualifier="多"),
            stated("grassroots.member_attendances", 20),
            stated("grassroots.suggestions", 0),
            stated("grassroots.problems_solved", 500, qualifier="近"),
            stated("grassroots.subsidy_budget", 123456.78, period="2024"),
            stated("codes.room_coverage", 97.6),
            stated("topics.collected", 310, qualifier="余"),
            stated("topics.collected.member", 110),
        ],
    )
    assert loaded.left_out == []
    exact = {
        ("武威市", "organization.members"): 340,
        ("武威市", "organization.sectors"): 31,
        ("武威市", "organization.sector_members.education"): 27,
        ("武威市", "organization.sector_members.herders"): 3,
        ("武威市", "organization.enrolment_share"): Decimal("97.6"),
        ("武威市", "organization.enrolment_share_before"): Decimal("33.3"),
        ("武威市", "organization.special_committees"): 8,
        ("武威市", "organization.units"): 41,
        ("武威市", "organization.service_centre_posts.counties"): 9,
        ("武威市", "proposals.reply_rate"): Decimal("98.6"),
        ("武威市", "proposals.reply_rate.livelihood"): Decimal("100.0"),
        ("武威市", "proposals.supervisions.reservoir"): 2,
        ("武威市", "proposals.supervisions.school"): 0,
        ("武威市", "proposals.quality_rules"): 1,
        ("舟曲县", "grassroots.stations"): 19,
        ("舟曲县", "grassroots.rooms"): 210,
        ("舟曲县", "grassroots.seconded_members"): 1,
        ("舟曲县", "grassroots.member_attendances"): 20,
        ("舟曲县", "grassroots.suggestions"): 0,
        ("舟曲县", "codes.room_coverage"): Decimal("97.6"),
        ("舟曲县", "topics.collected.member"): 110,
    }
    assert {key: value_of(*key) for key in exact} == exact
    assert value_of("舟曲县", "grassroots.subsidy_budget", "2024") == Decimal("123456.78")
    hedged = {
        ("武威市", "proposals.filed"): (725, "700多"),
        ("武威市", "proposals.party_proposals"): (124, "120以上"),
        ("舟曲县", "grassroots.sessions"): (7, "7多"),
        ("舟曲县", "grassroots.problems_solved"): (482, "近500"),
        ("舟曲县", "topics.collected"): (314, "310余"),
    }
    assert {key: _said(*key) for key in hedged} == hedged


def test_scenario_of_one_figure_in_two_spans_makes_the_rest_outside_the_first() -> None:
    load(
        甘州区=[
            stated("grassroots.sessions", 530, period="2021"),
            stated("grassroots.sessions", 900, qualifier="余"),
            stated("grassroots.sessions", 40, period="2021-03"),
            stated("grassroots.problems_solved", 310, period="五年"),
        ]
    )
    assert _said("甘州区", "grassroots.sessions", "2021") == (530, "530")
    assert _said("甘州区", "grassroots.sessions", "2021-03") == (40, "40")
    assert _said("甘州区", "grassroots.sessions") == (932, "900余")
    assert value_of("甘州区", "grassroots.problems_solved", "五年") == 310


def test_scenario_of_members_at_two_days_lets_them_come_and_go() -> None:
    load(
        庆阳市=[
            stated("organization.members", 90, period="2023"),
            stated("organization.members", 97, period="2024"),
            stated("organization.members", 95),
            stated("organization.posts.administrative", 12, period="2024"),
            stated("organization.posts.administrative", 10),
        ]
    )
    found = [value_of("庆阳市", "organization.members", p) for p in ("2023", "2024", None)]
    assert found == [90, 97, 95]
    assert value_of("庆阳市", "organization.posts.administrative", "2024") == 12
    assert value_of("庆阳市", "organization.posts.administrative") == 10


def test_scenario_names_people_by_the_place_and_councils_after_its_villages() -> None:
    wanted = [stated("organization.members", 12), stated("grassroots.councils", 5)]
    load(甘州区=wanted)
    load(凉州区=wanted)
    with everywhere():
        of = {
            code: list(Member.objects.filter(committee__code=code).values_list("name", flat=True))
            for code in ("620702", "620602")
        }
        councils = set(Node.objects.filter(committee__code="620702").values_list("place_id", flat=True))
    assert len(set(of["620702"])) == 12
    assert of["620702"] != of["620602"]
    # Councils sit in real villages of the place.
    assert len(councils) == 5
    assert {code[:6] for code in councils} == {"620702"}


def test_scenario_tells_nobody() -> None:
    load(甘州区=[stated("proposals.supervisions.bridge", 2), stated("topics.collected", 3)])
    with everywhere():
        assert Notice.objects.count() == 0


def test_scenario_with_more_councils_than_villages_puts_the_rest_into_works() -> None:
    load(嘉峪关市=[stated("grassroots.councils", 150)])
    with everywhere():
        hosts = set(Node.objects.filter(kind="council").values_list("host", flat=True))
    assert value_of("嘉峪关市", "grassroots.councils") == 150
    assert {"village", "enterprise", "institution"} <= hosts


def test_scenario_takes_the_names_of_sectors_and_key_proposals_from_labels() -> None:
    load(
        甘州区=[
            stated("organization.sector_members.agriculture", 19, label="农业界委员"),
            stated("organization.sector_members.herders", 4, label="牧业界委员"),
            stated("proposals.supervisions.museum", 3, label="市委主要领导对博物馆新馆提案的现场督办"),
        ]
    )
    with everywhere():
        assert list(Sector.objects.exclude(key="").order_by("key").values_list("key", "name")) == [
            ("agriculture", "农业界"),
            ("herders", "牧业界"),
        ]
        assert Matter.objects.filter(title="关于博物馆新馆的提案").count() == 1


def test_scenario_of_more_who_come_than_are_seconded_lets_former_ones_come() -> None:
    load(
        甘州区=[
            stated("grassroots.seconded_members", 2),
            stated("grassroots.sessions", 3),
            stated("grassroots.member_attendances", 30),
        ]
    )
    assert value_of("甘州区", "grassroots.seconded_members") == 2
    assert value_of("甘州区", "grassroots.member_attendances") == 30


def test_scenario_of_zeros_makes_nothing_but_says_zero() -> None:
    figures = ("grassroots.sessions", "topics.collected", "proposals.filed", "organization.members")
    load(甘州区=[stated(figure, 0) for figure in figures])
    assert [value_of("甘州区", figure) for figure in figures] == [0, 0, 0, 0]


def test_scenario_of_fewer_councils_than_villages_gives_the_others_rooms() -> None:
    figures = {
        "grassroots.councils": 4,
        "grassroots.townships": 3,
        "grassroots.villages": 5,
        "grassroots.communities": 2,
    }
    loaded = load(徽县=[stated(figure, value) for figure, value in figures.items()])
    assert loaded.left_out == []
    assert {figure: value_of("徽县", figure) for figure in figures} == figures
    assert value_of("徽县", "grassroots.rooms") == 6


def test_scenario_of_more_communities_than_the_table_has_turns_villages_into_some() -> None:
    with everywhere():
        names = list(
            Place.objects.filter(code__startswith="620724", level="village").values_list("name", flat=True)
        )
    communities = sum("村" not in name for name in names) + 9
    loaded = load(高台县=[stated("grassroots.communities", communities), stated("grassroots.villages", 20)])
    assert loaded.left_out == []
    assert value_of("高台县", "grassroots.communities") == communities
    assert value_of("高台县", "grassroots.villages") == 20


def test_scenario_of_shares_in_several_spans_gives_each_of_them() -> None:
    stated_of = {
        ("proposals.filed", None): 942,
        ("proposals.filed", "2024"): 188,
        ("proposals.reply_rate", "2024"): Decimal("85.1"),
        ("proposals.reply_rate", "2025"): Decimal("66.7"),
        ("proposals.reply_rate", None): Decimal("91.5"),
        ("proposals.reply_rate.livelihood", "2024"): 50,
        ("proposals.reply_rate.livelihood", None): Decimal("97.5"),
    }
    loaded = load(金昌市=[stated(f, float(value), period=period) for (f, period), value in stated_of.items()])
    assert loaded.left_out == []
    assert {key: value_of("金昌市", *key) for key in stated_of} == stated_of


def test_scenario_chooses_a_hedged_whole_so_that_its_share_comes_out() -> None:
    load(
        甘州区=[
            stated("organization.members", 100, qualifier="多"),
            stated("organization.enrolment_share", 97.1),
        ]
    )
    assert value_of("甘州区", "organization.enrolment_share") == Decimal("97.1")
    assert printed_of("甘州区", "organization.members") == "100多"


def test_scenario_of_hedged_shares_prints_them_so() -> None:
    load(
        甘州区=[
            stated("organization.enrolment_share", 99.1, qualifier="左右"),
            stated("organization.enrolment_share_before", 30, qualifier="左右"),
            stated("proposals.reply_rate", 90, qualifier="以上"),
        ]
    )
    assert printed_of("甘州区", "organization.enrolment_share") == "99.1%左右"
    assert printed_of("甘州区", "organization.enrolment_share_before") == "30%左右"
    assert printed_of("甘州区", "proposals.reply_rate") == "90%以上"


def test_scenario_of_service_centres_below_a_county_puts_them_into_its_towns() -> None:
    load(成县=[stated("organization.service_centre_posts.counties", 7)])
    assert value_of("成县", "organization.service_centre_posts.counties") == 7


def test_scenario_of_problems_still_open_gives_their_share_and_who_takes_part() -> None:
    figures = {
        "grassroots.problems_solved": 51,
        "grassroots.problems_open": 9,
        "grassroots.problems_solved_share": 85,
        "proposals.filed": 40,
        "proposals.collective": 6,
        "proposals.joint": 3,
        "proposals.members_taking_part": 37,
    }
    loaded = load(甘州区=[stated(figure, value) for figure, value in figures.items()])
    assert loaded.left_out == []
    assert {figure: value_of("甘州区", figure) for figure in figures} == figures


@pytest.mark.parametrize(
    "figures",
    [
        {"grassroots.problems_solved_share": 66.7, "grassroots.problems_open": 40},
        {"grassroots.problems": 60, "grassroots.problems_open": 8},
        {"grassroots.problems_open": 8},
        {"grassroots.implemented_matters": 30, "grassroots.problems_solved_share": 97.6},
        {"proposals.members_taking_part": 12},
        {"proposals.satisfied_rate": 97.5, "proposals.satisfied_rate.attitude": 95},
        {"proposals.ratings": 40, "proposals.satisfied_rate": 85, "proposals.supervisions.bridge": 2},
        {"proposals.filed": 90, "proposals.replied": 80, "proposals.satisfied_rate": 66.7},
    ],
    ids="+".join,
)
def test_scenario_invents_the_rest_of_problems_and_proposals(figures: dict[str, float]) -> None:
    loaded = load(甘州区=[stated(figure, value) for figure, value in figures.items()])
    assert loaded.left_out == []
    assert {figure: float(value_of("甘州区", figure)) for figure in figures} == figures


# What no room has is named


def test_scenario_of_an_unknown_figure_loads_the_rest_and_ends_with_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scenario.json"
    figures = [
        stated("grassroots.sessions", 3),
        stated("culture.operas", 4, label="戏曲"),
        stated("grassroots.dragons", 5, label="舞龙"),
    ]
    path.write_text(json.dumps([{"place": "甘州区", "figures": figures}]), "utf-8")
    with pytest.raises(CommandError) as ended:
        call_command("scenario", str(path))
    assert ended.value.returncode == 3
    assert capsys.readouterr().err.splitlines() == [
        "甘州区\tculture.operas\t戏曲",
        "甘州区\tgrassroots.dragons\t舞龙",
    ]
    assert value_of("甘州区", "grassroots.sessions") == 3


def test_scenario_of_known_figures_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps([{"place": "甘州区", "figures": [stated("topics.collected", 3)]}]), "utf-8")
    out = StringIO()
    call_command("scenario", str(path), stdout=out)
    assert out.getvalue() == "甘州区：1个数字有了记录。\n"


# What cannot be is left out


@pytest.mark.parametrize(
    "figures",
    [
        [stated("grassroots.problems_solved", 5), stated("grassroots.implemented_matters", 6)],
        [
            stated("organization.members", 10),
            stated("organization.sector_members.a", 7),
            stated("organization.sector_members.b", 7),
        ],
        [
            stated("grassroots.councils", 10),
            stated("grassroots.rooms", 0),
            stated("grassroots.villages", 9),
            stated("grassroots.communities", 2),
        ],
        [stated("grassroots.stations", 12), stated("codes.station_coverage", 97.6)],
        [stated("grassroots.sessions", 3), stated("grassroots.sessions", 4, period="2021")],
        [stated("grassroots.sessions", 0), stated("grassroots.suggestions", 4)],
        [stated("organization.enrolment_share", 100.1)],
        [stated("organization.members", 5), stated("organization.sectors", 0)],
        [stated("proposals.filed", 3), stated("proposals.replied", 4)],
        [stated("proposals.filed", 7), stated("proposals.reply_rate", 50)],
        [stated("organization.members", 2.5)],
        [stated("grassroots.sessions", 10**11)],
        [stated("grassroots.sessions", 5, qualifier="近")],
        [stated("grassroots.sessions", 0, qualifier="多")],
        [stated("grassroots.sessions", 5), stated("grassroots.sessions", 6)],
        [stated("grassroots.sessions", 5), stated("grassroots.sessions", 5, qualifier="余")],
        [stated("organization.sector_members.农业", 5)],
    ],
    ids=lambda figures: "+".join(str(f.get("figure", "?")).split(".")[-1] for f in figures),
)
def test_scenario_that_cannot_be_loses_the_last_of_the_statements_and_keeps_the_others(
    figures: list[dict[str, object]],
) -> None:
    loaded = load(凉州区=[stated("topics.collected", 3)], 甘州区=[stated("topics.answered", 2), *figures])
    (gone,) = loaded.left_out
    assert gone.place == "甘州区"
    assert (gone.stated.figure, gone.stated.value) == (
        figures[-1]["figure"],
        Decimal(str(figures[-1]["value"])),
    )
    # The reason quotes the statement.
    assert gone.why.startswith("甘州区")
    assert gone.stated.figure in gone.why
    assert value_of("凉州区", "topics.collected") == 3
    assert value_of("甘州区", "topics.answered") == 2
    for f in figures[:-1]:
        assert value_of("甘州区", str(f["figure"]), f["period"] and str(f["period"])) == f["value"]


def test_scenario_names_what_cannot_be_with_its_reason_and_ends_with_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scenario.json"
    figures = [
        stated("grassroots.problems_solved", 5, label="解决问题"),
        stated("culture.operas", 4, label="戏曲"),
        stated("grassroots.implemented_matters", 6, label="落实"),
    ]
    path.write_text(json.dumps([{"place": "甘州区", "figures": figures}]), "utf-8")
    out = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("scenario", str(path), stdout=out)
    assert ended.value.returncode == 3
    unknown, impossible = capsys.readouterr().err.splitlines()
    assert unknown == "甘州区\tculture.operas\t戏曲"
    *head, why = impossible.split("\t")
    assert head == ["甘州区", "grassroots.implemented_matters", "落实"]
    assert why == (
        "甘州区：落实（grassroots.implemented_matters）6、解决问题（grassroots.problems_solved）5。这几个数不能同时成立。"
    )
    assert out.getvalue() == "甘州区：1个数字有了记录。\n"
    assert value_of("甘州区", "grassroots.problems_solved") == 5


def test_scenario_of_several_conflicts_leaves_out_one_of_each() -> None:
    loaded = load(
        甘州区=[
            stated("grassroots.problems_solved", 5),
            stated("organization.members", 5),
            stated("grassroots.implemented_matters", 6),
            stated("organization.sectors", 0),
            stated("topics.collected", 3),
        ]
    )
    assert [one.stated.figure for one in loaded.left_out] == [
        "grassroots.implemented_matters",
        "organization.sectors",
    ]
    assert [value_of("甘州区", f) for f in ("grassroots.problems_solved", "organization.members")] == [5, 5]
    assert value_of("甘州区", "topics.collected") == 3


# What is malformed is refused whole


@pytest.mark.parametrize(
    "figures",
    [
        [stated("grassroots.sessions", -1)],
        [stated("grassroots.sessions", "5")],
        [stated("grassroots.sessions", value=True)],
        [stated("grassroots.sessions", None)],
        [stated("grassroots.sessions", 5, qualifier="许多")],
        [stated("grassroots.sessions", 5, period="什么时候")],
        [stated("grassroots.sessions", 5, period="2031")],
        [{"label": "没有编号", "value": 3}],
    ],
    ids=lambda figures: "+".join(str(f.get("figure", "?")).split(".")[-1] for f in figures),
)
def test_scenario_that_is_malformed_is_refused_and_nothing_is_made(figures: list[dict[str, object]]) -> None:
    with pytest.raises(ScenarioRefused) as refused:
        load(凉州区=[stated("topics.collected", 3)], 甘州区=figures)
    assert "甘州区" in str(refused.value)
    assert _nothing_was_made()


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", "[1]", '[{"place": "甘州区"}]', '[{"place": "甘州区", "figures": {}}]',
     '[{"figures": []}]', '[{"place": 3, "figures": []}]', '[{"place": "甘州区", "figures": [3]}]',
     '[{"place": "甘州区", "figures": [{"figure": "topics.collected", "label": "", "value": NaN}]}]'],
)  # fmt: skip
def test_scenario_that_is_no_scenario_ends_with_two(tmp_path: Path, content: str) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(content, "utf-8")
    with pytest.raises(CommandError) as ended:
        call_command("scenario", str(path))
    assert ended.value.returncode == 2
    assert _nothing_was_made()


def test_scenario_of_an_unknown_place_is_refused() -> None:
    with pytest.raises(ScenarioRefused, match="桃花源县"):
        load(甘州区=[stated("topics.collected", 3)], 桃花源县=[stated("topics.collected", 3)])
    assert _nothing_was_made()


def test_scenario_without_its_file_ends_with_two(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as ended:
        call_command("scenario", str(tmp_path / "missing.json"))
    assert ended.value.returncode == 2


def test_scenario_a_second_time_is_refused() -> None:
    load(甘州区=[stated("grassroots.sessions", 3)])
    with pytest.raises(ScenarioRefused, match="甘州区已经有记录了"):
        load(凉州区=[stated("topics.collected", 3)], 甘州区=[stated("topics.collected", 3)])
    assert value_of("甘州区", "grassroots.sessions") == 3
    with everywhere():
        assert DeliberationSession.objects.count() == 3
