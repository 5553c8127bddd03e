"""Codes are given out once, stopped, taken up again and replaced; what was is kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction

from tests import factories, village
from tests.capabilities.codes.seen import codes_of
from tongxin.capabilities.codes.actions import (
    issue_code,
    issue_codes,
    reissue_code,
    resume_code,
    revoke_code,
    suspend_code,
)
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.codes.selectors.places import places_without_code
from tongxin.capabilities.matters.models import Kind, Matter
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.village import Village
    from tongxin.foundation.core.access import Actor

HANDS = 20


def new_room(place: Village, name: str = "南川社区协商议事室") -> Node:
    with place.house.at_work():
        return Node.objects.create(
            committee=place.house.committee,
            kind="room",
            name=name,
            host="community",
            parent=place.station,
            station=place.station,
        )


def new_event(place: Village, title: str = "路灯怎么装") -> Matter:
    with place.house.at_work():
        return Matter.objects.create(
            committee=place.house.committee, kind=Kind.SESSION, title=title, state="planned"
        )


def test_code_issued_twice_is_one_and_the_same(place: Village) -> None:
    room, staff = new_room(place), place.house.actor("staff")
    with place.house.at_work():
        first = issue_code(actor=staff, node=room)
        second = issue_code(actor=staff, node=room)
    assert (first.pk, first.token) == (second.pk, second.token)
    assert (first.status, first.issued_by_id, first.issued_by_name) == ("active", staff.user_id, staff.name)
    with place.house.at_work():
        assert Entry.objects.filter(action="codes.issue_code").count() == 1


def test_codes_missing_are_issued_all_at_once_and_only_those(place: Village) -> None:
    rooms = [new_room(place, f"第{n}村协商议事室") for n in range(3)]
    staff = place.house.actor("tenant_admin")
    with place.house.at_work():
        made = issue_codes(actor=staff, nodes=places_without_code(staff))
        again = issue_codes(actor=staff, nodes=[*rooms, place.room])
        assert {code.node_id for code in made} == {room.pk for room in rooms}
        assert len(made) == 3
        assert again == []
        (entry,) = Entry.objects.filter(action="codes.issue_codes")
    assert (entry.detail["count"], len(entry.detail["nodes"])) == (3, 3)


def test_place_that_is_gone_gets_no_code(place: Village) -> None:
    room, staff = new_room(place), place.house.actor("staff")
    room.ended_on = clock.today()
    with place.house.at_work():
        assert issue_codes(actor=staff, nodes=[room]) == []
        with pytest.raises(Refused, match="已经撤销"):
            issue_code(actor=staff, node=room)


def test_event_gets_one_code_also_from_who_keeps_places(place: Village) -> None:
    event, head = new_event(place), place.house.actor("head")
    with place.house.at_work():
        first = issue_code(actor=head, matter=event)
        assert issue_code(actor=place.house.actor("staff"), matter=event) == first
    assert [(code.matter_id, code.node_id) for code in codes_of(place, matter=event)] == [(event.pk, None)]


@pytest.mark.parametrize("who", ["leader", "auditor", "head", "worker", "proposer", "clerk_a", "submitter"])
def test_code_of_a_place_is_managed_by_staff_alone(place: Village, who: str) -> None:
    room, actor = new_room(place), place.house.actor(who)
    code = place.codes["room"]
    acts: list[Callable[[], object]] = [
        lambda: issue_code(actor=actor, node=room),
        lambda: issue_codes(actor=actor, nodes=[room]),
        lambda: suspend_code(actor=actor, code=code, reason="装修"),
        lambda: resume_code(actor=actor, code=code),
        lambda: revoke_code(actor=actor, code=code, reason="不用了"),
        lambda: reissue_code(actor=actor, code=code, reason="涂改"),
    ]
    for act in acts:
        with place.house.at_work(), pytest.raises(PermissionDenied):
            act()
    assert [c.status for c in codes_of(place)] == ["active", "active"]


def test_code_of_another_committee_is_out_of_reach(db: None) -> None:
    house, other = factories.two_houses()
    there = village.make_village(house)
    with house.at_work(other), pytest.raises(PermissionDenied):
        revoke_code(actor=other.actor("staff"), code=there.codes["room"], reason="不用了")


def test_code_suspended_and_resumed_is_as_before(place: Village) -> None:
    staff, code = place.house.actor("staff"), place.codes["room"]
    with place.house.at_work():
        stopped = suspend_code(actor=staff, code=code, reason=" 正在装修 ")
        assert (stopped.status, stopped.ended_reason, stopped.ended_by_name) == (
            "suspended",
            "正在装修",
            staff.name,
        )
        with pytest.raises(Refused):
            suspend_code(actor=staff, code=code, reason="再停一次")
        resume_code(actor=staff, code=code)
        with pytest.raises(Refused):
            resume_code(actor=staff, code=code)
    (now,) = codes_of(place, node=place.room)
    assert (now.status, now.token, now.ended_at, now.ended_reason, now.ended_by_name) == (
        "active",
        code.token,
        None,
        "",
        "",
    )


def test_code_replaced_leaves_the_old_one_as_history(place: Village) -> None:
    staff, old = place.house.actor("staff"), place.codes["room"]
    with place.house.at_work():
        AccessCode.objects.filter(pk=old.pk).update(printed_on=clock.today())
        new = reissue_code(actor=staff, code=old, reason="海报被涂改")
        actions = list(
            Entry.objects.filter(action__startswith="codes.").order_by("seq").values_list("action", flat=True)
        )
    first, second = codes_of(place, node=place.room)
    assert (first.pk, first.status, first.ended_reason) == (old.pk, "revoked", "海报被涂改")
    assert (second.pk, second.status, second.printed_on) == (new.pk, "active", None)
    assert first.token != second.token
    assert actions == ["codes.revoke_code", "codes.reissue_code"]


def test_code_revoked_is_never_used_again_and_the_place_can_get_another(place: Village) -> None:
    staff, old = place.house.actor("staff"), place.codes["room"]
    with place.house.at_work():
        revoke_code(actor=staff, code=old, reason="不用了")
    tries: list[Callable[[], object]] = [
        lambda: resume_code(actor=staff, code=old),
        lambda: suspend_code(actor=staff, code=old, reason="装修"),
        lambda: revoke_code(actor=staff, code=old, reason="再作废"),
        lambda: reissue_code(actor=staff, code=old, reason="再换"),
    ]
    for again in tries:
        with place.house.at_work(), pytest.raises(Refused):
            again()
    with place.house.at_work():
        new = issue_code(actor=staff, node=place.room)
    assert [c.pk for c in codes_of(place, node=place.room)] == [old.pk, new.pk]


def test_reason_is_needed(place: Village) -> None:
    staff = place.house.actor("staff")
    with place.house.at_work(), pytest.raises(Refused, match="请写原因"):
        revoke_code(actor=staff, code=place.codes["room"], reason="  ")
    assert [c.status for c in codes_of(place)] == ["active", "active"]


def test_audit_log_names_no_token(place: Village) -> None:
    staff = place.house.actor("staff")
    with place.house.at_work():
        new = reissue_code(actor=staff, code=place.codes["room"], reason="涂改")
        kept = str(list(Entry.objects.filter(action__startswith="codes.").values_list("target", "detail")))
    assert [token in kept for token in (new.token, place.codes["room"].token)] == [False, False]


def test_second_code_of_a_place_or_event_is_refused_by_the_database(place: Village) -> None:
    event = new_event(place)
    committee = place.house.committee
    with place.house.at_work():
        AccessCode.objects.create(committee=committee, matter=event)
        AccessCode.objects.create(committee=committee, node=place.room, status="revoked")
        for where in ({"node": place.room}, {"matter": event}, {"node": place.room, "status": "suspended"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                AccessCode.objects.create(committee=committee, **where)


def at_once(place: Village, work: Callable[[Actor], object]) -> list[str]:
    start = threading.Barrier(HANDS)
    staff = place.house.actor("staff")

    def run(_n: int) -> str:
        try:
            start.wait(60)
            with place.house.at_work():
                work(staff)
        except Refused:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(HANDS) as pool:
        return sorted(pool.map(run, range(HANDS)))


@pytest.fixture
def really(fresh_db: str) -> Village:
    return village.make_village(factories.make_house())


def test_code_issued_by_twenty_at_once_is_one(really: Village) -> None:
    room = new_room(really)
    assert at_once(really, lambda staff: issue_code(actor=staff, node=room)) == ["done"] * HANDS
    assert len(codes_of(really, node=room)) == 1


def test_codes_issued_in_bulk_by_twenty_at_once_are_one_each(really: Village) -> None:
    rooms = [new_room(really, f"第{n}村协商议事室") for n in range(6)]
    done = at_once(really, lambda staff: issue_codes(actor=staff, nodes=places_without_code(staff)))
    assert done == ["done"] * HANDS
    assert [len(codes_of(really, node=room)) for room in rooms] == [1] * 6


def test_code_replaced_by_twenty_at_once_is_replaced_once(really: Village) -> None:
    old = really.codes["room"]
    done = at_once(really, lambda staff: reissue_code(actor=staff, code=old, reason="涂改"))
    assert done == ["done", *["refused"] * (HANDS - 1)]
    assert [code.status for code in codes_of(really, node=really.room)] == ["revoked", "active"]
