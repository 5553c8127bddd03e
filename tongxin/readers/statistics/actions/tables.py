"""Keeping a free table: saved, renamed, shared, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import Role
from tongxin.readers.statistics.models import SavedTable

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.readers.statistics.tables.asking import Asked

# Who keeps tables; the auditor looks at those that are shared.
KEEPERS = (Role.STAFF, Role.LEADER)
NOT_YOURS = gettext_lazy("这张表是别人做的，只有做表的人能改。可以照着另存一张。")


@transaction.atomic
def save_table(*, actor: Actor, asked: Asked, name: str, is_shared: bool) -> SavedTable:
    """Keep a table under a name, for oneself or for the committee."""
    require(actor.has(*KEEPERS), because=_("您的岗位不保存统计表。"))
    ensure(asked.is_whole, because=_("这张表还没有选全，保存不了。"))
    _ensure_free(actor, name)
    words = asked.words
    table = SavedTable.objects.create(
        committee_id=actor.committee_id or 0,
        name=name,
        figure=words["figure"],
        rows=words["rows"],
        columns=words["columns"],
        period=words["period"],
        is_shared=is_shared,
        by_id=actor.user_id,
        by_name=actor.name,
    )
    _record(actor, "save_table", table)
    return table


@transaction.atomic
def change_table(*, actor: Actor, table: SavedTable, name: str, is_shared: bool) -> None:
    """Give one's table another name, share it, or keep it to oneself again."""
    table = SavedTable.objects.select_for_update().get(pk=table.pk)
    require(may_change(actor, table), because=NOT_YOURS)
    _ensure_free(actor, name, but=table)
    table.name, table.is_shared = name, is_shared
    table.save(update_fields=["name", "is_shared"])
    _record(actor, "change_table", table)


@transaction.atomic
def delete_table(*, actor: Actor, table: SavedTable) -> None:
    """Throw one's table away; the numbers stay."""
    table = SavedTable.objects.select_for_update().get(pk=table.pk)
    require(may_change(actor, table), because=NOT_YOURS)
    _record(actor, "delete_table", table)
    table.delete()


def may_change(actor: Actor, table: SavedTable) -> bool:
    """Say whether this person made the table and still may keep tables."""
    return actor.has(*KEEPERS) and table.by_id == actor.user_id


def _ensure_free(actor: Actor, name: str, but: SavedTable | None = None) -> None:
    taken = SavedTable.objects.filter(committee_id=actor.committee_id or 0, by_id=actor.user_id, name=name)
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    ensure(not taken.exists(), because=_("您已经有一张叫“%(name)s”的表，请换个名称。") % {"name": name})


def _record(actor: Actor, verb: str, table: SavedTable) -> None:
    record(
        actor=actor,
        action=f"statistics.{verb}",
        target=f"statistics.savedtable:{table.pk}",
        name=table.name,
        figure=table.figure,
        is_shared=table.is_shared,
    )
