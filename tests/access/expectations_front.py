"""Who may reach codes, topics, chains, figures and the pages behind a code; merged in ``expectations.py``.

Written by hand from the specification. Staff decide about every topic; who keeps a node, about what was raised
there, but what is sensitive is the office's alone. Leaders and auditors look. Members read what was taken up and
what they recommended. A unit reads what was passed on to it. Administrators set rules and give out codes; they
read no topic, and no figure that counts what they cannot open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.access.expectations import (
    ACCOUNT,
    ADMIN,
    AUDITED,
    EVERYBODY,
    MEMBERS,
    OFFICE,
    PUBLIC,
    SEES,
    UNIT,
    Line,
    Target,
    one,
)
from tests.access.expectations_grassroots import SEES_PROBLEM, SEES_SESSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Side

NODE_PEOPLE = ("station_head", "node_worker")
KEEPERS = ("staff", *NODE_PEOPLE)
MANAGERS = ("staff", "tenant_admin")
CODE_READERS = (*MANAGERS, "leader", "auditor", *NODE_PEOPLE)
TOPIC_READERS = (*KEEPERS, "member", "leader", "reviewer", "auditor", *UNIT)
LIST_READERS = (*KEEPERS, "member", "leader", "auditor")
WRITERS = ("staff", "member")
SCANNERS = ("staff", "member", *NODE_PEOPLE)

_FIRST = {"head", "worker"}
_UNIT_A = {"clerk_a", "leader_a"}
_SEE_CODES = {"staff", "tenant_admin", "leader", "auditor"}

# Who may open a topic …
SEES_TOPIC: dict[str, set[str]] = {
    "collected": OFFICE | _FIRST,
    "held": OFFICE | _FIRST,
    "answered": OFFICE | _FIRST,
    "lead": OFFICE | _FIRST,
    # The office's alone, whoever keeps the place where it was said.
    "sensitive": set(OFFICE),
    "other": OFFICE | {"head2"},
    "passed": OFFICE | _FIRST | _UNIT_A,
    "accepted": OFFICE | _FIRST | MEMBERS,
    "public": OFFICE | _FIRST | MEMBERS,
    "deliberating": OFFICE | _FIRST | MEMBERS,
    "accepted_other": OFFICE | {"head2"} | MEMBERS,
    "recommended": OFFICE | {"proposer"},
}
# … and decide about it; to everybody else there is nothing to decide.
DECIDES: dict[str, set[str]] = {
    key: {"staff"} | (who & {*_FIRST, "head2"}) for key, who in SEES_TOPIC.items()
}
_UNDECIDED = ("collected", "held", "sensitive", "other", "recommended")


def topic(key: str, who: dict[str, set[str]], *, sees: set[str] | None = None) -> Target:
    name = f"topic.{key}"
    return Target(name, lambda s: {"pk": s.ids[name]}, frozenset(who[key]), frozenset(sees or ()))


def decided(*keys: str) -> tuple[Target, ...]:
    """Topics for those who decide about them."""
    return tuple(topic(key, DECIDES) for key in keys)


def session(key: str, *may: str) -> Target:
    name = f"session.{key}"
    return Target(name, lambda s: {"pk": s.ids[name]}, frozenset(may), frozenset(SEES_SESSION[key]))


def problem(key: str, *may: str) -> Target:
    name = f"problem.{key}"
    return Target(name, lambda s: {"pk": s.ids[name]}, frozenset(may), frozenset(SEES_PROBLEM[key]))


def matter(name: str, who: set[str]) -> Target:
    """A matter of any kind; who may not open it finds nothing."""
    return Target(name, lambda s: {"pk": s.ids[name]}, frozenset(who))


_CHAINS = (
    *(matter(f"topic.{key}", who) for key, who in SEES_TOPIC.items()),
    *(matter(f"session.{key}", who) for key, who in SEES_SESSION.items()),
    *(matter(f"problem.{key}", who) for key, who in SEES_PROBLEM.items()),
    *(matter(f"proposal.{key}", SEES[key]) for key in ("draft", "secret", "assigned", "third", "public")),
)

CODES: dict[str, Line] = {
    # The administrator too gives out codes; leaders and auditors look; who keeps a place sees and prints its own.
    "codes:list": Line(CODE_READERS, "GET"),
    "codes:scans": Line(CODE_READERS, "GET"),
    "codes:issue": Line(MANAGERS, "POST"),
    "codes:posters": Line((*MANAGERS, *NODE_PEOPLE), "GET POST"),
    **{
        f"codes:{name}": Line(
            CODE_READERS,
            "GET",
            (
                one("code.room", *_SEE_CODES, *_FIRST),
                one("code.station", *_SEE_CODES, "head"),
                one("code.other_room", *_SEE_CODES, "head2"),
                # Of an event: who gave it out.
                one("code.event", *_SEE_CODES, "head"),
            ),
        )
        for name in ("show", "picture")
    },
    "codes:suspend": Line(MANAGERS, "GET POST", (one("code.room"), one("code.event"))),
    "codes:resume": Line(MANAGERS, "POST", (one("code.suspended"),)),
    "codes:revoke": Line(MANAGERS, "GET POST", (one("code.room"), one("code.event"))),
    "codes:reissue": Line(MANAGERS, "GET POST", (one("code.room"), one("code.event"))),
}

TOPICS: dict[str, Line] = {
    "topics:list": Line(TOPIC_READERS, "GET"),
    "topics:export": Line(TOPIC_READERS, "GET", get_may_write=AUDITED),
    "topics:detail": Line(TOPIC_READERS, "GET", tuple(topic(key, SEES_TOPIC) for key in SEES_TOPIC)),
    "topics:queue": Line(KEEPERS, "GET"),
    **{f"topics:{verb}_many": Line(KEEPERS, "POST") for verb in ("accept", "release", "decline", "merge")},
    **{
        f"topics:{verb}": Line(KEEPERS, "GET POST", decided(*_UNDECIDED))
        for verb in ("accept", "merge", "answer", "pass_on", "decline", "mark")
    },
    "topics:release": Line(KEEPERS, "POST", decided("held", "sensitive", "other")),
    "topics:revise": Line(KEEPERS, "GET POST", decided("accepted", "accepted_other")),
    "topics:close": Line(KEEPERS, "GET POST", decided("accepted", "accepted_other")),
    # What was decided only staff take up again.
    "topics:reopen": Line(("staff",), "GET POST", (one("topic.answered", "staff"),)),
    # One saying, and how to reach who said it: who decides about its topic.
    **{
        f"topics:{verb}": Line(
            KEEPERS,
            "GET POST",
            (
                one("voice.collected", *DECIDES["collected"]),
                one("voice.sensitive", "staff"),
                one("voice.other", *DECIDES["other"]),
            ),
        )
        for verb in ("split", "contact")
    },
    "topics:enter": Line(KEEPERS, "GET POST"),
    "topics:recommend": Line(("member",), "GET POST"),
    "topics:paper": Line(KEEPERS, "GET POST"),
    "topics:print_forms": Line(KEEPERS, "GET POST"),
    # Tables: staff see all, the others what they uploaded.
    "topics:imports": Line(KEEPERS, "GET POST"),
    "topics:import_template": Line(KEEPERS, "GET"),
    "topics:import_show": Line(
        KEEPERS,
        "GET POST",
        (
            one("topic_import.open", "staff"),
            one("topic_import.done", "staff"),
            one("topic_import.heads", "staff", "head"),
        ),
    ),
    "topics:import_undo": Line(
        KEEPERS, "GET POST", (one("topic_import.done", "staff"), one("topic_import.heads", "staff", "head"))
    ),
    # Annual lists: one that is being drawn up is there for who keeps it, the others for everybody who votes or looks.
    "topics:lists": Line(LIST_READERS, "GET"),
    "topics:list_begin": Line(KEEPERS, "GET POST"),
    "topics:list_show": Line(
        LIST_READERS,
        "GET",
        (
            one("list.draft", "staff"),
            one("list.council_draft", "staff", *_FIRST),
            one("list.other_draft", "staff", "head2"),
            one("list.voting"),
            one("list.council_voting"),
            one("list.decided"),
        ),
    ),
    **{
        f"topics:list_{verb}": Line(
            KEEPERS,
            "GET POST",
            (
                one("list.council_draft", "staff", *_FIRST),
                one("list.draft", "staff"),
                one("list.other_draft", "staff", "head2"),
            ),
        )
        for verb in ("candidates", "open")
    },
    **{
        f"topics:list_{verb}": Line(
            KEEPERS,
            "GET POST",
            (one("list.council_voting", "staff", *_FIRST), one("list.voting", "staff")),
        )
        for verb in ("close", "hands")
    },
    "topics:list_decide": Line(KEEPERS, "GET POST", (one("list.closed", "staff"),)),
    # Members alone; on a council's list who has a seat there.
    "topics:vote": Line(
        ("member",),
        "GET POST",
        (
            one("list.voting", *MEMBERS),
            one("list.council_voting", "cosigner_1", sees=frozenset(MEMBERS)),
            Target("list.draft", lambda s: {"pk": s.ids["list.draft"]}, frozenset()),
        ),
    ),
    "topics:settings": Line(ADMIN, "GET POST"),
    "topics:setting_table": Line(
        ADMIN, "GET POST", (Target("table", lambda _s: {"table": "categories"}, is_addressable=False),)
    ),
    "topics:setting_row": Line(
        ADMIN,
        "GET POST",
        (
            Target("topic_category", lambda s: {"table": "categories", "pk": s.ids["topic_category"]}),
            Target("decline_reason", lambda s: {"table": "reasons", "pk": s.ids["decline_reason"]}),
        ),
    ),
}

JOURNEYS: dict[str, Line] = {
    # A chain opens for who may open the matter that it is of.
    "journeys:chain": Line(ACCOUNT, "GET", _CHAINS),
    "journeys:leads": Line(WRITERS, "GET"),
    "journeys:suggestions": Line(
        WRITERS,
        "GET",
        (session("recorded", "staff", *MEMBERS), session("other", "staff", *MEMBERS)),
    ),
    **{
        f"journeys:{verb}": Line(
            KEEPERS,
            "GET POST",
            (
                topic("accepted", DECIDES),
                topic("accepted_other", DECIDES),
                topic("sensitive", DECIDES),
            ),
        )
        for verb in ("new_session", "to_session")
    },
    "journeys:new_problem": Line(KEEPERS, "GET POST", (topic("passed", DECIDES),)),
    # A member for themself, staff for a member; what is sensitive becomes no proposal, a lead for every member.
    "journeys:propose_topic": Line(
        WRITERS,
        "GET POST",
        (
            one("topic.accepted", "staff", *MEMBERS),
            one("topic.lead", "staff", *MEMBERS),
            one("topic.collected", "staff"),
            Target(
                "topic.sensitive",
                lambda s: {"pk": s.ids["topic.sensitive"]},
                frozenset(),
                frozenset({"staff"}),
            ),
        ),
    ),
    "journeys:propose_suggestion": Line(WRITERS, "GET POST", (one("suggestion", "staff", *MEMBERS),)),
    "journeys:propose_problem": Line(
        WRITERS,
        "GET POST",
        (one("problem.not_possible", "staff"), one("problem.of_session", "staff", *MEMBERS)),
    ),
    "journeys:tell_back": Line(
        KEEPERS,
        "GET POST",
        (
            session("held", "staff", *_FIRST),
            session("other", "staff", "head2"),
            problem("solved", "staff", *_FIRST),
            one("proposal.replied", "staff"),
        ),
    ),
    "journeys:scans": Line(SCANNERS, "POST"),
}


def _behind(name: str, arg: str, *, opens: bool = True, **more: str) -> Target:
    """Something that a secret opens, under the first committee's code: another committee's secret opens nothing."""

    def args(side: Side) -> dict[str, object]:
        return {"code": "620881", arg: side.ids[name], **{k: side.ids[v] for k, v in more.items()}}

    return Target(name, args, EVERYBODY if opens else frozenset())


def _doors(*names: str) -> tuple[Target, ...]:
    return (
        *(_behind(f"token.{name}", "token") for name in names),
        _behind("token.suspended", "token", opens=False),
    )


_own_code: Callable[[Side], dict[str, object]] = lambda s: {"code": s.ids["code"]}  # noqa: E731
_COMMITTEE = (Target("committee", _own_code, is_addressable=False),)

FRONT: dict[str, Line] = {
    # Behind the code on a wall: everybody, without an account. A scan is counted, once the page was sent.
    "front:place": Line(
        PUBLIC, "GET", _doors("room", "station", "other_room", "event"), frozenset({"codes_scancount"})
    ),
    "front:say": Line(PUBLIC, "GET POST", _doors("room", "event")),
    "front:say_online": Line(PUBLIC, "GET POST", _COMMITTEE),
    # … with an account: members check in; whoever goes to villages for the committee notes a visit.
    "front:check_in": Line(("member",), "POST", _doors("room", "event")),
    "front:visit": Line(SCANNERS, "POST", _doors("room")),
    # A receipt opens one saying for whoever holds it, and nothing for anybody else.
    "front:find_receipt": Line(PUBLIC, "GET POST", _COMMITTEE),
    "front:receipt": Line(
        PUBLIC,
        "GET",
        tuple(_behind(f"receipt.{key}", "receipt") for key in ("collected", "sensitive", "solved")),
    ),
    "front:objection": Line(PUBLIC, "POST", (_behind("receipt.solved", "receipt"),)),
    # Only pictures that stand on the page of this receipt.
    "front:picture": Line(
        PUBLIC,
        "GET",
        (
            _behind("receipt.solved", "receipt", pk="file.evidence"),
            _behind("receipt.collected", "receipt", opens=False, pk="file.evidence"),
            _behind("receipt.collected", "receipt", opens=False, pk="file.voice"),
        ),
    ),
    "worker": Line(PUBLIC, "GET"),
}

FRONT_LINES = CODES | TOPICS | JOURNEYS | FRONT
