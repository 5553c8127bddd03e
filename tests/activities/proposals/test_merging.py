"""Merged proposals: handled as one, answered each, let go again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import drafting, handling, merging, rating, replying, reviewing
from tongxin.activities.proposals.models import Assignment, Proposal, Reply
from tongxin.activities.proposals.selectors.asks import asked_of
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import MatterLink, TimelineEntry
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core import clock
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
        return Proposal.objects.select_related("matter", "merged_into").get(pk=proposal.pk)


def merge(house: House, child: Proposal, lead: Proposal) -> None:
    with house.at_work():
        reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=child, into=lead)


def hand_over(house: House, lead: Proposal, **more: Any) -> dict[str, Assignment]:
    to, co = more.get("to", "a"), more.get("co", "")
    with house.at_work():
        parts = handling.assign_proposal(
            actor=house.actor("staff"),
            proposal=lead,
            to=handling.HandOver(
                tuple(house.units[u] for u in to),
                tuple(house.units[u] for u in co),
                more.get("separate", False),
            ),
        )
    return dict(zip(to + co, parts, strict=True))


def running(house: House, proposal: Proposal) -> list[str]:
    with house.at_work():
        return sorted(Deadline.objects.running().filter(matter=proposal.pk).values_list("kind", flat=True))


def verbs(house: House, proposal: Proposal) -> list[str]:
    with house.at_work():
        return list(
            TimelineEntry.objects.filter(matter=proposal.pk).order_by("at").values_list("verb", flat=True)
        )


def parts_of(house: House, proposal: Proposal) -> list[tuple[str, str, str, int]]:
    with house.at_work():
        found = Assignment.objects.filter(proposal=proposal).select_related("unit").order_by("pk")
        return [(p.unit.name, p.role, p.state, p.round) for p in found]


def replied_with_children(house: House, **more: Any) -> tuple[Proposal, Proposal, Proposal]:
    """A lead that was answered, with a child that has a number and one that has none."""
    lead, numbered = factories.filed(house), factories.filed(house, by="outsider")
    unnumbered = factories.under_review(house, by="cosigner_1")
    for child in (numbered, unnumbered):
        merge(house, child, lead)
    parts = hand_over(house, lead, **more)
    for unit, part in parts.items():
        factories.answer(house, unit, part)
    return fresh(house, lead), fresh(house, numbered), fresh(house, unnumbered)


def test_merged_proposal_waits_without_any_limit_and_keeps_its_text_and_number(house: House) -> None:
    lead, child = factories.filed(house), factories.filed(house, by="outsider")
    merge(house, child, lead)
    now = fresh(house, child)
    assert (now.state, now.merged_into_id, now.number) == ("merged", lead.pk, 2)
    assert (now.situation, now.lead_member_id) == (child.situation, house.members["outsider"].pk)
    assert now.matter.closed_on is None
    assert running(house, child) == []


def test_each_merged_proposal_gets_parts_and_a_reply_of_its_own(house: House) -> None:
    _lead, numbered, unnumbered = replied_with_children(house)
    for child in (numbered, unnumbered):
        assert (child.state, child.replied_on, child.assigned_on) == ("replied", clock.today(), clock.today())
        assert parts_of(house, child) == [("教育局", "sole", "replied", 1)]
        assert running(house, child) == ["rating"]
        assert verbs(house, child)[-1] == "reply_with_lead"
    with house.at_work():
        texts = set(Reply.objects.values_list("text", "document_number", "reply_class__code", "sent_on"))
        assert Reply.objects.count() == 3
    assert len(texts) == 1


def test_helpers_of_the_lead_help_the_merged_proposal_too(house: House) -> None:
    lead, child = factories.filed(house), factories.filed(house, by="outsider")
    merge(house, child, lead)
    parts = hand_over(house, lead, co="b")
    parts["b"] = factories.answer(house, "b", parts["b"], until="handling")
    part = factories.answer(house, "a", parts["a"], until="countersigning")
    with house.at_work():
        replying.countersign_reply(actor=house.actor("clerk_b"), co_assignment=parts["b"], agrees=True)
        part = replying.approve_reply(actor=house.actor("leader_a"), assignment=part)
        replying.pass_reply(actor=house.actor("staff"), assignment=part)
    assert parts_of(house, child) == [
        ("教育局", "lead", "replied", 1),
        ("交通运输局", "co", "opinion_given", 1),
    ]
    assert running(house, child) == ["rating"]


def test_merged_proposal_is_answered_only_when_every_unit_has_answered(house: House) -> None:
    lead, child = factories.filed(house), factories.filed(house, by="outsider")
    merge(house, child, lead)
    parts = hand_over(house, lead, to="ab", separate=True)
    factories.answer(house, "a", parts["a"])
    assert (fresh(house, child).state, parts_of(house, child)) == ("merged", [])
    factories.answer(house, "b", parts["b"])
    assert fresh(house, child).state == "replied"
    assert len(parts_of(house, child)) == 2
    assert running(house, child) == ["rating", "rating"]


def test_release_of_the_last_unit_answers_the_merged_too(house: House) -> None:
    lead, child = factories.filed(house), factories.filed(house, by="outsider")
    merge(house, child, lead)
    parts = hand_over(house, lead, to="ab", separate=True)
    factories.answer(house, "a", parts["a"])
    with house.at_work():
        part = handling.request_decline(
            actor=house.actor("clerk_b"), assignment=parts["b"], reason="不属于本局职责"
        )
        handling.answer_decline(actor=house.actor("staff"), assignment=part, accept=True)
    assert fresh(house, child).state == "replied"
    assert parts_of(house, child) == [("教育局", "separate", "replied", 1)]


def test_each_proposer_rates_their_own_reply_and_goes_their_own_way(house: House) -> None:
    lead, child, _other = replied_with_children(house)
    with house.at_work():
        reply = Reply.objects.select_related("assignment__unit").get(assignment__proposal=child)
        of_lead = Reply.objects.select_related("assignment__unit").get(assignment__proposal=lead)
        with pytest.raises(PermissionDenied):
            rating.rate_reply(
                actor=house.actor("outsider"), reply=of_lead, attitude="satisfied", result="satisfied"
            )
        rating.rate_reply(
            actor=house.actor("outsider"),
            reply=reply,
            attitude="satisfied",
            result="dissatisfied",
            comment="我们村的没有说到",
        )
    assert (fresh(house, child).state, fresh(house, lead).state) == ("dissatisfied", "replied")
    with house.at_work():
        rating.order_rehandling(actor=house.actor("staff"), proposal=child)
    assert parts_of(house, child) == [
        ("教育局", "sole", "replied", 1),
        ("教育局", "sole", "assigned", 2),
    ]


def test_proposer_of_a_merged_one_is_asked_to_rate(house: House) -> None:
    _lead, child, _other = replied_with_children(house)
    with house.at_work():
        asked = asked_of(house.actor("outsider")).values_list("kind", "matter_id")
        assert list(asked) == [("rating", child.pk)]


def test_news_of_the_lead_reaches_the_merged_only_while_they_wait(house: House) -> None:
    lead, child, _other = replied_with_children(house)
    with house.at_work():
        Notice.objects.all().delete()
        reply = Reply.objects.select_related("assignment__unit").get(assignment__proposal=lead)
        rating.rate_reply(
            actor=house.actor("proposer"),
            reply=reply,
            attitude="satisfied",
            result="dissatisfied",
            comment="没有解决",
        )
        rating.order_rehandling(actor=house.actor("staff"), proposal=lead)
        assert not Notice.objects.filter(user=house.users["outsider"]).exists()
    assert fresh(house, child).state == "replied"


def test_units_of_the_lead_hear_that_another_one_joins(house: House) -> None:
    lead, child = (
        factories.assigned(house)[0],
        factories.filed(house, by="outsider", title="关于另一件的提案"),
    )
    merge(house, child, lead)
    with house.at_work():
        told = Notice.objects.filter(text__contains="请一并办理、分别答复").values_list(
            "user__username", flat=True
        )
        assert list(told) == ["620881.clerk_a"]


# Taking it back


def test_unmerge_with_a_number_waits_to_be_handed_over_again(house: House) -> None:
    lead, child = factories.filed(house), factories.filed(house, by="outsider")
    merge(house, child, lead)
    with house.at_work():
        merging.unmerge_proposal(actor=house.actor("reviewer"), proposal=child, note="不是同一件事")
    now = fresh(house, child)
    assert (now.state, now.merged_into_id, now.number) == ("filed", None, 2)
    assert running(house, child) == ["assign"]
    assert verbs(house, child)[-2:] == ["merge", "unmerge"]
    with house.at_work():
        assert not MatterLink.objects.exists()


def test_unmerge_without_a_number_is_examined_again(house: House) -> None:
    lead, child = factories.filed(house), factories.under_review(house, by="outsider")
    merge(house, child, lead)
    with house.at_work():
        merging.unmerge_proposal(actor=house.actor("reviewer"), proposal=child)
    assert fresh(house, child).state == "under_review"
    assert running(house, child) == ["review"]
    with house.at_work():
        reviewing.file_proposal(actor=house.actor("reviewer"), proposal=child, topic=house.topic)
    assert fresh(house, child).number == 2


def test_unmerged_lead_is_free_again(house: House) -> None:
    lead, child = factories.under_review(house), factories.under_review(house, by="outsider")
    merge(house, child, lead)
    with house.at_work(), pytest.raises(Refused):
        reviewing.refuse_proposal(actor=house.actor("reviewer"), proposal=lead, reason=house.reason)
    with house.at_work():
        merging.unmerge_proposal(actor=house.actor("reviewer"), proposal=child)
        reviewing.refuse_proposal(actor=house.actor("reviewer"), proposal=lead, reason=house.reason)
    assert fresh(house, lead).state == "not_filed"


def test_unmerge_after_the_answer_is_refused(house: House) -> None:
    _lead, child, _other = replied_with_children(house)
    with house.at_work(), pytest.raises(Refused):
        merging.unmerge_proposal(actor=house.actor("reviewer"), proposal=child)


@pytest.mark.parametrize("who", ["proposer", "staff", "clerk_a", "outsider"])
def test_unmerge_is_for_reviewers(house: House, who: str) -> None:
    lead, child = factories.filed(house), factories.filed(house, by="outsider")
    merge(house, child, lead)
    with house.at_work(), pytest.raises(PermissionDenied):
        merging.unmerge_proposal(actor=house.actor(who), proposal=child)


@pytest.mark.parametrize("made", ["replied", "rated", "submitted"])
def test_merge_into_what_cannot_lead_is_refused(house: House, made: str) -> None:
    found = getattr(factories, made)(house)
    lead = found[0] if isinstance(found, tuple) else found
    child = factories.under_review(house, by="outsider")
    with house.at_work(), pytest.raises(Refused, match="只能并入审查中、已立案或办理中的提案"):
        reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=child, into=lead)


def test_merge_into_one_that_is_merged_itself_is_refused(house: House) -> None:
    lead, child, third = (factories.filed(house, by=w) for w in ("proposer", "outsider", "cosigner_1"))
    merge(house, child, lead)
    with house.at_work(), pytest.raises(Refused):
        reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=third, into=child)


def test_merge_of_what_a_unit_still_works_on_is_refused(house: House) -> None:
    lead = factories.filed(house, by="outsider")
    made, parts = factories.assigned(house, co="b")
    with house.at_work():
        part = handling.request_decline(
            actor=house.actor("clerk_a"), assignment=parts["a"], reason="不属于本局职责"
        )
        handling.answer_decline(actor=house.actor("staff"), assignment=part, accept=True)
    assert fresh(house, made).state == "filed"
    with house.at_work(), pytest.raises(Refused, match="还有单位在办这一件"):
        reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=made, into=lead)


# Who sees what


def opens(house: House, who: str, proposal: Proposal) -> bool:
    with house.at_work():
        return Proposal.objects.visible_to(house.actor(who)).filter(pk=proposal.pk).exists()


def test_unit_that_answers_the_lead_opens_what_was_merged_into_it(house: House) -> None:
    lead, child = factories.filed(house), factories.under_review(house, by="outsider")
    merge(house, child, lead)
    assert not opens(house, "clerk_a", child)
    hand_over(house, lead)
    assert [opens(house, who, child) for who in ("clerk_a", "supervisor", "clerk_b", "clerk_c")] == [
        True,
        True,
        False,
        False,
    ]
    with house.at_work():
        merging.unmerge_proposal(actor=house.actor("reviewer"), proposal=child)
    assert not opens(house, "clerk_a", child)


def test_body_whose_proposal_was_merged_opens_the_lead_once_it_is_filed(house: House) -> None:
    lead = factories.under_review(house)
    child = factories.collective_draft(house)
    with house.at_work():
        drafting.submit_proposal(actor=house.actor("submitter"), proposal=child)
        reviewing.take_up_proposal(actor=house.actor("staff"), proposal=child)
    merge(house, child, lead)
    assert not opens(house, "submitter", lead)
    with house.at_work():
        reviewing.file_proposal(actor=house.actor("reviewer"), proposal=lead, topic=house.topic)
    assert opens(house, "submitter", lead)


def test_page_of_a_merged_one_says_where_the_lead_stands(client: Client, house: House) -> None:
    lead, child = factories.filed(house), factories.filed(house, by="outsider")
    merge(house, child, lead)
    client.force_login(house.users["outsider"])
    shown = client.get(reverse("proposals:detail", args=[child.pk])).content.decode()
    assert "一起办理，分别答复。那一件现在：已立案。" in shown
    assert "撤销并案" not in shown.split("经过")[0]
    client.force_login(house.users["reviewer"])
    shown = client.get(reverse("proposals:detail", args=[child.pk])).content.decode()
    assert reverse("proposals:unmerge", args=[child.pk]) in shown


def test_unmerge_page_asks_and_then_does_it(client: Client, house: House) -> None:
    lead, child = factories.filed(house), factories.filed(house, by="outsider")
    merge(house, child, lead)
    client.force_login(house.users["reviewer"])
    url = reverse("proposals:unmerge", args=[child.pk])
    assert client.get(url).status_code == 200
    response = client.post(url, {"once": str(new_key()), "note": "不是同一件事"})
    assert (response.status_code, fresh(house, child).state) == (302, "filed")
    assert client.post(url, {"once": str(new_key())}).status_code == 409


def test_detail_of_a_lead_costs_the_same_with_one_and_three_merged(client: Client, house: House) -> None:
    lead = factories.filed(house)
    url = reverse("proposals:detail", args=[lead.pk])
    client.force_login(house.users["staff"])
    client.get(url)
    costs = []
    for who in ("outsider", "cosigner_1", "cosigner_2"):
        merge(house, factories.filed(house, by=who), lead)
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        costs.append(len([q for q in seen if "set_config" not in q["sql"]]))
    assert costs == [costs[0]] * 3


def test_answering_a_late_lead_keeps_the_day_of_the_hand_over(house: House) -> None:
    lead, child = factories.filed(house), factories.filed(house, by="outsider")
    merge(house, child, lead)
    day = clock.today()
    parts = hand_over(house, lead)
    with clock.at(day + timedelta(days=20)):
        factories.answer(house, "a", parts["a"])
    now = fresh(house, child)
    assert (now.assigned_on, now.replied_on) == (day, day + timedelta(days=20))
