"""From the counties to the city to the province: what is asked, signed, copied, corrected and given back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.readers.rollup import offices
from tests.readers.rollup.offices import (
    COUNTY,
    COUNTY_2,
    MEMBERS,
    PROVINCE,
    SHARE,
    SPAN,
    TODAY,
    UNITS,
    add_members,
    add_units,
    ask,
    correct,
    numbers,
    open_office,
    prepare,
    received,
    report,
    report_number,
    sheet_of,
    sign,
)
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.models import Committee, Place
from tongxin.readers.rollup.actions import asking, reporting
from tongxin.readers.rollup.models import Received, Request, Sheet

if TYPE_CHECKING:
    from tests.readers.rollup.offices import Office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def province(db: None) -> Office:
    return open_office(PROVINCE)


def told(office: Office) -> list[str]:
    with office.at_work():
        return list(Notice.objects.order_by("at", "pk").values_list("text", flat=True))


def test_asking_gives_every_committee_below_a_sheet_and_its_staff_a_notice(
    city: Office, county: Office
) -> None:
    made = ask(city, UNITS, SHARE)
    below = Committee.objects.filter(parent=city.committee).count()
    with city.at_work():
        rows = Received.objects.filter(request=made)
        assert (rows.count(), set(rows.values_list("state", flat=True))) == (below, {"awaited"})
    sheet = sheet_of(county)
    assert (sheet.state, sheet.figures, sheet.to_id) == ("draft", [UNITS, SHARE], city.committee.pk)
    assert told(county) == ["平凉市政协请报送数据：2025年工作数据，3月5日前"]
    with county.at_work():
        assert list(Entry.objects.values_list("action", flat=True)) == ["rollup.ask_below"]


def test_three_levels_report_with_values_sums_and_the_missing_by_name(
    province: Office, city: Office, county: Office, second: Office
) -> None:
    add_members(county, 4, enrolled=1)
    add_members(second, 2, enrolled=2)
    ask(province, UNITS, SHARE)
    ask(city, UNITS, SHARE)
    report(county)
    report(second)
    assert numbers(city, county) == {(UNITS, "records"): "3", (SHARE, "records"): "25"}
    report(city)
    # 3 of 6 members, not the average of 25 and 100.
    assert numbers(province, city) == {
        (UNITS, "records"): "2",
        (UNITS, "below"): "8",
        (SHARE, "below"): "50",
    }
    others = set(Committee.objects.filter(parent=city.committee).values_list("code", flat=True))
    assert set(received(province, city).missing) == others - {COUNTY, COUNTY_2}


def test_reported_numbers_stand_apart_on_every_level(province: Office, city: Office, county: Office) -> None:
    report_number(county, UNITS, "40")
    ask(province, UNITS)
    ask(city, UNITS)
    report(county)
    assert numbers(city, county) == {(UNITS, "records"): "3", (UNITS, "reported"): "40"}
    report(city)
    assert numbers(province, city) == {
        (UNITS, "records"): "2",
        (UNITS, "below"): "3",
        (UNITS, "below_reported"): "40",
    }


def test_number_entered_for_a_county_counts_only_until_it_reports(
    province: Office, city: Office, county: Office
) -> None:
    report_number(city, UNITS, "70", place=Place.objects.get(pk=COUNTY))
    ask(province, UNITS)
    report(city)
    assert numbers(province, city) == {(UNITS, "records"): "2", (UNITS, "below_reported"): "70"}
    ask(city, UNITS)
    report(county)
    correct(city, "县里报来了")
    report(city)
    assert numbers(province, city) == {(UNITS, "records"): "2", (UNITS, "below"): "3"}


def test_towns_add_up_where_the_committee_has_no_word_of_its_own(city: Office, county: Office) -> None:
    towns = Place.objects.filter(parent=COUNTY).order_by("code")
    for place, value in zip(towns, ("4", "6"), strict=False):
        report_number(county, UNITS, value, place=place)
    ask(city, UNITS)
    report(county)
    assert numbers(city, county) == {(UNITS, "records"): "3", (UNITS, "reported"): "10"}
    report_number(county, UNITS, "15")
    correct(county)
    report(county)
    assert numbers(city, county)[UNITS, "reported"] == "15"


def test_share_that_was_reported_is_told_and_never_added(
    province: Office, city: Office, county: Office, second: Office
) -> None:
    for office, value in ((county, "30"), (second, "50")):
        report_number(office, SHARE, value)
    ask(province, SHARE)
    ask(city, SHARE)
    report(county)
    report(second)
    assert numbers(city, county)[SHARE, "reported"] == "30"
    report(city)
    assert (SHARE, "below_reported") not in numbers(province, city)


def test_figure_that_a_committee_lacks_is_empty_and_not_nought(city: Office, county: Office) -> None:
    made = ask(city, UNITS)
    with city.at_work():
        Request.objects.filter(pk=made.pk).update(figures=[UNITS, "organization.sector_members.渔业"])
    with county.at_work():
        Sheet.objects.update(figures=[UNITS, "organization.sector_members.渔业"])
    report(county)
    assert numbers(city, county) == {(UNITS, "records"): "3"}


def test_signing_freezes_and_a_correction_keeps_both_versions(city: Office, county: Office) -> None:
    ask(city)
    first = report(county, "3月起用平台")
    add_units(county, 2)
    assert numbers(city, county) == {(UNITS, "records"): "3"}
    correct(county)
    # Until the correction is signed, the first version counts.
    assert (received(city, county).version, received(city, county).remark) == (1, "3月起用平台")
    report(county)
    row = received(city, county)
    assert (row.version, row.state, row.correction) == (2, "received", "漏了两个单位")
    assert numbers(city, county) == {(UNITS, "records"): "5"}
    with city.at_work():
        states = Received.objects.filter(sender=county.committee).values_list("version", "state")
        assert sorted(states) == [(1, "replaced"), (2, "received")]
    with county.at_work():
        first.refresh_from_db()
        assert (first.state, [int(v.value) for v in first.values.all()]) == ("replaced", [3])


def test_returned_sheet_counts_no_longer_and_can_be_reported_anew(
    province: Office, city: Office, county: Office
) -> None:
    ask(province)
    ask(city)
    report(county)
    with city.at_work():
        asking.return_sheet(actor=city.actor("staff"), received=received(city, county), reason="少报了")
    assert (sheet_of(county).state, sheet_of(county).returned_reason) == ("returned", "少报了")
    assert told(county)[-1] == "上报表被退回：2025年工作数据。原因：少报了"
    report(city)
    assert numbers(province, city) == {(UNITS, "records"): "2"}
    assert COUNTY in received(province, city).missing
    add_units(county, 1)
    correct(county, "按退回的意见更正")
    report(county)
    assert (received(city, county).version, numbers(city, county)) == (2, {(UNITS, "records"): "4"})
    # What had been given back stays so in the upper side's memory, and counts no longer.
    with city.at_work():
        old = Received.objects.get(sender=county.committee, version=1)
        assert (old.state, old.returned_reason) == ("replaced", "少报了")


def test_version_that_was_replaced_cannot_be_returned(city: Office, county: Office) -> None:
    ask(city)
    report(county)
    old = received(city, county)
    correct(county)
    report(county)
    with city.at_work(), pytest.raises(Refused, match="这一版现在不能退回"):
        asking.return_sheet(actor=city.actor("staff"), received=old, reason="少报了")


def test_signing_after_the_day_is_allowed_and_late(city: Office, county: Office) -> None:
    ask(city)
    with clock.at(TODAY + timedelta(days=1)):
        report(county)
        assert sheet_of(county).is_late
        assert told(city)[-1] == "华亭市政协报来了数据（迟报）：2025年工作数据"
    with county.at_work():
        entry = Entry.objects.get(action="rollup.sign_sheet")
        assert entry.detail == {"version": 1, "late": True}


def test_signing_other_numbers_than_those_seen_is_refused(city: Office, county: Office) -> None:
    ask(city)
    sheet = prepare(county)
    seen = offices.seen_of(county, sheet)
    add_units(county, 1)
    with county.at_work(), pytest.raises(Refused, match="打开以后数字变了"):
        reporting.sign_sheet(actor=county.actor("leader"), sheet=sheet, seen=seen)
    assert received(city, county).state == "awaited"


def test_clerk_and_auditor_do_not_sign_and_a_leader_does_not_prepare(city: Office, county: Office) -> None:
    ask(city)
    sheet = prepare(county)
    for who in ("staff", "auditor"):
        with county.at_work(), pytest.raises(PermissionDenied):
            reporting.sign_sheet(actor=county.actor(who), sheet=sheet, seen="")
    with county.at_work():
        reporting.put_back_sheet(actor=county.actor("leader"), sheet=sheet)
    with county.at_work(), pytest.raises(PermissionDenied):
        reporting.ask_signature(actor=county.actor("leader"), sheet=sheet, remark="")
    assert sheet_of(county).state == "draft"


def test_draft_is_not_signed_before_the_clerk_asks(city: Office, county: Office) -> None:
    ask(city)
    with pytest.raises(Refused, match="不在待签发"):
        sign(county)


def test_people_of_another_committee_can_do_nothing(city: Office, county: Office, second: Office) -> None:
    made = ask(city)
    report(county)
    sheet, row = sheet_of(county), received(city, county)
    stranger, leader = second.actor("staff"), second.actor("leader")
    refused: list[Any] = [
        lambda: reporting.write_remark(actor=stranger, sheet=sheet, remark="x"),
        lambda: reporting.correct_sheet(actor=stranger, sheet=sheet, reason="x"),
        lambda: reporting.sign_sheet(actor=leader, sheet=sheet, seen=""),
        lambda: reporting.put_back_sheet(actor=leader, sheet=sheet),
        lambda: asking.return_sheet(actor=stranger, received=row, reason="x"),
        lambda: asking.remind_missing(actor=stranger, request=made),
        lambda: asking.withdraw_request(actor=stranger, request=made),
        lambda: asking.tell_medians(actor=stranger, request=made),
    ]
    for work in refused:
        with second.at_work(), pytest.raises(PermissionDenied):
            work()


def test_correction_needs_a_reason_begins_once_and_can_be_dropped(city: Office, county: Office) -> None:
    ask(city)
    first = report(county)
    with pytest.raises(Refused, match="请写明更正的原因"):
        correct(county, "  ")
    draft = correct(county)
    with county.at_work(), pytest.raises(Refused, match="更正已经开始"):
        reporting.correct_sheet(actor=county.actor("staff"), sheet=first, reason="再改")
    with county.at_work():
        reporting.drop_correction(actor=county.actor("staff"), sheet=draft)
    assert (sheet_of(county).pk, sheet_of(county).state) == (first.pk, "signed")
    prepared = correct(county)
    prepare(county)
    with county.at_work(), pytest.raises(Refused):
        reporting.drop_correction(actor=county.actor("staff"), sheet=prepared)


def test_first_version_cannot_be_dropped(city: Office, county: Office) -> None:
    ask(city)
    with county.at_work(), pytest.raises(Refused, match="这是第一版"):
        reporting.drop_correction(actor=county.actor("staff"), sheet=sheet_of(county))


def test_asking_and_signing_work_where_the_other_side_has_nobody(city: Office) -> None:
    ask(city)
    # Nobody of the province is there to be told.
    lonely = open_office("620822", units=1)
    report(lonely)
    assert numbers(city, lonely) == {(UNITS, "records"): "1"}


def test_newest_report_counts_when_two_requests_are_of_one_span(
    province: Office, city: Office, county: Office
) -> None:
    ask(province, UNITS, MEMBERS)
    ask(city, UNITS)
    report(county)
    add_units(county, 1)
    with clock.at(TODAY + timedelta(days=1)):
        ask(city, MEMBERS)
        report(county)
    # The second asked for something else: the first still stands for its figure.
    report(city)
    assert numbers(province, city) == {
        (UNITS, "records"): "2",
        (UNITS, "below"): "3",
        (MEMBERS, "records"): "0",
        (MEMBERS, "below"): "0",
    }


def test_span_of_a_whole_year_is_known_as_one(city: Office, county: Office) -> None:
    ask(city)
    assert (sheet_of(county).period.key, (sheet_of(county).since, sheet_of(county).until)) == ("2025", SPAN)
