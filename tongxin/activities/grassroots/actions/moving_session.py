"""What every action on a session does around its own change: lock, record, deadlines, tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tongxin.activities.grassroots.enums import Presence
from tongxin.activities.grassroots.lifecycle_session import RECORD, SESSION
from tongxin.activities.grassroots.models import DeliberationSession, GrassrootsRules
from tongxin.capabilities.deadlines.actions import drop_deadlines, meet_deadline, start_deadline
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.notices.actions import is_silent, tell
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import UNIT_ROLES, Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tongxin.capabilities.matters.models import TimelineEntry
    from tongxin.foundation.core.access import Actor


def lock_session(session: DeliberationSession) -> DeliberationSession:
    """Return the session as it is now, locked with its matter until the transaction ends.

    Fifty phones that check in at once wait here for each other, so one person is never entered twice.
    """
    return (
        DeliberationSession.objects.select_related("matter", "node__station", "venue_kind")
        .select_for_update(of=("self", "matter"))
        .get(pk=session.pk)
    )


def advance_session(
    verb: str,
    *,
    actor: Actor,
    session: DeliberationSession,
    text: str,
    note: str = "",
    **more: Any,  # noqa: ANN401
) -> TimelineEntry:
    """Make one move of the life cycle; the caller has locked the session and asked leave."""
    move = SESSION.moves[verb]
    closes = bool(move.target and SESSION.states[move.target].final)
    entry = move_matter(
        actor=actor,
        matter=session.matter,
        verb=verb,
        text=text,
        note=note,
        state=move.target,
        closes=closes,
        **more,
    )
    if move.meets:
        meet_deadline(matter=session.matter, kinds=move.meets)
    if closes:
        drop_deadlines(matter=session.matter)
    return entry


def start_record_deadline(session: DeliberationSession, *, on: date, reason: str) -> None:
    """Let the days run within which the record has to be archived."""
    rules = GrassrootsRules.objects.filter(committee_id=session.committee_id).first() or GrassrootsRules()
    start_deadline(
        matter=session.matter,
        kind=RECORD,
        starts_on=on,
        working_days=rules.record_days,
        reason=reason,
    )


def tell_invited(
    *, actor: Actor, session: DeliberationSession, text: str, attendees: Iterable[Any] | None = None
) -> int:
    """Send a notice to those invited who have an account here; return how many were told.

    Who said that they cannot come is told of changes too: another day may suit them.

    Args:
        actor: who acts; never told.
        session: what it is about.
        text: one sentence.
        attendees: whom; all of the session when not given.
    """
    if is_silent():
        return 0
    rows = list(session.attendees.all() if attendees is None else attendees)
    members = {a.member_id for a in rows if a.member_id}
    units = {a.unit_id for a in rows if a.unit_id}
    posts = Post.objects.filter(
        Q(role=Role.MEMBER, member_id__in=members) | Q(role__in=UNIT_ROLES, unit_id__in=units),
        committee_id=session.committee_id,
    ).held_on(clock.today())
    people = set(posts.values_list("user_id", flat=True)) - {actor.user_id}
    tell(
        user_ids=people,
        committee_id=session.committee_id,
        text=text,
        url=f"/grassroots/sessions/{session.pk}/",
        matter=session.matter,
    )
    return len(people)


def is_expected(presence: str) -> bool:
    """Say whether somebody may still come: invited or coming."""
    return presence in {Presence.INVITED, Presence.COMING}
