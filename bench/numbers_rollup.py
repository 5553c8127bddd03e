"""A request of the province to all committees below it, all reports in, for `bench/numbers.py`."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction

from tongxin.foundation.core import tenancy
from tongxin.foundation.core.figures import all_figures
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.models import Received, ReceivedValue, Request, Source

PROVINCE: Final = "620000"


def make() -> None:
    """Make the request and what came of it; one that is there stays."""
    province = Committee.objects.get(code=PROVINCE)
    with transaction.atomic(), tenancy.scope([province.pk]):
        if Request.objects.filter(committee=province).exists():
            return
        figures = [one.id for one in all_figures()]
        request = Request.objects.create(
            committee=province,
            title="2025年度统计",
            figures=figures,
            since=date(2025, 1, 1),
            until=date(2025, 12, 31),
            due_on=date(2026, 1, 31),
            by_name="秘书长",
        )
        received = Received.objects.bulk_create(
            Received(
                committee=province,
                request=request,
                sender=sender,
                state=Received.State.RECEIVED,
                signed_on=date(2026, 1, 20),
                signed_by_name="主席",
            )
            # More than those right below: as if all counties reported to the province.
            for sender in Committee.objects.exclude(pk=province.pk)
        )
        ReceivedValue.objects.bulk_create(
            ReceivedValue(
                committee=province,
                received=one,
                figure=figure.id,
                source=source,
                value=100 + n,
                part=50 if figure.is_share else None,
                whole=100 if figure.is_share else None,
            )
            for n, one in enumerate(received)
            for figure in all_figures()
            for source in (Source.RECORDS, Source.BELOW)
        )


def request_id() -> str:
    """Return the request."""
    province = Committee.objects.get(code=PROVINCE)
    with transaction.atomic(), tenancy.scope([province.pk]):
        return str(Request.objects.get(committee=province).pk)
