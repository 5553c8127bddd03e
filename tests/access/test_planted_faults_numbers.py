"""Faults put into numbers and the registers behind them on purpose: each one must be noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.access import fields_numbers
from tests.access.test_planted_faults import FAULTS, bare, planted, serve, urls
from tongxin.activities.proposals.views import quality_rules
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.figures import Figure, find_figure
from tongxin.foundation.organization import actions_staff
from tongxin.readers.statistics import codes as code_pages
from tongxin.readers.statistics import counting
from tongxin.readers.statistics.actions import reporting as reporting_actions
from tongxin.readers.statistics.actions import tables as table_actions
from tongxin.readers.statistics.actions import wording as wording_actions
from tongxin.readers.statistics.counting import opened_url
from tongxin.readers.statistics.models import NumberCode, SavedTableQuerySet
from tongxin.readers.statistics.opening import asked, facts
from tongxin.readers.statistics.views import codes, tables

if TYPE_CHECKING:
    from tests.access.world import Browser
    from tongxin.foundation.core.access import Actor

_ELSEWHERE = set(FAULTS)


def yes(*_a: Any, **_k: Any) -> bool:
    """What a careless question answers."""
    return True


def widened(patch: pytest.MonkeyPatch, name: str, *roles: str) -> None:
    """Let these roles too through the policy of a URL."""
    serve(patch, name, policy(*roles)(bare(name)))


@planted(urls("statistics:opened", people=("proposer", "tenant_admin"), kinds=("own",)))
def numbers_opened_to_everybody(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(Figure, "is_open_to", yes)


@planted(urls("statistics:opened_export", people=("outsider", "clerk_a", "reviewer"), kinds=("own",)))
def rows_handed_out_to_everybody(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def any_figure(actor: Actor, figure_id: str) -> Figure:
        if (found := find_figure(figure_id, actor.committee_id or 0)) is None:
            raise asked.Unknown(figure_id)
        return found

    patch.setattr(asked, "figure_for", any_figure)


@planted(urls("statistics:opened", people=("staff",), kinds=("foreign",)))
def numbers_of_another_committee_found(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    other = browser.world.b.house.committee

    def find(figure_id: str, committee_id: int) -> Figure | None:
        with tenancy.scope([committee_id, other.pk]):
            return find_figure(figure_id, committee_id) or find_figure(figure_id, other.pk)

    patch.setattr(asked, "find_figure", find)


@planted(urls("statistics:code", people=("staff",), kinds=("foreign",)))
def code_of_another_committee_resolves(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def page_of_code(_actor: Actor, code: str) -> str:
        with tenancy.scope(browser.world.committee_ids):
            row = NumberCode.objects.filter(code=code).first()
        if row is None:
            raise asked.Unknown(code)
        return opened_url(row.figure)

    patch.setattr(codes, "page_of_code", page_of_code)


@planted(urls("statistics:code", people=("proposer", "tenant_admin"), kinds=("own",)))
def codes_resolve_for_everybody(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(code_pages, "figure_for", yes)


@planted(fields_numbers.codes_lead_only_whom_their_number_is_for)
def codes_betray_that_there_is_a_number(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def told(actor: Actor, figure_id: str) -> Figure:
        try:
            return asked.figure_for(actor, figure_id)
        except asked.Unknown as error:
            raise PermissionDenied from error

    patch.setattr(code_pages, "figure_for", told)


@planted(fields_numbers.small_parts_are_not_told)
def small_part_opened_by_its_address(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(facts, "_is_untold", lambda *_a: False)


@planted(fields_numbers.small_parts_are_not_told)
def small_parts_listed(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(counting, "hidden_parts", lambda *_a: set())


@planted(fields_numbers.small_parts_are_not_told)
def small_cells_of_a_table_told(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(counting, "hidden_cells", lambda *_a: set())


@planted(urls("statistics:table", people=("staff", "leader", "auditor"), kinds=("own",)))
def private_tables_opened_to_who_looks(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(SavedTableQuerySet, "visible_to", lambda self, a: self.filter(committee_id=a.committee_id))


@planted(urls("statistics:table_change", people=("leader",), kinds=("own",)))
def shared_tables_changed_by_who_looks(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    for module in (tables, table_actions):
        patch.setattr(module, "may_change", yes)


@planted(urls("statistics:wording", people=("leader",), kinds=("own",)))
def wording_chosen_without_leave(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(wording_actions, "can_keep_numbers", yes)
    widened(patch, "statistics:wording", "staff", "leader")


@planted(urls("statistics:reported_withdraw", people=("auditor",), kinds=("own",)))
def reported_number_withdrawn_by_an_auditor(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(reporting_actions, "can_keep_numbers", yes)
    widened(patch, "statistics:reported_withdraw", "staff", "auditor")


@planted(urls("organization:staff_post_edit", people=("auditor",), kinds=("own",)))
def staff_post_edited_by_an_auditor(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(actions_staff, "can_keep_staff", yes)
    widened(patch, "organization:staff_post_edit", "staff", "tenant_admin", "auditor")


@planted(urls("proposals:quality_rules", people=("leader",), kinds=("own",)))
def quality_rule_entered_by_who_reads(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(quality_rules, "KEEPERS", ("staff", "tenant_admin", "leader"))


FAULTS_HERE = sorted(set(FAULTS) - _ELSEWHERE)


@pytest.mark.parametrize("name", FAULTS_HERE)
def test_fault_of_numbers_planted_is_caught(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, name: str, record_property: Any
) -> None:
    fault = FAULTS[name]
    fault.plant(monkeypatch, browser)
    assert fault.look(browser) != [], f"nobody noticed: {name}"
    record_property("faults", 1)


@pytest.mark.parametrize("name", FAULTS_HERE)
def test_fault_of_numbers_not_planted_is_not_reported(browser: Browser, name: str) -> None:
    assert FAULTS[name].look(browser) == []


def test_faults_of_numbers_are_enough() -> None:
    assert len(FAULTS_HERE) >= 12
