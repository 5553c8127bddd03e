"""Pages of key proposals: the pool, the decision, leaders, events, the page of one, the card on the detail."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import supervising
from tongxin.activities.proposals.models import KeyProposal, Promise, Proposal, SupervisionEvent
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
KEY = "/proposals/key/"
FINDING = "基坑已经开挖，卡在拆迁。"
PLAN = "每季度到现场一次"


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def at(name: str, *args: object) -> str:
    return reverse(f"proposals:{name}", args=args)


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"once": str(new_key()), **data})


def nominated(house: House, title: str = "关于建设博物馆新馆的提案") -> Proposal:
    made, _parts = factories.assigned(house, title=title)
    with house.at_work():
        supervising.nominate_key(actor=house.actor("leader"), proposal=made, reason="群众盼了多年")
    return made


def with_leader(house: House, title: str = "关于建设博物馆新馆的提案") -> tuple[Proposal, KeyProposal, Any]:
    made, _parts = factories.assigned(house, title=title)
    key = factories.chosen_key(house, made)
    return made, key, factories.add_leader(house, key)


# The pool and the decision


def test_leader_puts_a_proposal_into_the_pool_from_its_page(client: Client, house: House) -> None:
    made, _parts = factories.assigned(house)
    client.force_login(house.users["leader"])
    page = client.get(at("detail", made.pk))
    assert page.context["page"].key_card.nominate_url == at("key_nominate", made.pk)
    empty = post(client, at("key_nominate", made.pk), note=" ")
    assert (empty.status_code, "必填" in empty.content.decode()) == (422, True)
    answer = post(client, at("key_nominate", made.pk), note="群众盼了多年")
    assert (answer.status_code, answer.url) == (302, at("detail", made.pk))
    (row,) = client.get(KEY).context["page"].pool
    assert (row.proposal.pk, row.key.reason) == (made.pk, "群众盼了多年")


def test_meeting_decides_on_the_ticked_ones_together(client: Client, house: House) -> None:
    made = [nominated(house, f"关于第{n}件事的提案") for n in range(3)]
    client.force_login(house.users["staff"])
    ticked = [str(p.pk) for p in made[:2]]
    form = client.get(at("key_decide"), {"proposals": ticked, "outcome": "yes"})
    assert [k.proposal_id for k in form.context["keys"]] == [p.pk for p in made[:2]]
    assert form.context["form"]["on"].value() == TODAY
    faulty = post(client, at("key_decide"), proposals=ticked, outcome="yes", decision="", on=str(TODAY))
    assert faulty.status_code == 422
    answer = post(
        client, at("key_decide"), proposals=ticked, outcome="yes", decision="主席会议纪要", on=str(TODAY)
    )
    assert (answer.status_code, answer.url) == (302, KEY)
    page = client.get(KEY).context["page"]
    assert [r.proposal.pk for r in page.chosen] == [p.pk for p in made[:2]]
    assert [r.proposal.pk for r in page.pool] == [made[2].pk]
    post(client, at("key_decide"), proposals=[str(made[2].pk)], outcome="no", decision="纪要", on=str(TODAY))
    assert [r.proposal.pk for r in client.get(KEY).context["page"].passed_over] == [made[2].pk]


def test_decision_that_one_of_them_cannot_take_leaves_the_others(client: Client, house: House) -> None:
    made, other = nominated(house), nominated(house, "关于别的事的提案")
    with house.at_work():
        other.matter.state = "closed"
        other.matter.save()
    client.force_login(house.users["staff"])
    answer = client.post(
        at("key_decide"),
        {"proposals": [str(made.pk), str(other.pk)], "decision": "纪要", "on": str(TODAY)},
        follow=True,
    )
    assert [str(m).split("：")[0] for m in answer.context["messages"]] == ["2026-002", "已确定1件重点提案"]
    with house.at_work():
        assert set(Proposal.objects.filter(is_key=True).values_list("pk", flat=True)) == {made.pk}


def test_numbers_of_a_session_open_as_many_rows(client: Client, house: House) -> None:
    with_leader(house)
    nominated(house, "关于第二件事的提案")
    for n in range(3):
        factories.filed(house, title=f"关于第{n}件小事的提案")
    factories.submitted(house, title="关于还没有立案的提案")
    client.force_login(house.users["staff"])
    share = client.get(KEY).context["page"].share
    assert (share.filed, share.marked, str(share.marked_percent), share.amounts_to) == (5, 1, "20.0", 0)
    for url, count in ((share.filed_url, 5), (share.marked_url, 1)):
        assert client.get(url).context["shown"].page.paginator.count == count


def test_list_can_be_narrowed_to_key_proposals(client: Client, house: House) -> None:
    made, _key, _leader = with_leader(house)
    nominated(house, "关于第二件事的提案")
    for who in ("staff", "outsider"):
        client.force_login(house.users[who])
        shown = client.get("/proposals/", {"mark": "key"}).context["shown"]
        assert [row.pk for row in shown.rows] == [made.pk]
        assert client.get("/proposals/", {"mark": "secret"}).context["shown"].page.paginator.count == 2


def test_export_holds_the_chosen_and_the_pool(client: Client, house: House) -> None:
    _made, key, leader = with_leader(house)
    factories.supervised(house, key, leader)
    nominated(house, "关于第二件事的提案")
    client.force_login(house.users["auditor"])
    book = openpyxl.load_workbook(io.BytesIO(client.get(at("key_export")).content))
    head, *rows = [list(row) for row in book.active.values]  # type: ignore[union-attr]
    shown = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(r["案由"], r["状态"], r["督办领导"], r["督办次数"]) for r in shown] == [
        ("关于建设博物馆新馆的提案", "已确定", "市委书记韩书记", 1),
        ("关于第二件事的提案", "备选", None, 0),
    ]


def test_nomination_is_withdrawn_after_asking_once_more(client: Client, house: House) -> None:
    made = nominated(house)
    client.force_login(house.users["staff"])
    assert "撤回推荐？" in client.get(at("key_withdraw", made.pk)).content.decode()
    assert post(client, at("key_withdraw", made.pk)).url == KEY
    assert client.get(KEY).context["page"].pool == []
    assert client.get(at("key_withdraw", made.pk)).status_code == 404


# Leaders, plan, events, result


def test_leaders_are_added_and_removed(client: Client, house: House) -> None:
    made, key, first = with_leader(house)
    client.force_login(house.users["staff"])
    url = at("key_supervisors", made.pk)
    assert post(client, url, name="", office="副市长", role="government_deputy").status_code == 422
    assert post(client, url, name="柳青", office="副市长", role="government_deputy").url == url
    twice = post(client, url, name="柳青", office="副市长", role="government_deputy")
    assert (twice.status_code, "已经在督办领导里" in twice.content.decode()) == (409, True)
    assert post(client, at("key_supervisor_remove", first.pk)).url == url
    with house.at_work():
        assert [str(s) for s in key.supervisors.all()] == ["副市长柳青"]


def test_event_with_promise_and_photo_is_written_down_from_one_page(client: Client, house: House) -> None:
    made, _key, leader = with_leader(house)
    client.force_login(house.users["staff"])
    url = at("key_event", made.pk)
    form = client.get(url)
    assert form.context["form"]["on"].value() == TODAY
    assert form.context["form"]["supervisors"].value() == [leader.pk]
    assert [u.name for u in form.context["units"]] == ["教育局"]
    fields = {
        "kind": "on_site", "on": str(TODAY), "supervisors": [str(leader.pk)], "place": "新馆工地",
        "summary": FINDING, "c0-text": "月底前完成拆迁", "c0-unit": str(house.units["a"].pk),
    }  # fmt: skip
    undated = post(client, url, **fields)
    assert (undated.status_code, "请写何时完成" in undated.content.decode()) == (422, True)
    assert "月底前完成拆迁" in undated.content.decode()
    photo = SimpleUploadedFile("现场.txt", "照片".encode())
    answer = post(client, url, **fields, **{"c0-due_on": str(TODAY + timedelta(days=15)), "photos": photo})
    assert (answer.status_code, answer.url) == (302, at("key", made.pk))
    (view,) = client.get(at("key", made.pk)).context["page"].events
    assert (view.leaders, [p.text for p in view.promises]) == ("市委书记韩书记", ["月底前完成拆迁"])
    assert [f.name for f in view.photos] == ["现场.txt"]


def test_event_without_leaders_says_what_comes_first(client: Client, house: House) -> None:
    made, _parts = factories.assigned(house)
    factories.chosen_key(house, made)
    client.force_login(house.users["staff"])
    assert "先写由哪位领导督办" in client.get(at("key_event", made.pk)).content.decode()


def test_event_of_another_committees_leader_is_refused(client: Client) -> None:
    house, other = factories.two_houses()
    made, _key, _leader = with_leader(house)
    _theirs, _key, stranger = with_leader(other)
    client.force_login(house.users["staff"])
    answer = post(
        client,
        at("key_event", made.pk),
        kind="on_site", on=str(TODAY), supervisors=[str(stranger.pk)], place="工地", summary=FINDING,
    )  # fmt: skip
    assert answer.status_code == 422
    with house.at_work():
        assert (SupervisionEvent.objects.count(), Promise.objects.count()) == (0, 0)


def test_plan_and_result_are_written_on_pages_of_their_own(client: Client, house: House) -> None:
    made, key, leader = with_leader(house)
    client.force_login(house.users["staff"])
    assert post(client, at("key_plan", made.pk), note=PLAN).url == at("key", made.pk)
    assert client.get(at("key_plan", made.pk)).context["form"]["note"].value() == PLAN
    early = post(client, at("key_result", made.pk), note="开工了")
    assert (early.status_code, "还没有记过一次督办" in early.content.decode()) == (409, True)
    factories.supervised(house, key, leader)
    assert post(client, at("key_result", made.pk), note="新馆开工").url == at("key", made.pk)
    page = client.get(at("key", made.pk)).context["page"]
    assert (page.state.code, page.key.result, page.actions) == ("ended", "新馆开工", [])


# Who sees what


def test_key_page_shows_each_what_is_theirs(client: Client, house: House) -> None:
    made, key, leader = with_leader(house)
    factories.supervised(house, key, leader, summary=FINDING)
    with house.at_work():
        supervising.plan_supervision(actor=house.actor("staff"), key=key, plan=PLAN)
    seen = {}
    for who in ("staff", "leader", "proposer", "clerk_a", "outsider", "clerk_b"):
        client.force_login(house.users[who])
        answer = client.get(at("key", made.pk))
        text = answer.content.decode()
        seen[who] = (answer.status_code, PLAN in text, FINDING in text, "市委书记韩书记" in text)
    assert seen == {
        "staff": (200, True, True, True),
        "leader": (200, True, True, True),
        "proposer": (200, False, True, True),
        "clerk_a": (200, False, True, True),
        "outsider": (200, False, False, True),
        "clerk_b": (404, False, False, False),
    }


def test_nomination_in_the_pool_is_the_offices_own(client: Client, house: House) -> None:
    made = nominated(house)
    seen = {}
    for who in ("leader", "proposer", "clerk_a"):
        client.force_login(house.users[who])
        card = client.get(at("detail", made.pk)).context["page"].key_card
        seen[who] = (client.get(at("key", made.pk)).status_code, card is not None)
    assert seen == {"leader": (200, True), "proposer": (404, False), "clerk_a": (404, False)}


def test_photo_of_an_event_opens_to_the_parties(client: Client, house: House) -> None:
    _made, key, leader = with_leader(house)
    with house.at_work():
        supervising.record_supervision(
            actor=house.actor("staff"),
            key=key,
            supervision=supervising.Supervision("on_site", TODAY, "工地", FINDING, [leader]),
            photos=[SimpleUploadedFile("现场.txt", "照片".encode())],
        )
        stored = StoredFile.objects.get()
    url = reverse("files:download", args=[stored.pk])
    opens = {}
    for who in ("staff", "proposer", "clerk_a", "outsider", "clerk_b"):
        client.force_login(house.users[who])
        opens[who] = client.get(url).status_code
    assert opens == {"staff": 200, "proposer": 200, "clerk_a": 200, "outsider": 404, "clerk_b": 404}


def test_card_on_the_page_of_the_proposal_says_who_and_how_often(client: Client, house: House) -> None:
    made, key, leader = with_leader(house)
    factories.supervised(house, key, leader)
    client.force_login(house.users["proposer"])
    card = client.get(at("detail", made.pk)).context["page"].key_card
    assert (card.state.code, card.leaders, card.events, card.last_on, card.url) == (
        "chosen", "市委书记韩书记", 1, TODAY, at("key", made.pk),
    )  # fmt: skip


# How much is read


def selects(queries: Any) -> int:
    return sum(q["sql"].startswith("SELECT") for q in queries.captured_queries)


def test_pages_read_the_same_number_of_times_with_one_and_three(
    client: Client, house: House, django_assert_max_num_queries: Any
) -> None:
    made, key, leader = with_leader(house)
    factories.supervised(house, key, leader)
    nominated(house, "关于备选的提案")
    client.force_login(house.users["staff"])
    client.get(KEY)  # the first page of a session also notes the device

    def reads() -> dict[str, int]:
        found = {}
        for name, args in (
            ("key_list", ()),
            ("key", (made.pk,)),
            ("key_event", (made.pk,)),
        ):
            with django_assert_max_num_queries(99) as queries:
                assert client.get(at(name, *args)).status_code == 200
            found[name] = selects(queries)
        return found

    one = reads()
    for n in range(2):
        second = factories.add_leader(house, key, f"领导{n}")
        factories.supervised(house, key, leader, second)
        nominated(house, f"关于备选{n}的提案")
        _more, another, boss = with_leader(house, f"关于重点{n}的提案")
        factories.supervised(house, another, boss)
    assert (one, reads()) == (one, one)
    assert one == {"key_list": 8, "key": 11, "key_event": 7}
