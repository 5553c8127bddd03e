"""The ledger of problems: from the session to the look-back, and what is refused on the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from tests.activities.grassroots.ledger import DUE, MONDAY, added, reported, session_in, solved, village
from tests.activities.proposals.notices import told
from tongxin.activities.grassroots.actions import problems as ledger
from tongxin.activities.grassroots.actions.looking_back import LookedBack, look_back, reopen_problem
from tongxin.activities.grassroots.actions.problem_succession import pass_to_heir
from tongxin.activities.grassroots.actions.problems import Charge
from tongxin.activities.grassroots.enums import ProblemState
from tongxin.activities.grassroots.models import Problem
from tongxin.activities.grassroots.problem_nights import look_after_problems
from tongxin.activities.grassroots.selectors.asks import asked
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import MatterLink, Relation, TimelineEntry
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def here() -> Village:
    return village()


def running(here: Village) -> list[tuple[str, date]]:
    with here.house.at_work():
        return list(Deadline.objects.running().order_by("kind").values_list("kind", "due_on"))


def again(here: Village, problem: Problem) -> Problem:
    with here.house.at_work():
        return Problem.objects.select_related("matter").get(pk=problem.pk)


def lines(here: Village, problem: Problem) -> list[str]:
    with here.house.at_work():
        return list(TimelineEntry.objects.filter(matter_id=problem.pk).values_list("text", flat=True))


def test_problem_of_a_session_is_linked_numbered_and_due(here: Village) -> None:
    session = session_in(here)
    made = added(here, by="head", session=session)
    with here.house.at_work():
        link = MatterLink.objects.get(target=made.matter)
    assert (made.state, made.matter.code, made.matter.title) == (
        ProblemState.OPEN,
        "2026-001",
        "村口的路灯不亮，晚上看不见路。",
    )
    assert (link.source_id, link.relation) == (session.pk, Relation.RAISED)
    assert running(here) == [("solve", DUE)]
    assert told(here.house, containing="村口的路灯") == {"clerk_b", "leader_b"}


def test_numbers_run_on_and_begin_anew_with_the_year(here: Village) -> None:
    first, second = added(here), added(here)
    with clock.at(date(2027, 1, 5)):
        third = added(here, due_on=None)
    assert [p.matter.code for p in (first, second, third)] == ["2026-001", "2026-002", "2027-001"]


def test_problem_without_anybody_is_refused(here: Village) -> None:
    with pytest.raises(Refused, match="请选承办单位"):
        added(here, owner=" ")


def test_unit_signs_reports_and_the_office_confirms(here: Village) -> None:
    made = reported(here)
    assert running(here) == [("solve_check", date(2026, 3, 23))]
    assert told(here.house, containing="报已解决") == {"staff", "staff_2", "head"}
    with here.house.at_work():
        done = ledger.confirm_problem(actor=here.house.actor("staff"), problem=made)
    assert (done.state, done.solved_on, done.matter.closed_on) == (ProblemState.SOLVED, MONDAY, MONDAY)
    assert done.look_back_on == date(2026, 9, 16)
    assert running(here) == [("look_back", date(2026, 9, 16))]
    assert lines(here, made) == [
        "核实已解决",
        "交通运输局报已解决",
        "交通运输局开始办",
        "记入问题台账，由交通运输局解决",
    ]


def test_owner_without_account_is_reported_for_and_the_timeline_says_by_whom(here: Village) -> None:
    made = reported(here, owner="寺沟村村委会")
    with here.house.at_work():
        entry = TimelineEntry.objects.get(matter=made.matter, verb="report_problem")
    assert (entry.who, entry.text) == ("祁站长（代录）", "寺沟村村委会报已解决")


def test_head_confirms_for_the_own_station_and_a_unit_never(here: Village) -> None:
    made = reported(here)
    with here.house.at_work(), pytest.raises(PermissionDenied):
        ledger.confirm_problem(actor=here.house.actor("clerk_b"), problem=made)
    with here.house.at_work(), pytest.raises(PermissionDenied):
        # Keeps the room only; the problem is the council's.
        ledger.confirm_problem(actor=here.house.actor("worker"), problem=made)
    with here.house.at_work():
        done = ledger.confirm_problem(actor=here.house.actor("head"), problem=made)
    assert done.state == ProblemState.SOLVED


def test_other_unit_can_neither_sign_nor_report(here: Village) -> None:
    made = added(here)
    for act in (
        lambda actor: ledger.sign_problem(actor=actor, problem=made),
        lambda actor: ledger.report_problem(actor=actor, problem=made, result="好了"),
    ):
        with here.house.at_work(), pytest.raises(PermissionDenied):
            act(here.house.actor("clerk_a"))


def test_report_sent_back_is_due_again(here: Village) -> None:
    made = reported(here)
    with here.house.at_work():
        ledger.return_problem(actor=here.house.actor("staff"), problem=made, reason="第三盏还不亮。")
    assert again(here, made).state == ProblemState.UNDER_WAY
    assert running(here) == [("solve", DUE)]
    assert told(here.house, containing="退回继续办") == {"clerk_b", "leader_b"}


def test_what_is_not_possible_keeps_its_reason_and_nobody_waits(here: Village) -> None:
    made = added(here)
    with here.house.at_work(), pytest.raises(Refused, match="为什么办不了"):
        ledger.give_up_problem(actor=here.house.actor("staff"), problem=made, reason=" ")
    with here.house.at_work():
        ledger.give_up_problem(actor=here.house.actor("staff"), problem=made, reason="土地手续没有办下来。")
    found = again(here, made)
    assert (found.state, found.result, found.matter.closed_on) == (
        ProblemState.NOT_POSSIBLE,
        "土地手续没有办下来。",
        MONDAY,
    )
    assert running(here) == []


def test_change_of_unit_and_day_needs_a_reason_and_tells_both_units(here: Village) -> None:
    made = added(here)
    staff = here.house.actor("staff")
    to = Charge(here.house.units["a"], "", DUE + timedelta(days=10))
    with here.house.at_work(), pytest.raises(Refused, match="为什么改"):
        ledger.change_problem(actor=staff, problem=made, to=to, reason="")
    with here.house.at_work():
        ledger.change_problem(actor=staff, problem=made, to=to, reason="路灯归教育局管。")
    assert running(here) == [("solve", DUE + timedelta(days=10))]
    assert lines(here, made)[0] == "由交通运输局改为教育局解决，期限改为2026年4月25日"
    assert told(here.house, containing="不再由交通运输局办") == {"clerk_b", "leader_b"}
    assert told(here.house, containing="改为教育局解决") == {"clerk_a", "leader_a"}


def test_taking_the_day_away_ends_its_deadline(here: Village) -> None:
    made = added(here)
    with here.house.at_work():
        to = Charge(here.house.units["b"], "", None)
        ledger.change_problem(actor=here.house.actor("staff"), problem=made, to=to, reason="等雨季过去。")
    assert running(here) == []


def test_objection_counts_once_and_leaves_no_trace_of_the_moment(here: Village) -> None:
    made = solved(here)
    with here.house.at_work():
        before = (TimelineEntry.objects.count(), Entry.objects.count(), Notice.objects.count())
        ledger.object_to_problem(problem=made, text="只亮了两天。")
        after = (TimelineEntry.objects.count(), Entry.objects.count(), Notice.objects.count())
    found = again(here, made)
    assert before == after
    assert (found.state, found.solved_on, found.objected_on, found.objection) == (
        ProblemState.UNDER_WAY,
        None,
        MONDAY,
        "只亮了两天。",
    )
    assert found.matter.closed_on is None
    assert running(here) == []
    with here.house.at_work(), pytest.raises(Refused, match="只能说一次"):
        ledger.object_to_problem(problem=made, text="还是不亮。")


def test_objection_reaches_the_office_the_next_morning_once(here: Village) -> None:
    made = solved(here)
    with here.house.at_work():
        ledger.object_to_problem(problem=made, text="只亮了两天。")
    with clock.at(MONDAY + timedelta(days=1)):
        look_after_problems()
        look_after_problems()
        assert running(here) == [("objection", date(2026, 3, 24))]
    assert lines(here, made).count("说没有解决，重新办") == 1
    assert told(here.house, containing="说没有解决") == {"staff", "staff_2", "head", "clerk_b", "leader_b"}


def test_objection_after_the_days_or_before_the_end_is_refused(here: Village) -> None:
    with here.house.at_work(), pytest.raises(Refused, match="还在办"):
        ledger.object_to_problem(problem=reported(here), text="没有。")
    late = solved(here, text="桥头的护栏断了。")
    with clock.at(MONDAY + timedelta(days=90)), here.house.at_work():
        assert ledger.can_be_objected_to(again(here, late))
    with (
        clock.at(MONDAY + timedelta(days=91)),
        here.house.at_work(),
        pytest.raises(Refused, match="重新反映"),
    ):
        ledger.object_to_problem(problem=late, text="又断了。")


def test_look_back_keeps_the_result_or_opens_it_again(here: Village) -> None:
    made = solved(here)
    staff = here.house.actor("staff")
    with clock.at(date(2026, 9, 16)), here.house.at_work():
        look_back(actor=staff, problem=made, found=LookedBack(clock.today(), holds=True, note="都亮着。"))
        kept = Problem.objects.get(pk=made.pk)
        assert (kept.state, kept.looked_back_on, kept.solved_on) == (
            ProblemState.SOLVED,
            date(2026, 9, 16),
            MONDAY,
        )
        look_back(
            actor=staff,
            problem=made,
            found=LookedBack(clock.today(), holds=False, note="又灭了。"),
            due_on=date(2026, 10, 10),
        )
    found = again(here, made)
    assert (found.state, found.solved_on, found.due_on) == (
        ProblemState.UNDER_WAY,
        None,
        date(2026, 10, 10),
    )
    assert running(here) == [("solve", date(2026, 10, 10))]


def test_problem_that_could_not_be_solved_is_taken_up_again(here: Village) -> None:
    made = added(here)
    staff = here.house.actor("staff")
    with here.house.at_work():
        ledger.give_up_problem(actor=staff, problem=made, reason="没有钱。")
        reopen_problem(actor=staff, problem=made, reason="钱到位了。", due_on=DUE)
    found = again(here, made)
    assert (found.state, found.matter.closed_on) == (ProblemState.UNDER_WAY, None)
    assert running(here) == [("solve", DUE)]


def test_solving_day_of_the_future_or_before_the_beginning_is_refused(here: Village) -> None:
    made = reported(here)
    for day, why in ((MONDAY + timedelta(days=1), "还没有到"), (MONDAY - timedelta(days=1), "早于交办")):
        with here.house.at_work(), pytest.raises(Refused, match=why):
            ledger.confirm_problem(actor=here.house.actor("staff"), problem=made, on=day)


def test_todos_are_those_of_the_unit_the_office_and_the_head(here: Village) -> None:
    added(here)
    added(here, owner="寺沟村村委会", text="巷道的水管漏水。")
    reported(here, text="桥头的护栏断了。", unit="a")

    def todos_of(who: str) -> list[tuple[str, str]]:
        with here.house.at_work():
            actor = here.house.actor(who)
            found = asked(actor, limit=9)
            rows = [(t.kind, t.title) for t in found.todos]
            assert sum(g.count for g in found.groups) == len(rows)
            return sorted(rows)

    owned, to_check = ("solve", "巷道的水管漏水。"), ("solve_check", "桥头的护栏断了。")
    assert todos_of("clerk_b") == [("solve", "村口的路灯不亮，晚上看不见路。")]
    assert todos_of("clerk_a") == []
    assert todos_of("staff") == [owned, to_check]
    assert todos_of("head") == [owned, to_check]
    assert todos_of("worker") == []


def test_unit_is_reminded_once_of_a_day_that_comes_near(here: Village) -> None:
    added(here)
    with clock.at(date(2026, 4, 8)):
        sent = [look_after_problems(), look_after_problems()]
    assert sent == [2, 0]
    assert told(here.house, containing="要解决的问题：1件7日内到期") == {"clerk_b", "leader_b"}


def test_problem_follows_its_unit_to_the_one_that_takes_over(here: Village) -> None:
    made = added(here)
    with here.house.at_work():
        units = here.house.units
        n = pass_to_heir(actor=here.house.actor("staff"), predecessor=units["b"], heir=units["a"])
        due = Deadline.objects.running().get()
    assert (n, again(here, made).unit_id, due.unit_id) == (1, units["a"].pk, units["a"].pk)
