"""Two committees of the same shape and of very different size, for `bench/reports.py`. Made in bulk, not by actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from django.db import connections, transaction

from tongxin.activities.proposals.models import (
    Assignment,
    Proposal,
    Rating,
    RejectReason,
    Reply,
    ReplyClass,
    Topic,
)
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import Kind, Matter, Participation
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

if TYPE_CHECKING:
    from django.db.models import Model

    _Row = TypeVar("_Row", bound=Model)

_BATCH = 1000


@dataclass(frozen=True)
class Size:
    """One committee of the comparison."""

    code: str
    proposals: int
    units: int
    members: int


def make(*sizes: Size) -> None:
    """Fill the committees of an empty installation; what is filled stays as it is."""
    for size in sizes:
        name = f"reports-{size.code}"
        if User.objects.filter(username=name).exists():
            continue
        leader = User.objects.create_user(name, None, name="主席")
        committee = Committee.objects.get(code=size.code)
        with transaction.atomic(), tenancy.scope([committee.pk]):
            _fill(committee, size, leader)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _fill(committee: Committee, size: Size, leader: User) -> None:

    own = {"committee": committee}
    Post.objects.create(**own, user=leader, role=Role.STAFF, since=date(2022, 1, 1))
    term = Term.objects.create(**own, number=9, starts_on=date(2022, 1, 1), ends_on=date(2026, 12, 31))
    session = Session.objects.create(
        **own,
        term=term,
        number=5,
        opens_on=date(2026, 1, 6),
        closes_on=date(2026, 1, 9),
        proposal_cutoff_on=date(2026, 1, 8),
        code_prefix="2026",
    )
    sectors = [Sector.objects.create(**own, term=term, name=f"第{n}界") for n in range(30)]
    members = Member.objects.bulk_create(
        Member(**own, number=f"{n:05d}", name=f"委员{n}") for n in range(size.members)
    )
    Membership.objects.bulk_create(
        Membership(**own, member=m, term=term, sector=sectors[n % 30]) for n, m in enumerate(members)
    )
    units = Unit.objects.bulk_create(Unit(**own, name=f"第{n}局") for n in range(size.units))
    for first in range(0, size.proposals, _BATCH):
        _Batch(committee, session, members, units).make(range(first, min(first + _BATCH, size.proposals)))


class _Batch:
    """The rows of some proposals, side by side."""

    def __init__(
        self, committee: Committee, session: Session, members: list[Member], units: list[Unit]
    ) -> None:

        self.own = {"committee": committee}
        self.session, self.members, self.units = session, members, units
        self.topics = list(Topic.objects.filter(**self.own))
        self.classes = list(ReplyClass.objects.filter(**self.own))
        self.reasons = list(RejectReason.objects.filter(**self.own))
        self.rows: dict[type[Model], list[Model]] = {}

    def make(self, numbers: range) -> None:
        for n in numbers:
            self._proposal(n)
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows)  # type: ignore[attr-defined]

    def _add(self, row: _Row) -> _Row:
        self.rows.setdefault(type(row), []).append(row)
        return row

    def _proposal(self, n: int) -> None:

        is_filed, day = n % 10 != 0, date(2026, 1, 6) + timedelta(days=n % 40)
        state = ("closed", "replied", "handling", "closed")[n % 4] if is_filed else "not_filed"
        matter = self._add(
            Matter(
                **self.own,
                kind=Kind.PROPOSAL,
                code=f"2026-{n + 1:05d}" if is_filed else None,
                title=f"关于加强第{n}号村道护栏的提案",
                state=state,
            )
        )
        member = self.members[n % len(self.members)]
        proposal = self._add(
            Proposal(
                **self.own,
                matter=matter,
                session=self.session,
                serial=n + 1,
                number=n + 1 if is_filed else None,
                lead_member=member,
                kind="joint" if n % 3 == 0 else "individual",
                phase="plenary" if n % 5 else "ordinary",
                situation="村口到小学的路一边是沟，没有护栏。" * 6,
                topic=self.topics[n % len(self.topics)],
                is_livelihood=n % 4 == 0,
                reject_reason=None if is_filed else self.reasons[n % len(self.reasons)],
                reply_class=self.classes[n % 3] if state in {"closed", "replied"} else None,
                submitted_at=datetime(day.year, day.month, day.day, 9, tzinfo=clock.ZONE),
                filed_on=day if is_filed else None,
            )
        )
        self._add(
            Participation(**self.own, matter=matter, member=member, role=Participation.Role.PROPOSER, on=day)
        )
        if is_filed:
            self._handled(proposal, n, day)

    def _handled(self, proposal: Proposal, n: int, day: date) -> None:

        is_replied = proposal.matter.state != "handling"
        unit, due = self.units[n % len(self.units)], day + timedelta(days=90)
        part = self._add(
            Assignment(
                **self.own,
                proposal=proposal,
                unit=unit,
                role="sole" if n % 3 else "lead",
                state="replied" if is_replied else "handling",
                assigned_on=day,
            )
        )
        if not n % 3:
            helper = self.units[(n + 7) % len(self.units)]
            self._add(
                Assignment(
                    **self.own,
                    proposal=proposal,
                    unit=helper,
                    role="co",
                    state="opinion_given",
                    assigned_on=day,
                )
            )
        sent = day + timedelta(days=60 + n % 40) if is_replied else None
        for kind in ("sign_for", "reply"):
            self._add(
                Deadline(
                    **self.own,
                    matter=proposal.matter,
                    kind=kind,
                    subject_id=part.pk,
                    unit=unit,
                    starts_on=day,
                    months=3,
                    due_on=due,
                    reason="交办",
                    met_on=sent if kind == "reply" else day,
                )
            )
        if sent:
            reply = self._add(
                Reply(
                    **self.own,
                    assignment=part,
                    text="答复。",
                    document_number="函〔2026〕1号",
                    reply_class=proposal.reply_class,
                    sent_on=sent,
                )
            )
            if proposal.matter.state == "closed":
                grade = ("satisfied", "basically", "satisfied", "dissatisfied")[n // 4 % 4]
                self._add(
                    Rating(
                        **self.own,
                        reply=reply,
                        attitude="satisfied",
                        result=grade,
                        member=proposal.lead_member,
                    )
                )
