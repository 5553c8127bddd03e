"""Tables of separated values as people have them: any separator, UTF-8 or GB18030, marks, blank lines."""

from __future__ import annotations

import codecs
import csv
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

_SEPARATORS: Final = ",;\t|"
_STATED: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_BLOCK: Final = 1 << 20


class UnreadableError(Exception):
    """A file is not what it should be; told in one sentence of either language."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.chinese = chinese
        self.english = english


class Table:
    """A file whose header was found, whose lines are counted, whose blank lines are left out.

    Attributes:
        name: of the file, for sentences.
        header: the cells of the first row that is not blank.
        keys: the same in small letters with ``-`` for spaces and underscores.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self._before = 0
        self._file = self._open()
        try:
            self._reader = csv.reader(chain(*self._beginning()), delimiter=self._separator)
            self._rows = self._numbered()
            self.header = next(self._rows, (0, [""]))[1]
        except BaseException:
            self._file.close()
            raise
        self.keys = [re.sub(r"[\s_]+", "-", cell.strip().lower()) for cell in self.header]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Return the rows below the header, each with the number of the line that it ends on."""
        return self._rows

    def column(self, names: Sequence[str]) -> int | None:
        """Return where the first of these names stands in the header."""
        return next((self.keys.index(name) for name in names if name in self.keys), None)

    def wrong(self, line: int, chinese: str, english: str) -> UnreadableError:
        """Return the error that names the line."""
        return UnreadableError(
            f"{self.name} 第 {line} 行：{chinese}。", f"{self.name}, line {line}: {english}."
        )

    def _open(self) -> TextIO:
        try:
            return self.path.open(encoding=_encoding(self.path), newline="")
        except OSError as trouble:
            why = trouble.strerror or type(trouble).__name__
            raise UnreadableError(
                f"打不开 {self.path}：{why}。", f"Cannot open {self.path}: {why}."
            ) from None
        except UnicodeError:
            raise UnreadableError(
                f"{self.name} 不是 UTF-8 或 GB18030 编码的文本。",
                f"{self.name} is not text in UTF-8 or GB18030.",
            ) from None

    def _beginning(self) -> tuple[list[str], TextIO]:
        """Return the lines from the header on, and remember what separates cells."""
        for before, line in enumerate(self._file):  # noqa: B007 (how many lines were blank counts below)
            if line.strip():
                break
        else:
            raise UnreadableError(f"{self.name} 是空的。", f"{self.name} is empty.")
        self._before = before
        # Excel writes such a line for itself.
        if stated := _STATED.fullmatch(line):
            self._separator = stated[1]
            self._before += 1
            return [], self._file
        plain = re.sub(r'"[^"]*"', "", line)
        self._separator = max(_SEPARATORS, key=plain.count)
        return [line], self._file

    def _numbered(self) -> Iterator[tuple[int, list[str]]]:
        reader = self._reader
        try:
            for row in reader:
                if row:
                    yield self._before + reader.line_num, row
        except csv.Error as trouble:
            line = self._before + reader.line_num
            raise self.wrong(line, f"不成表格（{trouble}）", f"not a row of a table ({trouble})") from None


def _encoding(path: Path) -> str:
    """Return in which of the usual encodings the whole file is text."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _proven(path, "utf-16")
    try:
        return _proven(path, "utf-8-sig")
    except UnicodeError:
        return _proven(path, "gb18030")


def _proven(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    return encoding
