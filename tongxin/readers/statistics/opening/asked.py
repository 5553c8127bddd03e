"""Which number is asked for: figure, span, part, and of a share which side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.http import urlencode

from tongxin.foundation.core.figures import find_figure
from tongxin.readers.statistics.asking import parse_asked
from tongxin.readers.statistics.counting import opened_url, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.breakdowns import Breakdown
    from tongxin.foundation.core.figures import Figure, Period

WHOLE: Final = "whole"
# The length of a part in the table of codes.
_LONGEST_PART: Final = 80
_A_YEAR_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    label: str
    url: str


class Unknown(LookupError):  # noqa: N818 (it is an answer, not a fault)
    """There is no such number for this person."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One number of one committee.

    Attributes:
        by: along what it is divided; nothing for the whole.
        part: which part; empty: the rows without a value; nothing: all parts are listed.
        label: the part's name.
        is_whole_side: of a share, the rows that it is a share of.
        known: something has this part: rows, or a name.
    """

    figure: Figure
    committee_id: int
    period: Period
    by: Breakdown | None = None
    part: str | None = None
    label: str = ""
    is_whole_side: bool = False
    known: bool = True

    @property
    def lists_parts(self) -> bool:
        """Whether the parts are asked for, not rows."""
        return self.by is not None and self.part is None

    @property
    def named(self) -> tuple[str, str]:
        """Breakdown and part, as codes and counting take them; both empty for the whole."""
        return (self.by.key, self.part or "") if self.by is not None and self.part is not None else ("", "")

    @property
    def is_narrow(self) -> bool:
        """Whether a number of a figure that hides small parts is one here: a part, or a span of less than a year."""
        if self.part is not None:
            return True
        since, until = self.period.since, self.period.until
        return since is not None and until is not None and (until - since).days + 1 < _A_YEAR_DAYS

    @property
    def url(self) -> str:
        """The address of this page in one form, whichever was typed."""
        if self.by is not None and self.part is None:
            return self.divided_url(self.by)
        return opened_url(self.figure.id, self.period, *((self.by.key, self.part) if self.by else ()))

    def divided_url(self, by: Breakdown) -> str:
        """Return the address of the list of parts along a breakdown."""
        asked = {"period": self.period.key, "by": by.key}
        return f"{opened_url(self.figure.id)}?{urlencode({k: v for k, v in asked.items() if v})}"

    @property
    def divisions(self) -> list[Link]:
        """Along what the number may be divided, each with its page."""
        return [Link(str(by.name), self.divided_url(by)) for by in self.figure.breakdowns]

    @property
    def parts_url(self) -> str:
        """The page of all parts, of a part; empty for a cell of a table, which has none."""
        by = self.by
        return self.divided_url(by) if by is not None and by in self.figure.breakdowns else ""

    @property
    def total_url(self) -> str:
        """The page of the number that this is a part of."""
        return opened_url(self.figure.id, self.period)

    @property
    def keep(self) -> list[tuple[str, str]]:
        """What stays in the address when another span is chosen."""
        found = [("by", self.by.key)] if self.by is not None else []
        return [*found, ("side", WHOLE)] if self.is_whole_side else found

    @property
    def query(self) -> str:
        """What follows the address of the page and of its export; empty or with its question mark."""
        _path, mark, query = self.url.partition("?")
        if self.is_whole_side:
            return f"?{query}&side={WHOLE}" if query else f"?side={WHOLE}"
        return f"{mark}{query}"

    def rows(self) -> QuerySet[Any]:
        """Return the rows of the number."""
        return rows_of(self.figure, self.committee_id, self.period, *self.named)

    def whole(self) -> QuerySet[Any]:
        """Return what a share is a share of."""
        if self.figure.out_of is None:
            raise TypeError(self.figure.id)
        rows = self.figure.out_of(self.committee_id, self.period)
        return rows if self.by is None or self.part is None else self.by.only(rows, self.part)


def figure_for(actor: Actor, figure_id: str) -> Figure:
    """Return a figure that this person may see. At most one query.

    Raises:
        Unknown: there is none, or it is not theirs; both look alike.
    """
    found = find_figure(figure_id, actor.committee_id) if actor.committee_id else None
    if found is None or not found.is_open_to(actor):
        raise Unknown(figure_id)
    return found


def asked_by(actor: Actor, figure_id: str, wanted: Mapping[str, str]) -> Asked:
    """Return which number somebody asks for. One query at most, two for a family's figure.

    Raises:
        Unknown: no such figure, span, breakdown or part.
    """
    figure = figure_for(actor, figure_id)
    committee_id = actor.committee_id or 0
    try:
        period = parse_asked(wanted.get("period", ""), committee_id)
    except (ValueError, OverflowError) as error:
        raise Unknown(figure_id) from error
    found = Asked(
        figure,
        committee_id,
        period,
        is_whole_side=figure.is_share and wanted.get("side") == WHOLE,
    )
    return _narrowed(found, wanted["by"], wanted.get("part")) if wanted.get("by") else found


def _narrowed(whole: Asked, key: str, part: str | None) -> Asked:
    by = whole.figure.breakdown(key)
    if by is None or (part is None and by not in whole.figure.breakdowns):
        raise Unknown(key)
    label, known = "", True
    if part is not None:
        if len(part) > _LONGEST_PART or not part.isprintable():
            raise Unknown(key)
        rows = whole.figure.rows(whole.committee_id, whole.period)
        try:
            exact, label = by.label_of(rows, whole.committee_id, part)
        except ValueError as error:
            raise Unknown(key) from error
        part, known = exact, label != exact
    return Asked(whole.figure, whole.committee_id, whole.period, by, part, label, whole.is_whole_side, known)
