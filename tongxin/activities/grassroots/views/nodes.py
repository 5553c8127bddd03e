"""The list of nodes, the page of one, and setting them up one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.grassroots.actions.nodes import add_node, edit_node, end_node, move_node
from tongxin.activities.grassroots.exchange.entries import COLUMNS, HOSTS, KINDS
from tongxin.activities.grassroots.exchange.plan import PARENTS
from tongxin.activities.grassroots.forms.nodes import EndForm, MoveForm, NodeFilterForm, NodeForm
from tongxin.activities.grassroots.permissions import (
    NODE_MANAGERS,
    NODE_PEOPLE,
    NODE_READERS,
    can_arrange_duty,
    can_give_accounts,
    can_manage_nodes,
    can_supervise_station,
)
from tongxin.activities.grassroots.selectors import nodes as selectors
from tongxin.activities.grassroots.selectors.places import (
    areas_of,
    chosen_area,
    everyday,
    host_of,
    places_of,
)
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import Sheet, write_workbook
from tongxin.foundation.organization.enums import NodeKind
from tongxin.foundation.organization.selectors import paged
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest
    from tongxin.foundation.organization.models import Node

# How a new node is usually called.
_CALLED = {
    NodeKind.STATION: "委员工作站",
    NodeKind.COUNCIL: "协商议事会",
    NodeKind.ROOM: "协商议事室",
    NodeKind.HOME: "委员之家",
}
_ADD = {
    NodeKind.STATION: gettext_lazy("新建委员工作站"),
    NodeKind.COUNCIL: gettext_lazy("新建协商议事会"),
    NodeKind.ROOM: gettext_lazy("新建协商议事室"),
    NodeKind.HOME: gettext_lazy("新建委员之家"),
}


def node_of(request: ActorRequest, pk: UUID) -> Node:
    """Return the node; one that may not be opened is not there."""
    found = selectors.visible_nodes(request.actor).select_related("place__parent", "parent", "station")
    node: Node = get_object_or_404(found, pk=pk)
    return node


def show_form(
    request: ActorRequest, form: BaseForm, title: str, node: Node | None = None, **context: object
) -> HttpResponse:
    """Show a page that is one form; one that came with faults answers 422."""
    crumbs = [(_("网点"), reverse("grassroots:nodes"))]
    cancel_url = reverse("grassroots:nodes")
    if node is not None:
        cancel_url = reverse("grassroots:node", args=[node.pk])
        crumbs.append((node.name, cancel_url))
    context = {"cancel_url": cancel_url} | context
    context |= {"form": form, "title": title, "crumbs": [*crumbs, (title, "")], "once": new_key()}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "grassroots/nodes_form.html", context, status=status)


@policy(*NODE_PEOPLE)
@require_safe
def node_list(request: ActorRequest) -> HttpResponse:
    """Show the nodes, or hand them out as a workbook."""
    form = NodeFilterForm(request.GET, actor=request.actor)
    form.is_valid()
    wanted = form.cleaned_data
    day = selectors.last_day_of(wanted.get("year"))
    found = selectors.nodes_matching(request.actor, wanted)
    if request.GET.get("export"):
        rows = [selectors.node_row(n) for n in selectors.for_rows(request.actor, found, day)]
        return as_download(_workbook(rows), f"{request.actor.committee}-{_('网点')}")
    pages = paged(selectors.for_rows(request.actor, found, day), request.GET.get("page"))
    hosted = wanted.get("hosted")
    context = {
        "form": form,
        "rows": [selectors.node_row(n) for n in pages["page"]],
        "filtered": any(v for k, v in wanted.items() if k != "year"),
        "year": wanted.get("year"),
        "keeper": not request.actor.has(*NODE_READERS),
        "station": selectors.visible_nodes(request.actor).filter(pk=wanted["station"]).first()
        if wanted.get("station")
        else None,
        "places": found.order_by().values("place").distinct().count() if hosted else None,
        "may_manage": can_manage_nodes(request.actor, request.actor.committee_id or 0),
        **pages,
    }
    return render(request, "grassroots/nodes.html", context)


def _workbook(rows: list[selectors.NodeRow]) -> bytes:
    # The columns of the import: what was handed out can be changed and brought back.
    kinds = {str(kind): word for word, kind in KINDS.items()}
    hosts = {str(kind): word for word, kind in HOSTS.items()}
    columns = [c for c in COLUMNS if c.key != "head_title"]
    lines = (
        {
            "kind": kinds[row.kind],
            "name": row.name,
            "parent": row.parent,
            "host": hosts[row.host_kind],
            "town": row.town,
            "village": row.village,
            "address": row.address,
            "head": row.head,
            "opened_on": row.opened_on,
        }
        for row in rows
    )
    return write_workbook([Sheet("网点", columns, lines)])


@policy(*NODE_PEOPLE)
@require_safe
def node(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show one node: what it is, where, and who works there."""
    actor = request.actor
    one = node_of(request, pk)
    here = one.committee_id
    may = can_manage_nodes(actor, here) and one.ended_on is None
    context = {
        "page": selectors.node_page(actor, one),
        "node": one,
        "may_manage": may,
        "may_arrange": can_arrange_duty(actor, one) and one.ended_on is None,
        "may_give_accounts": may and can_give_accounts(actor, here),
        "may_supervise": can_supervise_station(actor, here) and one.ended_on is None,
        "kinds": [(k, _ADD[k]) for k in NodeKind if one.kind in PARENTS[k]] if may else [],
    }
    return render(request, "grassroots/nodes_one.html", context)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: ActorRequest) -> HttpResponse:
    """Set up one node; a committee with several counties first says which."""
    asked = request.GET
    kind = asked.get("kind", "") if asked.get("kind") in NodeKind.values else NodeKind.STATION
    place = places_of(request.actor).filter(pk=asked.get("place", "")).first()
    areas = areas_of(request.actor)
    area = chosen_area(areas, asked.get("area", "") or (place.pk[:6] if place else ""))
    initial: dict[str, object] = {"parent": asked.get("parent")}
    if place:
        initial |= {
            "place": place.pk,
            "host": host_of(place),
            "name": everyday(place) + _CALLED[NodeKind(kind)],
        }
    form = NodeForm(request.POST or None, actor=request.actor, kind=kind, area=area, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = add_node(actor=request.actor, kind=kind, **form.cleaned_data)
        messages.success(request, _("「%(name)s」已建好。") % {"name": made.name})
        return redirect("grassroots:node", made.pk)
    choice: dict[str, object] = {"areas": areas if len(areas) > 1 else [], "area": area, "kind": kind}
    return show_form(request, form, str(_ADD[NodeKind(kind)]), None, **choice)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Correct what is written about a node."""
    found = node_of(request, pk)
    areas = areas_of(request.actor)
    area = chosen_area(areas, request.GET.get("area", "") or (found.place_id or "")[:6])
    fields = ("name", "host", "address", "about", "opened_on")
    initial = {name: getattr(found, name) for name in fields} | {"place": found.place_id}
    form = NodeForm(
        request.POST or None, actor=request.actor, kind=found.kind, area=area, node=found, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        edit_node(actor=request.actor, node=found, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("grassroots:node", pk)
    choice: dict[str, object] = {"areas": areas if len(areas) > 1 else [], "area": area}
    return show_form(request, form, _("修改网点"), found, **choice)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def move(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a node under another station or council."""
    found = node_of(request, pk)
    form = MoveForm(request.POST or None, actor=request.actor, node=found)
    if request.method == "POST" and form.is_valid():
        move_node(actor=request.actor, node=found, parent=form.cleaned_data["parent"])
        messages.success(request, _("已移过去。"))
        return redirect("grassroots:node", pk)
    return show_form(request, form, _("换上级"), found)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def end(request: ActorRequest, pk: UUID) -> HttpResponse:
    """End a node, with the reason."""
    found = node_of(request, pk)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_node(actor=request.actor, node=found, **form.cleaned_data)
        messages.success(request, _("「%(name)s」已撤销。") % {"name": found.name})
        return redirect("grassroots:node", pk)
    context = {
        "about": _(
            "撤销后，这里的人员安排、值班和账号岗位同时结束，码作废。已经开过的协商活动和议题都保留。"
        ),
        "button": _("撤销"),
        "grave": True,
    }
    return show_form(request, form, _("撤销「%(name)s」") % {"name": found.name}, found, **context)
