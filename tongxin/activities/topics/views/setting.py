"""The committee's own rules for topics: limits, categories, reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from tongxin.activities.topics.actions.moving import rules_of
from tongxin.activities.topics.actions.setting import save_row, save_rules
from tongxin.activities.topics.forms.setting import CategoryForm, ReasonForm, RulesForm
from tongxin.activities.topics.models import DeclineReason, TopicCategory
from tongxin.activities.topics.views.asked import show_form
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model
    from django.utils.functional import _StrPromise

    from tongxin.foundation.core.access import ActorRequest


@dataclass(frozen=True, slots=True)
class Table:
    """One table that a committee keeps for itself."""

    label: str | _StrPromise
    explanation: str | _StrPromise
    model: Any
    form: Any


TABLES = {
    "categories": Table(
        _lazy("议题类别"),
        _lazy("给议题分类、统计用。用过的不删除，不用了就停用。"),
        TopicCategory,
        CategoryForm,
    ),
    "reasons": Table(
        _lazy("不予受理理由"),
        _lazy("提出人凭回执会读到这句话。用过的不删除，不用了就停用。"),
        DeclineReason,
        ReasonForm,
    ),
}


def _table(name: str) -> Table:
    if name not in TABLES:
        raise Http404
    return TABLES[name]


def _show(request: ActorRequest, template: str, form: Any, **context: object) -> HttpResponse:  # noqa: ANN401
    tables = [(name, table.label) for name, table in TABLES.items()]
    return show_form(request, template, form, tables=tables, **context)


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def rules(request: ActorRequest) -> HttpResponse:
    """Show and set the limits that the committee works by."""
    form = RulesForm(request.POST or None, instance=rules_of(request.actor.committee_id or 0))
    if request.method == "POST" and form.is_valid():
        save_rules(actor=request.actor, rules=form.save(commit=False), changed=form.changed_data)
        messages.success(request, _("已保存。新的期限从下一次开始算，正在跑的不变。"))
        return redirect("topics:settings")
    return _show(request, "settings", form)


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def table(request: ActorRequest, table: str) -> HttpResponse:
    """Show one of the committee's tables and add a row to it."""
    kept = _table(table)
    form = kept.form(request.POST or None, instance=kept.model(committee_id=request.actor.committee_id))
    if request.method == "POST" and form.is_valid():
        save_row(actor=request.actor, row=form.save(commit=False), changed=form.changed_data)
        messages.success(request, _("已添加"))
        return redirect("topics:setting_table", table=table)
    rows = kept.model.objects.visible_to(request.actor)
    return _show(request, "setting_table", form, name=table, table=kept, rows=rows)


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def row(request: ActorRequest, table: str, pk: UUID) -> HttpResponse:
    """Change one row, or switch it off."""
    kept = _table(table)
    found: Model = get_object_or_404(kept.model.objects.visible_to(request.actor), pk=pk)
    form = kept.form(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        save_row(actor=request.actor, row=form.save(commit=False), changed=form.changed_data)
        messages.success(request, _("已保存"))
        return redirect("topics:setting_table", table=table)
    return _show(request, "setting_row", form, name=table, table=kept)
