"""File names as people gave them, made harmless and still readable."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from django.utils.translation import gettext

# As long as the column; file systems of the people who download it take 255 bytes.
NAME_CHARACTERS = 120
_NAME_BYTES = 240
# Separators, what Windows forbids, controls; and marks that turn the reading direction (exe.fdp → pdf.exe).
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+')


def clean_name(name: str, *, extension: str = "") -> str:
    """Return a name that can be shown and saved anywhere.

    Args:
        name: what the browser sent; may be a path, hostile or empty.
        extension: the ending that the content really has; replaces the one given.
    """
    base = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    base = _FORBIDDEN.sub("", base).strip(" .")
    ending = f".{extension.lstrip('.')}" if extension else PurePosixPath(base).suffix
    stem = base.removesuffix(PurePosixPath(base).suffix) if PurePosixPath(base).suffix else base
    stem = stem.strip(" .") or gettext("文件")
    stem = stem[: NAME_CHARACTERS - len(ending)]
    while len((stem + ending).encode()) > _NAME_BYTES:
        stem = stem[:-1]
    return stem + ending
