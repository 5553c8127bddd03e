"""The place table, the committees made from it, and names in stroke order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tongxin.foundation.organization.enums import Level
from tongxin.foundation.organization.models import Committee, Place
from tongxin.foundation.organization.setup import everyday_name, install
from tongxin.foundation.organization.strokes import stroke_key

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

# The places that the project's golden figures are told of.
GOLDEN = {
    "临夏州": "622900",
    "华亭市": "620881",
    "天水市": "620500",
    "岷县": "621126",
    "张掖市": "620700",
    "徽县": "621227",
    "通渭县": "621121",
    "酒泉市": "620900",
    "金昌市": "620300",
    "镇原县": "621027",
}

pytestmark = pytest.mark.django_db


def test_install_on_a_new_database_makes_every_place_and_committee() -> None:
    assert Counter(Place.objects.values_list("level", flat=True)) == {
        "province": 1,
        "city": 14,
        "county": 86,
        "zone": 1,
        "town": 1403,
        "village": 17718,
    }
    assert Counter(Committee.objects.values_list("level", flat=True)) == {
        "province": 1,
        "city": 14,
        "county": 86,
    }


def test_install_a_second_time_changes_nothing_and_keeps_what_staff_edited() -> None:
    Committee.objects.filter(code="620881").update(short_name="华亭政协")
    before = list(Committee.objects.values_list()), list(Place.objects.values_list())
    install()
    assert (list(Committee.objects.values_list()), list(Place.objects.values_list())) == before


@pytest.mark.parametrize(
    ("code", "name", "short_name", "parent"),
    [
        ("620000", "政协甘肃省委员会", "甘肃省政协", None),
        ("621100", "政协定西市委员会", "定西市政协", "620000"),
        ("620881", "政协华亭市委员会", "华亭市政协", "620800"),
        ("620721", "政协肃南裕固族自治县委员会", "肃南县政协", "620700"),
        ("622900", "政协临夏回族自治州委员会", "临夏州政协", "620000"),
    ],
)
def test_committee_has_its_names_and_its_place_in_the_tree(
    code: str, name: str, short_name: str, parent: str | None
) -> None:
    committee = Committee.objects.select_related("parent", "place").get(code=code)
    assert committee.name == name
    assert committee.short_name == short_name
    assert (committee.parent.code if committee.parent else None) == parent
    assert committee.place.code == code


def test_places_without_a_committee_above_the_towns_are_the_new_area_only() -> None:
    areas = Place.objects.exclude(level__in=[Level.TOWN, Level.VILLAGE])
    assert list(areas.filter(committee__isnull=True).values_list("code", "name")) == [("620171", "兰州新区")]
    # The statistics list a county 嘉峪关市 inside the city 嘉峪关市; there is only the city.
    assert list(Place.objects.filter(name="嘉峪关市").values_list("code", flat=True)) == ["620200"]


def test_town_hangs_below_its_area_and_where_there_is_none_below_the_city() -> None:
    parents = Counter(Place.objects.filter(level=Level.TOWN).values_list("parent__level", flat=True))
    assert parents == {"county": 1394, "zone": 4, "city": 5}
    assert list(Place.objects.filter(parent_id="620200").values_list("name", flat=True)) == [
        "雄关街道",
        "钢城街道",
        "新城镇",
        "峪泉镇",
        "文殊镇",
    ]


def test_villages_hang_below_the_towns_whose_codes_they_begin_with() -> None:
    pairs = list(Place.objects.filter(level=Level.VILLAGE).values_list("code", "parent_id"))
    assert len(pairs) == 17718
    assert {code[:9] == parent for code, parent in pairs} == {True}


def test_install_after_a_village_was_lost_adds_it_and_asks_few_questions(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Place.objects.filter(code="620881100202").delete()
    install()
    village = Place.objects.get(code="620881100202")
    assert (village.name, village.everyday_name, village.parent_id) == ("北河村委会", "北河村", "620881100")
    # What is known, the committees, and those that are missing: nothing is sent to the database again.
    with django_assert_num_queries(3):
        install()


@pytest.mark.parametrize(
    ("official", "everyday"),
    [
        ("北河村委会", "北河村"),
        ("寺沟村村委会", "寺沟村"),
        ("寺沟村村民委员会", "寺沟村"),
        ("东华村民委员会", "东华村"),
        ("西郊社区居委会", "西郊社区"),
        ("兰铝社区居民委员会", "兰铝社区"),
        ("瓷市街居委会", "瓷市街社区"),
        ("凤仪社区", "凤仪社区"),
        ("杨湾村", "杨湾村"),
    ],
)
def test_everyday_name_of_an_office_is_its_village(official: str, everyday: str) -> None:
    assert everyday_name(official) == everyday


@pytest.mark.parametrize(("name", "code"), GOLDEN.items())
def test_named_with_a_golden_place_finds_its_committee(name: str, code: str) -> None:
    assert list(Committee.objects.named(name).values_list("code", flat=True)) == [code]


@pytest.mark.parametrize("name", ["肃南县", "肃南裕固族自治县", "肃南县政协", "政协肃南裕固族自治县委员会"])
def test_named_with_any_name_of_an_autonomous_county_finds_it(name: str) -> None:
    assert [c.code for c in Committee.objects.named(name)] == ["620721"]


def test_stroke_key_orders_surnames_as_official_lists_do() -> None:
    names = [
        "魏来",
        "丁一",
        "王芳",
        "欧阳修",
        "王一",
        "方圆",
        "马骏",
        "牛犇",
        "孔明",
        "王芳芳",
        "Ali",
        "孙山",
    ]
    assert sorted(names, key=stroke_key) == [
        "丁一",  # 2 strokes
        "马骏",  # 3: 折
        "王一",  # 4: 横
        "王芳",
        "王芳芳",
        "牛犇",  # 4: 撇
        "方圆",  # 4: 点
        "孔明",  # 4: 折
        "孙山",  # 6
        "欧阳修",  # 8
        "魏来",  # 17
        "Ali",
    ]


def test_stroke_key_of_a_long_name_fits_its_column() -> None:
    assert len(stroke_key("买买提江·吐尔逊阿吉")) == 40
