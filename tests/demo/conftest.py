"""The addresses are read before a test turns the demo on: outside it none of its pages exists."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def _addresses() -> None:
    import config.urls  # noqa: F401, PLC0415 (the apps are not ready before)
