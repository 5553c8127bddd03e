"""What the views of problems share: the problem that was asked for, the layout, a page with its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, redirect, render

from tongxin.activities.grassroots.models import Problem
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.enums import NODE_ROLES, OFFICE_ROLES, Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.foundation.core.access import Actor, ActorRequest

KEEPERS = (Role.STAFF, *sorted(NODE_ROLES))
UNIT = (Role.UNIT_CLERK, Role.UNIT_LEADER)
WORKERS = (*KEEPERS, *UNIT)
AT_A_DESK = (*WORKERS, Role.REVIEWER, Role.LEADER, Role.AUDITOR)
READERS = (*AT_A_DESK, Role.MEMBER)


def layout_of(actor: Actor) -> dict[str, str]:
    """Return the layout for somebody: at a desk with its side, or a page for members."""
    if actor.has(*OFFICE_ROLES, *NODE_ROLES):
        return {"layout": "layouts/desk.html", "body_class": "wide"}
    return {"layout": "layouts/page.html", "body_class": "broad"}


def problem_of(request: ActorRequest, pk: UUID) -> Problem:
    """Return the problem with what its pages show; one that may not be opened is not there."""
    found = Problem.objects.visible_to(request.actor).for_list().select_related("node__station")
    problem: Problem = get_object_or_404(found, pk=pk)
    return problem


def show_form(
    request: ActorRequest, template: str, problem: Problem, form: BaseForm | None = None, **context: object
) -> HttpResponse:
    """Show a page about a problem; a form that came with faults answers 422."""
    faulty = form is not None and form.is_bound and not form.is_valid()
    context |= {"problem": problem, "form": form, "once": new_key(), **layout_of(request.actor)}
    return render(request, f"grassroots/{template}.html", context, status=422 if faulty else 200)


def to_problem(problem: Problem) -> HttpResponse:
    """Go back to the page of the problem."""
    return redirect("grassroots:problem", pk=problem.pk)
