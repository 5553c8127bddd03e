"""What should happen to proposals: a second telling, written from the specification alone.

It knows nothing of the product's code and imports none of it. ``World.judge`` says of a command whether it is
accepted, answered "not you" (``denied``) or "not now" (``refused``), or accepted without any effect because
that is how things stand already (``same``). Deadlines and sight are not kept but derived from the state, so
a mistake in keeping them cannot be made twice alike.

Sources: requirements §2.1, trust §2, issue 2. Where they are silent, the choice is said where it is made.
"""

# ruff: noqa: FBT001, FBT002, FBT003 (commands are tuples; what they say has no keywords)
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OK, SAME, DENIED, REFUSED = "ok", "same", "denied", "refused"
Verdict = tuple[str, "Callable[[], None] | None"]
Command = tuple[Any, ...]

# Who hands work over to whom; None: nobody stands between the committee and this unit.
OVER = {"a": "office", "b": "office", "c": "other_office", "office": None, "other_office": None}
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

OPEN = ("draft", "returned")
BEFORE_FILING = ("draft", "submitted", "under_review", "returned")
IN_HAND = ("filed", "assigned", "handling")
ANSWERING = ("sole", "lead", "separate")
READS_ALL = frozenset({"staff", "reviewer", "leader", "auditor"})
# Only a promise is followed until it is kept.
FOLLOWED_CLASSES = ("B",)


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
    body: bool = False
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


@dataclass
class Part:
    """One unit's part in one round."""

    unit: str
    role: str
    round: int
    state: str = "assigned"
    answer: Answer | None = None

    @property
    def in_force(self) -> bool:
        return self.state != "declined"


@dataclass
class Invitation:
    """An invitation to co-sign."""

    state: str = "invited"


@dataclass
class Proposal:
    """One proposal."""

    index: int
    author: str
    of_body: bool = False
    entered_by: str = ""
    state: str = "draft"
    kind: str = "individual"
    round: int = 1
    serial: int | None = None
    number: int | None = None
    text: str = ""
    title: str = "一"
    text_version: int = 1
    secrecy: str = "open"
    cosigning_over: bool = False
    invitations: dict[str, Invitation] = field(default_factory=dict)
    took_part: set[tuple[str, str]] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)
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


class World:
    """A committee's proposals and people."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.people = people
        self.proposals: list[Proposal] = []
        self.last_serial = 0
        self.last_number = 0
        self.not_in_office = {"suspended"}

    # Who may

    def proposes(self, who: Person, p: Proposal) -> bool:
        if not who.home:
            return False
        return who.body if p.of_body else bool(who.member) and who.member == p.author

    def writes(self, who: Person, p: Proposal) -> bool:
        return self.proposes(who, p) or (who.home and "staff" in who.roles and p.entered_by == who.key)

    def examines(self, who: Person, p: Proposal) -> bool:
        return who.home and "reviewer" in who.roles and not self.proposes(who, p)

    def organizes(self, who: Person) -> bool:
        return who.home and "staff" in who.roles

    def oversees(self, who: Person, part: Part) -> bool:
        if not who.home:
            return False
        return "staff" in who.roles or part.unit in who.offices or OVER[part.unit] in who.offices

    def judges(self, who: Person, part: Part) -> bool:
        """Oversees the unit, and is not of it: no unit releases itself or passes its own reply."""
        return self.oversees(who, part) and part.unit not in who.units | who.offices

    def works(self, who: Person, part: Part) -> bool:
        return who.home and part.unit in who.units

    def rates(self, who: Person, p: Proposal) -> bool:
        """The proposer or the committee's staff; nobody of a unit that handles it or stands over it."""
        handling = {x.unit for x in p.parts if x.in_force}
        above = {OVER[u] for u in handling}
        if who.home and (who.units & handling or who.offices & (handling | above)):
            return False
        return self.proposes(who, p) or self.organizes(who)

    # What is running, who sees: derived

    def live(self, p: Proposal, part: Part) -> bool:
        """A part moves only in the present round, while the proposal is in hand."""
        return part.round == p.round and p.state in IN_HAND

    def deadlines(self, p: Proposal) -> set[tuple[str, str]]:
        """What is asked now: the kind, and the part or the member that it is about."""
        asked: set[tuple[str, str]] = set()
        if p.state in OPEN:
            asked |= {("cosign", m) for m, i in p.invitations.items() if i.state in {"invited", "lapsed"}}
        for states, kind in (
            (("returned",), "revise"),
            (("submitted", "under_review"), "review"),
            (("filed",), "assign"),
            (("dissatisfied",), "rehandle"),
        ):
            if p.state in states:
                asked.add((kind, ""))
        for name, part in zip(p.names(), p.parts, strict=True):
            asked |= {(kind, name) for kind in self._asked_of_part(p, part)}
        return asked

    def _asked_of_part(self, p: Proposal, part: Part) -> Iterator[str]:
        if not part.in_force:
            return
        answers = part.role in ANSWERING
        if p.state == "replied" and part.round == p.round and answers and part.answer:
            if not part.answer.rating:
                yield "rating"
            return
        if not self.live(p, part):
            return
        state = part.state
        yield from {
            "assigned": ["sign_for"],
            "decline_requested": ["decline_answer"],
            "approving": ["approve"],
            "reply_review": ["reply_review"],
        }.get(state, [])
        if answers and state != "replied":
            yield "reply"
        if not answers and state != "opinion_given":
            yield "co_opinion"
        if not answers and any(part.unit in self._waited_for(p, lead) for lead in p.now()):
            yield "countersign"

    def _waited_for(self, p: Proposal, lead: Part) -> set[str]:
        """The units whose word on this draft is missing."""
        if lead.state != "countersigning" or lead.answer is None:
            return set()
        return self._not_agreed(p, lead)

    def _not_agreed(self, p: Proposal, lead: Part) -> set[str]:
        if lead.role != "lead" or lead.answer is None:
            return set()
        return {x.unit for x in p.helping() if not lead.answer.words.get(x.unit)}

    def sees(self, who: Person | None, p: Proposal) -> bool:  # noqa: PLR0911
        """Whether this person (None: the public) may open it."""
        if who is None:
            return p.audience == "public"
        if not who.home:
            return False
        if self.writes(who, p):
            return True
        asked = p.invitations.get(who.member)
        if asked and asked.state != "taken_back":
            return True
        if who.roles & READS_ALL and p.was_submitted:
            return True
        if who.member and p.audience in {"members", "public"}:
            return True
        return any(
            x.in_force and (x.unit in who.units | who.offices or OVER[x.unit] in who.offices) for x in p.parts
        )

    def sees_part(self, who: Person | None, part: Part) -> bool:
        """Whether this person may open a unit's part."""
        if who is None or not who.home:
            return False
        if who.roles & READS_ALL or part.unit in who.units | who.offices:
            return True
        return OVER[part.unit] in who.offices

    def reads_reply(self, who: Person, p: Proposal, part: Part) -> bool:
        """Whether this person, who may open the proposal, may read the reply of this part."""
        if part.in_force and self.works(who, part):
            return True
        if part.answer and part.answer.sent:
            return True
        if part.state == "reply_review":
            return self.oversees(who, part)
        if part.state == "countersigning":
            return any(x.role == "co" and x.in_force and self.works(who, x) for x in p.parts)
        return False

    def takes_part(self, who: Person, p: Proposal) -> bool:
        """Whether this person is more than a reader: only they read what the proposer said of a reply."""
        asked = p.invitations.get(who.member)
        return bool(
            self.writes(who, p)
            or (asked and asked.state != "taken_back")
            or who.roles & READS_ALL
            or any(self.proposes(who, q) for q in self._children(p))
            or any(x.in_force and (self.works(who, x) or self.oversees(who, x)) for x in p.parts)
        )

    def picture(self, p: Proposal) -> dict[str, Any]:
        """Everything about a proposal that the product must agree on."""
        return {
            "state": p.state,
            "kind": p.kind,
            "round": p.round,
            "serial": p.serial,
            "number": p.number,
            "text_version": p.text_version,
            "audience": p.audience,
            "merged_into": p.merged_into,
            "invitations": {m: i.state for m, i in sorted(p.invitations.items())},
            "took_part": sorted(p.took_part),
            "parts": {
                name: (
                    x.role,
                    x.state,
                    bool(x.answer and x.answer.sent),
                    x.answer.letter if x.answer else "",
                    x.answer.rating if x.answer else "",
                )
                for name, x in zip(p.names(), p.parts, strict=True)
            },
            "deadlines": sorted(self.deadlines(p)),
        }

    # What becomes of a command

    def judge(self, command: Command) -> Verdict:
        """Say what becomes of a command, and how to let it happen."""
        verb, key, *rest = command
        who = self.people[key] if key else Person("", home=False)
        verdict: Verdict = getattr(self, f"_{verb}")(who, *rest)
        return verdict

    def do(self, command: Command) -> str:
        """Judge a command and let it happen if it is accepted."""
        verdict, effect = self.judge(command)
        if effect:
            effect()
        return verdict

    # Writing

    def _suspend(self, who: Person, member: str) -> Verdict:
        return OK, lambda: self.not_in_office.add(member)

    def _reinstate(self, who: Person, member: str) -> Verdict:
        return OK, lambda: self.not_in_office.discard(member)

    def _draft(self, who: Person, member: str) -> Verdict:
        """Begin a proposal of a member, or (``body``) of the body."""
        of_body = member == "body"
        own = who.body if of_body else bool(who.member) and who.member == member
        if not (own or self.organizes(who)):
            return DENIED, None
        if member in self.not_in_office:
            return REFUSED, None

        def effect() -> None:
            self.proposals.append(
                Proposal(
                    len(self.proposals),
                    author="" if of_body else member,
                    of_body=of_body,
                    entered_by="" if own else who.key,
                    kind="party" if of_body else "individual",
                )
            )

        return OK, effect

    def _edit(self, who: Person, at: int, what: str) -> Verdict:  # noqa: C901
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        if p.state not in OPEN or what == "stale":
            return REFUSED, None
        # What has been submitted once is never kept from the public without a reason, not even while rewritten.
        secret = what == "secret" or (p.secrecy == "secret" and what not in {"open", "secret_with_reason"})
        if p.was_submitted and secret:
            return REFUSED, None

        def effect() -> None:
            before = (p.text, p.title)
            if what in {"one", "two", "no_suggestion", "too_long"}:
                p.text = what
            elif what == "title":
                p.title = "二"
            elif what in {"open", "secret", "secret_with_reason"}:
                p.secrecy = what
            elif what in {"cosign_until_yesterday", "cosign_until_ever"}:
                p.cosigning_over = what == "cosign_until_yesterday"
            if (p.text, p.title) != before:
                p.text_version += 1
                for invitation in p.invitations.values():
                    if invitation.state == "signed":
                        invitation.state = "lapsed"

        return OK, effect

    def _submit(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        if p.state not in OPEN or p.author in self.not_in_office:
            return REFUSED, None
        if p.text not in {"one", "two"} or p.secrecy == "secret":
            return REFUSED, None

        def effect() -> None:
            self._end_invitations(p)
            if p.serial is None:
                self.last_serial += 1
                p.serial = self.last_serial
            if not p.of_body:
                p.kind = "joint" if p.signers() else "individual"
            p.took_part = {("proposer", p.author or "body")} | {("cosigner", m) for m in p.signers()}
            p.state = "submitted"
            p.was_submitted = True

        return OK, effect

    def _end_invitations(self, p: Proposal) -> None:
        for invitation in p.invitations.values():
            if invitation.state in {"invited", "lapsed"}:
                invitation.state = "taken_back"

    def _withdraw(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        # Nobody may let the proposals of others vanish that were merged into this one.
        if p.state not in BEFORE_FILING or self._children(p):
            return REFUSED, None

        def effect() -> None:
            self._end_invitations(p)
            p.state = "withdrawn"

        return OK, effect

    def _children(self, p: Proposal) -> list[Proposal]:
        return [q for q in self.proposals if q.merged_into == p.index]

    # Co-signing

    def _invite(self, who: Person, at: int, member: str) -> Verdict:
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        if p.state not in OPEN or p.of_body or member == p.author or member in self.not_in_office:
            return REFUSED, None
        # Asking twice is one invitation.
        if member in p.invitations and p.invitations[member].state in {"invited", "lapsed", "signed"}:
            return SAME, None

        def effect() -> None:
            p.invitations[member] = Invitation()

        return OK, effect

    def _take_back(self, who: Person, at: int, member: str) -> Verdict:
        p = self.proposals[at]
        invitation = p.invitations[member]
        if not self.writes(who, p):
            return DENIED, None
        if p.state not in OPEN or invitation.state == "signed":
            return REFUSED, None
        if invitation.state == "taken_back":
            return SAME, None
        return OK, lambda: setattr(invitation, "state", "taken_back")

    def _answer(self, who: Person, at: int, member: str, signs: bool, seen: str) -> Verdict:
        p = self.proposals[at]
        invitation = p.invitations[member]
        if not who.home or who.member != member:
            return DENIED, None
        target = "signed" if signs else "declined"
        if invitation.state == target:
            return SAME, None
        if p.state not in OPEN or invitation.state not in {"invited", "lapsed", "declined"}:
            return REFUSED, None
        if signs and (member in self.not_in_office or seen == "old" or p.cosigning_over):
            return REFUSED, None
        return OK, lambda: setattr(invitation, "state", target)

    # Examination

    def _take_up(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]
        if not (who.home and who.roles & {"staff", "reviewer"}):
            return DENIED, None
        if p.state != "submitted":
            return REFUSED, None
        return OK, lambda: setattr(p, "state", "under_review")

    def _examine(
        self,
        who: Person,
        p: Proposal,
        states: tuple[str, ...],
        fit: bool,
        effect: Callable[[], None],
    ) -> Verdict:
        if not self.examines(who, p):
            return DENIED, None
        if p.state not in states or not fit:
            return REFUSED, None
        return OK, effect

    def _file(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]

        def effect() -> None:
            self.last_number += 1
            p.number = self.last_number
            p.state, p.audience, p.was_filed = "filed", "members", True

        return self._examine(who, p, ("under_review",), True, effect)

    def _return(self, who: Person, at: int, reason: str) -> Verdict:
        p = self.proposals[at]
        return self._examine(
            who, p, ("under_review",), bool(reason.strip()), lambda: setattr(p, "state", "returned")
        )

    def _not_file(self, who: Person, at: int, reason: str) -> Verdict:
        p = self.proposals[at]
        fit = reason == "own" and not self._children(p)
        return self._examine(who, p, ("under_review",), fit, lambda: setattr(p, "state", "not_filed"))

    def _convert(self, who: Person, at: int, consent: bool) -> Verdict:
        p = self.proposals[at]
        fit = consent and not self._children(p)
        return self._examine(
            who, p, ("under_review", "not_filed"), fit, lambda: setattr(p, "state", "converted")
        )

    def _merge(self, who: Person, at: int, into: int) -> Verdict:
        p, lead = self.proposals[at], self.proposals[into]
        fit = p is not lead and lead.state in {"under_review", *IN_HAND} and not self._children(p)

        def effect() -> None:
            p.state, p.merged_into = "merged", lead.index

        return self._examine(who, p, ("under_review", "filed"), fit, effect)

    def _disclose(self, who: Person, at: int, public: bool) -> Verdict:
        p = self.proposals[at]
        if not self.organizes(who):
            return DENIED, None
        if public and (not p.was_filed or p.secrecy != "open"):
            return REFUSED, None
        if public == (p.audience == "public"):
            return SAME, None
        return OK, lambda: setattr(p, "audience", "public" if public else "members")

    # Handling

    def _assign(self, who: Person, at: int, answering: str, co: str, separate: bool) -> Verdict:
        """Hand over to units, named with spaces between; ``x`` is foreign, ``old`` no longer exists."""
        p = self.proposals[at]
        first, second = answering.split(), co.split()
        named = first + second
        if not self.organizes(who):
            return DENIED, None
        if p.state not in IN_HAND or not named:
            return REFUSED, None
        present = p.now()
        taken = [x.unit for x in present]
        if len({*named, *taken}) < len(named) + len(taken) or {"x", "old"} & set(named):
            return REFUSED, None
        roles = [x.role for x in present if x.role in ANSWERING]
        helped = bool(second) or any(x.role == "co" for x in present)
        total = len(roles) + len(first)
        if separate or "separate" in roles:
            # Each answers for itself: nobody leads, so nobody helps a lead.
            if helped or set(roles) - {"separate"} or total < 2:
                return REFUSED, None
            role = "separate"
        else:
            if (roles and first) or total != 1:
                return REFUSED, None
            role = "lead" if helped else "sole"

        def effect() -> None:
            for x in present:
                if x.role == "sole" and second:
                    x.role = "lead"
            p.parts += [Part(u, role, p.round) for u in first] + [Part(u, "co", p.round) for u in second]
            p.state = "handling" if p.state == "handling" else "assigned"

        return OK, effect

    def _on_part(  # noqa: PLR0917
        self,
        may: bool,
        p: Proposal,
        part: Part,
        states: tuple[str, ...],
        effect: Callable[[], None],
        fit: bool = True,
    ) -> Verdict:
        if not may:
            return DENIED, None
        if not self.live(p, part) or part.state not in states or not fit:
            return REFUSED, None
        return OK, effect

    def _begin(self, p: Proposal, part: Part) -> None:
        if p.state == "assigned" and part.role in ANSWERING:
            p.state = "handling"

    def _sign_for(self, who: Person, at: int, place: int) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]

        def effect() -> None:
            part.state = "handling"
            self._begin(p, part)

        return self._on_part(self.works(who, part), p, part, ("assigned",), effect)

    def _request_decline(self, who: Person, at: int, place: int, reason: str) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]
        return self._on_part(
            self.works(who, part),
            p,
            part,
            ("assigned",),
            lambda: setattr(part, "state", "decline_requested"),
            bool(reason),
        )

    def _answer_decline(self, who: Person, at: int, place: int, accept: bool, note: str) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]

        def refuse() -> None:
            part.state = "handling"
            self._begin(p, part)

        def release() -> None:
            part.state = "declined"
            if part.role == "co":
                for lead in p.now():
                    self._finish_countersigning(p, lead)
            elif p.answering():
                self._finish_replying(p)
            elif p.state != "filed":
                p.state = "filed"

        return self._on_part(
            self.judges(who, part),
            p,
            part,
            ("decline_requested",),
            release if accept else refuse,
            accept or bool(note),
        )

    def _finish_countersigning(self, p: Proposal, lead: Part) -> None:
        if lead.state == "countersigning" and not self._not_agreed(p, lead):
            lead.state = "approving"

    def _finish_replying(self, p: Proposal) -> None:
        if all(x.state == "replied" for x in p.answering()):
            p.state = "replied"

    def _give_opinion(self, who: Person, at: int, place: int, opinion: str) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]
        return self._on_part(
            self.works(who, part) and part.role == "co",
            p,
            part,
            ("handling",),
            lambda: setattr(part, "state", "opinion_given"),
            bool(opinion),
        )

    def _remind(self, who: Person, at: int, place: int) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]
        if not self.oversees(who, part):
            return DENIED, None
        waited_for = part.state in {"assigned", "handling", "countersigning", "approving"}
        if not self.live(p, part) or not waited_for:
            return SAME, None
        return OK, lambda: None

    # Replying

    def _answers(self, who: Person, part: Part) -> bool:
        return self.works(who, part) and part.role in ANSWERING

    def _save_reply(self, who: Person, at: int, place: int, what: str) -> Verdict:
        """Write it completely with a class (``A``, ``B``), or leave the text empty."""
        p = self.proposals[at]
        part = p.parts[place]

        def effect() -> None:
            reply = part.answer = part.answer or Answer()
            reply.words = {}
            reply.complete = what != "empty"
            if reply.complete:
                reply.letter = what

        return self._on_part(self._answers(who, part), p, part, ("handling",), effect)

    def _propose(self, who: Person, at: int, place: int) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]

        def effect() -> None:
            # Who has agreed to this very text is not asked again.
            part.state = "countersigning" if self._not_agreed(p, part) else "approving"

        complete = bool(part.answer and part.answer.complete)
        return self._on_part(self._answers(who, part), p, part, ("handling",), effect, complete)

    def _countersign(self, who: Person, at: int, place: int, agrees: bool, note: str) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]
        leads = [x for x in p.now() if x.state == "countersigning"]
        fit = bool(leads) and (agrees or bool(note))
        if leads:
            assert leads[0].answer
            # One word on one draft; it is not taken back silently.
            fit = fit and part.unit not in leads[0].answer.words

        def effect() -> None:
            reply = leads[0].answer
            assert reply
            reply.words[part.unit] = agrees
            part.state = "opinion_given"
            if agrees:
                self._finish_countersigning(p, leads[0])
            else:
                # The draft goes back; what comes next is another draft.
                reply.words = {}
                leads[0].state = "handling"

        may = self.works(who, part) and part.role == "co"
        return self._on_part(may, p, part, ("handling", "opinion_given"), effect, fit)

    def _signs(self, who: Person, part: Part) -> bool:
        return who.home and part.unit in who.signs and part.role in ANSWERING

    def _approve(self, who: Person, at: int, place: int) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]
        return self._on_part(
            self._signs(who, part), p, part, ("approving",), lambda: setattr(part, "state", "reply_review")
        )

    def _send_back(self, who: Person, at: int, place: int, note: str) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]
        return self._on_part(
            self._signs(who, part),
            p,
            part,
            ("approving",),
            lambda: setattr(part, "state", "handling"),
            bool(note),
        )

    def _return_reply(self, who: Person, at: int, place: int, note: str) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]
        return self._on_part(
            self.judges(who, part) and part.role in ANSWERING,
            p,
            part,
            ("reply_review",),
            lambda: setattr(part, "state", "handling"),
            bool(note),
        )

    def _pass_reply(self, who: Person, at: int, place: int, letter: str) -> Verdict:
        """Send it to the proposers, perhaps with another class; ``x`` is another committee's."""
        p = self.proposals[at]
        part = p.parts[place]

        def effect() -> None:
            assert part.answer
            part.answer.letter = letter or part.answer.letter
            part.answer.sent = True
            part.state = "replied"
            self._finish_replying(p)

        may = self.judges(who, part) and part.role in ANSWERING
        return self._on_part(may, p, part, ("reply_review",), effect, letter != "x")

    # After the reply

    def _rate(self, who: Person, at: int, place: int, word: str, comment: str) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]
        reply = part.answer
        if not self.rates(who, p):
            return DENIED, None
        if p.state != "replied" or part.round != p.round or reply is None or not reply.sent:
            return REFUSED, None
        if reply.rating or (word == "dissatisfied" and not comment):
            return REFUSED, None

        def effect() -> None:
            reply.rating = word
            ratings = [x.answer.rating for x in p.answering() if x.answer]
            if not all(ratings):
                return
            # A promise stands until it is kept, also one of an earlier round that satisfied the proposer.
            promises = any(
                x.answer
                and x.answer.letter in FOLLOWED_CLASSES
                and x.answer.rating not in {"", "dissatisfied"}
                for x in p.parts
            )
            p.state = "dissatisfied" if "dissatisfied" in ratings else "tracking" if promises else "closed"

        return OK, effect

    def _after(
        self,
        who: Person,
        p: Proposal,
        state: str,
        fit: bool,
        effect: Callable[[], None],
    ) -> Verdict:
        if not self.organizes(who):
            return DENIED, None
        return (OK, effect) if p.state == state and fit else (REFUSED, None)

    def _rehandle(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]

        def effect() -> None:
            again = [
                x
                for x in p.now()
                if x.role == "co" or (x.answer is not None and x.answer.rating == "dissatisfied")
            ]
            p.round += 1
            p.parts += [Part(x.unit, x.role, p.round) for x in again]
            p.state = "assigned"

        return self._after(who, p, "dissatisfied", True, effect)

    def _close_after_talk(self, who: Person, at: int, record: str) -> Verdict:
        p = self.proposals[at]
        fit = p.round > 1 and bool(record)
        return self._after(who, p, "dissatisfied", fit, lambda: setattr(p, "state", "closed"))

    def _finish_tracking(self, who: Person, at: int, evidence: str) -> Verdict:
        p = self.proposals[at]
        return self._after(who, p, "tracking", bool(evidence), lambda: setattr(p, "state", "closed"))

    # All commands that can be thought of now

    def commands(self) -> Iterator[tuple[Any, ...]]:
        """Every verb with every content that makes sense in this world; without the person."""
        yield from (("draft", m) for m in (*MEMBERS, "body"))
        yield from (
            (verb, m) for verb in ("suspend", "reinstate") for m in ("proposer", "cosigner_1", "outsider")
        )
        for p in self.proposals:
            yield from self._commands_on(p)

    def _commands_on(self, p: Proposal) -> Iterator[tuple[Any, ...]]:
        at = p.index
        yield from (("edit", at, what) for what in EDITS)
        yield from (("invite", at, m) for m in MEMBERS)
        for m in p.invitations:
            yield "take_back", at, m
            yield from (("answer", at, m, s, seen) for s in (True, False) for seen in ("", "now", "old"))
        yield from ((verb, at) for verb in ("submit", "withdraw", "take_up", "file", "rehandle"))
        yield from (("return", at, r) for r in ("请补充数据", " "))
        yield from (("not_file", at, r) for r in ("own", "foreign", "idle"))
        yield from ((verb, at, b) for verb in ("convert", "disclose") for b in (True, False))
        yield from (("merge", at, q.index) for q in self.proposals)
        yield from (("assign", at, *to) for to in HANDOVERS)
        yield from (
            (v, at, t) for v in ("close_after_talk", "finish_tracking") for t in ("七月一日当面谈过", "")
        )
        for place in range(len(p.parts)):
            yield from ((verb, at, place) for verb in ("sign_for", "remind", "propose", "approve"))
            yield from (
                (verb, at, place, text)
                for verb in ("request_decline", "give_opinion", "send_back", "return_reply")
                for text in ("不属于本单位职责", "")
            )
            yield from (
                (verb, at, place, yes, note)
                for verb in ("answer_decline", "countersign")
                for yes in (True, False)
                for note in ("职责清单写明", "")
            )
            yield from (("save_reply", at, place, what) for what in ("A", "B", "empty"))
            yield from (("pass_reply", at, place, letter) for letter in ("", "A", "B", "x"))
            yield from (
                ("rate", at, place, word, comment)
                for word in ("satisfied", "basically", "dissatisfied")
                for comment in ("还没有装灯", "")
            )


EDITS = (
    "one",
    "two",
    "no_suggestion",
    "too_long",
    "title",
    "open",
    "secret",
    "secret_with_reason",
    "cosign_until_yesterday",
    "cosign_until_ever",
    "stale",
)
# answering, co-handling, each for itself
HANDOVERS = (
    ("a", "", False),
    ("c", "", False),
    ("office", "", False),
    ("a", "b", False),
    ("b", "a c", False),
    ("c", "office", False),
    ("", "b", False),
    ("", "c", False),
    ("a b", "", True),
    ("b c", "", True),
    ("a b c", "", True),
    ("c", "", True),
    ("a b", "c", True),
    ("a b", "", False),
    ("a", "a", False),
    ("", "", False),
    ("x", "", False),
    ("old", "", False),
    ("a", "x", False),
)
