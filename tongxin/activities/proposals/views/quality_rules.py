"""The documents with rules for better proposals: who looks at numbers reads them, the office keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.activities.proposals.actions.quality_rules import KEEPERS, NOT_YOURS, save_quality_rule
from tongxin.activities.proposals.forms.setting import QualityRuleForm
from tongxin.activities.proposals.models import QualityRule
from tongxin.activities.proposals.views.setting import show_setting
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, require
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


def _saved(request: ActorRequest, form: QualityRuleForm) -> bool:
    """Save what was filled in; what the action refuses is said at the form, with everything kept."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        save_quality_rule(actor=request.actor, rule=form.save(commit=False), changed=form.changed_data)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _shown(request: ActorRequest, template: str, form: QualityRuleForm, **more: object) -> HttpResponse:
    actor = request.actor
    more |= {"keeps": actor.has(*KEEPERS), "is_admin": actor.has(Role.TENANT_ADMIN)}
    return show_setting(request, template, form, name="quality-rules", **more)


@policy(*KEEPERS, Role.LEADER, Role.AUDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def rules(request: ActorRequest) -> HttpResponse:
    """Show the documents; staff and the administrator add one."""
    if request.method == "POST":
        # Who only reads the list is told so, whatever was filled in.
        require(request.actor.has(*KEEPERS), because=NOT_YOURS)
    form = QualityRuleForm(request.POST or None, instance=QualityRule(committee=request.actor.committee))
    if _saved(request, form):
        messages.success(request, _("已添加"))
        return redirect("proposals:quality_rules")
    return _shown(request, "quality_rules", form, rules=QualityRule.objects.visible_to(request.actor))


@policy(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def rule(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Correct a document, or write when it ended."""
    found: QualityRule = get_object_or_404(QualityRule.objects.visible_to(request.actor), pk=pk)
    form = QualityRuleForm(request.POST or None, instance=found)
    if _saved(request, form):
        messages.success(request, _("已保存"))
        return redirect("proposals:quality_rules")
    return _shown(request, "quality_rule", form)
