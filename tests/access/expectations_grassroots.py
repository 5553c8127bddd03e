"""Who may reach what of the grass roots, written by hand from the specification; merged in ``expectations.py``.

Staff do everything; who keeps a node does the same work for it and what belongs to it, and finds nothing of
another; leaders and auditors look; administrators set up nodes and make accounts; members read what was announced
or held; a unit its own problems; nobody another station's points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.access.expectations import ACCOUNT, ADMIN, AUDITED, MEMBERS, OFFICE, UNIT, Line, Target, one

if TYPE_CHECKING:
    from typing import Any

NODE_PEOPLE = ("station_head", "node_worker")
MANAGERS = ("staff", "tenant_admin")
LOOKERS = (*MANAGERS, "leader", "auditor")
NODE_READERS = (*LOOKERS, *NODE_PEOPLE)
SUPERVISORS = (*MANAGERS, "leader")
KEEPERS = ("staff", *NODE_PEOPLE)
AT_A_DESK = (*KEEPERS, *UNIT, "reviewer", "leader", "auditor")
READERS = (*AT_A_DESK, "member")
APPRAISERS = ("staff", "leader", "auditor")
APPRAISED = (*APPRAISERS, "station_head")

# Persons: the office that opens any node; who keeps something of the first village (the head its station and so
# all of it, the worker council and room).
_ALL_NODES = {"staff", "tenant_admin", "leader", "auditor"}

_FIRST = {"head", "worker"}
_LOOK = frozenset({"leader", "auditor"})
_UNIT_A = {"clerk_a", "leader_a"}

# Who may open a session: the office all; who keeps the node that convened it; the unit that it invited, and the
# member; other members when it was announced or held.
SEES_SESSION: dict[str, set[str]] = {
    "planned": OFFICE | _FIRST | _UNIT_A | {"proposer"},
    "announced": OFFICE | _FIRST | _UNIT_A | MEMBERS,
    "held": OFFICE | _FIRST | _UNIT_A | MEMBERS,
    "recorded": OFFICE | _FIRST | _UNIT_A | MEMBERS,
    "other": OFFICE | {"head2"} | _UNIT_A | MEMBERS,
}
# … and work on it.
KEEPS_SESSION: dict[str, set[str]] = {
    key: {"staff"} | ({"head2"} if key == "other" else _FIRST) for key in SEES_SESSION
}
# Who may open a problem: the office all, who keeps the node, the unit that has it, members what a session raised.
SEES_PROBLEM: dict[str, set[str]] = {
    "open": OFFICE | _FIRST | _UNIT_A,
    "of_session": OFFICE | _FIRST | _UNIT_A | MEMBERS,
    "under_way": OFFICE | _FIRST | _UNIT_A,
    "reported": OFFICE | _FIRST | _UNIT_A,
    "solved": OFFICE | _FIRST | _UNIT_A,
    "not_possible": OFFICE | _FIRST | _UNIT_A,
    "other": OFFICE | {"head2", "clerk_b"},
}
_KEEPS_PROBLEM = {key: {"staff"} | ({"head2"} if key == "other" else _FIRST) for key in SEES_PROBLEM}


def node(key: str, *may: str, **more: Any) -> Target:
    return one(f"node.{key}", *may, **more)


def session(key: str, may: set[str], *, hidden: bool = False) -> Target:
    """A session; who may look at it but not keep it is told so, unless the page hides even that."""
    name = f"session.{key}"
    sees = frozenset() if hidden else frozenset(SEES_SESSION[key])
    return Target(name, lambda s: {"pk": s.ids[name]}, frozenset(may), sees)


def kept(*keys: str, hidden: bool = False) -> tuple[Target, ...]:
    """Sessions for those who keep the node that convenes them."""
    return tuple(session(key, KEEPS_SESSION[key], hidden=hidden) for key in keys)


def row_of(key: str, arg: str, row: str) -> Target:
    """Something that belongs to a session, by both ids."""
    return Target(
        row,
        lambda s: {"pk": s.ids[f"session.{key}"], arg: s.ids[row]},
        frozenset(KEEPS_SESSION[key]),
        frozenset(SEES_SESSION[key]),
    )


def problem(key: str, may: set[str]) -> Target:
    name = f"problem.{key}"
    return Target(name, lambda s: {"pk": s.ids[name]}, frozenset(may), frozenset(SEES_PROBLEM[key]))


def checked(*keys: str) -> tuple[Target, ...]:
    """Problems for those who keep the ledger where they came from."""
    return tuple(problem(key, _KEEPS_PROBLEM[key]) for key in keys)


def worked_on(*keys: str) -> tuple[Target, ...]:
    """Problems for the unit that has them, or whoever keeps the ledger and enters it for the unit."""
    return tuple(problem(k, _KEEPS_PROBLEM[k] | ({"clerk_b"} if k == "other" else _UNIT_A)) for k in keys)


GRASSROOTS: dict[str, Line] = {
    # Rules and kinds of venues: administrators.
    "grassroots:settings": Line(ADMIN, "GET POST"),
    "grassroots:setting_venues": Line(ADMIN, "GET POST"),
    "grassroots:setting_venue": Line(ADMIN, "GET POST", (one("venue_kind"),)),
    # Nodes: the office sees all, who keeps one that and what belongs to it; staff and administrators set them up.
    "grassroots:nodes": Line(NODE_READERS, "GET"),
    "grassroots:node": Line(
        NODE_READERS,
        "GET",
        (
            node("station", *_ALL_NODES, "head"),
            node("council", *_ALL_NODES, *_FIRST),
            node("room", *_ALL_NODES, *_FIRST),
            node("other", *_ALL_NODES, "head2"),
        ),
    ),
    "grassroots:node_add": Line(MANAGERS, "GET POST"),
    "grassroots:node_edit": Line(MANAGERS, "GET POST", (node("room"),)),
    "grassroots:node_move": Line(MANAGERS, "GET POST", (node("room"),)),
    "grassroots:node_end": Line(MANAGERS, "GET POST", (node("room"),)),
    "grassroots:coverage": Line(LOOKERS, "GET"),
    # … many at once.
    "grassroots:nodes_from_places": Line(MANAGERS, "GET POST"),
    "grassroots:node_upload": Line(MANAGERS, "GET POST"),
    "grassroots:node_template": Line(MANAGERS, "GET"),
    "grassroots:node_import": Line(MANAGERS, "GET POST", (one("node_import.open"), one("node_import.done"))),
    "grassroots:node_import_undo": Line(
        MANAGERS, "GET POST", (one("node_import.unused"), one("node_import.done"))
    ),
    # … their people; accounts are made by administrators alone.
    "grassroots:node_head": Line(MANAGERS, "GET POST", (node("station"),)),
    "grassroots:head_account": Line(ADMIN, "GET POST", (one("head.without_account"),)),
    "grassroots:node_worker": Line(ADMIN, "GET POST", (node("room"),)),
    "grassroots:node_seats": Line(MANAGERS, "GET POST", (node("council"),)),
    "grassroots:seat_end": Line(MANAGERS, "GET POST", (one("seat"),)),
    "grassroots:node_second": Line(MANAGERS, "GET POST", (node("council"),)),
    "grassroots:secondment_end": Line(MANAGERS, "GET POST", (one("secondment"),)),
    "grassroots:seconded": Line(LOOKERS, "GET"),
    "grassroots:second_many": Line(MANAGERS, "GET POST"),
    "grassroots:duty": Line(NODE_READERS, "GET"),
    "grassroots:node_duty": Line(
        NODE_READERS,
        "GET POST",
        (
            # Who may open the node reads them; who neither keeps it nor sets it up is refused what was filled in.
            node("room", *_ALL_NODES, *_FIRST),
            node("other", *_ALL_NODES, "head2"),
        ),
    ),
    "grassroots:duty_end": Line(
        NODE_READERS,
        "GET POST",
        (
            one("duty_slot", "staff", "tenant_admin", *_FIRST, sees=_LOOK),
            one("duty_slot.other", "staff", "tenant_admin", "head2", sees=_LOOK),
        ),
    ),
    # … leaders in charge: written down by staff, administrators and leaders.
    "grassroots:node_charge": Line(MANAGERS, "GET POST", (node("station"),)),
    "grassroots:charge_end": Line(MANAGERS, "GET POST", (one("charge"),)),
    "grassroots:visit_add": Line(SUPERVISORS, "GET POST", (one("charge"),)),
    "grassroots:supervision": Line(LOOKERS, "GET"),
    "grassroots:rectified": Line(SUPERVISORS, "GET POST", (one("supervision_visit"),)),
    # Sessions: lists show what each may open.
    "grassroots:sessions": Line(READERS, "GET"),
    "grassroots:sessions_export": Line(READERS, "GET", get_may_write=AUDITED),
    "grassroots:attendances": Line(READERS, "GET"),
    "grassroots:suggestions": Line(READERS, "GET"),
    "grassroots:session": Line(ACCOUNT, "GET", tuple(session(key, who) for key, who in SEES_SESSION.items())),
    "grassroots:session_new": Line(KEEPERS, "GET POST"),
    # … registers of past years: staff.
    "grassroots:session_ledger": Line(("staff",), "GET POST"),
    "grassroots:session_ledger_template": Line(("staff",), "GET"),
    "grassroots:session_ledger_undo": Line(("staff",), "POST"),
    # … preparing and holding one: who keeps the node that convenes it.
    "grassroots:session_code": Line(KEEPERS, "POST", kept("announced", "other")),
    "grassroots:session_edit": Line(KEEPERS, "GET POST", kept("planned", "other")),
    "grassroots:session_people": Line(KEEPERS, "GET POST", kept("announced", "other")),
    "grassroots:session_remove_person": Line(
        KEEPERS, "POST", (row_of("planned", "attendee", "attendee.invited"),)
    ),
    "grassroots:session_invitation": Line(KEEPERS, "GET POST", kept("announced", "other")),
    "grassroots:session_announce": Line(KEEPERS, "POST", kept("planned", "other")),
    "grassroots:session_cancel": Line(KEEPERS, "GET POST", kept("announced", "other")),
    "grassroots:session_begin": Line(KEEPERS, "POST", kept("announced", "other")),
    "grassroots:session_record": Line(KEEPERS, "GET POST", kept("held", "other")),
    "grassroots:session_attendance": Line(KEEPERS, "POST", kept("held", "other")),
    "grassroots:session_say": Line(KEEPERS, "POST", kept("held", "other")),
    "grassroots:session_unsay": Line(KEEPERS, "POST", (row_of("held", "said", "statement"),)),
    "grassroots:session_archive": Line(KEEPERS, "GET POST", kept("other", "held")),
    "grassroots:session_reopen": Line(("staff",), "GET POST", (session("recorded", {"staff"}),)),
    "grassroots:session_papers": Line(KEEPERS, "GET POST", kept("held", "other")),
    "grassroots:session_remove_paper": Line(KEEPERS, "POST", (row_of("held", "file", "file.paper"),)),
    # … members say for themselves whether they come.
    "grassroots:session_answer": Line(
        ("member",), "POST", (session("announced", MEMBERS), session("planned", {"proposer"}, hidden=True))
    ),
    # … names stand on the sheet: the office, who keeps it, who sat at the table.
    "grassroots:session_sheet": Line(
        ACCOUNT,
        "GET",
        (
            session("held", OFFICE | _FIRST | {"proposer"}, hidden=True),
            session("other", OFFICE | {"head2", "proposer"}, hidden=True),
        ),
    ),
    "grassroots:session_sheet_pdf": Line(
        ACCOUNT, "GET", (session("held", OFFICE | _FIRST | {"proposer"}, hidden=True),)
    ),
    # … the desk is there for who works at it, and for nobody else.
    "grassroots:desk": Line(KEEPERS, "GET", kept("held", "other", hidden=True)),
    "grassroots:desk_act": Line(KEEPERS, "POST", kept("held", "other", hidden=True)),
    "grassroots:sync": Line(KEEPERS, "POST", kept("held", "other", hidden=True)),
    "grassroots:resolve_conflict": Line(KEEPERS, "POST", (one("conflict", *sorted(KEEPS_SESSION["held"])),)),
    # Problems: the office all, who keeps the node its own, a unit what it was given.
    "grassroots:problems": Line(READERS, "GET"),
    "grassroots:problem": Line(READERS, "GET", tuple(problem(key, who) for key, who in SEES_PROBLEM.items())),
    "grassroots:add_problem": Line(KEEPERS, "GET POST"),
    "grassroots:confirm_problems": Line(KEEPERS, "POST"),
    "grassroots:export_problems": Line(AT_A_DESK, "GET POST", get_may_write=AUDITED),
    "grassroots:problem_register": Line(AT_A_DESK, "GET", get_may_write=AUDITED),
    "grassroots:sign_problem": Line((*KEEPERS, *UNIT), "POST", worked_on("open", "other")),
    "grassroots:report_problem": Line((*KEEPERS, *UNIT), "GET POST", worked_on("open", "other")),
    "grassroots:check_problem": Line(KEEPERS, "GET POST", checked("reported", "other")),
    "grassroots:change_problem": Line(KEEPERS, "GET POST", checked("open", "other")),
    "grassroots:give_up_problem": Line(KEEPERS, "GET POST", checked("open", "other")),
    "grassroots:look_back": Line(KEEPERS, "GET POST", checked("solved", "other")),
    "grassroots:reopen_problem": Line(KEEPERS, "GET POST", checked("solved", "other")),
    "grassroots:disclose_problem": Line(("staff",), "GET POST", (problem("solved", {"staff"}),)),
    # The appraisal: staff write and check, a leader approves, a head scores the own station and sees no other's.
    "grassroots:schemes": Line(APPRAISED, "GET"),
    "grassroots:new_scheme": Line(("staff",), "GET POST"),
    "grassroots:scheme": Line(
        APPRAISED,
        "GET",
        (
            one("scheme.open"),
            one("scheme.approved"),
            one("scheme.draft", *APPRAISERS),
        ),
    ),
    "grassroots:edit_scheme": Line(("staff",), "GET POST", (one("scheme.draft"),)),
    "grassroots:change_money": Line(("staff",), "GET POST", (one("scheme.open"),)),
    "grassroots:open_scheme": Line(("staff",), "POST", (one("scheme.draft"),)),
    "grassroots:approve_scheme": Line(("leader",), "GET POST", (one("scheme.open"),)),
    "grassroots:award_paper": Line(APPRAISERS, "GET", (one("scheme.approved"),), get_may_write=AUDITED),
    "grassroots:award_table": Line(APPRAISERS, "GET", (one("scheme.approved"),), get_may_write=AUDITED),
    "grassroots:score": Line(
        APPRAISED,
        "GET",
        (one("score.own", *APPRAISERS, "head"), one("score.other", *APPRAISERS, "head2")),
    ),
    "grassroots:score_self": Line(
        ("staff", "station_head"),
        "GET POST",
        (one("score.own", "staff", "head"), one("score.other", "staff", "head2")),
    ),
    "grassroots:check_score": Line(("staff",), "GET POST", (one("score.other"),)),
    "grassroots:give_back_score": Line(("staff",), "GET POST", (one("score.other"),)),
    # … a head's yearly report: a draft is the head's alone.
    "grassroots:reports": Line(APPRAISED, "GET"),
    "grassroots:begin_report": Line(
        ("station_head",),
        "POST",
        (
            Target(
                "node.station",
                lambda s: {"node": s.ids["node.station"], "year": 2025},
                frozenset({"head"}),
            ),
            Target("node.room", lambda s: {"node": s.ids["node.room"], "year": 2025}, frozenset()),
        ),
    ),
    "grassroots:report": Line(
        APPRAISED,
        "GET",
        (one("report.submitted", *APPRAISERS, "head"), one("report.draft", "head")),
    ),
    "grassroots:edit_report": Line(("station_head",), "GET POST", (one("report.draft", "head"),)),
    "grassroots:autosave_report": Line(("station_head",), "POST", (one("report.draft", "head"),)),
    "grassroots:submit_report": Line(("station_head",), "POST", (one("report.draft", "head"),)),
    "grassroots:give_back_report": Line(
        ("staff", "leader"),
        "GET POST",
        (
            one("report.submitted", "staff", "leader"),
            Target("report.draft", lambda s: {"pk": s.ids["report.draft"]}, frozenset()),
        ),
    ),
    "grassroots:review_report": Line(
        ("staff", "leader"),
        "GET POST",
        (
            one("report.submitted", "staff", "leader"),
            Target("report.draft", lambda s: {"pk": s.ids["report.draft"]}, frozenset()),
        ),
    ),
    "grassroots:archive_report": Line(("staff",), "POST", (one("report.submitted", "staff"),)),
    "grassroots:report_paper": Line(
        APPRAISED, "GET", (one("report.submitted", *APPRAISERS, "head"), one("report.draft", "head"))
    ),
}
