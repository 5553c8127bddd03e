"""Finding again what one said: by the receipt, and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.topics.receipts import read_receipt, shown_receipt
from tongxin.followers.journeys.door import closed_door, find_committee
from tongxin.followers.journeys.forms.saying import FindReceiptForm
from tongxin.followers.journeys.selectors.chain import public_chain
from tongxin.followers.journeys.selectors.receipt import find_voice
from tongxin.foundation.core.access import public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tongxin.foundation.organization.models import Committee

_NOT_FOUND = gettext_lazy("没有找到这个回执码，请对一对有没有抄错。")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def find_receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the receipt and lead to its page."""
    committee = find_committee(request, code)
    if committee is None:
        return closed_door(request)
    form = FindReceiptForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if find_voice(committee, form.cleaned_data["receipt"]):
            return redirect("front:receipt", code, read_receipt(form.cleaned_data["receipt"]))
        form.add_error("receipt", _NOT_FOUND)
    return _ask(request, committee, form, status=422 if form.is_bound else 200)


@public
@require_safe
def receipt(request: HttpRequest, code: str, receipt: str) -> HttpResponse:
    """Show what became of one saying, to whoever holds its receipt."""
    committee = find_committee(request, code)
    if committee is None:
        return closed_door(request)
    voice, own = find_voice(committee, receipt), read_receipt(receipt)
    if voice is None:
        form = FindReceiptForm({"receipt": receipt})
        form.add_error("receipt", _NOT_FOUND)
        return _ask(request, committee, form, status=404)
    context = {
        "committee": committee,
        "voice": voice,
        "receipt": own,
        "shown": shown_receipt(own),
        "chain": public_chain(voice),
        "is_new": request.GET.get("new") == "1",
    }
    return render(request, "journeys/receipt.html", context)


def _ask(request: HttpRequest, committee: Committee, form: FindReceiptForm, *, status: int) -> HttpResponse:
    return render(
        request, "journeys/find_receipt.html", {"committee": committee, "form": form}, status=status
    )
