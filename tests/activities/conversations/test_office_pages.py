"""The office's pages: who may come, numbers open their rows, queries do not grow, hostile text is text."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import talks
from tests.factories import House, add_member, make_house
from tongxin.activities.conversations.enums import Circle, StatementState
from tongxin.activities.conversations.keys import member_secret
from tongxin.activities.conversations.models import Conversation, Statement
from tongxin.activities.conversations.reasons import READY
from tongxin.activities.conversations.selectors import asks
from tongxin.foundation.core import clock
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)">'


@pytest.fixture
def house() -> House:
    return make_house()


def url(page: str, *args: object) -> str:
    return reverse(f"conversations:{page}", args=args)


def post(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, {"once": str(new_key()), **data})


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return sum("SAVEPOINT" not in q["sql"] for q in caught.captured_queries)


def filled(**more: Any) -> dict[str, Any]:
    return {
        "title": talks.TITLE,
        "question": talks.QUESTION,
        "circle": "public",
        "takes_statements": "on",
        "statements_most": "5",
        **more,
    }


def test_staff_draw_up_seed_and_open_a_public_conversation(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    answer = post(client, url("begin"), **filled())
    with house.at_work():
        made = Conversation.objects.get()
    assert answer["Location"] == url("seeds", made.pk)
    assert post(client, url("seeds", made.pk), texts="\n".join(talks.SEEDS)).status_code == 302
    asked = client.get(url("open", made.pk)).content.decode()
    assert "现在有5条看法可以表态" in asked
    assert "人人都能看" in asked
    assert post(client, url("open", made.pk))["Location"] == url("detail", made.pk)
    assert talks.now(made).state == "open"
    shown = client.get(url("detail", made.pk)).content.decode()
    assert "data:image/svg+xml;base64" in shown
    assert "打印海报" in shown


def test_begin_sent_twice_makes_one(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    key = str(new_key())
    answers = [client.post(url("begin"), filled(once=key))["Location"] for _n in range(2)]
    with house.at_work():
        assert Conversation.objects.count() == 1
    assert answers[0] == answers[1]


def test_begin_with_faults_keeps_what_was_typed(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    past = (clock.today() - timedelta(days=1)).isoformat()
    answer = post(client, url("begin"), **filled(question="", background="写了很久的背景", closes_on=past))
    assert answer.status_code == 422
    assert "写了很久的背景" in answer.content.decode()
    assert set(answer.context["form"].errors) == {"question", "closes_on"}


def test_seeds_with_one_that_is_there_already_keeps_the_text(client: Client, house: House) -> None:
    talk = talks.make_conversation(house, state="draft")
    client.force_login(house.users["staff"])
    answer = post(client, url("seeds", talk.pk), texts=f"新的看法。\n{talks.SEEDS[1]}")
    assert answer.status_code == 422
    assert answer.context["form"].errors["texts"] == [f"第2条已经有了：{talks.SEEDS[1]}"]
    with house.at_work():
        assert talk.statements.count() == len(talks.SEEDS)


def test_drop_seed_and_remove_person_work_on_a_draft(client: Client, house: House) -> None:
    talk = talks.make_conversation(house, state="draft", circle=Circle.LIST, invited=("outsider",))
    with house.at_work():
        seed, invitation = talk.statements.get(number=1), talk.invitations.get()
    client.force_login(house.users["staff"])
    assert post(client, url("drop_seed", talk.pk, seed.pk)).status_code == 302
    assert post(client, url("remove_person", talk.pk, invitation.pk)).status_code == 302
    with house.at_work():
        assert (talk.statements.count(), talk.invitations.count()) == (len(talks.SEEDS) - 1, 0)


def test_people_are_chosen_by_name_and_sector(client: Client, house: House) -> None:
    talk = talks.make_conversation(house, state="draft", circle=Circle.LIST)
    client.force_login(house.users["staff"])
    with house.at_work():
        sector = house.members["cosigner_1"].memberships.get().sector
        of_sector = set(
            sector.memberships.filter(member__status="active").values_list("member__name", flat=True)
        )
    assert post(client, url("people", talk.pk), names="王芳、没有的人").status_code == 422
    assert post(client, url("people", talk.pk)).status_code == 422
    assert post(client, url("people", talk.pk), names="王芳", sectors=str(sector.pk)).status_code == 302
    with house.at_work():
        listed = set(talk.invitations.values_list("member__name", flat=True))
    assert listed == of_sector | {"王芳"}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("staff", (200, 200, 200, 200)),
        ("leader", (200, 200, 403, 200)),
        ("auditor", (200, 200, 403, 200)),
        ("outsider", (200, 302, 403, 403)),
        ("clerk_a", (403, 403, 403, 403)),
        ("tenant_admin", (403, 403, 403, 403)),
    ],
)
def test_pages_open_for_whom_they_are(
    client: Client, house: House, who: str, expected: tuple[int, ...]
) -> None:
    talk = talks.make_conversation(house)
    client.force_login(house.users[who])
    pages = (url("list"), url("detail", talk.pk), url("edit", talk.pk), url("desk", talk.pk))
    assert tuple(client.get(page).status_code for page in pages) == expected


def test_foreign_conversation_is_not_there(client: Client, house: House) -> None:
    talk = talks.make_conversation(make_house("620300"))
    client.force_login(house.users["staff"])
    for page in ("detail", "edit", "seeds", "open", "close", "cancel", "desk"):
        assert client.get(url(page, talk.pk)).status_code == 404


def test_every_tab_of_the_list_holds_as_many_as_it_says(client: Client, house: House) -> None:
    for state in ("draft", "open", "open", "closed", "cancelled"):
        talks.make_conversation(house, state=state, title=f"对话{state}")
    client.force_login(house.users["staff"])
    shown = {
        tab: client.get(url("list"), {"tab": tab}).context["shown"]
        for tab in ("all", "open", "draft", "ended")
    }
    assert [t.count for t in shown["all"].tabs] == [len(s.rows) for s in shown.values()] == [5, 2, 1, 2]
    found = client.get(url("list"), {"tab": "all", "q": "cancelled"}).context["shown"].rows
    assert [row.title for row in found] == ["对话cancelled"]


def test_members_see_what_they_may_join_and_what_asks_them(client: Client, house: House) -> None:
    talks.make_conversation(house, title="人人")
    asks_all = talks.make_conversation(house, title="委员", circle=Circle.MEMBERS)
    talks.make_conversation(house, title="名单", circle=Circle.LIST, invited=("outsider",))
    talks.make_conversation(house, title="别人的名单", circle=Circle.LIST, invited=("proposer",))
    talks.make_conversation(house, title="草稿", state="draft", circle=Circle.MEMBERS)
    client.force_login(house.users["outsider"])
    answer = client.get(url("list"))
    assert sorted(row.title for row in answer.context["shown"].rows) == ["人人", "名单", "委员"]
    assert answer.content.decode().count("去表态") == 3
    assert [t.count for t in answer.context["shown"].tabs] == [3, 2, 0]
    talks.voices(asks_all, 1, secrets=(member_secret(house.users["outsider"].pk),))
    asked = client.get(url("list"), {"tab": "asked"}).context["shown"].rows
    assert [row.title for row in asked] == ["名单"]


def test_to_do_of_staff_counts_what_the_desk_shows(client: Client, house: House) -> None:
    talk = talks.make_conversation(house)
    talks.said(talk)
    talks.said(talk, "校门口应当有护学岗。")
    talks.said(talk, "来得太集中的一条。", is_held=True)
    client.force_login(house.users["staff"])
    with house.at_work():
        (group,) = asks.asked(house.actor("staff"), limit=8).groups
    assert (group.text, group.count) == (f"待审核看法：{talks.TITLE}", 2)
    assert len(client.get(group.url).context["page"].rows) == 2
    assert f"待审核看法：{talks.TITLE}" in client.get("/").content.decode()


def test_desk_shows_the_published_that_say_nearly_the_same(client: Client, house: House) -> None:
    talk = talks.make_conversation(house)
    talks.said(talk, "学校门口应当划一条斑马线。")
    talks.said(talk, "食堂的饭太凉。")
    client.force_login(house.users["staff"])
    rows = client.get(url("desk", talk.pk)).context["page"].rows
    near = {row.statement.text: [other.number for other in row.near] for row in rows}
    assert near == {"学校门口应当划一条斑马线。": [1], "食堂的饭太凉。": []}


def test_desk_numbers_on_the_page_open_exactly_those(client: Client, house: House) -> None:
    talk = talks.make_conversation(house)
    for n, state in enumerate(StatementState.values):
        more = {"number": 10} if state in ("published", "withdrawn") else {}
        talks.said(talk, f"看法{n}。", state=state, **({"number": 10 + n} if more else {}))
    talks.said(talk, "单独放着的。", is_held=True)
    client.force_login(house.users["leader"])
    counts = client.get(url("detail", talk.pk)).context["page"].counts
    assert [c.count for c in counts] == [1, 1, 6, 1, 1, 1]
    assert [len(client.get(c.url).context["page"].rows) for c in counts] == [c.count for c in counts]


def test_desk_publishes_one_by_its_own_button_though_others_are_ticked(client: Client, house: House) -> None:
    talk = talks.make_conversation(house)
    first, second = talks.said(talk), talks.said(talk, "校门口应当有护学岗。")
    client.force_login(house.users["staff"])
    answer = post(client, url("publish", talk.pk), one=str(first.pk), statements=[str(second.pk)])
    assert answer["Location"] == f"{url('desk', talk.pk)}?tab=waiting#queue"
    states = [talks.statement_now(s).state for s in (first, second)]
    assert states == [StatementState.PUBLISHED, StatementState.PENDING]


def test_desk_rejects_by_a_ready_sentence_in_one_press(client: Client, house: House) -> None:
    talk = talks.make_conversation(house)
    waiting = talks.said(talk)
    client.force_login(house.users["staff"])
    post(client, url("reject", talk.pk), quick=f"{waiting.pk} two")
    now = talks.statement_now(waiting)
    assert (now.state, now.outcome) == (StatementState.REJECTED, READY["two"])


def test_desk_rejects_many_for_one_reason_that_is_asked_for_first(client: Client, house: House) -> None:
    talk = talks.make_conversation(house)
    keys = [str(talks.said(talk, f"骂人的话{n}。").pk) for n in range(3)]
    client.force_login(house.users["staff"])
    address = url("reject", talk.pk)
    asked = post(client, address, statements=keys)
    assert (asked.status_code, len(asked.context["statements"])) == (200, 3)
    wordless = post(client, address, statements=keys, step="confirm", ready="own")
    assert (wordless.status_code, set(wordless.context["form"].errors)) == (422, {"words"})
    post(client, address, statements=keys, step="confirm", ready="own", words="这样说伤人。")
    with house.at_work():
        rejected = Statement.objects.filter(state=StatementState.REJECTED, outcome="这样说伤人。")
        assert rejected.count() == 3


def test_desk_merges_withdraws_and_marks(client: Client, house: House) -> None:
    talk = talks.make_conversation(house)
    waiting = talks.said(talk)
    with house.at_work():
        first, second = talk.statements.filter(number__in=(1, 2)).order_by("number")
    client.force_login(house.users["staff"])
    assert len(client.get(url("merge", talk.pk, waiting.pk), {"q": "斑马线"}).context["leads"]) == 1
    post(client, url("merge", talk.pk, waiting.pk), into=str(first.pk))
    post(client, url("withdraw", talk.pk, second.pk), reason="说的是旧事")
    post(client, url("meta", talk.pk, first.pk), tab="published")
    assert talks.statement_now(waiting).merged_into_id == first.pk
    assert talks.statement_now(second).state == StatementState.WITHDRAWN
    assert talks.statement_now(first).is_meta
    assert post(client, url("withdraw", talk.pk, first.pk), reason="").status_code == 422


def test_desk_with_what_another_clerk_decided_says_so_and_does_the_rest(client: Client, house: House) -> None:
    talk = talks.make_conversation(house)
    gone, left = talks.said(talk, state="rejected"), talks.said(talk, "校门口应当有护学岗。")
    client.force_login(house.users["staff"])
    answer = post(client, url("publish", talk.pk), statements=[str(gone.pk), str(left.pk)])
    shown = client.get(answer["Location"]).content.decode()
    assert "刚才已经有人审过了：未公布" in shown
    assert "已审核1条" in shown
    assert talks.statement_now(left).state == StatementState.PUBLISHED


def test_ended_conversation_is_shown_without_buttons(client: Client, house: House) -> None:
    talk = talks.make_conversation(house, state="closed")
    talks.said(talk, "没有审核的。")
    client.force_login(house.users["staff"])
    page = client.get(url("detail", talk.pk)).context["page"]
    assert (page.next.actions, page.beside) == ([], [])
    assert "formaction" not in client.get(url("desk", talk.pk)).content.decode()
    assert client.get(url("edit", talk.pk)).status_code == 409


def test_hostile_words_are_text_on_every_page(client: Client, house: House) -> None:
    talk = talks.make_conversation(
        house, title=HOSTILE[:40], question=HOSTILE, background=HOSTILE, seeds=(HOSTILE,)
    )
    waiting = talks.said(talk, HOSTILE)
    client.force_login(house.users["staff"])
    for page in (
        url("list"),
        url("detail", talk.pk),
        url("desk", talk.pk),
        url("desk", talk.pk) + "?tab=published",
        url("merge", talk.pk, waiting.pk),
        url("seeds", talk.pk),
        url("edit", talk.pk),
        url("close", talk.pk),
    ):
        shown = client.get(page).content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


@pytest.mark.parametrize(("page", "expected"), [("list", 7), ("detail", 9), ("desk", 9)])
def test_queries_do_not_grow_with_rows(client: Client, house: House, page: str, expected: int) -> None:
    talk = talks.make_conversation(house)
    talks.said(talk)
    args = () if page == "list" else (talk.pk,)
    client.force_login(house.users["staff"])
    one = queries(client, url(page, *args))
    for n in range(2):
        talks.said(talk, f"学校门口应当划第{n}条斑马线。")
        talks.said(talks.make_conversation(house, title=f"对话{n}"))
    assert one == queries(client, url(page, *args)) == expected


def test_list_of_a_member_has_constant_queries(client: Client, house: House) -> None:
    talks.make_conversation(house, circle=Circle.MEMBERS)
    client.force_login(house.users["outsider"])
    one = queries(client, url("list"))
    for n in range(2):
        talks.make_conversation(house, circle=Circle.MEMBERS, title=f"对话{n}")
    assert one == queries(client, url("list")) == 9


def test_people_page_has_constant_queries(client: Client, house: House) -> None:
    talk = talks.make_conversation(house, state="draft", circle=Circle.LIST, invited=("outsider",))
    more = [add_member(house, f"more_{n}", f"委员{n}") for n in range(2)]
    client.force_login(house.users["staff"])
    one = queries(client, url("people", talk.pk))
    with house.at_work():
        for member in more:
            talk.invitations.create(committee=house.committee, member=member)
    assert one == queries(client, url("people", talk.pk)) == 11
