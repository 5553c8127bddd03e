"""Pages of numbers with 100 committees, 500,000 matters and 5,000,000 participations, beside their aims and the floor.

Run: `python -m bench.numbers`. One request at a time over HTTP, through the running server; a world that is there is
used again. NUMBERS_REQUESTS says how often each page is asked for.
"""

from __future__ import annotations

import os
import platform
import signal
import socket
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TONGXIN_HOME", str(ROOT / ".home-bench-numbers"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A port that nobody has: another server would answer instead of ours.
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    os.environ.setdefault("PORT", str(free.getsockname()[1]))
os.environ["TONGXIN_SECOND_FACTOR"] = "0"

from bench.load import get, run  # noqa: E402
from bench.pages import PORT, server, size_of, tongxin  # noqa: E402

if TYPE_CHECKING:
    from bench.load import Result
    from bench.numbers_pages import Page

REQUESTS = int(os.environ.get("NUMBERS_REQUESTS", "40"))
# An opened number is asked for a few times only: there are hundreds of them.
OPENED_REQUESTS = int(os.environ.get("NUMBERS_OPENED", "2"))
# Enough that each worker of the server has been asked; so often pages that are kept are asked for right after an act.
WARM, FIRST = 12, 5
_WORST = 12


@dataclass(frozen=True)
class Timed:
    """A page and what came of it."""

    page: Page
    result: Result
    first_ms: float = 0

    @property
    def verdict(self) -> str:
        """Whether it was quick enough."""
        answered = set(self.result.statuses) == {200}
        if not answered:
            return f"answered {self.result.statuses}"
        return "" if not self.page.aim or self.result.p95_ms <= self.page.aim else "TOO SLOW"


def main() -> None:
    """Make the world, measure each page and then the floor, print the times beside the aims."""
    from config import cli  # noqa: PLC0415

    cli.ensure_database()
    tongxin("init")
    import django  # noqa: PLC0415

    django.setup()
    from bench import numbers_pages, numbers_rollup, numbers_world  # noqa: PLC0415

    numbers_world.make()
    numbers_rollup.make()
    shares = {share.committee.code: share.matters for share in numbers_world.shares()}
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load average {os.getloadavg()[0]:.1f}; {sum(shares.values())} matters in {len(shares)} committees"
    )
    # Whoever stops the run stops its server, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with server([sys.executable, "-m", "config", "serve"]):
        dashboards = [timed(page, REQUESTS) for page in numbers_pages.dashboards(shares)]
        sizes = {one.page: size_of(one.page.path, one.page.cookies) for one in dashboards}
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(os.cpu_count() or 1)]
    with server([*granian, "--blocking-threads", "4", "--port", str(PORT), "bench.floor:application"]):
        floors = {page: floor_of(size) for page, size in sizes.items()}
    told(dashboards, floors, sizes)
    with server([sys.executable, "-m", "config", "serve"]):
        summed_up("opened numbers", [timed(page, OPENED_REQUESTS) for page in numbers_pages.opened()])
        exports = [timed(page, 1) for page in numbers_pages.exports()]
        summed_up(f"exports of up to {numbers_pages.EXPORTED} rows", exports)


def told(dashboards: list[Timed], floors: dict[Page, Result], sizes: dict[Page, int]) -> None:
    """Print the times of the dashboards beside their aims and the floor."""
    print(
        f"{'page':<44}{'first ms':>9}{'p50 ms':>8}{'p95 ms':>8}{'aim':>6}{'floor':>8}{'ratio':>7}  bytes"
        f"  (load average {os.getloadavg()[0]:.1f})"
    )
    for one in dashboards:
        floor = floors[one.page]
        print(
            f"{one.page.name:<44}{one.first_ms:>9.0f}{one.result.p50_ms:>8.0f}{one.result.p95_ms:>8.0f}"
            f"{one.page.aim:>6}{floor.p95_ms:>8.1f}{one.result.p95_ms / floor.p95_ms:>7.1f}"
            f"  {sizes[one.page]} {one.verdict}",
            flush=True,
        )


def timed(page: Page, count: int) -> Timed:
    """Ask for a page so often, one request at a time, when every worker of the server has seen it before."""
    request = get(page.path, page.cookies)
    first = first_after_an_act(page, request) if page.committee else 0
    if page.committee:
        run(PORT, lambda _n: request, count=WARM, connections=1)
    return Timed(page, run(PORT, lambda _n: request, count=count, connections=1, seconds=120), first)


def first_after_an_act(page: Page, request: bytes) -> float:
    """Return the median of some requests, each right after something has happened in the committee."""
    from bench import numbers_pages  # noqa: PLC0415

    times = []
    for _ in range(FIRST):
        numbers_pages.act(page.committee)
        times.append(run(PORT, lambda _n: request, count=1, connections=1).p50_ms)
    return statistics.median(times)


def floor_of(size: int) -> Result:
    """Return how quick a bare page of this size is, on the same server and database."""
    path = f"/?committee=1&bytes={size}"
    run(PORT, lambda _n: get(path), count=20, connections=1)
    return run(PORT, lambda _n: get(path), count=200, connections=1)


def summed_up(title: str, found: list[Timed]) -> None:
    """Print how all of these did, and the slowest."""
    slowest = sorted(found, key=lambda one: -one.result.p95_ms)
    late = [one for one in found if one.verdict]
    times = sorted(one.result.p95_ms for one in found)
    print(
        f"\n{title}: {len(found)}, half within {times[len(times) // 2]:.0f} ms, 95 % within "
        f"{times[int(len(times) * 0.95)]:.0f} ms, all within {times[-1]:.0f} ms; not as they should be: {len(late)} "
        f"(load average {os.getloadavg()[0]:.1f})",
        flush=True,
    )
    for one in slowest[:_WORST]:
        print(f"  {one.page.name:<60}{one.result.p95_ms:>8.0f}  {one.verdict}")
    for one in late:
        if one not in slowest[:_WORST]:
            print(f"  {one.page.name:<60}{one.result.p95_ms:>8.0f}  {one.verdict}")


if __name__ == "__main__":
    main()
