"""Who may reach what is reported upward, and work reports; merged in ``expectations.py``.

Written by hand from the specification. Staff ask, prepare and draft; leaders sign; the auditor looks. A draft of a
work report is there for those who write and sign it; the auditor reads what was signed. What one committee reported
to another each has as its own: neither opens the other's rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.access.expectations import Line, Target, one
from tests.access.world_reports import FIGURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Side

LOOKS = ("staff", "leader", "auditor")
KEEPS = ("staff",)
SIGNS = ("leader",)
NOBODY: frozenset[str] = frozenset()

_REQUESTS = (one("request.answered"), one("request.fresh"))
_RECEIVED = (one("received.in"), one("received.returned"))
_SHEETS = ("draft", "ready", "signed", "correction", "returned")


def _elsewhere(key: str, **more: Any) -> Target:
    """What another committee has of the same numbers: its own, and nobody's here."""
    return Target(key, lambda s: {"pk": s.ids[key], **more}, NOBODY, is_addressable=False)


def _of_figure(key: str, figure: str = FIGURE) -> Target:
    may = frozenset(LOOKS) if figure == FIGURE else NOBODY
    return Target(
        f"{key}, {figure}",
        lambda s: {"pk": s.ids[key], "figure_id": figure},
        may,
        is_addressable=figure == FIGURE,
    )


def _sheets(*first: str) -> tuple[Target, ...]:
    """The sheets, these first: in each state somebody may try."""
    return tuple(one(f"sheet.{key}") for key in (*first, *(k for k in _SHEETS if k not in first)))


_SHEET_ELSEWHERE = _elsewhere("sheet.below")
_RECEIVED_ELSEWHERE = _elsewhere("received.above")

ROLLUP: dict[str, Line] = {
    "rollup:home": Line(LOOKS, "GET"),
    "rollup:ask": Line(KEEPS, "GET POST"),
    "rollup:request": Line(LOOKS, "GET", _REQUESTS),
    "rollup:export": Line(LOOKS, "GET", _REQUESTS),
    "rollup:remind": Line(KEEPS, "POST", _REQUESTS),
    "rollup:withdraw": Line(KEEPS, "GET POST", (one("request.fresh"), one("request.answered"))),
    "rollup:medians": Line(KEEPS, "POST", _REQUESTS),
    # A figure that was not asked for is not there.
    "rollup:figure": Line(
        LOOKS, "GET", (_of_figure("request.answered"), _of_figure("request.answered", "proposals.filed"))
    ),
    "rollup:received": Line(LOOKS, "GET", (*_RECEIVED, _RECEIVED_ELSEWHERE)),
    "rollup:return": Line(KEEPS, "GET POST", (*_RECEIVED, _RECEIVED_ELSEWHERE)),
    "rollup:number": Line(
        LOOKS,
        "GET",
        (
            _of_figure("received.in"),
            _of_figure("received.in", "proposals.filed"),
            _elsewhere("received.above", figure_id=FIGURE),
        ),
    ),
    "rollup:sheet": Line(LOOKS, "GET", (*_sheets(), _SHEET_ELSEWHERE)),
    "rollup:prepare": Line(KEEPS, "POST", (*_sheets("draft"), _SHEET_ELSEWHERE)),
    "rollup:put_back": Line(("staff", "leader"), "POST", (*_sheets("ready"), _SHEET_ELSEWHERE)),
    "rollup:sign": Line(SIGNS, "POST", (*_sheets("ready"), _SHEET_ELSEWHERE)),
    "rollup:correct": Line(KEEPS, "GET POST", (*_sheets("signed"), _SHEET_ELSEWHERE)),
    "rollup:drop": Line(KEEPS, "GET POST", (*_sheets("correction"), _SHEET_ELSEWHERE)),
}

# Who writes and who signs have what is not signed yet; the auditor finds nothing there.
_DRAFTS = (one("workreport.draft", "staff", "leader"), one("workreport.clean", "staff", "leader"))
_SIGNED = one("workreport.signed")
# What was signed is never written again.
_CLOSED = Target("workreport.signed", lambda s: {"pk": s.ids["workreport.signed"]}, NOBODY)


def _frozen(key: str) -> Callable[[Side], dict[str, Any]]:
    return lambda s: {"pk": s.ids[key], "code": s.ids["frozen"]}


_PART = (Target("part", lambda _s: {"area": "proposals"}, is_addressable=False),)
_NO_PART = Target("no part", lambda _s: {"area": "nothing"}, NOBODY, is_addressable=False)

WORK_REPORTS: dict[str, Line] = {
    "workreports:list": Line(LOOKS, "GET"),
    "workreports:begin": Line(KEEPS, "GET POST"),
    "workreports:holding": Line(
        LOOKS,
        "GET",
        tuple(
            Target(key, lambda s, key=key: {"code": s.ids[key]})
            for key in ("frozen", "number.proposals", "number.key")
        ),
    ),
    "workreports:sentences": Line(KEEPS, "GET"),
    "workreports:edit_sentences": Line(KEEPS, "GET POST", (*_PART, _NO_PART)),
    "workreports:usual": Line(KEEPS, "POST", (*_PART, _NO_PART)),
    "workreports:report": Line(LOOKS, "GET", (*_DRAFTS, _SIGNED)),
    "workreports:edit": Line(KEEPS, "GET POST", _DRAFTS),
    "workreports:insert": Line(KEEPS, "GET POST", (*_DRAFTS, _CLOSED)),
    "workreports:copy": Line(KEEPS, "POST", (_SIGNED, *_DRAFTS)),
    "workreports:discard": Line(KEEPS, "GET POST", _DRAFTS),
    "workreports:check": Line(LOOKS, "GET", (*_DRAFTS, _SIGNED)),
    **{
        f"workreports:{verb}": Line(KEEPS, "POST", (*_DRAFTS, _SIGNED))
        for verb in ("set_right", "link", "vouch")
    },
    "workreports:take_back": Line(
        KEEPS,
        "POST",
        (
            Target("typed", lambda s: {"pk": s.ids["workreport.draft"], "typed": s.ids["typed"]}),
            # It stands in another report.
            Target(
                "typed elsewhere",
                lambda s: {"pk": s.ids["workreport.clean"], "typed": s.ids["typed"]},
                NOBODY,
            ),
        ),
    ),
    "workreports:sign": Line(SIGNS, "GET POST", (one("workreport.clean"), one("workreport.draft"), _SIGNED)),
    # A draft has no numbers of then.
    "workreports:change": Line(
        LOOKS,
        "GET",
        (
            Target("frozen", _frozen("workreport.signed")),
            Target("frozen, draft", _frozen("workreport.clean"), NOBODY),
        ),
    ),
    **{
        f"workreports:{paper}": Line(LOOKS, "GET", (_SIGNED, one("workreport.draft", "staff", "leader")))
        for paper in ("word", "pdf", "numbers")
    },
}

REPORT_LINES = ROLLUP | WORK_REPORTS
