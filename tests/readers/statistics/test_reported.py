"""Numbers that were reported from elsewhere: beside what is counted, never in it."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.factories import JINCHANG, make_house
from tests.village import make_village
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core.errors import Refused
from tongxin.readers.statistics.actions.reporting import enter_reported
from tongxin.readers.statistics.models import ReportedNumber

if TYPE_CHECKING:
    from typing import Any

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
PAGE = "/statistics/reported/"
TYPED = {
    "figure": "grassroots.sessions",
    "place": "",
    "since": "2019-01-01",
    "until": "2019-12-31",
    "value": "478",
    "document": "华政协〔2019〕8号",
    "reported_by": "东华镇 祁某",
}


@pytest.fixture
def house(db: None) -> House:
    return make_village(make_house()).house


def rows(house: House) -> list[ReportedNumber]:
    with house.at_work():
        return list(ReportedNumber.objects.order_by("since"))


def enter(client: Client, **changed: Any) -> Any:
    return client.post(f"{PAGE}add/", TYPED | changed)


def test_reported_is_entered_with_document_and_person(house: House, client: Client) -> None:
    client.force_login(house.users["staff"])
    assert client.get(f"{PAGE}add/").status_code == 200
    assert enter(client).headers["Location"] == PAGE
    (row,) = rows(house)
    assert (row.value, row.document, row.reported_by, row.by_name) == (
        478,
        TYPED["document"],
        TYPED["reported_by"],
        house.users["staff"].name,
    )
    page = client.get(PAGE).content.decode()
    for said in ("478场次", "2019年", "东华镇 祁某", "华政协〔2019〕8号"):
        assert said in page
    with house.at_work():
        assert Entry.objects.filter(action="statistics.enter_reported").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"figure": "nothing"}, "figure"),
        ({"figure": ""}, "figure"),
        ({"until": "2018-12-31"}, "until"),
        ({"since": "2199-01-01", "until": "2199-12-31"}, "since"),
        ({"since": "x"}, "since"),
        ({"value": "-1"}, "__all__"),
        ({"value": "x"}, "value"),
        ({"value": "9" * 30}, "value"),
        ({"document": ""}, "document"),
        ({"reported_by": " "}, "reported_by"),
        ({"place": "620300"}, "place"),
        ({"document": "长" * 121}, "document"),
    ],
)
def test_reported_with_a_fault_is_said_and_kept(
    house: House, client: Client, changed: dict[str, str], field: str
) -> None:
    client.force_login(house.users["staff"])
    answer = enter(client, **changed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert rows(house) == []
    assert answer.context["form"]["reported_by"].value() == (
        changed.get("reported_by") or TYPED["reported_by"]
    )


def test_reported_of_an_overlapping_span_is_warned_of_first(house: House, client: Client) -> None:
    client.force_login(house.users["staff"])
    enter(client)
    overlapping = {"since": "2019-07-01", "until": "2020-06-30"}
    answer = enter(client, **overlapping)
    assert answer.status_code == 422
    assert "时间重叠（2019年）" in answer.content.decode()
    assert enter(client, **overlapping, overlaps="on").status_code == 302
    assert len(rows(house)) == 2


def test_reported_of_another_place_does_not_overlap(house: House, client: Client) -> None:
    client.force_login(house.users["staff"])
    enter(client)
    assert enter(client, place="620881101").status_code == 302


def test_reported_twice_is_refused(house: House, client: Client) -> None:
    client.force_login(house.users["staff"])
    enter(client)
    answer = enter(client, overlaps="on")
    assert answer.status_code == 422
    assert "已经报过了" in answer.content.decode()
    (row,) = rows(house)
    again = ReportedNumber(**{f: getattr(row, f) for f in ("figure", "since", "until", "value", "document")})
    with house.at_work(), pytest.raises(Refused):
        enter_reported(actor=house.actor("staff"), row=again)
    assert len(rows(house)) == 1


def test_reported_is_taken_back_with_a_reason_and_stays_in_the_list(house: House, client: Client) -> None:
    client.force_login(house.users["staff"])
    enter(client)
    (row,) = rows(house)
    url = f"{PAGE}{row.pk}/withdraw/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "抄错了"}).status_code == 302
    assert client.post(url, {"reason": "抄错了"}).status_code == 409
    page = client.get(PAGE).content.decode()
    assert "<del>478场次</del>" in page
    assert "抄错了" in page
    assert client.get("/statistics/figures/grassroots.sessions/").context["opened"].reported == []
    # And may be reported anew.
    assert enter(client, value="487").status_code == 302


def test_reported_as_a_sheet(house: House, client: Client) -> None:
    client.force_login(house.users["staff"])
    enter(client, document="=1+1")
    answer = client.get(f"{PAGE}reported.xlsx")
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    head, row = sheet.iter_rows(values_only=True)
    found = dict(zip(head, row, strict=True))
    assert (found["性质"], found["数值"], found["单位"], found["依据的文件"]) == (
        "报送数",
        478,
        "场次",
        "=1+1",
    )


@pytest.mark.parametrize(
    ("who", "reads", "enters"),
    [
        ("staff", 200, 200),
        ("leader", 200, 403),
        ("auditor", 200, 403),
        ("tenant_admin", 403, 403),
        ("proposer", 403, 403),
    ],
)
def test_reported_is_read_by_the_office_and_kept_by_staff(
    house: House, client: Client, who: str, reads: int, enters: int
) -> None:
    client.force_login(house.users["staff"])
    enter(client)
    (row,) = rows(house)
    client.force_login(house.users[who])
    answers = [client.get(f"{PAGE}{name}").status_code for name in ("", "reported.xlsx", "add/")]
    assert answers == [reads, reads, enters]
    assert client.get(f"{PAGE}{row.pk}/withdraw/").status_code == enters
    if enters != 200:
        assert enter(client).status_code == 403


def test_reported_of_another_committee_is_not_there(house: House, client: Client) -> None:
    client.force_login(house.users["staff"])
    enter(client)
    (row,) = rows(house)
    client.force_login(make_house(JINCHANG).users["staff"])
    assert client.get(PAGE).context["lines"] == []
    assert client.post(f"{PAGE}{row.pk}/withdraw/", {"reason": "x"}).status_code == 404
    assert rows(house)[0].withdrawn_on is None


def test_reported_span_is_a_date() -> None:
    assert ReportedNumber(since=date(2019, 1, 1), until=date(2019, 12, 31)).period.year == "2019"
