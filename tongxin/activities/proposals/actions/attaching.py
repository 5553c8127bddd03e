"""Adding files to a proposal and taking them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import lock_proposal
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.permissions import can_organize_handling, can_write_proposal
from tongxin.capabilities.files.actions import remove_file, store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from tongxin.activities.proposals.models import Proposal, Rating
    from tongxin.foundation.core.access import Actor

# More than anybody reads beside a proposal; keeps one matter from filling the disk.
MOST_ATTACHMENTS = 20
# A page, its back, and a second try.
MOST_STAMP_PAGES = 5
_OPEN = (ProposalState.DRAFT, ProposalState.RETURNED)


@transaction.atomic
def attach_file(*, actor: Actor, proposal: Proposal, upload: UploadedFile[bytes]) -> StoredFile:
    """Add an attachment to a proposal that is being written.

    Raises:
        PermissionDenied: the actor does not write this proposal.
        Refused: it has been submitted, has too many files, or the file is of a kind that is not kept.
    """
    locked = lock_proposal(proposal)
    require(can_write_proposal(actor, locked), because=_("只有提案者可以添加附件。"))
    ensure(locked.state in _OPEN, because=_("提案已经提交，不能再添加附件。"))
    kept = (
        StoredFile.objects.kept()
        .filter(matter=locked.matter, subject_id=None, purpose=StoredFile.Purpose.ATTACHMENT)
        .count()
    )
    ensure(kept < MOST_ATTACHMENTS, because=_("附件已有{n}个，请合并后再传。").format(n=kept))
    return store_file(actor=actor, matter=locked.matter, upload=upload, purpose=StoredFile.Purpose.ATTACHMENT)


@transaction.atomic
def attach_stamp(*, actor: Actor, proposal: Proposal, upload: UploadedFile[bytes]) -> StoredFile:
    """Keep the page that bears the body's stamp or its convenor's signature, or the paper that staff enter from.

    Only the proposers and the committee's office open it.

    Raises:
        PermissionDenied: the actor does not write this proposal.
        Refused: it has been submitted, is a member's own that was written here, or has too many such pages.
    """
    locked = lock_proposal(proposal)
    require(can_write_proposal(actor, locked), because=_("只有提案者可以添加盖章页。"))
    ensure(locked.state in _OPEN, because=_("提案已经提交，不能再添加盖章页。"))
    ensure(
        bool(locked.body_id or locked.entered_by_id),
        because=_("委员自己写的提案不用盖章页，其他材料请作为附件上传。"),
    )
    kept = StoredFile.objects.kept().filter(matter=locked.matter, purpose=StoredFile.Purpose.STAMP).count()
    ensure(kept < MOST_STAMP_PAGES, because=_("盖章页已有{n}个，请先删除不用的。").format(n=kept))
    stored = store_file(actor=actor, matter=locked.matter, upload=upload, purpose=StoredFile.Purpose.STAMP)
    if stored.purpose != StoredFile.Purpose.STAMP:
        # The same page lay there as an attachment; it is kept once, as what it is now said to be.
        stored.purpose = StoredFile.Purpose.STAMP
        stored.save(update_fields=["purpose"])
    return stored


@transaction.atomic
def detach_file(*, actor: Actor, proposal: Proposal, stored_file: StoredFile) -> None:
    """Take an attachment away while the proposal is being written.

    Raises:
        PermissionDenied: the actor does not write this proposal.
        Refused: it has been submitted.
    """
    locked = lock_proposal(proposal)
    require(can_write_proposal(actor, locked), because=_("只有提案者可以删除附件。"))
    ensure(locked.state in _OPEN, because=_("提案已经提交，不能再删除附件。"))
    remove_file(actor=actor, stored_file=stored_file)


@transaction.atomic
def attach_rating_form(*, actor: Actor, rating: Rating, upload: UploadedFile[bytes]) -> StoredFile:
    """Keep the scan of the paper form (征询意见表) that a rating was entered from."""
    proposal = lock_proposal(rating.reply.assignment.proposal)
    require(can_organize_handling(actor, proposal), because=_("纸质征询意见表由机关工作人员上传。"))
    return store_file(
        actor=actor,
        matter=proposal.matter,
        upload=upload,
        purpose=StoredFile.Purpose.EVIDENCE,
        subject_id=rating.pk,
    )
