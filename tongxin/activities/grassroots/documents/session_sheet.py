"""The sheet of a session (议事单): what was agreed, who does what, and lines where the parties sign."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typst

from tongxin.activities.grassroots.enums import Presence, Side
from tongxin.activities.grassroots.models import Problem
from tongxin.foundation.core import clock
from tongxin.foundation.core.official import layout, written_date
from tongxin.foundation.core.official.compiler import compile_source
from tongxin.foundation.core.official.pasted import clean, lines_of
from tongxin.foundation.core.record_language import in_record_language

if TYPE_CHECKING:
    from tongxin.activities.grassroots.models import DeliberationSession

_SOURCE = Path(__file__).with_name("session_sheet.typ")
# As many names as a line of the form holds; the others are a number.
_NAMES_MOST = 20


@dataclass(frozen=True, slots=True)
class Task:
    """One follow-up item on the sheet."""

    text: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class SessionSheet:
    """What stands on the sheet; all of it text, in the language of the record.

    Attributes:
        facts: label and text of the form on top.
        sides: who came, side by side: label and names.
        signers: labels of the lines to sign on.
    """

    title: str
    body: str
    facts: list[tuple[str, str]]
    sides: list[tuple[str, str]]
    agreed: list[str]
    not_agreed: list[str]
    suggestions: list[str]
    tasks: list[Task]
    signers: list[str]


def session_sheet(session: DeliberationSession) -> SessionSheet:
    """Return the sheet of a session. Four queries.

    Args:
        session: its matter, node and kind of venue loaded.
    """
    with in_record_language():
        attendees = [a for a in session.attendees.all() if a.presence == Presence.PRESENT]
        hosts = list(session.hosts.values_list("name", flat=True))
        sides = [
            (str(side.label), _names([a.name for a in attendees if a.side == side]))
            for side in Side
            if any(a.side == side for a in attendees)
        ]
        if session.others_present:
            sides.append(("其他到场", f"{session.others_present}人"))
        tasks = Problem.objects.filter(session=session).select_related("matter", "unit").order_by("pk")
        return SessionSheet(
            title=clean(session.matter.title),
            body=clean("、".join([session.node.name, *hosts])),
            facts=_facts(session),
            sides=sides,
            agreed=_lines(session.agreed),
            not_agreed=_lines(session.not_agreed),
            suggestions=[clean(" ".join(s.text.split())) for s in session.suggestions.all()],
            tasks=[
                Task(
                    clean(" ".join(t.text.split())),
                    clean(t.unit.name if t.unit else t.owner),
                    written_date(t.due_on) if t.due_on else "",
                )
                for t in tasks
            ],
            signers=_signers(session, {a.side for a in attendees}),
        )


def draw_pdf(sheet: SessionSheet) -> bytes:
    """Draw the sheet on A4. What is long goes on to further pages; the lines to sign on never stand alone."""
    faces = {
        "serif": layout.FANGSONG.drawn,
        "sans": layout.HEITI.drawn,
    }
    data = {"sheet": json.dumps(asdict(sheet)), "faces": json.dumps(faces)}
    try:
        made: bytes = compile_source(_SOURCE, data, format="pdf", pdf_standards="a-2b")
    except typst.TypstError as error:
        # A rare character that the fonts lack is drawn as a box, which the archive's format forbids.
        if "could not be displayed" not in str(error):
            raise
        made = compile_source(_SOURCE, data, format="pdf")
    return made


def _facts(session: DeliberationSession) -> list[tuple[str, str]]:
    starts = session.starts_at.astimezone(clock.ZONE)
    day = session.held_on or starts.date()
    when = written_date(day) + (
        f" {starts:%H:%M}" if day == starts.date() and not session.from_ledger else ""
    )
    kind = session.venue_kind.name if session.venue_kind else ""
    facts = [
        ("时间", when),
        ("地点", "　".join(filter(None, (session.venue, kind))) or session.node.name),
        ("主持人", session.chaired_by),
    ]
    return [(label, clean(text)) for label, text in facts]


def _names(names: list[str]) -> str:
    shown = "、".join(names[:_NAMES_MOST])
    return clean(f"{shown}等{len(names)}人" if len(names) > _NAMES_MOST else shown)


def _lines(text: str) -> list[str]:
    return [line for line in lines_of(text) if line.strip()]


def _signers(session: DeliberationSession, sides: set[str]) -> list[str]:
    """Return who signs: the chair, one line for each side that came, the unit that does the work."""
    found = ["主持人"]
    found += [str(side.label) for side in Side if side != Side.HOST and side in sides]
    return [*found, "记录人"] if session.held_on else [*found, "利益相关方", "记录人"]
