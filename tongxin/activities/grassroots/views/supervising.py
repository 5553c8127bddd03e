"""Leaders in charge of workstations, what they found, and what was put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.grassroots.actions.supervising import (
    end_charge,
    put_in_charge,
    record_rectification,
    record_visit,
)
from tongxin.activities.grassroots.forms.people import ChargeForm, RectifiedForm, UntilForm, VisitForm
from tongxin.activities.grassroots.models import LeaderCharge, SupervisionVisit
from tongxin.activities.grassroots.permissions import NODE_MANAGERS, NODE_READERS, can_supervise_station
from tongxin.activities.grassroots.selectors.people import supervision_visits
from tongxin.activities.grassroots.selectors.session_wanted import read_uuid
from tongxin.activities.grassroots.views.nodes import node_of, show_form
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.selectors import paged

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_SUPERVISORS = (*NODE_MANAGERS, Role.LEADER)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def charge(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a leader in charge of a workstation."""
    node = node_of(request, pk)
    form = ChargeForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        put_in_charge(actor=request.actor, node=node, **form.cleaned_data)
        messages.success(request, _("包抓领导已登记。"))
        return redirect("grassroots:node", pk)
    about = _("名单是本会主席、副主席。没有的，请先在委员名册里写明职务。")
    return show_form(request, form, _("登记包抓领导"), node, about=about)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def charge_end(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let a leader's charge end."""
    found = LeaderCharge.objects.visible_to(request.actor).select_related("node", "leader")
    row = get_object_or_404(found, pk=pk)
    form = UntilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_charge(actor=request.actor, charge=row, **form.cleaned_data)
        messages.success(request, _("已结束。"))
        return redirect("grassroots:node", row.node_id)
    title = _("%(name)s不再包抓这里") % {"name": row.leader.name}
    return show_form(request, form, title, row.node, button=_("结束"))


@policy(*_SUPERVISORS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def visit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write down what the leader in charge found."""
    found = LeaderCharge.objects.visible_to(request.actor).select_related("node", "leader")
    row = get_object_or_404(found, pk=pk)
    form = VisitForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        record_visit(actor=request.actor, charge=row, **form.cleaned_data)
        messages.success(request, _("督导已登记。"))
        return redirect("grassroots:supervision")
    return show_form(request, form, _("登记%(name)s的督导") % {"name": row.leader.name}, row.node)


@policy(*NODE_READERS)
@require_safe
def visits(request: ActorRequest) -> HttpResponse:
    """Show what leaders in charge found; by default all, or what is not put right."""
    only_open = request.GET.get("open") == "1"
    charge = read_uuid(request.GET.get("charge", ""))
    everything = supervision_visits(request.actor, only_open=False, charge=charge)
    still_open = supervision_visits(request.actor, only_open=True, charge=charge)
    context = {
        "only_open": only_open,
        "charge": charge,
        "all_count": everything.count(),
        "open_count": still_open.count(),
        "today": clock.today(),
        "may_supervise": can_supervise_station(request.actor, request.actor.committee_id or 0),
        **paged(still_open if only_open else everything, request.GET.get("page")),
    }
    return render(request, "grassroots/nodes_supervision.html", context)


@policy(*_SUPERVISORS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def rectified(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write down that what was found is put right."""
    found = SupervisionVisit.objects.visible_to(request.actor).select_related(
        "charge__node", "charge__leader"
    )
    row = get_object_or_404(found, pk=pk)
    form = RectifiedForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        record_rectification(actor=request.actor, visit=row, **form.cleaned_data)
        messages.success(request, _("整改情况已登记。"))
        return redirect("grassroots:supervision")
    return show_form(request, form, _("登记整改情况"), row.charge.node, quoted=row.findings)
