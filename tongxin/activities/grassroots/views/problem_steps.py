"""The steps of one problem: sign for it, report, check, change, give up, look back, reopen, disclose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.grassroots.actions import looking_back
from tongxin.activities.grassroots.actions import problems as ledger
from tongxin.activities.grassroots.forms.problem import (
    ChangeForm,
    CheckForm,
    GiveUpForm,
    LookBackForm,
    ReopenForm,
    ReportForm,
    initial_of,
)
from tongxin.activities.grassroots.lifecycle_problem import PROBLEM
from tongxin.activities.grassroots.selectors.problem import pictures_of, public_words
from tongxin.activities.grassroots.views.problem_pages import (
    KEEPERS,
    WORKERS,
    problem_of,
    show_form,
    to_problem,
)
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*WORKERS)
@require_POST
def sign_problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a problem on."""
    problem = problem_of(request, pk)
    ledger.sign_problem(actor=request.actor, problem=problem)
    messages.success(request, _("已签收，办好了请来报结果"))
    return to_problem(problem)


@policy(*WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def report_problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say what was done, with what shows it."""
    problem = problem_of(request, pk)
    PROBLEM.check("report_problem", request.actor, problem)
    form = ReportForm(request.POST or None, request.FILES or None, initial={"result": problem.result})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        ledger.report_problem(
            actor=request.actor, problem=problem, result=found["result"], photos=found["photos"]
        )
        messages.success(request, _("已报，等核实"))
        return to_problem(problem)
    return show_form(request, "problem_report", problem, form)


@policy(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def check_problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Agree that it is solved, or say what is missing."""
    problem = problem_of(request, pk)
    PROBLEM.check("confirm_problem", request.actor, problem)
    form = CheckForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        if found["decision"] == "confirm":
            ledger.confirm_problem(actor=request.actor, problem=problem, on=found["on"], note=found["note"])
            messages.success(request, _("已确认解决"))
        else:
            ledger.return_problem(actor=request.actor, problem=problem, reason=found["note"])
            messages.success(request, _("已退回继续办"))
        return to_problem(problem)
    return show_form(request, "problem_check", problem, form, pictures=pictures_of(problem))


@policy(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def change_problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give it to another unit, or another day."""
    problem = problem_of(request, pk)
    PROBLEM.check("change_problem", request.actor, problem)
    form = ChangeForm(request.POST or None, actor=request.actor, initial=initial_of(problem))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        ledger.change_problem(actor=request.actor, problem=problem, to=form.charge, reason=reason)
        messages.success(request, _("已改"))
        return to_problem(problem)
    return show_form(request, "problem_change", problem, form)


@policy(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def give_up_problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say that it cannot be solved for now, and why."""
    problem = problem_of(request, pk)
    PROBLEM.check("give_up_problem", request.actor, problem)
    form = GiveUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ledger.give_up_problem(actor=request.actor, problem=problem, reason=form.cleaned_data["reason"])
        messages.success(request, _("已记为暂时办不了"))
        return to_problem(problem)
    return show_form(request, "problem_give_up", problem, form)


@policy(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def look_back(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write down what was seen some time later."""
    problem = problem_of(request, pk)
    PROBLEM.check("look_back", request.actor, problem)
    form = LookBackForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        looking_back.look_back(
            actor=request.actor,
            problem=problem,
            found=form.found,
            photos=words["photos"],
            due_on=words["due_on"],
        )
        messages.success(request, _("已记入"))
        return to_problem(problem)
    return show_form(request, "problem_look_back", problem, form, pictures=pictures_of(problem))


@policy(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def reopen_problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let it be worked on again."""
    problem = problem_of(request, pk)
    PROBLEM.check("reopen_problem", request.actor, problem)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        looking_back.reopen_problem(actor=request.actor, problem=problem, **form.cleaned_data)
        messages.success(request, _("已重新办"))
        return to_problem(problem)
    return show_form(request, "problem_reopen", problem, form)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def disclose_problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what everybody would read, and decide."""
    problem = problem_of(request, pk)
    if request.method == "POST":
        is_public = request.POST.get("public") == "yes"
        ledger.set_problem_visibility(actor=request.actor, problem=problem, is_public=is_public)
        messages.success(request, _("已公开") if is_public else _("已不再公开"))
        return to_problem(problem)
    return show_form(request, "problem_disclose", problem, words=public_words(problem))
