"""The whole of it: commands are judged and happen."""

from __future__ import annotations

from tests.activities.proposals.oracle.things import Command, Person, Verdict
from tests.activities.proposals.oracle.trying import Trying


class World(Trying):
    """A committee's proposals and people."""

    # What became of the last command.
    verdict = ""

    def judge(self, command: Command) -> Verdict:
        """Say what becomes of a command, and how to let it happen."""
        verb, key, *rest = command
        who = self.people[key] if key else Person("", home=False)
        verdict: Verdict = getattr(self, f"_{verb}")(who, *rest)
        return verdict

    def do(self, command: Command) -> str:
        """Judge a command and let it happen if it is accepted."""
        self.verdict, effect = self.judge(command)
        if effect:
            effect()
        return self.verdict
