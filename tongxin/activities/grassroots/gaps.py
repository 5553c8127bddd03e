"""What the record of a session still lacks before it can be archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from tongxin.activities.grassroots.models import DeliberationSession


def gaps_in(session: DeliberationSession, *, somebody_came: bool, is_disputed: bool) -> list[str]:
    """Return what is missing, in words; nothing when the record can be archived. No query.

    Args:
        session: the record.
        somebody_came: whether at least one person is on the list of those present.
        is_disputed: whether two devices wrote different things and nobody has chosen yet.
    """
    missing = []
    if not somebody_came:
        missing.append(_("到会的人（至少一位）"))
    if not (session.agreed.strip() or session.not_agreed.strip()):
        missing.append(_("达成一致的，或者没有达成一致的"))
    if is_disputed:
        missing.append(_("两台设备写得不一样的地方，还没有选定"))
    return missing
