"""What is said on a terminal, in Chinese or English, before (or without) Django."""

from __future__ import annotations

import os
from typing import Literal


def language() -> Literal["zh-hans", "en"]:
    """Return the terminal's language: Chinese when its locale is Chinese, else English."""
    chosen = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "")
    return "zh-hans" if chosen.lower().startswith("zh") else "en"


def say(chinese: str, english: str) -> str:
    """Return the sentence in the terminal's language."""
    return chinese if language() == "zh-hans" else english
