"""The committee as a whole: overview, 全员入委, units that change, and switching between committees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization import selectors
from tongxin.foundation.organization.access import COMMITTEE_KEY
from tongxin.foundation.organization.actions import merge_unit, rename_unit, split_unit
from tongxin.foundation.organization.forms import MergeUnitForm, RenameUnitForm, SplitUnitForm
from tongxin.foundation.organization.models import Post, Unit, UnitSuccession
from tongxin.foundation.organization.permissions import MANAGERS, READERS

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*READERS)
@require_safe
def overview(request: ActorRequest) -> HttpResponse:
    """Show the lists of the committee and how long they are."""
    term = selectors.current_term(request.actor)
    context = {
        "term": term,
        "lists": selectors.overview_counts(request.actor, term),
        "may_manage": request.actor.has(*MANAGERS),
    }
    return render(request, "organization/overview.html", context)


@policy()
@require_POST
def switch(request: ActorRequest) -> HttpResponse:
    """Go to work in another of one's committees."""
    chosen = request.POST.get("committee", "")
    committee = next((c for c in request.actor.committees if str(c.pk) == chosen), None)
    if committee is None:
        raise Http404
    request.session[COMMITTEE_KEY] = committee.pk
    messages.success(request, _("现在在%(name)s。") % {"name": committee.short_name})
    return redirect("home")


@policy(*READERS)
@require_safe
def coverage(request: ActorRequest) -> HttpResponse:
    """Show for each term how many members a special committee has, and who is missing from this one."""
    term = selectors.current_term(request.actor)
    query = {"status": "active", "special_committee": "none"}
    missing = selectors.with_places(selectors.members_matching(request.actor, query, term), term)
    pages = selectors.paged(missing, request.GET.get("page"))
    context = {
        "term": term,
        "terms": selectors.coverage(request.actor),
        "rows": selectors.member_rows(pages["page"]),
        **pages,
    }
    return render(request, "organization/coverage.html", context)


@policy(*READERS)
@require_safe
def unit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a unit, its people, and what it came from and became."""
    found = get_object_or_404(Unit.objects.visible_to(request.actor).select_related("supervised_by"), pk=pk)
    succession = UnitSuccession.objects.visible_to(request.actor).select_related("predecessor", "successor")
    context = {
        "unit": found,
        "posts": Post.objects.visible_to(request.actor)
        .filter(unit=found)
        .held_on(clock.today())
        .select_related("user")
        .order_by("role", "user__name"),
        "before": succession.filter(successor=found),
        "after": succession.filter(predecessor=found),
        "may_manage": request.actor.has(*MANAGERS),
    }
    return render(request, "organization/unit.html", context)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def rename(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Rename a unit."""
    found = get_object_or_404(Unit.objects.visible_to(request.actor), pk=pk)
    form = RenameUnitForm(request.POST or None, initial={"name": found.name, "on": clock.today()})
    if request.method == "POST" and form.is_valid():
        successor = rename_unit(actor=request.actor, unit=found, **form.cleaned_data)
        messages.success(request, _("已更名为「%(name)s」，工作和人员都转过去了。") % {"name": successor})
        return redirect("organization:unit", successor.pk)
    text = _("旧名称留在以前的提案上，没办完的工作转到新名称下。")
    return _confirm(request, found, form, _("更名"), text)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def merge(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let another unit take over a unit."""
    found = get_object_or_404(Unit.objects.visible_to(request.actor), pk=pk)
    form = MergeUnitForm(request.POST or None, unit=found, actor=request.actor, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        heir = merge_unit(actor=request.actor, unit=found, **form.cleaned_data)
        messages.success(request, _("已并入「%(name)s」。") % {"name": heir})
        return redirect("organization:unit", heir.pk)
    text = _("没办完的工作和经办人都转到并入的单位。这个单位随即撤销，不能恢复。")
    return _confirm(request, found, form, _("并入其他单位"), text)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def split(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Divide a unit into several."""
    found = get_object_or_404(Unit.objects.visible_to(request.actor), pk=pk)
    form = SplitUnitForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        successors = split_unit(actor=request.actor, unit=found, **form.cleaned_data)
        names = _("、").join(s.name for s in successors)
        messages.success(request, _("已分设为%(names)s。") % {"names": names})
        return redirect("organization:unit", successors[0].pk)
    text = _("没办完的工作和经办人转到第一个单位，再由它移交。原单位随即撤销，不能恢复。")
    return _confirm(request, found, form, _("分设"), text)


def _confirm(request: ActorRequest, found: Unit, form: forms.Form, verb: str, text: str) -> HttpResponse:
    context = {
        "layout": "layouts/desk.html",
        "title": _("%(verb)s：%(name)s") % {"verb": verb, "name": found.name},
        "text": text,
        "form": form,
        "button": verb,
        "hidden": [("once", new_key())],
        "cancel_url": reverse("organization:unit", args=[found.pk]),
    }
    return render(request, "ui/confirm.html", context)
