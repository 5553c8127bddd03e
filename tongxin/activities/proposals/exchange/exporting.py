"""Proposals as rows of the table that they can be imported from again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from tongxin.activities.proposals.enums import ANSWERING_ROLES, AssignmentState, Disclosure, ProposalState
from tongxin.activities.proposals.exchange import columns as c
from tongxin.activities.proposals.exchange.ground import name_key
from tongxin.activities.proposals.exchange.text import joined
from tongxin.activities.proposals.models import Assignment, Cosignature
from tongxin.capabilities.matters.models import Participation, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.organization.models import Member, chinese_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tongxin.activities.proposals.models import Proposal, Rating, Reply
    from tongxin.activities.proposals.querysets import ProposalQuerySet

    Row = dict[str, str | int | date | None]

COLUMNS = (*c.COLUMNS, *c.ALSO_WRITTEN)
_AND = "、"
_P = ProposalState


def export_table(proposals: ProposalQuerySet, committee_id: int) -> list[Row]:
    """Return proposals as rows of the table, in their order. A fixed number of queries."""
    found = proposals.select_related(
        "matter", "session__term", "lead_member", "body", "topic", "reject_reason", "merged_into"
    ).prefetch_related(
        Prefetch("cosignatures", Cosignature.objects.filter(state="signed").select_related("member")),
        Prefetch(
            "assignments",
            Assignment.objects.exclude(state=AssignmentState.DECLINED).select_related(
                "unit",
                "reply__reply_class",
                "reply__rating__attitude_choice",
                "reply__rating__result_choice",
            ),
        ),
        Prefetch(
            "matter__participations",
            Participation.objects.filter(role="cosigner", body__isnull=False).select_related("body"),
        ),
    )
    names = Member.objects.filter(committee_id=committee_id).values_list("name", flat=True)
    shared = {name for name, times in Counter(map(name_key, names)).items() if times > 1}
    with in_record_language():
        return [_row(p, shared) for p in found]


def _row(p: Proposal, shared: set[str]) -> Row:
    parts = [a for a in p.assignments.all() if a.round == p.round]
    lead = [a for a in parts if a.role in ANSWERING_ROLES]
    term = p.session.term.number
    row: Row = {
        "serial": _number(p.serial),
        "number": _number(p.number),
        "term": chinese_number(term),
        "session": chinese_number(p.session.number),
        "title": p.matter.title,
        "text": joined(p.situation, p.analysis, p.suggestion),
        "kind": c.KIND_WORDS[p.kind],  # type: ignore[index]  # a kind's value
        "proposer": _proposer(p, shared),
        "cosigners": _AND.join(_person(s.member, shared) for s in p.cosignatures.all()),
        "topic": p.topic.name if p.topic else "",
        "livelihood": _yes(p.is_livelihood),
        "submitted": p.submitted_at.astimezone(clock.ZONE).date() if p.submitted_at else None,
        "outcome": c.OUTCOME_WORDS.get(_outcome(p), ""),  # type: ignore[call-overload]
        "reason": p.reject_reason.text if p.reject_reason else "",
        "into": _number(p.merged_into.number) if p.merged_into else "",
        "lead": _AND.join(a.unit.name for a in lead),
        "co": _AND.join(a.unit.name for a in parts if a.role not in ANSWERING_ROLES),
        "assigned": p.assigned_on,
        "key": _yes(p.is_key),
        "outstanding": _yes(p.is_outstanding),
        "public": _disclosed(p),
        "code": p.matter.code or "",
        "state": str(_P(p.state).label),
        "filed": p.filed_on,
    }
    return row | _answered(p, [a.reply for a in lead if hasattr(a, "reply") and a.reply.sent_on])


def _answered(p: Proposal, replies: Sequence[Reply]) -> Row:
    """The columns of the answer, once every unit has given its own."""
    if p.replied_on is None:
        return {"replied": None, "reply_class": "", "attitude": "", "result": ""}
    known = [r.reply_class.code for r in replies if r.reply_class and r.reply_class.code != c.UNTOLD_CLASS]
    if not replies and p.reply_class:
        known = [p.reply_class.code]
    ratings = [r.rating for r in replies if hasattr(r, "rating")]
    whole = len(ratings) == len(replies)
    return {
        "replied": p.replied_on,
        "reply_class": _one_or_each(known) if len(known) == max(len(replies), 1) else "",
        "attitude": _one_or_each([_word(r, "attitude") for r in ratings]) if whole else "",
        "result": _one_or_each([_word(r, "result") for r in ratings]) if whole else "",
    }


def _one_or_each(words: Sequence[str]) -> str:
    """One word where all say the same; else one for each unit, in the order of the units."""
    return words[0] if len(set(words)) == 1 else _AND.join(words)


def _word(rating: Rating, axis: str) -> str:
    grade, choice = getattr(rating, axis), getattr(rating, f"{axis}_choice")
    # The committee's own word, where every committee understands it.
    if choice and c.GRADES.get(c.flat(choice.label)) == grade:
        return str(choice.label)
    return c.GRADE_WORDS[grade]


def _outcome(p: Proposal) -> str:
    if p.merged_into_id:
        return _P.MERGED
    if p.filed_on:
        return _P.FILED
    return _P.SUBMITTED if p.state == _P.UNDER_REVIEW else p.state


def _proposer(p: Proposal, shared: set[str]) -> str:
    if p.lead_member:
        return _person(p.lead_member, shared)
    others: Iterable[Participation] = p.matter.participations.all()
    return _AND.join([str(p.body), *(str(o.body) for o in others)])


def _person(member: Member, shared: set[str]) -> str:
    return f"{member.name}（{member.number}）" if name_key(member.name) in shared else member.name


def _disclosed(p: Proposal) -> str:
    if p.disclosure == Disclosure.NONE:
        return c.DISCLOSURE_WORDS[Disclosure.NONE, False]
    is_open = p.matter.visibility == Visibility.PUBLIC
    return c.DISCLOSURE_WORDS.get((Disclosure(p.disclosure), is_open), "")


def _number(number: int | None) -> str:
    return str(number) if number is not None else ""


def _yes(fact: bool) -> str:  # noqa: FBT001 (a column of the table)
    return "是" if fact else "否"
