"""Members: the list in stroke order, one member, and what happens to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import Sheet, write_workbook
from tongxin.foundation.organization import roster, selectors
from tongxin.foundation.organization.actions import change_member_status, reveal_phone
from tongxin.foundation.organization.forms import MemberFilterForm, MemberForm, ReasonForm, StatusForm
from tongxin.foundation.organization.lifecycle import MEMBER
from tongxin.foundation.organization.models import Member, Sector, SpecialCommittee, Term
from tongxin.foundation.organization.permissions import MANAGERS, READERS
from tongxin.foundation.organization.roster_actions import add_member, edit_member
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*READERS)
@require_safe
def member_list(request: ActorRequest) -> HttpResponse:
    """Show the members in stroke order, or hand the filtered list out as a workbook."""
    form, term = _filters(request)
    found = selectors.members_matching(request.actor, form.cleaned_data, term)
    found = selectors.with_places(found, term)
    if request.GET.get("export"):
        return as_download(_workbook(selectors.member_rows(found)), f"{request.actor.committee}-{_('委员')}")
    pages = selectors.paged(found, request.GET.get("page"))
    context = {
        "form": form,
        "term": term,
        "rows": selectors.member_rows(pages["page"]),
        "filtered": any(form.cleaned_data.get(k) for k in ("q", "sector", "special_committee", "status")),
        "may_manage": request.actor.has(*MANAGERS),
        **pages,
    }
    return render(request, "organization/members.html", context)


def _filters(request: ActorRequest) -> tuple[MemberFilterForm, Term | None]:
    """The filters as given, and the term that they name, or the one of today."""
    actor = request.actor
    terms = list(Term.objects.visible_to(actor))
    given = request.GET.copy()
    term = next((t for t in terms if str(t.pk) == given.get("term")), None) or selectors.running(terms)
    if term is not None:
        given["term"] = str(term.pk)
    form = MemberFilterForm(
        given,
        terms=terms,
        sectors=Sector.objects.visible_to(actor).filter(term=term),
        special_committees=SpecialCommittee.objects.visible_to(actor),
    )
    form.is_valid()
    return form, term


def _workbook(rows: list[selectors.MemberRow]) -> bytes:
    # The roster's own columns, so that the list can be edited and imported again; no numbers of phones.
    columns = [c for c in roster.COLUMNS if c.key not in {"phone", "term"}]
    lines = (
        {
            "number": r.number,
            "name": r.name,
            "sector": r.sector,
            "special_committees": r.special_committees,
            "standing": r.standing,
            "work_unit_and_title": r.work,
            "status": r.status,
        }
        for r in rows
    )
    return write_workbook([Sheet(_("委员"), columns, lines)])


def _member(request: ActorRequest, pk: UUID) -> Member:
    found: Member = get_object_or_404(Member.objects.visible_to(request.actor).select_related("user"), pk=pk)
    return found


@policy(*READERS)
@require_safe
def member(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show one member."""
    found = _member(request, pk)
    context = {
        "member": found,
        "state": MEMBER.states[found.status],
        "seats": selectors.seats_of(found),
        "changes": found.status_changes.order_by("-on", "-id"),
        "moves": MEMBER.open_to(request.actor, found),
        "may_manage": request.actor.has(*MANAGERS),
    }
    return render(request, "organization/member.html", context)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: ActorRequest) -> HttpResponse:
    """Add one member."""
    term = selectors.current_term(request.actor)
    ensure(term is not None, because=_("还没有届。请先新增一届，再增加委员。"))
    form = MemberForm(request.POST or None, actor=request.actor, term=term)
    if term is not None and request.method == "POST" and form.is_valid():
        added = add_member(actor=request.actor, term=term, entry=form.entry())
        messages.success(request, _("已增加委员%(name)s。") % {"name": added})
        return redirect("organization:member", added.pk)
    return _form(request, _("增加委员"), form, reverse("organization:members"))


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Correct a member's details."""
    found = _member(request, pk)
    term = selectors.current_term(request.actor)
    seat = found.memberships.filter(term=term).select_related("sector").first()
    initial = {
        "name": found.name,
        "work_unit_and_title": found.work_unit_and_title,
        "sector": seat.sector if seat else None,
        "standing": seat.standing if seat else None,
        "special_committees": [p.special_committee_id for p in found.committee_places.filter(term=term)],
    }
    form = MemberForm(request.POST or None, actor=request.actor, term=term, member=found, initial=initial)
    if term is not None and request.method == "POST" and form.is_valid():
        edit_member(actor=request.actor, member=found, term=term, entry=form.entry())
        messages.success(request, _("%(name)s的信息已保存。") % {"name": form.cleaned_data["name"]})
        return redirect("organization:member", found.pk)
    return _form(
        request, _("修改%(name)s") % {"name": found}, form, reverse("organization:member", args=[pk])
    )


def _form(request: ActorRequest, title: str, form: MemberForm, cancel_url: str) -> HttpResponse:
    context = {
        "title": title,
        "crumbs": [(_("组织"), "organization:overview"), (_("委员"), "organization:members")],
        "form": form,
        "once": new_key(),
        "cancel_url": cancel_url,
    }
    return render(request, "organization/form.html", context)


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a member's full number to whoever says why; it is logged."""
    found = _member(request, pk)
    form = ReasonForm(request.POST or None)
    number = ""
    if request.method == "POST" and form.is_valid():
        number = reveal_phone(actor=request.actor, member=found, reason=form.cleaned_data["reason"])
    return render(request, "organization/phone.html", {"member": found, "form": form, "number": number})


@policy(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def change_status(request: ActorRequest, pk: UUID, verb: str) -> HttpResponse:
    """Carry out a decision about a member."""
    if verb not in MEMBER.moves:
        raise Http404
    found = _member(request, pk)
    move = MEMBER.check(verb, request.actor, found)
    form = StatusForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        change_member_status(actor=request.actor, member=found, verb=verb, **form.cleaned_data)
        messages.success(request, _("%(name)s：%(what)s，已登记。") % {"name": found, "what": move.label})
        return redirect("organization:member", found.pk)
    target = MEMBER.states[move.target or found.status]
    text = _("状态由「%(old)s」变为「%(new)s」。") % {"old": found.get_status_display(), "new": target.label}
    if target.code != "active":
        text += "\n" + _("从下一次打开页面起，不能再以委员身份办事。")
    context = {
        "layout": "layouts/desk.html",
        "title": _("%(what)s：%(name)s") % {"what": move.label, "name": found},
        "text": text,
        "form": form,
        "button": move.label,
        "harmless": not move.grave,
        "hidden": [("once", new_key())],
        "cancel_url": reverse("organization:member", args=[pk]),
    }
    return render(request, "ui/confirm.html", context)
