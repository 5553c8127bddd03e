"""Outstanding proposals and units (优秀提案、先进承办单位): recommend, review, decide, publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.moving import lock_proposal, tell_parties
from tongxin.activities.proposals.lifecycle_following import HONOUR
from tongxin.activities.proposals.models import Assignment, Honour
from tongxin.activities.proposals.permissions import can_nominate_outstanding, can_nominate_unit
from tongxin.activities.proposals.reports.conditions import ANSWERED
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from datetime import date

    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session, Unit

_PAGE = "/proposals/honours/"


@transaction.atomic
def nominate_outstanding(*, actor: Actor, proposal: Proposal, reason: str) -> Honour:
    """Recommend a proposal as outstanding (优秀提案).

    Raises:
        PermissionDenied: the actor proposes it, or is neither of the office nor a member.
        Refused: it is not answered yet or never was filed, is recommended already, or no reason is given.
    """
    locked = lock_proposal(proposal)
    require(can_nominate_outstanding(actor, locked), because=_("自己的提案请别人推荐。"))
    ensure(
        locked.filed_on is not None and locked.state in ANSWERED,
        because=_("办理答复以后才能推荐优秀提案，因为要看办理的成效。"),
    )
    ensure(bool(reason.strip()), because=_("请写一两句推荐理由。"))
    ensure(not Honour.objects.filter(proposal=locked).exists(), because=_("这件提案已经有人推荐了。"))
    honour = Honour.objects.create(
        committee_id=locked.committee_id,
        session_id=locked.session_id,
        kind=Honour.Kind.PROPOSAL,
        proposal=locked,
        reason=reason.strip(),
        nominated_by_name=actor.name,
    )
    _note(actor, honour, "nominate_honour", "推荐为优秀提案", audience=TimelineEntry.Audience.OFFICE)
    return honour


@transaction.atomic
def nominate_unit(*, actor: Actor, session: Session, unit: Unit, reason: str) -> Honour:
    """Recommend a unit for its handling of a session's proposals (先进承办单位).

    Raises:
        PermissionDenied: the actor works for it, or is neither staff nor a leader.
        Refused: it handled nothing of this session, is recommended already, or no reason is given.
    """
    require(can_nominate_unit(actor, unit), because=_("先进承办单位由政协领导或机关工作人员推荐。"))
    require(session.committee_id == unit.committee_id, because=_("只能推荐本会的承办单位。"))
    ensure(bool(reason.strip()), because=_("请写一两句推荐理由。"))
    # Two who recommend the same unit at the same moment wait for each other here.
    type(unit).objects.select_for_update().get(pk=unit.pk)
    parts = Assignment.objects.filter(unit=unit, proposal__session=session).in_force()
    ensure(parts.exists(), because=_("{unit}没有承办过这次会议的提案。").format(unit=unit))
    ensure(
        not Honour.objects.filter(session=session, unit=unit).exists(),
        because=_("{unit}已经有人推荐了。").format(unit=unit),
    )
    honour = Honour.objects.create(
        committee_id=unit.committee_id,
        session=session,
        kind=Honour.Kind.UNIT,
        unit=unit,
        reason=reason.strip(),
        nominated_by_name=actor.name,
    )
    _note(actor, honour, "nominate_honour", "推荐为先进承办单位")
    return honour


@transaction.atomic
def review_honour(*, actor: Actor, honour: Honour, passes: bool, note: str) -> Honour:
    """Say at the first review (初评) whether a recommendation goes on to the decision.

    Raises:
        PermissionDenied: the actor does not review, or proposes it.
        Refused: it was reviewed already, or it fails without a word why.
    """
    locked = _lock(honour)
    move = HONOUR.check("shortlist_honour" if passes else "drop_honour", actor, locked)
    ensure(passes or bool(note.strip()), because=_("没有入围的，请写为什么。"))
    locked.state, locked.review_note, locked.reviewed_on = str(move.target), note.strip(), clock.today()
    locked.save()
    words = "初评入围" if passes else "初评未入围"
    _note(actor, locked, move.verb, f"{words}{_name(locked)}", audience=TimelineEntry.Audience.OFFICE)
    return locked


@transaction.atomic
def decide_honour(*, actor: Actor, honour: Honour, honoured: bool, decision: str, on: date) -> Honour:
    """Write down what was decided (审定), and where; an outstanding proposal is marked as such.

    Raises:
        Refused: it is not on the short list, or document or date are missing or ahead.
    """
    locked = _lock(honour)
    move = HONOUR.check("decide_honour" if honoured else "refuse_honour", actor, locked)
    ensure(bool(decision.strip()), because=_("请写是哪次会议、哪份文件决定的。"))
    ensure(on <= clock.today(), because=_("决定日期不能晚于今天。"))
    locked.state, locked.decision, locked.decided_on = str(move.target), decision.strip(), on
    locked.save()
    if honoured and locked.proposal:
        locked.proposal.is_outstanding = True
        locked.proposal.save(update_fields=["is_outstanding"])
    words = "审定为" if honoured else "没有审定为"
    audience = TimelineEntry.Audience.PARTIES if honoured else TimelineEntry.Audience.OFFICE
    _note(actor, locked, move.verb, f"{words}{_name(locked)}（{locked.decision}）", audience=audience)
    return locked


@transaction.atomic
def publish_honour(*, actor: Actor, honour: Honour) -> Honour:
    """Make an honour known (公布): to everybody here, and on the public site as far as it is disclosed.

    Raises:
        Refused: it was not decided, or is published already.
    """
    locked = _lock(honour)
    HONOUR.check("publish_honour", actor, locked)
    locked.state, locked.published_on = Honour.State.PUBLISHED, clock.today()
    locked.save()
    _note(
        actor,
        locked,
        "publish_honour",
        f"获评{_name(locked)}",
        audience=TimelineEntry.Audience.PUBLIC,
    )
    return locked


def _lock(honour: Honour) -> Honour:
    """Return the honour as it is now, locked with its proposal where it has one."""
    proposal = lock_proposal(honour.proposal) if honour.proposal else None
    locked = (
        Honour.objects.select_for_update(of=("self",)).select_related("unit", "session").get(pk=honour.pk)
    )
    if proposal:
        locked.proposal = proposal
    return locked


def _name(honour: Honour) -> str:
    return "优秀提案" if honour.proposal_id else "先进承办单位"


def _note(
    actor: Actor,
    honour: Honour,
    verb: str,
    text: str,
    audience: str = TimelineEntry.Audience.PARTIES,
) -> None:
    """Write it into the log, and into the timeline of the proposal; tell whom it concerns."""
    if honour.proposal is None:
        record(actor=actor, action=f"honour.{verb}", target=f"honour:{honour.pk}", unit=str(honour.unit_id))
        if honour.state in (Honour.State.DECIDED, Honour.State.PUBLISHED):
            _tell_unit(actor, honour, text)
        return
    proposal = honour.proposal
    move_matter(
        actor=actor,
        matter=proposal.matter,
        verb=verb,
        text=text,
        who=str(actor.committee or actor.name),
        audience=audience,
        honour=str(honour.pk),
    )
    if audience != TimelineEntry.Audience.OFFICE:
        tell_parties(
            actor=actor,
            proposal=proposal,
            groups=("proposer", "cosigners", "units"),
            text=f"{proposal.matter.title}：{text}",
        )


def _tell_unit(actor: Actor, honour: Honour, text: str) -> None:
    posts = Post.objects.filter(unit=honour.unit, role__in=(Role.UNIT_CLERK, Role.UNIT_LEADER))
    people = posts.held_on(clock.today()).values_list("user_id", flat=True)
    tell(
        user_ids=set(people) - {actor.user_id},
        committee_id=honour.committee_id,
        text=f"{honour.unit}{text}",
        url=_PAGE,
    )
