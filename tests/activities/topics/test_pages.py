"""The pages of topics: counts open their rows, hostile text is text, queries do not grow with rows."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.activities.topics.ground import LAMP, accepted, entered, now, said
from tests.capabilities.files import corpus
from tests.village import make_village
from tongxin.activities.topics.actions import deciding, entering, listing
from tongxin.activities.topics.actions.deciding import Listed
from tongxin.activities.topics.actions.listing import Outline
from tongxin.activities.topics.models import (
    DeclineReason,
    Topic,
    TopicCategory,
    TopicImport,
    TopicListItem,
    TopicRules,
)
from tongxin.activities.topics.paper import new_form_number
from tongxin.capabilities.files.actions import store_file
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import Period, all_figures
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)">'
OTHERS = (
    "给五保户装暖气，冬天太冷了，求求你们。",
    "西沟的自来水管冻裂了，吃水要走二里地。",
)


@pytest.fixture
def village() -> Village:
    return make_village(factories.make_house())


def post(client: Client, page: str, *args: object, **data: Any) -> Any:
    return client.post(reverse(f"topics:{page}", args=args), {"once": str(new_key()), **data})


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return sum("SAVEPOINT" not in q["sql"] for q in caught.captured_queries)


def test_queue_groups_voices_and_every_tab_holds_as_many_as_it_says(client: Client, village: Village) -> None:
    said(village)
    said(village, LAMP + "！")
    held = said(village, OTHERS[0])
    with village.house.at_work():
        Topic.objects.filter(pk=held.topic_id).update(is_held=True)
    client.force_login(village.house.users["staff"])
    shown = {
        tab: client.get("/topics/queue/", {"tab": tab}).context["shown"] for tab in ("waiting", "held", "all")
    }
    assert [t.count for t in shown["all"].tabs] == [len(s.rows) for s in shown.values()] == [1, 1, 2]
    (row,) = shown["waiting"].rows
    assert (row.voices, row.node, row.channel, row.left) == (2, village.room.name, "群众提", 10)


def test_queue_is_of_the_own_nodes_and_without_what_is_sensitive(client: Client, village: Village) -> None:
    other = make_village(village.house, name="西关村", town="西华镇", key="2")
    mine, hidden = said(village), said(village, OTHERS[0])
    said(other, OTHERS[1])
    with village.house.at_work():
        Topic.objects.filter(pk=hidden.topic_id).update(is_sensitive=True)
    for who, count in (("head", 1), ("worker", 1), ("head2", 1), ("staff", 3)):
        client.force_login(village.house.users[who])
        rows = client.get("/topics/queue/").context["shown"].rows
        assert (who, len(rows)) == (who, count)
    client.force_login(village.house.users["head"])
    assert client.get(f"/topics/{hidden.topic_id}/").status_code == 404
    assert client.get(f"/topics/{hidden.topic_id}/accept/").status_code == 404
    assert client.get(f"/topics/{mine.topic_id}/").status_code == 200


def test_filters_take_only_what_they_know(client: Client, village: Village) -> None:
    said(village)
    entered(village, node=village.station)
    client.force_login(village.house.users["staff"])
    wanted = {
        "channel=mass": 1,
        "channel=<script>": 2,
        f"node={village.room.pk}": 1,
        f"node={village.station.pk}": 2,
        "node=1": 2,
        "category=x": 2,
        "town=abc": 2,
        "q=路灯": 1,
        "q=' OR 1=1": 0,
        "page=99999999999": 2,
        "tab=nothing": 2,
    }
    found = {q: len(client.get(f"/topics/queue/?{q}").context["shown"].rows) for q in wanted}
    assert found == wanted


def test_queries_of_lists_do_not_grow_with_rows(client: Client, village: Village) -> None:
    client.force_login(village.house.users["staff"])
    said(village)
    one = (queries(client, "/topics/queue/"), queries(client, "/topics/"), queries(client, "/"))
    for text in OTHERS:
        said(village, text)
    three = (queries(client, "/topics/queue/"), queries(client, "/topics/"), queries(client, "/"))
    assert one == three == (10, 10, 12)


def test_queries_of_a_topic_do_not_grow_with_voices(client: Client, village: Village) -> None:
    client.force_login(village.house.users["staff"])
    topic = said(village).topic
    one = queries(client, f"/topics/{topic.pk}/")
    for mark in ("！", "？"):
        said(village, LAMP + mark)
    assert one == queries(client, f"/topics/{topic.pk}/") == 12


def test_bulk_accepts_each_for_itself_and_says_what_was_refused(client: Client, village: Village) -> None:
    house = village.house
    first, second = said(village), said(village, OTHERS[0])
    foreign = said(make_village(house, name="西关村", town="西华镇", key="2"), OTHERS[1])
    client.force_login(house.users["head"])
    ticked = [str(v.topic_id) for v in (first, second, foreign)]
    response = post(client, "accept_many", topics=ticked)
    assert response.status_code == 302
    states = [now(village, v.topic).state for v in (first, second, foreign)]
    assert states == ["accepted", "accepted", "collected"]
    assert post(client, "accept_many").status_code == 302


def test_bulk_decline_asks_for_the_reason_first(client: Client, village: Village) -> None:
    voices = [said(village, text) for text in (LAMP, *OTHERS)]
    client.force_login(village.house.users["staff"])
    ticked = [str(v.topic_id) for v in voices]
    asked = post(client, "decline_many", topics=ticked)
    assert (asked.status_code, len(asked.context["topics"])) == (200, 3)
    faulty = post(client, "decline_many", topics=ticked, step="confirm")
    assert faulty.status_code == 422
    with village.house.at_work():
        reason = DeclineReason.objects.filter(committee=village.house.committee)[0]
    post(
        client, "decline_many", topics=ticked[:2], step="confirm", reason=str(reason.pk), words="请找司法所。"
    )
    assert [now(village, v.topic).state for v in voices] == ["declined", "declined", "collected"]


def test_bulk_merge_keeps_one_and_release_brings_back(client: Client, village: Village) -> None:
    voices = [said(village, text) for text in (LAMP, *OTHERS)]
    client.force_login(village.house.users["staff"])
    ticked = [str(v.topic_id) for v in voices]
    asked = post(client, "merge_many", topics=ticked)
    assert asked.status_code == 200
    post(client, "merge_many", topics=ticked, step="confirm", into=ticked[1])
    assert [now(village, v.topic).state for v in voices] == ["merged", "collected", "merged"]
    with village.house.at_work():
        Topic.objects.filter(pk=ticked[1]).update(is_held=True)
    post(client, "release_many", topics=ticked[1:2])
    assert now(village, voices[1].topic).is_held is False


@pytest.mark.parametrize(
    ("name", "data", "state"),
    [
        ("accept", {"title": "修路灯", "outcome": "已列为议题。", "public": "on"}, "accepted"),
        ("answer", {"outcome": "下周修好。"}, "answered"),
        ("pass_on", {"to": "opinion", "outcome": "转为社情民意。"}, "passed_on"),
    ],
)
def test_decision_shows_what_contributors_will_read_before_it_is_made(
    client: Client, village: Village, name: str, data: dict[str, str], state: str
) -> None:
    topic = said(village).topic
    client.force_login(village.house.users["head"])
    assert client.get(reverse(f"topics:{name}", args=[topic.pk])).status_code == 200
    preview = post(client, name, topic.pk, step="preview", **data)
    assert (preview.status_code, preview.context["preview"]) == (200, data["outcome"])
    assert now(village, topic).state == "collected"
    faulty = post(client, name, topic.pk, **{**data, "outcome": ""})
    assert faulty.status_code == 422
    assert post(client, name, topic.pk, **data).status_code == 302
    assert (now(village, topic).state, now(village, topic).outcome) == (state, data["outcome"])
    again = post(client, name, topic.pk, **data)
    assert again.status_code == 409


def test_every_other_page_of_a_decision_works(client: Client, village: Village) -> None:
    house = village.house
    topic = said(village, contact="13812345678").topic
    other = entered(village, "路灯问题", node=village.room)
    client.force_login(house.users["staff"])
    post(client, "mark", topic.pk, urgent="on", reason="怕摔人")
    assert now(village, topic).is_urgent
    found = client.get(reverse("topics:merge", args=[topic.pk]), {"q": "路灯"})
    assert [t.pk for t in found.context["found"]] == [other.pk]
    post(client, "merge", topic.pk, into=str(other.pk))
    assert now(village, topic).state == "merged"
    post(client, "reopen", topic.pk, reason="不是一件事")
    post(client, "accept", topic.pk, title="修路灯", outcome="好")
    post(client, "revise", topic.pk, title="修村口路灯", public="on")
    assert (now(village, topic).matter.title, now(village, topic).matter.visibility) == (
        "修村口路灯",
        "public",
    )
    post(client, "close", topic.pk, outcome="路灯亮了。")
    assert (now(village, topic).state, now(village, topic).outcome) == ("done", "路灯亮了。")
    with house.at_work():
        voice = topic.voices.get()
    shown = client.get(f"/topics/{topic.pk}/").content.decode()
    assert "138****5678" in shown
    assert "13812345678" not in shown
    assert "13812345678" in post(client, "contact", voice.pk, reason="约时间").content.decode()


def test_hostile_text_is_shown_as_text(client: Client, village: Village) -> None:
    house = village.house
    topic = said(village, HOSTILE).topic
    entered(village, HOSTILE[:100], node=village.room, raised_by=HOSTILE[:80])
    with house.at_work():
        deciding.accept_topic(
            actor=house.actor("staff"),
            topic=topic,
            listed=Listed(title=HOSTILE, public_title=HOSTILE),
            outcome=HOSTILE,
        )
    client.force_login(house.users["staff"])
    for url in ("/topics/", "/topics/queue/", f"/topics/{topic.pk}/", f"/topics/{topic.pk}/close/", "/"):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    book = openpyxl.load_workbook(io.BytesIO(client.get("/topics/export/").content))
    assert book.active.max_row == 3


def test_list_of_a_member_shows_what_was_taken_up_in_public_words(client: Client, village: Village) -> None:
    house = village.house
    topic = said(village, "张三家门口的路坏了，张三电话13800000000。").topic
    said(village, OTHERS[0])
    with house.at_work():
        deciding.accept_topic(
            actor=house.actor("staff"),
            topic=topic,
            listed=Listed(title="张三门口路", public_title="修村里的路"),
        )
    client.force_login(house.users["outsider"])
    shown = client.get("/topics/").context["shown"]
    assert [(r.title, r.state) for r in shown.rows] == [("修村里的路", "列为议题")]
    assert [t.url for t in shown.tabs] == [f"/topics/?tab={t}" for t in ("all", "taken", "going", "done")]
    page = client.get(f"/topics/{topic.pk}/").content.decode()
    assert "张三" not in page
    assert not client.get("/topics/", {"q": "张三"}).context["shown"].rows
    assert len(client.get("/topics/", {"q": "修村里"}).context["shown"].rows) == 1
    assert "张三" not in client.get("/topics/export/").content.decode("latin-1")


def test_unit_sees_only_what_was_passed_on_to_it(client: Client, village: Village) -> None:
    house = village.house
    topic = said(village, contact="13812345678").topic
    said(village, OTHERS[0])
    with house.at_work():
        deciding.pass_topic_on(
            actor=house.actor("staff"), topic=topic, to="unit", unit=house.units["b"], outcome="已转交。"
        )
    client.force_login(house.users["clerk_b"])
    assert [r.pk for r in client.get("/topics/").context["shown"].rows] == [topic.pk]
    page = client.get(f"/topics/{topic.pk}/").content.decode()
    assert LAMP in page
    assert "138****5678" not in page
    client.force_login(house.users["clerk_a"])
    assert not client.get("/topics/").context["shown"].rows
    assert client.get(f"/topics/{topic.pk}/").status_code == 404


def test_figures_open_lists_with_exactly_their_rows(client: Client, village: Village) -> None:
    house = village.house
    today = clock.today()
    year = str(today.year)
    period = Period(today.replace(month=1, day=1), today.replace(month=12, day=31), year)
    said(village)
    entered(village)
    entered(village, "委员荐的", channel="member", member=house.members["proposer"])
    entered(village, "前年的", on=today - timedelta(days=800))
    client.force_login(house.users["staff"])
    with house.at_work():
        wanted = {
            f.url(period): f.value(house.committee.pk, period)
            for f in all_figures()
            if f.id.startswith("topics.") and f.page
        }
    found = {url: client.get(url).context["shown"].page.paginator.count for url in wanted}
    assert found == wanted
    assert wanted[f"/topics/?counted=1&year={year}"] == 3


def test_export_holds_the_rows_of_the_list(client: Client, village: Village) -> None:
    said(village)
    entered(village, "=HYPERLINK(1)")
    client.force_login(village.house.users["staff"])
    book = openpyxl.load_workbook(io.BytesIO(client.get("/topics/export/").content))
    titles = {row[1].value for row in book.active.iter_rows(min_row=2)}
    assert titles == {LAMP[:-1], "=HYPERLINK(1)"}
    assert {cell.data_type for row in book.active.iter_rows(min_row=2) for cell in row[1:2]} == {"s"}
    only = client.get("/topics/export/", {"channel": "mass"}).content
    assert openpyxl.load_workbook(io.BytesIO(only)).active.max_row == 2
    with village.house.at_work():
        assert Entry.objects.filter(action="topics.export").count() == 2


def test_member_recommends_from_the_phone_in_three_fields(client: Client, village: Village) -> None:
    client.force_login(village.house.users["proposer"])
    page = client.get("/topics/recommend/")
    assert list(page.context["form"].fields) == ["title", "text", "node"]
    assert post(client, "recommend", title="养老服务", text="").status_code == 422
    answer = post(client, "recommend", title="养老服务", text="村里老人多。", node=str(village.room.pk))
    assert answer.url == "/topics/?ours=1"
    assert [r.title for r in client.get(answer.url).context["shown"].rows] == ["养老服务"]
    client.force_login(village.house.users["outsider"])
    assert not client.get("/topics/?ours=1").context["shown"].rows


def test_form_of_entering_asks_who_raised_it_where_that_is_known(client: Client, village: Village) -> None:
    client.force_login(village.house.users["worker"])
    today = clock.today().isoformat()
    base = {"title": "甲", "text": "乙", "node": str(village.room.pk), "on": today}
    for wrong in (
        {"channel": "party_gov"},
        {"channel": "member"},
        {"channel": "mass", "on": (clock.today() + timedelta(days=1)).isoformat()},
        {"channel": "mass", "node": ""},
        {"channel": "mass", "node": str(village.station.pk)},
    ):
        assert post(client, "enter", **{**base, **wrong}).status_code == 422
    made = post(client, "enter", **base, channel="mass", raised_by="张三")
    assert made.status_code == 302
    with village.house.at_work():
        assert Topic.objects.get().raised_by == ""


def test_paper_form_is_typed_once_and_a_wrong_number_keeps_the_words(
    client: Client, village: Village
) -> None:
    client.force_login(village.house.users["worker"])
    pdf = post(client, "print_forms", node=str(village.room.pk), count="2")
    assert (pdf.status_code, pdf["Content-Type"], pdf["Cache-Control"]) == (
        200,
        "application/pdf",
        "no-store",
    )
    entry = {"node": str(village.room.pk), "text": "路灯不亮，孩子害怕。"}
    wrong = post(client, "paper", number="22222-22222", **entry)
    assert wrong.status_code == 409
    number = new_form_number(village.house.committee.pk)
    for _twice in range(2):
        assert post(client, "paper", number=number, **entry).status_code == 302
    with village.house.at_work():
        assert Topic.objects.get().voices.count() == 1


def test_table_is_looked_at_confirmed_and_taken_back(client: Client, village: Village) -> None:
    client.force_login(village.house.users["staff"])
    empty = client.get("/topics/import/template/").content
    sent = client.post(
        "/topics/import/", {"once": str(new_key()), "file": SimpleUploadedFile("议题.xlsx", empty)}
    )
    with village.house.at_work():
        kept = TopicImport.objects.get()
    assert sent.url == f"/topics/import/{kept.pk}/"
    assert len(client.get(sent.url).context["plan"].rows) == 1
    post(client, "import_show", kept.pk)
    assert client.get(sent.url).context["upload"].added == 1
    post(client, "import_undo", kept.pk)
    with village.house.at_work():
        assert not Topic.objects.exists()
    assert client.post("/topics/import/", {"file": SimpleUploadedFile("x.xlsx", b"x")}).status_code == 422
    client.force_login(village.house.users["worker"])
    assert client.get(sent.url).status_code == 404


def test_list_is_drawn_up_voted_on_and_decided(client: Client, village: Village) -> None:
    house = village.house
    topics = [accepted(village, f"议题{n}") for n in range(3)]
    client.force_login(house.users["staff"])
    begun = post(client, "list_begin", year="2026", way="vote", seats="1", choices_most="1")
    key = begun.url.split("/")[3]
    assert len(client.get(begun.url).context["rows"]) == 3
    post(client, "list_candidates", key, topics=[str(t.pk) for t in topics])
    client.force_login(house.users["proposer"])
    assert client.get(f"/topics/lists/{key}/").status_code == 404
    client.force_login(house.users["staff"])
    post(client, "list_open", key, until=clock.today().isoformat())
    client.force_login(house.users["proposer"])
    ballot = client.get(f"/topics/lists/{key}/vote/")
    chosen = ballot.context["page"].items[0].pk
    assert post(client, "vote", key, items=[str(chosen)]).status_code == 302
    assert post(client, "vote", key, items=[str(chosen)]).status_code == 409
    assert client.get(f"/topics/lists/{key}/vote/").context["page"].can_cast is False
    client.force_login(house.users["staff"])
    assert client.get(f"/topics/lists/{key}/hands/").status_code == 200
    post(client, "list_close", key)
    assert client.get(f"/topics/lists/{key}/decide/").context["page"].shows_votes
    post(client, "list_decide", key, items=[str(chosen)], on=clock.today().isoformat(), decision="")
    for who in ("staff", "proposer", "leader"):
        client.force_login(house.users[who])
        assert client.get(f"/topics/lists/{key}/").context["page"].state.code == "decided"
    with house.at_work():
        assert TopicListItem.objects.filter(is_chosen=True).count() == 1
    assert client.get("/topics/lists/").context["rows"][0].chosen == 1


def test_lists_of_two_committees_do_not_meet(client: Client, village: Village) -> None:
    other = factories.make_house(factories.JINCHANG)
    topic = accepted(village)
    with village.house.at_work():
        made = listing.begin_list(actor=village.house.actor("staff"), outline=Outline(year=2026, way="vote"))
        voice_page = reverse("topics:list_show", args=[made.pk])
    client.force_login(other.users["staff"])
    for url in (f"/topics/{topic.pk}/", f"/topics/{topic.pk}/close/", voice_page):
        assert client.get(url).status_code == 404
    assert not client.get("/topics/").context["shown"].rows


def test_administrator_sets_limits_categories_and_reasons(client: Client, village: Village) -> None:
    client.force_login(village.house.users["tenant_admin"])
    rules = {"intake_days": "5", "text_max_characters": "300", "flood_most": "10", "contact_days": "15"}
    assert post(client, "settings", **{**rules, "intake_days": "0"}).status_code == 422
    assert post(client, "settings", **rules, notice="请说清楚").status_code == 302
    with village.house.at_work():
        kept = TopicRules.objects.get(committee=village.house.committee)
        category = TopicCategory.objects.filter(committee=village.house.committee)[0]
    assert (kept.intake_days, kept.notice) == (5, "请说清楚")
    assert (
        post(client, "setting_table", "categories", name="文化", order="9", is_active="on").status_code == 302
    )
    assert post(client, "setting_table", "categories", name="文化", order="9").status_code == 409
    post(client, "setting_row", "categories", category.pk, name="征地", order="1")
    assert post(client, "setting_table", "reasons", text="已经办过", is_active="on").status_code == 302
    assert client.get("/topics/settings/nothing/").status_code == 404
    with village.house.at_work():
        category.refresh_from_db()
        assert (category.name, category.is_active) == ("征地", False)
    client.force_login(village.house.users["staff"])
    assert client.get("/topics/settings/").status_code == 403


def test_topic_that_waits_opens_for_who_decides_and_who_recommended_it(
    client: Client, village: Village
) -> None:
    house = village.house
    with house.at_work():
        topic = entering.recommend_topic(
            actor=house.actor("proposer"), title="甲", text="乙", node=village.room
        )
    for who, code in (
        ("staff", 200),
        ("head", 200),
        ("proposer", 200),
        ("outsider", 404),
        ("tenant_admin", 403),
    ):
        client.force_login(house.users[who])
        assert (who, client.get(f"/topics/{topic.pk}/").status_code) == (who, code)


def test_photo_of_a_saying_opens_for_who_decides_and_the_office_only(
    client: Client, village: Village
) -> None:
    house = village.house
    voice = said(village)
    with house.at_work():
        deciding.pass_topic_on(
            actor=house.actor("staff"),
            topic=voice.topic,
            to="unit",
            unit=house.units["b"],
            outcome="已转交。",
        )
        photo = store_file(
            actor=house.actor("staff"),
            matter=voice.topic.matter,
            upload=SimpleUploadedFile("a.jpg", corpus.picture()),
            purpose="photo",
            subject_id=voice.pk,
        )
    url = reverse("files:download", args=[photo.pk])
    found = {}
    for who in ("staff", "head", "leader", "clerk_b", "clerk_a", "outsider"):
        client.force_login(house.users[who])
        found[who] = client.get(url).status_code
    assert found == {
        "staff": 200,
        "head": 200,
        "leader": 200,
        "clerk_b": 404,
        "clerk_a": 404,
        "outsider": 404,
    }
