"""The committees of this installation, for its system administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization import selectors
from tongxin.foundation.organization.actions import open_committee
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.forms import CommitteeFilterForm, PersonForm
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(Role.SYSTEM_ADMIN)
@require_safe
def committees(request: ActorRequest) -> HttpResponse:
    """List the committees and say which of them have an administrator."""
    form = CommitteeFilterForm(request.GET)
    form.is_valid()
    found = Committee.objects.select_related("parent").order_by("code")
    if words := form.cleaned_data.get("q", "").strip():
        found = found.filter(Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code=words))
    if level := form.cleaned_data.get("level"):
        found = found.filter(level=level)
    pages = selectors.paged(found, request.GET.get("page"))
    context = {"form": form, "rows": selectors.installed(pages["page"], request.actor), **pages}
    return render(request, "organization/installation.html", context)


@policy(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def open_one(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a committee an administrator."""
    committee = get_object_or_404(Committee, pk=pk)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        post, password = open_committee(actor=request.actor, committee=committee, **form.cleaned_data)
        if password:
            slips = {"slips": [(post.user, password)], "address": request.build_absolute_uri("/")}
            return render(request, "organization/slips_print.html", slips)
        messages.success(
            request, _("%(name)s已是%(where)s的管理员。") % {"name": post.user.name, "where": committee}
        )
        return redirect("organization:installation")
    context = {
        "title": _("开通%(name)s") % {"name": committee},
        "about": _("给它一位管理员。届、界别、委员和岗位由这位管理员自己设。"),
        "crumbs": [(_("各级政协"), "organization:installation")],
        "form": form,
        "once": new_key(),
        "cancel": "organization:installation",
    }
    return render(request, "organization/form.html", context)
