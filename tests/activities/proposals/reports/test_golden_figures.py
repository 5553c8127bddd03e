"""The figures of an imported session are those that its published report states."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from tests.activities.proposals.reports.test_golden import imported
from tests.activities.proposals.reports.workbooks import FIRST_OF_11TH, PROVINCE
from tongxin.activities.proposals.figures import FIGURES
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.figures import EVER, figure
from tongxin.foundation.organization.models import Committee
from tongxin.readers.statistics.counting import parts_of, values_of

if TYPE_CHECKING:
    from pathlib import Path


def test_figures_of_an_imported_session_are_those_that_were_published(fresh_db: str, tmp_path: Path) -> None:
    imported(FIRST_OF_11TH, tmp_path)
    committee = Committee.objects.get(code=PROVINCE)
    answered = figure("proposals.replied")
    classes = answered.breakdown("reply_class")
    assert classes is not None

    with tenancy.scope([committee.pk]), transaction.atomic():
        found = values_of(FIGURES, committee.pk, EVER)
        by_class = parts_of(answered, committee.pk, EVER, classes)

    got = {key.removeprefix("proposals."): one.value for key, one in found.items()}
    assert [got[name] for name in ("received", "filed", "collective", "replied")] == [820, 799, 133, 799]
    assert [got[name] for name in ("class_a_rate", "reply_rate", "in_hand")] == [
        Decimal("52.3"),
        Decimal("100.0"),
        0,
    ]
    assert [(p.label[0], p.value) for p in by_class] == [("A", 418), ("B", 265), ("C", 116)]
