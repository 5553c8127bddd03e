"""Reads the spreadsheets that offices really have, and writes ones that no program mistakes for commands.

Reading. A file is judged by its content, never by its name. A workbook is a zip, so it is measured before
it is parsed: entries, unpacked size, cells, merged area, document type declarations. The header row is
looked for in the first rows of every visible sheet: titles may stand above it, headers may be merged or
have two levels, columns may come in any order. Cells are then cleaned by the kind of their column, and
whatever cannot be understood becomes a :class:`CellError` that names row and column, so that one bad row
never hides the others.

Writing. In a workbook every text is a string cell with Excel's own "quote prefix" style: the value stays
exact, is not evaluated on opening, and stays text when somebody edits the cell. CSV has no types, so there
a text that would start a formula gets one apostrophe in front; reading takes it off again, so an export can
be imported unchanged. CSV cannot keep Excel from dropping leading zeros: hand out workbooks, and keep CSV
for machines.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple
from xml.parsers import expat

import openpyxl
import xlsxwriter
from django.utils.translation import gettext
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

Kind = Literal["text", "code", "date", "int", "choice", "phone"]

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 1_000_000
MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
HEADER_SEARCH_ROWS = 20
MAX_CELL_CHARS = 32_767  # Excel's own limit
MAX_EXACT_INT = 10**15  # beyond it a spreadsheet number loses digits
MOBILE_DIGITS = 11
FORMULA_STARTS = "=+-@\t\r＝＋－＠"
# Serial numbers of 1954-10-03 to 2119-01-11: what a date column may hold as a bare number.
SERIAL_RANGE = range(20_000, 80_001)
YEAR_RANGE = range(1900, 2101)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GUARDED = re.compile(rf"'*[{re.escape(FORMULA_STARTS)}]")
_XML_ENCODING = re.compile(rb"^\W*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']")
_NOTE_IN_HEADER = re.compile(r"\((?:必填|选填|必选|可选|可不填|必填项|选填项|\*)\)")
_NOT_IN_NAMES = re.compile(r"[\s*:：、,，.。()\[\]【】<>《》“”\"'/\\_-]+")
_TOTAL = re.compile(r"(?:合|总|小|共)\s*计[:：]?(?:\s*\d[\d,.]*\s*[人条件项个名]?)?")
_FOOTNOTE = re.compile(r"(?:注|备注|说明|填表人|制表人|填报人|审核人|填表说明|填表日期)\s*[:：]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+\d+")
_DAY = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*[日号]?(?:[T\s].*)?")
_MONTH = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*月?(?:份)?")
_YEAR = re.compile(r"(\d{4})\s*年?")
_COMPACT_DAY = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_COMPACT_MONTH = re.compile(r"((?:19|20)\d{2})(\d{2})")
_INT = re.compile(r"[+-]?\d+")


class TableRefused(Exception):  # noqa: N818
    """The file cannot be used at all; the message says why and what to do."""


class SheetDate(NamedTuple):
    """A date as exactly as the cell gave it; a missing day or month reads as the first."""

    on: date
    precision: Literal["day", "month", "year"] = "day"


Value = str | int | SheetDate | None


@dataclass(frozen=True)
class Column:
    """One column that a table is read for or written with.

    Attributes:
        key: the name of the value in a row.
        header: the heading as people know it.
        aliases: other headings that mean the same.
        required: the column must exist and no cell in it may be empty.
        kind: how its cells are read: ``code`` and ``phone`` keep leading zeros, ``date`` gives a SheetDate.
        choices: the allowed values of a ``choice``.
        width: characters; 0 lets the heading decide.
    """

    key: str
    header: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    width: int = 0


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell, in a whole sentence."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Row:
    """One row of values; ``number`` is its row in the sheet, as the spreadsheet program shows it."""

    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Table:
    """What was found.

    Attributes:
        rows: all rows that hold something; a value that could not be read is None and has an error.
        errors: in order of row and column.
        ignored: headings of columns that nobody asked for.
        notes: what else the reader should know: totals skipped, headings that occur twice.
        header_row: the row number of the headings.
        sheet: the name of the worksheet; empty for CSV.
    """

    rows: tuple[Row, ...]
    errors: tuple[CellError, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...]
    header_row: int
    sheet: str


@dataclass(frozen=True)
class Sheet:
    """One worksheet to write; ``rows`` give values by column key."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Value | date]]


# --- reading ---------------------------------------------------------------------------------------


class _Cell(NamedTuple):
    value: object
    number_format: str = "General"
    broken: bool = False


@dataclass
class _Grid:
    """A sheet as cells by row and column, with merged ranges resolved."""

    title: str
    cells: dict[int, dict[int, _Cell]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    epoch: datetime = WINDOWS_EPOCH

    def __post_init__(self) -> None:
        self._origin: dict[tuple[int, int], tuple[int, int]] = {}
        for left, top, right, bottom in self.merges:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    self._origin[row, column] = (top, left)

    def own(self, row: int, column: int) -> _Cell | None:
        return self.cells.get(row, {}).get(column)

    def down(self, row: int, column: int) -> _Cell | None:
        """The cell, or the one that is merged down over it in the same column."""
        top, left = self._origin.get((row, column), (row, column))
        return self.own(top, left) if left == column else None

    def above(self, row: int, column: int) -> _Cell | None:
        """The cell that covers this place, merged in either direction."""
        return self.own(*self._origin.get((row, column), (row, column)))

    def reaches_down(self, row: int, column: int) -> bool:
        """Is the cell merged over the row below as well?"""
        below = self._origin.get((row + 1, column))
        return below is not None and below == self._origin.get((row, column))

    @property
    def width(self) -> int:
        return max((max(cells) for cells in self.cells.values() if cells), default=0)


@dataclass(frozen=True)
class _Header:
    row: int
    places: Mapping[str, int]  # column key → column in the sheet
    ignored: tuple[str, ...]
    twice: tuple[str, ...]
    own_matches: int


def read_table(data: bytes, filename: str, columns: Sequence[Column]) -> Table:
    """The rows of a spreadsheet that somebody uploaded, cleaned, with every doubt named.

    Args:
        data: the file.
        filename: only used to word refusals; the content decides.
        columns: what to look for.

    Raises:
        TableRefused: the file is of another kind, dangerous, too large, or lacks a required column.
    """
    best: tuple[_Grid, _Header] | None = None
    for grid in _grids(data, filename):
        header = _find_header(grid, columns)
        if header and (best is None or len(header.places) > len(best[1].places)):
            best = grid, header
    if best is None:
        raise TableRefused(
            gettext("前%(count)s行里没有找到表头。表头应有：%(headers)s。")
            % {
                "count": HEADER_SEARCH_ROWS,
                "headers": gettext("、").join(column.header for column in columns if column.required)
                or gettext("、").join(column.header for column in columns),
            }
        )
    grid, header = best
    if missing := [c.header for c in columns if c.required and c.key not in header.places]:
        raise TableRefused(
            gettext("表里缺少这些列：%(headers)s。表头在第%(row)s行。请补上后再上传。")
            % {"headers": gettext("、").join(missing), "row": header.row}
        )
    return _read_rows(grid, header, columns)


def _grids(data: bytes, filename: str) -> Iterator[_Grid]:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise TableRefused(gettext("这个表格设了打开密码。请先去掉密码，再上传。"))
        raise TableRefused(
            gettext(
                "这是旧格式的表格（.xls或.et）。请用WPS或Excel打开，选「另存为」，"
                "格式选「Excel工作簿（.xlsx）」，再上传。"
            )
        )
    if data.startswith(b"PK"):
        yield from _workbook_grids(data)
        return
    if (
        data.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
        .lower()
        .startswith((b"<html", b"<!doctype", b"<?xml", b"<table"))
    ):
        raise TableRefused(
            gettext(
                "这个文件的内容是网页，不是表格。请用WPS或Excel打开，另存为「Excel工作簿（.xlsx）」，再上传。"
            )
        )
    text = _decoded(data, filename)
    for delimiter in ",\t;，":
        yield _Grid("", _csv_cells(text, delimiter))


def _workbook_grids(data: bytes) -> Iterator[_Grid]:
    _check_package(data)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever the broken part provoked
        raise TableRefused(gettext("这个表格打不开，可能已经损坏。请重新另存为.xlsx，再上传。")) from error
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        cells: dict[int, dict[int, _Cell]] = {}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and cell.value != "":
                    found = _Cell(cell.value, cell.number_format or "General", cell.data_type == "e")
                    cells.setdefault(cell.row, {})[cell.column] = found
        _check_extent(cells)
        merges = [(m.min_col, m.min_row, m.max_col, m.max_row) for m in sheet.merged_cells.ranges]
        yield _Grid(sheet.title, cells, merges, workbook.epoch)


def _check_package(data: bytes) -> None:
    """Measure the zip before a parser trusts it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_entries(package.infolist())
            size = 0
            for entry in package.infolist():
                # By content: a relationship may call any part a worksheet, whatever its name.
                part = package.read(entry)
                if part.lstrip(b"\0\t\n\r \xef\xbb\xbf\xff\xfe").startswith(b"<"):
                    if not _is_plain_xml(part):
                        raise TableRefused(
                            gettext("这个表格里有不安全的内容，没有读取。请重新另存为.xlsx，再上传。")
                        )
                    size += _cells_of(part)
                    if size > MAX_CELLS:
                        raise _too_large()
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise TableRefused(gettext("这个表格打不开，可能已经损坏。请重新另存为.xlsx，再上传。")) from error


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise _too_large()
    if any(entry.flag_bits & 1 for entry in entries):
        raise TableRefused(gettext("这个表格设了打开密码。请先去掉密码，再上传。"))
    names = {entry.filename.lower() for entry in entries}
    if any(name.endswith("vbaproject.bin") or "macrosheets/" in name for name in names):
        raise TableRefused(gettext("这个表格带有宏。请另存为「Excel工作簿（.xlsx）」，再上传。"))
    if "xl/workbook.xml" not in names:
        raise TableRefused(gettext("请上传.xlsx或.csv表格，这个文件不是。"))


def _cells_of(part: bytes) -> int:
    """How many cells a part makes the parser create: its own, and every place under a merged range."""
    cells = merged = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal cells, merged
        tag = name.rpartition(":")[2]
        if tag == "c":
            cells += 1
        elif tag == "mergeCell":
            left, top, right, bottom = (
                int(edge or 0) for edge in range_boundaries(attributes.get("ref", ""))
            )
            merged += (right - left + 1) * (bottom - top + 1)
        if cells + merged > MAX_CELLS:
            raise _too_large()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with suppress(expat.ExpatError):  # whoever reads the part next stops at the same place
        parser.Parse(part, True)  # noqa: FBT003
    return cells + merged


def _too_large() -> TableRefused:
    return TableRefused(
        gettext("这个表格太大。一次最多%(rows)s行、%(columns)s列，请分成几个文件。")
        % {"rows": MAX_ROWS, "columns": MAX_COLUMNS}
    )


def _is_plain_xml(part: bytes) -> bool:
    """No document type (so no entities), and an encoding in which that can be seen."""
    declared = _XML_ENCODING.match(part.replace(b"\0", b"")[:200])
    if declared and declared[1].lower() not in {b"utf-8", b"utf-16", b"us-ascii", b"ascii"}:
        return False
    flat = part.replace(b"\0", b"").upper()
    return b"<!DOCTYPE" not in flat and b"<!ENTITY" not in flat


def _decoded(data: bytes, filename: str) -> str:
    encodings = ("utf-8", "gb18030")
    if data.startswith(b"\xef\xbb\xbf"):
        encodings = ("utf-8-sig", "utf-8-sig")
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16", "utf-16")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableRefused(
        gettext("「%(name)s」不是能读的表格。请上传.xlsx，或者UTF-8、GB18030编码的.csv。")
        % {"name": filename[-60:]}
    )


def _csv_cells(text: str, delimiter: str) -> dict[int, dict[int, _Cell]]:
    cells: dict[int, dict[int, _Cell]] = {}
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            found = {
                column: _Cell(_unguarded(value)) for column, value in enumerate(record, 1) if value.strip()
            }
            if found:
                cells[number] = found
                _check_extent({number: found}, rows=len(cells))
    except csv.Error as error:
        raise TableRefused(gettext("这个.csv里有引号没有成对，读不下去。请另存为.xlsx，再上传。")) from error
    return cells


def _check_extent(cells: Mapping[int, Mapping[int, _Cell]], rows: int = 0) -> None:
    if max(rows, len(cells)) > MAX_ROWS + HEADER_SEARCH_ROWS:
        raise TableRefused(gettext("这个表格超过%(count)s行，请分成几个文件。") % {"count": MAX_ROWS})
    if any(max(row) > MAX_COLUMNS for row in cells.values()):
        raise TableRefused(gettext("这个表格超过%(count)s列，请删去不用的列。") % {"count": MAX_COLUMNS})


def _unguarded(value: str) -> str:
    return value[1:] if value.startswith("'") and _GUARDED.match(value) else value


def normalised_header(text: str) -> str:
    """A heading without what does not make it another: width, spaces, line breaks, marks, （必填）."""
    flat = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_IN_NAMES.sub("", _NOTE_IN_HEADER.sub("", re.sub(r"\s+", "", flat)))


def _find_header(grid: _Grid, columns: Sequence[Column]) -> _Header | None:
    filled = sorted(grid.cells)
    if not filled:
        return None
    last = filled[0] + HEADER_SEARCH_ROWS
    found = (_match_header(grid, row, columns) for row in range(filled[0], last) if row <= filled[-1])
    best = max(
        (header for header in found if header.own_matches),
        key=lambda header: (len(header.places), header.own_matches, -header.row),
        default=None,
    )
    while best and all(grid.reaches_down(best.row, place) for place in best.places.values()):
        best = _match_header(grid, best.row + 1, columns)
    return best


def _match_header(grid: _Grid, row: int, columns: Sequence[Column]) -> _Header:
    names = {
        normalised_header(name): column.key for column in columns for name in (column.header, *column.aliases)
    }
    texts: dict[int, tuple[str, str]] = {}  # column → heading with the one above it, heading alone
    shown: dict[int, str] = {}
    own: set[int] = set()
    for column in range(1, grid.width + 1):
        lower = _plain(grid.down(row, column))
        covering = grid.above(row, column)
        upper = _plain(grid.above(row - 1, column))
        if not lower and covering is not None:
            continue  # the right part of a heading merged sideways
        if lower:
            own.add(column)
        alone = lower or upper
        if alone:
            shown[column] = alone
            texts[column] = normalised_header(upper + lower), normalised_header(alone)
    places: dict[str, int] = {}
    taken: set[int] = set()
    for level in (0, 1):
        for column, text in texts.items():
            key = names.get(text[level])
            if key is not None and key not in places and column not in taken:
                places[key] = column
                taken.add(column)
    doubled = [column for column, text in texts.items() if column not in taken and text[1] in names]
    rest = [column for column in shown if column in own and column not in taken and column not in doubled]
    return _Header(
        row=row,
        places=places,
        ignored=tuple(" ".join(shown[column].split()) for column in rest),
        twice=tuple(dict.fromkeys(" ".join(shown[column].split()) for column in doubled if column in own)),
        own_matches=sum(column in own for column in taken),
    )


def _read_rows(grid: _Grid, header: _Header, columns: Sequence[Column]) -> Table:
    notes = [
        gettext("「%(header)s」这一列出现了不止一次，只读了最左边的。") % {"header": h} for h in header.twice
    ]
    wanted = [(column, header.places[column.key]) for column in columns if column.key in header.places]
    headings = {place: normalised_header(_plain(grid.down(header.row, place))) for _, place in wanted}
    rows: list[Row] = []
    errors: list[CellError] = []
    for number in sorted(n for n in grid.cells if n > header.row):
        if not any(_plain(cell) for cell in grid.cells[number].values()):
            continue
        first = _plain(grid.cells[number][min(grid.cells[number])])
        if _TOTAL.fullmatch(first) or _FOOTNOTE.match(first):
            notes.append(
                gettext("第%(row)s行是「%(text)s」，没有读取。") % {"row": number, "text": _shortened(first)}
            )
            continue
        if all(
            normalised_header(_plain(grid.own(number, place))) == text for place, text in headings.items()
        ):
            notes.append(gettext("第%(row)s行又是表头，没有读取。") % {"row": number})
            continue
        values: dict[str, Value] = {}
        for column, place in wanted:
            try:
                values[column.key] = _value(grid.down(number, place), column, grid.epoch)
            except ValueError as problem:
                values[column.key] = None
                message = gettext("第%(row)s行「%(header)s」：%(problem)s") % {
                    "row": number,
                    "header": column.header,
                    "problem": problem,
                }
                errors.append(CellError(number, column.header, message))
        rows.append(Row(number, values))
        if len(rows) > MAX_ROWS:
            raise TableRefused(gettext("这个表格超过%(count)s行，请分成几个文件。") % {"count": MAX_ROWS})
    return Table(tuple(rows), tuple(errors), header.ignored, tuple(notes), header.row, grid.title)


def _value(cell: _Cell | None, column: Column, epoch: datetime) -> Value:
    """The cell's value by the kind of its column; ValueError carries the sentence for the reader."""
    text = _plain(cell)
    if cell is None or not text:
        if column.required:
            raise ValueError(gettext("不能空着。"))
        return "" if column.kind in {"text", "code", "phone", "choice"} else None
    if cell.broken:
        raise ValueError(gettext("公式出错了（%(text)s），请直接填值。") % {"text": text})
    match column.kind:
        case "date":
            found: Value = _date(cell, text, epoch)
        case "int":
            found = _int(text)
        case "code":
            found = _code(cell, text)
        case "phone":
            found = _phone(_code(cell, text))
        case "choice":
            found = _choice(text, column.choices)
        case "text":
            found = text
    return found


def _choice(text: str, choices: Sequence[str]) -> str:
    by_name = {normalised_header(choice): choice for choice in choices}
    if (choice := by_name.get(normalised_header(text))) is None:
        raise ValueError(
            gettext("只能填：%(choices)s。现在是「%(text)s」。")
            % {"choices": gettext("、").join(choices), "text": _shortened(text)}
        )
    return choice


def _plain(cell: _Cell | None) -> str:
    """What a person would say is written in the cell."""
    if cell is None:
        return ""
    value = cell.value
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, float) and value.is_integer() and abs(value) < MAX_EXACT_INT:
        return str(int(value))
    if isinstance(value, datetime):
        has_time = (value.hour, value.minute, value.second) != (0, 0, 0)
        return value.isoformat(sep=" ", timespec="seconds") if has_time else value.date().isoformat()
    return _CONTROL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()


def _half_width(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _code(cell: _Cell, text: str) -> str:
    flat = _half_width(text)
    if _SCIENTIFIC.fullmatch(flat):
        raise ValueError(
            gettext("号码被表格程序改成了「%(text)s」，后面的数字已经丢了。请把这一列设为文本后重填。")
            % {"text": flat}
        )
    if isinstance(cell.value, int | float) and re.fullmatch("0+", cell.number_format):
        return flat.zfill(len(cell.number_format))  # shown with leading zeros, so meant with them
    return flat


def _phone(code: str) -> str:
    digits = re.sub(r"[-‐-―()]", "", code)
    digits = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", digits)
    if not re.fullmatch(r"[0-9]+", digits):
        raise ValueError(gettext("只能是数字，现在是「%(text)s」。") % {"text": _shortened(code)})
    if len(digits) != MOBILE_DIGITS:
        raise ValueError(
            gettext("要%(wanted)s位数字，现在是%(found)s位。")
            % {"wanted": MOBILE_DIGITS, "found": len(digits)}
        )
    if not digits.startswith("1"):
        raise ValueError(gettext("手机号以1开头，现在是「%(text)s」。") % {"text": digits})
    return digits


def _int(text: str) -> int:
    flat = re.sub(r"(?<=\d),(?=\d)", "", _half_width(text)).replace("−", "-")
    if flat.endswith((".0", ".00")):
        flat = flat.partition(".")[0]
    if not _INT.fullmatch(flat) or len(flat) > MOBILE_DIGITS + 8:
        raise ValueError(gettext("要一个整数，现在是「%(text)s」。") % {"text": _shortened(text)})
    return int(flat)


def _date(cell: _Cell, text: str, epoch: datetime) -> SheetDate:
    value = cell.value
    if isinstance(value, datetime):
        return SheetDate(value.date())
    if isinstance(value, date):
        return SheetDate(value)
    flat = unicodedata.normalize("NFKC", text).strip()
    if isinstance(value, float) and YEAR_RANGE.start < value < YEAR_RANGE.stop and not value.is_integer():
        # 2021.1 typed as a number may have been 2021.10; two shown decimals settle it.
        if re.search(r"\.0{2}$", cell.number_format):
            flat = f"{value:.2f}"
        elif flat.endswith(".1"):
            raise ValueError(
                gettext("看不出「%(text)s」是1月还是10月，请写成2021年3月这样。") % {"text": flat}
            )
    try:
        found = _written_date(flat) or _serial_date(flat, epoch)
    except (ValueError, OverflowError):
        found = None  # a thirteenth month, a 30 February
    if found is None:
        raise ValueError(
            gettext("看不出日期：「%(text)s」。可以写成2021年3月5日、2021-03-05或2021年3月。")
            % {"text": _shortened(text)}
        )
    return found


def _written_date(flat: str) -> SheetDate | None:
    if found := _DAY.fullmatch(flat) or _COMPACT_DAY.fullmatch(flat):
        return SheetDate(date(int(found[1]), int(found[2]), int(found[3])))
    if found := _MONTH.fullmatch(flat) or _COMPACT_MONTH.fullmatch(flat):
        return SheetDate(date(int(found[1]), int(found[2]), 1), "month")
    if (found := _YEAR.fullmatch(flat)) and int(found[1]) in YEAR_RANGE:
        return SheetDate(date(int(found[1]), 1, 1), "year")
    return None


def _serial_date(flat: str, epoch: datetime) -> SheetDate | None:
    """A day counted from the workbook's epoch, as Excel keeps it; the time of day is dropped."""
    if not re.fullmatch(r"\d{5}(?:\.\d+)?", flat) or int(flat[:5]) not in SERIAL_RANGE:
        return None
    found = from_excel(int(flat[:5]), epoch)
    return SheetDate(found.date()) if isinstance(found, datetime) else None


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 20 else flat[:20] + "…"  # noqa: PLR2004


# --- writing ---------------------------------------------------------------------------------------


def starts_formula(text: str) -> bool:
    """Would a spreadsheet program that reads this as typed text take it for a formula?"""
    return text[:1] in FORMULA_STARTS if text else False


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """An .xlsx with one styled worksheet per sheet, in which no text can become a formula."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    heading = workbook.add_format(
        {
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "bottom": 1,
            "bg_color": "#F5F3F0",
            "num_format": "@",
        }
    )
    text = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    code = workbook.add_format({"num_format": "@", "valign": "top"})
    quoted = workbook.add_format(
        {"num_format": "@", "text_wrap": True, "valign": "top", "quote_prefix": True}
    )
    day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
    number = workbook.add_format({"num_format": "0", "valign": "top"})
    taken: set[str] = set()
    for sheet in sheets:
        page = workbook.add_worksheet(_sheet_title(sheet.title, taken))
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        for place, column in enumerate(sheet.columns):
            width = column.width or max(
                _columns_wide(column.header) + 4, 14 if column.kind == "phone" else 10
            )
            page.set_column(place, place, width, code if column.kind in {"code", "phone"} else None)
            page.write_string(0, place, _clean(column.header), heading)
        for line, row in enumerate(sheet.rows, 1):
            for place, column in enumerate(sheet.columns):
                value = _writable(row.get(column.key), exact=column.kind in {"code", "phone"})
                if isinstance(value, date):
                    page.write_datetime(line, place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif isinstance(value, int):
                    page.write_number(line, place, value, number)
                elif value:
                    plain = code if column.kind in {"code", "phone"} else text
                    page.write_string(line, place, value, quoted if starts_formula(value) else plain)
    workbook.close()
    return out.getvalue()


def write_csv(sheet: Sheet) -> bytes:
    """A UTF-8 .csv with byte order mark, so that Excel and WPS read the characters right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_guarded(_clean(column.header)) for column in sheet.columns])
    for row in sheet.rows:
        record = []
        for column in sheet.columns:
            value = _writable(row.get(column.key), exact=column.kind in {"code", "phone"})
            record.append(_guarded(value) if isinstance(value, str) else str(value))
        writer.writerow(record)
    return out.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    return f"'{text}" if _GUARDED.match(text) else text


def _writable(value: Value | date | Decimal | float, *, exact: bool) -> str | int | date:
    """The value as its cell holds it; ``exact`` keeps numbers as text."""
    if value is None:
        return ""
    if isinstance(value, SheetDate):
        if value.precision == "year":
            return f"{value.on.year}年"
        if value.precision == "month":
            return f"{value.on.year}年{value.on.month}月"
        value = value.on
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        # Excel's calendar starts in 1900 and has a 29 February that never was.
        return value if value >= date(1900, 3, 1) else value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and not exact and abs(value) < MAX_EXACT_INT:
        return value
    return _clean(str(value))


def _clean(text: str) -> str:
    flat = _CONTROL.sub("", text.replace("\r\n", "\n"))
    return flat if len(flat) <= MAX_CELL_CHARS else flat[: MAX_CELL_CHARS - 1] + "…"


def _columns_wide(text: str) -> int:
    return max(sum(2 if ord(char) > 0x2E80 else 1 for char in line) for line in text.split("\n"))  # noqa: PLR2004


def _sheet_title(title: str, taken: set[str]) -> str:
    """A name that Excel takes: 31 characters at most, none of its forbidden ones, each once."""
    flat = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")[:28] or "Sheet"
    name, number = flat, 1
    while name.casefold() in taken:
        number += 1
        name = f"{flat[:27]} {number}"
    taken.add(name.casefold())
    return name
