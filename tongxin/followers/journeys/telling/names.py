"""Leaving the names of people out of words that were not written for everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

# One sign is a family name or a word; leaving it out would spoil sentences.
_SHORTEST = 2


def without_names(text: str, names: Iterable[str]) -> str:
    """Return the text with each of these names replaced by 有关同志."""
    known = sorted({n.strip() for n in names if len(n.strip()) >= _SHORTEST}, key=len, reverse=True)
    if not known or not text:
        return text
    return re.sub("|".join(map(re.escape, known)), _("有关同志"), text)
