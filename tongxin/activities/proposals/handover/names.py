"""Units as people write them: names that are found, and what to say of those that are not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.organization.enums import UnitKind
from tongxin.foundation.organization.models import Unit, UnitSuccession

if TYPE_CHECKING:
    from collections.abc import Iterable

_BETWEEN = re.compile(r"[、，,;；\n]+")
_NEAR_AT_MOST = 3
# Below this two names share little more than 局.
_NEAR = 0.5


def split_names(text: str) -> list[str]:
    """Return the names in a cell, in order: 教育局、交通运输局."""
    return [name for part in _BETWEEN.split(text) if (name := part.strip())]


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


@dataclass(frozen=True)
class UnitNames:
    """The units of a committee by what they are called.

    Attributes:
        units: those that can be given work today.
        ended: those that cannot, with the names of those that took their work over.
    """

    units: tuple[Unit, ...]
    ended: dict[str, str]
    _by_name: dict[str, list[Unit]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for unit in self.units:
            for name in {_plain(unit.name), _plain(unit.short_name)} - {""}:
                self._by_name.setdefault(name, []).append(unit)

    @property
    def offices(self) -> list[Unit]:
        """The offices through which work is handed on."""
        return [u for u in self.units if u.kind == UnitKind.SUPERVISING]

    def find(self, name: str) -> Unit | str:
        """Return the unit that is called so, by its name or its short one; or a sentence that says why not."""
        plain = _plain(name)
        found = self._by_name.get(plain, [])
        # A whole name goes before another unit's short one.
        named = [u for u in found if _plain(u.name) == plain] or found
        if len(named) == 1:
            return named[0]
        if named:
            names = _("、").join(u.name for u in named)
            return _("叫「{name}」的单位不止一个：{names}。请写全称。").format(name=name, names=names)
        if plain in self.ended:
            heirs = self.ended[plain]
            if heirs:
                return _("{name}已经撤并，现在是{heirs}。").format(name=name, heirs=heirs)
            return _("{name}已经撤并，请选现在的单位。").format(name=name)
        if near := self._near(plain):
            names = _("、").join(near)
            return _("没有叫「{name}」的单位。是不是{names}？").format(name=name, names=names)
        return _("没有叫「{name}」的单位。").format(name=name)

    def _near(self, plain: str) -> list[str]:
        def likeness(unit: Unit) -> float:
            names = [_plain(unit.name), _plain(unit.short_name)]
            return max(SequenceMatcher(None, plain, name).ratio() for name in names if name)

        ranked = sorted(((likeness(u), u.name) for u in self.units), reverse=True)
        return [name for ratio, name in ranked[:_NEAR_AT_MOST] if ratio >= _NEAR]

    def find_all(self, text: str) -> tuple[list[Unit], list[str]]:
        """Return the units that a cell names, and a sentence for each name that is none."""
        found: list[Unit] = []
        faults: list[str] = []
        for name in split_names(text):
            unit = self.find(name)
            if isinstance(unit, str):
                faults.append(unit)
            else:
                found.append(unit)
        return found, faults


def names_of(committee_id: int) -> UnitNames:
    """Return the units of a committee by name. Two queries."""
    units = list(Unit.objects.filter(committee_id=committee_id).order_by("name"))
    heirs: dict[object, list[str]] = {}
    passed: Iterable[UnitSuccession] = UnitSuccession.objects.filter(
        committee_id=committee_id
    ).select_related("successor")
    for one in passed:
        heirs.setdefault(one.predecessor_id, []).append(one.successor.name)
    return UnitNames(
        units=tuple(u for u in units if u.ended_on is None),
        ended={_plain(u.name): _("、").join(heirs.get(u.pk, ())) for u in units if u.ended_on is not None},
    )
