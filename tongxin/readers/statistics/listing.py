"""All figures of a committee, by room, each in both languages with its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import get_language, gettext_lazy

from tongxin.foundation.core.figures import all_figures, families
from tongxin.foundation.organization.enums import Role
from tongxin.readers.statistics.counting import opened_url, values_of
from tongxin.readers.statistics.opening.asked import Asked
from tongxin.readers.statistics.wordings import printed_number, wordings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.figures import Family, Figure, Period
    from tongxin.readers.statistics.opening.asked import Link

# What the rooms are called here, in the order in which they stand; others come behind by their ids.
_ROOMS = {
    "organization": gettext_lazy("组织"),
    "proposals": gettext_lazy("提案"),
    "topics": gettext_lazy("议题"),
    "grassroots": gettext_lazy("基层协商"),
    "codes": gettext_lazy("一码通"),
}
_LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure.

    Attributes:
        other_name: its name in the other language, which is ``other_language``.
        value: as the committee prints it, with its unit.
    """

    figure: Figure
    other_name: str
    other_language: str
    value: str
    url: str
    breakdowns: Sequence[Link]
    seen_by: Sequence[str]

    @property
    def has_other_name(self) -> bool:
        """Whether it is called otherwise in the other language."""
        return self.other_name != str(self.figure.name)


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of a room, or of one of its families."""

    key: str
    name: str
    definition: str
    lines: Sequence[Line]


def figures_listed(actor: Actor, period: Period, words: str = "") -> list[Group]:
    """Return the figures that this person may see. Two queries, and one for each family.

    Args:
        words: what name, definition, unit or id must contain, in either language; several must all be there.
    """
    committee_id = actor.committee_id or 0
    wanted = words.casefold().split()
    found = [
        (key, name, definition, [f for f in figures if f.is_open_to(actor) and _says(f, wanted)])
        for key, name, definition, figures in _groups(committee_id)
    ]
    shown = [f for _key, _name, _definition, figures in found for f in figures]
    values = values_of(shown, committee_id, period)
    wordings = wordings_of(committee_id)
    return [
        Group(
            key,
            name,
            definition,
            [
                _line(f, printed_number(f, values[f.id], period, wordings), committee_id, period)
                for f in figures
            ],
        )
        for key, name, definition, figures in found
        if figures
    ]


def name_in(figure: Figure | Family, language: str) -> str:
    """Return what a figure is called in a language."""
    with translation.override(language):
        return str(figure.name)


def _groups(committee_id: int) -> list[tuple[str, str, str, list[Figure]]]:
    by_room: dict[str, list[Figure]] = {}
    for figure in all_figures():
        by_room.setdefault(figure.id.partition(".")[0], []).append(figure)
    own: dict[str, list[tuple[str, str, str, list[Figure]]]] = {}
    for family in families():
        group = (
            family.prefix.rstrip("."),
            str(family.name),
            str(family.definition),
            list(family.figures(committee_id)),
        )
        own.setdefault(family.prefix.partition(".")[0], []).append(group)
    rooms = sorted(
        {*by_room, *own}, key=lambda room: (list(_ROOMS).index(room) if room in _ROOMS else 99, room)
    )
    found = []
    for room in rooms:
        found.append((room, str(_ROOMS.get(room, room)), "", by_room.get(room, [])))
        found += own.get(room, [])
    return found


def _says(figure: Figure, wanted: Iterable[str]) -> bool:
    if not wanted:
        return True
    texts = [figure.id]
    for language in _LANGUAGES:
        with translation.override(language):
            texts += [str(figure.name), str(figure.definition), str(figure.unit)]
    said = "\n".join(texts).casefold()
    return all(word in said for word in wanted)


def _line(figure: Figure, value: str, committee_id: int, period: Period) -> Line:
    other = next(language for language in _LANGUAGES if language[:2] != (get_language() or "zh")[:2])
    roles = dict(Role.choices)
    return Line(
        figure,
        name_in(figure, other),
        "zh-Hans" if other.startswith("zh") else other,
        value,
        opened_url(figure.id, period),
        Asked(figure, committee_id, period).divisions,
        [str(roles.get(role, role)) for role in figure.seen_by],
    )
