"""Writes rosters as offices write them, with mistakes planted at known rows."""

from __future__ import annotations

import csv
import io
from typing import Any

HEADER = ["委员编号", "姓名", "界别", "专门委员会", "职务", "工作单位及职务", "手机号", "届", "状态"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
SECTORS = ["经济界", "农业界", "教育界", "医药卫生界", "工商联界"]
COMMITTEES = ["提案委员会", "经济委员会", "文史委员会"]


def people(count: int, *, first: int = 1) -> list[list[str]]:
    """Rows that are right: number, name, sector, special committee, standing, work, phone, term, status."""
    rows = []
    for n in range(first, first + count):
        name = SURNAMES[n % 20] + GIVEN[n // 20 % 20] + GIVEN[n // 400 % 20]
        place = COMMITTEES[n % 3] if n % 5 else ""
        work = f"第{n}单位干部"
        rows.append([f"{n:04}", name, SECTORS[n % 5], place, "委员", work, f"139{n:08}", "第二届", "在任"])
    return rows


def as_csv(rows: list[list[str]], *, encoding: str = "utf-8-sig", header: list[str] | None = None) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header or HEADER)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def as_workbook(rows: list[list[Any]]) -> bytes:
    """A workbook with a title merged over all columns and a second, merged row of headings."""
    import openpyxl  # noqa: PLC0415

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["政协华亭市第二届委员会委员名册"])
    sheet.merge_cells("A1:I1")
    sheet.append(HEADER)
    sheet.append([None] * 9)
    for column in "ABCDEFGHI":
        sheet.merge_cells(f"{column}2:{column}3")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isdigit() else c for c in text)
