"""The machine behind the matrix: asks every URL as everybody, and says which answers are wrong.

It knows nothing of the code but its URLs. The same machine shows planted faults and row-level security.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.expectations import LINES, Line, Target
from tests.access.world import MISSING, PEOPLE, Answer, Browser, fingerprint, touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SIGN_IN = "/accounts/sign-in/"
# Their purpose is to lead there.
LEAD_TO_SIGN_IN = {"accounts:sign_out", "accounts:second_factor"}
THROUGH = {200, 302, 409, 422}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
# As long as a receipt, and shorter than a token.
_ABSENT = {int: 999_999_999, UUID: MISSING, date: date(2026, 11, 30), str: "zzzzzzzzzz"}
_CSRF = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]+"|csrf-token" content="[^"]+"|"X-CSRFToken": ?"[^"]+"'
)
_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def every_url() -> dict[str, Any]:
    """Return every URL's view, by full name; one without a name by its pattern."""

    def walk(patterns: Iterable[Any], prefix: str, route: str) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from walk(pattern.url_patterns, space, route + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                yield (
                    (f"{prefix}{pattern.name}" if pattern.name else route + str(pattern.pattern)),
                    pattern.callback,
                )

    return dict(walk(get_resolver().url_patterns, "", "/"))


@dataclass
class Report:
    """How much was asked, and what was wrong."""

    probes: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Report) -> None:
        self.probes += other.probes
        self.failures += other.failures


@dataclass(frozen=True)
class Probe:
    """One question, and the answers that are right."""

    name: str
    who: str
    method: str
    url: str
    data: dict[str, Any]
    expected: set[int]


class Prober:
    """Asks one URL after the other; after each probe the world is as before."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.world = browser, browser.world
        self.report = Report()
        self._touched = touched()
        self._missing: dict[tuple[str, str, str], Answer] = {}

    def check(
        self, name: str, people: Iterable[str] = PEOPLE, kinds: Iterable[str] = ("own", "foreign", "missing")
    ) -> Report:
        """Ask one URL as these people; return what was asked and what was wrong."""
        line = LINES[name]
        before = self.report.probes, len(self.report.failures)
        worked = False
        for number, target in enumerate(line.targets):
            speakers = self._speakers(name, line, target, people) if number == 0 else set()
            for who in people:
                if "own" in kinds:
                    worked |= self._own(name, line, target, who, rare=who in speakers)
                if (
                    "foreign" in kinds
                    and target.is_addressable
                    and (target.args(self.world.a) or target.data(self.world.a))
                ):
                    self._elsewhere(name, line, target, who, all_people=number == 0)
        if "own" in kinds and "GET" in line.methods and not worked and set(people) == set(PEOPLE):
            self._wrong(
                name, "anybody", "GET", "opens for nobody: the world lacks an object in the right state"
            )
        return Report(self.report.probes - before[0], self.report.failures[before[1] :])

    def _speakers(self, name: str, line: Line, target: Target, people: Iterable[str]) -> set[str]:
        """Return one person for each right answer: they ask by HEAD and by the methods that the page lacks.

        Policies do not look at the method, and HEAD is answered by what answers GET. From page to page it is
        somebody else, so that over all pages everybody asks by every method.
        """
        by_answer: dict[tuple[int, ...], list[str]] = {}
        for who in people:
            expected = self._expected(line, target, who, "GET", known=True)
            by_answer.setdefault(tuple(sorted(expected)), []).append(who)
        turn = crc32(name.encode())
        return {alike[turn % len(alike)] for alike in by_answer.values()}

    def _own(self, name: str, line: Line, target: Target, who: str, *, rare: bool) -> bool:
        url, data = reverse(name, kwargs=target.args(self.world.a)), target.data(self.world.a)
        worked = False
        self.browser.plain_missing = True
        for method in METHODS:
            listed = method in line.methods
            if not listed and not rare:
                continue
            known = listed or (method == "HEAD" and "GET" in line.methods)
            expected = self._expected(line, target, who, method, known=known)
            answer = self._ask(Probe(name, who, method, url, data, expected))
            worked |= method == "GET" and answer.status in {200, 302}
        self.browser.plain_missing = False
        if rare and who == "anonymous" and not line.is_public:
            self._htmx(name, url, line.methods.split()[0])
        return worked

    def _expected(self, line: Line, target: Target, who: str, method: str, *, known: bool) -> set[int]:
        if who not in line.passes:
            return {302} if who == "anonymous" else {403}
        if not known:
            return {405}
        if who in target.may or (who in target.reads and method in {"GET", "HEAD"}):
            return THROUGH
        return {403} if who in target.sees | target.reads else {404}

    def _ask(self, probe: Probe) -> Answer:
        self.report.probes += 1
        reads = probe.method in {"GET", "HEAD"}
        refused = not reads and not probe.expected & THROUGH
        written: list[str] = []
        after: dict[str, str] = {}
        with transaction.atomic():
            answer = self.browser.ask(probe.who, probe.method, probe.url, probe.data)
            if reads or refused:
                written = self._written()
            if refused and written:
                # Something was attempted; whether it was undone shows only the content.
                after = fingerprint(written, self.world.committee_ids)
            transaction.set_rollback(True)
        self._compare(probe, answer)
        if reads and (wrote := set(written) - LINES[probe.name].get_may_write):
            self._wrong(probe.name, probe.who, probe.method, f"{probe.url} wrote to {sorted(wrote)}")
        if refused and written and after != fingerprint(written, self.world.committee_ids):
            what = f"{probe.url} was refused and yet changed one of {written}"
            self._wrong(probe.name, probe.who, probe.method, what)
        if not reads:
            self._touched = touched()
        return answer

    def _written(self) -> list[str]:
        """Return the tables that were written to since the last look."""
        now = touched()
        changed = sorted(t for t, n in now.items() if n != self._touched.get(t))
        self._touched = now
        return changed

    def _compare(self, probe: Probe, answer: Answer) -> None:
        led_to_sign_in = answer.status == 302 and answer.location.startswith(SIGN_IN)
        if answer.status not in probe.expected:
            what = f"{probe.url} answered {answer.status}, expected {sorted(probe.expected)}"
        elif (
            answer.status == 302
            and probe.name not in LEAD_TO_SIGN_IN
            and led_to_sign_in != (probe.who not in LINES[probe.name].passes)
        ):
            what = f"{probe.url} led to {answer.location}"
        else:
            return
        self._wrong(probe.name, probe.who, probe.method, what, answer)

    def _elsewhere(self, name: str, line: Line, target: Target, who: str, *, all_people: bool) -> None:
        """Another committee's object answers exactly like one that does not exist."""
        if not (who in target.may or all_people):
            return
        if who not in line.passes and who != "anonymous":
            # The policy speaks before any object is looked for; that was probed with the own one.
            return
        foreign, missing = (
            target.args(self.world.b),
            _without(target.args(self.world.a), target.args(self.world.b)),
        )
        data = target.data(self.world.b) | {"committee": self.world.b.ids["committee"]}
        for method in line.methods.split():
            expected = {404}
            if who not in line.passes:
                expected = {302} if who == "anonymous" else {403}
            tampered = {"committee": str(self.world.b.ids["committee"])}
            url, nowhere = reverse(name, kwargs=foreign), reverse(name, kwargs=missing)
            there = self._ask(Probe(name, who, method, url, data | tampered, expected))
            if not foreign:
                continue
            gone = self._gone(Probe(name, who, method, nowhere, data | tampered, expected))
            if there.status == 404 and faceless(there.body, url, *_words(foreign)) != faceless(
                gone.body, nowhere, *_words(missing)
            ):
                self._wrong(name, who, method, "a foreign object answers otherwise than a missing one")

    def _gone(self, probe: Probe) -> Answer:
        """Ask for what does not exist, once for each person."""
        key = probe.url, probe.who, probe.method
        if key not in self._missing:
            self._missing[key] = self._ask(probe)
        return self._missing[key]

    def _htmx(self, name: str, url: str, method: str) -> None:
        self.report.probes += 1
        answer = self.browser.ask("anonymous", method, url, hx_request="true")
        if answer.status != 401 or answer.headers.get("HX-Redirect") != SIGN_IN:
            self._wrong(name, "anonymous", method, f"by htmx answered {answer.status}, expected 401", answer)

    def without_token(self, name: str) -> Report:
        """A POST without the token of its form is refused, whoever sends it."""
        line, target = LINES[name], LINES[name].targets[0]
        who = min(line.passes & target.may)
        before = len(self.report.failures)
        with transaction.atomic():
            answer = self.browser.ask(
                who,
                "POST",
                reverse(name, kwargs=target.args(self.world.a)),
                target.data(self.world.a),
                csrf=True,
            )
            if answer.status != 403:
                self._wrong(name, who, "POST", f"without a token answered {answer.status}", answer)
            transaction.set_rollback(True)
        self.report.probes += 1
        return Report(1, self.report.failures[before:])

    def _wrong(self, name: str, who: str, method: str, what: str, answer: Answer | None = None) -> None:
        why = f" ({answer.error!r})" if answer and answer.error else ""
        self.report.failures.append(f"{name} {method} as {who}: {what}{why}")


def _without(own: dict[str, Any], foreign: dict[str, Any]) -> dict[str, Any]:
    """The same arguments with ids that nobody has, where the two sides differ."""
    return {k: v if v == foreign[k] else _ABSENT[type(v)] for k, v in own.items()}


def _words(args: dict[str, Any]) -> list[str]:
    """What the address itself says, which a page may repeat."""
    return [v for v in args.values() if isinstance(v, str)]


def faceless(body: bytes, url: str = "", *words: str) -> bytes:
    """Without what differs between any two answers: tokens, ids, the page's own address and its words."""
    for own in (url, *words):
        body = body.replace(own.encode(), b"URL") if own else body
    return _ID.sub(b"ID", _CSRF.sub(b"", body))
