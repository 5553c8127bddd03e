"""Writing topics down: from the four channels, from a member, from paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.activities.topics.actions import entering
from tongxin.activities.topics.actions.moving import rules_of
from tongxin.activities.topics.documents import paper_forms
from tongxin.activities.topics.forms.entering import EnterForm, PaperForm, PrintForm, RecommendForm
from tongxin.activities.topics.views.asked import DECIDERS, show_form
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from tongxin.foundation.core.access import ActorRequest


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def enter(request: ActorRequest) -> HttpResponse:
    """Write a topic down."""
    form = EnterForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        topic = entering.enter_topic(actor=request.actor, entry=form.entry())
        messages.success(request, _("已录入，排在待受理里。"))
        return redirect("topics:detail", topic.pk)
    return show_form(request, "enter", form)


@policy(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def recommend(request: ActorRequest) -> HttpResponse:
    """Recommend a topic as a member."""
    form = RecommendForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        entering.recommend_topic(actor=request.actor, **form.cleaned_data)
        messages.success(request, _("谢谢您，已经收到。办得怎样，在这里看。"))
        return redirect(reverse("topics:list") + "?ours=1")
    return show_form(request, "recommend", form)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def paper(request: ActorRequest) -> HttpResponse:
    """Type a paper form."""
    rules = rules_of(request.actor.committee_id or 0)
    form = PaperForm(request.POST or None, actor=request.actor, rules=rules)
    if request.method == "POST" and form.is_valid():
        new = entering.enter_paper_form(actor=request.actor, **form.cleaned_data)
        said = _("已录入。提出人凭回执联上的回执码可以查结果。")
        messages.success(request, said if new else _("这张表以前录过了，没有重复。"))
        return redirect("topics:paper")
    return show_form(request, "paper", form)


@policy(*DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def print_forms(request: ActorRequest) -> HttpResponse:
    """Hand out forms to print, each with a number and a receipt of its own."""
    form = PrintForm(request.POST or None, actor=request.actor)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, "print_forms", form)
    node = form.cleaned_data["node"]
    numbers = entering.print_forms(actor=request.actor, node=node, count=form.cleaned_data["count"])
    made = paper_forms(request.actor.committee, node, numbers)
    name = content_disposition_header(as_attachment=True, filename=_("意见表.pdf")) or "attachment"
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
