"""Saying something without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongxin.activities.topics.actions.receiving import Crowded, SaidOtherwise, receive_saying
from tongxin.activities.topics.models import TopicRules, Voice
from tongxin.followers.journeys.door import closed_door, find_committee, open_door, talk_behind
from tongxin.followers.journeys.forms.saying import SayingForm
from tongxin.followers.journeys.selectors.place import node_of
from tongxin.foundation.accounts.devices import network_of
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tongxin.foundation.organization.models import Committee, Node


@public
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Let somebody at a place say something."""
    found = open_door(request, code, token)
    if found is None:
        return closed_door(request)
    if talk := talk_behind(found):
        return redirect(talk)
    with tenancy.scope([found.committee_id], audience="public"):
        node = node_of(found)
    back = reverse("front:place", args=[code, token])
    return _say(request, found.committee, node=node, way=Voice.Way.CODE, back=back)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def say_online(request: HttpRequest, code: str) -> HttpResponse:
    """Let somebody who is at no place say something to the committee (网络征集)."""
    committee = find_committee(request, code)
    if committee is None:
        return closed_door(request)
    # The committee's site stands in the frame of the page anyway.
    return _say(request, committee, node=None, way=Voice.Way.WEB, back="")


def _say(
    request: HttpRequest, committee: Committee, *, node: Node | None, way: str, back: str
) -> HttpResponse:
    with tenancy.scope([committee.pk], audience="public"):
        rules = TopicRules.objects.filter(committee=committee).first() or TopicRules(committee=committee)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SayingForm(*sent, text_most=rules.text_max_characters, network=network_of(request))
    if form.is_bound and form.is_valid() and (receipt := _receive(form, committee, node, way)):
        return redirect(f"{reverse('front:receipt', args=[committee.code, receipt])}?new=1")
    context = {"committee": committee, "node": node, "form": form, "rules": rules, "back": back}
    return render(request, "journeys/say.html", context, status=422 if form.is_bound else 200)


def _receive(form: SayingForm, committee: Committee, node: Node | None, way: str) -> str:
    """Keep it and return its receipt; nothing when the form has to ask something first."""
    try:
        return receive_saying(
            committee_id=committee.pk,
            saying=form.saying,
            node=node,
            way=way,
            network=form.network,
            answered=form.answered,
        )
    except Crowded:
        form.ask()
    except SaidOtherwise as before:
        form.tell_receipt(before.receipt)
    return ""
