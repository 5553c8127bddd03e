"""Page data about promises: the rows of a draft, those of one proposal, the list of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.lifecycle_promises import PROMISE
from tongxin.activities.proposals.models import Promise
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.files.serving import INLINE_TYPES
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.models import Assignment, Proposal, Reply
    from tongxin.activities.proposals.querysets_following import PromiseQuerySet
    from tongxin.activities.proposals.sight import Sight
    from tongxin.capabilities.deadlines.workdays import Calendar
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State

ROWS = 20
TABS: dict[str, str | _StrPromise] = {
    "open": _lazy("待兑现"),
    "late": _lazy("逾期"),
    "reported": _lazy("待核实"),
    "kept": _lazy("已兑现"),
    "dropped": _lazy("不再跟踪"),
}
# Where each move of a promise is made, and the words on the button.
PAGES: dict[str, tuple[str, str | _StrPromise]] = {
    "report_promise": ("report_promise", _lazy("报告兑现情况")),
    "confirm_promise": ("check_promise", _lazy("核实")),
    "return_promise": ("check_promise", _lazy("核实")),
    "postpone_promise": ("change_promise", _lazy("延期或不再跟踪")),
    "drop_promise": ("change_promise", _lazy("延期或不再跟踪")),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A button of a row."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that shows in the page, or another file."""

    name: str
    url: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class PromiseView:
    """One promise as a page shows it.

    Attributes:
        left: working days until it is due; None where nobody waits for it any more.
        links: what this person can do about it.
    """

    promise: Promise
    unit: str
    state: State
    left: int | None
    links: list[Link]
    pictures: list[Picture]


@dataclass(frozen=True, slots=True)
class PromisesPage:
    """One page of promises, with the count of each group."""

    tab: str
    tabs: Sequence[dict[str, object]]
    rows: Sequence[PromiseView]
    page: Page[Promise]
    page_range: Sequence[int | str]


def drafted_in(reply: Reply | None) -> list[Promise]:
    """Return what a draft promises so far, in the order in which it was written."""
    if reply is None:
        return []
    return list(Promise.objects.filter(reply=reply, state=Promise.State.DRAFT).order_by("pk"))


def promises_page(actor: Actor, *, tab: str, page_number: int) -> PromisesPage:
    """Return one page of the promises that the actor may open. Four queries."""
    found = Promise.objects.visible_to(actor).made()
    conditions = _conditions()
    counts = found.order_by().aggregate(**{n: Count("pk", filter=c) for n, c in conditions.items()})
    if tab not in TABS:
        tab = "late" if counts["late"] else "open"
    rows = _ordered(found.filter(conditions[tab]), tab).select_related("unit", "proposal__matter")
    paginator = Paginator(rows, ROWS)
    paginator.count = counts[tab]
    page = paginator.get_page(page_number)
    calendar = calendar_of(actor.committee_id or 0)
    return PromisesPage(
        tab=tab,
        tabs=[
            {"label": str(label), "url": f"?tab={n}", "count": counts[n], "current": n == tab}
            for n, label in TABS.items()
        ],
        rows=[_view(actor, p, calendar) for p in page.object_list],
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
    )


def _conditions() -> dict[str, Q]:
    state = Promise.State
    return {
        "open": Q(state=state.OPEN),
        "late": Q(state=state.OPEN, due_on__lt=clock.today()),
        "reported": Q(state=state.REPORTED),
        "kept": Q(state=state.KEPT),
        "dropped": Q(state=state.DROPPED),
    }


def _ordered(found: PromiseQuerySet, tab: str) -> PromiseQuerySet:
    if tab == "kept":
        return found.order_by(F("kept_on").desc(), "-pk")
    return found.order_by("due_on", "pk")


def promises_of(
    actor: Actor,
    proposal: Proposal,
    parts: Iterable[Assignment],
    files: Iterable[StoredFile],
    sight: Sight,
) -> list[PromiseView]:
    """Return the promises of one proposal that this actor may see. One query.

    Args:
        actor: who looks.
        proposal: with its matter loaded.
        parts: all parts of its handling, with their replies loaded.
        files: the files of the matter.
        sight: what the actor is to the proposal.
    """
    replies = {p.reply.pk: p for p in parts if getattr(p, "reply", None)}
    rows = list(Promise.objects.filter(proposal=proposal).select_related("unit").order_by("due_on", "pk"))
    running = any(PROMISE.states[p.state].code in ("open", "reported") for p in rows)
    calendar = calendar_of(proposal.committee_id) if running else None
    kept = list(files)
    found = []
    for promise in rows:
        promise.proposal = proposal
        part = replies.get(promise.reply_id) if promise.reply_id else None
        if not sight.promise(promise, part):
            continue
        shown = pictures_among(kept, promise.pk) if sight.evidence(promise) else []
        found.append(_view(actor, promise, calendar, shown))
    return found


def pictures_of(matter_id: UUID, subject_id: UUID) -> list[Picture]:
    """Return the photos that came with a report. One query."""
    return pictures_among(StoredFile.objects.kept().filter(matter_id=matter_id), subject_id)


def pictures_among(files: Iterable[StoredFile], subject_id: UUID) -> list[Picture]:
    """Return the photos and other files of one part of a matter."""
    return [
        Picture(f.name, reverse("files:download", args=[f.pk]), f.media_type in INLINE_TYPES)
        for f in files
        if f.subject_id == subject_id
    ]


def _view(
    actor: Actor, promise: Promise, calendar: Calendar | None, pictures: list[Picture] | None = None
) -> PromiseView:
    waits = promise.state == Promise.State.OPEN and calendar is not None
    return PromiseView(
        promise=promise,
        unit=promise.unit.name,
        state=PROMISE.states[promise.state],
        left=days_left(promise.due_on, clock.today(), calendar) if waits and calendar else None,
        links=links_of(actor, promise),
        pictures=pictures or [],
    )


def links_of(actor: Actor, promise: Promise) -> list[Link]:
    """Return what this actor can do about a promise now, each page once."""
    found: dict[str, Link] = {}
    for move in PROMISE.open_to(actor, promise):
        name, label = PAGES[move.verb]
        if name == "change_promise" and promise.state == Promise.State.REPORTED:
            label = _("不再跟踪")
        url = reverse(f"proposals:{name}", args=[promise.pk])
        found.setdefault(url, Link(url, str(label)))
    return list(found.values())
