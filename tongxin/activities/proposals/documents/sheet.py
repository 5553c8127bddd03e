"""The sheet of a proposal (提案表): what it says, who proposes it, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.activities.proposals.enums import Disclosure, HandlingRole, Phase, ProposalKind, ProposalState
from tongxin.foundation.core import clock
from tongxin.foundation.core.official import Facts, Heading, OfficialDocument, blocks_of, written_date
from tongxin.foundation.core.record_language import in_record_language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.activities.proposals.models import Assignment, Proposal
    from tongxin.foundation.core.official import Block

_Row = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What stands on a sheet beside the proposal's own columns, as far as the reader may see it.

    Attributes:
        cosigners: names of the members who signed.
        wished: names of the units that the proposer would like.
        parts: the parts of its handling in force, units loaded.
        shows_disclosure: whether the reader may know what the proposer agrees to publish.
    """

    cosigners: Sequence[str] = ()
    wished: Sequence[str] = ()
    parts: Sequence[Assignment] = ()
    shows_disclosure: bool = True


def proposal_sheet(proposal: Proposal, facts: SheetFacts) -> OfficialDocument:
    """Return a proposal as a document: a form on top, its text with headings beneath.

    Args:
        proposal: its matter, session and term, committee, proposer, topic, reason of refusal and lead loaded.
        facts: what its own columns do not hold.
    """
    with in_record_language():
        return OfficialDocument(
            title=f"{proposal.committee.short_name}{proposal.session}提案",
            blocks=(Facts(tuple(_rows(proposal, facts))), *_text(proposal)),
        )


def _rows(p: Proposal, facts: SheetFacts) -> list[_Row]:
    rows: list[_Row] = [
        (("提案号", p.matter.code or "—"), ("流水号", str(p.serial or "—"))),
        (("案由", p.matter.title),),
        (("提案者", p.proposer_name), ("类型", str(ProposalKind(p.kind).label))),
    ]
    if facts.cosigners:
        rows.append((("联名人", "、".join(facts.cosigners)),))
    rows += [
        (("类别", str(p.topic or "—")), ("时间", str(Phase(p.phase).label))),
        (("提交日期", _day(_submitted(p))), ("审查结果", _outcome(p))),
    ]
    if facts.wished:
        rows.append((("希望承办", "、".join(facts.wished)),))
    if facts.parts:
        parts = sorted(facts.parts, key=lambda part: (part.round, part.role == HandlingRole.CO))
        rows.append((("承办单位", "\n".join(_part(part) for part in parts)),))
    if facts.shows_disclosure:
        rows.append((("公开意愿", str(Disclosure(p.disclosure).label)),))
    return rows


def _day(day: date | None) -> str:
    return written_date(day) if day else "—"


def _submitted(p: Proposal) -> date | None:
    return p.submitted_at.astimezone(clock.ZONE).date() if p.submitted_at else None


_NOT_DECIDED = {ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.UNDER_REVIEW}


def _outcome(p: Proposal) -> str:
    """Return what the review decided, in words; of what was filed, also when."""
    if p.merged_into is not None:
        lead = p.merged_into.matter
        return f"并入{lead.code or lead.title}"
    if p.filed_on:
        return f"{written_date(p.filed_on)}立案"
    if p.state == ProposalState.NOT_FILED and p.reject_reason:
        return f"不予立案：{p.reject_reason}"
    return "—" if p.state in _NOT_DECIDED else str(ProposalState(p.state).label)


def _part(part: Assignment) -> str:
    again = f"（第{part.round}轮）" if part.round > 1 else ""
    return f"{HandlingRole(part.role).label}：{part.unit.name}{again}"


def _text(p: Proposal) -> list[Block]:
    found: list[Block] = []
    for heading, text in (("情况", p.situation), ("分析", p.analysis), ("建议", p.suggestion)):
        if text.strip():
            # The parts have names, not numbers: numbers in the text would meet them.
            found += [Heading(heading), *blocks_of(text)]
    return found
