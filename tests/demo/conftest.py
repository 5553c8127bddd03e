"""The addresses are read before a test turns the demo on: outside it none of its pages exists."""

from __future__ import annotations

import config.urls  # noqa: F401
