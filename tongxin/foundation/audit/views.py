"""The log of the committee, one entry, and whether the chain is whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from tongxin.foundation.audit.actions import chain_of, record
from tongxin.foundation.audit.forms import EntryFilterForm
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.audit.permissions import READER_ROLES
from tongxin.foundation.audit.selectors import entry_page
from tongxin.foundation.audit.verify import verify
from tongxin.foundation.core.access import policy

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_SEQ = re.compile(r"[0-9]{1,18}")


@policy(*READER_ROLES)
@require_safe
def list_entries(request: ActorRequest) -> HttpResponse:
    """Show who did what, the newest first."""
    form = EntryFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    before = request.GET.get("before", "")
    page = entry_page(request.actor, chosen, int(before) if _SEQ.fullmatch(before) else None)
    context = {"form": form, "page": page, "is_filtered": any(chosen.values()), "is_older": bool(before)}
    return render(request, "audit/list.html", context)


@policy(*READER_ROLES)
@require_safe
def entry(request: ActorRequest, seq: int) -> HttpResponse:
    """Show one entry with all that was recorded."""
    found = get_object_or_404(Entry.objects.visible_to(request.actor), seq=seq)
    return render(request, "audit/entry.html", {"entry": found})


@policy(*READER_ROLES)
@require_POST
def verify_chain(request: ActorRequest) -> HttpResponse:
    """Read the committee's chain now, say whether it is whole, and record that it was asked."""
    verdict = verify(using="default", chain=chain_of(request.actor.committee_id))
    record(actor=request.actor, action="audit.verify", ok=verdict.ok, entries=verdict.entries)
    return render(request, "audit/verdict.html", {"verdict": verdict})
