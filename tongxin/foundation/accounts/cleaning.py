"""Throwing away every day what accounts need no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.dispatch import receiver

from tongxin.foundation.accounts.models import AttemptCount
from tongxin.foundation.core import clock
from tongxin.foundation.core.signals import nightly

if TYPE_CHECKING:
    from typing import Any

# How long a count that guards against guessing is kept once its span is over.
_COUNTS_KEPT_HOURS = 24


@receiver(nightly, dispatch_uid="outdated attempt counts")
def drop_outdated_counts(**_told: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Forget how often something was tried, a day after it stopped to matter."""
    AttemptCount.objects.filter(until__lt=clock.now() - timedelta(hours=_COUNTS_KEPT_HOURS)).delete()
