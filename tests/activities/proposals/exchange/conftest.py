"""The committee into which tables are brought. Imports wait for the fixtures: this is read before Django is up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.activities.proposals.exchange.desk import Desk
    from tests.factories import House


@pytest.fixture
def house(db: None) -> Iterator[House]:
    from tests import factories  # noqa: PLC0415
    from tongxin.foundation.core import clock  # noqa: PLC0415

    with clock.at(date(2026, 10, 9)):
        yield factories.make_house()


@pytest.fixture
def desk(house: House) -> Desk:
    from tests.activities.proposals.exchange.desk import Desk  # noqa: PLC0415

    return Desk(house)
