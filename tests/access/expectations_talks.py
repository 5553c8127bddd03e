"""Who may reach online conversations; merged in ``expectations.py``.

Written by hand from the specification. Staff draw up, open, moderate and end; leaders and auditors look, also at the
map while people vote. Members take part where they are meant to be, once it has begun; everybody in what is public.
Nobody, of whatever post, has a page of one voice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.access.expectations import EVERYBODY, MEMBERS, PUBLIC, Line, Target, one
from tests.access.world_talks import LISTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Side

LOOKS = {"staff", "leader", "auditor"}
ALL = ("staff", "leader", "auditor", "member")
KEEPS = ("staff",)
NOBODY: frozenset[str] = frozenset()
# What was begun, and for whom.
_BEGUN: dict[str, set[str]] = {
    "open": LOOKS | MEMBERS,
    "members": LOOKS | MEMBERS,
    "list": LOOKS | {LISTED},
    "closed": LOOKS | MEMBERS,
}
_HIDDEN = ("draft", "listing", "cancelled")


def talk(key: str, *may: str, sees: frozenset[str] = frozenset()) -> Target:
    return Target(
        f"talk.{key}", lambda s: {"pk": s.ids[f"talk.{key}"]}, frozenset(may), sees, is_addressable=True
    )


def _statement(conversation: str, key: str, *may: str) -> Target:
    return Target(
        f"statement.{key}",
        lambda s: {"pk": s.ids[f"talk.{conversation}"], "statement": s.ids[f"statement.{key}"]},
        frozenset(may),
    )


def _number(key: str) -> Callable[[Side], dict[str, Any]]:
    return lambda s: {"code": "620881", "number": s.ids[f"talk.{key}.number"]}


def _public(*keys: str) -> tuple[Target, ...]:
    """Public conversations by their number; what members have among themselves is not there."""
    return (
        *(Target(f"talk.{key}", _number(key), EVERYBODY) for key in keys),
        *(Target(f"talk.{key}", _number(key), NOBODY) for key in ("members", "list")),
    )


_LOOKED_AT = (
    *(talk(key, *who) for key, who in _BEGUN.items()),
    *(talk(key, *LOOKS) for key in _HIDDEN),
)
_MAPS = (
    talk("closed", *_BEGUN["closed"]),
    talk("open", *_BEGUN["open"]),
    talk("members", *_BEGUN["members"]),
    talk("list", *_BEGUN["list"]),
    talk("draft"),
)
# A closed map everybody who took part may take home; one that still moves, only the office.
_DATA = (talk("closed", *_BEGUN["closed"]), talk("open", *LOOKS), talk("draft"))
# Members vote where they are meant to be; what is being drawn up is not there for them.
_VOTED = (
    talk("open", *MEMBERS),
    talk("members", *MEMBERS),
    talk("list", LISTED),
    talk("draft"),
    talk("closed", *MEMBERS),
)
_BOTH = (talk("draft", "staff"), talk("open", "staff"))

CONVERSATIONS: dict[str, Line] = {
    "conversations:list": Line(ALL, "GET"),
    "conversations:detail": Line(ALL, "GET", _LOOKED_AT),
    "conversations:begin": Line(KEEPS, "GET POST"),
    "conversations:edit": Line(KEEPS, "GET POST", _BOTH),
    "conversations:people": Line(KEEPS, "GET POST", (talk("listing", "staff"),)),
    "conversations:remove_person": Line(
        KEEPS,
        "POST",
        (
            Target(
                "invitation", lambda s: {"pk": s.ids["talk.listing"], "invitation": s.ids["talk.invitation"]}
            ),
            Target(
                "invitation elsewhere",
                lambda s: {"pk": s.ids["talk.list"], "invitation": s.ids["talk.invitation"]},
                NOBODY,
            ),
        ),
    ),
    # Members put statements under their own name where they take part.
    "conversations:seeds": Line(
        ("staff", "member"),
        "GET POST",
        (
            talk("open", "staff", *MEMBERS),
            talk("draft", "staff"),
            talk("members", "staff", *MEMBERS),
            talk("list", "staff", LISTED),
        ),
    ),
    "conversations:drop_seed": Line(
        KEEPS, "POST", (_statement("draft", "draft", "staff"), _statement("draft", "open"))
    ),
    "conversations:open": Line(KEEPS, "GET POST", (talk("draft", "staff"),)),
    "conversations:close": Line(KEEPS, "GET POST", (talk("open", "staff"), talk("members", "staff"))),
    "conversations:cancel": Line(KEEPS, "GET POST", _BOTH),
    "conversations:desk": Line(
        ("staff", "leader", "auditor"), "GET", (talk("open", *LOOKS), talk("draft", *LOOKS))
    ),
    "conversations:publish": Line(KEEPS, "POST", (talk("open", "staff"),)),
    "conversations:reject": Line(KEEPS, "POST", (talk("open", "staff"),)),
    "conversations:merge": Line(
        KEEPS,
        "GET POST",
        (
            replace(
                _statement("open", "pending", "staff"), data=lambda s: {"into": str(s.ids["statement.open"])}
            ),
            _statement("open", "closed"),
        ),
    ),
    **{
        f"conversations:{verb}": Line(
            KEEPS, methods, (_statement("open", "open", "staff"), _statement("open", "closed"))
        )
        for verb, methods in (("withdraw", "GET POST"), ("meta", "POST"))
    },
    "conversations:vote": Line(("member",), "GET", _VOTED),
    "conversations:answers": Line(("member",), "POST", _VOTED),
    "conversations:say": Line(("member",), "GET POST", _VOTED),
    "conversations:map": Line(ALL, "GET", _MAPS),
    "conversations:map_data": Line(ALL, "GET", _DATA),
}

# What was agreed on goes into the work: staff, and members who may begin a proposal.
USES: dict[str, Line] = {
    "journeys:statements": Line(("staff", "member"), "GET", (talk("closed", "staff", *MEMBERS),)),
    **{
        f"journeys:{verb}": Line(KEEPS, "GET POST", (one("statement.closed", "staff"),))
        for verb in ("raise_topic", "suggest")
    },
    "journeys:propose_statement": Line(
        ("staff", "member"), "GET POST", (one("statement.closed", "staff", *MEMBERS),)
    ),
}

TALKS: dict[str, Line] = {
    "talks:list": Line(
        PUBLIC, "GET", (Target("committee", lambda s: {"code": s.ids["code"]}, is_addressable=False),)
    ),
    "talks:vote": Line(PUBLIC, "GET", _public("open", "closed")),
    "talks:answers": Line(PUBLIC, "POST", _public("open", "closed")),
    "talks:say": Line(PUBLIC, "GET POST", _public("open", "closed")),
    "talks:map": Line(PUBLIC, "GET", _public("closed", "open")),
    "talks:map_data": Line(PUBLIC, "GET", (*_public("closed"), Target("talk.open", _number("open"), NOBODY))),
}

TALK_LINES = CONVERSATIONS | USES | TALKS
