"""red-dwarf's side of the consensus benchmark; runs in an environment of its own, knows nothing of ours.

    python -m bench.consensus_theirs RUNS FILE.npz…

Each file holds participants, statements, values and moderated_out. One line of JSON for each: seconds of the quickest
run from a list of votes to all outputs, who is in which group, and how many groups there are.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import numpy as np
from reddwarf.implementations.polis import run_pipeline

warnings.filterwarnings("ignore")
ENOUGH_SECONDS = 20


def main(runs: int, files: list[str]) -> None:
    """Time each file; the first once more, so that nothing is counted that happens only once."""
    timed(files[0], 1)
    for file in files:
        print(json.dumps(timed(file, runs)), flush=True)


def timed(file: str, runs: int) -> dict:
    """Return what one conversation gave."""
    given = np.load(file)
    columns = (given[name].tolist() for name in ("participants", "statements", "values"))
    votes = [
        {"participant_id": who, "statement_id": what, "vote": value, "modified": moment}
        for moment, (who, what, value) in enumerate(zip(*columns, strict=True))
    ]
    moderated = given["moderated_out"].tolist()
    seconds = []
    while len(seconds) < runs and sum(seconds) < ENOUGH_SECONDS:
        start = time.perf_counter()
        result = run_pipeline(votes=votes, mod_out_statement_ids=moderated)
        seconds.append(time.perf_counter() - start)
    group = result.participants_df["cluster_id"].dropna()
    return {
        "seconds": min(seconds),
        "k": int(group.nunique()),
        "group": {str(who): int(of) for who, of in group.items()},
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
