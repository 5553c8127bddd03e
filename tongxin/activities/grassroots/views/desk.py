"""The desk of a session: one page on a phone that also works without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongxin.activities.grassroots.actions.recording import Stale
from tongxin.activities.grassroots.actions.sync_reading import NonsenseError, read_act, read_batch
from tongxin.activities.grassroots.actions.syncing import (
    CONFLICT,
    REFUSED,
    resolve_conflict,
    sync_acts,
)
from tongxin.activities.grassroots.models import DeliberationSession, RecordConflict
from tongxin.activities.grassroots.permissions_session import SESSION_KEEPERS, can_keep_session
from tongxin.activities.grassroots.selectors.desk import Desk, desk_of
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.foundation.core.access import ActorRequest

_WRITTEN = ("side", "name", "post", "field", "text", "who", "unit", "owner", "due_on")


def _session(request: ActorRequest, pk: UUID) -> DeliberationSession:
    found = DeliberationSession.objects.visible_to(request.actor).select_related("matter", "node")
    session: DeliberationSession = get_object_or_404(found, pk=pk)
    if not can_keep_session(request.actor, session):
        # A member or a joint host may read the session; that there is a desk is not their affair.
        raise Http404
    return session


@policy(*SESSION_KEEPERS)
@require_safe
def desk(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the desk, and let the phone keep this one page."""
    return _page(request, desk_of(_session(request, pk)))


def _page(request: ActorRequest, shown: Desk, *, status: int = 200, **more: object) -> HttpResponse:
    now = round(clock.now().timestamp() * 1000)
    context = {
        "desk": shown,
        "session": shown.session,
        "now": now,
        "keys": [new_key() for _n in range(4)],
        **more,
    }
    response = render(request, "grassroots/desk.html", context, status=status)
    response.headers["X-Keep-Offline"] = f"{request.actor.user_id} {shown.kept_until}"
    return response


@policy(*SESSION_KEEPERS)
@require_POST
def desk_act(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Do one thing at the desk by a plain form. The form's key makes a second arrival void."""
    session = _session(request, pk)
    try:
        act = read_act(_sent(request))
    except NonsenseError as error:
        raise Refused(error.sentence) from error
    answer = sync_acts(actor=request.actor, session=session, acts=[act])[0]
    if answer.status == REFUSED:
        written = "\n".join(filter(None, (request.POST.get(n, "") for n in ("who", "name", "post", "text"))))
        return _page(request, desk_of(session), status=409, refusal=answer.sentence, written=written)
    if answer.status == CONFLICT:
        messages.warning(request, _("有人刚刚写过这一栏，和您写的不一样。两份都留着，请选一份。"))
    return redirect("grassroots:desk", pk=pk)


def _sent(request: ActorRequest) -> dict[str, Any]:
    form = request.POST
    payload: dict[str, Any] = {name: form[name] for name in _WRITTEN if name in form}
    kind = form.get("kind", "")
    if "undo" in form:
        kind, payload = "undo", {"attendee": form["undo"]}
    elif "attendee" in form:
        payload = {"attendee": form["attendee"]}
    base = form.get("base", "")
    # Pressing the next name of a list that is still on the screen is another act.
    key = new_key() if kind in {"present", "undo"} else form.get("key", "")
    return {"key": str(key), "kind": kind, "payload": payload, "base": int(base) if base.isdecimal() else 0}


@policy(*SESSION_KEEPERS)
@require_POST
def sync(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take in what a phone kept, and answer each act."""
    session = _session(request, pk)
    try:
        whose, acts = read_batch(request.body)
        if whose != str(request.actor.user_id):
            sentence = _("手机里存的是另一个账号办的。请用那个账号登录后发送。")
            return JsonResponse({"sentence": sentence}, status=409)
        answers = sync_acts(actor=request.actor, session=session, acts=acts)
    except NonsenseError as error:
        return JsonResponse({"sentence": error.sentence}, status=422)
    said = [{"key": str(a.key), "status": a.status, "sentence": a.sentence} for a in answers]
    return JsonResponse({"now": round(clock.now().timestamp() * 1000), "acts": said})


@policy(*SESSION_KEEPERS)
@require_POST
def resolve(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Settle what two people wrote differently: one of the texts, or both joined."""
    conflict = get_object_or_404(
        RecordConflict.objects.filter(committee_id=request.actor.committee_id or 0), pk=pk
    )
    session = _session(request, conflict.session_id)
    seen = request.POST.get("seen", "")
    # Each button says which text it stands for; the third field is the one that was joined by hand.
    text = request.POST.get(request.POST.get("choose", "joined"), "")
    try:
        resolve_conflict(
            actor=request.actor, conflict=conflict, text=text, seen=int(seen) if seen.isdecimal() else -1
        )
    except Stale as stale:
        return _page(
            request, desk_of(session), status=409, refusal=stale.message, joined=text, joined_for=conflict.pk
        )
    messages.success(request, _("已经选定。另一份仍留在记录里，随时可查。"))
    return redirect("grassroots:desk", pk=session.pk)
