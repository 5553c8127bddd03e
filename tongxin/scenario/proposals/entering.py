"""Entering proposals as one table, supervising the key ones, and the documents with rules."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from tongxin.activities.proposals.actions import supervising
from tongxin.activities.proposals.actions.importing import confirm_import, keep_upload, preview_import
from tongxin.activities.proposals.actions.quality_rules import enter_quality_rules
from tongxin.activities.proposals.models import (
    Proposal,
    QualityRule,
    SupervisionEvent,
    Supervisor,
)
from tongxin.foundation.core import clock
from tongxin.foundation.organization.actions import open_term, save_entry
from tongxin.foundation.organization.models import Session, Term
from tongxin.scenario.proposals.entering_following import enter_following
from tongxin.scenario.proposals.timeliness import LATE_AFTER, LATE_BY_NOW
from tongxin.scenario.texts import PARTIES, SUBJECTS, TURNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member
    from tongxin.scenario.names import Names
    from tongxin.scenario.proposals.planning import KeyPlan, ProposalsPlan, Year
    from tongxin.scenario.spans import Cells
    from tongxin.scenario.staff import Span

_COLUMNS: Final = (
    "届", "次", "案由", "内容", "提案类型", "第一提案人", "联名人", "民生", "提交日期", "审查结果", "立案日期",
    "不予立案理由", "主办单位", "交办日期", "答复日期", "办理结果类别", "办理工作评价", "办理结果评价", "重点",
    "优秀", "公开",
)  # fmt: skip
_MONTH, _DAY = 1, 8
_YEARS = 5
_AT_ONCE = 5000
_HANDED_ON, _ANSWERED = timedelta(days=10), timedelta(days=60)
# What is followed afterwards was answered soon.
_SOON = timedelta(days=20)
_TOO_LATE = timedelta(days=LATE_AFTER)
_REASON = "内容空泛、没有具体建议"
# The class of replies whose promise is followed: such a proposal is still under way after its answer.
_FOLLOWED = "B"
_SOLVED, _UNSOLVED = "A", "C"


@dataclass(frozen=True, slots=True)
class People:
    """Who proposes, and who answers.

    Attributes:
        turns: whose turn it is to propose, in cells of which nobody says who does.
    """

    members: Sequence[Member]
    units: Sequence[str]
    turns: Iterator[int] = field(default_factory=count)

    def pairs(self, plan: ProposalsPlan, cell: int) -> Iterator[tuple[Member, Member]]:
        """Yield who proposes in a cell, one after the other, and who would sign with them."""
        order = plan.proposers.order(plan.turns, cell)
        if order is None or not order.anybody:
            for turn in self.turns:
                yield self._at(turn), self._at(turn + 1)
            return
        size = len(order.anybody)
        place = {who: n for n, who in enumerate(order.anybody)}
        for turn in count():
            who = order.everybody[turn] if turn < len(order.everybody) else order.anybody[turn % size]
            yield self._at(who), self._at(order.anybody[(place[who] + 1) % size])

    def _at(self, turn: int) -> Member:
        return self.members[turn % len(self.members)]


def enter_proposals(actor: Actor, plan: ProposalsPlan, people: People, names: Names, cells: Cells) -> None:
    """Enter everything that was planned of proposals."""
    if plan.has_any:
        sessions = _Sessions(actor, cells.edges[-1] - timedelta(days=1))
        rows = [row for cell in range(len(plan.years)) for row in _rows(sessions, plan, people, cells, cell)]
        _bring_in(actor, [row for row in rows if not _waits(row)])
        _bring_in_waiting(actor, [row for row in rows if _waits(row)], sessions.today)
        for key in plan.keys:
            _supervise(actor, key, names, cells)
        enter_following(actor, plan, cells)
    if plan.rules:
        enter_quality_rules(actor=actor, rules=_rules(actor, plan.rules))


class _Sessions:
    """The plenary sessions of each year; what is missing is added."""

    def __init__(self, actor: Actor, today: date) -> None:
        self.actor = actor
        self.today = today
        self.terms: list[Term] = list(Term.objects.filter(committee_id=actor.committee_id or 0))
        self.of_year: dict[int, Session] = {}

    def at(self, on: date) -> Session:
        """Return the session to whose time a day belongs."""
        if on.year not in self.of_year:
            opens_on = min(date(on.year, _MONTH, _DAY), self.today)
            term = self._term(opens_on)
            session = Session(
                committee_id=term.committee_id,
                term=term,
                number=on.year - term.starts_on.year + 1,
                opens_on=opens_on,
                closes_on=opens_on + timedelta(days=3),
                proposal_cutoff_on=opens_on + timedelta(days=2),
                code_prefix=str(on.year),
            )
            save_entry(actor=self.actor, entry=session)
            self.of_year[on.year] = session
        return self.of_year[on.year]

    def _term(self, day: date) -> Term:
        while not any(term.starts_on.year <= day.year for term in self.terms):
            first = min(self.terms, key=lambda term: term.starts_on)
            self.terms.append(
                open_term(
                    actor=self.actor,
                    number=first.number - 1,
                    starts_on=first.starts_on.replace(year=first.starts_on.year - _YEARS),
                    ends_on=first.starts_on - timedelta(days=1),
                )
            )
        begun = [term for term in self.terms if term.starts_on.year <= day.year]
        return max(begun, key=lambda term: term.starts_on)


def _waits(row: Mapping[str, str]) -> bool:
    """Say whether a unit was asked and has not answered."""
    return "主办单位" in row and "答复日期" not in row


def _bring_in_waiting(actor: Actor, rows: Sequence[Mapping[str, str]], today: date) -> None:
    """Bring in what units were asked, each year by its end: then their time began to run."""
    for year in sorted({row["提交日期"][:4] for row in rows}):
        with clock.at(min(date(int(year), 12, 31), today)):
            _bring_in(actor, [row for row in rows if row["提交日期"].startswith(year)])


def _rows(
    sessions: _Sessions, plan: ProposalsPlan, people: People, cells: Cells, cell: int
) -> Iterator[dict[str, str]]:
    """Yield the rows of the table that were handed in during one cell."""
    year, actor = plan.years[cell], sessions.actor
    named = [key for key in plan.keys if key.cell == cell]
    pairs = people.pairs(plan, cell)
    for n, marks in enumerate(_marks(year)):
        on = _handed_in(plan, cells, cell, n)
        session = sessions.at(on)
        row = {
            "届": str(session.term.number),
            "次": str(session.number),
            "案由": named[n].title if n < len(named) else title_of(on, n),
            "内容": "情况：群众反映较多。\n分析：投入不足。\n建议：列入年度计划。",
            "提交日期": on.isoformat(),
            "民生": "是" if marks.is_livelihood else "否",
            "重点": "是" if len(named) <= n < year.key else "否",
            "优秀": "是" if n < year.outstanding else "否",
            "公开": "是",
        }
        row |= _who(actor, marks.kind, pairs, n)
        if n >= year.filed:
            row |= {"审查结果": "不予立案", "不予立案理由": _REASON}
        else:
            row |= {"审查结果": "立案", "立案日期": on.isoformat()}
        unit = people.units[n % len(people.units)] if people.units else ""
        if marks.is_replied:
            last = cells.edges[cell + 1] - timedelta(days=1)
            row |= {"主办单位": unit, **_answer(plan, cell, n, (on, last)), **_rating(plan, cell, n)}
        elif n < year.replied + year.overdue:
            row |= {"主办单位": unit, "交办日期": on.isoformat()}
        yield row


def _handed_in(plan: ProposalsPlan, cells: Cells, cell: int, n: int) -> date:
    """Return when the n-th proposal of a cell was handed in."""
    year, first, length = plan.years[cell], cells.edges[cell], cells.days()[cell]
    total, today = year.filed + year.not_filed, cells.edges[-1] - timedelta(days=1)
    if n < followed_or_revisited(plan, cell):
        # It is filed first: whoever supervises, promises or looks back does so afterwards.
        return first
    if year.replied - year.late <= n < year.replied:
        return first + timedelta(days=n % (length - LATE_AFTER))
    if year.replied <= n < year.replied + year.overdue:
        room = min(length, (today - first).days - LATE_BY_NOW + 1)
        return first + timedelta(days=(n - year.replied) * room // year.overdue)
    return first + timedelta(days=n * length // total)


def followed_or_revisited(plan: ProposalsPlan, cell: int) -> int:
    """Return how many proposals of a cell stand first because something happens to them later."""
    return plan.followed(cell) + plan.following.revisited[cell]


@dataclass(frozen=True, slots=True)
class _Marks:
    kind: str
    is_replied: bool = False
    is_livelihood: bool = False


def _marks(year: Year) -> Iterator[_Marks]:
    """Yield what each proposal of a cell is, those not filed at the end."""
    counts = (("party", year.parties), ("body", year.other_bodies), ("joint", year.joint))
    kinds = [kind for kind, count in counts for _n in range(count)]
    kinds += ["member"] * (year.filed - len(kinds))
    for n, kind in enumerate(kinds):
        replied = n < year.replied
        place = n if replied else n - year.replied
        part = year.livelihood_replied if replied else year.livelihood - year.livelihood_replied
        yield _Marks(kind, replied, place < part)
    yield from (_Marks("party") for _n in range(year.parties_not_filed))
    yield from (_Marks("member") for _n in range(year.not_filed - year.parties_not_filed))


def title_of(on: date, n: int) -> str:
    """Return the title of the n-th proposal of a cell."""
    subject, turn = SUBJECTS[n % len(SUBJECTS)], TURNS[n // len(SUBJECTS) % len(TURNS)]
    return f"关于{turn}{subject}的提案（{on:%Y年%m月}第{n + 1}件）"


def _who(actor: Actor, kind: str, pairs: Iterator[tuple[Member, Member]], n: int) -> dict[str, str]:
    home = actor.committee.place.name
    if kind == "party":
        return {"提案类型": "党派", "第一提案人": f"{PARTIES[n % len(PARTIES)]}{home}委员会"}
    if kind == "body":
        return {
            "提案类型": "团体",
            "第一提案人": ("共青团{}委", "{}总工会", "{}妇女联合会")[n % 3].format(home),
        }
    lead, cosigner = next(pairs)
    found = {"提案类型": "个人", "第一提案人": lead.number}
    if kind == "joint":
        found |= {"提案类型": "联名", "联名人": cosigner.number}
    return found


def _answer(plan: ProposalsPlan, cell: int, n: int, span: tuple[date, date]) -> dict[str, str]:
    year, (on, last) = plan.years[cell], span
    if n >= year.replied - year.late:
        assigned, sent = on, on + _TOO_LATE
    elif n < followed_or_revisited(plan, cell):
        assigned, sent = on, min(on + _SOON, last)
    else:
        assigned, sent = min(on + _HANDED_ON, last), min(on + _ANSWERED, last)
    followed = n < plan.followed(cell)
    return {
        "交办日期": assigned.isoformat(),
        "答复日期": sent.isoformat(),
        "办理结果类别": _FOLLOWED if followed else _UNSOLVED if n < year.unsolved else _SOLVED,
    }


def _rating(plan: ProposalsPlan, cell: int, n: int) -> dict[str, str]:
    """Return what a proposer says of an answer, the n-th of a cell."""
    year = plan.years[cell]
    if year.rated is None:
        followed = n < plan.followed(cell)
        grades = {"办理工作评价": "满意", "办理结果评价": "基本满意" if followed else "满意"}
        return grades if n < followed_or_revisited(plan, cell) else {}
    if n >= year.rated:
        return {}
    return {
        "办理工作评价": "满意" if n < year.satisfied_with_work else "基本满意",
        "办理结果评价": "满意" if n < year.satisfied else "基本满意",
    }


def _bring_in(actor: Actor, rows: Sequence[Mapping[str, str]]) -> None:
    # A table holds so many rows at most.
    for n in range(0, len(rows), _AT_ONCE):
        _import(actor, rows[n : n + _AT_ONCE])


def _import(actor: Actor, rows: Sequence[Mapping[str, str]]) -> None:
    table = io.StringIO()
    writer = csv.DictWriter(table, _COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    upload = keep_upload(actor=actor, data=table.getvalue().encode("utf-8-sig"), filename="提案台账.csv")
    preview_import(actor=actor, upload=upload)
    confirm_import(actor=actor, upload=upload)


def _supervise(actor: Actor, plan: KeyPlan, names: Names, cells: Cells) -> None:
    """Choose a proposal as a key one, name its leader, and record each supervision."""
    proposal = Proposal.objects.select_related("matter").get(
        committee_id=actor.committee_id or 0, matter__title=plan.title
    )
    today = cells.edges[-1] - timedelta(days=1)
    key = supervising.nominate_key(actor=actor, proposal=proposal, reason="群众关心，涉及面广。")
    key = supervising.decide_key(
        actor=actor, key=key, chosen=True, decision="主席会议", on=min(proposal.filed_on or today, today)
    )
    supervising.plan_supervision(
        actor=actor, key=key, plan="领衔领导现场督办，承办单位汇报进展。", figure_key=plan.key or None
    )
    leader = supervising.add_supervisor(
        actor=actor, key=key, name=names.one(), office="书记", role=Supervisor.Role.MAIN_LEADER
    )
    kinds = (
        (SupervisionEvent.Kind.ON_SITE, plan.visits, "项目现场"),
        (SupervisionEvent.Kind.MEETING, plan.meetings, "会议室"),
    )
    for kind, counts, place in kinds:
        for cell, often in enumerate(counts):
            for n in range(often):
                on = cells.edges[cell] + timedelta(days=n * cells.days()[cell] // often)
                _record(actor, key=key, kind=kind, on=on, place=place, leader=leader)


def _record(actor: Actor, *, leader: Supervisor, key: Any, **event: Any) -> None:  # noqa: ANN401 (of the room)
    summary = "听取进展，要求按期完成。"
    supervising.record_supervision(
        actor=actor,
        key=key,
        supervision=supervising.Supervision(summary=summary, supervisors=[leader], **event),
    )


def _rules(actor: Actor, spans: Sequence[Span]) -> list[QualityRule]:
    stems = ("提案工作条例实施细则", "提高提案质量的意见", "重点提案遴选与督办办法", "提案审查工作细则")
    return [
        QualityRule(
            committee_id=actor.committee_id or 0,
            title=stems[n % len(stems)] + (f"（{n // len(stems) + 1}）" if n >= len(stems) else ""),
            number=f"政协发〔{span.since.year}〕{n + 1}号",
            issued_on=span.since,
            # From this day on it holds no more.
            ended_on=span.until + timedelta(days=1) if span.until else None,
        )
        for n, span in enumerate(spans)
    ]
