"""The spans that a page offers to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, calendar_year
from tongxin.readers.statistics.asking import TERM

if TYPE_CHECKING:
    from tongxin.foundation.core.figures import Period

_YEARS = 6


@dataclass(frozen=True, slots=True)
class Span:
    """One of them.

    Attributes:
        key: as it stands in the address.
    """

    key: str
    label: str
    chosen: bool


def spans_for(chosen: Period) -> list[Span]:
    """Return everything, the last years, the running term and five years; and what is chosen, if it is another."""
    this = clock.today().year
    offered = [(EVER.key, EVER.label)]
    offered += [(str(year), calendar_year(year).label) for year in range(this, this - _YEARS, -1)]
    if all(key != chosen.key for key, _label in offered):
        offered.append((chosen.key, chosen.label))
    offered += [(TERM, _("本届")), ("五年", _("近五年"))]
    return [Span(key, label, key == chosen.key) for key, label in offered]
