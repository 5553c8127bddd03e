"""What was talked about online in the demo: one conversation that ended and went into the work, others that go on."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from tongxin.activities.conversations.actions import keeping, moderating, stating
from tongxin.activities.conversations.actions.using import standing_now
from tongxin.activities.conversations.ballots import marked
from tongxin.activities.conversations.counting.counts import count_conversation
from tongxin.activities.conversations.counting.finishing import finish_conversation
from tongxin.activities.conversations.enums import Answer, Circle
from tongxin.activities.conversations.keys import device_secret, member_secret, voice_index
from tongxin.activities.conversations.models import Conversation, Statement, Voice
from tongxin.activities.topics.actions import deciding
from tongxin.activities.topics.models import TopicCategory
from tongxin.capabilities.notices.actions import silence
from tongxin.demo.begun_walk import BegunWalk
from tongxin.demo.talk_texts import CONTACT, LIFTS, PARKING, TalkPlan
from tongxin.demo.texts import Subject
from tongxin.followers.journeys.actions.conversing import raise_topic_from
from tongxin.followers.journeys.actions.proposing import Beginning, propose_statement
from tongxin.followers.journeys.evidence import evidence_of
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tongxin.demo.story import Teller
    from tongxin.foundation.organization.models import Committee

# The conversation that ended did so early enough that its proposal is being handled.
_LIFTS_BEGAN, _LIFTS_ENDED = 125, 95
_PARKING_BEGAN, _CONTACT_BEGAN = 9, 4
_DAYS_LEFT = 21
_PROPOSAL_DAYS = 75
# A walk by this number may be read by everybody.
_PROPOSAL_WALK = 8
# Which statement became what, by its number.
_TO_TOPIC, _TO_PROPOSAL = 2, 1
_MEMBERS_AMONG = 14
# Some pass; few say the opposite of their camp; some stop half-way.
_PASSES, _STOPS = 0.08, 0.35
_SUBJECT = Subject(
    title="",
    topic="城乡建设",
    lead="住建",
    co=(),
    situation="",
    analysis="装不装、怎么装，各户想法不同；可是先查安全、公开出钱、写明谁管这三条，网上讨论时各方都赞成。",
    suggestion=(
        "一是由住建部门统一请专业单位鉴定，合格的楼列出名单；二是公布每户出资和补助的算法；"
        "三是动工以前签好管护协议，写明谁管、谁修、钱从哪里来。"
    ),
    livelihood=True,
)


def tell_talks(teller: Teller) -> None:
    """Tell what is talked about online in this committee; most talk about nothing."""
    code = teller.world.committee.code
    with silence():
        if code == "620881":
            story = _Talks(teller)
            story.lifts()
            story.parking()
            story.members()
        elif code == "620500":
            _Talks(teller).members()


def shown_talk(committee: Committee) -> Conversation | None:
    """Return the conversation in which a visitor of the first page may vote. One query."""
    going_on = Conversation.objects.filter(committee=committee, circle=Circle.PUBLIC).open()
    return going_on.select_related("matter").order_by("pk").first()


class _Talks:
    """The conversations of one committee."""

    def __init__(self, teller: Teller) -> None:
        self.t = teller
        self.staff = teller.actor("staff")
        # Not for security: the demo is to be the same every time.
        self.random = Random(f"talks {teller.world.committee.code}")  # noqa: S311

    def at(self, days: int, hour: int = 9) -> AbstractContextManager[None]:
        """Let it be so many days ago."""
        day = self.t.today - timedelta(days=days)
        return clock.at(datetime.combine(day, time(hour, 10), tzinfo=clock.ZONE))

    def lifts(self) -> None:
        """Tell the one that ended: 424 people, three camps, and what all of them agree on."""
        made = self._open(LIFTS, began=_LIFTS_BEGAN, closes=_LIFTS_ENDED - 1)
        self._vote(made, LIFTS, members=_MEMBERS_AMONG)
        with self.at(_LIFTS_ENDED):
            keeping.close_conversation(actor=self.staff, conversation=made)
            finish_conversation(made.pk)
        self._raise_topic(self._statement(made, _TO_TOPIC))
        self._propose(self._statement(made, _TO_PROPOSAL))

    def parking(self) -> None:
        """Tell the one that everybody may vote in today; four statements wait for the office."""
        made = self._open(PARKING, began=_PARKING_BEGAN, closes=-_DAYS_LEFT)
        self._vote(made, PARKING)
        with self.at(0):
            for n, text in enumerate(PARKING.waiting):
                self._say(made, text, f"waiting {n}")
            count_conversation(made.pk)

    def members(self) -> None:
        """Tell the one that members have among themselves; who tries the demo has not voted yet."""
        made = self._open(CONTACT, began=_CONTACT_BEGAN, closes=-_DAYS_LEFT, circle=Circle.MEMBERS)
        self._vote(made, CONTACT, members=CONTACT.voices)
        with self.at(0):
            count_conversation(made.pk)

    def _open(self, plan: TalkPlan, *, began: int, closes: int, circle: str = Circle.PUBLIC) -> Conversation:
        """Draw it up, open it, and publish what participants wrote."""
        outline = keeping.Outline(
            title=plan.title,
            question=plan.question,
            background=plan.background,
            circle=circle,
            closes_on=self.t.today - timedelta(days=closes),
        )
        seeds = [one.text for one in plan.said if not one.by_people]
        with self.at(began):
            made = keeping.begin_conversation(actor=self.staff, outline=outline)
            moderating.seed_statement(actor=self.staff, conversation=made, texts=seeds)
            made = keeping.open_conversation(actor=self.staff, conversation=made)
        with self.at(began - 2):
            for n, one in enumerate(one for one in plan.said if one.by_people):
                moderating.publish_statement(actor=self.staff, statement=self._say(made, one.text, str(n)))
            for n, (text, why) in enumerate(plan.rejected):
                said = self._say(made, text, f"not {n}")
                moderating.reject_statement(actor=self.staff, statement=said, reason=why)
        return made

    def _say(self, conversation: Conversation, text: str, key: str) -> Statement:
        return stating.say_statement(
            conversation=conversation,
            secret=device_secret(f"demo {conversation.matter.title} {key}"),
            text=text,
            nonce=uuid5(NAMESPACE_URL, f"tongxin demo {conversation.matter.title} {key}"),
        )

    def _vote(self, conversation: Conversation, plan: TalkPlan, members: int = 0) -> None:
        """Let everybody vote; the first of them are members, but not the one at the demo's first door."""
        numbers = dict(
            Statement.objects.filter(conversation=conversation).numbered().values_list("text", "number")
        )
        users = [m.user_id for m in self.t.world.members[1:] if m.user_id]
        secrets = [member_secret(pk) for pk in users[:members]]
        secrets += [device_secret(f"demo {plan.title} {n}") for n in range(plan.voices - len(secrets))]
        camps = self.random.choices(range(len(plan.camps)), plan.camps, k=plan.voices)
        Voice.objects.bulk_create(
            Voice(
                committee_id=conversation.committee_id,
                conversation=conversation,
                key_index=voice_index(conversation.pk, secret),
                ballot=self._ballot(plan, numbers, camp),
            )
            for secret, camp in zip(secrets, camps, strict=True)
        )

    def _ballot(self, plan: TalkPlan, numbers: dict[str, int | None], camp: int) -> str:
        order = list(plan.said)
        self.random.shuffle(order)
        if self.random.random() < _STOPS:
            order = order[: self.random.randrange(5, len(order))]
        return marked("", {numbers[one.text] or 0: self._answer(one.leanings[camp]) for one in order})

    def _answer(self, leaning: int) -> Answer:
        if self.random.random() < _PASSES:
            return Answer.PASS
        return Answer.AGREE if self.random.random() * 10 < leaning else Answer.DISAGREE

    def _statement(self, conversation: Conversation, number: int) -> Statement:
        found = Statement.objects.select_related("conversation__matter", "conversation__committee")
        return found.get(conversation=conversation, number=number)

    def _raise_topic(self, statement: Statement) -> None:
        with self.at(_LIFTS_ENDED - 5):
            topic = raise_topic_from(
                actor=self.staff,
                statement=statement,
                title="加装电梯的出资和补助要公开",
                text=evidence_of(statement, standing_now(statement)).text,
            )
        with self.at(_LIFTS_ENDED - 8):
            deciding.accept_topic(
                actor=self.staff,
                topic=topic,
                listed=deciding.Listed(
                    title=topic.matter.title,
                    public_title=topic.matter.title,
                    category=TopicCategory.objects.filter(committee=self.t.world.committee).first(),
                    place=None,
                    public=True,
                ),
                outcome="已经列为议题，开会商量的日子会在这里写出来。",
            )

    def _propose(self, statement: Statement) -> None:
        member = self.t.world.members[6]
        author = self.t.actor_of(member.user)  # type: ignore[arg-type]  # members of the demo have accounts
        begins = self.t.today - timedelta(days=_PROPOSAL_DAYS)
        with clock.at(datetime.combine(begins, time(9), tzinfo=clock.ZONE)):
            draft = propose_statement(
                actor=author, statement=statement, begin=Beginning("关于老旧小区加装电梯的提案", member)
            )
        walk = BegunWalk(self.t, _PROPOSAL_WALK, "handling", begins)
        walk.take(draft, author, subject=_SUBJECT, place="城区").walk()
