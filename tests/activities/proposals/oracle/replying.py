"""Replies: written, countersigned, signed, reviewed, sent."""

# ruff: noqa: FBT001 (commands are tuples; what they say has no keywords)
from __future__ import annotations

from datetime import timedelta

from tests.activities.proposals.oracle.days import working_days_after
from tests.activities.proposals.oracle.handling import Handling
from tests.activities.proposals.oracle.things import (
    ANSWERING,
    COUNTERSIGN_DAYS,
    FOLLOWED_CLASSES,
    Answer,
    Part,
    Person,
    Promise,
    Proposal,
    Verdict,
)


class Replying(Handling):
    """What units answer."""

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

        return self._on_part(self.answers(who, part), p, part, ("handling",), effect)

    def _promise(self, who: Person, at: int, place: int, days: int) -> Verdict:
        """Write into the draft what the unit will do, and by when; it is another draft then."""
        p = self.proposals[at]
        part = p.parts[place]
        promise = Promise(part, part.unit, self.today + timedelta(days=days))

        def effect() -> None:
            part.answer = part.answer or Answer()
            part.answer.words = {}
            # What one draft promises stands together, in the order in which it was written.
            drafts = self._drafts(p, part)
            p.promises = [x for x in p.promises if x not in drafts] + [*drafts, promise]

        return self._on_part(self.answers(who, part), p, part, ("handling",), effect)

    def _drafts(self, p: Proposal, part: Part) -> list[Promise]:
        return [x for x in p.promises if x.part is part and x.state == "draft"]

    def _propose(self, who: Person, at: int, place: int) -> Verdict:
        p = self.proposals[at]
        part = p.parts[place]

        def effect() -> None:
            # Who has agreed to this very text is not asked again.
            waited_for = self.not_agreed(p, part)
            part.state = "countersigning" if waited_for else "approving"
            for x in p.helping():
                if x.unit in waited_for:
                    x.asked_to_sign_on = self.today

        complete = bool(part.answer and part.answer.complete)
        # Who says that it will be done says what, and by when.
        if complete and part.answer and part.answer.letter in FOLLOWED_CLASSES:
            drafts = self._drafts(p, part)
            complete = bool(drafts) and all(x.due_on >= self.today for x in drafts)
        return self._on_part(self.answers(who, part), p, part, ("handling",), effect, complete)

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

    def _go_on_without(self, who: Person, at: int, place: int, reason: str) -> Verdict:
        """The lead waits no longer for units that let the time to countersign pass."""
        p = self.proposals[at]
        part = p.parts[place]
        late = all(
            x.asked_to_sign_on and working_days_after(x.asked_to_sign_on, COUNTERSIGN_DAYS) < self.today
            for x in p.helping()
            if x.unit in self.not_agreed(p, part)
        )
        return self._on_part(
            self.answers(who, part),
            p,
            part,
            ("countersigning",),
            lambda: setattr(part, "state", "approving"),
            late and bool(reason),
        )

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
            for promise in self._drafts(p, part):
                if part.answer.letter in FOLLOWED_CLASSES:
                    promise.state = "open"
                else:
                    # What is sent as no promise is none.
                    p.promises.remove(promise)
            self._finish_replying(p)

        may = self.judges(who, part) and part.role in ANSWERING
        return self._on_part(may, p, part, ("reply_review",), effect, letter != "x")
