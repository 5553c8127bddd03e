"""Whom a session may invite, and the texts of its invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from tongxin.activities.grassroots.actions.inviting import Guest
from tongxin.activities.grassroots.enums import Side
from tongxin.activities.grassroots.models import CouncilSeat, SecondedPerson, Secondment
from tongxin.foundation.core import clock
from tongxin.foundation.core.record_language import in_record_language
from tongxin.foundation.core.templatetags.ui import zh_datetime
from tongxin.foundation.organization.enums import UNIT_ROLES, Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.grassroots.models import Attendee, DeliberationSession


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody who belongs to the council that convenes.

    Attributes:
        key: the value of the tick box.
        label: name, and as what they come.
        guest: as they would stand on the list.
    """

    key: str
    label: str
    guest: Guest


def proposed_for(session: DeliberationSession) -> list[Proposed]:
    """Return fixed seats and seconded members of the convening node who are not on the list yet. Three queries."""
    day = clock.today()
    nodes = [pk for pk in (session.node_id, session.node.parent_id) if pk]
    rows = list(session.attendees.all())
    listed = {a.member_id for a in rows} | {a.person_id for a in rows}
    named = {(a.name, a.post) for a in rows}
    seconded = (
        SecondedPerson.objects.filter(
            pk__in=Secondment.objects.filter(node_id__in=nodes).held_on(day).values("person_id")
        )
        .select_related("member")
        .order_by("name", "pk")
    )
    found = [
        Proposed(
            f"person:{p.pk}",
            "　".join(filter(None, (p.name, p.work_unit_and_title))),
            Guest(Side.MEMBER, p.name, p.work_unit_and_title, member=p.member, person=p),
        )
        for p in seconded
        if p.pk not in listed and (p.member_id is None or p.member_id not in listed)
    ]
    taken = {p.guest.member.pk for p in found if p.guest.member}
    seats = CouncilSeat.objects.filter(node_id__in=nodes).held_on(day).select_related("member")
    for seat in seats:
        if (seat.member_id and seat.member_id in listed | taken) or (seat.name, seat.standing_for) in named:
            continue
        guest = Guest(
            Side.MEMBER if seat.member_id else Side.MASSES, seat.name, seat.standing_for, member=seat.member
        )
        found.append(
            Proposed(f"seat:{seat.pk}", "　".join(filter(None, (seat.name, seat.standing_for))), guest)
        )
    return found


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is sent, copied and printed.

    Attributes:
        everybody: the whole list, by side.
        with_account: who gets a notice here.
        without_account: who has to be told otherwise.
        phone_text: to be copied into a text message.
    """

    everybody: Sequence[Attendee]
    with_account: Sequence[Attendee]
    without_account: Sequence[Attendee]
    phone_text: str


def invitation_of(session: DeliberationSession) -> Invitation:
    """Return the invitation of a session. Two queries."""
    today = clock.today()
    held = Post.objects.filter(committee_id=session.committee_id).held_on(today)
    has_account = Exists(held.filter(role=Role.MEMBER, member_id=OuterRef("member_id"))) | Exists(
        held.filter(role__in=UNIT_ROLES, unit_id=OuterRef("unit_id"))
    )
    rows = list(session.attendees.annotate(has_account=has_account).order_by("side", "name", "pk"))
    hosts = list(session.hosts.values_list("name", flat=True))
    with in_record_language():
        when = zh_datetime(session.starts_at)
    by = "、".join([session.node.name, *hosts])
    text = (
        f"您好，{by}请您参加协商议事：{session.matter.title}。时间：{when}。"
        f"地点：{session.venue or session.node.name}。能不能来，请回复一声。"
    )
    return Invitation(
        everybody=rows,
        with_account=[a for a in rows if a.has_account],
        without_account=[a for a in rows if not a.has_account],
        phone_text=text,
    )
