"""Reports: the list, drafting, reading, editing, putting numbers in, copying, throwing away."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.record_language import in_record_language, recorded
from tongxin.foundation.organization.enums import Role
from tongxin.readers.statistics.numbering import code_for
from tongxin.readers.workreports.actions import writing
from tongxin.readers.workreports.actions.writing import Stale
from tongxin.readers.workreports.drafting import committee_of
from tongxin.readers.workreports.forms import BeginForm, ReportForm, SectionForms, initial_of, texts_from
from tongxin.readers.workreports.models import WorkReport
from tongxin.readers.workreports.permissions import (
    READERS,
    can_copy_report,
    can_draft_reports,
    can_edit_report,
    can_sign_report,
)
from tongxin.readers.workreports.selectors.inserting import choose_number
from tongxin.readers.workreports.selectors.reading import report_page
from tongxin.readers.workreports.views.pages import draft_of, report_of, show

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_PER_PAGE = 20


@policy(*READERS)
@require_safe
def reports(request: ActorRequest) -> HttpResponse:
    """Show the reports of all years."""
    pages = Paginator(
        WorkReport.objects.visible_to(request.actor).order_by("-until", "-made_on", "pk"), _PER_PAGE
    )
    page = pages.get_page(request.GET.get("page"))
    return show(
        request,
        "list",
        page=page,
        rows=list(page.object_list),
        page_range=list(pages.get_elided_page_range(page.number)),
        may_draft=can_draft_reports(request.actor),
    )


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def begin(request: ActorRequest) -> HttpResponse:
    """Choose what to report of; the platform writes the draft."""
    name = committee_of(request.actor).name if request.method == "POST" else ""
    form = BeginForm(request.POST or None, committee_id=request.actor.committee_id or 0, name=name)
    if request.method == "POST" and form.is_valid():
        period = form.cleaned_data["period"]
        try:
            made = writing.begin_report(
                actor=request.actor,
                title=form.title_of(period),
                form=form.cleaned_data["form"],
                period=period,
                parts=form.cleaned_data["parts"],
            )
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, _("初稿写好了，每个数字都能点开。请接着改。"))
            return redirect("workreports:report", made.pk)
    return show(request, "begin", form=form, status=422 if form.errors else 200)


@policy(*READERS)
@require_safe
def report(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a report: its numbers open, what is to be settled stands on top."""
    found = report_of(request, pk)
    actor = request.actor
    return show(
        request,
        "report",
        page=report_page(actor, found),
        may_edit=can_edit_report(actor, found),
        may_sign=can_sign_report(actor, found),
        may_copy=can_copy_report(actor, found),
    )


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change the text. When somebody else was quicker, both texts are shown and nothing is lost."""
    found = report_of(request, pk) if request.method == "POST" else draft_of(request, pk)
    head, sections = initial_of(found)
    form = ReportForm(request.POST or None, initial=head)
    forms = SectionForms(request.POST or None, initial=sections, prefix="s")
    if request.method != "POST":
        return show(request, "edit", report=found, form=form, forms=forms)
    if not (form.is_valid() and forms.is_valid()):
        return show(request, "edit", report=found, form=form, forms=forms, status=422)
    try:
        writing.edit_report(
            actor=request.actor,
            report=found,
            version=form.cleaned_data["version"],
            texts=texts_from(form, forms),
        )
    except Stale as stale:
        return _both(request, found, forms, stale)
    messages.success(request, _("已保存"))
    return redirect("workreports:report", pk)


def _both(request: ActorRequest, report: WorkReport, forms: object, stale: Stale) -> HttpResponse:
    # With the version of now: who saves again has seen the other text.
    data = request.POST.copy()
    data["version"] = str(report.version)
    return show(
        request,
        "edit",
        report=report,
        form=ReportForm(data),
        forms=forms,
        stale=stale.message,
        theirs=list(report.sections.all()),
        status=409,
    )


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def insert(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Choose a number and put it, with its code, at the end of a section."""
    found = draft_of(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    # What goes into the text is Chinese, whoever writes it.
    with in_record_language() if request.method == "POST" else nullcontext():
        chosen = choose_number(request.actor, found, asked.dict())
    one = chosen.choice(asked.get("part"))
    fault = chosen.fault
    if request.method == "POST" and one is not None and not fault:
        standing = one.standing
        code = code_for(
            found.committee_id, standing.figure.id, standing.period, standing.by, standing.part
        ).code
        text = f"{one.label}{recorded(standing.figure.name)}{standing.printed()}〔{code}〕。"
        section = writing.append_text(
            actor=request.actor, report=found, section_id=asked.get("section", ""), text=text
        )
        messages.success(request, _("已放到“%(heading)s”末尾，可以再挪。") % {"heading": section.heading})
        return redirect("workreports:edit", pk)
    faulty = bool(fault) or request.method == "POST"
    return show(
        request,
        "insert",
        report=found,
        chosen=chosen,
        sections=list(found.sections.all()),
        status=422 if faulty else 200,
    )


@policy(Role.STAFF)
@require_POST
@once
def copy(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin a new report from this one."""
    made = writing.copy_report(actor=request.actor, report=report_of(request, pk))
    messages.success(request, _("另起了一份，原来的那份不变。"))
    return redirect("workreports:report", made.pk)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def discard(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away, asked twice."""
    found = report_of(request, pk) if request.method == "POST" else draft_of(request, pk)
    if request.method == "POST":
        writing.discard_report(actor=request.actor, report=found)
        messages.success(request, _("草稿已删除"))
        return redirect("workreports:list")
    context = {
        "layout": "layouts/desk.html",
        "title": _("删除这份草稿？"),
        "text": _("删除以后找不回来。登记的记录和数据码不受影响。"),
        "button": _("删除"),
        "hidden": [("once", new_key())],
        "cancel_url": reverse("workreports:report", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)
