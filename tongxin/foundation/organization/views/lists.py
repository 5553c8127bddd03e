"""The plain lists: shown, searched, exported, added to and edited."""

# ruff: noqa: SLF001 (Django's own description of a model is reached through underscores)

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.actions import save_entry, set_experts
from tongxin.foundation.organization.forms import SearchForm
from tongxin.foundation.organization.lists import LISTINGS
from tongxin.foundation.organization.models import ExpertTeam
from tongxin.foundation.organization.permissions import MANAGERS, READERS
from tongxin.foundation.organization.selectors import paged
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest
    from tongxin.foundation.organization.forms import EntryForm
    from tongxin.foundation.organization.lists import Listing
    from tongxin.foundation.organization.models import Owned


@policy(*READERS)
@require_safe
def entries(request: ActorRequest, key: str) -> HttpResponse:
    """Show one list, or hand it out as a workbook."""
    listing = LISTINGS[key]
    form = SearchForm(request.GET)
    form.is_valid()
    found = listing.matching(request.actor, form.cleaned_data.get("q", "").strip())
    if request.GET.get("export"):
        return as_download(listing.workbook(found), f"{request.actor.committee}-{listing.label}")
    pages = paged(found, request.GET.get("page"))
    rows = [
        (listing.url_of(row), [(c.header, c.cell(row)) for c in listing.columns]) for row in pages["page"]
    ]
    context = {
        "listing": listing,
        "form": form,
        "rows": rows,
        "may_manage": request.actor.has(*MANAGERS),
        "add_url": f"organization:{key}_add",
        **pages,
    }
    return render(request, "organization/entries.html", context)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: ActorRequest, key: str) -> HttpResponse:
    """Fill in a new row of a list."""
    listing = LISTINGS[key]
    return _form(request, listing, listing.form(request.POST or None, actor=request.actor))


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: ActorRequest, key: str, pk: UUID) -> HttpResponse:
    """Change a row of a list."""
    listing = LISTINGS[key]
    row = get_object_or_404(listing.matching(request.actor, ""), pk=pk)
    return _form(request, listing, listing.form(request.POST or None, instance=row, actor=request.actor))


def _form(request: ActorRequest, listing: Listing, form: EntryForm) -> HttpResponse:
    new = form.instance._state.adding
    if request.method == "POST" and form.is_valid():
        entry: Owned = form.save(commit=False)
        save_entry(actor=request.actor, entry=entry, fields=form.changed_data)
        if isinstance(entry, ExpertTeam):
            set_experts(actor=request.actor, team=entry, people=form.cleaned_data["people"])
        messages.success(request, _("「%(name)s」已保存。") % {"name": entry})
        return redirect(f"organization:{listing.key}")
    title = _("新增%(what)s") if new else _("修改%(what)s")
    context = {
        "title": title % {"what": listing.one},
        "crumbs": [(_("组织"), "organization:overview"), (listing.label, f"organization:{listing.key}")],
        "form": form,
        "once": new_key(),
        "cancel": f"organization:{listing.key}",
    }
    return render(request, "organization/form.html", context)
