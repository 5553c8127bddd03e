"""Which committees the running work may touch.

The scope lives in a context variable. The database backend tells it to PostgreSQL before the first statement
that runs in it, where row-level security enforces it a second time, below all queries.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """The committees in scope, the person at work, and whether the public is looking."""

    committee_ids: tuple[int, ...] = ()
    user_id: UUID | None = None
    audience: Literal["", "public"] = ""

    @property
    def committees_literal(self) -> str:
        """The committees as a PostgreSQL array; empty text when there are none."""
        return "{" + ",".join(map(str, self.committee_ids)) + "}" if self.committee_ids else ""


NOTHING = Scope()
_scope: ContextVar[Scope] = ContextVar("scope", default=NOTHING)


def current() -> Scope:
    """Return the scope of the running work."""
    return _scope.get()


@contextmanager
def scope(
    committee_ids: Iterable[int] = (), *, user_id: UUID | None = None, audience: Literal["", "public"] = ""
) -> Iterator[Scope]:
    """Work within these committees until the block ends, whether or not a transaction is open."""
    inner = Scope(tuple(sorted(set(committee_ids))), user_id, audience)
    token = _scope.set(inner)
    try:
        yield inner
    finally:
        _scope.reset(token)
