"""The moderation desk: several statements at once, or one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.conversations.actions import moderating
from tongxin.activities.conversations.forms.moderating import ReasonForm, RejectForm
from tongxin.activities.conversations.models import Statement
from tongxin.activities.conversations.reasons import READY
from tongxin.activities.conversations.selectors.desk import desk_page, read_tab, search_published
from tongxin.activities.conversations.views.office import (
    OFFICE,
    ask_again,
    conversation_of,
    kept,
    show_form,
)
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.http import HttpResponse

    from tongxin.activities.conversations.models import Conversation
    from tongxin.foundation.core.access import ActorRequest


@policy(*OFFICE)
@require_safe
def desk(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the statements of one state; those that wait with what is like them."""
    conversation = conversation_of(request, pk)
    tab = read_tab(request.GET.get("tab", ""))
    page = desk_page(request.actor, conversation, tab, request.GET.get("page", ""))
    return render(
        request, "conversations/desk.html", {"page": page, "ready": READY.items(), "once": new_key()}
    )


@policy(Role.STAFF)
@require_POST
@once
def publish(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let people vote on what was ticked."""
    conversation = kept(request, pk)
    return _done(
        request,
        conversation,
        _ticked(request, conversation),
        lambda s: moderating.publish_statement(actor=request.actor, statement=s),
    )


@policy(Role.STAFF)
@require_POST
@once
def reject(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Do not publish what was ticked, for one reason: from the button itself, or asked for first."""
    conversation = kept(request, pk)
    key, _space, code = request.POST.get("quick", "").partition(" ")
    statements = _found(conversation, [key]) if key else _ticked(request, conversation)
    asked = request.POST.get("step") == "confirm"
    form = RejectForm(request.POST if asked else None)
    if statements and not READY.get(code) and not (asked and form.is_valid()):
        context = {"conversation": conversation, "statements": statements, "tab": _tab(request)}
        return show_form(request, "reject", form, **context)
    reason = READY.get(code) or (form.reason if statements else "")
    return _done(
        request,
        conversation,
        statements,
        lambda s: moderating.reject_statement(actor=request.actor, statement=s, reason=reason),
    )


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def merge(request: ActorRequest, pk: UUID, statement: UUID) -> HttpResponse:
    """Merge one into a published one, chosen on the desk or on a page of its own."""
    conversation = kept(request, pk)
    found = _one(conversation, statement)
    if request.method == "POST":
        leads = _found(conversation, [request.POST.get("into", "")])
        if not leads:
            raise Http404
        return _done(
            request,
            conversation,
            [found],
            lambda s: moderating.merge_statement(actor=request.actor, statement=s, into=leads[0]),
        )
    words = " ".join(request.GET.get("q", "").split())[:40]
    context = {"statement": found, "words": words, "leads": search_published(conversation, words)}
    return show_form(request, "merge", None, conversation=conversation, **context)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def withdraw(request: ActorRequest, pk: UUID, statement: UUID) -> HttpResponse:
    """Ask why a published statement is taken back, and take it back."""
    conversation = kept(request, pk)
    found, form = _one(conversation, statement), ReasonForm(request.POST or None)
    back = f"{reverse('conversations:desk', args=[pk])}?tab=published"
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        moderating.withdraw_statement(actor=request.actor, statement=found, reason=reason)
        messages.success(request, _("已撤下第%d条。") % (found.number or 0))
        return redirect(back)
    return ask_again(
        request,
        conversation,
        title=_("撤下第%d条看法") % (found.number or 0),
        text=f"{found.text}\n" + _("撤下以后不能再对它表态，已经表的态不再计。提出的人看得到理由。"),
        button=_("撤下"),
        form=form,
        back=back,
    )


@policy(Role.STAFF)
@require_POST
@once
def meta(request: ActorRequest, pk: UUID, statement: UUID) -> HttpResponse:
    """Mark a statement as being about the conversation itself, or take the mark away."""
    found = _one(kept(request, pk), statement)
    moderating.mark_meta(actor=request.actor, statement=found, is_meta=not found.is_meta)
    return _back(request, pk)


def _one(conversation: Conversation, key: UUID) -> Statement:
    rows = Statement.objects.select_related("conversation__matter")
    return get_object_or_404(rows, conversation=conversation, pk=key)


def _found(conversation: Conversation, keys: Iterable[str]) -> list[Statement]:
    rows = Statement.objects.filter(conversation=conversation, pk__in=_ids(keys))
    return list(rows.select_related("conversation__matter").order_by("said_at", "pk"))


def _ticked(request: ActorRequest, conversation: Conversation) -> list[Statement]:
    """Return the statement whose own button was pressed, or else those that are ticked."""
    one = request.POST.get("one")
    return _found(conversation, [one] if one else request.POST.getlist("statements"))


def _ids(keys: Iterable[str]) -> list[UUID]:
    found = []
    for key in keys:
        try:
            found.append(UUID(key))
        except ValueError:
            continue
    return found


def _done(
    request: ActorRequest,
    conversation: Conversation,
    statements: Sequence[Statement],
    act: Callable[[Statement], object],
) -> HttpResponse:
    """Do it to each for itself: what one refuses, the others keep."""
    if not statements:
        messages.warning(request, _("请先选中要办的看法。"))
    done = 0
    for statement in statements:
        try:
            with transaction.atomic():
                act(statement)
        except (Refused, PermissionDenied) as no:
            messages.warning(request, str(no))
        else:
            done += 1
    if done:
        messages.success(request, ngettext("已审核%(n)d条", "已审核%(n)d条", done) % {"n": done})
    return _back(request, conversation.pk)


def _back(request: ActorRequest, pk: UUID) -> HttpResponse:
    # To the queue itself, so that the next press of Tab is on the next statement.
    return redirect(f"{reverse('conversations:desk', args=[pk])}?tab={_tab(request)}#queue")


def _tab(request: ActorRequest) -> str:
    return read_tab(request.POST.get("tab", ""))
