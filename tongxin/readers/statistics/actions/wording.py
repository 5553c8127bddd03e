"""How a committee prints its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.wording import forms_of
from tongxin.readers.statistics.counting import value_of
from tongxin.readers.statistics.models import Wording
from tongxin.readers.statistics.permissions import can_keep_numbers

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.figures import Figure, Period
    from tongxin.foundation.core.wording import Form


@transaction.atomic
def choose_wording(*, actor: Actor, figure: Figure, period: Period, form: Form, always: bool = False) -> str:
    """Print a number so from now on; return how it reads.

    Args:
        period: the span that is looked at.
        always: for every span that has no choice of its own, not only for this one.

    Raises:
        PermissionDenied: actor does not keep the numbers of this committee.
        Refused: this cannot be said of the number as it is now.
    """
    require(can_keep_numbers(actor), because=_("数字怎么印，由政协机关工作人员定。"))
    committee_id = actor.committee_id or 0
    # Between two choices at one moment the later one counts.
    rows = Wording.objects.select_for_update().filter(committee_id=committee_id, figure=figure.id)
    list(rows)
    value = value_of(figure, committee_id, period).value
    ensure(
        form.key in {one.key for one in forms_of(value, figure.unit)},
        because=_("数字变了，现在是%(value)s%(unit)s，不能这样印。请重新选。")
        % {"value": value, "unit": figure.unit},
    )
    if always:
        # A choice of its own for this span would hide the new one.
        rows.filter(period=period.key).delete()
    Wording.objects.update_or_create(
        committee_id=committee_id,
        figure=figure.id,
        period="" if always else period.key,
        defaults={"word": form.word, "step": form.step, "in_wan": form.in_wan},
    )
    record(
        actor=actor,
        action="statistics.choose_wording",
        target=f"statistics.figure:{figure.id}",
        period="" if always else period.key,
        always=always,
        text=form.text,
    )
    return form.text
