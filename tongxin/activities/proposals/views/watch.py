"""The deadline watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongxin.activities.proposals.querysets import OFFICE
from tongxin.activities.proposals.selectors.lists import read_ids, read_wanted
from tongxin.activities.proposals.selectors.watch import watch_page
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*OFFICE, Role.SUPERVISOR, Role.UNIT_CLERK, Role.UNIT_LEADER)
@require_safe
def watch(request: ActorRequest) -> HttpResponse:
    """Show what is late and what comes near: the office all, an office over units theirs, a unit its own."""
    shown = watch_page(
        request.actor,
        tab=request.GET.get("tab", ""),
        unit=next(iter(read_ids([request.GET.get("unit", "")])), None),
        page_number=read_wanted(request.GET).page,
    )
    context = {
        "shown": shown,
        "can_remind": request.actor.has(Role.STAFF, Role.SUPERVISOR),
        "once": new_key(),
    }
    return render(request, "proposals/watch.html", context)
