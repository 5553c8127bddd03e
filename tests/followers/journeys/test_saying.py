"""Saying something behind the code: what comes back, and what is never lost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.activities.topics.test_receiving import photo
from tests.factories import make_house
from tests.village import make_village
from tongxin.activities.grassroots.models import Problem
from tongxin.activities.topics.models import Topic, TopicRules, Voice
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import Matter, MatterLink
from tongxin.foundation.accounts import flood
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.factories import House
    from tests.village import Village

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 6, 9, 47, 13, tzinfo=clock.ZONE)
LAMP = "村口到小学的路上没有路灯，\r\n晚上孩子走着怕。"


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def village(house: House) -> Village:
    return make_village(house)


def url_of(village: Village) -> str:
    return reverse("front:say", args=[village.house.committee.code, village.codes["room"].token])


def form_of(answer: HttpResponse) -> dict[str, str]:
    """Return the hidden values of the form as a browser would send them."""
    found = re.findall(r'name="(nonce|stamp)" value="([^"]+)"', answer.content.decode())
    return {name: unescape(value) for name, value in found}


def say(village: Village, *, wait: int = 5, url: str = "", **fields: Any) -> HttpResponse:
    client, url = Client(), url or url_of(village)
    with clock.at(NOW):
        sent = form_of(client.get(url)) | {"text": LAMP}
    with clock.at(NOW + timedelta(seconds=wait)):
        return client.post(url, sent | fields)  # type: ignore[return-value]


def voices(village: Village) -> list[str]:
    with village.house.at_work():
        return sorted(Voice.objects.values_list("text", flat=True))


def test_saying_leads_to_a_receipt_that_can_be_kept(village: Village) -> None:
    answer = say(village, contact="13800138000")
    assert answer.status_code == 302
    receipt = answer.url.rstrip("?new=1").split("/")[-2]  # type: ignore[attr-defined]
    page = Client().get(answer.url).content.decode().replace("<wbr>", "")  # type: ignore[attr-defined]
    assert f"{receipt[:5]}-{receipt[5:]}".upper() in page
    assert [
        w for w in ("收到了。", "截个屏", "您说了这件事", "等待受理", "村口到小学") if w not in page
    ] == []
    assert ("13800138000" in page, receipt in str(voices(village))) == (False, False)
    assert voices(village) == [LAMP.replace("\r\n", "\n")]


def test_receipt_is_found_again_as_it_was_written_down(village: Village) -> None:
    receipt = say(village).url.split("/")[-2]  # type: ignore[attr-defined]
    find = reverse("front:find_receipt", args=[village.house.committee.code])
    answer = Client().post(find, {"receipt": f" {receipt[:5].upper()} {receipt[5:]}"}, follow=True)
    assert "等待受理" in answer.content.decode()
    wrong = Client().post(find, {"receipt": "abcde-fghjk"})
    assert (wrong.status_code, "没有找到这个回执码" in wrong.content.decode()) == (422, True)
    assert "abcde-fghjk" in wrong.content.decode()
    missing = Client().get(reverse("front:receipt", args=[village.house.committee.code, "abcdefghjk"]))
    assert (missing.status_code, "没有找到这个回执码" in missing.content.decode()) == (404, True)


def test_empty_and_overlong_text_come_back_with_a_sentence_and_the_text(village: Village) -> None:
    with village.house.at_work():
        TopicRules.objects.update(text_max_characters=8)
    empty = say(village, text=" ", contact="微信 ht2021")
    assert (empty.status_code, "请写一两句，是什么事。" in empty.content.decode()) == (422, True)
    assert "微信 ht2021" in empty.content.decode()
    long = say(village, text="村口没有路灯走着怕")
    assert (long.status_code, "最多8字，您写了9字" in long.content.decode()) == (422, True)
    assert "村口没有路灯走着怕</textarea>" in long.content.decode()
    assert voices(village) == []


def test_too_quick_form_is_asked_again_and_then_taken(village: Village) -> None:
    quick = say(village, wait=1)
    assert (quick.status_code, "再点一次「提交」" in quick.content.decode()) == (422, True)
    assert "村口到小学" in quick.content.decode()
    with clock.at(NOW + timedelta(seconds=3)):
        again = Client().post(url_of(village), form_of(quick) | {"text": LAMP})
    assert (again.status_code, len(voices(village))) == (302, 1)


@pytest.mark.parametrize("stamp", ["", "forged", "1:xxxx:yyyy"])
def test_form_without_our_stamp_gets_one(village: Village, stamp: str) -> None:
    answer = say(village, stamp=stamp)
    assert (answer.status_code, voices(village)) == (422, [])
    with clock.at(NOW + timedelta(seconds=9)):
        assert Client().post(url_of(village), form_of(answer) | {"text": LAMP}).status_code == 302


def answer_to(nonce: str) -> int:
    words = "零一二三四五六七八九"
    first, second = flood.question_of(uuid4().__class__(nonce)).removesuffix("等于几？").split("加")
    return words.index(first) + words.index(second)


def test_hidden_field_filled_in_is_asked_a_question_in_words(village: Village) -> None:
    asked = say(village, website="http://example.com")
    page = asked.content.decode()
    assert (asked.status_code, "等于几？" in page, "您写的都在" in page) == (422, True, True)
    sent = form_of(asked) | {"text": LAMP, "website": "x"}
    with clock.at(NOW + timedelta(seconds=9)):
        wrong = Client().post(url_of(village), sent | {"answer": "99"})
        assert (wrong.status_code, "得数不对" in wrong.content.decode()) == (422, True)
        right = Client().post(url_of(village), sent | {"answer": str(answer_to(sent["nonce"]))})
    assert (right.status_code, len(voices(village))) == (302, 1)


def test_flooded_place_asks_and_keeps_what_comes_apart(village: Village) -> None:
    with village.house.at_work():
        TopicRules.objects.update(flood_most=1)
    assert say(village, text="水渠堵了。").status_code == 302
    asked = say(village)
    assert (asked.status_code, "说事的人很多" in asked.content.decode()) == (422, True)
    sent = form_of(asked) | {"text": LAMP}
    with clock.at(NOW + timedelta(seconds=9)):
        taken = Client().post(url_of(village), sent | {"answer": str(answer_to(sent["nonce"]))})
    assert taken.status_code == 302
    with village.house.at_work():
        assert sorted(Topic.objects.values_list("text", "is_held")) == [
            ("村口到小学的路上没有路灯，\n晚上孩子走着怕。", True), ("水渠堵了。", False),
        ]  # fmt: skip


def test_same_form_sent_twice_gives_one_receipt(village: Village) -> None:
    nonce = str(uuid4())
    assert say(village, nonce=nonce).url == say(village, nonce=nonce).url  # type: ignore[attr-defined]
    assert len(voices(village)) == 1


def test_other_words_in_a_form_that_was_sent_are_not_lost(village: Village) -> None:
    nonce = str(uuid4())
    before = say(village, nonce=nonce).url.split("?")[0]  # type: ignore[attr-defined]
    other = say(village, nonce=nonce, text="水渠堵了。")
    page = other.content.decode()
    assert (other.status_code, "水渠堵了。</textarea>" in page, before in page) == (422, True, True)
    with clock.at(NOW + timedelta(seconds=9)):
        assert Client().post(url_of(village), form_of(other) | {"text": "水渠堵了。"}).status_code == 302
    assert len(voices(village)) == 2


def test_photo_comes_along_and_a_wrong_file_keeps_the_text(village: Village) -> None:
    assert say(village, photo=photo()).status_code == 302
    with village.house.at_work():
        assert [f.name for f in StoredFile.objects.all()] == ["照片.jpg"]
    wrong = say(village, photo=SimpleUploadedFile("a.html", b"<script>", "text/html"))
    page = wrong.content.decode()
    assert (wrong.status_code, "没有收下" in page, "村口到小学" in page, "请重新选一次" in page) == (
        422, True, True, True,
    )  # fmt: skip
    assert len(voices(village)) == 1


def test_network_that_sent_too_much_is_asked_before_its_photo_is_looked_at(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "NETWORK_MOST", 1)
    say(village, text="水渠堵了。", photo=photo())
    asked = say(village, photo=photo())
    assert (asked.status_code, "等于几？" in asked.content.decode()) == (422, True)
    assert len(voices(village)) == 1


def test_saying_to_the_committee_itself_comes_from_the_net(village: Village) -> None:
    url = reverse("front:say_online", args=[village.house.committee.code])
    assert say(village, url=url).status_code == 302
    with village.house.at_work():
        assert list(Topic.objects.values_list("channel", "node")) == [("online", None)]


def test_say_page_has_at_most_three_fields_that_people_see(village: Village) -> None:
    page = Client().get(url_of(village)).content.decode()
    fields = re.findall(r'<(?:input|textarea)(?![^>]*type="hidden")[^>]*name="(\w+)"', page)
    assert fields == ["text", "photo", "contact", "website"]
    assert '<div class="vh" aria-hidden="true">' in page


def test_who_raised_it_says_once_that_it_is_not_solved(village: Village) -> None:
    receipt = say(village).url.split("/")[-2]  # type: ignore[attr-defined]
    with transaction.atomic(), village.house.at_work():
        solved = Problem.objects.create(
            matter=Matter.objects.create(
                committee=village.house.committee, kind="problem", title="装路灯", state="solved", visibility="public",
                closed_on=NOW.date(),
            ),
            committee=village.house.committee, node=village.room, text="装路灯", owner="村委会", result="装好了。",
            solved_on=NOW.date(),
        )  # fmt: skip
        topic = Topic.objects.select_related("matter").get()
        MatterLink.objects.create(
            committee=village.house.committee,
            source=topic.matter,
            target=solved.matter,
            relation="raised",
            on=NOW.date(),
        )
        Matter.objects.filter(pk=topic.pk).update(state="deliberating")
    page = reverse("front:receipt", args=[village.house.committee.code, receipt])
    objection = reverse("front:objection", args=[village.house.committee.code, receipt])
    with clock.at(NOW + timedelta(days=3)):
        assert "其实没有解决？" in Client().get(page).content.decode()
        empty = Client().post(objection, {"text": " "})
        assert (empty.status_code, "请写哪里没有解决。" in empty.content.decode()) == (422, True)
        after = Client().post(objection, {"text": "灯还是不亮。"}, follow=True)
        assert ("您说过没解决" in after.content.decode(), "其实没有解决？" in after.content.decode()) == (
            True,
            False,
        )
        again = Client().post(objection, {"text": "还是不亮。"})
    assert (again.status_code, "您已经说过一次了" in again.content.decode()) == (409, True)
    with village.house.at_work():
        assert Matter.objects.get(pk=solved.pk).state == "under_way"


def test_objection_without_a_receipt_meets_the_closed_door(village: Village) -> None:
    url = reverse("front:objection", args=[village.house.committee.code, "abcdefghjk"])
    assert Client().post(url, {"text": "没修好"}).status_code == 404


def test_receipt_page_leads_back_to_its_place_and_costs_few_queries(village: Village) -> None:
    url = say(village).url  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as asked:
        page = Client().get(url).content.decode()
    assert reverse("front:place", args=[village.house.committee.code, village.codes["room"].token]) in page
    counted = [q for q in asked if "set_config" not in q["sql"] and "SAVEPOINT" not in q["sql"]]
    assert len(counted) <= 12
