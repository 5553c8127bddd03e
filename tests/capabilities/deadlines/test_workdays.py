"""Due dates against the State Council's arrangements, a day-by-day loop, and the sketch's own example."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.capabilities.deadlines.workdays import (
    Piece,
    YearCalendar,
    add_workdays,
    days,
    due,
    months,
    read_year,
    shipped_calendar,
    workdays_between,
    working_days,
)

if TYPE_CHECKING:
    from tongxin.capabilities.deadlines.workdays import (
        Calendar,
        DayRow,
    )

CAL = shipped_calendar()
DAYS = st.dates(date(2022, 6, 1), date(2027, 12, 31))


def rows(found: tuple[DayRow, ...]) -> list[tuple[str, str, str]]:
    return [(row.label, row.note, row.kind) for row in found]


# --- the shipped arrangements -------------------------------------------------------------------


# Weekdays, less the holidays on weekdays, plus the make-up days.
@pytest.mark.parametrize(
    ("year", "workdays", "holidays", "makeups"),
    [(2023, 249, 26, 7), (2024, 251, 28, 8), (2025, 248, 28, 5), (2026, 248, 33, 6)],
)
def test_shipped_calendar_each_year_has_the_announced_days(
    year: int, workdays: int, holidays: int, makeups: int
) -> None:
    arrangement = CAL.years[year]
    in_year = [day for day in arrangement.holidays if day.year == year]
    assert (len(CAL.workdays_of(year)), len(in_year), len(arrangement.workdays)) == (
        workdays,
        holidays,
        makeups,
    )


def test_shipped_calendar_makeup_days_are_all_weekends_and_no_holidays() -> None:
    for year in CAL.years.values():
        assert [day for day in year.workdays if day.weekday() < 5 or day in year.holidays] == []


def test_shipped_calendar_names_its_documents() -> None:
    assert {year: found.basis for year, found in CAL.years.items()} == {
        2023: "国务院办公厅关于2023年部分节假日安排的通知（国办发明电〔2022〕16号）",
        2024: "国务院办公厅关于2024年部分节假日安排的通知（国办发明电〔2023〕7号）",
        2025: "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）",
        2026: "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）",
    }


@pytest.mark.parametrize(
    ("day", "name", "works"),
    [
        (date(2022, 12, 31), "元旦放假", False),  # announced in the document for 2023
        (date(2025, 1, 26), "调休上班", True),
        (date(2025, 1, 28), "春节放假", False),
        (date(2025, 2, 5), "周三", True),
        (date(2025, 10, 8), "国庆节、中秋节放假", False),
        (date(2026, 10, 10), "调休上班", True),
        (date(2026, 10, 11), "周日", False),
        (date(2026, 10, 17), "周六", False),
    ],
)
def test_day_name_says_what_the_day_is(day: date, name: str, works: bool) -> None:  # noqa: FBT001
    assert (CAL.day_name(day), CAL.is_workday(day)) == (name, works)


def test_announced_2027_is_not() -> None:
    assert [CAL.announced(year) for year in (2022, 2023, 2024, 2025, 2026, 2027)] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]


def test_read_year_without_a_field_raises_value_error() -> None:
    with pytest.raises(ValueError, match="workdays"):
        read_year('{"year": 2027, "title": "t", "document": "d", "holidays": []}')


# --- working days ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 9, 29), 5, date(2026, 10, 12)),  # the sketch
        (date(2025, 1, 24), 3, date(2025, 2, 5)),  # 26 Jan worked, 27 Jan, then Spring Festival
        (date(2025, 1, 27), 4, date(2025, 2, 8)),  # Saturday 8 Feb is worked
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # Saturday worked before Spring Festival
        (date(2026, 2, 14), 5, date(2026, 2, 28)),  # 24–27 Feb and Saturday 28 Feb
        (date(2025, 4, 25), 2, date(2025, 4, 28)),  # Sunday 27 Apr worked before Labour Day
        (date(2026, 4, 30), 4, date(2026, 5, 9)),  # 6, 7, 8 May and Saturday 9 May
        (date(2025, 9, 26), 4, date(2025, 10, 9)),  # 28, 29, 30 Sep, then 9 Oct
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # Sunday 4 Jan worked
        (date(2024, 9, 13), 1, date(2024, 9, 14)),
        (date(2023, 9, 28), 1, date(2023, 10, 7)),
    ],
)
def test_working_days_around_holidays_end_on_the_official_day(
    start: date, count: int, expected: date
) -> None:
    assert due(start, working_days(count), CAL).due_on == expected


def test_working_days_over_national_day_explains_itself_as_in_the_sketch() -> None:
    found = due(date(2026, 9, 29), working_days(5), CAL, event="收到答复", rule="本委提案办理规则第9条")
    assert found.provisional is False
    assert found.explanation.sentence == (
        "9月29日收到答复，从次日起数5个工作日。国庆节放假不算，10月10日（星期六）调休上班，要算。"
    )
    assert found.explanation.pieces == (
        Piece("9月29日收到答复，从次日起数"),
        Piece("5个工作日", strong=True),
        Piece("。国庆节放假不算，10月10日（星期六）调休上班，要算。"),
    )
    assert rows(found.explanation.days) == [
        ("9/30", "1", "on"),
        ("10/1–10/7", "放假", "off"),
        ("10/8", "2", "on"),
        ("10/9", "3", "on"),
        ("10/10", "4", "on"),
        ("10/11", "周日", "off"),
        ("10/12", "5", "end"),
    ]
    assert found.explanation.basis == (
        "本委提案办理规则第9条；国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"
    )
    assert found.explanation.provisional_note == ""


def test_working_days_over_a_plain_weekend_say_so() -> None:
    found = due(date(2026, 7, 16), working_days(2), CAL, event="收到").explanation
    assert found.sentence == "7月16日收到，从次日起数2个工作日。周末不算。"
    assert rows(found.days) == [("7/17", "1", "on"), ("7/18–7/19", "周末", "off"), ("7/20", "2", "end")]


def test_working_days_within_a_week_mention_no_days_off() -> None:
    assert (
        due(date(2026, 7, 13), working_days(1), CAL).explanation.sentence
        == "7月13日起算，从次日起数1个工作日。"
    )


def test_working_days_long_count_is_shown_in_stretches() -> None:
    found = due(date(2026, 7, 13), working_days(20), CAL).explanation
    assert rows(found.days)[:3] == [
        ("7/14–7/17", "1–4", "on"),
        ("7/18–7/19", "周末", "off"),
        ("7/20–7/24", "5–9", "on"),
    ]
    assert rows(found.days)[-2:] == [("8/8–8/9", "周末", "off"), ("8/10", "20", "end")]


def naive_add(start: date, count: int, calendar: Calendar) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= calendar.is_workday(day)
    return day


def naive_between(start: date, end: date, calendar: Calendar) -> int:
    if end < start:
        return -naive_between(end, start, calendar)
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@given(DAYS, st.integers(1, 700))
def test_add_workdays_any_start_equals_walking(start: date, count: int) -> None:
    assert add_workdays(start, count, CAL) == naive_add(start, count, CAL)


@given(DAYS, DAYS)
def test_workdays_between_any_days_equals_walking(start: date, end: date) -> None:
    assert workdays_between(start, end, CAL) == naive_between(start, end, CAL)


@given(DAYS, st.integers(1, 60))
def test_explanation_any_working_days_numbers_every_day_once(start: date, count: int) -> None:
    found = due(start, working_days(count), CAL)
    numbers: list[int] = []
    for row in found.explanation.days:
        if row.kind != "off":
            first, _, last = row.note.partition("–")
            numbers.extend(range(int(first), int(last or first) + 1))
    assert numbers == list(range(1, count + 1))
    last_row = found.explanation.days[-1]
    assert (last_row.label, last_row.kind) == (f"{found.due_on.month}/{found.due_on.day}", "end")


@pytest.mark.parametrize(
    ("today", "due_on", "left"),
    [
        (date(2026, 10, 9), date(2026, 10, 12), 2),
        (date(2026, 10, 12), date(2026, 10, 12), 0),
        (date(2026, 10, 13), date(2026, 10, 12), -1),
        (date(2026, 9, 30), date(2026, 10, 8), 1),
        (date(2025, 12, 31), date(2026, 1, 5), 2),
    ],
)
def test_workdays_between_today_and_due_is_what_the_page_says(today: date, due_on: date, left: int) -> None:
    assert workdays_between(today, due_on, CAL) == left


# --- months and days ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2025, 9, 30), 3, date(2025, 12, 30)),
        (date(2025, 7, 13), 3, date(2025, 10, 13)),
        (date(2025, 6, 15), 6, date(2025, 12, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_end_of_the_month(start: date, count: int, expected: date) -> None:
    assert due(start, months(count), CAL, roll_forward=False).due_on == expected


def test_months_that_end_on_a_working_day_are_explained() -> None:
    found = due(date(2026, 7, 13), months(3), CAL, event="交办")
    assert (found.due_on, found.provisional) == (date(2026, 10, 13), False)
    assert found.explanation.sentence == "7月13日交办，满3个月，到10月13日。"
    assert found.explanation.pieces[1] == Piece("满3个月", strong=True)
    assert rows(found.explanation.days) == [
        ("8/13", "1个月", "on"),
        ("9/13", "2个月", "on"),
        ("10/13", "3个月", "end"),
    ]


def test_months_clipped_to_month_end_say_which_day_is_missing() -> None:
    found = due(date(2025, 8, 31), months(3), CAL, event="交办", roll_forward=False).explanation
    assert found.sentence == "8月31日交办，满3个月，到11月30日。11月没有31日，按月末算。"


def test_months_that_end_in_a_holiday_roll_to_the_next_working_day() -> None:
    found = due(date(2026, 7, 3), months(3), CAL, event="交办")
    assert found.due_on == date(2026, 10, 8)
    assert found.explanation.sentence == (
        "7月3日交办，满3个月，到10月3日。10月3日（星期六）是国庆节放假，顺延到10月8日（星期四）。"
    )
    assert rows(found.explanation.days) == [
        ("8/3", "1个月", "on"),
        ("9/3", "2个月", "on"),
        ("10/3", "3个月", "on"),
        ("10/3–10/7", "放假", "off"),
        ("10/8", "顺延", "end"),
    ]


def test_months_extended_by_approval_count_from_the_same_start() -> None:
    period = months(3).extended_by(3)
    found = due(date(2025, 11, 30), period, CAL, event="交办", roll_forward=False)
    assert period == months(3, extension=3)
    assert found.due_on == date(2026, 5, 30)
    assert found.explanation.sentence == "11月30日交办，满3个月，经批准延长3个月，到2026年5月30日。"


def test_days_that_end_on_a_weekend_roll_to_monday() -> None:
    found = due(date(2026, 7, 15), days(3), CAL, event="收到")
    assert found.due_on == date(2026, 7, 20)
    assert found.explanation.sentence == (
        "7月15日收到，从次日起数3天，到7月18日。7月18日（星期六）是周末，顺延到7月20日（星期一）。"
    )
    assert rows(found.explanation.days) == [
        ("7/16", "1", "on"),
        ("7/17", "2", "on"),
        ("7/18", "3", "on"),
        ("7/19", "周日", "off"),
        ("7/20", "顺延", "end"),
    ]


@given(DAYS, st.integers(1, 24))
def test_months_any_start_never_leave_the_month_aimed_at(start: date, count: int) -> None:
    found = due(start, months(count), CAL, roll_forward=False).due_on
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == count
    assert found.day == start.day or (found.day < start.day and (found + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    "make", [lambda: working_days(0), lambda: days(-1), lambda: working_days(3).extended_by(1)]
)
def test_period_that_is_none_is_refused(make: object) -> None:
    with pytest.raises(ValueError, match="period"):
        make()  # type: ignore[operator]


def test_add_workdays_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        add_workdays(date(2026, 1, 1), 0, CAL)


# --- years that are not announced, and edited ones ----------------------------------------------


def test_working_days_into_2027_are_provisional_and_say_so() -> None:
    found = due(date(2026, 12, 29), working_days(5), CAL, event="收到答复")
    assert (found.due_on, found.provisional) == (date(2027, 1, 5), True)  # weekends only: 1 Jan counts
    assert found.explanation.provisional_note == "2027年放假安排尚未公布，先按周末推算，公布后重算。"


def test_working_days_that_end_before_2027_are_not_provisional() -> None:
    found = due(date(2026, 12, 29), working_days(2), CAL)
    assert (found.due_on, found.provisional, found.explanation.provisional_note) == (
        date(2026, 12, 31),
        False,
        "",
    )


def test_months_into_2027_are_provisional_only_if_a_day_off_would_move_them() -> None:
    start = date(2026, 11, 13)
    assert due(start, months(3), CAL).provisional is True
    assert due(start, months(3), CAL, roll_forward=False).provisional is False


def test_year_before_the_table_is_said_to_be_missing_not_unannounced() -> None:
    found = due(date(2021, 5, 6), working_days(3), CAL)
    assert found.provisional is True
    assert found.explanation.provisional_note == "没有2021年的放假安排，按周末推算。"


def test_calendar_announced_late_settles_a_provisional_date() -> None:
    new_year = YearCalendar(2027, {date(2027, 1, 1): "元旦"}, frozenset({date(2027, 1, 2)}), "2027年安排")
    before = due(date(2026, 12, 30), working_days(2), CAL)
    after = due(date(2026, 12, 30), working_days(2), CAL.with_year(new_year))
    assert (before.due_on, before.provisional) == (date(2027, 1, 1), True)
    assert (after.due_on, after.provisional) == (date(2027, 1, 2), False)
    assert after.explanation.basis.endswith("；2027年安排")


def test_calendar_edited_by_staff_changes_the_date() -> None:
    was = CAL.years[2026]
    edited = CAL.with_year(YearCalendar(2026, was.holidays, was.workdays - {date(2026, 10, 10)}, was.basis))
    assert due(date(2026, 9, 29), working_days(5), edited).due_on == date(2026, 10, 13)
    assert due(date(2026, 9, 29), working_days(5), CAL).due_on == date(2026, 10, 12)


def test_calendar_later_arrangement_wins_over_the_earlier_for_the_same_day() -> None:
    day = date(2026, 12, 31)
    calendar = CAL.with_year(YearCalendar(2027, {day: "元旦"}, frozenset(), "2027年安排"))
    assert (CAL.is_workday(day), calendar.is_workday(day)) == (True, False)


def test_due_a_thousand_deadlines_take_under_fifty_milliseconds() -> None:
    starts = [date(2023, 1, 1) + timedelta(days=n) for n in range(1000)]
    periods = (working_days(5), working_days(15), days(10), months(3), months(3, extension=3))
    seconds = []
    for _ in range(3):  # the best of three: other processes share the machine
        began = time.perf_counter()
        for number, start in enumerate(starts):
            due(start, periods[number % 5], CAL)
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.05
