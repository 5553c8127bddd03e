"""The sentences that reports are drafted from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role
from tongxin.readers.workreports.actions import wording_sentences
from tongxin.readers.workreports.forms import SentenceForms
from tongxin.readers.workreports.selectors.sentence_pages import (
    known_figures,
    last_year,
    parts_with_sentences,
    said_by,
)
from tongxin.readers.workreports.templates import part as part_of
from tongxin.readers.workreports.views.pages import show

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest
    from tongxin.readers.workreports.selectors.sentence_pages import Sentences


@policy(Role.STAFF)
@require_safe
def sentences(request: ActorRequest) -> HttpResponse:
    """Show the sentences of all parts, and what they would say of last year."""
    period = last_year()
    return show(request, "sentences", parts=parts_with_sentences(request.actor, period), period=period)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_sentences(request: ActorRequest, area: str) -> HttpResponse:
    """Change the sentences of a part; a look at what they say keeps nothing."""
    here = _part(request, area)
    initial = [{"text": one.text, "is_active": one.is_active} for one in here.sentences]
    forms = SentenceForms(
        request.POST or None,
        initial=initial,
        prefix="s",
        form_kwargs={"figures": known_figures(request.actor)},
    )
    if request.method != "POST":
        return _show(request, here, forms)
    if not forms.is_valid() or "preview" in request.POST:
        return _show(request, here, forms, status=200 if forms.is_valid() else 422)
    kept = [(one["text"], one["is_active"]) for one in (f.cleaned_data for f in forms) if one.get("text")]
    try:
        wording_sentences.write_sentences(
            actor=request.actor, area=area, sentences=kept, seen=request.POST.get("seen", "")
        )
    except Refused as no:
        return _show(request, here, forms, refusal=no.message, status=409)
    messages.success(request, _("句子已保存，下次起草就用它们。"))
    return redirect("workreports:sentences")


@policy(Role.STAFF)
@require_POST
@once
def usual(request: ActorRequest, area: str) -> HttpResponse:
    """Go back to the usual sentences of a part."""
    wording_sentences.use_usual_sentences(actor=request.actor, area=_known(area))
    messages.success(request, _("已换回常用的句子。"))
    return redirect("workreports:sentences")


def _known(area: str) -> str:
    if part_of(area) is None:
        raise Http404
    return area


def _part(request: ActorRequest, area: str) -> Sentences:
    _known(area)
    parts = parts_with_sentences(request.actor, last_year())
    return next(one for one in parts if one.part.key == area)


def _show(
    request: ActorRequest,
    here: Sentences,
    forms: Any,  # noqa: ANN401 (a formset has no type of its own)
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    texts = [str(form["text"].value() or "") for form in forms]
    said = said_by(request.actor, texts, last_year())
    return show(
        request,
        "sentences_edit",
        here=here,
        forms=forms,
        rows=list(zip(forms, said, strict=True)),
        period=last_year(),
        refusal=refusal,
        status=status,
    )
