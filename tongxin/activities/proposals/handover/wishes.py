"""What one row of the list says: which units, in which part, or through which office; and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.handling import HandOver
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.handover.names import UnitNames
    from tongxin.foundation.organization.models import Unit

# How a proposal is handled, as the sheet's column says it.
WAYS: dict[str, str | _StrPromise] = {
    "sole": _lazy("单办"),
    "lead": _lazy("主办会办"),
    "separate": _lazy("分办"),
    "office": _lazy("归口转交"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which units a row names."""

    answering: tuple[Unit, ...] = ()
    co: tuple[Unit, ...] = ()
    separate: bool = False
    office: Unit | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing is decided yet (待定)."""
        return not (self.answering or self.office)

    @property
    def way(self) -> str:
        """How it is handled; empty while it is open."""
        if self.office:
            return "office"
        if self.separate:
            return "separate"
        return ("lead" if self.co else "sole") if self.answering else ""

    def to(self) -> HandOver:
        """Return the hand-over that this row asks for."""
        return HandOver(self.answering, self.co, self.separate)


def read_wish(
    names: UnitNames, *, answering: str, co: str, office: str, separate: bool
) -> tuple[Wish, list[tuple[str, str]]]:
    """Return what a row says, and its faults as pairs of field and sentence.

    Args:
        names: the committee's units.
        answering: names of the units that answer, several only when they answer separately.
        co: names of the helping units.
        office: name of the office that hands on; then no unit is named.
        separate: each unit answers by itself.
    """
    leads, faults_of_leads = names.find_all(answering)
    helpers, faults_of_helpers = names.find_all(co)
    offices, faults_of_offices = names.find_all(office)
    faults = [("answering", f) for f in faults_of_leads]
    faults += [("co", f) for f in faults_of_helpers]
    faults += [("office", f) for f in faults_of_offices]
    wish = Wish(tuple(leads), tuple(helpers), separate and bool(leads), next(iter(offices), None))
    if not faults and (fault := _fault(wish, offices, names)):
        faults.append(fault)
    return wish, faults


def _fault(wish: Wish, offices: list[Unit], names: UnitNames) -> tuple[str, str] | None:
    if wish.office:
        sentence = _fault_of_office(wish, offices, names)
        return ("office", sentence) if sentence else None
    if wish.co and not wish.answering:
        return "answering", _("有会办单位，还没有主办单位。")
    try:
        if wish.answering:
            wish.to().parts()
    except Refused as refusal:
        return "answering", refusal.message
    return None


def _fault_of_office(wish: Wish, offices: list[Unit], names: UnitNames) -> str:
    if len(offices) > 1:
        return _("归口单位只能有一个。")
    if wish.office not in names.offices:
        return _("{unit}不是归口单位。").format(unit=offices[0].name)
    if wish.answering or wish.co:
        return _("归口转交的，承办单位由归口单位定，这里不用填单位。要直接交办，请清空归口。")
    return ""
