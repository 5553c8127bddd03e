"""The page behind a number: what it is, how it is counted, the rows, how it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.foundation.core.wording import printed
from tongxin.readers.statistics.leave import things_open_to
from tongxin.readers.statistics.models import NumberCode, ReportedNumber
from tongxin.readers.statistics.numbering import code_for
from tongxin.readers.statistics.opening.asked import WHOLE, Unknown
from tongxin.readers.statistics.opening.facts import facts_of, rows_behind
from tongxin.readers.statistics.opening.rows import Pages, in_order, shown
from tongxin.readers.statistics.wordings import Wordings, printed_number, wordings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.paginator import Page
    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor
    from tongxin.readers.statistics.counting import Counted
    from tongxin.readers.statistics.opening.asked import Asked
    from tongxin.readers.statistics.opening.facts import Facts
    from tongxin.readers.statistics.opening.rows import Row

# More reported numbers than that stand in their own list.
_MOST_REPORTED = 10


@dataclass(frozen=True, slots=True)
class Tab:
    """One side of a share, as ``ui/tabs.html`` takes it."""

    label: str
    url: str
    current: bool
    count: int


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything on the page. What is not told has neither number nor rows.

    Attributes:
        value: the number as it is, with its unit.
        text: the number as the committee prints it.
        code: what stands beside it in Word and Excel.
        heads, rows, page, page_range: the rows of one page.
        total: of a sum, what all rows add up to.
        reported: numbers of this figure and span that were reported from elsewhere; not in the value.
    """

    asked: Asked
    facts: Facts
    value: str = ""
    text: str = ""
    code: str = ""
    page: Page[Any] | None = None
    page_range: Sequence[int | str] = ()
    rows: Sequence[Row] = ()
    total: str = ""
    tabs: Sequence[Tab] = ()
    reported: Sequence[ReportedNumber] = ()

    @property
    def title(self) -> str:
        """What the number is called, the part included."""
        return name_of(self.asked)

    @property
    def is_told(self) -> bool:
        """Whether the number may be told at all."""
        return self.facts.counted is not None

    @property
    def heads(self) -> list[str]:
        """The headings of the columns."""
        return [cell.head for cell in self.rows[0].cells] if self.rows else []

    @property
    def list_url(self) -> str:
        """The room's own list of exactly these rows, where it has one."""
        return "" if self.asked.part is not None else self.asked.figure.url(self.asked.period)

    @property
    def is_hedged(self) -> bool:
        """Whether it is printed otherwise than it is."""
        return self.text != self.value

    @property
    def has_more_reported(self) -> bool:
        """Whether further reported numbers stand in their own list."""
        return len(self.reported) == _MOST_REPORTED


def name_of(asked: Asked) -> str:
    """Return what a number is called; a part bears the name of what it is a part of."""
    name = str(asked.figure.name)
    return _("%(name)s（%(part)s）") % {"name": name, "part": asked.label} if asked.label else name


def conditions_of(asked: Asked) -> list[str]:
    """Return in words which rows are counted: the span, the part, and of a share the side."""
    found = [_("时间：%(span)s") % {"span": asked.period.label}]
    if asked.by is not None and asked.part is not None:
        found.append(_("%(what)s：%(part)s") % {"what": asked.by.name, "part": asked.label})
    if asked.figure.is_share:
        found.append(_("现在列的是分母") if asked.is_whole_side else _("现在列的是分子"))
    return found


def seen_rows(asked: Asked, actor: Actor) -> QuerySet[Any]:
    """Return the rows that the page lists to this person, in order."""
    return in_order(asked.figure, things_open_to(actor, asked.figure, rows_behind(asked)))


def open_number(asked: Asked, actor: Actor, number: str) -> Opened:
    """Return the page. Five queries; see ``facts_of`` for parts that are not told.

    Args:
        number: which page of the rows.

    Raises:
        Unknown: nothing ever had this part.
    """
    facts = facts_of(asked, actor)
    if facts.counted is None:
        return Opened(asked, facts)
    code = _code(asked, is_known=asked.known or bool(facts.listed))
    pages = Pages(seen_rows(asked, actor), facts.seen)
    page = pages.get_page(number)
    wordings = wordings_of(asked.committee_id)
    return Opened(
        asked,
        facts,
        value=_exact(asked, facts.counted),
        text=printed_text(asked, facts.counted, wordings),
        code=code,
        page=page,
        page_range=list(pages.get_elided_page_range(page.number, on_each_side=2)),
        rows=shown(asked.figure, page.object_list),
        total=_exact(asked, facts.counted) if asked.figure.summed else "",
        tabs=_tabs(asked, facts.counted),
        reported=() if asked.part is not None else list(reported_beside(asked)),
    )


def printed_text(asked: Asked, value: Counted, wordings: Wordings) -> str:
    """Return a number as it is printed: a whole as the committee chose, a part as it is."""
    if asked.part is not None:
        return _exact(asked, value)
    return printed_number(asked.figure, value, asked.period, wordings)


def reported_beside(asked: Asked) -> Iterable[ReportedNumber]:
    """Return what was reported from elsewhere of this figure, for spans within this one. One query."""
    found = ReportedNumber.objects.standing().filter(
        committee_id=asked.committee_id, figure=asked.figure.id, **asked.period.within("since")
    )
    return found.filter(**asked.period.within("until")).select_related("place")[:_MOST_REPORTED]


def _exact(asked: Asked, value: Counted) -> str:
    return printed(value.value, asked.figure.unit)


def _code(asked: Asked, *, is_known: bool) -> str:
    by, part = asked.named
    if is_known:
        return code_for(asked.committee_id, asked.figure.id, asked.period, by, part).code
    # It may have had rows when it was printed.
    row = NumberCode.objects.filter(
        committee_id=asked.committee_id, figure=asked.figure.id, period=asked.period.key, by=by, part=part
    ).first()
    if row is None:
        raise Unknown(part)
    return row.code


def _tabs(asked: Asked, value: Counted) -> list[Tab]:
    if value.whole is None:
        return []
    path = asked.url
    side = f"{'&' if '?' in path else '?'}side={WHOLE}"
    return [
        Tab(_("分子"), path, not asked.is_whole_side, value.part or 0),
        Tab(_("分母"), path + side, asked.is_whole_side, value.whole),
    ]
