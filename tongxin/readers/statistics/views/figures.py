"""The list of all figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongxin.foundation.core.access import policy
from tongxin.readers.statistics.asking import read_period
from tongxin.readers.statistics.codes import page_of_code, read_code
from tongxin.readers.statistics.keeping import kept
from tongxin.readers.statistics.listing import figures_listed
from tongxin.readers.statistics.opening.asked import Unknown
from tongxin.readers.statistics.opening.spans import spans_for
from tongxin.readers.statistics.permissions import LOOKS, can_keep_numbers

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*LOOKS)
@require_safe
def figures(request: ActorRequest) -> HttpResponse:
    """Show every number of the committee with what is counted; a code that is typed opens its number."""
    actor, words = request.actor, request.GET.get("q", "").strip()[:80]
    if read_code(words):
        try:
            return redirect(page_of_code(actor, words))
        except Unknown:
            # Then it is a word like any other, and nothing is found.
            pass
    period = read_period(request.GET.get("period", ""), actor.committee_id or 0)
    # What somebody looks for is theirs; the whole list is everybody's.
    whole = None if words else kept(actor, ("figures", period), lambda: figures_listed(actor, period))
    context = {
        "groups": figures_listed(actor, period, words) if whole is None else whole,
        "words": words,
        "period": period,
        "spans": spans_for(period),
        "may_keep": can_keep_numbers(actor),
    }
    return render(request, "statistics/figures.html", context)
