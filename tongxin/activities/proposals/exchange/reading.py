"""Reading a table of proposals, row by row. Nothing here writes or asks a database."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import Disclosure, ProposalKind, ProposalState
from tongxin.activities.proposals.exchange import columns as c
from tongxin.activities.proposals.exchange.text import split
from tongxin.foundation.core import clock
from tongxin.foundation.core.sheets import CellError, SheetDate, TableRefused, read_table

if TYPE_CHECKING:
    from datetime import date

    from tongxin.foundation.core.sheets import Row, Table

_MAX = {"title": 120, "topic": 40, "reason": 120}
_MAX_NAME = 60
_SEPARATORS = re.compile(r"[、，,；;/\n\t]+")
_AND_MORE = re.compile(r"等\s*\d*\s*(?:人|位|名|家)?(?:委员|单位)?$")
_F = ProposalState


@dataclass(frozen=True, slots=True)
class Entry:
    """One proposal as the table has it; names are not looked up yet.

    Attributes:
        row: its row in the sheet.
        outcome: what the examination decided, as a state; where the table does not
            say, what the rest of the row implies.
        outcome_word: as it was written, for the record.
        kind: a ProposalKind, or ``collective`` where only the body's name can tell.
        into: the number of the proposal that it was merged into.
        attitudes: words of the committee's form, one for all replies or one for each.
    """

    row: int
    term: int
    session: int
    serial: int | None
    number: int | None
    title: str
    situation: str
    analysis: str
    suggestion: str
    kind: str
    proposers: tuple[str, ...]
    cosigners: tuple[str, ...]
    topic: str
    is_livelihood: bool
    submitted_on: date | None
    filed_on: date | None
    outcome: str
    outcome_word: str
    reason: str
    into: int | None
    lead: tuple[str, ...]
    co: tuple[str, ...]
    assigned_on: date | None
    replied_on: date | None
    reply_classes: tuple[str, ...]
    attitudes: tuple[str, ...]
    results: tuple[str, ...]
    is_key: bool
    is_outstanding: bool
    disclosure: str
    is_open: bool

    @property
    def meeting(self) -> tuple[int, int]:
        """Term and session."""
        return self.term, self.session

    def digest(self) -> str:
        """Return a short text that is the same exactly when the row says the same."""
        said = {**asdict(self), "row": 0}
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, default=str).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about a cell that is taken in all the same."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A table as it was read: what is well-formed, and what is wrong with the rest."""

    entries: tuple[Entry, ...]
    errors: tuple[CellError, ...]
    warnings: tuple[Warned, ...]
    notes: tuple[str, ...]


def read_proposals(data: bytes, filename: str) -> Reading:
    """Read a table of proposals and judge each row by itself.

    Raises:
        TableRefused: the file cannot be used at all.
    """
    return judge(read_table(data, filename, (*c.COLUMNS, *c.ALSO_READ)))


def judge(table: Table) -> Reading:
    """Turn rows into entries; a row with any error gives none."""
    if not table.rows:
        raise TableRefused(_("表里只有表头，没有提案。"))
    _require_meeting(table.rows[0])
    errors = [CellError(e.row, e.column, _bare(e)) for e in table.errors]
    unreadable: dict[int, set[str]] = {}
    for error in errors:
        unreadable.setdefault(error.row, set()).add(error.column)
    warnings: list[Warned] = []
    entries = []
    for row in table.rows:
        reader = _RowReader(row, unreadable.get(row.number, set()))
        entry = reader.entry()
        errors += reader.errors
        warnings += reader.warnings
        if not reader.errors and row.number not in unreadable:
            entries.append(entry)
    notes = list(table.notes)
    if table.ignored:
        notes.append(_("没有读取这些列：%(columns)s。") % {"columns": _("、").join(table.ignored)})
    return Reading(tuple(entries), in_order(errors), tuple(warnings), tuple(notes))


def in_order(errors: list[CellError]) -> tuple[CellError, ...]:
    """Return errors by row, then by the table's order of columns."""
    return tuple(sorted(errors, key=lambda e: (e.row, c.PLACES.get(e.column, 0))))


def _require_meeting(row: Row) -> None:
    missing = [h for h in (c.TERM, c.SESSION) if {c.TERM: "term", c.SESSION: "session"}[h] not in row.values]
    if missing and "meeting" not in row.values:
        raise TableRefused(
            _("表里缺少这些列：%(headers)s。请补上后再上传。") % {"headers": _("、").join(missing)}
        )


def _bare(error: CellError) -> str:
    # The sentence names row and column; here they stand beside it.
    start = _("第%(row)s行「%(header)s」：%(problem)s")
    return error.message.removeprefix(start % {"row": error.row, "header": error.column, "problem": ""})


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in a cell; spaces stay, they may belong to a name or part two."""
    found = (_AND_MORE.sub("", " ".join(part.split())).strip() for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(name for name in found if name))


class _RowReader:
    """Reads one row; what is wrong with it gathers in ``errors``."""

    def __init__(self, row: Row, unreadable: set[str]) -> None:
        self.row = row
        self.unreadable = unreadable
        self.errors: list[CellError] = []
        self.warnings: list[Warned] = []

    def entry(self) -> Entry:
        term, session = self._meeting()
        situation, analysis, suggestion = split(self._text("text", lines=True))
        outcome, word = self._outcome()
        disclosure, is_open = self._disclosure()
        entry = Entry(
            row=self.row.number,
            term=term,
            session=session,
            serial=self._number("serial"),
            number=self._number("number"),
            title=self._text("title"),
            situation=situation,
            analysis=analysis,
            suggestion=suggestion,
            kind=self._kind(),
            proposers=self._names("proposer"),
            cosigners=self._names("cosigners"),
            topic=self._text("topic"),
            is_livelihood=self._yes("livelihood"),
            submitted_on=self._date("submitted"),
            filed_on=self._date("filed"),
            outcome=outcome,
            outcome_word=word,
            reason=self._text("reason"),
            into=self._number("into"),
            lead=self._names("lead"),
            co=self._names("co"),
            assigned_on=self._date("assigned"),
            replied_on=self._date("replied"),
            reply_classes=tuple(w.strip() for w in _SEPARATORS.split(self._text("reply_class")) if w.strip()),
            attitudes=self._grades("attitude"),
            results=self._grades("result"),
            is_key=self._yes("key"),
            is_outstanding=self._yes("outstanding"),
            disclosure=disclosure,
            is_open=is_open,
        )
        if entry.outcome == _F.FILED and entry.into is not None:
            self.warn(c.INTO, _("立案后又并入别的提案，按并案导入。"))
        entry = replace(entry, outcome=_implied_outcome(entry))
        self._check_outcome(entry)
        self._check_dates()
        return entry

    def wrong(self, column: str, message: str) -> None:
        if column not in self.unreadable:
            self.errors.append(CellError(self.row.number, column, message))

    def warn(self, column: str, message: str) -> None:
        self.warnings.append(Warned(self.row.number, column, message))

    # Cells

    def _text(self, key: str, *, lines: bool = False) -> str:
        raw = unicodedata.normalize("NFC", str(self.row.values.get(key) or "")).strip()
        text = raw if lines else re.sub(r"[^\S\n]+", " ", raw)
        if key == "title":
            text = " ".join(text.split())
        most = _MAX.get(key)
        if most and len(text) > most:
            self.wrong(c.HEADERS[key], _("太长了，最多%(most)d个字。") % {"most": most})
        return text

    def _names(self, key: str) -> tuple[str, ...]:
        found = names_in(self._text(key))
        if any(len(name) > _MAX_NAME and " " not in name for name in found):
            self.wrong(c.HEADERS[key], _("有一个名称太长。几个之间请用「、」隔开。"))
        return found

    def _meeting(self) -> tuple[int, int]:
        together = c.meeting(self._text("meeting")) or c.meeting(self._text("term"))
        if together:
            return together
        found = []
        for key in ("term", "session"):
            text = self._text(key)
            number = c.ordinal(text)
            if number is None:
                problem = (
                    _("看不懂「%(text)s」。请写成「十三」「第十三届」「13」这样。") % {"text": text}
                    if text
                    else _("不能空着。")
                )
                self.wrong(c.HEADERS[key], problem)
            found.append(number or 0)
        return found[0], found[1]

    def _number(self, key: str) -> int | None:
        text = self._text(key)
        if not text or text in {"-", "—", "/", "无"}:
            return None
        number = c.running_number(text)
        if number is None:
            self.wrong(c.HEADERS[key], _("「%(text)s」不是一个号码。") % {"text": text[:20]})
        return number

    def _date(self, key: str) -> date | None:
        found = self.row.values.get(key)
        if not isinstance(found, SheetDate):
            return None
        if found.on > clock.today():
            self.wrong(c.HEADERS[key], _("这个日期还没有到。"))
        return found.on

    def _word(self, key: str, words: dict[str, object], allowed: str) -> object | None:
        text = self._text(key)
        if not text:
            return None
        flat = c.flat(text)
        short = flat.removesuffix("提案").removesuffix("类") or flat
        for candidate in (flat, short, unicodedata.normalize("NFKC", text).strip().casefold()):
            if candidate in words:
                return words[candidate]
        self.wrong(
            c.HEADERS[key],
            _("不认识「%(text)s」。只能填：%(allowed)s。") % {"text": text[:20], "allowed": allowed},
        )
        return None

    def _kind(self) -> str:
        words: dict[str, object] = dict(c.KINDS)
        found = self._word("kind", words, _("个人、联名、党派、团体、界别、小组、专委会、集体"))
        return str(found or ProposalKind.INDIVIDUAL)

    def _outcome(self) -> tuple[str, str]:
        words: dict[str, object] = dict(c.OUTCOMES)
        found = self._word("outcome", words, _("立案、不予立案、并案、转社情民意、转办、撤案、退回"))
        return str(found or ""), self._text("outcome")

    def _yes(self, key: str) -> bool:
        words: dict[str, object] = {**dict.fromkeys(c.YES, True), **dict.fromkeys(c.NO, False)}
        name = c.flat(c.HEADERS[key])
        words |= {name: True, f"非{name}": False, f"{name}提案": True}
        return bool(self._word(key, words, _("是、否")))

    def _disclosure(self) -> tuple[str, bool]:
        words: dict[str, object] = dict(c.DISCLOSURES)
        found = self._word("public", words, _("是、否、案由、同意"))
        return found if isinstance(found, tuple) else (Disclosure.TITLE, False)

    def _grades(self, key: str) -> tuple[str, ...]:
        # Several units were rated one by one; a word may come twice.
        words = [" ".join(w.split()) for w in _SEPARATORS.split(self._text(key))]
        return tuple(word for word in words if word and c.flat(word) not in c.UNRATED)

    # The row as a whole

    def _check_outcome(self, entry: Entry) -> None:
        outcome = entry.outcome
        if entry.number is not None and outcome not in {_F.FILED, _F.MERGED}:
            self.wrong(c.NUMBER, _("没有立案的提案没有提案号。请核对审查结果。"))
        if outcome == _F.MERGED and entry.into is None:
            self.wrong(c.INTO, _("并案的提案要写并入哪一件的提案号。"))
        if outcome != _F.MERGED and entry.into is not None:
            self.wrong(c.INTO, _("审查结果不是「并案」，却写了并入的提案号。"))
        if outcome == _F.NOT_FILED and not entry.reason:
            self.warn(c.REASON, _("没有写不予立案的理由，按没有理由导入。"))
        if outcome in {_F.NOT_FILED, _F.CONVERTED, _F.WITHDRAWN, _F.RETURNED} and (entry.lead or entry.co):
            self.wrong(c.LEAD, _("没有立案的提案不会交办。请核对审查结果和承办单位。"))
        if entry.co and not entry.lead:
            self.wrong(c.LEAD, _("有会办单位，却没有主办单位。"))

    def _check_dates(self) -> None:
        steps = [(key, self.row.values.get(key)) for key in ("submitted", "assigned", "replied")]
        given = [(key, found) for key, found in steps if isinstance(found, SheetDate)]
        for (first, before), (then, after) in pairwise(given):
            if _latest(after) < before.on:
                self.wrong(
                    c.HEADERS[then],
                    _("早于%(column)s（%(date)s）。")
                    % {"column": c.HEADERS[first], "date": before.on.isoformat()},
                )


def _latest(day: SheetDate) -> date:
    """The last day that a date may mean: 2026年3月 may have been the 31st."""
    if day.precision == "day":
        return day.on
    month = 12 if day.precision == "year" else day.on.month
    last = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)
    return day.on.replace(month=month, day=last)


def _implied_outcome(entry: Entry) -> str:
    """Return what the examination decided; where the table does not say, what the rest of the row implies."""
    # Filed first, merged later: its number and where it went both stand in the row.
    if entry.into is not None and entry.outcome in {"", _F.FILED}:
        return _F.MERGED
    if entry.outcome:
        return entry.outcome
    if entry.number is not None or entry.lead or entry.filed_on:
        return _F.FILED
    return _F.NOT_FILED if entry.reason else _F.SUBMITTED
