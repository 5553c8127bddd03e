"""What is wrong with a scenario."""

from __future__ import annotations


class ScenarioRefused(Exception):  # noqa: N818 (an answer for whoever wrote the scenario, as Refused is)
    """The scenario cannot be loaded; the message says why, in a sentence.

    Attributes:
        figures: whose statements cannot be, or not beside each other; without any the whole file cannot be.
    """

    def __init__(self, message: str, *figures: str) -> None:
        super().__init__(message)
        self.figures = figures
