"""Who may open a file of a session; asked again for each download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.grassroots.enums import SessionState
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.activities.grassroots.selectors.session import may_read_names
from tongxin.capabilities.files.models import StoredFile

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


def can_open_session_file(actor: Actor, stored_file: StoredFile) -> bool:
    """Say whether the actor may open this file now.

    Who keeps the session, the office and those who sat at the table open all. Other members open photos and files
    of an archived session, never the signed sheet, on which the masses stand by name. The public opens none that
    staff did not mark as public.
    """
    found = DeliberationSession.objects.visible_to(actor).select_related("matter", "node")
    session = found.filter(pk=stored_file.matter_id).first()
    if session is None:
        return False
    recorded = session.state == SessionState.RECORDED
    if actor.committee_id is None:
        return recorded and stored_file.is_public
    if may_read_names(actor, session):
        return True
    return recorded and stored_file.purpose != StoredFile.Purpose.SIGNED_SHEET
