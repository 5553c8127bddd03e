"""Reads what a phone kept at the desk while it was offline: who scanned which code, and when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.visiting import Arrival, log_visits
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Member
from tongxin.foundation.organization.nodes import keeps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node

# A day's scans of a busy desk.
SCANS_MOST = 2000
# A phone's clock may run ahead so far; what it kept longer than this is no longer believed.
_AHEAD = timedelta(minutes=10)
_KEPT = timedelta(days=31)
_TEXT_MOST = 40


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as the phone kept it."""

    nonce: str
    token: str
    member: str
    at: datetime | None


class Unheeded(Exception):  # noqa: N818 (it is an answer, not a fault)
    """One scan is not taken in; the message says why."""


def read_scans(body: bytes) -> list[Scan]:
    """Return the scans of an upload.

    Raises:
        Refused: it is no list of scans, or too long.
    """
    try:
        rows = json.loads(body)
    except ValueError:
        rows = None
    ensure(
        isinstance(rows, list) and all(isinstance(r, dict) for r in rows), because=_("读不出这些扫码记录。")
    )
    ensure(len(rows) <= SCANS_MOST, because=_("一次最多上传%d条，请分几次传。") % SCANS_MOST)
    return [_scan(row) for row in rows]


def take_in(*, actor: Actor, scans: list[Scan]) -> list[dict[str, str]]:
    """Turn scans into visits, each once, and say of each what became of it: done, again or refused."""
    codes = {
        c.token: c.node
        for c in AccessCode.objects.active()
        .filter(committee=actor.committee, token__in={s.token for s in scans}, node__isnull=False)
        .select_related("node")
        if c.node is not None and (c.node.ended_on is None or c.node.ended_on > clock.today())
    }
    numbers = {s.member for s in scans if s.member}
    members = dict(Member.objects.visible_to(actor).filter(number__in=numbers).values_list("number", "pk"))
    answers: list[dict[str, str]] = []
    arrivals: dict[UUID, Arrival] = {}
    for scan in scans:
        answer = {"nonce": scan.nonce, "status": "done"}
        answers.append(answer)
        try:
            arrival = _arrival(actor, scan, codes, members)
        except Unheeded as why:
            answer |= {"status": "refused", "message": str(why)}
        else:
            if arrival.nonce in arrivals:
                answer["status"] = "again"
            arrivals.setdefault(arrival.nonce, arrival)
    new = {str(n) for n in log_visits(actor=actor, arrivals=list(arrivals.values()))}
    for answer in answers:
        if answer["status"] == "done" and str(_uuid(answer["nonce"])) not in new:
            answer["status"] = "again"
    return answers


def _scan(row: Mapping[str, Any]) -> Scan:
    def text(key: str) -> str:
        value = row.get(key)
        return str(value)[:_TEXT_MOST] if value is not None else ""

    try:
        at = parse_datetime(text("at"))
    except ValueError:
        at = None
    return Scan(text("nonce"), text("token"), text("member").strip(), at if at and at.tzinfo else None)


def _arrival(actor: Actor, scan: Scan, codes: Mapping[str, Node], members: Mapping[str, UUID]) -> Arrival:
    nonce, node, now = _uuid(scan.nonce), codes.get(scan.token), clock.now()
    if nonce is None:
        raise Unheeded(_("这条记录没有编号。"))
    if node is None:
        # One and the same for revoked, suspended, foreign and unknown ones.
        raise Unheeded(_("这个码不能用。可能已经换了新码，请扫墙上现在贴的。"))
    if scan.at is None or not now - _KEPT <= scan.at <= now + _AHEAD:
        raise Unheeded(_("时间不对，请看看手机的日期和时间。"))
    return Arrival(nonce, node, _who(actor, scan, node, members), min(scan.at, now))


def _who(actor: Actor, scan: Scan, node: Node, members: Mapping[str, UUID]) -> UUID | None:
    if not scan.member:
        return actor.member_id
    member_id = members.get(scan.member)
    if member_id is not None and member_id == actor.member_id:
        return member_id
    if not (actor.has(Role.STAFF) or keeps(actor, node)):
        raise Unheeded(_("您只能记自己的走访。"))
    if member_id is None:
        raise Unheeded(_("没有编号是「%s」的委员。") % scan.member)
    return member_id


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
