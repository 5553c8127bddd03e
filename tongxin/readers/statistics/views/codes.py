"""From a code in a paper to the page behind its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongxin.foundation.core.access import policy
from tongxin.readers.statistics.codes import page_of_code
from tongxin.readers.statistics.opening.asked import Unknown
from tongxin.readers.statistics.views.layout import layout_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy()
@require_safe
def code(request: ActorRequest, code: str) -> HttpResponse:
    """Open the number that a code in a paper stands for."""
    try:
        return redirect(page_of_code(request.actor, code))
    except Unknown as error:
        raise Http404 from error


@policy()
@require_safe
def find_code(request: ActorRequest) -> HttpResponse:
    """Show where a code can be typed, and open its number."""
    typed = request.GET.get("code", "")
    if typed.strip():
        try:
            return redirect(page_of_code(request.actor, typed))
        except Unknown:
            return _form(request, typed, is_unknown=True)
    return _form(request)


def _form(request: ActorRequest, typed: str = "", *, is_unknown: bool = False) -> HttpResponse:
    context = {**layout_of(request.actor), "typed": typed, "is_unknown": is_unknown}
    return render(request, "statistics/find_code.html", context, status=422 if is_unknown else 200)
