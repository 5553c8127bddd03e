"""Finding again what one said: by the receipt, and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.topics.receipts import read_receipt, shown_receipt
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.files.serving import respond_with
from tongxin.followers.journeys.actions.objecting import object_by_receipt
from tongxin.followers.journeys.door import closed_door, find_committee
from tongxin.followers.journeys.forms.saying import FindReceiptForm, ObjectionForm
from tongxin.followers.journeys.selectors.chain import public_chain
from tongxin.followers.journeys.selectors.receipt import address_of_place, find_voice
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import public

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from tongxin.activities.topics.models import Voice
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
    return _show(request, voice, own, ObjectionForm())


@public
@require_POST
def objection(request: HttpRequest, code: str, receipt: str) -> HttpResponse:
    """Let who raised it say once that it is not solved."""
    committee = find_committee(request, code)
    voice, own = find_voice(committee, receipt) if committee else None, read_receipt(receipt)
    if voice is None:
        return closed_door(request)
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        return _show(request, voice, own, form, status=422)
    object_by_receipt(voice=voice, text=form.cleaned_data["text"])
    return redirect("front:receipt", code, own)


@public
@require_safe
def picture(request: HttpRequest, code: str, receipt: str, pk: UUID) -> HttpResponseBase:
    """Send a picture that stands on the page of a receipt; whether it does is asked again each time."""
    committee = find_committee(request, code)
    voice = find_voice(committee, receipt) if committee else None
    if voice is None or str(pk) not in {p for step in public_chain(voice).steps for p in step.picture_ids}:
        raise Http404
    with tenancy.scope([voice.committee_id]):
        return respond_with(get_object_or_404(StoredFile.objects.kept(), pk=pk), inline=True)


def _show(
    request: HttpRequest, voice: Voice, own: str, form: ObjectionForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "committee": voice.committee,
        "voice": voice,
        "receipt": own,
        "shown": shown_receipt(own),
        "chain": public_chain(voice),
        "objection": form,
        "back": address_of_place(voice),
        "is_new": request.GET.get("new") == "1",
    }
    return render(request, "journeys/receipt.html", context, status=status)


def _ask(request: HttpRequest, committee: Committee, form: FindReceiptForm, *, status: int) -> HttpResponse:
    return render(
        request, "journeys/find_receipt.html", {"committee": committee, "form": form}, status=status
    )
