"""Page data of one session: what it is, who comes, what was said, and what this actor can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from tongxin.activities.grassroots.enums import Presence, SessionState, Side
from tongxin.activities.grassroots.gaps import gaps_in
from tongxin.activities.grassroots.lifecycle_problem import PROBLEM
from tongxin.activities.grassroots.lifecycle_session import RECORD, SESSION, STEPS
from tongxin.activities.grassroots.models import DeliberationSession, Problem
from tongxin.activities.grassroots.models.session import READERS
from tongxin.activities.grassroots.permissions_session import can_keep_session, can_reopen_session
from tongxin.activities.grassroots.selectors.session_chain import Tie, ties_of
from tongxin.activities.grassroots.selectors.session_joined import hosts_of
from tongxin.activities.grassroots.selectors.session_next import Standing, next_of
from tongxin.activities.grassroots.selectors.sessions import place_of
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry, Visibility
from tongxin.foundation.core import clock
from tongxin.foundation.core.components import Line, Next, Step
from tongxin.foundation.core.templatetags.ui import zh_date
from tongxin.foundation.organization.enums import NODE_ROLES
from tongxin.foundation.organization.nodes import keeps

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from tongxin.activities.grassroots.models import Attendee
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State
    from tongxin.foundation.organization.models import Node

# Lines of the timeline that stand open.
_LINES = 6
# Who sits there for themselves; their names are for those who were at the table.
PRIVATE_SIDES = frozenset({Side.PARTY, Side.MASSES})
TONES = {
    Presence.INVITED: "wait",
    Presence.COMING: "go",
    Presence.LEAVE: "stop",
    Presence.PRESENT: "ok",
    Presence.ABSENT: "stop",
}
_ICONS = {
    "plan": "cal",
    "edit_session": "pen",
    "announce_session": "send",
    "invite": "users",
    "begin_record": "flag",
    "cancel_session": "undo",
    "reopen_record": "undo",
    "add_paper": "up",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the list, as far as the actor may read it."""

    pk: UUID
    name: str
    post: str
    presence: str
    tone: str
    reason: str
    is_present: bool


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of the table.

    Attributes:
        people: empty where only the number may be read.
        there: how many came, or before the session how many are coming.
        total: how many are on the list.
    """

    label: str
    people: list[Person]
    there: int
    total: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file, as ``ui/files.html`` takes it."""

    pk: UUID
    name: str
    url: str
    kind: str
    size: int
    at: datetime
    purpose: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one side said, with the name only for those who may read it."""

    pk: UUID
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """One follow-up item."""

    pk: UUID
    title: str
    owner: str
    state: str
    tone: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Everything on the page."""

    session: DeliberationSession
    state: State
    steps: list[Step]
    next: Next
    place: str
    hosts: list[str]
    keeps: bool
    sees_names: bool
    sees_record: bool
    may_edit: bool
    may_reopen: bool
    own: Attendee | None
    may_answer: bool
    sides: list[SideView]
    there: int
    expected: int
    statements: list[Said]
    suggestions: list[str]
    tasks: list[Task]
    came_from: list[Tie]
    led_to: list[Tie]
    photos: list[FileRow]
    files: list[FileRow]
    log: list[Line]
    log_more: list[Line]
    conflicts: bool
    is_public: bool
    is_open: bool

    @property
    def may_have_code(self) -> bool:
        """Whether a code for the event still serves somebody."""
        return self.may_edit or self.is_open

    @property
    def was_moved(self) -> bool:
        """Whether it was held on another day than planned."""
        planned = self.session.starts_at.astimezone(clock.ZONE).date()
        return self.session.held_on not in (None, planned)


def session_page(actor: Actor, session: Any) -> SessionPage:  # noqa: ANN401 (annotated by joined)
    """Return everything that the page of one session shows to this actor. At most seven queries."""
    attendees = list(session.attendees.all())
    hosts = hosts_of(session)
    is_keeper = can_keep_session(actor, session)
    own = next((a for a in attendees if a.member_id and a.member_id == actor.member_id), None)
    names = is_keeper or _sees_names(actor, [node for _name, node in hosts], own)
    record = names or session.state == SessionState.RECORDED
    files = [file_row(f) for f in StoredFile.objects.kept().filter(matter_id=session.pk)] if record else []
    entries = _entries(session, everything=names)
    before, after = ties_of(session, everything=names)
    state = SESSION.states[session.state]
    is_open = session.state == SessionState.HELD
    return SessionPage(
        session=session,
        state=state,
        steps=_steps(session),
        next=next_of(
            actor,
            session,
            _standing(session, attendees, entries, files),
            _deadline(session) if names else None,
        ),
        place=place_of(session),
        hosts=[name for name, _node in hosts],
        keeps=is_keeper,
        sees_names=names,
        sees_record=record,
        may_edit=is_keeper and session.state in (SessionState.PLANNED, SessionState.ANNOUNCED),
        may_reopen=can_reopen_session(actor, session) and session.state == SessionState.RECORDED,
        own=own,
        may_answer=own is not None and session.state in (SessionState.PLANNED, SessionState.ANNOUNCED),
        sides=_sides(session, attendees, names=names, office=is_keeper or actor.has(*READERS)),
        there=sum(a.presence == Presence.PRESENT for a in attendees),
        expected=len(attendees),
        statements=_statements(session, names=names) if record else [],
        suggestions=[row["text"] for row in session.suggestion_rows] if record else [],
        tasks=tasks_of(session) if record else [],
        came_from=before,
        led_to=after,
        photos=[f for f in files if f.purpose == StoredFile.Purpose.PHOTO],
        files=[f for f in files if f.purpose != StoredFile.Purpose.PHOTO],
        log=entries[:_LINES],
        log_more=entries[_LINES:],
        conflicts=is_keeper and is_open and session.has_conflicts,
        is_public=session.matter.visibility == Visibility.PUBLIC,
        is_open=is_open,
    )


def may_read_names(actor: Actor, session: DeliberationSession) -> bool:
    """Say whether somebody may read who sat at the table. At most two queries."""
    if can_keep_session(actor, session) or actor.has(*READERS):
        return True
    own = session.attendees.filter(member_id=actor.member_id).first() if actor.member_id else None
    hosts = session.hosts.select_related("node") if actor.has(*NODE_ROLES) else ()
    return _sees_names(actor, [host.node for host in hosts], own)


def _sees_names(actor: Actor, hosts: Iterable[Node | None], own: Attendee | None) -> bool:
    """Say it of what is loaded: the office, who keeps a joint host, and who sat at the table."""
    if actor.has(*READERS) or (own is not None and own.presence == Presence.PRESENT):
        return True
    return any(keeps(actor, node) for node in hosts)


def _standing(
    session: DeliberationSession,
    attendees: Sequence[Attendee],
    entries: Sequence[Line],
    files: Sequence[FileRow],
) -> Standing:
    missing = gaps_in(
        session,
        somebody_came=any(a.presence == Presence.PRESENT for a in attendees),
        is_disputed=bool(getattr(session, "has_conflicts", False)),
    )
    return Standing(
        invited=len(attendees),
        was_sent=any(line.icon == _ICONS["invite"] for line in entries),
        missing=missing,
        is_signed=any(f.purpose == StoredFile.Purpose.SIGNED_SHEET for f in files),
    )


def _deadline(session: DeliberationSession) -> Deadline | None:
    if session.state != SessionState.HELD:
        return None
    return Deadline.objects.running().filter(matter_id=session.pk, kind=RECORD).first()


def _steps(session: DeliberationSession) -> list[Step]:
    now = SESSION.states[session.state].step
    halted = session.state == SessionState.CANCELLED
    notes = {2: zh_date(session.held_on), 3: zh_date(session.recorded_on)}
    done = session.state == SessionState.RECORDED
    found = []
    for n, label in enumerate(STEPS):
        at = "done" if n < now or done else "now" if n == now else "todo"
        found.append(Step(str(label), "halt" if halted and n == now else at, notes.get(n, "")))
    return found


def _sides(
    session: DeliberationSession, attendees: Sequence[Attendee], *, names: bool, office: bool
) -> list[SideView]:
    over = session.state in (SessionState.HELD, SessionState.RECORDED)
    counted = {Presence.PRESENT} if over else {Presence.COMING, Presence.PRESENT}
    found = []
    for side in Side:
        rows = [a for a in attendees if a.side == side]
        shown = names or side not in PRIVATE_SIDES
        if rows:
            found.append(
                SideView(
                    label=str(side.label),
                    people=[_person(a, office=office) for a in rows] if shown else [],
                    there=sum(a.presence in counted for a in rows),
                    total=len(rows),
                )
            )
    return found


def _person(row: Attendee, *, office: bool) -> Person:
    return Person(
        pk=row.pk,
        name=row.name,
        post=row.post,
        presence=str(row.get_presence_display()),
        tone=TONES[Presence(row.presence)],
        reason=row.leave_reason if office else "",
        is_present=row.presence == Presence.PRESENT,
    )


def _statements(session: Any, *, names: bool) -> list[Said]:  # noqa: ANN401 (annotated by joined)
    found = []
    for row in session.statement_rows:
        hidden = not names and row["side"] in PRIVATE_SIDES
        who = str(Side(row["side"]).label) if hidden else row["who"]
        found.append(Said(UUID(row["pk"]), who, row["text"]))
    return found


def tasks_of(session: DeliberationSession) -> list[Task]:
    """Return the follow-up items of a session. One query."""
    rows = Problem.objects.filter(session=session).select_related("matter", "unit").order_by("pk")
    return [
        Task(
            pk=row.pk,
            title=row.matter.title,
            owner=row.unit.name if row.unit else row.owner,
            state=str(PROBLEM.states[row.state].label),
            tone=PROBLEM.states[row.state].tone,
            due_on=row.due_on,
        )
        for row in rows
    ]


def file_row(stored: StoredFile) -> FileRow:
    """Return a file as the pages show it."""
    return FileRow(
        pk=stored.pk,
        name=stored.name,
        url=reverse("files:download", args=[stored.pk]),
        kind=str(stored.get_purpose_display()),
        size=stored.size_bytes,
        at=stored.at,
        purpose=stored.purpose,
    )


def _entries(session: DeliberationSession, *, everything: bool) -> list[Line]:
    found = TimelineEntry.objects.filter(matter_id=session.pk)
    if not everything:
        found = found.exclude(audience=TimelineEntry.Audience.OFFICE)
    return [
        Line(
            icon=_ICONS.get(row.verb, "check"),
            who=row.who,
            what=row.text,
            at=row.at,
            text=row.note if everything or row.verb == "cancel_session" else "",
        )
        for row in found
    ]
