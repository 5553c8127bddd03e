"""Handing over, taking on, releasing, more time."""

# ruff: noqa: FBT001, FBT002 (commands are tuples; what they say has no keywords)
from __future__ import annotations

from typing import TYPE_CHECKING

from tests.activities.proposals.oracle.days import working_days_after
from tests.activities.proposals.oracle.examining import Examining
from tests.activities.proposals.oracle.things import (
    ANSWERING,
    DECLINE_DAYS,
    DENIED,
    ENDED,
    IN_HAND,
    OFFICES,
    OK,
    OVER,
    REFUSED,
    REPLY_MONTHS,
    REPLY_MONTHS_MOST,
    SAME,
    Answer,
    Extension,
    Part,
    Person,
    Proposal,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable


# Where a part can be before it has ended.
AT_WORK = ("handling", "countersigning", "approving", "reply_review")


class Handling(Examining):
    """What happens between the committee and the units."""

    def _assign(self, who: Person, at: int, answering: str, co: str, separate: bool) -> Verdict:
        """Hand over to units, named with spaces between; ``x`` is foreign, ``old`` no longer exists."""
        p = self.proposals[at]
        first, second = answering.split(), co.split()
        if not (self.organizes(who) or self.hands_on(who, p)):
            return DENIED, None
        present = p.now()
        role = self._role_of_answering(present, first, second, separate)
        if p.state not in IN_HAND or not role or not self._may_be_given(who, present, first + second):
            return REFUSED, None

        def effect() -> None:
            for x in present:
                if x.role == "sole" and second:
                    x.role = "lead"
            p.parts += [Part(u, role, p.round, self.today) for u in first]
            # The draft that is being countersigned waits for those who join, too.
            waits = self.today if any(x.state == "countersigning" for x in present) else None
            p.parts += [Part(u, "co", p.round, self.today, asked_to_sign_on=waits) for u in second]
            p.state = "handling" if p.state == "handling" else "assigned"
            # Handed over past the office that had it: the office has nothing to do with it any more.
            if not any(p.office in {x.unit, OVER[x.unit]} for x in p.now()):
                p.office = ""

        return OK, effect

    def _may_be_given(self, who: Person, present: list[Part], named: list[str]) -> bool:
        """Units that exist, none of them twice; an office hands on to those under it, or handles it itself."""
        taken = [x.unit for x in present]
        if len({*named, *taken}) < len(named) + len(taken) or {"x", "old"} & set(named):
            return False
        its_own = all(u in who.offices or OVER[u] in who.offices for u in named)
        return bool(named) and (self.organizes(who) or its_own)

    @staticmethod
    def _role_of_answering(
        present: list[Part], first: list[str], second: list[str], separate: bool
    ) -> str | None:
        """What those who answer are called; None where it cannot be like that."""
        roles = [x.role for x in present if x.role in ANSWERING]
        helped = bool(second) or any(x.role == "co" for x in present)
        total = len(roles) + len(first)
        if separate or "separate" in roles:
            # Each answers for itself: nobody leads, so nobody helps a lead.
            fits = not helped and not set(roles) - {"separate"} and total > 1
            return "separate" if fits else None
        if (roles and first) or total != 1:
            return None
        return "lead" if helped else "sole"

    def _hand_to_office(self, who: Person, at: int, office: str) -> Verdict:
        """Give it to the office that hands it on to units. A unit that stands over nobody is no office."""
        p = self.proposals[at]
        if not self.organizes(who):
            return DENIED, None
        # Given to another office, it leaves the first.
        if p.state != "filed" or p.office == office or office not in OFFICES:
            return REFUSED, None
        return OK, lambda: setattr(p, "office", office)

    def _return_from_office(self, who: Person, at: int, reason: str) -> Verdict:
        p = self.proposals[at]
        if not self.hands_on(who, p):
            return DENIED, None
        if p.state != "filed" or not reason:
            return REFUSED, None
        return OK, lambda: setattr(p, "office", "")

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
            ("assigned", "handling"),
            lambda: setattr(part, "state", "decline_requested"),
            bool(reason) and self.today <= working_days_after(part.assigned_on, DECLINE_DAYS),
        )

    def _answer_decline(self, who: Person, at: int, place: int, accept: bool, note: str) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]

        def refuse() -> None:
            part.state = "handling"
            self._begin(p, part)

        return self._on_part(
            self.judges(who, part),
            p,
            part,
            ("decline_requested",),
            (lambda: self._release(p, part)) if accept else refuse,
            accept or bool(note),
        )

    def _take_back_part(self, who: Person, at: int, place: int, reason: str) -> Verdict:
        """The committee takes the work from a unit that has not finished it; nobody releases their own."""
        p = self.proposals[at]
        part = p.parts[place]
        unfinished = tuple({"assigned", "decline_requested", *AT_WORK} - set(ENDED))
        may = self.organizes(who) and self.judges(who, part)
        return self._on_part(may, p, part, unfinished, lambda: self._release(p, part), bool(reason))

    def _release(self, p: Proposal, part: Part) -> None:
        part.state = "declined"
        if part.role == "co":
            for lead in p.now():
                self._finish_countersigning(p, lead)
        elif p.answering():
            self._finish_replying(p)
        elif p.state != "filed":
            # Whoever handed it over hands it over again: the office that it was given to, or the committee.
            p.state = "filed"

    def _finish_countersigning(self, p: Proposal, lead: Part) -> None:
        if lead.state == "countersigning" and not self.not_agreed(p, lead):
            lead.state = "approving"

    def _finish_replying(self, p: Proposal) -> None:
        if any(x.state != "replied" for x in p.answering()):
            return
        p.state = "replied"
        for child in self.children(p):
            if child.state == "merged":
                self._reply_with_lead(child, p)

    def _reply_with_lead(self, child: Proposal, lead: Proposal) -> None:
        """Give a merged proposal parts and replies of its own: the same units, the same words.

        Also the helpers, who help again when it is handled again. Promises stay with the lead: one unit does
        one thing once.
        """
        child.state = "replied"
        for part in lead.now():
            copied = Part(part.unit, part.role, child.round, part.assigned_on, part.state)
            if part.answer:
                copied.answer = Answer(complete=True, letter=part.answer.letter, sent=part.answer.sent)
            child.parts.append(copied)

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

    # More time

    def _request_extension(self, who: Person, at: int, place: int, months: int, reason: str) -> Verdict:
        """Ask for more months, before the time is over; never more than the most from the hand-over."""
        p = self.proposals[at]
        part = p.parts[place]
        total = REPLY_MONTHS + part.added_months + months
        fit = (
            bool(reason)
            and months > 0
            and total <= REPLY_MONTHS_MOST
            and part.request is None
            and self.today <= self.reply_due(part)
        )
        return self._on_part(
            self.answers(who, part),
            p,
            part,
            ("handling",),
            lambda: part.extensions.append(Extension(months)),
            fit,
        )

    def _answer_extension(self, who: Person, at: int, place: int, grants: bool, note: str) -> Verdict:
        """Grant or refuse, wherever the unit has got to meanwhile; late answers are answers, too."""
        p = self.proposals[at]
        part = p.parts[place]
        asked = part.request

        def effect() -> None:
            assert asked
            asked.state = "granted" if grants else "refused"

        if not (self.judges(who, part) and part.role in ANSWERING):
            return DENIED, None
        if not self.live(p, part) or asked is None or not (grants or note):
            return REFUSED, None
        return OK, effect

    def _remind_helpers(self, who: Person, at: int, place: int) -> Verdict:
        """The lead asks those who help it for what it waits for."""
        p = self.proposals[at]
        part = p.parts[place]
        if not (self.works(who, part) and part.role == "lead"):
            return DENIED, None
        if not self.live(p, part) or not part.in_force:
            return REFUSED, None
        owing = [x for x in p.helping() if x.state in {"assigned", "handling"}]
        if part.state == "countersigning":
            owing = [x for x in p.helping() if x.unit in self.not_agreed(p, part)]
        return (OK, lambda: None) if owing else (SAME, None)

    def _remind(self, who: Person, at: int, place: int) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]
        if not self.oversees(who, part):
            return DENIED, None
        waited_for = part.state in {"assigned", "handling", "countersigning", "approving"}
        if not self.live(p, part) or not waited_for:
            return SAME, None
        return OK, lambda: None
