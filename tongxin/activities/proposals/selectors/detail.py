"""Page data of one proposal: what it is, where it stands, who has it, and what this actor can do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import (
    ANSWERING_ROLES,
    AssignmentState,
    Disclosure,
    HandlingRole,
    ProposalKind,
    ProposalState,
)
from tongxin.activities.proposals.lifecycle import ASSIGNMENT, PROPOSAL, STEPS
from tongxin.activities.proposals.models import (
    Assignment,
    Cosignature,
    Promise,
    Proposal,
    ProposalRules,
    WishedUnit,
)
from tongxin.activities.proposals.selectors.honours import honour_url
from tongxin.activities.proposals.selectors.key import KeyCard, key_card, with_key
from tongxin.activities.proposals.selectors.lookback import LookBackView, look_backs_of
from tongxin.activities.proposals.selectors.next import next_step
from tongxin.activities.proposals.selectors.promises import PromiseView, promises_of
from tongxin.activities.proposals.sight import Sight, sight_of
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import MatterLink, Relation, TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.components import FileRow, Line, Next, Step
from tongxin.foundation.core.templatetags.ui import zh_date
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Membership

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from tongxin.activities.proposals.models import Rating, Reply
    from tongxin.capabilities.deadlines.workdays import Calendar
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State

# Lines of the timeline that stand open; the others are one click away.
_LINES = 8
_ICONS = {
    "submit": "pen",
    "invite": "users",
    "cosign": "pen",
    "countersign": "users",
    "assign": "swap",
    "rehandle": "swap",
    "approve_reply": "send",
    "pass_reply": "send",
    "rate": "voice",
    "remind": "bell",
    "return": "undo",
    "withdraw": "undo",
    "merge": "merge",
    "move_deadline": "cal",
    "remind_proposer": "bell",
    "look_back": "search",
    "postpone_promise": "cal",
    "nominate_key": "star",
    "choose_key": "star",
    "record_supervision": "flag",
    "publish_honour": "star",
}
_WORK_LIMITS = ("reply", "co_opinion", "countersign")
# A rating with the committee's words that were ticked.
_OF_RATING = tuple(f"reply__rating__{axis}_choice" for axis in ("attitude", "result", "visit", "contact"))
# How it came to the units that have it, and left those that had it.
_OF_UNITS = frozenset(
    {
        "hand_to_office",
        "return_from_office",
        "assign",
        "rehandle",
        "request_decline",
        "accept_decline",
        "refuse_decline",
        "take_back_part",
        "succeed_unit",
    }
)


def for_page(proposals: Any, actor: Actor) -> Any:  # noqa: ANN401 (a queryset of proposals)
    """Join and annotate all that the page shows of the proposal itself. Still one query."""
    asked: Exists | Q = Q(pk__in=())
    own = Q(body_id__in=actor.subjects(Role.SUBMITTER))
    if actor.member_id:
        words = Cosignature.objects.filter(proposal=OuterRef("pk"), member_id=actor.member_id)
        asked = Exists(words.exclude(state=Cosignature.State.TAKEN_BACK))
        own |= Q(lead_member_id=actor.member_id)
    merged = Exists(Proposal.objects.filter(own, merged_into=OuterRef("pk")))
    sector = Membership.objects.filter(member=OuterRef("lead_member"), term=OuterRef("session__term"))
    wished = WishedUnit.objects.filter(proposal=OuterRef("pk")).order_by("unit__name")
    found = proposals.select_related(
        "matter",
        "session__term",
        "lead_member",
        "body",
        "convenor",
        "entered_by",
        "topic",
        "reject_reason",
        "merged_into__matter",
    ).annotate(
        asked_of_actor=Q(asked) | Q(merged),
        decline_days=Subquery(
            ProposalRules.objects.filter(committee=OuterRef("committee")).values("decline_days")[:1]
        ),
        has_promises=Exists(Promise.objects.filter(proposal=OuterRef("pk"))),
        sector_name=Subquery(sector.values("sector__name")[:1]),
        wished_names=ArraySubquery(wished.values("unit__name")),
    )
    return with_key(found)


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part in the handling, as far as the actor may see it."""

    unit: str
    role: str
    round: int
    state: State
    done: str
    due_on: date | None
    left: int | None
    opinion: str
    decline_reason: str


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A unit's answer, as far as the actor may see it.

    Attributes:
        text: the letter's, or for those who only read, what was written for the public.
        phone: empty for those who only read.
        has_letter: whether the actor may have the letter itself.
        has_drafts: whether the actor may see what it said before.
        rating: what the proposer said of it; None when there is none or it is not the actor's to read.
    """

    unit: str
    reply: Reply
    round: int
    text: str
    phone: str
    has_letter: bool
    has_drafts: bool
    files: list[FileRow]
    rating: Rating | None
    rating_files: list[FileRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Signer:
    """A co-signer, with the state of their word where the actor writes the proposal."""

    name: str
    sector: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Tie:
    """Another matter that this one came from, led to, or was merged with."""

    title: str
    code: str
    url: str
    on: date


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything on the page."""

    proposal: Proposal
    state: State
    crumbs: list[tuple[str, str]]
    steps: list[Step]
    next: Next
    sign: Cosignature | None
    sight: Sight
    kind: str
    disclosure: str
    sector: str
    wished: list[str]
    signers: list[Signer]
    parts: list[Part]
    replies: list[ReplyView]
    files: list[FileRow]
    log: list[Line]
    log_more: list[Line]
    unit_changes: list[Line]
    merged_into: list[Tie]
    merged: list[Tie]
    came_from: list[Tie]
    led_to: list[Tie]
    key_card: KeyCard | None
    honour_url: str
    promises: list[PromiseView]
    look_backs: list[LookBackView]
    # The record of a talk face to face, for those who were at the table.
    talk_files: list[FileRow]

    @property
    def lead_state(self) -> str:
        """Where the proposal stands that this one waits with; empty where it does not wait."""
        lead = self.proposal.merged_into
        if lead is None or self.state.code != ProposalState.MERGED:
            return ""
        return str(PROPOSAL.states[lead.state].label)

    @property
    def entered_by(self) -> str:
        """Who of the office typed it for its proposer; only for those who have a part in it."""
        by = self.proposal.entered_by
        return by.name if by and self.sight.party else ""

    @property
    def reason(self) -> str:
        """Why it was returned or not filed, in the reviewers' words."""
        if self.state.code == ProposalState.NOT_FILED and self.proposal.reject_reason:
            return str(self.proposal.reject_reason)
        return ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rows behind the page, each kind read once."""

    actor: Actor
    proposal: Proposal
    parts: list[Assignment]
    words: list[Cosignature]
    entries: list[TimelineEntry]
    deadlines: list[Deadline]
    calendar: Calendar | None
    files: list[StoredFile]
    sight: Sight

    @property
    def present(self) -> list[Assignment]:
        """The parts of the present round that were not given back."""
        return [
            p for p in self.parts if p.round == self.proposal.round and p.state != AssignmentState.DECLINED
        ]


def detail_page(actor: Actor, proposal: Any) -> Detail:  # noqa: ANN401 (annotated by for_page)
    """Return everything that the page of one proposal shows to this actor."""
    rows = _load(actor, proposal)
    state = _state(rows)
    lines = _lines(rows, rows.entries)
    links = _links(rows)
    steps, step_no = _steps(rows)
    return Detail(
        proposal=proposal,
        state=state,
        crumbs=_crumbs(rows),
        steps=steps,
        next=next_step(
            actor=actor,
            proposal=proposal,
            parts=rows.present,
            words=rows.words,
            deadlines=rows.deadlines,
            calendar=rows.calendar,
            step_no=step_no,
        ),
        sign=_own_word(rows),
        sight=rows.sight,
        kind=str(ProposalKind(proposal.kind).label),
        disclosure=str(Disclosure(proposal.disclosure).label),
        sector=proposal.sector_name or "",
        wished=proposal.wished_names if rows.sight.office or rows.sight.proposes else [],
        signers=_signers(rows),
        parts=[_part(rows, p) for p in sorted(rows.parts, key=_lead_first)],
        replies=_replies(rows),
        files=[_file(f) for f in rows.files if f.subject_id is None and _may_see(rows, f)],
        log=lines[:_LINES],
        log_more=lines[_LINES:],
        unit_changes=_unit_changes(rows),
        **links,
        key_card=key_card(actor, proposal),
        honour_url=honour_url(actor, proposal),
        promises=promises_of(actor, proposal, rows.parts, rows.files, rows.sight)
        if proposal.has_promises
        else [],
        look_backs=look_backs_of(proposal, rows.files, rows.sight),
        talk_files=_files_of(rows, proposal.pk) if rows.sight.party else [],
    )


def _load(actor: Actor, proposal: Any) -> Loaded:  # noqa: ANN401 (annotated by for_page)
    parts: list[Any] = list(
        Assignment.objects.filter(proposal=proposal).select_related("unit", "reply__reply_class", *_OF_RATING)
    )
    sector = Membership.objects.filter(member=OuterRef("member"), term=proposal.session.term_id)
    words = (
        Cosignature.objects.filter(proposal=proposal)
        .exclude(state=Cosignature.State.TAKEN_BACK)
        .select_related("member")
        .annotate(sector_name=Subquery(sector.values("sector__name")[:1]))
    )
    sight = sight_of(actor, proposal, parts, cosigner=proposal.asked_of_actor)
    deadlines = list(Deadline.objects.running().filter(matter=proposal.matter).select_related("unit"))
    entries: list[Any] = list(TimelineEntry.objects.filter(matter=proposal.matter))
    for part in parts:
        part.proposal = proposal  # moves ask it
    return Loaded(
        actor=actor,
        proposal=proposal,
        parts=parts,
        words=list(words),
        entries=entries,
        deadlines=deadlines,
        calendar=calendar_of(proposal.committee_id) if deadlines else None,
        files=list(StoredFile.objects.kept().filter(matter=proposal.matter)),
        sight=sight,
    )


def _state(rows: Loaded) -> State:
    """Return the state for the pill: where units are at work, that of the one that is furthest behind."""
    state = PROPOSAL.states[rows.proposal.matter.state]
    if state.code not in (ProposalState.ASSIGNED, ProposalState.HANDLING):
        return state
    behind = _behind(rows)
    return ASSIGNMENT.states[behind.state] if behind and behind.state != AssignmentState.REPLIED else state


def _behind(rows: Loaded) -> Assignment | None:
    answering = [p for p in rows.present if p.role in ANSWERING_ROLES]
    return min(answering, key=lambda p: ASSIGNMENT.states[p.state].step, default=None)


def _crumbs(rows: Loaded) -> list[tuple[str, str]]:
    actor, p = rows.actor, rows.proposal
    own = rows.sight.proposes and actor.has(Role.MEMBER, Role.SUBMITTER)
    first = (_("我的提案"), reverse("proposals:mine")) if own else (_("提案"), reverse("proposals:list"))
    if actor.has(Role.UNIT_CLERK, Role.UNIT_LEADER) and rows.sight.only_unit:
        first = (_("承办的提案"), reverse("proposals:inbox"))
    number = p.matter.code or (_("流水号{n}").format(n=p.serial) if p.serial else _("草稿"))
    return [first, (str(p.session), ""), (number, "")]


def _steps(rows: Loaded) -> tuple[list[Step], int]:
    p = rows.proposal
    state = _state(rows)
    now = state.step
    dates = _dates(rows)
    steps = []
    for n, label in enumerate(STEPS):
        on = dates.get(n)
        if n < now or (state.final and state.tone == "ok"):
            steps.append(Step(str(label), "done", zh_date(on) if on else ""))
        elif n > now:
            steps.append(Step(str(label), "todo", "" if state.final else _expected(rows, n)))
        elif state.final:
            steps.append(Step(str(label), "halt", str(state.label)))
        else:
            steps.append(
                Step(
                    str(label),
                    "now",
                    _("现在") if p.matter.state != ProposalState.RETURNED else str(state.label),
                )
            )
    return steps, now + 1


def _dates(rows: Loaded) -> dict[int, date]:
    """Return on which day each step was done."""
    p = rows.proposal
    last: dict[str, date] = {}
    for entry in reversed(rows.entries):
        last[entry.verb] = entry.at.astimezone(clock.ZONE).date()
    signed = [part.signed_on for part in rows.present if part.signed_on]
    found = {
        0: p.submitted_at.astimezone(clock.ZONE).date() if p.submitted_at else None,
        1: p.filed_on,
        2: max(signed, default=p.assigned_on),
        3: last.get("approve_reply"),
        4: last.get("pass_reply"),
        5: p.replied_on,
        6: last.get("rate"),
        7: p.matter.closed_on,
    }
    return {n: day for n, day in found.items() if day}


def _expected(rows: Loaded, step: int) -> str:
    # The formal reply is step 5; its limit is the only later date that is known beforehand.
    due = max((d.due_on for d in rows.deadlines if d.kind == "reply"), default=None)
    return _("{day}前").format(day=zh_date(due)) if due and step == 5 else ""  # noqa: PLR2004


def _own_word(rows: Loaded) -> Cosignature | None:
    """Return the actor's own invitation while they may still answer it."""
    if rows.proposal.matter.state not in (ProposalState.DRAFT, ProposalState.RETURNED):
        return None
    open_states = (Cosignature.State.INVITED, Cosignature.State.LAPSED, Cosignature.State.DECLINED)
    return next(
        (w for w in rows.words if rows.actor.member_id == w.member_id and w.state in open_states), None
    )


_TONES = {"signed": "ok", "invited": "wait", "lapsed": "soon", "declined": "stop"}


def _signers(rows: Loaded) -> list[Signer]:
    """Return who signed; who writes it sees also who has not."""
    return [
        Signer(
            w.member.name,
            getattr(w, "sector_name", "") or "",
            str(Cosignature.State(w.state).label) if rows.sight.writer else "",
            _TONES[w.state],
        )
        for w in rows.words
        if rows.sight.writer or w.state == Cosignature.State.SIGNED
    ]


def _part(rows: Loaded, part: Assignment) -> Part:
    limits = [d for d in rows.deadlines if d.subject_id == part.pk and d.kind in _WORK_LIMITS]
    limit = min(limits, key=lambda d: d.due_on, default=None)
    may_read = rows.sight.opinion(part)
    return Part(
        unit=part.unit.name,
        role=str(HandlingRole(part.role).label),
        round=part.round,
        state=_part_state(rows, part),
        done=_done(part),
        due_on=limit.due_on if limit else None,
        left=days_left(limit, clock.today(), rows.calendar) if limit and rows.calendar else None,
        opinion=part.opinion if may_read else "",
        decline_reason=part.decline_reason if may_read else "",
    )


def _part_state(rows: Loaded, part: Assignment) -> State:
    """Return where a part stands; one that was taken back did not come back by itself."""
    state = ASSIGNMENT.states[part.state]
    if part.state == AssignmentState.DECLINED and any(
        e.verb == "take_back_part"
        and e.acting_unit_id == part.unit_id
        and e.at.astimezone(clock.ZONE).date() == part.ended_on
        for e in rows.entries
    ):
        return replace(state, label=_("已收回"))
    return state


def _lead_first(part: Assignment) -> tuple[int, bool, bool]:
    return (-part.round, part.state == AssignmentState.DECLINED, part.role not in ANSWERING_ROLES)


def _done(part: Assignment) -> str:
    reply = getattr(part, "reply", None)
    for day, words in (
        (reply.sent_on if reply else None, _("{day}答复")),
        (part.opinion_on, _("{day}交意见")),
        (part.signed_on, _("{day}签收")),
        (part.assigned_on, _("{day}交办")),
    ):
        if day:
            return words.format(day=zh_date(day))
    return ""


def _replies(rows: Loaded) -> list[ReplyView]:
    """Return the replies that the actor may read, the latest round first."""
    found = []
    for part in sorted(rows.parts, key=lambda p: -p.round):
        reply = getattr(part, "reply", None)
        if reply is None or not rows.sight.reply(part):
            continue
        rating = getattr(reply, "rating", None) if rows.sight.rating() else None
        letter = rows.sight.letter(part)
        found.append(
            ReplyView(
                unit=part.unit.name,
                reply=reply,
                round=part.round,
                text=reply.text if letter else reply.public_text,
                phone=reply.contact_phone if rows.sight.party else "",
                has_letter=letter,
                has_drafts=rows.sight.drafts(part),
                files=_files_of(rows, part.pk, reply.pk) if letter else [],
                rating=rating,
                rating_files=_files_of(rows, rating.pk) if rating else [],
            )
        )
    return found


def _files_of(rows: Loaded, *subjects: UUID) -> list[FileRow]:
    return [_file(f) for f in rows.files if f.subject_id in subjects]


def _may_see(rows: Loaded, stored: StoredFile) -> bool:
    return stored.purpose != StoredFile.Purpose.STAMP or rows.sight.stamp()


def _file(stored: StoredFile) -> FileRow:
    return FileRow(
        name=stored.name,
        url=reverse("files:download", args=[stored.pk]),
        kind=str(StoredFile.Purpose(stored.purpose).label),
        size=stored.size_bytes,
        at=stored.at,
    )


def _unit_changes(rows: Loaded) -> list[Line]:
    """Return every change of unit, the oldest first; empty where it went to its units once and stayed."""
    entries = [e for e in rows.entries if e.verb in _OF_UNITS]
    if not {e.verb for e in entries} - {"assign", "rehandle"}:
        return []
    return _lines(rows, entries)[::-1]


def _lines(rows: Loaded, entries: Sequence[TimelineEntry]) -> list[Line]:
    audiences = rows.sight.audiences()
    return [
        Line(
            icon=_ICONS.get(e.verb, "check"),
            who=e.who,
            what=e.text,
            at=e.at,
            text=e.note if rows.sight.note(e) else "",
        )
        for e in entries
        if e.audience in audiences and rows.sight.line(e.verb)
    ]


def _links(rows: Loaded) -> dict[str, list[Tie]]:
    """Return the chain both ways, as far as the actor may open its other ends. One query."""
    here = rows.proposal.pk
    seen = Proposal.objects.visible_to(rows.actor).values("pk")
    links = (
        MatterLink.objects.filter(
            Q(source=here, target__in=seen) | Q(target=here, source__in=seen),
        )
        .select_related("source", "target")
        .order_by("on", "pk")
    )
    found: dict[str, list[Tie]] = {"merged_into": [], "merged": [], "came_from": [], "led_to": []}
    for link in links:
        goes_out = link.source_id == here
        if link.relation == Relation.MERGED_INTO:
            side = "merged_into" if goes_out else "merged"
        else:
            side = "led_to" if goes_out else "came_from"
        other = link.target if goes_out else link.source
        found[side].append(
            Tie(other.title, other.code or "", reverse("proposals:detail", args=[other.pk]), link.on)
        )
    return found
