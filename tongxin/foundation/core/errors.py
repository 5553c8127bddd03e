"""Two ways to say no. Absent and forbidden look alike: that is ``Http404``, from ``get_object_or_404``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refused(Exception):  # noqa: N818 (it is an answer, not a fault)
    """Not now. The message is shown to the person as it is; what they typed is kept (HTTP 409)."""

    def __init__(self, message: str | _StrPromise) -> None:
        super().__init__(str(message))
        self.message = str(message)


def require(leave: bool, *, because: str | _StrPromise) -> None:  # noqa: FBT001 (reads as a sentence)
    """Stop unless the actor has leave.

    Raises:
        PermissionDenied: with the reason in words.
    """
    if not leave:
        raise PermissionDenied(str(because))


def ensure(fact: bool, *, because: str | _StrPromise) -> None:  # noqa: FBT001
    """Stop unless the world is as the action needs it.

    Raises:
        Refused: with the reason in words.
    """
    if not fact:
        raise Refused(because)
