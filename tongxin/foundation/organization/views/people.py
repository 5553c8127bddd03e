"""Who may do what: posts, new people, and printed sign-in slips."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.foundation.organization import selectors
from tongxin.foundation.organization.actions import add_post, end_post, issue_slips
from tongxin.foundation.organization.forms import PostFilterForm, PostForm
from tongxin.foundation.organization.models import Post
from tongxin.foundation.organization.permissions import MANAGERS
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

# Each password costs up to 150 ms to make; a page of them must come within a few seconds.
SLIPS_AT_ONCE = 30


@policy(*MANAGERS)
@require_safe
def post_list(request: ActorRequest) -> HttpResponse:
    """Show who holds which post, or hand the list out as a workbook."""
    form = PostFilterForm(request.GET)
    form.is_valid()
    found = selectors.posts_matching(request.actor, form.cleaned_data)
    if request.GET.get("export"):
        return as_download(_workbook(found), f"{request.actor.committee}-{_('岗位')}")
    pages = selectors.paged(found, request.GET.get("page"))
    context = {
        "form": form,
        "today": clock.today(),
        "filtered": any(form.cleaned_data.values()),
        **pages,
    }
    return render(request, "organization/posts.html", context)


def _workbook(posts: object) -> bytes:
    columns = [
        Column("name", _("姓名")),
        Column("username", _("用户名"), width=20),
        Column("role", _("岗位"), width=20),
        Column("where", _("单位"), width=28),
        Column("since", _("开始日期"), kind="date"),
        Column("until", _("结束日期"), kind="date"),
    ]
    lines = (
        {
            "name": p.user.name,
            "username": p.user.username,
            "role": str(p.get_role_display()),
            "where": str(p.unit or p.body or p.node or ""),
            "since": p.since,
            "until": p.until,
        }
        for p in posts  # type: ignore[attr-defined]
    )
    return write_workbook([Sheet(_("岗位"), columns, lines)])


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: ActorRequest) -> HttpResponse:
    """Give a person a post; a new person's one-time password is shown this once."""
    form = PostForm(request.POST or None, actor=request.actor, initial={"unit": request.GET.get("unit")})
    if request.method == "POST" and form.is_valid():
        post, password = add_post(actor=request.actor, **form.cleaned_data)
        if password:
            return _slips_page(request, [(post.user, password)])
        messages.success(request, _("%(name)s的岗位已增加。") % {"name": post.user.name})
        return redirect("organization:posts")
    context = {
        "title": _("增加岗位"),
        "crumbs": [(_("组织"), "organization:overview"), (_("账号和岗位"), "organization:posts")],
        "form": form,
        "once": new_key(),
        "cancel": "organization:posts",
    }
    return render(request, "organization/form.html", context)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def end(request: ActorRequest, pk: UUID) -> HttpResponse:
    """End a post."""
    found = get_object_or_404(Post.objects.visible_to(request.actor).select_related("user"), pk=pk)
    if request.method == "POST":
        end_post(actor=request.actor, post=found)
        messages.success(request, _("%(name)s的岗位已结束。") % {"name": found.user.name})
        return redirect("organization:posts")
    context = {
        "layout": "layouts/desk.html",
        "title": _("结束岗位：%(name)s") % {"name": found.user.name},
        "text": _("岗位「%(role)s」从下一次打开页面起不再有效。账号还在，以后可以再给岗位。")
        % {"role": found.get_role_display()},
        "button": _("结束岗位"),
        "hidden": [("once", new_key())],
        "cancel_url": reverse("organization:posts"),
    }
    return render(request, "ui/confirm.html", context)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def slips(request: ActorRequest) -> HttpResponse:
    """Choose who needs a sign-in slip; then show the slips for printing, this once."""
    here = Post.objects.visible_to(request.actor).held_on(clock.today())
    if request.method == "POST":
        chosen = request.POST.getlist("user")[:SLIPS_AT_ONCE]
        people = User.objects.filter(pk__in=here.filter(user_id__in=_ids(chosen)).values("user_id"))
        if people:
            return _slips_page(
                request, issue_slips(actor=request.actor, users=list(people.order_by("username")))
            )
        messages.warning(request, _("请先选人，再打印登录条。"))
        return redirect("organization:slips")
    waiting = selectors.never_signed_in(request.actor)
    if person := _ids([request.GET.get("user", "")]):
        waiting = here.filter(user_id__in=person).select_related("user", "unit", "member")[:1]
    context = {"posts": waiting[:SLIPS_AT_ONCE], "at_once": SLIPS_AT_ONCE, "person": bool(person)}
    return render(request, "organization/slips.html", context)


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _slips_page(request: ActorRequest, made: list[tuple[User, str]]) -> HttpResponse:
    context = {"slips": made, "address": request.build_absolute_uri("/")}
    return render(request, "organization/slips_print.html", context)
