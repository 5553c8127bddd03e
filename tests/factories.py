"""People, units and proposals to test with: one full committee, or two side by side.

Every function opens the scope it needs and leaves none open, so it can be called from anywhere in a test
that has the database. Nothing here is random: two calls make the same names.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.capabilities.files import corpus
from tongxin.activities.proposals.actions import (
    attaching,
    cosigning,
    drafting,
    handling,
    rating,
    replying,
    reviewing,
    supervising,
    tracking,
)
from tongxin.activities.proposals.actions.promising import Promised
from tongxin.activities.proposals.enums import HandlingRole
from tongxin.activities.proposals.models import (
    Assignment,
    KeyProposal,
    Promise,
    Proposal,
    RejectReason,
    ReplyClass,
    SupervisionEvent,
    Supervisor,
    Topic,
)
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.organization.access import actor_for
from tongxin.foundation.organization.enums import (
    BodyKind,
    MemberStatus,
    Role,
    Standing,
    UnitKind,
)
from tongxin.foundation.organization.models import (
    Body,
    Committee,
    Member,
    Membership,
    Post,
    Sector,
    Session,
    SpecialCommittee,
    Term,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tongxin.foundation.core.access import Actor

HUATING = "620881"
JINCHANG = "620300"
PASSWORD = "蓝色的小船 42"
SINCE = date(2022, 1, 1)
UNITS = "abc"


@dataclass
class House:
    """One committee with a person for every role.

    Attributes:
        users: the account of each person, by what they are: ``staff``, ``staff_2``, ``reviewer``, ``leader``,
            ``tenant_admin``, ``auditor``, ``submitter``, ``supervisor``, ``other_supervisor``, ``clerk_a``,
            ``leader_a`` (also b, c), and the members below.
        members: ``proposer``, ``cosigner_1``, ``cosigner_2``, ``outsider`` (in office, not involved),
            ``suspended``; further ones through ``add_member``.
        units: ``a``, ``b`` (both handed over through ``office``), ``c`` (through ``other_office``).
    """

    committee: Committee
    term: Term
    session: Session
    sectors: list[Sector]
    special_committee: SpecialCommittee
    body: Body
    topic: Topic
    reason: RejectReason
    classes: dict[str, ReplyClass]
    users: dict[str, User] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        """Return the actor that this person is here today."""
        return actor_of(self.users[who], self.committee)

    @contextmanager
    def at_work(self, *also: House) -> Iterator[None]:
        """Work within this committee (and others), in one transaction, until the block ends."""
        with _in_scope(self.committee, *(h.committee for h in also)):
            yield


@contextmanager
def _in_scope(*committees: Committee) -> Iterator[None]:
    # Outside a transaction PostgreSQL forgets the scope with each statement.
    with tenancy.scope([c.pk for c in committees]), transaction.atomic():
        yield


def actor_of(user: User, committee: Committee | None = None) -> Actor:
    """Return who a user is in a committee, from the posts they hold today."""
    with transaction.atomic():
        return actor_for(user, committee.pk if committee else None)


def make_user(username: str, name: str, **rest: Any) -> User:
    """Make an account that can sign in with ``PASSWORD``."""
    return User.objects.create_user(username, PASSWORD, name=name, **rest)


def add_post(house: House, user: User, role: str, **held_in: Any) -> Post:
    """Give somebody a post: ``unit=``, ``body=`` or ``member=`` where the role wants it."""
    with house.at_work():
        return Post.objects.create(
            committee=house.committee, user=user, role=role, **{"since": SINCE, **held_in}
        )


def add_person(house: House, key: str, name: str, role: str, **held_in: Any) -> User:
    """Make an account with one post."""
    house.users[key] = make_user(f"{house.committee.code}.{key}", name)
    add_post(house, house.users[key], role, **held_in)
    return house.users[key]


def add_member(
    house: House, key: str, name: str, *, status: str = MemberStatus.ACTIVE, user: User | None = None
) -> Member:
    """Make a member of the running term, with an account and the post of a member."""
    number = len(house.members) + 1
    account = user or make_user(f"{house.committee.code}.{key}", name)
    with house.at_work():
        member = Member.objects.create(
            committee=house.committee, number=f"{number:04d}", name=name, user=account, status=status
        )
        Membership.objects.create(
            committee=house.committee,
            member=member,
            term=house.term,
            sector=house.sectors[number % len(house.sectors)],
            standing=Standing.MEMBER,
        )
    house.users[key] = account
    house.members[key] = member
    add_post(house, account, Role.MEMBER, member=member)
    return member


def add_unit(house: House, key: str, name: str, **rest: Any) -> Unit:
    """Make a unit that handles proposals."""
    with house.at_work():
        house.units[key] = Unit.objects.create(committee=house.committee, name=name, **rest)
    return house.units[key]


def make_house(code: str = HUATING) -> House:
    """Fill one of the committees that `tongxin init` made."""
    committee = Committee.objects.get(code=code)
    with _in_scope(committee):
        term = Term.objects.create(
            committee=committee, number=5, starts_on=date(2022, 1, 1), ends_on=date(2026, 12, 31)
        )
        session = Session.objects.create(
            committee=committee,
            term=term,
            number=5,
            opens_on=date(2026, 1, 6),
            closes_on=date(2026, 1, 9),
            proposal_cutoff_on=date(2026, 1, 8),
            code_prefix="2026",
        )
        sectors = [
            Sector.objects.create(committee=committee, term=term, name=name, order=order)
            for order, name in enumerate(("农业界", "教育界"), start=1)
        ]
        special, _made = SpecialCommittee.objects.get_or_create(committee=committee, name="提案委员会")
        body = Body.objects.create(committee=committee, name="民盟支部", kind=BodyKind.PARTY)
        topic, _made = Topic.objects.get_or_create(committee=committee, name="城乡建设")
        reason, _made = RejectReason.objects.get_or_create(
            committee=committee, code="6", defaults={"text": "属于学术研讨的"}
        )
        classes = {
            key: ReplyClass.objects.get_or_create(
                committee=committee, code=key, defaults={"label": label, "is_tracked": tracked}
            )[0]
            for key, label, tracked in (
                ("A", "已解决或采纳", False),
                ("B", "计划解决或准备采纳", True),
                ("C", "留作参考", False),
            )
        }
    house = House(committee, term, session, sectors, special, body, topic, reason, classes)
    _add_people(house)
    return house


def _add_people(house: House) -> None:
    for key, name, role in (
        ("staff", "杜工", Role.STAFF),
        ("staff_2", "万工", Role.STAFF),
        ("reviewer", "审读", Role.REVIEWER),
        ("leader", "常主席", Role.LEADER),
        ("tenant_admin", "管理员", Role.TENANT_ADMIN),
        ("auditor", "审计员", Role.AUDITOR),
    ):
        add_person(house, key, name, role)
    add_person(house, "submitter", "联络员", Role.SUBMITTER, body=house.body)
    for key, name in (
        ("proposer", "王芳"),
        ("cosigner_1", "李强"),
        ("cosigner_2", "赵敏"),
        ("outsider", "孙立"),
    ):
        add_member(house, key, name)
    add_member(house, "suspended", "钱停", status=MemberStatus.SUSPENDED)
    office = add_unit(house, "office", "政府办公室", kind=UnitKind.SUPERVISING)
    other_office = add_unit(house, "other_office", "党委办公室", kind=UnitKind.SUPERVISING)
    add_person(house, "supervisor", "督查员", Role.SUPERVISOR, unit=office)
    add_person(house, "other_supervisor", "党办督查员", Role.SUPERVISOR, unit=other_office)
    for key, name in zip(UNITS, ("教育局", "交通运输局", "住房和城乡建设局"), strict=True):
        unit = add_unit(house, key, name, supervised_by=other_office if key == "c" else office)
        add_person(house, f"clerk_{key}", f"{name}经办人", Role.UNIT_CLERK, unit=unit)
        add_person(house, f"leader_{key}", f"{name}负责人", Role.UNIT_LEADER, unit=unit)


def two_houses() -> tuple[House, House]:
    """Fill two committees of the same shape: what belongs to one must never appear in the other."""
    return make_house(HUATING), make_house(JINCHANG)


# Proposals, each one hand further than the one before. All through the real actions.

TEXT = {
    "situation": "学校门口上学时车流大，没有斑马线和信号灯。",
    "analysis": "道路建成早，接送车辆没有停车的地方。",
    "suggestion": "请在学校门口划斑马线，装信号灯，上学时段安排人员值守。",
}


def draft(house: House, *, title: str = "关于改善学校门口交通的提案", by: str = "proposer") -> Proposal:
    """A complete draft of a member."""
    actor = house.actor(by)
    with house.at_work():
        made = drafting.draft_proposal(actor=actor, title=title, member=house.members[by])
        return drafting.save_draft(actor=actor, proposal=made, version=None, fields=TEXT)


def add_body(house: House, kind: str, name: str) -> Body:
    """Make a body that proposes collectively; the liaison officer speaks for it too."""
    with house.at_work():
        body = Body.objects.create(committee=house.committee, name=name, kind=kind)
    add_post(house, house.users["submitter"], Role.SUBMITTER, body=body)
    return body


def stamp_page(name: str = "盖章页.pdf") -> SimpleUploadedFile:
    """The scanned page with the stamp or the signatures."""
    return SimpleUploadedFile(name, corpus.pdf(), content_type="application/pdf")


def collective_draft(
    house: House,
    *,
    body: Body | None = None,
    title: str = "关于改善学校门口交通的提案",
    convenor: str = "outsider",
    stamped: bool = True,
) -> Proposal:
    """A complete draft of a body, with its convenor and its stamped page."""
    actor = house.actor("submitter")
    fields: dict[str, object] = {**TEXT, "convenor": house.members.get(convenor)}
    with house.at_work():
        made = drafting.draft_proposal(actor=actor, title=title, body=body or house.body)
        made = drafting.save_draft(actor=actor, proposal=made, version=None, fields=fields)
        if stamped:
            attaching.attach_stamp(actor=actor, proposal=made, upload=stamp_page())
        return made


def submitted(house: House, *, cosigners: Sequence[str] = (), by: str = "proposer", **more: Any) -> Proposal:
    """A proposal that was handed in, signed by these members."""
    made = draft(house, by=by, **more)
    with house.at_work():
        asked = cosigning.invite_cosigners(
            actor=house.actor(by), proposal=made, members=[house.members[c] for c in cosigners]
        )
        for key, cosignature in zip(cosigners, asked, strict=True):
            cosigning.answer_invitation(actor=house.actor(key), cosignature=cosignature, signs=True)
        return drafting.submit_proposal(actor=house.actor(by), proposal=made)


def under_review(house: House, **more: Any) -> Proposal:
    """A proposal on the reviewers' table."""
    made = submitted(house, **more)
    with house.at_work():
        return reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)


def filed(house: House, **more: Any) -> Proposal:
    """A proposal with its number."""
    made = under_review(house, **more)
    with house.at_work():
        return reviewing.file_proposal(actor=house.actor("reviewer"), proposal=made, topic=house.topic)


def assigned(
    house: House,
    *,
    to: str = "a",
    co: str = "",
    separate: bool = False,
    **more: Any,
) -> tuple[Proposal, dict[str, Assignment]]:
    """A proposal handed over to units, named by their letters. Returns it with the part of each unit."""
    made = filed(house, **more)
    with house.at_work():
        parts = handling.assign_proposal(
            actor=house.actor("staff"),
            proposal=made,
            to=handling.HandOver(
                answering=tuple(house.units[u] for u in to),
                co=tuple(house.units[u] for u in co),
                separate=separate,
            ),
        )
        made = Proposal.objects.select_related("matter").get(pk=made.pk)
    return made, dict(zip(to + co, parts, strict=True))


def reply_fields(house: House, *, code: str = "A") -> dict[str, object]:
    """What a complete reply says."""
    return {
        "text": "您提出的建议收悉，现答复如下：斑马线已经划好，信号灯下月装。",
        "document_number": "华教函〔2026〕12号",
        "reply_class": house.classes[code],
        "contact_name": "周科长",
        "contact_phone": "0933-1234567",
        "contact_method": "visit",
        "contact_on": clock.today(),
    }


# What a reply of a class that is followed promises, and how many days after it.
PROMISE = "学校门口装信号灯"
PROMISE_DAYS = 60


def promised(house: House, code: str) -> list[Promised]:
    """What a reply of this class promises: one thing where the class is followed, else nothing."""
    if not house.classes[code].is_tracked:
        return []
    return [Promised(PROMISE, clock.today() + timedelta(days=PROMISE_DAYS))]


def answer(
    house: House, unit: str, part: Assignment, *, until: str = "replied", code: str = "A"
) -> Assignment:
    """Let a unit sign for its part and answer; stop at ``handling``, ``approving``, ``reply_review``."""
    clerk, leader = house.actor(f"clerk_{unit}"), house.actor(f"leader_{unit}")
    with house.at_work():
        part = Assignment.objects.select_related("proposal").get(pk=part.pk)
        if part.state == "assigned":
            part = handling.sign_for(actor=clerk, assignment=part)
        if until == "handling":
            return part
        replying.save_reply(
            actor=clerk,
            assignment=part,
            fields=reply_fields(house, code=code),
            promises=promised(house, code),
        )
        part = replying.propose_reply(actor=clerk, assignment=part)
        if until in {"approving", "countersigning"}:
            return part
        part = replying.approve_reply(actor=leader, assignment=part)
        if until == "reply_review":
            return part
        return replying.pass_reply(actor=house.actor("staff"), assignment=part)


def replied(house: House, *, code: str = "A", **more: Any) -> tuple[Proposal, dict[str, Assignment]]:
    """A proposal that every unit has answered and its proposer can rate. Helpers have countersigned."""
    made, parts = assigned(house, **more)
    helping = {unit: part for unit, part in parts.items() if part.role == HandlingRole.CO}
    for unit, part in helping.items():
        parts[unit] = answer(house, unit, part, until="handling")
    for unit, part in parts.items():
        if unit not in helping:
            parts[unit] = _answer_with_helpers(house, unit, part, helping, code=code)
    with house.at_work():
        return Proposal.objects.select_related("matter").get(pk=made.pk), parts


def _answer_with_helpers(
    house: House, unit: str, part: Assignment, helping: dict[str, Assignment], *, code: str
) -> Assignment:
    part = answer(house, unit, part, until="approving", code=code)
    with house.at_work():
        for helper, co in helping.items():
            replying.countersign_reply(actor=house.actor(f"clerk_{helper}"), co_assignment=co, agrees=True)
        part = replying.approve_reply(actor=house.actor(f"leader_{unit}"), assignment=part)
        return replying.pass_reply(actor=house.actor("staff"), assignment=part)


def rated(house: House, *, result: str = "satisfied", **more: Any) -> Proposal:
    """A proposal whose replies were all rated: closed, tracked or dissatisfied."""
    made, parts = replied(house, **more)
    with house.at_work():
        for part in parts.values():
            if part.role == HandlingRole.CO:
                continue
            rating.rate_reply(
                actor=house.actor("proposer"),
                reply=part.reply,
                attitude="satisfied",
                result=result,
                comment="还没有解决" if result == "dissatisfied" else "",
            )
        return Proposal.objects.select_related("matter").get(pk=made.pk)


def chosen_key(house: House, proposal: Proposal) -> KeyProposal:
    """Let the chairpersons' meeting choose a filed proposal as a key one."""
    staff = house.actor("staff")
    with house.at_work():
        key = supervising.nominate_key(actor=staff, proposal=proposal, reason="群众盼了多年")
        return supervising.decide_key(
            actor=staff, key=key, chosen=True, decision="主席会议第12次会议纪要", on=clock.today()
        )


def add_leader(house: House, key: KeyProposal, name: str = "韩书记", office: str = "市委书记") -> Supervisor:
    """Name a leader who supervises a key proposal."""
    with house.at_work():
        return supervising.add_supervisor(
            actor=house.actor("staff"), key=key, name=name, office=office, role="main_leader"
        )


def supervised(house: House, key: KeyProposal, *leaders: Supervisor, **fields: Any) -> SupervisionEvent:
    """Let leaders have been on the spot today, without any promise."""
    what = {
        "kind": "on_site",
        "on": clock.today(),
        "place": "新馆工地",
        "summary": "基坑已经开挖，卡在拆迁。",
        "supervisors": leaders,
    }
    with house.at_work():
        return supervising.record_supervision(
            actor=house.actor("staff"), key=key, supervision=supervising.Supervision(**what | fields)
        )


def keep_promises(house: House, proposal: Proposal) -> None:
    """Let every promise of a proposal be reported by its unit and confirmed by the office."""
    unit_keys = {unit.pk: key for key, unit in house.units.items()}
    with house.at_work():
        for promise in Promise.objects.filter(proposal=proposal, state="open").select_related("proposal"):
            clerk = house.actor(f"clerk_{unit_keys[promise.unit_id]}")
            tracking.report_promise(actor=clerk, promise=promise, evidence="信号灯已经装好，正在使用。")
            tracking.confirm_promise(actor=house.actor("staff"), promise=promise)
