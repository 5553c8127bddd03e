"""Pre-review, second review and decision; review groups; many at once; how much waits where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import drafting, reviewing
from tongxin.activities.proposals.actions.advising import Advice, advise_proposal
from tongxin.activities.proposals.actions.deciding import adopt_opinion, file_as_advised
from tongxin.activities.proposals.actions.grouping import save_review_group
from tongxin.activities.proposals.models import Proposal, ProposalRules, ReviewGroup, ReviewOpinion, Topic
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
REVIEW_LIST = "/proposals/?tab=review"


@pytest.fixture
def house() -> House:
    made = factories.make_house()
    for key, name in (("reviewer_2", "复读"), ("reviewer_3", "终审")):
        factories.add_person(made, key, name, "reviewer")
    return made


def stages(house: House, n: int) -> None:
    with house.at_work():
        ProposalRules.objects.update_or_create(committee=house.committee, defaults={"review_stages": n})


def advise(house: House, proposal: Proposal, who: str, advice: str = "file", **more: Any) -> ReviewOpinion:
    with house.at_work():
        return advise_proposal(actor=house.actor(who), proposal=proposal, advice=Advice(advice, **more))


def file(house: House, proposal: Proposal, who: str) -> Proposal:
    with house.at_work():
        return reviewing.file_proposal(actor=house.actor(who), proposal=proposal, topic=house.topic)


def fresh(house: House, proposal: Proposal) -> Proposal:
    with house.at_work():
        return Proposal.objects.select_related("matter").get(pk=proposal.pk)


def post(client: Client, url: str, **data: Any) -> HttpResponse:
    return client.post(url, {"once": str(new_key()), **data})  # type: ignore[return-value]


def count_of(client: Client, url: str) -> int:
    return int(client.get(url).context["shown"].page.paginator.count)


# The stages


def test_one_stage_needs_no_opinion_and_takes_none(house: House) -> None:
    made = factories.under_review(house)
    with pytest.raises(Refused, match="不分预审、复审"):
        advise(house, made, "reviewer")
    assert file(house, made, "reviewer").number == 1


@pytest.mark.parametrize("decide", ["file", "return", "not_file", "merge", "convert"])
def test_no_decision_before_the_opinion(house: House, decide: str) -> None:
    stages(house, 2)
    made, other = factories.under_review(house), factories.under_review(house, by="outsider")
    act: Any = {
        "file": lambda: reviewing.file_proposal(actor=actor, proposal=made),
        "return": lambda: reviewing.return_proposal(actor=actor, proposal=made, reason="请补充数据"),
        "not_file": lambda: reviewing.refuse_proposal(actor=actor, proposal=made, reason=house.reason),
        "merge": lambda: reviewing.merge_proposal(actor=actor, proposal=made, into=other),
        "convert": lambda: reviewing.convert_proposal(
            actor=actor, proposal=made, consent=True, note="电话同意"
        ),
    }[decide]
    actor = house.actor("reviewer")
    with house.at_work(), pytest.raises(Refused, match="还没有预审意见"):
        act()
    assert fresh(house, made).state == "under_review"
    advise(house, made, "reviewer_2")
    with house.at_work():
        act()


def test_who_gave_the_pre_review_does_not_decide(house: House) -> None:
    stages(house, 2)
    made = factories.under_review(house)
    advise(house, made, "reviewer")
    with pytest.raises(Refused, match="您做了预审"):
        file(house, made, "reviewer")
    assert file(house, made, "reviewer_2").number == 1


def test_second_review_is_by_another_and_may_decide(house: House) -> None:
    stages(house, 3)
    made = factories.under_review(house)
    advise(house, made, "reviewer")
    with pytest.raises(Refused, match="请由别的审查人员复审"):
        advise(house, made, "reviewer")
    with pytest.raises(Refused, match="还没有复审意见"):
        file(house, made, "reviewer_2")
    assert advise(house, made, "reviewer_2").stage == "second"
    with pytest.raises(Refused, match="已经齐了"):
        advise(house, made, "reviewer_3")
    assert file(house, made, "reviewer_2").number == 1


def test_text_that_was_changed_is_read_again(house: House) -> None:
    stages(house, 2)
    made = factories.under_review(house)
    advise(house, made, "reviewer", "return", note="请补充数据")
    with house.at_work():
        reviewing.return_proposal(actor=house.actor("reviewer_2"), proposal=made, reason="请补充数据")
        proposer = house.actor("proposer")
        drafting.save_draft(
            actor=proposer, proposal=made, version=None, fields={"situation": "每天三百辆车。"}
        )
        drafting.submit_proposal(actor=proposer, proposal=made)
        reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)
    with pytest.raises(Refused, match="还没有预审意见"):
        file(house, made, "reviewer_2")
    assert advise(house, fresh(house, made), "reviewer_2").text_version == made.text_version + 1


@pytest.mark.parametrize(
    ("advice", "sentence"),
    [("return", "请写明要改什么。"), ("not_file", "请选一条理由。"), ("merge", "请写明并入哪一件。")],
)
def test_advice_that_lacks_something_is_refused(house: House, advice: str, sentence: str) -> None:
    stages(house, 2)
    with pytest.raises(Refused) as refusal:
        advise(house, factories.under_review(house), "reviewer", advice)
    assert refusal.value.message == sentence


def test_advice_with_another_committees_reason_is_refused(house: House) -> None:
    other = factories.make_house(factories.JINCHANG)
    stages(house, 2)
    with pytest.raises(Refused, match="请选本会的"):
        advise(house, factories.under_review(house), "reviewer", "not_file", reject_reason=other.reason)


def test_proposer_who_reviews_gives_no_opinion_on_their_own(house: House) -> None:
    stages(house, 2)
    factories.add_post(house, house.users["proposer"], "reviewer")
    with pytest.raises(PermissionDenied):
        advise(house, factories.under_review(house), "proposer")


def test_advised_topic_is_the_proposals_at_once(house: House) -> None:
    stages(house, 2)
    made = factories.under_review(house)
    assert made.topic is None
    advise(house, made, "reviewer", topic=house.topic)
    assert fresh(house, made).topic_id == house.topic.pk


# Many at once


def test_adopting_does_what_each_last_opinion_says(house: House) -> None:
    stages(house, 2)
    made = {
        word: factories.under_review(house, by=who, title=f"关于{word}的提案")
        for word, who in (
            ("立案", "proposer"),
            ("退回", "outsider"),
            ("不立", "cosigner_1"),
            ("转办", "cosigner_2"),
        )
    }
    advise(house, made["立案"], "reviewer", topic=house.topic)
    advise(house, made["退回"], "reviewer", "return", note="请补充数据")
    advise(house, made["不立"], "reviewer", "not_file", reject_reason=house.reason)
    advise(house, made["转办"], "reviewer", "convert", note="更适合作为信息")
    with house.at_work():
        for proposal in made.values():
            adopt_opinion(actor=house.actor("reviewer_2"), proposal=proposal)
    assert [fresh(house, p).state for p in made.values()] == [
        "filed",
        "returned",
        "not_filed",
        "under_review",
    ]
    assert fresh(house, made["转办"]).conversion_asked_on is not None


def test_adopting_a_merge_merges(house: House) -> None:
    stages(house, 2)
    lead, made = factories.under_review(house), factories.under_review(house, by="outsider")
    advise(house, made, "reviewer", "merge", merge_into=lead)
    with house.at_work():
        adopt_opinion(actor=house.actor("reviewer_2"), proposal=made)
    assert fresh(house, made).merged_into_id == lead.pk


def test_adopting_without_an_opinion_is_refused(house: House) -> None:
    made = factories.under_review(house)
    with house.at_work(), pytest.raises(Refused, match="还没有人对现在这一稿提出审查意见"):
        adopt_opinion(actor=house.actor("reviewer"), proposal=made)


def test_filing_many_takes_the_advised_topic_before_the_proposers(house: House) -> None:
    stages(house, 2)
    with house.at_work():
        other = Topic.objects.create(committee=house.committee, name="别的类别")
    made = factories.under_review(house)
    advise(house, made, "reviewer", topic=other)
    with house.at_work():
        assert file_as_advised(actor=house.actor("reviewer_2"), proposal=made).topic == other


def test_bulk_page_files_what_it_can_and_says_what_not(client: Client, house: House) -> None:
    stages(house, 2)
    ready = factories.under_review(house, title="关于已经预审的提案")
    waiting = factories.under_review(house, by="outsider", title="关于没有预审的提案")
    advise(house, ready, "reviewer", topic=house.topic)
    client.force_login(house.users["reviewer_2"])
    url, both = reverse("proposals:decide_many"), [str(ready.pk), str(waiting.pk)]
    page = post(client, url, proposals=both)
    assert [p.pk for p, _said in page.context["rows"]] == [ready.pk, waiting.pk]  # type: ignore[attr-defined]
    assert post(client, url, proposals=both, step="confirm").status_code == 422
    done = client.post(
        url,
        {"once": str(new_key()), "proposals": both, "step": "confirm", "way": "adopt"},
        follow=True,
    )
    text = done.content.decode().replace("<wbr>", "")
    assert "已审定1件" in text
    assert "关于没有预审的提案：还没有人对现在这一稿提出审查意见。" in text
    assert (fresh(house, ready).state, fresh(house, waiting).state) == ("filed", "under_review")


def test_bulk_page_without_ticks_goes_back(client: Client, house: House) -> None:
    client.force_login(house.users["reviewer"])
    response = post(client, reverse("proposals:decide_many"))
    assert (response.status_code, response["Location"]) == (302, REVIEW_LIST)


# Pages


def test_review_page_leads_to_the_opinion_and_then_to_the_decision(client: Client, house: House) -> None:
    stages(house, 2)
    made = factories.under_review(house)
    client.force_login(house.users["reviewer"])
    review, url = (reverse(f"proposals:{n}", args=[made.pk]) for n in ("review", "advise"))
    page = client.get(review).content.decode()
    assert "还没有预审意见，不能审定。" in page
    assert url in page
    assert 'name="decision"' not in page
    assert "预审意见" in client.get(url).content.decode()
    assert post(client, url, advice="return").status_code == 422
    assert post(client, url, advice="file", topic=str(house.topic.pk), note="很具体").status_code == 302
    assert "您做了预审" in client.get(review).content.decode()
    client.force_login(house.users["reviewer_2"])
    page = client.get(review).content.decode()
    assert "很具体" in page
    # What was advised is suggested.
    assert 'value="file" checked' in page
    assert "已经齐了" in client.get(url).content.decode()


def test_advise_page_finds_what_to_merge_into_by_its_code(client: Client, house: House) -> None:
    stages(house, 1)
    lead = factories.filed(house)
    stages(house, 2)
    made = factories.under_review(house, by="outsider")
    client.force_login(house.users["reviewer"])
    url = reverse("proposals:advise", args=[made.pk])
    assert post(client, url, advice="merge", merge_into="2026-999").status_code == 422
    assert post(client, url, advice="merge", merge_into="2026-001").status_code == 302
    with house.at_work():
        assert ReviewOpinion.objects.get().merge_into_id == lead.pk


def test_review_page_shows_every_round_with_its_reason(client: Client, house: House) -> None:
    made = factories.under_review(house)
    proposer = house.actor("proposer")
    for n in (1, 2):
        with house.at_work():
            reviewing.return_proposal(actor=house.actor("reviewer"), proposal=made, reason=f"第{n}次请补充")
            drafting.save_draft(
                actor=proposer, proposal=made, version=None, fields={"situation": f"改了第{n}稿的情况。"}
            )
            drafting.submit_proposal(actor=proposer, proposal=made)
            reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)
    client.force_login(house.users["reviewer"])
    response = client.get(reverse("proposals:review", args=[made.pk]))
    assert [t.version for t in response.context["earlier"]] == [made.text_version + 1, made.text_version]
    assert all(t.changes for t in response.context["earlier"])
    assert [e.note for e in response.context["returns"]] == ["第2次请补充", "第1次请补充"]


def test_review_page_costs_the_same_for_one_and_three_rounds(client: Client, house: House) -> None:
    stages(house, 2)
    made = factories.under_review(house)
    client.force_login(house.users["reviewer"])
    url = reverse("proposals:review", args=[made.pk])
    costs = []
    for n in range(3):
        advise(house, fresh(house, made), "reviewer", "return", note="请补充数据")
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        costs.append(len([q for q in seen if "set_config" not in q["sql"]]))
        with house.at_work():
            reviewing.return_proposal(actor=house.actor("reviewer_2"), proposal=made, reason="请补充数据")
            drafting.save_draft(
                actor=house.actor("proposer"), proposal=made, version=None, fields={"situation": f"第{n}稿。"}
            )
            drafting.submit_proposal(actor=house.actor("proposer"), proposal=made)
            reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)
    assert costs == [costs[0]] * 3


# Groups and numbers


def group(house: House, name: str, *people: str, topics: list[Topic] | None = None) -> ReviewGroup:
    with house.at_work():
        return save_review_group(
            actor=house.actor("tenant_admin"),
            group=ReviewGroup(committee=house.committee, name=name),
            topics=[house.topic] if topics is None else topics,
            people=[house.users[p] for p in people],
        )


def test_group_list_and_numbers_agree(client: Client, house: House) -> None:
    stages(house, 3)
    made = group(house, "一组", "reviewer")
    factories.submitted(house)
    first, second, third = (
        factories.under_review(house, by=w) for w in ("outsider", "cosigner_1", "cosigner_2")
    )
    for proposal in (first, second):
        advise(house, proposal, "reviewer", topic=house.topic)
    advise(house, second, "reviewer_2", topic=house.topic)
    client.force_login(house.users["reviewer"])
    shown = client.get(reverse("proposals:review_numbers")).context["numbers"]
    assert [(row.label, [n.count for n in row.numbers]) for row in shown.groups] == [
        ("一组", [0, 0, 1, 1]),
        ("全部", [1, 1, 1, 1]),
    ]
    assert [(row.label, row.numbers[0].count) for row in shown.reviewers] == [("审读", 2), ("复读", 1)]
    for row in (*shown.groups, *shown.reviewers):
        for number in row.numbers:
            assert (number.url, count_of(client, number.url)) == (number.url, number.count)
    assert count_of(client, REVIEW_LIST + "&group=mine") == 2
    assert count_of(client, REVIEW_LIST + f"&group={made.pk}") == 2
    assert third.pk not in {r.pk for r in client.get(REVIEW_LIST + "&group=mine").context["shown"].rows}
    client.force_login(house.users["reviewer_2"])
    assert count_of(client, REVIEW_LIST + "&group=mine") == 0
    assert "我组" not in client.get(REVIEW_LIST).content.decode()


def test_filters_of_the_examination_are_the_offices(client: Client, house: House) -> None:
    factories.filed(house)
    client.force_login(house.users["outsider"])
    assert count_of(client, "/proposals/?tab=review&stage=pre") == count_of(client, "/proposals/")


def test_topic_falls_to_one_group(house: House) -> None:
    group(house, "一组", "reviewer")
    with pytest.raises(Refused, match="已经归「一组」"):
        group(house, "二组", "reviewer_2")
    with house.at_work():
        assert list(ReviewGroup.objects.values_list("name", flat=True)) == ["一组"]


def test_group_is_the_administrators(house: House) -> None:
    with house.at_work(), pytest.raises(PermissionDenied):
        save_review_group(
            actor=house.actor("staff"),
            group=ReviewGroup(committee=house.committee, name="一组"),
            topics=[],
            people=[],
        )


def test_group_pages_add_change_and_keep_what_was_refused(client: Client, house: House) -> None:
    client.force_login(house.users["tenant_admin"])
    url = reverse("proposals:review_groups")
    assert client.get(reverse("proposals:settings")).content.decode().count("审查小组") == 1
    chosen = {"topics": [str(house.topic.pk)], "people": [str(house.users["reviewer"].pk)], "is_active": "on"}
    assert post(client, url, name="一组", **chosen).status_code == 302
    refused = post(client, url, name="二组", **chosen)
    assert refused.status_code == 422
    assert "已经归「一组」" in refused.content.decode()
    assert "二组" in refused.content.decode()
    with house.at_work():
        made = ReviewGroup.objects.get()
    change = reverse("proposals:review_group", args=[made.pk])
    assert client.get(change).status_code == 200
    assert post(client, change, name="农业组", is_active="on").status_code == 302
    with house.at_work():
        changed = ReviewGroup.objects.get()
        assert (changed.name, changed.topics.count(), changed.people.count()) == ("农业组", 0, 0)
        assert Entry.objects.filter(action="proposals.save_review_group").count() == 2


def test_adopting_by_others_is_denied_even_where_nobody_advised(house: House) -> None:
    made = factories.under_review(house)
    with house.at_work(), pytest.raises(PermissionDenied):
        adopt_opinion(actor=house.actor("staff"), proposal=made)


def test_adopting_reads_the_opinion_of_the_text_as_it_is_now(house: House) -> None:
    stages(house, 2)
    before = factories.submitted(house)
    with house.at_work():
        made = reviewing.take_up_proposal(actor=house.actor("staff"), proposal=before)
    advise(house, made, "reviewer")
    # Looked up when its text was another one.
    before.text_version -= 1
    with house.at_work():
        adopt_opinion(actor=house.actor("reviewer_2"), proposal=before)
    assert fresh(house, made).state == "filed"
