"""The signed letter that belongs to a unit's reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import lock_assignment
from tongxin.activities.proposals.enums import AssignmentState
from tongxin.activities.proposals.models import Reply
from tongxin.activities.proposals.permissions import can_answer
from tongxin.capabilities.files.actions import remove_file, store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from tongxin.activities.proposals.models import Assignment
    from tongxin.foundation.core.access import Actor

# The stamp comes after the signature, so the scan may come while the draft is on its way.
_OPEN = (AssignmentState.HANDLING, AssignmentState.COUNTERSIGNING, AssignmentState.APPROVING)


@transaction.atomic
def attach_letter(*, actor: Actor, assignment: Assignment, upload: UploadedFile[bytes]) -> StoredFile:
    """Keep the scan of the signed letter with the reply; it is as private as the reply.

    Raises:
        PermissionDenied: the unit does not answer this proposal.
        Refused: the reply is with the committee already, or the file is of a kind that is not kept.
    """
    locked = lock_assignment(assignment)
    require(can_answer(actor, locked), because=_("只有答复的单位可以上传答复函。"))
    ensure(locked.state in _OPEN, because=_("答复已经报出，不能再换答复函。"))
    reply, _made = Reply.objects.get_or_create(committee_id=locked.committee_id, assignment=locked)
    return store_file(
        actor=actor,
        matter=locked.proposal.matter,
        upload=upload,
        purpose=StoredFile.Purpose.REPLY_LETTER,
        subject_id=reply.pk,
        unit_id=locked.unit_id,
    )


@transaction.atomic
def detach_letter(*, actor: Actor, assignment: Assignment, stored_file: StoredFile) -> None:
    """Take a wrong scan away while the reply is not out of the unit's hands.

    Proposers do not hear of it: they have not seen the reply yet.

    Raises:
        PermissionDenied: the unit does not answer this proposal.
        Refused: the reply is with the committee already.
    """
    locked = lock_assignment(assignment)
    require(can_answer(actor, locked), because=_("只有答复的单位可以删除答复函。"))
    ensure(locked.state in _OPEN, because=_("答复已经报出，不能再换答复函。"))
    remove_file(actor=actor, stored_file=stored_file, audience=TimelineEntry.Audience.OFFICE)
