"""The ledger of problems: the list, one problem, a new one, several at once, the register as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.grassroots.actions import problems as ledger
from tongxin.activities.grassroots.forms.problem import FilterForm, ProblemForm, kept_conditions, kept_nodes
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.activities.grassroots.papers.register import register_paper
from tongxin.activities.grassroots.papers.serving import as_pdf, as_workbook
from tongxin.activities.grassroots.selectors.problem import problem_page
from tongxin.activities.grassroots.selectors.problems import (
    problems_page,
    read_ids,
    read_wanted,
    register_rows,
)
from tongxin.activities.grassroots.views.problem_pages import (
    AT_A_DESK,
    KEEPERS,
    READERS,
    layout_of,
    problem_of,
)
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*READERS)
@require_safe
def problems(request: ActorRequest) -> HttpResponse:
    """Show the ledger: the office all, a node its own, a unit what it has to solve."""
    actor = request.actor
    wanted = read_wanted(request.GET)
    context = {
        "shown": problems_page(actor, wanted),
        "filters": FilterForm(actor=actor, wanted=wanted),
        "keep": kept_conditions(wanted),
        "can_add": actor.has(*KEEPERS),
        "can_export": actor.has(*AT_A_DESK),
        "query": request.GET.urlencode(),
        "now": clock.today(),
        "once": new_key(),
        **layout_of(actor),
    }
    return render(request, "grassroots/problems.html", context)


@policy(*READERS)
@require_safe
def problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what it is, where it stands, who has it until when, and what this person can do."""
    found = problem_of(request, pk)
    context = {"page": problem_page(request.actor, found), "once": new_key(), **layout_of(request.actor)}
    return render(request, "grassroots/problem.html", context)


@policy(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_problem(request: ActorRequest) -> HttpResponse:
    """Put a problem into the ledger, from a session where the address names one."""
    actor = request.actor
    session = _session_of(request)
    initial = {"node": session.node_id} if session else {}
    form = ProblemForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        made = ledger.add_problem(actor=actor, session=session, **found)
        messages.success(request, _("已记入台账"))
        return redirect("grassroots:problem", pk=made.pk)
    context = {"form": form, "session": session, "once": new_key(), **layout_of(actor)}
    return render(request, "grassroots/problem_add.html", context, status=422 if form.errors else 200)


def _session_of(request: ActorRequest) -> DeliberationSession | None:
    """Return the session at a kept node from which a problem is raised; None where none is named."""
    ids = read_ids([request.GET.get("session", "")])
    if not ids:
        return None
    kept = Q(node__in=kept_nodes(request.actor).values("pk"))
    found = DeliberationSession.objects.visible_to(request.actor).filter(kept, pk__in=ids)
    return found.select_related("matter", "node").first()


@policy(*KEEPERS)
@require_POST
@once
def confirm_problems(request: ActorRequest) -> HttpResponse:
    """Agree that the ticked ones are solved."""
    n = ledger.confirm_problems(actor=request.actor, problems=read_ids(request.POST.getlist("problems")))
    text = ngettext("已确认%(n)s件解决", "已确认%(n)s件解决", n) % {"n": n}
    messages.success(request, text)
    return redirect("grassroots:problems")


def register_columns() -> list[Column]:
    """Return the columns of the register as offices keep it."""
    return [
        Column("n", _("序号"), kind="int", width=6),
        Column("code", _("编号"), kind="code", width=12),
        Column("text", _("问题"), width=40),
        Column("source", _("来源"), width=24),
        Column("node", _("议事点"), width=20),
        Column("unit", _("承办单位"), width=18),
        Column("owner", _("责任人"), width=16),
        Column("opened_on", _("交办日期"), kind="date", width=12),
        Column("due_on", _("期限"), kind="date", width=12),
        Column("state", _("状态"), width=12),
        Column("result", _("办理情况"), width=40),
        Column("solved_on", _("销号日期"), kind="date", width=12),
        Column("looked_back_on", _("回头看日期"), kind="date", width=12),
        Column("look_back", _("回头看情况"), width=30),
    ]


@policy(*AT_A_DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def export_problems(request: ActorRequest) -> HttpResponse:
    """Hand out the ledger, as it is filtered, as a workbook; with ticked rows (POST) only those."""
    asked = request.POST if request.method == "POST" else request.GET
    rows = register_rows(request.actor, read_wanted(asked))
    record(actor=request.actor, action="grassroots.export_problems", count=len(rows))
    book = write_workbook([Sheet(title=_("问题台账"), columns=register_columns(), rows=rows)])
    return as_workbook(book, _("问题台账") + f"{clock.today():%Y%m%d}")


@policy(*AT_A_DESK)
@require_safe
def problem_register(request: ActorRequest) -> HttpResponse:
    """Hand out the ledger, as it is filtered, as a PDF to print and sign."""
    actor = request.actor
    rows = register_rows(actor, read_wanted(request.GET))
    record(actor=actor, action="grassroots.print_problems", count=len(rows))
    name = f"问题台账{clock.today():%Y%m%d}"
    return as_pdf(register_paper(actor.committee, rows), name)
