"""One thing that happened, or will, as its contributor reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

DONE, NOW, TO_COME, HALT = "done", "now", "todo", "halt"


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One step of the way.

    Attributes:
        state: ``done``, ``now``, ``todo`` or ``halt`` (it ended here).
        when: the day; None when nobody knows.
        words: what happened, as a title.
        detail: more of it in public words; may be empty.
        picture_ids: files that everybody may open.
        by: the day is not when it happens but until when it is expected.
    """

    state: str
    when: date | None
    words: str
    detail: str = ""
    picture_ids: tuple[str, ...] = ()
    by: bool = False

    @property
    def title(self) -> str:
        """The words, as ``ui/chain.html`` asks for them."""
        return self.words

    @property
    def text(self) -> str:
        """The detail, as ``ui/chain.html`` asks for it."""
        return self.detail
