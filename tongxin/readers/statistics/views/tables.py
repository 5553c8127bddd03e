"""The free table: put together, looked at, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, require
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.views.workbooks import as_download
from tongxin.readers.statistics.actions.tables import (
    KEEPERS,
    NOT_YOURS,
    change_table,
    delete_table,
    may_change,
    save_table,
)
from tongxin.readers.statistics.forms.tables import TableForm
from tongxin.readers.statistics.models import SavedTable
from tongxin.readers.statistics.tables.asking import SPANS, Asked, offered, read_table
from tongxin.readers.statistics.tables.drawing import chart_of
from tongxin.readers.statistics.tables.listing import listed
from tongxin.readers.statistics.tables.table import Table, make_table
from tongxin.readers.statistics.tables.workbook import table_workbook

if TYPE_CHECKING:
    from uuid import UUID

    from tongxin.foundation.core.access import Actor, ActorRequest

_LOOKS = (Role.STAFF, Role.LEADER, Role.AUDITOR)


@policy(*_LOOKS)
@require_safe
def tables(request: ActorRequest) -> HttpResponse:
    """Show the tables that this person or, for all, somebody else has kept."""
    actor = request.actor
    return render(request, "statistics/tables.html", {"rows": listed(actor), "may_keep": actor.has(*KEEPERS)})


@policy(*_LOOKS)
@require_safe
def table_new(request: ActorRequest) -> HttpResponse:
    """Put a table together, and show it at once."""
    return _shown(request, read_table(request.GET.dict(), request.actor))


@policy(*_LOOKS)
@require_safe
def table_export(request: ActorRequest) -> HttpResponse:
    """Hand out a table as Excel, with the code of each number."""
    asked = read_table(request.GET.dict(), request.actor)
    if (made := _made(asked, request.actor)) is None:
        raise Http404
    return as_download(table_workbook(made, request.actor.committee_id or 0), made.title)


@policy(*KEEPERS)
@require_POST
@once
def table_save(request: ActorRequest) -> HttpResponse:
    """Keep a table under a name."""
    asked, form = read_table(request.POST.dict(), request.actor), TableForm(request.POST)
    if not form.is_valid():
        return _shown(request, asked, form, status=422)
    try:
        saved = save_table(actor=request.actor, asked=asked, **form.cleaned_data)
    except Refused as refused:
        form.add_error("name", refused.message)
        return _shown(request, asked, form, status=409)
    return redirect("statistics:table", saved.pk)


@policy(*_LOOKS)
@require_safe
def table(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a table that was kept, as the numbers are today."""
    saved = _saved(request.actor, pk)
    asked = read_table(_words(saved), request.actor)
    return _shown(request, asked, saved=saved, may_change=may_change(request.actor, saved))


@policy(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def table_change(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give a table another name, share it, or keep it to oneself again."""
    saved, status = _own(request.actor, pk), 200
    form = TableForm(request.POST if request.method == "POST" else None, instance=saved)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_table(actor=request.actor, table=saved, **form.cleaned_data)
            except Refused as refused:
                status = 409
                form.add_error("name", refused.message)
            else:
                return redirect("statistics:table", pk)
    context = _asking(_("改名称、共享"), _("改了名称，数字不变。"), _("保存"), pk) | {
        "form": form,
        "harmless": True,
    }
    return render(request, "ui/confirm.html", context, status=status)


@policy(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def table_delete(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Throw a table away."""
    saved = _own(request.actor, pk)
    if request.method == "POST":
        delete_table(actor=request.actor, table=saved)
        return redirect("statistics:tables")
    title = _("删除“%(name)s”？") % {"name": saved.name}
    context = _asking(title, _("只删这张表的选法，数字和记录都还在。"), _("删除"), pk)
    return render(request, "ui/confirm.html", context)


def _asking(title: str, text: str, button: str, pk: UUID) -> dict[str, Any]:
    cancel = reverse("statistics:table", args=[pk])
    hidden = [("once", new_key())]
    return {"title": title, "text": text, "button": button, "cancel_url": cancel, "hidden": hidden} | {
        "layout": "layouts/desk.html"
    }


def _saved(actor: Actor, pk: UUID) -> SavedTable:
    return get_object_or_404(SavedTable.objects.visible_to(actor), pk=pk)


def _own(actor: Actor, pk: UUID) -> SavedTable:
    """Return a table that this person made; who only looks at it is told so before they fill in anything."""
    saved = _saved(actor, pk)
    require(may_change(actor, saved), because=NOT_YOURS)
    return saved


def _words(saved: SavedTable) -> dict[str, str]:
    return {
        "figure": saved.figure,
        "rows": saved.rows,
        "columns": saved.columns,
        "period": saved.period,
    }


def _made(asked: Asked, actor: Actor) -> Table | None:
    if asked.figure is None or asked.rows is None or not asked.is_whole:
        return None
    return make_table(asked.figure, actor.committee_id or 0, asked.period, asked.rows, asked.columns)


def _shown(
    request: ActorRequest, asked: Asked, form: TableForm | None = None, *, status: int = 200, **more: object
) -> HttpResponse:
    made = _made(asked, request.actor)
    context = {
        "asked": asked,
        "offered": offered(request.actor, asked.figure),
        "spans": SPANS,
        "table": made,
        "chart": chart_of(made, asked.query) if made else None,
        "form": form or TableForm(),
        "once": new_key(),
        "may_keep": request.actor.has(*KEEPERS),
    }
    return render(request, "statistics/table.html", context | more, status=status)
