"""Figures that a committee has of its own key proposals: one for each that has a short name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.figures.following import (
    SUPERVISION_BREAKDOWNS,
    SUPERVISION_SHOWN,
    supervisions,
)
from tongxin.activities.proposals.models import KeyProposal, SupervisionEvent
from tongxin.foundation.core.figures import Family, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from tongxin.foundation.core.figures import Period

_PREFIX = "proposals.supervisions."
_DEFINITION = _lazy("期内对这件重点提案的现场督办，每次计一次。督办会议和走访承办单位不计。")


def _on_site(key: UUID) -> Callable[[int, Period], QuerySet[SupervisionEvent]]:
    on_site = SupervisionEvent.Kind.ON_SITE
    return lambda committee_id, period: supervisions(committee_id, period).filter(key=key, kind=on_site)


def _figures(committee_id: int) -> Iterable[Figure]:
    named = KeyProposal.objects.filter(committee_id=committee_id).exclude(figure_key="")
    for pk, key, title in named.values_list("pk", "figure_key", "proposal__matter__title"):
        yield Figure(
            _PREFIX + key,
            _("现场督办：{title}").format(title=title),
            _lazy("次"),
            _DEFINITION,
            _on_site(pk),
            breakdowns=SUPERVISION_BREAKDOWNS,
            **SUPERVISION_SHOWN,
        )


SUPERVISIONS_OF = Family(
    _PREFIX,
    _lazy("一件重点提案的现场督办"),
    _lazy("每件写了简称的重点提案，有一个现场督办次数。"),
    _figures,
)
