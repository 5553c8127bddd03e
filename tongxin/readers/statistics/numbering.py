"""Codes of numbers: what stands beside a number in Word, PDF and Excel, and leads back to its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from tongxin.capabilities.matters.actions import take_number
from tongxin.foundation.core import clock
from tongxin.readers.statistics.models import NumberCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tongxin.foundation.core.figures import Period

# What a code names: figure, span, breakdown, part.
Named = tuple[str, str, str, str]


@transaction.atomic
def code_for(committee_id: int, figure_id: str, period: Period, by: str = "", part: str = "") -> NumberCode:
    """Return the code of a number; it is given one the first time that somebody asks.

    A code says which number is meant, not what it is; so this needs no leave and leaves no entry in the log.
    """
    return codes_for(committee_id, [(figure_id, period.key, by, part)])[figure_id, period.key, by, part]


@transaction.atomic
def codes_for(committee_id: int, asked: Iterable[Named]) -> Mapping[Named, NumberCode]:
    """Return the codes of many numbers. One query if all have one; two more for each that is new."""
    wanted = list(dict.fromkeys(asked))
    if not wanted:
        return {}
    condition = Q()
    for figure_id, period, by, part in wanted:
        condition |= Q(figure=figure_id, period=period, by=by, part=part)
    rows = NumberCode.objects.filter(condition, committee_id=committee_id)
    found = {(row.figure, row.period, row.by, row.part): row for row in rows}
    for named in wanted:
        if named not in found:
            found[named] = _give(committee_id, named)
    return found


def _give(committee_id: int, named: Named) -> NumberCode:
    figure_id, period, by, part = named
    year = clock.today().year
    number = take_number(committee_id=committee_id, series=f"number_code.{year}")
    row, _made = NumberCode.objects.get_or_create(
        committee_id=committee_id,
        figure=figure_id,
        period=period,
        by=by,
        part=part,
        defaults={"code": f"T{year % 100:02d}-{number:04d}"},
    )
    return row
