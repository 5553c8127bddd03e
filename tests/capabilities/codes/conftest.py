"""One village with its codes, and the ways to look at it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.village import Village


@pytest.fixture
def place(db: None) -> Village:
    from tests import factories, village  # noqa: PLC0415 (models are there only now)

    return village.make_village(factories.make_house())


@pytest.fixture
def as_public(place: Village) -> Callable[[], AbstractContextManager[None]]:
    """Look as somebody who has scanned a code and has no account."""

    from django.db import transaction  # noqa: PLC0415

    from tongxin.foundation.core import tenancy  # noqa: PLC0415

    @contextmanager
    def look() -> Iterator[None]:
        with tenancy.scope([place.house.committee.pk], audience="public"), transaction.atomic():
            yield

    return look
