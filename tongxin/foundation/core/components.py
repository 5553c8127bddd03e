"""What the components in ``templates/ui`` take. A room's selectors fill these; pages of all rooms look alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the stepper (``ui/steps.html``)."""

    label: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One button of the next step."""

    label: str
    url: str
    main: bool = False
    grave: bool = False
    post: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """The card of the one next step (``ui/next.html``).

    Attributes:
        left: working days until it is due; below 0 it is late.
        explanation: how the date came about, as the deadlines room explains it.
    """

    step_no: int
    total: int
    holder: str
    title: str
    due: date | None = None
    left: int | None = None
    reason: str = ""
    explanation: Any = None
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what happened (``ui/log.html``)."""

    icon: str
    who: str
    what: str
    at: datetime
    text: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file (``ui/files.html``); without a day where that would tell who brought it."""

    name: str
    url: str
    kind: str
    size: int
    at: datetime | None
