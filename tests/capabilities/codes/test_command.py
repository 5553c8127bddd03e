"""`tongxin codes`, and what `tongxin check` says of codes."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests import factories, village
from tests.capabilities.codes.test_actions import new_event, new_room
from tongxin.capabilities.codes.actions import issue_code, reissue_code, suspend_code
from tongxin.capabilities.codes.checks import check_site_url
from tongxin.capabilities.codes.models import AccessCode

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tests.village import Village


@pytest.fixture(autouse=True)
def address(settings: SettingsWrapper) -> None:
    settings.SITE_URL = "https://zx.example.cn"


def printed(*words: str) -> str:
    out = StringIO()
    call_command("codes", *words, stdout=out)
    return out.getvalue()


def test_codes_are_printed_as_json_of_that_committee_alone(db: None) -> None:
    house, other = factories.two_houses()
    place, _there = village.make_village(house), village.make_village(other)
    staff = house.actor("staff")
    new_room(place)
    with house.at_work():
        suspend_code(actor=staff, code=place.codes["station"], reason="装修")
        room = reissue_code(actor=staff, code=place.codes["room"], reason="涂改")
        event = issue_code(actor=staff, matter=new_event(place))
    begins = f"https://zx.example.cn/p/{house.committee.code}/c"
    found = json.loads(printed("--committee", house.committee.code, "--json"))
    assert sorted(found, key=lambda row: row["kind"]) == [
        {"place": "路灯怎么装", "kind": "event", "url": f"{begins}/{event.token}/", "status": "active"},
        {"place": "寺沟村协商议事室", "kind": "room", "url": f"{begins}/{room.token}/", "status": "active"},
        {
            "place": "东华镇委员工作站",
            "kind": "station",
            "url": f"{begins}/{place.codes['station'].token}/",
            "status": "suspended",
        },
    ]


def test_codes_are_printed_as_lines_to_read(place: Village) -> None:
    lines = printed("--committee", place.house.committee.code).splitlines()
    url = f"https://zx.example.cn/p/620881/c/{place.codes['room'].token}/"
    assert [line.split("\t") for line in lines if "议事室" in line] == [
        ["寺沟村协商议事室", "协商议事室", url, "在用"]
    ]
    assert len(lines) == 2


def test_codes_of_a_committee_without_any_are_an_empty_list(db: None) -> None:
    house = factories.make_house()
    assert json.loads(printed("--committee", house.committee.code, "--json")) == []
    assert printed("--committee", house.committee.code) == f"{house.committee}还没有赋码。\n"


def test_codes_of_an_unknown_committee_are_refused(db: None) -> None:
    with pytest.raises(CommandError, match="没有代码为999999的政协。") as refusal:
        printed("--committee", "999999", "--json")
    assert refusal.value.returncode == 2


def test_check_says_when_no_phone_can_reach_what_hangs_on_walls(
    place: Village, settings: SettingsWrapper
) -> None:
    assert check_site_url() == []
    settings.SITE_URL = ""
    (found,) = check_site_url()
    assert ("TONGXIN_URL" in str(found.hint), "127.0.0.1" in str(found.msg)) == (True, True)
    with place.house.at_work():
        AccessCode.objects.update(status=AccessCode.Status.REVOKED)
    assert check_site_url() == []
