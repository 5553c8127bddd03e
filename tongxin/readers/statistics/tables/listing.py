"""The tables that were kept, as a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core.figures import Figure, figures_of
from tongxin.readers.statistics.models import SavedTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.foundation.core.access import Actor


@dataclass(frozen=True, slots=True)
class Listed:
    """A table of the list.

    Attributes:
        what: figure and breakdowns in words.
        is_own: this person made it.
    """

    table: SavedTable
    what: str
    is_own: bool


def listed(actor: Actor) -> list[Listed]:
    """Return the tables that this person may look at, own ones first. One query, and those of families."""
    figures = {one.id: one for one in figures_of(actor.committee_id or 0)}
    found = SavedTable.objects.visible_to(actor).order_by("name")
    rows = [Listed(one, _words(one, figures), one.by_id == actor.user_id) for one in found]
    return sorted(rows, key=lambda row: not row.is_own)


def _words(table: SavedTable, figures: Mapping[str, Figure]) -> str:
    figure = figures.get(table.figure)
    if figure is None:
        return _("这个数字已经没有了")
    names = [str(by.name) for key in (table.rows, table.columns) if (by := figure.breakdown(key))]
    return _("%(figure)s，按%(by)s") % {"figure": figure.name, "by": _("和").join(names)}
