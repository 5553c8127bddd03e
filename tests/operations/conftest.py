from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.conftest import TEST_HOME
from tests.operations.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def initialized() -> Iterator[Installation]:
    """An installation on which `tongxin init` has run; only to be copied."""
    with Installation(TEST_HOME) as made:
        done = made.run("init")
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture
def installation(initialized: Installation) -> Iterator[Installation]:
    """A fresh installation, ready to work."""
    with Installation(TEST_HOME) as made:
        # `cp -a` keeps the account to which the database's files belong.
        subprocess.run(["cp", "-a", f"{initialized.home}/.", str(made.home)], check=True)
        yield made
