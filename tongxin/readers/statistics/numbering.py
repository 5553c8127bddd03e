"""Codes of numbers: what stands beside a number in Word, PDF and Excel, and leads back to its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.capabilities.matters.actions import take_number
from tongxin.foundation.core import clock
from tongxin.readers.statistics.models import NumberCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tongxin.foundation.core.figures import Period

# What a code names: figure, span, breakdown, part.
Named = tuple[str, str, str, str]


def code_for(committee_id: int, figure_id: str, period: Period, by: str = "", part: str = "") -> NumberCode:
    """Return the code of a number; it is given one the first time that somebody asks.

    A code says which number is meant, not what it is; so this needs no leave and leaves no entry in the log.
    """
    return codes_for(committee_id, [(figure_id, period.key, by, part)])[figure_id, period.key, by, part]


def codes_for(committee_id: int, asked: Iterable[Named]) -> Mapping[Named, NumberCode]:
    """Return the codes of many numbers. One query if all have one, three more for all that are new."""
    wanted = list(dict.fromkeys(asked))
    if not wanted:
        return {}
    found = _known(committee_id, wanted)
    if missing := [named for named in wanted if named not in found]:
        found |= _give(committee_id, missing)
    return found


@transaction.atomic
def _give(committee_id: int, missing: list[Named]) -> dict[Named, NumberCode]:
    year = clock.today().year
    # Whoever gives codes at the same moment waits here; then theirs are known.
    last = take_number(committee_id=committee_id, series=f"number_code.{year}", count=len(missing))
    found = _known(committee_id, missing)
    free = iter(range(last - len(missing) + 1, last + 1))
    made = [
        NumberCode(
            committee_id=committee_id,
            figure=figure,
            period=period,
            by=by,
            part=part,
            code=f"T{year % 100:02d}-{next(free):04d}",
        )
        for figure, period, by, part in missing
        if (figure, period, by, part) not in found
    ]
    return found | {_named(row): row for row in NumberCode.objects.bulk_create(made)}


def _known(committee_id: int, wanted: Iterable[Named]) -> dict[Named, NumberCode]:
    figures, periods, bys, parts = (set(words) for words in zip(*wanted, strict=True))
    rows = NumberCode.objects.filter(
        committee_id=committee_id, figure__in=figures, period__in=periods, by__in=bys, part__in=parts
    )
    return {_named(row): row for row in rows}


def _named(row: NumberCode) -> Named:
    return row.figure, row.period, row.by, row.part
