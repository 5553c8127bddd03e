"""Which posts and changes belong together: what figures count and what lists show is one condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.organization.enums import StaffChangeKind, Workplace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

OFFICE, OWN_CENTRE, COUNTIES = "office", "centre", "counties"
# A post without a place is the committee's own.
_OWN = Q(place__isnull=True) | Q(place=F("committee__place"))
_CENTRE = Q(workplace=Workplace.SERVICE_CENTRE)
WHERE: Mapping[str, tuple[str | _StrPromise, Q]] = {
    OFFICE: (_("机关和专门委员会"), ~_CENTRE & _OWN),
    OWN_CENTRE: (_("本级委员服务中心"), _CENTRE & _OWN),
    COUNTIES: (_("县区委员服务中心"), _CENTRE & ~_OWN),
}
# 提拔、交流、解决职级待遇: one number in reports.
ADVANCED = (StaffChangeKind.PROMOTED, StaffChangeKind.EXCHANGED, StaffChangeKind.RANKED)


def holding(rows: QuerySet[Any], day: date, since: str = "since") -> QuerySet[Any]:
    """Return the rows that hold on a day; their last day is one of them."""
    found: QuerySet[Any] = rows.filter(Q(until__isnull=True) | Q(until__gte=day), **{f"{since}__lte": day})
    return found
