"""No figure without words: what it is called, its unit, how it is counted, by which date, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests.factories import make_house
from tongxin.foundation.core.figures import (
    Family,
    Figure,
    all_areas,
    all_figures,
    families,
    figure,
    figures_of,
)
from tongxin.foundation.organization.enums import Role

FIGURES = all_figures()


def english(text: object) -> str:
    """A text in English."""
    with translation.override("en"):
        return str(text)


def unsaid(one: Figure) -> list[str]:
    """What is missing of a figure."""
    facts = {
        "name": bool(str(one.name)),
        "unit": bool(str(one.unit)),
        "definition": str(one.definition).endswith("。"),
        "dated": bool(str(one.dated)),
        "columns": bool(one.columns),
        "one title": sum(column.is_title for column in one.columns) == 1,
        "roles": set(one.seen_by) <= set(Role.values),
        "keys": len({by.key for by in one.breakdowns}) == len(one.breakdowns),
        "kind": not (one.summed and one.distinct),
    }
    return [name for name, fact in facts.items() if not fact]


@pytest.mark.parametrize("one", FIGURES, ids=lambda one: one.id)
def test_figure_is_documented(one: Figure) -> None:
    assert unsaid(one) == []


@pytest.mark.parametrize("one", [*FIGURES, *families()], ids=lambda one: getattr(one, "id", "") or one.prefix)
def test_figure_is_said_in_english_too(one: Figure | Family) -> None:
    assert [str(text) for text in (one.name, one.definition) if english(text) == str(text)] == []
    for by in getattr(one, "breakdowns", ()):
        assert english(by.name) != str(by.name), by.key


def test_figures_of_families_are_documented(db: None) -> None:
    house = make_house()
    with house.at_work():
        own = [one for one in figures_of(house.committee.pk) if one not in FIGURES]
        assert {one.id: found for one in own if (found := unsaid(one))} == {}
    assert own


def test_areas_draw_what_there_is() -> None:
    missing: list[tuple[str, object]] = []
    for area in all_areas():
        missing += [(area.key, d) for d in area.drawings if figure(d.figure).breakdown(d.by) is None]
        missing += [(area.key, name) for name in area.table if figure(name).breakdown(area.table_by) is None]
    assert missing == []
