"""What every committee needs before its first session: limits and kinds of venues."""

from __future__ import annotations

from django.db import transaction

from tongxin.activities.grassroots.models import GrassrootsRules, VenueKind
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import Committee

# 华亭市 names squares and cave-dwellings (广场议、窑洞商); the last one is online.
VENUES = ("议事室", "广场", "窑洞", "院落", "田间地头", "企业车间", "网上")


@transaction.atomic
def install() -> None:
    """Give each new committee its defaults; what staff edited stays as it is."""
    ids = list(Committee.objects.values_list("pk", flat=True))
    with tenancy.scope(ids):
        have = set(GrassrootsRules.objects.values_list("committee_id", flat=True))
        new = [pk for pk in ids if pk not in have]
        GrassrootsRules.objects.bulk_create(GrassrootsRules(committee_id=pk) for pk in new)
        VenueKind.objects.bulk_create(
            VenueKind(committee_id=pk, name=name, order=n, is_online=name == VENUES[-1])
            for pk in new
            for n, name in enumerate(VENUES)
        )
