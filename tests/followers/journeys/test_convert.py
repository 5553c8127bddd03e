"""What one kind of matter becomes in another room."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import filed, make_house, replied
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.grassroots.actions.planning import Plan
from tongxin.activities.grassroots.enums import ProblemState, SessionState
from tongxin.activities.grassroots.models import DeliberationSession, Problem, Suggestion
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.topics.enums import PassedTo, TopicState
from tongxin.activities.topics.models import Topic, Voice
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import Matter, MatterLink, Relation, TimelineEntry, Visibility
from tongxin.capabilities.notices.models import Notice
from tongxin.followers.journeys.actions.discussing import (
    plan_session_on,
    put_topic_into_session,
    tell_topics_back,
)
from tongxin.followers.journeys.actions.handing import hand_topic_over
from tongxin.followers.journeys.actions.objecting import object_by_receipt
from tongxin.followers.journeys.actions.proposing import (
    Beginning,
    propose_problem,
    propose_suggestion,
    propose_topic,
    title_about,
)
from tongxin.followers.journeys.conversions import CONVERSIONS, offered
from tongxin.followers.journeys.selectors.chain import public_chain
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db: None) -> Village:
    """A village of a full house."""
    return make_village(make_house())


def listed(village: Village, **more: Any) -> Topic:
    """A topic that is on the list."""
    return links.topic(village, **{"state": TopicState.ACCEPTED, "title": "村道路灯", **more})


def to_unit(village: Village, **more: Any) -> Topic:
    """A topic that was passed on to a unit."""
    here = {"state": TopicState.PASSED_ON, "passed_to": PassedTo.UNIT, "unit": village.house.units["b"]}
    return links.topic(village, **{**here, **more})


def lead(village: Village, **more: Any) -> Topic:
    """A topic that is offered to members."""
    return links.topic(
        village,
        **{"state": TopicState.PASSED_ON, "passed_to": PassedTo.PROPOSAL, "title": "村道路灯", **more},
    )


def in_a_week(village: Village) -> Plan:
    """A plan of a session."""
    starts_at = clock.now().astimezone(clock.ZONE).replace(minute=0, second=0, microsecond=0) + timedelta(
        days=7
    )
    return Plan(title="议一议路灯", node=village.council, starts_at=starts_at, venue="村委会")


def joined(source: Any, target: Any) -> list[str]:
    """The relations from one matter to another."""
    return list(
        MatterLink.objects.filter(source=source.matter, target=target.matter).values_list(
            "relation", flat=True
        )
    )


def lines(row: Any) -> list[str]:
    """What the timeline of a matter says, the oldest first."""
    return list(
        TimelineEntry.objects.filter(matter=row.matter).order_by("at", "id").values_list("text", flat=True)
    )


def test_planning_a_session_on_a_topic_links_both_and_tells_the_contributors(village: Village) -> None:
    with village.house.at_work():
        topic = listed(village)
        voice = links.voice(village, topic)
        session = plan_session_on(actor=village.house.actor("head"), topic=topic, plan=in_a_week(village))
        assert Topic.objects.get(pk=topic.pk).state == TopicState.DELIBERATING
        assert joined(topic, session) == [Relation.DISCUSSED_IN]
        assert "列入议题「村道路灯」" in lines(session)
        assert lines(topic) == ["提交协商议事"]
        assert [s.words for s in public_chain(voice).steps] == [
            "您说了这件事",
            "列为议题",
            "正在准备协商议事会",
        ]


def test_planning_a_session_on_a_topic_that_was_taken_up_is_refused(village: Village) -> None:
    with village.house.at_work():
        topic = listed(village)
        plan_session_on(actor=village.house.actor("staff"), topic=topic, plan=in_a_week(village))
        before = DeliberationSession.objects.count()
        with pytest.raises(Refused):
            plan_session_on(actor=village.house.actor("staff"), topic=topic, plan=in_a_week(village))
        assert DeliberationSession.objects.count() == before


@pytest.mark.parametrize("who", ["proposer", "leader", "clerk_b", "auditor", "worker"])
def test_planning_a_session_needs_leave(village: Village, who: str) -> None:
    with village.house.at_work():
        topic = listed(village, node=village.council)
        with pytest.raises(PermissionDenied):
            plan_session_on(actor=village.house.actor(who), topic=topic, plan=in_a_week(village))


def test_a_planned_session_takes_a_second_topic(village: Village) -> None:
    with village.house.at_work():
        first, second = listed(village), listed(village, title="水渠")
        session = plan_session_on(actor=village.house.actor("staff"), topic=first, plan=in_a_week(village))
        put_topic_into_session(actor=village.house.actor("staff"), topic=second, session=session)
        assert joined(second, session) == [Relation.DISCUSSED_IN]
        assert Topic.objects.get(pk=second.pk).state == TopicState.DELIBERATING


@pytest.mark.parametrize("state", [SessionState.HELD, SessionState.RECORDED, SessionState.CANCELLED])
def test_a_session_that_began_takes_no_topic(village: Village, state: str) -> None:
    with village.house.at_work():
        topic, session = listed(village), links.session(village, state=state)
        with pytest.raises(Refused):
            put_topic_into_session(actor=village.house.actor("staff"), topic=topic, session=session)
        assert Topic.objects.get(pk=topic.pk).state == TopicState.ACCEPTED


def test_telling_back_ends_the_topics_and_nothing_else(village: Village) -> None:
    with village.house.at_work():
        session = links.session(village, held_on=links.day(16))
        topics = [links.topic(village, state=TopicState.DELIBERATING, title=f"灯{n}") for n in range(3)]
        for topic in topics:
            links.link(topic, session, Relation.DISCUSSED_IN)
        foreign = links.topic(village, state=TopicState.DELIBERATING, title="别处")
        count = tell_topics_back(
            actor=village.house.actor("staff"),
            matter=session.matter,
            topics=[topics[0].pk, topics[1].pk, foreign.pk],
            outcome="商定装六盏灯。",
        )
        states = dict(Topic.objects.values_list("matter__title", "matter__state"))
        outcome = Topic.objects.get(pk=topics[0].pk).outcome
    assert count == 2
    assert states == {"灯0": "done", "灯1": "done", "灯2": "deliberating", "别处": "deliberating"}
    assert outcome == "商定装六盏灯。"


def test_telling_back_without_a_word_changes_nothing(village: Village) -> None:
    with village.house.at_work():
        session = links.session(village, held_on=links.day(16))
        topic = links.topic(village, state=TopicState.DELIBERATING)
        links.link(topic, session, Relation.DISCUSSED_IN)
        with pytest.raises(Refused):
            tell_topics_back(
                actor=village.house.actor("staff"), matter=session.matter, topics=[topic.pk], outcome=" "
            )
        assert Topic.objects.get(pk=topic.pk).state == TopicState.DELIBERATING


def test_telling_back_of_a_matter_that_moved_meanwhile_leaves_its_state(village: Village) -> None:
    with village.house.at_work():
        session = links.session(village, held_on=links.day(16))
        topic = links.topic(village, state=TopicState.DELIBERATING)
        links.link(topic, session, Relation.DISCUSSED_IN)
        read = session.matter
        Matter.objects.filter(pk=read.pk).update(state="elsewhere", visibility="public")
        tell_topics_back(
            actor=village.house.actor("staff"), matter=read, topics=[topic.pk], outcome="装好了。"
        )
        now = Matter.objects.get(pk=read.pk)
    assert (now.state, now.visibility) == ("elsewhere", "public")


def test_a_member_takes_up_a_lead(village: Village) -> None:
    house = village.house
    with house.at_work():
        topic = lead(village)
        made = propose_topic(
            actor=house.actor("outsider"),
            topic=topic,
            begin=Beginning(title_about("村道路灯"), house.members["outsider"]),
        )
        assert (made.matter.title, made.situation, made.state) == ("关于村道路灯的提案", links.SAID, "draft")
        assert made.entered_by_id is None
        assert joined(topic, made) == [Relation.RAISED]
        assert lines(made) == ["由议题「村道路灯」引出"]
        entry = TimelineEntry.objects.get(matter=topic.matter)
        assert (entry.text, entry.audience) == ("据此起草提案", TimelineEntry.Audience.OFFICE)
        # A second member may write another one about it.
        again = propose_topic(
            actor=house.actor("proposer"),
            topic=topic,
            begin=Beginning("关于照明的提案", house.members["proposer"]),
        )
        assert {again.pk, made.pk} == set(Proposal.objects.values_list("pk", flat=True))


def test_a_member_does_not_read_the_words_of_a_topic_that_is_no_lead(village: Village) -> None:
    house = village.house
    with house.at_work():
        made = propose_topic(
            actor=house.actor("outsider"),
            topic=listed(village),
            begin=Beginning("关于村道路灯的提案", house.members["outsider"]),
        )
    assert made.situation == ""


def test_staff_begin_a_proposal_for_a_member_who_is_told(village: Village) -> None:
    house = village.house
    with house.at_work():
        made = propose_topic(
            actor=house.actor("staff"),
            topic=lead(village),
            begin=Beginning("关于村道路灯的提案", house.members["outsider"]),
        )
        notice = Notice.objects.get(user=house.users["outsider"])
    assert made.entered_by_id == house.users["staff"].pk
    assert notice.text == "由议题「村道路灯」引出，为您起草了提案，请看一看：关于村道路灯的提案"


@pytest.mark.parametrize(
    ("who", "error"),
    [("clerk_b", PermissionDenied), ("head", PermissionDenied), ("auditor", PermissionDenied)],
)
def test_only_members_and_staff_begin_a_proposal(village: Village, who: str, error: type[Exception]) -> None:
    house = village.house
    with house.at_work():
        topic = lead(village)
        with pytest.raises(error):
            propose_topic(
                actor=house.actor(who), topic=topic, begin=Beginning("案由", house.members["outsider"])
            )


def test_a_member_begins_no_proposal_for_another(village: Village) -> None:
    house = village.house
    with house.at_work():
        topic = lead(village)
        with pytest.raises(PermissionDenied):
            propose_topic(
                actor=house.actor("outsider"), topic=topic, begin=Beginning("案由", house.members["proposer"])
            )
        assert not Proposal.objects.exists()


def test_nobody_writes_about_a_sensitive_topic(village: Village) -> None:
    house = village.house
    with house.at_work():
        topic = lead(village, is_sensitive=True)
        with pytest.raises(PermissionDenied):
            propose_topic(
                actor=house.actor("staff"), topic=topic, begin=Beginning("案由", house.members["proposer"])
            )


def test_a_suggestion_leads_to_one_proposal(village: Village) -> None:
    house = village.house
    with house.at_work():
        session = links.session(village, held_on=links.day(16), outline="路太黑")
        said = Suggestion.objects.create(
            committee=house.committee, session=session, text="请装灯", on=links.day(16)
        )
        begin = Beginning("关于村道路灯的提案", house.members["proposer"])
        made = propose_suggestion(actor=house.actor("proposer"), suggestion=said, begin=begin)
        assert (made.situation, made.suggestion) == ("路太黑", "请装灯")
        assert Suggestion.objects.get(pk=said.pk).led_to_id == made.pk
        assert joined(session, made) == [Relation.RAISED]
        with pytest.raises(Refused):
            propose_suggestion(actor=house.actor("outsider"), suggestion=said, begin=begin)
        assert Proposal.objects.count() == 1


def test_a_problem_that_cannot_be_solved_leads_to_a_proposal(village: Village) -> None:
    house = village.house
    with house.at_work():
        begin = Beginning("关于村道路灯的提案", house.members["proposer"])
        stuck = links.problem(village, state=ProblemState.NOT_POSSIBLE, result="两边是基本农田")
        made = propose_problem(actor=house.actor("proposer"), problem=stuck, begin=begin)
        assert (made.situation, made.analysis) == ("装六盏路灯", "两边是基本农田")
        assert joined(stuck, made) == [Relation.RAISED]
        with pytest.raises(Refused):
            propose_problem(actor=house.actor("proposer"), problem=links.problem(village), begin=begin)


def test_a_topic_at_a_unit_becomes_a_problem_once(village: Village) -> None:
    house = village.house
    with house.at_work():
        topic = to_unit(village)
        due = clock.today() + timedelta(days=30)
        made = hand_topic_over(actor=house.actor("worker"), topic=topic, text="装灯", due_on=due)
        assert (made.unit, made.due_on, made.node, made.text) == (house.units["b"], due, village.room, "装灯")
        assert joined(topic, made) == [Relation.CONVERTED_TO]
        assert Deadline.objects.running().filter(matter=made.matter, due_on=due).count() == 1
        with pytest.raises(Refused):
            hand_topic_over(actor=house.actor("staff"), topic=topic, text="装灯", due_on=due)
        assert Problem.objects.count() == 1


def test_conversions_are_offered_by_state_and_person(village: Village) -> None:
    house = village.house
    stuck, answered = {"state": ProblemState.NOT_POSSIBLE}, replied(house)[0]
    with house.at_work():
        rows = {
            "collected": links.topic(village),
            "listed": listed(village),
            "unit": to_unit(village),
            "lead": lead(village),
            "held": links.session(village, held_on=links.day(16)),
            "planned": links.session(village),
            "stuck": links.problem(village, **stuck),
            "open": links.problem(village),
            "answered": answered,
        }
        shown = {
            who: {key: [c.verb for c in offered(house.actor(who), row)] for key, row in rows.items()}
            for who in ("staff", "head", "outsider", "clerk_b")
        }
    nothing: dict[str, list[str]] = {key: [] for key in rows}
    assert shown["staff"] == nothing | {
        "listed": ["plan_session", "join_session", "propose_topic"],
        "unit": ["hand_over"],
        "lead": ["propose_topic"],
        "held": ["propose_suggestion", "tell_of_session"],
        "stuck": ["propose_problem", "tell_of_problem"],
        "answered": ["tell_of_proposal"],
    }
    assert shown["head"] == nothing | {
        "listed": ["plan_session", "join_session"],
        "unit": ["hand_over"],
        "held": ["tell_of_session"],
        "stuck": ["tell_of_problem"],
    }
    assert shown["outsider"] == nothing | {
        "listed": ["propose_topic"],
        "lead": ["propose_topic"],
        "held": ["propose_suggestion"],
        "stuck": ["propose_problem"],
    }
    assert shown["clerk_b"] == nothing


def test_pages_of_conversions_answer_and_act(village: Village, client: Client) -> None:
    house = village.house
    client.force_login(house.users["staff"])
    with house.at_work():
        topic, unit_topic, offer = listed(village), to_unit(village), lead(village)
    starts = clock.today() + timedelta(days=7)
    page = client.get(f"/journeys/{topic.pk}/new-session/").content.decode()
    assert "村道路灯" in page
    answer = client.post(
        f"/journeys/{topic.pk}/new-session/",
        {"title": "议路灯", "node": village.council.pk, "on": starts.isoformat(), "starts": "09:00"},
    )
    assert answer.status_code == 302
    faulty = client.post(f"/journeys/{unit_topic.pk}/new-problem/", {"text": ""})
    assert faulty.status_code == 422
    answer = client.post(f"/journeys/{unit_topic.pk}/new-problem/", {"text": "装灯"})
    assert answer.status_code == 302
    assert client.get(f"/journeys/{unit_topic.pk}/new-session/").status_code == 409
    client.force_login(house.users["outsider"])
    assert links.SAID in client.get(f"/journeys/{offer.pk}/propose-topic/").content.decode()
    answer = client.post(f"/journeys/{offer.pk}/propose-topic/", {"title": "关于路灯的提案"})
    with house.at_work():
        made = Proposal.objects.get()
        assert made.lead_member == house.members["outsider"]
    assert answer.headers["Location"] == f"/proposals/{made.pk}/edit/"
    assert "已转为提案" in client.get(f"/journeys/{offer.pk}/propose-topic/").content.decode()
    client.force_login(house.users["cosigner_1"])
    page = client.get(f"/journeys/{offer.pk}/propose-topic/").content.decode()
    assert "已经有委员据此起草提案" in page
    assert "关于路灯的提案" not in page


def test_telling_back_from_a_page_ends_the_topics(village: Village, client: Client) -> None:
    with village.house.at_work():
        session = links.session(village, held_on=links.day(16), agreed="装六盏灯")
        topic = links.topic(village, state=TopicState.DELIBERATING)
        links.link(topic, session, Relation.DISCUSSED_IN)
    url = f"/journeys/{session.pk}/tell-back/"
    client.force_login(village.house.users["head"])
    assert "装六盏灯" in client.get(url).content.decode()
    assert client.post(url, {"outcome": "装好了"}).status_code == 422
    assert client.post(url, {"outcome": "装好了", "topics": [topic.pk]}).status_code == 302
    with village.house.at_work():
        assert Topic.objects.get(pk=topic.pk).state == TopicState.DONE
    assert "没有等结果的议题" in client.get(url).content.decode()
    client.force_login(village.house.users["outsider"])
    assert client.get(url).status_code == 403


def test_objecting_opens_the_problem_again_once_and_leaves_no_moment(village: Village) -> None:
    house = village.house
    with house.at_work():
        topic = links.topic(village, state=TopicState.DELIBERATING)
        solved = links.problem(village, state=ProblemState.SOLVED, solved_on=clock.today())
        links.link(topic, solved)
        voice = links.voice(village, topic)
        before = (Entry.objects.count(), TimelineEntry.objects.count(), Notice.objects.count())
    object_by_receipt(voice=voice, text="灯还是不亮")
    with house.at_work():
        problem, kept = Problem.objects.get(pk=solved.pk), Voice.objects.get(pk=voice.pk)
        assert (problem.state, problem.solved_on, problem.objection) == ("under_way", None, "灯还是不亮")
        assert kept.objection == "灯还是不亮"
        assert kept.objected_at is not None
        assert (kept.objected_at.minute, kept.objected_at.second, kept.objected_at.microsecond) == (0, 0, 0)
        assert (Entry.objects.count(), TimelineEntry.objects.count(), Notice.objects.count()) == before
        steps = [s.words for s in public_chain(kept).steps]
    assert steps[-2:] == ["有人说没解决，重新办", "交通运输局正在办"]
    with pytest.raises(Refused):
        object_by_receipt(voice=voice, text="再说一次")


def test_objecting_to_an_answer_lets_the_topic_wait_again(village: Village) -> None:
    house = village.house
    with house.at_work():
        topic = links.topic(
            village,
            state=TopicState.ANSWERED,
            outcome="修好了",
            closed_on=clock.today(),
            visibility=Visibility.PUBLIC,
        )
        voice = links.voice(village, topic)
        assert public_chain(voice).can_object
        before = Entry.objects.count()
    object_by_receipt(voice=voice, text="没有修好")
    with house.at_work():
        again = Topic.objects.select_related("matter").get(pk=topic.pk)
        assert (again.state, again.matter.visibility, again.matter.closed_on) == (
            "collected",
            "internal",
            None,
        )
        assert Topic.objects.waiting().filter(pk=topic.pk).exists()
        assert Deadline.objects.running().filter(matter=topic.pk).count() == 1
        assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("state", "days_ago", "text"),
    [
        (TopicState.COLLECTED, 1, "没解决"),
        (TopicState.DECLINED, 1, "没解决"),
        (TopicState.ANSWERED, 91, "没解决"),
        (TopicState.ANSWERED, 1, "  "),
    ],
)
def test_objecting_where_nothing_counts_as_solved_is_refused(
    village: Village, state: str, days_ago: int, text: str
) -> None:
    with village.house.at_work():
        topic = links.topic(village, state=state, closed_on=clock.today() - timedelta(days=days_ago))
        voice = links.voice(village, topic)
    with pytest.raises(Refused):
        object_by_receipt(voice=voice, text=text)
    with village.house.at_work():
        assert Voice.objects.get(pk=voice.pk).objected_at is None


def test_every_conversion_has_a_page_and_words(village: Village, client: Client) -> None:
    with village.house.at_work():
        topic = listed(village)
    client.force_login(village.house.users["staff"])
    page = client.get(f"/journeys/{topic.pk}/").content.decode()
    for conversion in CONVERSIONS.values():
        assert (str(conversion.label) in page) == (
            conversion.verb in {"plan_session", "join_session", "propose_topic", "propose_problem"}
        ), conversion.verb


def test_a_filed_proposal_that_a_topic_led_to_tells_it_back(village: Village, client: Client) -> None:
    answered, _parts = replied(village.house)
    with village.house.at_work():
        topic = lead(village)
        links.link(topic, answered)
    client.force_login(village.house.users["staff"])
    url = f"/journeys/{answered.pk}/tell-back/"
    assert client.post(url, {"outcome": "已经答复", "topics": [topic.pk]}).status_code == 302
    with village.house.at_work():
        assert Topic.objects.get(pk=topic.pk).outcome == "已经答复"
    early = filed(village.house, title="关于村道照明的提案")
    assert client.get(f"/journeys/{early.pk}/tell-back/").status_code == 409


def test_title_about_fits_the_column() -> None:
    assert title_about("村道路灯。") == "关于村道路灯的提案"
    assert title_about("关于加强照明的提案") == "关于加强照明的提案"
    assert len(title_about("灯" * 300)) <= 120
