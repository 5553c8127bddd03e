"""What each count of a report counts: one condition, used by the count and by the list that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals.enums import (
    ANSWERING_ROLES,
    AssignmentState,
    HandlingRole,
    ProposalKind,
    ProposalState,
)
from tongxin.activities.proposals.models import Assignment, Extension, ProposalRules, Rating
from tongxin.activities.proposals.querysets import counts_as_filed, counts_as_filed_in
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrPromise

# The units have answered, and the answer stands.
ANSWERED = (
    ProposalState.REPLIED,
    ProposalState.DISSATISFIED,
    ProposalState.TRACKING,
    ProposalState.CLOSED,
)
BY_MEMBERS = (ProposalKind.INDIVIDUAL, ProposalKind.JOINT)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a count depends on besides the rows."""

    rules: ProposalRules
    today: date

    @property
    def filed(self) -> Q:
        """What a proposal must be to count as filed."""
        return counts_as_filed(self.rules)

    @property
    def reply_months(self) -> int | Combinable:
        """How long a unit may take to answer what has no deadline."""
        return self.rules.reply_months


@dataclass(frozen=True, slots=True)
class FrameInQuery(Frame):
    """The same, the committee's rules being looked up by the query that counts: many counts cost one query."""

    @property
    def filed(self) -> Q:
        """What a proposal must be to count as filed."""
        return counts_as_filed_in(self.rules.committee_id)

    @property
    def reply_months(self) -> int | Combinable:
        """How long a unit may take to answer what has no deadline."""
        kept = ProposalRules.objects.filter(committee_id=self.rules.committee_id)
        return Coalesce(Subquery(kept.values("reply_months")), Value(self.rules.reply_months))


def frame_in_query(committee_id: int) -> Frame:
    """Return what the counts of a committee depend on today. No query."""
    return FrameInQuery(ProposalRules(committee_id=committee_id), clock.today())


@dataclass(frozen=True, slots=True)
class Condition:
    """What is counted: its name on the page, and what a proposal must be."""

    label: str | _StrPromise
    q: Callable[[Frame], Q]


def _received(_frame: Frame) -> Q:
    return Q(submitted_at__isnull=False)


def _in_state(*states: str) -> Callable[[Frame], Q]:
    return lambda frame: _received(frame) & Q(matter__state__in=states)


def _filed(frame: Frame) -> Q:
    return _received(frame) & frame.filed


def _filed_and(condition: Callable[[Frame], Q]) -> Callable[[Frame], Q]:
    return lambda frame: _filed(frame) & condition(frame)


def _answering() -> Q:
    return Q(Exists(Assignment.objects.in_force().filter(proposal=OuterRef("pk"), role__in=ANSWERING_ROLES)))


def _answered(_frame: Frame) -> Q:
    return Q(matter__state__in=ANSWERED)


def _answered_late(frame: Frame) -> Q:
    parts = Assignment.objects.in_force().filter(part_is("late", frame), role__in=ANSWERING_ROLES)
    return Q(Exists(parts.filter(proposal=OuterRef("pk"))))


def _overdue(frame: Frame) -> Q:
    running = Deadline.objects.overdue_on(frame.today).filter(kind="reply", matter_id=OuterRef("pk"))
    return Q(Exists(running)) & ~_answered(frame)


def _extended(_frame: Frame) -> Q:
    granted = Extension.objects.filter(state=Extension.State.GRANTED, assignment__proposal=OuterRef("pk"))
    return Q(Exists(granted))


def _given_back(_frame: Frame) -> Q:
    parts = Assignment.objects.filter(state=AssignmentState.DECLINED, proposal=OuterRef("pk"))
    return Q(Exists(parts))


# What a report counts, by the name that the address of the list has for it.
COUNTED: dict[str, Condition] = {
    # The review.
    "received": Condition(_("收到"), _received),
    "filed": Condition(_("立案"), _filed),
    "merged": Condition(_("并案"), lambda f: _received(f) & Q(merged_into__isnull=False)),
    "merged_apart": Condition(
        _("并案后不另计立案"),
        lambda f: _received(f) & Q(merged_into__isnull=False) & ~f.filed,
    ),
    "not_filed": Condition(_("不予立案"), _in_state(ProposalState.NOT_FILED)),
    "returned": Condition(_("退回修改中"), _in_state(ProposalState.RETURNED)),
    "withdrawn": Condition(_("撤案"), _in_state(ProposalState.WITHDRAWN)),
    "converted": Condition(_("转社情民意"), _in_state(ProposalState.CONVERTED)),
    "deciding": Condition(_("审查中"), _in_state(ProposalState.SUBMITTED, ProposalState.UNDER_REVIEW)),
    # The handling, of what counts as filed.
    "handed": Condition(_("交办"), _filed_and(lambda _f: _answering())),
    "with_lead": Condition(
        _("随主案办理"), _filed_and(lambda _f: Q(merged_into__isnull=False) & ~_answering())
    ),
    "waiting": Condition(_("待交办"), _filed_and(lambda _f: Q(merged_into__isnull=True) & ~_answering())),
    "replied": Condition(_("已答复"), _filed_and(_answered)),
    "open": Condition(_("未答复"), _filed_and(lambda f: ~_answered(f))),
    "on_time": Condition(_("按期答复"), _filed_and(lambda f: _answered(f) & ~_answered_late(f))),
    "late": Condition(_("逾期答复"), _filed_and(lambda f: _answered(f) & _answered_late(f))),
    "overdue": Condition(_("逾期未答复"), _filed_and(_overdue)),
    "extended": Condition(_("经批准延期"), _filed_and(_extended)),
    "given_back": Condition(_("有单位退回"), _filed_and(_given_back)),
    "rehandled": Condition(_("重新办理"), _filed_and(lambda _f: Q(round__gt=1))),
    # What was singled out.
    "key": Condition(_("重点提案"), lambda f: _received(f) & Q(is_key=True)),
    "outstanding": Condition(_("优秀提案"), lambda f: _received(f) & Q(is_outstanding=True)),
    # The rating.
    "unrated": Condition(_("待委员反馈"), _filed_and(lambda _f: Q(matter__state=ProposalState.REPLIED))),
    "rated": Condition(_("已有评价"), _filed_and(lambda _f: rated_as())),
}

BY: dict[str, Condition] = {
    "collective": Condition(_("集体提案"), lambda _f: ~Q(kind__in=BY_MEMBERS)),
    "member": Condition(_("委员个人和联名提案"), lambda _f: Q(kind__in=BY_MEMBERS)),
}


def rated_as(**grades: str) -> Q:
    """Return what a proposal must be to have a rating with these grades."""
    return Q(Exists(Rating.objects.filter(reply__assignment__proposal=OuterRef("pk"), **grades)))


# ── one unit's part ──

ROLES: dict[str, tuple[str | _StrPromise, Collection[str]]] = {
    "answering": (_("答复委员"), ANSWERING_ROLES),
    "lead": (_("主办"), (HandlingRole.SOLE, HandlingRole.LEAD)),
    "co": (_("会办"), (HandlingRole.CO,)),
    "separate": (_("分办"), (HandlingRole.SEPARATE,)),
}
PARTS: dict[str, str | _StrPromise] = {
    "replied": _("该单位已答复"),
    "late": _("该单位逾期答复"),
    "overdue": _("该单位逾期未答复"),
}


def part_is(name: str, frame: Frame) -> Q:
    """Return what a unit's part must be; ``name`` is one of ``PARTS``.

    Late goes by the deadline that was set. What came in from a workbook has none: there the answer is late
    when it was sent more months after the hand-over than the rules allow.
    """
    replied = Q(state=AssignmentState.REPLIED)
    if name == "replied":
        return replied
    limit = Deadline.objects.filter(
        matter_id=OuterRef("proposal_id"), kind="reply", subject_id=OuterRef("pk")
    )
    if name == "overdue":
        return Q(Exists(limit.overdue_on(frame.today)))
    sent_after = Q(reply__sent_on__gt=_months_after(F("assigned_on"), frame.reply_months))
    by_limit = Q(Exists(limit.filter(met_on__gt=F("due_on"))))
    return replied & (by_limit | (sent_after & ~Q(Exists(limit))))


def _months_after(day: F, months: int | Combinable) -> Func:
    # PostgreSQL clips at the end of the month, as deadlines do.
    return Func(
        day,
        Func(Value(0), Value(months) if isinstance(months, int) else months, function="make_interval"),
        template="(%(expressions)s)::date",
        arg_joiner=" + ",
        output_field=DateField(),
    )
