"""Annual lists of topics: drawn up, voted on, decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.topics.actions import listing
from tongxin.activities.topics.actions.voting import cast_ballot
from tongxin.activities.topics.enums import ListState
from tongxin.activities.topics.forms.listing import BeginForm, DecideForm, HandsForm, UntilForm
from tongxin.activities.topics.models import TopicList
from tongxin.activities.topics.permissions import can_keep_list
from tongxin.activities.topics.selectors.listing import candidates, list_detail, list_rows
from tongxin.activities.topics.selectors.wanted import read_ids
from tongxin.activities.topics.views.asked import DECIDERS, show_form
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

VIEWERS = (*DECIDERS, Role.MEMBER, Role.LEADER, Role.AUDITOR)


def _list(request: ActorRequest, pk: UUID) -> TopicList:
    """Return the list; one that is being drawn up is there only for who keeps it."""
    found = TopicList.objects.visible_to(request.actor).select_related("node")
    topic_list: TopicList = get_object_or_404(found, pk=pk)
    if topic_list.state == ListState.DRAFT and not can_keep_list(request.actor, topic_list):
        raise Http404
    return topic_list


def _kept(request: ActorRequest, pk: UUID) -> TopicList:
    topic_list = _list(request, pk)
    if not can_keep_list(request.actor, topic_list):
        raise Http404
    return topic_list


@policy(*VIEWERS)
@require_safe
def lists(request: ActorRequest) -> HttpResponse:
    """Show the lists of all years."""
    context = {"rows": list_rows(request.actor), "may_begin": request.actor.has(*DECIDERS)}
    return render(request, "topics/lists.html", context)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def begin(request: ActorRequest) -> HttpResponse:
    """Begin the list of a year."""
    form = BeginForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        made = listing.begin_list(actor=request.actor, outline=form.outline())
        return redirect("topics:list_candidates", made.pk)
    return show_form(request, "list_begin", form)


@policy(*VIEWERS)
@require_safe
def show(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show one list: candidates, the vote, what was decided."""
    page = list_detail(request.actor, _list(request, pk))
    return render(request, "topics/list_show.html", {"page": page, "once": new_key()})


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def choose(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Choose which topics stand."""
    topic_list = _kept(request, pk)
    if request.method == "POST":
        count = listing.choose_candidates(
            actor=request.actor, topic_list=topic_list, topics=read_ids(request.POST.getlist("topics"))
        )
        messages.success(request, _("候选议题%(n)d个。") % {"n": count})
        return redirect("topics:list_show", pk)
    page = list_detail(request.actor, topic_list)
    return show_form(request, "list_candidates", None, page=page, rows=candidates(request.actor, topic_list))


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def open_voting(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let the members vote until a day."""
    topic_list, form = _kept(request, pk), UntilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        listing.open_voting(actor=request.actor, topic_list=topic_list, until=form.cleaned_data["until"])
        messages.success(request, _("投票已经开始。"))
        return redirect("topics:list_show", pk)
    context = {
        "layout": "layouts/desk.html",
        "title": _("开始投票"),
        "text": _("开始以后候选议题不能再改。投票期间谁也看不到票数。"),
        "button": _("开始投票"),
        "form": form,
        "hidden": [("once", new_key())],
        "cancel_url": reverse("topics:list_show", args=[pk]),
    }
    return render(request, "ui/confirm.html", context, status=422 if form.errors else 200)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def close_voting(request: ActorRequest, pk: UUID) -> HttpResponse:
    """End the vote."""
    topic_list = _kept(request, pk)
    if request.method == "POST":
        listing.close_voting(actor=request.actor, topic_list=topic_list)
        messages.success(request, _("投票已截止，可以看票数、确定清单了。"))
        return redirect("topics:list_decide", pk)
    context = {
        "layout": "layouts/desk.html",
        "title": _("截止投票"),
        "text": _("截止以后不能再投，也不能再开始。截止以后才看得到票数。"),
        "button": _("截止投票"),
        "hidden": [("once", new_key())],
        "cancel_url": reverse("topics:list_show", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def hands(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Enter the hands that were raised in the room."""
    topic_list = _kept(request, pk)
    page = list_detail(request.actor, topic_list)
    form = HandsForm(request.POST or None, items=page.items)
    if request.method == "POST" and form.is_valid():
        listing.count_hands(actor=request.actor, topic_list=topic_list, hands=form.hands())
        messages.success(request, _("举手票数已录入。"))
        return redirect("topics:list_show", pk)
    return show_form(request, "list_hands", form, page=page)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Decide the list."""
    topic_list, form = _kept(request, pk), DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        listing.decide_list(
            actor=request.actor,
            topic_list=topic_list,
            chosen=read_ids(request.POST.getlist("items")),
            **form.cleaned_data,
        )
        messages.success(request, _("清单已确定。"))
        return redirect("topics:list_show", pk)
    return show_form(request, "list_decide", form, page=list_detail(request.actor, topic_list))


@policy(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def vote(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Vote, once."""
    topic_list = _list(request, pk)
    page = list_detail(request.actor, topic_list)
    if not page.votes and topic_list.state == ListState.VOTING:
        raise PermissionDenied(_("这份清单由别的人投票。"))
    if request.method == "POST":
        cast_ballot(
            actor=request.actor, topic_list=topic_list, chosen=read_ids(request.POST.getlist("items"))
        )
        messages.success(request, _("您的票已计入。谁投了什么，系统不记。"))
        return redirect("topics:list_show", pk)
    return show_form(request, "list_vote", None, page=page)
