"""Who may open a file: what the room of its matter says, asked again on every request.

This room knows matters but not their rules. Each kind of matter registers a checker; a kind without one
shows its files to nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tongxin.capabilities.files.models import StoredFile
    from tongxin.foundation.core.access import Actor

_checkers: dict[str, Callable[[Actor, StoredFile], bool]] = {}


def register_file_leave(kind: str, checker: Callable[[Actor, StoredFile], bool]) -> None:
    """Let a room decide over the files of its kind of matter.

    Args:
        kind: the kind of matter.
        checker: says whether the actor may open this file now. The file's matter is already loaded.
    """
    _checkers[kind] = checker


def can_open_file(actor: Actor, stored_file: StoredFile) -> bool:
    """Ask the room of the file's matter; no answer means no. A removed file opens for nobody."""
    checker = _checkers.get(stored_file.matter.kind)
    return stored_file.removed_at is None and checker is not None and checker(actor, stored_file)
