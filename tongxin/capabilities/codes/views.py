"""The list of codes, one code, giving out and taking back, posters, and the scans behind each number."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.capabilities.codes.actions import (
    issue_codes,
    reissue_code,
    resume_code,
    revoke_code,
    suspend_code,
)
from tongxin.capabilities.codes.addresses import has_public_url
from tongxin.capabilities.codes.forms import FilterForm, PosterForm, ReasonForm, SearchForm
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.codes.permissions import (
    MANAGERS,
    PRINTERS,
    READERS,
    can_manage_codes,
    can_print_code,
)
from tongxin.capabilities.codes.posters import code_picture, place_name
from tongxin.capabilities.codes.runners import POSTERS, SIZE_WORDS
from tongxin.capabilities.codes.selectors.detail import shown_code
from tongxin.capabilities.codes.selectors.lists import (
    PLACES,
    Wanted,
    for_posters,
    listed,
    wanted_codes,
)
from tongxin.capabilities.codes.selectors.places import places_without_code
from tongxin.capabilities.codes.selectors.scans import Asked, month_chart, recent_total, scans
from tongxin.capabilities.jobs.actions import start_job
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import OFFICE_ROLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tongxin.capabilities.jobs.models import Job
    from tongxin.foundation.core.access import Actor, ActorRequest


@policy(*READERS)
@require_safe
def list_codes(request: ActorRequest) -> HttpResponse:
    """Show the places and their codes, how many have one, and how often they are scanned."""
    actor = request.actor
    wanted = Wanted.read(request.GET.dict())
    shown = listed(actor, wanted, request.GET.get("page", ""))
    context = {
        "shown": shown,
        "form": FilterForm(wanted, shown.towns) if wanted.tab == PLACES else SearchForm(wanted),
        "chart": month_chart(actor),
        "recent": recent_total(actor),
        "may_manage": can_manage_codes(actor),
        "may_print": actor.has(*PRINTERS),
        "has_public_url": has_public_url(),
    }
    return render(request, "codes/list.html", context | _layout(actor))


@policy(*MANAGERS)
@require_POST
def issue(request: ActorRequest) -> HttpResponse:
    """Give codes to one place, or to all that have none. Twice is the same as once: each place has one code."""
    found = places_without_code(request.actor)
    if "all" not in request.POST:
        found = found.filter(pk__in=_ids(request.POST.getlist("nodes")))
    made = issue_codes(actor=request.actor, nodes=found)
    if made:
        messages.success(request, _("已给{n}个网点赋码").format(n=len(made)))
    else:
        messages.info(request, _("这些网点都已经有码了"))
    back = f"{reverse('codes:list')}?{Wanted.read(request.POST.dict()).query}"
    return redirect(back.rstrip("?"))


@policy(*READERS)
@require_safe
def show_code(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show one code: where it hangs and leads, what became of earlier ones, how often it is scanned."""
    context = {"shown": shown_code(request.actor, _code(request, pk)), "once": new_key()}
    return render(request, "codes/show.html", context | _layout(request.actor))


@policy(*READERS)
@require_safe
def picture(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the code alone, for a poster that the office draws itself."""
    code = _code(request, pk)
    headers = {"Content-Disposition": f'attachment; filename="code-{code.token}.svg"'}
    return HttpResponse(code_picture(code), content_type="image/svg+xml", headers=headers)


@policy(*READERS)
@require_safe
def list_scans(request: ActorRequest) -> HttpResponse:
    """Show the rows behind a number of scans."""
    asked_code = _ids([request.GET.get("code", "")])
    asked = Asked.read(request.GET.dict(), asked_code[0] if asked_code else None)
    found = scans(request.actor, asked, request.GET.get("page", ""))
    name = place_name(found.code) if found.code else ""
    return render(request, "codes/scans.html", {"found": found, "name": name} | _layout(request.actor))


@policy(*PRINTERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def posters(request: ActorRequest) -> HttpResponse:
    """Ask for the posters of the ticked codes, or of all that the conditions of the list leave."""
    actor = request.actor
    codes = _chosen(request)
    form = PosterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        job = _start(actor, codes, form.cleaned_data["size"])
        return redirect("jobs:show", pk=job.pk)
    context = {
        "codes": codes,
        "names": [place_name(code) for code in codes],
        "form": form,
        "once": new_key(),
        "has_public_url": has_public_url(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "codes/posters.html", context | _layout(actor), status=status)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def suspend(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let a code lead nowhere for a while."""
    words = {
        "title": _("暂停这个码"),
        "text": _("暂停以后，扫这个码看到的是“打不开”。墙上的海报不用换，恢复以后照样能用。"),
        "button": _("暂停"),
        "example": _("例如：议事室正在装修"),
        "done": _("已暂停"),
    }
    return _with_reason(request, pk, suspend_code, words)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def revoke(request: ActorRequest, pk: UUID) -> HttpResponse:
    """End a code for ever."""
    words = {
        "title": _("作废这个码"),
        "text": _("作废以后不能恢复，墙上的海报要取下来。这个网点可以重新赋码。"),
        "button": _("作废"),
        "example": _("例如：这个点已经不用了"),
        "done": _("已作废"),
    }
    return _with_reason(request, pk, revoke_code, words)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def reissue(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give a place another code."""
    words = {
        "title": _("换一个新码"),
        "text": _("换码以后，现在的码马上作废，墙上的海报扫不开了。要打印新的海报换上。"),
        "button": _("换新码"),
        "example": _("例如：海报被涂改；码被人冒用"),
        "done": _("已换新码。请打印新的海报，把旧的换下来。"),
    }
    return _with_reason(request, pk, reissue_code, words)


@policy(*MANAGERS)
@require_POST
@once
def resume(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let a suspended code lead to its place again."""
    resume_code(actor=request.actor, code=_code(request, pk))
    messages.success(request, _("已恢复，扫码可以打开"))
    return redirect("codes:show", pk=pk)


def _with_reason(
    request: ActorRequest, pk: UUID, act: Callable[..., AccessCode], words: dict[str, str]
) -> HttpResponse:
    """Ask why, then do it and show the code that is there now."""
    code = _code(request, pk)
    form = ReasonForm(request.POST or None, example=words["example"])
    if request.method == "POST" and form.is_valid():
        now = act(actor=request.actor, code=code, reason=form.cleaned_data["reason"])
        messages.success(request, words["done"])
        return redirect("codes:show", pk=now.pk)
    context = {"form": form, "code": code, "name": place_name(code), "once": new_key(), **words}
    return render(request, "codes/reason.html", context, status=422 if form.is_bound else 200)


def _start(actor: Actor, codes: list[AccessCode], size: str) -> Job:
    ensure(bool(codes), because=_("没有可以打印的码。"))
    # Recorded, so plain Chinese.
    about = place_name(codes[0]) if len(codes) == 1 else f"{len(codes)}个网点"
    return start_job(
        actor=actor,
        kind=POSTERS,
        title=f"打印一码通{SIZE_WORDS[size]}：{about}",
        params={"size": size, "codes": [str(code.pk) for code in codes]},
    )


def _chosen(request: ActorRequest) -> list[AccessCode]:
    """Return the codes in force that were ticked, or that the conditions of the list leave."""
    if ticked := _ids(request.GET.getlist("codes")):
        found = AccessCode.objects.visible_to(request.actor).active().filter(pk__in=ticked)
        codes = for_posters(found)
    else:
        codes = wanted_codes(request.actor, Wanted.read(request.GET.dict()))
    return [code for code in codes if can_print_code(request.actor, code)]


def _code(request: ActorRequest, pk: UUID) -> AccessCode:
    codes = AccessCode.objects.visible_to(request.actor)
    found: AccessCode = get_object_or_404(codes.select_related("committee", "node__place", "matter"), pk=pk)
    return found


def _ids(texts: list[str]) -> list[UUID]:
    """Return the identifiers among what came with a request."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


def _layout(actor: Actor) -> dict[str, Any]:
    at_a_desk = actor.has(*OFFICE_ROLES)
    return {
        "layout": "layouts/desk.html" if at_a_desk else "layouts/page.html",
        "body_class": "wide" if at_a_desk else "broad",
    }
