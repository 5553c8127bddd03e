"""What the public may never see, and which photos it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.handling import office_of
from tongxin.activities.proposals.actions.moving import lock_proposal
from tongxin.activities.proposals.models import LookBack, Promise
from tongxin.activities.proposals.permissions import can_disclose_proposal
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.files.serving import INLINE_TYPES
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.matters.models import TimelineEntry, Visibility
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def mark_sensitive(*, actor: Actor, proposal: Proposal, sensitive: bool, reason: str) -> Proposal:
    """Say that only those who work on a proposal may see it, or that this is over.

    Marking closes its public page at once, and hides it from other members. Unmarking opens it to members
    again, once it is filed; to the public only staff open it, anew.

    Raises:
        PermissionDenied: the actor is not of the committee's staff.
        Refused: it is so already, it has not been submitted, or no reason is given.
    """
    locked = lock_proposal(proposal)
    require(can_disclose_proposal(actor, locked), because=_("敏感标记由机关工作人员办理。"))
    ensure(locked.submitted_at is not None, because=_("提案还没有提交。"))
    ensure(
        sensitive != locked.is_sensitive,
        because=_("已经标为敏感了。") if sensitive else _("这件提案没有标为敏感。"),
    )
    ensure(bool(reason.strip()), because=_("请写明原因。"))
    locked.is_sensitive = sensitive
    locked.save(update_fields=["is_sensitive"])
    seen = Visibility.INTERNAL if sensitive or locked.filed_on is None else Visibility.MEMBERS
    locked.matter.visibility = seen
    move_matter(
        actor=actor,
        matter=locked.matter,
        verb="mark_sensitive" if sensitive else "unmark_sensitive",
        text="标为敏感，不公开" if sensitive else "解除敏感标记",
        note=reason.strip(),
        who=office_of(actor),
        audience=TimelineEntry.Audience.OFFICE,
        visibility=seen,
    )
    return locked


@transaction.atomic
def choose_public_photos(*, actor: Actor, proposal: Proposal, chosen: Collection[UUID]) -> int:
    """Let the public page show these photos of what was done, and none of the others.

    Returns:
        How many photos changed.

    Raises:
        PermissionDenied: the actor is not of the committee's staff.
    """
    locked = lock_proposal(proposal)
    require(can_disclose_proposal(actor, locked), because=_("公开要由机关工作人员审核。"))
    photos = list(photos_of(locked))
    changed = [p for p in photos if p.is_public != (p.pk in chosen)]
    for photo in changed:
        photo.is_public = not photo.is_public
    StoredFile.objects.bulk_update(changed, ["is_public"])
    if changed:
        record(
            actor=actor,
            action="proposals.choose_public_photos",
            target=f"matter:{locked.pk}",
            committee_id=locked.committee_id,
            public=[str(p.pk) for p in photos if p.is_public],
        )
    return len(changed)


def photos_of(proposal: Proposal) -> list[StoredFile]:
    """Return the photos of what was done: those of promises and look-backs. Three queries at most."""
    subjects = [
        *Promise.objects.filter(proposal=proposal).values_list("pk", flat=True),
        *LookBack.objects.filter(proposal=proposal).values_list("pk", flat=True),
    ]
    return list(
        StoredFile.objects.kept().filter(
            matter=proposal.matter, subject_id__in=subjects, media_type__in=INLINE_TYPES
        )
    )
