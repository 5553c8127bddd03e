"""The grass roots of one side of the world: nodes, codes, topics, sessions, problems, appraisals.

Two villages of one committee, so that what belongs to one station's people can be kept from the other's. All
through the real actions, as in ``world.py``.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.capabilities.files import corpus
from tests.village import make_village
from tongxin.activities.grassroots.actions import (
    appraising,
    attending,
    importing_nodes,
    inviting,
    planning,
    problems,
    recording,
    reporting,
    scoring,
    sheets,
    supervising,
)
from tongxin.activities.grassroots.actions import people as node_people
from tongxin.activities.grassroots.actions.appraising import GradeWords, ItemWords, Terms
from tongxin.activities.grassroots.actions.duty import add_duty
from tongxin.activities.grassroots.actions.inviting import Guest
from tongxin.activities.grassroots.actions.planning import Plan
from tongxin.activities.grassroots.actions.scoring import Points
from tongxin.activities.grassroots.enums import Side as Seat
from tongxin.activities.grassroots.models import (
    AppraisalScheme,
    CouncilSeat,
    DeliberationSession,
    Problem,
    RecordConflict,
    SecondedPerson,
    Secondment,
    StationHead,
    StationScore,
    VenueKind,
)
from tongxin.activities.topics.actions import deciding, entering, importing, listing
from tongxin.activities.topics.actions.deciding import Listed
from tongxin.activities.topics.actions.entering import Entry
from tongxin.activities.topics.actions.listing import Outline
from tongxin.activities.topics.actions.receiving import Saying, receive_saying
from tongxin.activities.topics.models import (
    DeclineReason,
    Topic,
    TopicCategory,
    TopicList,
    TopicRules,
    Voice,
)
from tongxin.activities.topics.receipts import receipt_index
from tongxin.capabilities.codes.actions import issue_code, suspend_code
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.files.content import inspect
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.matters.models import Matter
from tongxin.followers.journeys.actions.discussing import put_topic_into_session
from tongxin.followers.journeys.actions.handing import hand_topic_over
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from tests.access.world import Side
    from tests.factories import House
    from tests.village import Village
    from tongxin.capabilities.files.content import Inspected
    from tongxin.foundation.core.access import Actor

# What only those read who decide about what the public says.
SECRET_OF_VOICE = "这是群众自己说的原话"
CONTACT_OF_VOICE = "13900007777"
TODAY = date(2026, 10, 9)


def settle(house: House) -> tuple[Village, Village]:
    """Make both villages with their people, before anybody is given a phone number."""
    first = make_village(house)
    second = make_village(house, name="西关村", town="安口镇", key="2")
    # The council's work and the room's is one person's; the station above it is not theirs.
    factories.add_post(house, house.users["worker"], Role.NODE_WORKER, node=first.council)
    return first, second


def fill_villages(side: Side, first: Village, second: Village) -> None:
    """Make one of everything that happens at the grass roots. The caller is at work in the committee."""
    _Villages(side, first, second).fill()


def mark_villages(mark: str) -> None:
    """Write the mark into every name and every saying of the side that is at work."""
    for model, name in (
        (Node, "name"),
        (SecondedPerson, "name"),
        (StationHead, "name"),
        (CouncilSeat, "name"),
        (TopicCategory, "name"),
        (DeclineReason, "text"),
        (Voice, "text"),
        (Topic, "public_title"),
        (AppraisalScheme, "name"),
    ):
        for row in model._default_manager.all():
            setattr(row, name, f"{getattr(row, name)}{mark}")
            row.save()
    for matter in Matter.objects.filter(kind__in=(Topic.KIND, DeliberationSession.KIND, Problem.KIND)):
        matter.title += mark
        matter.save()


class _Villages:
    def __init__(self, side: Side, first: Village, second: Village) -> None:
        self.side, self.house = side, side.house
        self.first, self.second = first, second
        self.code = self.house.committee.code
        self.staff = self.house.actor("staff")

    def keep(self, name: str, row: Any) -> Any:
        self.side.ids[name] = row.pk
        return row

    def actor(self, who: str) -> Actor:
        return self.house.actor(who)

    def fill(self) -> None:
        self._nodes()
        self._topics()
        self._lists()
        self._topic_tables()
        self._sessions()
        self._problems()
        self._node_imports()
        self._people()
        self._appraisal()
        self._reports()
        self._codes()

    def _nodes(self) -> None:
        for key, node in (
            ("station", self.first.station),
            ("council", self.first.council),
            ("room", self.first.room),
            ("other", self.second.council),
            ("other_station", self.second.station),
            ("other_room", self.second.room),
        ):
            self.keep(f"node.{key}", node)
        self.side.ids["year"] = TODAY.year
        self.keep("venue_kind", VenueKind.objects.order_by("order").first())

    # ── topics ──

    def _said(
        self, key: str, text: str, village: Village, *, photo: Inspected | None = None, **how: Any
    ) -> Topic:
        committee_id = self.house.committee.pk
        nonce = UUID(int=int(self.code) * 1000 + len(self.side.ids))
        receipt = receive_saying(
            committee_id=committee_id,
            saying=Saying(nonce=nonce, text=text, contact=CONTACT_OF_VOICE, photo=photo),
            node=village.room,
            **how,
        )
        voice = Voice.objects.select_related("topic__matter").get(
            receipt_index=receipt_index(committee_id, receipt)
        )
        self.side.ids[f"receipt.{key}"] = receipt
        self.keep(f"voice.{key}", voice)
        topic: Topic = self.keep(f"topic.{key}", voice.topic)
        return topic

    def _entered(self, key: str, title: str, village: Village) -> Topic:
        entry = Entry(
            channel="party_gov",
            title=f"{title}{self.code}",
            text=f"{title}，请议一议。",
            node=village.council,
            raised_by="县政府办",
        )
        topic: Topic = self.keep(f"topic.{key}", entering.enter_topic(actor=self.staff, entry=entry))
        return topic

    def _topics(self) -> None:
        photo = inspect(corpus.picture(), "灯.jpg")
        said = self._said(
            "collected", f"{SECRET_OF_VOICE}，村口到学校的路灯坏了两个月。", self.first, photo=photo
        )
        self.keep("file.voice", StoredFile.objects.get(matter=said.pk))
        self._said("collected_2", f"{SECRET_OF_VOICE}，村口到学校的路灯坏了两个月！", self.first)
        self._flooded()
        sensitive = self._said("sensitive", "有人说低保评定不公，名单和干部亲戚有关。", self.first)
        deciding.mark_topic(
            actor=self.staff, topic=sensitive, urgent=False, sensitive=True, reason="涉及具体的人"
        )
        self._said("other", "集市上没有公共厕所，赶集的人很不方便。", self.second)
        passed = self._said("passed", "小学门口的斑马线磨没了，请重新划一划。", self.first)
        deciding.pass_topic_on(
            actor=self.staff,
            topic=passed,
            to="unit",
            unit=self.house.units["a"],
            outcome="已转教育部门办理。",
        )
        lead = self._said("lead", "全县的老旧管网应当统一改造一遍。", self.first)
        deciding.pass_topic_on(actor=self.staff, topic=lead, to="proposal", outcome="将作为提案线索。")
        answered = self._said("answered", "养老金在哪里认证？", self.first)
        deciding.answer_topic(actor=self.staff, topic=answered, outcome="在村委会一楼就能认证。")
        self._accepted()
        self.keep(
            "topic.recommended",
            entering.recommend_topic(
                actor=self.actor("proposer"), title=f"发展村里的养老服务{self.code}", text="老人多。"
            ),
        )

    def _accepted(self) -> None:
        accepted = self._entered("accepted", "拓宽村口道路", self.first)
        deciding.accept_topic(actor=self.staff, topic=accepted)
        public = self._entered("public", "整治河道垃圾", self.first)
        listed = Listed(title=public.matter.title, public_title="怎样整治河道垃圾", public=True)
        deciding.accept_topic(actor=self.staff, topic=public, listed=listed)
        elsewhere = self._entered("accepted_other", "扩建西关市场", self.second)
        deciding.accept_topic(actor=self.staff, topic=elsewhere)

    def _flooded(self) -> None:
        rules = TopicRules.objects.filter(committee=self.house.committee)
        usual = rules.values_list("flood_most", flat=True).get()
        rules.update(flood_most=0)
        self._said(
            "held", "广场的音箱夜里太响，睡不着。", self.first, network="203.0.113.0/24", answered=True
        )
        rules.update(flood_most=usual)

    def _lists(self) -> None:
        def begun(year: int, node: Node | None = None, **how: Any) -> TopicList:
            outline = Outline(year=year, way="vote", choices_most=1, seats=1, node=node, **how)
            made = listing.begin_list(actor=self.staff, outline=outline)
            ids = ("accepted", "public") if node != self.second.council else ("accepted_other",)
            topics = [self.side.ids[f"topic.{k}"] for k in ids]
            listing.choose_candidates(actor=self.staff, topic_list=made, topics=topics)
            return made

        def voting(year: int, node: Node | None = None) -> TopicList:
            until = TODAY + timedelta(days=5)
            return listing.open_voting(actor=self.staff, topic_list=begun(year, node), until=until)

        def decided(year: int) -> TopicList:
            made = voting(year)
            chosen = [made.items.order_by("order")[0].pk]
            listing.count_hands(actor=self.staff, topic_list=made, hands={chosen[0]: 3})
            done = listing.close_voting(actor=self.staff, topic_list=made)
            return listing.decide_list(
                actor=self.staff, topic_list=done, chosen=chosen, decision="五届第20次常委会", on=TODAY
            )

        self.keep("list.draft", begun(2027))
        self.keep("list.council_draft", begun(2027, self.first.council))
        self.keep("list.voting", voting(2026))
        self.keep("list.closed", listing.close_voting(actor=self.staff, topic_list=voting(2025)))
        self.keep("list.decided", decided(2024))
        CouncilSeat.objects.create(
            committee=self.house.committee,
            node=self.first.council,
            name="李强",
            member=self.house.members["cosigner_1"],
            since=TODAY - timedelta(days=60),
        )
        self.keep("list.council_voting", voting(2026, self.first.council))
        self.keep("list.other_draft", begun(2028, self.second.council))

    def _topic_tables(self) -> None:
        def table(n: int) -> bytes:
            head = "渠道,标题,内容,提出日期,提出人/单位"
            return (
                f"{head}\n党政点,往年第{n}号议题{self.code},旧事一件，请议。,2025-03-0{n},县政府办".encode()
            )

        def kept(n: int, who: str = "staff") -> Any:
            return importing.keep_upload(actor=self.actor(who), data=table(n), filename=f"议题{n}.csv")

        done = kept(1)
        importing.confirm_import(actor=self.staff, upload=done)
        self.keep("topic_import.done", done)
        self.keep("topic_import.open", kept(2))
        self.keep("topic_import.heads", kept(3, "head"))
        self.keep("topic_category", TopicCategory.objects.order_by("order").first())
        self.keep("decline_reason", DeclineReason.objects.order_by("text").first())

    # ── sessions ──

    def _planned(self, title: str, starts: datetime, village: Village) -> DeliberationSession:
        plan = Plan(
            title=f"{title}{self.code}",
            node=village.council,
            starts_at=starts,
            venue="村委会前广场",
            outline="从哪一段先修",
        )
        session = planning.plan_session(actor=self.staff, plan=plan)
        guests = [
            Guest(Seat.MEMBER, village.person.name, person=village.person),
            Guest(Seat.MASSES, "张桂兰", "三社村民"),
            Guest(Seat.UNIT, "局里来人", unit=self.house.units["a"]),
        ]
        inviting.invite_people(actor=self.staff, session=session, guests=guests)
        return session

    def _held(self, title: str, starts: datetime, village: Village) -> DeliberationSession:
        with clock.at(starts):
            session = self._planned(title, starts, village)
            session = recording.begin_record(actor=self.staff, session=session)
            attending.mark_present(actor=self.staff, session=session, person=village.person)
            recording.write_field(actor=self.staff, session=session, field="agreed", text="先修到学校这一段")
        return session

    def _sessions(self) -> None:
        this_hour = clock.now().replace(minute=0, second=0, microsecond=0)
        weeks_ago = this_hour - timedelta(days=21)
        planned = self.keep(
            "session.planned", self._planned("怎样分配浇地的水", this_hour + timedelta(days=9), self.first)
        )
        self.keep("attendee.invited", planned.attendees.filter(side=Seat.MASSES).get())
        soon = self._planned("饮水管网怎么修", this_hour + timedelta(minutes=30), self.first)
        inviting.send_invitations(actor=self.staff, session=soon)
        self.keep("session.announced", planning.announce_session(actor=self.staff, session=soon))
        topic = self._entered("deliberating", "改造饮水管网", self.first)
        topic = deciding.accept_topic(actor=self.staff, topic=topic)
        put_topic_into_session(actor=self.staff, topic=topic, session=soon)
        held = self.keep(
            "session.held", self._held("村口路灯怎么装", this_hour - timedelta(minutes=30), self.first)
        )
        self._record_of(held)
        recorded = self._held("垃圾怎么收", weeks_ago, self.first)
        self.keep(
            "suggestion", recording.add_suggestion(actor=self.staff, session=recorded, text="每社放两个桶")
        )
        with clock.at(weeks_ago):
            recording.add_statement(actor=self.staff, session=recorded, text="桶太少", who="三社村民")
            recording.archive_record(actor=self.staff, session=recorded)
        self.keep("session.recorded", recorded)
        self.keep("session.other", self._held("集市怎么管", this_hour - timedelta(minutes=20), self.second))

    def _record_of(self, held: DeliberationSession) -> None:
        said = recording.add_statement(actor=self.staff, session=held, text="夜里看不见", who="村民代表")
        self.keep("statement", said)
        suggested = recording.add_suggestion(actor=self.staff, session=held, text="先装学校门口")
        self.keep("suggestion.held", suggested)
        self.keep("attendee.present", held.attendees.filter(person=self.first.person).get())
        (paper,) = sheets.add_papers(
            actor=self.staff,
            session=held,
            uploads=[SimpleUploadedFile("签到表.pdf", corpus.pdf(), content_type="application/pdf")],
            purpose=StoredFile.Purpose.ATTACHMENT,
        )
        self.keep("file.paper", paper)
        worker = self.house.users["worker"]
        conflict = RecordConflict.objects.create(
            committee=self.house.committee,
            session=held,
            field="agreed",
            standing="先修到学校这一段",
            arrived="先修到卫生室",
            by=worker,
            by_name=worker.name,
            written_at=clock.now(),
        )
        self.keep("conflict", conflict)

    # ── problems ──

    def _problem(self, key: str, title: str, *, unit: str = "a", **more: Any) -> Problem:
        problem: Problem = self.keep(
            f"problem.{key}",
            problems.add_problem(
                actor=self.staff,
                text=f"{title}，请解决。",
                title=f"{title}{self.code}",
                due_on=TODAY + timedelta(days=30),
                unit=self.house.units[unit],
                **{"node": self.first.council, **more},
            ),
        )
        return problem

    def _problems(self) -> None:
        clerk = self.actor("clerk_a")
        session = DeliberationSession.objects.select_related("matter").get(
            pk=self.side.ids["session.recorded"]
        )
        self._problem("open", "装村口的路灯")
        self._problem("of_session", "每社放两个垃圾桶", session=session)
        self._problem("other", "修集市的厕所", unit="b", node=self.second.council)

        def worked(key: str, title: str) -> Problem:
            return problems.sign_problem(actor=clerk, problem=self._problem(key, title))

        worked("under_way", "补学校的围墙")
        reported = worked("reported", "通自来水")
        problems.report_problem(actor=clerk, problem=reported, result="通了水。")
        solved = worked("solved", "修卫生室的屋顶")
        solved = problems.report_problem(actor=clerk, problem=solved, result="换了瓦。")
        problems.confirm_problem(actor=self.staff, problem=solved)
        self._told()
        hopeless = worked("not_possible", "给全村换电线")
        problems.give_up_problem(actor=self.staff, problem=hopeless, reason="要等全县规划。")

    def _told(self) -> None:
        """Something that was said, went to a unit, was solved, and stands with its picture on the receipt."""
        clerk = self.actor("clerk_a")
        said = self._said("solved", "卫生室门口的台阶太高，老人上不去。", self.first)
        words = "已转教育部门办理。"
        unit = self.house.units["a"]
        topic = deciding.pass_topic_on(actor=self.staff, topic=said, to="unit", unit=unit, outcome=words)
        made = hand_topic_over(actor=self.staff, topic=topic, text="装扶手", due_on=TODAY + timedelta(days=9))
        problem = problems.sign_problem(actor=clerk, problem=self.keep("problem.handed", made))
        photo = SimpleUploadedFile("扶手.jpg", corpus.picture(), content_type="image/jpeg")
        problem = problems.report_problem(actor=clerk, problem=problem, result="装了。", photos=[photo])
        problem = problems.confirm_problem(actor=self.staff, problem=problem)
        problems.set_problem_visibility(actor=self.staff, problem=problem, is_public=True)
        evidence = StoredFile.objects.filter(matter=problem.pk)
        evidence.update(is_public=True)
        self.keep("file.evidence", evidence.get())

    # ── nodes and their people ──

    def _node_imports(self) -> None:
        def preview(n: int, kind: str = "委员工作站") -> Any:
            head = "类别,名称,设在"
            data = f"{head}\n{kind},第{n}街道{kind}{self.code},乡镇".encode()
            return importing_nodes.preview_nodes(actor=self.staff, data=data, filename=f"网点{n}.csv")

        done = preview(1)
        importing_nodes.confirm_import(actor=self.staff, upload=done)
        self.keep("node_import.done", done)
        # Nothing came to hang on what this one made.
        unused = preview(3, "协商议事会")
        importing_nodes.confirm_import(actor=self.staff, upload=unused)
        self.keep("node_import.unused", unused)
        self.keep("node_import.open", preview(2))

    def _people(self) -> None:
        station, council = self.first.station, self.first.council
        self.keep("head", StationHead.objects.get(node=station))
        # Nobody has given this one an account.
        imported = Node.objects.get(name=f"第1街道委员工作站{self.code}")
        self.keep("node.imported", imported)
        self.keep(
            "head.without_account",
            node_people.set_head(
                actor=self.staff, node=imported, name=f"贺站长{self.code}", since=TODAY - timedelta(days=30)
            ),
        )
        (seat,) = node_people.add_seats(
            actor=self.staff, node=council, people=[("石村长", "村委会")], since=TODAY - timedelta(days=60)
        )
        self.keep("seat", seat)
        self.keep("secondment", Secondment.objects.get(node=council, person=self.first.person))
        self.keep("seconded_person", self.first.person)
        for key, village in (("duty_slot", self.first), ("duty_slot.other", self.second)):
            slot = add_duty(
                actor=self.staff,
                node=village.council,
                person=village.person,
                starts_at=time(9),
                ends_at=time(11),
                weekday=2,
            )
            self.keep(key, slot)
        charge = supervising.put_in_charge(
            actor=self.staff,
            node=station,
            leader=self.house.members["outsider"],
            since=TODAY - timedelta(days=90),
        )
        self.keep("charge", charge)
        visit = supervising.record_visit(
            actor=self.staff, charge=charge, on=TODAY, findings="台账不全", rectify_by=TODAY
        )
        self.keep("supervision_visit", visit)

    # ── appraisal ──

    def _scheme(self, year: int) -> AppraisalScheme:
        return appraising.save_scheme(
            actor=self.staff,
            scheme=None,
            terms=Terms(
                year=year,
                name=f"{year}年委员工作站考核办法",
                budget_yuan=Decimal(30_000),
                sharing=AppraisalScheme.Sharing.BY_SCORE,
                round_to_yuan=0,
                self_score_until=date(year, 12, 20),
            ),
            items=(
                ItemWords("开展协商议事", Decimal(60), needs_evidence=True, figure="grassroots.sessions"),
                ItemWords("解决群众反映的问题", Decimal(40), needs_evidence=False, figure=""),
            ),
            grades=(
                GradeWords("优秀", Decimal(90), 0, Decimal(2)),
                GradeWords("合格", Decimal(0), 0, Decimal(1)),
            ),
        )

    def _points(self, score: StationScore) -> dict[Any, Points]:
        return {row.item_id: Points(Decimal(30), "台账第1至12页") for row in score.items.all()}

    def _self_scored(self, score: StationScore, who: str) -> StationScore:
        return scoring.score_self(actor=self.actor(who), score=score, given=self._points(score), submits=True)

    def _appraisal(self) -> None:
        self.keep("scheme.draft", self._scheme(2027))
        approved = appraising.open_scheme(actor=self.staff, scheme=self._scheme(2025))
        for score in StationScore.objects.filter(scheme=approved):
            self._self_scored(score, "staff")
            scoring.check_score(actor=self.staff, score=score, given=self._points(score))
        appraising.approve_scheme(actor=self.actor("leader"), scheme=approved, decision="主席会议")
        self.keep("scheme.approved", approved)
        under_way = appraising.open_scheme(actor=self.staff, scheme=self._scheme(2026))
        self.keep("scheme.open", under_way)
        scores = StationScore.objects.filter(scheme=under_way)
        self.keep("score.own", scores.get(node=self.first.station))
        self.keep("score.other", self._self_scored(scores.get(node=self.second.station), "head2"))
        self.keep("score.approved", StationScore.objects.get(scheme=approved, node=self.first.station))

    def _reports(self) -> None:
        for key, who, village, year in (
            ("draft", "head", self.first, 2026),
            ("submitted", "head", self.first, 2025),
            ("other", "head2", self.second, 2026),
            ("reviewed", "head2", self.second, 2025),
        ):
            report = reporting.begin_report(actor=self.actor(who), node=village.station, year=year)
            if key in {"submitted", "reviewed"}:
                report = reporting.submit_report(actor=self.actor(who), report=report)
            if key == "reviewed":
                reporting.review_report(actor=self.staff, report=report, points=Decimal(90), review="很好")
            self.keep(f"report.{key}", report)

    # ── codes ──

    def _codes(self) -> None:
        for key, village in (("", self.first), ("other_", self.second)):
            for place in ("room", "station"):
                code = self.keep(f"code.{key}{place}", village.codes[place])
                self.side.ids[f"token.{key}{place}"] = code.token
        event = Matter.objects.get(pk=self.side.ids["session.announced"])
        issued = issue_code(actor=self.actor("head"), matter=event)
        self.keep("code.event", issued)
        self.side.ids["token.event"] = issued.token
        imported = issue_code(actor=self.staff, node=Node.objects.get(pk=self.side.ids["node.imported"]))
        self.keep("code.suspended", suspend_code(actor=self.staff, code=imported, reason="正在装修"))
        job = Job(user=self.house.users["head"], kind="tests.work", title=f"打印一码通{self.code}")
        job.committee, job.state = self.house.committee, Job.State.FAILED
        job.save()
        self.keep("job.of_head", job)
        self.side.ids["token.suspended"] = AccessCode.objects.get(pk=imported.pk).token
