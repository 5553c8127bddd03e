"""Giving out codes, taking them back, and counting how often they are scanned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.capabilities.codes.models import AccessCode, ScanCount
from tongxin.capabilities.codes.permissions import can_issue_for_event, can_manage_codes
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from tongxin.capabilities.matters.models import Matter
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node

_NOT_YOURS = gettext_lazy("只有机关工作人员和本会管理员管理码。")
_IS_GONE = gettext_lazy("这个码已经作废。")
_Status = AccessCode.Status
_ADD = (
    f'INSERT INTO {ScanCount._meta.db_table} AS counted (id, committee_id, code_id, "on", count)'  # noqa: S608, SLF001 (ours)
    ' VALUES (%s, %s, %s, %s, %s) ON CONFLICT (code_id, "on")'
    " DO UPDATE SET count = counted.count + EXCLUDED.count"
)


@transaction.atomic
def issue_code(*, actor: Actor, node: Node | None = None, matter: Matter | None = None) -> AccessCode:
    """Give a place or an event its code (赋码); one that has a code keeps it.

    Args:
        actor: for an event, the caller has checked that the actor holds it.
        node: the place, or
        matter: the event.

    Raises:
        PermissionDenied: the actor gives out no codes here.
        Refused: the place is no longer there.
    """
    if node is None:
        require(can_issue_for_event(actor), because=_NOT_YOURS)
        code = AccessCode(matter=matter)
    else:
        require(can_manage_codes(actor), because=_NOT_YOURS)
        ensure(_is_there(node), because=_("这个网点已经撤销。"))
        code = AccessCode(node=node)
    if _insert(actor, [code]):
        _record(actor, "codes.issue_code", code)
    return AccessCode.objects.current().select_related("committee").get(node=node, matter=matter)


@transaction.atomic
def issue_codes(*, actor: Actor, nodes: Iterable[Node]) -> list[AccessCode]:
    """Give all these places a code that have none; return the new ones.

    Two people who do it at the same moment give out one each place: who comes second finds nothing left.
    """
    require(can_manage_codes(actor), because=_NOT_YOURS)
    # In one order, so that two runs never wait for each other crosswise.
    places = sorted((n for n in nodes if _is_there(n)), key=lambda n: n.pk)
    coded = set(AccessCode.objects.current().filter(node__in=places).values_list("node_id", flat=True))
    made = _insert(actor, [AccessCode(node=n) for n in places if n.pk not in coded])
    if made:
        record(
            actor=actor,
            action="codes.issue_codes",
            count=len(made),
            nodes=[str(code.node_id) for code in made],
        )
    return made


@transaction.atomic
def suspend_code(*, actor: Actor, code: AccessCode, reason: str) -> AccessCode:
    """Let a code lead nowhere for a while; what hangs on the wall stays good."""
    locked = _lock(actor, code)
    ensure(locked.status == _Status.ACTIVE, because=_("这个码不在使用中，不用暂停。"))
    return _end(actor, locked, _Status.SUSPENDED, reason, "codes.suspend_code")


@transaction.atomic
def resume_code(*, actor: Actor, code: AccessCode) -> AccessCode:
    """Let a suspended code lead to its place again."""
    locked = _lock(actor, code)
    ensure(locked.status == _Status.SUSPENDED, because=_("这个码没有暂停，不用恢复。"))
    locked.status, locked.ended_at = _Status.ACTIVE, None
    locked.ended_reason = locked.ended_by_name = ""
    locked.save(update_fields=["status", "ended_at", "ended_reason", "ended_by_name"])
    _record(actor, "codes.resume_code", locked)
    return locked


@transaction.atomic
def revoke_code(*, actor: Actor, code: AccessCode, reason: str) -> AccessCode:
    """End a code for ever (作废). It stays as history; its place can be given another."""
    return _end(actor, _lock(actor, code), _Status.REVOKED, reason, "codes.revoke_code")


@transaction.atomic
def reissue_code(*, actor: Actor, code: AccessCode, reason: str) -> AccessCode:
    """Give the place or event of a code another one (换码). The old posters no longer lead anywhere."""
    old = _end(actor, _lock(actor, code), _Status.REVOKED, reason, "codes.revoke_code")
    new = AccessCode(node_id=old.node_id, matter_id=old.matter_id)
    ensure(bool(_insert(actor, [new])), because=_("刚才已经有人换过码了，请看最新的码。"))
    _record(actor, "codes.reissue_code", new, replaces=str(old.pk))
    return new


@transaction.atomic
def note_printed(*, actor: Actor, codes: Iterable[AccessCode]) -> None:
    """Remember that posters with these codes were made today. The caller has checked that the actor prints them."""
    ids = [code.pk for code in codes]
    AccessCode.objects.filter(pk__in=ids).update(printed_on=clock.today())
    record(actor=actor, action="codes.print_posters", count=len(ids), codes=[str(pk) for pk in ids])


def count_scan(code: AccessCode) -> None:
    """Count one scan of a code on this day, and nothing else: no phone, no network, no person, no hour.

    It happens after the page that was scanned has committed, in a transaction of its own that holds the day's row
    for one statement, so a poster that everybody scans keeps nobody waiting. A page does not fail by its count.
    """
    committee_id, code_id, on = code.committee_id, code.pk, clock.today()

    def add() -> None:
        _add_scan(committee_id, code_id, on)

    transaction.on_commit(add, robust=True)


@dataclass(frozen=True, slots=True)
class PastScans:
    """One line of a count kept before: how often a code was scanned on a day."""

    code: AccessCode
    on: date
    count: int


@transaction.atomic
def enter_past_scans(*, actor: Actor, lines: Sequence[PastScans], source: str) -> int:
    """Add scans that were counted elsewhere, such as by posters of an earlier system; return how many.

    Raises:
        PermissionDenied: the actor gives out no codes here.
        Refused: a day lies ahead, nothing was counted, or a code is another committee's.
    """
    require(can_manage_codes(actor), because=_NOT_YOURS)
    committee_id, today = actor.committee_id or 0, clock.today()
    for line in lines:
        ensure(line.on <= today and line.count > 0, because=_("扫码次数要写过去的日期和大于0的数。"))
        ensure(line.code.committee_id == committee_id, because=_("这个码不在本会。"))
    with connection.cursor() as cursor:
        cursor.executemany(
            _ADD, [[uuid4(), committee_id, line.code.pk, line.on, line.count] for line in lines]
        )
    total = sum(line.count for line in lines)
    record(actor=actor, action="codes.enter_past_scans", source=source, scans=total)
    return total


def _add_scan(committee_id: int, code_id: UUID, on: date) -> None:
    with tenancy.scope([committee_id]), transaction.atomic(), connection.cursor() as cursor:
        # A count lost in a power cut is no loss; not to wait for the disk keeps the row free.
        cursor.execute("SET LOCAL synchronous_commit = off")
        # The key is random: one made of the clock would tell the moment of the day's first scan.
        cursor.execute(_ADD, [uuid4(), committee_id, code_id, on, 1])


def _is_there(node: Node) -> bool:
    return node.ended_on is None or node.ended_on > clock.today()


def _insert(actor: Actor, codes: list[AccessCode]) -> list[AccessCode]:
    """Insert codes for places and events that have none; return those that were inserted.

    The constraint decides, not a look beforehand: a second insert waits for the first and then does nothing.
    """
    for code in codes:
        code.committee_id = actor.committee_id or 0
        code.issued_by_id, code.issued_by_name = actor.user_id, actor.name[:60]
    AccessCode.objects.bulk_create(codes, ignore_conflicts=True)
    kept = set(AccessCode.objects.filter(pk__in=[c.pk for c in codes]).values_list("pk", flat=True))
    return [code for code in codes if code.pk in kept]


def _lock(actor: Actor, code: AccessCode) -> AccessCode:
    require(can_manage_codes(actor) and code.committee_id == actor.committee_id, because=_NOT_YOURS)
    locked: AccessCode = AccessCode.objects.select_for_update().get(pk=code.pk)
    ensure(locked.status != _Status.REVOKED, because=_IS_GONE)
    return locked


def _end(actor: Actor, locked: AccessCode, status: str, reason: str, action: str) -> AccessCode:
    ensure(bool(reason.strip()), because=_("请写原因。"))
    locked.status, locked.ended_at = status, clock.now()
    locked.ended_reason, locked.ended_by_name = reason.strip()[:120], actor.name[:60]
    locked.save(update_fields=["status", "ended_at", "ended_reason", "ended_by_name"])
    _record(actor, action, locked, reason=locked.ended_reason)
    return locked


def _record(actor: Actor, action: str, code: AccessCode, **detail: Any) -> None:  # noqa: ANN401 (as of record)
    # Not the token: who reads the log need not be able to open the place's page.
    hangs_at = f"organization.node:{code.node_id}" if code.node_id else f"matters.matter:{code.matter_id}"
    record(actor=actor, action=action, target=f"codes.accesscode:{code.pk}", hangs_at=hangs_at, **detail)
