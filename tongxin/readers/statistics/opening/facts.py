"""What a number is and how many rows stand behind it, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongxin.foundation.core.periods import calendar_month, calendar_year
from tongxin.foundation.organization.models import Committee
from tongxin.readers.statistics.counting import Counted, count_of, counted, parts_of, scalar
from tongxin.readers.statistics.leave import sees_all, things_open_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.breakdowns import Breakdown
    from tongxin.foundation.core.figures import Figure
    from tongxin.foundation.core.periods import Period
    from tongxin.readers.statistics.opening.asked import Asked


@dataclass(frozen=True, slots=True)
class Facts:
    """A number.

    Attributes:
        counted: what it is; nothing where it is not told because it could single out a person.
        listed: how many rows stand behind it; of a distinct figure, things; of a share, those of the side asked for.
        seen: how many of them this person may open.
    """

    counted: Counted | None
    listed: int = 0
    seen: int = 0

    @property
    def unseen(self) -> int:
        """How many rows this person may not open."""
        return self.listed - self.seen


def rows_behind(asked: Asked) -> QuerySet[Any]:
    """Return the rows that the page lists: of a share, the part or the whole."""
    return asked.whole() if asked.is_whole_side else asked.rows()


def facts_of(asked: Asked, actor: Actor) -> Facts:
    """Return what a number is. One query; where small parts are not told, a part takes as many more as its parts."""
    figure = asked.figure
    rows = rows_behind(asked)
    wanted = {"n": scalar(figure, asked.rows())}
    # What is the same is counted once.
    if figure.summed or asked.is_whole_side:
        wanted["listed"] = count_of(rows, figure.distinct)
    if not sees_all(actor, figure, rows):
        wanted["seen"] = count_of(things_open_to(actor, figure, rows))
    if figure.is_share:
        wanted["whole"] = count_of(asked.whole())
    found = Committee.objects.filter(pk=asked.committee_id).annotate(**wanted).values(*wanted).get()
    value = counted(figure, found["n"], found.get("whole"))
    if _is_untold(asked, value):
        return Facts(None)
    listed = found.get("listed", found["n"])
    return Facts(value, listed, found.get("seen", listed))


def listed_by(figures: Iterable[Figure], committee_id: int, period: Period) -> dict[str, int]:
    """Return how many rows stand behind each figure: of a distinct one, things; of a share, the part. One query."""
    wanted = {f"n{n}": one for n, one in enumerate(figures)}
    counts = {name: count_of(one.rows(committee_id, period), one.distinct) for name, one in wanted.items()}
    found = Committee.objects.filter(pk=committee_id).annotate(**counts).values(*counts).get()
    return {one.id: found[name] for name, one in wanted.items()}


def _is_untold(asked: Asked, value: Counted) -> bool:
    """Say whether a number could single out a person: small, or one from which a small one follows."""
    figure = asked.figure
    if not figure.suppressed_below or not asked.is_narrow:
        return False
    if 0 < value.number < figure.suppressed_below:
        return True
    if (part := _as_part(asked)) is None:
        return False
    by, key, period = part
    parts = parts_of(figure, asked.committee_id, period, by)
    return any(one.key == key and one.is_suppressed for one in parts)


def _as_part(asked: Asked) -> tuple[Breakdown, str, Period] | None:
    """Return of what the number is a part; a month is one of its year, however it was asked for."""
    if asked.by is not None and asked.part is not None:
        return asked.by, asked.part, asked.period
    by, since = asked.figure.breakdown("month"), asked.period.since
    if by is None or since is None or asked.period != calendar_month(since.year, since.month):
        return None
    return by, asked.period.key, calendar_year(since.year)
