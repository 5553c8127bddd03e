from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.capabilities.builders import World, make_world
from tongxin.capabilities.deadlines import news
from tongxin.capabilities.deadlines.actions import (
    announce_year,
    drop_deadlines,
    extend_deadline,
    meet_deadline,
    recalculate_deadlines,
    remove_calendar_day,
    set_calendar_day,
    start_deadline,
)
from tongxin.capabilities.deadlines.models import AnnouncedYear, CalendarChange, CalendarDay, Deadline
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left, explain, running_for
from tongxin.capabilities.deadlines.setup import install
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_django import DjangoAssertNumQueries

    from tongxin.capabilities.deadlines.selectors import Change
    from tongxin.foundation.core.access import Actor

pytestmark = pytest.mark.django_db

S1 = UUID(int=1)
S2 = UUID(int=2)
HOLIDAY = CalendarDay.Kind.HOLIDAY
WORKDAY = CalendarDay.Kind.WORKDAY


@pytest.fixture
def world() -> Iterator[World]:
    made = make_world("990001", "staff")
    with tenancy.scope([made.committee.pk], user_id=made.user.pk), clock.at(date(2026, 9, 25)):
        yield made


def started(world: World, **change: object) -> Deadline:
    given: dict[str, object] = {
        "matter": world.matter(),
        "kind": "rating",
        "starts_on": date(2026, 9, 28),
        "reason": "收到答复",
        "working_days": 5,
    }
    return start_deadline(**{**given, **change})  # type: ignore[arg-type]


def test_deadline_over_national_day_counts_the_make_up_saturday(world: World) -> None:
    deadline = started(world)
    # 9/29, 9/30, 10/8, 10/9, and Saturday 10/10, which is worked.
    assert (deadline.due_on, deadline.provisional) == (date(2026, 10, 10), False)


def test_months_that_end_in_a_holiday_end_after_it(world: World) -> None:
    assert started(world, starts_on=date(2026, 7, 3), months=3, working_days=0).due_on == date(2026, 10, 8)


@pytest.mark.parametrize("lengths", [{"months": 0, "working_days": 0}, {"months": 1, "working_days": 1}])
def test_deadline_with_no_length_or_two_is_refused(world: World, lengths: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="length"):
        started(world, **lengths)


def test_promised_date_is_kept_as_said_and_explained(world: World) -> None:
    # A Sunday; a word that was given is not rolled on to the Monday.
    deadline = started(world, working_days=0, on=date(2027, 1, 31), reason="正式答复")
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 31), False)
    told = explain(deadline, calendar_of(world.committee.pk))
    assert told.sentence == "9月28日正式答复，按承诺的日期，到2027年1月31日。"
    assert [(row.note, row.kind) for row in told.days] == [("承诺", "end")]
    assert (told.basis, told.provisional_note) == ("", "")


def test_promised_date_stays_when_the_calendar_changes(world: World) -> None:
    deadline = started(world, working_days=0, on=date(2026, 10, 9), reason="正式答复")
    assert (
        set_calendar_day(actor=world.actor, on=date(2026, 10, 9), kind=HOLIDAY, name="州庆", basis="") == []
    )
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 10, 9)


def test_promised_date_with_a_length_beside_it_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="length"):
        started(world, on=date(2026, 10, 9))


def test_starting_again_drops_only_the_one_of_the_same_subject(world: World) -> None:
    matter = world.matter()
    first, other = (started(world, matter=matter, subject_id=s) for s in (S1, S2))
    again = started(world, matter=matter, subject_id=S1)
    assert set(Deadline.objects.running()) == {other, again}
    first.refresh_from_db()
    assert first.dropped_on == date(2026, 9, 25)


def test_two_running_deadlines_of_one_kind_are_impossible(world: World) -> None:
    deadline = started(world)
    deadline.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.create(
            committee=world.committee,
            matter=deadline.matter,
            kind="rating",
            starts_on=date(2026, 9, 28),
            working_days=1,
            due_on=date(2026, 9, 29),
            reason="",
        )


def test_meeting_sets_today_on_the_named_kinds_and_subject_only(world: World) -> None:
    matter = world.matter()
    mine, other = (started(world, matter=matter, subject_id=s) for s in (S1, S2))
    later = started(world, matter=matter, kind="reply", subject_id=S1)
    meet_deadline(matter=matter, kinds=["rating"], subject_id=S1)
    assert set(Deadline.objects.running()) == {other, later}
    mine.refresh_from_db()
    assert (mine.met_on, mine.dropped_on) == (date(2026, 9, 25), None)


def test_dropping_without_kinds_ends_all_of_the_matter_and_no_other(world: World) -> None:
    matter = world.matter()
    for kind in ("rating", "reply"):
        started(world, matter=matter, kind=kind, subject_id=S1)
    elsewhere = started(world)
    drop_deadlines(matter=matter)
    assert list(Deadline.objects.running()) == [elsewhere]


def test_extension_by_a_month_moves_the_date_and_is_explained(world: World) -> None:
    deadline = started(
        world, starts_on=date(2026, 3, 2), months=3, working_days=0, reason="交办", basis="规则第9条"
    )
    extended = extend_deadline(deadline=deadline, months=1, reason="需要现场勘测")
    assert extended.due_on == date(2026, 7, 2)
    told = explain(extended, calendar_of(world.committee.pk))
    assert "经批准延长1个月" in told.sentence
    assert told.basis.startswith("规则第9条；国务院办公厅")
    assert told.basis.endswith("延长原因：需要现场勘测")


def test_extension_of_months_by_working_days_counts_on_from_the_old_end(world: World) -> None:
    deadline = started(world, starts_on=date(2026, 3, 2), months=3, working_days=0)
    extended = extend_deadline(deadline=deadline, working_days=3, reason="会签")
    assert extended.due_on == date(2026, 6, 5)
    told = explain(extended, calendar_of(world.committee.pk))
    assert "3个月" in told.sentence
    assert "3个工作日" in told.sentence


def test_met_deadline_cannot_be_extended(world: World) -> None:
    deadline = started(world)
    meet_deadline(matter=deadline.matter, kinds=["rating"])
    with pytest.raises(Refused):
        extend_deadline(deadline=deadline, months=1, reason="")


def test_added_holiday_moves_running_deadlines_and_says_so_everywhere(world: World) -> None:
    moved = started(world, matter=world.matter(code="2026-087"), unit_id=world.unit("市交通运输局").pk)
    before_it = started(world, starts_on=date(2026, 9, 20), working_days=1)
    done = started(world)
    meet_deadline(matter=done.matter, kinds=["rating"])

    changes = set_calendar_day(
        actor=world.actor, on=date(2026, 10, 9), kind=HOLIDAY, name="州庆日", basis="州政府通知"
    )

    assert [(c.deadline, c.before, c.after) for c in changes] == [
        (moved, date(2026, 10, 10), date(2026, 10, 12))
    ]
    assert {d.pk: d.due_on for d in Deadline.objects.all()} == {
        moved.pk: date(2026, 10, 12),
        before_it.pk: date(2026, 9, 21),
        done.pk: date(2026, 10, 10),
    }
    assert list(TimelineEntry.objects.values_list("matter_id", "who", "text")) == [
        (moved.matter_id, "何秀兰", "期限由10月10日改为10月12日：10月9日是州庆日，放假")
    ]
    noted = CalendarChange.objects.get()
    assert noted.moved == [
        {"code": "2026-087", "unit": "市交通运输局", "before": "2026-10-10", "after": "2026-10-12"}
    ]
    assert list(Entry.objects.order_by("seq").values_list("action", flat=True)) == [
        "deadlines.set_calendar_day",
        "deadlines.recalculate",
    ]
    told = explain(changes[0].deadline, calendar_of(world.committee.pk))
    assert "州庆日" in told.sentence
    assert told.basis.endswith("州政府通知")


def test_day_removed_again_restores_every_date(world: World) -> None:
    deadline = started(world)
    set_calendar_day(actor=world.actor, on=date(2026, 10, 9), kind=HOLIDAY, name="州庆日", basis="")
    back = remove_calendar_day(actor=world.actor, on=date(2026, 10, 9))
    assert [(c.before, c.after) for c in back] == [(date(2026, 10, 12), date(2026, 10, 10))]
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 10, 10)
    with pytest.raises(Refused):
        remove_calendar_day(actor=world.actor, on=date(2026, 10, 9))


def test_make_up_day_turned_holiday_and_weekend_turned_workday_move_dates(world: World) -> None:
    deadline = started(world)
    set_calendar_day(actor=world.actor, on=date(2026, 10, 10), kind=HOLIDAY, name="休息", basis="")
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 10, 12)
    set_calendar_day(actor=world.actor, on=date(2026, 10, 11), kind=WORKDAY, name="调休", basis="")
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 10, 11)


def test_tellers_get_the_changes_of_their_kind(world: World) -> None:
    heard: list[tuple[str, int, str]] = []

    def teller(actor: Actor, changes: Sequence[Change], why: str) -> None:
        heard.append((actor.name, len(changes), why))

    before = news._tellers.copy()
    news.register_teller("example", teller)
    try:
        started(world)
        set_calendar_day(actor=world.actor, on=date(2026, 10, 9), kind=HOLIDAY, name="州庆日", basis="")
    finally:
        news._tellers.clear()
        news._tellers.update(before)
    assert heard == [("何秀兰", 1, "10月9日是州庆日，放假")]


def test_other_committees_calendar_stays_as_it_was(world: World) -> None:
    set_calendar_day(actor=world.actor, on=date(2026, 10, 9), kind=HOLIDAY, name="州庆日", basis="")
    other = make_world("990002", "staff")
    with tenancy.scope([other.committee.pk]):
        assert started(other).due_on == date(2026, 10, 10)


def test_members_cannot_change_the_calendar(world: World) -> None:
    unit = world.unit("市水务局")
    clerk = make_world("990001", "unit_clerk", unit_id=unit.pk)
    with pytest.raises(PermissionDenied):
        set_calendar_day(actor=clerk.actor, on=date(2026, 10, 9), kind=HOLIDAY, name="x", basis="")


def test_year_not_announced_is_provisional_until_staff_entered_it(world: World) -> None:
    deadline = started(world, starts_on=date(2026, 12, 28), working_days=5)
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 4), True)
    assert "2027年放假安排尚未公布" in explain(deadline, calendar_of(world.committee.pk)).provisional_note

    set_calendar_day(actor=world.actor, on=date(2027, 1, 1), kind=HOLIDAY, name="元旦", basis="通知")
    deadline.refresh_from_db()
    # The day counts at once; the year as a whole is still not known.
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 5), True)

    assert announce_year(actor=world.actor, year=2027, basis="国办发明电〔2026〕8号") == []
    deadline.refresh_from_db()
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 5), False)
    told = explain(deadline, calendar_of(world.committee.pk))
    assert (told.provisional_note, "国办发明电〔2026〕8号" in told.basis) == ("", True)
    with pytest.raises(Refused):
        announce_year(actor=world.actor, year=2027, basis="")


def test_recalculation_touches_only_provisional_deadlines(world: World) -> None:
    firm, waiting = started(world), started(world)
    Deadline.objects.update(due_on=date(2026, 10, 1))
    Deadline.objects.filter(pk=waiting.pk).update(provisional=True)
    changes = recalculate_deadlines(actor=world.actor, committee_id=world.committee.pk)
    assert [change.deadline for change in changes] == [waiting]
    firm.refresh_from_db()
    assert firm.due_on == date(2026, 10, 1)


def test_install_counts_anew_what_the_shipped_years_now_decide(world: World) -> None:
    deadline = started(world)
    Deadline.objects.update(provisional=True, due_on=date(2026, 10, 9))
    install()
    deadline.refresh_from_db()
    assert (deadline.due_on, deadline.provisional) == (date(2026, 10, 10), False)
    assert TimelineEntry.objects.get().who == "系统"


@pytest.mark.parametrize(
    ("due_on", "today", "left"),
    [
        (date(2026, 10, 9), date(2026, 10, 9), 0),
        (date(2026, 10, 10), date(2026, 10, 9), 1),
        (date(2026, 10, 9), date(2026, 10, 10), -1),
        (
            date(2026, 10, 16),
            date(2026, 10, 17),
            -1,
        ),  # Friday; on Saturday it is late although no working day passed
        (date(2026, 10, 16), date(2026, 10, 19), -1),
        (date(2026, 10, 19), date(2026, 10, 17), 1),
        (date(2026, 10, 18), date(2026, 10, 17), 1),
    ],
)
def test_days_left_is_zero_on_the_last_day_only(world: World, due_on: date, today: date, left: int) -> None:
    calendar = calendar_of(world.committee.pk)
    assert days_left(due_on, today, calendar) == left
    assert days_left(Deadline(due_on=due_on), today, calendar) == left


def test_calendar_and_running_deadlines_take_one_query_each(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    AnnouncedYear.objects.create(committee=world.committee, year=2027, basis="x")
    set_calendar_day(actor=world.actor, on=date(2026, 10, 9), kind=HOLIDAY, name="州庆日", basis="")
    deadlines = [started(world) for _time in range(3)]
    with django_assert_num_queries(1):
        calendar = calendar_of(world.committee.pk)
    assert (calendar.announced(2027), calendar.holiday(date(2026, 10, 9))) == (True, "州庆日")
    with django_assert_num_queries(1):
        found = running_for([d.matter_id for d in deadlines])
    assert found == {d.matter_id: [d] for d in deadlines}
