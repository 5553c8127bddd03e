"""The posts of the office (编制), and what became of its people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization import selectors_staff
from tongxin.foundation.organization.actions_staff import (
    edit_staff_change,
    edit_staff_post,
    end_staff_post,
    enter_staff_changes,
    enter_staff_posts,
)
from tongxin.foundation.organization.forms_staff import (
    StaffChangeFilterForm,
    StaffChangeForm,
    StaffChangesForm,
    StaffEndForm,
    StaffPostFilterForm,
    StaffPostForm,
    StaffPostsForm,
)
from tongxin.foundation.organization.models import StaffChange, StaffPost
from tongxin.foundation.organization.permissions import STAFF_KEEPERS, STAFF_READERS
from tongxin.foundation.organization.selectors import paged
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*STAFF_READERS)
@require_safe
def posts(request: ActorRequest) -> HttpResponse:
    """Show the posts of the office, or hand the filtered list out as a workbook."""
    form = StaffPostFilterForm(request.GET)
    form.is_valid()
    found = selectors_staff.posts_matching(request.actor, form.cleaned_data)
    if request.GET.get("export"):
        return as_download(
            selectors_staff.posts_workbook(found), f"{request.actor.committee}-{_('编制岗位')}"
        )
    pages = paged(found, request.GET.get("page"))
    rows = [(post, selectors_staff.where_of(post)) for post in pages["page"]]
    context = _of_list(request, form, tiles=selectors_staff.post_tiles(request.actor), rows=rows)
    return render(request, "organization/staff.html", context | pages)


@policy(*STAFF_READERS)
@require_safe
def changes(request: ActorRequest) -> HttpResponse:
    """Show what became of the people of the office, or hand the filtered list out as a workbook."""
    form = StaffChangeFilterForm(request.GET)
    form.is_valid()
    found = selectors_staff.changes_matching(request.actor, form.cleaned_data)
    if request.GET.get("export"):
        name = f"{request.actor.committee}-{_('人员变动')}"
        return as_download(selectors_staff.changes_workbook(found), name)
    context = _of_list(request, form)
    return render(request, "organization/staff_changes.html", context | paged(found, request.GET.get("page")))


def _of_list(request: ActorRequest, form: Form, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (a context)
    return {
        "form": form,
        "filtered": any(form.cleaned_data.values()),
        "may_keep": request.actor.has(*STAFF_KEEPERS),
        **more,
    }


@policy(*STAFF_READERS)
@require_safe
def post(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show one post."""
    found = _post(request, pk)
    context = {
        "post": found,
        "where": selectors_staff.where_of(found),
        "has_ended": found.until is not None and found.until < clock.today(),
        "may_keep": request.actor.has(*STAFF_KEEPERS),
    }
    return render(request, "organization/staff_post.html", context)


@policy(*STAFF_READERS)
@require_safe
def change(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what happened to one person."""
    context = {"change": _change(request, pk), "may_keep": request.actor.has(*STAFF_KEEPERS)}
    return render(request, "organization/staff_change.html", context)


@policy(*STAFF_KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_posts(request: ActorRequest) -> HttpResponse:
    """Enter posts, one or many."""
    form = StaffPostsForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        made = enter_staff_posts(
            actor=request.actor,
            committee_id=request.actor.committee_id or 0,
            lines=form.posts(),
            document=form.cleaned_data["document"],
        )
        messages.success(request, _("已登记%(n)d个岗位。") % {"n": len(made)})
        return redirect("organization:staff")
    about = _("一份文件批准的岗位可以一次登记。编制、设在哪里不一样的，分几次登记。")
    return _form(request, form, _("登记编制岗位"), about=about)


@policy(*STAFF_KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit_post(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Correct a post, or write down who holds it now."""
    found = _post(request, pk)
    form = StaffPostForm(request.POST or None, actor=request.actor, initial=StaffPostForm.of(found))
    if request.method == "POST" and form.is_valid():
        document = form.cleaned_data["document"]
        edit_staff_post(actor=request.actor, post=found, line=form.post(), document=document)
        messages.success(request, _("「%(name)s」已保存。") % {"name": form.cleaned_data["title"]})
        return redirect("organization:staff_post", pk)
    back = reverse("organization:staff_post", args=[pk])
    return _form(request, form, _("修改岗位：%(name)s") % {"name": found.title}, back=back)


@policy(*STAFF_KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def end_post(request: ActorRequest, pk: UUID) -> HttpResponse:
    """End a post."""
    found = _post(request, pk)
    form = StaffEndForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        end_staff_post(actor=request.actor, post=found, on=form.cleaned_data["on"])
        messages.success(request, _("「%(name)s」已结束。") % {"name": found.title})
        return redirect("organization:staff")
    about = _("岗位撤销以后还留在名单里，可以查到。换人不用结束岗位，改「现任」就行。")
    back = reverse("organization:staff_post", args=[pk])
    return _form(request, form, _("结束岗位：%(name)s") % {"name": found.title}, about=about, back=back)


@policy(*STAFF_KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_changes(request: ActorRequest) -> HttpResponse:
    """Enter what happened to people of the office, one or many."""
    form = StaffChangesForm(request.POST or None, actor=request.actor, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        made = enter_staff_changes(
            actor=request.actor,
            committee_id=request.actor.committee_id or 0,
            lines=form.changes(),
            document=form.cleaned_data["document"],
        )
        messages.success(request, _("已登记%(n)d人。") % {"n": len(made)})
        return redirect("organization:staff_changes")
    about = _("一份文件里同一天、同一种变动的人可以一次登记。")
    back = reverse("organization:staff_changes")
    return _form(request, form, _("登记人员变动"), about=about, back=back)


@policy(*STAFF_KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit_change(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Correct what was entered about a person."""
    found = _change(request, pk)
    form = StaffChangeForm(request.POST or None, actor=request.actor, initial=StaffChangeForm.of(found))
    if request.method == "POST" and form.is_valid():
        document = form.cleaned_data["document"]
        edit_staff_change(actor=request.actor, change=found, line=form.change(), document=document)
        messages.success(request, _("「%(name)s」已保存。") % {"name": form.cleaned_data["name"]})
        return redirect("organization:staff_change", pk)
    back = reverse("organization:staff_change", args=[pk])
    about = _("登记错了在这里改。改以前的内容留在审计日志里。")
    return _form(request, form, _("修改变动：%(name)s") % {"name": found.name}, about=about, back=back)


def _post(request: ActorRequest, pk: UUID) -> StaffPost:
    rows = StaffPost.objects.visible_to(request.actor).select_related("special_committee", "place")
    found: StaffPost = get_object_or_404(rows, pk=pk)
    return found


def _change(request: ActorRequest, pk: UUID) -> StaffChange:
    rows = StaffChange.objects.visible_to(request.actor).select_related("special_committee")
    found: StaffChange = get_object_or_404(rows, pk=pk)
    return found


def _form(request: ActorRequest, form: Form, title: str, *, about: str = "", back: str = "") -> HttpResponse:
    context = {
        "title": title,
        "about": about,
        "crumbs": [(_("编制"), "organization:staff")],
        "form": form,
        "once": new_key(),
        "cancel_url": back or reverse("organization:staff"),
    }
    return render(request, "organization/form.html", context, status=422 if form.errors else 200)
