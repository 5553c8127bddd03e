"""Deciding about one topic: each decision on a page of its own, with what its contributors will read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.topics.actions import deciding
from tongxin.activities.topics.forms.deciding import (
    AcceptForm,
    DeclineForm,
    ListedForm,
    MarkForm,
    MergeForm,
    OutcomeForm,
    PassOnForm,
    ReasonForm,
)
from tongxin.activities.topics.lifecycle import TOPIC
from tongxin.activities.topics.selectors.similar import search_leads, similar_to
from tongxin.activities.topics.selectors.wanted import read_ids
from tongxin.activities.topics.views.asked import DECIDERS, show_form, topic_of
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpResponse

    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import ActorRequest


def _is_sure(request: ActorRequest, form: Form) -> bool:
    """Say whether the form is right and meant, not only looked at."""
    return request.method == "POST" and form.is_valid() and request.POST.get("step") != "preview"


def _page(request: ActorRequest, verb: str, topic: Topic, form: Form, said: str = "") -> HttpResponse:
    """Show the form of a decision; with the preview that was asked for."""
    preview = said if request.method == "POST" and form.is_valid() else ""
    return show_form(request, "decide", form, topic=topic, move=TOPIC.moves[verb], verb=verb, preview=preview)


def _made(request: ActorRequest, verb: str, topic: Topic) -> HttpResponse:
    messages.success(
        request, _("{title}：{what}").format(title=topic.matter.title, what=TOPIC.moves[verb].label)
    )
    waits = request.actor.has(*DECIDERS) and TOPIC.moves[verb].meets
    return redirect("topics:queue") if waits else redirect("topics:detail", topic.pk)


def _said(form: Form, name: str = "outcome") -> str:
    return str(form.cleaned_data.get(name, "")) if form.is_bound and form.is_valid() else ""


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def accept(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a topic up."""
    topic = topic_of(request, pk)
    form = AcceptForm(request.POST or None, actor=request.actor, topic=topic)
    if _is_sure(request, form):
        deciding.accept_topic(
            actor=request.actor, topic=topic, listed=form.listed(), outcome=form.cleaned_data["outcome"]
        )
        return _made(request, "accept", topic)
    return _page(request, "accept", topic, form, _said(form))


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def merge(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Choose a topic about the same, and merge into it."""
    topic = topic_of(request, pk)
    asked = read_ids([request.POST.get("into") or request.GET.get("into", "")])
    into = topic_of(request, asked[0]) if asked else None
    form = MergeForm(request.POST or None)
    if into is not None and _is_sure(request, form):
        deciding.merge_topic(
            actor=request.actor, topic=topic, into=into, outcome=form.cleaned_data["outcome"]
        )
        return _made(request, "merge", topic)
    words = " ".join(request.GET.get("q", "").split())[:40]
    context = {
        "topic": topic,
        "into": into,
        "words": words,
        "found": search_leads(request.actor, topic, words) if words and not into else [],
        "similar": similar_to(request.actor, topic) if not words and not into else [],
        "preview": _said(form),
    }
    return show_form(request, "merge", form, **context)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def answer(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Answer a topic directly."""
    topic, form = topic_of(request, pk), OutcomeForm(request.POST or None)
    if _is_sure(request, form):
        deciding.answer_topic(actor=request.actor, topic=topic, outcome=form.cleaned_data["outcome"])
        return _made(request, "answer", topic)
    return _page(request, "answer", topic, form, _said(form))


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def pass_on(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Pass a topic on."""
    topic, form = topic_of(request, pk), PassOnForm(request.POST or None, actor=request.actor)
    if _is_sure(request, form):
        deciding.pass_topic_on(actor=request.actor, topic=topic, **form.cleaned_data)
        return _made(request, "pass_on", topic)
    return _page(request, "pass_on", topic, form, _said(form))


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def decline(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Decline a topic with a reason."""
    topic, form = topic_of(request, pk), DeclineForm(request.POST or None, actor=request.actor)
    if _is_sure(request, form):
        deciding.decline_topic(actor=request.actor, topic=topic, **form.cleaned_data)
        return _made(request, "decline", topic)
    said = form.said if form.is_bound and form.is_valid() else ""
    return _page(request, "decline", topic, form, said)


@policy(*DECIDERS)
@require_POST
@once
def release(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Move a topic from what waits apart into the queue."""
    topic = topic_of(request, pk)
    deciding.release_topic(actor=request.actor, topic=topic)
    messages.success(request, _("已移出待甄别，排在待受理里。"))
    return redirect("topics:detail", pk)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def mark(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Mark a topic as urgent or sensitive."""
    topic = topic_of(request, pk)
    form = MarkForm(
        request.POST or None, initial={"urgent": topic.is_urgent, "sensitive": topic.is_sensitive}
    )
    if _is_sure(request, form):
        marked = deciding.mark_topic(actor=request.actor, topic=topic, **form.cleaned_data)
        messages.success(request, _("已记下。"))
        gone = marked.is_sensitive and not request.actor.has(Role.STAFF)
        return redirect(reverse("topics:queue") if gone else reverse("topics:detail", args=[pk]))
    return _page(request, "mark", topic, form)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def revise(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change how a topic stands in the list, and who may see it."""
    topic = topic_of(request, pk)
    form = ListedForm(request.POST or None, actor=request.actor, topic=topic)
    if _is_sure(request, form):
        deciding.revise_topic(actor=request.actor, topic=topic, listed=form.listed())
        return _made(request, "revise", topic)
    return _page(request, "revise", topic, form)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def close(request: ActorRequest, pk: UUID) -> HttpResponse:
    """End a topic with what became of it."""
    topic, form = topic_of(request, pk), OutcomeForm(request.POST or None)
    if _is_sure(request, form):
        deciding.close_topic(actor=request.actor, topic=topic, outcome=form.cleaned_data["outcome"])
        return _made(request, "close", topic)
    return _page(request, "close", topic, form, _said(form))


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def reopen(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take up again what was decided."""
    topic, form = topic_of(request, pk), ReasonForm(request.POST or None)
    if _is_sure(request, form):
        deciding.reopen_topic(actor=request.actor, topic=topic, reason=form.cleaned_data["reason"])
        return _made(request, "reopen", topic)
    return _page(request, "reopen", topic, form)
