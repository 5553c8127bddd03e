"""The pages of the ledger: who sees what, filters, several at once, files, what is typed wrong."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.activities.grassroots.ledger import DUE, MONDAY, added, reported, session_in, solved, village
from tests.capabilities.files import corpus
from tests.factories import JINCHANG, make_house
from tests.village import make_village
from tongxin.activities.grassroots import figures
from tongxin.activities.grassroots.actions import problems as ledger
from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.models import Problem
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import Visibility
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.core.figures import calendar_year
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.models import Node, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def here() -> Village:
    return village()


def enter(client: Client, here: Village, who: str) -> None:
    client.force_login(here.house.users[who])


def titles(client: Client, **query: str) -> set[str]:
    answer = client.get(reverse("grassroots:problems"), query)
    assert answer.status_code == 200
    return {row.problem.matter.title for row in answer.context["shown"].rows}


def post(client: Client, name: str, problem: Problem, **data: Any) -> Any:
    url = reverse(f"grassroots:{name}", args=[problem.pk])
    return client.post(url, {"once": str(new_key()), **data})


def state_of(here: Village, problem: Problem) -> str:
    with here.house.at_work():
        return Problem.objects.select_related("matter").get(pk=problem.pk).matter.state


def test_unit_sees_its_own_the_head_the_stations_the_worker_the_rooms(client: Client, here: Village) -> None:
    make_village(here.house, name="米家沟村", town="安口镇", key="2")
    lamp = added(here)
    added(here, text="巷道的水管漏水。", unit="a", node=here.room)
    added(here, text="街道缺垃圾桶。", unit="a", node=None)
    all_of_them = {"村口的路灯不亮，晚上看不见路。", "巷道的水管漏水。", "街道缺垃圾桶。"}
    for who, seen in (
        ("staff", all_of_them),
        ("leader", all_of_them),
        ("auditor", all_of_them),
        ("clerk_b", {lamp.matter.title}),
        ("clerk_a", all_of_them - {lamp.matter.title}),
        ("clerk_c", set()),
        ("head", all_of_them - {"街道缺垃圾桶。"}),
        ("head2", set()),
        ("worker", {"巷道的水管漏水。"}),
        ("proposer", set()),
    ):
        enter(client, here, who)
        assert (who, titles(client)) == (who, seen)
    enter(client, here, "clerk_a")
    assert client.get(reverse("grassroots:problem", args=[lamp.pk])).status_code == 404
    assert post(client, "report_problem", lamp, result="好了").status_code == 404
    enter(client, here, "head2")
    assert post(client, "check_problem", lamp, decision="confirm").status_code == 404


def test_member_reads_what_a_session_agreed_and_changes_nothing(client: Client, here: Village) -> None:
    made = added(here, session=session_in(here))
    added(here, text="街道缺垃圾桶。")
    enter(client, here, "outsider")
    assert titles(client) == {made.matter.title}
    page = client.get(reverse("grassroots:problem", args=[made.pk]))
    assert (page.status_code, page.context["page"].next.actions) == (200, [])
    assert [t.title for t in page.context["page"].chain] == ["村口路灯怎么修", "这件事"]
    assert post(client, "sign_problem", made).status_code == 403
    assert client.get(reverse("grassroots:export_problems")).status_code == 403


def test_committee_beside_sees_nothing(client: Client, here: Village) -> None:
    other = make_village(make_house(JINCHANG))
    made = reported(here)
    enter(client, other, "staff")
    assert titles(client) == set()
    for name in ("problem", "check_problem", "change_problem", "look_back", "disclose_problem"):
        assert client.get(reverse(f"grassroots:{name}", args=[made.pk])).status_code == 404
    answer = client.post(
        reverse("grassroots:confirm_problems"), {"once": str(new_key()), "problems": str(made.pk)}
    )
    assert (answer.status_code, state_of(here, made)) == (409, ProblemState.REPORTED)


def test_figure_opens_exactly_the_solved_ones_of_its_year(client: Client, here: Village) -> None:
    figures.register()
    solved(here)
    with clock.at(date(2025, 6, 3)):
        old = solved(here, text="桥头的护栏断了。", due_on=None)
    reopened = solved(here, text="巷道的水管漏水。")
    with here.house.at_work():
        ledger.object_to_problem(problem=reopened, text="还在漏。")
    figure = next(f for f in figures.FIGURES if f.id == "grassroots.problems_solved")
    enter(client, here, "staff")
    for year, expected in ((2025, {old.matter.title}), (2026, {"村口的路灯不亮，晚上看不见路。"})):
        period = calendar_year(year)
        with here.house.at_work():
            assert figure.value(here.house.committee.pk, period) == 1
        answer = client.get(figure.url(period))
        assert {r.problem.matter.title for r in answer.context["shown"].rows} == expected
        assert answer.context["shown"].page.paginator.count == 1


def test_filters_narrow_and_nonsense_is_left_out(client: Client, here: Village) -> None:
    committee = here.house.committee
    town, _made = Place.objects.get_or_create(
        code=f"{committee.code}998", defaults={"name": "东华镇", "level": "town", "parent_id": committee.code}
    )
    session = session_in(here)
    lamp = added(here, session=session, owner="", is_livelihood=False)
    pipe = added(here, text="巷道的水管漏水。", unit="a", node=here.room)
    with here.house.at_work():
        Node.objects.filter(pk=here.room.pk).update(place=town)
    done = solved(here, text="桥头的护栏断了。", unit="c", node=None)
    everything = {p.matter.title for p in (lamp, pipe, done)}
    enter(client, here, "staff")
    for query, seen in (
        ({}, everything),
        ({"unit": str(here.house.units["a"].pk)}, {pipe}),
        ({"node": str(here.council.pk)}, {lamp, pipe}),
        ({"node": str(here.room.pk)}, {pipe}),
        ({"station": str(here.station.pk)}, {lamp, pipe}),
        ({"town": town.code}, {pipe}),
        ({"session": str(session.pk)}, {lamp}),
        ({"state": "open"}, {lamp, pipe}),
        ({"state": "solved", "month": "2026-03"}, {done}),
        ({"state": "solved", "month": "2026-02"}, set()),
        ({"year": "2026"}, {lamp, pipe, done}),
        ({"year": "2025"}, set()),
        ({"month": "2026-12"}, set()),
        ({"livelihood": "1"}, {pipe, done}),
        ({"q": "水管"}, {pipe}),
        ({"q": "教育局"}, {pipe}),
        ({"q": lamp.matter.code or ""}, {lamp}),
        ({"late": "1"}, set()),
        ({"tab": "solved"}, {done}),
        ({"ask": "look_back"}, {done}),
        (
            {"state": "matter__title", "unit": "x", "year": "20 6", "month": "2026-13", "town": "%"},
            everything,
        ),
    ):
        wanted = {s if isinstance(s, str) else s.matter.title for s in seen}
        assert (query, titles(client, **query)) == (query, wanted)
    with clock.at(date(2026, 4, 20)):
        assert titles(client, late="1") == {lamp.matter.title, pipe.matter.title}
        assert titles(client, tab="late") == {lamp.matter.title, pipe.matter.title}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_and_page_ask_the_same_queries_however_much(
    client: Client, here: Village, django_assert_num_queries: Any, rows: int
) -> None:
    for n in range(rows):
        made = solved(here, text=f"第{n}件事。", session=session_in(here))
    enter(client, here, "staff")
    client.get(reverse("grassroots:problems"))
    with django_assert_num_queries(12):
        client.get(reverse("grassroots:problems"))
    with django_assert_num_queries(12):
        client.get(reverse("grassroots:problem", args=[made.pk]))


def test_unit_signs_and_reports_with_a_photo_that_only_those_concerned_open(
    client: Client, here: Village
) -> None:
    made = added(here)
    enter(client, here, "clerk_b")
    assert post(client, "sign_problem", made).status_code == 302
    photo = SimpleUploadedFile("灯.jpg", corpus.picture(), content_type="image/jpeg")
    assert post(client, "report_problem", made, result="换了6盏灯。", photos=photo).status_code == 302
    assert state_of(here, made) == ProblemState.REPORTED
    with here.house.at_work():
        kept = StoredFile.objects.get(matter_id=made.pk)
    assert (kept.purpose, kept.unit_id) == (StoredFile.Purpose.EVIDENCE, here.house.units["b"].pk)
    url = reverse("files:download", args=[kept.pk])
    for who, code in (("clerk_b", 200), ("staff", 200), ("head", 200), ("clerk_a", 404), ("worker", 404)):
        enter(client, here, who)
        assert (who, client.get(url).status_code) == (who, code)


def test_several_are_confirmed_together_or_none(client: Client, here: Village) -> None:
    two = [reported(here), reported(here, text="桥头的护栏断了。")]
    open_one = added(here, text="巷道的水管漏水。")
    enter(client, here, "staff")
    url = reverse("grassroots:confirm_problems")

    def confirm(*problems: Problem) -> int:
        ids = [str(p.pk) for p in problems]
        return client.post(url, {"once": str(new_key()), "problems": ids}).status_code

    assert confirm(*two, open_one) == 409
    assert [state_of(here, p) for p in two] == [ProblemState.REPORTED] * 2
    assert confirm(*two) == 302
    assert [state_of(here, p) for p in two] == [ProblemState.SOLVED] * 2
    assert confirm() == 409


def test_register_holds_the_filtered_rows_as_offices_write_them(client: Client, here: Village) -> None:
    solved(here, session=session_in(here))
    added(here, text="巷道的水管漏水。", unit="a")
    enter(client, here, "staff")
    answer = client.get(reverse("grassroots:export_problems"), {"state": "solved"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 2
    assert rows[0][:7] == ["序号", "编号", "问题", "来源", "议事点", "承办单位", "责任人"]
    assert rows[1][:6] == [
        1,
        "2026-001",
        "村口的路灯不亮，晚上看不见路。",
        "村口路灯怎么修",
        "寺沟村协商议事会",
        "交通运输局",
    ]
    paper = client.get(reverse("grassroots:problem_register"))
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


def test_problem_is_added_by_the_head_for_the_own_nodes_only(client: Client, here: Village) -> None:
    far = make_village(here.house, name="米家沟村", town="安口镇", key="2")
    enter(client, here, "head")
    url = reverse("grassroots:add_problem")
    data = {"text": "水渠堵了。", "owner": "村委会", "due_on": DUE.isoformat()}
    wrong = client.post(url, {"once": str(new_key()), **data, "node": str(far.council.pk)})
    assert (wrong.status_code, "水渠堵了。" in wrong.text) == (422, True)
    nobody = client.post(url, {"once": str(new_key()), "text": "水渠堵了。", "node": str(here.council.pk)})
    assert (nobody.status_code, "请选承办单位，或者写由谁负责。" in nobody.text) == (422, True)
    right = client.post(url, {"once": str(new_key()), **data, "node": str(here.council.pk)})
    assert right.status_code == 302
    with here.house.at_work():
        made = Problem.objects.select_related("matter").get()
    assert (made.owner, made.due_on, made.node_id, made.matter.title) == (
        "村委会",
        DUE,
        here.council.pk,
        "水渠堵了。",
    )


def test_problem_from_a_session_keeps_the_link_and_a_foreign_session_is_not_there(
    client: Client, here: Village
) -> None:
    session = session_in(here)
    enter(client, here, "head")
    url = reverse("grassroots:add_problem") + f"?session={session.pk}"
    data = {"text": "水渠堵了。", "owner": "村委会", "node": str(here.council.pk)}
    assert client.post(url, {"once": str(new_key()), **data}).status_code == 302
    with here.house.at_work():
        assert Problem.objects.get().session_id == session.pk
    enter(client, here, "worker")
    assert client.get(url).context["session"] is None


def test_pages_of_every_step_open_for_who_may_and_ask_for_what_is_missing(
    client: Client, here: Village
) -> None:
    enter(client, here, "staff")
    fresh, told_of, ended = (
        added(here),
        reported(here, text="桥头的护栏断了。"),
        solved(here, text="巷道的水管漏水。"),
    )
    for name, problem, wrong in (
        ("report_problem", fresh, {}),
        ("change_problem", fresh, {"owner": "", "unit": ""}),
        ("give_up_problem", fresh, {}),
        ("check_problem", told_of, {"decision": "return"}),
        ("look_back", ended, {"holds": "yes", "on": "2026-03-16"}),
        ("reopen_problem", ended, {}),
    ):
        assert (name, client.get(reverse(f"grassroots:{name}", args=[problem.pk])).status_code) == (name, 200)
        assert (name, post(client, name, problem, **wrong).status_code) == (name, 422)
    assert client.get(reverse("grassroots:look_back", args=[fresh.pk])).status_code == 409
    assert post(client, "reopen_problem", ended, reason="又漏了。", due_on=DUE.isoformat()).status_code == 302
    assert state_of(here, ended) == ProblemState.UNDER_WAY


def test_public_reads_only_what_staff_opened(client: Client, here: Village) -> None:
    made = solved(here)

    def public_rows() -> int:
        with tenancy.scope([here.house.committee.pk], audience="public"):
            return Problem.objects.visible_to(NOBODY).count()

    assert public_rows() == 0
    enter(client, here, "head")
    assert post(client, "disclose_problem", made, public="yes").status_code == 403
    enter(client, here, "staff")
    page = client.get(reverse("grassroots:disclose_problem", args=[made.pk]))
    assert "已经解决" in page.text
    assert post(client, "disclose_problem", made, public="yes").status_code == 302
    with here.house.at_work():
        assert Problem.objects.get(pk=made.pk).matter.visibility == Visibility.PUBLIC
    assert public_rows() == 1
    assert post(client, "disclose_problem", made, public="no").status_code == 302
    assert public_rows() == 0
