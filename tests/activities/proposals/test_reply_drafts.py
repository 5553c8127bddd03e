"""The draft of a reply: the talk before it, its versions, its second text, its scan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.activities.proposals.test_pages_unit import letter, post, scan, text, url
from tongxin.activities.proposals.actions import replying, reviewing
from tongxin.activities.proposals.actions.letters import attach_letter, detach_letter
from tongxin.activities.proposals.differences import Piece
from tongxin.activities.proposals.models import Assignment, Reply, ReplyVersion
from tongxin.activities.proposals.selectors.versions import drafts_of
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return factories.make_house()


@pytest.fixture
def part(house: House) -> Assignment:
    _made, parts = factories.assigned(house)
    return factories.answer(house, "a", parts["a"], until="handling")


def reply_of(house: House, part: Assignment) -> Reply:
    with house.at_work():
        return Reply.objects.get(assignment=part)


# ── the talk and the other fields ──


def test_talk_may_be_written_down_before_the_letter(client: Client, house: House, part: Assignment) -> None:
    client.force_login(house.users["clerk_a"])
    said = {"contact_method": "visit", "contact_on": "2026-01-06", "contact_note": "到学校门口一起看过。"}
    assert post(client, url("reply", part), version="1", **said).status_code == 302
    kept = reply_of(house, part)
    assert (kept.contact_method, str(kept.contact_on), kept.text) == ("visit", "2026-01-06", "")
    assert 'value="2026-01-06"' in text(client.get(url("reply", part)))


def test_talk_of_tomorrow_is_a_fault(client: Client, house: House, part: Assignment) -> None:
    client.force_login(house.users["clerk_a"])
    tomorrow = clock.today() + timedelta(days=1)
    response = post(client, url("reply", part), **letter(house, contact_on=tomorrow))
    assert response.status_code == 422
    assert "沟通日期不能晚于今天" in text(response)


def test_reply_without_a_talk_needs_no_day_of_it(house: House, part: Assignment) -> None:
    fields = factories.reply_fields(house) | {
        "contact_method": "none",
        "contact_on": None,
        "contact_note": "出国",
    }
    with house.at_work():
        replying.save_reply(actor=house.actor("clerk_a"), assignment=part, fields=fields)
        assert replying.propose_reply(actor=house.actor("clerk_a"), assignment=part).state == "approving"


def test_reply_keeps_date_copies_and_public_text(client: Client, house: House, part: Assignment) -> None:
    client.force_login(house.users["clerk_a"])
    more = {
        "issued_on": "2026-03-05",
        "copies": "市公安局、市人大",
        "public_text": "划好了。",
        "signer": "周建国",
    }
    post(client, url("reply", part), **letter(house, **more))
    kept = reply_of(house, part)
    assert {name: str(getattr(kept, name)) for name in more} == more
    page = text(client.get(url("propose", part)))
    for shown in ("签发人：周建国", "3月5日", "市公安局、市人大", "划好了。", "王芳委员："):
        assert shown in page


# ── versions ──


def test_each_draft_that_is_sent_on_is_kept(house: House, part: Assignment) -> None:
    clerk, leader = house.actor("clerk_a"), house.actor("leader_a")
    texts = ("斑马线已经划好。信号灯下月装。", "斑马线已经划好。信号灯六月装。")
    with house.at_work():
        for n, words in enumerate(texts):
            fields = factories.reply_fields(house, code="AB"[n]) | {"text": words}
            if n:
                # A class that is followed needs a promise.
                fields["reply_class"] = house.classes["C"]
            replying.save_reply(actor=clerk, assignment=part, fields=fields)
            part = replying.propose_reply(actor=clerk, assignment=part)
            part = replying.send_back_reply(actor=leader, assignment=part, note="写明月份")
        # Sent on again without a change: still the same draft.
        part = replying.propose_reply(actor=clerk, assignment=part)
        drafts = drafts_of(part.reply)
    assert [(d.n, d.kept.text, d.kept.version) for d in drafts] == [(2, texts[1], 3), (1, texts[0], 2)]
    changes = dict(drafts[0].changes)
    assert changes["答复正文"] == [
        Piece("same", "斑马线已经划好。信号灯"),
        Piece("del", "下"),
        Piece("ins", "六"),
        Piece("same", "月装。"),
    ]
    assert [p.text for p in changes["办理结果类别"] if p.kind != "same"]
    assert "文号" not in changes


@pytest.mark.parametrize(
    ("until", "may"),
    [
        ("approving", {"clerk_a", "leader_a"}),
        ("reply_review", {"clerk_a", "leader_a", "staff", "supervisor"}),
        ("replied", {"clerk_a", "leader_a", "staff", "supervisor", "leader"}),
    ],
)
def test_drafts_are_for_the_unit_and_those_who_review(
    client: Client, house: House, part: Assignment, until: str, may: set[str]
) -> None:
    factories.answer(house, "a", part, until=until)
    address = reverse("proposals:reply_versions", args=[reply_of(house, part).pk])
    status = {}
    for who in ("clerk_a", "leader_a", "clerk_b", "staff", "supervisor", "leader", "proposer", "outsider"):
        client.force_login(house.users[who])
        status[who] = client.get(address).status_code
    assert status == {who: 200 if who in may else 404 for who in status}


def test_reviewer_sees_what_changed_since_the_draft_before(
    client: Client, house: House, part: Assignment
) -> None:
    part = factories.answer(house, "a", part, until="reply_review")
    client.force_login(house.users["staff"])
    assert "和上一稿比" not in text(client.get(url("review_reply", part)))
    with house.at_work():
        clerk = house.actor("clerk_a")
        part = replying.return_reply(actor=house.actor("staff"), assignment=part, note="写明月份")
        fields = {"text": "您提出的建议收悉，现答复如下：斑马线已经划好，信号灯六月装。"}
        replying.save_reply(actor=clerk, assignment=part, fields=fields)
        part = replying.propose_reply(actor=clerk, assignment=part)
        part = replying.approve_reply(actor=house.actor("leader_a"), assignment=part)
    page = text(client.get(url("review_reply", part)))
    assert "和上一稿比" in page
    assert "<del>下</del><ins>六</ins>" in page


def test_versions_ask_the_same_number_of_queries_at_any_number(
    client: Client, house: House, part: Assignment
) -> None:
    factories.answer(house, "a", part, until="approving")
    kept = reply_of(house, part)
    client.force_login(house.users["clerk_a"])
    counted = []
    for more in (0, 2):
        with house.at_work():
            for n in range(more):
                ReplyVersion.objects.create(
                    committee=house.committee,
                    reply=kept,
                    version=50 + n,
                    document_number="华教函〔2026〕12号",
                    text=f"第{n}稿",
                    reply_class=house.classes["A"],
                    by=house.users["clerk_a"],
                )
        client.get(reverse("proposals:reply_versions", args=[kept.pk]))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("proposals:reply_versions", args=[kept.pk]))
        counted.append(sum("SAVEPOINT" not in q["sql"] for q in asked))
    assert counted == [8, 8]


# ── the scan ──


def attached(house: House, part: Assignment) -> StoredFile:
    with house.at_work():
        return attach_letter(actor=house.actor("clerk_a"), assignment=part, upload=scan())


def test_wrong_scan_is_taken_away_and_what_was_typed_is_kept(
    client: Client, house: House, part: Assignment
) -> None:
    wrong = attached(house, part)
    client.force_login(house.users["clerk_a"])
    address = reverse("proposals:detach_letter", args=[part.pk, wrong.pk])
    assert address in text(client.get(url("reply", part)))
    assert post(client, address, **letter(house, text="刚写的一段")).status_code == 302
    assert reply_of(house, part).text == "刚写的一段"
    with house.at_work():
        assert not StoredFile.objects.kept().exists()
        entry = TimelineEntry.objects.get(verb="remove_file")
    assert entry.audience == TimelineEntry.Audience.OFFICE
    assert post(client, address).status_code == 404


def test_scan_of_a_reply_that_is_out_stays(house: House, part: Assignment) -> None:
    kept = attached(house, part)
    part = factories.answer(house, "a", part, until="reply_review")
    with house.at_work(), pytest.raises(Refused, match="已经报出"):
        detach_letter(actor=house.actor("clerk_a"), assignment=part, stored_file=kept)


def test_scan_is_not_another_units_to_remove(client: Client, house: House, part: Assignment) -> None:
    kept = attached(house, part)
    client.force_login(house.users["clerk_b"])
    assert post(client, reverse("proposals:detach_letter", args=[part.pk, kept.pk])).status_code == 404


def test_scan_of_a_letter_with_a_public_text_stays_among_the_parties(
    client: Client, house: House, part: Assignment
) -> None:
    kept = attached(house, part)
    factories.answer(house, "a", part)
    download = reverse("files:download", args=[kept.pk])

    def status() -> dict[str, int]:
        found = {}
        for who in ("proposer", "outsider"):
            client.force_login(house.users[who])
            found[who] = client.get(download).status_code
        return found

    assert status() == {"proposer": 200, "outsider": 200}
    with house.at_work():
        Reply.objects.filter(assignment=part).update(public_text="划好了。")
    assert status() == {"proposer": 200, "outsider": 404}


# ── what the public reads ──


def test_public_reads_the_public_text_where_there_is_one(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    with house.at_work():
        reviewing.disclose_proposal(actor=house.actor("staff"), proposal=made, public=True)
    address = reverse("publishing:proposal", args=[house.committee.code, made.pk])
    own: Any = factories.reply_fields(house)["text"]
    assert own in text(client.get(address))
    with house.at_work():
        Reply.objects.filter(assignment=parts["a"]).update(public_text="公众看的这一份")
    page = text(client.get(address))
    assert ("公众看的这一份" in page, own in page) == (True, False)
