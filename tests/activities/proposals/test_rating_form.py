"""The committee's own rating form: its words, paper, reminders, the talk after a second no."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests import factories
from tests.activities.proposals.notices import told
from tests.activities.proposals.test_pages_unit import scan
from tongxin.activities.proposals.actions import rating
from tongxin.activities.proposals.actions.rating import Talk
from tongxin.activities.proposals.actions.reminding import remind_proposers
from tongxin.activities.proposals.models import Assignment, Proposal, Rating, RatingChoice
from tongxin.activities.proposals.setup import RATING_CHOICES
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def house() -> House:
    return factories.make_house()


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"once": str(new_key()), **data})


def choice(house: House, axis: str, label: str) -> RatingChoice:
    with house.at_work():
        return RatingChoice.objects.get(axis=axis, label=label)


def reworded(house: House, axis: str, old: str, new: str) -> RatingChoice:
    row = choice(house, axis, old)
    with house.at_work():
        row.label = new
        row.save()
    return row


def rate_url(parts: dict[str, Assignment]) -> str:
    return reverse("proposals:rate", args=[parts["a"].reply.pk])


def test_every_committee_has_a_form_from_the_beginning(house: House) -> None:
    with house.at_work():
        rows = RatingChoice.objects.order_by("order").values_list("axis", "label", "grade")
        assert tuple(rows) == RATING_CHOICES


def test_form_asks_with_the_committees_words_and_keeps_what_was_ticked(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    understood = reworded(house, "result", "基本满意", "理解")
    satisfied, visit = choice(house, "attitude", "满意"), choice(house, "visit", "已走访")
    client.force_login(house.users["proposer"])
    page = client.get(rate_url(parts)).content.decode()
    assert "理解" in page
    words = {"attitude": satisfied.pk, "result": understood.pk, "visit": visit.pk}
    assert post(client, rate_url(parts), **words).status_code == 302
    with house.at_work():
        kept = Rating.objects.get()
        line = TimelineEntry.objects.get(matter_id=made.pk, verb="rate")
    assert (kept.attitude, kept.result) == ("satisfied", "basically")
    ticked = (kept.result_choice_id, kept.visit_choice_id, kept.contact_choice_id)
    assert ticked == (understood.pk, visit.pk, None)
    assert line.text == "评价教育局的答复：办理工作满意，办理结果理解"
    client.force_login(house.users["clerk_a"])
    shown = client.get(reverse("proposals:detail", args=[made.pk])).content.decode()
    assert ("理解" in shown, "已走访" in shown) == (True, True)


def test_a_plain_grade_is_the_first_answer_of_that_grade(house: House) -> None:
    factories.rated(house, result="basically")
    with house.at_work():
        assert str(Rating.objects.get().result_choice) == "基本满意"


def test_a_grade_without_an_answer_on_the_form_is_kept_by_itself(client: Client, house: House) -> None:
    _made, parts = factories.replied(house)
    with house.at_work():
        RatingChoice.objects.filter(axis="result").update(is_active=False)
    client.force_login(house.users["proposer"])
    assert post(client, rate_url(parts), attitude="satisfied", result="basically").status_code == 302
    with house.at_work():
        kept = Rating.objects.get()
    assert (kept.result, kept.result_choice, kept.result_words) == ("basically", None, "基本满意")


def test_an_answer_that_is_not_on_the_form_is_refused(house: House) -> None:
    _made, parts = factories.replied(house)
    idle, wrong = choice(house, "attitude", "满意"), choice(house, "visit", "已走访")
    with house.at_work():
        idle.is_active = False
        idle.save()
        for answer in (idle, wrong):
            with pytest.raises(Refused):
                rating.rate_reply(
                    actor=house.actor("proposer"),
                    reply=parts["a"].reply,
                    attitude=answer,
                    result="satisfied",
                )
        assert not Rating.objects.exists()


def test_a_no_in_other_words_needs_a_reason_too(client: Client, house: House) -> None:
    _made, parts = factories.replied(house)
    no = reworded(house, "result", "不满意", "不同意")
    client.force_login(house.users["proposer"])
    assert post(client, rate_url(parts), attitude="satisfied", result=no.pk).status_code == 422
    words = {"attitude": "satisfied", "result": no.pk, "comment": "没有装"}
    assert post(client, rate_url(parts), **words).status_code == 302


def test_simple_mode_asks_two_questions_in_the_committees_words(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    agreed = reworded(house, "result", "满意", "同意")
    client.force_login(house.users["proposer"])
    client.cookies["simple"] = "1"
    first = post(client, rate_url(parts), attitude=str(choice(house, "attitude", "满意").pk))
    assert "同意" in first.content.decode()
    words = {"attitude": str(choice(house, "attitude", "满意").pk), "result": str(agreed.pk)}
    assert post(client, rate_url(parts), **words).status_code == 302
    with house.at_work():
        assert Proposal.objects.get(pk=made.pk).state == "closed"


def test_staff_cannot_enter_a_rating_without_the_scanned_form(client: Client, house: House) -> None:
    _made, parts = factories.replied(house)
    client.force_login(house.users["staff"])
    words = {"attitude": "satisfied", "result": "satisfied"}
    assert post(client, rate_url(parts), **words).status_code == 422
    assert post(client, rate_url(parts), **words, scan=scan()).status_code == 302
    with house.at_work():
        kept = Rating.objects.get()
        assert StoredFile.objects.filter(subject_id=kept.pk).count() == 1
    assert kept.entered_by_id == house.users["staff"].pk


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("proposer", 200), ("outsider", 403), ("clerk_a", 403)]
)
def test_paper_form_is_printed_for_who_rates(client: Client, house: House, who: str, status: int) -> None:
    made, parts = factories.replied(house)
    client.force_login(house.users[who])
    answer = client.get(reverse("proposals:rating_paper", args=[parts["a"].reply.pk]))
    assert answer.status_code == status
    if status == 200:
        page = answer.content.decode()
        known = (
            made.matter.title,
            "教育局",
            "华教函〔2026〕12号",
            "王芳",
            "□ 委员提出不需走访",
            "4月7日前交回",
        )
        assert [words for words in known if words not in page] == []


def test_reminder_reaches_the_proposer_and_stops_once_they_have_rated(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    client.force_login(house.users["staff"])
    url = reverse("proposals:remind_proposer", args=[made.pk])
    assert client.post(url, {"once": str(new_key())}).status_code == 302
    assert told(house, containing="提醒提案者评价答复") == {"proposer"}
    with house.at_work():
        rating.rate_reply(
            actor=house.actor("proposer"), reply=parts["a"].reply, attitude="satisfied", result="satisfied"
        )
        assert remind_proposers(actor=house.actor("staff"), proposals=[made]) == 0
    assert client.post(url, {"once": str(new_key())}).status_code == 409


def test_reminder_by_others_is_denied_even_where_nobody_waits(house: House) -> None:
    made = factories.filed(house)
    with house.at_work(), pytest.raises(PermissionDenied):
        remind_proposers(actor=house.actor("clerk_a"), proposals=[made])


def test_remind_from_the_list_reminds_proposers_too(client: Client, house: House) -> None:
    made, _parts = factories.replied(house)
    client.force_login(house.users["staff"])
    post(client, reverse("proposals:remind"), proposals=[str(made.pk)])
    assert told(house, containing="提醒提案者评价答复") == {"proposer"}


# After a second no


def twice_dissatisfied(house: House) -> Proposal:
    made = factories.rated(house, result="dissatisfied")
    with house.at_work():
        rating.order_rehandling(actor=house.actor("staff"), proposal=made)
        part = Assignment.objects.select_related("proposal").get(proposal=made, round=2)
    part = factories.answer(house, "a", part)
    with house.at_work():
        rating.rate_reply(
            actor=house.actor("proposer"),
            reply=part.reply,
            attitude="satisfied",
            result="dissatisfied",
            comment="还是没有装",
        )
        return Proposal.objects.get(pk=made.pk)


@pytest.mark.parametrize(
    ("talk", "sentence"),
    [
        (Talk(MONDAY, " ", "下月装好"), "请写当面协商的情况：何时、谁参加、商定了什么。"),
        (Talk(MONDAY, "王芳委员、张局长", ""), "请写当面协商的情况：何时、谁参加、商定了什么。"),
        (Talk(date(2026, 3, 17), "王芳委员", "下月装好"), "协商的日期还没有到。"),
        (Talk(date(2026, 3, 13), "王芳委员", "下月装好"), "协商的日期早于这一轮答复，请核对。"),
    ],
)
def test_close_after_talk_with_half_a_record_is_refused(house: House, talk: Talk, sentence: str) -> None:
    made = twice_dissatisfied(house)
    with house.at_work(), pytest.raises(Refused) as no:
        rating.close_after_talk(actor=house.actor("staff"), proposal=made, talk=talk)
    assert no.value.message == sentence


def test_talk_page_closes_with_the_record_and_its_file(client: Client, house: House) -> None:
    made = twice_dissatisfied(house)
    client.force_login(house.users["staff"])
    url = reverse("proposals:after_rating", args=[made.pk])
    assert "当面协商的记录" in client.get(url).content.decode()
    assert post(client, url, decision="close", on="2026-03-16").status_code == 422
    words = {"on": "2026-03-16", "participants": "王芳委员、张局长", "agreed": "下月装好"}
    assert post(client, url, decision="close", **words, record=scan()).status_code == 302
    with house.at_work():
        assert Proposal.objects.get(pk=made.pk).state == "closed"
        line = TimelineEntry.objects.get(matter_id=made.pk, verb="close_after_talk")
        kept = StoredFile.objects.get(subject_id=made.pk)
    assert line.note == "时间：2026年3月16日\n参加：王芳委员、张局长\n商定：下月装好"
    opened = {}
    for who in ("staff", "proposer", "clerk_a", "outsider"):
        client.force_login(house.users[who])
        opened[who] = client.get(reverse("files:download", args=[kept.pk])).status_code
    assert opened == {"staff": 200, "proposer": 200, "clerk_a": 200, "outsider": 404}


# The table


def test_settings_change_the_words_of_the_form(client: Client, house: House) -> None:
    client.force_login(house.users["tenant_admin"])
    url = reverse("proposals:setting_table", args=["rating-choices"])
    assert "相当于不满意" in client.get(url).content.decode()
    words = {"axis": "result", "label": "保留", "order": 9, "is_active": "on"}
    assert post(client, url, **words).status_code == 422
    assert post(client, url, **words, grade="basically").status_code == 302
    assert choice(house, "result", "保留").grade == "basically"


def test_unit_finds_no_page_to_rate_on(client: Client, house: House) -> None:
    _made, parts = factories.replied(house)
    for who in ("clerk_a", "leader_a", "supervisor"):
        client.force_login(house.users[who])
        assert post(client, rate_url(parts), attitude="satisfied", result="satisfied").status_code == 403
    with house.at_work():
        assert not Rating.objects.exists()
