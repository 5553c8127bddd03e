"""Many nodes or secondments at once: from the list of places or from a table. Look, confirm, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.grassroots.actions.importing_nodes import (
    confirm_import,
    plan_of,
    preview_nodes,
    preview_places,
    preview_secondments,
    undo_import,
)
from tongxin.activities.grassroots.exchange import entries, secondments
from tongxin.activities.grassroots.exchange.entries import Patterns
from tongxin.activities.grassroots.forms.nodes import PatternForm, TableForm
from tongxin.activities.grassroots.models import NodeImport
from tongxin.activities.grassroots.permissions import NODE_MANAGERS
from tongxin.activities.grassroots.selectors.places import areas_of, chosen_area, ticked_places, towns_in
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import Sheet, TableRefused, write_workbook
from tongxin.foundation.organization.enums import NodeKind
from tongxin.foundation.organization.models import Node
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_EARLIER = 10
_SHOWN = 300
_SOURCES = {"nodes": NodeImport.Source.NODES, "seconded": NodeImport.Source.SECONDMENTS}


def _source(request: ActorRequest) -> str:
    return _SOURCES.get(request.GET.get("what", ""), NodeImport.Source.NODES)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def from_places(request: ActorRequest) -> HttpResponse:
    """Tick towns and villages, and lead to the preview of what they become."""
    areas = areas_of(request.actor)
    area = chosen_area(areas, request.GET.get("area", ""))
    form = PatternForm(request.POST or None, initial={"station": True, "council": True, "room": True})
    ticked, whole = set(request.POST.getlist("place")), set(request.POST.getlist("whole"))
    if request.method == "POST" and form.is_valid():
        made = preview_places(
            actor=request.actor,
            places=ticked_places(request.actor, ticked, whole),
            patterns=Patterns(*(form.pattern(k) for k in ("station", "council", "room"))),
            opened_on=form.cleaned_data["opened_on"].isoformat() if form.cleaned_data["opened_on"] else "",
        )
        return redirect("grassroots:node_import", made.pk)
    there = Node.objects.visible_to(request.actor).filter(ended_on=None, place__isnull=False)
    context = {
        "areas": areas if len(areas) > 1 else [],
        "area": area,
        "towns": towns_in(area),
        "stations": set(there.filter(kind=NodeKind.STATION).values_list("place_id", flat=True)),
        "councils": set(there.filter(kind=NodeKind.COUNCIL).values_list("place_id", flat=True)),
        "ticked": ticked,
        "whole": whole,
        "form": form,
        "once": new_key(),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "grassroots/nodes_places.html", context, status=status)


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def upload(request: ActorRequest) -> HttpResponse:
    """Take a table of nodes or of secondments, and lead to its preview."""
    source = _source(request)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        read = preview_nodes if source == NodeImport.Source.NODES else preview_secondments
        try:
            made = read(actor=request.actor, data=file.read(), filename=file.name)
        except TableRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("grassroots:node_import", made.pk)
    earlier = NodeImport.objects.visible_to(request.actor).exclude(state=NodeImport.State.PREVIEWED)
    context = {
        "form": form,
        "source": source,
        "columns": _columns(source),
        "earlier": earlier.defer("content", "journal")[:_EARLIER],
        "once": new_key(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "grassroots/nodes_upload.html", context, status=status)


def _columns(source: str) -> Any:  # noqa: ANN401 (columns of either table)
    return entries.COLUMNS if source == NodeImport.Source.NODES else secondments.COLUMNS


@policy(*NODE_MANAGERS)
@require_safe
def template(request: ActorRequest) -> HttpResponse:
    """Hand out an empty table with example rows."""
    if _source(request) == NodeImport.Source.SECONDMENTS:
        rows: list[dict[str, Any]] = [
            {
                "name": "张三（示例，请删去）",
                "home": secondments.OWN,
                "number": "001",
                "node": "北河村协商议事会",
            },
            {"name": "李四（示例，请删去）", "home": secondments.ABOVE, "work": "某某公司总经理"},
        ]
        rows[1]["node"] = "北河村协商议事会"
        return as_download(write_workbook([Sheet("下沉委员", secondments.COLUMNS, rows)]), "下沉委员模板")
    station = "东华镇委员工作站（示例，请删去）"
    council = "北河村协商议事会（示例，请删去）"
    rows = [
        {
            "kind": "委员工作站",
            "name": station,
            "host": "乡镇",
            "town": "东华镇",
            "address": "东华镇政府院内",
        },
        {"kind": "协商议事会", "name": council, "parent": station, "town": "东华镇", "village": "北河村"},
        {
            "kind": "协商议事室",
            "name": "北河村协商议事室（示例，请删去）",
            "parent": council,
            "town": "东华镇",
        },
    ]
    rows[0] |= {"head": "王五", "head_title": "东华镇党委副书记"}
    rows[2] |= {"village": "北河村", "address": "村委会一楼"}
    return as_download(write_workbook([Sheet("网点", entries.COLUMNS, rows)]), "网点模板")


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def preview(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what would be added, and add it on confirmation; afterwards show what was done."""
    found = get_object_or_404(NodeImport.objects.visible_to(request.actor), pk=pk)
    if request.method == "POST":
        confirm_import(
            actor=request.actor,
            upload=found,
            skip_errors=request.POST.get("skip_errors") == "1",
            seen=request.POST.get("seen", ""),
        )
        messages.success(request, _("已办好。"))
        return redirect("grassroots:node_import", pk)
    if found.state != NodeImport.State.PREVIEWED:
        return render(request, "grassroots/nodes_done.html", {"upload": found, "kinds": _kinds(found)})
    plan: Any = plan_of(request.actor, found)
    context = {
        "upload": found,
        "plan": plan,
        "seconds": found.source == NodeImport.Source.SECONDMENTS,
        "kinds": [(NodeKind(k).label, n) for k, n in plan.kinds().items()] if hasattr(plan, "kinds") else [],
        "shown": plan.added[:_SHOWN],
        "more": max(len(plan.added) - _SHOWN, 0),
        "good": len(plan.added) + len(getattr(plan, "changed", ())),
        "once": new_key(),
    }
    return render(request, "grassroots/nodes_preview.html", context)


def _kinds(upload: NodeImport) -> list[tuple[str, int]]:
    labels = dict(NodeKind.choices) | {"secondment": _("下沉安排")}
    return [(str(labels[kind]), n) for kind, n in upload.outcome.get("kinds", {}).items()]


@policy(*NODE_MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def undo(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take back what was added at once."""
    found = get_object_or_404(NodeImport.objects.visible_to(request.actor), pk=pk)
    if request.method == "POST":
        undo_import(actor=request.actor, upload=found)
        messages.success(request, _("已撤销，网点恢复到以前的样子。"))
        return redirect("grassroots:node_import", pk)
    context = {
        "layout": "layouts/desk.html",
        "title": _("撤销这一批"),
        "text": _("这一批新建的都会删去，改过的恢复原样。已经用起来的不会丢：那样就不撤销，并告诉您是哪些。"),
        "button": _("撤销这一批"),
        "hidden": [("once", new_key())],
        "cancel_url": reverse("grassroots:node_import", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)
