"""Names in stroke order (按姓氏笔画), as official lists print them.

Characters are ordered by the number of their strokes, then by the kinds of the strokes one after another
(横 before 竖 before 撇 before 点 before 折), as the national standard for character order has it. Names are
compared character by character, so a one-character given name comes before a longer one.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

# Per line: a number of strokes, and the characters that have it, in order. README.md names the source.
_TABLE = Path(__file__).parent / "strokes.tsv"
# After every known character: letters, dots between parts of a name, very rare characters.
_UNKNOWN = "99999"
# Eight characters fill the column; the name itself decides between longer ones.
_CHARACTERS = 8


def stroke_key(name: str) -> str:
    """Return text whose plain order is the stroke order of names."""
    table = _places()
    return "".join(table.get(character, _UNKNOWN) for character in name[:_CHARACTERS])


@cache
def _places() -> dict[str, str]:
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            character: f"{int(row['strokes']):02}{place:03}"
            for row in csv.DictReader(lines, delimiter="\t")
            for place, character in enumerate(row["characters"])
        }
