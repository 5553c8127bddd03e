"""Pages on which what people agreed on online goes into the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.conversations.actions.using import standing_now
from tongxin.activities.conversations.models import Conversation, Statement
from tongxin.capabilities.matters.models import Kind
from tongxin.capabilities.matters.pages import page_of
from tongxin.followers.journeys.actions import conversing, proposing
from tongxin.followers.journeys.conversions import check
from tongxin.followers.journeys.evidence import evidence_of
from tongxin.followers.journeys.forms.converting import RaiseTopicForm, SuggestForm
from tongxin.followers.journeys.permissions import WRITERS, can_use_statements
from tongxin.followers.journeys.selectors.statements import statements_of
from tongxin.followers.journeys.views.convert import propose_page
from tongxin.followers.journeys.views.pages import row_of, show
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_ANY = ["GET", "HEAD", "POST"]


@policy(*WRITERS)
@require_safe
def statements(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the statements of a closed conversation, what all agree on first, with what can be made of each."""
    conversation = row_of(request, Conversation, pk)
    check(proposing.verb_to_propose(request.actor, conversation), request.actor, conversation)
    return show(
        request,
        "statements",
        matter=conversation.matter,
        rows=statements_of(request.actor, conversation),
        is_office=can_use_statements(request.actor, conversation),
        title=_("用到工作中"),
    )


@policy(Role.STAFF)
@require_http_methods(_ANY)
@once
def raise_topic(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Make a topic of a statement; one that is a topic already leads there."""
    found = _statement(request, pk)
    check("use_statement", request.actor, found.conversation)
    before = found.uses.filter(matter__kind=Kind.TOPIC).values_list("matter", flat=True).first()
    if before is not None:
        messages.info(request, _("这条看法已经转为这个议题。"))
        return redirect(page_of(Kind.TOPIC, before))
    text = evidence_of(found, standing_now(found)).text
    title = found.text.rstrip("。！!？?；;，,")[: proposing.TITLE_MOST]
    form = RaiseTopicForm(request.POST or None, initial={"title": title, "text": text})
    if request.method == "POST" and form.is_valid():
        made = conversing.raise_topic_from(actor=request.actor, statement=found, **form.cleaned_data)
        messages.success(request, _("已转为议题，等待受理"))
        return redirect("topics:detail", pk=made.pk)
    return _show_form(request, "raise_topic", form, found, _("转为议题"))


@policy(Role.STAFF)
@require_http_methods(_ANY)
@once
def suggest(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a statement among the suggestions of a session that was announced or held."""
    found = _statement(request, pk)
    check("use_statement", request.actor, found.conversation)
    form = SuggestForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        session = form.cleaned_data["session"]
        conversing.suggest_in_session(actor=request.actor, statement=found, session=session)
        messages.success(request, _("已记入这场会的意见建议"))
        return redirect("grassroots:session", pk=session.pk)
    return _show_form(request, "suggest", form, found, _("放进协商议事会"))


@policy(*WRITERS)
@require_http_methods(_ANY)
@once
def propose_statement(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin a proposal with a statement as its evidence."""
    actor = request.actor
    found = _statement(request, pk)
    check(proposing.verb_to_propose(actor, found.conversation), actor, found.conversation)
    return propose_page(
        request,
        found.conversation.matter,
        found.text,
        evidence_of(found, standing_now(found)).text,
        lambda begin: proposing.propose_statement(actor=actor, statement=found, begin=begin),
    )


def _statement(request: ActorRequest, pk: UUID) -> Statement:
    """Return a published statement of a conversation that the actor may open."""
    seen = Conversation.objects.visible_to(request.actor).values("pk")
    rows = Statement.objects.published().filter(conversation__in=seen)
    return get_object_or_404(rows.select_related("conversation__matter", "conversation__committee"), pk=pk)


def _show_form(
    request: ActorRequest, template: str, form: RaiseTopicForm | SuggestForm, found: Statement, title: str
) -> HttpResponse:
    session = form.fields.get("session")
    return show(
        request,
        template,
        form,
        matter=found.conversation.matter,
        statement=found,
        standing=standing_now(found),
        is_empty=session is not None and not session.queryset.exists(),  # type: ignore[attr-defined]
        title=title,
    )
