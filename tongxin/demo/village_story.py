"""What happens at the grass roots of the demo's first committee: one lamp from a saying to the light, and today's desk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from tongxin.activities.grassroots.actions import attending, inviting, planning, problems, recording
from tongxin.activities.grassroots.actions.duty import add_duty
from tongxin.activities.grassroots.enums import Side
from tongxin.activities.grassroots.models import (
    DeliberationSession,
    Problem,
    Secondment,
    Suggestion,
    VenueKind,
)
from tongxin.activities.topics.actions import deciding, importing, receiving
from tongxin.activities.topics.enums import PassedTo
from tongxin.activities.topics.models import DeclineReason, Topic, TopicCategory, Voice
from tongxin.activities.topics.receipts import receipt_index, receipt_of
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.notices.actions import silence
from tongxin.demo.begun_walk import BegunWalk
from tongxin.demo.texts import Subject
from tongxin.demo.village_texts import SAID_TWICE, TALKS, Talk
from tongxin.followers.journeys.actions.discussing import plan_session_on, tell_topics_back
from tongxin.followers.journeys.actions.proposing import Beginning, propose_suggestion
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tongxin.demo.grassroots import Fields
    from tongxin.demo.story import Teller
    from tongxin.foundation.organization.models import Committee, Node

# The lamp was asked for so long ago that everything that followed has happened.
_LAMP_DAYS = 225
_LAMP = uuid5(NAMESPACE_URL, "tongxin demo lamp")
# A walk by this number ends with promises that are kept, is nobody's second proposal, and may be read by everybody.
_LAMP_WALK = 7
_TITLE = "村道装路灯"
_LAMP_TASK = "学校到卫生室一段先装上路灯"
_LAMP_SUBJECT = Subject(
    title="",
    topic="城乡建设",
    lead="住建",
    co=(),
    situation="",
    analysis="全镇还有二十三个村的村道没有路灯，放学和看病的路最要紧。",
    suggestion="一是把学校、卫生室门口的路段排在前头；二是灯由镇上统一买，电费村集体出；三是写明谁来管。",
    livelihood=True,
)
_LAMP_OUTCOME = "学校到卫生室一段的灯亮了。其他路段写成了提案，承办单位已经答复，答应的事也办到了。"
# What units still have to put right.
_TO_DO = (
    ("水务", "支渠闸门坏了，轮不上水"),
    ("交通", "产业路下雨天车进不去，要硬化一段"),
)
# When members sit in the lamp's room: weekday, from and to which hour.
_DUTY = ((1, 9, 11), (3, 15, 17), (5, 9, 11))


@dataclass(frozen=True, slots=True)
class Shown:
    """Where the demo's first page leads those without an account."""

    place_url_args: tuple[str, str]
    receipt: str


def shown(committee: Committee) -> Shown | None:
    """Return the code on the wall and the receipt of the lamp. None where the demo is not loaded. Two queries."""
    receipt = receipt_of(committee.pk, _LAMP)
    index = receipt_index(committee.pk, receipt)
    voice = Voice.objects.filter(committee=committee, receipt_index=index).first()
    code = AccessCode.objects.active().filter(node=voice.node_id).first() if voice else None
    return Shown((committee.code, code.token), receipt) if code else None


def tell_village(fields: Fields, teller: Teller) -> None:
    """Tell what happened in this committee's villages lately."""
    story = _Story(fields, teller)
    story.keepers()
    with silence():
        story.lamp()
        story.desk()
    story.sessions()


def tell_topics(fields: Fields, teller: Teller) -> None:
    """Bring in the register of topics of the plan's year, as a clerk does from a table."""
    plan = fields.plan
    if not plan.topics:
        return
    channels = ("群众提", "委员荐", "群众提", "党政点", "网络征")
    head = "渠道,标题,内容,网点,类别,提出日期,提出单位,状态,答复"
    rows = [head]
    first = datetime(plan.year, 1, 4, tzinfo=clock.ZONE).date()
    # A table names a council; where two towns have a village of one name, it would not say which.
    names = Counter(council.name for council in fields.councils)
    councils = [council for council in fields.councils if names[council.name] == 1]
    for n in range(plan.topics):
        council, channel = councils[n % len(councils)], channels[n % len(channels)]
        talk = TALKS[(n * 5 + n // len(councils)) % len(TALKS)]
        on = first + timedelta(days=n * 355 // plan.topics)
        member = fields.world.members[n * 3 % len(fields.world.members)].name
        by = {"党政点": "县委办公室", "委员荐": member}.get(channel, "")
        name = council.name.removesuffix("协商议事会")
        words = f"{name}：{talk.said}（登记第{n + 1}号）"
        rows.append(
            f"{channel},{name}{talk.title},{words},{council.name},{talk.category},{on},{by},已办结,{talk.agreed}"
        )
    staff = teller.actor("staff")
    upload = importing.keep_upload(
        actor=staff, data="\n".join(rows).encode(), filename=f"{plan.year}年议题登记册.csv"
    )
    importing.confirm_import(actor=staff, upload=upload)


class _Story:
    """The villages of one committee."""

    def __init__(self, fields: Fields, teller: Teller) -> None:
        self.f, self.t = fields, teller
        self.staff = teller.actor("staff")
        self.categories = {c.name: c for c in TopicCategory.objects.filter(committee=fields.committee)}
        # The first village of the first township; its councils' own members sit at its table.
        self.council = next(c for c in fields.councils if c.name.endswith("村协商议事会"))
        self.room = next(r for r in fields.rooms if r.parent_id == self.council.pk)
        self.village = self.council.name.removesuffix("协商议事会")

    def at(self, days: int, hour: int = 10) -> AbstractContextManager[None]:
        """Let it be so many days ago."""
        day = self.t.today - timedelta(days=days)
        return clock.at(datetime.combine(day, time(hour, 20), tzinfo=clock.ZONE))

    def keepers(self) -> None:
        """Give a head and a room keeper accounts that the demo's first page offers."""
        code = self.f.committee.code
        station = next(s for s in self.f.stations if s.pk == self.council.station_id)
        since = self.t.world.sessions[0].term.starts_on
        people = [
            (f"zhanzhang.{code}", Role.STATION_HEAD, station, "站长"),
            (f"lianluo.{code}", Role.NODE_WORKER, self.council, "议事室联络员"),
        ]
        users = [self.f.people.user(username) for username, *_rest in people]
        self.f.people.save()
        for user, (_username, role, node, title) in zip(users, people, strict=True):
            self.t.world.people[role] = user
            Post.objects.create(
                committee=self.f.committee, user=user, role=role, node=node, title=title, since=since
            )
        head = station.heads.get(until=None)
        head.name, head.user = users[0].name, users[0]
        head.save(update_fields=["name", "user"])
        person = Secondment.objects.filter(node=self.council).select_related("person")[0].person
        for weekday, since_hour, until_hour in _DUTY:
            add_duty(
                actor=self.staff,
                node=self.room,
                person=person,
                weekday=weekday,
                starts_at=time(since_hour),
                ends_at=time(until_hour, 30),
            )

    def say(self, text: str, node: Node, key: str | UUID) -> Topic:
        """Let somebody say something at a place; return the topic that it belongs to."""
        nonce = key if isinstance(key, UUID) else uuid5(NAMESPACE_URL, f"tongxin demo {key}")
        receipt = receiving.receive_saying(
            committee_id=self.f.committee.pk, saying=receiving.Saying(nonce=nonce, text=text), node=node
        )
        index = receipt_index(self.f.committee.pk, receipt)
        return Topic.objects.select_related("matter", "node").get(voices__receipt_index=index)

    def take_up(self, topic: Topic, talk: Talk, *, public: bool = True) -> Topic:
        """Put a topic on the list."""
        title = f"{topic.node.name.removesuffix('协商议事室')}{talk.title}" if topic.node else talk.title
        return deciding.accept_topic(
            actor=self.staff,
            topic=topic,
            listed=deciding.Listed(
                title=title,
                public_title=title,
                category=self.categories.get(talk.category),
                place=topic.node.place if topic.node else None,
                public=public,
            ),
            outcome="已经列为议题，开会商量的日子会在这里写出来。",
        )

    # The lamp

    def lamp(self) -> None:
        """Tell the lamp's whole way: said, talked about, proposed, answered, lit."""
        talk = next(t for t in TALKS if t.title == _TITLE)
        with self.at(_LAMP_DAYS):
            topic = self.say(talk.said, self.room, _LAMP)
        with self.at(_LAMP_DAYS - 3):
            topic = self.take_up(topic, talk)
        with self.at(_LAMP_DAYS - 4):
            session = plan_session_on(
                actor=self.staff, topic=topic, plan=self._plan(topic.matter.title, _LAMP_DAYS - 14)
            )
            planning.announce_session(actor=self.staff, session=session)
        with self.at(_LAMP_DAYS - 14, 15):
            suggestion = self._hold(session, talk)
        with self.at(_LAMP_DAYS - 45):
            problem = Problem.objects.select_related("matter").get(session=session)
            problems.report_problem(
                actor=self.staff, problem=problem, result="村委会先装了六盏，从学校到卫生室都亮了。"
            )
        with self.at(_LAMP_DAYS - 47):
            problem.refresh_from_db()
            problems.confirm_problem(actor=self.staff, problem=problem)
            problems.set_problem_visibility(actor=self.staff, problem=problem, is_public=True)
        begins = self.t.today - timedelta(days=_LAMP_DAYS - 20)
        member = self.t.world.members[4]
        author = self.t.actor_of(member.user)  # type: ignore[arg-type]  # members of the demo have accounts
        with clock.at(datetime.combine(begins, time(9), tzinfo=clock.ZONE)):
            draft = propose_suggestion(
                actor=author,
                suggestion=suggestion,
                begin=Beginning(title=f"关于{self.village}等村道照明的提案", member=member),
            )
        town = self.council.station.place.name  # type: ignore[union-attr]  # every council has a station
        walk = BegunWalk(self.t, _LAMP_WALK, "closed", begins)
        walk.take(draft, author, subject=_LAMP_SUBJECT, place=town).walk()
        with self.at(_LAMP_DAYS - 205):
            tell_topics_back(
                actor=self.staff, matter=draft.matter, topics=[topic.matter_id], outcome=_LAMP_OUTCOME
            )

    def _plan(self, title: str, days: int, hour: int = 15) -> planning.Plan:
        venue = VenueKind.objects.filter(committee=self.f.committee).order_by("order").first()
        day = self.t.today - timedelta(days=days)
        starts = datetime.combine(day, time(hour), tzinfo=clock.ZONE)
        return planning.Plan(
            title=title,
            node=self.council,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            venue_kind=venue,
            venue=self.room.name,
            outline="怎么办、谁来办、钱从哪里来、以后谁来管。",
        )

    def _guests(self) -> list[inviting.Guest]:
        seconded = Secondment.objects.filter(node=self.council).select_related("person__member")
        return [
            inviting.Guest(Side.MEMBER, s.person.name, person=s.person, member=s.person.member)
            for s in seconded
        ] + [
            inviting.Guest(Side.HOST, "村党支部书记", self.village),
            inviting.Guest(Side.PARTY, "垃圾清运公司经理", "清运公司"),
            *(inviting.Guest(Side.MASSES, f"村民代表{n}") for n in "甲乙丙丁"),
        ]

    def _hold(self, session: DeliberationSession, talk: Talk) -> Suggestion:
        session = recording.begin_record(actor=self.staff, session=session)
        for secondment in Secondment.objects.filter(node=self.council).select_related("person__member")[:3]:
            attending.mark_present(actor=self.staff, session=session, person=secondment.person)
        for side, name, post in (
            ("host", "村党支部书记", self.village),
            ("masses", "村民代表甲", ""),
            ("masses", "村民代表乙", ""),
            ("unit", "供电所所长", "供电所"),
        ):
            attending.mark_present(actor=self.staff, session=session, side=side, name=name, post=post)
        recording.write_field(actor=self.staff, session=session, field="chaired_by", text="村党支部书记")
        recording.write_field(actor=self.staff, session=session, field="agreed", text=talk.agreed)
        recording.add_statement(actor=self.staff, session=session, who="村民代表甲", text=talk.said)
        suggestion = recording.add_suggestion(actor=self.staff, session=session, text=talk.suggestion)
        problems.add_problem(
            actor=self.staff,
            session=session,
            node=self.council,
            text=f"{self.village}{_LAMP_TASK}",
            owner=f"{self.village}村民委员会",
            due_on=clock.today() + timedelta(days=40),
        )
        session.refresh_from_db()
        recording.archive_record(actor=self.staff, session=session, publish=True)
        return suggestion

    # Today's desk

    def desk(self) -> None:
        """Leave something in every pile of the desk: waiting, said many times, answered, passed on, declined."""
        rooms = self.f.rooms
        for n, talk in enumerate(TALKS[1:7]):
            with self.at(1 + n):
                self.say(talk.said, rooms[(n * 11 + 3) % len(rooms)], f"waiting {n}")
        for n, words in enumerate(SAID_TWICE):
            with self.at(2):
                self.say(words, self.room, f"same {n}")
        decided = []
        for n, talk in enumerate(TALKS[7:12]):
            with self.at(30 - n):
                decided.append(self.say(talk.said, rooms[(n * 17 + 5) % len(rooms)], f"decided {n}"))
        with self.at(20):
            deciding.answer_topic(
                actor=self.staff,
                topic=decided[0],
                outcome="合作社已经和两家收购商签了保底价，名单贴在村务公开栏。",
            )
            deciding.pass_topic_on(
                actor=self.staff,
                topic=decided[1],
                to=PassedTo.UNIT,
                unit=self.t.world.units["住建"],
                outcome="已经转给住房和城乡建设局，办好以后在这里告诉您。",
            )
            reason = DeclineReason.objects.filter(committee=self.f.committee).order_by("text").first()
            if reason:
                deciding.decline_topic(actor=self.staff, topic=decided[2], reason=reason, words="")
            deciding.pass_topic_on(
                actor=self.staff,
                topic=decided[3],
                to=PassedTo.PROPOSAL,
                outcome="已经作为提案线索提供给委员。",
            )
            self.take_up(decided[4], TALKS[11])

    def sessions(self) -> None:
        """Let one session run today and another one be announced for next week; two problems wait."""
        talk = TALKS[2]
        with self.at(6):
            running = planning.plan_session(
                actor=self.staff, plan=self._plan(f"{self.village}{talk.title}", 0, hour=clock.now().hour)
            )
            inviting.invite_people(actor=self.staff, session=running, guests=self._guests())
            planning.announce_session(actor=self.staff, session=running)
            later = planning.plan_session(
                actor=self.staff, plan=self._plan(f"{self.village}{TALKS[6].title}", -7)
            )
            planning.announce_session(actor=self.staff, session=later)
        with self.at(40):
            for n, (unit, text) in enumerate(_TO_DO):
                problems.add_problem(
                    actor=self.staff,
                    node=self.f.councils[n + 1],
                    text=f"{self.f.councils[n + 1].name.removesuffix('协商议事会')}{text}",
                    unit=self.t.world.units[unit],
                    due_on=clock.today() + timedelta(days=30 + 20 * n),
                )
