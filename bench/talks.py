"""Two thousand people vote at once in one conversation, for two minutes, through the running server.

    python -m bench.talks [PEOPLE] [SECONDS]

Starts an installation of its own (TONGXIN_HOME, else .home-bench-talks; kept, with a new conversation each time).
Everybody opens the page within the first fifth of the time, reads, presses, and sends as the phone does: after a press,
then at most every ten seconds, and less often when answers are slow. Some send the same batch again, some an old one
long after, some change their mind, some lose the answer on the way and send again without a cookie, some go away in the
middle. Times are from the moment when somebody wanted something, so that waiting for a free connection counts. Then
every answer that was acknowledged is looked up, the conversation is closed and counted, and `tongxin consensus` counts
the same ballots again.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("TONGXIN_HOME", str(ROOT / ".home-bench-talks"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("PORT", "8793")
os.environ["TONGXIN_SECOND_FACTOR"] = "0"

from bench.load import get, post  # noqa: E402
from bench.pages import PORT, TOKEN, server, tongxin  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.factories import House
    from tongxin.activities.conversations.models import Conversation
    from tongxin.foundation.organization.models import Committee

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 120  # noqa: PLR2004 (the second word)
CODE = "620881"
STATEMENTS = 60
CONNECTIONS = 256
# As in frontend/js/talks.js.
GAP_SECONDS, GAP_TIMES, GAP_MOST_SECONDS, BATCH = 10.0, 10, 60.0, 5
THINK_SECONDS = (2.0, 8.0)
RESENDS, CHANGES, LATE, LOSES, LEAVES = 0.1, 0.1, 0.05, 0.05, 0.1
_COOKIE = re.compile(rb"set-cookie: talk=([0-9a-f]{32})", re.IGNORECASE)
_KEY = re.compile(rb'data-key="([0-9a-f]{32})"')
_HANDFUL = re.compile(r'data-handful="([^"]*)"')


class Line:
    """The connections that all people share, and how long each answer took."""

    def __init__(self) -> None:
        self.free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = asyncio.Queue()
        for _n in range(CONNECTIONS):
            self.free.put_nowait(None)
        self.times: dict[str, list[float]] = {"page": [], "batch": []}
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.broken = self.idle = 0

    async def ask(self, what: str, request: bytes) -> tuple[int, bytes, bytes]:
        """Send one request; return status, head and body; status 0 when the connection broke."""
        begun = time.perf_counter()
        connection = await self.free.get()
        # A connection that lay idle may have been closed; a browser, too, then opens another.
        for old in (connection, None) if connection else (None,):
            try:
                connection = old or await asyncio.open_connection("127.0.0.1", PORT)
                connection[1].write(request)
                status, head, body = await _answer(connection[0])
                break
            except (OSError, asyncio.IncompleteReadError):
                self.idle += old is not None
        else:
            self.broken += 1
            self.free.put_nowait(None)
            return 0, b"", b""
        self.free.put_nowait(connection)
        self.times[what].append(time.perf_counter() - begun)
        self.statuses[what, status] += 1
        return status, head, body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    low = head.lower()
    if b"transfer-encoding: chunked" in low:
        body = b""
        while length := int(await reader.readline(), 16):
            body += (await reader.readexactly(length + 2))[:-2]
        await reader.readline()
    else:
        marker = low.find(b"content-length:")
        size = int(low[marker + 15 : low.index(b"\r\n", marker)]) if marker >= 0 else 0
        body = await reader.readexactly(size)
    return int(head.split(b" ", 2)[1]), head, body


@dataclass
class Person:
    """One device: what it holds, and what the server said it has.

    Attributes:
        opinion: which of a few groups of like opinion it belongs to.
        said: everything that was ever sent, by statement, in order.
        acknowledged: the last answer to each statement that the server said it keeps.
    """

    n: int
    chance: Random
    opinion: int
    key: str = ""
    cookie: str = ""
    counter: int = 0
    pool: list[int] = field(default_factory=list)
    pending: dict[int, tuple[int, int]] = field(default_factory=dict)
    said: dict[int, set[int]] = field(default_factory=dict)
    acknowledged: dict[int, int] = field(default_factory=dict)
    has_arrived: bool = False
    first_body: str = ""

    @property
    def device(self) -> str:
        """Its mark."""
        return f"{self.n:016x}"

    @property
    def token(self) -> str:
        """What stands for it at the server."""
        return self.cookie or self.key

    def press(self) -> bool:
        """Answer the next statement, or change an answer; say whether there was one."""
        changes = self.acknowledged and self.chance.random() < CHANGES
        if changes:
            number = self.chance.choice(sorted(self.acknowledged))
        elif self.pool:
            number = self.pool.pop(0)
        else:
            return False
        self.counter += 1
        self.pending[number] = (self.answer(number), self.counter)
        return True

    def answer(self, number: int) -> int:
        """What somebody of this opinion says, most of the time."""
        if self.chance.random() < 0.15:  # noqa: PLR2004 (now and then out of line)
            return self.chance.choice((-1, 0, 1))
        return 1 if number % 5 == 0 or number % 3 == self.opinion else -1

    def body(self) -> str:
        """Everything that is not acknowledged, as the phone sends it."""
        answers = ",".join(f"{n}:{answer}" for n, (answer, _c) in self.pending.items())
        fields = {"answers": answers, "device": self.device, "counter": self.counter, "key": self.key}
        return urlencode({"csrfmiddlewaretoken": TOKEN, **fields})


async def live(person: Person, path: str, line: Line, ends_at: float) -> None:
    """Take part until the time is over, or until this one goes away."""
    await asyncio.sleep(person.chance.uniform(0, SECONDS / 5))
    if not await arrive(person, path, line):
        return
    leaves_at = person.chance.uniform(time.monotonic(), ends_at * 2 - time.monotonic())
    leaves_at = leaves_at if person.chance.random() < LEAVES else ends_at
    sent_at, gap = 0.0, GAP_SECONDS
    while time.monotonic() < min(ends_at, leaves_at):
        await asyncio.sleep(person.chance.uniform(*THINK_SECONDS))
        if not person.press() and not person.pending:
            await asyncio.sleep(GAP_SECONDS)
        now = time.monotonic()
        if len(person.pending) >= BATCH or now - sent_at >= gap or len(person.pool) < 3:  # noqa: PLR2004
            await send(person, path, line)
            gap = min(GAP_MOST_SECONDS, max(GAP_SECONDS, (time.monotonic() - now) * GAP_TIMES))
            sent_at = now
    if leaves_at >= ends_at:
        await send(person, path, line)


async def arrive(person: Person, path: str, line: Line) -> bool:
    """Open the page; say whether it came."""
    status, _head, body = await line.ask("page", _plain(get(path)))
    found = _HANDFUL.search(body.decode(errors="replace"))
    key = _KEY.search(body)
    if status != 200 or not found or not key:  # noqa: PLR2004
        return False
    person.key = key[1].decode()
    person.pool = [number for number, _text in json.loads(found[1].replace("&quot;", '"'))]
    return True


async def send(person: Person, path: str, line: Line) -> None:
    """Send what waits, as often as this person's network wants it."""
    if not person.pending:
        return
    body, sent = person.body(), dict(person.pending)
    upto = person.counter
    for number, (answer, _counter) in sent.items():
        person.said.setdefault(number, set()).add(answer)
    person.first_body = person.first_body or body
    if person.chance.random() < LOSES:
        # It arrived, and nobody heard the answer: no cookie, no acknowledgement.
        status, _head, _body = await line.ask("batch", _batch(path, body, person.cookie))
        person.has_arrived |= status == 200  # noqa: PLR2004
    status, head, told = await line.ask("batch", _batch(path, body, person.cookie))
    if status != 200:  # noqa: PLR2004
        return
    person.has_arrived = True
    if found := _COOKIE.search(head):
        person.cookie = found[1].decode()
    elif not person.cookie:
        person.cookie = person.key
    person.acknowledged.update({n: answer for n, (answer, _c) in sent.items()})
    person.pending = {n: row for n, row in person.pending.items() if row[1] > upto}
    person.pool = [n for n, _text in json.loads(told)["next"] if n not in person.pending]
    if person.chance.random() < RESENDS:
        await line.ask("batch", _batch(path, body, person.cookie))
    if person.chance.random() < LATE:
        await line.ask("batch", _batch(path, person.first_body, person.cookie))


def _batch(path: str, body: str, cookie: str) -> bytes:
    cookies = f"csrftoken={TOKEN}" + (f"; talk={cookie}" if cookie else "")
    return _plain(post(f"{path}answers/", body, cookies), accept=b"application/json")


def _plain(request: bytes, accept: bytes = b"") -> bytes:
    """Leave out compression: unpacking would cost this process, not the server."""
    request = request.replace(b"Accept-Encoding: gzip\r\n", b"")
    return request.replace(b"\r\n", b"\r\nAccept: " + accept + b"\r\n", 1) if accept else request


def main() -> None:
    """Make the conversation, let people vote, look everything up, count twice."""
    from config import cli  # noqa: PLC0415

    cli.ensure_database()
    tongxin("init")
    import django  # noqa: PLC0415

    django.setup()
    from bench.talks_check import count_twice, look_up  # noqa: PLC0415

    conversation = world()
    path = f"/p/{CODE}/talks/{conversation.matter.code}/"
    people = [Person(n, Random(n), n % 3) for n in range(PEOPLE)]
    line = Line()
    with server([sys.executable, "-m", "config", "serve"]):
        begun = time.perf_counter()
        asyncio.run(crowd(people, path, line))
        told(line, time.perf_counter() - begun)
        wrong = look_up(conversation, people)
    wrong += count_twice(conversation)
    print("all right" if not wrong else f"WRONG: {wrong}")
    sys.exit(bool(wrong))


@dataclass
class Ground:
    """As much of a committee as a conversation needs; the rest of it stays empty."""

    committee: Committee

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Work within it."""
        from django.db import transaction  # noqa: PLC0415

        from tongxin.foundation.core import tenancy  # noqa: PLC0415

        with tenancy.scope([self.committee.pk]), transaction.atomic():
            yield


def world() -> Conversation:
    """Return a new open conversation with its statements."""
    from tests import talks  # noqa: PLC0415
    from tongxin.foundation.organization.models import Committee  # noqa: PLC0415

    ground = cast("House", Ground(Committee.objects.get(code=CODE, is_public=True)))
    seeds = [f"第{n}条看法：镇上应当先办好这一件事。" for n in range(1, STATEMENTS + 1)]
    return talks.now(talks.make_conversation(ground, seeds=seeds))


async def crowd(people: list[Person], path: str, line: Line) -> None:
    """Let everybody take part at once."""
    ends_at = time.monotonic() + SECONDS
    await asyncio.gather(*(live(person, path, line, ends_at) for person in people))


def told(line: Line, took: float) -> None:
    """Print how quick it was."""
    for what, times in line.times.items():
        times.sort()
        p50, p95, p99 = (times[int(len(times) * share)] * 1000 for share in (0.5, 0.95, 0.99))
        print(
            f"{what:<6}{len(times):>7} answers {len(times) / took:7.1f}/s   p50 {p50:7.1f} ms   p95 {p95:7.1f} ms"
            f"   p99 {p99:7.1f} ms"
        )
    statuses = ", ".join(f"{what} {status}: {n}" for (what, status), n in sorted(line.statuses.items()))
    print(f"{took:.0f} s; {statuses}; broken connections {line.broken}, idle ones closed {line.idle}")


if __name__ == "__main__":
    main()
