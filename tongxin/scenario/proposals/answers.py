"""How many proposals are filed and answered in each cell, so that every share of every span comes out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.wanted import parts_of, wholes_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tongxin.scenario.hedges import Aim
    from tongxin.scenario.wanted import Statement, Wanted

FILED: Final = "proposals.filed"
REPLIED: Final = "proposals.replied"
IN_HAND: Final = "proposals.in_hand"
REPLY_RATE: Final = "proposals.reply_rate"
LIVELIHOOD_RATE: Final = "proposals.reply_rate.livelihood"
_FAR = 10**9
_HUNDRED = 100
# So many proposals that nobody counted give a share of their own.
_MODEST = 20
# So large a part of the proposals is about the people's livelihood, where nobody says.
_LIVELIHOOD_PART = 3
# So many pairs of part and whole are tried for one share, from near the usual whole and from the smallest.
_NEAR, _SMALL = 24, 12


@dataclass(frozen=True, slots=True)
class Answers:
    """What there is in each cell.

    Attributes:
        livelihood: how many about the people's livelihood are answered.
        livelihood_open: how many of them are not.
    """

    filed: list[int]
    replied: list[int]
    livelihood: list[int]
    livelihood_open: list[int]


@dataclass(frozen=True, slots=True)
class Needs:
    """What else asks for proposals that are filed or answered.

    Attributes:
        filed: how many must be filed in each cell.
        replied: how many must be answered in each cell.
        overdue: how many must wait too long in each cell.
        shares: how many are answered in runs of cells, so that shares of them come out.
    """

    filed: Sequence[int]
    replied: Sequence[int]
    overdue: Sequence[int]
    shares: Sequence[Said] = ()

    def answered_in(self, first: int, last: int) -> int | None:
        """Return how many are answered in exactly this run, where a share says it."""
        return next((s.least for s in self.shares if (s.first, s.last) == (first, last)), None)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Part and whole of a share in a run of cells."""

    first: int
    last: int
    part: int
    whole: int


def plan_answers(wanted: Wanted, needs: Needs) -> Answers | None:
    """Return how many proposals are filed and answered; nothing where that cannot be.

    Raises:
        ScenarioRefused: no whole numbers give a share.
    """
    for exactly in (True, False):
        found = _planned(wanted, needs, exactly=exactly)
        if found is not None:
            return found
    return None


def _planned(wanted: Wanted, needs: Needs, *, exactly: bool) -> Answers | None:
    days = wanted.cells.days()
    said = [*wanted.bounds(FILED, exactly=exactly), *_floors(wanted), *_with_shares(wanted, needs)]
    least = [max(f, r + o) for f, r, o in zip(needs.filed, needs.replied, needs.overdue, strict=True)]
    base = share_out(days, said, least=least)
    if base is None:
        return None

    def solved(pairs: Sequence[_Pair]) -> Answers | None:
        filed = share_out(
            days, [*said, *(Said(p.first, p.last, p.whole, p.whole) for p in pairs)], least=least
        )
        return None if filed is None else _answered(wanted, filed, pairs, needs, exactly=exactly)

    options = [_options(wanted, one, base, needs) for one in wanted.statements.get(REPLY_RATE, ())]
    return _search(options, solved)


def _floors(wanted: Wanted) -> Iterator[Said]:
    """Yield how many must be filed at least for a share of those about livelihood, where nobody says how many."""
    is_open = wanted.is_open(FILED)
    for one in wanted.statements.get(LIVELIHOOD_RATE, ()):
        first, last = wanted.cells.run(one.period)
        if any(is_open[first:last]):
            least, most = one.aim.least, min(one.aim.most, Decimal(_HUNDRED))
            whole = next((w for w in wholes_from(_MODEST) if parts_of(w, least, most)), _MODEST)
            yield Said(first, last, whole, _FAR)


def _with_shares(wanted: Wanted, needs: Needs) -> Iterator[Said]:
    """Yield how many must be filed for those that are answered, beside those that wait."""
    waiting = wanted.bounds(IN_HAND, exactly=False)
    for s in needs.shares:
        yield Said(s.first, s.last, s.least + sum(needs.overdue[s.first : s.last]), _FAR)
        for w in waiting:
            if (w.first, w.last) == (s.first, s.last):
                yield Said(s.first, s.last, s.least + w.least, s.least + w.most)


def _search(
    options: Sequence[Sequence[_Pair]],
    solved: Callable[[Sequence[_Pair]], Answers | None],
    chosen: tuple[_Pair, ...] = (),
) -> Answers | None:
    """Choose a pair for each share so that all can be together; the first that is found."""
    found = solved(chosen)
    if found is None or len(chosen) == len(options):
        return found
    for pair in options[len(chosen)]:
        deeper = _search(options, solved, (*chosen, pair))
        if deeper is not None:
            return deeper
    return None


def _options(wanted: Wanted, one: Statement, base: Sequence[int], needs: Needs) -> list[_Pair]:
    """Return pairs that give the share of all that are filed in a span."""
    first, last = wanted.cells.run(one.period)
    filed, replied, waiting = (_beside(wanted, figure, one) for figure in (FILED, REPLIED, IN_HAND))
    usual = max(sum(base[first:last]), int(filed is None and any(base)))
    if filed is not None:
        near: Iterable[int] = [int(filed.likely), *range(int(filed.least), int(filed.most) + 1)]
        small: Iterable[int] = ()
    else:
        near, small = chain(wholes_from(max(usual, _MODEST)), range(usual - 1, 0, -1)), range(1, usual)

    of_share, late = needs.answered_in(first, last), sum(needs.overdue[first:last])

    def fits(part: int, whole: int) -> bool:
        as_said = _is(replied, part) and _is(waiting, whole - part)
        return as_said and of_share in (None, part) and whole - part >= late

    return _pairs(wanted, one, REPLY_RATE, (near, small), fits)


def _beside(wanted: Wanted, figure: str, one: Statement) -> Aim | None:
    """Return what is stated of a figure in the same span."""
    return next(
        (o.aim for o in wanted.statements.get(figure, ()) if o.period.key == one.period.key),
        None,
    )


def _is(aim: Aim | None, number: int) -> bool:
    return aim is None or aim.least <= number <= aim.most


def _pairs(
    wanted: Wanted,
    one: Statement,
    figure: str,
    wholes: tuple[Iterable[int], Iterable[int]],
    fits: Callable[[int, int], bool],
) -> list[_Pair]:
    if one.aim.likely > _HUNDRED:
        raise wanted.refuse(figure, because=_("比例不能超过100%%。") % {})
    first, last = wanted.cells.run(one.period)
    near, small = (list(many) for many in wholes)
    found: list[_Pair] = []
    for least, most in dict.fromkeys([(one.aim.likely, one.aim.likely), (one.aim.least, one.aim.most)]):
        for many, count in ((near, _NEAR), (small, _SMALL)):
            pairs = (
                _Pair(first, last, part, whole)
                for whole in many
                for part in parts_of(whole, least, most)
                if fits(part, whole)
            )
            found += islice(pairs, count)
    if not found:
        raise wanted.refuse(figure, FILED, REPLIED, IN_HAND, because=_("按整数凑不出这个比例。"))
    return found


def _answered(
    wanted: Wanted, filed: Sequence[int], pairs: Sequence[_Pair], needs: Needs, *, exactly: bool
) -> Answers | None:
    said = [*wanted.bounds(REPLIED, exactly=exactly), *needs.shares]
    for one in wanted.bounds(IN_HAND, exactly=exactly):
        whole = sum(filed[one.first : one.last])
        if one.least > whole:
            return None
        said.append(Said(one.first, one.last, max(0, whole - one.most), whole - one.least))
    said += [Said(p.first, p.last, p.part, p.part) for p in pairs]
    most = [f - o for f, o in zip(filed, needs.overdue, strict=True)]
    replied = share_out(wanted.cells.days(), said, least=needs.replied, most=most)
    if replied is None:
        return None
    is_said = [any(s.first <= n < s.last for s in said) for n in range(len(filed))]
    return _with_livelihood(wanted, filed, replied, is_said, needs.overdue)


def _with_livelihood(
    wanted: Wanted,
    filed: Sequence[int],
    replied: Sequence[int],
    is_said: Sequence[bool],
    overdue: Sequence[int],
) -> Answers | None:
    """Add how many are about livelihood. Where nobody says how many are answered, all are that need not be open."""
    days = wanted.cells.days()
    most = [r if stated else f - o for f, r, o, stated in zip(filed, replied, overdue, is_said, strict=True)]

    def solved(pairs: Sequence[_Pair]) -> Answers | None:
        answered = share_out(days, [Said(p.first, p.last, p.part, p.part) for p in pairs], most=most)
        if answered is None:
            return None
        free = [
            f - (r if stated else a)
            for f, r, a, stated in zip(filed, replied, answered, is_said, strict=True)
        ]
        said = [Said(p.first, p.last, p.whole - p.part, p.whole - p.part) for p in pairs]
        waiting = share_out(days, said, most=free)
        if waiting is None:
            return None
        done = [
            r if stated else f - max(b, o)
            for f, r, b, o, stated in zip(filed, replied, waiting, overdue, is_said, strict=True)
        ]
        return Answers([*filed], done, answered, waiting)

    options = []
    for one in wanted.statements.get(LIVELIHOOD_RATE, ()):
        first, last = wanted.cells.run(one.period)
        total, answered = sum(filed[first:last]), sum(most[first:last])
        stated = all(is_said[first:last])
        usual = -(-total // _LIVELIHOOD_PART)

        def fits(
            part: int, whole: int, answered: int = answered, total: int = total, *, stated: bool = stated
        ) -> bool:
            return part <= answered and (not stated or whole - part <= total - answered)

        wholes = (range(usual, total + 1), range(0 if total == 0 else 1, usual))
        options.append(_pairs(wanted, one, LIVELIHOOD_RATE, wholes, fits))
    return _search(options, solved)
