"""Entering the members of a term from a printed list."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import House, make_house
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.enums import MemberStatus
from tongxin.foundation.organization.member_ledger import MemberLine, enter_members
from tongxin.foundation.organization.models import Membership, SpecialCommitteePlace

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> House:
    """One committee."""
    return make_house()


def _line(house: House, number: str = "9001", **rest: object) -> MemberLine:
    return MemberLine(number, "何远山", house.sectors[0], **rest)  # type: ignore[arg-type]


def test_members_of_a_list_have_their_places_and_no_accounts(house: House) -> None:
    before = User.objects.count()
    with house.at_work():
        lines = [_line(house, special_committees=(house.special_committee,)), _line(house, "9002")]
        members = enter_members(
            actor=house.actor("tenant_admin"), term=house.term, lines=lines, source="名册"
        )
        assert [m.user_id for m in members] == [None, None]
        assert Membership.objects.filter(member__in=members, term=house.term).count() == 2
        assert SpecialCommitteePlace.objects.filter(member__in=members).count() == 1
    assert User.objects.count() == before


def test_members_of_a_list_that_are_known_get_no_second_place(house: House) -> None:
    with house.at_work():
        for _time in range(2):
            members = enter_members(
                actor=house.actor("tenant_admin"), term=house.term, lines=[_line(house)], source="名册"
            )
        assert Membership.objects.filter(member__in=members).count() == 1
        assert members[0].status == MemberStatus.ACTIVE


def test_members_of_a_list_with_a_number_twice_are_refused(house: House) -> None:
    with house.at_work(), pytest.raises(Refused, match="重复"):
        enter_members(
            actor=house.actor("tenant_admin"), term=house.term, lines=[_line(house)] * 2, source="名册"
        )


def test_members_of_a_list_are_entered_by_administrators_only(house: House) -> None:
    with house.at_work(), pytest.raises(PermissionDenied):
        enter_members(actor=house.actor("staff"), term=house.term, lines=[_line(house)], source="名册")
