"""Registers of past years as they come from Excel: entering what was previewed, and taking a register back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.ledger import PastProblem, PastSession, enter_past_sessions
from tongxin.activities.grassroots.enums import HowPresent
from tongxin.activities.grassroots.exchange.ledger import standing_keys
from tongxin.activities.grassroots.models import (
    Attendee,
    DeliberationSession,
    Problem,
    SecondedPerson,
    Statement,
    Suggestion,
    VenueKind,
)
from tongxin.activities.grassroots.permissions_session import can_enter_past
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import Matter, MatterLink, Participation, TimelineEntry
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.organization.models import Committee, Member, Node, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tongxin.activities.grassroots.exchange.ledger import LedgerLine
    from tongxin.foundation.core.access import Actor

_NOT_YOURS = "台账由政协机关补录。"
# So many obstacles are named.
_NAMED = 3


@transaction.atomic
def enter_ledger(*, actor: Actor, lines: Sequence[LedgerLine], source: str) -> int:
    """Enter the lines of a register, all or none; what came in meanwhile is left out. Return how many.

    Raises:
        PermissionDenied: not staff.
        Refused: something that a line names is gone since the preview, or nothing is left to enter.
    """
    require(can_enter_past(actor), because=_(_NOT_YOURS))
    committee_id = int(actor.committee_id or 0)
    # One register after the other, so that the same one sent twice is entered once.
    Committee.objects.select_for_update(of=("self",)).get(pk=committee_id)
    here = standing_keys(committee_id, lines)
    fresh = [line for line in lines if line.key not in here]
    ensure(bool(fresh), because=_("表里的会议都已经在了，没有要补录的。"))
    past = _Names(committee_id, fresh).past(fresh)
    return len(enter_past_sessions(actor=actor, committee_id=committee_id, lines=past, source=source))


@transaction.atomic
def take_back_ledger(*, actor: Actor, source: str) -> int:
    """Take out all that a register brought, unless somebody worked on it since. Return how many sessions.

    Raises:
        PermissionDenied: not staff.
        Refused: there is no such register, or somebody worked on what it brought; the sentence names it.
    """
    require(can_enter_past(actor), because=_(_NOT_YOURS))
    committee_id = int(actor.committee_id or 0)
    sessions = DeliberationSession.objects.filter(committee_id=committee_id, from_ledger=source)
    ids = list(sessions.select_for_update().values_list("pk", flat=True)) if source else []
    ensure(bool(ids), because=_("没有这一份台账，可能已经撤销了。"))
    problems = list(Problem.objects.filter(session_id__in=ids).values_list("pk", flat=True))
    touched = _touched(ids, problems)
    ensure(not touched, because=_obstacle_of(touched))
    both = [*ids, *problems]
    MatterLink.objects.filter(source_id__in=ids, target_id__in=problems).delete()
    TimelineEntry.objects.filter(matter_id__in=both).delete()
    Participation.objects.filter(matter_id__in=both).delete()
    Suggestion.objects.filter(session_id__in=ids).delete()
    Attendee.objects.filter(session_id__in=ids).delete()
    Problem.objects.filter(pk__in=problems).delete()
    DeliberationSession.objects.filter(pk__in=ids).delete()
    Matter.objects.filter(pk__in=both).delete()
    record(
        actor=actor,
        action="grassroots.take_back_ledger",
        target=f"committee:{committee_id}",
        committee_id=committee_id,
        source=source,
        sessions=len(ids),
        problems=len(problems),
    )
    return len(ids)


class _Names:
    """What lines name by key, loaded at once."""

    def __init__(self, committee_id: int, lines: Sequence[LedgerLine]) -> None:
        self._committee_id = committee_id
        mine = {"committee_id": committee_id}
        self._nodes = {
            str(n.pk): n for n in Node.objects.filter(**mine, pk__in={line.node for line in lines})
        }
        self._venues = {str(v.pk): v for v in VenueKind.objects.filter(**mine)}
        units = {unit for line in lines for _text, _on, unit, _owner in line.problems if unit}
        self._units = {str(u.pk): u for u in Unit.objects.filter(**mine, pk__in=units)}
        persons = {key for line in lines for key in line.persons}
        self._people = {str(p.pk): p for p in SecondedPerson.objects.filter(**mine, pk__in=persons)}
        members = {key for line in lines for key in line.members}
        self._as_people = self._second({m.pk: m for m in Member.objects.filter(**mine, pk__in=members)})

    def _second(self, members: dict[UUID, Member]) -> dict[str, SecondedPerson]:
        """Return members as people of the grass roots; who is none yet becomes one."""
        known = set(SecondedPerson.objects.filter(member_id__in=members).values_list("member_id", flat=True))
        SecondedPerson.objects.bulk_create(
            SecondedPerson(
                committee_id=self._committee_id, home_id=self._committee_id, member=member, name=member.name
            )
            for pk, member in members.items()
            if pk not in known
        )
        return {str(p.member_id): p for p in SecondedPerson.objects.filter(member_id__in=members)}

    def past(self, lines: Sequence[LedgerLine]) -> list[PastSession]:
        """Return the lines as they are entered.

        Raises:
            Refused: something is gone since the preview.
        """
        try:
            return [self._session(line) for line in lines]
        except KeyError:
            raise Refused(_("预览以后，有议事会、委员或单位被改动了。请重新上传看一遍。")) from None

    def _session(self, line: LedgerLine) -> PastSession:
        return PastSession(
            node=self._nodes[line.node],
            on=date.fromisoformat(line.on),
            title=line.title,
            venue_kind=self._venues[line.venue_kind] if line.venue_kind else None,
            venue=line.venue,
            persons=[
                *(self._people[key] for key in line.persons),
                *(self._as_people[key] for key in line.members),
            ],
            others_present=line.others,
            agreed=line.agreed,
            suggestions=line.suggestions,
            problems=[
                PastProblem(text, date.fromisoformat(on), self._units[unit] if unit else None, owner)
                for text, on, unit, owner in line.problems
            ],
        )


def _touched(sessions: Sequence[UUID], problems: Sequence[UUID]) -> list[str]:
    """Return the titles of what is no longer as the register brought it."""
    both = [*sessions, *problems]
    own = Q(source_id__in=sessions, target_id__in=problems)
    links = MatterLink.objects.filter(Q(source_id__in=both) | Q(target_id__in=both)).exclude(own)
    # Whichever of these rows there are, somebody has worked on their matter.
    marks: list[set[UUID]] = [
        set(
            TimelineEntry.objects.filter(matter_id__in=both)
            .exclude(verb="enter_past")
            .values_list("matter_id", flat=True)
        ),
        set(StoredFile.objects.filter(matter_id__in=both).values_list("matter_id", flat=True)),
        set(AccessCode.objects.filter(matter_id__in=both).values_list("matter_id", flat=True)),
        set(Statement.objects.filter(session_id__in=sessions).values_list("session_id", flat=True)),
        set(
            Suggestion.objects.filter(session_id__in=sessions, led_to__isnull=False).values_list(
                "session_id", flat=True
            )
        ),
        set(
            Attendee.objects.filter(session_id__in=sessions)
            .exclude(how=HowPresent.LEDGER)
            .values_list("session_id", flat=True)
        ),
        {pk for pair in links.values_list("source_id", "target_id") for pk in pair} & set(both),
    ]
    changed = Matter.objects.filter(pk__in=both).filter(Q(version__gt=1) | Q(pk__in=set().union(*marks)))
    return list(changed.order_by("pk").values_list("title", flat=True))


def _obstacle_of(titles: Sequence[str]) -> str:
    shown = "、".join(f"「{title}」" for title in titles[:_NAMED])
    more = _("等%d件") % len(titles) if len(titles) > _NAMED else ""
    return _("补录以后又有人办过：%(shown)s%(more)s。撤销会丢掉这些，所以没有撤销。") % {
        "shown": shown,
        "more": more,
    }
