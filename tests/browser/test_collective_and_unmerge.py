"""A body's proposal with its stamped page, through pre-review and decision; a merge that is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from tests import factories
from tests.capabilities.files import corpus
from tongxin.activities.proposals.models import ProposalRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser

TITLE = "关于城区停车难问题的提案"
OTHER = "关于改善城区停车秩序的提案"
ADVICE = "情况清楚，建议具体，可以立案。"


@pytest.mark.committee("621200")
def test_body_hands_in_a_stamped_proposal_that_is_read_twice_and_merged_by_mistake(
    house: House, somebody: Callable[..., Person]
) -> None:
    with transaction.atomic():
        factories.add_post(house, house.users["leader"], "reviewer")
        lead = factories.filed(house, title=OTHER)
        with house.at_work():
            ProposalRules.objects.update_or_create(committee=house.committee, defaults={"review_stages": 2})
    officer = somebody().sign_in(house.users["submitter"].username)
    first = somebody(at="desk").sign_in(house.users["reviewer"].username)
    second = somebody(at="desk").sign_in(house.users["leader"].username)

    write(officer)
    hand_in(officer)
    pre_review(first)
    decide(second)
    merge_and_take_back(first, lead.matter.code or "")


def write(officer: Person) -> None:
    officer.go_home().press("写提案").fill("案由", TITLE).press("开始写")
    officer.sees("盖章页", "平时提案").fill("情况", factories.TEXT["situation"])
    officer.fill("分析", factories.TEXT["analysis"]).fill("建议", factories.TEXT["suggestion"])
    officer.press("下一步：核对").sees("请上传盖章页的照片或扫描件。").press("回去补上")


def hand_in(officer: Person) -> None:
    page = {"name": "盖章页.pdf", "mimeType": "application/pdf", "buffer": corpus.pdf()}
    officer.page.locator("#id_stamp").set_input_files([page])  # type: ignore[list-item]
    officer.press("上传这一页").sees("已上传「盖章页.pdf」")
    officer.press("下一步：核对").sees("民盟支部", "盖章页.pdf", "请再看看")
    officer.choose("我确认不涉及").press("提交").sees("提案已提交")


def pre_review(reviewer: Person) -> None:
    reviewer.has_only("请审查", TITLE).take_up("请审查").press("开始审查")
    reviewer.sees("还没有预审意见", "盖章页.pdf").press("提出预审意见")
    reviewer.choose("立案", of="审查意见").fill("说明", ADVICE)
    reviewer.page.get_by_label("类别").first.select_option(label="城乡建设")
    reviewer.press("提出意见").sees("待审查")
    reviewer.press(TITLE, exact=False).press("审查").sees("您做了预审，请由别的审查人员审定。")


def decide(reviewer: Person) -> None:
    reviewer.arrive("/proposals/?tab=review")
    reviewer.page.locator("tbody input[type=checkbox]").first.check()
    reviewer.press("批量审定").sees(TITLE, "预审：立案").choose("按各件最后一道审查意见办")
    reviewer.press("审定选中的").sees("这里现在没有提案")


def merge_and_take_back(reviewer: Person, code: str) -> None:
    reviewer.arrive("/proposals/").press(TITLE, exact=False).press("并案")
    reviewer.press(OTHER, exact=False).press(f"并入{code}").sees("并入本案的提案", TITLE)
    reviewer.press(TITLE, exact=False).sees("已并案", "一起办理，分别答复。那一件现在：已立案。")
    reviewer.press("撤销并案").fill("说明", "不是同一件事").press("撤销并案")
    reviewer.sees("已立案", "撤销并案，不再并入").sees_not("一起办理，分别答复")
