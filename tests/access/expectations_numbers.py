"""Who may reach numbers and the registers behind them; merged in ``expectations.py``.

Written by hand from the specification. Staff, leaders and the auditor look at numbers; staff keep them. Each figure
says who may see it: administrators see those of the organization, whose lists they open, and no others; a number that
is not for somebody does not exist for them. A table belongs to who made it and is looked at by the others only when it
is shared. Posts of the office and documents with rules are kept by staff and administrators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.access.expectations import ACCOUNT, AUDITED, EVERYBODY, Line, Target, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Side

LOOKS = ("staff", "leader", "auditor")
KEEPS = ("staff",)
TABLE_KEEPERS = ("staff", "leader")
REGISTER_KEEPERS = ("staff", "tenant_admin")
REGISTER_READERS = (*REGISTER_KEEPERS, "leader", "auditor")

# Persons.
_LOOK = frozenset(LOOKS)
_LOOK_AT_THE_ORGANIZATION = _LOOK | {"tenant_admin"}
# Whoever opens a number for the first time gives it its code.
_CODED = frozenset({"statistics_numbercode", "matters_counter"})


def _figure(name: str, may: frozenset[str] = _LOOK, **data: Any) -> Target:
    """A number that every committee has, or its parts."""
    label = f"{name}, by {data['by']}" if data else name
    return Target(
        label, lambda _s: {"figure_id": name}, may, data=lambda _s: dict(data), is_addressable=False
    )


def _own_figure(key: str, may: frozenset[str]) -> Target:
    """A number that only this committee has: of its key proposal, of its sector."""
    return Target(key, lambda s: {"figure_id": s.ids[key]}, may)


def _part(name: str) -> Target:
    """A part that only this committee has: one of its stations. It is too small to be told."""

    def data(side: Side) -> dict[str, Any]:
        return {"by": "station", "part": side.ids["part.station"]}

    return Target(f"{name}, a station", lambda _s: {"figure_id": name}, _LOOK, data=data)


_NUMBERS = (
    _figure("proposals.filed"),
    _figure("proposals.filed", by="month"),
    _figure("organization.members", _LOOK_AT_THE_ORGANIZATION),
    _figure("organization.posts.administrative", _LOOK_AT_THE_ORGANIZATION),
    _own_figure("figure.key", _LOOK),
    _own_figure("figure.sector", _LOOK_AT_THE_ORGANIZATION),
    _part("topics.voices"),
    _part("codes.scans"),
    # Nobody has declared it.
    _figure("proposals.nothing", frozenset()),
)


def _code(key: str, may: frozenset[str]) -> Target:
    return Target(key, lambda s: {"code": s.ids[key]}, may)


def _table_of(key: str) -> Callable[[Side], dict[str, Any]]:
    return lambda s: {"figure": s.ids[key], "rows": "month"}


_AREA = (Target("area", lambda _s: {"key": "proposals"}, is_addressable=False),)
_OWN_TABLES = (
    one("table.private", "staff"),
    one("table.shared", "staff", sees=frozenset({"leader"})),
    one("table.leader", "leader"),
)

STATISTICS: dict[str, Line] = {
    "statistics:home": Line(LOOKS, "GET"),
    "statistics:area": Line(LOOKS, "GET", _AREA),
    "statistics:screen": Line(LOOKS, "GET", _AREA),
    "statistics:figures": Line(LOOKS, "GET"),
    # Every account asks; the figure says to whom it is told.
    "statistics:opened": Line(ACCOUNT, "GET", _NUMBERS, _CODED),
    "statistics:opened_export": Line(ACCOUNT, "GET", _NUMBERS, _CODED | AUDITED),
    "statistics:wording": Line(
        KEEPS,
        "POST",
        (
            _figure("proposals.filed"),
            _own_figure("figure.key", _LOOK),
            _figure("proposals.nothing", frozenset()),
        ),
        _CODED,
    ),
    "statistics:code": Line(
        ACCOUNT,
        "GET",
        (
            _code("number.proposals", _LOOK),
            _code("number.organization", _LOOK_AT_THE_ORGANIZATION),
            _code("number.key", _LOOK),
            _code("number.part", _LOOK),
        ),
    ),
    # What is not there and what is not for somebody is one answer: no number has this code.
    "statistics:find_code": Line(ACCOUNT, "GET"),
    "statistics:reported": Line(LOOKS, "GET"),
    "statistics:reported_export": Line(LOOKS, "GET"),
    "statistics:reported_add": Line(KEEPS, "GET POST"),
    "statistics:reported_withdraw": Line(
        KEEPS, "GET POST", (one("reported.standing"), one("reported.withdrawn"))
    ),
    # Tables: leaders keep some of their own, the auditor looks at what is shared.
    "statistics:tables": Line(LOOKS, "GET"),
    "statistics:table_new": Line(LOOKS, "GET"),
    "statistics:table_export": Line(
        LOOKS,
        "GET",
        (
            Target("figure.key", data=_table_of("figure.key")),
            Target(
                "figure.nothing", may=frozenset(), data=lambda _s: {"figure": "x.y"}, is_addressable=False
            ),
        ),
        _CODED,
    ),
    "statistics:table_save": Line(TABLE_KEEPERS, "POST"),
    "statistics:table": Line(
        LOOKS,
        "GET",
        (one("table.private", "staff"), one("table.shared"), one("table.leader", "leader")),
    ),
    "statistics:table_change": Line(TABLE_KEEPERS, "GET POST", _OWN_TABLES),
    "statistics:table_delete": Line(TABLE_KEEPERS, "GET POST", _OWN_TABLES),
}

REGISTERS: dict[str, Line] = {
    # Posts of the office and its people: staff and the administrator keep them, leaders and the auditor look.
    "organization:staff": Line(REGISTER_READERS, "GET"),
    "organization:staff_post": Line(REGISTER_READERS, "GET", (one("staff_post"),)),
    "organization:staff_changes": Line(REGISTER_READERS, "GET"),
    "organization:staff_change": Line(REGISTER_READERS, "GET", (one("staff_change"),)),
    "organization:staff_posts_add": Line(REGISTER_KEEPERS, "GET POST"),
    "organization:staff_post_edit": Line(REGISTER_KEEPERS, "GET POST", (one("staff_post"),)),
    "organization:staff_post_end": Line(REGISTER_KEEPERS, "GET POST", (one("staff_post"),)),
    "organization:staff_changes_add": Line(REGISTER_KEEPERS, "GET POST"),
    "organization:staff_change_edit": Line(REGISTER_KEEPERS, "GET POST", (one("staff_change"),)),
    # Documents with rules for better proposals: all who look at numbers read the list, and send nothing to it.
    "proposals:quality_rules": Line(
        REGISTER_READERS,
        "GET POST",
        (Target("—", may=EVERYBODY - {"leader", "auditor"}, reads=frozenset({"leader", "auditor"})),),
    ),
    "proposals:quality_rule": Line(REGISTER_KEEPERS, "GET POST", (one("quality_rule"),)),
}

NUMBER_LINES = STATISTICS | REGISTERS
