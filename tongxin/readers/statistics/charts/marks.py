"""What every chart is made of: marks with a value, a name and the page that they open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.foundation.core.wording import printed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    # Nothing: too small to be told.
    Number = int | Decimal | None


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a chart, and the page that holds exactly these rows.

    Attributes:
        value: how many; nothing where it is not told because it could single out a person.
        second: the value drawn beside it: the year before, or the other line. Nothing where there is none.
        share: of the whole, as it is printed; empty where parts do not add up.
        is_named: the label names something; what has no place or kind has none.
        words: what is written in place of the value.
        is_fold: it stands for many small ones, and opens the table.
    """

    label: str
    value: Number
    url: str = ""
    second: Number = None
    second_url: str = ""
    share: str = ""
    is_named: bool = True
    words: str = ""
    is_fold: bool = False

    @property
    def size(self) -> int | Decimal:
        """How large it is drawn; what is not told has no size."""
        return self.value or 0

    @property
    def second_size(self) -> int | Decimal:
        """How large the one beside it is drawn."""
        return self.second or 0

    @property
    def text(self) -> str:
        """The value as it is written."""
        if self.words:
            return self.words
        return untold() if self.value is None else printed(self.value)

    @property
    def second_text(self) -> str:
        """The value beside it as it is written."""
        return "" if self.second is None else printed(self.second)

    @property
    def opens(self) -> str:
        """The address behind the value; empty where there are no rows, or they are not told."""
        return self.url if self.value or self.is_fold else ""

    @property
    def second_opens(self) -> str:
        """The address behind the value beside it."""
        return self.second_url if self.second else ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its words and its table.

    Attributes:
        key: what it is called on its page; stands in addresses and ids.
        shape: ``columns``, ``bars``, ``ring`` or ``line``: which template draws it.
        title: what is to be seen, as a sentence.
        note: what is counted, and what may be clicked.
        heads: the headings of its table: what the marks are, the value, and the one beside it.
        drawing: where everything stands; what it is depends on the shape.
        total: the whole, where the parts add up to it.
    """

    key: str
    shape: str
    title: str
    note: str
    unit: str
    heads: tuple[str, ...]
    marks: Sequence[Mark]
    drawing: Any = None
    total: Mark | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(m.size or m.second_size or m.value is None for m in self.marks)

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole width, its table beside it."""
        return self.shape == "line"

    @property
    def has_shares(self) -> bool:
        """Whether its table says what part of the whole each is."""
        return any(m.share for m in self.marks)

    @property
    def template(self) -> str:
        """What draws it."""
        return f"statistics/charts/{self.shape}.html"


def untold() -> str:
    """Return what stands where a number is not told."""
    return _("未列")
