"""Who may, what is asked of whom, who sees what: derived from how things stand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.activities.proposals.oracle.days import months_after, working_days_after
from tests.activities.proposals.oracle.things import (
    ANSWERING,
    CO_OPINION_MONTHS,
    COUNTERSIGN_DAYS,
    IN_HAND,
    OPEN,
    OVER,
    READS_ALL,
    REPLY_MONTHS,
    SIGN_FOR_DAYS,
    Extension,
    Part,
    Person,
    Proposal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Standing:
    """How things stand in a committee."""

    def __init__(self, people: dict[str, Person], today: date) -> None:
        self.people = people
        self.today = today
        # Plenary proposals are taken until this day.
        self.cut_off = date(2026, 1, 8)
        self.review_stages = 1
        self.proposals: list[Proposal] = []
        self.last_serial = 0
        self.last_number = 0
        self.not_in_office = {"suspended"}

    # Who may

    def proposes(self, who: Person, p: Proposal) -> bool:
        if not who.home:
            return False
        return p.body in who.bodies if p.body else bool(who.member) and who.member == p.author

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

    def answers(self, who: Person, part: Part) -> bool:
        return self.works(who, part) and part.role in ANSWERING

    def rates(self, who: Person, p: Proposal) -> bool:
        """The proposer or the committee's staff; nobody of a unit that handles it or stands over it."""
        handling = {x.unit for x in p.parts if x.in_force}
        above = {OVER[u] for u in handling}
        if who.home and (who.units & handling or who.offices & (handling | above)):
            return False
        return self.proposes(who, p) or self.organizes(who)

    def hands_on(self, who: Person, p: Proposal) -> bool:
        """Whether it was given to this person's office, to hand it on."""
        return who.home and bool(p.office) and p.office in who.offices

    def children(self, p: Proposal) -> list[Proposal]:
        return [q for q in self.proposals if q.merged_into == p.index]

    # What is running

    def live(self, p: Proposal, part: Part) -> bool:
        """A part moves only in the present round, while the proposal is in hand."""
        return part.round == p.round and p.state in IN_HAND

    def reply_due(self, part: Part) -> date:
        """When the unit has to answer: some months from the hand-over, in each round, and what was added."""
        return months_after(part.assigned_on, REPLY_MONTHS + part.added_months)

    def deadlines(self, p: Proposal) -> set[tuple[str, str]]:
        """What is asked now: the kind, and the part, promise or member that it is about."""
        asked: set[tuple[str, str]] = set()
        if p.state in OPEN:
            asked |= {("cosign", m) for m, i in p.invitations.items() if i.state in {"invited", "lapsed"}}
        for states, kind in (
            (("returned",), "revise"),
            (("submitted", "under_review"), "review"),
            # Who has it in hand: the office that it was given to, else the committee.
            (("filed",), "hand_on" if p.office else "assign"),
            (("dissatisfied",), "rehandle"),
        ):
            if p.state in states:
                asked.add((kind, ""))
        if p.conversion_asked:
            asked.add(("conversion", ""))
        for name, part in zip(p.names(), p.parts, strict=True):
            asked |= {(kind, name) for kind in self._asked_of_part(p, part)}
        kinds = {"open": "promise", "reported": "promise_check"}
        asked |= {(kinds[x.state], str(i)) for i, x in enumerate(p.promises) if x.state in kinds}
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
        if part.request:
            yield "extension_answer"
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
        return self.not_agreed(p, lead)

    def not_agreed(self, p: Proposal, lead: Part) -> set[str]:
        if lead.role != "lead" or lead.answer is None:
            return set()
        return {x.unit for x in p.helping() if not lead.answer.words.get(x.unit)}

    # Who sees

    def sees(self, who: Person | None, p: Proposal) -> bool:  # noqa: PLR0911
        """Whether this person (None: the public) may open it."""
        if who is None:
            return p.audience == "public"
        if not who.home:
            return False
        if self.writes(who, p) or self.hands_on(who, p):
            return True
        asked = p.invitations.get(who.member)
        if asked and asked.state != "taken_back":
            return True
        if who.roles & READS_ALL and p.was_submitted:
            return True
        if who.member and p.audience in {"members", "public"}:
            return True
        # Who was merged into it follows it; whoever handles that one answers this one as well.
        if p.was_filed and any(self.proposes(who, q) for q in self.children(p)):
            return True
        parts = p.parts
        if p.state == "merged" and p.merged_into is not None:
            parts = [*parts, *self.proposals[p.merged_into].parts]
        return any(
            x.in_force and (x.unit in who.units | who.offices or OVER[x.unit] in who.offices) for x in parts
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
            or self.hands_on(who, p)
            or (asked and asked.state != "taken_back")
            or who.roles & READS_ALL
            or any(self.proposes(who, q) for q in self.children(p))
            or any(x.in_force and (self.works(who, x) or self.oversees(who, x)) for x in p.parts)
        )

    # What both tellings must agree on

    def picture(self, p: Proposal) -> dict[str, Any]:
        """Everything about a proposal that the product must agree on."""
        names = p.names()
        return {
            "state": p.state,
            "kind": p.kind,
            "phase": p.phase,
            "round": p.round,
            "serial": p.serial,
            "number": p.number,
            "text_version": p.text_version,
            "audience": p.audience,
            "sensitive": p.sensitive,
            "stamp": p.has_stamp_page,
            "merged_into": p.merged_into,
            "office": p.office,
            "conversion_asked": p.conversion_asked,
            "looked_back": p.looked_back,
            "opinions": sorted((x.stage, x.text_version, x.by, x.advice) for x in p.opinions),
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
                for name, x in zip(names, p.parts, strict=True)
            },
            "extensions": {
                name: [(e.months, self._state_of_extension(x, e)) for e in x.extensions]
                for name, x in zip(names, p.parts, strict=True)
                if x.extensions
            },
            "promises": [(x.unit, x.due_on.isoformat(), x.state) for x in p.promises],
            "deadlines": sorted(self.deadlines(p)),
            "due": dict(sorted(self._due(p))),
        }

    def _due(self, p: Proposal) -> Iterator[tuple[str, str]]:
        """By when units have to do what is asked of them; a promise is due on the day that was named."""
        for name, part in zip(p.names(), p.parts, strict=True):
            asked = set(self._asked_of_part(p, part))
            if "sign_for" in asked:
                yield f"sign_for {name}", working_days_after(part.assigned_on, SIGN_FOR_DAYS).isoformat()
            if "reply" in asked:
                yield f"reply {name}", self.reply_due(part).isoformat()
            if "co_opinion" in asked:
                yield f"co_opinion {name}", months_after(part.assigned_on, CO_OPINION_MONTHS).isoformat()
            if "countersign" in asked:
                assert part.asked_to_sign_on
                due_on = working_days_after(part.asked_to_sign_on, COUNTERSIGN_DAYS)
                yield f"countersign {name}", due_on.isoformat()
        for i, promise in enumerate(p.promises):
            if promise.state == "open":
                yield f"promise {i}", promise.due_on.isoformat()

    @staticmethod
    def _state_of_extension(part: Part, extension: Extension) -> str:
        waits = extension is part.request
        return "lapsed" if extension.state == "asked" and not waits else extension.state
