"""The world that is measured: 100 committees, 10,000 proposals in one of them. Made in bulk, not by actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections, transaction

from tongxin.activities.proposals.enums import AssignmentState, HandlingRole, ProposalState
from tongxin.activities.proposals.models import Assignment, Proposal, Topic
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import Kind, Matter, TimelineEntry, Visibility
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import (
    Committee,
    Member,
    Membership,
    Post,
    Sector,
    Session,
    Term,
    Unit,
)

COMMITTEE = "620881"
_IN_ONE = 10_000
_IN_OTHERS = 20
_SESSIONS = 10
_BATCH = 1000
_TITLES = ("关于加强{n}号村道护栏的提案", "关于在{n}社区增设老年助餐点的提案", "关于支持{n}村药材产业的提案")
_STATES = (ProposalState.HANDLING, ProposalState.REPLIED, ProposalState.CLOSED, ProposalState.CLOSED)


def make() -> None:
    """Fill an empty installation; one that is filled stays as it is."""
    if User.objects.filter(username="bench-staff").exists():
        return
    staff = User.objects.create_user("bench-staff", None, name="工作人员")
    author = User.objects.create_user("bench-member", None, name="委员")
    for committee in Committee.objects.order_by("code"):
        with transaction.atomic(), tenancy.scope([committee.pk]):
            _committee(committee, staff, author, _IN_ONE if committee.code == COMMITTEE else _IN_OTHERS)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _committee(committee: Committee, staff: User, author: User, count: int) -> None:
    begins = date(2017, 1, 8)
    term = Term.objects.create(committee=committee, number=1, starts_on=begins, ends_on=date(2027, 12, 31))
    sector = Sector.objects.create(committee=committee, term=term, name="农业界")
    sessions = [
        Session.objects.create(
            committee=committee,
            term=term,
            number=n + 1,
            opens_on=date(2017 + n, 1, 8),
            closes_on=date(2017 + n, 1, 12),
            proposal_cutoff_on=date(2017 + n, 1, 10),
            code_prefix=str(2017 + n),
        )
        for n in range(_SESSIONS)
    ]
    members = Member.objects.bulk_create(
        Member(
            committee=committee,
            number=f"{n:05d}",
            name=f"委员{n}",
            user=author if n == 0 and committee.code == COMMITTEE else None,
        )
        for n in range(60)
    )
    Membership.objects.bulk_create(
        Membership(committee=committee, member=m, term=term, sector=sector) for m in members
    )
    units = Unit.objects.bulk_create(Unit(committee=committee, name=f"第{n}局") for n in range(40))
    if committee.code == COMMITTEE:
        Post.objects.create(committee=committee, user=staff, role=Role.STAFF, since=begins)
        Post.objects.create(
            committee=committee, user=author, role=Role.MEMBER, member=members[0], since=begins
        )
    topics = list(Topic.objects.filter(committee=committee))
    for first in range(0, count, _BATCH):
        _proposals(
            committee, sessions, members, units, topics, range(first, min(first + _BATCH, count)), count
        )


def _proposals(  # a row for each table, side by side
    committee: Committee,
    sessions: list[Session],
    members: list[Member],
    units: list[Unit],
    topics: list[Topic],
    numbers: range,
    count: int,
) -> None:
    today = clock.today()
    matters, proposals, parts, deadlines, entries = [], [], [], [], []
    for n in numbers:
        session = sessions[n * _SESSIONS // count]
        filed = session.opens_on + timedelta(days=n % 300)
        matter = Matter(
            committee=committee,
            kind=Kind.PROPOSAL,
            code=f"{session.code_prefix}-{n + 1:05d}",
            title=_TITLES[n % 3].format(n=n),
            state=_STATES[n % 4],
            visibility=Visibility.MEMBERS,
            opened_on=filed,
        )
        proposal = Proposal(
            matter=matter,
            committee=committee,
            session=session,
            serial=n + 1,
            number=n + 1,
            lead_member=members[1 + n % (len(members) - 1)],
            situation="村口到小学的路一边是沟，没有护栏。" * 6,
            analysis="一是底数不清，二是投入不均。" * 6,
            suggestion="1. 排查。\n2. 装护栏。\n3. 每年公布。",
            topic=topics[n % len(topics)],
            submitted_at=datetime(filed.year, filed.month, filed.day, 9, tzinfo=clock.ZONE),
            filed_on=filed,
            assigned_on=filed,
        )
        part = Assignment(
            committee=committee,
            proposal=proposal,
            unit=units[n % len(units)],
            role=HandlingRole.SOLE,
            state=AssignmentState.HANDLING if n % 4 == 0 else AssignmentState.REPLIED,
            assigned_on=filed,
        )
        matters.append(matter)
        proposals.append(proposal)
        parts.append(part)
        if n % 4 == 0:
            deadlines.append(
                Deadline(
                    committee=committee,
                    matter=matter,
                    kind="reply",
                    subject_id=part.pk,
                    unit=part.unit,
                    starts_on=filed,
                    months=3,
                    due_on=today + timedelta(days=n % 90 - 10),
                    reason="交办",
                )
            )
        entries += [
            TimelineEntry(
                committee=committee, matter=matter, who="提案委员会", verb=verb, text=text, at=clock.now()
            )
            for verb, text in (("submit", "提交"), ("file", "立案"), ("assign", "交办"), ("sign_for", "签收"))
        ]
    Matter.objects.bulk_create(matters)
    Proposal.objects.bulk_create(proposals)
    Assignment.objects.bulk_create(parts)
    Deadline.objects.bulk_create(deadlines)
    TimelineEntry.objects.bulk_create(entries)


def session_cookie(username: str) -> str:
    """Return the key of a new session of this person."""
    user = User.objects.get(username=username)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "tongxin.foundation.accounts.backends.PhoneOrUsernameBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def drafts(count: int) -> list[str]:
    """Return the identifiers of so many new drafts that are ready to be submitted."""
    author = User.objects.get(username="bench-member")
    committee = Committee.objects.get(code=COMMITTEE)
    with transaction.atomic(), tenancy.scope([committee.pk]):
        member = Member.objects.get(user=author)
        session = Session.objects.filter(committee=committee).latest("opens_on")
        matters = Matter.objects.bulk_create(
            Matter(
                committee=committee,
                kind=Kind.PROPOSAL,
                title=f"关于加强第{n}段河道治理的提案",
                state=ProposalState.DRAFT,
            )
            for n in range(count)
        )
        Proposal.objects.bulk_create(
            Proposal(
                matter=m,
                committee=committee,
                session=session,
                lead_member=member,
                situation="水流急。",
                analysis="没有护栏。",
                suggestion="1. 装护栏。",
            )
            for m in matters
        )
        return [str(m.pk) for m in matters]


def some_proposal() -> str:
    """Return a proposal of the large committee."""
    committee = Committee.objects.get(code=COMMITTEE)
    with transaction.atomic(), tenancy.scope([committee.pk]):
        return str(Proposal.objects.filter(committee=committee).order_by("number")[4].pk)


def committee_id() -> int:
    """Return the identifier of the large committee."""
    return Committee.objects.get(code=COMMITTEE).pk
