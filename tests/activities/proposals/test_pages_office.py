"""The office's pages: the list and its table, examining, handing over, reviewing replies, settings."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.activities.proposals.workbooks import HEADERS
from tongxin.activities.proposals import setup
from tongxin.activities.proposals.actions import drafting, handling, reviewing
from tongxin.activities.proposals.models import (
    Assignment,
    Proposal,
    ProposalRules,
    RejectReason,
    ReplyClass,
    Topic,
    WishedUnit,
)
from tongxin.activities.proposals.selectors import lists
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
LIST = "/proposals/"


@pytest.fixture
def house() -> House:
    return factories.make_house()


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Start each test as a fresh process does."""
    for kept in ("_counts", "_page_ids", "_choices", "_calendar_at"):
        getattr(lists, kept).cache_clear()


def post(client: Client, url: str, **data: Any) -> HttpResponse:
    return client.post(url, {"once": str(new_key()), **data})  # type: ignore[return-value]


def now(house: House, proposal: Proposal) -> Proposal:
    with house.at_work():
        return Proposal.objects.select_related("matter").get(pk=proposal.pk)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def titles(response: Any) -> list[str]:
    return [row.title for row in response.context["shown"].rows]


def tab_counts(response: Any) -> dict[str, int]:
    return {tab.url.removeprefix("?tab="): tab.count for tab in response.context["shown"].tabs}


# ── the list ──


def test_list_of_staff_counts_each_view_and_shows_the_rows_behind_it(client: Client, house: House) -> None:
    factories.submitted(house, title="关于甲的提案之一")
    factories.filed(house, title="关于乙的提案之一")
    factories.assigned(house, title="关于丙的提案之一")
    factories.replied(house, title="关于丁的提案之一")
    client.force_login(house.users["staff"])

    response = client.get(LIST)

    counts = tab_counts(response)
    assert counts == {
        "filed": 3,
        "mine": 1,
        "review": 1,
        "open": 1,
        "soon": 1,
        "late": 0,
        "feedback": 1,
        "all": 4,
    }
    for tab, count in counts.items():
        shown = client.get(LIST, {"tab": tab}).context["shown"]
        assert (tab, len(shown.rows), shown.page.paginator.count) == (tab, count, count)


def test_list_counts_after_an_act_are_new_at_once(client: Client, house: House) -> None:
    made = factories.filed(house)
    client.force_login(house.users["staff"])
    assert tab_counts(client.get(LIST))["open"] == 0

    with house.at_work():
        handling.assign_proposal(
            actor=house.actor("staff"), proposal=made, to=handling.HandOver((house.units["a"],))
        )

    assert tab_counts(client.get(LIST))["open"] == 1


def test_list_shows_nobody_what_they_may_not_open(client: Client) -> None:
    house, other = factories.two_houses()
    factories.filed(house, title="关于本会的提案一件")
    factories.filed(other, title="关于别会的提案一件")
    mine, _parts = factories.assigned(house, title="关于教育局的提案", to="a")
    factories.assigned(house, title="关于交通局的提案", to="b")

    client.force_login(house.users["staff"])
    assert sorted(titles(client.get(LIST))) == ["关于交通局的提案", "关于教育局的提案", "关于本会的提案一件"]
    client.force_login(house.users["clerk_a"])
    assert titles(client.get(LIST, {"tab": "all"})) == [mine.matter.title]
    client.force_login(house.users["other_supervisor"])
    assert titles(client.get(LIST, {"tab": "all"})) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("2026-001", ["关于农村公路护栏的提案"]),
        ("２０２６－００１", ["关于农村公路护栏的提案"]),
        ("1", ["关于农村公路护栏的提案"]),
        ("护栏", ["关于农村公路护栏的提案"]),
        ("公路 护栏", ["关于农村公路护栏的提案"]),
        ("护栏 学校", []),
        ("李强", ["关于学校食堂的提案"]),
        ("%", []),
        ("\x00'\"", []),
    ],
)
def test_list_search_finds_number_words_and_names(
    client: Client, house: House, query: str, found: list[str]
) -> None:
    factories.filed(house, title="关于农村公路护栏的提案")
    factories.filed(house, title="关于学校食堂的提案", by="cosigner_1")
    client.force_login(house.users["staff"])

    assert titles(client.get(LIST, {"q": query})) == found


def test_list_filters_narrow_and_unknown_values_are_passed_over(client: Client, house: House) -> None:
    first, _parts = factories.assigned(house, title="关于甲单位的提案", to="a")
    factories.assigned(house, title="关于乙单位的提案", to="b")
    client.force_login(house.users["staff"])

    one = client.get(LIST, {"unit": house.units["a"].pk, "state": "assigned", "phase": first.phase})
    assert titles(one) == [first.matter.title]
    everything = client.get(
        LIST, {"unit": "x", "state": "'; drop", "sort": "matter__title", "page": "-1", "tab": "secret"}
    )
    assert len(titles(everything)) == 2


def test_list_pages_keep_the_query(client: Client, house: House) -> None:
    for n in range(22):
        factories.filed(house, title=f"关于翻页的提案第{n:02d}件")
    client.force_login(house.users["staff"])

    first = client.get(LIST, {"q": "翻页"})
    assert len(titles(first)) == 20
    assert "?q=%E7%BF%BB%E9%A1%B5&amp;page=2" in text(first)
    second = client.get(LIST, {"q": "翻页", "page": "2"})
    assert titles(second) == ["关于翻页的提案第01件", "关于翻页的提案第00件"]
    assert titles(client.get(LIST, {"page": "99"})) == titles(second)


def test_list_asks_the_same_number_of_queries_at_any_size(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    client.get(LIST)  # the first page of a session notes the device
    counted = []
    for more in (1, 2):
        for n in range(more):
            factories.assigned(house, title=f"关于速度的提案{more}{n}", cosigners=["cosigner_1"], co="b")
        for _warm in range(2):
            with CaptureQueriesContext(connection) as asked:
                client.get(LIST)
            counted.append(sum("SAVEPOINT" not in q["sql"] for q in asked))
    # After an act the counts are asked anew; until the next one they are not.
    assert counted == [12, 5, 12, 5]


def test_list_asked_for_by_htmx_answers_only_the_part(client: Client, house: House) -> None:
    factories.filed(house)
    client.force_login(house.users["staff"])
    part = text(client.get(LIST, headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<div id="list"')
    assert "<html" not in part
    whole = client.get(LIST, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in text(whole)


# ── the table ──


def sheet(response: Any) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)


def test_export_holds_every_row_of_the_filter_and_is_recorded(client: Client, house: House) -> None:
    made = factories.rated(house, title="=1+1 关于公式的提案", cosigners=["cosigner_1"])
    factories.filed(house, title="关于别的提案一件")
    client.force_login(house.users["staff"])

    rows = sheet(client.get(reverse("proposals:export"), {"q": "公式"}))

    # The columns of the import, then what only tells.
    assert rows[0] == (*HEADERS, "编号", "状态", "立案日期")
    found = [dict(zip(rows[0], r, strict=True)) for r in rows[1:]]
    columns = ("案由", "提案类型", "第一提案人", "联名人", "专题", "主办单位", "会办单位", "审查结果")
    assert [tuple(r[c] for c in columns) for r in found] == [
        ("=1+1 关于公式的提案", "联名", "王芳", "李强", "城乡建设", "教育局", None, "立案")
    ]
    columns = ("编号", "状态", "办理结果类别", "办理工作评价", "办理结果评价")
    assert [found[0][c] for c in columns] == [made.matter.code, "已办结", "A", "满意", "满意"]
    with house.at_work():
        entry = Entry.objects.get(action="proposals.export")
    assert (entry.detail["count"], entry.detail["query"]) == (1, {"q": "公式"})


def test_export_of_ticked_rows_holds_only_these(client: Client, house: House) -> None:
    factories.filed(house, title="关于没有勾的提案")
    ticked = factories.filed(house, title="关于勾上了的提案")
    client.force_login(house.users["staff"])
    rows = sheet(post(client, reverse("proposals:export"), proposals=[str(ticked.pk)]))
    assert [r[4] for r in rows[1:]] == ["关于勾上了的提案"]


def test_export_of_a_unit_holds_nothing_of_another(client: Client, house: House) -> None:
    factories.assigned(house, title="关于教育局的提案", to="a")
    factories.assigned(house, title="关于交通局的提案", to="b")
    client.force_login(house.users["clerk_b"])
    rows = sheet(client.get(reverse("proposals:export"), {"tab": "all"}))
    assert [r[1] for r in rows[1:]] == ["关于交通局的提案"]


# ── entering and examining ──


def test_enter_for_a_member_records_who_typed_it(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    response = post(client, reverse("proposals:enter"), proposer="王芳", title="关于纸质提案的提案")
    with house.at_work():
        made = Proposal.objects.select_related("lead_member", "entered_by").get()
    assert (made.lead_member, made.entered_by) == (house.members["proposer"], house.users["staff"])
    assert response.headers["Location"] == reverse("proposals:edit", args=[made.pk])


@pytest.mark.parametrize(
    ("proposer", "sentence"),
    [("没有的人", "没有找到这位在任委员或单位"), ("钱停", "没有找到这位在任委员或单位")],
)
def test_enter_for_somebody_who_may_not_propose_says_so(
    client: Client, house: House, proposer: str, sentence: str
) -> None:
    client.force_login(house.users["staff"])
    response = post(client, reverse("proposals:enter"), proposer=proposer, title="关于某事的提案一件")
    assert response.status_code == 422
    assert sentence in text(response)
    assert "关于某事的提案一件" in text(response)


def test_enter_for_two_of_the_same_name_asks_for_the_number(client: Client, house: House) -> None:
    second = factories.add_member(house, "namesake", "王芳")
    client.force_login(house.users["staff"])
    url = reverse("proposals:enter")
    assert "请在后面加上委员编号" in text(post(client, url, proposer="王芳", title="关于同名的提案一件"))
    post(client, url, proposer=f"王芳 {second.number}", title="关于同名的提案一件")
    with house.at_work():
        assert Proposal.objects.get().lead_member_id == second.pk


def test_take_up_many_reports_those_that_are_gone(client: Client, house: House) -> None:
    fresh, taken = factories.submitted(house), factories.under_review(house, title="关于另一件事的提案")
    client.force_login(house.users["staff"])
    response = client.post(
        reverse("proposals:take_up"),
        {"once": str(new_key()), "proposals": [str(fresh.pk), str(taken.pk)]},
        follow=True,
    )
    assert "开始审查1件" in text(response)
    assert "关于另一件事的提案：现在是「审查中」" in text(response)
    assert now(house, fresh).state == "under_review"


def review_url(proposal: Proposal) -> str:
    return reverse("proposals:review", args=[proposal.pk])


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        ({"decision": "file", "is_livelihood": "on"}, "filed"),
        ({"decision": "return", "return_reason": "请写具体"}, "returned"),
        ({"decision": "not_file", "explanation": "属于学术"}, "not_filed"),
        ({"decision": "convert", "convert_note": "9日电话里同意"}, "converted"),
    ],
)
def test_review_carries_out_the_decision(
    client: Client, house: House, decision: dict[str, str], state: str
) -> None:
    made = factories.under_review(house)
    client.force_login(house.users["reviewer"])
    if state == "not_filed":
        decision = {**decision, "reject_reason": str(house.reason.pk)}
    response = post(client, review_url(made), **decision)
    assert response.status_code == 302
    assert now(house, made).state == state


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        ({}, "这个字段是必填项。"),
        ({"decision": "return"}, "请写明要改什么。"),
        ({"decision": "not_file", "explanation": "我的说明"}, "请选一条理由。"),
        ({"decision": "convert"}, "请写明提案者是怎样同意的：当面、电话还是书面，哪一天。"),
    ],
)
def test_review_without_what_the_decision_needs_asks_for_it_and_keeps_the_text(
    client: Client, house: House, decision: dict[str, str], sentence: str
) -> None:
    made = factories.under_review(house)
    client.force_login(house.users["reviewer"])
    response = post(client, review_url(made), **decision)
    assert response.status_code == 422
    assert sentence in text(response)
    assert decision.get("explanation", "") in text(response)
    assert now(house, made).state == "under_review"


def test_review_of_what_a_colleague_decided_meanwhile_answers_409_with_the_text(
    client: Client, house: House
) -> None:
    made = factories.filed(house)
    client.force_login(house.users["reviewer"])
    response = post(client, review_url(made), decision="return", return_reason="我写了很长的意见")
    assert response.status_code == 409
    assert "现在是「已立案」" in text(response)
    assert "我写了很长的意见" in text(response)


def test_review_shows_what_changed_since_the_last_version(client: Client, house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        reviewing.return_proposal(actor=house.actor("reviewer"), proposal=made, reason="请写具体")
        drafting.save_draft(
            actor=house.actor("proposer"),
            proposal=made,
            version=None,
            fields={"suggestion": factories.TEXT["suggestion"] + "明年六月前办好。"},
        )
        drafting.submit_proposal(actor=house.actor("proposer"), proposal=made)
        reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)
    client.force_login(house.users["reviewer"])
    assert "<ins>明年六月前办好。</ins>" in text(client.get(review_url(made)))


def test_review_suggests_similar_ones_and_to_merge_into_those_that_can_lead(
    client: Client, house: House
) -> None:
    made = factories.under_review(house, title="关于加强农村公路安全防护的提案")
    near = factories.filed(house, title="关于完善农村公路安全护栏的提案")
    waiting = factories.submitted(house, title="关于加强农村公路安全防护的提案呀")
    client.force_login(house.users["reviewer"])
    response = client.get(review_url(made))
    assert {(s.proposal.pk, s.can_lead) for s in response.context["similar"]} == {
        (near.pk, True),
        (waiting.pk, False),
    }
    assert text(response).count(f"{reverse('proposals:merge', args=[made.pk])}?into=") == 1
    merge = reverse("proposals:merge", args=[made.pk])
    assert [s.proposal.pk for s in client.get(merge).context["alike"]] == [near.pk]


def test_merge_shows_both_texts_and_merges(client: Client, house: House) -> None:
    made = factories.under_review(house, title="关于增设护栏的提案")
    lead = factories.filed(house, title="关于完善护栏的提案")
    client.force_login(house.users["reviewer"])
    url = reverse("proposals:merge", args=[made.pk])
    page = text(client.get(url, {"into": lead.pk}))
    assert page.count(factories.TEXT["suggestion"]) == 2
    assert [p.pk for p in client.get(url, {"q": "完善"}).context["found"]] == [lead.pk]
    assert post(client, url, into=str(lead.pk)).status_code == 302
    assert now(house, made).merged_into_id == lead.pk


def test_merge_into_what_was_closed_meanwhile_answers_409(client: Client, house: House) -> None:
    made = factories.under_review(house, title="关于增设护栏的提案")
    lead = factories.rated(house, title="关于完善护栏的提案")
    client.force_login(house.users["reviewer"])
    url = reverse("proposals:merge", args=[made.pk])
    assert client.get(url, {"into": lead.pk}).status_code == 404
    assert post(client, url, into=str(lead.pk)).status_code == 409


# ── handing over ──


def assign_url(proposal: Proposal) -> str:
    return reverse("proposals:assign", args=[proposal.pk])


def test_assign_shows_the_dates_before_it_acts(client: Client, house: House) -> None:
    with clock.at(date(2026, 10, 9)):
        made = factories.filed(house)
        client.force_login(house.users["staff"])
        chosen = {"mode": "lead", "lead": str(house.units["a"].pk), "others": [str(house.units["b"].pk)]}
        page = post(client, assign_url(made), step="check", **chosen)
        assert page.status_code == 200
        assert [(x.unit, x.role, x.sign_by, x.work_by) for x in page.context["shown"].limits] == [
            ("教育局", "主办", date(2026, 10, 15), date(2027, 1, 11)),
            ("交通运输局", "会办", date(2026, 10, 15), date(2026, 11, 9)),
        ]
        assert now(house, made).state == "filed"
        assert post(client, assign_url(made), step="confirm", **chosen).status_code == 302
    with house.at_work():
        parts = [
            (a.unit.name, a.role) for a in Assignment.objects.filter(proposal=made).select_related("unit")
        ]
    assert sorted(parts) == [("交通运输局", "co"), ("教育局", "lead")]


def test_assign_separately_gives_each_unit_its_own_part(client: Client, house: House) -> None:
    made = factories.filed(house)
    client.force_login(house.users["staff"])
    others = [str(house.units[u].pk) for u in "ab"]
    post(client, assign_url(made), step="confirm", mode="separate", others=others)
    with house.at_work():
        assert [a.role for a in Assignment.objects.filter(proposal=made)] == ["separate", "separate"]


@pytest.mark.parametrize(
    ("mode", "lead", "others", "sentence"),
    [
        ("sole", "", "", "请选主办单位。"),
        ("sole", "a", "b", "单办只选一个主办单位"),
        ("lead", "a", "", "请勾选会办单位"),
        ("lead", "a", "a", "同一个单位不能选两次"),
        ("separate", "", "a", "分办至少要选两个单位"),
    ],
)
def test_assign_with_ticks_that_do_not_fit_says_why(  # noqa: PLR0917
    client: Client, house: House, mode: str, lead: str, others: str, sentence: str
) -> None:
    made = factories.filed(house)
    client.force_login(house.users["staff"])
    response = post(
        client,
        assign_url(made),
        step="confirm",
        mode=mode,
        lead=str(house.units[lead].pk) if lead else "",
        others=[str(house.units[u].pk) for u in others],
    )
    assert response.status_code == 422
    assert sentence in text(response)
    assert now(house, made).state == "filed"


def test_assign_looking_for_a_unit_keeps_the_ticks(client: Client, house: House) -> None:
    made = factories.filed(house)
    client.force_login(house.users["staff"])
    page: Any = post(
        client, assign_url(made), step="find", find="住房", mode="lead", lead=str(house.units["a"].pk)
    )
    assert page.status_code == 200
    assert [u.name for u in page.context["shown"].units] == ["教育局", "住房和城乡建设局"]
    assert page.context["shown"].lead == house.units["a"].pk


def test_assign_puts_wished_units_first(client: Client, house: House) -> None:
    made = factories.filed(house)
    with house.at_work():
        WishedUnit.objects.create(committee=house.committee, proposal=made, unit=house.units["c"])
    client.force_login(house.users["staff"])
    page: Any = client.get(assign_url(made))
    assert page.context["shown"].units[0] == house.units["c"]
    assert page.context["shown"].lead == house.units["c"].pk


def test_assign_many_hands_over_what_is_complete_and_reports_the_rest(client: Client, house: House) -> None:
    first, second, third = (factories.filed(house, title=f"关于批量的提案{n}") for n in "一二三")
    gone = factories.add_unit(house, "gone", "已撤的局")
    client.force_login(house.users["staff"])
    with house.at_work():
        handling.assign_proposal(
            actor=house.actor("staff"), proposal=third, to=handling.HandOver((house.units["b"],))
        )
    response = client.post(
        reverse("proposals:assign_many"),
        {
            "once": str(new_key()),
            "step": "confirm",
            "proposals": [str(p.pk) for p in (first, second, third)],
            f"unit-{first.pk}": str(house.units["a"].pk),
            f"unit-{second.pk}": "",
            f"unit-{third.pk}": str(gone.pk),
        },
        follow=True,
    )
    assert "已交办1件" in text(response)
    assert "2件没有选单位或已不在待交办" in text(response)
    assert [now(house, p).state for p in (first, second, third)] == ["assigned", "filed", "assigned"]


def test_assign_many_from_ticks_suggests_and_does_nothing_yet(client: Client, house: House) -> None:
    made = factories.filed(house)
    client.force_login(house.users["staff"])
    page: Any = post(client, reverse("proposals:assign_many"), proposals=[str(made.pk)])
    assert [row["proposal"].pk for row in page.context["rows"]] == [made.pk]
    assert now(house, made).state == "filed"


def test_remind_says_how_many_units_were_reminded(client: Client, house: House) -> None:
    made, _parts = factories.assigned(house, co="b")
    client.force_login(house.users["staff"])
    response = client.post(
        reverse("proposals:remind"),
        {"once": str(new_key()), "proposals": [str(made.pk)]},
        follow=True,
        headers={"Referer": f"http://testserver{LIST}?tab=open"},
    )
    assert response.redirect_chain == [(f"{LIST}?tab=open", 302)]
    assert "已催办2个单位" in text(response)


def test_remind_never_leads_away_from_here(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    response = client.post(reverse("proposals:remind"), headers={"Referer": "https://example.org/x"})
    assert response.headers["Location"] == LIST


def test_remind_of_a_part_that_another_office_supervises_finds_nothing(client: Client, house: House) -> None:
    _made, parts = factories.assigned(house, to="c")
    client.force_login(house.users["supervisor"])
    response = client.post(reverse("proposals:remind"), {"assignments": [str(parts["c"].pk)]}, follow=True)
    assert "现在没有要催办的单位" in text(response)


def test_answer_decline_accepted_leads_on_to_hand_over_again(client: Client, house: House) -> None:
    made, parts = factories.assigned(house)
    with house.at_work():
        handling.request_decline(actor=house.actor("clerk_a"), assignment=parts["a"], reason="归交通局管")
    client.force_login(house.users["staff"])
    url = reverse("proposals:answer_decline", args=[parts["a"].pk])
    assert "归交通局管" in text(client.get(url))
    assert post(client, url, accept="no").status_code == 422
    assert post(client, url, accept="yes").headers["Location"] == assign_url(made)
    assert client.get(url).status_code == 409


def test_review_reply_passes_with_a_changed_class_or_returns_with_the_reason(
    client: Client, house: House
) -> None:
    made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="reply_review")
    client.force_login(house.users["staff"])
    url = reverse("proposals:review_reply", args=[part.pk])
    assert "斑马线已经划好" in text(client.get(url))
    assert post(client, url, decision="return").status_code == 422
    answer = {"decision": "pass", "reply_class": str(house.classes["C"].pk)}
    assert post(client, url, **answer).status_code == 302
    with house.at_work():
        assert Assignment.objects.get(pk=part.pk).reply.reply_class == house.classes["C"]
    assert now(house, made).state == "replied"
    assert post(client, url, **answer).status_code == 409


def test_after_rating_offers_to_close_only_after_the_second_round(client: Client, house: House) -> None:
    made = factories.rated(house, result="dissatisfied")
    client.force_login(house.users["staff"])
    url = reverse("proposals:after_rating", args=[made.pk])
    assert "当面协商后办结</label>" not in text(client.get(url))
    assert post(client, url, decision="close", note="谈过了").status_code == 422
    assert post(client, url, decision="rehandle", note="请上门").status_code == 302
    assert (now(house, made).state, now(house, made).round) == ("assigned", 2)


def test_finish_tracking_closes_with_the_evidence(client: Client, house: House) -> None:
    made = factories.rated(house, code="B")
    client.force_login(house.users["staff"])
    url = reverse("proposals:finish_tracking", args=[made.pk])
    assert post(client, url, note="6处护栏已装完").status_code == 409
    factories.keep_promises(house, made)
    assert post(client, url, note=" ").status_code == 422
    assert post(client, url, note="6处护栏已装完").status_code == 302
    assert now(house, made).state == "closed"


def test_disclose_opens_and_closes(client: Client, house: House) -> None:
    made = factories.filed(house)
    client.force_login(house.users["staff"])
    url = reverse("proposals:disclose", args=[made.pk])
    assert factories.TEXT["suggestion"] in text(client.get(url))
    post(client, url, public="1")
    assert now(house, made).matter.visibility == "public"
    post(client, url, public="0")
    assert now(house, made).matter.visibility == "members"


# ── settings ──


def test_settings_change_a_limit_and_record_it(client: Client, house: House) -> None:
    client.force_login(house.users["tenant_admin"])
    url = reverse("proposals:settings")
    page: Any = client.get(url)
    values = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    assert post(client, url, **{**values, "sign_for_days": 0}).status_code == 422
    assert post(client, url, **{**values, "sign_for_days": 7, "basis": "本会条例第九条"}).status_code == 302
    with house.at_work():
        assert ProposalRules.objects.get(committee=house.committee).sign_for_days == 7
        assert Entry.objects.get(action="proposals.save_rules").detail["changed"]["sign_for_days"] == "7"


@pytest.mark.parametrize(
    ("table", "row", "changed"),
    [
        (
            "reasons",
            {"code": "13", "text": "别的理由", "is_active": "on"},
            {"code": "13", "text": "别的理由"},
        ),
        (
            "topics",
            {"name": "数字政府", "order": "20", "is_active": "on"},
            {"name": "数字政府", "order": "20"},
        ),
        (
            "reply-classes",
            {"code": "D", "label": "暂不能办", "is_active": "on"},
            {"code": "D", "label": "暂不能办"},
        ),
    ],
)
def test_setting_table_adds_a_row_once_and_switches_it_off(
    client: Client, house: House, table: str, row: dict[str, str], changed: dict[str, str]
) -> None:
    client.force_login(house.users["tenant_admin"])
    url = reverse("proposals:setting_table", args=[table])
    assert post(client, url, **row).status_code == 302
    assert post(client, url, **row).status_code in {409, 422}
    model = {"reasons": RejectReason, "topics": Topic, "reply-classes": ReplyClass}[table]
    field = next(iter(row))
    with house.at_work():
        made: Any = model.objects.get(committee=house.committee, **{field: row[field]})
    assert made.is_active
    post(client, reverse("proposals:setting_row", args=[table, made.pk]), **changed)
    with house.at_work():
        made.refresh_from_db()
    assert not made.is_active


def test_setting_row_of_another_committee_is_not_there(client: Client) -> None:
    house, other = factories.two_houses()
    client.force_login(house.users["tenant_admin"])
    url = reverse("proposals:setting_row", args=["topics", other.topic.pk])
    assert client.get(url).status_code == 404
    assert client.get(reverse("proposals:setting_table", args=["people"])).status_code == 404


def test_settings_are_for_the_administrator_alone(client: Client, house: House) -> None:
    for who in ("staff", "reviewer", "leader", "clerk_a", "proposer"):
        client.force_login(house.users[who])
        assert client.get(reverse("proposals:settings")).status_code == 403


def test_install_twice_gives_every_committee_one_set(house: House) -> None:
    setup.install()
    setup.install()
    committees = Committee.objects.count()
    ids = list(Committee.objects.values_list("pk", flat=True))
    with tenancy.scope(ids):
        assert ProposalRules.objects.count() == committees
        assert ReplyClass.objects.filter(is_tracked=True).count() == committees
        assert RejectReason.objects.filter(concerns_secrets=True).count() == committees
        # The factories add one reason and one topic of their own.
        assert Topic.objects.exclude(committee=house.committee).count() == 12 * (committees - 1)
        assert RejectReason.objects.exclude(committee=house.committee).count() == 12 * (committees - 1)
