"""The page behind a number, its parts, its rows as a sheet, and how it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.views.workbooks import as_download
from tongxin.readers.statistics.actions.wording import choose_wording
from tongxin.readers.statistics.exports import parts_book, rows_book
from tongxin.readers.statistics.forms.wording import WordingForm
from tongxin.readers.statistics.opening.asked import Unknown, asked_by
from tongxin.readers.statistics.opening.page import conditions_of, name_of, open_number
from tongxin.readers.statistics.opening.parts import divide_number
from tongxin.readers.statistics.opening.spans import spans_for
from tongxin.readers.statistics.permissions import KEEPS, can_keep_numbers
from tongxin.readers.statistics.views.layout import layout_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import Actor, ActorRequest
    from tongxin.readers.statistics.opening.asked import Asked
    from tongxin.readers.statistics.opening.page import Opened


@policy()
@require_safe
def opened(request: ActorRequest, figure_id: str) -> HttpResponse:
    """Show what a number is, how it is counted, and the rows behind it; or its parts."""
    asked = _asked(request, figure_id)
    if request.GET.get("period", "") != asked.period.key:
        return redirect(request.path + asked.query)
    if asked.lists_parts:
        return _show(request, "parts", asked, divided=divide_number(asked))
    page = _opened(asked, request.actor, request.GET.get("page", ""))
    form = None
    if page.is_told and asked.part is None and can_keep_numbers(request.actor):
        form = WordingForm.of(page)
    return _show(request, "opened", asked, opened=page, form=form, status=200)


@policy()
@require_safe
def opened_export(request: ActorRequest, figure_id: str) -> HttpResponse:
    """Hand out all rows behind a number, or its parts, with what it is on the first sheet."""
    asked = _asked(request, figure_id)
    if asked.lists_parts:
        return as_download(parts_book(divide_number(asked)), f"{name_of(asked)}{clock.today():%Y%m%d}")
    page = _opened(asked, request.actor, "")
    if not page.is_told:
        return _show(request, "opened", asked, opened=page)
    record(
        actor=request.actor,
        action="statistics.export_rows",
        target=f"statistics.figure:{figure_id}",
        code=page.code,
        count=page.facts.seen,
    )
    return as_download(rows_book(page, request.actor), f"{page.title} {page.code}")


@policy(*KEEPS)
@require_POST
@once
def wording(request: ActorRequest, figure_id: str) -> HttpResponse:
    """Choose how a number is printed, in this span or always."""
    asked = _asked(request, figure_id, request.POST.get("period", ""))
    page = _opened(asked, request.actor, "")
    form = WordingForm.of(page, request.POST)
    if not form.is_valid():
        return _show(request, "opened", asked, opened=page, form=form, status=422)
    text = choose_wording(
        actor=request.actor,
        figure=asked.figure,
        period=asked.period,
        form=form.chosen,
        always=form.cleaned_data["always"],
    )
    messages.success(request, _("以后印作：%(text)s") % {"text": text})
    return redirect(asked.url)


def _asked(request: ActorRequest, figure_id: str, period: str | None = None) -> Asked:
    wanted = request.GET.dict() if period is None else {"period": period}
    try:
        return asked_by(request.actor, figure_id, wanted)
    except Unknown as error:
        raise Http404 from error


def _opened(asked: Asked, actor: Actor, number: str) -> Opened:
    try:
        return open_number(asked, actor, number)
    except Unknown as error:
        raise Http404 from error


def _show(
    request: ActorRequest, template: str, asked: Asked, *, status: int = 200, **context: object
) -> HttpResponse:
    context |= {
        **layout_of(request.actor),
        "asked": asked,
        "name": name_of(asked),
        "conditions": conditions_of(asked),
        "spans": spans_for(asked.period),
        "once": new_key(),
    }
    return render(request, f"statistics/{template}.html", context, status=status)
