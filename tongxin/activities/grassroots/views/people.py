"""Who works at a node: heads, accounts, seats, seconded members, duty hours."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.grassroots.actions.duty import NOT_THEIRS, add_duty, end_duty
from tongxin.activities.grassroots.actions.people import (
    add_seats,
    add_worker,
    end_seat,
    end_secondment,
    give_head_account,
    second_people,
    set_head,
)
from tongxin.activities.grassroots.forms.people import (
    AccountForm,
    DutyForm,
    HeadForm,
    PlaceManyForm,
    SeatsForm,
    SecondedFilterForm,
    SecondForm,
    UntilForm,
    WorkerForm,
)
from tongxin.activities.grassroots.models import CouncilSeat, DutySlot, Secondment, StationHead
from tongxin.activities.grassroots.permissions import (
    NODE_MANAGERS,
    NODE_PEOPLE,
    NODE_READERS,
    can_arrange_duty,
    can_manage_nodes,
)
from tongxin.activities.grassroots.selectors import people as selectors
from tongxin.activities.grassroots.selectors.nodes import duty_of, visible_nodes
from tongxin.activities.grassroots.views.nodes import node_of, show_form
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import require
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import NodeKind, Role
from tongxin.foundation.organization.selectors import paged
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.accounts.models import User
    from tongxin.foundation.core.access import ActorRequest


def _slip(request: ActorRequest, user: User, password: str) -> HttpResponse:
    context = {"slips": [(user, password)], "address": request.build_absolute_uri("/")}
    return render(request, "organization/slips_print.html", context)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def head(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let somebody head a workstation; who did before stays in its history."""
    node = node_of(request, pk)
    form = HeadForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        set_head(actor=request.actor, node=node, **form.cleaned_data)
        messages.success(request, _("站长已登记。"))
        return redirect("grassroots:node", pk)
    about = _("换站长时，前任站长留在历史里，他的站长岗位同时结束。")
    return show_form(request, form, _("登记站长"), node, about=about)


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def head_account(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let a head sign in; a new account's one-time password is shown this once."""
    found = get_object_or_404(
        StationHead.objects.visible_to(request.actor).select_related("node__place__parent"), pk=pk
    )
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        post, password = give_head_account(actor=request.actor, head=found, **form.cleaned_data)
        if password:
            return _slip(request, post.user, password)
        messages.success(request, _("%(name)s用原来的账号登录。") % {"name": found.name})
        return redirect("grassroots:node", found.node_id)
    return show_form(request, form, _("给%(name)s开账号") % {"name": found.name}, found.node)


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def worker(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let somebody sign in and keep a node."""
    node = node_of(request, pk)
    form = WorkerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        post, password = add_worker(actor=request.actor, node=node, **form.cleaned_data)
        if password:
            return _slip(request, post.user, password)
        messages.success(request, _("%(name)s用原来的账号登录。") % {"name": post.user.name})
        return redirect("grassroots:node", pk)
    about = _("联络员管这个网点和它下面的网点：收议题、办协商活动、记事项。")
    return show_form(request, form, _("增加联络员"), node, about=about)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def seats(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give people fixed seats in a council, one a line."""
    node = node_of(request, pk)
    form = SeatsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = add_seats(actor=request.actor, node=node, **form.cleaned_data)
        messages.success(request, ngettext("增加了{n}人。", "增加了{n}人。", len(made)).format(n=len(made)))
        return redirect("grassroots:node", pk)
    return show_form(request, form, _("增加固定成员"), node)


def _until(request: ActorRequest, row: Any, title: str, end: Any) -> HttpResponse:  # noqa: ANN401 (a seat, a secondment …)
    form = UntilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end(form.cleaned_data["on"])
        messages.success(request, _("已结束。"))
        return redirect("grassroots:node", row.node_id)
    return show_form(request, form, title, row.node, button=_("结束"))


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def seat_end(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let a fixed seat end."""
    row = get_object_or_404(CouncilSeat.objects.visible_to(request.actor).select_related("node"), pk=pk)
    title = _("%(name)s不再是固定成员") % {"name": row.name}
    return _until(request, row, title, lambda on: end_seat(actor=request.actor, seat=row, on=on))


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def second(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Second members of two levels to a station or council."""
    node = node_of(request, pk)
    form = SecondForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        made = second_people(actor=request.actor, nodes=[node], **form.cleaned_data)
        messages.success(request, ngettext("增加了{n}人。", "增加了{n}人。", len(made)).format(n=len(made)))
        return redirect("grassroots:node", pk)
    return show_form(request, form, _("安排下沉委员"), node, pick=("members",))


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def second_many(request: ActorRequest) -> HttpResponse:
    """Second several members to several nodes at once."""
    form = PlaceManyForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        made = second_people(actor=request.actor, **form.cleaned_data)
        messages.success(request, ngettext("增加了{n}处。", "增加了{n}处。", len(made)).format(n=len(made)))
        return redirect("grassroots:seconded")
    about = _("选中的每位委员都到选中的每个网点。已经在那里的不重复。")
    back = reverse("grassroots:seconded")
    title = _("一次安排多人")
    return show_form(request, form, title, about=about, pick=("members", "nodes"), cancel_url=back)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def secondment_end(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let a secondment end."""
    found = Secondment.objects.visible_to(request.actor).select_related("node", "person")
    row = get_object_or_404(found, pk=pk)
    title = _("%(name)s不再下沉到这里") % {"name": row.person.name}
    return _until(request, row, title, lambda on: end_secondment(actor=request.actor, secondment=row, on=on))


@policy(*NODE_READERS)
@require_safe
def seconded(request: ActorRequest) -> HttpResponse:
    """Show who is seconded where, or hand the list out as a workbook."""
    form = SecondedFilterForm(request.GET)
    form.is_valid()
    found = selectors.seconded_people(request.actor, form.cleaned_data)
    if request.GET.get("export"):
        return as_download(selectors.seconded_workbook(found), f"{request.actor.committee}-{_('下沉委员')}")
    context = {
        "form": form,
        "counts": selectors.seconded_counts(request.actor, form.cleaned_data),
        "year": form.cleaned_data.get("year"),
        "filtered": any(v for k, v in form.cleaned_data.items() if k != "year"),
        "may_manage": can_manage_nodes(request.actor, request.actor.committee_id or 0),
        **paged(found, request.GET.get("page")),
    }
    return render(request, "grassroots/nodes_seconded.html", context)


@policy(*NODE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def node_duty(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the duty hours of a node, and add to them."""
    node = node_of(request, pk)
    may = can_arrange_duty(request.actor, node) and node.ended_on is None
    form = DutyForm(request.POST or None, node=node)
    if request.method == "POST" and form.is_valid():
        add_duty(actor=request.actor, node=node, **form.cleaned_data)
        messages.success(request, _("值班已排好。"))
        return redirect("grassroots:node_duty", pk)
    context = {
        "node": node,
        "form": form,
        "slots": duty_of(node, clock.today()),
        "may_arrange": may,
        "can_second": can_manage_nodes(request.actor, node.committee_id) and node.kind != NodeKind.ROOM,
        "once": new_key(),
    }
    faulty = form.is_bound and not form.is_valid()
    return render(request, "grassroots/nodes_duty.html", context, status=422 if faulty else 200)


@policy(*NODE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def duty_end(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let duty hours end."""
    kept = DutySlot.objects.filter(node__in=visible_nodes(request.actor).values("pk"))
    slot = get_object_or_404(kept.select_related("node", "person"), pk=pk)
    require(can_arrange_duty(request.actor, slot.node), because=NOT_THEIRS)
    title = _("结束%(name)s的值班") % {"name": slot.person.name}
    return _until(request, slot, title, lambda on: end_duty(actor=request.actor, slot=slot, on=on))


@policy(*NODE_PEOPLE)
@require_safe
def duty(request: ActorRequest) -> HttpResponse:
    """Show who is on duty where in a week; the page prints as a roster."""
    try:
        asked = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        asked = clock.today()
    # No calendar reaches beyond these, and nobody plans that far.
    asked = asked if abs((asked - clock.today()).days) <= _FAR_DAYS else clock.today()
    monday = selectors.monday_of(asked)
    days = selectors.duty_week(request.actor, monday)
    context = {
        "days": days,
        "is_empty": not any(day.shifts for day in days),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": (monday - timedelta(days=7)).isoformat(),
        "after": (monday + timedelta(days=7)).isoformat(),
        "today": clock.today(),
        "keeper": not request.actor.has(*NODE_READERS),
    }
    return render(request, "grassroots/nodes_duty_week.html", context)


_FAR_DAYS = 3660
