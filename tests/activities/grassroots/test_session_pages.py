"""The pages of sessions: who sees what, forms that keep what was typed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.activities.grassroots.meetings import (
    LATER,
    TITLE,
    TUESDAY,
    announced,
    held,
    invited,
    planned,
    recorded,
    written,
)
from tests.capabilities.files import corpus
from tests.factories import make_house
from tests.village import make_village
from tongxin.activities.grassroots.actions import attending, problems, recording
from tongxin.activities.grassroots.enums import Presence, SessionState, Side
from tongxin.activities.grassroots.models import CouncilSeat, DeliberationSession
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.actions import link_matters, open_matter
from tongxin.capabilities.matters.models import Kind, Relation
from tongxin.foundation.core import clock
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db
FORM = {
    "title": "村口路灯什么时候修",
    "on": "2026-11-05",
    "starts": "15:00",
    "venue": "村委会",
    "outline": "装几盏，谁出电费",
    "hosts": "东华镇人大主席团、寺沟村村委会",
}


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


def status(client: Client, here: Village, who: str, url: str, moment: datetime = TUESDAY) -> int:
    enter(client, here, who)
    with clock.at(moment):
        return client.get(url).status_code


def test_plan_posted_twice_is_one_session_with_its_people_next(client: Client, here: Village) -> None:
    enter(client, here, "worker")
    key = str(new_key())
    fields = FORM | {"node": str(here.room.pk), "once": key}
    answers = [client.post(reverse("grassroots:session_new"), fields) for _n in range(2)]
    with here.house.at_work():
        session = DeliberationSession.objects.get()
        names = sorted(session.hosts.values_list("name", flat=True))
    assert [a.headers["Location"] for a in answers] == [at(session, "session_people")] * 2
    assert names == ["东华镇人大主席团", "寺沟村村委会"]


def test_plan_that_ends_before_it_begins_is_shown_again_with_its_text(client: Client, here: Village) -> None:
    enter(client, here, "staff")
    answer = client.post(
        reverse("grassroots:session_new"), FORM | {"node": str(here.council.pk), "ends": "14:00"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "结束时间要晚于开始时间。" in page
    assert FORM["title"] in page


def test_plan_offers_the_worker_only_the_own_room(client: Client, here: Village) -> None:
    make_village(here.house, name="杨家庄村", town="安口镇", key="2")
    offered = {}
    for who in ("worker", "head", "staff"):
        enter(client, here, who)
        form = client.get(reverse("grassroots:session_new")).context["form"]
        with here.house.at_work():
            offered[who] = form.fields["node"].queryset.count()
    assert offered == {"worker": 1, "head": 3, "staff": 6}


def test_people_proposes_seats_and_seconded_members_and_adds_typed_lines(
    client: Client, here: Village
) -> None:
    session = planned(here)
    with here.house.at_work():
        CouncilSeat.objects.create(
            committee=here.house.committee,
            node=here.council,
            name="老支书",
            standing_for="村民代表",
            since=TUESDAY.date(),
        )
    enter(client, here, "staff")
    url = at(session, "session_people")
    proposed = client.get(url).context["form"].fields["proposed"].choices
    assert sorted(label for _key, label in proposed) == sorted(
        [here.person.name, f"{here.guest.name}　市政协委员", "老支书　村民代表"]
    )
    fields = {
        "proposed": [key for key, _label in proposed],
        "members": "李强，赵敏",
        "of_party": "东华供水站\n李有田 饮水户",
        "units": [str(here.house.units["a"].pk)],
        "then": "invite",
        "once": str(new_key()),
    }
    answer = client.post(url, fields)
    assert answer.headers["Location"] == at(session, "session_invitation")
    with here.house.at_work():
        rows = list(session.attendees.values_list("side", "name", "post"))
    assert sorted(rows) == sorted(
        [
            (Side.MEMBER, here.person.name, ""),
            (Side.MEMBER, here.guest.name, "市政协委员"),
            (Side.MASSES, "老支书", "村民代表"),
            (Side.MEMBER, "李强", ""),
            (Side.MEMBER, "赵敏", ""),
            (Side.PARTY, "东华供水站", ""),
            (Side.PARTY, "李有田", "饮水户"),
            (Side.UNIT, here.house.units["a"].name, ""),
        ]
    )
    assert client.get(url).context["form"].fields["proposed"].choices == []


def test_people_with_an_unknown_member_keeps_what_was_typed(client: Client, here: Village) -> None:
    session = planned(here)
    enter(client, here, "staff")
    answer = client.post(at(session, "session_people"), {"members": "没有这人", "of_party": "李有田 饮水户"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "在任的委员里没有「没有这人」" in page
    assert "李有田 饮水户" in page


def test_answer_in_one_tap_and_leave_with_a_reason(client: Client, here: Village) -> None:
    session = invited(here)
    enter(client, here, "proposer")
    assert "能参加" in client.get(at(session)).content.decode()
    for fields, wanted in (
        ({"answer": "come"}, (302, Presence.COMING)),
        ({"answer": "leave", "reason": ""}, (409, Presence.COMING)),
        ({"answer": "leave", "reason": "出差"}, (302, Presence.LEAVE)),
    ):
        answered = client.post(at(session, "session_answer"), fields)
        with here.house.at_work():
            presence = session.attendees.get(person=here.person).presence
        assert (answered.status_code, presence) == wanted


def test_pages_of_a_session_open_for_whom_they_should(client: Client, here: Village) -> None:
    session = held(here)
    other = make_village(here.house, name="杨家庄村", town="安口镇", key="2")
    assert other.room
    who = (
        "staff",
        "head",
        "worker",
        "head2",
        "leader",
        "auditor",
        "tenant_admin",
        "proposer",
        "outsider",
        "clerk_a",
    )
    pages = ("session", "session_record", "session_sheet", "session_people")
    found = {w: tuple(status(client, here, w, at(session, page), LATER) for page in pages) for w in who}
    assert found == {
        "staff": (200, 200, 200, 200),
        "head": (200, 200, 200, 200),
        "worker": (404, 404, 404, 404),
        "head2": (404, 404, 404, 404),
        "leader": (200, 403, 200, 403),
        "auditor": (200, 403, 200, 403),
        "tenant_admin": (404, 403, 404, 403),
        "proposer": (200, 403, 200, 403),
        "outsider": (200, 403, 404, 403),
        "clerk_a": (404, 403, 404, 403),
    }


def test_page_shows_names_of_the_masses_only_to_who_was_there(client: Client, here: Village) -> None:
    session = recorded(here)
    shown = {}
    for who in ("staff", "proposer", "outsider"):
        enter(client, here, who)
        page = client.get(at(session)).content.decode()
        shown[who] = ("张桂兰" in page, "先修三社到学校这一段" in page)
    assert shown == {"staff": (True, True), "proposer": (True, True), "outsider": (False, True)}


def test_page_hides_an_unfinished_record_from_other_members(client: Client, here: Village) -> None:
    session = written(here)
    enter(client, here, "outsider")
    with clock.at(LATER):
        assert "先修三社到学校这一段" not in client.get(at(session)).content.decode()


def test_page_shows_linked_matters_both_ways_and_internal_ones_to_the_office(
    client: Client, here: Village
) -> None:
    session = recorded(here)
    staff = here.house.actor("staff")
    with here.house.at_work():
        topic = open_matter(
            actor=staff,
            kind=Kind.TOPIC,
            title="水管老化",
            state="accepted",
            committee_id=here.house.committee.pk,
        )
        link_matters(actor=staff, source=topic, target=session.matter, relation=Relation.DISCUSSED_IN)
    found = {}
    for who in ("staff", "outsider"):
        enter(client, here, who)
        page = client.get(at(session)).context["page"]
        found[who] = [tie.title for tie in page.came_from]
    assert found == {"staff": ["水管老化"], "outsider": []}


def test_record_that_a_colleague_changed_keeps_both_texts(client: Client, here: Village) -> None:
    session = held(here)
    enter(client, here, "staff")
    fields = {"agreed": "我写的", **{f"seen_{f}": "0" for f in recording.FIELDS}}
    with clock.at(LATER):
        with here.house.at_work():
            recording.write_field(
                actor=here.house.actor("head"), session=session, field="agreed", text="站长写的"
            )
        refused = client.post(at(session, "session_record"), fields)
        page = refused.content.decode()
        assert refused.status_code == 409
        assert "站长写的" in page
        assert "我写的" in page
        again = client.post(at(session, "session_record"), fields | {"seen_agreed": "1"})
    assert again.status_code == 302
    with here.house.at_work():
        assert DeliberationSession.objects.get().agreed == "我写的"


def test_desk_work_on_the_plain_page_is_kept(client: Client, here: Village) -> None:
    session = held(here)
    enter(client, here, "head")
    with here.house.at_work():
        row = session.attendees.get(name="张桂兰")
    with clock.at(LATER):
        for page, fields in (
            ("session_attendance", {"attendee": str(row.pk), "there": "1"}),
            ("session_attendance", {"side": Side.EXPERT, "name": "陈工", "post": "水务局"}),
            ("session_attendance", {"others_present": "23"}),
            ("session_say", {"kind": "statement", "who": "三社村民", "text": "夏天没有水"}),
            ("session_say", {"kind": "suggestion", "attendee": str(row.pk), "text": "公布水质"}),
        ):
            assert client.post(at(session, page), fields).status_code == 302
        assert client.post(at(session, "session_attendance"), {"others_present": "-1"}).status_code == 409
    with here.house.at_work():
        found = DeliberationSession.objects.get()
        assert found.attendees.filter(presence=Presence.PRESENT).count() == 4
        assert found.others_present == 23
        assert [s.who for s in found.statements.all()] == ["三社村民"]
        assert [s.by_attendee_id for s in found.suggestions.all()] == [row.pk]


def test_whole_way_from_announcing_to_archive_on_the_pages(client: Client, here: Village) -> None:
    session = invited(here)
    enter(client, here, "staff")
    assert client.post(at(session, "session_announce")).status_code == 302
    with clock.at(LATER):
        assert client.post(at(session, "session_begin")).status_code == 302
        assert "还不能归档" in client.get(at(session, "session_archive")).content.decode()
        assert client.post(at(session, "session_archive")).status_code == 409
        with here.house.at_work():
            row = session.attendees.get(name="张桂兰")
        client.post(at(session, "session_attendance"), {"attendee": str(row.pk)})
        fields = {"agreed": "装六盏", **{f"seen_{f}": "0" for f in recording.FIELDS}}
        assert client.post(at(session, "session_record"), fields).status_code == 302
        upload = SimpleUploadedFile("签字单.jpg", corpus.picture("JPEG"))
        papers = {"purpose": StoredFile.Purpose.SIGNED_SHEET, "uploads": [upload]}
        assert client.post(at(session, "session_papers"), papers).status_code == 302
        assert client.post(at(session, "session_archive"), {"publish": "on"}).status_code == 302
        page = client.get(at(session)).content.decode()
    assert "结果公开" in page
    assert "签字单.jpg" in page


def test_publishing_by_the_head_of_a_station_is_left_to_staff(client: Client, here: Village) -> None:
    session = written(here)
    enter(client, here, "head")
    with clock.at(LATER):
        client.post(at(session, "session_archive"), {"publish": "on"})
    with here.house.at_work():
        found = DeliberationSession.objects.select_related("matter").get()
        assert (found.state, found.matter.visibility) == (SessionState.RECORDED, "members")


def read_pdf(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def test_sheet_says_what_was_agreed_and_who_does_what(client: Client, here: Village) -> None:
    session = written(here)
    staff = here.house.actor("staff")
    with here.house.at_work(), clock.at(LATER):
        problems.add_problem(
            actor=staff,
            session=session,
            node=here.council,
            text="修通三社管网 #let x = 1",
            unit=here.house.units["b"],
            due_on=(LATER + timedelta(days=30)).date(),
        )
    enter(client, here, "staff")
    with clock.at(LATER):
        answer = client.get(at(session, "session_sheet_pdf"))
    (page,) = read_pdf(answer.content)
    text = page.replace("\n", "").replace(" ", "")
    assert answer.headers["Content-Type"] == "application/pdf"
    for words in (
        TITLE,
        "先修三社到学校这一段",
        "1.每月公布一次水质",
        "修通三社管网#letx=1",
        "交通运输局",
        "2026年12月5日",
        "各方签字",
        "记录人：",
    ):
        assert words in text


@pytest.mark.parametrize("lines", [14, 18, 22, 26, 60])
def test_sheet_never_leaves_the_signatures_alone_on_a_page(client: Client, here: Village, lines: int) -> None:
    session = written(here)
    with here.house.at_work(), clock.at(LATER):
        for n in range(lines):
            recording.add_suggestion(
                actor=here.house.actor("staff"), session=session, text=f"第{n}条建议，写得不长也不短"
            )
    enter(client, here, "staff")
    with clock.at(LATER):
        pages = read_pdf(client.get(at(session, "session_sheet_pdf")).content)
    before, _signatures = pages[-1].split("各方签字")
    assert f"第{lines - 1}条建议" in before.replace(" ", "").replace("\n", "")


def test_page_asks_the_same_for_few_people_and_for_many(client: Client, here: Village) -> None:
    session = written(here)
    enter(client, here, "staff")
    with clock.at(LATER):
        client.get(at(session))
        with CaptureQueriesContext(connection) as few:
            client.get(at(session))
        staff = here.house.actor("staff")
        with here.house.at_work():
            for n in range(5):
                attending.mark_present(actor=staff, session=session, side=Side.MASSES, name=f"村民{n}")
                recording.add_statement(actor=staff, session=session, who=f"村民{n}", text="说了")
        with CaptureQueriesContext(connection) as many:
            client.get(at(session))
    # Beside what opens and closes the transaction.
    assert [len(asked) - 2 for asked in (few, many)] == [12, 12]


def test_code_of_the_event_is_made_once(client: Client, here: Village) -> None:
    session = planned(here, who="head")
    enter(client, here, "head")
    first, second = (client.post(at(session, "session_code")).headers["Location"] for _n in range(2))
    assert first == second


def test_session_that_is_announced_leads_its_keeper_to_the_desk(client: Client, here: Village) -> None:
    session = announced(here)
    enter(client, here, "head")
    shown = client.get(at(session)).context["page"].next.actions
    assert [a.url for a in shown if a.label == "签到台"] == [at(session, "desk")]
