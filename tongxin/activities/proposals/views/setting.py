"""The committee's own rules: limits, reasons, topics, reply classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from tongxin.activities.proposals.actions.moving import rules_of
from tongxin.activities.proposals.actions.setting import save_row, save_rules
from tongxin.activities.proposals.forms.rating import RatingChoiceForm
from tongxin.activities.proposals.forms.setting import ReasonForm, ReplyClassForm, RulesForm, TopicForm
from tongxin.activities.proposals.models import RatingChoice, RejectReason, ReplyClass, Topic
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
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
    columns: tuple[str, ...]


TABLES = {
    "reasons": Table(
        _lazy("不予立案理由"),
        _lazy("审查时只能选在用的理由。用过的不删除，不用了就停用。"),
        RejectReason,
        ReasonForm,
        ("code", "text"),
    ),
    "topics": Table(
        _lazy("提案类别"),
        _lazy("给提案分类、统计用。用过的不删除，不用了就停用。"),
        Topic,
        TopicForm,
        ("order", "name"),
    ),
    "reply-classes": Table(
        _lazy("办理结果类别"),
        _lazy("单位答复时自评，审核时可以改。用过的不删除，不用了就停用。"),
        ReplyClass,
        ReplyClassForm,
        ("code", "label"),
    ),
    "rating-choices": Table(
        _lazy("征询意见表"),
        _lazy("委员评价答复时看到的选项，纸质征询意见表也按它印。用过的不删除，不用了就停用。"),
        RatingChoice,
        RatingChoiceForm,
        ("axis", "label"),
    ),
}


def _table(name: str) -> Table:
    if name not in TABLES:
        raise Http404
    return TABLES[name]


def _shown(row: Model, column: str) -> object:
    words = getattr(row, f"get_{column}_display", None)
    return words() if words else getattr(row, column)


def show_setting(request: ActorRequest, template: str, form: Any, **context: object) -> HttpResponse:  # noqa: ANN401
    """Show one page of the settings under the tabs of all of them; a form with faults answers 422."""
    faulty = form.is_bound and not form.is_valid()
    context |= {
        "form": form,
        "once": new_key(),
        "tables": [
            *((name, t.label) for name, t in TABLES.items()),
            ("review-groups", _("审查小组")),
            ("quality-rules", _("规范性文件")),
        ],
    }
    return render(request, f"proposals/{template}.html", context, status=422 if faulty else 200)


@policy(Role.TENANT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def rules(request: ActorRequest) -> HttpResponse:
    """Show and set the limits that the committee works by."""
    kept = rules_of(request.actor.committee_id or 0)
    form = RulesForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        save_rules(actor=request.actor, rules=form.save(commit=False), changed=form.changed_data)
        messages.success(request, _("已保存。新的期限从下一次开始算，正在跑的不变。"))
        return redirect("proposals:settings")
    return show_setting(request, "settings", form)


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
        return redirect("proposals:setting_table", table=table)
    rows = kept.model.objects.visible_to(request.actor)
    first, second = kept.columns
    return show_setting(
        request,
        "setting_table",
        form,
        name=table,
        table=kept,
        rows=[(row, _shown(row, first), _shown(row, second)) for row in rows],
        headings=[kept.model._meta.get_field(c).verbose_name for c in kept.columns],  # noqa: SLF001
    )


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
        return redirect("proposals:setting_table", table=table)
    return show_setting(request, "setting_row", form, name=table, table=kept)
