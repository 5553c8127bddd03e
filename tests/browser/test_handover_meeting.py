"""A hand-over meeting: three hundred proposals, a list made by itself, a sheet with one mistake, one press."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests import factories
from tongxin.activities.proposals.models import Assignment, Proposal, Topic, WishedUnit
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet
    from playwright.sync_api import Download

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser

HOW_MANY = 300
NAME = "五届五次会议提案交办会"
BEFORE = "关于乡镇小学教师周转房建设的提案"
LIKE_BEFORE = "关于增加乡镇小学教师周转房的提案"
WISHED = "关于第{n}号村道养护的提案"
NEW = "关于第{n}号文化广场的提案"
# Patience with the worker: three hundred hand-overs, each with its timeline, its dates and its notices.
_JOB_MS = 300_000


@pytest.mark.committee("620502")
def test_meeting_hands_three_hundred_proposals_over_from_suggestions_a_page_and_a_sheet(
    house: House, somebody: Callable[..., Person]
) -> None:
    with transaction.atomic():
        factories.assigned(house, title=BEFORE, to="a")
        wait_for_the_meeting(house)
    staff = somebody(at="desk").sign_in(house.users["staff"].username)

    make_list(staff)
    edit_a_row(staff)
    fill_the_sheet(staff)
    hand_over(staff)
    with house.at_work():
        given = Assignment.objects.filter(proposal__handover_rows__meeting__name=NAME)
        assert {
            (unit, role, given.filter(unit__name=unit, role=role).count())
            for unit, role in given.values_list("unit__name", "role").distinct()
        } == {
            ("交通运输局", "sole", 100),
            ("教育局", "sole", 1),
            ("教育局", "lead", 1),
            ("住房和城乡建设局", "co", 1),
            ("住房和城乡建设局", "sole", 198),
        }
    print_it(staff)
    clerk = somebody().sign_in(house.users["clerk_b"].username)
    clerk.press("承办").sees("签收", "号村道养护的提案")
    fits_the_screen(staff, clerk)


def wait_for_the_meeting(house: House) -> None:
    """File three hundred proposals: one like an earlier one, a hundred with a wish, the rest of another topic."""
    titles = [
        LIKE_BEFORE,
        *(WISHED.format(n=n) for n in range(1, 101)),
        *(NEW.format(n=n) for n in range(199)),
    ]
    with house.at_work():
        culture = Topic.objects.create(committee=house.committee, name="城乡文化")
        matters = Matter.objects.bulk_create(
            Matter(
                committee=house.committee,
                kind="proposal",
                title=title,
                state="filed",
                code=f"2026-{n:03d}",
                visibility="members",
            )
            for n, title in enumerate(titles, 101)
        )
        made = Proposal.objects.bulk_create(
            Proposal(
                matter=matter,
                committee=house.committee,
                session=house.session,
                serial=n,
                number=n,
                lead_member=house.members["proposer"],
                topic=house.topic if n <= 201 else culture,
                submitted_at=clock.now(),
                filed_on=clock.today(),
                **factories.TEXT,
            )
            for n, matter in enumerate(matters, 101)
        )
        WishedUnit.objects.bulk_create(
            WishedUnit(committee=house.committee, proposal=one, unit=house.units["b"]) for one in made[1:101]
        )
        Deadline.objects.bulk_create(
            Deadline(
                committee=house.committee,
                matter=matter,
                kind="assign",
                starts_on=clock.today(),
                working_days=10,
                due_on=clock.today(),
                reason="立案",
            )
            for matter in matters
        )


def make_list(staff: Person) -> None:
    staff.press("交办会").sees("还没有开过交办会").fill("名称", NAME).press("列出名单")
    staff.sees(NAME, "全部交办（101件）", "还有199件没有定单位")
    row = staff.page.locator("tbody tr")
    expect(row).to_have_count(50)
    expect(row.nth(0)).to_contain_text("以往同类")
    expect(row.nth(0).get_by_label("主办 2026-101")).to_have_value("教育局")
    expect(row.nth(1)).to_contain_text("提案者意向")
    expect(row.nth(1).get_by_label("主办 2026-102")).to_have_value("交通运输局")


def edit_a_row(staff: Person) -> None:
    staff.press("待定", exact=False).fill("主办 2026-202", "教育厅").fill("会办 2026-202", "住房和城乡建设局")
    staff.press("保存这一页").sees("这一页还没有保存", "没有叫「教育厅」的单位。是不是教育局？")
    expect(staff.field("会办 2026-202")).to_have_value("住房和城乡建设局")
    staff.fill("主办 2026-202", "教育局").press("保存这一页").sees("已保存1件的改动", "全部交办（102件）")


def fill_the_sheet(staff: Person) -> None:
    with staff.page.expect_download() as caught:
        staff.press("下载Excel")
    book, sheet, column = opened(caught.value)
    assert sheet.max_row == HOW_MANY + 1
    for line in range(2, sheet.max_row + 1):
        if not sheet.cell(line, column["建议主办"]).value:
            sheet.cell(line, column["建议主办"]).value = "住房和城乡建设局"
    last = sheet.cell(HOW_MANY + 1, column["建议主办"])
    last.value = "住建居"
    staff.press("上传填好的")
    upload(staff, book)
    staff.sees("现在什么都没有改", f"第{HOW_MANY + 1}行", "没有叫「住建居」的单位", "更改", "197").sees_not(
        "确认更改"
    )
    last.value = "住房和城乡建设局"
    upload(staff, book)
    staff.press("确认更改198件").sees("已按表格改了198件", f"全部交办（{HOW_MANY}件）").sees_not("没有定单位")


def opened(download: Download) -> tuple[openpyxl.Workbook, Worksheet, dict[str, int]]:
    """Return a downloaded list, its sheet, and where each column stands."""
    book = openpyxl.load_workbook(io.BytesIO(download.path().read_bytes()))
    sheet = book.worksheets[0]
    return book, sheet, {str(cell.value): cell.column for cell in sheet[1] if cell.column}


def upload(staff: Person, book: openpyxl.Workbook) -> None:
    kept = io.BytesIO()
    book.save(kept)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = {"name": "交办名单.xlsx", "mimeType": kind, "buffer": kept.getvalue()}
    staff.page.locator("#id_file").set_input_files([file])  # type: ignore[list-item]
    staff.press("上传并预览")


def hand_over(staff: Person) -> None:
    staff.press(f"全部交办（{HOW_MANY}件）").sees(f"{NAME}：全部交办", "您可以离开，完成后会通知您。")
    expect(staff.page.locator("#bar")).to_be_visible()
    expect(staff.page.locator("main")).to_contain_text(f"已完成。交办了{HOW_MANY}件", timeout=_JOB_MS)
    staff.press("看结果").sees(NAME, "交办").sees_not("全部交办（")
    expect(staff.page.locator("tbody .pill.ok")).to_have_count(50)


def print_it(staff: Person) -> None:
    staff.press("交办清单").sees("签收人签名", "交通运输局", "教育局", "住房和城乡建设局")
    counts = staff.page.locator("section.sec .spread span").all_inner_texts()
    assert sorted(counts) == ["100件", "199件", "2件"]
    staff.page.emulate_media(media="print")
    staff.sees(LIKE_BEFORE)
    staff.page.emulate_media(media="screen")


def fits_the_screen(*people: Person) -> None:
    for person in people:
        wide = person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert (person.page.url, wide) == (person.page.url, False)
