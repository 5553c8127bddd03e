"""The consensus engine beside red-dwarf 0.4.0, on real conversations and on invented ones of any size.

    python -m bench.consensus [--only agreement|speed|scale|incremental]… [--data FOLDER]

Makes an environment for red-dwarf under TONGXIN_HOME (else in a temporary folder) and installs it there. Each side is
timed in one process of its own, imports not counted, the quickest of a few runs. The conversations were gathered with
Polis and are not part of this repository; without them the part "agreement" is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from bench.consensus_agreement import agreement
from tongxin.consensus.reading import Ballots, Comments, read_comments, read_votes

ROOT = Path(__file__).resolve().parent.parent
THEIRS = "red-dwarf==0.4.0"
PARTS = ("agreement", "speed", "scale", "incremental")
ATTRIBUTION = (
    "Data was gathered using the Polis software (see: compdemocracy.org/polis and github.com/compdemocracy/polis) and "
    "is sub-licensed under CC BY 4.0 with Attribution to The Computational Democracy Project."
)
# Their published groups cannot be had from the final votes: these show only that nothing breaks.
NOT_REPRODUCIBLE = {"football-concussions", "london.youth.policing", "scoop-hivemind.ubi"}
LARGE = {"people": 10_000, "votes": 1_000_000, "statements": 500}
SCALES = ((100_000, 3_000_000, 500, 2.0, 0), (1_000_000, 20_000_000, 1_000, 10.0, 1_000))
GROWING = ((10_000, 1_000_000, 500, 0.1), (1_000_000, 20_000_000, 1_000, 1.5))


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be given again")
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared/data/polis", help="the conversations"
    )
    parser.add_argument("--runs", type=int, default=3, help="the quickest of so many counts")
    parser.add_argument(
        "--bound", type=int, default=900, help="seconds that red-dwarf may take for the large one"
    )
    options = parser.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-consensus-")))
        home = Path(os.environ.get("TONGXIN_HOME") or work)
        for part in options.only or PARTS:
            print(f"\n── {part} ──", flush=True)
            {
                "agreement": on_conversations,
                "speed": on_a_large_one,
                "scale": at_scale,
                "incremental": growing,
            }[part](options, home, work)


# ── both sides ──


def on_conversations(options: argparse.Namespace, home: Path, work: Path) -> None:
    """Print for each conversation who is clustered, how far groups agree with the published ones, and the times."""
    folders = sorted(path.parent for path in options.data.glob("*/participants-votes.csv"))
    if not folders:
        print(f"No conversations in {options.data}: this part is left out. --data says where they are.")
        return
    print(ATTRIBUTION)
    read = {folder.name: _conversation(folder, work) for folder in folders}
    files = [str(work / f"{name}.npz") for name in read]
    ours = dict(zip(read, _ours("list", options.runs, *files), strict=True))
    theirs = dict(zip(read, _theirs(home, options, files), strict=True))
    heads = f"{'people':>7}{'k':>3}  {'sizes':<22}{'ARI':>7}{'ms':>8}   red-dwarf: k{'ARI':>9}{'ms':>8}{'ratio':>8}"
    print(f"\n{'':<24}{heads}")
    for title, chosen in (
        ("whose groups can be reproduced", [name for name in read if name not in NOT_REPRODUCIBLE]),
        ("for robustness only", [name for name in read if name in NOT_REPRODUCIBLE]),
    ):
        print(f"{title}:")
        rows = [_row(name, read[name], ours[name], theirs[name]) for name in chosen]
        if rows:
            print(
                f"  {'mean':<54}{np.mean([r[0] for r in rows]):7.3f}{'':<22}{np.mean([r[1] for r in rows]):9.3f}"
            )
    mine, other = (sum(one["seconds"] for one in side.values()) for side in (ours, theirs))
    print(
        f"all together: {mine * 1000:.0f} ms, red-dwarf {other * 1000:.0f} ms, ratio {other / mine:.1f} (aim 20)"
    )


def on_a_large_one(options: argparse.Namespace, home: Path, work: Path) -> None:
    """Print both times for an invented conversation of ten thousand people and five hundred statements."""
    file = _world(work, LARGE["people"], LARGE["votes"], LARGE["statements"], moderated_out=True)
    print(
        f"{LARGE['people']:,} people, {LARGE['votes']:,} votes, {LARGE['statements']:,} statements (invented)"
    )
    mine = _ours("list", options.runs, file)[0]
    print(f"ours {mine['seconds'] * 1000:.0f} ms (k = {mine['k']})", flush=True)
    try:
        other = _theirs(home, options, [file], timeout=2 * options.bound)[0]
    except subprocess.TimeoutExpired:
        print(
            f"red-dwarf was not done within {options.bound} s: ratio above {options.bound / mine['seconds']:.0f}"
        )
        return
    ratio = other["seconds"] / mine["seconds"]
    print(f"red-dwarf {other['seconds']:.1f} s (k = {other['k']}), ratio {ratio:.0f} (aim 50)")


# ── ours alone ──


def at_scale(options: argparse.Namespace, home: Path, work: Path) -> None:
    """Print seconds and memory from arrays to all outputs, each in a fresh process."""
    for people, votes, statements, aim, memory in SCALES:
        file = _world(work, people, votes, statements)
        found = _ours("arrays", options.runs, file)[0]
        print(
            f"{people:,} people, {votes:,} votes, {statements:,} statements: {found['seconds']:.2f} s (aim {aim:.0f}; "
            f"packing {found['packing']:.2f}, first run {found['first']:.2f}), peak {found['peak']:.0f} MB"
            f"{f' (aim {memory})' if memory else ''}, of which {found['before']:.0f} before the start with the arrays; "
            f"k = {found['k']}, {found['sizes']}",
            flush=True,
        )


def growing(options: argparse.Namespace, home: Path, work: Path) -> None:
    """Print seconds of each of some batches of ten thousand votes."""
    for people, votes, statements, aim in GROWING:
        file = _world(work, people, votes, statements)
        found = _ours("batches", 5, file)[0]
        times = ", ".join(f"{seconds:.3f}" for seconds in found["seconds"])
        print(
            f"10,000 votes more at {people:,} people, {votes:,} votes: {times} s (aim {aim}); "
            f"{found['stayed']:.2%} of people kept their group, peak {found['peak']:.0f} MB",
            flush=True,
        )


# ── processes and files ──


def _conversation(folder: Path, work: Path) -> Ballots:
    ballots = read_votes(folder / "participants-votes.csv")
    listed = folder / "comments.csv"
    comments = read_comments(listed) if listed.exists() else Comments()
    _save(work / f"{folder.name}.npz", ballots, ballots.numbers_of(comments.moderated_out))
    return ballots


def _save(path: Path, ballots: Ballots, moderated_out: list[int]) -> None:
    np.savez(
        path,
        participants=ballots.participants,
        statements=ballots.statements,
        values=ballots.values,
        moderated_out=np.array(moderated_out, dtype=np.int64),
    )


def _world(work: Path, people: int, votes: int, statements: int, *, moderated_out: bool = False) -> str:
    """Return the file of an invented conversation; made in another process, so that its memory is not ours."""
    file = work / f"world-{people}-{votes}.npz"
    if not file.exists():
        words = [str(file), str(people), str(votes), str(statements)]
        subprocess.run([sys.executable, "-m", "bench.consensus_world", *words], cwd=ROOT, check=True)
    if moderated_out:
        with np.load(file) as given:
            arrays = dict(given)
        file = file.with_stem(f"{file.stem}-none-out")
        np.savez(file, **arrays, moderated_out=np.zeros(0, dtype=np.int64))
    return str(file)


def _ours(part: str, runs: int, *files: str) -> list[dict]:
    words = [sys.executable, "-m", "bench.consensus_ours", part, str(runs), *files]
    return _lines(subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True))


def _theirs(
    home: Path, options: argparse.Namespace, files: list[str], timeout: float | None = None
) -> list[dict]:
    words = [str(_environment(home)), "-Wignore", "-m", "bench.consensus_theirs", str(options.runs), *files]
    return _lines(
        subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=timeout)
    )


def _lines(done: subprocess.CompletedProcess[str]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def _environment(home: Path) -> Path:
    """Return the Python that has red-dwarf; made and filled at the first call."""
    folder = home / "red-dwarf"
    python = folder / "bin/python"
    if not (folder / "ready").exists():
        print(f"installing {THEIRS} in an environment of its own …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", THEIRS], check=True)
        (folder / "ready").touch()
    return python


def _row(name: str, ballots: Ballots, mine: dict, other: dict) -> tuple[float, float]:
    """Print what both sides say of a conversation; return how far each agrees with the published groups."""
    group = {int(who): of for who, of in mine["group"].items()}
    sizes = np.bincount(list(group.values()))
    agree = [
        agreement(ballots, {int(who): of for who, of in side["group"].items()}) for side in (mine, other)
    ]
    print(
        f"  {name[:22]:<22}{len(group):>7}{mine['k']:>3}  {'+'.join(map(str, sizes)):<22}{agree[0]:>7.3f}"
        f"{mine['seconds'] * 1000:>8.1f}{other['k']:>15}{agree[1]:>9.3f}{other['seconds'] * 1000:>8.0f}"
        f"{other['seconds'] / mine['seconds']:>8.1f}"
    )
    return agree[0], agree[1]


if __name__ == "__main__":
    main()
