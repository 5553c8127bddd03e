"""Keeps out of the log what the public does: a receipt, or the second in which somebody stood before a wall."""

from __future__ import annotations

import logging
import re

_PUBLIC = "/p/"
# A receipt, and whatever stands behind it.
_RECEIPT = re.compile(r"(/p/[^/]*/r/)[^\s]+")


class PublicPages(logging.Filter):
    """Drop what is logged of a public page that somebody got wrong; of our own faults hide the receipt.

    Django writes a line with the address for every answer from 400 on: for a mistyped receipt, and for each
    form that came back with a question. The log would tell when somebody was there, and what nearly opens a
    receipt.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the record is written."""
        said = record.getMessage()
        if record.name.startswith("django.") and record.levelno < logging.ERROR and f" {_PUBLIC}" in said:
            return False
        hidden = _RECEIPT.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
