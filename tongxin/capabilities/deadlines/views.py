"""The calendar page: what it shows, and how a day is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.capabilities.deadlines.actions import announce_year, remove_calendar_day, set_calendar_day
from tongxin.capabilities.deadlines.calendars import LocalDay
from tongxin.capabilities.deadlines.forms import AnnouncedYearForm, CalendarDayForm
from tongxin.capabilities.deadlines.models import CalendarChange, CalendarDay
from tongxin.capabilities.deadlines.permissions import CALENDAR_ROLES
from tongxin.capabilities.deadlines.selectors import calendar_of, changes_if, year_page
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_CHANGES_SHOWN = 8


@policy(*CALENDAR_ROLES)
@require_safe
def calendar(request: ActorRequest, year: int | None = None) -> HttpResponse:
    """Show a year day by day, the committee's own days, and what they moved."""
    form = CalendarDayForm(initial={"kind": CalendarDay.Kind.HOLIDAY})
    return _page(request, year or clock.today().year, form)


@policy(*CALENDAR_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def set_day(request: ActorRequest) -> HttpResponse:
    """Show which dates a changed day would move; on confirmation change it."""
    form = CalendarDayForm(request.POST or request.GET)
    if not form.is_valid():
        return _page(request, clock.today().year, form)
    chosen = form.cleaned_data
    if request.method == "POST":
        set_calendar_day(
            actor=request.actor,
            on=chosen["on"],
            kind=chosen["kind"],
            name=chosen["name"],
            basis=chosen["basis"],
        )
        return _to_change(request)
    day = LocalDay(chosen["on"], chosen["kind"] == CalendarDay.Kind.WORKDAY, chosen["name"], chosen["basis"])
    committee_id = request.actor.committee_id or 0
    changes = changes_if(committee_id, day.on, calendar_of(committee_id).with_local(day))
    hidden = [(name, form[name].value()) for name in form.fields]
    context = {"day": day, "changes": changes, "hidden": hidden, "once": new_key()}
    return render(request, "deadlines/day.html", context)


@policy(*CALENDAR_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def remove_day(request: ActorRequest, on: date) -> HttpResponse:
    """Show which dates move when a day is again as announced; on confirmation let it be so."""
    get_object_or_404(CalendarDay.objects.visible_to(request.actor), on=on)
    if request.method == "POST":
        remove_calendar_day(actor=request.actor, on=on)
        return _to_change(request)
    committee_id = request.actor.committee_id or 0
    days = calendar_of(committee_id)
    changes = changes_if(committee_id, on, days.without_local(on))
    context = {"day": days.local[on], "changes": changes, "removes": True, "once": new_key()}
    return render(request, "deadlines/day.html", context)


@policy(*CALENDAR_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def announce(request: ActorRequest, year: int) -> HttpResponse:
    """Ask for the document, then count the dates of that year anew."""
    form = AnnouncedYearForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        announce_year(actor=request.actor, year=year, basis=form.cleaned_data["basis"])
        return _to_change(request)
    context = {"year": year, "form": form, "once": new_key()}
    return render(request, "deadlines/announce.html", context, status=422 if form.errors else 200)


@policy(*CALENDAR_ROLES)
@require_safe
def change(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show one change of the calendar and every date that it moved."""
    found: CalendarChange = get_object_or_404(CalendarChange.objects.visible_to(request.actor), pk=pk)
    return render(request, "deadlines/change.html", {"change": found, "moved": found.moves})


def _to_change(request: ActorRequest) -> HttpResponse:
    """Go to what was just written, in the same transaction, by this person."""
    newest = CalendarChange.objects.visible_to(request.actor).filter(by_id=request.actor.user_id)[0]
    return redirect("deadlines:change", newest.pk)


def _page(request: ActorRequest, year: int, form: CalendarDayForm) -> HttpResponse:
    days = calendar_of(request.actor.committee_id or 0)
    context = {
        "sheet": year_page(year, days, clock.today()),
        "own_days": [day for on, day in sorted(days.local.items()) if on.year == year],
        "changes": CalendarChange.objects.visible_to(request.actor)[:_CHANGES_SHOWN],
        "form": form,
        "years": (year - 1, year + 1),
    }
    return render(request, "deadlines/calendar.html", context, status=422 if form.errors else 200)
