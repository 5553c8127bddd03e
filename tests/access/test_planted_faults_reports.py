"""Faults put into reports upward and work reports on purpose: each one must be noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.shortcuts import get_object_or_404

from tests.access import looks_reports
from tests.access.test_planted_faults import FAULTS, bare, planted, serve, urls
from tests.access.test_planted_faults_village import whole_committee
from tests.access.world_reports import BELOW
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import policy
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.actions import asking, reporting
from tongxin.readers.rollup.models import Received, ReceivedValue, Request, Sheet
from tongxin.readers.rollup.views import reports, requests, sheets
from tongxin.readers.workreports.actions import settling, signing
from tongxin.readers.workreports.actions import writing as writing_actions
from tongxin.readers.workreports.models import TypedNumber, WorkReport, WorkReportQuerySet
from tongxin.readers.workreports.views import check, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Browser

_ELSEWHERE = set(FAULTS)


def of_any(model: Any, *committee_ids: int) -> Callable[..., Any]:
    """Look for something without asking whose it is, in these committees too."""

    def found(_request: Any, pk: Any) -> Any:
        with tenancy.scope([*tenancy.current().committee_ids, *committee_ids]):
            names = [f.name for f in model._meta.fields if f.is_relation]
            return get_object_or_404(model.objects.select_related(*names), pk=pk)

    return found


@planted(urls("workreports:report", "workreports:edit", people=("staff",), kinds=("foreign",)))
def report_of_another_committee_opens(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(writing, "report_of", of_any(WorkReport, browser.world.b.house.committee.pk))


@planted(urls("workreports:report", "workreports:word", people=("auditor",), kinds=("own",)))
def drafts_shown_to_the_auditor(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(WorkReportQuerySet, "visible_to", whole_committee)


@planted(looks_reports.signed_reports_stay)
def signed_report_written_again(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def editable(_actor: Any, report: WorkReport) -> WorkReport:
        return WorkReport.objects.select_for_update().get(pk=report.pk)

    patch.setattr(writing_actions, "editable", editable)
    patch.setattr(settling, "editable", editable)


@planted(urls("workreports:insert", people=("staff",), kinds=("own",)))
def form_of_a_signed_report_opened(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(writing, "draft_of", writing.report_of)


@planted(urls("workreports:sign", people=("staff",), kinds=("own",)))
def reports_signed_by_staff(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "workreports:sign", policy("staff", "leader")(bare("workreports:sign")))


@planted(looks_reports.acts_ask_for_leave)
def signature_of_a_report_without_leave(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(signing, "can_sign_report", lambda *_a: True)


@planted(urls("workreports:take_back", people=("staff",), kinds=("own",)))
def source_taken_back_through_another_report(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(check, "get_object_or_404", lambda _rows, pk: TypedNumber.objects.get(pk=pk))


@planted(urls("rollup:received", people=("staff",), kinds=("foreign",)))
def what_another_committee_received_opens(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(reports, "_received", of_any(Received, browser.world.b.house.committee.pk))


@planted(urls("rollup:request", people=("leader",), kinds=("foreign",)))
def request_of_another_committee_opens(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(requests, "_request", of_any(Request, browser.world.b.house.committee.pk))


@planted(urls("rollup:correct", people=("staff",), kinds=("own",)))
def sheet_of_a_committee_below_opens(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    below = Committee.objects.get(code=BELOW[0])
    patch.setattr(sheets, "_sheet", of_any(Sheet, below.pk))


@planted(looks_reports.acts_ask_for_leave)
def sheet_signed_without_leave(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(reporting, "can_sign", lambda *_a: True)


@planted(looks_reports.acts_ask_for_leave)
def requests_kept_by_everybody(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(asking, "can_keep", lambda *_a: True)


@planted(looks_reports.copies_go_to_who_asked)
def copy_written_into_a_wrong_committee(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    class Wrong:
        objects = ReceivedValue.objects

        def __new__(cls, **words: Any) -> ReceivedValue:  # type: ignore[misc]
            return ReceivedValue(**{**words, "committee_id": words["received"].sender_id})

    patch.setattr(reporting, "ReceivedValue", Wrong)


@planted(looks_reports.sheets_that_were_signed_stay)
def signed_sheet_prepared_again(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(reporting, "_prepared", lambda _actor, sheet: sheet)


FAULTS_HERE = sorted(set(FAULTS) - _ELSEWHERE)


@pytest.mark.parametrize("name", FAULTS_HERE)
def test_fault_of_reports_planted_is_caught(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, name: str, record_property: Any
) -> None:
    fault = FAULTS[name]
    fault.plant(monkeypatch, browser)
    assert fault.look(browser) != [], f"nobody noticed: {name}"
    record_property("faults", 1)


@pytest.mark.parametrize("name", FAULTS_HERE)
def test_fault_of_reports_not_planted_is_not_reported(browser: Browser, name: str) -> None:
    assert FAULTS[name].look(browser) == []


def test_faults_of_reports_are_enough() -> None:
    assert len(FAULTS_HERE) >= 12
