"""The offices that most tests of the room work in, on one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.readers.rollup.offices import Office

# The apps are not ready when this file is read, so offices are asked for by the fixtures only.


@pytest.fixture
def today() -> Iterator[None]:
    from tests.readers.rollup.offices import TODAY  # noqa: PLC0415
    from tongxin.foundation.core import clock  # noqa: PLC0415

    with clock.at(TODAY):
        yield


@pytest.fixture
def city(db: None) -> Office:
    from tests.readers.rollup.offices import CITY, open_office  # noqa: PLC0415

    return open_office(CITY, units=2)


@pytest.fixture
def county(db: None) -> Office:
    from tests.readers.rollup.offices import COUNTY, open_office  # noqa: PLC0415

    return open_office(COUNTY, units=3)


@pytest.fixture
def second(db: None) -> Office:
    from tests.readers.rollup.offices import COUNTY_2, open_office  # noqa: PLC0415

    return open_office(COUNTY_2, units=5)
