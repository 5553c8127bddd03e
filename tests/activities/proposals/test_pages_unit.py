"""The handling units' pages: inbox, signing for, declining, opinions, replies; and what they never reach."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from tests import factories
from tongxin.activities.proposals.models import Assignment, Rating, Reply
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db


def scan() -> SimpleUploadedFile:
    """A photo of a letter."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return SimpleUploadedFile("答复函.png", made.getvalue(), "image/png")


UNIT_ROLES = ("clerk_a", "leader_a", "clerk_b", "leader_b", "clerk_c", "supervisor")


@pytest.fixture
def house() -> House:
    return factories.make_house()


def post(client: Client, url: str, **data: Any) -> HttpResponse:
    return client.post(url, {"once": str(new_key()), **data})  # type: ignore[return-value]


def url(name: str, part: Assignment) -> str:
    return reverse(f"proposals:{name}", args=[part.pk])


def now(house: House, part: Assignment) -> Assignment:
    with house.at_work():
        return Assignment.objects.select_related("proposal__matter").get(pk=part.pk)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def letter(house: House, **changes: Any) -> dict[str, Any]:
    fields = factories.reply_fields(house)
    fields["reply_class"] = str(house.classes["A"].pk)
    return {**fields, "version": "1", **changes}


# ── the inbox ──


def test_inbox_counts_and_shows_the_unit_only_its_own(client: Client, house: House) -> None:
    mine, _parts = factories.assigned(house, title="关于教育局的提案", to="a")
    factories.assigned(house, title="关于交通局的提案", to="b")
    client.force_login(house.users["clerk_a"])
    response: Any = client.get(reverse("proposals:inbox"))
    shown = response.context["shown"]
    assert [(t["label"], t["count"]) for t in shown.tabs] == [
        ("待签收", 1),
        ("办理中", 0),
        ("待会签", 0),
        ("已答复", 0),
    ]
    assert (shown.tab, [r.part.proposal.pk for r in shown.rows]) == ("sign", [mine.pk])


def test_inbox_leads_each_part_to_its_next_step(client: Client, house: House) -> None:
    _made, parts = factories.assigned(house, to="a", co="b")
    for unit in "ab":
        factories.answer(house, unit, parts[unit], until="handling")

    def step(who: str, tab: str) -> list[str]:
        client.force_login(house.users[who])
        shown: Any = client.get(reverse("proposals:inbox"), {"tab": tab})
        return [r.url for r in shown.context["shown"].rows]

    assert step("clerk_a", "work") == [url("reply", parts["a"])]
    assert step("clerk_b", "work") == [url("opinion", parts["b"])]
    factories.answer(house, "a", parts["a"], until="countersigning")
    assert step("clerk_a", "work") == [""]
    assert step("clerk_b", "countersign") == [url("countersign", parts["b"])]
    client.force_login(house.users["clerk_b"])
    post(client, url("countersign", parts["b"]), agrees="yes")
    assert step("leader_a", "approve") == [url("approve", parts["a"])]


def test_inbox_asks_the_same_number_of_queries_at_any_size(client: Client, house: House) -> None:
    client.force_login(house.users["clerk_a"])
    client.get(reverse("proposals:inbox"))
    counted = []
    for more in (1, 2):
        for n in range(more):
            factories.assigned(house, title=f"关于速度的提案{more}{n}")
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("proposals:inbox"))
        counted.append(sum("SAVEPOINT" not in q["sql"] for q in asked))
    assert counted == [8, 8]


def test_sign_for_one_and_many(client: Client, house: House) -> None:
    parts = [factories.assigned(house, title=f"关于签收的提案{n}")[1]["a"] for n in range(3)]
    client.force_login(house.users["clerk_a"])
    assert post(client, url("sign_for", parts[0])).status_code == 302
    assert post(client, url("sign_for", parts[0])).status_code == 409

    ids = [str(p.pk) for p in parts[:2]]
    response = client.post(
        url("sign_for", parts[2]), {"once": str(new_key()), "many": "1", "assignments": ids}, follow=True
    )
    assert "已签收1件" in text(response)
    # The part in the address was not ticked.
    assert [now(house, p).state for p in parts] == ["handling", "handling", "assigned"]


def test_decline_asks_why_and_keeps_the_unit_responsible(client: Client, house: House) -> None:
    _made, parts = factories.assigned(house)
    client.force_login(house.users["clerk_a"])
    assert "仍由本单位负责" in text(client.get(url("decline", parts["a"])))
    assert post(client, url("decline", parts["a"]), note="  ").status_code == 422
    assert post(client, url("decline", parts["a"]), note="应由交通局办").status_code == 302
    assert now(house, parts["a"]).decline_reason == "应由交通局办"
    assert client.get(url("decline", parts["a"])).status_code == 409


def test_opinion_goes_to_the_lead(client: Client, house: House) -> None:
    _made, parts = factories.assigned(house, co="b")
    for unit in "ab":
        factories.answer(house, unit, parts[unit], until="handling")
    client.force_login(house.users["clerk_b"])
    assert post(client, url("opinion", parts["b"]), note="我局同意配合").status_code == 302
    client.force_login(house.users["clerk_a"])
    assert "我局同意配合" in text(client.get(url("reply", parts["a"])))
    # The lead answers; it gives no opinion.
    assert client.get(url("opinion", parts["a"])).status_code == 403


# ── the reply ──


@pytest.fixture
def part(house: House) -> Assignment:
    _made, parts = factories.assigned(house)
    return factories.answer(house, "a", parts["a"], until="handling")


def test_reply_is_saved_proposed_and_signed(client: Client, house: House, part: Assignment) -> None:
    client.force_login(house.users["clerk_a"])
    half = letter(house, contact_phone="")
    assert post(client, url("reply", part), **half, then="propose").headers["Location"] == url(
        "propose", part
    )
    assert "请填联系电话" in text(client.get(url("propose", part)))
    assert post(client, url("propose", part)).status_code == 409
    post(client, url("reply", part), **letter(house, version="2"))
    assert post(client, url("propose", part)).status_code == 302
    assert now(house, part).state == "approving"

    assert client.get(url("approve", part)).status_code == 403
    client.force_login(house.users["leader_a"])
    assert "斑马线已经划好" in text(client.get(url("approve", part)))
    assert post(client, url("approve", part), decision="back", note="").status_code == 422
    assert post(client, url("approve", part), decision="back", note="写明时限").status_code == 302
    client.force_login(house.users["clerk_a"])
    assert "写明时限" in text(client.get(url("reply", part)))
    post(client, url("propose", part))
    client.force_login(house.users["leader_a"])
    assert post(client, url("approve", part), decision="sign").status_code == 302
    assert now(house, part).state == "reply_review"


def test_reply_saved_by_a_colleague_meanwhile_answers_409_with_the_text(
    client: Client, house: House, part: Assignment
) -> None:
    client.force_login(house.users["clerk_a"])
    post(client, url("reply", part), **letter(house))
    response = post(client, url("reply", part), **letter(house, text="我后写的一大段"))
    assert response.status_code == 409
    assert "我后写的一大段" in text(response)
    with house.at_work():
        assert Reply.objects.get(assignment=part).text == letter(house)["text"]


def test_reply_that_is_too_long_is_not_cut(client: Client, house: House, part: Assignment) -> None:
    client.force_login(house.users["clerk_a"])
    response = post(client, url("reply", part), **letter(house, text="长" * 20_001))
    assert response.status_code == 422
    assert text(response).count("长" * 20_001) == 1


def test_autosave_reply_counts_versions_and_refuses_an_old_one(
    client: Client, house: House, part: Assignment
) -> None:
    client.force_login(house.users["clerk_a"])
    first = client.post(url("autosave_reply", part), letter(house, text="第一稿"))
    assert json.loads(first.content) == {"version": 2}
    assert client.post(url("autosave_reply", part), letter(house, text="第一稿")).status_code == 409
    second = client.post(url("autosave_reply", part), letter(house, text="第二稿", version="2"))
    assert json.loads(second.content) == {"version": 3}
    client.force_login(house.users["clerk_b"])
    assert client.post(url("autosave_reply", part), letter(house)).status_code == 404


def test_letter_is_kept_with_the_reply_and_what_was_typed_too(
    client: Client, house: House, part: Assignment
) -> None:
    client.force_login(house.users["clerk_a"])
    response = post(client, url("attach_letter", part), **letter(house, text="边写边传"), letter=scan())
    assert response.headers["Location"] == url("reply", part)
    with house.at_work():
        reply = Reply.objects.get(assignment=part)
        assert reply.text == "边写边传"
        kept = StoredFile.objects.get()
    assert (kept.subject_id, kept.purpose, kept.unit_id) == (reply.pk, "reply_letter", house.units["a"].pk)
    client.force_login(house.users["clerk_b"])
    assert client.get(reverse("files:download", args=[kept.pk])).status_code == 404


def test_countersign_shows_the_draft_only_while_it_is_asked_for(client: Client, house: House) -> None:
    _made, parts = factories.assigned(house, co="b")
    factories.answer(house, "b", parts["b"], until="handling")
    client.force_login(house.users["clerk_b"])
    assert client.get(url("countersign", parts["b"])).status_code == 409
    factories.answer(house, "a", parts["a"], until="countersigning")
    assert "斑马线已经划好" in text(client.get(url("countersign", parts["b"])))
    assert post(client, url("countersign", parts["b"]), agrees="no").status_code == 422
    assert post(client, url("countersign", parts["b"]), agrees="no", note="缺资金来源").status_code == 302
    assert now(house, parts["a"]).state == "handling"
    client.force_login(house.users["clerk_a"])
    assert "缺资金来源" in text(client.get(url("reply", parts["a"])))


# ── what a unit never reaches ──


@pytest.mark.parametrize(
    "name",
    ["sign_for", "decline", "opinion", "reply", "autosave_reply", "attach_letter", "propose", "countersign"],
)
def test_another_unit_finds_nothing(client: Client, house: House, part: Assignment, name: str) -> None:
    client.force_login(house.users["clerk_b"])
    assert post(client, url(name, part)).status_code == 404
    client.force_login(house.users["leader_b"])
    assert post(client, url("approve", part)).status_code == 404


@pytest.mark.parametrize("who", UNIT_ROLES)
def test_units_never_reach_the_rating(client: Client, house: House, who: str) -> None:
    _made, parts = factories.replied(house, to="a", co="")
    client.force_login(house.users[who])
    with house.at_work():
        reply = Reply.objects.get(assignment=parts["a"])
    rate = reverse("proposals:rate", args=[reply.pk])
    assert client.get(rate).status_code in {403, 404}
    answer = {"attitude": "satisfied", "result": "satisfied", "comment": "很好"}
    assert post(client, rate, **answer).status_code in {403, 404}
    with house.at_work():
        assert not Rating.objects.exists()


@pytest.mark.parametrize("who", ["clerk_a", "leader_a", "supervisor", "proposer", "leader", "auditor"])
@pytest.mark.parametrize("name", ["enter", "assign_many"])
def test_only_the_office_enters_and_hands_over(client: Client, house: House, who: str, name: str) -> None:
    client.force_login(house.users[who])
    assert client.get(reverse(f"proposals:{name}")).status_code == 403


def test_hostile_text_is_shown_as_text(client: Client, house: House) -> None:
    bad = "\"'><img src=x onerror=alert(2)>"
    _made, parts = factories.assigned(house, title=bad)
    mine = factories.answer(house, "a", parts["a"], until="handling")
    client.force_login(house.users["clerk_a"])
    fields = dict.fromkeys(("text", "document_number", "signer", "contact_name", "contact_note"), bad)
    post(client, url("reply", mine), **letter(house, **fields))
    for page in (url("reply", mine), url("propose", mine), reverse("proposals:inbox") + "?tab=work"):
        shown = text(client.get(page))
        assert "<img src=x" not in shown
        assert "&lt;" in shown
