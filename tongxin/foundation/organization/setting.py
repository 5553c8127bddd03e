"""Changing what a committee sets for itself: limits and small tables. A used row is switched off, not deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import Refused, require
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.foundation.core.access import Actor

_Set = TypeVar("_Set", bound=models.Model)


@transaction.atomic
def save_setting(*, actor: Actor, row: _Set, changed: Iterable[str], action: str, because: str) -> _Set:
    """Add or change the limits of a committee, or one row of its tables. What runs keeps the limit it was given.

    Args:
        actor: an administrator of the committee.
        row: the limits or the row, as the form filled it in.
        changed: the names of the fields that differ.
        action: what the audit log calls it.
        because: what somebody else reads.

    Raises:
        PermissionDenied: the actor does not administer this committee.
        Refused: the committee has a row of that name already.
    """
    owned: Any = row
    require(actor.has(Role.TENANT_ADMIN) and owned.committee_id == actor.committee_id, because=because)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as twice:
        raise Refused(_("已经有同样编号或名称的一行了，请换一个。")) from twice
    record(
        actor=actor,
        action=action,
        target=f"{row._meta.label_lower}:{row.pk}",  # noqa: SLF001
        changed={name: str(getattr(row, name)) for name in changed},
    )
    return row
