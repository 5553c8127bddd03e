"""The yearly report of a station's head: written, handed in with its figures, reviewed, archived."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests.activities.grassroots.ledger import session_in, solved, village
from tests.activities.proposals.notices import told
from tests.factories import JINCHANG, make_house
from tests.village import make_village
from tongxin.activities.grassroots.actions import reporting
from tongxin.activities.grassroots.models import StationReport
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 28)


@pytest.fixture(autouse=True)
def in_december() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def here() -> Village:
    return village()


def enter(client: Client, here: Village, who: str) -> None:
    client.force_login(here.house.users[who])


def post(client: Client, name: str, *args: object, **data: Any) -> Any:
    return client.post(reverse(f"grassroots:{name}", args=args), {"once": str(new_key()), **data})


def the_report(here: Village) -> StationReport:
    with here.house.at_work():
        return StationReport.objects.select_related("node").get(node=here.station)


def begun(here: Village) -> StationReport:
    with here.house.at_work():
        return reporting.begin_report(actor=here.house.actor("head"), node=here.station, year=2026)


def submitted(here: Village) -> StationReport:
    made = begun(here)
    with here.house.at_work():
        return reporting.submit_report(actor=here.house.actor("head"), report=made)


def test_report_begins_with_the_figures_of_the_year_and_only_once(client: Client, here: Village) -> None:
    solved(here, session=session_in(here), due_on=None)
    enter(client, here, "head")
    listed = client.get(reverse("grassroots:reports"))
    assert [(r.node.name, r.report, r.is_own) for r in listed.context["rows"]] == [
        ("东华镇委员工作站", None, True)
    ]
    for _time in range(2):
        assert post(client, "begin_report", here.station.pk, 2026).status_code == 302
    made = the_report(here)
    assert (made.head_name, made.state) == ("祁站长", "draft")
    assert "2026年，东华镇委员工作站协商议事活动1场次，协商解决问题1件。" in made.text
    page = client.get(reverse("grassroots:edit_report", args=[made.pk]))
    counts = {f.today.id: f.today.count for f in page.context["figures"]}
    assert (counts["grassroots.sessions"], counts["grassroots.problems_solved"]) == (1, 1)


def test_text_saves_itself_and_a_stale_copy_is_told_so(client: Client, here: Village) -> None:
    made = begun(here)
    enter(client, here, "head")
    saved = post(client, "autosave_report", made.pk, text="写了一句", version=made.version)
    assert (saved.status_code, saved.json()) == (200, {"version": made.version + 1})
    stale = post(client, "autosave_report", made.pk, text="旧手机上的", version=made.version)
    assert (stale.status_code, the_report(here).text) == (409, "写了一句")
    done = post(client, "edit_report", made.pk, text="写完了", version=made.version + 1, step="submit")
    assert done.status_code == 302
    found = the_report(here)
    assert (found.text, found.state, found.submitted_on) == ("写完了", "submitted", DAY)
    assert told(here.house, containing="提交了2026年述职报告") == {"staff", "staff_2"}
    late = post(client, "autosave_report", made.pk, text="又改", version=found.version)
    assert (late.status_code, the_report(here).text) == (409, "写完了")


def test_figures_stay_as_handed_in_beside_those_of_today(client: Client, here: Village) -> None:
    session_in(here)
    made = submitted(here)
    session_in(here, "渠堵了怎么办")
    assert made.figures["grassroots.sessions"] == 1
    enter(client, here, "staff")
    page = client.get(reverse("grassroots:report", args=[made.pk]))
    found = next(f for f in page.context["figures"] if f.today.id == "grassroots.sessions")
    assert (found.then, found.today.count, found.has_changed) == (1, 2, True)
    listed = client.get(found.today.url)
    assert listed.status_code == 200
    paper = client.get(reverse("grassroots:report_paper", args=[made.pk]))
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


def test_office_reviews_gives_back_and_archives_in_this_order(client: Client, here: Village) -> None:
    made = submitted(here)
    enter(client, here, "staff")
    assert post(client, "archive_report", made.pk).status_code == 409
    assert post(client, "give_back_report", made.pk).status_code == 422
    assert post(client, "give_back_report", made.pk, reason="请补数字。").status_code == 302
    assert told(here.house, containing="请补数字") == {"head"}
    assert client.get(reverse("grassroots:report", args=[made.pk])).status_code == 404
    with here.house.at_work():
        reporting.submit_report(actor=here.house.actor("head"), report=made)
    assert post(client, "review_report", made.pk, points="101", review="好").status_code == 422
    enter(client, here, "leader")
    assert post(client, "review_report", made.pk, points="92.5", review="工作扎实。").status_code == 302
    found = the_report(here)
    assert (found.points, found.review, found.reviewed_by_name) == (
        Decimal("92.5"),
        "工作扎实。",
        "常主席",
    )
    enter(client, here, "staff")
    assert post(client, "archive_report", made.pk).status_code == 302
    assert post(client, "review_report", made.pk, points="1", review="改").status_code == 409
    assert the_report(here).points == Decimal("92.5")


def test_only_the_own_head_writes_and_others_do_not_find_it(client: Client, here: Village) -> None:
    make_village(here.house, name="米家沟村", town="安口镇", key="2")
    other = make_village(make_house(JINCHANG))
    made = begun(here)
    with here.house.at_work(), pytest.raises(PermissionDenied):
        reporting.save_report(actor=here.house.actor("head2"), report=made, text="改", version=None)
    with here.house.at_work(), pytest.raises(PermissionDenied):
        reporting.begin_report(actor=here.house.actor("staff"), node=here.station, year=2026)
    enter(client, here, "head2")
    assert client.get(reverse("grassroots:edit_report", args=[made.pk])).status_code == 404
    assert post(client, "begin_report", here.station.pk, 2026).status_code == 404
    enter(client, here, "staff")
    assert client.get(reverse("grassroots:report", args=[made.pk])).status_code == 404
    assert client.get(reverse("grassroots:edit_report", args=[made.pk])).status_code == 403
    enter(client, other, "head")
    assert client.get(reverse("grassroots:report", args=[made.pk])).status_code == 404


def test_report_of_a_year_to_come_or_of_a_council_is_refused(here: Village) -> None:
    head = here.house.actor("head")
    with here.house.at_work(), pytest.raises(Refused, match="还没有到"):
        reporting.begin_report(actor=head, node=here.station, year=2027)
    with here.house.at_work(), pytest.raises(PermissionDenied):
        reporting.begin_report(actor=head, node=here.council, year=2026)
