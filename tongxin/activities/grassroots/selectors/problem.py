"""Page data of one problem: what it is, where it stands, who has it, and what this actor can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.lifecycle_problem import ASKS, PROBLEM, PUBLIC_WORDS, STEPS
from tongxin.activities.grassroots.permissions_problem import (
    can_disclose_problem,
    can_keep_problem,
    works_for,
)
from tongxin.activities.grassroots.selectors.problems import owner_of
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left, explain
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.files.serving import INLINE_TYPES
from tongxin.capabilities.matters.models import Kind, MatterLink, TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.components import Action, Line, Next, Step
from tongxin.foundation.organization.enums import NODE_ROLES, Role

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

    from tongxin.activities.grassroots.models import Problem
    from tongxin.capabilities.matters.models import Matter
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State

# Where each move is made, and the words on the button. Several moves share a page: the decision is taken there.
_PAGES: dict[str, tuple[str, str | _StrPromise]] = {
    "sign_problem": ("sign_problem", _lazy("签收，开始办")),
    "report_problem": ("report_problem", _lazy("报已解决")),
    "confirm_problem": ("check_problem", _lazy("核实")),
    "return_problem": ("check_problem", _lazy("核实")),
    "look_back": ("look_back", _lazy("记回头看")),
    "change_problem": ("change_problem", _lazy("改单位或期限")),
    "give_up_problem": ("give_up_problem", _lazy("暂时办不了")),
    "reopen_problem": ("reopen_problem", _lazy("重新办")),
}
_BY_POST = frozenset({"sign_problem"})
_ICONS = {
    "report_problem": "send",
    "return_problem": "undo",
    "reopen_problem": "undo",
    "object_to_problem": "voice",
    "change_problem": "swap",
    "look_back": "search",
    "give_up_problem": "x",
    "set_visibility": "eye",
    "move_deadline": "cal",
    "add_problem": "plus",
}
# Where the page of a linked matter is.
_MATTER_PAGES = {
    Kind.SESSION: "/grassroots/sessions/",
    Kind.PROBLEM: "/grassroots/problems/",
    Kind.TOPIC: "/topics/",
    Kind.PROPOSAL: "/proposals/",
}
_LOOKERS = (Role.STAFF, Role.REVIEWER, Role.LEADER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that shows in the page, or another file."""

    name: str
    url: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """Another matter that this one came from or led to."""

    state: str
    title: str
    url: str
    when: date | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ProblemDetail:
    """Everything on the page."""

    problem: Problem
    state: State
    who: str
    steps: list[Step]
    next: Next
    pictures: list[Picture]
    chain: list[Tie]
    log: list[Line]
    can_keep: bool
    can_disclose: bool
    is_unit: bool


def public_words(problem: Problem) -> str:
    """Return where it stands, as everybody may read it. The unit's name is public, a person's is not."""
    name = problem.unit.name if problem.unit else _("有关单位")
    return str(PUBLIC_WORDS[problem.matter.state]).format(name=name)


def problem_page(actor: Actor, problem: Problem) -> ProblemDetail:
    """Return what the page of a problem shows. Five queries."""
    state = PROBLEM.states[problem.matter.state]
    entries = TimelineEntry.objects.filter(matter_id=problem.pk)
    return ProblemDetail(
        problem=problem,
        state=state,
        who=owner_of(problem),
        steps=_steps(state),
        next=_next(actor, problem, state),
        pictures=pictures_of(problem),
        chain=_chain(actor, problem),
        log=[Line(_ICONS.get(e.verb, "check"), e.who, e.text, e.at, e.note) for e in entries],
        can_keep=can_keep_problem(actor, problem),
        can_disclose=can_disclose_problem(actor, problem),
        is_unit=works_for(actor, problem),
    )


def pictures_of(problem: Problem) -> list[Picture]:
    """Return the photos and papers that show what was done. One query."""
    files = StoredFile.objects.kept().filter(matter_id=problem.pk)
    return [
        Picture(f.name, reverse("files:download", args=[f.pk]), f.media_type in INLINE_TYPES) for f in files
    ]


def _steps(state: State) -> list[Step]:
    found = []
    for n, label in enumerate(STEPS):
        how = "done" if n < state.step else "todo"
        if n == state.step:
            how = {"ok": "done", "stop": "halt"}.get(state.tone, "now")
        last = n == len(STEPS) - 1
        found.append(Step(str(state.label) if last and how == "halt" else str(label), how))
    return found


def _next(actor: Actor, problem: Problem, state: State) -> Next:
    running = Deadline.objects.running().filter(matter_id=problem.pk).order_by("due_on").first()
    calendar = calendar_of(problem.committee_id)
    ask = ASKS.get(running.kind) if running else None
    mine = _is_asked(actor, problem, running)
    if ask is None:
        title = str(state.label)
    else:
        title = str(ask.text) if mine else str(ask.waiting).format(name=owner_of(problem))
    return Next(
        step_no=0 if state.final else state.step + 1,
        total=len(STEPS),
        holder="" if state.final else _holder(problem, running),
        title=title,
        due=running.due_on if running else None,
        left=days_left(running, clock.today(), calendar) if running else None,
        reason="",
        explanation=explain(running, calendar) if running else None,
        actions=_actions(actor, problem),
    )


def _is_asked(actor: Actor, problem: Problem, running: Deadline | None) -> bool:
    if running is None or running.kind not in ASKS:
        return False
    if ASKS[running.kind].of_unit and problem.unit_id is not None:
        return works_for(actor, problem)
    return can_keep_problem(actor, problem)


def _holder(problem: Problem, running: Deadline | None) -> str:
    if running is None or running.kind == "solve":
        return owner_of(problem)
    return problem.node.name if problem.node else _("政协机关")


def _actions(actor: Actor, problem: Problem) -> list[Action]:
    """Return the buttons: the first that fits is the main one, each page once."""
    found: dict[str, Action] = {}
    for move in PROBLEM.open_to(actor, problem):
        name, label = _PAGES[move.verb]
        url = reverse(f"grassroots:{name}", args=[problem.pk])
        plain = name in {"change_problem", "give_up_problem", "reopen_problem"}
        main = not found and not plain
        found.setdefault(url, Action(str(label), url, main=main, post=move.verb in _BY_POST))
    return list(found.values())


def _chain(actor: Actor, problem: Problem) -> list[Tie]:
    """Return what it came from and what it led to, with this problem between them. One query.

    The office sees all; who keeps the node what belongs to the grass roots; others the session alone.
    """
    links = (
        (MatterLink.objects.filter(target_id=problem.pk) | MatterLink.objects.filter(source_id=problem.pk))
        .select_related("source", "target")
        .order_by("on", "pk")
    )
    before: list[Tie] = []
    after: list[Tie] = []
    for link in links:
        side, other = (before, link.source) if link.target_id == problem.pk else (after, link.target)
        if tie := _tie(actor, other, link.on):
            side.append(tie)
    if not before and not after:
        return []
    return [*before, Tie("now", _("这件事"), "", problem.matter.opened_on), *after]


def _tie(actor: Actor, matter: Matter, on: date) -> Tie | None:
    kind = Kind(matter.kind)
    opens = actor.has(*_LOOKERS) or (kind != Kind.PROPOSAL and actor.has(*NODE_ROLES))
    if not opens and kind != Kind.SESSION:
        return None
    return Tie(
        "done", matter.title, f"{_MATTER_PAGES[kind]}{matter.pk}/" if opens else "", on, str(kind.label)
    )
