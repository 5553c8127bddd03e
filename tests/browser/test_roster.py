"""An administrator and a roster with mistakes; a new member's first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.foundation.organization.rosters import as_workbook, people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.people import Person
    from tests.factories import House

pytestmark = pytest.mark.browser


def roster(path: Path, *, correct: bool) -> Path:
    """Five members under number 0101 and up; two rows are wrong until they are corrected."""
    rows = [[*row[:7], "第五届", row[8]] for row in people(5, first=101)]
    if not correct:
        rows[1][6] = "1380"
        rows[3][2] = ""
    path.write_bytes(as_workbook(rows))
    return path


@pytest.mark.committee("620800")
def test_roster_with_two_wrong_rows_is_corrected_confirmed_and_undone(
    house: House, somebody: Callable[..., Person], tmp_path: Path
) -> None:
    admin = somebody(at="desk").sign_in(house.users["tenant_admin"].username)
    upload(admin, roster(tmp_path / "名册.xlsx", correct=False))
    admin.sees("五届名册预览", "第5行", "第7行", "手机号", "界别", "请在表格里改好这些行")
    assert admin.page.locator("#errors tbody tr").count() == 2

    upload(admin, roster(tmp_path / "名册改好了.xlsx", correct=True))
    admin.press("确认导入5人").sees("新增5人，更改0人")
    take_back(admin)
    admin.sees("这次导入已撤销")

    upload(admin, roster(tmp_path / "名册再来.xlsx", correct=True))
    admin.press("确认导入5人").sees("新增5人，更改0人")
    slip = print_slip(admin)
    start(somebody(), *slip)

    # Somebody has begun to work with it: now it cannot be taken back without losing that.
    admin.accepted.add(409)
    admin.press("组织").press("导入委员名册").press("名册再来.xlsx", exact=False)
    take_back(admin)
    admin.sees("导入以后又有了新的改动：账号「李丽伟」")


def upload(admin: Person, file: Path) -> None:
    admin.press("组织").press("导入委员名册")
    admin.page.locator("input[type=file]").set_input_files(file)
    admin.press("上传并预览")


def take_back(admin: Person) -> None:
    admin.press("撤销这次导入")
    admin.page.locator("dialog").get_by_role("button", name="撤销").click()


def print_slip(admin: Person) -> tuple[str, str]:
    admin.press("打印登录条")
    row = (
        admin.page.get_by_role("row")
        .filter(has_text="0101")
        .or_(admin.page.get_by_role("row").filter(has_text="第101单位干部"))
    )
    row.first.get_by_role("checkbox").check()
    admin.press("生成登录条").sees("密码只显示这一次")
    card = admin.page.locator(".card").first
    facts = [dd.inner_text() for dd in card.locator("dd").all()]
    assert admin.page.locator(".card").count() == 1
    return facts[1], facts[2]


def start(member: Person, username: str, once: str) -> None:
    member.sign_in(username, once)
    member.sees("换成自己的密码", "密码条上的密码只用这一次")
    # Nothing else opens before.
    member.arrive("/proposals/mine/").sees("换成自己的密码")
    for field in member.page.locator("main input[type=password]").all():
        field.fill("门前一条清清的小河 7")
    member.press("换好了").sees("李丽伟委员", "现在没有等您办的事", "写提案")
