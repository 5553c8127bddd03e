"""Taking a session out of the system as documents."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.exchange.archive import write_archive
from tongxin.activities.proposals.permissions import can_archive_proposals
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session


@transaction.atomic
def archive_session(
    *,
    actor: Actor,
    session: Session,
    to: Path,
    progress: Callable[[int, int, str], None] | None = None,
) -> int:
    """Write a session's proposals as folders of documents; return how many.

    Args:
        to: an empty folder, or one that does not exist yet.

    Raises:
        PermissionDenied: the actor does not work for the office.
        Refused: the folder holds something, or the session has no proposals.
    """
    require(
        can_archive_proposals(actor, session.committee_id),
        because=_("只有本会工作人员能导出归档。"),
    )
    ensure(
        not to.exists() or (to.is_dir() and not any(to.iterdir())),
        because=_("文件夹%(path)s里已经有东西，请换一个空的。") % {"path": to},
    )
    ensure(
        session.proposals.filter(submitted_at__isnull=False).exists(),
        because=_("这一次会议还没有提案。"),
    )
    to.mkdir(parents=True, exist_ok=True)
    count = write_archive(session, to, progress)
    record(
        actor=actor,
        action="proposals.archive_session",
        target=f"organization.session:{session.pk}",
        committee_id=session.committee_id,
        proposals=count,
    )
    return count


def archive_as_zip(
    *, actor: Actor, session: Session, to: Path, progress: Callable[[int, int, str], None] | None = None
) -> int:
    """Write a session's archive as one file; return how many proposals are in it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "archive"
        count = archive_session(actor=actor, session=session, to=folder, progress=progress)
        with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as package:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    package.write(path, Path(str(session)) / path.relative_to(folder))
    return count
