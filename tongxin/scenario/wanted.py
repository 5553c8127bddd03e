"""What one place's figures have to be, as the builders ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core.figures import share_of
from tongxin.scenario.errors import ScenarioRefused
from tongxin.scenario.hedges import aim_of
from tongxin.scenario.spans import Said, cells_of, share_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from tongxin.foundation.core.periods import Period
    from tongxin.foundation.organization.models import Committee
    from tongxin.scenario.hedges import Aim
    from tongxin.scenario.reading import Stated
    from tongxin.scenario.spans import Cells

_HUNDRED = Decimal(100)
# As many records of one figure are made at most.
_MOST = 200_000
# A share to one decimal is some number of thousandths.
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with the numbers that are printed as it says."""

    stated: Stated
    aim: Aim

    @property
    def period(self) -> Period:
        """Of which span it is."""
        return self.stated.period


@dataclass(slots=True)
class Wanted:
    """All that is stated of one place and that the rooms can answer.

    Attributes:
        cells: the spans of days that the statements part time into.
    """

    place: str
    committee: Committee
    today: date
    statements: dict[str, list[Statement]] = field(default_factory=dict)
    cells: Cells = field(init=False)

    def __post_init__(self) -> None:
        self.cells = cells_of([], self.today)

    def take(self, stated: Stated) -> None:
        """Add a statement; all of them are taken before the first question.

        Raises:
            ScenarioRefused: no number is printed so, or it contradicts one that was taken.
        """
        for other in self.statements.get(stated.figure, ()):
            if other.period.key == stated.period.key:
                raise ScenarioRefused(
                    _("%(place)s的%(one)s和%(other)s互相矛盾。")
                    % {"place": self.place, "one": other.stated.shown, "other": stated.shown},
                    stated.figure,
                )
        self.statements.setdefault(stated.figure, []).append(Statement(stated, aim_of(stated, self.place)))
        periods = [one.period for many in self.statements.values() for one in many]
        self.cells = cells_of(periods, self.today)

    def has(self, *figures: str) -> bool:
        """Say whether anything is stated of one of these figures."""
        return any(figure in self.statements for figure in figures)

    def of_family(self, prefix: str) -> Iterator[tuple[str, list[Statement]]]:
        """Yield what is stated of figures whose ids begin so, with the rest of the id."""
        for figure, statements in self.statements.items():
            if figure.startswith(prefix):
                yield figure.removeprefix(prefix), statements

    def said(self, *figures: str) -> str:
        """Return the statements about these figures as a refusal quotes them."""
        return "、".join(one.stated.shown for f in figures for one in self.statements.get(f, ()))

    def refuse(self, *figures: str, because: str = "") -> ScenarioRefused:
        """Return the refusal of figures that cannot be together."""
        why = because or _("这几个数不能同时成立。")
        return ScenarioRefused(
            _("%(place)s：%(said)s。%(why)s")
            % {"place": self.place, "said": self.said(*figures), "why": why},
            *figures,
        )

    # What there is

    def level(self, figure: str) -> int | None:
        """Return how many there are today; nothing where nobody says. The latest statement holds until today."""
        found = self.levels(figure)
        return found[-1][1] if found else None

    def levels(self, figure: str) -> list[tuple[date, int]]:
        """Return how many there are at the end of each span that is stated, in the order of days."""
        found: dict[date, int] = {}
        for one in self.statements.get(figure, ()):
            day = min(one.period.until or self.today, self.today)
            value = self.whole(one, figure)
            if found.setdefault(day, value) != value:
                raise self.refuse(figure, because=_("同一天不能有两个数。"))
        return sorted(found.items())

    def whole(self, one: Statement, figure: str) -> int:
        """Return the number that is aimed at.

        Raises:
            ScenarioRefused: there is no such number of whole things.
        """
        if one.aim.likely != one.aim.likely.to_integral_value():
            raise self.refuse(figure, because=_("这个数字只能是整数。"))
        if one.aim.likely > _MOST:
            raise self.refuse(figure, because=_("这么多记录，一次造不了。"))
        return int(one.aim.likely)

    # What was done

    def bounds(self, figure: str, *, exactly: bool = True) -> list[Said]:
        """Return what is said of a figure as bounds of runs of cells."""
        found = []
        for one in self.statements.get(figure, ()):
            whole = self.whole(one, figure)
            first, last = self.cells.run(one.period)
            least, most = (whole, whole) if exactly else (int(one.aim.least), int(one.aim.most))
            found.append(Said(first, last, least, most))
        return found

    def counts(self, figure: str, *, least: Sequence[int] = (), most: Sequence[int] = ()) -> list[int] | None:
        """Return how many there were in each cell; nothing where that cannot be."""
        for exactly in (True, False):
            said = self.bounds(figure, exactly=exactly)
            found = share_out(self.cells.days(), said, least=least, most=most)
            if found is not None:
                return found
        return None

    def counted(
        self, figure: str, *, least: Sequence[int] = (), most: Sequence[int] = (), beside: Sequence[str] = ()
    ) -> list[int]:
        """Return how many there were in each cell.

        Args:
            beside: the figures from which the bounds came, to be named in the refusal.

        Raises:
            ScenarioRefused: that cannot be.
        """
        found = self.counts(figure, least=least, most=most)
        if found is None:
            raise self.refuse(figure, *(f for f in beside if f != figure))
        return found

    def is_open(self, figure: str) -> list[bool]:
        """Return of which cells nothing is said."""
        runs = [self.cells.run(one.period) for one in self.statements.get(figure, ())]
        return [not any(first <= n < last for first, last in runs) for n in range(len(self.cells))]

    # Shares

    def share(
        self, figure: str, wholes: Sequence[int], *, fits: Callable[[int, int], bool] | None = None
    ) -> tuple[int, int] | None:
        """Return part and whole that give the share that is stated; nothing where nobody states one.

        Args:
            wholes: which wholes there can be, the best first.
            fits: what part and whole must be besides.

        Raises:
            ScenarioRefused: none of them gives it.
        """
        statements = self.statements.get(figure, [])
        if not statements:
            return None
        if len({one.aim.likely for one in statements}) > 1:
            raise self.refuse(figure, because=_("比例只能有一个。"))
        aim = statements[0].aim
        if aim.likely > _HUNDRED:
            raise self.refuse(figure, because=_("比例不能超过100%%。") % {})
        for least, most in ((aim.likely, aim.likely), (aim.least, aim.most)):
            for whole in wholes:
                for part in parts_of(whole, least, most):
                    if fits is None or fits(part, whole):
                        return part, whole
        raise self.refuse(figure, because=_("按整数凑不出这个比例。"))

    def wholes(self, figure: str, least: int) -> list[int]:
        """Return which wholes a share of all things today can have: what is stated, or any from ``least`` on."""
        if (level := self.level(figure)) is None:
            return wholes_from(least)
        aim = self._latest(figure).aim
        return [level, *range(int(aim.least), min(int(aim.most), int(aim.least) + _THOUSAND) + 1)]

    def choose(self, figure: str, whole: int) -> None:
        """Aim at this one of the numbers that are printed as is stated."""
        if self.has(figure) and self.level(figure) != whole:
            latest = self._latest(figure)
            many = self.statements[figure]
            many[many.index(latest)] = replace(latest, aim=replace(latest.aim, likely=Decimal(whole)))

    def _latest(self, figure: str) -> Statement:
        return max(self.statements[figure], key=lambda one: min(one.period.until or self.today, self.today))


def parts_of(whole: int, least: Decimal, most: Decimal) -> list[int]:
    """Return of how many out of a whole the share, to one decimal, lies between these two."""
    first = int((least * whole / _HUNDRED).to_integral_value(ROUND_FLOOR))
    last = int((most * whole / _HUNDRED).to_integral_value(ROUND_CEILING))
    return [
        part for part in range(max(first, 0), min(last, whole) + 1) if least <= share_of(part, whole) <= most
    ]


def wholes_from(least: int) -> list[int]:
    """Return wholes for a share of which nothing else is known; the last gives every share to one decimal."""
    return [*range(max(least, 1), max(least, 1) + _THOUSAND), (max(least, 1) // _THOUSAND + 1) * _THOUSAND]


def within(wanted: Wanted, inner: str, outer: str) -> tuple[list[int], list[int]]:
    """Return a figure and one that holds all that it counts, cell by cell.

    Raises:
        ScenarioRefused: they cannot be together.
    """
    counts = wanted.counts(inner)
    if counts is not None and (whole := wanted.counts(outer, least=counts)) is not None:
        return counts, whole
    whole = wanted.counted(outer)
    return wanted.counted(inner, most=whole, beside=(outer,)), whole
