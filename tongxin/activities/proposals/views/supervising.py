"""Key proposals: the pool and the chosen, and what is done about each of them."""

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

from tongxin.activities.proposals.actions import supervising
from tongxin.activities.proposals.actions.moving import lock_proposals
from tongxin.activities.proposals.forms.desk import NoteForm
from tongxin.activities.proposals.forms.supervising import (
    DecisionOfMeetingForm,
    EventForms,
    PlanForm,
    SupervisorForm,
)
from tongxin.activities.proposals.lifecycle_following import KEY
from tongxin.activities.proposals.models import KeyProposal, Proposal, Supervisor
from tongxin.activities.proposals.permissions import can_nominate_key
from tongxin.activities.proposals.querysets import OFFICE
from tongxin.activities.proposals.selectors.detail import for_page
from tongxin.activities.proposals.selectors.key import export_rows, key_detail, key_page, units_at_work
from tongxin.activities.proposals.selectors.lists import read_ids
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, require
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.foundation.organization.enums import OFFICE_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.forms import BaseForm

    from tongxin.foundation.core.access import ActorRequest

_NOMINATES = (Role.STAFF, Role.LEADER)


def _key(request: ActorRequest, pk: UUID) -> KeyProposal:
    """Return the key proposal of a proposal; what the actor may not see looks as if it were not there."""
    found = KeyProposal.objects.visible_to(request.actor).select_related(
        "proposal__matter", "proposal__lead_member", "proposal__body", "proposal__session"
    )
    key: KeyProposal = get_object_or_404(found, proposal=pk)
    return key


def _page(request: ActorRequest, template: str, form: BaseForm | None, **context: Any) -> HttpResponse:  # noqa: ANN401
    """Show a page of the office; a form that came with faults answers 422."""
    faulty = form is not None and form.is_bound and not form.is_valid()
    context |= {"form": form, "once": new_key()}
    return render(request, f"proposals/{template}.html", context, status=422 if faulty else 200)


def _to_key(pk: UUID) -> HttpResponse:
    return redirect("proposals:key", pk=pk)


# ── a session ──


@policy(*OFFICE)
@require_safe
def key_list(request: ActorRequest) -> HttpResponse:
    """Show the pool and the chosen of a session, against the share that the rules name."""
    page = key_page(request.actor, request.GET.get("session", ""))
    return render(
        request, "proposals/key_list.html", {"page": page, "is_staff": request.actor.has(Role.STAFF)}
    )


@policy(*OFFICE)
@require_safe
def key_export(request: ActorRequest) -> HttpResponse:
    """Hand out a session's key proposals as a workbook."""
    page = key_page(request.actor, request.GET.get("session", ""))
    rows = export_rows(page)
    record(
        actor=request.actor, action="proposals.key_export", session=str(page.session or ""), count=len(rows)
    )
    book = write_workbook([Sheet(title=_("重点提案"), columns=_columns(), rows=rows)])
    name = f"key-proposals-{clock.today():%Y%m%d}.xlsx"
    return HttpResponse(
        book,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _columns() -> list[Column]:
    return [
        Column("code", _("编号"), kind="code", width=12),
        Column("title", _("案由"), width=48),
        Column("proposer", _("提案者"), width=14),
        Column("units", _("承办单位"), width=24),
        Column("state", _("状态"), width=12),
        Column("reason", _("推荐理由"), width=40),
        Column("decision", _("决定"), width=28),
        Column("decided_on", _("决定日期"), kind="date", width=12),
        Column("leaders", _("督办领导"), width=28),
        Column("events", _("督办次数"), width=10),
        Column("last_on", _("最近督办"), kind="date", width=12),
        Column("promises", _("承诺"), width=8),
        Column("kept", _("已兑现"), width=8),
        Column("result", _("督办结果"), width=48),
    ]


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def key_decide(request: ActorRequest) -> HttpResponse:
    """Write down what the chairpersons' meeting decided on the ticked nominations."""
    asked = request.POST if request.method == "POST" else request.GET
    chosen = asked.get("outcome") != "no"
    keys = list(
        KeyProposal.objects.visible_to(request.actor)
        .filter(proposal__in=read_ids(asked.getlist("proposals")), state=KeyProposal.State.POOL)
        .select_related("proposal__matter", "proposal__lead_member", "proposal__body")
        .order_by("proposal__number")
    )
    form = DecisionOfMeetingForm(request.POST or None)
    if request.method == "POST" and keys and form.is_valid():
        found = form.cleaned_data
        _decide(request, keys, chosen=chosen, decision=found["decision"], on=found["on"])
        return redirect("proposals:key_list")
    if not keys:
        messages.warning(request, _("请先勾选备选里的提案。"))
        return redirect("proposals:key_list")
    return _page(request, "key_decide", form, keys=keys, chosen=chosen)


def _decide(request: ActorRequest, keys: Sequence[KeyProposal], **decided: Any) -> None:  # noqa: ANN401
    lock_proposals(k.proposal_id for k in keys)
    done = 0
    for key in keys:
        try:
            with transaction.atomic():
                supervising.decide_key(actor=request.actor, key=key, **decided)
        except (Refused, PermissionDenied) as no:
            matter = key.proposal.matter
            messages.warning(request, _("{title}：{why}").format(title=matter.code or matter.title, why=no))
        else:
            done += 1
    if done and decided["chosen"]:
        messages.success(request, ngettext("已确定{n}件重点提案", "已确定{n}件重点提案", done).format(n=done))
    elif done:
        messages.success(request, ngettext("已记下{n}件没有选", "已记下{n}件没有选", done).format(n=done))


# ── one ──


@policy()
@require_safe
def key(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show one key proposal: who supervises, what was found and promised, what came of it."""
    actor = request.actor
    found = _key(request, pk)
    proposal = get_object_or_404(for_page(Proposal.objects.visible_to(actor), actor), pk=pk)
    at_a_desk = actor.has(*OFFICE_ROLES)
    context = {
        "page": key_detail(actor, proposal, found),
        "layout": "layouts/desk.html" if at_a_desk else "layouts/page.html",
        "body_class": "wide" if at_a_desk else "broad",
        "in_office": actor.has(*OFFICE),
        "now": clock.now(),
    }
    return render(request, "proposals/key.html", context)


@policy(*_NOMINATES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def key_nominate(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a proposal into the pool of key proposals."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.actor).for_list(), pk=pk)
    require(can_nominate_key(request.actor, proposal), because=_("您的岗位不办理这件事。"))
    form = NoteForm(
        request.POST or None,
        label=_("推荐理由"),
        help_text=_("例如：涉及面广、群众盼了多年，要几个部门一起办，需要领导出面协调"),
    )
    if request.method == "POST" and form.is_valid():
        supervising.nominate_key(actor=request.actor, proposal=proposal, reason=form.cleaned_data["note"])
        messages.success(request, _("已推荐为重点提案，等主席会议审定"))
        return redirect("proposals:detail", pk=pk)
    return _page(request, "key_nominate", form, proposal=proposal)


@policy(*_NOMINATES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def key_withdraw(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a nomination out of the pool, after asking once more."""
    found = _key(request, pk)
    KEY.check("withdraw_key", request.actor, found)
    if request.method == "POST":
        supervising.withdraw_key(actor=request.actor, key=found)
        messages.success(request, _("已撤回推荐"))
        return redirect("proposals:key_list")
    context = {
        "layout": "layouts/desk.html",
        "title": _("撤回推荐？"),
        "text": _("「{title}」不再作为重点提案的备选。以后还可以再推荐。").format(
            title=found.proposal.matter.title
        ),
        "button": _("撤回推荐"),
        "cancel_url": reverse("proposals:key", args=[pk]),
        "hidden": [("once", new_key())],
    }
    return render(request, "ui/confirm.html", context)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def key_supervisors(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Name the leaders who take the lead, one after the other."""
    found = _key(request, pk)
    KEY.check("add_supervisor", request.actor, found)
    form = SupervisorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        leader = supervising.add_supervisor(actor=request.actor, key=found, **form.cleaned_data)
        messages.success(request, _("已加上{who}").format(who=leader))
        return redirect("proposals:key_supervisors", pk=pk)
    leaders = found.supervisors.prefetch_related("events")
    return _page(request, "key_supervisors", form, key=found, proposal=found.proposal, leaders=leaders)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def key_supervisor_remove(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a leader off who has not supervised anything yet."""
    found = Supervisor.objects.visible_to(request.actor).select_related("key__proposal__matter")
    leader = get_object_or_404(found, pk=pk, key__in=KeyProposal.objects.visible_to(request.actor))
    KEY.check("remove_supervisor", request.actor, leader.key)
    if request.method == "POST":
        supervising.remove_supervisor(actor=request.actor, supervisor=leader)
        messages.success(request, _("已移除{who}").format(who=leader))
        return redirect("proposals:key_supervisors", pk=leader.key.proposal_id)
    context = {
        "layout": "layouts/desk.html",
        "title": _("移除{who}？").format(who=leader),
        "text": _("不再由{who}领衔督办。").format(who=leader),
        "button": _("移除"),
        "cancel_url": reverse("proposals:key_supervisors", args=[leader.key.proposal_id]),
        "hidden": [("once", new_key())],
    }
    return render(request, "ui/confirm.html", context)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def key_plan(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write how it will be supervised."""
    found = _key(request, pk)
    KEY.check("plan_supervision", request.actor, found)
    kept = {"note": found.plan, "figure_key": found.figure_key}
    form = PlanForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid() and _planned(request, found, form):
        messages.success(request, _("已保存督办方案"))
        return _to_key(pk)
    return _page(request, "key_text", form, proposal=found.proposal, here=_("督办方案"), button=_("保存"))


def _planned(request: ActorRequest, key: KeyProposal, form: PlanForm) -> bool:
    """Save the plan; what the action refuses is said at the form, with everything kept."""
    plan, short = form.cleaned_data["note"], form.cleaned_data["figure_key"]
    try:
        supervising.plan_supervision(actor=request.actor, key=key, plan=plan, figure_key=short)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def key_event(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write down one act of supervising, what was found, what was promised, with photos."""
    found = _key(request, pk)
    KEY.check("record_supervision", request.actor, found)
    leaders, units = list(found.supervisors.all()), units_at_work(found.proposal)
    sent = request.POST if request.method == "POST" else None
    forms = EventForms.of(leaders, units, sent, request.FILES if sent else None)
    if sent and forms.is_valid():
        supervising.record_supervision(
            actor=request.actor,
            key=found,
            supervision=forms.event.supervision,
            commitments=forms.commitments,
            photos=forms.event.cleaned_data["photos"],
        )
        messages.success(request, _("已记下这次督办"))
        return _to_key(pk)
    context = {"proposal": found.proposal, "leaders": leaders, "units": units, "rows": forms.rows}
    if sent and not forms.is_valid():
        context["faulty"] = True
    return _event_page(request, forms, context)


def _event_page(request: ActorRequest, forms: EventForms, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": forms.event, "once": new_key()}
    status = 422 if context.get("faulty") else 200
    return render(request, "proposals/key_event.html", context, status=status)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def key_result(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write what came of the supervision, and end it."""
    found = _key(request, pk)
    KEY.check("end_supervision", request.actor, found)
    form = NoteForm(
        request.POST or None,
        label=_("督办结果"),
        help_text=_("督办了几次、解决了什么、还有什么。提案者和承办单位都看得到。"),
    )
    if request.method == "POST" and form.is_valid():
        supervising.end_supervision(actor=request.actor, key=found, result=form.cleaned_data["note"])
        messages.success(request, _("督办已结束"))
        return _to_key(pk)
    return _page(request, "key_text", form, proposal=found.proposal, here=_("督办结果"), button=_("结束督办"))
