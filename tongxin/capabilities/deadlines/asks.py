"""What a room says is asked of somebody: the lines of the one to-do list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that is asked of somebody."""

    kind: str
    text: str
    title: str
    code: str
    due_on: date
    url: str


@dataclass(frozen=True, slots=True)
class TodoGroup:
    """How many things of one kind are asked of somebody, and the list that holds them."""

    kind: str
    text: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a room asks of somebody: how much of each kind, and what is due first."""

    groups: list[TodoGroup]
    todos: list[Todo]
