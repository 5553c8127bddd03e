"""What the public says: once, without a trace, grouped, never lost."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from PIL import Image

from tests.factories import make_house, two_houses
from tests.village import make_village
from tongxin.activities.topics.actions.receiving import Crowded, SaidOtherwise, Saying, receive_saying
from tongxin.activities.topics.contacts import decrypt_contact
from tongxin.activities.topics.models import Topic, TopicRules, Voice
from tongxin.activities.topics.nightly import SEALED, close_days, digest_of
from tongxin.activities.topics.receipts import read_receipt, receipt_index, receipt_of, shown_receipt
from tongxin.capabilities.files.actions import clean_photo
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.followers.journeys.selectors.receipt import find_voice
from tongxin.foundation.accounts import flood
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from tests.factories import House
    from tests.village import Village

pytestmark = pytest.mark.django_db

LAMP = "村口到小学的路上没有路灯，晚上孩子走着怕。"
NETWORK = "203.0.113.7"
MOMENT = datetime(2026, 5, 6, 1, 47, 13, tzinfo=UTC)


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def village(house: House) -> Village:
    return make_village(house)


def say(village: Village, text: str = LAMP, **more: object) -> str:
    rest = {"network": NETWORK, "node": village.room, **more}
    nonce = rest.pop("nonce", None) or uuid4()
    saying = Saying(
        nonce=nonce,
        text=text,
        contact=str(rest.pop("contact", "")),
        photo=rest.pop("photo", None),  # type: ignore[arg-type]
    )
    return receive_saying(committee_id=village.house.committee.pk, saying=saying, **rest)  # type: ignore[arg-type]


def photo(size: tuple[int, int] = (2000, 1500)) -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x0110] = "PlantedCamera"
    exif[0x9003] = "2026:05:06 09:47:13"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", size, "#556").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("IMG_20260506_094713.jpg", out.getvalue(), "image/jpeg")


def test_saying_keeps_words_hour_and_encrypted_contact_and_nothing_else(village: Village) -> None:
    with clock.at(MOMENT):
        receipt = say(village, contact="微信 hua-ting.2021")
        entries = Entry.objects.count()
    with village.house.at_work():
        voice = Voice.objects.select_related("topic__matter").get()
        assert (voice.text, voice.said_at, voice.node_id, voice.way, voice.sealed_on) == (
            LAMP, MOMENT.replace(minute=0, second=0), village.room.pk, "code", None,
        )  # fmt: skip
        assert (voice.pk.version, voice.topic.matter.pk.version) == (4, 4)
        assert voice.topic.matter.made_at == MOMENT.replace(minute=0, second=0)
        assert decrypt_contact(voice.contact_encrypted) == "微信 hua-ting.2021"
        assert voice.receipt_index != receipt
        assert TimelineEntry.objects.count() == 0
        assert list(voice.topic.matter.deadlines.values_list("kind", flat=True)) == ["intake"]
        assert [d.pk.version for d in voice.topic.matter.deadlines.all()] == [4]
    with clock.at(MOMENT):
        say(village, "村里的水压太低。")
    assert Entry.objects.count() == entries


def test_contact_token_does_not_tell_when_it_was_encrypted(village: Village) -> None:
    import base64  # noqa: PLC0415

    say(village, contact="13800138000")
    with village.house.at_work():
        token = bytes(Voice.objects.get().contact_encrypted or b"")
    # The version, then eight bytes of time.
    assert base64.urlsafe_b64decode(token)[1:9] == bytes(8)


def test_same_nonce_again_gives_the_same_receipt_and_one_voice(village: Village) -> None:
    nonce = uuid4()
    with clock.at(MOMENT):
        first = say(village, nonce=nonce)
    with clock.at(MOMENT + timedelta(days=7)):
        again = say(village, nonce=nonce, network="198.51.100.1", node=village.station)
    with village.house.at_work():
        assert (first, again, Voice.objects.count(), Topic.objects.count()) == (first, first, 1, 1)


def test_same_nonce_with_other_words_is_told_apart(village: Village) -> None:
    nonce = uuid4()
    receipt = say(village, nonce=nonce)
    with pytest.raises(SaidOtherwise) as told:
        say(village, "村里的水压太低。", nonce=nonce)
    assert told.value.receipt == receipt


def test_receipt_differs_between_committees_and_is_read_as_people_type_it() -> None:
    nonce = uuid4()
    assert receipt_of(1, nonce) != receipt_of(2, nonce)
    receipt = receipt_of(1, nonce)
    assert (len(receipt), read_receipt(f" {shown_receipt(receipt)} ")) == (10, receipt)
    assert read_receipt("ＡＢＣＤＥ－ｆｇｈｊｋ") == "abcdefghjk"
    assert receipt_index(1, receipt) != receipt_index(2, receipt)


def test_receipt_opens_its_saying_in_its_own_committee_only() -> None:
    one, other = two_houses()
    receipt = say(make_village(one))
    found = find_voice(one.committee, shown_receipt(receipt))
    assert (found and found.text, find_voice(other.committee, receipt), find_voice(one.committee, "abc")) == (
        LAMP, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("村口到小学的路上没有路灯，晚上孩子走着怕！！", 1),
        ("您好，村口到小学的路上没有路灯，晚上孩子走着怕", 1),
        ("村口到小学的路太窄，会不了车。", 2),
        ("自来水冬天总是停。", 2),
    ],
)
def test_like_sayings_of_one_place_become_one_topic(village: Village, text: str, groups: int) -> None:
    say(village)
    say(village, text)
    with village.house.at_work():
        assert (Topic.objects.count(), Voice.objects.count()) == (groups, 2)


def test_like_saying_of_another_place_is_a_topic_of_its_own(village: Village) -> None:
    say(village)
    say(village, node=village.station)
    say(village, node=None, way="web")
    with village.house.at_work():
        assert sorted(Topic.objects.values_list("channel", flat=True)) == ["mass", "mass", "online"]


def test_like_saying_does_not_join_what_was_decided(village: Village) -> None:
    say(village)
    with village.house.at_work():
        matter = Topic.objects.get().matter
        matter.state = "accepted"
        matter.save()
    say(village)
    with village.house.at_work():
        assert Topic.objects.count() == 2


def test_five_hundred_alike_are_one_row_and_the_honest_one_stands_beside_it(village: Village) -> None:
    for n in range(500):
        say(village, f"加微信领红包，稳赚不赔，数量有限先到先得{n}")
        if n == 250:
            honest = say(village)
    with village.house.at_work():
        sizes = {
            t.matter.title[:4]: t.voices.count() for t in Topic.objects.waiting().select_related("matter")
        }
        assert sizes == {"加微信领": 500, "村口到小": 1}
    assert find_voice(village.house.committee, honest) is not None


def test_flooded_place_asks_and_holds_what_is_new_but_lets_likes_join(village: Village) -> None:
    with village.house.at_work():
        TopicRules.objects.update(flood_most=2)
    with clock.at(MOMENT):
        say(village, "第一件：水渠堵了。")
        say(village, "另外，公交车班次太少。")
        with pytest.raises(Crowded):
            say(village)
        say(village, answered=True)
        # One more voice of what is there costs nobody a look.
        say(village, "第一件：水渠堵了！")
        # Another place is not flooded.
        say(village, node=village.station)
    with clock.at(MOMENT + timedelta(minutes=10)):
        say(village, "垃圾桶满了没人收。")
    with village.house.at_work():
        held = [(t.text[:4], t.is_held) for t in Topic.objects.order_by("is_held", "text")]
        assert held == [
            ("另外，公", False), ("垃圾桶满", False), ("村口到小", False), ("第一件：", False), ("村口到小", True),
        ]  # fmt: skip
        assert Voice.objects.count() == 6


def test_one_network_beyond_its_budget_is_asked_and_another_is_not(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "NETWORK_MOST", 1)
    with clock.at(MOMENT):
        say(village, "水渠堵了。")
        with pytest.raises(Crowded):
            say(village)
        say(village, network="198.51.100.1")
        # What staff enter from paper is not counted.
        say(village, "公交车班次太少。", network=None, way="paper")


def test_flood_count_expires_at_a_full_hour_and_is_gone_the_day_after(village: Village) -> None:
    from tongxin.foundation.accounts.models import AttemptCount  # noqa: PLC0415

    with clock.at(MOMENT):
        say(village)
        ends = set(AttemptCount.objects.values_list("until", flat=True))
    assert ends == {datetime(2026, 5, 6, 3, tzinfo=UTC)}
    with clock.at(MOMENT + timedelta(hours=30)):
        call_command("nightly")
    assert AttemptCount.objects.count() == 0


def test_question_is_answered_in_digits_or_words() -> None:
    nonce = uuid4()
    words = "零一二三四五六七八九十"
    first, second = flood.question_of(nonce).removesuffix("等于几？").split("加")
    total = words.index(first) + words.index(second)
    assert flood.is_answer(nonce, str(total))
    assert flood.is_answer(nonce, f" {'０１２３４５６７８９'[total % 10] if total < 10 else total}。")
    assert [flood.is_answer(nonce, wrong) for wrong in ("", "25", "x", str(total + 1))] == [False] * 4


def test_photo_loses_position_camera_name_and_minute(village: Village) -> None:
    with clock.at(MOMENT):
        say(village, photo=clean_photo(photo()))
    with village.house.at_work():
        kept, voice = StoredFile.objects.get(), Voice.objects.get()
        assert (kept.subject_id, kept.matter_id, kept.name, kept.purpose, kept.by_id) == (
            voice.pk, voice.topic_id, "照片.jpg", "photo", None,
        )  # fmt: skip
        assert (kept.pk.version, kept.at) == (4, MOMENT.replace(minute=0, second=0))
        path = Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / kept.content.name
    content = path.read_bytes()
    assert (b"PlantedCamera" in content, b"Exif" in content) == (False, False)
    with Image.open(io.BytesIO(content)) as shown:
        assert shown.size == (1280, 960)
    hour = MOMENT.replace(minute=0, second=0).timestamp()
    assert (os.stat(path).st_mtime, os.stat(path.parent).st_mtime) == (hour, hour)  # noqa: PTH116


def test_photo_that_is_none_is_refused() -> None:
    with pytest.raises(Refused, match="只收照片"):
        clean_photo(SimpleUploadedFile("a.txt", "只是字".encode(), "text/plain"))


def test_night_seals_the_day_once_and_shows_a_changed_word(village: Village) -> None:
    with clock.at(MOMENT):
        say(village)
        say(village, "水渠堵了。")
        close_days()
        assert Entry.objects.filter(action=SEALED).count() == 0
    with clock.at(MOMENT + timedelta(days=1)):
        close_days()
        close_days()
        say(village, "今天的话。")
    with village.house.at_work():
        entry = Entry.objects.get(action=SEALED)
        sealed = list(Voice.objects.filter(sealed_on=MOMENT.date() + timedelta(days=1)))
        assert (entry.target, entry.detail["count"], len(sealed), entry.user_id) == (
            "topics.day:2026-05-06", 2, 2, None,
        )  # fmt: skip
        assert entry.detail["digest"] == digest_of(sealed)
        sealed[0].text += "？"
        assert entry.detail["digest"] != digest_of(sealed)


def test_contact_goes_thirty_days_after_the_matter_closed(village: Village) -> None:
    with clock.at(MOMENT):
        say(village, contact="13800138000")
        say(village, "水渠堵了。", contact="13900139000")
    with transaction.atomic(), village.house.at_work():
        matter = Topic.objects.get(text=LAMP).matter
        matter.closed_on = MOMENT.date()
        matter.save()
    left = []
    for days in (29, 30):
        with clock.at(MOMENT + timedelta(days=days)):
            close_days()
        with village.house.at_work():
            left.append(sorted(Voice.objects.exclude(contact_encrypted=None).values_list("text", flat=True)))
    assert left == [["村口到小学的路上没有路灯，晚上孩子走着怕。", "水渠堵了。"], ["水渠堵了。"]]


def test_contact_of_a_merged_topic_stays_until_the_leading_one_is_closed(village: Village) -> None:
    with clock.at(MOMENT):
        say(village, contact="13800138000")
        say(village, "水渠堵了。")
    with transaction.atomic(), village.house.at_work():
        merged, lead = Topic.objects.get(text=LAMP), Topic.objects.get(text="水渠堵了。")
        merged.merged_into = lead
        merged.save()
        merged.matter.closed_on = MOMENT.date()
        merged.matter.save()
    with clock.at(MOMENT + timedelta(days=60)):
        close_days()
    with village.house.at_work():
        assert Voice.objects.exclude(contact_encrypted=None).count() == 1
