"""Looking back (回头看): which closed proposals are due, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.proposals.actions.looking_back import record_look_back
from tongxin.activities.proposals.forms.lookback import LookBackForm
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.proposals.selectors.desk import sent_replies
from tongxin.activities.proposals.selectors.lists import read_wanted
from tongxin.activities.proposals.selectors.lookback import look_back_page, no_rows_text
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(Role.STAFF, Role.REVIEWER, Role.LEADER, Role.AUDITOR)
@require_safe
def look_backs(request: ActorRequest) -> HttpResponse:
    """Show the closed proposals that are due to be looked at again, and those that were."""
    shown = look_back_page(
        request.actor,
        tab=request.GET.get("tab", ""),
        page_number=read_wanted(request.GET).page,
        may_record=request.actor.has(Role.STAFF),
    )
    return render(request, "proposals/look_backs.html", {"shown": shown, "empty": no_rows_text(shown.tab)})


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def look_back(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write down what a look-back found; what was not done is followed again."""
    found = Proposal.objects.visible_to(request.actor).for_list()
    proposal: Proposal = get_object_or_404(found, pk=pk)
    PROPOSAL.check("look_back", request.actor, proposal)
    form = LookBackForm(request.POST or None, request.FILES or None, proposal=proposal)
    if request.method == "POST" and form.is_valid():
        record_look_back(
            actor=request.actor,
            proposal=proposal,
            found=form.found,
            photos=form.cleaned_data["photos"],
            promise=form.promise,
        )
        messages.success(request, _("已记入，继续跟踪") if form.promise else _("已记入"))
        return redirect("proposals:detail", pk=pk)
    context = {"proposal": proposal, "form": form, "replies": sent_replies(proposal), "once": new_key()}
    return render(request, "proposals/look_back.html", context, status=422 if form.errors else 200)
