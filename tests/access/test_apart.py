"""A unit that shares an office with another sees only its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.access import apart

if TYPE_CHECKING:
    from tests.access.world import Browser


def test_units_of_this_world_share_an_office(browser: Browser) -> None:
    units = browser.world.a.house.units
    assert units["a"].pk != units["b"].pk
    assert units["a"].supervised_by_id == units["b"].supervised_by_id == units["office"].pk


def test_unit_beside_another_under_one_office_sees_only_its_own(browser: Browser) -> None:
    assert apart.unit_sees_only_its_own(browser) == []


def test_unit_and_office_see_what_is_theirs(browser: Browser) -> None:
    assert apart.nothing_is_hidden_from_whom_it_belongs_to(browser) == []
