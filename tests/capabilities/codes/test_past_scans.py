"""Scans that were counted elsewhere are added to the day's count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from tongxin.capabilities.codes.actions import PastScans, enter_past_scans, issue_code
from tongxin.capabilities.codes.models import ScanCount
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from tests.village import Village

_DAY = date(2024, 5, 6)


def test_past_scans_are_added_to_their_days(place: Village) -> None:
    staff = place.house.actor("staff")
    with place.house.at_work():
        code = issue_code(actor=staff, node=place.council)
        lines = [PastScans(code, _DAY, 300), PastScans(code, _DAY, 12), PastScans(code, date(2025, 1, 1), 1)]
        assert enter_past_scans(actor=staff, lines=lines, source="旧码统计") == 313
        assert list(ScanCount.objects.order_by("on").values_list("on", "count")) == [
            (_DAY, 312),
            (date(2025, 1, 1), 1),
        ]
        (entry,) = Entry.objects.filter(action="codes.enter_past_scans")
        assert entry.detail == {"source": "旧码统计", "scans": 313}


def test_past_scans_that_cannot_be_are_refused(place: Village) -> None:
    staff = place.house.actor("staff")
    with place.house.at_work():
        code = issue_code(actor=staff, node=place.council)
        for wrong in (PastScans(code, clock.today() + timedelta(days=1), 1), PastScans(code, _DAY, 0)):
            with pytest.raises(Refused):
                enter_past_scans(actor=staff, lines=[wrong], source="旧码统计")


def test_past_scans_are_entered_by_who_manages_codes(place: Village) -> None:
    with place.house.at_work():
        code = issue_code(actor=place.house.actor("staff"), node=place.council)
        with pytest.raises(PermissionDenied):
            enter_past_scans(
                actor=place.house.actor("leader"), lines=[PastScans(code, _DAY, 1)], source="旧码统计"
            )
