"""The upper side: what may be asked, reminding, withdrawing, medians."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.readers.rollup.offices import (
    TODAY,
    UNITS,
    ask,
    open_office,
    prepare,
    report,
    sheet_of,
)
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import all_figures
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.actions import asking
from tongxin.readers.rollup.collecting import offered
from tongxin.readers.rollup.models import Received, Request, Sheet, SheetValue

if TYPE_CHECKING:
    from tests.readers.rollup.offices import Office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def told(office: Office) -> list[str]:
    with office.at_work():
        return list(Notice.objects.order_by("at", "pk").values_list("text", flat=True))


def test_reminding_tells_each_missing_one_once_a_day(city: Office, county: Office, second: Office) -> None:
    made = ask(city)
    report(second)
    below = Committee.objects.filter(parent=city.committee).count()
    actor = city.actor("staff")
    with city.at_work():
        assert asking.remind_missing(actor=actor, request=made) == below - 1
    assert told(county)[-1] == "平凉市政协催报（3月5日）：2025年工作数据"
    with city.at_work(), pytest.raises(Refused, match="今天已经催过了"):
        asking.remind_missing(actor=actor, request=made)
    with clock.at(TODAY + timedelta(days=1)), city.at_work():
        assert asking.remind_missing(actor=actor, request=made) == below - 1
    assert len(told(county)) == 3
    assert not any("催报" in text for text in told(second))


def test_request_is_withdrawn_while_nobody_has_answered(city: Office, county: Office) -> None:
    made = ask(city)
    prepare(county)
    with city.at_work():
        asking.withdraw_request(actor=city.actor("staff"), request=made)
        assert (Request.objects.count(), Received.objects.count()) == (0, 0)
    with county.at_work():
        assert Sheet.objects.count() == 0
    assert told(county)[-1] == "平凉市政协撤回了数据征集：2025年工作数据，不用报了"


def test_request_that_somebody_answered_is_not_withdrawn(city: Office, county: Office) -> None:
    made = ask(city)
    report(county)
    with city.at_work(), pytest.raises(Refused, match="已经有地方报了"):
        asking.withdraw_request(actor=city.actor("staff"), request=made)
    with county.at_work():
        assert SheetValue.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"until": date(2026, 12, 31)}, "还没有过完"),
        ({"since": date(2027, 1, 1), "until": date(2027, 12, 31)}, "还没有过完"),
        ({"since": date(2025, 12, 31), "until": date(2025, 1, 1)}, "结束日期不能早于开始日期"),
        ({"due_on": date(2026, 3, 4)}, "报送期限不能早于今天"),
        ({"title": " "}, "请写标题"),
        ({"figures": []}, "请至少选一个数字"),
        ({"figures": ["topics.voices"]}, "有的数字不能征集"),
        ({"figures": ["organization.sector_members.渔业"]}, "有的数字不能征集"),
    ],
)
def test_asking_for_what_cannot_be_asked_is_refused(
    city: Office, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        ask(city, **more)
    with city.at_work():
        assert Request.objects.count() == 0


def test_asking_with_nobody_below_is_refused_with_a_sentence(county: Office) -> None:
    with pytest.raises(Refused, match="下面没有政协组织"):
        ask(county)


def test_offered_figures_single_nobody_out_and_are_of_no_family() -> None:
    known = {one.id for one in all_figures()}
    ids = {one.id for one in offered()}
    assert ids <= known
    singling = {"topics.voices", "codes.scans", "conversations.voices", "conversations.answers"}
    assert {one.id for one in all_figures() if one.suppressed_below} == singling
    assert ids == known - singling


def test_medians_are_told_where_five_reported_and_nobody_learns_a_number(city: Office) -> None:
    codes = Committee.objects.filter(parent=city.committee).order_by("code").values_list("code", flat=True)
    below = [open_office(code, units=n) for n, code in enumerate(codes[:5], start=1)]
    made = ask(city)
    for office in below[:4]:
        report(office)
    with city.at_work(), pytest.raises(Refused, match="不到5个"):
        asking.tell_medians(actor=city.actor("staff"), request=made)
    report(below[4])
    with city.at_work():
        assert asking.tell_medians(actor=city.actor("staff"), request=made) == 5
    for office in below:
        assert sheet_of(office).medians == {UNITS: {"median": "3", "of": 5}}
