"""What the page of one code shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongxin.capabilities.codes.addresses import code_url, has_public_url
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.codes.permissions import can_manage_codes, can_print_code
from tongxin.capabilities.codes.posters import picture_uri, place_name
from tongxin.capabilities.codes.selectors.lists import TONES, event_url
from tongxin.capabilities.codes.selectors.scans import Chart, month_chart, recent_total

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

_Status = AccessCode.Status


@dataclass(frozen=True, slots=True)
class Past:
    """One code of the place's history."""

    code: AccessCode
    tone: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One code as its page shows it."""

    code: AccessCode
    name: str
    tone: str
    url: str
    picture_uri: str
    history: list[Past]
    chart: Chart
    recent: int
    # Posters with an older code of this place still hang somewhere.
    has_old_posters: bool
    has_public_url: bool
    event_url: str
    may_manage: bool
    may_print: bool

    @property
    def is_active(self) -> bool:
        """Whether it leads somewhere."""
        return self.code.status == _Status.ACTIVE

    @property
    def is_suspended(self) -> bool:
        """Whether it leads nowhere for a while."""
        return self.code.status == _Status.SUSPENDED

    @property
    def is_revoked(self) -> bool:
        """Whether it will never lead anywhere again."""
        return self.code.status == _Status.REVOKED


def shown_code(actor: Actor, code: AccessCode) -> Shown:
    """Return a code with the history of its place and its scans."""
    history = list(
        AccessCode.objects.visible_to(actor)
        .filter(node=code.node, matter=code.matter)
        .order_by("-issued_at", "-pk")
    )
    replaced = any(old.printed_on for old in history if old.status == _Status.REVOKED)
    return Shown(
        code=code,
        name=place_name(code),
        tone=TONES[code.status],
        url=code_url(code),
        picture_uri=picture_uri(code),
        history=[Past(past, TONES[past.status], past.pk == code.pk) for past in history],
        chart=month_chart(actor, code),
        recent=recent_total(actor, code),
        has_old_posters=replaced and code.status == _Status.ACTIVE and code.printed_on is None,
        has_public_url=has_public_url(),
        event_url=event_url(actor, code),
        may_manage=can_manage_codes(actor) and code.status != _Status.REVOKED,
        may_print=can_print_code(actor, code) and code.status == _Status.ACTIVE,
    )
