"""Preparing a session: plan, change, people, invitations, announcement, calling it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.grassroots.actions import inviting, planning
from tongxin.activities.grassroots.forms.session import ReasonForm, SessionForm, convening_nodes
from tongxin.activities.grassroots.forms.session_people import InviteForm
from tongxin.activities.grassroots.permissions_session import SESSION_KEEPERS
from tongxin.activities.grassroots.selectors.session_people import invitation_of, proposed_for
from tongxin.activities.grassroots.selectors.session_wanted import read_wanted
from tongxin.activities.grassroots.views.session_pages import kept_session, show, to_session
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import once

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_ANY = ["GET", "HEAD", "POST"]


@policy(*SESSION_KEEPERS)
@require_http_methods(_ANY)
@once
def new(request: ActorRequest) -> HttpResponse:
    """Plan a session; the people come next."""
    form = SessionForm(
        request.POST or None, actor=request.actor, initial={"node": read_wanted(request.GET).node}
    )
    if request.method == "POST" and form.is_valid():
        made = planning.plan_session(actor=request.actor, plan=form.plan())
        return redirect("grassroots:session_people", pk=made.pk)
    return show(request, "session_plan", form=form, is_empty=not convening_nodes(request.actor).exists())


@policy(*SESSION_KEEPERS)
@require_http_methods(_ANY)
@once
def edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change what was planned."""
    session = kept_session(request, pk)
    form = SessionForm(request.POST or None, actor=request.actor, session=session)
    if request.method == "POST" and form.is_valid():
        planning.edit_session(actor=request.actor, session=session, plan=form.plan())
        messages.success(request, _("已保存"))
        return to_session(session)
    return show(request, "session_plan", session, form)


@policy(*SESSION_KEEPERS)
@require_http_methods(_ANY)
@once
def people(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show who is on the list, and put people on it."""
    session = kept_session(request, pk)
    form = InviteForm(request.POST or None, actor=request.actor, proposed=proposed_for(session))
    if request.method == "POST" and form.is_valid():
        made = inviting.invite_people(actor=request.actor, session=session, guests=form.guests())
        messages.success(request, ngettext("已加上{n}人", "已加上{n}人", len(made)).format(n=len(made)))
        onward = "session_invitation" if request.POST.get("then") == "invite" else "session_people"
        return redirect(f"grassroots:{onward}", pk=session.pk)
    return show(request, "session_people", session, form, attendees=list(session.attendees.all()))


@policy(*SESSION_KEEPERS)
@require_POST
@once
def remove_person(request: ActorRequest, pk: UUID, attendee: UUID) -> HttpResponse:
    """Take somebody off the list."""
    session = kept_session(request, pk)
    row = get_object_or_404(session.attendees.all(), pk=attendee)
    inviting.remove_invited(actor=request.actor, attendee=row)
    messages.success(request, _("已从名单去掉%s") % row.name)
    return redirect("grassroots:session_people", pk=session.pk)


@policy(*SESSION_KEEPERS)
@require_http_methods(_ANY)
@once
def invitation(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the invitation with its printed list and the text for phones; send it to who has an account."""
    session = kept_session(request, pk)
    if request.method == "POST":
        told = inviting.send_invitations(actor=request.actor, session=session)
        messages.success(request, ngettext("已提醒{n}人", "已提醒{n}人", told).format(n=told))
        return to_session(session)
    return show(request, "session_invitation", session, invitation=invitation_of(session))


@policy(*SESSION_KEEPERS)
@require_POST
@once
def announce(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Announce the session to everybody."""
    session = kept_session(request, pk)
    planning.announce_session(actor=request.actor, session=session)
    messages.success(request, _("已公告，扫码的群众能看到了"))
    return to_session(session)


@policy(*SESSION_KEEPERS)
@require_http_methods(_ANY)
@once
def cancel(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Call the session off, with the reason."""
    session = kept_session(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        planning.cancel_session(actor=request.actor, session=session, reason=form.cleaned_data["reason"])
        messages.success(request, _("已取消，邀请的人已收到提醒"))
        return to_session(session)
    return show(
        request,
        "session_reason",
        session,
        form,
        title=_("取消这次会议"),
        text=_("邀请的人会收到提醒和原因。取消以后不能恢复，要开就重新安排一次。"),
        button=_("取消会议"),
    )
