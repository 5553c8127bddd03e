"""What was signed stays, copies go to who asked, acts ask for leave themselves: in work reports and reports upward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from tests.access.filling import filled
from tests.access.world import fingerprint
from tests.access.world_reports import BELOW, CITY, COUNTY_OF_B, PROVINCE
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.actions import asking, reporting
from tongxin.readers.rollup.models import Received, ReceivedValue, Request, Sheet
from tongxin.readers.workreports.actions import settling, signing, writing
from tongxin.readers.workreports.models import WorkReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Browser, World

ROLLUP_TABLES = ("request", "sheet", "sheetvalue", "received", "receivedvalue")
REPORT_TABLES = ("sentencetemplate", "workreport", "section", "typednumber", "frozennumber")
TABLES = [
    *(f"rollup_{name}" for name in ROLLUP_TABLES),
    *(f"workreports_{name}" for name in REPORT_TABLES),
]


def everywhere(world: World) -> list[int]:
    """Return both committees with those above and below them."""
    around = Committee.objects.filter(code__in=(CITY, PROVINCE, COUNTY_OF_B, *BELOW))
    return [*world.committee_ids, *around.values_list("pk", flat=True)]


def signed_reports_stay(browser: Browser) -> list[str]:
    """Send every form of a draft to a report that was signed: nothing of it changes."""
    ids = browser.world.a.ids
    tables = [f"workreports_{name}" for name in REPORT_TABLES]
    wrong = []
    for verb in ("edit", "insert", "discard", "set_right", "link", "vouch", "sign"):
        who = "leader" if verb == "sign" else "staff"
        with transaction.atomic():
            _url, data = filled(browser, f"workreports:{verb}", who)
            before = fingerprint(tables, browser.world.committee_ids)
            url = reverse(f"workreports:{verb}", args=[ids["workreport.signed"]])
            answer = browser.ask(who, "POST", url, {**data, "once": ""})
            if fingerprint(tables, browser.world.committee_ids) != before or answer.status not in {404, 409}:
                wrong.append(f"{verb} of a signed report answered {answer.status}")
            transaction.set_rollback(True)
    return wrong


def sheets_that_were_signed_stay(browser: Browser) -> list[str]:
    """Send every form of a sheet to one that was signed: neither it nor its copy changes."""
    ids = browser.world.a.ids
    tables = [f"rollup_{name}" for name in ROLLUP_TABLES]
    wrong = []
    for verb, who in (("prepare", "staff"), ("put_back", "leader"), ("sign", "leader"), ("drop", "staff")):
        with transaction.atomic():
            before = fingerprint(tables, everywhere(browser.world))
            url = reverse(f"rollup:{verb}", args=[ids["sheet.signed"]])
            answer = browser.ask(who, "POST", url, {"remark": "另一句话", "seen": "x"})
            if fingerprint(tables, everywhere(browser.world)) != before or answer.status != 409:
                wrong.append(f"{verb} of a signed sheet answered {answer.status}")
            transaction.set_rollback(True)
    return wrong


def copies_go_to_who_asked(browser: Browser) -> list[str]:
    """Sign a sheet and look where its copy is: with the committee that asked, and there alone."""
    world = browser.world
    others = [one for one in everywhere(world) if one != world.a.house.committee.pk]
    with transaction.atomic():
        url, data = filled(browser, "rollup:sign", "leader")
        with tenancy.scope(others):
            known = set(ReceivedValue.objects.values_list("pk", flat=True))
        answer = browser.ask("leader", "POST", url, data)
        with tenancy.scope(everywhere(world)):
            sheet = Sheet.objects.get(pk=world.a.ids["sheet.ready"])
            copied = ReceivedValue.objects.exclude(pk__in=known).filter(
                received__request__key=sheet.request_key
            )
            found = {
                (one.committee_id, one.received.committee_id) for one in copied.select_related("received")
            }
        transaction.set_rollback(True)
    expected = {(sheet.to_id, sheet.to_id)}
    return (
        []
        if found == expected
        else [f"signed with {answer.status}, the copy is with {found}, not {expected}"]
    )


def acts_ask_for_leave(browser: Browser) -> list[str]:
    """Call every act as somebody whose it is not: it refuses by itself, whatever the page asked before."""
    wrong = []
    for name, who, act in _acts(browser.world):
        with transaction.atomic(), browser.world.a.house.at_work():
            try:
                act(browser.world.actor(who))
            except PermissionDenied:
                pass
            except Refused as no:
                wrong.append(f"{name} told {who}: {no.message}")
            else:
                wrong.append(f"{name} did as {who} said")
            transaction.set_rollback(True)
    return wrong


def _acts(world: World) -> list[tuple[str, str, Callable[[Any], Any]]]:
    ids = world.a.ids
    with world.a.house.at_work():
        sheets = {one.pk: one for one in Sheet.objects.all()}
        ready, draft = sheets[ids["sheet.ready"]], sheets[ids["sheet.draft"]]
        signed, correction = sheets[ids["sheet.signed"]], sheets[ids["sheet.correction"]]
        asked = Request.objects.get(pk=ids["request.answered"])
        received = Received.objects.get(pk=ids["received.in"])
        clean = WorkReport.objects.get(pk=ids["workreport.clean"])
        report = WorkReport.objects.get(pk=ids["workreport.draft"])
    return [
        ("sign_sheet", "staff", lambda a: reporting.sign_sheet(actor=a, sheet=ready, seen="")),
        ("put_back_sheet", "auditor", lambda a: reporting.put_back_sheet(actor=a, sheet=ready)),
        ("ask_signature", "leader", lambda a: reporting.ask_signature(actor=a, sheet=draft, remark="")),
        ("correct_sheet", "leader", lambda a: reporting.correct_sheet(actor=a, sheet=signed, reason="x")),
        ("drop_correction", "leader", lambda a: reporting.drop_correction(actor=a, sheet=correction)),
        ("remind_missing", "leader", lambda a: asking.remind_missing(actor=a, request=asked)),
        ("withdraw_request", "leader", lambda a: asking.withdraw_request(actor=a, request=asked)),
        ("tell_medians", "auditor", lambda a: asking.tell_medians(actor=a, request=asked)),
        ("return_sheet", "leader", lambda a: asking.return_sheet(actor=a, received=received, reason="x")),
        ("sign_report", "staff", lambda a: signing.sign_report(actor=a, report=clean, version=clean.version)),
        ("copy_report", "leader", lambda a: writing.copy_report(actor=a, report=clean)),
        ("discard_report", "leader", lambda a: writing.discard_report(actor=a, report=clean)),
        ("set_right", "auditor", lambda a: settling.set_right(actor=a, report=report)),
    ]


LOOKS = [signed_reports_stay, sheets_that_were_signed_stay, copies_go_to_who_asked, acts_ask_for_leave]
