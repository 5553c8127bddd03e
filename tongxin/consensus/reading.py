"""Votes and statements from the files of a conversation, as Polis exports them or as people have changed them since.

Two forms of votes are understood and told apart by their header: ``participants-votes.csv`` (one row a
participant, one column a statement, an empty cell was not seen) and ``votes.csv`` (one row a vote; of several by
one person on one statement the latest counts, among equally late ones the one that stands lowest).
``comments.csv`` says which statements were moderated out and what they say.

The statements of a conversation are those of the file with the votes: the columns of the first form, whatever
was voted on in the second. A statement that only ``comments.csv`` knows is not counted; Polis does the same.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from tongxin.consensus.separated import Table, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# What the file calls a statement or a person: a number where it is one, else the text.
Id: TypeAlias = int | str

_VOTES: Final = {"1": 1, "-1": -1, "0": 0, "1.0": 1, "-1.0": -1, "0.0": 0}
_NOT_SEEN: Final = frozenset({"", "na", "nan", "null", "none"})
# What fits 64 bits with certainty; a longer run of digits is a text like any other.
_INTEGER: Final = re.compile(r"(-?(?:0|[1-9][0-9]{0,17}))(?:\.0+)?")

# Names under which columns are met, the usual one first.
_PARTICIPANT: Final = ("participant", "participant-id", "voter-id", "voter", "pid")
_STATEMENT: Final = ("comment-id", "statement-id", "comment", "statement", "tid")
_VOTE: Final = ("vote", "value")
_TIMESTAMP: Final = ("timestamp", "modified", "created")
_MODERATED: Final = ("moderated", "mod", "moderation")
_META: Final = ("is-meta", "meta")
_TEXT: Final = ("comment-body", "body", "text", "txt", "statement-text", "comment-text")
_GROUP: Final = "group-id"
# Where statements have names instead of numbers, these columns are known not to be statements.
_ABOUT_PEOPLE: Final = frozenset(
    {"", "xid", _GROUP, "n-comments", "n-votes", "n-agree", "n-disagree", "n-pass", "timestamp", "datetime"}
)


@dataclass(frozen=True, slots=True)
class Ballots:
    """The votes of a file, each pair of person and statement once, ordered, in numbers that the engine can use.

    Attributes:
        participants: of each vote, who gave it.
        statements: of each vote, on what.
        values: of each vote, agree 1, disagree -1, pass 0.
        all_statements: every statement of the conversation, ascending, also those that nobody voted on.
        participant_names: the id in the file by number, where ids are not numbers.
        statement_names: likewise of statements.
        published: the group that the file says a person is in; only the matrix says any.
    """

    participants: NDArray[np.int64]
    statements: NDArray[np.int64]
    values: NDArray[np.int8]
    all_statements: NDArray[np.int64]
    participant_names: Mapping[int, Id] = field(default_factory=dict)
    statement_names: Mapping[int, Id] = field(default_factory=dict)
    published: Mapping[int, int] = field(default_factory=dict)

    def participant(self, number: int) -> Id:
        """Return what the file calls this person."""
        return self.participant_names.get(number, number)

    def statement(self, number: int) -> Id:
        """Return what the file calls this statement."""
        return self.statement_names.get(number, number)

    def numbers_of(self, statements: Collection[Id]) -> list[int]:
        """Return the numbers of these statements, without those that the file of votes does not know."""
        return [n for n in self.all_statements.tolist() if self.statement(n) in statements]


@dataclass(frozen=True, slots=True)
class Comments:
    """What ``comments.csv`` says of statements, by their ids in the file."""

    moderated_out: frozenset[Id] = frozenset()
    meta: frozenset[Id] = frozenset()
    texts: Mapping[Id, str] = field(default_factory=dict)


def read_votes(path: str | Path) -> Ballots:
    """Read the votes of a conversation.

    Raises:
        UnreadableError: the file cannot be read, is empty, has another header, or holds something that is no vote.
    """
    with Table(path) as table:
        voter, statement, vote = (table.column(names) for names in (_PARTICIPANT, _STATEMENT, _VOTE))
        if voter is not None and statement is not None and vote is not None:
            return _read_list(table, voter, statement, vote)
        if voter is not None and statement is None and vote is None:
            return _read_matrix(table, voter)
        raise UnreadableError(
            f"{table.name} 的表头认不出：participants-votes.csv 要有 participant 和每条意见一列，"
            "votes.csv 要有 comment-id、voter-id、vote。",
            f"The header of {table.name} is unknown: participants-votes.csv has participant and a column for each "
            "statement, votes.csv has comment-id, voter-id, vote.",
        )


def read_comments(path: str | Path) -> Comments:
    """Read which statements were moderated out, which are meta, and what each says.

    Raises:
        UnreadableError: the file cannot be read, is empty, or does not say which statement a row is of.
    """
    with Table(path) as table:
        statement = table.column(_STATEMENT)
        if statement is None:
            raise UnreadableError(
                f"{table.name} 的表头里没有 comment-id。", f"The header of {table.name} has no comment-id."
            )
        moderated, meta, text = (table.column(names) for names in (_MODERATED, _META, _TEXT))
        out, about, texts = set(), set(), {}
        for line, row in table:
            if not any(cell.strip() for cell in row):
                continue
            found = _identify(_cell(row, statement))
            if found == "":
                raise table.wrong(line, "没有意见编号", "no statement id")
            if _mark(table, line, _cell(row, moderated), "moderated") < 0:
                out.add(found)
            if _mark(table, line, _cell(row, meta), "meta") > 0:
                about.add(found)
            texts[found] = " ".join(_cell(row, text).split())
    return Comments(frozenset(out), frozenset(about), texts)


# ── one row a vote ──


def _read_list(table: Table, voter: int, statement: int, vote: int) -> Ballots:
    people, statements = _Numbering(), _Numbering()
    who, what, values, moments = array("q"), array("q"), array("b"), array("q")
    timestamp = table.column(_TIMESTAMP)
    for line, row in table:
        try:
            value = _VOTES[row[vote]]
            moment = 0 if timestamp is None else int(row[timestamp])
        except (LookupError, ValueError):
            if not any(cell.strip() for cell in row):
                continue
            value = _vote(table, line, _cell(row, vote))
            moment = _moment(table, line, _cell(row, timestamp))
        try:
            who.append(people[row[voter]])
            what.append(statements[row[statement]])
            moments.append(moment)
        except (LookupError, OverflowError):
            raise _incomplete(table, line) from None
        values.append(value)
    return _ballots((who, people), (what, statements), values, moments)


def _moment(table: Table, line: int, text: str) -> int:
    """Return when a vote was given; any unit, as long as the file keeps to one."""
    text = text.strip()
    if not text:
        return 0
    for read in (int, float, lambda said: datetime.fromisoformat(said).timestamp() * 1000):
        try:
            return int(read(text))
        except (ValueError, OverflowError):
            continue
    raise table.wrong(line, f"时间“{_short(text)}”认不出", f"the time `{_short(text)}` is unknown")


# ── one row a participant ──


def _read_matrix(table: Table, voter: int) -> Ballots:
    columns = _statement_columns(table, voter)
    cut = _cutter(columns, len(table.header))
    people, statements = _Numbering(), _Numbering()
    codes = [statements[table.header[column]] for column in columns]
    if len(statements) != len(columns):
        raise table.wrong(1, "有两列是同一条意见", "two columns are of the same statement")
    group = table.keys.index(_GROUP) if _GROUP in table.keys else None
    who, what, values, published = array("q"), array("q"), array("b"), {}
    for line, row in table:
        cells = cut(row)
        if len(row) > len(table.header) and any(cell.strip() for cell in row[len(table.header) :]):
            raise table.wrong(line, "格子比表头多", "more cells than the header has")
        try:
            given = [_VOTES[cell] for cell in cells if cell]
            seen = [code for code, cell in zip(codes, cells, strict=False) if cell]
        except KeyError:
            seen, given = _looked_at(table, line, codes, cells)
        if not given:
            continue
        try:
            person = people[row[voter]]
        except LookupError:
            raise _incomplete(table, line) from None
        who.extend([person] * len(seen))
        what.extend(seen)
        values.extend(given)
        said = _identify(_cell(row, group))
        if isinstance(said, int):
            published[person] = said
    return _ballots((who, people), (what, statements), values, array("q"), published)


def _statement_columns(table: Table, voter: int) -> list[int]:
    """Return where statements stand: columns that bear a number, where there are any, else all that are unknown."""
    others = [column for column in range(len(table.header)) if column != voter]
    numbered = [column for column in others if isinstance(_identify(table.header[column]), int)]
    return numbered or [column for column in others if table.keys[column] not in _ABOUT_PEOPLE]


def _cutter(columns: list[int], width: int) -> Callable[[list[str]], Sequence[str]]:
    """Return what takes the cells of the statements out of a row; quick where they stand together."""
    if columns == list(range(columns[0], columns[0] + len(columns))) if columns else True:
        together = slice(columns[0], columns[-1] + 1) if columns else slice(0, 0)
        return lambda row: row[together]
    return lambda row: [row[column] if column < len(row) else "" for column in columns]


def _looked_at(
    table: Table, line: int, codes: list[int], cells: Sequence[str]
) -> tuple[list[int], list[int]]:
    """Return a row's statements and votes where some cell is not written in the plain way."""
    seen = [
        (code, cell)
        for code, cell in zip(codes, cells, strict=False)
        if cell.strip().lower() not in _NOT_SEEN
    ]
    return [code for code, _cell in seen], [_vote(table, line, cell) for _code, cell in seen]


# ── cells ──


class _Numbering(dict[str, int]):
    """Numbers ids in the order in which they come; `1` and `1.0` are one."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[Id, int] = {}

    def __missing__(self, text: str) -> int:
        found = _identify(text)
        if found == "":
            raise LookupError
        self[text] = code = self.ids.setdefault(found, len(self.ids))
        return code

    def __len__(self) -> int:
        return len(self.ids)

    def numbers(self) -> tuple[NDArray[np.int64], dict[int, Id]]:
        """Return the number of each code for the engine, and what the file calls it where that is not a number."""
        if all(isinstance(found, int) for found in self.ids):
            return np.array(list(self.ids), dtype=np.int64), {}
        # Ranks, so that nothing depends on the order of rows.
        order = sorted(self.ids, key=lambda found: (isinstance(found, str), found))
        names = dict(enumerate(order))
        numbers = np.empty(len(order), dtype=np.int64)
        numbers[[self.ids[found] for found in order]] = np.arange(len(order))
        return numbers, names


def _ballots(
    people: tuple[array[int], _Numbering],
    statements: tuple[array[int], _Numbering],
    values: array[int],
    moments: array[int],
    published: Mapping[int, int] | None = None,
) -> Ballots:
    """Keep the last vote of each pair and give everybody the numbers that the engine gets."""
    who_numbers, who_names = people[1].numbers()
    what_numbers, what_names = statements[1].numbers()
    who = who_numbers[np.frombuffer(people[0], dtype=np.int64)]
    what = what_numbers[np.frombuffer(statements[0], dtype=np.int64)]
    keys = (what, who)
    order = np.lexsort((np.frombuffer(moments, dtype=np.int64), *keys) if len(moments) else keys)
    who, what = who[order], what[order]
    last = np.ones(len(who), dtype=bool)
    last[:-1] = (who[1:] != who[:-1]) | (what[1:] != what[:-1])
    return Ballots(
        participants=who[last],
        statements=what[last],
        values=np.frombuffer(values, dtype=np.int8)[order][last],
        all_statements=np.sort(what_numbers),
        participant_names=who_names,
        statement_names=what_names,
        published={int(who_numbers[code]): group for code, group in (published or {}).items()},
    )


def _identify(text: str) -> Id:
    text = text.strip()
    whole = _INTEGER.fullmatch(text)
    return int(whole[1]) if whole else text


def _cell(row: list[str], column: int | None) -> str:
    """Return a cell of a row that may be shorter than the header."""
    return row[column] if column is not None and column < len(row) else ""


def _vote(table: Table, line: int, text: str) -> int:
    try:
        value = float(text)
    except ValueError:
        value = 2
    if value not in {-1, 0, 1}:
        said = _short(text)
        raise table.wrong(
            line,
            f"“{said}”不是票（1 赞成，-1 反对，0 弃权）",
            f"`{said}` is no vote (1 agree, -1 disagree, 0 pass)",
        )
    return int(value)


def _mark(table: Table, line: int, text: str, what: str) -> int:
    """Return a mark of a statement: -1, 0 or 1; nothing is 0."""
    text = text.strip().lower()
    words = {"true": 1, "false": 0, **dict.fromkeys(_NOT_SEEN, 0)}
    value = words.get(text, _VOTES.get(text))
    if value is None:
        raise table.wrong(
            line,
            f"{what} 只能是 -1、0 或 1，不是“{_short(text)}”",
            f"{what} is -1, 0 or 1, not `{_short(text)}`",
        )
    return value


def _incomplete(table: Table, line: int) -> UnreadableError:
    return table.wrong(line, "没有人的编号或意见编号", "the id of the person or of the statement is missing")


def _short(text: str) -> str:
    """Return what fits a sentence."""
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 (about half a line)
