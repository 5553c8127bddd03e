"""What the public sees of a proposal: opening and closing its page, sensitive ones, photos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.activities.proposals.actions import disclosing, reviewing
from tongxin.activities.proposals.forms.desk import NoteForm
from tongxin.activities.proposals.selectors.desk import sent_replies
from tongxin.activities.proposals.selectors.lists import read_ids
from tongxin.activities.proposals.views.asked import proposal_of
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def disclose(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what the public would see, and open or close it."""
    proposal = proposal_of(request, pk)
    if request.method == "POST" and "photos" in request.POST.getlist("what"):
        chosen = read_ids(request.POST.getlist("photo"))
        disclosing.choose_public_photos(actor=request.actor, proposal=proposal, chosen=chosen)
        messages.success(request, _("已保存"))
        return redirect("proposals:disclose", pk=pk)
    if request.method == "POST":
        public = request.POST.get("public") == "1"
        reviewing.disclose_proposal(actor=request.actor, proposal=proposal, public=public)
        messages.success(request, _("已向社会公开") if public else _("已停止公开"))
        return redirect("proposals:detail", pk=pk)
    context = {
        "proposal": proposal,
        "obstacle": reviewing.obstacle_to_disclosure(proposal),
        "is_public": proposal.matter.visibility == "public",
        "replies": [r for r in sent_replies(proposal) if r.may_be_public],
        "photos": [(f, reverse("files:download", args=[f.pk])) for f in disclosing.photos_of(proposal)],
        "once": new_key(),
    }
    return render(request, "proposals/disclose.html", context)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def sensitive(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Mark a proposal as sensitive, or end that, with the reason."""
    proposal = proposal_of(request, pk)
    form = NoteForm(request.POST or None, label=_("原因"))
    if request.method == "POST" and form.is_valid():
        marks = request.POST.get("sensitive") == "1"
        disclosing.mark_sensitive(
            actor=request.actor, proposal=proposal, sensitive=marks, reason=form.cleaned_data["note"]
        )
        messages.success(request, _("已标为敏感，公众页面已关闭") if marks else _("已解除敏感标记"))
        return redirect("proposals:detail", pk=pk)
    context = {"proposal": proposal, "form": form, "once": new_key()}
    return render(request, "proposals/sensitive.html", context, status=422 if form.errors else 200)
