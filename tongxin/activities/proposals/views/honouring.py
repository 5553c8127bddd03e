"""Outstanding proposals and units: recommend, review, decide, publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.proposals.actions import honouring
from tongxin.activities.proposals.actions.moving import lock_proposals
from tongxin.activities.proposals.forms.desk import NoteForm
from tongxin.activities.proposals.forms.honouring import FirstReviewForm, HonourDecisionForm, NominateUnitForm
from tongxin.activities.proposals.models import Honour, Proposal
from tongxin.activities.proposals.permissions import can_nominate_outstanding
from tongxin.activities.proposals.querysets import OFFICE
from tongxin.activities.proposals.reports.wanted import frame_of
from tongxin.activities.proposals.selectors.honours import (
    COLLECTIVE_PERCENT,
    export_rows,
    honour_page,
    unit_figures,
)
from tongxin.activities.proposals.selectors.key import session_asked, sessions_of
from tongxin.activities.proposals.selectors.lists import read_ids
from tongxin.activities.proposals.views.lists import READERS
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, require
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.foundation.organization.enums import OFFICE_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from django.forms import BaseForm

    from tongxin.foundation.core.access import ActorRequest

_REVIEW = (Role.STAFF, Role.REVIEWER)


@policy(*READERS)
@require_safe
def honours(request: ActorRequest) -> HttpResponse:
    """Show who was recommended and how far each has come; outside the office, what was published."""
    actor = request.actor
    at_a_desk = actor.has(*OFFICE_ROLES)
    context = {
        "page": honour_page(actor, request.GET.get("session", ""), request.GET.get("kind", "")),
        "collective_percent": COLLECTIVE_PERCENT,
        "in_office": actor.has(*OFFICE),
        "can_review": actor.has(*_REVIEW),
        "is_staff": actor.has(Role.STAFF),
        "can_nominate_unit": actor.has(Role.STAFF, Role.LEADER),
        "layout": "layouts/desk.html" if at_a_desk else "layouts/page.html",
        "body_class": "wide" if at_a_desk else "broad",
    }
    return render(request, "proposals/honours.html", context)


@policy(*OFFICE)
@require_safe
def honours_export(request: ActorRequest) -> HttpResponse:
    """Hand out the recommendations of a session as a workbook."""
    page = honour_page(request.actor, request.GET.get("session", ""), request.GET.get("kind", ""))
    rows = export_rows(page)
    record(
        actor=request.actor,
        action="proposals.honours_export",
        session=str(page.session or ""),
        kind=page.kind,
        count=len(rows),
    )
    title = str(Honour.Kind(page.kind).label)
    book = write_workbook([Sheet(title=title, columns=_columns(page.kind), rows=rows)])
    name = f"honours-{page.kind}-{clock.today():%Y%m%d}.xlsx"
    return HttpResponse(
        book,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _columns(kind: str) -> list[Column]:
    of_proposal = [
        Column("code", _("编号"), kind="code", width=12),
        Column("name", _("案由"), width=48),
        Column("proposer", _("提案者"), width=14),
    ]
    return [
        *(of_proposal if kind == Honour.Kind.PROPOSAL else [Column("name", _("承办单位"), width=28)]),
        Column("state", _("状态"), width=12),
        Column("reason", _("推荐理由"), width=40),
        Column("nominated_by", _("推荐人"), width=12),
        Column("nominated_on", _("推荐日期"), kind="date", width=12),
        Column("review_note", _("初评意见"), width=32),
        Column("decision", _("决定"), width=28),
        Column("decided_on", _("决定日期"), kind="date", width=12),
        Column("published_on", _("公布日期"), kind="date", width=12),
    ]


# ── recommending ──


@policy(Role.STAFF, Role.REVIEWER, Role.LEADER, Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def honour_proposal(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Recommend a proposal as outstanding."""
    actor = request.actor
    proposal = get_object_or_404(Proposal.objects.visible_to(actor).for_list(), pk=pk)
    require(can_nominate_outstanding(actor, proposal), because=_("自己的提案请别人推荐。"))
    form = NoteForm(
        request.POST or None,
        label=_("推荐理由"),
        help_text=_("可以从选题、情况准不准、分析深不深、建议可行不可行、办理成效这几方面写"),
    )
    if request.method == "POST" and form.is_valid():
        honouring.nominate_outstanding(actor=actor, proposal=proposal, reason=form.cleaned_data["note"])
        messages.success(request, _("已推荐为优秀提案，谢谢"))
        return redirect("proposals:detail", pk=pk)
    context = {
        "form": form,
        "once": new_key(),
        "proposal": proposal,
        "layout": "layouts/desk.html" if actor.has(*OFFICE_ROLES) else "layouts/page.html",
    }
    faulty = form.is_bound and not form.is_valid()
    return render(request, "proposals/honour_proposal.html", context, status=422 if faulty else 200)


@policy(Role.STAFF, Role.LEADER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def honour_unit(request: ActorRequest) -> HttpResponse:
    """Recommend a unit, with what it did in the session beside it."""
    actor = request.actor
    asked = request.POST if request.method == "POST" else request.GET
    session = session_asked(sessions_of(actor), asked.get("session", ""))
    figures = unit_figures(actor, session, frame_of(actor.committee_id)) if session else []
    form = NominateUnitForm(request.POST or None, units=[f.pk for f in figures])
    if session and request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        honouring.nominate_unit(actor=actor, session=session, unit=found["unit"], reason=found["reason"])
        messages.success(request, _("已推荐{unit}").format(unit=found["unit"]))
        return redirect(_url(Honour.Kind.UNIT, session.pk))
    context = {"session": session, "figures": figures, "form": form, "once": new_key()}
    faulty = form.is_bound and not form.is_valid()
    return render(request, "proposals/honour_unit.html", context, status=422 if faulty else 200)


def _url(kind: str, session: object = "") -> str:
    return f"{reverse('proposals:honours')}?kind={kind}&session={session}"


# ── judging ──


@policy(*_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def honours_review(request: ActorRequest) -> HttpResponse:
    """Say which of the ticked go on to the decision (初评)."""
    form = FirstReviewForm(request.POST or None)

    def act(honour: Honour) -> object:
        passes, note = form.cleaned_data["passes"] == "yes", form.cleaned_data["note"]
        return honouring.review_honour(actor=request.actor, honour=honour, passes=passes, note=note)

    return _judge(request, Honour.State.NOMINATED, form, act, _("初评"))


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def honours_decide(request: ActorRequest) -> HttpResponse:
    """Write down what was decided on the ticked (审定)."""
    form = HonourDecisionForm(request.POST or None)

    def act(honour: Honour) -> object:
        found = form.cleaned_data
        return honouring.decide_honour(
            actor=request.actor,
            honour=honour,
            honoured=found["honoured"] == "yes",
            decision=found["decision"],
            on=found["on"],
        )

    return _judge(request, Honour.State.SHORTLISTED, form, act, _("审定"))


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def honours_publish(request: ActorRequest) -> HttpResponse:
    """Make the ticked known (公布)."""
    return _judge(
        request,
        Honour.State.DECIDED,
        None,
        lambda honour: honouring.publish_honour(actor=request.actor, honour=honour),
        _("公布"),
    )


def _judge(
    request: ActorRequest,
    state: str,
    form: BaseForm | None,
    act: Callable[[Honour], object],
    here: str,
) -> HttpResponse:
    """Show the ticked with the form of one stage, or take the stage."""
    asked = request.POST if request.method == "POST" else request.GET
    found = list(
        Honour.objects.visible_to(request.actor)
        .filter(pk__in=read_ids(asked.getlist("honours")), state=state)
        .select_related("unit", "proposal__matter", "proposal__lead_member", "proposal__body")
        .order_by("proposal__number", "unit__name")
    )
    if not found:
        messages.warning(request, _("请先勾选。"))
        return redirect("proposals:honours")
    if request.method == "POST" and (form is None or form.is_valid()):
        _each(request, found, act, here)
        return redirect(_url(found[0].kind, found[0].session_id))
    faulty = form is not None and form.is_bound
    context: dict[str, Any] = {"found": found, "form": form, "here": here, "once": new_key()}
    return render(request, "proposals/honours_judge.html", context, status=422 if faulty else 200)


def _each(request: ActorRequest, found: Sequence[Honour], act: Callable[[Honour], object], here: str) -> None:
    """Do it to each for itself: what one refuses, the others keep."""
    lock_proposals(h.proposal_id for h in found if h.proposal_id)
    done = 0
    for honour in found:
        try:
            with transaction.atomic():
                act(honour)
        except (Refused, PermissionDenied) as no:
            name = honour.proposal or honour.unit
            messages.warning(request, _("{title}：{why}").format(title=name, why=no))
        else:
            done += 1
    if done:
        sentence = ngettext("{stage}：已记下{n}件", "{stage}：已记下{n}件", done)
        messages.success(request, sentence.format(stage=here, n=done))
