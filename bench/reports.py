"""The report of a session and its filters with 20,000 proposals and 300 units, beside 200 and 30.

Run: `python -m bench.reports`. Times are those of the application with its database, without a server; each is
the median of some requests, the first of which after an act (nothing is kept) stands apart.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TONGXIN_HOME", str(ROOT / ".home-bench-reports"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["TONGXIN_SECOND_FACTOR"] = "0"

if TYPE_CHECKING:
    from django.test import Client

    from bench.reports_world import Size

REPEATED = int(os.environ.get("REQUESTS", "5"))


def main() -> None:
    """Make both committees, time each page in both, print the ratios."""
    from config import cli  # noqa: PLC0415

    cli.ensure_database()
    subprocess.run([sys.executable, "-m", "config", "init"], cwd=ROOT, check=True)
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    django.setup()
    # Pages name their style sheet; nobody has collected it here.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    from bench.reports_world import Size, make  # noqa: PLC0415

    small, large = Size("620881", 200, 30, 60), Size("620000", 20_000, 300, 600)
    make(small, large)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{large.proposals} proposals beside {small.proposals}"
    )
    print(
        f"{'page':<34}{'queries':>8}{'first ms':>10}{'kept ms':>9}{'200, first':>12}{'kept':>8}{'ratio':>8}"
    )
    of_small = measured(small)
    for name, (queries, first, kept) in measured(large).items():
        _queries, first_small, kept_small = of_small[name]
        print(
            f"{name:<34}{queries:>8}{first:>10.0f}{kept:>9.0f}{first_small:>12.0f}{kept_small:>8.0f}"
            f"{first / first_small:>8.1f}"
        )


# ── the times ──


def measured(size: Size) -> dict[str, tuple[int, float, float]]:
    """Return queries, milliseconds of the first request after an act, and of later ones, by page."""
    from django.test import Client  # noqa: PLC0415

    from tongxin.foundation.accounts.models import User  # noqa: PLC0415

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(
        User.objects.get(username=f"reports-{size.code}"),
        "tongxin.foundation.accounts.backends.PhoneOrUsernameBackend",
    )
    client.get("/proposals/")
    return {name: _time(client, path) for name, path in _pages(size).items()}


def _pages(size: Size) -> dict[str, str]:
    from django.db import transaction  # noqa: PLC0415

    from tongxin.activities.proposals.models import ReplyClass, Topic  # noqa: PLC0415
    from tongxin.foundation.core import tenancy  # noqa: PLC0415
    from tongxin.foundation.organization.models import Committee, Member, Sector, Session, Unit  # noqa: PLC0415

    own = {"committee__code": size.code}
    pk = Committee.objects.get(code=size.code).pk
    with transaction.atomic(), tenancy.scope([pk]):
        found = {
            m.__name__: m.objects.filter(**own).order_by("pk")[3:].first()  # type: ignore[attr-defined]
            or m.objects.filter(**own).first()  # type: ignore[attr-defined]
            for m in (Session, Unit, Topic, ReplyClass, Member, Sector)
        }
    at = {name: str(row.pk) for name, row in found.items()}
    lists = f"/proposals/?tab=all&session={at['Session']}"
    unit = f"{lists}&of=filed&unit={at['Unit']}&role=answering"
    filters = {
        **{
            f"list of={name}": f"{lists}&of={name}"
            for name in ("received", "filed", "on_time", "late", "overdue")
        },
        "list of=filed, topic": f"{lists}&of=filed&topic={at['Topic']}",
        "list of=filed, class": f"{lists}&of=filed&class={at['ReplyClass']}",
        "list unit, late": f"{unit}&part=late",
        "list unit, class": f"{unit}&unit_class={at['ReplyClass']}",
        "list of=filed, result": f"{lists}&of=filed&result=dissatisfied",
        "list member": f"{lists}&of=received&member={at['Member']}",
        "list sector": f"{lists}&of=filed&sector={at['Sector']}",
        "list page 400": f"{lists}&of=filed&page=400",
    }
    report = "/proposals/report/"
    return {
        "list": "/proposals/",
        **filters,
        **{f"report {part}": f"{report}?part={part}" for part in ("review", "handling", "rating")},
        "units": f"{report}units/",
        "members": f"{report}members/?took=yes",
        "ratings": f"{report}ratings/?result=dissatisfied",
    }


def _time(client: Client, path: str) -> tuple[int, float, float]:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    times, queries = [], 0
    for n in range(REPEATED):
        if n < 2:  # noqa: PLR2004 (once to count, once to time)
            _forget()
        start = time.perf_counter()
        if n == 0:
            with CaptureQueriesContext(connection) as asked:
                response = client.get(path)
            queries = sum(not q["sql"].startswith(("SAVEPOINT", "BEGIN", "COMMIT")) for q in asked)
        else:
            response = client.get(path)
        times.append((time.perf_counter() - start) * 1000)
        if response.status_code != 200:  # noqa: PLR2004
            raise SystemExit(f"{path} answered {response.status_code}")
    return queries, times[1], statistics.median(times[2:])


def _forget() -> None:
    """Forget what is kept until the next act."""
    from tongxin.activities.proposals.reports import pages  # noqa: PLC0415
    from tongxin.activities.proposals.selectors import lists  # noqa: PLC0415

    for module in (lists, pages):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


if __name__ == "__main__":
    main()
