"""Two hundred sayings through the running server, with everything planted that could lead back to somebody."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction
from psycopg import sql

from tests.conftest import TEST_HOME

if TYPE_CHECKING:
    from tests.factories import House

SAYINGS = 200
GROUPS = 15
PHOTO_EVERY = 10
CAMERA, AGENT, FILE_NAME = b"PlantedCamera", "PlantedAgent", "IMG_20261122_094713"
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)\+00")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Form:
    """The form as one phone has it, sent again and again with other words."""

    def __init__(self, site: str, path: str) -> None:
        parts = urlsplit(site)
        self.host, self.port, self.path = parts.hostname or "", parts.port, path
        status, headers, page = self.ask("GET", {})
        assert status == 200
        self.cookie = headers["set-cookie"].split(";")[0]
        self.hidden = dict(re.findall(r'name="(stamp|csrfmiddlewaretoken)" value="([^"]+)"', page))

    def send(self, n: int, text: str, photo: bytes | None) -> str:
        """Say it, and return the address of the receipt."""
        mark = uuid4().hex
        fields = self.hidden | {"nonce": str(uuid4()), "text": text, "contact": phone(n)}
        body = b"".join(
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        )
        if photo:
            head = f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="{FILE_NAME}.jpg"\r\n'
            body += f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + photo + b"\r\n"
        kind = f"multipart/form-data; boundary={mark}"
        status, headers, page = self.ask(
            "POST", {"Content-Type": kind}, body + f"--{mark}--\r\n".encode(), n=n
        )
        assert status == 302, page[-2000:]
        return headers["location"]

    def ask(
        self, method: str, headers: dict[str, str], body: bytes = b"", *, n: int = 0
    ) -> tuple[int, dict[str, str], str]:
        connection = HTTPConnection(self.host, self.port, timeout=60)
        planted = {
            "User-Agent": f"{AGENT}/{n}", "X-Forwarded-For": address(n), "X-Real-IP": address(n),
            "Forwarded": f"for={address(n)}", "Cookie": getattr(self, "cookie", ""),
        }  # fmt: skip
        connection.request(method, self.path, body, planted | headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, page


def address(n: int) -> str:
    return f"198.51.{100 + n // 250}.{n % 250}"


def phone(n: int) -> str:
    return f"139{77000000 + n}"


def photo_with_position() -> bytes:
    from tests.activities.topics.test_receiving import photo  # noqa: PLC0415 (needs Django)

    return bytes(photo((900, 700)).read())


def rows() -> set[str]:
    """Return every row of every table, as text, each with its table's name."""
    found = set()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
            found |= {f"{table}: {row}" for (row,) in cursor.fetchall()}
    return found


def kept_files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


@pytest.mark.committee("620826")
def test_two_hundred_sayings_leave_no_trace_of_who_and_when(house: House, site: str) -> None:
    from tests.village import make_village  # noqa: PLC0415

    with transaction.atomic():
        village = make_village(house)
    path = f"/p/{house.committee.code}/c/{village.codes['room'].token}/say/"
    # The server's home, not that of the settings: a worker read them before it had one of its own.
    files = Path(os.environ["TONGXIN_HOME"]) / "files"
    before, had, photo = rows(), set(kept_files(files)), photo_with_position()
    form = Form(site, path)
    time.sleep(2.1)  # as long as a person needs at least
    began = datetime.now(UTC)
    words = (
        "水渠",
        "路灯",
        "公交",
        "垃圾桶",
        "卫生室",
        "护栏",
        "广场",
        "学校",
        "井盖",
        "桥面",
        "厕所",
        "路牌",
        "果园",
        "大棚",
        "网络",
    )
    receipts = [
        form.send(
            n,
            f"关于{words[n % GROUPS] * 6}的事，请来看一看{n}",
            photo if n % PHOTO_EVERY == 0 else None,
        ).split("/")[-2]
        for n in range(SAYINGS)
    ]
    # What Django logs by itself: a form that comes back, a receipt that does not exist.
    assert form.ask("POST", {"Content-Type": "application/x-www-form-urlencoded"}, b"text=")[0] == 403
    mistyped = receipts[0][::-1]
    form.path = f"/p/{house.committee.code}/r/{mistyped}/"
    assert form.ask("GET", {})[0] == 404
    ended = datetime.now(UTC)
    assert len(set(receipts)) == SAYINGS

    new = rows() - before
    assert sum(row.startswith("topics_voice:") for row in new) == SAYINGS
    assert sum(row.startswith("topics_topic:") for row in new) == GROUPS
    assert sum(row.startswith("files_storedfile:") for row in new) == SAYINGS // PHOTO_EVERY
    # The moment: no time of these minutes, neither written out nor inside a key that is ordered by time.
    assert [row for row in new if any(began <= at <= ended for at in moments(row))] == []
    added = [p for p in kept_files(files) if p not in had]
    assert len(added) == SAYINGS // PHOTO_EVERY
    assert {datetime.fromtimestamp(p.stat().st_mtime, UTC).strftime("%M:%S.%f") for p in added} == {
        "00:00.000000"
    }

    planted = [CAMERA, b"Exif", AGENT.encode(), FILE_NAME.encode()]
    planted += [thing.encode() for n in range(SAYINGS) for thing in (address(n), phone(n))]
    planted += [mistyped.encode(), path.encode()]
    planted += [r.encode() for r in receipts] + [f"{r[:5]}-{r[5:]}".upper().encode() for r in receipts]
    texts = {"database": "\n".join(rows()).encode()}
    texts |= {str(p): p.read_bytes() for p in (*added, *TEST_HOME.rglob("*.log"))}
    assert len(texts) > len(added) + 1
    assert [(where, thing) for where, text in texts.items() for thing in planted if thing in text] == []


def moments(row: str) -> list[datetime]:
    """Return every moment that a row tells, also those in keys made of the clock."""
    told = [datetime.fromisoformat(f"{day}T{clock}+00:00") for day, clock in _STAMP.findall(row)]
    first = datetime(1970, 1, 1, tzinfo=UTC)
    return told + [first + timedelta(milliseconds=UUID(key).int >> 80) for key in _UUID.findall(row)]
