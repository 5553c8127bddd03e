"""Schemes: the list of years, one scheme, writing it, opening it, approving it, its list of awards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.grassroots.actions import appraising
from tongxin.activities.grassroots.forms.appraisal import ApproveForm, MoneyForm, SchemeForms, money_initial
from tongxin.activities.grassroots.models import AppraisalScheme
from tongxin.activities.grassroots.papers.awards import award_columns, award_rows, awards_paper
from tongxin.activities.grassroots.papers.serving import as_pdf, as_workbook
from tongxin.activities.grassroots.permissions_appraisal import OFFICE
from tongxin.activities.grassroots.selectors.appraisal import final_result, scheme_page, scheme_rows
from tongxin.activities.grassroots.views.appraisal_pages import READERS, scheme_of, show
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.once import once
from tongxin.foundation.core.sheets import Sheet, write_workbook
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.activities.grassroots.appraisal_outcome import Result
    from tongxin.foundation.core.access import ActorRequest

_YEAR_DIGITS = 4


@policy(*READERS)
@require_safe
def schemes(request: ActorRequest) -> HttpResponse:
    """Show the appraisals of all years, or of one."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == _YEAR_DIGITS else None
    return show(request, "appraisal_list", rows=scheme_rows(request.actor, year=year), year=year)


@policy(*READERS)
@require_safe
def scheme(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a scheme: its items and money, the stations as far as the reader may see them."""
    return show(request, "appraisal", page=scheme_page(request.actor, scheme_of(request, pk)))


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_scheme(request: ActorRequest) -> HttpResponse:
    """Write a new scheme."""
    return _write_scheme(request, None)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit_scheme(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change a scheme that has not begun."""
    found = scheme_of(request, pk)
    ensure(found.state == AppraisalScheme.State.DRAFT, because=_("考核已经开始，办法不能再改。"))
    return _write_scheme(request, found)


def _write_scheme(request: ActorRequest, found: AppraisalScheme | None) -> HttpResponse:
    forms = SchemeForms(request.POST or None, found)
    refusal = ""
    if request.method == "POST" and forms.is_valid():
        try:
            saved = appraising.save_scheme(
                actor=request.actor,
                scheme=found,
                terms=forms.scheme.terms(),
                items=forms.item_words,
                grades=forms.grade_words,
            )
        except Refused as no:
            refusal = no.message
        else:
            messages.success(request, _("已保存"))
            return redirect("grassroots:scheme", pk=saved.pk)
    faulty = request.method == "POST"
    return show(request, "appraisal_edit", forms=forms, scheme=found, refusal=refusal, faulty=faulty)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def change_money(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change the budget, the way of sharing or the last day of self-scoring."""
    found = scheme_of(request, pk)
    form = MoneyForm(request.POST or None, initial=money_initial(found))
    if request.method == "POST" and form.is_valid():
        appraising.change_money(actor=request.actor, scheme=found, terms=form.terms(found))
        messages.success(request, _("已保存"))
        return redirect("grassroots:scheme", pk=pk)
    return show(request, "appraisal_money", scheme=found, form=form, faulty=bool(form.errors))


@policy(Role.STAFF)
@require_POST
def open_scheme(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin: every station gets its sheet."""
    appraising.open_scheme(actor=request.actor, scheme=scheme_of(request, pk))
    messages.success(request, _("考核已开始，站长会收到提醒"))
    return redirect("grassroots:scheme", pk=pk)


@policy(Role.LEADER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def approve_scheme(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Look at the whole list once more, and fix it with the decision of a meeting."""
    found = scheme_of(request, pk)
    ensure(found.state == AppraisalScheme.State.OPEN, because=_("考核还没有开始，或者已经审定了。"))
    form = ApproveForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        appraising.approve_scheme(actor=request.actor, scheme=found, **form.cleaned_data)
        messages.success(request, _("已审定"))
        return redirect("grassroots:scheme", pk=pk)
    page = scheme_page(request.actor, found)
    return show(request, "appraisal_approve", page=page, form=form, faulty=bool(form.errors))


def _awards(request: ActorRequest, pk: UUID) -> tuple[AppraisalScheme, Result]:
    found = scheme_of(request, pk)
    ensure(found.state == AppraisalScheme.State.APPROVED, because=_("审定以后才有分配表。"))
    record(actor=request.actor, action="appraisal.print_awards", target=f"appraisal:{found.pk}")
    return found, final_result(found, list(found.scores.select_related("node", "grade")))


@policy(*OFFICE)
@require_safe
def award_paper(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the list of awards as a PDF to sign."""
    found, result = _awards(request, pk)
    return as_pdf(awards_paper(request.actor.committee, found, result), f"{found.name}分配表")


@policy(*OFFICE)
@require_safe
def award_table(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the list of awards as a workbook."""
    found, result = _awards(request, pk)
    sheet = Sheet(title=_("分配表"), columns=award_columns(), rows=award_rows(result))
    return as_workbook(write_workbook([sheet]), f"{found.name}分配表")
