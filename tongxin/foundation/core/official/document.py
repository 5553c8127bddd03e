"""What an official document consists of. Pure data; ``word`` and ``pdf`` draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

Level = Literal[1, 2, 3, 4]

_DIGITS = "〇一二三四五六七八九"
_TEN = 10


@dataclass(frozen=True, slots=True)
class Raised:
    """Small letters raised behind a word: the mark of a note."""

    text: str


# Words of a paragraph, with marks among them.
Words = str | tuple[str | Raised, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in the text.

    Attributes:
        text: with its number: 「一、基本情况」.
        level: 1 一、, 2 （一）, 3 1., 4 （1）.
        rest: what follows on the same line in the letters of the text: 「（一）加强领导。**各单位要…**」.
    """

    text: str
    level: Level = 1
    rest: Words = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, indented by two characters.

    Attributes:
        text: the words.
        indent: False for what starts at the edge.
        align: ``center`` for a byline.
    """

    text: Words
    indent: bool = True
    align: Literal["", "center"] = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: its heading.
        share: how wide it is beside the others.
        align: ``left`` for words, ``right`` for numbers.
    """

    title: str
    share: float = 1
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table. Its head is repeated on every page that it runs over.

    Attributes:
        columns: from the left.
        rows: a text for each column, already written as it shall be read (「12.5%」).
        caption: stands above: 「表1　按类别」.
        note: stands below, small.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has more or fewer cells than the table has columns")


@dataclass(frozen=True, slots=True)
class Facts:
    """A ruled form: what something is called, and beside it what it is.

    Attributes:
        rows: one pair of label and text for the whole width, or two side by side. A text of several lines
            becomes as many paragraphs.
    """

    rows: tuple[tuple[tuple[str, str], ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) not in (1, 2) for row in self.rows):
            raise ValueError("a row of a form holds one pair or two")


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Table | Facts | PageBreak


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialDocument:
    """One document, from the red head to the imprint. What is empty takes no room.

    Attributes:
        title: 标题; broken into even lines where it is long.
        blocks: 正文.
        red_head: 发文机关标志, as it is printed in red: 「华亭市教育局文件」. Without it there is neither a red
            head nor the line beneath it.
        document_number: 发文字号.
        signer: 签发人, printed beside the number.
        class_mark: at the top right of the first page: 「A类」.
        addressee: 主送, without the colon.
        attachments: 附件说明, their titles.
        issuer: 发文机关署名.
        issued_on: 成文日期.
        remarks: 附注, each in brackets of its own: 「联系人：周科长　电话：…」.
        copies: 抄送, each a whole name.
        annex: what follows the signature, from a new page.
        printed_by: 印发机关, at the foot of the last page, with ``printed_on``.
        printed_on: 印发日期.
    """

    title: str
    blocks: tuple[Block, ...]
    red_head: str = ""
    document_number: str = ""
    signer: str = ""
    class_mark: str = ""
    addressee: str = ""
    attachments: tuple[str, ...] = ()
    issuer: str = ""
    issued_on: date | None = None
    remarks: tuple[str, ...] = ()
    annex: tuple[Block, ...] = ()
    copies: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None

    @property
    def has_imprint(self) -> bool:
        """Whether it ends with an imprint (版记)."""
        return bool(self.copies or self.printed_by)


def written_date(day: date) -> str:
    """A date as official documents write it: 2026年3月5日, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def number(level: Level, n: int) -> str:
    """The number of the n-th heading of a level: 一、 （一） 1. （1）."""
    if level == 1:
        return f"{_chinese(n)}、"
    if level == 2:  # noqa: PLR2004 (the second of four)
        return f"（{_chinese(n)}）"
    return f"{n}." if level == 3 else f"（{n}）"  # noqa: PLR2004


def _chinese(n: int) -> str:
    tens, ones = divmod(n, _TEN)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
