"""Five hundred near-identical sayings in a minute, one honest one among them, and what signed-in people notice.

    python -m bench.flood [SAYINGS] [SECONDS]

Starts an installation of its own (TONGXIN_HOME, else .home-bench-flood), asks for three pages of a signed-in person ten
times a second, first alone, then while the sayings come in through the running server; prints the median and the 95th
percentile of both, and how the staff's queue looks afterwards.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("TONGXIN_HOME", str(ROOT / ".home-bench-flood"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("PORT", "8791")
os.environ["TONGXIN_SECOND_FACTOR"] = "0"

from bench.load import get, post, run  # noqa: E402
from bench.pages import PORT, TOKEN, server, tongxin  # noqa: E402

SAYINGS = int(sys.argv[1]) if len(sys.argv) > 1 else 500
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 60  # noqa: PLR2004 (the second word)
CODE = "620881"
PAGES = ("/", "/topics/queue/", "/proposals/")
PER_SECOND = 10
HONEST = "村口到小学的路上没有路灯，晚上孩子走着怕。"


def main() -> None:
    """Make the village, measure in quiet, measure in the flood, count the queue."""
    from config import cli  # noqa: PLC0415

    cli.ensure_database()
    tongxin("init")
    import django  # noqa: PLC0415

    django.setup()
    path, cookie = world()
    with server([sys.executable, "-m", "config", "serve"]):
        measure(cookie, 5)
        told("quiet", measure(cookie, 20))
        statuses: dict[int, int] = {}
        pouring = threading.Thread(target=pour, args=(path, statuses))
        pouring.start()
        told("flood", measure(cookie, SECONDS))
        pouring.join()
    print(f"sayings answered: {statuses}")
    queue()


def world() -> tuple[str, str]:
    """Return the address of a new village's form, and the cookie of somebody of the office."""
    from django.db import transaction  # noqa: PLC0415

    from bench.world import session_cookie  # noqa: PLC0415
    from tests.factories import make_house  # noqa: PLC0415
    from tests.village import make_village  # noqa: PLC0415
    from tongxin.foundation.accounts.models import User  # noqa: PLC0415

    if User.objects.filter(username=f"{CODE}.staff").exists():
        raise SystemExit("the home of this benchmark was used before; remove it first")
    with transaction.atomic():
        village = make_village(make_house(CODE))
    return f"/p/{CODE}/c/{village.codes['room'].token}/say/", f"sessionid={session_cookie(f'{CODE}.staff')}"


def measure(cookie: str, seconds: int) -> list[float]:
    """Ask for the pages in turn, so many a second; return the times to the last byte in milliseconds."""
    times = []
    for page in islice(cycle(PAGES), seconds * PER_SECOND):
        begun = time.perf_counter()
        answer = run(PORT, lambda _n, p=page: get(p, cookie), count=1, connections=1)
        if set(answer.statuses) != {200}:
            raise SystemExit(f"{page} answered {answer.statuses}")
        times.append(answer.p95_ms)
        time.sleep(max(0.0, begun + 1 / PER_SECOND - time.perf_counter()))
    return sorted(times)


def told(what: str, times: list[float]) -> None:
    """Print one line."""
    median, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"{what:<8}{len(times):>6} pages   median {median:6.1f} ms   p95 {p95:6.1f} ms")


def pour(path: str, statuses: dict[int, int]) -> None:
    """Send the sayings, spread over the time, the honest one in the middle."""
    from tongxin.foundation.accounts.open_forms import LEAST_SECONDS, new_stamp  # noqa: PLC0415
    from tongxin.foundation.core import clock  # noqa: PLC0415

    stamp = new_stamp()
    time.sleep(LEAST_SECONDS + 0.5)
    began = time.perf_counter()

    def send(n: int) -> int:
        time.sleep(max(0.0, began + n * SECONDS / SAYINGS - time.perf_counter()))
        text = HONEST if n == SAYINGS // 2 else f"加微信领红包，稳赚不赔，数量有限先到先得{n}"
        fields = {"csrfmiddlewaretoken": TOKEN, "nonce": str(uuid4()), "stamp": stamp, "text": text}
        answer = run(
            PORT, lambda _n: post(path, urlencode(fields), f"csrftoken={TOKEN}"), count=1, connections=1
        )
        return next(iter(answer.statuses))

    with ThreadPoolExecutor(16) as threads:
        for status in threads.map(send, range(SAYINGS + 1)):
            statuses[status] = statuses.get(status, 0) + 1
    print(f"the last one went out at {clock.now():%H:%M:%S}")


def queue() -> None:
    """Print the groups that wait for the staff."""
    from django.db import transaction  # noqa: PLC0415
    from django.db.models import Count  # noqa: PLC0415

    from tongxin.activities.topics.models import Topic  # noqa: PLC0415
    from tongxin.foundation.core import tenancy  # noqa: PLC0415
    from tongxin.foundation.organization.models import Committee  # noqa: PLC0415

    committee = Committee.objects.get(code=CODE)
    with transaction.atomic(), tenancy.scope([committee.pk]):
        for title, voices in (
            Topic.objects.waiting().annotate(n=Count("voices")).values_list("matter__title", "n")
        ):
            print(f"{voices:>5} x {title}")


if __name__ == "__main__":
    main()
