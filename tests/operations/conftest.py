from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import TEST_HOME
from tests.operations.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def installation() -> Iterator[Installation]:
    """An installation on which `tongxin init` has run."""
    with Installation(TEST_HOME) as made:
        done = made.run("init")
        assert done.returncode == 0, done.stderr
        yield made
