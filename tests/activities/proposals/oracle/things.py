"""People, proposals, parts and answers, as far as the life cycle speaks of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

OK, SAME, DENIED, REFUSED = "ok", "same", "denied", "refused"
Verdict = tuple[str, Callable[[], None] | None]
Command = tuple[Any, ...]

# Who hands work over to whom; None: nobody stands between the committee and this unit.
OVER = {"a": "office", "b": "office", "c": "other_office", "office": None, "other_office": None}
OFFICES = ("office", "other_office")
MEMBERS = (
    "proposer",
    "cosigner_1",
    "cosigner_2",
    "outsider",
    "suspended",
    "reviewing",
    "clerking",
    "staffing",
)
# What a body's kind makes of its proposal.
BODIES = {"body": "party", "sector": "sector"}
# Whom they name to sign for a sector.
CONVENOR = "outsider"
# Taken only until the session's cut-off, as the committee's rules say at first.
ONLY_IN_SESSION = frozenset({"sector", "group"})
NEED_A_CONVENOR = frozenset({"sector", "group", "special_committee"})

OPEN = ("draft", "returned")
BEFORE_FILING = ("draft", "submitted", "under_review", "returned")
IN_HAND = ("filed", "assigned", "handling")
ANSWERING = ("sole", "lead", "separate")
READS_ALL = frozenset({"staff", "reviewer", "leader", "auditor"})
# Only a promise is followed until it is kept.
FOLLOWED_CLASSES = ("B",)
# A part that has come to its end: nothing more is expected of the unit.
ENDED = ("declined", "replied", "opinion_given")
# The opinions that must be there before a decision, by the number of stages.
STAGES_BEFORE_DECISION = {1: (), 2: ("pre",), 3: ("pre", "second")}
# The limits that a committee has at first.
REPLY_MONTHS = 3
REPLY_MONTHS_MOST = 6
DECLINE_DAYS = 5
COUNTERSIGN_DAYS = 5
SIGN_FOR_DAYS = 5
CO_OPINION_MONTHS = 1


@dataclass(frozen=True)
class Person:
    """Somebody at work in one committee."""

    key: str
    roles: frozenset[str] = frozenset()
    member: str = ""
    # Works for these units; signs for those; stands over these as an office.
    units: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    # Speaks for these bodies.
    bodies: frozenset[str] = frozenset()
    home: bool = True


@dataclass
class Answer:
    """A unit's reply."""

    complete: bool = False
    letter: str = ""
    # What each co-handling unit said of the draft as it is now.
    words: dict[str, bool] = field(default_factory=dict)
    sent: bool = False
    rating: str = ""


@dataclass(eq=False)
class Extension:
    """A unit asked for more time; ``asked`` until somebody decides."""

    months: int
    state: str = "asked"


@dataclass(eq=False)
class Part:
    """One unit's part in one round."""

    unit: str
    role: str
    round: int
    assigned_on: date
    state: str = "assigned"
    answer: Answer | None = None
    # Since when its word on the lead's draft is waited for.
    asked_to_sign_on: date | None = None
    extensions: list[Extension] = field(default_factory=list)

    @property
    def in_force(self) -> bool:
        return self.state != "declined"

    @property
    def added_months(self) -> int:
        return sum(x.months for x in self.extensions if x.state == "granted")

    @property
    def request(self) -> Extension | None:
        """The request that waits for an answer. When the part ends there is nothing left to extend."""
        if self.state in ENDED:
            return None
        return next((x for x in self.extensions if x.state == "asked"), None)


@dataclass(eq=False)
class Promise:
    """What a unit said it will do, and by when; ``part`` is None where staff noted it."""

    part: Part | None
    unit: str
    due_on: date
    state: str = "draft"


@dataclass(eq=False)
class Opinion:
    """What one reviewer advised, of one version of the text."""

    stage: str
    text_version: int
    by: str
    advice: str


@dataclass
class Invitation:
    """An invitation to co-sign."""

    state: str = "invited"


@dataclass(eq=False)
class Proposal:
    """One proposal."""

    index: int
    author: str
    body: str = ""
    entered_by: str = ""
    state: str = "draft"
    kind: str = "individual"
    phase: str = "plenary"
    round: int = 1
    serial: int | None = None
    number: int | None = None
    text: str = ""
    title: str = "一"
    text_version: int = 1
    secrecy: str = "open"
    cosigning_over: bool = False
    convenor: str = ""
    has_stamp_page: bool = False
    opinions: list[Opinion] = field(default_factory=list)
    conversion_asked: bool = False
    sensitive: bool = False
    invitations: dict[str, Invitation] = field(default_factory=dict)
    took_part: set[tuple[str, str]] = field(default_factory=set)
    # The office that is to hand it on.
    office: str = ""
    parts: list[Part] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    looked_back: bool = False
    merged_into: int | None = None
    audience: str = "internal"
    was_submitted: bool = False
    was_filed: bool = False

    def now(self) -> list[Part]:
        """The parts of the present round that were not given back."""
        return [p for p in self.parts if p.round == self.round and p.in_force]

    def answering(self) -> list[Part]:
        return [p for p in self.now() if p.role in ANSWERING]

    def helping(self) -> list[Part]:
        return [p for p in self.now() if p.role == "co"]

    def names(self) -> list[str]:
        """A name for each part: its round, its unit, and which time the unit got it in that round."""
        found = [(x.round, x.unit) for x in self.parts]
        return [f"{r} {u} {found[:i].count((r, u))}" for i, (r, u) in enumerate(found)]

    def signers(self) -> list[str]:
        return [m for m, i in self.invitations.items() if i.state == "signed"]
