"""A small conversation with two opinions, written as the files that Polis exports."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

STATEMENTS = 12
MODERATED_OUT = 11
SHARED = 10


def table(people: int = 40, seed: int = 1) -> dict[int, dict[int, int]]:
    """Votes by person and statement: two halves that differ on ten statements and agree on one; 3 voted too little."""
    chance = random.Random(seed)
    found: dict[int, dict[int, int]] = {}
    for who in range(people):
        leaning = 1 if who < people * 3 // 5 else -1
        answered = range(3) if who in {5, 17, 33} else range(STATEMENTS)
        found[who] = {
            what: _vote(chance, what, leaning) for what in answered if chance.random() < 0.9 or what < 8
        }
    return found


def _vote(chance: random.Random, what: int, leaning: int) -> int:
    if what == SHARED:
        return 1
    said = leaning if what % 2 else -leaning
    return chance.choices([said, 0, -said], [85, 8, 7])[0]


def matrix(votes: dict[int, dict[int, int]]) -> str:
    """The votes as `participants-votes.csv`."""
    lines = [
        "participant,group-id,n-comments,n-votes,n-agree,n-disagree," + ",".join(map(str, range(STATEMENTS)))
    ]
    for who, given in votes.items():
        counts = [len(given), *(list(given.values()).count(value) for value in (1, -1))]
        cells = [str(given.get(what, "")) for what in range(STATEMENTS)]
        lines.append(",".join([str(who), "", "0", *map(str, counts), *cells]))
    return "\n".join(lines) + "\n"


def listed(votes: dict[int, dict[int, int]]) -> str:
    """The votes as `votes.csv`, each given twice: first the contrary."""
    rows = [
        f"{1000 + turn},x,{what},{who},{value if turn else -value}"
        for turn in (0, 1)
        for who, given in votes.items()
        for what, value in given.items()
    ]
    return "timestamp,datetime,comment-id,voter-id,vote\n" + "\n".join(rows) + "\n"


def comments() -> str:
    """What the statements say; the last was moderated out, and one that nobody can vote on is there."""
    rows = [
        f'{what},{-1 if what == MODERATED_OUT else 1},"意见{what}，\n第二行"' for what in range(STATEMENTS)
    ]
    return "comment-id,moderated,comment-body\n" + "\n".join(rows) + "\n99,-1,没人看到\n"


def written(folder: Path) -> tuple[Path, Path, Path]:
    """The three files in a folder."""
    votes = table()
    paths = folder / "participants-votes.csv", folder / "votes.csv", folder / "comments.csv"
    for path, text in zip(paths, (matrix(votes), listed(votes), comments()), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths
