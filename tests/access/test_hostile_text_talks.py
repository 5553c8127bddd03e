"""Hostile text in online conversations: whatever people send, and the tables that everybody may take home."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from tests.access.fields_talks import say
from tests.access.payloads import PAYLOADS, UNSTORABLE
from tests.access.test_hostile_text import _FORMULA, parts_of, poison
from tongxin.activities.conversations.models import Statement
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.sheets import FORMULA_STARTS

if TYPE_CHECKING:
    from tests.access.world import Answer, Browser

_FEW = (*PAYLOADS[:: len(PAYLOADS) // 16], *UNSTORABLE)
_MARK = "0123456789abcdef"


def _posted(browser: Browser, who: str, url: str, data: dict[str, Any], **more: Any) -> Answer | None:
    with transaction.atomic():
        try:
            answer = browser.ask(who, "POST", url, data, **more)
        except UnicodeEncodeError:
            answer = None  # Half a character cannot be sent.
        transaction.set_rollback(True)
    return answer


def test_reasons_in_hostile_words_are_kept_as_words(browser: Browser) -> None:
    ids = browser.world.a.ids
    talk, pending = ids["talk.open"], ids["statement.pending"]
    url, kept = reverse("conversations:reject", args=[talk]), 0
    for text in _FEW:
        sent = {"statements": [str(pending)], "step": "confirm", "ready": "own", "words": text}
        with transaction.atomic():
            try:
                answer = browser.ask("staff", "POST", url, sent)
            except UnicodeEncodeError:
                transaction.set_rollback(True)
                continue
            assert answer.status in {302, 422}, (text, answer.error)
            if answer.status == 302:
                page = browser.ask("staff", "GET", f"{answer.location.partition('?')[0]}?tab=rejected")
                assert not [part for part in parts_of(page.text) if part[0].startswith("zz-")]
                with tenancy.scope(browser.world.committee_ids):
                    kept += Statement.objects.get(pk=pending).state == "rejected"
            transaction.set_rollback(True)
    assert kept > len(PAYLOADS[:: len(PAYLOADS) // 16]) // 2


def test_statements_in_hostile_words_break_neither_door(browser: Browser) -> None:
    taken = 0
    for who, room in (("anonymous", "talks"), ("proposer", "conversations")):
        for text in _FEW:
            with transaction.atomic():
                try:
                    answer = say(browser, who, room, text, cookies={"talk": _MARK * 2})
                except UnicodeEncodeError:
                    transaction.set_rollback(True)
                    continue
                assert answer.status in {302, 422}, (room, text, answer.error)
                taken += answer.status == 302
                transaction.set_rollback(True)
    assert taken > len(_FEW)


def test_answers_that_make_no_sense_are_refused(browser: Browser) -> None:
    ids = browser.world.a.ids
    broken = []
    sizes = ("1:2", "0:1", "99999:1", "-1:1", "1:1," * 600, "1:1,1:-1", "１:1", "1:1\x00", "1:١", "1e1:1")
    for who, url in (
        ("anonymous", reverse("talks:answers", args=["620881", ids["talk.open.number"]])),
        ("proposer", reverse("conversations:answers", args=[ids["talk.open"]])),
    ):
        for text in (*_FEW, *sizes):
            bodies = (
                {"answers": text},
                {"number": text, "answer": "1"},
                {"number": "1", "answer": text},
                {"answers": "1:1", "device": text, "counter": "1"},
                {"answers": "1:1", "device": _MARK, "counter": text},
                {"answers": "1:1", "key": text},
            )
            for body in bodies:
                answer = _posted(browser, who, url, body, accept="application/json")
                if answer and answer.status not in {200, 422}:
                    broken.append(f"{url} {body} answered {answer.status} {answer.error!r}")
    assert broken == []


def test_devices_with_hostile_cookies_are_new_devices(browser: Browser) -> None:
    number = browser.world.a.ids["talk.open.number"]
    for name in ("vote", "map", "say"):
        url = reverse(f"talks:{name}", args=["620881", number])
        for text in _FEW:
            for cookie in ("talk", "talk_seen"):
                assert browser.ask("anonymous", "GET", url, cookies={cookie: text}).status == 200


def test_text_starts_no_formula_in_the_open_data(browser: Browser) -> None:
    url = reverse("conversations:map_data", args=[browser.world.a.ids["talk.open"]])
    formulas = [text for text in PAYLOADS if text.lstrip()[:1] in _FORMULA and text]
    wrong, cells, guarded = [], 0, 0
    for texts in (formulas, formulas[::-1], formulas[7:], PAYLOADS):
        with transaction.atomic():
            poison(browser.world, offset=0, payloads=texts)
            answer = browser.ask("staff", "GET", url)
            transaction.set_rollback(True)
        assert answer.status == 200, answer.error
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            tables = [name for name in archive.namelist() if name.endswith(".csv")]
            assert len(tables) == 3
            for name in tables:
                for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                    cells += len(row)
                    guarded += sum(cell[:1] == "'" for cell in row)
                    wrong += [f"{name}: {cell!r}" for cell in row if _is_formula(cell)]
    assert wrong == []
    assert cells > 200
    # The formulas really were in there.
    assert guarded > 0


def _is_formula(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell[:1] in FORMULA_STARTS and cell != ""
    return False
