"""The way of a saying in public words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.topics.enums import PassedTo, TopicState
from tongxin.activities.topics.models import DeclineReason
from tongxin.capabilities.matters.models import Relation, Visibility
from tongxin.followers.journeys.selectors.chain import public_chain
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tests.village import Village
    from tongxin.followers.journeys.selectors.chain import PublicChain

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db: None) -> Village:
    """A village of a full house."""
    return make_village(factories.make_house())


def told(chain: PublicChain) -> list[tuple[str, str, str]]:
    """Each step as state, words, detail."""
    return [(s.state, s.words, s.detail) for s in chain.steps]


def test_chain_of_a_new_saying_waits(village: Village) -> None:
    with village.house.at_work():
        chain = public_chain(links.voice(village, links.topic(village)))
    assert chain.said == links.SAID
    assert chain.said_on == links.DAY
    assert chain.others == 0
    assert told(chain) == [
        ("done", "您说了这件事", ""),
        ("now", "等待受理", "工作人员看过以后，会在这里告诉您怎么办。"),
    ]
    assert (chain.step_no, chain.headline) == (2, "等待受理")


@pytest.mark.parametrize(
    ("state", "more", "expected"),
    [
        (TopicState.ANSWERED, {"outcome": "已经修好。"}, [("done", "直接答复您", "已经修好。")]),
        (
            TopicState.PASSED_ON,
            {"passed_to": PassedTo.PROPOSAL, "outcome": "请委员关注。"},
            [("done", "作为提案线索转给政协委员", "请委员关注。"), ("now", "等办理结果", "")],
        ),
        (
            TopicState.PASSED_ON,
            {"passed_to": PassedTo.OPINION},
            [("done", "作为社情民意信息向上反映", ""), ("now", "等办理结果", "")],
        ),
        (
            TopicState.ACCEPTED,
            {"public_title": "上学路装灯"},
            [("done", "列为议题", "议题是「上学路装灯」。"), ("now", "等着安排协商", "")],
        ),
        (
            TopicState.DONE,
            {"public_title": "上学路装灯", "outcome": "灯装好了。", "closed_on": links.day(90)},
            [("done", "列为议题", "议题是「上学路装灯」。"), ("done", "办结", "灯装好了。")],
        ),
    ],
)
def test_chain_of_a_decided_topic_says_what_became_of_it(
    village: Village, state: str, more: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    with village.house.at_work():
        topic = links.topic(village, state=state, decided_on=links.day(5), **more)
        assert told(public_chain(links.voice(village, topic)))[1:] == expected


def test_chain_of_a_declined_topic_gives_the_reason(village: Village) -> None:
    with village.house.at_work():
        reason = DeclineReason.objects.create(committee=village.house.committee, text="正在诉讼中")
        topic = links.topic(
            village,
            state=TopicState.DECLINED,
            decline_reason=reason,
            outcome="请等法院判决。",
            decided_on=links.day(3),
        )
        steps = told(public_chain(links.voice(village, topic)))
    assert steps[1:] == [("halt", "没有列为议题", "正在诉讼中。请等法院判决。")]


def test_chain_of_a_merged_topic_follows_the_lead(village: Village) -> None:
    with village.house.at_work():
        lead = links.topic(village, state=TopicState.ANSWERED, outcome="装了灯。", decided_on=links.day(6))
        merged = links.topic(village, state=TopicState.MERGED, merged_into=lead, decided_on=links.day(2))
        links.link(merged, lead, Relation.MERGED_INTO)
        links.voice(village, lead, index="two")
        chain = public_chain(links.voice(village, merged))
    assert chain.others == 1
    assert [s.words for s in chain.steps] == ["您说了这件事", "和同一件事合在一起", "直接答复您"]


def test_chain_does_not_show_the_words_of_the_contributors_title(village: Village) -> None:
    with village.house.at_work():
        topic = links.topic(
            village, state=TopicState.ACCEPTED, title="张三家门口的灯", decided_on=links.day(2)
        )
        chain = public_chain(links.voice(village, topic, text="我家门口黑"))
    assert "张三" not in str(chain)


def test_chain_tells_session_and_problem_without_names(village: Village) -> None:
    with village.house.at_work():
        topic = links.topic(village, state=TopicState.DELIBERATING, decided_on=links.day(5))
        held = links.session(
            village, held_on=links.day(16), agreed="由李强牵头，请电力部门装灯。", others_present=8
        )
        links.came(village, held, "李强")
        links.came(village, held, "何秀兰")
        todo = links.problem(village, text="李强家到学校装六盏灯", unit="b")
        links.link(topic, held, Relation.DISCUSSED_IN)
        links.link(held, todo)
        steps = told(public_chain(links.voice(village, topic)))
    assert steps[2:] == [
        ("done", "坐在一起商量了", "10人到场。商定：由有关同志牵头，请电力部门装灯。"),
        ("now", "交通运输局正在办", "有关同志家到学校装六盏灯"),
    ]


def test_chain_keeps_back_what_is_not_public(village: Village) -> None:
    with village.house.at_work():
        topic = links.topic(village, state=TopicState.DELIBERATING, decided_on=links.day(5))
        held = links.session(
            village, held_on=links.day(16), agreed="内部约定", visibility=Visibility.INTERNAL
        )
        todo = links.problem(village, text="内部的话", visibility=Visibility.INTERNAL)
        links.link(topic, held, Relation.DISCUSSED_IN)
        links.link(held, todo)
        chain = public_chain(links.voice(village, topic))
    assert "内部" not in str(chain)
    assert [(s.words, s.when) for s in chain.steps[2:]] == [
        ("坐在一起商量了", links.day(16)),
        ("交通运输局正在办", links.day(60)),
    ]


def test_chain_of_a_solved_problem_may_be_objected_to_for_some_time(village: Village) -> None:
    with village.house.at_work():
        topic = links.topic(village, state=TopicState.DELIBERATING, decided_on=links.day(5))
        solved = links.problem(village, state=ProblemState.SOLVED, solved_on=links.day(50), result="灯亮了")
        links.link(topic, solved)
        voice = links.voice(village, topic)
        with clock.at(links.day(50 + 90)):
            chain = public_chain(voice)
        with clock.at(links.day(50 + 91)):
            late = public_chain(voice)
    assert told(chain)[2] == ("done", "解决了", "装六盏路灯。灯亮了。")
    assert (chain.can_object, late.can_object) == (True, False)


def test_chain_of_a_proposal_tells_unit_answer_and_promise_without_names(village: Village) -> None:
    house = village.house
    with clock.at(links.day(30)):
        proposal, parts = factories.replied(house, to="b", code="B", cosigners=["cosigner_1"])
    with house.at_work():
        parts["b"].reply.public_text = "王芳委员提出的路灯年底前装好。"
        parts["b"].reply.save()
        proposal.matter.visibility = Visibility.PUBLIC
        proposal.matter.save()
        topic = links.topic(village, state=TopicState.DELIBERATING, decided_on=links.day(5))
        links.link(topic, proposal)
        chain = public_chain(links.voice(village, topic))
    assert [(s.state, s.words) for s in chain.steps[2:]] == [
        ("done", "写成提案，已经立案"),
        ("done", "交给交通运输局办理"),
        ("done", "交通运输局答复了"),
        ("now", "交通运输局答应办"),
    ]
    assert chain.steps[4].detail == "办理结果：计划解决或准备采纳。有关同志委员提出的路灯年底前装好。"
    assert chain.steps[5].detail == factories.PROMISE
    for name in [u.name for u in house.users.values()] + [m.name for m in house.members.values()]:
        assert name not in str(chain)


def test_chain_says_nothing_of_a_proposal_before_it_is_filed(village: Village) -> None:
    with clock.at(links.day(30)):
        proposal = factories.under_review(village.house)
    with village.house.at_work():
        topic = links.topic(village, state=TopicState.DELIBERATING, decided_on=links.day(5))
        links.link(topic, proposal)
        chain = public_chain(links.voice(village, topic))
    assert [s.words for s in chain.steps] == ["您说了这件事", "列为议题", "正在协商，还没有结果"]


def test_chain_goes_round_a_circle_once(village: Village) -> None:
    with village.house.at_work():
        topic = links.topic(village, state=TopicState.DELIBERATING, decided_on=links.day(5))
        todo = links.problem(village)
        links.link(topic, todo)
        links.link(todo, topic, Relation.FOLLOWS_UP)
        chain = public_chain(links.voice(village, topic))
    assert [s.words for s in chain.steps] == ["您说了这件事", "列为议题", "交通运输局正在办"]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_chain_costs_the_same_queries_however_long(village: Village, count: int) -> None:
    with village.house.at_work():
        topic = links.topic(village, state=TopicState.DELIBERATING, decided_on=links.day(5))
        for n in range(count):
            held = links.session(village, held_on=links.day(16), title=f"议路灯{n}")
            links.came(village, held, "何秀兰")
            links.link(topic, held, Relation.DISCUSSED_IN)
            links.link(held, links.problem(village, title=f"装灯{n}"))
        voice = links.voice(village, topic)
        with (
            transaction.atomic(),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            chain = public_chain(voice)
    assert len(chain.steps) == 2 + 2 * count
    assert (
        len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]) == 9
    )
