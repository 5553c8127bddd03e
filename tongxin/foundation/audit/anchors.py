"""Anchors: now and then the ends of all chains are written to a file outside the database.

Who cuts a chain together with its head, or puts an older copy of the tables back, cannot undo what the file
says. Each line is sealed with the audit key and bound to the line before it. Copies of the file belong on
another machine.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.translation import gettext as _

from tongxin.foundation.audit.chain import anchor_seal, head_seal, same
from tongxin.foundation.audit.models import Head
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from pathlib import Path

_FIELDS: Final = ("at", "chain", "entries", "last_hash", "seal")


@dataclass
class Anchors:
    """What the file says.

    Attributes:
        hashes: for each chain, the hash that its n-th entry had.
        last_seal: seal of the last good line.
        trouble: what is wrong with the file, in words; empty when nothing is.
    """

    hashes: dict[str, dict[int, str]] = field(default_factory=dict)
    last_seal: str = ""
    trouble: str = ""


def anchors_path() -> Path:
    """Return where the file lies."""
    path: Path = settings.TONGXIN_HOME / "anchors.jsonl"
    return path


def read_anchors() -> Anchors:
    """Return the anchors written so far. A last line that a power cut tore off counts as not written."""
    try:
        content = anchors_path().read_bytes()
    except FileNotFoundError:
        return Anchors()
    return _parse(content)


def anchor_heads(*, using: str = "owner") -> int:
    """Write the present ends of all chains to the file; return how many lines were added.

    Only chains that grew get a line, and only heads whose seal is right.
    """
    path = anchors_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # Another process may be about to do the same.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        content = _whole(descriptor)
        if torn := len(content) - (content.rfind(b"\n") + 1):
            os.ftruncate(descriptor, len(content) - torn)
        lines = _new_lines(_parse(content), using)
        if lines:
            os.write(descriptor, "".join(lines).encode())
            os.fsync(descriptor)
        return len(lines)
    finally:
        os.close(descriptor)


def _new_lines(known: Anchors, using: str) -> list[str]:
    lines: list[str] = []
    seal, at = known.last_seal, clock.now().isoformat(timespec="seconds")
    for head in Head.objects.using(using).order_by("chain"):
        right = head_seal(head.chain, head.entries, head.last_hash)
        if head.entries <= max(known.hashes.get(head.chain, ()), default=0) or not same(head.seal, right):
            continue
        seal = anchor_seal(seal, at, head.chain, head.entries, head.last_hash)
        row = (at, head.chain, head.entries, head.last_hash, seal)
        lines.append(json.dumps(dict(zip(_FIELDS, row, strict=True))) + "\n")
    return lines


def _parse(content: bytes) -> Anchors:
    found = Anchors()
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            row = json.loads(line)
            at, chain, entries, last_hash, seal = (row[name] for name in _FIELDS)
            good = same(str(seal), anchor_seal(found.last_seal, at, chain, entries, last_hash))
        except (ValueError, KeyError, TypeError):
            good = False
        if not good:
            found.trouble = _("锚点文件第%(line)s行被改过，或者它前面少了一行") % {"line": number}
            return found
        found.hashes.setdefault(chain, {})[entries] = last_hash
        found.last_seal = seal
    return found


def _whole(descriptor: int) -> bytes:
    parts = []
    os.lseek(descriptor, 0, os.SEEK_SET)
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts)
