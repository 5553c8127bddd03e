"""Numbers that were reported from elsewhere: the list, entering one, taking one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.views.workbooks import as_download
from tongxin.readers.statistics.actions.reporting import enter_reported, withdraw_reported
from tongxin.readers.statistics.exports import reported_book
from tongxin.readers.statistics.forms.reported import ReportedForm, WithdrawForm
from tongxin.readers.statistics.models import ReportedNumber
from tongxin.readers.statistics.permissions import KEEPS, LOOKS, can_keep_numbers
from tongxin.readers.statistics.reported import lines_of, reported_rows

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_PER_PAGE = 30


@policy(*LOOKS)
@require_safe
def reported(request: ActorRequest) -> HttpResponse:
    """Show what was reported from elsewhere."""
    pages = Paginator(reported_rows(request.actor, request.GET.get("figure", "")[:80]), _PER_PAGE)
    page = pages.get_page(request.GET.get("page", ""))
    context = {
        "lines": lines_of(request.actor, page.object_list),  # type: ignore[arg-type]  # a slice of the rows
        "page": page,
        "page_range": list(pages.get_elided_page_range(page.number, on_each_side=2)),
        "may_keep": can_keep_numbers(request.actor),
        "figure": request.GET.get("figure", ""),
    }
    return render(request, "statistics/reported.html", context)


@policy(*LOOKS)
@require_safe
def reported_export(request: ActorRequest) -> HttpResponse:
    """Hand out the list as Excel."""
    lines = lines_of(request.actor, reported_rows(request.actor, request.GET.get("figure", "")[:80]))
    book = reported_book((line.row, line.name, line.unit) for line in lines)
    return as_download(book, f"{_('报送数')}{clock.today():%Y%m%d}")


@policy(*KEEPS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def reported_add(request: ActorRequest) -> HttpResponse:
    """Enter a number that was reported from elsewhere."""
    initial = {"figure": request.GET.get("figure", "")}
    form = ReportedForm(request.actor, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        enter_reported(actor=request.actor, row=form.save(commit=False))
        messages.success(request, _("已记下。它另列为报送数，不加进平台统计的数。"))
        return redirect("statistics:reported")
    return _show_form(request, "reported_add", form)


@policy(*KEEPS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def reported_withdraw(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a reported number back, with a reason."""
    rows = ReportedNumber.objects.visible_to(request.actor).select_related("place")
    row = get_object_or_404(rows, pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_reported(actor=request.actor, row=row, reason=form.cleaned_data["reason"])
        messages.success(request, _("已撤回。"))
        return redirect("statistics:reported")
    line = next(iter(lines_of(request.actor, rows.filter(pk=pk))), None)
    return _show_form(request, "reported_withdraw", form, row=row, line=line)


def _show_form(request: ActorRequest, template: str, form: BaseForm, **context: object) -> HttpResponse:
    context |= {"form": form, "once": new_key()}
    faulty = form.is_bound and not form.is_valid()
    return render(request, f"statistics/{template}.html", context, status=422 if faulty else 200)
