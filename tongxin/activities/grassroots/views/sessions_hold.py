"""Holding a session: answers of members, the beginning, attendance, the record, archiving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.grassroots.actions import attending, recording
from tongxin.activities.grassroots.forms.session import ArchiveForm, ReasonForm
from tongxin.activities.grassroots.forms.session_people import AnswerForm, OthersForm, PresenceForm
from tongxin.activities.grassroots.forms.session_record import RecordForm, SaidForm
from tongxin.activities.grassroots.permissions_session import SESSION_KEEPERS, can_reopen_session
from tongxin.activities.grassroots.selectors.session_record import record_page
from tongxin.activities.grassroots.selectors.session_wanted import read_uuid
from tongxin.activities.grassroots.views.session_pages import kept_session, session_of, show, to_session
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import ActorRequest

_ANY = ["GET", "HEAD", "POST"]


@policy(Role.MEMBER)
@require_POST
@once
def answer(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say in one tap that one comes, or with a reason that one does not."""
    session = session_of(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请选能参加，或者请假并写原因（最多120字）。"))
    coming = form.cleaned_data["answer"] == "come"
    attending.answer_invitation(
        actor=request.actor, session=session, coming=coming, reason=form.cleaned_data["reason"]
    )
    messages.success(request, _("已答复：能参加") if coming else _("已请假"))
    return to_session(session)


@policy(*SESSION_KEEPERS)
@require_POST
@once
def begin(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Open the session; its record is written from now on."""
    session = kept_session(request, pk)
    recording.begin_record(actor=request.actor, session=session)
    return redirect("grassroots:session_record", pk=session.pk)


@policy(*SESSION_KEEPERS)
@require_http_methods(_ANY)
@once
def record(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the record, and keep its texts. What a colleague changed meanwhile is shown beside what was typed."""
    session = kept_session(request, pk)
    form = RecordForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            form.keep(request.actor)
        except recording.Stale as stale:
            return _record(request, form.after(stale), stale=stale, status=409)
        messages.success(request, _("已保存"))
        return redirect("grassroots:session_record", pk=session.pk)
    return _record(request, form)


def _record(
    request: ActorRequest, form: RecordForm, *, stale: recording.Stale | None = None, status: int = 0
) -> HttpResponse:
    session: DeliberationSession = form.session
    response = show(
        request,
        "session_record",
        session,
        form,
        page=record_page(session),
        stale=stale,
        presence_form=PresenceForm(auto_id="at_%s"),
        said_form=SaidForm(auto_id="said_%s", attendees=session.attendees.all()),
        # A key of its own: who goes back and sends the other form has sent something else.
        said_once=new_key(),
    )
    if status:
        response.status_code = status
    return response


@policy(*SESSION_KEEPERS)
@require_POST
@once
def attendance(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Check somebody in or out, add who was not on the list, or note how many others came."""
    session = kept_session(request, pk)
    if "others_present" in request.POST:
        _note_others(request, session)
    elif row_id := request.POST.get("attendee"):
        row = get_object_or_404(session.attendees.all(), pk=read_uuid(row_id))
        if request.POST.get("there") == "0":
            attending.unmark_present(actor=request.actor, attendee=row)
        else:
            attending.mark_present(actor=request.actor, session=session, attendee=row)
    else:
        _add_somebody(request, session)
    return redirect("grassroots:session_record", pk=session.pk)


def _note_others(request: ActorRequest, session: DeliberationSession) -> None:
    form = OthersForm(request.POST)
    if not form.is_valid():
        raise Refused(_("其他到场人数请写0到100000之间的整数。"))
    attending.set_others_present(
        actor=request.actor, session=session, count=form.cleaned_data["others_present"]
    )


def _add_somebody(request: ActorRequest, session: DeliberationSession) -> None:
    form = PresenceForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请写姓名（最多60字），并选身份。"))
    attending.mark_present(actor=request.actor, session=session, **form.cleaned_data)


@policy(*SESSION_KEEPERS)
@require_POST
@once
def say(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Write down what one side said, or a suggestion."""
    session = kept_session(request, pk)
    form = SaidForm(request.POST, attendees=session.attendees.all())
    if not form.is_valid():
        raise Refused(_("请写内容，最多5000字；谁说的最多80字。"))
    data = form.cleaned_data
    if data["kind"] == "suggestion":
        recording.add_suggestion(
            actor=request.actor, session=session, text=data["text"], attendee=data["attendee"]
        )
    else:
        recording.add_statement(
            actor=request.actor,
            session=session,
            text=data["text"],
            who=data["who"],
            attendee=data["attendee"],
        )
    return redirect("grassroots:session_record", pk=session.pk)


@policy(*SESSION_KEEPERS)
@require_POST
@once
def unsay(request: ActorRequest, pk: UUID, said: UUID) -> HttpResponse:
    """Take a statement or a suggestion out of the open record."""
    session = kept_session(request, pk)
    if statement := session.statements.filter(pk=said).first():
        recording.remove_statement(actor=request.actor, statement=statement)
    else:
        row = get_object_or_404(session.suggestions.all(), pk=said)
        recording.remove_suggestion(actor=request.actor, suggestion=row)
    return redirect("grassroots:session_record", pk=session.pk)


@policy(*SESSION_KEEPERS)
@require_http_methods(_ANY)
@once
def archive(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Close the record."""
    session = kept_session(request, pk)
    form = ArchiveForm(request.POST if request.method == "POST" else None)
    may_publish = can_reopen_session(request.actor, session)
    if request.method == "POST" and form.is_valid():
        publish = may_publish and form.cleaned_data["publish"]
        recording.archive_record(actor=request.actor, session=session, publish=publish)
        messages.success(request, _("已归档"))
        return to_session(session)
    return show(request, "session_archive", session, form, page=record_page(session), may_publish=may_publish)


@policy(Role.STAFF)
@require_http_methods(_ANY)
@once
def reopen(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Open an archived record again, with the reason."""
    session = session_of(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recording.reopen_record(actor=request.actor, session=session, reason=form.cleaned_data["reason"])
        messages.success(request, _("记录已重新打开"))
        return to_session(session)
    return show(
        request,
        "session_reason",
        session,
        form,
        title=_("重新打开记录"),
        text=_("打开以后可以改签到和记录，改好再归档。公开的结果先收回，归档时再决定是否公开。"),
        button=_("重新打开"),
    )
