"""Examination: opinions, decisions, merging, conversion, disclosure."""

# ruff: noqa: FBT001, FBT003 (commands are tuples; what they say has no keywords)
from __future__ import annotations

from typing import TYPE_CHECKING

from tests.activities.proposals.oracle.things import (
    DENIED,
    IN_HAND,
    OK,
    REFUSED,
    SAME,
    STAGES_BEFORE_DECISION,
    Opinion,
    Person,
    Proposal,
    Verdict,
)
from tests.activities.proposals.oracle.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable


class Examining(Writing):
    """What the committee decides about proposals."""

    def _set_review_stages(self, who: Person, stages: int) -> Verdict:
        return OK, lambda: setattr(self, "review_stages", stages)

    def _take_up(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]
        if not (who.home and who.roles & {"staff", "reviewer"}):
            return DENIED, None
        if p.state != "submitted":
            return REFUSED, None
        return OK, lambda: setattr(p, "state", "under_review")

    # Opinions

    def opinions_of_text(self, p: Proposal) -> dict[str, str]:
        """Who gave which opinion of the text as it is now; one that was changed is read again."""
        return {x.stage: x.by for x in p.opinions if x.text_version == p.text_version}

    def last_opinion(self, p: Proposal) -> Opinion | None:
        of_text = {x.stage: x for x in p.opinions if x.text_version == p.text_version}
        return of_text.get("second") or of_text.get("pre")

    def _advise(self, who: Person, at: int, advice: str) -> Verdict:
        """Give the next opinion; ``not_file`` comes with a reason, ``no_reason`` without."""
        p = self.proposals[at]
        if not self.examines(who, p):
            return DENIED, None
        needed = STAGES_BEFORE_DECISION[self.review_stages]
        if p.state != "under_review" or not needed or advice == "no_reason":
            return REFUSED, None
        given = list(self.opinions_of_text(p).values())
        # Where nothing is missing, nobody waits for an opinion. Nobody gives both.
        if len(given) >= len(needed) or who.key in given:
            return REFUSED, None
        opinion = Opinion(needed[len(given)], p.text_version, who.key, advice)
        return OK, lambda: p.opinions.append(opinion)

    def _may_decide(self, who: Person, p: Proposal) -> bool:
        """The opinions are there, and it is not the one who read it first who decides."""
        given = self.opinions_of_text(p)
        needed = STAGES_BEFORE_DECISION[self.review_stages]
        return set(needed) <= set(given) and not (needed and given["pre"] == who.key)

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
        # Only what is decided on the table went through the stages; what was decided before is not asked again.
        if p.state == "under_review" and not self._may_decide(who, p):
            return REFUSED, None
        return OK, effect

    # Decisions. Whatever is decided, the question whether it may be converted is over.

    def _decide(self, p: Proposal, state: str) -> Callable[[], None]:
        def effect() -> None:
            p.state, p.conversion_asked = state, False

        return effect

    def _file(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]

        def effect() -> None:
            # A number is given once.
            if p.number is None:
                self.last_number += 1
                p.number = self.last_number
            # What is sensitive is never open, not even to other members.
            p.audience = "internal" if p.sensitive else "members"
            p.was_filed = True
            self._decide(p, "filed")()

        return self._examine(who, p, ("under_review",), True, effect)

    def _return(self, who: Person, at: int, reason: str) -> Verdict:
        p = self.proposals[at]
        return self._examine(who, p, ("under_review",), bool(reason.strip()), self._decide(p, "returned"))

    def _not_file(self, who: Person, at: int, reason: str) -> Verdict:
        p = self.proposals[at]
        fit = reason == "own" and not self.children(p)
        return self._examine(who, p, ("under_review",), fit, self._decide(p, "not_filed"))

    def _convert(self, who: Person, at: int, consent: bool, note: str) -> Verdict:
        """Convert with a consent that was given on paper or by phone; the note says how."""
        p = self.proposals[at]
        fit = consent and bool(note) and not self.children(p)
        return self._examine(who, p, ("under_review", "not_filed"), fit, self._decide(p, "converted"))

    def _ask_conversion(self, who: Person, at: int) -> Verdict:
        """Ask the proposer. Their yes converts it, so the opinions must be there as for a decision."""
        p = self.proposals[at]
        fit = not p.conversion_asked and not self.children(p)
        states = ("under_review", "not_filed")
        return self._examine(who, p, states, fit, lambda: setattr(p, "conversion_asked", True))

    def _answer_conversion(self, who: Person, at: int, agrees: bool) -> Verdict:
        """Only the proposer says yes or no, not those who typed it in; what staff heard is ``convert``."""
        p = self.proposals[at]
        if not self.proposes(who, p):
            return DENIED, None
        if not p.conversion_asked or (agrees and self.children(p)):
            return REFUSED, None
        if agrees:
            return OK, self._decide(p, "converted")
        return OK, lambda: setattr(p, "conversion_asked", False)

    def _adopt(self, who: Person, at: int) -> Verdict:
        """Decide as the last opinion advises, whatever the committee's number of stages is by now."""
        p = self.proposals[at]
        if not self.examines(who, p):
            return DENIED, None
        last = self.last_opinion(p)
        if last is None:
            return REFUSED, None
        if last.advice == "convert":
            return self._ask_conversion(who, at)
        if last.advice == "return":
            return self._return(who, at, "请补充数据")
        return self._not_file(who, at, "own") if last.advice == "not_file" else self._file(who, at)

    # Merging

    def _merge(self, who: Person, at: int, into: int) -> Verdict:
        p, lead = self.proposals[at], self.proposals[into]
        fit = p is not lead and lead.state in {"under_review", *IN_HAND} and not self.children(p)

        def effect() -> None:
            p.merged_into = lead.index
            # Nobody hands it on by itself any more.
            p.office = ""
            self._decide(p, "merged")()

        # While a unit still has a part in it, it is not free to be merged.
        return self._examine(who, p, ("under_review", "filed"), fit and not p.now(), effect)

    def _unmerge(self, who: Person, at: int) -> Verdict:
        """Back to where it was merged from: a number says that it had been filed."""
        p = self.proposals[at]

        def effect() -> None:
            p.merged_into = None
            p.state = "under_review" if p.number is None else "filed"

        return self._examine(who, p, ("merged",), True, effect)

    # Who may read it

    def _mark_sensitive(self, who: Person, at: int, sensitive: bool, reason: str) -> Verdict:
        """Close it to everybody but those who work on it, or say that it need not be closed."""
        p = self.proposals[at]
        if not self.organizes(who):
            return DENIED, None
        if not p.was_submitted or sensitive == p.sensitive or not reason:
            return REFUSED, None

        def effect() -> None:
            p.sensitive = sensitive
            # Opening it again to the public is a decision of its own.
            p.audience = "members" if p.was_filed and not sensitive else "internal"

        return OK, effect

    def _disclose(self, who: Person, at: int, public: bool) -> Verdict:
        p = self.proposals[at]
        if not self.organizes(who):
            return DENIED, None
        if public and (not p.was_filed or p.secrecy != "open" or p.sensitive):
            return REFUSED, None
        if public == (p.audience == "public"):
            return SAME, None
        return OK, lambda: setattr(p, "audience", "public" if public else "members")
