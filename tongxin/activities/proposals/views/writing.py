"""Those who propose: their list, writing, co-signing, submitting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.proposals.actions.attaching import attach_file, attach_stamp, detach_file
from tongxin.activities.proposals.actions.cosigning import (
    answer_invitation,
    invite_cosigners,
    take_back_invitation,
)
from tongxin.activities.proposals.actions.drafting import (
    draft_proposal,
    save_draft,
    submit_proposal,
    withdraw_proposal,
)
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.forms.writing import (
    WHERE_SECRETS_GO,
    AnswerForm,
    DraftForm,
    NewForm,
    PickedMembers,
    SecrecyForm,
    StampForm,
    UploadForm,
    WithdrawForm,
)
from tongxin.activities.proposals.models import Cosignature, Proposal
from tongxin.activities.proposals.permissions import can_write_proposal
from tongxin.activities.proposals.selectors import writing as pages
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Member

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tongxin.foundation.core.access import ActorRequest

_WRITERS = (Role.MEMBER, Role.SUBMITTER, Role.STAFF)
_OPEN = (ProposalState.DRAFT, ProposalState.RETURNED)


def _written_by(request: ActorRequest, pk: UUID) -> Proposal:
    """Return a proposal that this person writes; to everybody else it is not there."""
    visible: Any = Proposal.objects.visible_to(request.actor)
    proposal: Proposal = get_object_or_404(visible.select_related("matter", "lead_member", "body"), pk=pk)
    require(can_write_proposal(request.actor, proposal), because=_("只有提案者可以修改。"))
    return proposal


def _to(name: str, proposal: Proposal, anchor: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"proposals:{name}", args=[proposal.pk]) + anchor)


@policy(Role.MEMBER, Role.SUBMITTER)
@require_safe
def mine(request: ActorRequest) -> HttpResponse:
    """Show a person's own proposals and those they are asked to co-sign."""
    rows = pages.own_proposals(request.actor)
    return render(request, "proposals/mine.html", {"rows": rows, "asked": sum(1 for r in rows if r.ask)})


@policy(Role.MEMBER, Role.SUBMITTER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: ActorRequest) -> HttpResponse:
    """Begin a proposal: only what it is about."""
    actor = request.actor
    members: Any = Member.objects.visible_to(actor)
    member: Member | None = members.filter(pk=actor.member_id).first() if actor.member_id else None
    form = NewForm(request.POST or None, bodies=pages.bodies_of(actor), is_member=member is not None)
    if request.method == "POST" and form.is_valid():
        body = form.body
        proposal = draft_proposal(
            actor=actor, title=form.cleaned_data["title"], member=None if body else member, body=body
        )
        return _to("edit", proposal)
    status = 422 if form.errors else 200
    return render(request, "proposals/new.html", {"form": form, "once": new_key()}, status=status)


@policy(*_WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write the text and what goes with it."""
    proposal = _written_by(request, pk)
    ensure(proposal.state in _OPEN, because=_("提案已经提交，不能再改。如需修改，请联系提案委员会退回。"))
    if request.method != "POST":
        return _edit_page(request, proposal, _draft_form(request, proposal, None))
    form = _draft_form(request, proposal, request.POST)
    if not form.is_valid():
        return _edit_page(request, proposal, form, status=422)
    try:
        _save(request, proposal, form)
    except Refused as refusal:
        if not _is_saved_already(proposal, form):
            return _conflict(request, proposal, refusal)
    return _after_saving(request, proposal)


def _draft_form(request: ActorRequest, proposal: Proposal, posted: Any) -> DraftForm:  # noqa: ANN401 (a QueryDict)
    return DraftForm(
        posted,
        actor=request.actor,
        proposal=proposal,
        simple=request.simple_mode,
        initial=DraftForm.values_of(proposal) if posted is None else None,
    )


def _save(request: ActorRequest, proposal: Proposal, form: DraftForm) -> Proposal:
    return save_draft(
        actor=request.actor,
        proposal=proposal,
        version=form.cleaned_data.get("version"),
        fields=form.draft,
        wished_units=form.wished_units,
    )


def _edit_page(
    request: ActorRequest, proposal: Proposal, form: DraftForm, *, status: int = 200, conflict: str = ""
) -> HttpResponse:
    context = pages.edit_page(request.actor, proposal)
    context |= {"form": form, "page": context["page"], "once": new_key(), "conflict": conflict}
    return render(request, "proposals/edit.html", context, status=status)


def _is_saved_already(proposal: Proposal, form: DraftForm) -> bool:
    """Say whether what was typed is what is stored: the page saved it itself just before the button."""
    stored = Proposal.objects.select_related("matter", "topic").get(pk=proposal.pk)
    now = {name: getattr(stored, name) for name in form.draft if name != "title"}
    return stored.state in _OPEN and {"title": stored.matter.title, **now} == form.draft


def _conflict(request: ActorRequest, proposal: Proposal, refusal: Refused) -> HttpResponse:
    """Show what was typed again, ready to be saved over what came between."""
    proposal.refresh_from_db()
    typed = request.POST.copy()
    typed["version"] = str(proposal.matter.version)
    form = _draft_form(request, proposal, typed)
    return _edit_page(request, proposal, form, status=409, conflict=refusal.message)


def _after_saving(request: ActorRequest, proposal: Proposal) -> HttpResponse:
    """Go where the pressed button leads; everything typed is saved by now."""
    then, _colon, key = request.POST.get("then", "").partition(":")
    pressed = pages.key_of(key)
    if then == "invite":
        return _to("cosigners", proposal)
    if then == "check":
        return _to("submit", proposal)
    if pressed and then == "take_back" and proposal.cosignatures.filter(pk=pressed).exists():
        return redirect("proposals:take_back", pk=pressed)
    if pressed and then == "detach" and StoredFile.objects.filter(matter=proposal.pk, pk=pressed).exists():
        return redirect("proposals:detach", pk=proposal.pk, file=pressed)
    messages.success(request, _("已经存好，随时可以接着写。"))
    return redirect("proposals:mine") if request.actor.member_id else _to("detail", proposal)


@policy(*_WRITERS)
@require_POST
def autosave(request: ActorRequest, pk: UUID) -> JsonResponse:
    """Keep what was typed so far; what is not in order yet waits for its writer."""
    proposal = _written_by(request, pk)
    form = _draft_form(request, proposal, request.POST)
    form.is_valid()
    if form.has_error("declares_secrets"):
        return JsonResponse({"message": str(WHERE_SECRETS_GO)}, status=409)
    try:
        saved = _save(request, proposal, form)
    except Refused as refusal:
        return JsonResponse({"message": refusal.message}, status=409)
    return JsonResponse({"version": saved.matter.version, "saved_at": clock.now().isoformat()})


@policy(*_WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def submit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Check the whole once more, then hand it in."""
    proposal = _written_by(request, pk)
    ensure(proposal.state in _OPEN, because=_("这件提案已经提交了。"))
    context = pages.check_page(request.actor, proposal)
    form = SecrecyForm(request.POST if request.method == "POST" and not context["missing"] else None)
    if form.is_valid():
        submitted = submit_proposal(actor=request.actor, proposal=proposal)
        messages.success(request, _("提案已提交，流水号{n}。审查结果会告诉您。").format(n=submitted.serial))
        return _to("detail", proposal)
    context |= {"form": form, "once": new_key()}
    return render(request, "proposals/submit.html", context, status=422 if request.method == "POST" else 200)


@policy(*_WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a proposal back before it is filed."""
    proposal = _written_by(request, pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_proposal(actor=request.actor, proposal=proposal, reason=form.cleaned_data["reason"].strip())
        messages.success(request, _("已经撤案，文字还在这里。"))
        return _to("detail", proposal)
    context = {
        "title": _("撤回这件提案吗"),
        "text": _(
            "「{title}」撤案以后不再审查，没签名的联名邀请也一并撤回。撤案不能恢复，文字会留着给您看。"
        ).format(title=proposal.matter.title),
        "form": form,
        "button": _("撤案"),
        "cancel_url": reverse("proposals:detail", args=[proposal.pk]),
    }
    return render(request, "ui/confirm.html", context)


@policy(*_WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def cosigners(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Choose members and ask them to co-sign."""
    proposal = _written_by(request, pk)
    page = pages.cosigners_page(request.actor, proposal, request.POST or request.GET)
    picked = PickedMembers(request.POST or None, members=page.can_be_asked)
    chosen = picked.chosen if request.method == "POST" and picked.is_valid() else []
    if chosen and "find" not in request.POST:
        invited = invite_cosigners(actor=request.actor, proposal=proposal, members=chosen)
        messages.success(request, _("已请{n}位委员联名。").format(n=len(invited)))
        return _to("edit", proposal, "#cosigners")
    empty = request.method == "POST" and "find" not in request.POST
    context = {"page": page, "chosen": {m.pk for m in chosen}, "empty": empty, "once": new_key()}
    return render(request, "proposals/cosigners.html", context, status=422 if empty else 200)


@policy(Role.MEMBER)
@require_POST
def cosign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Sign as a co-signer, or decline to. Only the member themselves."""
    visible = Proposal.objects.visible_to(request.actor)
    invitations: Any = Cosignature.objects.filter(proposal__in=visible).select_related("proposal")
    invitation: Cosignature = get_object_or_404(
        invitations, proposal_id=pk, member_id=request.actor.member_id or None
    )
    form = AnswerForm(request.POST)
    ensure(form.is_valid(), because=_("请选同意联名还是不联名。"))
    signs = form.cleaned_data["answer"] == "sign"
    version = form.cleaned_data["text_version"]
    ensure(not signs or version is not None, because=_("请先打开提案看过正文，再签名。"))
    answer_invitation(actor=request.actor, cosignature=invitation, signs=signs, text_version=version)
    messages.success(request, _("您已签名联名。") if signs else _("已回复不联名。"))
    return _to("detail", invitation.proposal)


@policy(*_WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take back an invitation that was not signed."""
    written = Proposal.objects.visible_to(request.actor)
    invitation: Cosignature = get_object_or_404(
        Cosignature.objects.filter(proposal__in=written).select_related("member", "proposal__matter"), pk=pk
    )
    proposal = invitation.proposal
    require(can_write_proposal(request.actor, proposal), because=_("只有提案者可以撤回邀请。"))
    if request.method == "POST":
        take_back_invitation(actor=request.actor, cosignature=invitation)
        messages.success(request, _("已撤回对{name}的邀请。").format(name=invitation.member.name))
        return _to("edit", proposal, "#cosigners")
    context = {
        "title": _("撤回对{name}的邀请吗").format(name=invitation.member.name),
        "text": _("撤回以后，对方看不到这件提案，以后还可以再请。"),
        "button": _("撤回邀请"),
        "harmless": True,
        "cancel_url": reverse("proposals:edit", args=[proposal.pk]) + "#cosigners",
    }
    return render(request, "ui/confirm.html", context)


@policy(*_WRITERS)
@require_POST
@once
def attach(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Add a file; the text that came with the same form is saved first."""
    return _attach(request, pk, UploadForm(request.POST, request.FILES), attach_file, "#attachments")


@policy(*_WRITERS)
@require_POST
@once
def attach_stamp_page(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Add the page with the stamp or the signatures; the text that came with the same form is saved first."""
    return _attach(request, pk, StampForm(request.POST, request.FILES), attach_stamp, "#stamp")


def _attach(
    request: ActorRequest,
    pk: UUID,
    upload: UploadForm | StampForm,
    keep: Callable[..., StoredFile],
    anchor: str,
) -> HttpResponse:
    proposal = _written_by(request, pk)
    form = _draft_form(request, proposal, request.POST)
    if not (form.is_valid() and upload.is_valid()):
        form.add_error(None, _("请先选一个文件，再按「上传」。")) if upload.errors else None
        return _edit_page(request, proposal, form, status=422)
    try:
        with transaction.atomic():
            _save(request, proposal, form)
            stored = keep(actor=request.actor, proposal=proposal, upload=upload.content)
    except Refused as refusal:
        return _conflict(request, proposal, refusal)
    messages.success(request, _("已上传「{name}」。").format(name=stored.name))
    return _to("edit", proposal, anchor)


@policy(*_WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def detach(request: ActorRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Take an attachment away."""
    proposal = _written_by(request, pk)
    kept = StoredFile.objects.visible_to(request.actor).kept().filter(matter=proposal.pk, subject_id=None)
    stored = get_object_or_404(kept, pk=file)
    if request.method == "POST":
        detach_file(actor=request.actor, proposal=proposal, stored_file=stored)
        messages.success(request, _("已删除「{name}」。").format(name=stored.name))
        return _to("edit", proposal, "#attachments")
    context = {
        "title": _("删除这个附件吗"),
        "text": stored.name,
        "button": _("删除"),
        "cancel_url": reverse("proposals:edit", args=[proposal.pk]) + "#attachments",
    }
    return render(request, "ui/confirm.html", context)
