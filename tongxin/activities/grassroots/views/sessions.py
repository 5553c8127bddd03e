"""Lists: sessions, who came to them as a member, what they suggested; and one session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongxin.activities.grassroots.exchange.sessions_out import session_columns, session_rows
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.activities.grassroots.permissions_session import SESSION_KEEPERS, SESSION_READERS, can_enter_past
from tongxin.activities.grassroots.selectors.session import session_page
from tongxin.activities.grassroots.selectors.session_joined import joined
from tongxin.activities.grassroots.selectors.session_rows import attendances as attendances_of
from tongxin.activities.grassroots.selectors.session_rows import rows_page
from tongxin.activities.grassroots.selectors.session_rows import suggestions as suggestions_of
from tongxin.activities.grassroots.selectors.session_wanted import read_wanted
from tongxin.activities.grassroots.selectors.sessions import session_list
from tongxin.activities.grassroots.views.session_pages import kept_session, show
from tongxin.capabilities.codes.actions import issue_code
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.sheets import Sheet, write_workbook
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*SESSION_READERS)
@require_safe
def sessions(request: ActorRequest) -> HttpResponse:
    """Show the sessions that somebody may open, by state, with filters."""
    actor = request.actor
    return show(
        request,
        "sessions",
        shown=session_list(actor, read_wanted(request.GET)),
        may_plan=actor.has(*SESSION_KEEPERS),
        may_enter=can_enter_past(actor),
    )


@policy(*SESSION_READERS)
@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """Hand out the list, as it is filtered, as a workbook."""
    rows = session_rows(request.actor, read_wanted(request.GET))
    record(
        actor=request.actor,
        action="grassroots.export_sessions",
        query=request.GET.dict(),
        count=len(rows),
    )
    book = write_workbook([Sheet(_("协商议事"), session_columns(), rows)])
    return as_download(book, f"{_('协商议事')}{clock.today():%Y%m%d}")


@policy(*SESSION_READERS)
@require_safe
def attendances(request: ActorRequest) -> HttpResponse:
    """Show who came to sessions as a member, one row for each person and session."""
    wanted = read_wanted(request.GET)
    return show(
        request, "session_attendances", shown=rows_page(attendances_of(request.actor, wanted), wanted)
    )


@policy(*SESSION_READERS)
@require_safe
def suggestions(request: ActorRequest) -> HttpResponse:
    """Show what sessions suggested."""
    wanted = read_wanted(request.GET)
    return show(
        request, "session_suggestions", shown=rows_page(suggestions_of(request.actor, wanted), wanted)
    )


@policy()
@require_safe
def session(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show one session: where it stands, who comes, what was said and agreed, what follows."""
    found = get_object_or_404(joined(DeliberationSession.objects.visible_to(request.actor)), pk=pk)
    page = session_page(request.actor, found)
    return show(request, "session", found, page=page, code=found.code_pk if page.keeps else None)


@policy(*SESSION_KEEPERS)
@require_POST
def code(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give the session a code of its own, to check in by."""
    found = kept_session(request, pk)
    made = issue_code(actor=request.actor, matter=found.matter)
    return redirect("codes:show", pk=made.pk)
