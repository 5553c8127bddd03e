"""A proposal that somebody began from something else of the demo, and that is then walked like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.activities.proposals.actions import drafting
from tongxin.activities.proposals.enums import Disclosure
from tongxin.demo.story import Walk

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Proposal
    from tongxin.demo.texts import Subject
    from tongxin.foundation.core.access import Actor


class BegunWalk(Walk):
    """Goes on with a draft."""

    def take(self, draft: Proposal, author: Actor, *, subject: Subject, place: str) -> BegunWalk:
        """Go on with this draft; its situation stands, analysis and suggestion are the subject's."""
        self.p, self.author = draft, author
        self.subject, self.place = subject, place
        self.with_co = self.joint = self.collective = self.first = False
        return self

    def write(self) -> bool:
        """Complete the text that something else began."""
        with self.on("invite"):
            self.p = drafting.save_draft(
                actor=self.author,
                proposal=self.p,
                version=None,
                fields={
                    "analysis": self.subject.analysis,
                    "suggestion": self.subject.suggestion,
                    "topic": self.t.topics.get(self.subject.topic),
                    "disclosure": Disclosure.FULL,
                },
                wished_units=[self.t.world.units[self.subject.lead]],
            )
        return True
