"""Taking part: one statement at a time, three buttons, and what one would like to say oneself."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.conversations.actions.casting import CastResult, Ended, cast_answers
from tongxin.activities.conversations.actions.stating import Crowded, say_statement
from tongxin.activities.conversations.ballots import answers_of
from tongxin.activities.conversations.devices import new_token, remember_seen, seen_by
from tongxin.activities.conversations.forms.voting import StatementForm, read_answers, read_batch
from tongxin.activities.conversations.selectors.alike import alike
from tongxin.activities.conversations.selectors.drawing import draw
from tongxin.activities.conversations.selectors.voting import voting_page
from tongxin.activities.conversations.views.doors import open_for_member, open_public
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import policy, public
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from tongxin.activities.conversations.selectors.voting import VotingPage
    from tongxin.activities.conversations.views.doors import Door
    from tongxin.foundation.core.access import ActorRequest

# A phone keeps the page so long; whoever comes back later has network somewhere on the way.
_KEPT: Final = timedelta(days=14)
# Whose a kept page is when it is nobody's; the service worker knows this sign.
_NOBODYS: Final = "-"
_JSON: Final = "application/json"


@public
@require_safe
def vote_public(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Show everybody the next statement."""
    door = open_public(request, code, number)
    with tenancy.scope([door.committee.pk]):
        return _vote(request, door)


@policy(Role.MEMBER)
@require_safe
def vote(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a member the next statement."""
    return _vote(request, open_for_member(request, pk))


@public
@require_POST
def answers_public(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Keep what somebody answers."""
    door = open_public(request, code, number)
    with tenancy.scope([door.committee.pk]):
        return _answer(request, door)


@policy(Role.MEMBER)
@require_POST
def answers(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Keep what a member answers."""
    return _answer(request, open_for_member(request, pk))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def say_public(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Let somebody add a statement."""
    door = open_public(request, code, number)
    with tenancy.scope([door.committee.pk]):
        return _say(request, door)


@policy(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let a member add a statement."""
    return _say(request, open_for_member(request, pk))


def _vote(request: HttpRequest, door: Door, *, lost: bool = False) -> HttpResponse:
    seen = seen_by(request)
    again, before = (_number(request.GET.get(name, "")) for name in ("again", "before"))
    page = voting_page(door.conversation, door.secret, again=again, before=before, seen=seen)
    is_new = door.device is not None and not door.secret
    context = {
        "door": door,
        "page": page,
        "key": new_token() if is_new else "",
        "handful": json.dumps([[s.number, s.text] for s in page.handful], ensure_ascii=False),
        "at": _at_ms(),
        "lost": lost,
        "said": "said" in request.GET,
    }
    response = render(request, "conversations/vote.html", context, status=409 if lost else 200)
    if page.has_news:
        remember_seen(response, (s.mark for s in page.own), door.url("vote"))
    response.headers["X-Keep-Offline"] = f"{door.user or _NOBODYS} {_kept_until(page)}"
    return response


def _number(text: str) -> int:
    """Return the number of a statement in an address; nought for anything else."""
    return int(text) if text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004 (digits of a small number)


def _at_ms() -> int:
    """Return when this was told, so fine that a phone never takes an older page for a newer one."""
    return int(clock.now().timestamp() * 1000)


def _kept_until(page: VotingPage) -> int:
    if not page.is_open:
        return 0
    until = clock.now() + _KEPT
    if last := page.conversation.closes_on:
        until = min(until, datetime.combine(last + timedelta(days=1), time(), clock.ZONE))
    return int(until.timestamp())


def _answer(request: HttpRequest, door: Door) -> HttpResponse:
    is_script = request.headers.get("Accept", "").startswith(_JSON)
    answers, batch = read_answers(request.POST), read_batch(request.POST)
    if answers is None or batch is None:
        if is_script:
            return JsonResponse({"told": _("没看懂这次表态。")}, status=422)
        raise Refused(_("没看懂这次表态，请回到上一页再按一次。"))
    try:
        result = cast_answers(
            conversation=door.conversation, secret=door.secret, answers=answers, batch=batch
        )
    except Ended as ended:
        return JsonResponse({"told": ended.message}, status=409) if is_script else _closed(request, door)
    response = _told(door, result) if is_script else _onward(door, answers)
    door.leave_key(response)
    return response


def _told(door: Door, result: CastResult) -> HttpResponse:
    """Tell the script where its voice stands, and what comes next."""
    given = answers_of(result.ballot).keys() & {s.number for s in result.statements}
    told = {
        "answered": len(given),
        "total": len(result.statements),
        "ignored": result.ignored,
        "at": _at_ms(),
        "next": [[s.number, s.text] for s in draw(result.statements, given)],
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _onward(door: Door, answers: dict[int, int]) -> HttpResponse:
    return HttpResponseRedirect(f"{door.url('vote')}?before={next(iter(answers), 0)}")


def _closed(request: HttpRequest, door: Door) -> HttpResponse:
    """Say that the conversation ended while somebody had its page open."""
    door.conversation.matter.refresh_from_db(fields=["state"])
    return _vote(request, door, lost=True)


def _say(request: HttpRequest, door: Door) -> HttpResponse:
    sent = (request.POST,) if request.method == "POST" else ()
    form = StatementForm(*sent, network=door.network or "")
    if form.is_bound and form.is_valid() and _receive(form, door):
        response = redirect(f"{door.url('vote')}?said=1#mine")
        door.leave_key(response)
        return response
    is_new = door.device is not None and not door.device.is_known
    key = request.POST.get("key", "") or (new_token() if is_new or not door.secret else "")
    context = {"door": door, "form": form, "conversation": door.conversation, "key": key}
    return render(request, "conversations/say.html", context, status=422 if form.is_bound else 200)


def _receive(form: StatementForm, door: Door) -> bool:
    """Keep the statement; say no when the form has to show or ask something first."""
    text = form.cleaned_data["text"]
    if not form.is_different and (near := alike(door.conversation, text)):
        form.show_alike(near)
        return False
    try:
        say_statement(
            conversation=door.conversation,
            secret=door.secret,
            text=text,
            nonce=form.key,
            network=door.network,
            answered=form.answered,
        )
    except Crowded:
        form.ask()
    except Refused as refusal:
        form.add_error(None, refusal.message)
    return not form.errors
