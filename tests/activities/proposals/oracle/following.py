"""Ratings, and what is followed after them."""

# ruff: noqa: FBT001, FBT003 (commands are tuples; what they say has no keywords)
from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.activities.proposals.oracle.replying import Replying
from tests.activities.proposals.oracle.things import (
    DENIED,
    FOLLOWED_CLASSES,
    OK,
    REFUSED,
    SAME,
    Part,
    Person,
    Promise,
    Proposal,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class Following(Replying):
    """What comes after the reply."""

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
            # Who answers anew promises anew.
            for promise in p.promises:
                if promise.part in again and promise.state in {"open", "reported"}:
                    promise.state = "dropped"
            p.round += 1
            p.parts += [Part(x.unit, x.role, p.round, self.today) for x in again]
            p.state = "assigned"

        return self._after(who, p, "dissatisfied", True, effect)

    def _close_after_talk(self, who: Person, at: int, record: str) -> Verdict:
        p = self.proposals[at]
        fit = p.round > 1 and bool(record)

        def effect() -> None:
            # What was agreed face to face stands in the place of what was promised before.
            for promise in p.promises:
                if promise.state in {"open", "reported"}:
                    promise.state = "dropped"
            p.state = "closed"

        return self._after(who, p, "dissatisfied", fit, effect)

    def _finish_tracking(self, who: Person, at: int, evidence: str) -> Verdict:
        p = self.proposals[at]
        waiting = any(x.state in {"open", "reported"} for x in p.promises)
        return self._after(
            who, p, "tracking", bool(evidence) and not waiting, lambda: setattr(p, "state", "closed")
        )

    def _remind_proposer(self, who: Person, at: int) -> Verdict:
        if not self.organizes(who):
            return DENIED, None
        return (OK, lambda: None) if self.proposals[at].state == "replied" else (SAME, None)

    def _look_back(self, who: Person, at: int, finding: str, unit: str, note: str) -> Verdict:
        """Go back to what was answered; what was not done is followed again, with a promise and its date."""
        p = self.proposals[at]
        again = finding == "not_done"

        def effect() -> None:
            p.looked_back = True
            if again:
                p.state = "tracking"
                p.promises.append(Promise(None, unit, self.today + timedelta(days=60), "open"))

        fit = bool(note) and (not again or self._handles(p, unit))
        return self._after(who, p, "closed", fit, effect)

    def _handles(self, p: Proposal, unit: str) -> bool:
        return any(x.in_force and x.unit == unit for x in p.parts)

    # Promises

    def _add_promise(self, who: Person, at: int, unit: str, days: int) -> Verdict:
        """Note a promise that a reply makes in its words only, for a unit that handles the proposal."""
        p = self.proposals[at]
        promise = Promise(None, unit, self.today + timedelta(days=days), "open")
        fit = days >= 0 and self._handles(p, unit)
        return self._after(who, p, "tracking", fit, lambda: p.promises.append(promise))

    def _follow(  # noqa: PLR0917
        self,
        may: bool,
        p: Proposal,
        promise: Promise,
        states: tuple[str, ...],
        fit: bool,
        effect: Callable[[], None],
    ) -> Verdict:
        if not may:
            return DENIED, None
        # Once the proposal has ended nobody asks for it any more.
        ended = p.state in {"closed", "withdrawn", "not_filed", "converted"}
        return (OK, effect) if promise.state in states and fit and not ended else (REFUSED, None)

    def _confirms(self, who: Person, promise: Promise) -> bool:
        """The committee's staff; no unit says of itself that it kept its word."""
        return self.organizes(who) and promise.unit not in who.units | who.offices

    def _report_promise(self, who: Person, at: int, which: int, evidence: str) -> Verdict:
        p = self.proposals[at]
        promise = p.promises[which]
        return self._follow(
            who.home and promise.unit in who.units,
            p,
            promise,
            ("open",),
            bool(evidence),
            lambda: setattr(promise, "state", "reported"),
        )

    def _confirm_promise(self, who: Person, at: int, which: int, kept: bool, note: str) -> Verdict:
        """Say that it was done, or send the report back and say what is missing."""
        p = self.proposals[at]
        promise = p.promises[which]
        return self._follow(
            self._confirms(who, promise),
            p,
            promise,
            ("reported",),
            kept or bool(note),
            lambda: setattr(promise, "state", "kept" if kept else "open"),
        )

    def _drop_promise(self, who: Person, at: int, which: int, reason: str) -> Verdict:
        p = self.proposals[at]
        promise = p.promises[which]
        return self._follow(
            self._confirms(who, promise),
            p,
            promise,
            ("open", "reported"),
            bool(reason),
            lambda: setattr(promise, "state", "dropped"),
        )

    def _postpone_promise(self, who: Person, at: int, which: int, days: int, reason: str) -> Verdict:
        p = self.proposals[at]
        promise = p.promises[which]
        due_on = promise.due_on + timedelta(days=days)
        return self._follow(
            self._confirms(who, promise),
            p,
            promise,
            ("open",),
            bool(reason) and promise.due_on < due_on and due_on >= self.today,
            lambda: setattr(promise, "due_on", due_on),
        )
