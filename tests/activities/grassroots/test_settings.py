"""A committee's own rules for the grass roots: who may set them, and what they change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests.activities.grassroots.meetings import LATER, TUESDAY, held, planned
from tests.factories import JINCHANG, make_house
from tests.village import make_village
from tongxin.activities.grassroots.actions.setting import save_rules, save_venue
from tongxin.activities.grassroots.models import GrassrootsRules, VenueKind
from tongxin.activities.grassroots.setup import VENUES
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db
RULES = {"record_days": "3", "check_days": "4", "look_back_months": "9", "objection_days": "30"}


@pytest.fixture
def here() -> Village:
    return make_village(make_house())


def post(client: Client, page: str, *args: Any, **data: str) -> HttpResponse:
    address = reverse(f"grassroots:{page}", args=args)
    return client.post(address, {"once": str(new_key()), **data})  # type: ignore[return-value]


def venues(here: Village) -> list[tuple[str, bool]]:
    with here.house.at_work():
        rows = VenueKind.objects.filter(committee=here.house.committee)
        return list(rows.values_list("name", "is_active"))


@pytest.mark.parametrize(
    ("who", "status"),
    [("tenant_admin", 200), ("staff", 403), ("leader", 403), ("head", 403), ("proposer", 403)],
)
def test_settings_open_to_who_administers_the_committee(
    client: Client, here: Village, who: str, status: int
) -> None:
    client.force_login(here.house.users[who])
    for page in ("settings", "setting_venues"):
        assert client.get(reverse(f"grassroots:{page}")).status_code == status


def test_rules_that_are_set_hold_from_the_next_session_on(client: Client, here: Village) -> None:
    client.force_login(here.house.users["tenant_admin"])
    assert post(client, "settings", **RULES).status_code == 302
    with here.house.at_work():
        kept = GrassrootsRules.objects.get(committee=here.house.committee)
        assert {name: str(getattr(kept, name)) for name in RULES} == RULES
        entry = Entry.objects.filter(action="grassroots.save_rules").get()
        assert entry.detail["changed"] == RULES
    with clock.at(TUESDAY):
        session = held(here)
    with here.house.at_work():
        deadline = Deadline.objects.get(matter_id=session.pk, kind="record")
    # Thursday, then three working days: Friday, Monday, Tuesday.
    assert deadline.due_on == session.starts_at.date() + timedelta(days=5)


@pytest.mark.parametrize(
    ("name", "value"), [("record_days", "0"), ("objection_days", "366"), ("check_days", "x")]
)
def test_rules_out_of_range_are_refused_and_what_was_typed_is_kept(
    client: Client, here: Village, name: str, value: str
) -> None:
    client.force_login(here.house.users["tenant_admin"])
    answer = post(client, "settings", **RULES | {name: value})
    assert answer.status_code == 422
    assert f'value="{value}"' in answer.content.decode()
    with here.house.at_work():
        assert GrassrootsRules.objects.get(committee=here.house.committee).record_days == 7


def test_venue_added_twice_is_one_and_switched_off_is_no_longer_offered(
    client: Client, here: Village
) -> None:
    client.force_login(here.house.users["tenant_admin"])
    assert post(client, "setting_venues", name="大槐树下", order="8", is_active="on").status_code == 302
    assert post(client, "setting_venues", name="大槐树下", order="9").status_code == 409
    assert venues(here) == [*((name, True) for name in VENUES), ("大槐树下", True)]
    with here.house.at_work():
        venue = VenueKind.objects.get(committee=here.house.committee, name="大槐树下")
    with clock.at(TUESDAY):
        session = planned(here, venue_kind=venue)
    assert post(client, "setting_venue", venue.pk, name="大槐树下", order="8").status_code == 302
    assert venues(here)[-1] == ("大槐树下", False)
    client.force_login(here.house.users["staff"])
    assert "大槐树下" not in client.get(reverse("grassroots:session_new")).content.decode()
    # What was held there says so for ever.
    with clock.at(LATER):
        page = client.get(reverse("grassroots:session", args=[session.pk])).content.decode()
    assert "大槐树下" in page


def test_settings_of_another_committee_are_not_there(client: Client, here: Village) -> None:
    other = make_village(make_house(JINCHANG), name="外地村", town="外地镇", key="x")
    with other.house.at_work():
        venue = VenueKind.objects.filter(committee=other.house.committee)[0]
        rules = GrassrootsRules.objects.get(committee=other.house.committee)
    client.force_login(here.house.users["tenant_admin"])
    assert client.get(reverse("grassroots:setting_venue", args=[venue.pk])).status_code == 404
    for who in ("staff", "tenant_admin"):
        actor = here.house.actor(who)
        with here.house.at_work(), pytest.raises(PermissionDenied):
            save_venue(actor=actor, venue=venue, changed=())
        with here.house.at_work(), pytest.raises(PermissionDenied):
            save_rules(actor=actor, rules=rules, changed=())
