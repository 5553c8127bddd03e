"""A ballot: one sign for each statement by its number, ``+-0.``; what one person answered, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tongxin.activities.conversations.enums import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tongxin.consensus import Votes

_SIGNS: Final = {Answer.AGREE: "+", Answer.DISAGREE: "-", Answer.PASS: "0"}
_ANSWERS: Final = {sign: answer for answer, sign in _SIGNS.items()}
_NONE: Final = "."


def marked(ballot: str, answers: Mapping[int, int]) -> str:
    """Return the ballot with these answers, by number of the statement (from 1); a later answer replaces one."""
    if not answers:
        return ballot
    signs = list(ballot.ljust(max(answers), _NONE))
    for number, answer in answers.items():
        signs[number - 1] = _SIGNS[Answer(answer)]
    return "".join(signs)


def answers_of(ballot: str) -> dict[int, Answer]:
    """Return what was answered, by number of the statement."""
    return {n: _ANSWERS[sign] for n, sign in enumerate(ballot, 1) if sign != _NONE}


def answered(ballot: str) -> int:
    """Return to how many statements there is an answer."""
    return len(ballot) - ballot.count(_NONE)


def votes_of(ballots: Iterable[str], numbers: Iterable[int]) -> Votes:
    """Return all answers as the engine takes them; participants are numbered in the order of the ballots.

    Args:
        ballots: one for each voice.
        numbers: of the statements that take part in the count, with answers or without.
    """
    # Only who counts needs these; the many processes that take votes do without.
    import numpy as np  # noqa: PLC0415

    from tongxin.consensus import Votes  # noqa: PLC0415

    lines = list(ballots)
    signs = np.frombuffer("".join(lines).encode("ascii"), dtype=np.uint8)
    lengths = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    starts = np.cumsum(lengths) - lengths
    given = np.flatnonzero(signs != ord(_NONE))
    voices = np.repeat(np.arange(len(lines), dtype=np.int64), lengths)[given]
    statements = given - starts[voices] + 1
    values = (signs[given] == ord("+")).astype(np.int8) - (signs[given] == ord("-")).astype(np.int8)
    known = np.fromiter(numbers, dtype=np.int64)
    kept = np.isin(statements, known)
    return Votes.from_arrays(
        voices[kept],
        statements[kept],
        values[kept],
        all_statements=known,
        all_participants=np.arange(len(lines), dtype=np.int64),
    )
