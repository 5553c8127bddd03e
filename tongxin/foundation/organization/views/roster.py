"""Importing a roster: upload, look, confirm, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import Sheet, TableRefused, write_workbook
from tongxin.foundation.organization import roster as rules
from tongxin.foundation.organization import selectors
from tongxin.foundation.organization.forms import RosterForm
from tongxin.foundation.organization.models import RosterImport, chinese_number, ordinal_word
from tongxin.foundation.organization.permissions import MANAGERS
from tongxin.foundation.organization.roster_actions import (
    confirm_roster,
    plan_for,
    preview_roster,
    shown,
    undo_roster,
)
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

# Earlier imports that the upload page lists.
_EARLIER = 10


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def upload(request: ActorRequest) -> HttpResponse:
    """Take a file and lead to its preview."""
    term = selectors.current_term(request.actor)
    form = RosterForm(
        request.POST or None, request.FILES or None, actor=request.actor, initial={"term": term}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = preview_roster(
                actor=request.actor,
                data=file.read(),
                filename=file.name,
                term_number=form.cleaned_data["term"].number,
            )
        except TableRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("organization:roster_preview", made.pk)
    earlier = RosterImport.objects.visible_to(request.actor).exclude(state="previewed")
    context = {
        "form": form,
        "term": term,
        "columns": rules.COLUMNS,
        "once": new_key(),
        "earlier": earlier.defer("content", "journal").order_by("-uploaded_at")[:_EARLIER],
    }
    return render(request, "organization/roster.html", context)


@policy(*MANAGERS)
@require_safe
def template(request: ActorRequest) -> HttpResponse:
    """Hand out an empty roster with one example row."""
    term = selectors.current_term(request.actor)
    example = {
        "number": "001",
        "name": _("张三（示例，请删去这一行）"),
        "sector": _("经济界"),
        "special_committees": _("提案委员会、经济委员会"),
        "standing": "委员",
        "work_unit_and_title": _("某某公司总经理"),
        "phone": "13800000000",
        "term": f"第{chinese_number(term.number if term else 1)}届",
        "status": "在任",
    }
    return as_download(write_workbook([Sheet(_("委员名册"), rules.COLUMNS, [example])]), _("委员名册模板"))


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def preview(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what a roster would do, and do it on confirmation; afterwards show what it did."""
    found = get_object_or_404(RosterImport.objects.visible_to(request.actor), pk=pk)
    if request.method == "POST":
        confirm_roster(
            actor=request.actor,
            upload=found,
            skip_errors=request.POST.get("skip_errors") == "1",
            seen=request.POST.get("seen", ""),
        )
        messages.success(request, _("名册已导入。"))
        return redirect("organization:roster_preview", pk)
    if found.state != RosterImport.State.PREVIEWED:
        return render(request, "organization/roster_done.html", {"upload": found, "outcome": found.outcome})
    plan = plan_for(found)
    context = {
        "upload": found,
        "plan": plan,
        "changed": [(c.entry, [(d.field, *shown(d)) for d in c.changes]) for c in plan.changed],
        "term_word": _("{n}届").format(n=ordinal_word(found.term_number)),
        "notes": found.content.get("notes", []),
        "good": len(plan.added) + len(plan.changed),
        "once": new_key(),
    }
    return render(request, "organization/roster_preview.html", context)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def undo(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take an import back."""
    found = get_object_or_404(RosterImport.objects.visible_to(request.actor), pk=pk)
    if request.method == "POST":
        undo_roster(actor=request.actor, upload=found)
        messages.success(request, _("已撤销，本会名册恢复到导入以前。"))
        return redirect("organization:roster_preview", pk)
    context = {
        "layout": "layouts/desk.html",
        "title": _("撤销这次导入"),
        "text": _(
            "新增的委员和账号会删去，改过的内容恢复原样。导入以后又改过的，不会丢：那样就不撤销，并告诉您是哪些。"
        ),
        "button": _("撤销导入"),
        "hidden": [("once", new_key())],
        "cancel_url": reverse("organization:roster_preview", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)
