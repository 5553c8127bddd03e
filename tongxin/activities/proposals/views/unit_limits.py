"""Units whose time runs: asking for more of it, waiting for co-handling units. And staff taking work back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.proposals.actions import extending, going_on, taking_back
from tongxin.activities.proposals.forms.desk import NoteForm
from tongxin.activities.proposals.forms.handover import ExtensionForm
from tongxin.activities.proposals.lifecycle import ASSIGNMENT
from tongxin.activities.proposals.models import Assignment
from tongxin.activities.proposals.selectors.extension import extension_page
from tongxin.activities.proposals.selectors.handling import co_parts, own_parts
from tongxin.activities.proposals.selectors.waiting import waiting_for
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.activities.proposals.querysets import AssignmentQuerySet
    from tongxin.foundation.core.access import ActorRequest

_UNIT = (Role.UNIT_CLERK, Role.UNIT_LEADER)


def _part(found: AssignmentQuerySet, pk: UUID) -> Assignment:
    joined = found.select_related(
        "unit",
        "reply",
        "proposal__matter",
        "proposal__lead_member",
        "proposal__body",
        "proposal__session",
        "proposal__topic",
    )
    part: Assignment = get_object_or_404(joined, pk=pk)
    return part


def _page(
    request: ActorRequest, template: str, part: Assignment, form: BaseForm, **context: object
) -> HttpResponse:
    faulty = form.is_bound and not form.is_valid()
    context |= {"part": part, "proposal": part.proposal, "form": form, "once": new_key()}
    return render(request, f"proposals/{template}.html", context, status=422 if faulty else 200)


@policy(*_UNIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def extend(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask for more time to answer, seeing the new date and the longest that can be had."""
    part = _part(own_parts(request.actor), pk)
    ASSIGNMENT.check("request_extension", request.actor, part)
    shown = extension_page(part)
    form = ExtensionForm(request.POST or None, dates=shown.dates)
    if request.method == "POST" and form.is_valid():
        extending.request_extension(
            actor=request.actor,
            assignment=part,
            months=form.cleaned_data["months"],
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("已送出延期申请；批复以前仍按原期限办理"))
        return redirect("proposals:detail", pk=part.proposal_id)
    return _page(request, "extend", part, form, shown=shown, due=shown.due)


@policy(*_UNIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def go_on_without(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show who is late with countersigning, and go on to be signed without them."""
    part = _part(own_parts(request.actor), pk)
    ASSIGNMENT.check("go_on_without", request.actor, part)
    form = NoteForm(
        request.POST or None,
        label=_("为什么不再等"),
        help_text=_("写进办理经过，政协和会办单位都看得到"),
    )
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["note"]
        going_on.go_on_without(actor=request.actor, assignment=part, reason=reason)
        messages.success(request, _("已送单位负责人签发"))
        return redirect("proposals:detail", pk=part.proposal_id)
    return _page(request, "go_on_without", part, form, waiting=waiting_for(part, co_parts(part)))


@policy(*_UNIT)
@require_POST
@once
def remind_helpers(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Remind the co-handling units of what the lead waits for."""
    part = _part(own_parts(request.actor), pk)
    n = going_on.remind_helpers(actor=request.actor, assignment=part)
    if n:
        messages.success(request, ngettext("已催办{n}个会办单位", "已催办{n}个会办单位", n).format(n=n))
    else:
        messages.warning(request, _("会办单位都办过了，不用催。"))
    return redirect("proposals:detail", pk=part.proposal_id)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def take_back_part(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a part back from its unit, with the reason; then it is handed over anew."""
    part = _part(Assignment.objects.visible_to(request.actor), pk)
    ASSIGNMENT.check("take_back_part", request.actor, part)
    form = NoteForm(
        request.POST or None, label=_("为什么收回"), help_text=_("承办单位会看到这段话，也留在办理经过里")
    )
    if request.method == "POST" and form.is_valid():
        taking_back.take_back_part(actor=request.actor, assignment=part, reason=form.cleaned_data["note"])
        messages.success(request, _("已收回{unit}的交办").format(unit=part.unit.name))
        return redirect("proposals:detail", pk=part.proposal_id)
    return _page(request, "take_back_part", part, form)
