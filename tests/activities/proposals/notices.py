"""Who was told what, in words of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.capabilities.notices.models import Notice

if TYPE_CHECKING:
    from tests.factories import House


def told(house: House, *, containing: str) -> set[str]:
    """Return the people of the house who have a notice with these words."""
    with house.at_work():
        users = set(Notice.objects.filter(text__contains=containing).values_list("user_id", flat=True))
    return {key for key, user in house.users.items() if user.pk in users}
