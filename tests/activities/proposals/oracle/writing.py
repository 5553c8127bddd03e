"""Drafting, submitting, withdrawing, co-signing."""

# ruff: noqa: FBT001 (commands are tuples; what they say has no keywords)
from __future__ import annotations

from datetime import timedelta

from tests.activities.proposals.oracle.standing import Standing
from tests.activities.proposals.oracle.things import (
    BEFORE_FILING,
    BODIES,
    CONVENOR,
    DENIED,
    NEED_A_CONVENOR,
    OK,
    ONLY_IN_SESSION,
    OPEN,
    REFUSED,
    SAME,
    Invitation,
    Person,
    Proposal,
    Verdict,
)


class Writing(Standing):
    """What proposers do."""

    def _suspend(self, who: Person, member: str) -> Verdict:
        return OK, lambda: self.not_in_office.add(member)

    def _reinstate(self, who: Person, member: str) -> Verdict:
        return OK, lambda: self.not_in_office.discard(member)

    def _let_pass(self, who: Person, days: int) -> Verdict:
        def effect() -> None:
            self.today += timedelta(days=days)

        return OK, effect

    def _draft(self, who: Person, member: str) -> Verdict:
        """Begin a proposal of a member, or of a body."""
        of_body = member in BODIES
        own = member in who.bodies if of_body else bool(who.member) and who.member == member
        if not (own or self.organizes(who)):
            return DENIED, None
        if member in self.not_in_office:
            return REFUSED, None

        def effect() -> None:
            self.proposals.append(
                Proposal(
                    len(self.proposals),
                    author="" if of_body else member,
                    body=member if of_body else "",
                    entered_by="" if own else who.key,
                    kind=BODIES.get(member, "individual"),
                )
            )

        return OK, effect

    def _edit(self, who: Person, at: int, what: str) -> Verdict:  # noqa: C901
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        if p.state not in OPEN or what == "stale":
            return REFUSED, None
        if what == "convenor" and CONVENOR in self.not_in_office:
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
            elif what == "convenor":
                p.convenor = CONVENOR
            if (p.text, p.title) != before:
                p.text_version += 1
                for invitation in p.invitations.values():
                    if invitation.state == "signed":
                        invitation.state = "lapsed"

        return OK, effect

    def _attach_stamp_page(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        # A stamp, or the paper that staff type from; what a member writes here needs neither.
        if p.state not in OPEN or not (p.body or p.entered_by):
            return REFUSED, None
        if p.has_stamp_page:
            # The same page twice is kept once.
            return SAME, None
        return OK, lambda: setattr(p, "has_stamp_page", True)

    def _detach_stamp_page(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        if p.state not in OPEN or not p.has_stamp_page:
            return REFUSED, None
        return OK, lambda: setattr(p, "has_stamp_page", False)

    def _submit(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        if p.state not in OPEN or p.author in self.not_in_office or not self._is_complete(p):
            return REFUSED, None
        # What was handed in in time stays in time, also when it was given back to be improved.
        too_late = p.serial is None and self.today > self.cut_off
        if too_late and p.kind in ONLY_IN_SESSION:
            return REFUSED, None

        def effect() -> None:
            self._end_invitations(p)
            if p.serial is None:
                self.last_serial += 1
                p.serial = self.last_serial
                p.phase = "ordinary" if too_late else "plenary"
            if not p.body:
                p.kind = "joint" if p.signers() else "individual"
            p.took_part = {("proposer", p.author or p.body)} | {("cosigner", m) for m in p.signers()}
            p.state = "submitted"
            p.was_submitted = True

        return OK, effect

    def _is_complete(self, p: Proposal) -> bool:
        if p.text not in {"one", "two"} or p.secrecy == "secret":
            return False
        return not p.body or (p.has_stamp_page and (p.kind not in NEED_A_CONVENOR or bool(p.convenor)))

    def _end_invitations(self, p: Proposal) -> None:
        for invitation in p.invitations.values():
            if invitation.state in {"invited", "lapsed"}:
                invitation.state = "taken_back"

    def _withdraw(self, who: Person, at: int) -> Verdict:
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        # Nobody may let the proposals of others vanish that were merged into this one.
        if p.state not in BEFORE_FILING or self.children(p):
            return REFUSED, None

        def effect() -> None:
            self._end_invitations(p)
            p.state, p.conversion_asked = "withdrawn", False

        return OK, effect

    def children(self, p: Proposal) -> list[Proposal]:
        return [q for q in self.proposals if q.merged_into == p.index]

    # Co-signing

    def _invite(self, who: Person, at: int, member: str) -> Verdict:
        p = self.proposals[at]
        if not self.writes(who, p):
            return DENIED, None
        if p.state not in OPEN or p.body or member == p.author or member in self.not_in_office:
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
