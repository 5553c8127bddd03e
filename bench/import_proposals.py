"""How long a table of proposals of past sessions takes to come in, and how much memory it takes.

    python bench/import_proposals.py [ROWS]

Makes a workbook of ROWS (10,000) generated rows over five sessions, imports it in one transaction and takes it
back again, prints seconds, rows a second and peak memory, and leaves the database as it was.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TONGXIN_HOME", str(ROOT / ".home-bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
MEMBERS, UNITS, BODIES = 700, 300, 40
CODE = "620300"
SENTENCE = "群众反映，学校门口上下学时车流量大，存在安全隐患，建议增设信号灯并安排专人值守。"


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a step took, and the most memory that the process has had by then."""
    began = time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<8}{seconds:7.1f} s{ROWS / seconds:9.0f} rows/s   peak {peak:5.0f} MB", flush=True)


def workbook() -> bytes:
    """Return the generated table."""
    from tongxin.activities.proposals.exchange.columns import COLUMNS  # noqa: PLC0415
    from tongxin.foundation.core.sheets import Sheet, write_workbook  # noqa: PLC0415

    return write_workbook([Sheet("提案", COLUMNS, [generated(n) for n in range(ROWS)])])


def generated(n: int) -> dict[str, str | int]:
    """Return row ``n``: two thirds filed, a tenth collective, every tenth with co-signers."""
    session, place = n % 5 + 1, n // 5 + 1
    year = 2011 + session
    row: dict[str, str | int] = {
        "serial": str(place),
        "term": "十一",
        "session": str(session),
        "title": f"关于第{n}件民生实事的提案",
        "text": f"情况：\n{SENTENCE * 6}\n分析：\n{SENTENCE * 6}\n建议：\n{SENTENCE * 6}",
        "kind": "党派" if n % 10 == 0 else "联名" if n % 10 == 1 else "个人",
        "proposer": f"第{n % BODIES}支部" if n % 10 == 0 else f"{n % MEMBERS + 1:04d}",
        "cosigners": "、".join(f"{(n + k) % MEMBERS + 1:04d}" for k in (1, 2, 3)) if n % 10 == 1 else "",
        "topic": ("农业农村", "城乡建设", "科技教育", "社会民生")[n % 4],
        "submitted": f"{year}-01-12",
        "outcome": "不予立案" if n % 3 == 0 else "立案",
        "reason": "属于学术研讨" if n % 3 == 0 else "",
    }
    if n % 3:
        row |= {
            "number": str(place),
            "lead": f"第{n % UNITS}局",
            "co": f"第{(n + 7) % UNITS}局" if n % 4 == 0 else "",
            "assigned": f"{year}-03-01",
            "replied": f"{year}-05-20",
            "reply_class": "ABC"[n % 3],
            "attitude": "满意",
            "result": "基本满意" if n % 7 == 0 else "满意",
        }
    return row


def main() -> None:
    """Measure reading with planning, importing, and taking back."""
    from config import cli  # noqa: PLC0415

    cli.ensure_database()
    subprocess.run([sys.executable, "-m", "config", "init"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    import django  # noqa: PLC0415

    django.setup()
    try:
        measure()
    finally:
        from django.db import connections  # noqa: PLC0415

        connections.close_all()
        if cli.cluster is not None:
            cli.cluster.release()


def measure() -> None:
    """Do it in a transaction that is rolled back."""
    from django.db import transaction  # noqa: PLC0415

    from tongxin.activities.proposals.actions import importing  # noqa: PLC0415
    from tongxin.foundation.core import tenancy  # noqa: PLC0415
    from tongxin.foundation.core.access import Actor, Grant  # noqa: PLC0415
    from tongxin.foundation.organization.enums import Role  # noqa: PLC0415
    from tongxin.foundation.organization.models import Committee, Member  # noqa: PLC0415

    committee = Committee.objects.get(code=CODE)
    actor = Actor(name="bench", committee_id=committee.pk, grants=frozenset({Grant(Role.TENANT_ADMIN)}))
    with timed("make"):
        data = workbook()
    print(f"{ROWS} rows, {len(data) / 1e6:.1f} MB")
    with tenancy.scope([committee.pk]), transaction.atomic():
        Member.objects.bulk_create(
            Member(committee=committee, number=f"{n + 1:04d}", name=f"委员{n}") for n in range(MEMBERS)
        )
        upload = importing.keep_upload(actor=actor, data=data, filename="bench.xlsx")
        with timed("preview"):
            plan = importing.preview_import(actor=actor, upload=upload)
        if plan.errors:
            raise SystemExit(str(plan.errors[:3]))
        with timed("import"):
            importing.confirm_import(actor=actor, upload=upload)
        with timed("undo"):
            importing.undo_import(actor=actor, upload=upload)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
