"""Throwing away every day what the organization needs no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import receiver

from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.signals import nightly
from tongxin.foundation.organization.models import Committee, RosterImport

if TYPE_CHECKING:
    from typing import Any

# A roster that was only looked at holds names and numbers of people; who still wants it uploads it again.
_PREVIEWS_KEPT_DAYS = 7


@receiver(nightly, dispatch_uid="outdated roster previews")
def drop_outdated_previews(**_told: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Throw away rosters that were uploaded and never confirmed."""
    before = clock.now() - timedelta(days=_PREVIEWS_KEPT_DAYS)
    ids = list(Committee.objects.values_list("pk", flat=True))
    with tenancy.scope(ids), transaction.atomic():
        RosterImport.objects.filter(state=RosterImport.State.PREVIEWED, uploaded_at__lt=before).delete()
