"""Looking back at closed proposals: which are due, what was found, what follows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests import factories
from tests.activities.proposals.notices import told
from tests.activities.proposals.test_pages_unit import scan
from tongxin.activities.proposals.actions.looking_back import Found, record_look_back
from tongxin.activities.proposals.actions.promising import Promised
from tongxin.activities.proposals.models import LookBack, Promise, Proposal
from tongxin.activities.proposals.selectors.lookback import months_before
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
CLOSED = date(2026, 3, 16)
A_YEAR_ON = date(2027, 3, 16)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def house() -> House:
    return factories.make_house()


def closed(house: House, **more: Any) -> Proposal:
    with clock.at(CLOSED):
        made = factories.rated(house, **more)
        assert made.state == "closed"
        return made


def look(house: House, made: Proposal, finding: str, **more: Any) -> LookBack:
    with house.at_work():
        return record_look_back(
            actor=house.actor("staff"),
            proposal=made,
            found=Found(clock.today(), finding, "到校门口看了"),
            **more,
        )


def shown(client: Client, tab: str) -> list[str]:
    page = client.get(reverse("proposals:look_backs"), {"tab": tab}).context["shown"]
    counts = {t["url"]: t["count"] for t in page.tabs}
    assert counts[f"?tab={tab}"] == len(page.rows)
    return [r.proposal.matter.title for r in page.rows]


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2027, 3, 16), 12, date(2026, 3, 16)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_before_is_clipped_to_the_end_of_the_month(day: date, months: int, earlier: date) -> None:
    assert months_before(day, months) == earlier


def test_list_holds_what_is_due_with_key_ones_first(client: Client, house: House) -> None:
    closed(house, title="关于普通一件的提案")
    key = closed(house, title="关于重点一件的提案")
    with house.at_work():
        Proposal.objects.filter(pk=key.pk).update(is_key=True)
    client.force_login(house.users["staff"])
    with clock.at(date(2027, 3, 15)):
        assert shown(client, "due") == []
        assert len(shown(client, "later")) == 2
    with clock.at(A_YEAR_ON):
        assert shown(client, "due") == ["关于重点一件的提案", "关于普通一件的提案"]
        look(house, key, "done")
        assert shown(client, "due") == ["关于普通一件的提案"]
        assert shown(client, "seen") == ["关于重点一件的提案"]


def test_look_back_tells_the_proposer_and_leaves_it_closed(house: House) -> None:
    made = closed(house)
    with clock.at(A_YEAR_ON):
        look(house, made, "partly")
        with house.at_work():
            assert Proposal.objects.get(pk=made.pk).state == "closed"
    assert told(house, containing="回头看：部分落实") == {"proposer"}


def test_what_was_not_done_is_followed_again_with_a_promise(house: House) -> None:
    made = closed(house)
    with clock.at(A_YEAR_ON):
        with pytest.raises(Refused) as no:
            look(house, made, "not_done")
        assert no.value.message == "没有落实的，要写明由哪个单位做什么、何时完成，继续跟踪。"
        look(
            house,
            made,
            "not_done",
            promise=(house.units["a"], Promised("装信号灯", date(2027, 6, 30))),
        )
        with house.at_work():
            again = Proposal.objects.select_related("matter").get(pk=made.pk)
            promise = Promise.objects.get(proposal=made)
            running = Deadline.objects.running().filter(matter_id=made.pk)
            assert list(running.values_list("kind", "due_on")) == [("promise", date(2027, 6, 30))]
    assert (again.state, again.matter.closed_on, promise.state) == ("tracking", None, "open")
    assert "proposer" in told(house, containing="没有落实，继续跟踪")


def test_look_back_that_was_refused_leaves_nothing(house: House) -> None:
    made = closed(house)
    with clock.at(A_YEAR_ON), pytest.raises(Refused):
        look(house, made, "not_done", promise=(house.units["b"], Promised("装", date(2027, 6, 30))))
    with house.at_work():
        assert not LookBack.objects.exists()
        assert Proposal.objects.get(pk=made.pk).looked_back_on is None


@pytest.mark.parametrize(
    ("on", "note", "sentence"),
    [
        (date(2027, 3, 17), "看了", "回头看的日期还没有到。"),
        (date(2026, 3, 15), "看了", "回头看的日期早于办结，请核对。"),
        (A_YEAR_ON, " ", "请写看到的情况。"),
    ],
)
def test_look_back_that_cannot_be_is_refused(house: House, on: date, note: str, sentence: str) -> None:
    made = closed(house)
    with clock.at(A_YEAR_ON), house.at_work(), pytest.raises(Refused) as no:
        record_look_back(actor=house.actor("staff"), proposal=made, found=Found(on, "done", note))
    assert no.value.message == sentence


@pytest.mark.parametrize("who", ["reviewer", "leader", "clerk_a", "supervisor", "proposer"])
def test_look_back_by_anybody_but_staff_is_forbidden(house: House, who: str) -> None:
    made = closed(house)
    with clock.at(A_YEAR_ON), house.at_work(), pytest.raises(PermissionDenied):
        record_look_back(actor=house.actor(who), proposal=made, found=Found(A_YEAR_ON, "done", "看了"))


def test_look_back_page_keeps_photos_and_shows_them_to_those_who_take_part(
    client: Client, house: House
) -> None:
    made = closed(house)
    url = reverse("proposals:look_back", args=[made.pk])
    with clock.at(A_YEAR_ON):
        client.force_login(house.users["staff"])
        words = {"once": str(new_key()), "on": "2027-03-16", "note": "灯亮着"}
        assert client.post(url, {**words, "finding": "not_done"}).status_code == 422
        assert client.post(url, {**words, "finding": "done", "photos": [scan()]}).status_code == 302
        with house.at_work():
            photo = StoredFile.objects.get()
        seen = {}
        for who in ("staff", "proposer", "clerk_a", "outsider"):
            client.force_login(house.users[who])
            page = client.get(reverse("proposals:detail", args=[made.pk])).content.decode()
            opened = client.get(reverse("files:download", args=[photo.pk])).status_code
            seen[who] = ("灯亮着" in page, opened)
    assert seen == {
        "staff": (True, 200),
        "proposer": (True, 200),
        "clerk_a": (True, 200),
        "outsider": (False, 404),
    }


def test_list_reads_the_same_number_of_times_with_one_and_three(
    client: Client, house: House, django_assert_max_num_queries: Any
) -> None:
    client.force_login(house.users["staff"])
    counts = []
    for more in (1, 2):
        for _n in range(more):
            closed(house)
        with clock.at(A_YEAR_ON):
            client.get(reverse("proposals:look_backs"))
            with django_assert_max_num_queries(99) as queries:
                assert client.get(reverse("proposals:look_backs")).status_code == 200
        counts.append(len([q for q in queries.captured_queries if q["sql"].startswith("SELECT")]))
    assert counts == [counts[0]] * 2
    assert counts[0] <= 12
