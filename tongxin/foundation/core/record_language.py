"""The language of the record: Chinese, whatever language the person who acts has chosen (ADR 0009).

Sentences that are stored are written as plain Chinese strings, without ``gettext``. What they are made of may
come translated: labels of choices, dates. Those pass through here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from django.utils.functional import Promise


def in_record_language() -> AbstractContextManager[None]:
    """Word everything inside the block as the record does."""
    return translation.override(settings.LANGUAGE_CODE)


def recorded(words: str | Promise) -> str:
    """Return a label or another lazily translated text as it stands in the record."""
    with in_record_language():
        return str(words)
