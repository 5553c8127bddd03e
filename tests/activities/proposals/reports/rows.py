"""Proposals of every fate as plain rows: what a report counts, without walking through the acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tongxin.activities.proposals.enums import (
    AssignmentState,
    HandlingRole,
    ProposalKind,
    ProposalState,
    RatingAxis,
)
from tongxin.activities.proposals.models import (
    Assignment,
    Extension,
    Proposal,
    Rating,
    RatingChoice,
    RejectReason,
    Reply,
    Topic,
)
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import Kind, Matter, Participation, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import BodyKind
from tongxin.foundation.organization.models import Body, Session, SpecialCommitteePlace

if TYPE_CHECKING:
    from tests.factories import House

FILED_ON = date(2026, 1, 20)
HANDED_ON = date(2026, 2, 2)
TODAY = date(2026, 10, 9)


@dataclass
class Rows:
    """Makes proposals of one session as rows."""

    house: House
    made: int = 0
    numbered: int = 0
    session: Session | None = None
    choices: dict[str, RatingChoice] = field(default_factory=dict)

    def proposal(self, state: str = ProposalState.FILED, *, filed: bool = True, **more: Any) -> Proposal:
        """One proposal; ``number=False`` leaves a filed one without a number."""
        self.made += 1
        numbered = filed and more.pop("number", True)
        self.numbered += numbered
        session = self.session or self.house.session
        matter = Matter.objects.create(
            committee=self.house.committee,
            kind=Kind.PROPOSAL,
            code=f"{session.code_prefix}-{self.numbered:04d}" if numbered else None,
            title=f"关于第{self.made}件事的提案",
            state=state,
            visibility=Visibility.MEMBERS if filed else Visibility.INTERNAL,
        )
        proposer = {"lead_member": self.house.members["proposer"]}
        if "body" in more or "lead_member" in more:
            proposer = {}
        made = Proposal.objects.create(
            matter=matter,
            committee=self.house.committee,
            session=session,
            **{
                "serial": self.made,
                "number": self.numbered if numbered else None,
                "submitted_at": datetime(2026, 1, 7, 9, tzinfo=clock.ZONE),
                "filed_on": FILED_ON if filed else None,
                **proposer,
                **more,
            },
        )
        self.takes_part(made, Participation.Role.PROPOSER, made.lead_member)
        return made

    def takes_part(self, proposal: Proposal, role: str, member: Any) -> None:
        """Record that a member took part; without one the body did."""
        body = None if member else proposal.body
        Participation.objects.create(
            committee=self.house.committee,
            matter=proposal.matter,
            member=member,
            body=body,
            role=role,
            on=FILED_ON,
        )

    def part(
        self,
        proposal: Proposal,
        unit: str,
        *,
        role: str = HandlingRole.SOLE,
        code: str = "",
        days: int | None = None,
        due: int = 90,
        **more: Any,
    ) -> Assignment:
        """One unit's part; ``days`` after the hand-over it answered with class ``code``.

        Args:
            due: days after the hand-over by which it had to; 0: no deadline was kept, as in imported rows.
        """
        state = AssignmentState.REPLIED if code else AssignmentState.HANDLING
        made = Assignment.objects.create(
            committee=self.house.committee,
            proposal=proposal,
            unit=self.house.units[unit],
            role=role,
            **{"state": state, "assigned_on": HANDED_ON, **more},
        )
        sent = HANDED_ON + timedelta(days=days) if days is not None else None
        if code:
            Reply.objects.create(
                committee=self.house.committee,
                assignment=made,
                text="答复。",
                document_number="函〔2026〕1号",
                reply_class=self.house.classes[code],
                sent_on=sent,
            )
        if due:
            Deadline.objects.create(
                committee=self.house.committee,
                matter=proposal.matter,
                kind="reply",
                subject_id=made.pk,
                unit=made.unit,
                starts_on=HANDED_ON,
                months=3,
                due_on=HANDED_ON + timedelta(days=due),
                reason="交办",
                met_on=sent,
            )
        return made

    def rating(self, part: Assignment, attitude: str, result: str, **more: Any) -> Rating:
        """The form of the proposer."""
        return Rating.objects.create(
            committee=self.house.committee,
            reply=part.reply,
            attitude=attitude,
            result=result,
            member=part.proposal.lead_member,
            body=part.proposal.body,
            on=TODAY,
            **more,
        )

    def choice(self, axis: str, label: str) -> RatingChoice:
        """One answer of the committee's own form."""
        if label not in self.choices:
            self.choices[label] = RatingChoice.objects.get_or_create(
                committee=self.house.committee, axis=axis, label=label
            )[0]
        return self.choices[label]


def one_of_everything(house: House) -> Rows:
    """A session in which everything that the report counts occurs, each in another number of proposals."""
    rows = Rows(house)
    topics = [house.topic, *Topic.objects.filter(committee=house.committee).exclude(pk=house.topic.pk)[:2]]
    _people(house)
    _reviewed(rows, topics)
    _handled(rows, topics)
    _rated(rows, topics)
    _elsewhere(rows)
    return rows


def _people(house: House) -> None:
    for member in ("proposer", "cosigner_1"):
        SpecialCommitteePlace.objects.create(
            committee=house.committee,
            member=house.members[member],
            term=house.term,
            special_committee=house.special_committee,
        )
    own = house.special_committee
    house.bodies = {  # type: ignore[attr-defined]
        "special": Body.objects.create(
            committee=house.committee,
            name="提案委员会（提案单位）",
            kind=BodyKind.SPECIAL_COMMITTEE,
            special_committee=own,
        ),
        "sector": Body.objects.create(
            committee=house.committee,
            name="农业界（提案单位）",
            kind=BodyKind.SECTOR,
            sector=house.sectors[0],
        ),
    }


def _reviewed(rows: Rows, topics: list[Topic]) -> None:
    house, states = rows.house, ProposalState
    bodies = house.bodies  # type: ignore[attr-defined]
    lead = rows.proposal(topic=topics[0], is_livelihood=True)
    rows.takes_part(lead, Participation.Role.COSIGNER, house.members["cosigner_2"])
    rows.proposal(states.MERGED, filed=False, merged_into=lead)
    rows.proposal(states.MERGED, merged_into=lead, topic=topics[0])
    rows.proposal(body=house.body, kind=ProposalKind.PARTY, topic=topics[1], phase="ordinary")
    rows.proposal(
        body=bodies["special"], kind=ProposalKind.SPECIAL_COMMITTEE, topic=topics[1], is_livelihood=True
    )
    rows.proposal(body=bodies["sector"], kind=ProposalKind.SECTOR)
    for reason in RejectReason.objects.filter(committee=house.committee)[:2]:
        rows.proposal(states.NOT_FILED, filed=False, reject_reason=reason)
    rows.proposal(states.NOT_FILED, filed=False, lead_member=house.members["cosigner_1"])
    rows.proposal(states.RETURNED, filed=False)
    rows.proposal(states.WITHDRAWN, filed=False)
    rows.proposal(states.CONVERTED, filed=False, phase="ordinary")
    rows.proposal(states.UNDER_REVIEW, filed=False)
    rows.proposal(states.SUBMITTED, filed=False, kind=ProposalKind.JOINT)


def _handled(rows: Rows, topics: list[Topic]) -> None:
    house, states = rows.house, ProposalState
    waiting = rows.proposal(states.HANDLING, topic=topics[2])
    rows.part(waiting, "a", due=300)
    overdue = rows.proposal(states.HANDLING, topic=topics[2], is_livelihood=True)
    part = rows.part(overdue, "b", role=HandlingRole.LEAD)
    rows.part(overdue, "c", role=HandlingRole.CO, due=0)
    rows.part(overdue, "a", role=HandlingRole.LEAD, state=AssignmentState.DECLINED, due=0)
    extended = rows.proposal(states.HANDLING)
    Extension.objects.create(
        committee=house.committee,
        assignment=rows.part(extended, "a", due=300),
        months=3,
        reason="要勘察",
        state=Extension.State.GRANTED,
    )
    Extension.objects.create(
        committee=house.committee,
        assignment=part,
        months=1,
        reason="来不及",
        state=Extension.State.REFUSED,
    )


def _rated(rows: Rows, topics: list[Topic]) -> None:
    house, states = rows.house, ProposalState
    visited, wrote = rows.choice(RatingAxis.VISIT, "走访了"), rows.choice(RatingAxis.CONTACT, "电话联系")
    for n, (code, result) in enumerate((("A", "satisfied"), ("A", "basically"), ("B", "satisfied"))):
        state = states.TRACKING if code == "B" else states.CLOSED
        closed = rows.proposal(state, topic=topics[n], reply_class=house.classes[code], is_livelihood=n == 0)
        part = rows.part(closed, "a" if n else "b", code=code, days=60)
        rows.rating(
            part,
            "satisfied",
            result,
            visit_choice=visited if n else None,
            contact_choice=wrote,
            entered_by=house.users["staff"] if n == 1 else None,
        )
    late = rows.proposal(states.REPLIED, reply_class=house.classes["C"])
    rows.part(late, "c", code="C", days=120)
    imported = rows.proposal(states.CLOSED, reply_class=house.classes["A"], kind=ProposalKind.JOINT)
    rows.part(imported, "c", role=HandlingRole.SEPARATE, code="A", days=95, due=0)
    rows.part(imported, "b", role=HandlingRole.SEPARATE, code="B", days=20, due=0)
    again = rows.proposal(states.CLOSED, round=2, reply_class=house.classes["B"])
    rows.rating(rows.part(again, "a", code="C", days=30), "dissatisfied", "dissatisfied")
    rows.rating(
        rows.part(again, "a", code="B", days=80, round=2), "basically", "basically", contact_choice=wrote
    )


def _elsewhere(rows: Rows) -> None:
    """What the report of the session does not count: drafts, and another session."""
    house = rows.house
    rows.proposal(ProposalState.DRAFT, filed=False, submitted_at=None, serial=None)
    rows.session = Session.objects.create(
        committee=house.committee,
        term=house.term,
        number=4,
        opens_on=date(2025, 1, 6),
        closes_on=date(2025, 1, 9),
        proposal_cutoff_on=date(2025, 1, 8),
        code_prefix="2025",
    )
    past = rows.proposal(ProposalState.CLOSED, reply_class=house.classes["A"], topic=house.topic)
    rows.rating(rows.part(past, "a", code="A", days=10), "satisfied", "satisfied")
    rows.session = None
