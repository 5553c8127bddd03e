"""Parts and wholes of the shares of spans: shares of one whole in one span are chosen together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.wanted import parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tongxin.scenario.hedges import Aim
    from tongxin.scenario.wanted import Statement, Wanted

_HUNDRED = 100
# So many wholes are looked at for one span, so many of those that fit are tried, and so many sets of all spans.
_LOOKED_AT, _TRIED, _SETS = 4000, 40, 400


@dataclass(frozen=True, slots=True)
class Pick:
    """A whole in a run of cells, and of each share that is stated of it the part."""

    first: int
    last: int
    whole: int
    parts: Mapping[str, int]

    @property
    def said(self) -> Said:
        """The whole as a bound."""
        return Said(self.first, self.last, self.whole, self.whole)


def picks_of(
    wanted: Wanted, figures: Sequence[str], wholes: Callable[[Statement], Iterable[int]]
) -> Iterator[tuple[Pick, ...]]:
    """Yield sets of picks, one pick for each span in which any of these shares is stated; the best set first.

    Args:
        wholes: which wholes there can be in the span of a statement, the best first.

    Raises:
        ScenarioRefused: no whole numbers give the shares of a span.
    """
    spans: dict[str, dict[str, Statement]] = {}
    for figure in figures:
        for one in wanted.statements.get(figure, ()):
            if one.aim.likely > _HUNDRED:
                raise wanted.refuse(figure, because=_("比例不能超过100%%。") % {})
            spans.setdefault(one.period.key, {})[figure] = one
    options = [_options(wanted, of, wholes) for of in spans.values()]
    if not all(options):
        raise wanted.refuse(*figures, because=_("按整数凑不出这个比例。"))
    yield from islice(product(*options), _SETS)


def _options(
    wanted: Wanted, of: Mapping[str, Statement], wholes: Callable[[Statement], Iterable[int]]
) -> list[Pick]:
    some = next(iter(of.values()))
    first, last = wanted.cells.run(some.period)
    candidates = list(dict.fromkeys(islice(wholes(some), _LOOKED_AT)))
    found: list[Pick] = []
    for exactly in (True, False):
        for whole in candidates:
            parts = {figure: _part(whole, one.aim, exactly=exactly) for figure, one in of.items()}
            known = {figure: part for figure, part in parts.items() if part is not None}
            if len(known) == len(of):
                found.append(Pick(first, last, whole, known))
            if len(found) == _TRIED:
                return found
    return found


def _part(whole: int, aim: Aim, *, exactly: bool) -> int | None:
    bounds = (aim.likely, aim.likely) if exactly else (aim.least, aim.most)
    return next(iter(parts_of(whole, *bounds)), None)


def others_of(
    wanted: Wanted,
    figure: str,
    picks: Sequence[Pick],
    *,
    most: Sequence[int] = (),
    least: Sequence[int] = (),
    said: Sequence[Said] = (),
) -> list[int] | None:
    """Return how many in each cell a share does not count; of spans of which nothing is stated, as few as may be.

    Args:
        most: the whole in each cell, where it is known.
        least: how many must be among the others.
        said: what else is said of the others.
    """
    of_shares = [
        Said(p.first, p.last, p.whole - p.parts[figure], p.whole - p.parts[figure])
        for p in picks
        if figure in p.parts
    ]
    return share_out(wanted.cells.days(), [*said, *of_shares], least=least, most=most)
