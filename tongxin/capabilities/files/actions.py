"""Keeping uploaded files, and taking them away."""

from __future__ import annotations

import hashlib
import os
import weakref
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from tongxin.capabilities.files.content import Unacceptable, inspect_in_child, smaller
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.models import new_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from tongxin.capabilities.files.content import Inspected
    from tongxin.capabilities.matters.models import Matter
    from tongxin.foundation.core.access import Actor

# What a phone shows; a picture of a road needs no more.
_PHOTO_SIDE_PIXELS = 1280


@transaction.atomic
def store_file(
    *,
    actor: Actor,
    matter: Matter,
    upload: UploadedFile[bytes],
    purpose: str,
    subject_id: UUID | None = None,
    unit_id: UUID | None = None,
    is_public: bool = False,
) -> StoredFile:
    """Check, clean and keep an uploaded file on a matter. The same content twice is kept once.

    The caller has checked that the actor may add files here. The file is on disk before the transaction
    commits, and gone again when it does not.

    Args:
        actor: who adds it.
        matter: what it belongs to.
        upload: as the form received it.
        purpose: what it is for.
        subject_id: the part of the matter that it belongs to, such as a reply.
        unit_id: the unit that added it.
        is_public: whether the public page may offer it, once the matter is public.

    Raises:
        Refused: too large, or of a kind that is not kept here; the message says so to the person.
    """
    found = _inspected(upload)
    digest = hashlib.sha256(found.clean_bytes).hexdigest()
    kept = StoredFile.objects.kept().filter(matter=matter, subject_id=subject_id, sha256=digest).first()
    if kept:
        return kept
    file_id = new_id()
    path = f"{matter.committee_id}/{clock.today():%Y}/{file_id}{found.extension}"
    stored = StoredFile(
        id=file_id,
        committee_id=matter.committee_id,
        matter=matter,
        subject_id=subject_id,
        purpose=purpose,
        name=found.name,
        media_type=found.media_type,
        size_bytes=len(found.clean_bytes),
        sha256=digest,
        content=_write(path, found.clean_bytes),
        by_id=actor.user_id,
        unit_id=unit_id,
        is_public=is_public,
    )
    stored.save(force_insert=True)
    record(
        actor=actor,
        action="files.store_file",
        target=f"matter:{matter.pk}",
        committee_id=matter.committee_id,
        file=str(file_id),
        sha256=digest,
        purpose=purpose,
    )
    return stored


def clean_photo(upload: UploadedFile[bytes]) -> Inspected:
    """Return a photo as it may be kept: only its pixels, at most 1280 on a side.

    Raises:
        Refused: it is no photo, or one that cannot be read; the message says so to the person.
    """
    found = _inspected(upload)
    ensure(found.width is not None, because=_("这里只收照片，请选一张JPG或PNG图片。"))
    return smaller(found, _PHOTO_SIDE_PIXELS)


@transaction.atomic
def store_untimed_file(*, matter: Matter, photo: Inspected, subject_id: UUID, name: str) -> StoredFile:
    """Keep a photo of somebody who gave no name, so that nothing tells when to the minute it came.

    Its key is random, its time and that of the file on disk are rounded to the hour, its name is ours (a
    phone's own name of a picture is the second in which it was taken), and the audit log has no entry of this
    moment.

    Args:
        matter: what it belongs to.
        photo: as ``clean_photo`` returned it.
        subject_id: the saying that it came with.
        name: what it is called, without ending.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    file_id = uuid4()
    path = _write(
        f"{matter.committee_id}/{clock.today():%Y}/{file_id}{photo.extension}", photo.clean_bytes, at=hour
    )
    return StoredFile.objects.create(
        id=file_id,
        committee_id=matter.committee_id,
        matter=matter,
        subject_id=subject_id,
        purpose=StoredFile.Purpose.PHOTO,
        name=f"{name}{photo.extension}",
        media_type=photo.media_type,
        size_bytes=len(photo.clean_bytes),
        sha256=hashlib.sha256(photo.clean_bytes).hexdigest(),
        content=path,
        at=hour,
    )


@transaction.atomic
def remove_file(
    *, actor: Actor, stored_file: StoredFile, audience: str = TimelineEntry.Audience.PARTIES
) -> None:
    """Take a file from its matter; nobody can open it any more, and the timeline says who did it.

    The caller has checked that the actor may. The content stays on disk, for the archive.

    Args:
        actor: who takes it away.
        stored_file: what.
        audience: who reads of it in the timeline.

    Raises:
        Refused: it is removed already.
    """
    locked = StoredFile.objects.select_for_update().get(pk=stored_file.pk)
    ensure(locked.removed_at is None, because=_("这个文件已经删除了。"))
    locked.removed_at = clock.now()
    locked.save(update_fields=["removed_at"])
    TimelineEntry.objects.create(
        committee_id=locked.committee_id,
        matter_id=locked.matter_id,
        user_id=actor.user_id,
        who=actor.name,
        verb="remove_file",
        text=f"删除了文件「{locked.name}」",
        audience=audience,
        at=clock.now(),
    )
    record(
        actor=actor,
        action="files.remove_file",
        target=f"matter:{locked.matter_id}",
        committee_id=locked.committee_id,
        file=str(locked.pk),
        sha256=locked.sha256,
    )


def _inspected(upload: UploadedFile[bytes]) -> Inspected:
    name = str(upload.name or "")
    size = upload.size or 0
    limit = settings.UPLOAD_MAX_BYTES
    ensure(
        size <= limit,
        because=_("「%(name)s」有%(size)s，太大了。每个文件最多%(limit)s，请压缩或分成几个再传。")
        % {"name": name, "size": filesizeformat(size), "limit": filesizeformat(limit)},
    )
    ensure(size > 0, because=_("「%(name)s」是空的，请检查后再传。") % {"name": name})
    try:
        found = inspect_in_child(upload.read(), name)
    except Unacceptable as refusal:
        why = _("「%(name)s」没有收下。%(why)s") % {"name": name, "why": refusal.message}
        raise Refused(why) from refusal
    return found


class _Unkept:
    """A written file that is removed again unless the transaction commits.

    Django tells nobody of a rollback, but it lets go of what waits for the commit; that is the sign.
    """

    def __init__(self, path: str) -> None:
        self._remove = weakref.finalize(self, _delete_quietly, path)

    def keep(self) -> None:
        self._remove.detach()


def _delete_quietly(path: str) -> None:
    # Nobody is left to tell; a file without a row is never served.
    with suppress(OSError):
        default_storage.delete(path)


def _write(path: str, content: bytes, *, at: datetime | None = None) -> str:
    path = default_storage.save(path, ContentFile(content))
    transaction.on_commit(_Unkept(path).keep)
    with suppress(NotImplementedError):
        # A local disk: what is acknowledged must survive a power cut. Other stores see to it themselves.
        where = Path(default_storage.path(path))
        if at:
            # The folder would tell of its last file.
            os.utime(where, (at.timestamp(), at.timestamp()))
            os.utime(where.parent, (at.timestamp(), at.timestamp()))
        _sync(where)
        _sync(where.parent)
    return path


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
