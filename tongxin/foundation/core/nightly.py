"""What is done once a day: rooms remind people and throw away what nobody needs any more."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from tongxin.foundation.core import clock
from tongxin.foundation.core.models import OnceKey
from tongxin.foundation.core.signals import nightly

if TYPE_CHECKING:
    from datetime import date

logger = logging.getLogger(__name__)

# When people come to their desks, reminders are there.
_FROM_HOUR = 7
# A form that was answered a week ago does not come back.
_ONCE_KEPT_DAYS = 7


def is_due(done_on: date | None) -> bool:
    """Say whether today's work is still to be done and may begin.

    Args:
        done_on: the day on which it was done last, by China's calendar; None when never.
    """
    now = clock.now().astimezone(clock.ZONE)
    return now.hour >= _FROM_HOUR and done_on != now.date()


def run() -> list[str]:
    """Let every room do its work of the day; trouble in one does not keep the others from theirs.

    Returns:
        The names of the rooms' receivers that failed; the log says why.
    """
    failed = []
    for room, answer in nightly.send_robust(sender=None):
        if isinstance(answer, Exception):
            name = f"{getattr(room, '__module__', '')}.{getattr(room, '__name__', room)}"
            logger.error("nightly work failed: %s", name, exc_info=answer)
            failed.append(name)
    return failed


@receiver(nightly, dispatch_uid="outdated form keys")
def drop_outdated_keys(**_told: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Forget the keys of forms that were answered long ago."""
    OnceKey.objects.filter(at__lt=clock.now() - timedelta(days=_ONCE_KEPT_DAYS)).delete()
