"""Numbers that were reported from elsewhere: entered with document and person, taken back with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.core.figures import find_figure
from tongxin.readers.statistics.models import ReportedNumber
from tongxin.readers.statistics.permissions import can_keep_numbers

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def enter_reported(*, actor: Actor, row: ReportedNumber) -> ReportedNumber:
    """Keep a reported number. It stands beside what is counted here, never in it.

    Raises:
        PermissionDenied: actor does not keep the numbers of this committee.
        Refused: there is no such figure, or the same was reported before.
    """
    require(can_keep_numbers(actor), because=_("报送数由政协机关工作人员录入。"))
    committee_id = actor.committee_id or 0
    figure = find_figure(row.figure, committee_id)
    ensure(figure is not None and figure.is_open_to(actor), because=_("没有这个数字。"))
    row.committee_id = committee_id
    row.by_id, row.by_name = actor.user_id, actor.name
    row.entered_on = clock.today()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("这个数字在这段时间已经报过了。要改的话，先把原来的撤回。")) from error
    record(
        actor=actor,
        action="statistics.enter_reported",
        target=f"statistics.reportednumber:{row.pk}",
        figure=row.figure,
        place=row.place_id or "",
        period=row.period.key,
        value=str(row.value),
        document=row.document,
    )
    return row


@transaction.atomic
def withdraw_reported(*, actor: Actor, row: ReportedNumber, reason: str) -> None:
    """Take a reported number back; it stays in the list, struck out, with the reason.

    Raises:
        PermissionDenied: actor does not keep the numbers of this committee.
        Refused: it was taken back before.
    """
    row = ReportedNumber.objects.select_for_update().get(pk=row.pk)
    require(
        can_keep_numbers(actor) and row.committee_id == actor.committee_id,
        because=_("报送数由政协机关工作人员撤回。"),
    )
    ensure(row.withdrawn_on is None, because=_("这个报送数已经撤回了。"))
    row.withdrawn_on, row.withdrawn_reason = clock.today(), reason
    row.save(update_fields=["withdrawn_on", "withdrawn_reason"])
    record(
        actor=actor,
        action="statistics.withdraw_reported",
        target=f"statistics.reportednumber:{row.pk}",
        figure=row.figure,
        period=row.period.key,
        reason=reason,
    )
