"""Our side of the consensus benchmark, each part in a fresh process.

python -m bench.consensus_ours list RUNS FILE.npz…      from a list of votes to all outputs, as the other side
python -m bench.consensus_ours arrays RUNS FILE.npz     from arrays, with the peak of memory
python -m bench.consensus_ours batches NUMBER FILE.npz  batches of 10,000 votes onto a conversation

One line of JSON for each file.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np

from bench.consensus_world import batches
from tongxin.consensus import Conversation, Votes, analyse

BATCH = 10_000


def from_lists(runs: int, files: list[str]) -> None:
    """Time each file; the first once more, so that nothing is counted that happens only once."""
    _from_list(files[0], 1)
    for file in files:
        print(json.dumps(_from_list(file, runs)), flush=True)


def _from_list(file: str, runs: int) -> dict:
    given = np.load(file)
    columns = (given[name].tolist() for name in ("participants", "statements", "values"))
    votes = list(zip(*columns, strict=True))
    moderated = given["moderated_out"].tolist()
    seconds = []
    for _run in range(runs):
        start = time.perf_counter()
        result = analyse(Votes.from_iterable(votes), moderated_out=moderated)
        seconds.append(time.perf_counter() - start)
    pairs = zip(result.participants.tolist(), result.group.tolist(), strict=True)
    return {"seconds": min(seconds), "k": result.k, "group": {str(who): of for who, of in pairs}}


def from_arrays(runs: int, file: str) -> None:
    """Time arrays to all outputs; the peak of memory is that of the first run, the arrays themselves included."""
    given = _loaded(file)
    before = _peak()
    seconds, peak = [], 0.0
    for _run in range(runs):
        start = time.perf_counter()
        votes = Votes.from_arrays(given["participants"], given["statements"], given["values"])
        packed = time.perf_counter()
        result = analyse(votes)
        seconds.append((time.perf_counter() - start, packed - start))
        peak = peak or _peak()
    whole, packing = min(seconds)
    found = {"seconds": whole, "packing": packing, "first": seconds[0][0], "before": before, "peak": peak}
    print(json.dumps({**found, "k": result.k, "sizes": [group.size for group in result.groups]}))


def from_batches(number: int, file: str) -> None:
    """Time each of some batches onto a conversation that has been analysed, one after the other."""
    given = _loaded(file)
    talk = Conversation(Votes.from_arrays(given["participants"], given["statements"], given["values"]))
    later = batches(given, number, BATCH)
    del given
    seconds, stayed = [], []
    for batch in later:
        before = talk.result
        start = time.perf_counter()
        after = talk.update(batch["participants"], batch["statements"], batch["values"])
        seconds.append(time.perf_counter() - start)
        here = np.searchsorted(after.participants, before.participants)
        stayed.append(float((after.group[here] == before.group).mean()))
    print(
        json.dumps({"seconds": sorted(seconds), "stayed": min(stayed), "peak": _peak(), "k": talk.result.k})
    )


def _loaded(file: str) -> dict[str, np.ndarray]:
    with np.load(file) as given:
        return {name: given[name] for name in ("participants", "statements", "values")}


def _peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    part, times = sys.argv[1], int(sys.argv[2])
    if part == "list":
        from_lists(times, sys.argv[3:])
    else:
        {"arrays": from_arrays, "batches": from_batches}[part](times, sys.argv[3])
