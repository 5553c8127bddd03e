"""Where a member can stand and how that changes. Each change needs a decision and its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core.lifecycle import Lifecycle, Move, State
from tongxin.foundation.organization.enums import MemberStatus
from tongxin.foundation.organization.permissions import can_manage_organization

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member

_S = MemberStatus
_SERVING = (_S.ACTIVE, _S.SUSPENDED)


def _may(actor: Actor, member: Member) -> bool:
    return can_manage_organization(actor, member.committee_id)


def _move(
    verb: str, sources: tuple[MemberStatus, ...], target: MemberStatus, label: object, *, grave: bool = False
) -> Move[Member]:
    return Move(verb=verb, sources=sources, target=target, may=_may, label=label, grave=grave)  # type: ignore[arg-type]


MEMBER: Lifecycle[Member] = Lifecycle(
    states={
        s.code: s
        for s in (
            State(_S.NOMINATED, _S.NOMINATED.label, 0, "wait"),
            State(_S.ACTIVE, _S.ACTIVE.label, 1, "ok"),
            State(_S.SUSPENDED, _S.SUSPENDED.label, 1, "soon"),
            State(_S.RESIGNED, _S.RESIGNED.label, 2, "stop", final=True),
            State(_S.REMOVED, _S.REMOVED.label, 2, "stop", final=True),
            State(_S.REVOKED, _S.REVOKED.label, 2, "stop", final=True),
            State(_S.TERM_ENDED, _S.TERM_ENDED.label, 2, "stop"),
            State(_S.DECEASED, _S.DECEASED.label, 2, "stop", final=True),
        )
    },
    moves={
        m.verb: m
        for m in (
            _move("appoint", (_S.NOMINATED,), _S.ACTIVE, _("确认为委员")),
            _move("suspend", (_S.ACTIVE,), _S.SUSPENDED, _("暂停履职")),
            _move("reinstate", (_S.SUSPENDED,), _S.ACTIVE, _("恢复履职")),
            # Elected again: the number stays.
            _move("renew", (_S.TERM_ENDED,), _S.ACTIVE, _("连任")),
            _move("resign", _SERVING, _S.RESIGNED, _("辞去委员"), grave=True),
            _move("remove", (_S.NOMINATED, *_SERVING), _S.REMOVED, _("免去委员"), grave=True),
            _move("revoke", _SERVING, _S.REVOKED, _("撤销委员资格"), grave=True),
            _move("end_term", _SERVING, _S.TERM_ENDED, _("届满")),
            _move("record_death", (_S.NOMINATED, *_SERVING), _S.DECEASED, _("登记去世"), grave=True),
        )
    },
    steps=(_("提名"), _("任职"), _("离任")),
    state_of=lambda member: member.status,
)


def verb_between(source: str, target: str) -> str | None:
    """Return the move that leads from one status to another in one step, if there is one."""
    return next((m.verb for m in MEMBER.moves.values() if source in m.sources and m.target == target), None)
