"""The statements of a map as its page shows them: shares in percent, for everybody and for each group."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

AGREE: Final = 1


@dataclass(frozen=True, slots=True)
class Shares:
    """How some people stand to a statement.

    Attributes:
        letter: of the group; empty for everybody.
        is_few: fewer than ten answered, and nothing is told.
    """

    letter: str
    votes: int
    agrees: int
    disagrees: int
    passes: int
    is_few: bool

    @property
    def agree(self) -> int:
        """The share that agrees, in percent."""
        return percent(self.agrees, self.votes)

    @property
    def disagree(self) -> int:
        """The share that disagrees, in percent."""
        return percent(self.disagrees, self.votes)

    @property
    def passed(self) -> int:
        """The share that cannot say, in percent."""
        return percent(self.passes, self.votes)


@dataclass(frozen=True, slots=True)
class Row:
    """A statement with its numbers.

    Attributes:
        is_out: it was withdrawn, and its numbers count no more.
        all: everybody.
        groups: in the order of their letters.
    """

    number: int
    text: str
    is_out: bool
    all: Shares
    groups: Sequence[Shares]

    @property
    def votes(self) -> int:
        """How many answered."""
        return self.all.votes

    @property
    def spread(self) -> int:
        """How far the groups are apart, in percentage points."""
        told = [one.agree for one in self.groups if one.votes]
        return max(told) - min(told) if len(told) > 1 else 0


@dataclass(frozen=True, slots=True)
class Common:
    """A statement that all say the same of."""

    row: Row
    is_agreed: bool
    share: int


@dataclass(frozen=True, slots=True)
class Known:
    """A statement that a group is known for, with the shares inside and outside of it."""

    row: Row
    is_agreed: bool
    inside: int
    outside: int


@dataclass(frozen=True, slots=True)
class GroupPart:
    """A group of like opinion."""

    letter: str
    size: int
    share: int
    known_for: Sequence[Known]


def percent(part: int, whole: int) -> int:
    """Return a share in whole percent, halves upward; 0 of nothing."""
    if not whole:
        return 0
    return int((Decimal(100 * part) / whole).quantize(Decimal(1), ROUND_HALF_UP))


def rows_of(result: Mapping[str, Any], texts: Mapping[int, str]) -> list[Row]:
    """Return all statements of a count, by number."""
    letters = [group["letter"] for group in result["groups"]]
    return [
        Row(
            one["number"],
            texts.get(one["number"], ""),
            one["out"],
            _shares("", one),
            [_shares(letter, cell) for letter, cell in zip(letters, one["groups"], strict=False)],
        )
        for one in result["statements"]
    ]


def common_of(result: Mapping[str, Any], rows: Mapping[int, Row]) -> list[Common]:
    """Return what all groups say the same of, the surest first; agreement before disagreement."""
    return [
        Common(rows[one["number"]], one["direction"] == AGREE, percent_of(one["share"]))
        for one in result["common"]
    ]


def groups_of(result: Mapping[str, Any], rows: Mapping[int, Row]) -> list[GroupPart]:
    """Return the groups by their letters."""
    return [
        GroupPart(
            group["letter"],
            group["size"],
            percent(group["size"], sum(one["size"] for one in result["groups"])),
            [
                _known(rows[one["number"]], group["letter"], is_agreed=one["direction"] == AGREE)
                for one in result["representative"].get(group["letter"], ())
            ],
        )
        for group in result["groups"]
    ]


def divided_of(result: Mapping[str, Any], rows: Mapping[int, Row]) -> list[Row]:
    """Return what the groups differ most in."""
    return [rows[number] for number in result["divided"]]


_SORTS: Final[Mapping[str, Callable[[Row], tuple[int, int]]]] = {
    "number": lambda row: (row.number, 0),
    "votes": lambda row: (-row.votes, row.number),
    "agree": lambda row: (-row.all.agree, row.number),
    "disagree": lambda row: (-row.all.disagree, row.number),
    "pass": lambda row: (-row.all.passed, row.number),
    "spread": lambda row: (-row.spread, row.number),
}


def sorted_rows(rows: Sequence[Row], sort: str) -> tuple[list[Row], str]:
    """Return the rows as asked for, and how they are ordered; by agreement where the wish is unknown."""
    name = sort if sort in _SORTS else "agree"
    # What was withdrawn or is not told stands last, whatever is asked for.
    return sorted(rows, key=lambda row: (name != "number" and not row.votes, _SORTS[name](row))), name


def percent_of(share: float) -> int:
    """Return a share (0 to 1) in whole percent."""
    return int(Decimal(str(100 * share)).quantize(Decimal(1), ROUND_HALF_UP))


def _shares(letter: str, cell: Mapping[str, Any]) -> Shares:
    return Shares(
        letter, cell["votes"], cell["agrees"], cell["disagrees"], cell["passes"], cell.get("few", False)
    )


def _known(row: Row, letter: str, *, is_agreed: bool) -> Known:
    """Return the shares inside a group and in all others together."""
    own = [one for one in row.groups if one.letter == letter]
    rest = [one for one in row.groups if one.letter != letter]
    return Known(row, is_agreed, _together(own, is_agreed=is_agreed), _together(rest, is_agreed=is_agreed))


def _together(cells: Sequence[Shares], *, is_agreed: bool) -> int:
    said = sum(one.agrees if is_agreed else one.disagrees for one in cells)
    return percent(said, sum(one.votes for one in cells))
