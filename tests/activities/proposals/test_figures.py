"""The figures of proposals: what each counts, along what, and in how many queries."""

from __future__ import annotations

import pytest

from tests import factories
from tongxin.activities.proposals.figures import FIGURES
from tongxin.foundation.core.figures import EVER, calendar_year
from tongxin.readers.statistics.counting import parts_of, rows_of, value_of, values_of

pytestmark = pytest.mark.django_db


def test_values_of_all_figures_cost_one_query(django_assert_num_queries) -> None:
    house = factories.make_house()
    with house.at_work():
        for period in (EVER, calendar_year(2026)):
            with django_assert_num_queries(1):
                found = values_of(FIGURES, house.committee.pk, period)
            assert {k: v.value for k, v in found.items() if v.value} == {}
            for f in FIGURES:
                for b in f.breakdowns:
                    parts_of(f, house.committee.pk, period, b)
                    rows_of(f, house.committee.pk, period, b.key, "").count()
                value_of(f, house.committee.pk, period)
