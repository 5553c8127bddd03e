"""What people agreed on online goes into the work: as a topic, a suggestion, a proposal; and everybody reads where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import talks
from tests.factories import make_house
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.activities.conversations.models import Conversation, OpinionMap, Statement, StatementUse
from tongxin.activities.grassroots.enums import SessionState
from tongxin.activities.grassroots.models import Suggestion
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.models import Topic
from tongxin.capabilities.codes.models import AccessCode, ScanCount
from tongxin.capabilities.matters.models import Matter, MatterLink, TimelineEntry
from tongxin.followers.journeys.actions.conversing import raise_topic_from, suggest_in_session
from tongxin.followers.journeys.actions.proposing import Beginning, propose_statement
from tongxin.followers.journeys.conversions import offered
from tongxin.followers.journeys.selectors.statements import sources_of, statements_of, uses_of
from tongxin.followers.journeys.selectors.whole import whole_chain
from tongxin.followers.journeys.telling.conversation import told_of
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db
STANDING = "342人表态，赞成91%，各群体都赞成"


@pytest.fixture
def village(db: None) -> Village:
    """A village of a full house."""
    return make_village(make_house())


def counted(number: int, agrees: int, disagrees: int) -> dict[str, Any]:
    """A statement's row of the final map: two groups that stand alike."""
    votes = agrees + disagrees
    half = {"agrees": agrees // 2, "disagrees": disagrees // 2, "passes": 0, "votes": votes // 2}
    return {
        "number": number, "agrees": agrees, "disagrees": disagrees, "passes": 0, "votes": votes, "out": False,
        "consensus": None, "groups": [half, half],
    }  # fmt: skip


def ended(village: Village, **more: Any) -> Conversation:
    """A closed conversation: everybody agrees with its second statement, few with the third."""
    made = talks.make_conversation(village.house, state=ConversationState.CLOSED, **more)
    groups = [{"letter": letter, "size": 171} for letter in "AB"]
    result = {
        "voices": 342, "votes": 1026, "clustered": 342, "too_little": None, "k": 2, "silhouette": 0.5,
        "groups": groups, "points": [], "representative": {"A": [], "B": []}, "divided": [],
        "statements": [counted(1, 180, 162), counted(2, 311, 31), counted(3, 20, 322)],
        "common": [{"number": 2, "direction": 1, "share": 0.91}],
    }  # fmt: skip
    with village.house.at_work():
        OpinionMap.objects.filter(conversation=made).update(result=result, voices=342, is_final=True)
    return made


def statement(village: Village, conversation: Conversation, number: int = 2) -> Statement:
    """One of its statements."""
    with village.house.at_work():
        found = Statement.objects.select_related("conversation__matter")
        return found.get(conversation=conversation, number=number)


def topic_from(village: Village, one: Statement) -> Topic:
    """The topic that staff make of a statement."""
    with village.house.at_work():
        return raise_topic_from(
            actor=village.house.actor("staff"), statement=one, title=one.text, text="网上讨论的看法"
        )


def proposal_from(village: Village, one: Statement, who: str = "proposer") -> Proposal:
    """The proposal that a member begins with a statement."""
    begin = Beginning("关于校车的提案", village.house.members[who])
    with village.house.at_work():
        return propose_statement(actor=village.house.actor(who), statement=one, begin=begin)


def test_statement_becomes_a_topic_of_the_online_channel(village: Village) -> None:
    conversation = ended(village)
    one = statement(village, conversation)
    topic = topic_from(village, one)
    with village.house.at_work():
        found = Topic.objects.select_related("matter").get(pk=topic.pk)
        assert (found.channel, found.state, found.matter.title) == (
            Channel.ONLINE,
            TopicState.COLLECTED,
            one.text,
        )
        use = StatementUse.objects.get()
        assert (use.statement_id, use.matter_id, use.standing) == (one.pk, topic.pk, STANDING)
        assert MatterLink.objects.filter(source=conversation.pk, target=topic.pk).count() == 1
        told = TimelineEntry.objects.get(matter=topic.pk, verb="come_from_talk")
        assert told.text == f"由网络议政「{talks.TITLE}」引出：{STANDING}"


def test_statement_is_a_topic_once(village: Village) -> None:
    one = statement(village, ended(village))
    topic_from(village, one)
    with pytest.raises(Refused, match="已经用过了"):
        topic_from(village, one)
    with village.house.at_work():
        assert Topic.objects.filter(channel=Channel.ONLINE).count() == 1


def test_second_click_on_the_topic_leads_to_it(village: Village, client: Client) -> None:
    one = statement(village, ended(village))
    made = topic_from(village, one)
    client.force_login(village.house.users["staff"])
    answer = client.get(reverse("journeys:raise_topic", args=[one.pk]))
    assert (answer.status_code, answer["Location"]) == (302, f"/topics/{made.pk}/")


@pytest.mark.parametrize("state", [SessionState.ANNOUNCED, SessionState.HELD])
def test_statement_stands_among_the_suggestions_of_a_session(village: Village, state: str) -> None:
    one = statement(village, ended(village))
    with village.house.at_work():
        held = links.session(village, state=state)
        suggest_in_session(actor=village.house.actor("staff"), statement=one, session=held)
        suggestion = Suggestion.objects.get(session=held)
        code = one.conversation.matter.code
        assert suggestion.text == f"{one.text}（网络议政{code}「{talks.TITLE}」，{STANDING}）"
        assert StatementUse.objects.get().matter_id == held.pk
        with pytest.raises(Refused, match="已经在这场会"):
            suggest_in_session(actor=village.house.actor("staff"), statement=one, session=held)
        assert Suggestion.objects.count() == 1


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.RECORDED, SessionState.CANCELLED])
def test_session_that_is_not_open_takes_no_statement(village: Village, state: str) -> None:
    one = statement(village, ended(village))
    with village.house.at_work():
        held = links.session(village, state=state)
        with pytest.raises(Refused, match="另选一场"):
            suggest_in_session(actor=village.house.actor("staff"), statement=one, session=held)
        assert not StatementUse.objects.exists()


def test_member_begins_a_proposal_with_the_numbers_as_evidence(village: Village) -> None:
    conversation = ended(village)
    one = statement(village, conversation)
    made = proposal_from(village, one)
    with village.house.at_work():
        found = Proposal.objects.get(pk=made.pk)
        code = conversation.matter.code
        address = reverse("talks:map", args=[village.house.committee.code, code])
        first, second, third = found.situation.splitlines()
        assert first == f"网上讨论的看法：{one.text}"
        assert second == f"出处：网络议政{code}「{talks.TITLE}」，{STANDING}。"
        assert third.endswith(address)
        assert StatementUse.objects.get().matter_id == made.pk
        line = TimelineEntry.objects.get(matter=conversation.pk)
        assert line.audience == "office"


def test_conversation_that_is_not_public_gives_no_address(village: Village) -> None:
    made = proposal_from(village, statement(village, ended(village, circle=Circle.MEMBERS)))
    assert "http" not in made.situation


def test_member_begins_one_proposal_from_a_statement_and_another_member_another(village: Village) -> None:
    one = statement(village, ended(village))
    proposal_from(village, one)
    with pytest.raises(Refused, match="已经据这条看法起草了提案"):
        proposal_from(village, one)
    proposal_from(village, one, "outsider")
    with village.house.at_work():
        assert StatementUse.objects.count() == 2


@pytest.mark.parametrize("who", ["leader", "auditor", "proposer", "head", "clerk_a"])
def test_only_staff_make_a_topic(village: Village, who: str) -> None:
    one = statement(village, ended(village))
    with village.house.at_work(), pytest.raises(PermissionDenied):
        raise_topic_from(actor=village.house.actor(who), statement=one, title="题", text="文")


@pytest.mark.parametrize("who", ["leader", "head", "clerk_a", "auditor"])
def test_who_writes_no_proposals_begins_none(village: Village, who: str) -> None:
    one = statement(village, ended(village))
    begin = Beginning("关于校车的提案", village.house.members["proposer"])
    with village.house.at_work(), pytest.raises(PermissionDenied):
        propose_statement(actor=village.house.actor(who), statement=one, begin=begin)


def test_open_conversation_gives_nothing(village: Village) -> None:
    conversation = talks.make_conversation(village.house)
    with village.house.at_work():
        for who in ("staff", "proposer"):
            assert offered(village.house.actor(who), talks.now(conversation)) == []
    with pytest.raises(Refused):
        topic_from(village, statement(village, conversation))


def test_offers_are_for_staff_and_members(village: Village) -> None:
    conversation = talks.now(ended(village))
    found = {
        who: [o.verb for o in offered(village.house.actor(who), conversation)]
        for who in ("staff", "proposer", "leader", "head")
    }
    assert found == {
        "staff": ["use_statement"],
        "proposer": ["propose_statement"],
        "leader": [],
        "head": [],
    }


def test_choice_begins_with_what_all_agree_on(village: Village) -> None:
    conversation = ended(village)
    topic_from(village, statement(village, conversation))
    with village.house.at_work():
        rows = statements_of(village.house.actor("staff"), talks.now(conversation))
    assert [(r.number, r.is_common, r.is_topic) for r in rows] == [
        (2, True, True),
        (1, False, False),
        (3, False, False),
    ]
    assert rows[0].standing == STANDING
    assert rows[2].standing == "342人表态，不赞成94%，各群体都不赞成"


def test_choice_of_staff_has_three_ways_and_of_a_member_one(village: Village, client: Client) -> None:
    conversation = ended(village)
    found = {}
    for who in ("staff", "proposer"):
        client.force_login(village.house.users[who])
        page = client.get(reverse("journeys:statements", args=[conversation.pk])).content.decode()
        found[who] = [page.count(f"/{way}/") for way in ("topic", "session", "propose")]
    assert found == {"staff": [3, 3, 3], "proposer": [0, 0, 3]}


def test_pages_of_a_list_that_a_member_is_not_on_are_not_there(village: Village, client: Client) -> None:
    conversation = ended(village, circle=Circle.LIST, invited=["cosigner_1"])
    one = statement(village, conversation)
    client.force_login(village.house.users["proposer"])
    pages = [
        reverse("journeys:statements", args=[conversation.pk]),
        reverse("journeys:propose_statement", args=[one.pk]),
    ]
    assert [client.get(page).status_code for page in pages] == [404, 404]
    client.force_login(village.house.users["cosigner_1"])
    assert [client.get(page).status_code for page in pages] == [200, 200]


def test_topic_is_made_on_its_page(village: Village, client: Client) -> None:
    one = statement(village, ended(village))
    client.force_login(village.house.users["staff"])
    page = reverse("journeys:raise_topic", args=[one.pk])
    assert client.post(page, {"title": "", "text": "文"}).status_code == 422
    answer = client.post(page, {"title": "校车", "text": "网上讨论的看法"})
    with village.house.at_work():
        made = Topic.objects.get(channel=Channel.ONLINE)
    assert answer["Location"] == f"/topics/{made.pk}/"
    shown = client.get(answer["Location"]).content.decode().replace("<wbr>", "")
    assert one.text in shown
    assert STANDING in shown


def test_suggestion_is_made_on_its_page(village: Village, client: Client) -> None:
    one = statement(village, ended(village))
    client.force_login(village.house.users["staff"])
    page = reverse("journeys:suggest", args=[one.pk])
    assert "没有已经公告或者正在记录的协商议事会" in client.get(page).content.decode()
    with village.house.at_work():
        held = links.session(village)
    answer = client.post(page, {"session": held.pk})
    assert answer["Location"] == reverse("grassroots:session", args=[held.pk])
    with village.house.at_work():
        assert Suggestion.objects.filter(session=held).count() == 1


def test_proposal_is_begun_on_its_page(village: Village, client: Client) -> None:
    one = statement(village, ended(village))
    client.force_login(village.house.users["proposer"])
    page = reverse("journeys:propose_statement", args=[one.pk])
    assert STANDING in client.get(page).content.decode()
    answer = client.post(page, {"title": "关于校车的提案"})
    with village.house.at_work():
        assert answer["Location"] == reverse("proposals:edit", args=[Proposal.objects.get().pk])


def test_target_says_where_it_came_from_to_who_may_open_that(village: Village) -> None:
    made = proposal_from(
        village, statement(village, ended(village, circle=Circle.LIST, invited=["proposer"]))
    )
    with village.house.at_work():
        found = {
            who: [use.standing for use in sources_of(village.house.actor(who), made.pk)]
            for who in ("staff", "proposer", "cosigner_1", "clerk_a")
        }
    assert found == {"staff": [STANDING], "proposer": [STANDING], "cosigner_1": [], "clerk_a": []}


def test_uses_hide_what_the_actor_may_not_open(village: Village) -> None:
    conversation = ended(village)
    one = statement(village, conversation)
    made = proposal_from(village, one)
    topic_from(village, one)
    with village.house.at_work():
        found = {
            who: [(u.kind, u.title) for u in uses_of(village.house.actor(who), conversation.pk)]
            for who in ("staff", "proposer")
        }
    assert found["proposer"][0] == ("提案", made.matter.title)
    assert found["staff"] == [("提案", ""), ("议题", one.text)]


def test_uses_cost_the_same_for_one_and_for_three(village: Village) -> None:
    conversation = ended(village)
    actor = village.house.actor("staff")
    counts = []
    for number in (1, 2, 3):
        topic_from(village, statement(village, conversation, number))
        with village.house.at_work(), CaptureQueriesContext(connection) as asked:
            uses_of(actor, conversation.pk)
        counts.append(len(asked))
    assert counts == [2, 2, 2]


def test_public_reads_what_became_of_it_without_drafts(village: Village) -> None:
    conversation = ended(village)
    one = statement(village, conversation)
    made = proposal_from(village, one)
    topic_from(village, one)
    assert [(s.words, s.detail) for s in told_of(conversation)] == [("转为议题，正在办", one.text)]
    with village.house.at_work():
        Matter.objects.filter(pk=made.pk).update(state=ProposalState.FILED)
    assert [s.words for s in told_of(conversation)] == ["写成政协提案，正在办", "转为议题，正在办"]


def test_chain_begins_with_the_conversation(village: Village) -> None:
    conversation = ended(village)
    topic = topic_from(village, statement(village, conversation))
    with village.house.at_work():
        staff = whole_chain(village.house.actor("staff"), topic.pk)
        other = whole_chain(village.house.actor("proposer"), conversation.pk)
    assert staff is not None
    assert other is not None
    code = conversation.matter.code
    assert [s.title for s in staff.stops] == [f"{code} {talks.TITLE}", topic.matter.title]
    assert next(s.title for s in other.stops) == f"{code} {talks.TITLE}"


@pytest.mark.parametrize(
    ("state", "page"), [(ConversationState.OPEN, "talks:vote"), (ConversationState.CLOSED, "talks:map")]
)
def test_code_leads_to_the_conversation_and_is_counted(
    village: Village, client: Client, state: str, page: str, django_capture_on_commit_callbacks: Any
) -> None:
    conversation = talks.make_conversation(village.house, state=state)
    with village.house.at_work():
        code = AccessCode.objects.create(committee=village.house.committee, matter=conversation.matter)
    committee = village.house.committee.code
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.get(f"/p/{committee}/c/{code.token}/")
    assert answer["Location"] == reverse(page, args=[committee, conversation.matter.code])
    with village.house.at_work():
        assert list(ScanCount.objects.values_list("count", flat=True)) == [1]
    assert client.get(f"/p/{committee}/c/{code.token}/say/")["Location"] == answer["Location"]


def test_code_of_a_conversation_of_members_leads_nowhere(village: Village, client: Client) -> None:
    conversation = talks.make_conversation(village.house, circle=Circle.MEMBERS)
    with village.house.at_work():
        code = AccessCode.objects.create(committee=village.house.committee, matter=conversation.matter)
    assert client.get(f"/p/{village.house.committee.code}/c/{code.token}/").status_code == 404


def test_map_offers_the_work_to_staff_and_tells_the_public_what_became_of_it(
    village: Village, client: Client
) -> None:
    conversation = ended(village)
    topic_from(village, statement(village, conversation))
    committee, number = village.house.committee.code, conversation.matter.code
    page = client.get(reverse("talks:map", args=[committee, number])).content.decode()
    assert ("大家说的，后来怎样了" in page, "用到工作中" in page) == (True, False)
    own = reverse("conversations:map", args=[conversation.pk])
    found = {}
    for who in ("staff", "proposer", "leader"):
        client.force_login(village.house.users[who])
        page = client.get(own).content.decode()
        found[who] = [words in page for words in ("用到工作中", "据此起草提案", "已用到")]
    assert found == {
        "staff": [True, False, True],
        "proposer": [False, True, True],
        "leader": [False, False, True],
    }
