"""What a writer is told before submission; what resembles a proposal."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import drafting
from tongxin.activities.proposals.models import Proposal, ProposalRules
from tongxin.activities.proposals.quality import closed_to, remarks
from tongxin.activities.proposals.selectors.similar import similar_to
from tongxin.foundation.core import clock
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.models import Session

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House


def proposal(**texts: str) -> Any:
    """A text as the pure questions see it."""
    parts = {
        "situation": "情况写得很清楚，" * 20,
        "analysis": "分析",
        "suggestion": "建议",
        "title": "关于改善交通的提案",
        **texts,
    }
    return SimpleNamespace(
        **{k: v for k, v in parts.items() if k != "title"},
        matter=SimpleNamespace(title=parts["title"]),
        session=SimpleNamespace(proposal_cutoff_on=date(2026, 1, 8)),
    )


def said(**texts: str) -> list[tuple[str, str, bool]]:
    return [(r.field, r.excerpt, r.is_secret) for r in remarks(proposal(**texts), ProposalRules())]


def test_ordinary_text_has_no_remarks() -> None:
    assert said() == []


@pytest.mark.parametrize(
    "text",
    [
        "这份绝密材料",
        "机密★5年",
        "秘密★ 10年",
        "文件标有密级",
        "按内部资料管理",
        "这是秘密级的",
        "机密文件显示",
    ],
)
def test_marks_of_classified_papers_warn_most_strongly(text: str) -> None:
    ((field, excerpt, secret), *_rest) = said(suggestion=text)
    assert (field, secret) == ("suggestion", True)
    assert excerpt.strip("…") in text


@pytest.mark.parametrize("text", ["商业秘密要保护", "没有什么秘密", "机密的工作", "揭开秘密"])
def test_words_of_daily_life_are_no_secrets(text: str) -> None:
    assert said(suggestion=text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请找张某13912345678联系", "…请找张某139…78联系…"),
        ("电话139 1234 5678", "…电话139…78…"),
        ("身份证62270119900307123X号", "…身份证622…3X号…"),
        ("卡号6222021234567890128汇", "…卡号622…28汇…"),
    ],
)
def test_numbers_of_people_are_shown_where_they_stand_but_not_whole(text: str, shown: str) -> None:
    assert said(situation="情况写得很清楚，" * 20 + "\n" + text)[0][1].endswith(shown.lstrip("…"))
    assert [f for f, _e, _s in said(situation="情况写得很清楚，" * 20 + text)] == ["situation"]


@pytest.mark.parametrize(
    "text",
    [
        "投资1391234567800元",
        "编号20260101123456",
        "共6222021234567890123次",
        "GB139123456789",
        "0933-1234567",
    ],
)
def test_other_numbers_are_nobodys(text: str) -> None:
    assert said(analysis=text) == []


@pytest.mark.parametrize(
    "texts",
    [
        {"title": "关于修路和关于办学的提案"},
        {"title": "关于修路以及办学的提案"},
        {"suggestion": "一是关于修路。二是关于办学。"},
        {"suggestion": "".join(f"\n{n}、做这件事。" for n in "一二三四五六七")},
    ],
)
def test_several_matters_are_hinted_at(texts: dict[str, str]) -> None:
    assert [f for f, _e, _s in said(**texts)] == ["title"]


def test_short_text_is_only_a_hint() -> None:
    (remark,) = remarks(proposal(situation="短"), ProposalRules(text_min_characters=150))
    assert remark.message == "正文只有5字，可能说不清楚；一般不少于150字。"


@pytest.mark.parametrize(
    ("kind", "rules", "today", "closed"),
    [
        ("sector", {}, date(2026, 1, 8), False),
        ("sector", {}, date(2026, 1, 9), True),
        ("group", {}, date(2026, 1, 9), True),
        ("sector", {"sector_only_in_session": False}, date(2026, 1, 9), False),
        ("group", {"group_only_in_session": False}, date(2026, 1, 9), False),
        ("party", {}, date(2026, 1, 9), False),
        ("special_committee", {}, date(2026, 1, 9), False),
    ],
)
def test_only_some_kinds_end_with_the_session(
    kind: str,
    rules: dict[str, bool],
    today: date,
    closed: bool,  # noqa: FBT001 (a row of the table)
) -> None:
    assert bool(closed_to(kind, proposal(), ProposalRules(**rules), today)) is closed


# What resembles it


@pytest.fixture
def house() -> House:
    return factories.make_house()


def near(house: House, who: str, made: Proposal) -> list[tuple[str, str]]:
    with house.at_work():
        actor = house.actor(who)
        found = Proposal.objects.select_related("matter", "session").get(pk=made.pk)
        return [(s.proposal.matter.title, s.words) for s in similar_to(actor, found)]


def write(house: House, made: Proposal, **fields: str) -> Proposal:
    with house.at_work():
        return drafting.save_draft(actor=house.actor("proposer"), proposal=made, version=None, fields=fields)


@pytest.mark.django_db
def test_same_title_and_text_is_almost_the_same(house: House) -> None:
    factories.filed(house, by="outsider", title="关于增设校门口斑马线的提案")
    made = factories.draft(house, title="关于增设校门口斑马线的提案")
    assert near(house, "proposer", made) == [("关于增设校门口斑马线的提案", "几乎一样")]


@pytest.mark.django_db
def test_same_text_under_another_title_is_found(house: House) -> None:
    factories.filed(house, by="outsider", title="城区信号灯亟待补齐")
    made = factories.draft(house, title="关于接送孩子安全的提案")
    assert near(house, "proposer", made) == [("城区信号灯亟待补齐", "几乎一样")]


@pytest.mark.django_db
def test_other_matters_are_not_alike(house: House) -> None:
    factories.filed(house, by="outsider", title="关于改善学校门口交通的提案")
    made = factories.draft(house, title="发展苹果产业")
    made = write(house, made, situation="果农卖难。", analysis="没有冷库。", suggestion="建冷库和合作社。")
    assert near(house, "proposer", made) == []


@pytest.mark.django_db
def test_writer_is_told_only_of_what_they_may_open(house: House) -> None:
    factories.submitted(house, by="outsider", title="关于增设校门口斑马线的提案")
    made = factories.draft(house, title="关于增设校门口斑马线的提案")
    assert near(house, "proposer", made) == []
    assert len(near(house, "reviewer", made)) == 1


@pytest.mark.django_db
def test_drafts_and_withdrawn_ones_are_nobodys_business(house: House) -> None:
    factories.draft(house, by="outsider", title="关于增设校门口斑马线的提案")
    gone = factories.submitted(house, by="cosigner_1", title="关于增设校门口斑马线的提案")
    with house.at_work():
        drafting.withdraw_proposal(actor=house.actor("cosigner_1"), proposal=gone)
    made = factories.submitted(house, title="关于增设校门口斑马线的提案")
    assert near(house, "reviewer", made) == []


@pytest.mark.django_db
def test_only_this_session_and_the_last_are_compared(house: House) -> None:
    old = factories.filed(house, by="outsider", title="关于增设校门口斑马线的提案")
    made = factories.draft(house, title="关于增设校门口斑马线的提案")
    with house.at_work():
        for number, year in ((4, 2025), (3, 2024)):
            session = Session.objects.create(
                committee=house.committee,
                term=house.term,
                number=number,
                opens_on=date(year, 1, 6),
                closes_on=date(year, 1, 9),
                proposal_cutoff_on=date(year, 1, 8),
                code_prefix=str(year),
            )
            Proposal.objects.filter(pk=old.pk).update(session=session)
            expected = 1 if year == 2025 else 0
            assert len(near(house, "proposer", made)) == expected


# The page before submission


@pytest.mark.django_db
def test_submit_page_warns_and_lets_through(client: Client, house: House) -> None:
    factories.filed(house, by="outsider", title="关于增设校门口斑马线的提案")
    made = factories.draft(house, title="关于增设校门口斑马线以及路灯的提案")
    made = write(house, made, situation="机密★10年。请打13912345678。学校门口上学时车流大。")
    client.force_login(house.users["proposer"])
    url = reverse("proposals:submit", args=[made.pk])
    page = client.get(url).content.decode().replace("<wbr>", "")
    for words in ("涉密信息不得录入", "像是有手机号", "像是有几件事", "和这些提案相近", "几乎一样"):
        assert words in page
    assert "13912345678" not in page.split("请再看看")[1].split("</section>")[0]
    answer = client.post(url, {"once": str(new_key()), "secrecy": "no"})
    assert answer.status_code == 302


@pytest.mark.django_db
def test_declared_secret_is_not_submitted_and_not_saved(client: Client, house: House) -> None:
    made = factories.draft(house)
    client.force_login(house.users["proposer"])
    url = reverse("proposals:submit", args=[made.pk])
    assert client.post(url, {"once": str(new_key())}).status_code == 422
    answer = client.post(url, {"once": str(new_key()), "secrecy": "yes"})
    assert answer.status_code == 422
    assert "机要渠道" in answer.content.decode()
    edit = reverse("proposals:edit", args=[made.pk])
    typed = {"title": "改过的案由不该存下来", "declares_secrets": "on", "disclosure": "full"}
    answer = client.post(edit, {"once": str(new_key()), **typed})
    assert (answer.status_code, "涉密信息不得录入" in answer.content.decode()) == (422, True)
    saved = client.post(reverse("proposals:autosave", args=[made.pk]), typed)
    assert (saved.status_code, "涉密信息不得录入" in saved.json()["message"]) == (409, True)
    with house.at_work():
        now = Proposal.objects.select_related("matter").get(pk=made.pk)
        assert (now.matter.title, now.state, now.serial) == ("关于改善学校门口交通的提案", "draft", None)


@pytest.mark.django_db
def test_submit_page_costs_the_same_beside_one_and_three_similar(client: Client, house: House) -> None:
    made = factories.draft(house)
    client.force_login(house.users["proposer"])
    url = reverse("proposals:submit", args=[made.pk])
    costs = []
    for who in ("outsider", "cosigner_1", "cosigner_2"):
        factories.filed(house, by=who)
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert len(client.get(url).context["similar"]) == len(costs) + 1
        costs.append(len([q for q in seen if "set_config" not in q["sql"]]))
    assert costs == [costs[0]] * 3


@pytest.mark.django_db
def test_edit_page_says_as_what_it_counts_now(client: Client, house: House) -> None:
    made = factories.draft(house)
    client.force_login(house.users["proposer"])
    url = reverse("proposals:edit", args=[made.pk])
    with clock.at(date(2026, 1, 7)):
        client.force_login(house.users["proposer"])
        assert "算五届五次会议的大会提案，1月8日截止" in client.get(url).content.decode()
    with clock.at(date(2026, 3, 2)):
        client.force_login(house.users["proposer"])
        assert "算五届五次会议的平时提案，大会提案1月8日已经截止" in client.get(url).content.decode()


@pytest.mark.django_db
def test_similar_for_a_text_of_a_few_words_finds_by_the_title(house: House) -> None:
    factories.submitted(house, title="关于改善学校门口交通的提案")
    short = factories.draft(house, title="关于改善学校门口交通的提案")
    with house.at_work():
        Proposal.objects.filter(pk=short.pk).update(situation="很堵", analysis="", suggestion="改")
        found = Proposal.objects.select_related("matter", "session").get(pk=short.pk)
        near = similar_to(house.actor("proposer"), found)
    assert [s.proposal.matter.title for s in near] == ["关于改善学校门口交通的提案"]
