"""What tests of codes look at again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.capabilities.codes.models import AccessCode

if TYPE_CHECKING:
    from tests.village import Village


def codes_of(place: Village, **where: object) -> list[AccessCode]:
    """Return codes of the village as they stand now, the oldest first."""
    with place.house.at_work():
        return list(AccessCode.objects.filter(**where).order_by("issued_at", "pk"))
