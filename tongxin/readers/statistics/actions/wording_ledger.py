"""Entering how pages of the past printed a committee's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import require
from tongxin.readers.statistics.models import Wording
from tongxin.readers.statistics.permissions import can_keep_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor


@transaction.atomic
def enter_wordings(*, actor: Actor, wordings: Sequence[Wording]) -> None:
    """Let numbers be printed as a page prints them, whatever else is offered for them now.

    Raises:
        PermissionDenied: actor does not keep the numbers of this committee.
    """
    mine = all(one.committee_id == actor.committee_id for one in wordings)
    require(can_keep_numbers(actor) and mine, because=_("数字怎么印，由政协机关工作人员定。"))
    Wording.objects.bulk_create(
        wordings,
        update_conflicts=True,
        unique_fields=["committee", "figure", "period"],
        update_fields=["word", "step", "in_wan"],
    )
    if wordings:
        record(
            actor=actor,
            action="statistics.enter_wordings",
            target=f"committee:{actor.committee_id}",
            figures=sorted({one.figure for one in wordings}),
        )
