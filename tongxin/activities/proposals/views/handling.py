"""The handling units: signing for, declining, opinions, replies, countersigning, signing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.proposals.actions import handling, replying
from tongxin.activities.proposals.actions.letters import attach_letter as keep_letter
from tongxin.activities.proposals.actions.letters import detach_letter as remove_letter
from tongxin.activities.proposals.enums import AssignmentState
from tongxin.activities.proposals.forms.desk import NoteForm
from tongxin.activities.proposals.forms.handling import ApproveForm, CountersignForm, ReplyForm
from tongxin.activities.proposals.lifecycle import ASSIGNMENT
from tongxin.activities.proposals.selectors.desk import due_of, sent_back
from tongxin.activities.proposals.selectors.handling import (
    co_parts,
    lead_draft,
    letters_of,
    own_parts,
)
from tongxin.activities.proposals.selectors.handling import (
    inbox as inbox_page,
)
from tongxin.activities.proposals.selectors.lists import read_ids, read_wanted
from tongxin.activities.proposals.selectors.promises import drafted_in
from tongxin.activities.proposals.selectors.waiting import left_out, waiting_for
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm

    from tongxin.activities.proposals.models import Assignment, Reply
    from tongxin.foundation.core.access import ActorRequest

_UNIT = (Role.UNIT_CLERK, Role.UNIT_LEADER)
_SENT_BACK = ("send_back_reply", "return_reply", "countersign_refused", "refuse_decline")


def _part(request: ActorRequest, pk: UUID) -> Assignment:
    """Return a part of the actor's own units; another's looks as if it were not there."""
    found = own_parts(request.actor).select_related(
        "unit", "proposal__matter", "proposal__lead_member", "proposal__body", "proposal__session"
    )
    part: Assignment = get_object_or_404(found, pk=pk)
    return part


def _page(
    request: ActorRequest, template: str, part: Assignment, form: BaseForm | None = None, **context: object
) -> HttpResponse:
    faulty = form is not None and form.is_bound and not form.is_valid()
    context |= {"part": part, "proposal": part.proposal, "form": form, "once": new_key()}
    return render(request, f"proposals/{template}.html", context, status=422 if faulty else 200)


def _to_detail(part: Assignment) -> HttpResponse:
    return redirect("proposals:detail", pk=part.proposal_id)


def _due(part: Assignment, kind: str) -> object:
    return due_of(part.proposal_id, kind, part.committee_id, part.pk)


@policy(*_UNIT)
@require_safe
def inbox(request: ActorRequest) -> HttpResponse:
    """Show a unit its work: to sign for, under way, to countersign, to sign, answered."""
    shown = inbox_page(
        request.actor, tab=request.GET.get("tab", ""), page_number=read_wanted(request.GET).page
    )
    return render(request, "proposals/inbox.html", {"shown": shown, "once": new_key()})


@policy(*_UNIT)
@require_POST
@once
def sign_for(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take work on (签收): this part, or with ``many`` all that are ticked in the inbox."""
    if request.POST.get("many"):
        return _sign_for_many(request)
    part = handling.sign_for(actor=request.actor, assignment=_part(request, pk))
    messages.success(request, _("已签收"))
    return _to_detail(part)


def _sign_for_many(request: ActorRequest) -> HttpResponse:
    parts = own_parts(request.actor).filter(pk__in=read_ids(request.POST.getlist("assignments")))
    done = 0
    for part in parts.select_related("proposal__matter"):
        try:
            with transaction.atomic():
                handling.sign_for(actor=request.actor, assignment=part)
        except Refused as no:
            matter = part.proposal.matter
            messages.warning(request, _("{title}：{why}").format(title=matter.code or matter.title, why=no))
        else:
            done += 1
    if done:
        messages.success(request, ngettext("已签收{n}件", "已签收{n}件", done).format(n=done))
    return redirect(reverse("proposals:inbox") + "?tab=work")


@policy(*_UNIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def decline(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask to be released, saying why (申退)."""
    part = _part(request, pk)
    ASSIGNMENT.check("request_decline", request.actor, part)
    form = NoteForm(
        request.POST or None,
        label=_("为什么不属于本单位办理"),
        help_text=_("最好写出该由哪个单位办"),
    )
    if request.method == "POST" and form.is_valid():
        handling.request_decline(actor=request.actor, assignment=part, reason=form.cleaned_data["note"])
        messages.success(request, _("已送出退回申请；答复以前仍由本单位负责"))
        return _to_detail(part)
    last = handling.last_day_to_decline(part)
    return _page(request, "decline", part, form, due=_due(part, "sign_for"), last=last)


@policy(*_UNIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def opinion(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give the lead unit the written opinion of a co-handling unit."""
    part = _part(request, pk)
    ASSIGNMENT.check("give_opinion", request.actor, part)
    form = NoteForm(
        request.POST or None,
        label=_("会办意见"),
        help_text=_("交给主办单位，不直接答复委员"),
    )
    if request.method == "POST" and form.is_valid():
        handling.give_opinion(actor=request.actor, assignment=part, opinion=form.cleaned_data["note"])
        messages.success(request, _("已交给主办单位"))
        return _to_detail(part)
    return _page(request, "opinion", part, form, due=_due(part, "co_opinion"))


# ── the reply ──


def _reply_of(part: Assignment) -> Reply | None:
    return getattr(part, "reply", None)


def _reply_form(request: ActorRequest, part: Assignment) -> ReplyForm:
    reply = _reply_of(part)
    if request.method == "POST":
        return ReplyForm(request.POST, request.FILES, actor=request.actor)
    # A reply that does not exist yet is at its first version.
    initial: dict[str, object] = {"version": 1, "may_be_public": True, "contact_name": request.actor.name}
    if reply is not None:
        initial = {name: getattr(reply, name) for name in replying.REPLY_FIELDS}
        initial |= {"version": reply.version, "reply_class": reply.reply_class_id}
    return ReplyForm(initial=initial, actor=request.actor, drafted=drafted_in(reply))


def _save(request: ActorRequest, part: Assignment, form: ReplyForm) -> Reply:
    found = form.cleaned_data
    saved = replying.save_reply(
        actor=request.actor,
        assignment=part,
        fields={name: found[name] for name in replying.REPLY_FIELDS},
        version=found["version"],
        promises=form.promises.promises,
    )
    if upload := found.get("letter"):
        keep_letter(actor=request.actor, assignment=part, upload=upload)
    return saved


@policy(*_UNIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def reply(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write the answer to the proposer, and go on to send it to be countersigned or signed."""
    part = _part(request, pk)
    if request.method != "POST" and part.state != AssignmentState.HANDLING:
        return _to_detail(part)
    form = _reply_form(request, part)
    if request.method == "POST" and form.is_valid():
        _save(request, part, form)
        if request.POST.get("then") == "propose":
            return redirect("proposals:propose", pk=pk)
        messages.success(request, _("已保存"))
        return redirect("proposals:reply", pk=pk)
    return _reply_page(request, part, form)


def _reply_page(request: ActorRequest, part: Assignment, form: ReplyForm) -> HttpResponse:
    return _page(
        request,
        "reply",
        part,
        form,
        due=_due(part, "reply"),
        others=(others := co_parts(part)),
        waiting=waiting_for(part, others),
        files=letters_of(part),
        returned=sent_back(part.proposal_id, _SENT_BACK, part.unit_id),
    )


@policy(*_UNIT)
@require_POST
def autosave_reply(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Keep the draft while it is being typed."""
    part = _part(request, pk)
    form = ReplyForm(request.POST, actor=request.actor, typing=True)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    return JsonResponse({"version": _save(request, part, form).version})


@policy(*_UNIT)
@require_POST
@once
def attach_letter(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Add the scan of the signed letter; what was typed beside it is kept too."""
    part = _part(request, pk)
    upload = request.FILES.get("letter")
    if upload is None:
        messages.warning(request, _("请先选文件。"))
    elif part.state == AssignmentState.HANDLING and "text" in request.POST:
        form = ReplyForm(request.POST, request.FILES, actor=request.actor)
        if not form.is_valid():
            return _reply_page(request, part, form)
        _save(request, part, form)
        messages.success(request, _("已上传"))
    else:
        keep_letter(actor=request.actor, assignment=part, upload=upload)
        messages.success(request, _("已上传"))
    if part.state == AssignmentState.HANDLING:
        return redirect("proposals:reply", pk=pk)
    return _to_detail(part)


@policy(*_UNIT)
@require_POST
@once
def detach_letter(request: ActorRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Take a wrong scan away; what was typed beside it is kept too."""
    part = _part(request, pk)
    reply = _reply_of(part)
    stored = get_object_or_404(
        StoredFile.objects.visible_to(request.actor).kept(),
        pk=file,
        matter=part.proposal_id,
        subject_id=reply.pk if reply else None,
        purpose=StoredFile.Purpose.REPLY_LETTER,
    )
    form = ReplyForm(request.POST, actor=request.actor)
    if part.state == AssignmentState.HANDLING and "text" in request.POST and form.is_valid():
        _save(request, part, form)
    remove_letter(actor=request.actor, assignment=part, stored_file=stored)
    messages.success(request, _("已删除「{name}」。").format(name=stored.name))
    return redirect("proposals:reply", pk=pk)


@policy(*_UNIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def propose(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the letter as it will look, and send it to be countersigned or signed."""
    part = _part(request, pk)
    ASSIGNMENT.check("propose_reply", request.actor, part)
    if request.method == "POST":
        sent = replying.propose_reply(actor=request.actor, assignment=part)
        countersigning = sent.state == AssignmentState.COUNTERSIGNING
        messages.success(request, _("已送会签") if countersigning else _("已送单位负责人签发"))
        return _to_detail(part)
    draft = _reply_of(part)
    if draft is None:
        return redirect("proposals:reply", pk=pk)
    return _page(
        request,
        "propose",
        part,
        reply=draft,
        missing=replying.missing_in_reply(draft),
        others=co_parts(part),
    )


@policy(*_UNIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def countersign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say yes or no to the lead's draft (会签)."""
    part = _part(request, pk)
    ASSIGNMENT.check("countersign", request.actor, part)
    form = CountersignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees = form.cleaned_data["agrees"] == "yes"
        replying.countersign_reply(
            actor=request.actor, co_assignment=part, agrees=agrees, note=form.cleaned_data["note"]
        )
        messages.success(request, _("已会签") if agrees else _("已退回主办单位修改"))
        return _to_detail(part)
    draft = lead_draft(part)
    if draft is None:
        raise Refused(_("现在没有要会签的答复稿。"))
    return _page(request, "countersign", part, form, reply=draft, due=_due(part, "countersign"))


@policy(Role.UNIT_LEADER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def approve(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the leader the letter as it will look; sign it or give it back (签发)."""
    part = _part(request, pk)
    ASSIGNMENT.check("approve_reply", request.actor, part)
    form = ApproveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["decision"] == "sign":
            replying.approve_reply(actor=request.actor, assignment=part)
            messages.success(request, _("已签发，报政协审核"))
        else:
            replying.send_back_reply(actor=request.actor, assignment=part, note=form.cleaned_data["note"])
            messages.success(request, _("已退回经办人修改"))
        return _to_detail(part)
    return _page(
        request,
        "approve",
        part,
        form,
        reply=_reply_of(part),
        others=co_parts(part),
        files=letters_of(part),
        left_out=left_out(part, part.reply),
        due=_due(part, "approve"),
    )
