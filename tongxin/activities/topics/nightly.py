"""What this room does once a day: seals the sayings of the days that are over, forgets contacts and counts.

At the moment of a saying nothing is written into the audit log; its chain would say to the second when it came.
The night writes one entry for each day: how many there were, and a digest over them, so that one that is changed
or taken away later can be shown.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import TruncDate
from django.dispatch import receiver

from tongxin.activities.topics.models import TopicRules, Voice
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.core.signals import nightly
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

SEALED = "topics.seal_voices"


@receiver(nightly, dispatch_uid="sayings of the day")
def close_days(**_told: Any) -> None:  # noqa: ANN401 (a signal's words)
    """Seal what was said until yesterday and remove what nobody needs any more, committee by committee."""
    for committee_id in Committee.objects.values_list("pk", flat=True):
        with transaction.atomic(), tenancy.scope([committee_id]):
            seal_days(committee_id)
            remove_contacts(committee_id)


@transaction.atomic
def seal_days(committee_id: int) -> int:
    """Write one audit entry for each day that is over and has sayings without a seal; return how many sayings."""
    over = (
        Voice.objects.select_for_update()
        .filter(committee_id=committee_id, sealed_on=None)
        .annotate(day=TruncDate("said_at", tzinfo=clock.ZONE))
        .filter(day__lt=clock.today())
        .order_by("day")
    )
    by_day: dict[date, list[Voice]] = {}
    for voice in over:
        by_day.setdefault(voice.day, []).append(voice)
    for day, voices in by_day.items():
        record(
            actor=NOBODY,
            action=SEALED,
            target=f"topics.day:{day.isoformat()}",
            committee_id=committee_id,
            count=len(voices),
            digest=digest_of(voices),
        )
        Voice.objects.filter(pk__in=[v.pk for v in voices]).update(sealed_on=clock.today())
    return sum(map(len, by_day.values()))


def digest_of(voices: Iterable[Voice]) -> str:
    """Return the digest over what must not change of these sayings: key, receipt's hash, hour and words."""
    lines = sorted(
        "\0".join((str(v.pk), v.receipt_index, v.said_at.astimezone(clock.ZONE).isoformat(), v.text))
        for v in voices
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@transaction.atomic
def remove_contacts(committee_id: int) -> int:
    """Remove the contacts of topics that were closed long enough ago; return how many."""
    days = TopicRules.objects.values_list("contact_days", flat=True).filter(committee_id=committee_id).first()
    if days is None:
        return 0
    limit = clock.today() - timedelta(days=days)
    # What was merged ends with the topic that leads it.
    ended = Q(topic__merged_into=None, topic__matter__closed_on__lte=limit) | Q(
        topic__merged_into__matter__closed_on__lte=limit
    )
    with_contact = Voice.objects.filter(committee_id=committee_id, contact_encrypted__isnull=False)
    return with_contact.filter(ended).update(contact_encrypted=None)
