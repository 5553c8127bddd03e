"""Requests per second and p95 of the proposal pages, beside the floor. Run by `make bench`."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TONGXIN_HOME", str(ROOT / ".home-bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["TONGXIN_SECOND_FACTOR"] = "0"

from bench.load import Result, get, post, run  # noqa: E402

PORT = int(os.environ.get("PORT", "8790"))
COUNT = int(os.environ.get("REQUESTS", "2000"))
SUBMISSIONS = int(os.environ.get("SUBMISSIONS", "400"))
TOKEN = "b" * 32


def main() -> None:
    """Make the world, measure each page and the floor of its size in turn, print the ratios."""
    from config import cli  # noqa: PLC0415

    cli.ensure_database()
    tongxin("init")
    import django  # noqa: PLC0415

    django.setup()
    from bench import world  # noqa: PLC0415

    world.make()
    staff = f"sessionid={world.session_cookie('bench-staff')}"
    member = f"sessionid={world.session_cookie('bench-member')}; csrftoken={TOKEN}"
    pages = {
        "list": "/proposals/",
        "filtered list": f"/proposals/?q={quote('护栏')}&tab=running",
        "detail": f"/proposals/{world.some_proposal()}/",
    }
    ids = world.drafts(SUBMISSIONS)
    committee = world.committee_id()
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    measured: dict[str, tuple[Result, int]] = {}
    with server([sys.executable, "-m", "config", "serve"]):
        for name, path in pages.items():
            plain = size_of(path, staff)
            run(PORT, lambda _n, p=path: get(p, staff), count=200)
            measured[name] = run(PORT, lambda _n, p=path: get(p, staff), count=COUNT), plain
        submit = run(PORT, lambda n: submission(ids[n], member), count=SUBMISSIONS)
    print(f"{'page':<16}{'req/s':>8}{'p95 ms':>9}{'floor':>8}{'p95 ms':>9}{'ratio':>8}  bytes, sent")
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(os.cpu_count() or 1)]
    threads = os.environ.get("TONGXIN_THREADS", "4")
    with server([*granian, "--blocking-threads", threads, "--port", str(PORT), "bench.floor:application"]):
        for name, (page, plain) in measured.items():
            path = f"/?committee={committee}&bytes={plain}"
            run(PORT, lambda _n, p=path: get(p), count=200)
            floor = run(PORT, lambda _n, p=path: get(p), count=COUNT)
            if set(floor.statuses) != {200}:
                raise SystemExit(f"the floor answered {floor.statuses}")
            print(
                f"{name:<16}{page.per_second:>8.0f}{page.p95_ms:>9.1f}{floor.per_second:>8.0f}{floor.p95_ms:>9.1f}"
                f"{page.per_second / floor.per_second:>8.2f}  {plain}, {page.bytes_each}"
                + ("" if set(page.statuses) == {200} else f"  {page.statuses}")
            )
    print(f"{'submit':<16}{submit.per_second:>8.0f}{submit.p95_ms:>9.1f}  {submit.statuses}")


def submission(pk: str, cookies: str) -> bytes:
    """Return the POST that submits one draft."""
    from tongxin.foundation.core.once import new_key  # noqa: PLC0415

    return post(f"/proposals/{pk}/submit/", f"csrfmiddlewaretoken={TOKEN}&once={new_key()}", cookies)


def size_of(path: str, cookies: str) -> int:
    """Return the size of a page before compression, bytes."""
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", headers={"Cookie": cookies})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return len(answer.read())


class server:  # noqa: N801 (used as a block)
    """A server on PORT for as long as the block lasts."""

    def __init__(self, command: list[str]) -> None:
        self.command = command

    def __enter__(self) -> None:
        environment = {**os.environ, "PORT": str(PORT)}
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        for _ in range(900):
            if self.process.poll() is not None:
                raise SystemExit("the server ended")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1)
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.2)
            else:
                return
        self.__exit__()
        raise SystemExit("the server did not start")

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)


def tongxin(*words: str) -> None:
    """Run one tongxin command."""
    subprocess.run([sys.executable, "-m", "config", *words], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
