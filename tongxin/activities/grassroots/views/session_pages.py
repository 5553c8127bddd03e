"""What the views of sessions share: the session that was asked for, the layout, a page with its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.activities.grassroots.permissions_session import can_keep_session
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.enums import NODE_ROLES, OFFICE_ROLES

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpResponse

    from tongxin.foundation.core.access import Actor, ActorRequest


def layout_of(actor: Actor) -> dict[str, str]:
    """Return the layout for somebody: at a desk with its side, or a page for members."""
    if actor.has(*OFFICE_ROLES, *NODE_ROLES):
        return {"layout": "layouts/desk.html", "body_class": "wide"}
    return {"layout": "layouts/page.html", "body_class": "broad"}


def session_of(request: ActorRequest, pk: UUID) -> DeliberationSession:
    """Return the session with what its pages show; one that may not be opened is not there."""
    found = DeliberationSession.objects.visible_to(request.actor).for_list()
    session: DeliberationSession = get_object_or_404(found, pk=pk)
    return session


def kept_session(request: ActorRequest, pk: UUID) -> DeliberationSession:
    """Return a session that this person keeps.

    Raises:
        PermissionDenied: they may read it, but not work on it.
    """
    session = session_of(request, pk)
    if not can_keep_session(request.actor, session):
        raise PermissionDenied(_("这次会议由召集它的议事会和政协机关办理。"))
    return session


def show(
    request: ActorRequest,
    template: str,
    session: DeliberationSession | None = None,
    form: BaseForm | None = None,
    **context: object,
) -> HttpResponse:
    """Show a page; a form that came with faults answers 422."""
    faulty = form is not None and form.is_bound and not form.is_valid()
    context = {
        **layout_of(request.actor),
        "session": session,
        "form": form,
        "once": new_key(),
        **context,
    }
    return render(request, f"grassroots/{template}.html", context, status=422 if faulty else 200)


def to_session(session: DeliberationSession) -> HttpResponse:
    """Go back to the page of the session."""
    return redirect("grassroots:session", pk=session.pk)
