"""Forms that turn one kind of matter into another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tongxin.activities.grassroots.forms.session import SessionForm
from tongxin.activities.grassroots.models import DeliberationSession, Problem, Suggestion
from tongxin.activities.topics.models import Topic
from tongxin.followers.journeys.actions import discussing, proposing
from tongxin.followers.journeys.actions.handing import hand_topic_over
from tongxin.followers.journeys.conversions import CONVERSIONS, check
from tongxin.followers.journeys.forms.converting import (
    ChooseSessionForm,
    HandOverForm,
    ProposeForm,
    TellBackForm,
)
from tongxin.followers.journeys.permissions import KEEPERS, WRITERS, reads_lead
from tongxin.followers.journeys.selectors.leads import led_to
from tongxin.followers.journeys.views.pages import any_row, row_of, show, topic_to_propose
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.once import once

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.activities.proposals.models import Proposal
    from tongxin.capabilities.matters.models import Matter
    from tongxin.followers.journeys.actions.proposing import Beginning
    from tongxin.foundation.core.access import ActorRequest

_ANY = ["GET", "HEAD", "POST"]


@policy(*KEEPERS)
@require_http_methods(_ANY)
@once
def new_session(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Plan a session about a topic."""
    topic = row_of(request, Topic, pk)
    check("plan_session", request.actor, topic)
    node = topic.node.parent_id or topic.node_id if topic.node else None
    initial = {"title": topic.shown_title, "node": node}
    form = SessionForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = discussing.plan_session_on(actor=request.actor, topic=topic, plan=form.plan())
        messages.success(request, _("已安排协商，请接着定参加的人"))
        return redirect("grassroots:session_people", pk=made.pk)
    return show(request, "new_session", form, matter=topic.matter, title=CONVERSIONS["plan_session"].label)


@policy(*KEEPERS)
@require_http_methods(_ANY)
@once
def to_session(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let a session that is being prepared talk about a topic too."""
    topic = row_of(request, Topic, pk)
    check("join_session", request.actor, topic)
    form = ChooseSessionForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        session = form.cleaned_data["session"]
        discussing.put_topic_into_session(actor=request.actor, topic=topic, session=session)
        messages.success(request, _("已放进这场协商议事会"))
        return redirect("journeys:chain", pk=pk)
    is_empty = not form.fields["session"].queryset.exists()  # type: ignore[attr-defined]
    label = CONVERSIONS["join_session"].label
    return show(request, "to_session", form, matter=topic.matter, title=label, is_empty=is_empty)


@policy(*KEEPERS)
@require_http_methods(_ANY)
@once
def new_problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a topic that went to a unit into the ledger, with a day."""
    topic = row_of(request, Topic, pk)
    check("hand_over", request.actor, topic)
    form = HandOverForm(request.POST or None, initial={"text": topic.text})
    if request.method == "POST" and form.is_valid():
        made = hand_topic_over(actor=request.actor, topic=topic, **form.cleaned_data)
        messages.success(request, _("已记入问题台账"))
        return redirect("grassroots:problem", pk=made.pk)
    return show(
        request,
        "new_problem",
        form,
        matter=topic.matter,
        unit=topic.unit,
        title=CONVERSIONS["hand_over"].label,
    )


@policy(*WRITERS)
@require_http_methods(_ANY)
@once
def propose_topic(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin a proposal from a topic."""
    actor = request.actor
    topic = topic_to_propose(request, pk)
    check("propose_topic", actor, topic)
    said = topic.text if reads_lead(actor, topic) else ""
    return propose_page(
        request,
        topic.matter,
        topic.shown_title,
        said,
        lambda begin: proposing.propose_topic(actor=actor, topic=topic, begin=begin),
    )


@policy(*WRITERS)
@require_http_methods(_ANY)
@once
def propose_suggestion(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin a proposal from a suggestion of a session."""
    actor = request.actor
    found: Suggestion = get_object_or_404(Suggestion.objects.visible_to(actor), pk=pk)
    session = row_of(request, DeliberationSession, found.session_id)
    check("propose_suggestion", actor, session)
    ensure(found.led_to_id is None, because=_("这一条意见建议已经转办了。"))
    return propose_page(
        request,
        session.matter,
        found.text,
        found.text,
        lambda begin: proposing.propose_suggestion(actor=actor, suggestion=found, begin=begin),
    )


@policy(*WRITERS)
@require_http_methods(_ANY)
@once
def propose_problem(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin a proposal from a problem that cannot be solved where it is."""
    actor = request.actor
    problem = row_of(request, Problem, pk)
    check("propose_problem", actor, problem)
    return propose_page(
        request,
        problem.matter,
        problem.matter.title,
        problem.text,
        lambda begin: proposing.propose_problem(actor=actor, problem=problem, begin=begin),
    )


def propose_page(
    request: ActorRequest, matter: Matter, about: str, said: str, begin: Callable[[Beginning], Proposal]
) -> HttpResponse:
    """Show the form in which a proposal begins, or begin it."""
    form = ProposeForm(
        request.POST or None, actor=request.actor, initial={"title": proposing.title_about(about)}
    )
    if request.method == "POST" and form.is_valid():
        beginning = form.beginning()
        if beginning is None:
            raise Refused(_("只有本届在任委员可以提出提案。"))
        made = begin(beginning)
        messages.success(request, _("已起草，请接着写"))
        return redirect("proposals:edit", pk=made.pk)
    led = led_to(request.actor, matter.pk)
    return show(request, "propose", form, matter=matter, said=said, led=led, title=_("起草提案"))


@policy(*KEEPERS)
@require_http_methods(_ANY)
@once
def tell_back(request: ActorRequest, pk: UUID) -> HttpResponse:
    """End the topics before a session, problem or proposal with what came of them."""
    row = any_row(request, pk)
    ensure(row.matter.kind != Topic.KIND, because=_("议题在它自己的页面上办结。"))
    check(f"tell_of_{row.matter.kind}", request.actor, row)
    waiting = discussing.topics_before(request.actor, pk)
    initial = {"topics": waiting, "outcome": getattr(row, "agreed", "") or getattr(row, "result", "")}
    form = TellBackForm(request.POST or None, topics=waiting, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen, outcome = form.cleaned_data["topics"], form.cleaned_data["outcome"]
        count = discussing.tell_topics_back(
            actor=request.actor, matter=row.matter, topics=[t.pk for t in chosen], outcome=outcome
        )
        said = ngettext("{n}条议题已办结，提出人能看到", "{n}条议题已办结，提出人能看到", count)
        messages.success(request, said.format(n=count))
        return redirect("journeys:chain", pk=pk)
    return show(request, "tell_back", form, matter=row.matter, waiting=waiting, title=_("把结果告诉提出人"))
