"""Hostile text in every column that people fill stays text: on every page, in every export, for everybody."""

from __future__ import annotations

import contextlib
import io
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from django.utils.http import urlencode
from lxml import html

from tests.access.expectations import LINES
from tests.access.filling import filled
from tests.access.payloads import PAYLOADS, UNSTORABLE
from tests.access.test_idempotency import sender_of
from tests.access.world import forget
from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.access.world import Answer, Browser, World

# Columns that code writes and compares; what people type is everywhere else.
_NOT_TYPED = {
    "accounts.User.username",
    "accounts.User.password",
    "accounts.User.phone_index",
    "accounts.DeviceSession.session_key",
    "notices.Notice.url",
    "jobs.Job.url",
    "jobs.Job.kind",
    "jobs.Job.file",
    "matters.TimelineEntry.verb",
    "matters.Counter.series",
    "files.StoredFile.sha256",
    "files.StoredFile.media_type",
    "files.StoredFile.content",
    "organization.Committee.code",
    "organization.Place.code",
    "organization.Member.number",
    "organization.Member.stroke_key",
    "matters.Matter.state",
    "matters.Matter.code",
    "organization.Session.code_prefix",
    "proposals.RejectReason.code",
    "proposals.ReplyClass.code",
    "organization.Committee.name",
    "organization.Committee.short_name",
    "deadlines.Deadline.kind",
    "codes.AccessCode.token",
    "grassroots.AppraisalItem.figure",
    "grassroots.RecordConflict.field",
    "grassroots.SyncedAct.kind",
    "topics.Topic.fingerprint",
    "topics.Voice.receipt_index",
    "rollup.SheetValue.figure",
    "rollup.ReceivedValue.figure",
    "workreports.SentenceTemplate.area",
    "workreports.Section.area",
    "statistics.NumberCode.code",
    *(f"statistics.NumberCode.{name}" for name in ("figure", "period", "by", "part")),
    *(f"statistics.Wording.{name}" for name in ("figure", "period")),
    "statistics.ReportedNumber.figure",
    *(f"statistics.SavedTable.{name}" for name in ("figure", "rows", "columns", "period")),
    *(f"conversations.Statement.{name}" for name in ("author_index", "fingerprint")),
    *(f"conversations.Voice.{name}" for name in ("key_index", "ballot")),
}
_FORMULA = "=+-@\t＝＋－＠"
_ROOMS = {
    "organization",
    "matters",
    "files",
    "deadlines",
    "notices",
    "jobs",
    "codes",
    "proposals",
    "topics",
    "grassroots",
    "accounts",
    "rollup",
    "workreports",
    "statistics",
    "conversations",
}
_SAFE_URLS = ("/", "#", "?", "mailto:", "tel:", "data:image/", "https://www.gov.cn", "http://www.gov.cn")
_URL_ATTRIBUTES = {
    "href",
    "src",
    "action",
    "formaction",
    "xlink:href",
    "data",
    "poster",
    "hx-get",
    "hx-post",
    "srcset",
}


def columns() -> Iterator[tuple[Any, list[models.Field[Any, Any]]]]:
    """Return every model with its columns of free text."""
    for model in apps.get_models():
        label = model._meta.app_label
        typed = [
            f
            for f in model._meta.get_fields()
            if type(f) in (models.CharField, models.TextField)
            and not f.choices  # type: ignore[union-attr]
            and not f.primary_key  # type: ignore[union-attr]
            and f"{label}.{model.__name__}.{f.name}" not in _NOT_TYPED
        ]
        if label in _ROOMS and typed:
            yield model, typed  # type: ignore[misc]


def poison(world: World, *, offset: int, innocent: bool = False, payloads: Sequence[str] = PAYLOADS) -> int:
    """Write another payload into every free text of both committees; return how many different ones."""
    forget()
    used: set[int] = set()
    n = offset
    with tenancy.scope(world.committee_ids):
        for model, typed in columns():
            rows = list(model._default_manager.all())
            for row in rows:
                for field in typed:
                    if not getattr(row, field.name):
                        continue
                    n += 1
                    text = payloads[n % len(payloads)].replace("\r", "").replace("\n", " ")
                    longest = getattr(field, "max_length", None) or 5000
                    # A few characters of their own keep what must be unique unique.
                    setattr(
                        row,
                        field.name,
                        f"关于甲乙丙丁的事{n}"[:longest]
                        if innocent
                        else f"{text[: longest - len(str(n))]}{n}",
                    )
                    used.add(n % len(payloads))
            _write(model, rows, [f.name for f in typed])
    return len(used)


def _write(model: Any, rows: list[Any], names: list[str]) -> None:
    """Write these columns of a table at once; row by row where the database checks one of them."""
    try:
        with transaction.atomic():
            model._default_manager.bulk_update(rows, names, batch_size=100)
    except DatabaseError:
        for row in rows:
            with contextlib.suppress(DatabaseError), transaction.atomic():
                model._default_manager.filter(pk=row.pk).update(**{n: getattr(row, n) for n in names})


def pages(browser: Browser, names: Iterable[str] = LINES, *, most: int = 4) -> dict[tuple[str, str], str]:
    """Open every page as a few of those who may, each object of it too."""
    return {place: answer.text for place, answer in answers(browser, names, most=most)}


def answers(
    browser: Browser, names: Iterable[str] = LINES, *, most: int = 4, each: int = 1
) -> Iterator[tuple[tuple[str, str], Answer]]:
    """Give the pages as they came; only each second, third … of all, where that is enough."""
    turn = count()
    for name, line in ((n, LINES[n]) for n in names):
        if "GET" not in line.methods or name in {"accounts:add_app", "accounts:add_passkey"}:
            continue
        for target in line.targets:
            url, asked = reverse(name, kwargs=target.args(browser.world.a)), target.data(browser.world.a)
            allowed = sorted(line.passes & target.may)
            few = (
                allowed
                if len(line.targets) > 1 and len(allowed) < 4
                else allowed[:: max(1, len(allowed) // 3)]
            )
            for who in (who for who in few[:most] if next(turn) % each == 0):
                with transaction.atomic():
                    answer = browser.ask(who, "GET", url, asked)
                    transaction.set_rollback(True)
                assert answer.status < 500, (name, who, answer.error)
                if answer.status == 200 and "text/html" in answer.headers["Content-Type"]:
                    yield (f"{url}?{urlencode(asked)}" if asked else url, who), answer


def parts_of(page: str) -> set[tuple[str, str]]:
    """Return every element and attribute of a page, and what is wrong with its addresses and scripts."""
    found = set()
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        found.add((element.tag, ""))
        for name, value in element.attrib.items():
            found.add((element.tag, name))
            if name in _URL_ATTRIBUTES and value.strip() and not value.strip().startswith(_SAFE_URLS):
                found.add((element.tag, f"{name} leads out: {value[:60]}"))
        if (
            element.tag == "script"
            and (element.text or "").strip()
            and element.get("type") != "application/json"
        ):
            found.add(("script", f"text: {element.text[:60]}"))
    return found


def test_payloads_are_many() -> None:
    assert len(PAYLOADS) >= 500


def test_text_stays_text_on_every_page(browser: Browser, record_property: Any) -> None:
    with transaction.atomic():
        poison(browser.world, offset=0, innocent=True)
        known: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for (url, _who), page in pages(browser).items():
            known[url] |= parts_of(page)
        transaction.set_rollback(True)
    wrong, used = [], 0
    # The second time other texts stand in the same places, and one reader of each is enough.
    for offset, most in ((0, 4), (373, 1)):
        with transaction.atomic():
            used = max(used, poison(browser.world, offset=offset))
            for (url, who), page in pages(browser, most=most).items():
                wrong += [f"{url} as {who}: {part}" for part in parts_of(page) - known[url]]
            transaction.set_rollback(True)
    record_property("payloads", used)
    assert used >= 500
    assert sorted(set(wrong)) == []


def test_text_that_is_not_escaped_is_noticed(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would show nothing."""
    names = ("proposals:detail", "organization:members", "publishing:proposal")
    with transaction.atomic():
        poison(browser.world, offset=0, innocent=True)
        known = {url: parts_of(page) for (url, _who), page in pages(browser, names).items()}
        transaction.set_rollback(True)
    monkeypatch.setattr("django.template.base.render_value_in_context", lambda value, _context: str(value))
    with transaction.atomic():
        poison(browser.world, offset=0)
        found = pages(browser, names)
        transaction.set_rollback(True)
    assert {url for (url, _who), page in found.items() if parts_of(page) - known[url]} == set(known)


def test_text_starts_no_formula_in_any_export(browser: Browser) -> None:
    wrong = []
    exports = [("staff", "/proposals/export/?tab=all"), ("tenant_admin", "/organization/posts/?export=1")]
    exports += [
        ("tenant_admin", f"{reverse(f'organization:{n}')}?export=1")
        for n in ("members", "units", "sectors", "bodies", "staff", "staff_changes")
    ]
    filed = reverse("statistics:opened_export", args=["proposals.filed"])
    exports += [("staff", url) for url in (filed, f"{filed}?by=topic", reverse("statistics:reported_export"))]
    exports += [
        ("staff", reverse("statistics:table_export") + "?figure=proposals.filed&rows=topic&columns=month")
    ]
    ids = browser.world.a.ids
    exports += [("staff", reverse("rollup:export", args=[ids["request.answered"]]))]
    exports += [("staff", reverse("workreports:numbers", args=[ids["workreport.draft"]]))]
    # First every text begins like a formula, then with another one, then they are anything.
    formulas = [text for text in PAYLOADS if text.lstrip()[:1] in _FORMULA and text]
    assert len(formulas) >= 20
    for texts in (formulas, formulas[::-1], PAYLOADS):
        with transaction.atomic():
            poison(browser.world, offset=0, payloads=texts)
            for who, url in exports:
                answer = browser.ask(who, "GET", url)
                assert answer.status == 200, (url, answer.error)
                for row in _rows(answer.body):
                    wrong += [f"{url}: {c.value!r}" for c in row if c.data_type == "f" or _starts_formula(c)]
            transaction.set_rollback(True)
    assert wrong == []


def _rows(book: bytes) -> Iterator[tuple[Any, ...]]:
    """Return the rows of every sheet of a workbook."""
    for sheet in openpyxl.load_workbook(io.BytesIO(book)).worksheets:
        yield from sheet.iter_rows()


def _starts_formula(cell: Any) -> bool:
    text = cell.value
    return isinstance(text, str) and text[:1] in _FORMULA and text[:1] != "" and not cell.quotePrefix


@pytest.mark.parametrize("name", sorted(n for n, line in LINES.items() if "POST" in line.methods))
def test_forms_take_hostile_text_without_breaking(browser: Browser, name: str) -> None:
    who = sender_of(name)
    broken = []
    opened: dict[str, str] = {}
    for text in (*PAYLOADS[:: len(PAYLOADS) // 8], *UNSTORABLE):
        with transaction.atomic():
            url, data = filled(browser, name, who, text, overwrite=True, opened=opened)
            keep = {k: v for k, v in data.items() if k in {"once", "version", "step", "decision", "answer"}}
            try:
                answer = browser.ask(who, "POST", url, {**data, **keep})
            except UnicodeEncodeError:
                answer = None  # Half a character cannot be sent.
            if answer and answer.status >= 500:
                broken.append(f"{text[:40]!r}: {answer.error!r}")
            transaction.set_rollback(True)
    assert broken == []


@pytest.mark.browser
def test_text_runs_nothing_in_a_real_browser(browser: Browser, chromium_path: str) -> None:
    from django.contrib.staticfiles import finders  # noqa: PLC0415
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with transaction.atomic():
        poison(browser.world, offset=0)
        rendered = {}
        for n, (_place, page) in enumerate(answers(browser, each=5)):
            policy = page.headers["Content-Security-Policy"]
            rendered[f"http://tongxin.test/{n}"] = (page.text, policy)
        transaction.set_rollback(True)
    said: list[str] = []

    def answer(route: Any) -> None:
        asked = route.request.url
        if asked in rendered:
            page, policy = rendered[asked]
            headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
            route.fulfill(body=page, headers=headers)
        elif "/static/" in asked and (path := finders.find(asked.split("/static/")[1].split("?")[0])):
            route.fulfill(path=path)
        elif asked.startswith("http://tongxin.test/"):
            route.fulfill(status=404, body="")
        else:
            said.append(f"asked for {asked}")
            route.abort()

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        tab = chromium.new_page()
        tab.route("**/*", answer)
        tab.on("dialog", lambda d: (said.append(f"dialog {d.message}"), d.dismiss()))
        tab.on("console", lambda m: said.append(m.text) if "Content Security Policy" in m.text else None)
        for url in rendered:
            tab.goto(url, wait_until="load")
        chromium.close()
    assert len(rendered) >= 24
    assert said == []
