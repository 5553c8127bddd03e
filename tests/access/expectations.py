"""Who may reach what, written by hand from the specification: one line for every URL.

Nothing here is read from the code's own policies. What no line allows is forbidden. A URL without a line
fails ``test_matrix.py``; see there how to write one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.access.world import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Side

# Who holds which role on the first side. ``ended`` held several until yesterday and holds none.
HOLDERS = {
    "member": {"proposer", "cosigner_1", "outsider"},
    "submitter": {"submitter"},
    "staff": {"staff"},
    "reviewer": {"reviewer"},
    "leader": {"leader"},
    "supervisor": {"supervisor", "other_supervisor"},
    "unit_clerk": {"clerk_a", "clerk_b", "clerk_c"},
    "unit_leader": {"leader_a"},
    "tenant_admin": {"tenant_admin"},
    "auditor": {"auditor"},
    "system_admin": {"system_admin"},
    "station_head": {"head", "head2"},
    "node_worker": {"worker"},
}
EVERYBODY = frozenset(PEOPLE)
SIGNED_IN = EVERYBODY - {"anonymous"}
HAS_POST = SIGNED_IN - {"system_admin", "ended"}

MEMBERS = HOLDERS["member"]
OFFICE = {"staff", "reviewer", "leader", "auditor"}
UNIT_A = {"clerk_a", "leader_a", "supervisor"}
UNIT_B = {"clerk_b", "supervisor"}
UNIT_C = {"clerk_c", "other_supervisor"}

# Who may open a proposal, by how far it has come. Drafts belong to who writes them; what is not filed to the
# proposer and the office; what is filed to all members unless it is sensitive; units and the
# offices over them see what is assigned to them.
SEES: dict[str, set[str]] = {
    "draft": {"proposer"},
    "inviting": {"proposer", "cosigner_1"},
    "body": {"submitter"},
    "entered": {"proposer", "staff"},
    "submitted": {"proposer"} | OFFICE,
    "review": {"proposer"} | OFFICE,
    "returned": {"proposer"} | OFFICE,
    "not_filed": {"proposer"} | OFFICE,
    "filed": MEMBERS | OFFICE,
    "secret": {"proposer"} | OFFICE,
    # Merged into "assigned" before it was filed: whoever answers that one answers this one too.
    "merged": {"proposer"} | OFFICE | UNIT_A,
    "asked": {"proposer"} | OFFICE,
    "through": MEMBERS | OFFICE | {"supervisor"},
    "assigned": MEMBERS | OFFICE | UNIT_A,
    "extending": MEMBERS | OFFICE | UNIT_A,
    "declining": MEMBERS | OFFICE | UNIT_A,
    "handling": MEMBERS | OFFICE | UNIT_A,
    "approving": MEMBERS | OFFICE | UNIT_A,
    "replying": MEMBERS | OFFICE | UNIT_A,
    "separate": MEMBERS | OFFICE | UNIT_A | UNIT_B,
    "joint": MEMBERS | OFFICE | UNIT_A | UNIT_B,
    "countersigning": MEMBERS | OFFICE | UNIT_A | UNIT_B,
    "third": MEMBERS | OFFICE | UNIT_C,
    "replied": MEMBERS | OFFICE | UNIT_A,
    "closed": MEMBERS | OFFICE | UNIT_A,
    "dissatisfied": MEMBERS | OFFICE | UNIT_A,
    "tracking": MEMBERS | OFFICE | UNIT_A,
    "reported": MEMBERS | OFFICE | UNIT_A,
    "kept": MEMBERS | OFFICE | UNIT_A,
    "public": MEMBERS | OFFICE | UNIT_A,
    "pool": MEMBERS | OFFICE | UNIT_A,
    "supervised": MEMBERS | OFFICE | UNIT_A,
}


@dataclass(frozen=True)
class Target:
    """One object that a URL is asked for.

    Attributes:
        label: what it is, for messages and the document.
        args: the arguments of the URL, from the ids of one side. Each listed id is replaced for the probes
            of a foreign and a missing object.
        may: who gets through to it. Everybody else with the role finds nothing there (404) …
        sees: … unless they may look at the object: then they are told that it is not theirs to do (403).
        reads: who gets the page of a form, but is told that sending it is not theirs (403).
        data: what a POST brings, from the ids of one side.
        is_addressable: whether one could name another committee's object in this URL.
    """

    label: str
    args: Callable[[Side], dict[str, Any]] = lambda _side: {}
    may: frozenset[str] = EVERYBODY
    sees: frozenset[str] = frozenset()
    data: Callable[[Side], dict[str, Any]] = lambda _side: {}
    is_addressable: bool = True
    reads: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """What one URL owes to whom.

    Attributes:
        roles: who passes its policy; ``("public",)`` everybody, ``("signed in",)`` every account.
        methods: what it answers to; GET includes HEAD.
        get_may_write: tables that a GET may add to: downloads leave a line in the audit log.
    """

    roles: tuple[str, ...]
    methods: str
    targets: tuple[Target, ...] = (Target("—"),)
    get_may_write: frozenset[str] = field(default_factory=frozenset)

    @property
    def passes(self) -> frozenset[str]:
        """Who passes the policy."""
        if self.roles == ("public",):
            return EVERYBODY
        if self.roles == ("signed in",):
            return SIGNED_IN
        return frozenset[str]().union(*(HOLDERS[role] for role in self.roles))

    @property
    def is_public(self) -> bool:
        return self.roles == ("public",)


def _of(kind: str, *, arg: str = "pk") -> Callable[..., Target]:
    def target(key: str, *may: str, sees: set[str] | None = None, **more: Any) -> Target:
        name = f"{kind}.{key}"
        return Target(name, lambda s: {arg: s.ids[name]}, frozenset(may), frozenset(sees or ()), **more)

    return target


def proposal(key: str, *may: str, hidden: bool = False) -> Target:
    """A proposal; who may look at it but not act is told so, unless the page hides even that."""
    name = f"proposal.{key}"
    sees = frozenset() if hidden else frozenset(SEES[key])
    return Target(name, lambda s: {"pk": s.ids[name]}, frozenset(may), sees)


part, reply, file = _of("part"), _of("reply"), _of("file")


def one(key: str, *may: str, **more: Any) -> Target:
    """A thing of the committee for everybody with the role, or only for those named."""
    allowed = frozenset(may) or EVERYBODY
    return Target(key, lambda s: {"pk": s.ids[key]}, allowed, **more)


PUBLIC, ACCOUNT = ("public",), ("signed in",)
READERS = ("tenant_admin", "staff", "reviewer", "leader", "auditor")
ADMIN = ("tenant_admin",)
CALENDAR = ("tenant_admin", "staff")
LOG = ("tenant_admin", "auditor")
PROPOSAL_READERS = (
    "member",
    "submitter",
    "staff",
    "reviewer",
    "leader",
    "supervisor",
    "unit_clerk",
    "unit_leader",
    "auditor",
)
# Those of the office who see every proposal.
SEES_PROPOSALS = ("staff", "reviewer", "leader", "auditor")
REPORT_READERS = ("staff", "reviewer", "leader", "auditor")
WRITERS = ("member", "submitter", "staff")
JOB_READERS = ("reviewer", "staff")
UNIT = ("unit_clerk", "unit_leader")
OVERSEERS = ("staff", "supervisor")
OFFICE_ROLES = ("staff", "reviewer", "leader", "auditor")
AUDITED = frozenset({"audit_entry", "audit_head"})

_WRITING = (
    proposal("draft", "proposer"),
    proposal("inviting", "proposer"),
    proposal("body", "submitter"),
    proposal("entered", "proposer", "staff"),
    proposal("submitted", "proposer"),
    proposal("filed", "proposer"),
)
_OF_A = ("clerk_a", "leader_a")

# Drawing a document costs much more than a page: of those that the same people may open, one is drawn.
_ONE_OF_EACH_AUDIENCE = tuple({frozenset(who): key for key, who in reversed(SEES.items())}.values())


def _sheets(*keys: str) -> tuple[Target, ...]:
    return tuple(proposal(key, *sorted(SEES[key]), hidden=True) for key in keys)


LINES: dict[str, Line] = {
    "home": Line(PUBLIC, "GET"),
    "healthz": Line(PUBLIC, "GET"),
    "search": Line(ACCOUNT, "GET"),
    "more": Line(ACCOUNT, "GET"),
    "core:simple_mode": Line(PUBLIC, "POST"),
    "core:language": Line(PUBLIC, "POST"),
    # Accounts: everybody their own, nobody another's.
    "accounts:sign_in": Line(PUBLIC, "GET POST"),
    "accounts:second_factor": Line(PUBLIC, "GET POST"),
    "accounts:sign_out": Line(PUBLIC, "POST"),
    "accounts:me": Line(ACCOUNT, "GET"),
    "accounts:prove": Line(ACCOUNT, "GET POST"),
    "accounts:change_password": Line(ACCOUNT, "GET POST"),
    "accounts:change_phone": Line(ACCOUNT, "GET POST"),
    "accounts:end_session": Line(ACCOUNT, "POST", (one("device", "proposer"),)),
    "accounts:end_other_sessions": Line(ACCOUNT, "POST"),
    "accounts:export_own": Line(ACCOUNT, "POST"),
    "accounts:ask_for_correction": Line(ACCOUNT, "GET POST"),
    "accounts:factors": Line(ACCOUNT, "GET"),
    "accounts:add_app": Line(ACCOUNT, "GET POST", get_may_write=frozenset({"django_session"})),
    "accounts:add_passkey": Line(ACCOUNT, "GET POST", get_may_write=frozenset({"django_session"})),
    "accounts:remove_factor": Line(ACCOUNT, "GET POST", (one("factor", "proposer"),)),
    "accounts:recovery_codes": Line(ACCOUNT, "GET POST"),
    # The log: who watches, not who works.
    "audit:list": Line(LOG, "GET"),
    "audit:verify": Line(LOG, "POST"),
    "audit:entry": Line(LOG, "GET", (Target("audit_entry", lambda _s: {"seq": 1}, is_addressable=False),)),
    # The organization: the office looks, the administrator changes.
    "organization:overview": Line(READERS, "GET"),
    "organization:switch": Line(
        ACCOUNT,
        "POST",
        (Target("committee", may=HAS_POST, data=lambda s: {"committee": s.ids["committee"]}),),
    ),
    "organization:coverage": Line(READERS, "GET"),
    "organization:members": Line(READERS, "GET"),
    "organization:member_add": Line(ADMIN, "GET POST"),
    "organization:member": Line(READERS, "GET", (one("member"),)),
    "organization:member_edit": Line(ADMIN, "GET POST", (one("member"),)),
    "organization:member_phone": Line(ADMIN, "GET POST", (one("member"),)),
    "organization:member_status": Line(
        ADMIN,
        "GET POST",
        (Target("member", lambda s: {"pk": s.ids["member"], "verb": "suspend"}),),
    ),
    "organization:roster": Line(ADMIN, "GET POST"),
    "organization:roster_template": Line(ADMIN, "GET"),
    "organization:roster_preview": Line(ADMIN, "GET POST", (one("roster.open"), one("roster.done"))),
    "organization:roster_undo": Line(ADMIN, "GET POST", (one("roster.done"),)),
    "organization:unit": Line(READERS, "GET", (one("unit"),)),
    "organization:unit_rename": Line(ADMIN, "GET POST", (one("unit"),)),
    "organization:unit_merge": Line(ADMIN, "GET POST", (one("unit"),)),
    "organization:unit_split": Line(ADMIN, "GET POST", (one("unit"),)),
    "organization:posts": Line(ADMIN, "GET"),
    "organization:post_add": Line(ADMIN, "GET POST"),
    "organization:post_end": Line(ADMIN, "GET POST", (one("post"),)),
    "organization:slips": Line(ADMIN, "GET POST"),
    "organization:installation": Line(("system_admin",), "GET"),
    # The administrator of the installation opens any committee, and looks into none.
    "organization:committee_open": Line(
        ("system_admin",),
        "GET POST",
        (Target("committee", lambda s: {"pk": s.ids["committee"]}, is_addressable=False),),
    ),
    "organization:terms": Line(READERS, "GET"),
    "organization:terms_add": Line(ADMIN, "GET POST"),
    "organization:terms_edit": Line(ADMIN, "GET POST", (one("term"),)),
    "organization:sessions": Line(READERS, "GET"),
    "organization:sessions_add": Line(ADMIN, "GET POST"),
    "organization:sessions_edit": Line(ADMIN, "GET POST", (one("session"),)),
    "organization:sectors": Line(READERS, "GET"),
    "organization:sectors_add": Line(ADMIN, "GET POST"),
    "organization:sectors_edit": Line(ADMIN, "GET POST", (one("sector"),)),
    "organization:special_committees": Line(READERS, "GET"),
    "organization:special_committees_add": Line(ADMIN, "GET POST"),
    "organization:special_committees_edit": Line(ADMIN, "GET POST", (one("special_committee"),)),
    "organization:expert_teams": Line(READERS, "GET"),
    "organization:expert_teams_add": Line(ADMIN, "GET POST"),
    "organization:expert_teams_edit": Line(ADMIN, "GET POST", (one("expert_team"),)),
    "organization:units": Line(READERS, "GET"),
    "organization:units_add": Line(ADMIN, "GET POST"),
    "organization:units_edit": Line(ADMIN, "GET POST", (one("unit"),)),
    "organization:bodies": Line(READERS, "GET"),
    "organization:bodies_add": Line(ADMIN, "GET POST"),
    "organization:bodies_edit": Line(ADMIN, "GET POST", (one("body"),)),
    # A file follows what it belongs to: a draft's its writers, an unsent letter's its unit.
    "files:download": Line(
        ACCOUNT,
        "GET",
        (
            file("draft", "proposer"),
            file("stamp", "submitter"),
            file("letter_draft", "clerk_a", "leader_a"),
            file("public", *sorted(SEES["public"])),
            # What came with a saying: who decides about it, and the office.
            file("voice", "head", "worker", *sorted(OFFICE)),
            # A paper of a session whose record is still written: who keeps it, the office, who sat there.
            file("paper", "head", "worker", "proposer", *sorted(OFFICE)),
            # What a unit showed of its work, and everybody may see.
            file("evidence", "head", "worker", *_OF_A, *sorted(OFFICE)),
        ),
    ),
    "notices:list": Line(ACCOUNT, "GET"),
    "notices:read_all": Line(ACCOUNT, "POST"),
    "notices:open": Line(ACCOUNT, "POST", (one("notice", "proposer"),)),
    # Long work belongs to who asked for it; staff see it, and only its person may go on.
    "jobs:show": Line(ACCOUNT, "GET", (one("job.failed", *JOB_READERS), one("job.of_head", "staff", "head"))),
    "jobs:start_again": Line(ACCOUNT, "POST", (one("job.failed", "reviewer", sees=frozenset(JOB_READERS)),)),
    "jobs:download": Line(ACCOUNT, "GET", (one("job.file", *JOB_READERS),)),
    "deadlines:calendar": Line(CALENDAR, "GET"),
    "deadlines:year": Line(
        CALENDAR, "GET", (Target("year", lambda _s: {"year": 2026}, is_addressable=False),)
    ),
    "deadlines:announce": Line(
        CALENDAR, "GET POST", (Target("year", lambda _s: {"year": 2027}, is_addressable=False),)
    ),
    "deadlines:set_day": Line(CALENDAR, "GET POST"),
    "deadlines:remove_day": Line(
        CALENDAR, "GET POST", (Target("calendar_day", lambda s: {"on": s.ids["day"]}),)
    ),
    "deadlines:change": Line(CALENDAR, "GET", (one("calendar_change"),)),
    # Proposals: reading.
    "proposals:list": Line(PROPOSAL_READERS, "GET"),
    "proposals:export": Line(PROPOSAL_READERS, "GET POST", get_may_write=AUDITED),
    "proposals:detail": Line(ACCOUNT, "GET", tuple(proposal(key, *sorted(who)) for key, who in SEES.items())),
    # The report of a session: the office, which sees every proposal that it counts.
    "proposals:report": Line(REPORT_READERS, "GET"),
    "proposals:report_units": Line(REPORT_READERS, "GET"),
    "proposals:report_members": Line(REPORT_READERS, "GET"),
    "proposals:report_ratings": Line(REPORT_READERS, "GET"),
    "proposals:report_word": Line(REPORT_READERS, "GET", get_may_write=AUDITED),
    "proposals:report_excel": Line(REPORT_READERS, "GET", get_may_write=AUDITED),
    # … writing: the proposer alone, or who of the staff enters it for them.
    "proposals:mine": Line(("member", "submitter"), "GET"),
    "proposals:new": Line(("member", "submitter"), "GET POST"),
    "proposals:edit": Line(WRITERS, "GET POST", _WRITING),
    "proposals:autosave": Line(WRITERS, "POST", _WRITING),
    "proposals:submit": Line(WRITERS, "GET POST", _WRITING),
    "proposals:withdraw": Line(WRITERS, "GET POST", _WRITING),
    "proposals:cosigners": Line(WRITERS, "GET POST", _WRITING),
    "proposals:attach": Line(WRITERS, "POST", _WRITING),
    "proposals:attach_stamp": Line(WRITERS, "POST", _WRITING),
    # Only the proposer says whether it may become an opinion report.
    "proposals:answer_conversion": Line(
        ("member", "submitter"), "GET POST", (proposal("asked", "proposer"), proposal("filed", "proposer"))
    ),
    "proposals:detach": Line(
        WRITERS,
        "GET POST",
        (
            Target(
                "file.draft",
                lambda s: {"pk": s.ids["proposal.draft"], "file": s.ids["file.draft"]},
                frozenset({"proposer"}),
            ),
        ),
    ),
    "proposals:take_back": Line(
        WRITERS, "GET POST", (one("invitation", "proposer", sees=frozenset(SEES["inviting"])),)
    ),
    # Only the member who was asked; to everybody else there is nothing to sign.
    "proposals:cosign": Line(("member",), "POST", (proposal("inviting", "cosigner_1", hidden=True),)),
    # Never a handling unit; the office only with the paper form; nobody before the reply is sent.
    "proposals:rate": Line(
        WRITERS,
        "GET POST",
        (reply("replied", "proposer", "staff", sees=MEMBERS), reply("handling")),
    ),
    "proposals:rating_paper": Line(
        WRITERS, "GET", (reply("replied", "proposer", "staff", sees=MEMBERS), reply("handling"))
    ),
    # … documents: a sheet for whoever may open the proposal, a letter for whoever may read the reply. What it
    # said before is for its unit and for those who review it.
    "proposals:sheet_word": Line(ACCOUNT, "GET", _sheets(*_ONE_OF_EACH_AUDIENCE)),
    "proposals:sheet_pdf": Line(ACCOUNT, "GET", _sheets("draft", "secret", "assigned", "third")),
    **{
        f"proposals:letter_{kind}": Line(
            ACCOUNT, "GET", (reply("replied", *sorted(SEES["replied"])), reply("handling", *_OF_A))
        )
        for kind in ("word", "pdf")
    },
    "proposals:reply_versions": Line(
        ACCOUNT,
        "GET",
        (reply("replied", *_OF_A, "supervisor", *sorted(OFFICE)), reply("handling", *_OF_A)),
    ),
    # … the office.
    "proposals:enter": Line(("staff",), "GET POST"),
    "proposals:take_up": Line(("staff", "reviewer"), "POST"),
    "proposals:review": Line(("reviewer",), "GET POST", (proposal("review", "reviewer"), proposal("draft"))),
    "proposals:merge": Line(("reviewer",), "GET POST", (proposal("review", "reviewer"), proposal("draft"))),
    "proposals:advise": Line(("reviewer",), "GET POST", (proposal("review", "reviewer"), proposal("draft"))),
    "proposals:decide_many": Line(("reviewer",), "POST"),
    "proposals:review_numbers": Line(("reviewer", "staff", "leader"), "GET"),
    "proposals:unmerge": Line(("reviewer",), "GET POST", (proposal("merged", "reviewer"), proposal("draft"))),
    "proposals:convert": Line(("reviewer",), "GET POST", (proposal("review", "reviewer"), proposal("draft"))),
    # … tables of past sessions: staff and administrators.
    "proposals:imports": Line(CALENDAR, "GET POST"),
    "proposals:import_template": Line(CALENDAR, "GET"),
    "proposals:import_show": Line(CALENDAR, "GET POST", (one("import.open"), one("import.done"))),
    "proposals:archive": Line(("staff",), "GET POST"),
    "proposals:import_undo": Line(CALENDAR, "GET POST", (one("import.done"),)),
    "proposals:assign_many": Line(("staff",), "GET POST"),
    # Handing over: staff, and the office over the units what was given to it.
    "proposals:assign": Line(
        OVERSEERS,
        "GET POST",
        (proposal("filed", "staff"), proposal("through", "staff", "supervisor"), proposal("draft")),
    ),
    "proposals:hand_to_office": Line(
        ("staff",), "GET POST", (proposal("filed", "staff"), proposal("through", "staff"), proposal("draft"))
    ),
    "proposals:return_from_office": Line(
        ("supervisor",), "GET POST", (proposal("through", "supervisor"), proposal("filed"))
    ),
    "proposals:passing_on": Line(("supervisor",), "GET POST"),
    "proposals:take_back_part": Line(("staff",), "GET POST", (part("handling.a", "staff"),)),
    "proposals:answer_extension": Line(OVERSEERS, "GET POST", (part("extending.a", "staff", "supervisor"),)),
    "proposals:meetings": Line(("staff",), "GET POST"),
    "proposals:meeting": Line(("staff",), "GET POST", (one("meeting"),)),
    "proposals:meeting_take_in": Line(("staff",), "POST", (one("meeting"),)),
    "proposals:meeting_hand_over": Line(("staff",), "POST", (one("meeting"),)),
    "proposals:meeting_print": Line(("staff",), "GET", (one("meeting"),)),
    "proposals:meeting_sheet": Line(("staff",), "GET", (one("meeting"),), get_may_write=AUDITED),
    "proposals:meeting_upload": Line(("staff",), "GET POST", (one("meeting"),)),
    # Dates: the office all, an office over units theirs, a unit its own.
    "proposals:watch": Line(
        ("staff", "reviewer", "leader", "auditor", "supervisor", "unit_clerk", "unit_leader"), "GET"
    ),
    "proposals:remind": Line(OVERSEERS, "POST"),
    "proposals:answer_decline": Line(OVERSEERS, "GET POST", (part("declining.a", "staff", "supervisor"),)),
    "proposals:review_reply": Line(OVERSEERS, "GET POST", (part("replying.a", "staff", "supervisor"),)),
    "proposals:after_rating": Line(("staff",), "GET POST", (proposal("dissatisfied", "staff"),)),
    "proposals:finish_tracking": Line(
        ("staff",), "GET POST", (proposal("kept", "staff"), proposal("tracking", "staff"))
    ),
    "proposals:disclose": Line(("staff",), "GET POST", (proposal("replied", "staff"), proposal("draft"))),
    "proposals:sensitive": Line(("staff",), "GET POST", (proposal("replied", "staff"), proposal("draft"))),
    "proposals:remind_proposer": Line(("staff",), "POST", (proposal("replied", "staff"), proposal("draft"))),
    # … promises: the unit that made it reports, staff say what they think of it, nobody of another unit.
    "proposals:promises": Line((*OFFICE_ROLES, "supervisor", *UNIT), "GET"),
    "proposals:add_promise": Line(("staff",), "GET POST", (proposal("tracking", "staff"),)),
    "proposals:report_promise": Line(UNIT, "GET POST", (one("promise.open", *_OF_A),)),
    "proposals:check_promise": Line(("staff",), "GET POST", (one("promise.reported", "staff"),)),
    "proposals:change_promise": Line(("staff",), "GET POST", (one("promise.open", "staff"),)),
    "proposals:look_backs": Line(OFFICE_ROLES, "GET"),
    "proposals:look_back": Line(("staff",), "GET POST", (proposal("closed", "staff"),)),
    # … key proposals: the office looks, staff write down; what is chosen is known to whoever may open it.
    "proposals:key_list": Line(SEES_PROPOSALS, "GET"),
    "proposals:key_export": Line(SEES_PROPOSALS, "GET", get_may_write=AUDITED),
    "proposals:key_decide": Line(
        ("staff",),
        "GET POST",
        (Target("nominations", data=lambda s: {"proposals": s.ids["proposal.pool"]}, is_addressable=False),),
    ),
    "proposals:key": Line(
        ACCOUNT,
        "GET",
        (
            proposal("supervised", *sorted(SEES["supervised"])),
            proposal("pool", *sorted(OFFICE), hidden=True),
            proposal("filed", hidden=True),
        ),
    ),
    "proposals:key_nominate": Line(
        ("staff", "leader"), "GET POST", (proposal("filed", "staff", "leader"), proposal("draft"))
    ),
    "proposals:key_withdraw": Line(("staff", "leader"), "GET POST", (proposal("pool", "staff", "leader"),)),
    "proposals:key_supervisors": Line(("staff",), "GET POST", (proposal("supervised", "staff"),)),
    "proposals:key_plan": Line(("staff",), "GET POST", (proposal("supervised", "staff"),)),
    "proposals:key_event": Line(("staff",), "GET POST", (proposal("supervised", "staff"),)),
    "proposals:key_result": Line(("staff",), "GET POST", (proposal("supervised", "staff"),)),
    "proposals:key_supervisor_remove": Line(("staff",), "GET POST", (one("supervisor_idle", "staff"),)),
    # … honours: members recommend others' proposals, the office reviews, staff decide and publish.
    "proposals:honours": Line(PROPOSAL_READERS, "GET"),
    "proposals:honours_export": Line(SEES_PROPOSALS, "GET", get_may_write=AUDITED),
    "proposals:honour_proposal": Line(
        ("staff", "reviewer", "leader", "member"),
        "GET POST",
        (
            proposal("closed", "staff", "reviewer", "leader", "cosigner_1", "outsider"),
            proposal("secret", "staff", "reviewer", "leader"),
        ),
    ),
    "proposals:honour_unit": Line(("staff", "leader"), "GET POST"),
    "proposals:honours_review": Line(("staff", "reviewer"), "GET POST"),
    "proposals:honours_decide": Line(("staff",), "GET POST"),
    "proposals:honours_publish": Line(("staff",), "GET POST"),
    # … handling units: each its own part, and nothing of another's.
    "proposals:inbox": Line(UNIT, "GET"),
    "proposals:extend": Line(UNIT, "GET POST", (part("handling.a", *_OF_A),)),
    "proposals:go_on_without": Line(UNIT, "GET POST", (part("countersigning.a", *_OF_A),)),
    "proposals:remind_helpers": Line(UNIT, "POST", (part("countersigning.a", *_OF_A),)),
    "proposals:sign_for": Line(UNIT, "POST", (part("assigned.a", *_OF_A),)),
    "proposals:decline": Line(UNIT, "GET POST", (part("assigned.a", *_OF_A),)),
    "proposals:opinion": Line(UNIT, "GET POST", (part("joint.b", "clerk_b"),)),
    "proposals:reply": Line(
        UNIT,
        "GET POST",
        (part("handling.a", *_OF_A), part("separate.a", *_OF_A), part("separate.b", "clerk_b")),
    ),
    "proposals:autosave_reply": Line(
        UNIT, "POST", (part("handling.a", *_OF_A), part("separate.b", "clerk_b"))
    ),
    "proposals:attach_letter": Line(
        UNIT, "POST", (part("handling.a", *_OF_A), part("separate.b", "clerk_b"))
    ),
    "proposals:detach_letter": Line(
        UNIT,
        "POST",
        (
            Target(
                "file.letter_draft",
                lambda s: {"pk": s.ids["part.handling.a"], "file": s.ids["file.letter_draft"]},
                frozenset(_OF_A),
            ),
        ),
    ),
    "proposals:propose": Line(UNIT, "GET POST", (part("handling.a", *_OF_A), part("separate.b", "clerk_b"))),
    "proposals:countersign": Line(UNIT, "GET POST", (part("countersigning.b", "clerk_b"),)),
    "proposals:approve": Line(
        ("unit_leader",), "GET POST", (part("approving.a", "leader_a"), part("separate.b"))
    ),
    # … rules.
    "proposals:settings": Line(ADMIN, "GET POST"),
    "proposals:review_groups": Line(ADMIN, "GET POST"),
    "proposals:review_group": Line(ADMIN, "GET POST", (one("review_group"),)),
    "proposals:setting_table": Line(
        ADMIN, "GET POST", (Target("table", lambda _s: {"table": "topics"}, is_addressable=False),)
    ),
    "proposals:setting_row": Line(
        ADMIN, "GET POST", (Target("topic", lambda s: {"table": "topics", "pk": s.ids["topic"]}),)
    ),
    # The public site: what is disclosed, under its own committee's code, and nothing else.
    "publishing:index": Line(PUBLIC, "GET"),
    "publishing:site": Line(
        PUBLIC, "GET", (Target("committee", lambda s: {"code": s.ids["code"]}, is_addressable=False),)
    ),
    "publishing:tracking": Line(
        PUBLIC, "GET", (Target("committee", lambda s: {"code": s.ids["code"]}, is_addressable=False),)
    ),
    "publishing:villages": Line(
        PUBLIC, "GET", (Target("committee", lambda s: {"code": s.ids["code"]}, is_addressable=False),)
    ),
    "publishing:proposal": Line(
        PUBLIC,
        "GET",
        tuple(
            Target(
                f"proposal.{key}",
                lambda s, key=key: {"code": "620881", "pk": s.ids[f"proposal.{key}"]},
                EVERYBODY if key == "public" else frozenset(),
            )
            for key in SEES
        ),
    ),
    "publishing:file": Line(
        PUBLIC,
        "GET",
        tuple(
            Target(
                f"file.{key}",
                lambda s, key=key: {"code": "620881", "pk": s.ids[f"file.{key}"]},
                EVERYBODY if key == "public" else frozenset(),
            )
            for key in ("public", "draft", "letter_draft")
        ),
    ),
}


from tests.access.expectations_front import FRONT_LINES  # noqa: E402 (written with what stands above)
from tests.access.expectations_grassroots import GRASSROOTS  # noqa: E402
from tests.access.expectations_numbers import NUMBER_LINES  # noqa: E402
from tests.access.expectations_reports import REPORT_LINES  # noqa: E402
from tests.access.expectations_talks import TALK_LINES  # noqa: E402

LINES |= GRASSROOTS | FRONT_LINES | NUMBER_LINES | REPORT_LINES | TALK_LINES
