"""Any small scenario that can hold together is made, and every figure of it is what was stated."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scenario.world import installed, load, printed_of, stated, value_of
from tongxin.foundation.core import clock

pytestmark = pytest.mark.django_db
_TODAY = date(2026, 10, 9)
_SMALL, _SOME = st.integers(0, 12), st.integers(1, 12)
_WORDS = st.sampled_from([None, "余", "多", "以上", "超", "约", "左右"])
_SPANS = st.sampled_from([None, "2021", "2025-03", "今年", "去年", "五年"])
# What can stand beside anything else of the list.
_COUNTED = (
    "grassroots.sessions",
    "grassroots.member_attendances",
    "grassroots.suggestions",
    "grassroots.problems_solved",
    "topics.collected",
    "proposals.party_proposals",
    "proposals.supervisions.bridge",
    "organization.staff_promoted",
    "organization.posts.selected",
)
_STANDING = (
    "grassroots.stations",
    "grassroots.rooms",
    "grassroots.townships",
    "organization.posts.worker",
    "organization.attached_investigators",
    "proposals.quality_rules",
)


def _counted() -> st.SearchStrategy[dict[str, object]]:
    return st.builds(
        lambda figure, value, word, span: stated(figure, value, qualifier=word, period=span),
        st.sampled_from(_COUNTED),
        _SOME,
        _WORDS,
        _SPANS,
    )


def _standing() -> st.SearchStrategy[dict[str, object]]:
    return st.builds(stated, st.sampled_from(_STANDING), _SMALL)


@given(
    st.lists(_counted(), max_size=5, unique_by=lambda f: f["figure"]),
    st.lists(_standing(), max_size=4, unique_by=lambda f: f["figure"]),
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_scenario_of_independent_figures_holds(
    counted: list[dict[str, Any]], standing: list[dict[str, Any]]
) -> None:
    standing_of = {f["figure"]: f["value"] for f in standing}
    # These hang together: without a session nobody comes to one, and rooms hold what townships have.
    standing = [
        f
        for f in standing
        if f["figure"] != "grassroots.townships" or standing_of.get("grassroots.rooms", 12) >= f["value"]
    ]
    if any(f["figure"] == "grassroots.sessions" for f in counted):
        counted = [f for f in counted if f["figure"] in ("grassroots.sessions", *_COUNTED[4:])]
    with clock.at(_TODAY), transaction.atomic():
        installed()
        load(镇原县=[*counted, *standing])
        for f in (*counted, *standing):
            _holds(f)
        transaction.set_rollback(True)


def _holds(f: dict[str, Any]) -> None:
    value = value_of("镇原县", f["figure"], f["period"])
    word, bound = f["qualifier"] or "", f["value"]
    assert bound <= value < max(bound * 1.5, bound + 1), (f, value)
    printed = printed_of("镇原县", f["figure"], f["period"])
    assert printed in {f"{bound}{word}", f"{word}{bound}"}, (f, value)
    assert word in printed
