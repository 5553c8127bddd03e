"""A load of HTTP requests over keep-alive connections: bounded in count and time, this machine only."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Result:
    """What a run of requests gave.

    Attributes:
        per_second: answered requests per second.
        p50_ms, p95_ms: median and 95th percentile of the time to the last byte, milliseconds.
        statuses: how many answers of each status.
        bytes_each: median size of an answer's body, as sent.
    """

    per_second: float
    p50_ms: float
    p95_ms: float
    statuses: dict[int, int]
    bytes_each: int


def run(
    port: int, request: Callable[[int], bytes], *, count: int, connections: int = 16, seconds: float = 60
) -> Result:
    """Send ``count`` requests, ``request(n)`` being the n-th, over so many connections, for at most ``seconds``."""
    return asyncio.run(_run(port, request, count, connections, seconds))


async def _run(
    port: int, request: Callable[[int], bytes], count: int, connections: int, seconds: float
) -> Result:
    numbers = iter(range(count))
    times: list[float] = []
    sizes: list[int] = []
    statuses: dict[int, int] = {}
    ends_at = time.monotonic() + seconds

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(_HOST, port)
        for number in numbers:
            if time.monotonic() > ends_at:
                break
            begun = time.perf_counter()
            writer.write(request(number))
            status, size = await _answer(reader)
            times.append(time.perf_counter() - begun)
            sizes.append(size)
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(connections)))
    took = time.perf_counter() - begun
    times.sort()
    return Result(
        per_second=len(times) / took,
        p50_ms=times[len(times) // 2] * 1000,
        p95_ms=times[int(len(times) * 0.95)] * 1000,
        statuses=statuses,
        bytes_each=sorted(sizes)[len(sizes) // 2],
    )


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" in head:
        size = 0
        while length := int(await reader.readline(), 16):
            await reader.readexactly(length + 2)
            size += length
        await reader.readline()
        return status, size
    marker = head.find(b"content-length:")
    size = int(head[marker + 15 : head.index(b"\r\n", marker)]) if marker >= 0 else 0
    await reader.readexactly(size)
    return status, size


def get(path: str, cookies: str = "") -> bytes:
    """Return a GET request as a browser sends it."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {_HOST}", "Accept: text/html", "Accept-Encoding: gzip"]
    if cookies:
        lines.append(f"Cookie: {cookies}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, body: str, cookies: str) -> bytes:
    """Return the POST of a form."""
    data = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {_HOST}\r\nAccept-Encoding: gzip\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data
