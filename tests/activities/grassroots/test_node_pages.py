"""The pages of nodes: who may open them, what they show, how many queries they need."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import JINCHANG, House, make_house
from tests.village import Village, make_village
from tongxin.activities.grassroots.models import CouncilSeat, DutySlot, LeaderCharge, Secondment, StationHead
from tongxin.activities.grassroots.setup import install
from tongxin.foundation.core import clock
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.enums import HostKind, NodeKind
from tongxin.foundation.organization.models import Node, Place, Post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

pytestmark = pytest.mark.django_db
# Two villages of one name in different towns, with the same everyday name: 东大街社区 in 东华街道 and 安口镇.
TWINS = ("620881001001", "620881101001")
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.at(date(2026, 10, 9)):
        yield


@pytest.fixture
def village(db: None) -> Village:
    return make_village(make_house())


def client_of(house: House, who: str) -> Client:
    client = Client()
    client.force_login(house.users[who])
    return client


def get(client: Client, page: str, /, *args: Any, status: int = 200, **query: Any) -> str:
    response = client.get(reverse(f"grassroots:{page}", args=args), query)
    assert response.status_code == status, (page, response.status_code)
    return response.content.decode()


def post(client: Client, page: str, /, *args: Any, query: str = "", **data: Any) -> HttpResponse:
    address = reverse(f"grassroots:{page}", args=args) + query
    return client.post(address, {"once": str(new_key()), **data})


def names_of(client: Client, **query: Any) -> list[str]:
    response = client.get(reverse("grassroots:nodes"), query)
    return [row.name for row in response.context["rows"]]


def test_list_shows_the_committees_nodes_of_one_town_together(village: Village) -> None:
    make_village(make_house(JINCHANG), name="外地村", town="外地镇", key="x")
    assert names_of(client_of(village.house, "staff")) == [
        "东华镇委员工作站",
        "寺沟村协商议事会",
        "寺沟村协商议事室",
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"kind": "station"}, ["东华镇委员工作站"]),
        ({"kind": "palace"}, ["东华镇委员工作站", "寺沟村协商议事会", "寺沟村协商议事室"]),
        ({"host": "village"}, ["寺沟村协商议事会", "寺沟村协商议事室"]),
        ({"gap": "code"}, []),
        ({"gap": "room"}, []),
        ({"gap": "charge"}, ["东华镇委员工作站"]),
        ({"q": "议事室"}, ["寺沟村协商议事室"]),
        ({"town": "none", "kind": "room"}, ["寺沟村协商议事室"]),
        ({"ended": "1"}, []),
    ],
)
def test_list_with_a_filter_shows_these(village: Village, query: dict[str, str], names: list[str]) -> None:
    assert names_of(client_of(village.house, "leader"), **query) == names


def test_list_of_a_year_shows_what_was_there_at_its_end(village: Village) -> None:
    with village.house.at_work():
        Node.objects.filter(pk=village.station.pk).update(opened_on=date(2021, 5, 1))
        Node.objects.filter(pk=village.council.pk).update(opened_on=date(2022, 5, 1))
        Node.objects.filter(pk=village.room.pk).update(
            opened_on=date(2021, 6, 1), ended_on=date(2021, 12, 31)
        )
    client = client_of(village.house, "auditor")
    assert names_of(client, year=2021) == ["东华镇委员工作站"]
    assert names_of(client, year=2022) == ["东华镇委员工作站", "寺沟村协商议事会"]


def test_who_keeps_a_node_sees_that_and_what_belongs_to_it(village: Village) -> None:
    other = make_village(village.house, name="北河村", town="西华镇", key="2")
    assert names_of(client_of(village.house, "head")) == [
        "东华镇委员工作站",
        "寺沟村协商议事会",
        "寺沟村协商议事室",
    ]
    assert names_of(client_of(village.house, "worker")) == ["寺沟村协商议事室"]
    get(client_of(village.house, "head"), "node", other.room.pk, status=404)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("tenant_admin", 200),
        ("leader", 200),
        ("auditor", 200),
        ("reviewer", 403),
        ("proposer", 403),
    ],
)
def test_node_page_opens_to_the_office(village: Village, who: str, status: int) -> None:
    get(client_of(village.house, who), "node", village.room.pk, status=status)


def test_node_of_another_committee_is_not_there(village: Village) -> None:
    stranger = make_village(make_house(JINCHANG), name="外地村", town="外地镇", key="x")
    client = client_of(village.house, "staff")
    for page in ("node", "node_edit", "node_move", "node_end", "node_second", "node_seats", "node_duty"):
        get(client, page, stranger.council.pk, status=404)


def test_node_page_needs_as_many_queries_for_three_people_as_for_one(village: Village) -> None:
    client = client_of(village.house, "staff")
    get(client, "node", village.council.pk)
    counts = []
    for more in range(2):
        with village.house.at_work():
            for n in range(2 * more):
                here = {"committee": village.house.committee, "node": village.council}
                CouncilSeat.objects.create(**here, name=f"成员{n}", since=date(2026, 1, 1))
                DutySlot.objects.create(
                    **here, person=village.person, weekday=n + 1, starts_at="09:00", ends_at="11:00"
                )
        for page in (village.council, village.station):
            with CaptureQueriesContext(connection) as asked:
                get(client, "node", page.pk)
            counts.append(sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE")) for q in asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= MOST_QUERIES, counts


def queries_of(client: Client, name: str, /, **query: Any) -> int:
    get(client, name, **query)
    with CaptureQueriesContext(connection) as asked:
        get(client, name, **query)
    return sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE")) for q in asked)


@pytest.mark.parametrize(
    ("name", "query"),
    [("nodes", {}), ("seconded", {}), ("coverage", {}), ("duty", {}), ("coverage", {"show": "villages"})],
)
def test_page_with_three_villages_needs_as_many_queries_as_with_one(
    village: Village, name: str, query: dict[str, str]
) -> None:
    client = client_of(village.house, "staff")
    one = queries_of(client, name, **query)
    make_village(village.house, name="北河村", town="西华镇", key="2")
    make_village(village.house, name="黎明村", town="安口镇", key="3")
    assert queries_of(client, name, **query) == one
    assert one <= MOST_QUERIES, one


def test_add_under_a_station_puts_it_there_once(village: Village) -> None:
    client = client_of(village.house, "staff")
    data = {"once": str(new_key()), "name": "北河村协商议事会", "host": "village", "place": "620881100202"}
    data["parent"] = str(village.station.pk)
    address = reverse("grassroots:node_add") + "?kind=council"
    first, second = client.post(address, data), client.post(address, data)
    with village.house.at_work():
        made = Node.objects.get(name="北河村协商议事会")
        assert (made.kind, made.parent_id, made.station_id) == (
            NodeKind.COUNCIL,
            village.station.pk,
            village.station.pk,
        )
    assert first["Location"] == second["Location"] == reverse("grassroots:node", args=[made.pk])


def test_add_of_a_villages_council_without_a_village_asks_for_it_and_keeps_the_text(village: Village) -> None:
    client = client_of(village.house, "staff")
    response = post(client, "node_add", query="?kind=council", name="某村协商议事会", host="village")
    assert response.status_code == 422
    assert "请选是哪个村或社区" in response.content.decode()
    assert "某村协商议事会" in response.content.decode()


def test_place_choices_name_villages_under_their_towns_and_towns_with_their_county(village: Village) -> None:
    page = get(client_of(village.house, "staff"), "node_add", kind="council")
    assert '<optgroup label="华亭市安口镇">' in page
    assert page.count(">东大街社区</option>") == 2


def test_end_with_open_councils_is_refused_by_their_names(village: Village) -> None:
    client = client_of(village.house, "staff")
    response = post(client, "node_end", village.station.pk, on="2026-10-09", reason="合并")
    assert response.status_code == 409
    assert "寺沟村协商议事会" in response.content.decode()
    with village.house.at_work():
        assert Node.objects.get(pk=village.station.pk).ended_on is None


def test_end_of_a_room_ends_its_posts_duty_and_code(village: Village) -> None:
    client = client_of(village.house, "staff")
    with village.house.at_work():
        DutySlot.objects.create(
            committee=village.house.committee,
            node=village.room,
            person=village.person,
            weekday=3,
            starts_at="09:00",
            ends_at="11:00",
        )
    assert post(client, "node_end", village.room.pk, on="2026-10-09", reason="搬走").status_code == 302
    with village.house.at_work():
        assert Node.objects.get(pk=village.room.pk).ended_on == date(2026, 10, 9)
        assert Post.objects.get(node=village.room).until == date(2026, 10, 8)
        assert DutySlot.objects.get(node=village.room).until == date(2026, 10, 9)
        village.codes["room"].refresh_from_db()
    assert (village.codes["room"].status, village.codes["room"].ended_reason) == ("revoked", "网点撤销")
    assert names_of(client, ended="1") == ["寺沟村协商议事室"]


def test_move_of_a_council_takes_its_room_along(village: Village) -> None:
    other = make_village(village.house, name="北河村", town="西华镇", key="2")
    client = client_of(village.house, "staff")
    assert post(client, "node_move", village.council.pk, parent=str(other.station.pk)).status_code == 302
    with village.house.at_work():
        room = Node.objects.get(pk=village.room.pk)
    assert (room.parent_id, room.station_id) == (village.council.pk, other.station.pk)


def test_head_who_follows_another_ends_the_first_ones_time_and_post(village: Village) -> None:
    client = client_of(village.house, "staff")
    post(client, "node_head", village.station.pk, name="新站长", title="镇长", since="2026-10-01")
    with village.house.at_work():
        heads = list(StationHead.objects.filter(node=village.station).values_list("name", "since", "until"))
        assert Post.objects.get(node=village.station).until == date(2026, 10, 8)
    assert heads == [("新站长", date(2026, 10, 1), None), ("祁站长", date(2022, 1, 1), date(2026, 9, 30))]
    get(client_of(village.house, "head"), "node", village.station.pk, status=403)


def test_account_for_a_head_shows_the_password_once_and_lets_them_in(village: Village) -> None:
    admin = client_of(village.house, "tenant_admin")
    post(admin, "node_head", village.station.pk, name="新站长", since="2026-10-01")
    with village.house.at_work():
        head = StationHead.objects.get(name="新站长")
    page = post(admin, "head_account", head.pk, phone="13812345678").content.decode()
    assert "一次性密码" in page
    with village.house.at_work():
        head.refresh_from_db()
        assert Post.objects.filter(user=head.user, node=village.station, role="station_head").count() == 1
    assert post(admin, "head_account", head.pk, phone="13812345678").status_code == 409


def test_account_for_a_head_is_not_for_staff(village: Village) -> None:
    with village.house.at_work():
        head = StationHead.objects.get()
    assert (
        post(client_of(village.house, "staff"), "head_account", head.pk, phone="13812345678").status_code
        == 403
    )


def test_worker_gets_a_post_at_the_node(village: Village) -> None:
    admin = client_of(village.house, "tenant_admin")
    post(admin, "node_worker", village.council.pk, name="新联络", phone="13812345679", title="文书")
    with village.house.at_work():
        made = Post.objects.get(node=village.council)
    assert (made.role, made.title) == ("node_worker", "文书")


def test_seats_by_lines_are_added_once(village: Village) -> None:
    client = client_of(village.house, "staff")
    lines = "王建国，村党支部书记\n李秀英,妇女代表\n\n王建国，村党支部书记"
    for _again in range(2):
        post(client, "node_seats", village.council.pk, people=lines, since="2026-10-01")
    with village.house.at_work():
        seats = list(CouncilSeat.objects.order_by("name").values_list("name", "standing_for"))
    assert seats == [("李秀英", "妇女代表"), ("王建国", "村党支部书记")]


def test_seats_with_a_line_without_a_name_say_which_and_keep_the_text(village: Village) -> None:
    response = post(
        client_of(village.house, "staff"),
        "node_seats",
        village.council.pk,
        people="，书记",
        since="2026-10-01",
    )
    assert response.status_code == 422
    assert "第1行" in response.content.decode()


def test_second_members_of_two_levels_to_many_nodes(village: Village) -> None:
    house = village.house
    client = client_of(house, "staff")
    members = [str(house.members[k].pk) for k in ("cosigner_1", "cosigner_2")]
    nodes = [str(village.station.pk), str(village.council.pk)]
    for _again in range(2):
        post(client, "second_many", members=members, nodes=nodes, since="2026-10-01")
    post(client, "node_second", village.station.pk, guests="马市委，市医院院长", since="2026-10-01")
    page = client.get(reverse("grassroots:seconded"))
    assert page.context["counts"] == {"people": 5, "own": 3, "above": 2, "places": 7}
    assert len(page.context["page"]) == 5
    above = client.get(reverse("grassroots:seconded"), {"level": "above"})
    assert sorted(p.name for p in above.context["page"]) == ["何远山", "马市委"]


def test_secondment_that_ended_stays_in_its_year(village: Village) -> None:
    client = client_of(village.house, "staff")
    with village.house.at_work():
        held = Secondment.objects.get(person=village.guest)
    post(client, "secondment_end", held.pk, on="2024-03-01")
    get_names = lambda **q: [p.name for p in client.get(reverse("grassroots:seconded"), q).context["page"]]  # noqa: E731
    assert sorted(get_names()) == [village.person.name]
    assert sorted(get_names(year=2024)) == sorted([village.person.name, "何远山"])
    assert get_names(year=2025) == [village.person.name]


def test_leader_in_charge_visits_and_what_was_found_is_put_right(village: Village) -> None:
    house = village.house
    client = client_of(house, "staff")
    with house.at_work():
        leader = house.members["outsider"]
        leader.memberships.update(standing="vice_chair")
    post(client, "node_charge", village.station.pk, leader=str(leader.pk), since="2026-01-01")
    with house.at_work():
        charge = LeaderCharge.objects.get()
    post(client, "visit_add", charge.pk, on="2026-10-01", findings="台账不全", rectify_by="2026-10-20")
    page = client.get(reverse("grassroots:supervision"), {"open": "1"})
    assert [v.findings for v in page.context["page"]] == ["台账不全"]
    visit = page.context["page"][0]
    assert post(client, "rectified", visit.pk, on="2026-09-01", text="补齐了").status_code == 409
    assert post(client, "rectified", visit.pk, on="2026-10-08", text="补齐了").status_code == 302
    assert client.get(reverse("grassroots:supervision"), {"open": "1"}).context["open_count"] == 0


def test_charge_is_offered_to_chairs_only(village: Village) -> None:
    member = village.house.members["cosigner_1"]
    response = post(
        client_of(village.house, "staff"),
        "node_charge",
        village.station.pk,
        leader=str(member.pk),
        since="2026-01-01",
    )
    assert response.status_code == 422


def test_duty_of_a_week_shows_weekly_hours_and_single_dates(village: Village) -> None:
    client = client_of(village.house, "head")
    here = {"person": str(village.person.pk), "starts_at": "09:00", "ends_at": "11:30"}
    assert post(client, "node_duty", village.room.pk, weekday="3", **here).status_code == 302
    assert post(client, "node_duty", village.room.pk, on="2026-10-09", **here).status_code == 302
    assert post(client, "node_duty", village.room.pk, weekday="3", **here).status_code == 409
    assert post(client, "node_duty", village.room.pk, **here).status_code == 422
    days = client.get(reverse("grassroots:duty"), {"week": "2026-10-09"}).context["days"]
    on = {str(d.on): [(s.person, s.hours) for s in d.shifts] for d in days if d.shifts}
    name = village.person.name
    assert on == {"2026-10-07": [(name, "09:00–11:30")], "2026-10-09": [(name, "09:00–11:30")]}
    worker = client_of(village.house, "worker")
    assert post(worker, "node_duty", village.council.pk, weekday="1", **here).status_code == 404


def fill(house: House) -> None:
    """Stations in one town with a village council, and one twin village without a room."""
    install()
    with house.at_work():
        here = {"committee": house.committee}
        station = Node.objects.create(
            **here, kind=NodeKind.STATION, name="东华街道工作站", host=HostKind.STREET, place_id="620881001"
        )
        for code in TWINS:
            Node.objects.create(
                **here,
                kind=NodeKind.COUNCIL,
                name=f"议事会{code}",
                host=HostKind.COMMUNITY,
                place_id=code,
                parent=station,
                station=station,
            )


def test_coverage_counts_what_is_there_and_each_number_opens_that_many(village: Village) -> None:
    fill(village.house)
    client = client_of(village.house, "leader")
    context = client.get(reverse("grassroots:coverage")).context
    towns = Place.objects.filter(code__startswith="620881", level="town").count()
    villages = Place.objects.filter(code__startswith="620881", level="village").count()
    assert [t.count for t in context["tiles"]] == [2, 3, 1, 0]
    gaps = {t.label: t for t in context["gaps"]}
    assert {k: t.count for k, t in gaps.items()} == {
        "没有工作站的乡镇街道": towns - 1,
        "没有议事会的村、社区": villages - 2,
        "没有下沉到任何网点的委员": 3,
        "没有在用的码": 1,
        "议事会没有委员": 2,
        "议事会没有议事室": 2,
        "工作站没有站长": 1,
        "工作站没有包抓领导": 2,
    }
    for tile in (*context["tiles"], *context["gaps"]):
        page = client.get(tile.url.partition("#")[0])
        assert page.context["page"].paginator.count == tile.count, tile.label
    line = next(line for line in context["lines"] if line.code == "620881001")
    assert (line.name, line.stations, line.councils, line.covered) == ("华亭市东华街道", 1, 1, 1)
    rows = client.get(line.uncovered_url.partition("#")[0]).context["page"].paginator.count
    assert rows == line.uncovered


def test_coverage_as_a_workbook_has_the_towns_and_every_gap(village: Village) -> None:
    fill(village.house)
    response = client_of(village.house, "staff").get(reverse("grassroots:coverage"), {"export": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames[0] == "按乡镇街道"
    assert len(book.sheetnames) == 9
    rows = {row[0]: row[1:4] for row in book["按乡镇街道"].iter_rows(min_row=2, values_only=True)}
    assert rows["华亭市东华街道"] == (1, 1, 0)


def test_same_names_are_told_apart_by_their_towns(village: Village) -> None:
    fill(village.house)
    page = get(client_of(village.house, "staff"), "nodes", kind="council")
    assert "东华街道东大街社区" in page
    assert "安口镇东大街社区" in page


def test_station_counts_the_sessions_and_topics_of_all_that_belongs_to_it(village: Village) -> None:
    from tongxin.activities.topics.enums import Channel  # noqa: PLC0415
    from tongxin.activities.topics.models import Topic  # noqa: PLC0415
    from tongxin.capabilities.matters.actions import open_untimed_matter  # noqa: PLC0415
    from tongxin.capabilities.matters.models import Kind  # noqa: PLC0415

    house = village.house
    with house.at_work():
        for n, node in enumerate((village.room, village.council)):
            matter = open_untimed_matter(
                kind=Kind.TOPIC, title=f"路灯{n}", state="collected", committee_id=house.committee.pk
            )
            Topic.objects.create(
                matter=matter, committee=house.committee, node=node, channel=Channel.MASS, text="x"
            )
    client = client_of(house, "staff")
    page = client.get(reverse("grassroots:node", args=[village.station.pk])).context["page"]
    assert page.topics == 2
    assert client.get(page.topics_url).content.decode().count("路灯") >= 2
    assert client.get(reverse("grassroots:node", args=[village.room.pk])).context["page"].topics == 1
    admin = client_of(house, "tenant_admin").get(reverse("grassroots:node", args=[village.room.pk]))
    assert admin.context["page"].topics is None


def test_node_page_leads_to_its_code(village: Village) -> None:
    for who in ("staff", "leader", "auditor", "tenant_admin", "head"):
        client = client_of(village.house, who)
        address = reverse("codes:show", args=[village.codes["station"].pk])
        assert f'href="{address}"' in get(client, "node", village.station.pk), who
        assert client.get(address).status_code == 200, who
    assert "在议事室扫码" in get(client_of(village.house, "staff"), "node", village.council.pk)
