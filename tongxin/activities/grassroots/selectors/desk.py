"""What the desk of a session shows: the roster, the record, what was said, what is to be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.activities.grassroots.actions.recording import FIELDS
from tongxin.activities.grassroots.actions.sync_reading import OTHERS
from tongxin.activities.grassroots.enums import Presence, SessionState, Side
from tongxin.foundation.core import clock
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tongxin.activities.grassroots.models import (
        Attendee,
        DeliberationSession,
        Problem,
        RecordConflict,
        Statement,
        Suggestion,
    )

LABELS = {
    "chaired_by": _("主持人"),
    "summary": _("协商经过"),
    "agreed": _("达成一致的"),
    "not_agreed": _("没有达成一致的"),
    OTHERS: _("没有登记姓名的人数"),
}
# How long a phone may keep the page after the session: a weekend without network.
KEPT_DAYS = 3
OPEN_STATES = (SessionState.PLANNED, SessionState.ANNOUNCED, SessionState.HELD)


@dataclass(frozen=True, slots=True)
class Group:
    """One side of the table with its people."""

    side: str
    label: str
    rows: list[Attendee]

    @property
    def here(self) -> int:
        """How many of them came."""
        return sum(row.presence == Presence.PRESENT for row in self.rows)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the record as it stands."""

    name: str
    label: str | _StrPromise
    text: str
    version: int
    most: int
    key: UUID = field(default_factory=new_key)

    @property
    def is_short(self) -> bool:
        """Whether one line is enough."""
        return self.name == "chaired_by"


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people wrote differently, with what stands there now."""

    conflict: RecordConflict
    label: str | _StrPromise
    standing: str
    version: int

    @property
    def both(self) -> str:
        """Both texts, one below the other, to be joined by hand."""
        return f"{self.standing}\n{self.conflict.arrived}"

    @property
    def is_number(self) -> bool:
        """Whether there is nothing to join."""
        return self.conflict.field == OTHERS


@dataclass(frozen=True, slots=True)
class Desk:
    """The page."""

    session: DeliberationSession
    groups: list[Group]
    fields: list[Field]
    others: Field
    clashes: list[Clash]
    statements: list[Statement]
    suggestions: list[Suggestion]
    problems: list[Problem]
    units: list[Unit]
    sides: list[tuple[str, str]]

    @property
    def here(self) -> int:
        """How many of the list came."""
        return sum(group.here for group in self.groups)

    @property
    def listed(self) -> int:
        """How many are on the list."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def is_open(self) -> bool:
        """Whether anything may be written."""
        return self.session.matter.state in OPEN_STATES

    @property
    def kept_until(self) -> int:
        """Until when a phone may show the page without network, in seconds of the era."""
        end = self.session.ends_at or self.session.starts_at
        return int((max(end, clock.now()) + timedelta(days=KEPT_DAYS)).timestamp()) if self.is_open else 0


def desk_of(session: DeliberationSession) -> Desk:
    """Return the page of a session. Six queries beside the session's own."""
    rows = list(session.attendees.all())
    return Desk(
        session=session,
        groups=[
            Group(side.value, str(side.label), [r for r in rows if r.side == side])
            for side in Side
            if any(r.side == side for r in rows)
        ],
        fields=[_field(session, name, most) for name, most in FIELDS.items()],
        others=_field(session, OTHERS, 6),
        clashes=open_clashes(session),
        statements=list(session.statements.all()),
        suggestions=list(session.suggestions.all()),
        problems=list(session.problems.select_related("matter", "unit").order_by("matter__code")),
        units=list(Unit.objects.filter(committee_id=session.committee_id).in_office().only("pk", "name")),
        sides=[(side.value, str(side.label)) for side in Side],
    )


def open_clashes(session: DeliberationSession) -> list[Clash]:
    """Return what two people wrote differently and nobody has settled yet. One query."""
    return [
        Clash(conflict, LABELS[conflict.field], f.text, f.version)
        for conflict in session.conflicts.filter(resolved_at__isnull=True)
        for f in [_field(session, conflict.field, 0)]
    ]


def _field(session: DeliberationSession, name: str, most: int) -> Field:
    version = int(session.field_versions.get(name, 0))
    return Field(name, LABELS[name], str(getattr(session, name)), version, most)
