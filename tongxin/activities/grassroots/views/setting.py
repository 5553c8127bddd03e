"""The committee's own rules for its work at the grass roots: limits, and kinds of venues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.activities.grassroots.actions.problem_moving import rules_of
from tongxin.activities.grassroots.actions.setting import save_rules, save_venue
from tongxin.activities.grassroots.forms.setting import RulesForm, VenueForm
from tongxin.activities.grassroots.models import VenueKind
from tongxin.activities.grassroots.views.session_pages import show
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def rules(request: ActorRequest) -> HttpResponse:
    """Show and set the limits that the committee works by."""
    form = RulesForm(request.POST or None, instance=rules_of(request.actor.committee_id or 0))
    if request.method == "POST" and form.is_valid():
        save_rules(actor=request.actor, rules=form.save(commit=False), changed=form.changed_data)
        messages.success(request, _("已保存。新的期限从下一次开始算，正在跑的不变。"))
        return redirect("grassroots:settings")
    return show(request, "setting_rules", form=form)


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def venues(request: ActorRequest) -> HttpResponse:
    """Show the kinds of venues and add one."""
    form = VenueForm(request.POST or None, instance=VenueKind(committee_id=request.actor.committee_id or 0))
    if request.method == "POST" and form.is_valid():
        save_venue(actor=request.actor, venue=form.save(commit=False), changed=form.changed_data)
        messages.success(request, _("已添加"))
        return redirect("grassroots:setting_venues")
    return show(request, "setting_venues", form=form, rows=VenueKind.objects.visible_to(request.actor))


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def venue(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change one kind of venue, or switch it off."""
    found = get_object_or_404(VenueKind.objects.visible_to(request.actor), pk=pk)
    form = VenueForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        save_venue(actor=request.actor, venue=form.save(commit=False), changed=form.changed_data)
        messages.success(request, _("已保存"))
        return redirect("grassroots:setting_venues")
    return show(request, "setting_venue", form=form)
