"""Paper and pictures of a session: photos, other files, and the sheet that the parties signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.moving_session import advance_session, lock_session
from tongxin.activities.grassroots.lifecycle_session import SESSION
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.capabilities.files import actions as files
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.record_language import recorded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

    from tongxin.foundation.core.access import Actor

KEPT = (StoredFile.Purpose.PHOTO, StoredFile.Purpose.SIGNED_SHEET, StoredFile.Purpose.ATTACHMENT)
_PICTURES = "image/"


@transaction.atomic
def add_papers(
    *, actor: Actor, session: DeliberationSession, uploads: Sequence[UploadedFile[Any]], purpose: str
) -> list[StoredFile]:
    """Keep photos, the signed sheet or other files of a session, all or none. The same file twice is kept once.

    Raises:
        PermissionDenied: the actor does not keep the session.
        Refused: it has not begun, or a file cannot be kept; the sentence says why.
    """
    locked = lock_session(session)
    SESSION.check("add_paper", actor, locked)
    ensure(purpose in KEPT and bool(uploads), because=_("请选要上传的文件。"))
    stored = [
        files.store_file(actor=actor, matter=locked.matter, upload=upload, purpose=purpose)
        for upload in uploads
    ]
    for kept in stored:
        ensure(
            purpose != StoredFile.Purpose.PHOTO or kept.media_type.startswith(_PICTURES),
            because=_("「%s」不是照片，请在「其他文件」里上传。") % kept.name,
        )
    label = recorded(StoredFile.Purpose(purpose).label)
    advance_session("add_paper", actor=actor, session=locked, text=f"上传了{label}{len(stored)}份")
    return stored


@transaction.atomic
def remove_paper(*, actor: Actor, stored_file: StoredFile) -> None:
    """Take a file from a session; the signed sheet of an archived one stays.

    Raises:
        PermissionDenied: the actor does not keep the session.
        Refused: it is removed already, or it is what was signed of an archived session.
    """
    locked = lock_session(DeliberationSession.objects.get(pk=stored_file.matter_id))
    move = "write_record" if stored_file.purpose == StoredFile.Purpose.SIGNED_SHEET else "add_paper"
    SESSION.check(move, actor, locked)
    files.remove_file(actor=actor, stored_file=stored_file)
