"""Signing a report: its numbers are frozen with the rows behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.readers.statistics.counting import rows_of
from tongxin.readers.statistics.models import NumberCode
from tongxin.readers.workreports.checking import check_report, texts_of
from tongxin.readers.workreports.marks import codes_in, marks_in
from tongxin.readers.workreports.models import FrozenNumber, WorkReport
from tongxin.readers.workreports.numbers import Standing, standings
from tongxin.readers.workreports.permissions import can_sign_report

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def sign_report(*, actor: Actor, report: WorkReport, version: int) -> WorkReport:
    """Sign a report; from now on it stays as it is, and so do its numbers.

    Args:
        version: of the text that the person read.

    Raises:
        PermissionDenied: not a leader.
        Refused: it is signed already, somebody changed it since, or the check has open points.
    """
    locked = WorkReport.objects.select_for_update().get(pk=report.pk)
    ensure(locked.state == WorkReport.State.DRAFT, because=_("报告已经签发。"))
    require(can_sign_report(actor, locked), because=_("工作报告由政协领导签发。"))
    ensure(version == locked.version, because=_("您看过以后报告又有改动，请再看一遍。"))
    checked = check_report(actor, locked)
    ensure(
        not checked.count,
        because=_(
            "还有%(n)d处数字没有核对好，先核对再签发：数字变了%(changed)d处，没有依据%(typed)d处，"
            "数据码打不开%(lost)d处。"
        )
        % {
            "n": checked.count,
            "changed": len(checked.changed),
            "typed": len(checked.unlinked),
            "lost": len(checked.lost),
        },
    )
    frozen = _freeze(locked)
    locked.state = WorkReport.State.SIGNED
    locked.signed_on, locked.signed_by_id, locked.signed_by_name = clock.today(), actor.user_id, actor.name
    locked.version += 1
    locked.save()
    record(
        actor=actor,
        action="workreports.sign_report",
        target=f"workreports.workreport:{locked.pk}",
        numbers={one.code.code: one.printed for one in frozen},
    )
    return locked


def _freeze(report: WorkReport) -> list[FrozenNumber]:
    texts = [text for _place, text in texts_of(report, report.sections.all())]
    shown = {
        mark.code: mark.shown
        for text in reversed(texts)
        for mark in reversed(marks_in(text))
        if not mark.than
    }
    codes = codes_in(texts)
    rows = {
        row.code: row for row in NumberCode.objects.filter(committee_id=report.committee_id, code__in=codes)
    }
    numbers = standings(report.committee_id, codes)
    found = [
        FrozenNumber(
            committee_id=report.committee_id,
            report=report,
            code=rows[code],
            value=numbers[code].value,
            printed=shown.get(code) or numbers[code].printed(),
            row_ids=things_behind(numbers[code], report.committee_id),
        )
        for code in codes
    ]
    FrozenNumber.objects.bulk_create(found)
    return found


def things_behind(number: Standing, committee_id: int) -> list[str]:
    """Return what was counted, by its keys. One query."""
    rows = rows_of(number.figure, committee_id, number.period, number.by, number.part)
    things = number.figure.things(rows).order_by()
    return sorted({str(key) for key in things.values_list("pk", flat=True)})
