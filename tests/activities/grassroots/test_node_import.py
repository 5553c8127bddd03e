"""Many nodes or secondments at once: from places, from tables; previews, mistakes, twice the same, the way back."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import JINCHANG, House, make_house
from tests.village import make_village
from tongxin.activities.grassroots.actions import importing_nodes as bulk
from tongxin.activities.grassroots.exchange import entries, secondments
from tongxin.activities.grassroots.exchange.entries import Patterns
from tongxin.activities.grassroots.models import NodeImport, SecondedPerson, Secondment, StationHead
from tongxin.activities.grassroots.setup import install
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key
from tongxin.foundation.core.sheets import Sheet, write_workbook
from tongxin.foundation.organization.enums import Level, NodeKind
from tongxin.foundation.organization.models import Node, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tongxin.foundation.core.access import Actor

pytestmark = pytest.mark.django_db
ALL = Patterns("{地名}委员工作站", "{地名}协商议事会", "{地名}协商议事室")


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.at(date(2026, 10, 9)):
        yield


@pytest.fixture
def house(db: None) -> House:
    made = make_house()
    install()
    return made


@pytest.fixture
def staff(house: House) -> Iterator[Actor]:
    actor = house.actor("staff")
    with house.at_work():
        yield actor


def places(code: str = "620881") -> list[Place]:
    found = Place.objects.filter(code__startswith=code, level__in=[Level.TOWN, Level.VILLAGE])
    return list(found.select_related("parent"))


def table(*rows: dict[str, Any]) -> bytes:
    return write_workbook([Sheet("网点", entries.COLUMNS, rows)])


STATION = {"kind": "委员工作站", "name": "东华镇委员工作站", "host": "乡镇", "town": "东华镇"}
COUNCIL = {
    "kind": "协商议事会",
    "name": "北河村协商议事会",
    "parent": "东华镇委员工作站",
    "town": "东华镇",
    "village": "北河村",
}
ROOM = {
    "kind": "协商议事室",
    "name": "北河村协商议事室",
    "parent": "北河村协商议事会",
    "town": "东华镇",
    "village": "北河村委会",
}


def whole(*models: Any) -> str:
    """Every byte of these tables."""
    return json.dumps([serializers.serialize("json", m.objects.order_by("pk")) for m in models])


def bring(staff: Actor, data: bytes, *, skip: bool = False) -> NodeImport:
    upload = bulk.preview_nodes(actor=staff, data=data, filename="网点.xlsx")
    return bulk.confirm_import(actor=staff, upload=upload, skip_errors=skip)


# From places


def test_a_whole_county_becomes_a_station_for_each_town_a_council_and_a_room_for_each_village(
    staff: Actor,
) -> None:
    chosen = places()
    upload = bulk.preview_places(actor=staff, places=chosen, patterns=ALL, opened_on="2021-03-01")
    plan: Any = bulk.plan_of(staff, upload)
    assert not Node.objects.exists()
    towns = sum(p.level == Level.TOWN for p in chosen)
    villages = len(chosen) - towns
    assert plan.errors == ()
    assert plan.kinds() == {"station": towns, "council": villages, "room": villages}
    bulk.confirm_import(actor=staff, upload=upload, seen=plan.digest())
    council: Any = Node.objects.select_related("parent", "station").get(name="北河村协商议事会")
    assert (council.place_id, council.host) == ("620881100202", "village")
    assert council.parent.name == council.station.name == "东华镇委员工作站"
    assert council.opened_on == date(2021, 3, 1)
    room = Node.objects.get(name="北河村协商议事室")
    assert (room.parent_id, room.station_id) == (council.pk, council.station_id)
    assert Node.objects.filter(kind=NodeKind.ROOM, parent__kind=NodeKind.COUNCIL).count() == villages


def test_places_of_one_name_are_called_after_their_towns(staff: Actor) -> None:
    upload = bulk.preview_places(actor=staff, places=places(), patterns=Patterns(council="{地名}协商议事会"))
    bulk.confirm_import(actor=staff, upload=upload)
    assert set(Node.objects.filter(name__contains="东大街").values_list("name", flat=True)) == {
        "东华街道东大街社区协商议事会",
        "安口镇东大街社区协商议事会",
    }


def test_places_of_one_name_in_one_town_are_called_in_full() -> None:
    reading = entries.entries_for(places("620523103"), Patterns(council="{地名}议事会"), {})
    assert {e.name for e in reading.entries if e.name.startswith("六峰")} == {
        "六峰社区居民委员会议事会",
        "六峰居民委员会议事会",
    }


def test_places_a_second_time_add_nothing_whatever_the_nodes_are_called(staff: Actor) -> None:
    chosen = places("620881100")
    first = bulk.preview_places(actor=staff, places=chosen, patterns=ALL)
    bulk.confirm_import(actor=staff, upload=first)
    Node.objects.filter(name="北河村协商议事会").update(name="北河村说事会")
    before = whole(Node)
    again = bulk.preview_places(actor=staff, places=chosen, patterns=ALL)
    plan = bulk.plan_of(staff, again)
    assert (plan.added, plan.unchanged) == ((), Node.objects.count())
    bulk.confirm_import(actor=staff, upload=again)
    assert whole(Node) == before


def test_rooms_for_councils_that_are_there_hang_at_them(staff: Actor) -> None:
    chosen = places("620881100")
    for patterns in (Patterns(council="{地名}协商议事会"), Patterns(room="{地名}协商议事室")):
        bulk.confirm_import(
            actor=staff, upload=bulk.preview_places(actor=staff, places=chosen, patterns=patterns)
        )
    room = Node.objects.select_related("parent").get(name="北河村协商议事室")
    assert room.parent is not None
    assert room.parent.name == "北河村协商议事会"


def test_undo_of_places_leaves_every_byte_as_before(staff: Actor) -> None:
    bring(staff, table(STATION))
    before = whole(Node, StationHead)
    upload = bulk.preview_places(actor=staff, places=places(), patterns=ALL)
    done = bulk.confirm_import(actor=staff, upload=upload)
    assert whole(Node, StationHead) != before
    bulk.undo_import(actor=staff, upload=done)
    assert whole(Node, StationHead) == before
    with pytest.raises(Refused, match="不能撤销"):
        bulk.undo_import(actor=staff, upload=done)


@pytest.mark.parametrize("hangs", ["code", "child", "member", "edited"])
def test_undo_when_something_hangs_on_a_node_is_refused_and_changes_nothing(
    staff: Actor, house: House, hangs: str
) -> None:
    done = bring(staff, table(STATION, COUNCIL, ROOM))
    council = Node.objects.get(kind="council")
    here = {"committee_id": house.committee.pk}
    if hangs == "code":
        AccessCode.objects.create(**here, node=council)
    elif hangs == "child":
        Node.objects.create(**here, kind="room", name="又一室", host="village", parent=council)
    elif hangs == "member":
        person = SecondedPerson.objects.create(**here, home=house.committee, name="某人")
        Secondment.objects.create(**here, person=person, node=council, since=date(2026, 1, 1))
    else:
        Node.objects.filter(pk=council.pk).update(address="改过")
    before = whole(Node, StationHead)
    with pytest.raises(Refused):
        bulk.undo_import(actor=staff, upload=done)
    assert whole(Node, StationHead) == before


# From a table


def test_table_in_any_order_makes_the_tree_with_heads(staff: Actor) -> None:
    station = STATION | {"head": "祁站长", "head_title": "党委副书记", "opened_on": date(2021, 3, 1)}
    done = bring(staff, table(ROOM, COUNCIL | {"address": "村部"}, station))
    assert done.outcome["kinds"] == {"station": 1, "council": 1, "room": 1}
    room: Any = Node.objects.select_related("parent__parent", "place").get(kind="room")
    assert (room.parent.name, room.parent.parent.name) == ("北河村协商议事会", "东华镇委员工作站")
    assert (room.place_id, room.host) == ("620881100202", "village")
    head = StationHead.objects.get()
    assert (head.name, head.title, head.node_id) == ("祁站长", "党委副书记", room.station_id)


def test_table_a_second_time_adds_nothing_and_fills_in_what_is_new(staff: Actor) -> None:
    data = table(STATION, COUNCIL, ROOM)
    bring(staff, data)
    before = whole(Node)
    again = bring(staff, data)
    assert (again.outcome["added"], again.outcome["unchanged"]) == (0, 3)
    assert whole(Node) == before
    filled = bring(staff, table(STATION | {"address": "镇政府院内", "head": "祁站长"}, COUNCIL))
    assert (filled.outcome["added"], filled.outcome["changed"], filled.outcome["unchanged"]) == (0, 1, 1)
    assert Node.objects.get(kind="station").address == "镇政府院内"
    bulk.undo_import(actor=staff, upload=filled)
    assert whole(Node) == before
    assert not StationHead.objects.exists()


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([STATION | {"town": "不存在镇"}], [(2, "乡镇")]),
        ([STATION | {"kind": "委员茶馆"}], [(2, "类别")]),
        ([STATION, ROOM], [(3, "上级")]),
        ([ROOM | {"parent": ""}], [(2, "上级")]),
        ([STATION | {"parent": "某站"}], [(2, "上级")]),
        ([STATION, STATION], [(3, "名称")]),
        ([COUNCIL | {"parent": "", "village": ""} | {"host": "村"}], [(2, "村")]),
        ([STATION | {"opened_on": "前年"}], [(2, "成立日期")]),
        ([STATION | {"address": "长" * 81}], [(2, "地址")]),
        ([STATION, COUNCIL | {"head": "某人"}], [(3, "站长")]),
        ([{"kind": "协商议事会", "name": "东大街社区协商议事会", "village": "东大街社区"}], [(2, "村")]),
        ([{"kind": "协商议事会", "name": "某厂协商议事会"}], [(2, "设在")]),
    ],
)
def test_table_with_a_mistake_names_row_and_column_and_changes_nothing(
    staff: Actor, rows: list[dict[str, Any]], errors: list[tuple[int, str]]
) -> None:
    upload = bulk.preview_nodes(actor=staff, data=table(*rows), filename="x.xlsx")
    plan = bulk.plan_of(staff, upload)
    assert [(e.row, e.column) for e in plan.errors if e.message] == errors
    with pytest.raises(Refused):
        bulk.confirm_import(actor=staff, upload=upload)
    assert not Node.objects.exists()


def test_table_with_a_mistake_when_skipped_brings_the_other_rows(staff: Actor) -> None:
    done = bring(staff, table(STATION, COUNCIL | {"village": "没有村"}), skip=True)
    assert (done.outcome["added"], len(done.outcome["errors"])) == (1, 1)


def test_confirm_a_second_time_is_refused(staff: Actor) -> None:
    done = bring(staff, table(STATION))
    with pytest.raises(Refused, match="已经办过"):
        bulk.confirm_import(actor=staff, upload=done)


def test_confirm_after_the_nodes_have_changed_asks_to_look_again(staff: Actor, house: House) -> None:
    upload = bulk.preview_nodes(actor=staff, data=table(STATION), filename="x.xlsx")
    seen = bulk.plan_of(staff, upload).digest()
    Node.objects.create(
        committee=house.committee,
        kind="station",
        name="东华镇委员工作站",
        host="township",
        place_id="620881100",
    )
    with pytest.raises(Refused, match="又有了变化"):
        bulk.confirm_import(actor=staff, upload=upload, seen=seen)


def test_two_hundred_rows_come_and_go_in_few_queries(
    staff: Actor, django_assert_max_num_queries: Any
) -> None:
    rows = [STATION, *(COUNCIL | {"name": f"北河村第{n}议事会"} for n in range(200))]
    with django_assert_max_num_queries(30):
        done = bring(staff, table(*rows))
    assert done.outcome["added"] == 201
    with django_assert_max_num_queries(20):
        bulk.undo_import(actor=staff, upload=done)
    assert not Node.objects.exists()


# Secondments


def people(*rows: dict[str, Any]) -> bytes:
    return write_workbook([Sheet("下沉委员", secondments.COLUMNS, rows)])


OWN = {"home": "本会", "node": "北河村协商议事会"}


def test_secondments_by_table_place_members_of_two_levels_and_go_back(staff: Actor, house: House) -> None:
    bring(staff, table(STATION, COUNCIL, ROOM))
    name = house.members["cosigner_1"].name
    before = whole(SecondedPerson, Secondment)
    data = people(
        OWN | {"name": name, "since": date(2021, 3, 1)},
        OWN | {"name": name, "node": "东华镇委员工作站"},
        OWN | {"name": "马市委", "home": "上级政协", "work": "市医院院长", "town": "东华镇"},
    )
    upload = bulk.preview_secondments(actor=staff, data=data, filename="x.xlsx")
    done = bulk.confirm_import(actor=staff, upload=upload)
    assert done.outcome["kinds"] == {"secondment": 3}
    assert SecondedPerson.objects.count() == 2
    again = bulk.preview_secondments(actor=staff, data=data, filename="x.xlsx")
    assert bulk.plan_of(staff, again).unchanged == 3
    bulk.undo_import(actor=staff, upload=done)
    assert whole(SecondedPerson, Secondment) == before


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"name": "没有此人"}, "姓名"),
        ({"name": "马市委", "home": "上级政协", "node": "没有会"}, "下沉到"),
        ({"name": "马市委", "home": "省里"}, "哪级委员"),
    ],
)
def test_secondments_with_a_mistake_name_the_column(staff: Actor, row: dict[str, Any], column: str) -> None:
    bring(staff, table(STATION, COUNCIL))
    upload = bulk.preview_secondments(actor=staff, data=people(OWN | row), filename="x.xlsx")
    assert [e.column for e in bulk.plan_of(staff, upload).errors] == [column]


# Pages


def send(client: Client, name: str, *args: Any, query: str = "", **data: Any) -> Any:
    return client.post(reverse(f"grassroots:{name}", args=args) + query, {"once": str(new_key())} | data)


def test_pages_lead_from_ticked_places_through_the_preview_and_back(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    page = client.get(reverse("grassroots:nodes_from_places")).content.decode()
    assert "华亭市东华镇" in page
    names = {"station_name": ALL.station, "council_name": ALL.council, "room_name": ALL.room}
    ticked: dict[str, Any] = {
        "place": ["620881100", "620881100202"],
        "station": "on",
        "council": "on",
    } | names
    shown = send(client, "nodes_from_places", **ticked)
    preview = client.get(shown["Location"])
    assert [n for _label, n in preview.context["kinds"]] == [1, 1]
    data = {"once": str(new_key()), "seen": preview.context["plan"].digest()}
    first, second = client.post(shown["Location"], data), client.post(shown["Location"], data)
    assert first["Location"] == second["Location"]
    with house.at_work():
        upload = NodeImport.objects.get()
        assert Node.objects.count() == 2
    assert send(client, "node_import_undo", upload.pk).status_code == 302
    with house.at_work():
        assert not Node.objects.exists()
    assert "已撤销" in client.get(shown["Location"]).content.decode()


def test_town_ticked_whole_stands_for_itself_and_its_villages(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    names = {"station_name": ALL.station, "council_name": ALL.council, "room_name": ALL.room}
    ticked: dict[str, Any] = {
        "whole": ["620881100", "62", "620500"],
        "station": "on",
        "council": "on",
    } | names
    shown = send(client, "nodes_from_places", **ticked)
    villages = Place.objects.filter(parent_id="620881100").count()
    assert client.get(shown["Location"]).context["plan"].kinds() == {"station": 1, "council": villages}


def test_city_picks_a_county_first_and_towns_of_one_name_say_where_they_are(
    client: Client, house: House
) -> None:
    city = make_house("621200")
    install()
    client.force_login(city.users["staff"])
    first = client.get(reverse("grassroots:nodes_from_places"))
    assert (first.context["towns"], len(first.context["areas"])) == ([], 9)
    page = client.get(reverse("grassroots:nodes_from_places"), {"area": "621221"}).content.decode()
    assert "成县城关镇" in page
    assert client.get(reverse("grassroots:coverage")).context["lines"] == []
    lines = client.get(reverse("grassroots:coverage"), {"area": "621221"}).context["lines"]
    assert len(lines) == Place.objects.filter(parent_id="621221").count()
    add = client.get(reverse("grassroots:node_add"), {"kind": "station", "area": "621221"}).content.decode()
    assert '<optgroup label="成县城关镇">' in add


def test_places_without_the_name_of_the_place_in_the_pattern_are_asked_for_it(
    client: Client, house: House
) -> None:
    client.force_login(house.users["staff"])
    data = {"station_name": "工作站", "council_name": "会", "room_name": "室", "station": "on"}
    response = send(client, "nodes_from_places", place=["620881100"], **data)
    assert response.status_code == 422
    assert 'value="620881100" checked' in response.content.decode()


def test_template_can_be_uploaded_as_it_is(client: Client, house: House) -> None:
    client.force_login(house.users["tenant_admin"])
    for what, added in (("nodes", 3), ("seconded", 0)):
        data = client.get(reverse("grassroots:node_template"), {"what": what}).content
        assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].max_row > 2
        shown = send(client, "node_upload", query=f"?what={what}", file=SimpleUploadedFile("x.xlsx", data))
        assert len(client.get(shown["Location"]).context["plan"].added) == added


def test_export_brought_back_changes_nothing(client: Client, house: House) -> None:
    with house.at_work():
        bring(house.actor("staff"), table(STATION | {"head": "祁站长"}, COUNCIL, ROOM))
    client.force_login(house.users["staff"])
    data = client.get(reverse("grassroots:nodes"), {"export": "xlsx"}).content
    shown = send(client, "node_upload", file=SimpleUploadedFile("x.xlsx", data))
    plan = client.get(shown["Location"]).context["plan"]
    assert (plan.added, plan.changed, plan.errors, plan.unchanged) == ((), (), (), 3)


def test_upload_of_a_picture_says_so_and_asks_again(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    response = send(client, "node_upload", file=SimpleUploadedFile("x.xlsx", b"\x89PNG\r\n\x00\xff"))
    assert response.status_code == 422


def test_imports_of_another_committee_are_not_there(client: Client, house: House) -> None:
    other = make_house(JINCHANG)
    make_village(other, name="外地村", town="外地镇", key="x")
    with other.at_work():
        data = table({"kind": "委员工作站", "name": "某站", "host": "园区"})
        upload = bulk.preview_nodes(actor=other.actor("staff"), data=data, filename="x.xlsx")
    client.force_login(house.users["staff"])
    assert client.get(reverse("grassroots:node_import", args=[upload.pk])).status_code == 404
    assert send(client, "node_import_undo", upload.pk).status_code == 404


@pytest.mark.parametrize("who", ["leader", "auditor", "proposer"])
def test_bulk_pages_are_for_those_who_manage_nodes(client: Client, house: House, who: str) -> None:
    client.force_login(house.users[who])
    for name in ("nodes_from_places", "node_upload", "node_template"):
        assert client.get(reverse(f"grassroots:{name}")).status_code == 403
