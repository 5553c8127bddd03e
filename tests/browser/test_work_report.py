"""The work report of a year: drafted, a number changed by hand and set right, signed, and opened from the paper."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import docx
import pytest
from django.db import transaction
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser

SESSIONS, TYPED = 4, 7
_SOURCES = ["序号", "数字", "数据码", "名称和时间", "怎样计算"]


@pytest.mark.parametrize(
    "device",
    [
        pytest.param("phone", marks=pytest.mark.committee("620522")),
        pytest.param("desk", marks=pytest.mark.committee("620523")),
    ],
)
def test_numbers_of_a_signed_report_open_from_its_paper(
    house: House, somebody: Callable[..., Person], device: str
) -> None:
    year_of_work(house)
    staff = somebody(at=device).sign_in(house.users["staff"].username)
    address = drafts(staff, house)
    mistypes(staff)
    sets_right(staff)
    signs(somebody(at=device).sign_in(house.users["leader"].username), address)

    staff.arrive(address).sees("已签发", "签发以来，文中的数字都没有变化。").sees_not("改正文")
    numbers = downloads(staff)
    assert [printed for printed, _code in numbers if "场次" in printed] == [f"{SESSIONS}场次"]
    for printed, code in numbers:
        staff.arrive("/statistics/n/").fill("数据码", code).press("打开")
        expect(staff.page.locator("h1 .no")).to_have_text(printed)
        staff.sees(code)


def year_of_work(house: House) -> None:
    from tests.readers.workreports.people import hold_sessions  # noqa: PLC0415 (needs Django)
    from tests.village import make_village  # noqa: PLC0415

    with transaction.atomic():
        hold_sessions(make_village(house), SESSIONS)


def drafts(staff: Person, house: House) -> str:
    """Let the platform write the report of 2021; return where it is."""
    staff.arrive("/reports/").press("起草报告").fill("写哪段时间", "2021").press("写初稿")
    staff.sees(f"{house.committee.name}2021年工作报告", f"2021年开展协商议事活动{SESSIONS}场次")
    staff.sees("数字都核对好了，可以签发")
    return staff.page.url.removeprefix(staff.site)


def mistypes(staff: Person) -> None:
    """Change a number by hand: the check names it, and the report cannot be signed."""
    staff.press("改正文")
    text = staff.page.locator("textarea").filter(has_text=f"{SESSIONS}场次〔").first
    text.fill(text.input_value().replace(f"{SESSIONS}场次〔", f"{TYPED}场次〔"))
    staff.press("保存").sees("有1处数字要核对", f"开展协商议事活动{TYPED}场次")
    staff.press("去核对").sees("和记录对不上：1处", f"{TYPED}场次", f"平台现在是{SESSIONS}场次")


def sets_right(staff: Person) -> None:
    staff.press(f"改成{SESSIONS}场次").sees("都核对好了：每个数字要么能点开，要么有依据。")
    staff.press("回到报告").sees(f"2021年开展协商议事活动{SESSIONS}场次", "数字都核对好了，可以签发")
    # It opens the rows that were counted.
    staff.page.locator(".report a.num", has_text=f"{SESSIONS}场次").click()
    expect(staff.page.locator("tbody tr")).to_have_count(SESSIONS)


def signs(leader: Person, address: str) -> None:
    leader.arrive(address).press("签发")
    leader.page.locator("dialog").get_by_role("button", name="签发").click()
    leader.sees("已签发")


def downloads(staff: Person) -> list[tuple[str, str]]:
    """Return the numbers of the Word file with their codes, from its last page."""
    with staff.page.expect_download() as caught:
        staff.press("Word")
    assert caught.value.suggested_filename.endswith("2021年工作报告.docx")
    paper = docx.Document(io.BytesIO(caught.value.path().read_bytes()))
    [table] = [t for t in paper.tables if [cell.text for cell in t.rows[0].cells] == _SOURCES]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert all(re.fullmatch(r"T\d\d-\d{4,}", row[2]) for row in rows)
    return [(row[1], row[2]) for row in rows]
