"""Changing the sentences that reports are drafted from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import ensure, require
from tongxin.readers.workreports.models import SentenceTemplate
from tongxin.readers.workreports.permissions import can_draft_reports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import OwnedQuerySet


@transaction.atomic
def write_sentences(*, actor: Actor, area: str, sentences: Sequence[tuple[str, bool]], seen: str) -> None:
    """Keep the committee's own sentences of a part, in their order, each used or not.

    Args:
        seen: what stood there when the person opened the page, by `digest`.

    Raises:
        PermissionDenied: not the office.
        Refused: somebody else changed them meanwhile.
    """
    _ask(actor)
    rows = list(_rows(actor, area).select_for_update())
    ensure(seen == digest(rows), because=_("您打开以后，别人改过这些句子。您写的都在下面，请对照后再保存。"))
    _rows(actor, area).delete()
    SentenceTemplate.objects.bulk_create(
        SentenceTemplate(
            committee_id=actor.committee_id or 0, area=area, order=n, text=text, is_active=is_active
        )
        for n, (text, is_active) in enumerate(sentences)
    )
    record(actor=actor, action="workreports.write_sentences", target=area, count=len(sentences))


@transaction.atomic
def use_usual_sentences(*, actor: Actor, area: str) -> None:
    """Throw the committee's own sentences of a part away; the usual ones serve again.

    Raises:
        PermissionDenied: not the office.
    """
    _ask(actor)
    _rows(actor, area).delete()
    record(actor=actor, action="workreports.use_usual_sentences", target=area)


def digest(rows: Sequence[SentenceTemplate]) -> str:
    """Return what stands for some sentences as they are: their newest keys."""
    return str(max((row.pk for row in rows), default=""))


def _rows(actor: Actor, area: str) -> OwnedQuerySet[SentenceTemplate]:
    return SentenceTemplate.objects.filter(committee_id=actor.committee_id or 0, area=area)


def _ask(actor: Actor) -> None:
    require(can_draft_reports(actor), because=_("报告用的句子由政协机关维护。"))
