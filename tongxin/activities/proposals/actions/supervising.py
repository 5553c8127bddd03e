"""Key proposals (重点提案): into the pool, chosen by the chairpersons' meeting, supervised by leaders, ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import lock_proposal, tell_parties
from tongxin.activities.proposals.actions.promising import Promised, make_promise
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.lifecycle_following import KEY
from tongxin.activities.proposals.models import (
    KeyProposal,
    SupervisionEvent,
    SupervisionPresence,
    Supervisor,
)
from tongxin.activities.proposals.permissions import can_nominate_key
from tongxin.capabilities.files.actions import store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.core.record_language import in_record_language, recorded
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Unit

# Filed and not ended: what leaders can still move along.
UNDER_WAY = (
    ProposalState.FILED,
    ProposalState.ASSIGNED,
    ProposalState.HANDLING,
    ProposalState.REPLIED,
    ProposalState.DISSATISFIED,
    ProposalState.TRACKING,
)
# Who hears of what happens to a key proposal.
_TOLD = ("proposer", "cosigners", "units", "office")
# As long as the timeline's column.
_LINE_CHARACTERS = 200


# A word of addresses; empty: none.
_SHORT_NAME = re.compile(r"[a-z0-9_-]{0,40}")


@dataclass(frozen=True, slots=True)
class Supervision:
    """One act of supervising: when, where, by whom, and what was found."""

    kind: str
    on: date
    place: str
    summary: str
    supervisors: Sequence[Supervisor]


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a unit said on the spot that it will do, and by when."""

    unit: Unit
    text: str
    due_on: date


@transaction.atomic
def nominate_key(*, actor: Actor, proposal: Proposal, reason: str) -> KeyProposal:
    """Put a proposal into the pool from which key proposals are chosen.

    Raises:
        PermissionDenied: the actor is neither staff nor a leader.
        Refused: it is not filed or has ended, is in the pool, was chosen, or no reason is given.
    """
    locked = lock_proposal(proposal)
    require(can_nominate_key(actor, locked), because=_("重点提案由政协领导或机关工作人员推荐。"))
    _ensure_under_way(locked)
    ensure(bool(reason.strip()), because=_("请写一两句推荐理由。"))
    key = KeyProposal.objects.filter(proposal=locked).first()
    if key is None:
        ensure(not locked.is_key, because=_("这件已经是重点提案了。"))
        key = KeyProposal(committee_id=locked.committee_id, proposal=locked)
    else:
        KEY.check("nominate_key", actor, key)
        key.state, key.decision, key.decided_on = KeyProposal.State.POOL, "", None
    key.reason, key.nominated_on, key.nominated_by_id = reason.strip(), clock.today(), actor.user_id
    key.save()
    _note(actor, locked, "nominate_key", "推荐为重点提案备选", who=actor.name)
    return key


@transaction.atomic
def withdraw_key(*, actor: Actor, key: KeyProposal) -> None:
    """Take a nomination out of the pool; the timeline keeps that there was one.

    Raises:
        Refused: it was decided already.
    """
    locked = _lock(key)
    KEY.check("withdraw_key", actor, locked)
    locked.delete()
    _note(actor, locked.proposal, "withdraw_key", "撤回重点提案推荐", who=actor.name)


@transaction.atomic
def decide_key(*, actor: Actor, key: KeyProposal, chosen: bool, decision: str, on: date) -> KeyProposal:
    """Write down what the chairpersons' meeting decided on a nomination.

    Raises:
        PermissionDenied: the actor is not staff.
        Refused: it is not in the pool, the proposal has ended, or document or date are missing or ahead.
    """
    locked = _lock(key)
    KEY.check("choose_key" if chosen else "pass_over_key", actor, locked)
    if chosen:
        _ensure_under_way(locked.proposal)
    ensure(bool(decision.strip()), because=_("请写是哪次会议、哪份文件决定的。"))
    ensure(on <= clock.today(), because=_("决定日期不能晚于今天。"))
    locked.state = KeyProposal.State.CHOSEN if chosen else KeyProposal.State.NOT_CHOSEN
    locked.decision, locked.decided_on = decision.strip(), on
    locked.save()
    if chosen:
        locked.proposal.is_key = True
        locked.proposal.save(update_fields=["is_key"])
    words = "确定为重点提案" if chosen else "没有选为重点提案"
    _note(
        actor,
        locked.proposal,
        "choose_key" if chosen else "pass_over_key",
        f"{words}（{locked.decision}）",
        on=str(on),
    )
    return locked


@transaction.atomic
def add_supervisor(*, actor: Actor, key: KeyProposal, name: str, office: str, role: str) -> Supervisor:
    """Name a leader who takes the lead in supervising (领衔督办); there may be several.

    Raises:
        Refused: the proposal is not chosen or has ended, or this leader supervises it already.
    """
    locked = _lock_under_way(actor, key, "add_supervisor")
    try:
        with transaction.atomic():
            leader = Supervisor.objects.create(
                committee_id=locked.committee_id,
                key=locked,
                name=name.strip(),
                office=office.strip(),
                role=role,
            )
    except IntegrityError as twice:
        raise Refused(_("{who}已经在督办领导里了。").format(who=f"{office}{name}")) from twice
    label = recorded(Supervisor.Role(role).label)
    _note(actor, locked.proposal, "add_supervisor", f"由{leader}领衔督办（{label}）")
    return leader


@transaction.atomic
def remove_supervisor(*, actor: Actor, supervisor: Supervisor) -> None:
    """Take a leader off who has not supervised anything yet.

    Raises:
        Refused: the leader was at an event; then the record keeps who they are.
    """
    locked = _lock_under_way(actor, supervisor.key, "remove_supervisor")
    ensure(
        not SupervisionPresence.objects.filter(supervisor=supervisor).exists(),
        because=_("{who}参加过督办，记录要留着，不能移除。").format(who=supervisor),
    )
    supervisor.delete()
    _note(actor, locked.proposal, "remove_supervisor", f"{supervisor}不再领衔督办")


@transaction.atomic
def plan_supervision(
    *, actor: Actor, key: KeyProposal, plan: str, figure_key: str | None = None
) -> KeyProposal:
    """Write how a key proposal will be supervised; only the committee's office reads it.

    Args:
        figure_key: the short name by which figures and reports call it; without one it stays as it was.

    Raises:
        Refused: it is not chosen or has ended, no plan is given, or another one has that short name.
    """
    locked = _lock_under_way(actor, key, "plan_supervision")
    ensure(bool(plan.strip()), because=_("请写督办方案。"))
    first = not locked.plan
    locked.plan, locked.planned_on = plan.strip(), clock.today()
    locked.figure_key = locked.figure_key if figure_key is None else figure_key.strip().lower()
    _ensure_short_name(locked)
    try:
        with transaction.atomic():
            locked.save(update_fields=["plan", "planned_on", "figure_key"])
    except IntegrityError as twice:
        raise Refused(
            _("「{key}」刚刚被别的提案用了，请换一个简称。").format(key=locked.figure_key)
        ) from twice
    _note(
        actor,
        locked.proposal,
        "plan_supervision",
        "写了督办方案" if first else "改了督办方案",
        audience=TimelineEntry.Audience.OFFICE,
        figure_key=locked.figure_key,
    )
    return locked


def _ensure_short_name(key: KeyProposal) -> None:
    ensure(
        _SHORT_NAME.fullmatch(key.figure_key) is not None,
        because=_("简称只能用英文字母、数字、横线和下划线，例如museum，最多40个。"),
    )
    others = KeyProposal.objects.filter(committee=key.committee_id, figure_key=key.figure_key).exclude(
        pk=key.pk
    )
    taken = others.select_related("proposal__matter").first() if key.figure_key else None
    if taken is not None:
        raise Refused(
            _("「{key}」已经是「{title}」的简称，请换一个。").format(
                key=key.figure_key, title=taken.proposal.matter.title
            )
        )


@transaction.atomic
def record_supervision(
    *,
    actor: Actor,
    key: KeyProposal,
    supervision: Supervision,
    commitments: Sequence[Commitment] = (),
    photos: Sequence[UploadedFile[bytes]] = (),
) -> SupervisionEvent:
    """Write down one act of supervising, with what the units committed themselves to, and photos.

    Raises:
        Refused: the proposal is not chosen or has ended, nobody was there, the day lies ahead, or a unit
            that does not handle it is said to have committed itself.
    """
    locked = _lock_under_way(actor, key, "record_supervision")
    _ensure_plausible(locked, supervision, commitments)
    event = SupervisionEvent.objects.create(
        committee_id=locked.committee_id,
        key=locked,
        kind=supervision.kind,
        on=supervision.on,
        place=supervision.place.strip(),
        summary=supervision.summary.strip(),
    )
    SupervisionPresence.objects.bulk_create(
        SupervisionPresence(committee_id=locked.committee_id, event=event, supervisor=leader)
        for leader in supervision.supervisors
    )
    for commitment in commitments:
        make_promise(
            proposal=locked.proposal,
            unit=commitment.unit,
            promised=Promised(commitment.text, commitment.due_on),
            event=event,
        )
    for photo in photos:
        store_file(
            actor=actor,
            matter=locked.proposal.matter,
            upload=photo,
            purpose=StoredFile.Purpose.EVIDENCE,
            subject_id=event.pk,
        )
    with in_record_language():
        who = "、".join(str(leader) for leader in supervision.supervisors)
        text = f"{zh_date(event.on)}{event.get_kind_display()}，{event.place}：{who}"
    _note(actor, locked.proposal, "record_supervision", text[:_LINE_CHARACTERS], note=event.summary)
    return event


@transaction.atomic
def end_supervision(*, actor: Actor, key: KeyProposal, result: str) -> KeyProposal:
    """Write what came of the supervision. Possible after the proposal itself has ended, too.

    Raises:
        Refused: nothing was supervised yet, or no result is given.
    """
    locked = _lock(key)
    KEY.check("end_supervision", actor, locked)
    ensure(bool(result.strip()), because=_("请写督办结果。"))
    ensure(locked.events.exists(), because=_("还没有记过一次督办。请先记督办活动，再写结果。"))
    locked.state, locked.result, locked.ended_on = KeyProposal.State.ENDED, result.strip(), clock.today()
    locked.save()
    _note(actor, locked.proposal, "end_supervision", "督办结束", note=locked.result)
    return locked


# ── what all of them share ──


def _lock(key: KeyProposal) -> KeyProposal:
    """Return the key proposal as it is now, its proposal locked."""
    proposal = lock_proposal(key.proposal)
    locked = KeyProposal.objects.filter(pk=key.pk).first()
    ensure(locked is not None, because=_("这条推荐已经撤回了。"))
    assert locked is not None  # noqa: S101 (said above)
    locked.proposal = proposal
    return locked


def _lock_under_way(actor: Actor, key: KeyProposal, verb: str) -> KeyProposal:
    locked = _lock(key)
    KEY.check(verb, actor, locked)
    _ensure_under_way(locked.proposal)
    return locked


def _ensure_under_way(proposal: Proposal) -> None:
    ensure(
        proposal.state in UNDER_WAY,
        because=_("这件提案现在是「{state}」：立案以后、办结以前才能这样做。").format(
            state=PROPOSAL.states[proposal.state].label
        ),
    )


def _ensure_plausible(key: KeyProposal, event: Supervision, commitments: Sequence[Commitment]) -> None:
    ensure(event.on <= clock.today(), because=_("督办日期不能晚于今天；办过了再记。"))
    ensure(bool(event.place.strip()), because=_("请写在哪里。"))
    ensure(bool(event.summary.strip()), because=_("请写看到了什么、议定了什么。"))
    ensure(bool(event.supervisors), because=_("请勾选到场的督办领导。"))
    ensure(
        all(leader.key_id == key.pk for leader in event.supervisors),
        because=_("到场的人里有这件提案的督办领导以外的人。"),
    )
    units = set(
        key.proposal.assignments.filter(round=key.proposal.round).in_force().values_list("unit_id", flat=True)
    )
    for c in commitments:
        ensure(c.unit.pk in units, because=_("{unit}不承办这件提案，不能替它承诺。").format(unit=c.unit))


def _note(actor: Actor, proposal: Proposal, verb: str, text: str, **more: Any) -> None:  # noqa: ANN401
    """Write it into the timeline and the log, and tell those whom it concerns."""
    audience = more.pop("audience", TimelineEntry.Audience.PARTIES)
    move_matter(
        actor=actor,
        matter=proposal.matter,
        verb=verb,
        text=text,
        who=more.pop("who", "") or str(actor.committee or actor.name),
        note=more.pop("note", ""),
        audience=audience,
        **more,
    )
    if audience != TimelineEntry.Audience.OFFICE:
        tell_parties(actor=actor, proposal=proposal, groups=_TOLD, text=f"{proposal.matter.title}：{text}")
