"""A proposal becomes an opinion report only with its proposer's consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import converting, drafting, reviewing
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.proposals.selectors.asks import asked, asked_of
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return factories.make_house()


def fresh(house: House, proposal: Proposal) -> Proposal:
    with house.at_work():
        return Proposal.objects.select_related("matter").get(pk=proposal.pk)


def running(house: House, proposal: Proposal) -> list[str]:
    with house.at_work():
        return sorted(Deadline.objects.running().filter(matter=proposal.pk).values_list("kind", flat=True))


def ask(house: House, proposal: Proposal) -> None:
    with house.at_work():
        converting.ask_conversion(actor=house.actor("reviewer"), proposal=proposal, note="更适合作为信息报送")


def answer(house: House, proposal: Proposal, *, agrees: bool, who: str = "proposer") -> None:
    with house.at_work():
        converting.answer_conversion(actor=house.actor(who), proposal=proposal, agrees=agrees)


def test_question_changes_nothing_but_asks_the_proposer(house: House) -> None:
    made = factories.under_review(house)
    ask(house, made)
    assert fresh(house, made).state == "under_review"
    assert running(house, made) == ["conversion", "review"]
    with house.at_work():
        (todo,) = asked(house.actor("proposer"), limit=5).todos
    assert (todo.kind, todo.url) == ("conversion", reverse("proposals:answer_conversion", args=[made.pk]))


def test_consent_converts(house: House) -> None:
    made = factories.under_review(house)
    ask(house, made)
    answer(house, made, agrees=True)
    assert fresh(house, made).state == "converted"
    assert running(house, made) == []


def test_refusal_leaves_it_to_the_reviewers(house: House) -> None:
    made = factories.under_review(house)
    ask(house, made)
    answer(house, made, agrees=False)
    assert (fresh(house, made).state, running(house, made)) == ("under_review", ["review"])
    # It may be asked once more, with better words.
    ask(house, made)
    assert running(house, made) == ["conversion", "review"]


def test_what_was_not_filed_may_be_asked_too(house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        reviewing.refuse_proposal(actor=house.actor("reviewer"), proposal=made, reason=house.reason)
    ask(house, made)
    answer(house, made, agrees=True)
    assert fresh(house, made).state == "converted"


def test_question_is_asked_once_at_a_time(house: House) -> None:
    made = factories.under_review(house)
    ask(house, made)
    with pytest.raises(Refused, match="已经征求过意见"):
        ask(house, made)


def test_answer_without_a_question_is_refused(house: House) -> None:
    made = factories.under_review(house)
    with pytest.raises(Refused, match="没有人征求您的意见"):
        answer(house, made, agrees=True)


@pytest.mark.parametrize("who", ["staff", "reviewer", "outsider", "clerk_a"])
def test_nobody_answers_for_the_proposer(house: House, who: str) -> None:
    made = factories.under_review(house)
    ask(house, made)
    with pytest.raises(PermissionDenied):
        answer(house, made, agrees=True, who=who)


def test_staff_who_entered_it_do_not_answer_for_the_member(house: House) -> None:
    with house.at_work():
        made = drafting.draft_proposal(
            actor=house.actor("staff"), title="关于改善学校门口交通的提案", member=house.members["proposer"]
        )
        made = drafting.save_draft(
            actor=house.actor("staff"), proposal=made, version=None, fields=factories.TEXT
        )
        drafting.submit_proposal(actor=house.actor("staff"), proposal=made)
        reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)
    ask(house, made)
    with pytest.raises(PermissionDenied):
        answer(house, made, agrees=True, who="staff")
    answer(house, made, agrees=True)


def test_decision_ends_the_question(house: House) -> None:
    made = factories.under_review(house)
    ask(house, made)
    with house.at_work():
        reviewing.file_proposal(actor=house.actor("reviewer"), proposal=made, topic=house.topic)
    assert running(house, made) == ["assign"]
    assert fresh(house, made).conversion_asked_on is None
    with pytest.raises(Refused):
        answer(house, made, agrees=True)


def test_withdrawal_ends_the_question(house: House) -> None:
    made = factories.under_review(house)
    ask(house, made)
    with house.at_work():
        drafting.withdraw_proposal(actor=house.actor("proposer"), proposal=made)
    assert (running(house, made), fresh(house, made).conversion_asked_on) == ([], None)


def test_one_into_which_others_were_merged_is_not_asked(house: House) -> None:
    lead, child = factories.under_review(house), factories.under_review(house, by="outsider")
    with house.at_work():
        reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=child, into=lead)
    with pytest.raises(Refused, match="已有别的提案并入这一件"):
        ask(house, lead)


def test_consent_on_paper_needs_a_note(house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        with pytest.raises(Refused, match="怎样同意的"):
            reviewing.convert_proposal(actor=house.actor("reviewer"), proposal=made, consent=True)
        reviewing.convert_proposal(
            actor=house.actor("reviewer"), proposal=made, consent=True, note="9日电话里同意"
        )
    assert fresh(house, made).state == "converted"


# Pages


def test_proposer_reads_why_and_answers(client: Client, house: House) -> None:
    made = factories.under_review(house)
    ask(house, made)
    client.force_login(house.users["proposer"])
    url = reverse("proposals:answer_conversion", args=[made.pk])
    assert "更适合作为信息报送" in client.get(url).content.decode()
    assert client.post(url, {"once": str(new_key())}).status_code == 422
    assert client.post(url, {"once": str(new_key()), "answer": "yes"}).status_code == 302
    assert fresh(house, made).state == "converted"


def test_detail_shows_the_question_to_the_proposer_and_to_nobody_without_one(
    client: Client, house: House
) -> None:
    made = factories.under_review(house)
    client.force_login(house.users["proposer"])
    url = reverse("proposals:answer_conversion", args=[made.pk])
    detail = reverse("proposals:detail", args=[made.pk])
    assert url not in client.get(detail).content.decode()
    ask(house, made)
    assert url in client.get(detail).content.decode()


def test_reviewer_asks_from_the_page_of_a_proposal_that_was_not_filed(client: Client, house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        reviewing.refuse_proposal(actor=house.actor("reviewer"), proposal=made, reason=house.reason)
    client.force_login(house.users["reviewer"])
    url = reverse("proposals:convert", args=[made.pk])
    assert url in client.get(reverse("proposals:detail", args=[made.pk])).content.decode()
    assert client.get(url).status_code == 200
    # A consent without saying how it was given is not taken.
    assert client.post(url, {"once": str(new_key()), "how": "given"}).status_code == 422
    assert client.post(url, {"once": str(new_key()), "how": "ask"}).status_code == 302
    assert asked_on(house, made)
    page = client.get(url).content.decode()
    assert 'value="ask"' not in page
    assert client.post(url, {"once": str(new_key()), "how": "given", "note": "当面同意"}).status_code == 302
    assert fresh(house, made).state == "converted"


def asked_on(house: House, proposal: Proposal) -> bool:
    with house.at_work():
        return asked_of(house.actor("proposer")).filter(matter=proposal.pk, kind="conversion").exists()


def test_reviewer_asks_from_the_page_of_the_decision(client: Client, house: House) -> None:
    made = factories.under_review(house)
    client.force_login(house.users["reviewer"])
    url = reverse("proposals:review", args=[made.pk])
    response = client.post(
        url, {"once": str(new_key()), "decision": "ask_conversion", "convert_note": "更适合"}
    )
    assert response.status_code == 302
    assert asked_on(house, made)
