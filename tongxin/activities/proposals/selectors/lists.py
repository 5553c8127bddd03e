"""The list of proposals: saved views, filters, one page of rows, and the same rows as a table.

What costs more than a page (counts over everything, the order of everything) is asked once per state of
the committee's log: every act adds an entry there, so as long as its head stands still, so do the answers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, UUIDField, Value, Window
from django.db.models.fields import CharField
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.enums import (
    ANSWERING_ROLES,
    AssignmentState,
    Phase,
    ProposalKind,
    ProposalState,
)
from tongxin.activities.proposals.lifecycle import ASKS, ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.models import (
    Assignment,
    Cosignature,
    Proposal,
    ProposalRules,
    Rating,
    RejectReason,
    ReplyClass,
    Topic,
)
from tongxin.activities.proposals.querysets import OFFICE
from tongxin.activities.proposals.reports.conditions import Frame
from tongxin.activities.proposals.reports.wanted import (
    EVERYTHING,
    Counted,
    condition,
    read_counted,
)
from tongxin.activities.proposals.reports.words import words_of
from tongxin.activities.proposals.selectors.asks import asked_of
from tongxin.activities.proposals.selectors.examined import (
    ALL_EXAMINED,
    Examined,
    examined,
    offered,
    read_examined,
)
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.capabilities.deadlines.workdays import add_workdays
from tongxin.foundation.audit.actions import chain_of
from tongxin.foundation.audit.models import Head
from tongxin.foundation.core import clock
from tongxin.foundation.core.templatetags.ui import SOON_WORKDAYS
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import (
    Body,
    Member,
    Sector,
    Session,
    SpecialCommittee,
    Unit,
    ordinal_word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.capabilities.deadlines.calendars import CommitteeCalendar
    from tongxin.foundation.core.access import Actor

ROWS = 20
_SEARCH_CHARACTERS = 40
_LAST_NUMBER = 9999
# The parts of a unit's work that its members need not be shown step by step.
_FOR_MEMBERS = ("cosign", "revise", "review", "conversion", "assign", "reply", "rating")

TABS: dict[str, str | _StrPromise] = {
    "filed": _lazy("全部立案"),
    "mine": _lazy("等我处理"),
    "review": _lazy("待审查"),
    "open": _lazy("在办"),
    "soon": _lazy("5日内到期"),
    "late": _lazy("逾期"),
    "feedback": _lazy("待委员反馈"),
    "all": _lazy("全部"),
}
SORTS: dict[str, str | _StrPromise] = {
    "number": _lazy("编号，新的在前"),
    "due": _lazy("期限先后"),
    "submitted": _lazy("提交先后，新的在前"),
}
# What a proposal was singled out as.
MARKS: dict[str, str | _StrPromise] = {"key": _lazy("重点"), "outstanding": _lazy("优秀")}
# What lies before everybody by date rather than by number.
_FIRST_FILTERS = frozenset({"state", "unit", "topic"})
_UNSETTLED = frozenset({ProposalState.DRAFT, ProposalState.RETURNED})
_BY_DATE = frozenset({"mine", "open", "soon", "late"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which proposals somebody asked for; only values that the list knows."""

    tab: str = "filed"
    ask: str = ""
    q: str = ""
    state: str = ""
    unit: UUID | None = None
    topic: UUID | None = None
    kind: str = ""
    session: UUID | None = None
    phase: str = ""
    mark: str = ""
    sort: str = "number"
    page: int = 1
    ids: tuple[UUID, ...] = ()
    # What a count of a report counted, when the list was opened from there.
    counted: Counted = EVERYTHING
    # Where it stands in the examination, in the list of what waits for it.
    examined: Examined = ALL_EXAMINED

    @property
    def is_filtered(self) -> bool:
        """Whether more than a saved view and an order was asked for."""
        return replace(self, tab="filed", sort="number", page=1) != Wanted()


@dataclass(frozen=True, slots=True)
class Tab:
    """One saved view with its count."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One drop-down above the list."""

    name: str
    label: str
    options: SafeString
    # The others lie behind 更多条件.
    is_first: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition of the list in words, with the name under which the address has it."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal in the list, in the words of the page."""

    pk: UUID
    code: str
    title: str
    proposer: str
    notes: str
    unit: str
    others: str
    tone: str
    state: str
    due_on: date | None
    left: int | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything the list shows."""

    wanted: Wanted
    tabs: Sequence[Tab]
    filters: Sequence[Filter]
    # Where the list was opened from a report: all that narrows it.
    chips: Sequence[Chip]
    rows: Sequence[Row]
    page: Page[int]
    page_range: Sequence[int | str]
    is_narrowed: bool
    is_narrowed_more: bool


def read_wanted(query: QueryDict) -> Wanted:
    """Return what a query string asks for; what the list does not know is left out."""

    def one_of(name: str, known: Iterable[str], otherwise: str = "") -> str:
        value = query.get(name, "")
        return value if value in known else otherwise

    tab = one_of("tab", TABS, "filed")
    page = query.get("page", "")
    return Wanted(
        tab=tab,
        ask=one_of("ask", ASKS),
        q=_cleaned(query.get("q", "")),
        state=one_of("state", ProposalState.values),
        unit=_uuid(query.get("unit", "")),
        topic=_uuid(query.get("topic", "")),
        kind=one_of("kind", ProposalKind.values),
        session=_uuid(query.get("session", "")),
        phase=one_of("phase", Phase.values),
        mark=one_of("mark", MARKS),
        sort=one_of("sort", SORTS, "due" if tab in _BY_DATE else "number"),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < len(str(_LAST_NUMBER)) else 1,
        ids=read_ids(query.getlist("proposals")),
        counted=read_counted(query),
        examined=read_examined(query) if tab == "review" else ALL_EXAMINED,
    )


def read_ids(values: Iterable[str]) -> tuple[UUID, ...]:
    """Return the identifiers among what a form sent."""
    return tuple(found for value in values if (found := _uuid(value)))


def _cleaned(text: str) -> str:
    printable = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text))
    return " ".join(printable.split())[:_SEARCH_CHARACTERS]


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


# ── which ──


def stamp_of(committee_id: int | None) -> tuple[object, ...]:
    """Return a mark that changes with every act in the committee. One query."""
    head = Head.objects.filter(chain=chain_of(committee_id)).values_list("entries", "last_hash").first()
    return (*(head or ()), clock.today())


@lru_cache(maxsize=256)
def _calendar_at(committee_id: int, stamp: tuple[object, ...]) -> CommitteeCalendar:
    del stamp  # part of the key only
    return calendar_of(committee_id)


def seen_deadlines(actor: Actor) -> Q:
    """Return which deadlines of a visible proposal this actor is shown.

    Members are not shown a unit's inner steps, and a unit nobody's but its own.
    """
    if actor.has(*OFFICE, Role.SUPERVISOR):
        return Q()
    units = actor.subjects(Role.UNIT_CLERK, Role.UNIT_LEADER)
    shown = Q(unit_id__in=units)
    if actor.has(Role.MEMBER, Role.SUBMITTER):
        shown |= Q(kind__in=_FOR_MEMBERS)
    return shown


def tabs_of(actor: Actor) -> list[str]:
    """Return the saved views of somebody, by what they work on."""
    names = ["filed", "mine", "open", "feedback", "all"]
    if actor.has(*OFFICE, Role.UNIT_CLERK, Role.UNIT_LEADER, Role.SUPERVISOR):
        names += ["soon", "late"]
    if actor.has(Role.REVIEWER, Role.STAFF):
        names.append("review")
    return [name for name in TABS if name in names]


def _conditions(actor: Actor, stamp: tuple[object, ...]) -> dict[str, Q]:
    today = clock.today()
    running = Deadline.objects.visible_to(actor).running().filter(seen_deadlines(actor))
    until = add_workdays(today, SOON_WORKDAYS, _calendar_at(actor.committee_id or 0, stamp))
    return {
        "filed": Q(filed_on__isnull=False),
        "mine": Q(pk__in=asked_of(actor).values("matter_id")),
        "review": Q(matter__state__in=(ProposalState.SUBMITTED, ProposalState.UNDER_REVIEW)),
        "open": Q(matter__state__in=(ProposalState.ASSIGNED, ProposalState.HANDLING)),
        "soon": Q(pk__in=running.filter(due_on__gte=today, due_on__lte=until).values("matter_id")),
        "late": Q(pk__in=running.filter(due_on__lt=today).values("matter_id")),
        "feedback": Q(matter__state=ProposalState.REPLIED),
        "all": Q(),
    }


@lru_cache(maxsize=1024)
def _counts(actor: Actor, stamp: tuple[object, ...]) -> dict[str, int]:
    conditions = _conditions(actor, stamp)
    wanted = {name: Count("pk", filter=conditions[name] or None) for name in tabs_of(actor)}
    return Proposal.objects.visible_to(actor).aggregate(**wanted)


def _matching(actor: Actor, wanted: Wanted, stamp: tuple[object, ...]) -> ProposalQuerySet:
    """Return the proposals asked for, in no order."""
    found = Proposal.objects.visible_to(actor).filter(_conditions(actor, stamp)[wanted.tab])
    if wanted.ask:
        found = found.filter(pk__in=asked_of(actor).filter(kind=wanted.ask).values("matter_id"))
    if wanted.ids:
        found = found.filter(pk__in=wanted.ids)
    if wanted.state:
        found = found.filter(matter__state=wanted.state)
    if wanted.unit:
        parts = Assignment.objects.visible_to(actor).in_force().filter(unit_id=wanted.unit)
        found = found.filter(pk__in=parts.values("proposal_id"))
    columns = {
        "topic_id": wanted.topic,
        "session_id": wanted.session,
        "kind": wanted.kind,
        "phase": wanted.phase,
        f"is_{wanted.mark}": bool(wanted.mark),
    }
    found = found.filter(**{name: value for name, value in columns.items() if value})
    if wanted.counted:
        frame = _frame(actor, wanted, stamp)
        found = found.filter(condition(wanted.counted, frame, wanted.unit))
    found = found.filter(examined(actor, wanted.examined))
    return found.filter(search(wanted.q)) if wanted.q else found


def search(text: str) -> Q:
    """Return what a search box means: a number, or words of the title and names of proposers."""
    found = Q()
    for word in text.split():
        means = (
            Q(matter__title__icontains=word)
            | Q(lead_member__name__icontains=word)
            | Q(body__name__icontains=word)
        )
        if re.fullmatch(r"\d{1,4}", word, re.ASCII):
            means |= Q(number=int(word))
        elif code := re.fullmatch(r"(\d{4})-(\d{1,4})", word, re.ASCII):
            means |= Q(matter__code=f"{code[1]}-{int(code[2]):03d}")
        found &= means
    return found


def in_order(found: ProposalQuerySet, actor: Actor, sort: str) -> ProposalQuerySet:
    """Return the proposals in one of the orders of the list."""
    if sort == "submitted":
        return found.order_by("-submitted_at", "-pk")
    if sort == "due":
        nearest = (
            Deadline.objects.running()
            .filter(seen_deadlines(actor), matter_id=OuterRef("pk"))
            .order_by("due_on")
            .values("due_on")[:1]
        )
        return found.order_by(Subquery(nearest).asc(nulls_last=True), "-filed_on", "-number", "-pk")
    return found.order_by(F("filed_on").desc(nulls_last=True), F("number").desc(nulls_last=True), "-pk")


@lru_cache(maxsize=2048)
def _page_ids(
    actor: Actor, wanted: Wanted, total: int | None, stamp: tuple[object, ...]
) -> tuple[tuple[UUID, ...], int]:
    """Return the identifiers of one page and how many there are in all. One query."""
    found = in_order(_matching(actor, wanted, stamp), actor, wanted.sort)
    start = (wanted.page - 1) * ROWS
    if total is not None:
        return tuple(found.values_list("pk", flat=True)[start : start + ROWS]), total
    rows = list(found.annotate(of=Window(Count("pk"))).values_list("pk", "of")[start : start + ROWS])
    if not rows and wanted.page > 1:
        return (), found.count()
    return tuple(pk for pk, _of in rows), rows[0][1] if rows else 0


# ── overview ──

# What a leader looks at first.
_OVERVIEW = ("filed", "open", "soon", "late", "feedback")


def overview(actor: Actor) -> list[Tab]:
    """Return how many proposals stand where; each count opens its view of the list. At most two queries."""
    counts = _counts(actor, stamp_of(actor.committee_id))
    lists = reverse("proposals:list")
    return [Tab(str(TABS[n]), f"{lists}?tab={n}", counts[n], current=False) for n in _OVERVIEW if n in counts]


def nearest(actor: Actor, *, limit: int) -> Sequence[Row]:
    """Return the proposals under way whose date is nearest, overdue ones first. At most four queries."""
    wanted = Wanted(tab="open", sort="due")
    stamp = stamp_of(actor.committee_id)
    ids, _total = _page_ids(actor, wanted, _counts(actor, stamp)["open"], stamp)
    return _rows(actor, ids[:limit], stamp)


# ── the page ──


def _allowed(actor: Actor, wanted: Wanted) -> Wanted:
    """Return what somebody asked for without what only others may ask.

    Reports are the office's: to anybody else they would tell how a proposal was reviewed or rated.
    """
    if wanted.tab not in tabs_of(actor):
        wanted = replace(wanted, tab="filed")
    return wanted if actor.has(*OFFICE) else replace(wanted, counted=EVERYTHING, examined=ALL_EXAMINED)


def list_page(actor: Actor, wanted: Wanted) -> ListPage:
    """Return one page of the list with its views and filters."""
    stamp = stamp_of(actor.committee_id)
    counts = _counts(actor, stamp)
    wanted = _allowed(actor, wanted)
    ids, total = _page_ids(actor, wanted, None if wanted.is_filtered else counts[wanted.tab], stamp)
    page = Paginator(range(total), ROWS).get_page(wanted.page)
    if page.number != wanted.page:
        wanted = replace(wanted, page=page.number)
        ids, total = _page_ids(actor, wanted, total, stamp)
    return ListPage(
        wanted=wanted,
        tabs=[
            Tab(str(TABS[name]), f"?tab={name}", counts[name], name == wanted.tab and not wanted.ask)
            for name in counts
        ],
        filters=_filters(actor, wanted, stamp),
        chips=_chips(actor, wanted, stamp) if wanted.counted else [],
        rows=_rows(actor, ids, stamp),
        page=page,
        page_range=list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        is_narrowed=wanted.is_filtered,
        is_narrowed_more=bool(wanted.kind or wanted.session or wanted.phase or wanted.mark),
    )


# What the list may be narrowed to, with the column of its name. Members are too many: only the one asked for.
_NAMED: dict[str, tuple[type[Any], str]] = {
    "unit": (Unit, "name"),
    "topic": (Topic, "name"),
    "session": (Session, "code_prefix"),
    "class": (ReplyClass, "label"),
    "reason": (RejectReason, "text"),
    "body": (Body, "name"),
    "special": (SpecialCommittee, "name"),
    "sector": (Sector, "name"),
}
_PLACE = {"topic": ("order", ""), "session": ("term__number", "number")}
_RULES = "rules"


@lru_cache(maxsize=256)
def _choices(
    committee_id: int, stamp: tuple[object, ...], member: UUID | None = None
) -> tuple[tuple[str, UUID | None, str, int, int], ...]:
    """Return what to filter by, and what of the committee's rules decides how reports count. One query."""
    del stamp  # part of the key only
    text, none = CharField(), Value(0, IntegerField())
    parts: list[Any] = []
    for of, (model, name) in _NAMED.items():
        first, second = _PLACE.get(of, ("", ""))
        rows = model.objects.filter(committee_id=committee_id).order_by()
        columns = (F(first) if first else none, F(second) if second else none)
        parts.append(rows.values_list(Value(of, text), F("pk"), F(name), *columns))
    rules = ProposalRules.objects.filter(committee_id=committee_id)
    counting = (Value(None, UUIDField()), F("merged_counting"), F("reply_months"), none)
    parts.append(rules.values_list(Value(_RULES, text), *counting))
    if member:
        people = Member.objects.filter(committee_id=committee_id, pk=member).order_by()
        parts.append(people.values_list(Value("member", text), F("pk"), F("name"), none, none))
    found = parts[0].union(*parts[1:], all=True)
    return tuple(sorted(found, key=lambda row: (row[0], row[3], row[4], row[2])))


def _frame(actor: Actor, wanted: Wanted, stamp: tuple[object, ...]) -> Frame:
    rules = ProposalRules(committee_id=actor.committee_id or 0)
    for of, _pk, text, months, _second in _choices(actor.committee_id or 0, stamp, wanted.counted.member):
        if of == _RULES:
            rules.merged_counting, rules.reply_months = text, months
    return Frame(rules, clock.today())


def _filters(actor: Actor, wanted: Wanted, stamp: tuple[object, ...]) -> list[Filter]:
    every = _("全部")
    filters = [
        Filter(name, label, _options([("", every), *choices], getattr(wanted, name)), name in _FIRST_FILTERS)
        for name, label, choices in _offered(actor, wanted, stamp)
    ]
    if wanted.tab == "review":
        filters += [
            Filter(
                name, label, _options([("", every), *choices], getattr(wanted.examined, name)), is_first=True
            )
            for name, label, choices in offered(actor, stamp)
        ]
    return [*filters, Filter("sort", _("排列"), _options(SORTS.items(), wanted.sort), is_first=True)]


def _chips(actor: Actor, wanted: Wanted, stamp: tuple[object, ...]) -> list[Chip]:
    """Return what narrows the list, in words."""
    chips = [
        Chip(name, label, str(dict(choices).get(str(value), "")))
        for name, label, choices in _offered(actor, wanted, stamp)
        if (value := getattr(wanted, name))
    ]
    rows = _choices(actor.committee_id or 0, stamp, wanted.counted.member)
    names = {str(pk): text for _of, pk, text, _first, _second in rows}
    return chips + [Chip(*words) for words in words_of(wanted.counted, names)]


def _offered(
    actor: Actor, wanted: Wanted, stamp: tuple[object, ...]
) -> list[tuple[str, str, Iterable[tuple[str, object]]]]:
    """Return by what the list can be filtered, with the choices of each."""
    of: dict[str, list[tuple[str, str]]] = {"unit": [], "topic": [], "session": []}
    for name, pk, text, first, second in _choices(actor.committee_id or 0, stamp, wanted.counted.member):
        if name == "session":
            text = _("{t}届{n}次会议").format(t=ordinal_word(first), n=ordinal_word(second))  # noqa: PLW2901
        if name in of:
            of[name].append((str(pk), text))
    of["session"].reverse()
    return [
        ("state", _("状态"), ProposalState.choices),
        ("unit", _("承办单位"), of["unit"]),
        ("topic", _("类别"), of["topic"]),
        ("kind", _("提案类型"), ProposalKind.choices),
        ("session", _("届次"), of["session"]),
        ("phase", _("提交时间"), Phase.choices),
        ("mark", _("重点、优秀"), MARKS.items()),
    ]


def _options(choices: Iterable[tuple[str, object]], chosen: object) -> SafeString:
    return _drawn(tuple((value, str(label)) for value, label in choices), str(chosen or ""))


@lru_cache(maxsize=512)
def _drawn(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    # Three hundred units are the same three hundred options on every page.
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected") if value == chosen else "", label) for value, label in choices),
    )


class _Unsettled(Exception):  # noqa: N818 (an answer that must not be kept)
    """Rows of texts that their authors may change without an act."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__()
        self.rows = rows


def _rows(actor: Actor, ids: Sequence[UUID], stamp: tuple[object, ...]) -> list[Row]:
    """Return the rows of one page, in the order of the identifiers. Three queries, or none."""
    if not ids:
        return []
    try:
        return _settled_rows(actor, tuple(ids), stamp, get_language())
    except _Unsettled as unsettled:
        return unsettled.rows


@lru_cache(maxsize=1024)
def _settled_rows(
    actor: Actor, ids: tuple[UUID, ...], stamp: tuple[object, ...], language: str | None
) -> list[Row]:
    del language  # part of the key: rows hold words
    found = {
        p.pk: p for p in with_signatures(Proposal.objects.visible_to(actor).filter(pk__in=ids).for_list())
    }
    parts: dict[UUID, list[Assignment]] = {}
    for part in Assignment.objects.filter(proposal_id__in=ids).in_force().select_related("unit"):
        parts.setdefault(part.proposal_id, []).append(part)
    running = Deadline.objects.running().filter(seen_deadlines(actor), matter_id__in=ids)
    # The nearest comes last and stays.
    due = dict(running.order_by("-due_on").values_list("matter_id", "due_on"))
    today, calendar = clock.today(), _calendar_at(actor.committee_id or 0, stamp)
    rows = [
        _row(actor, p, parts.get(pk, []), due_on, days_left(due_on, today, calendar) if due_on else None)
        for pk in ids
        if (p := found.get(pk))
        for due_on in (due.get(pk),)
    ]
    if any(p.state in _UNSETTLED for p in found.values()):
        raise _Unsettled(rows)
    return rows


def with_signatures(found: ProposalQuerySet) -> ProposalQuerySet:
    """Add to each proposal how many co-signers signed it, as ``signed``."""
    signed = (
        Cosignature.objects.filter(proposal_id=OuterRef("pk"), state=Cosignature.State.SIGNED)
        .order_by()
        .values("proposal_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    counted: ProposalQuerySet = found.annotate(signed=Subquery(signed, output_field=IntegerField()))
    return counted


def _row(
    actor: Actor, p: Proposal, parts: Sequence[Assignment], due_on: date | None, left: int | None
) -> Row:
    now = [a for a in parts if a.round == p.round]
    answering = [a for a in now if a.role in ANSWERING_ROLES]
    co = len(now) - len(answering)
    signed = p.signed  # type: ignore[attr-defined]  # annotated above
    state = state_in_list(p, answering, inner=_shown_inner_steps(actor))
    more = p.get_kind_display().removesuffix("提案").removesuffix(" proposal")
    if p.serial:
        more += " " + p.get_phase_display().removesuffix("提案").removesuffix(" proposal")
    if p.is_key:
        more += " " + _("重点")
    return Row(
        pk=p.pk,
        code=p.matter.code or "",
        title=p.matter.title or _("（还没有案由）"),
        proposer=_("{name}等{n}人").format(name=p.proposer_name, n=signed + 1) if signed else p.proposer_name,
        notes=more,
        unit=_("、").join(a.unit.short_name or a.unit.name for a in answering),
        others=_("会办{n}").format(n=co) if co else "",
        tone=state[0],
        state=state[1],
        due_on=due_on,
        left=left,
    )


def _shown_inner_steps(actor: Actor) -> bool:
    return actor.has(*OFFICE, Role.SUPERVISOR, Role.UNIT_CLERK, Role.UNIT_LEADER)


def state_in_list(p: Proposal, answering: Sequence[Assignment], *, inner: bool) -> tuple[str, str]:
    """Return tone and word of a proposal's state; while one unit is at work, the state of its part."""
    state = PROPOSAL.states[p.state]
    if inner and len(answering) == 1 and p.state in (ProposalState.ASSIGNED, ProposalState.HANDLING):
        state = ASSIGNMENT.states[answering[0].state]
    if p.round > 1 and not state.final and answering and answering[0].state != AssignmentState.REPLIED:
        return state.tone, _("{state} 第{n}轮").format(state=state.label, n=p.round)
    return state.tone, str(state.label)


# ── the table ──


def all_wanted(actor: Actor, wanted: Wanted) -> ProposalQuerySet:
    """Return all proposals that were asked for, in their order."""
    stamp = stamp_of(actor.committee_id)
    wanted = _allowed(actor, wanted)
    return in_order(_matching(actor, wanted, stamp), actor, wanted.sort)


def export_rows(actor: Actor, wanted: Wanted) -> list[dict[str, str | int | date | None]]:
    """Return all rows that were asked for, in their order, with the columns of the exported table."""
    proposals = list(
        all_wanted(actor, wanted)
        .for_list()
        .prefetch_related("cosignatures__member", "assignments__unit", "assignments__reply__reply_class")
    )
    ratings = _ratings(proposals)
    inner = _shown_inner_steps(actor)
    return [_exported(p, ratings, inner=inner) for p in proposals]


def _ratings(proposals: Sequence[Proposal]) -> dict[UUID, str]:
    rows = Rating.objects.filter(reply__assignment__proposal__in=proposals).select_related("reply")
    return {
        r.reply_id: _("办理工作{a}，办理结果{b}").format(a=r.get_attitude_display(), b=r.get_result_display())
        for r in rows
    }


def _exported(p: Proposal, ratings: dict[UUID, str], *, inner: bool) -> dict[str, str | int | date | None]:
    parts = [a for a in p.assignments.all() if a.round == p.round and a.state != AssignmentState.DECLINED]
    answering = [a for a in parts if a.role in ANSWERING_ROLES]
    replies = [a.reply for a in answering if hasattr(a, "reply") and a.reply.sent_on]
    signed = [c.member.name for c in p.cosignatures.all() if c.state == Cosignature.State.SIGNED]
    return {
        "code": p.matter.code or "",
        "title": p.matter.title,
        "kind": p.get_kind_display(),
        "proposer": p.proposer_name,
        "cosigners": _("、").join(signed),
        "topic": str(p.topic or ""),
        "state": state_in_list(p, answering, inner=inner)[1],
        "lead": _("、").join(a.unit.name for a in answering),
        "co": _("、").join(a.unit.name for a in parts if a.role not in ANSWERING_ROLES),
        "filed_on": p.filed_on,
        "assigned_on": p.assigned_on,
        "replied_on": p.replied_on,
        "reply_class": _("、").join(r.reply_class.code for r in replies if r.reply_class),
        "rating": _("；").join(ratings[r.pk] for r in replies if r.pk in ratings),
    }
