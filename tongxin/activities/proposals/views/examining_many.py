"""Examination of many at once: one decision for all that are ticked, and how much waits where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongxin.activities.proposals.actions.deciding import adopt_opinion, file_as_advised
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.forms.examining import ManyForm
from tongxin.activities.proposals.models import Proposal
from tongxin.activities.proposals.selectors.lists import read_ids
from tongxin.activities.proposals.selectors.review import last_opinions, review_numbers
from tongxin.activities.proposals.views.bulk import do_each, say_refusals
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

# As many as a hand-over takes at once; what is left is ticked again.
_MOST = 100


@policy(Role.REVIEWER)
@require_POST
@once
def decide_many(request: ActorRequest) -> HttpResponse:
    """Show the ticked proposals with what was advised on each, and decide on all of them."""
    ids = read_ids(request.POST.getlist("proposals"))
    found = Proposal.objects.visible_to(request.actor).filter(
        pk__in=ids, matter__state=ProposalState.UNDER_REVIEW
    )
    proposals = list(found.for_list().order_by("serial", "pk")[:_MOST])
    form = ManyForm(request.POST if request.POST.get("step") == "confirm" else None)
    if form.is_valid():
        return _decide(request, proposals, adopts=form.cleaned_data["way"] == ManyForm.ADOPT)
    if not proposals:
        messages.warning(request, _("请先勾选审查中的提案。"))
        return redirect(reverse("proposals:list") + "?tab=review")
    opinions = last_opinions(proposals)
    context = {
        "rows": [(p, opinions.get(p.pk)) for p in proposals],
        "passed_over": len(ids) - len(proposals),
        "form": form,
        "once": new_key(),
    }
    status = 422 if form.errors else 200
    return render(request, "proposals/decide_many.html", context, status=status)


def _decide(request: ActorRequest, proposals: Sequence[Proposal], *, adopts: bool) -> HttpResponse:
    act = adopt_opinion if adopts else file_as_advised
    done, refused = do_each(proposals, lambda p: act(actor=request.actor, proposal=p))
    if done:
        messages.success(request, ngettext("已审定{n}件", "已审定{n}件", done).format(n=done))
    if refused:
        n = len(refused)
        messages.warning(request, ngettext("{n}件没有动：", "{n}件没有动：", n).format(n=n))
    say_refusals(request, refused)
    return redirect(reverse("proposals:list") + "?tab=review")


@policy(Role.REVIEWER, Role.STAFF, Role.LEADER)
@require_safe
def numbers(request: ActorRequest) -> HttpResponse:
    """Show how much waits at each stage, by review group, and who has given how many opinions."""
    return render(request, "proposals/review_numbers.html", {"numbers": review_numbers(request.actor)})
