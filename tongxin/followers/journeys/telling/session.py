"""What a deliberation session was, in public words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongxin.activities.grassroots.enums import SessionState
from tongxin.capabilities.matters.models import Visibility
from tongxin.followers.journeys.telling.step import DONE, NOW, PublicStep
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tongxin.activities.grassroots.models import DeliberationSession


def tell(session: DeliberationSession, *, present: int) -> list[PublicStep]:
    """Return that people sat together, or will.

    Args:
        session: the session. What was agreed is told only if it was announced to everybody.
        present: how many came, of those with and without a name in the list.
    """
    state = session.state
    is_public = session.matter.visibility == Visibility.PUBLIC
    if state == SessionState.CANCELLED:
        return []
    if session.held_on is None:
        day = session.starts_at.astimezone(clock.ZONE).date()
        if not is_public:
            return [PublicStep(NOW, None, _("正在准备协商议事会"))]
        return [PublicStep(NOW, day, _("要坐在一起商量"), session.venue)]
    came = ngettext("%(n)s人到场。", "%(n)s人到场。", present) % {"n": present} if present else ""
    if state != SessionState.RECORDED:
        return [PublicStep(DONE, session.held_on, _("坐在一起商量了"), came + _("正在整理记录。"))]
    agreed = _("商定：{text}").format(text=session.agreed) if is_public and session.agreed else ""
    return [PublicStep(DONE, session.held_on, _("坐在一起商量了"), came + agreed)]
