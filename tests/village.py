"""Nodes of the grass roots to test with: one workstation with a council and its room, and the people there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.factories import SINCE, House, add_person
from tongxin.activities.grassroots.models import SecondedPerson, Secondment, StationHead
from tongxin.activities.grassroots.setup import install as install_grassroots
from tongxin.activities.topics.setup import install as install_topics
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.organization.enums import HostKind, NodeKind, Role
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from tongxin.foundation.organization.models import Place


@dataclass
class Village:
    """A township's workstation, a village's council under it, and the council's room, each with its code.

    Attributes:
        house: the committee. Its users gain ``head`` (head of the station, no member) and ``worker`` (keeps the
            room); its member ``proposer`` is seconded to the council.
        person: that member as a seconded person.
        guest: somebody of the committee above who is seconded to the same council.
        codes: ``station`` and ``room``.
    """

    house: House
    station: Node
    council: Node
    room: Node
    person: SecondedPerson
    guest: SecondedPerson
    codes: dict[str, AccessCode] = field(default_factory=dict)


def make_village(
    house: House, *, name: str = "寺沟村", town: str = "东华镇", key: str = "", place: Place | None = None
) -> Village:
    """Make the nodes of one village; a second one in the same house needs another name, town and key."""
    install_topics()
    install_grassroots()
    with house.at_work():
        here = {"committee": house.committee, "place": place}
        station = Node.objects.create(
            **here,
            kind=NodeKind.STATION,
            name=f"{town}委员工作站",
            host=HostKind.TOWNSHIP,
            address=f"{town}政府院内",
        )
        council = Node.objects.create(
            **here,
            kind=NodeKind.COUNCIL,
            name=f"{name}协商议事会",
            host=HostKind.VILLAGE,
            parent=station,
            station=station,
        )
        room = Node.objects.create(
            **here,
            kind=NodeKind.ROOM,
            name=f"{name}协商议事室",
            host=HostKind.VILLAGE,
            parent=council,
            station=station,
            address=f"{name}村委会一楼",
        )
        member = house.members["proposer"]
        person, _made = SecondedPerson.objects.get_or_create(
            committee=house.committee, home=house.committee, member=member, defaults={"name": member.name}
        )
        guest = SecondedPerson.objects.create(
            committee=house.committee,
            home=house.committee.parent or house.committee,
            name=f"何远山{key}",
            work_unit_and_title="市政协委员",
        )
        for somebody in (person, guest):
            Secondment.objects.create(committee=house.committee, person=somebody, node=council, since=SINCE)
        codes = {
            "station": AccessCode.objects.create(committee=house.committee, node=station),
            "room": AccessCode.objects.create(committee=house.committee, node=room),
        }
    head = add_person(house, f"head{key}", f"祁站长{key}", Role.STATION_HEAD, node=station)
    add_person(house, f"worker{key}", f"温联络{key}", Role.NODE_WORKER, node=room)
    with house.at_work():
        StationHead.objects.create(
            committee=house.committee,
            node=station,
            name=head.name,
            title=f"{town}党委副书记",
            user=head,
            since=SINCE,
        )
    return Village(house, station, council, room, person, guest, codes)
