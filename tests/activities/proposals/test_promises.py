"""Promises: drafted with the reply, made when it is sent, reported, confirmed, postponed, dropped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests import factories
from tests.activities.proposals.notices import told
from tests.activities.proposals.test_pages_unit import scan
from tongxin.activities.proposals.actions import rating, replying, tracking
from tongxin.activities.proposals.actions.promising import Promised
from tongxin.activities.proposals.models import Assignment, Promise, Proposal
from tongxin.activities.proposals.selectors import asks
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 16)
DUE = MONDAY + timedelta(days=factories.PROMISE_DAYS)
LATER = date(2026, 9, 30)


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def house() -> House:
    return factories.make_house()


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"once": str(new_key()), **data})


def the_promise(house: House, proposal: Proposal) -> Promise:
    with house.at_work():
        return Promise.objects.select_related("proposal__matter", "unit").get(proposal=proposal)


def deadlines(house: House, proposal: Proposal) -> list[tuple[str, date]]:
    with house.at_work():
        running = Deadline.objects.running().filter(matter_id=proposal.pk)
        return list(running.order_by("kind", "due_on").values_list("kind", "due_on"))


def refused(house: House, act: Any, who: str, **arguments: Any) -> str:
    with house.at_work(), pytest.raises(Refused) as no:
        act(actor=house.actor(who), **arguments)
    return no.value.message


def do(house: House, act: Any, who: str, **arguments: Any) -> Any:
    with house.at_work():
        return act(actor=house.actor(who), **arguments)


# With the reply


def test_propose_of_a_followed_class_without_a_promise_is_refused(house: House) -> None:
    _made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="handling")
    fields = factories.reply_fields(house, code="B")
    do(house, replying.save_reply, "clerk_a", assignment=part, fields=fields)
    assert refused(house, replying.propose_reply, "clerk_a", assignment=part) == (
        "这一类答复是承诺，要跟踪到兑现。请至少写一条：承诺做什么、何时完成。"
    )


def test_propose_of_another_class_asks_for_no_promise(house: House) -> None:
    _made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="handling")
    fields = factories.reply_fields(house, code="A")
    do(house, replying.save_reply, "clerk_a", assignment=part, fields=fields)
    assert do(house, replying.propose_reply, "clerk_a", assignment=part).state == "approving"


def test_propose_with_a_promised_day_that_has_passed_is_refused(house: House) -> None:
    _made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="handling")
    rows = [Promised("装信号灯", MONDAY)]
    fields = factories.reply_fields(house, code="B")
    do(house, replying.save_reply, "clerk_a", assignment=part, fields=fields, promises=rows)
    with clock.at(MONDAY + timedelta(days=1)):
        said = refused(house, replying.propose_reply, "clerk_a", assignment=part)
    assert said == "有一条承诺的完成日期已经过了，请改一个日期。"


def test_promises_hold_only_once_the_reply_is_sent(house: House) -> None:
    made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="reply_review", code="B")
    assert the_promise(house, made).state == "draft"
    assert ("promise", DUE) not in deadlines(house, made)
    do(house, replying.pass_reply, "staff", assignment=part)
    assert the_promise(house, made).state == "open"
    assert ("promise", DUE) in deadlines(house, made)


def test_promises_of_a_reply_whose_class_is_changed_to_one_that_is_not_followed_fall_away(
    house: House,
) -> None:
    made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="reply_review", code="B")
    do(house, replying.pass_reply, "staff", assignment=part, reply_class=house.classes["A"])
    with house.at_work():
        assert not Promise.objects.filter(proposal=made).exists()


def test_promises_saved_again_take_the_place_of_those_before(house: House) -> None:
    made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="handling")
    for rows in ([("一", MONDAY), ("二", LATER)], [("三", LATER)]):
        promises = [Promised(*row) for row in rows]
        do(house, replying.save_reply, "clerk_a", assignment=part, fields={}, promises=promises)
    assert the_promise(house, made).text == "三"


def test_reply_form_keeps_promises_and_shows_them_again(client: Client, house: House) -> None:
    made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="handling")
    client.force_login(house.users["clerk_a"])
    url = reverse("proposals:reply", args=[part.pk])
    rows = {"promise-0-text": "装信号灯", "promise-0-due_on": "2026-09-30"}
    assert post(client, url, version="1", then="stay", **rows).status_code == 302
    promise = the_promise(house, made)
    assert (promise.text, promise.due_on, promise.state) == ("装信号灯", LATER, "draft")
    assert 'value="装信号灯"' in client.get(url).content.decode()


def test_reply_form_with_half_a_promise_asks_for_the_other_half_and_keeps_the_text(
    client: Client, house: House
) -> None:
    _made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="handling")
    client.force_login(house.users["clerk_a"])
    url = reverse("proposals:reply", args=[part.pk])
    answer = post(client, url, version="1", then="stay", **{"promise-0-text": "装信号灯"})
    assert answer.status_code == 422
    assert "请填何时完成。" in answer.content.decode()
    assert 'value="装信号灯"' in answer.content.decode()


def test_autosave_leaves_half_a_promise_for_later(client: Client, house: House) -> None:
    made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="handling")
    client.force_login(house.users["clerk_a"])
    url = reverse("proposals:autosave_reply", args=[part.pk])
    rows = {"promise-0-text": "装信号灯", "promise-0-due_on": "2026-09-30", "promise-1-text": "还在写"}
    assert client.post(url, {"version": "1", **rows}).status_code == 200
    assert the_promise(house, made).text == "装信号灯"


# Until it is kept


def test_report_meets_the_date_and_asks_the_office(house: House) -> None:
    made = factories.rated(house, code="B")
    assert made.state == "tracking"
    assert deadlines(house, made) == [("promise", DUE)]
    promise = the_promise(house, made)
    done = do(house, tracking.report_promise, "clerk_a", promise=promise, evidence="已经装好")
    assert (done.state, done.evidence, done.reported_on) == ("reported", "已经装好", MONDAY)
    assert [kind for kind, _due in deadlines(house, made)] == ["promise_check"]
    assert told(house, containing="报告承诺已兑现") == {"staff", "staff_2", "reviewer"}


@pytest.mark.parametrize("who", ["clerk_b", "staff", "proposer", "supervisor"])
def test_report_by_anybody_but_the_unit_is_forbidden(house: House, who: str) -> None:
    promise = the_promise(house, factories.rated(house, code="B"))
    with house.at_work(), pytest.raises(PermissionDenied):
        tracking.report_promise(actor=house.actor(who), promise=promise, evidence="已经装好")


def test_confirm_keeps_it_and_then_tracking_may_finish(house: House) -> None:
    made = factories.rated(house, code="B")
    promise = the_promise(house, made)
    assert refused(house, rating.finish_tracking, "staff", proposal=made, evidence="装好了").startswith(
        "还有1条承诺没有兑现"
    )
    do(house, tracking.report_promise, "clerk_a", promise=promise, evidence="已经装好")
    do(house, tracking.confirm_promise, "staff", promise=promise)
    kept = the_promise(house, made)
    assert (kept.state, kept.kept_on) == ("kept", MONDAY)
    assert deadlines(house, made) == []
    do(house, rating.finish_tracking, "staff", proposal=made, evidence="装好了")
    with house.at_work():
        assert Proposal.objects.get(pk=made.pk).state == "closed"


@pytest.mark.parametrize("who", ["clerk_a", "leader_a", "supervisor", "reviewer", "proposer"])
def test_confirm_by_anybody_but_staff_is_forbidden(house: House, who: str) -> None:
    made = factories.rated(house, code="B")
    promise = the_promise(house, made)
    do(house, tracking.report_promise, "clerk_a", promise=promise, evidence="已经装好")
    with house.at_work(), pytest.raises(PermissionDenied):
        tracking.confirm_promise(actor=house.actor(who), promise=promise)


def test_confirm_by_staff_who_work_for_the_unit_is_forbidden(house: House) -> None:
    made = factories.rated(house, code="B")
    promise = the_promise(house, made)
    do(house, tracking.report_promise, "clerk_a", promise=promise, evidence="已经装好")
    factories.add_post(house, house.users["staff"], "unit_clerk", unit=house.units["a"])
    with house.at_work(), pytest.raises(PermissionDenied):
        tracking.confirm_promise(actor=house.actor("staff"), promise=promise)


def test_return_lets_the_date_run_again_and_says_what_is_lacking(house: House) -> None:
    made = factories.rated(house, code="B")
    promise = the_promise(house, made)
    do(house, tracking.report_promise, "clerk_a", promise=promise, evidence="已经装好")
    assert refused(house, tracking.return_promise, "staff", promise=promise, note=" ") == "请写明还差什么。"
    do(house, tracking.return_promise, "staff", promise=promise, note="还没有通电")
    again = the_promise(house, made)
    assert (again.state, again.note, again.reported_on) == ("open", "还没有通电", None)
    assert deadlines(house, made) == [("promise", DUE)]


def test_postpone_moves_the_date_and_the_timeline_keeps_the_old_one(house: House) -> None:
    made = factories.rated(house, code="B")
    promise = the_promise(house, made)
    words = {"promise": promise, "reason": "资金下半年到位"}
    assert refused(house, tracking.postpone_promise, "staff", due_on=DUE, **words).startswith(
        "新的日期要晚于"
    )
    do(house, tracking.postpone_promise, "staff", due_on=LATER, **words)
    assert deadlines(house, made) == [("promise", LATER)]
    with house.at_work():
        line = TimelineEntry.objects.get(matter_id=made.pk, verb="postpone_promise")
    assert line.text == "承诺延期：2026年5月15日改为2026年9月30日"


def test_drop_needs_a_reason_and_ends_its_date(house: House) -> None:
    made = factories.rated(house, code="B")
    promise = the_promise(house, made)
    assert (
        refused(house, tracking.drop_promise, "staff", promise=promise, reason="") == "请写明为什么不再跟踪。"
    )
    do(house, tracking.drop_promise, "staff", promise=promise, reason="道路改线，不再需要")
    assert the_promise(house, made).state == "dropped"
    assert deadlines(house, made) == []
    do(house, rating.finish_tracking, "staff", proposal=made, evidence="已说明")


def test_tracking_without_promises_may_be_given_some_or_finished(house: House) -> None:
    made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="reply_review", code="A")
    part = do(house, replying.pass_reply, "staff", assignment=part, reply_class=house.classes["B"])
    words = {"attitude": "satisfied", "result": "satisfied"}
    do(house, rating.rate_reply, "proposer", reply=part.reply, **words)
    promised = Promised("装信号灯", LATER)
    said = refused(
        house, tracking.add_promise, "staff", proposal=made, unit=house.units["b"], promised=promised
    )
    assert said == "请选承办这件提案的单位。"
    do(house, tracking.add_promise, "staff", proposal=made, unit=house.units["a"], promised=promised)
    assert deadlines(house, made) == [("promise", LATER)]
    assert told(house, containing="记入承诺「装信号灯」") == {"clerk_a"}


def test_rehandling_releases_the_promises_of_the_refused_reply(house: House) -> None:
    made = factories.rated(house, code="B", result="dissatisfied")
    assert the_promise(house, made).state == "open"
    do(house, rating.order_rehandling, "staff", proposal=made)
    assert the_promise(house, made).state == "dropped"
    assert "promise" not in dict(deadlines(house, made))


# To-do, pages, files


def test_to_do_list_asks_the_unit_then_the_office(house: House) -> None:
    made = factories.rated(house, code="B")
    promise = the_promise(house, made)
    with house.at_work():
        (asked,) = [t for t in asks.asked(house.actor("clerk_a"), limit=9).todos if t.kind == "promise"]
    assert asked.url == reverse("proposals:report_promise", args=[promise.pk])
    do(house, tracking.report_promise, "clerk_a", promise=promise, evidence="已经装好")
    with house.at_work():
        (asked,) = [t for t in asks.asked(house.actor("staff"), limit=9).todos if t.kind == "promise_check"]
        assert [t.kind for t in asks.asked(house.actor("clerk_a"), limit=9).todos] == []
    assert asked.url == reverse("proposals:check_promise", args=[promise.pk])


def test_report_page_keeps_photos_for_those_who_asked_and_checked(client: Client, house: House) -> None:
    made = factories.rated(house, code="B", to="ab", separate=True)
    with house.at_work():
        promise = Promise.objects.get(proposal=made, unit=house.units["a"])
    client.force_login(house.users["clerk_a"])
    url = reverse("proposals:report_promise", args=[promise.pk])
    assert client.get(url).status_code == 200
    assert post(client, url, evidence="", photos=scan()).status_code == 422
    assert post(client, url, evidence="已经装好", photos=[scan()]).status_code == 302
    with house.at_work():
        photo = StoredFile.objects.get(subject_id=promise.pk)
    opened = {}
    for who in ("clerk_a", "clerk_b", "staff", "proposer", "supervisor", "outsider", "clerk_c"):
        client.force_login(house.users[who])
        opened[who] = client.get(reverse("files:download", args=[photo.pk])).status_code
    assert opened == {
        "clerk_a": 200,
        "clerk_b": 404,
        "staff": 200,
        "proposer": 200,
        "supervisor": 200,
        "outsider": 404,
        "clerk_c": 404,
    }


def test_check_and_change_pages_do_what_they_say(client: Client, house: House) -> None:
    made = factories.rated(house, code="B")
    promise = the_promise(house, made)
    client.force_login(house.users["staff"])
    check = reverse("proposals:check_promise", args=[promise.pk])
    change = reverse("proposals:change_promise", args=[promise.pk])
    assert client.get(check).status_code == 409
    assert post(client, change, decision="postpone", note="资金").status_code == 422
    assert post(client, change, decision="postpone", due_on="2026-09-30", note="资金").status_code == 302
    do(house, tracking.report_promise, "clerk_a", promise=promise, evidence="已经装好")
    assert "已经装好" in client.get(check).content.decode()
    assert post(client, check, decision="return").status_code == 422
    assert post(client, check, decision="confirm").status_code == 302
    assert the_promise(house, made).state == "kept"


def test_page_of_a_tracked_proposal_has_one_next_step_for_the_unit(client: Client, house: House) -> None:
    made = factories.rated(house, code="B")
    client.force_login(house.users["clerk_a"])
    shown = client.get(reverse("proposals:detail", args=[made.pk])).context["page"]
    assert [(a.label, a.main) for a in shown.next.actions] == [("报告兑现情况", True)]
    assert shown.next.due == DUE
    assert [(p.promise.text, p.left) for p in shown.promises] == [(factories.PROMISE, 41)]


@pytest.mark.parametrize(
    ("who", "texts"),
    [("staff", ["一", "二", "三"]), ("clerk_a", ["一", "三"]), ("clerk_b", ["二"]), ("clerk_c", [])],
)
def test_list_of_promises_holds_all_for_the_office_and_its_own_for_a_unit(
    client: Client, house: House, who: str, texts: list[str]
) -> None:
    for unit, text in (("a", "一"), ("b", "二"), ("a", "三")):
        made = factories.rated(house, code="B", to=unit)
        with house.at_work():
            Promise.objects.filter(proposal=made).update(text=text)
    client.force_login(house.users[who])
    shown = client.get(reverse("proposals:promises")).context["shown"]
    assert sorted(r.promise.text for r in shown.rows) == sorted(texts)


def test_tabs_of_promises_count_what_they_open(client: Client, house: House) -> None:
    for late in (True, True, False):
        made = factories.rated(house, code="B")
        if late:
            with house.at_work():
                Promise.objects.filter(proposal=made).update(due_on=MONDAY - timedelta(days=1))
    kept = factories.rated(house, code="B")
    factories.keep_promises(house, kept)
    client.force_login(house.users["staff"])
    found = {}
    for tab in ("open", "late", "reported", "kept", "dropped"):
        shown = client.get(reverse("proposals:promises"), {"tab": tab}).context["shown"]
        counts = {t["url"]: t["count"] for t in shown.tabs}
        found[tab] = (counts[f"?tab={tab}"], len(shown.rows))
    assert found == {"open": (3, 3), "late": (2, 2), "reported": (0, 0), "kept": (1, 1), "dropped": (0, 0)}


def test_list_of_promises_reads_the_same_number_of_times_with_one_and_three(
    client: Client, house: House, django_assert_max_num_queries: Any
) -> None:
    client.force_login(house.users["staff"])
    counts = []
    for more in (1, 2):
        for _n in range(more):
            factories.rated(house, code="B")
        client.get(reverse("proposals:promises"))
        with django_assert_max_num_queries(99) as queries:
            assert client.get(reverse("proposals:promises")).status_code == 200
        counts.append(len([q for q in queries.captured_queries if q["sql"].startswith("SELECT")]))
    assert counts == [counts[0]] * 2
    assert counts[0] <= 12


def test_report_of_a_promise_of_a_part_that_is_not_there_is_not_found(client: Client, house: House) -> None:
    promise = the_promise(house, factories.rated(house, code="B"))
    client.force_login(house.users["clerk_b"])
    assert client.get(reverse("proposals:report_promise", args=[promise.pk])).status_code == 404
    with house.at_work():
        assert Assignment.objects.filter(proposal=promise.proposal, unit=house.units["b"]).count() == 0
