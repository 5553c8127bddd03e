"""The proposer's word on whether a proposal becomes an opinion report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.activities.proposals.actions.converting import answer_conversion
from tongxin.activities.proposals.forms.examining import ConversionAnswerForm
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.proposals.selectors.desk import due_of
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(Role.MEMBER, Role.SUBMITTER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def answer(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask the proposer whether it may become an opinion report, with what the reviewers say."""
    found = Proposal.objects.visible_to(request.actor).for_list()
    proposal: Proposal = get_object_or_404(found, pk=pk)
    PROPOSAL.check("agree_conversion", request.actor, proposal)
    ensure(proposal.conversion_asked_on is not None, because=_("现在没有人征求您的意见。"))
    form = ConversionAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees = form.cleaned_data["answer"] == "yes"
        answer_conversion(
            actor=request.actor, proposal=proposal, agrees=agrees, note=form.cleaned_data["note"]
        )
        messages.success(
            request, _("已转为社情民意信息，谢谢您。") if agrees else _("已答复：还是作为提案。")
        )
        return redirect("proposals:detail", pk=pk)
    asked = TimelineEntry.objects.filter(matter=pk, verb="ask_conversion").order_by("-at").first()
    context = {
        "proposal": proposal,
        "form": form,
        "why": asked.note if asked else "",
        "due": due_of(pk, "conversion", proposal.committee_id),
        "once": new_key(),
    }
    return render(request, "proposals/answer_conversion.html", context, status=422 if form.errors else 200)
