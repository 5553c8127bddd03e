"""Spreadsheets as offices send them, and as attackers do."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import MAC_EPOCH

from tongxin.foundation.core.sheets import (
    FORMULA_STARTS,
    Column,
    Sheet,
    SheetDate,
    TableRefused,
    read_table,
    starts_formula,
    write_csv,
    write_workbook,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from tongxin.foundation.core.sheets import Value

NAME = Column("name", "姓名", ("委员姓名",), required=True)
SECTOR = Column("sector", "界别")
PHONE = Column("phone", "手机号", ("手机", "联系电话", "手机号码"), kind="phone")
CODE = Column("code", "编号", ("委员编号",), kind="code")
SINCE = Column("since", "任职时间", kind="date")
COUNT = Column("count", "件数", kind="int")
LEVEL = Column("level", "满意度", kind="choice", choices=("满意", "基本满意", "不满意"))
ALL = (NAME, SECTOR, PHONE, CODE, SINCE, COUNT, LEVEL)


def book(rows: Sequence[Sequence[object]], merge: Sequence[str] = ()) -> bytes:
    def fill(page: Worksheet) -> None:
        for row in rows:
            page.append(list(row))
        for place in merge:
            page.merge_cells(place)

    return built(fill)


def built(fill: Callable[[Worksheet], object]) -> bytes:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    fill(page)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def one(column: Column, value: object, number_format: str = "General") -> Value:
    """The value that one cell is read as; the error's sentence where it cannot be."""

    def fill(page: Worksheet) -> None:
        page.append(["姓名", column.header])
        page.append(["何秀兰", value])
        if number_format != "General":
            page.cell(2, 2).number_format = number_format

    table = read_table(built(fill), "一.xlsx", [NAME, column])
    return table.errors[0].message if table.errors else table.rows[0].values[column.key]


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same zip with one part put in or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return out.getvalue()


# --- finding the header ------------------------------------------------------------------------


def test_table_with_titles_above_and_columns_in_any_order_is_read() -> None:
    data = book(
        [
            ["华亭市政协委员名册"],
            [],
            ["填报时间：2026年3月"],
            ["序号", "手 机\n号 码", "姓　名（必填）", "*界别", "备注"],
            [1, "13912345678", "何秀兰", "农业", "x"],
            [],
            [2, "13912345679", "马建国", "经济", ""],
        ],
        merge=["A1:E1"],
    )
    table = read_table(data, "名册.xlsx", ALL)
    assert [(row.number, row.values) for row in table.rows] == [
        (5, {"name": "何秀兰", "sector": "农业", "phone": "13912345678"}),
        (7, {"name": "马建国", "sector": "经济", "phone": "13912345679"}),
    ]
    assert (table.header_row, table.ignored, table.errors, table.notes) == (4, ("序号", "备注"), (), ())


def test_header_with_two_levels_takes_the_lower_names() -> None:
    data = book(
        [
            ["委员名册", None, None, None],
            ["姓名", "联系方式", None, "界别"],
            [None, "手机号", "邮箱", None],
            ["何秀兰", "13912345678", "a@b", "农业"],
        ],
        merge=["A1:D1", "A2:A3", "B2:C2", "D2:D3"],
    )
    table = read_table(data, "名册.xlsx", ALL)
    assert [row.values for row in table.rows] == [
        {"name": "何秀兰", "sector": "农业", "phone": "13912345678"}
    ]
    assert (table.header_row, table.ignored) == (3, ("邮箱",))


def test_header_with_two_levels_that_are_not_merged_is_read_too() -> None:
    data = book(
        [["姓名", "联系方式", None, "界别"], [None, "手机号", "邮箱", None], ["何秀兰", "13912345678"]]
    )
    table = read_table(data, "名册.xlsx", ALL)
    assert [row.values for row in table.rows] == [{"name": "何秀兰", "sector": "", "phone": "13912345678"}]


def test_header_merged_down_everywhere_is_not_read_as_a_row() -> None:
    data = book([["姓名", "界别"], [None, None], ["何秀兰", "农业"]], merge=["A1:A2", "B1:B2"])
    table = read_table(data, "名册.xlsx", ALL)
    assert [(row.number, row.values["name"]) for row in table.rows] == [(3, "何秀兰")]


def test_header_with_the_same_lower_name_twice_is_told_apart_by_the_upper() -> None:
    host = Column("host", "主办单位")
    helper = Column("helper", "会办单位")
    data = book(
        [
            ["案由", "主办", None, "会办", None],
            [None, "单位", "电话", "单位", "电话"],
            ["修路", "交通局", 1, "公安局", 2],
        ],
        merge=["A1:A2", "B1:C1", "D1:E1"],
    )
    table = read_table(data, "提案.xlsx", [Column("title", "案由"), host, helper])
    assert table.rows[0].values == {"title": "修路", "host": "交通局", "helper": "公安局"}


def test_header_that_occurs_twice_reads_the_left_one_and_says_so() -> None:
    table = read_table(book([["姓名", "界别", "界别"], ["何秀兰", "农业", "经济"]]), "a.xlsx", ALL)
    assert table.rows[0].values == {"name": "何秀兰", "sector": "农业"}
    assert table.notes == ("「界别」这一列出现了不止一次，只读了最左边的。",)


def test_header_without_required_columns_says_which() -> None:
    columns = [NAME, SECTOR, Column("unit", "单位", required=True), Column("post", "职务", required=True)]
    with pytest.raises(TableRefused, match="表里缺少这些列：单位、职务。表头在第1行。"):
        read_table(book([["姓名", "界别"], ["何秀兰", "农业"]]), "a.xlsx", columns)


def test_header_that_is_nowhere_says_what_it_should_be() -> None:
    with pytest.raises(TableRefused, match="没有找到表头。表头应有：姓名。"):
        read_table(book([["甲", "乙"], [1, 2]]), "a.xlsx", ALL)


def test_workbook_with_a_cover_sheet_reads_the_sheet_that_has_the_header() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["填表说明"])
    hidden = workbook.create_sheet("旧")
    hidden.append(["姓名", "界别", "手机号"])
    hidden.sheet_state = "hidden"
    page = workbook.create_sheet("名册")
    page.append(["姓名", "界别"])
    page.append(["何秀兰", "农业"])
    out = io.BytesIO()
    workbook.save(out)
    table = read_table(out.getvalue(), "a.xlsx", ALL)
    assert (table.sheet, [row.values["name"] for row in table.rows]) == ("名册", ["何秀兰"])


# --- the body --------------------------------------------------------------------------------------


def test_body_cells_merged_down_repeat_their_value() -> None:
    data = book(
        [["界别", "姓名"], ["农业", "何秀兰"], [None, "马建国"], [None, "李强"], ["经济", "周敏"]],
        merge=["A2:A4"],
    )
    table = read_table(data, "a.xlsx", ALL)
    assert [(row.values["sector"], row.values["name"]) for row in table.rows] == [
        ("农业", "何秀兰"),
        ("农业", "马建国"),
        ("农业", "李强"),
        ("经济", "周敏"),
    ]


def test_body_totals_footnotes_and_repeated_headers_are_left_out_with_a_note() -> None:
    data = book(
        [
            ["姓名", "件数"],
            ["何秀兰", 3],
            ["姓名", "件数"],
            ["马建国", 4],
            ["合 计", 7],
            ["注：截至3月底", None],
        ]
    )
    table = read_table(data, "a.xlsx", ALL)
    assert [row.values for row in table.rows] == [
        {"name": "何秀兰", "count": 3},
        {"name": "马建国", "count": 4},
    ]
    assert table.notes == (
        "第3行又是表头，没有读取。",
        "第5行是「合 计」，没有读取。",
        "第6行是「注：截至3月底」，没有读取。",
    )


def test_body_errors_name_row_and_column_in_plain_words() -> None:
    data = book(
        [["姓名", "手机号", "件数", "满意度", "任职时间"]]
        + [["何秀兰", "13912345678", 1, "满意", "2021年3月"]] * 5
        + [["马建国", "1391234567", "三", "还行", "去年"], [None, "23912345678", 1.5, "不满意", "2021年13月"]]
    )
    table = read_table(data, "a.xlsx", ALL)
    assert [error.message for error in table.errors] == [
        "第7行「手机号」：要11位数字，现在是10位。",
        "第7行「任职时间」：看不出日期：「去年」。可以写成2021年3月5日、2021-03-05或2021年3月。",
        "第7行「件数」：要一个整数，现在是「三」。",
        "第7行「满意度」：只能填：满意、基本满意、不满意。现在是「还行」。",
        "第8行「姓名」：不能空着。",
        "第8行「手机号」：手机号以1开头，现在是「23912345678」。",
        "第8行「任职时间」：看不出日期：「2021年13月」。可以写成2021年3月5日、2021-03-05或2021年3月。",
        "第8行「件数」：要一个整数，现在是「1.5」。",
    ]
    assert (table.errors[0].row, table.errors[0].column) == (7, "手机号")
    assert table.rows[5].values == {
        "name": "马建国",
        "phone": None,
        "since": None,
        "count": None,
        "level": None,
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("13912345678", "13912345678"),
        (13912345678, "13912345678"),
        (13912345678.0, "13912345678"),
        (1.39e10, "13900000000"),
        ("１３９１２３４５６７８", "13912345678"),
        (" 139 1234 5678 ", "13912345678"),
        ("139-1234-5678", "13912345678"),
        ("+86 13912345678", "13912345678"),
        ("", ""),
        ("无", "第2行「手机号」：只能是数字，现在是「无」。"),
        (
            "1.39E+10",
            "第2行「手机号」：号码被表格程序改成了「1.39E+10」，后面的数字已经丢了。请把这一列设为文本后重填。",
        ),
    ],
)
def test_phone_however_it_was_typed_is_eleven_digits(value: object, expected: str) -> None:
    assert one(PHONE, value) == expected


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        ("007", "@", "007"),
        ("０087", "@", "0087"),
        (87, "0000", "0087"),
        (87, "General", "87"),
        (87.0, "General", "87"),
        ("AB－01", "@", "AB-01"),
    ],
)
def test_code_keeps_its_leading_zeros(value: object, number_format: str, expected: str) -> None:
    assert one(CODE, value, number_format) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2021, 3, 5, 9, 30), SheetDate(date(2021, 3, 5))),  # noqa: DTZ001
        (date(2021, 3, 5), SheetDate(date(2021, 3, 5))),
        (44260, SheetDate(date(2021, 3, 5))),
        ("44260", SheetDate(date(2021, 3, 5))),
        ("2021年3月5日", SheetDate(date(2021, 3, 5))),
        ("２０２１年３月５日", SheetDate(date(2021, 3, 5))),
        ("2021-03-05", SheetDate(date(2021, 3, 5))),
        ("2021-03-05 08:00", SheetDate(date(2021, 3, 5))),
        ("2021/3/5", SheetDate(date(2021, 3, 5))),
        ("2021.3.5", SheetDate(date(2021, 3, 5))),
        ("20210305", SheetDate(date(2021, 3, 5))),
        (20210305, SheetDate(date(2021, 3, 5))),
        ("2021年3月", SheetDate(date(2021, 3, 1), "month")),
        ("2021.03", SheetDate(date(2021, 3, 1), "month")),
        (2021.03, SheetDate(date(2021, 3, 1), "month")),
        (202103, SheetDate(date(2021, 3, 1), "month")),
        ("2021年", SheetDate(date(2021, 1, 1), "year")),
        (2021, SheetDate(date(2021, 1, 1), "year")),
        (None, None),
        (2021.1, "第2行「任职时间」：看不出「2021.1」是1月还是10月，请写成2021年3月这样。"),
        (
            "2021-02-30",
            "第2行「任职时间」：看不出日期：「2021-02-30」。可以写成2021年3月5日、2021-03-05或2021年3月。",
        ),
    ],
)
def test_date_however_it_was_typed_is_read(value: object, expected: object) -> None:
    assert one(SINCE, value) == expected


def test_date_that_is_an_infinite_number_is_an_error_not_a_crash() -> None:
    row = b'<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c><c r="B2"><v>1e999</v></c></row>'
    head = ROW.replace(b"</row>", '<c r="B1" t="inlineStr"><is><t>任职时间</t></is></c></row>'.encode())
    table = read_table(with_part(PLAIN, SHEET, SHEET_XML % (head + row, b"")), "a.xlsx", ALL)
    assert [error.message for error in table.errors] == [
        "第2行「任职时间」：看不出日期：「inf」。可以写成2021年3月5日、2021-03-05或2021年3月。"
    ]


def test_date_with_two_shown_decimals_is_october() -> None:
    assert one(SINCE, 2021.1, "0.00") == SheetDate(date(2021, 10, 1), "month")


def test_date_serial_in_a_1904_workbook_uses_its_own_epoch() -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = MAC_EPOCH
    workbook.worksheets[0].append(["姓名", "任职时间"])
    workbook.worksheets[0].append(["何秀兰", 42798])
    out = io.BytesIO()
    workbook.save(out)
    table = read_table(out.getvalue(), "a.xlsx", ALL)
    assert table.rows[0].values["since"] == SheetDate(date(2021, 3, 5))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1,184", 1184), ("１，１８４", 1184), ("-3", -3), (12.0, 12), ("12.00", 12), (0, 0)],
)
def test_int_with_separators_and_full_width_digits_is_read(value: object, expected: int) -> None:
    assert one(COUNT, value) == expected


def test_text_cells_of_every_type_read_as_written() -> None:
    remark = Column("remark", "说明栏")
    found = [one(remark, value) for value in (3, 3.5, True, datetime(2021, 3, 5), " a\r\nb　")]  # noqa: DTZ001
    assert found == ["3", "3.5", "是", "2021-03-05", "a\nb"]


def test_cell_with_a_formula_error_is_an_error() -> None:
    assert one(SECTOR, "#REF!") == "第2行「界别」：公式出错了（#REF!），请直接填值。"


# --- CSV -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_delimiter_is_read(encoding: str, delimiter: str) -> None:
    lines = [
        ["委员名册"],
        ["姓名", "手机号", "编号"],
        ["何秀兰", "13912345678", "007"],
        [],
        ["马,建;国", "", "008"],
    ]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    table = read_table(text.encode(encoding), "名册.csv", ALL)
    assert [(row.number, row.values) for row in table.rows] == [
        (3, {"name": "何秀兰", "phone": "13912345678", "code": "007"}),
        (5, {"name": "马,建;国", "phone": "", "code": "008"}),
    ]


def test_csv_that_is_binary_is_refused() -> None:
    with pytest.raises(TableRefused, match=r"「名册\.csv」不是能读的表格"):
        read_table(bytes(range(256)) * 4, "名册.csv", ALL)


# --- what is refused -------------------------------------------------------------------------------

PLAIN = book([["姓名", "界别"], ["何秀兰", "农业"]])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"
SHEET_XML = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>%s'
    b"</worksheet>"
)
MERGE = b'<mergeCell ref="A1:XFD1048576"/>'
with zipfile.ZipFile(io.BytesIO(PLAIN)) as _plain:
    PLAIN_RELATIONS = _plain.read("xl/_rels/workbook.xml.rels")
ROW = b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xe5\xa7\x93\xe5\x90\x8d</t></is></c></row>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (OLE + bytes(600), "另存为"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (PLAIN.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"), "打开密码"),
        (with_part(PLAIN, "xl/vbaProject.bin", b"x"), "带有宏"),
        (with_part(PLAIN, "xl/macrosheets/sheet1.xml", b"<x/>"), "带有宏"),
        (with_part(PLAIN, "xl/styles.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "不安全"),
        (with_part(PLAIN, "xl/styles.xml", "<!DOCTYPE x><x/>".encode("utf-16")), "不安全"),
        (with_part(PLAIN, "xl/styles.xml", b'<?xml version="1.0" encoding="UTF-7"?><x/>'), "不安全"),
        (with_part(PLAIN, SHEET, bytes(70_000_000)), "太大"),
        (with_part(PLAIN, SHEET, SHEET_XML % (ROW, b'<mergeCell ref="A1:XFD1048576"/>')), "太大"),
        (with_part(PLAIN, SHEET, SHEET_XML % (ROW, "<甲:mergeCell ref = 'A1:ZZ9999'/>".encode())), "太大"),
        (with_part(PLAIN, SHEET, SHEET_XML % (ROW, b"<mergeCell a='>' ref='A1:ZZ9999'/>")), "太大"),
        (
            with_part(PLAIN, SHEET, (SHEET_XML % (ROW, MERGE)).decode().encode("utf-16")),
            "太大",
        ),
        (
            with_part(
                with_part(PLAIN, "xl/a.png", SHEET_XML % (ROW, MERGE)),
                "xl/_rels/workbook.xml.rels",
                PLAIN_RELATIONS.replace(b"worksheets/sheet1.xml", b"a.png"),
            ),
            "太大",
        ),
        (with_part(PLAIN, SHEET, SHEET_XML % (ROW + b"<c/>" * 1_000_001, b"")), "太大"),
        (with_part(PLAIN, SHEET, SHEET_XML % (ROW, b'<mergeCell ref="oops"/>')), "损坏"),
        (with_part(PLAIN, SHEET, b"<worksheet><sheetData>"), "损坏"),
        (PLAIN[: len(PLAIN) // 2], "损坏"),
        (b"PK\x03\x04" + bytes(100), "损坏"),
        (with_part(with_part(PLAIN, "word/document.xml", b"<x/>"), "xl/workbook.xml", b""), "损坏"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (book([["姓名", *[None] * 199, "x"]]), "超过200列"),
        (b"\xef\xbb\xbf" + "姓名,界别\n".encode() + "何,农\n".encode() * 20_021, "超过20000行"),
        ("姓名\n".encode() + b'"' + b"x" * 200_000 + b'"', "引号没有成对"),
        (b"", "没有找到表头"),
    ],
)
def test_table_that_is_dangerous_or_of_another_kind_is_refused_with_a_reason(
    data: bytes, sentence: str
) -> None:
    with pytest.raises(TableRefused, match=sentence):
        read_table(data, "名册.xlsx", ALL)


def test_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.txt", "x")
    with pytest.raises(TableRefused, match="这个文件不是"):
        read_table(out.getvalue(), "名册.xlsx", ALL)


def test_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(PLAIN, "xl/bomb.xml", bytes(200_000_000))
    assert len(bomb) < 300_000
    began = time.perf_counter()
    with pytest.raises(TableRefused, match="太大"):
        read_table(bomb, "名册.xlsx", ALL)
    assert time.perf_counter() - began < 0.5


# --- writing ---------------------------------------------------------------------------------------

CLEAN_TEXT = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=40)
    .map(str.strip)
    .filter(lambda text: "_x" not in text)
)
ATTACKS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "'", "''"]),
    st.sampled_from(["=", "+", "-", "@", "＝", "＋", "－", "＠"]),
    st.sampled_from(["cmd|' /C calc'!A0", "1+1", "SUM(A1:A9)", 'HYPERLINK("http://x")']),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            # An honest name in front: a row must not look like a total, a footnote or the header itself.
            "name": (CLEAN_TEXT | ATTACKS).map(lambda text: f"何{text}"),
            "sector": CLEAN_TEXT | ATTACKS,
            "code": st.from_regex(r"0{0,3}[0-9A-Z]{1,8}", fullmatch=True).filter(
                lambda code: "E" not in code
            ),
            "phone": st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
            "since": st.none()
            | st.dates(date(1955, 1, 1), date(2100, 12, 31)).map(SheetDate)
            | st.dates(date(1955, 1, 1), date(2100, 12, 31)).map(
                lambda d: SheetDate(d.replace(day=1), "month")
            ),
            "count": st.none() | st.integers(-(10**14), 10**14),
            "level": st.sampled_from(["", "满意", "不满意"]),
        }
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_workbook_written_and_read_again_is_the_same(rows: list[dict[str, Value]]) -> None:
    table = read_table(write_workbook([Sheet("名册", ALL, rows)]), "a.xlsx", ALL)
    assert ([row.values for row in table.rows], table.errors) == (rows, ())


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_csv_written_and_read_again_is_the_same(rows: list[dict[str, Value]]) -> None:
    table = read_table(write_csv(Sheet("名册", ALL, rows)), "a.csv", ALL)
    assert ([row.values for row in table.rows], table.errors) == (rows, ())


@pytest.mark.parametrize("start", list(FORMULA_STARTS))
def test_workbook_text_that_starts_a_formula_is_a_quoted_string(start: str) -> None:
    attack = f"{start}cmd|' /C calc'!A0"
    data = write_workbook([Sheet(attack, [Column("a", attack)], [{"a": attack}])])
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert [(cell.data_type, cell.quotePrefix) for cell in page["A"]] == [("s", False), ("s", True)]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("start", list(FORMULA_STARTS))
def test_csv_text_that_starts_a_formula_gets_an_apostrophe(start: str) -> None:
    record = write_csv(Sheet("x", [Column("a", "甲"), Column("b", "乙")], [{"a": f"{start}1", "b": -5}]))
    cell = record.decode("utf-8-sig").split("\n", 1)[1].strip('"')
    assert cell.startswith("'" + start.replace("\r", "\r"))
    assert not starts_formula(cell)
    assert record.decode("utf-8-sig").rstrip().endswith(",-5")  # a number is no text


def test_csv_begins_with_a_byte_order_mark() -> None:
    assert write_csv(Sheet("x", [Column("a", "甲")], [])) == b"\xef\xbb\xbf" + "甲\r\n".encode()


def test_workbook_has_frozen_header_widths_text_codes_and_real_dates() -> None:
    rows: list[dict[str, Value | date]] = [
        {"name": "何秀兰", "code": "007", "since": date(2021, 3, 5), "count": 10**16}
    ]
    data = write_workbook([Sheet("名册", [NAME, CODE, SINCE, COUNT], rows), Sheet("名册", [NAME], [])])
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    page = workbook.worksheets[0]
    assert workbook.sheetnames == ["名册", "名册 2"]
    assert (page.freeze_panes, page["A1"].font.bold, page["B2"].number_format) == ("A2", True, "@")
    assert [page.cell(2, n).value for n in (1, 2, 3, 4)] == [
        "何秀兰",
        "007",
        datetime(2021, 3, 5),  # noqa: DTZ001
        "10000000000000000",
    ]
    assert page.column_dimensions["A"].width >= 8


def test_workbook_titles_that_excel_would_refuse_are_made_fit() -> None:
    titles = ["a/b:c*d?e[f]", "x" * 60, "X" * 60, "", "''"]
    data = write_workbook([Sheet(title, [NAME], []) for title in titles])
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == [
        "a b c d e f",
        "x" * 28,
        "X" * 27 + " 2",
        "Sheet",
        "Sheet 2",
    ]


def test_workbook_cell_longer_than_excel_allows_is_cut_with_a_mark() -> None:
    data = write_workbook([Sheet("x", [NAME], [{"name": "何" * 40_000}])])
    assert read_table(data, "a.xlsx", [NAME]).rows[0].values["name"] == "何" * 32_766 + "…"


def test_five_hundred_rows_are_read_and_written_within_a_second() -> None:
    rows: list[dict[str, Value]] = [
        {"name": f"委员{n}", "code": f"{n:04}", "phone": f"139{n:08}", "count": n} for n in range(500)
    ]
    began = time.perf_counter()
    data = write_workbook([Sheet("名册", ALL, rows)])
    table = read_table(data, "a.xlsx", ALL)
    seconds = time.perf_counter() - began
    assert (len(table.rows), table.errors) == (500, ())
    assert seconds < 1
