"""The committee's review groups: which topics fall to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.activities.proposals.actions.grouping import save_review_group
from tongxin.activities.proposals.forms.examining import ReviewGroupForm
from tongxin.activities.proposals.models import ReviewGroup
from tongxin.activities.proposals.views.setting import show_setting
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


def _saved(request: ActorRequest, form: ReviewGroupForm) -> bool:
    """Save what was filled in; what the action refuses is said at the form, with everything kept."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        save_review_group(
            actor=request.actor,
            group=form.save(commit=False),
            topics=list(form.cleaned_data["topics"]),
            people=list(form.cleaned_data["people"]),
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def groups(request: ActorRequest) -> HttpResponse:
    """Show the review groups and add one."""
    own = ReviewGroup(committee=request.actor.committee)
    form = ReviewGroupForm(request.POST or None, instance=own, actor=request.actor)
    if _saved(request, form):
        messages.success(request, _("已添加"))
        return redirect("proposals:review_groups")
    rows = ReviewGroup.objects.visible_to(request.actor).prefetch_related("topics", "people")
    return show_setting(request, "review_groups", form, name="review-groups", groups=rows)


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def group(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change a review group, or switch it off."""
    found: ReviewGroup = get_object_or_404(ReviewGroup.objects.visible_to(request.actor), pk=pk)
    form = ReviewGroupForm(request.POST or None, instance=found, actor=request.actor)
    if _saved(request, form):
        messages.success(request, _("已保存"))
        return redirect("proposals:review_groups")
    return show_setting(request, "review_group", form)
