"""The check before signing: numbers that changed, numbers that nobody vouches for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role
from tongxin.readers.workreports.actions import settling
from tongxin.readers.workreports.checking import check_report
from tongxin.readers.workreports.forms import SourceForm
from tongxin.readers.workreports.permissions import READERS, can_edit_report, can_sign_report
from tongxin.readers.workreports.views.pages import report_of, show

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*READERS)
@require_safe
def check(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what is to be settled before the report is signed."""
    return _check(request, pk)


def _check(
    request: ActorRequest, pk: UUID, *, form: SourceForm | None = None, status: int = 200
) -> HttpResponse:
    found = report_of(request, pk)
    return show(
        request,
        "check",
        report=found,
        checked=check_report(request.actor, found),
        may_edit=can_edit_report(request.actor, found),
        may_sign=can_sign_report(request.actor, found),
        form=form,
        status=status,
    )


@policy(Role.STAFF)
@require_POST
@once
def set_right(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write what the platform prints today: one number, or all that differ."""
    keys = None if "all" in request.POST else request.POST.getlist("key")
    count = settling.set_right(actor=request.actor, report=report_of(request, pk), keys=keys)
    messages.success(request, _("改了%(n)d处。") % {"n": count})
    return redirect("workreports:check", pk)


@policy(Role.STAFF)
@require_POST
@once
def link(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put the code of a figure behind a number that was typed."""
    found = report_of(request, pk)
    settling.link_number(
        actor=request.actor,
        report=found,
        key=request.POST.get("key", ""),
        figure_id=request.POST.get("figure", ""),
        period=found.period,
    )
    messages.success(request, _("已连上，这个数字能点开了。"))
    return redirect("workreports:check", pk)


@policy(Role.STAFF)
@require_POST
@once
def vouch(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say where a typed number comes from."""
    form = SourceForm(request.POST)
    if not form.is_valid():
        return _check(request, pk, form=form, status=422)
    settling.vouch_for_number(
        actor=request.actor,
        report=report_of(request, pk),
        key=form.cleaned_data["key"],
        source=form.cleaned_data["source"],
    )
    messages.success(request, _("已记下依据。"))
    return redirect("workreports:check", pk)


@policy(Role.STAFF)
@require_POST
@once
def take_back(request: ActorRequest, pk: UUID, typed: UUID) -> HttpResponse:
    """Take back what was said of a typed number's source."""
    found = report_of(request, pk)
    row = get_object_or_404(found.typed.all(), pk=typed)
    settling.take_back_source(actor=request.actor, report=found, typed=row)
    messages.success(request, _("依据已撤回。"))
    return redirect("workreports:check", pk)
