"""Drawing up a conversation, opening and ending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.conversations.actions import keeping, moderating
from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.activities.conversations.forms.keeping import OutlineForm, PeopleForm, SeedsForm
from tongxin.activities.conversations.forms.moderating import ReasonForm
from tongxin.activities.conversations.lifecycle import CONVERSATION
from tongxin.activities.conversations.models import Conversation, Statement
from tongxin.activities.conversations.permissions import can_keep, can_seed
from tongxin.activities.conversations.selectors.lists import list_page, read_wanted
from tongxin.activities.conversations.selectors.office import office_page
from tongxin.activities.conversations.views.office import (
    ALL,
    OFFICE,
    ask_again,
    conversation_of,
    kept,
    layout_of,
    show_form,
)
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, require
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*ALL)
@require_safe
def conversations(request: ActorRequest) -> HttpResponse:
    """Show the conversations that somebody may open."""
    shown = list_page(request.actor, read_wanted(request.actor, request.GET))
    return render(request, "conversations/list.html", {"shown": shown, **layout_of(request.actor)})


@policy(*ALL)
@require_safe
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the office where a conversation stands; lead a member on to vote."""
    conversation = conversation_of(request, pk)
    if not request.actor.has(*OFFICE):
        return redirect("conversations:vote", pk)
    context = {"page": office_page(request.actor, conversation), "once": new_key()}
    return render(request, "conversations/office.html", context)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def begin(request: ActorRequest) -> HttpResponse:
    """Draw up a conversation."""
    form = OutlineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = keeping.begin_conversation(actor=request.actor, outline=form.outline())
        is_list = made.circle == Circle.LIST
        return redirect("conversations:people" if is_list else "conversations:seeds", made.pk)
    return show_form(request, "edit", form, conversation=None)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change words and rules."""
    conversation = kept(request, pk)
    CONVERSATION.check("revise", request.actor, conversation)
    form = OutlineForm(request.POST or None, conversation=conversation)
    if request.method == "POST" and form.is_valid():
        keeping.revise_conversation(actor=request.actor, conversation=conversation, outline=form.outline())
        messages.success(request, _("已改好。"))
        return redirect("conversations:detail", pk)
    return show_form(request, "edit", form, conversation=conversation)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def people(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put members on the list."""
    conversation = kept(request, pk)
    CONVERSATION.check("invite", request.actor, conversation)
    form = PeopleForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        found = form.members()
        new = keeping.invite_members(actor=request.actor, conversation=conversation, members=found)
        messages.success(request, ngettext("加上了%(n)d位。", "加上了%(n)d位。", new) % {"n": new})
        return redirect("conversations:people", pk)
    listed = conversation.invitations.select_related("member").order_by("member__stroke_key", "member__name")
    return show_form(request, "people", form, conversation=conversation, listed=list(listed))


@policy(Role.STAFF)
@require_POST
@once
def remove_person(request: ActorRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    """Take a member off the list of a draft."""
    rows = kept(request, pk).invitations.select_related("conversation__matter", "member")
    found = get_object_or_404(rows, pk=invitation)
    keeping.remove_member(actor=request.actor, invitation=found)
    messages.success(request, _("已去掉%s。") % found.member.name)
    return redirect("conversations:people", pk)


@policy(Role.STAFF, Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def seeds(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put statements under the office's name, or a member's own."""
    conversation = conversation_of(request, pk)
    require(can_seed(request.actor, conversation), because=_("您的岗位不办理这件事。"))
    form = SeedsForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _put(request, conversation, form):
        keeps = can_keep(request.actor, conversation)
        return redirect("conversations:seeds" if keeps else "conversations:vote", pk)
    return _show_seeds(request, conversation, form)


@policy(Role.STAFF)
@require_POST
@once
def drop_seed(request: ActorRequest, pk: UUID, statement: UUID) -> HttpResponse:
    """Take a statement out of a draft."""
    rows = Statement.objects.select_related("conversation__matter")
    found = get_object_or_404(rows, conversation=kept(request, pk), pk=statement)
    moderating.drop_seed(actor=request.actor, statement=found)
    return redirect("conversations:seeds", pk)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def open_talk(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask whether people may vote now, and let them."""
    conversation = kept(request, pk)
    CONVERSATION.check("open", request.actor, conversation)
    if request.method == "POST":
        keeping.open_conversation(actor=request.actor, conversation=conversation)
        messages.success(request, _("已经开始，可以表态了。"))
        return redirect("conversations:detail", pk)
    count = conversation.statements.published().count()
    return ask_again(
        request,
        conversation,
        title=_("开始：{title}").format(title=conversation.matter.title),
        text=f"{_public_of(conversation)}\n{_frozen_of(count)}",
        button=_("开始"),
        harmless=True,
    )


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def close(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask whether to end it, and end it."""
    conversation = kept(request, pk)
    CONVERSATION.check("close", request.actor, conversation)
    if request.method == "POST":
        keeping.close_conversation(actor=request.actor, conversation=conversation)
        messages.success(request, _("已经结束，结果统计好就能看。"))
        return redirect("conversations:detail", pk)
    return ask_again(
        request,
        conversation,
        title=_("结束：{title}").format(title=conversation.matter.title),
        text=_closing(conversation),
        button=_("结束"),
    )


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def cancel(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask why it is stopped, and stop it."""
    conversation, form = kept(request, pk), ReasonForm(request.POST or None)
    CONVERSATION.check("cancel", request.actor, conversation)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        keeping.cancel_conversation(actor=request.actor, conversation=conversation, reason=reason)
        messages.success(request, _("已经停止。"))
        return redirect("conversations:detail", pk)
    return ask_again(
        request,
        conversation,
        title=_("停止：{title}").format(title=conversation.matter.title),
        text=_("停止以后没有结果：已经表的态全部删掉，找不回来，也不能再开始。参加过的人看得到停止的理由。"),
        button=_("停止"),
        form=form,
    )


def _put(request: ActorRequest, conversation: Conversation, form: SeedsForm) -> bool:
    """Put what was typed; what is refused is said where it was typed."""
    try:
        made = moderating.seed_statement(actor=request.actor, conversation=conversation, texts=form.lines())
    except Refused as no:
        form.add_error("texts", no.message)
        return False
    if can_keep(request.actor, conversation):
        said = ngettext("提了%(n)d条看法。", "提了%(n)d条看法。", len(made)) % {"n": len(made)}
    else:
        said = _("已经收到，审核以后公布。")
    messages.success(request, said)
    return True


def _show_seeds(request: ActorRequest, conversation: Conversation, form: SeedsForm) -> HttpResponse:
    keeps = can_keep(request.actor, conversation)
    rows = conversation.statements.published().order_by("number")
    context = {
        "conversation": conversation,
        "keeps": keeps,
        "is_draft": conversation.state == ConversationState.DRAFT,
        "rows": list(rows if keeps else rows.none()),
        "least": keeping.SEEDS_LEAST,
    }
    return show_form(request, "seeds", form, **context)


def _public_of(conversation: Conversation) -> str:
    if conversation.circle == Circle.PUBLIC:
        return _("开始以后，标题、问题、背景和公布的看法人人都能看，扫码就能表态，不用登录。")
    if conversation.circle == Circle.MEMBERS:
        return _("开始以后，本会委员都会收到提醒，能看到问题和公布的看法。")
    listed = conversation.invitations.count()
    return ngettext(
        "开始以后，名单上的%(n)d位委员会收到提醒，能看到问题和公布的看法。",
        "开始以后，名单上的%(n)d位委员会收到提醒，能看到问题和公布的看法。",
        listed,
    ) % {"n": listed}


def _frozen_of(count: int) -> str:
    return ngettext(
        "现在有%(n)d条看法可以表态。开始以后，问题和谁可以参加不能再改，看法可以再加，不能改字。",
        "现在有%(n)d条看法可以表态。开始以后，问题和谁可以参加不能再改，看法可以再加，不能改字。",
        count,
    ) % {"n": count}


def _closing(conversation: Conversation) -> str:
    waiting = conversation.statements.waiting().count()
    text = _(
        "结束以后谁也不能再表态，结果统计一次，从此不变，不能再打开。"
        "哪位委员参加过会记进履职档案，怎么表态不记；系统也不再知道哪一份是谁的。"
    )
    if not waiting:
        return text
    left = ngettext(
        "还有%(n)d条看法没有审核，结束以后不再公布。", "还有%(n)d条看法没有审核，结束以后不再公布。", waiting
    )
    return f"{text}\n{left % {'n': waiting}}"
