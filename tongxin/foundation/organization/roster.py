"""Reading a roster (委员名册) and saying exactly what it would change.

Nothing here writes or asks a database.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.foundation.core.sheets import CellError, Column, read_table
from tongxin.foundation.organization.enums import MemberStatus, Standing
from tongxin.foundation.organization.lifecycle import verb_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tongxin.foundation.core.sheets import Row, Table

NUMBER, NAME, SECTOR, PLACES = "委员编号", "姓名", "界别", "专门委员会"
STANDING, WORK, PHONE, TERM, STATUS = "职务", "工作单位及职务", "手机号", "届", "状态"

COLUMNS = (
    Column("number", NUMBER, aliases=("编号", "委员号", "委员证号"), required=True, kind="code", width=12),
    Column("name", NAME, aliases=("委员姓名",), required=True, width=12),
    Column("sector", SECTOR, aliases=("所属界别",), required=True, width=18),
    Column("special_committees", PLACES, aliases=("专委会", "所属专委会", "所属专门委员会"), width=28),
    Column("standing", STANDING, aliases=("政协职务", "委员职务"), width=12),
    Column("work_unit_and_title", WORK, aliases=("工作单位", "单位及职务", "工作单位和职务"), width=34),
    Column(
        "phone",
        PHONE,
        aliases=("手机", "手机号码", "联系电话", "电话"),
        required=True,
        kind="phone",
        width=16,
    ),
    Column("term", TERM, aliases=("届次",), width=10),
    Column("status", STATUS, aliases=("委员状态",), width=12),
)
MAX_LENGTHS = {"number": 20, "name": 60, "sector": 40, "work_unit_and_title": 120}
MAX_SPECIAL_COMMITTEE = 40

# As offices write them; each leads to one word of ours.
_STANDINGS = {
    "委员": Standing.MEMBER,
    "政协委员": Standing.MEMBER,
    "常委": Standing.STANDING_MEMBER,
    "常务委员": Standing.STANDING_MEMBER,
    "主席": Standing.CHAIR,
    "副主席": Standing.VICE_CHAIR,
    "秘书长": Standing.SECRETARY_GENERAL,
}
_STATUSES = {
    "提名": MemberStatus.NOMINATED,
    "在任": MemberStatus.ACTIVE,
    "在职": MemberStatus.ACTIVE,
    "履职": MemberStatus.ACTIVE,
    "正常": MemberStatus.ACTIVE,
    "暂停": MemberStatus.SUSPENDED,
    "暂停履职": MemberStatus.SUSPENDED,
    "辞职": MemberStatus.RESIGNED,
    "免职": MemberStatus.REMOVED,
    "撤销": MemberStatus.REVOKED,
    "撤销资格": MemberStatus.REVOKED,
    "届满": MemberStatus.TERM_ENDED,
    "去世": MemberStatus.DECEASED,
}
STANDING_WORDS = {
    Standing.MEMBER: "委员",
    Standing.STANDING_MEMBER: "常务委员",
    Standing.CHAIR: "主席",
    Standing.VICE_CHAIR: "副主席",
    Standing.SECRETARY_GENERAL: "秘书长",
}
STATUS_WORDS = {
    MemberStatus.NOMINATED: "提名",
    MemberStatus.ACTIVE: "在任",
    MemberStatus.SUSPENDED: "暂停履职",
    MemberStatus.RESIGNED: "辞职",
    MemberStatus.REMOVED: "免职",
    MemberStatus.REVOKED: "撤销资格",
    MemberStatus.TERM_ENDED: "届满",
    MemberStatus.DECEASED: "去世",
}
# A mainland mobile number.
_MOBILE = re.compile(r"1[3-9]\d{9}")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}
_NUMBER = re.compile(r"第?([零一二三四五六七八九十]{1,3}|\d{1,2})届?")
# How alike a new name must be to an old one to be asked about.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Entry:
    """One member as the roster has them. ``None`` means that the file has no such column."""

    row: int
    number: str
    name: str
    sector: str
    special_committees: tuple[str, ...] | None
    standing: str | None
    work_unit_and_title: str | None
    phone: str
    status: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A roster as it was read: what is well-formed, and what is wrong with the rest."""

    entries: tuple[Entry, ...]
    errors: tuple[CellError, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Present:
    """One member as the committee knows them now. ``in_term``: has a place in the term of the roster."""

    number: str
    name: str
    sector: str
    special_committees: tuple[str, ...]
    standing: str
    work_unit_and_title: str
    phone: str
    status: str
    in_term: bool = True
    # Whether the number may be changed here: the account is used in this committee only.
    phone_is_ours: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A member whom the roster changes."""

    entry: Entry
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the roster would do, member by member."""

    added: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[Entry, ...]
    errors: tuple[CellError, ...]
    new_sectors: tuple[str, ...]
    new_special_committees: tuple[str, ...]
    # Members of the term whom the roster does not name; they are left alone.
    absent: tuple[str, ...]
    # Names that are new but very like one that is known.
    doubts: tuple[tuple[str, str], ...]

    @property
    def does_something(self) -> bool:
        """Whether confirming changes anything."""
        return bool(self.added or self.changed)

    def digest(self) -> str:
        """Return a short text that is the same exactly when the plan is the same."""
        whole = [
            [_plain(e) for e in self.added],
            [[_plain(c.entry), [[d.field, d.old, d.new] for d in c.changes]] for c in self.changed],
            [[e.row, e.column] for e in self.errors],
            self.new_sectors,
            self.new_special_committees,
        ]
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()[:32]


def _plain(entry: Entry) -> list[object]:
    return [
        entry.number,
        entry.name,
        entry.sector,
        list(entry.special_committees or ()),
        entry.standing,
        entry.work_unit_and_title,
        entry.phone,
        entry.status,
    ]


def read_roster(data: bytes, filename: str, *, term_number: int) -> Reading:
    """Read a roster and judge each of its rows by itself and beside the others.

    Args:
        data: the file.
        filename: only used to word refusals.
        term_number: the term that the roster is for; a row that names another one is wrong.

    Raises:
        TableRefused: the file cannot be used at all.
    """
    return judge(read_table(data, filename, COLUMNS), term_number=term_number)


def judge(table: Table, *, term_number: int) -> Reading:
    """Turn rows into entries; a row with any error gives none."""
    errors = [CellError(e.row, e.column, _bare(e)) for e in table.errors]
    read = [_entry(row, errors, term_number) for row in table.rows]
    _find_doubles(read, "number", NUMBER, errors)
    _find_doubles(read, "phone", PHONE, errors)
    wrong = {e.row for e in errors}
    order = {c.header: place for place, c in enumerate(COLUMNS)}
    return Reading(
        entries=tuple(e for e in read if e.row not in wrong),
        errors=tuple(sorted(errors, key=lambda e: (e.row, order.get(e.column, 0)))),
        notes=table.notes,
    )


def _bare(error: CellError) -> str:
    # The sentence names row and column; here they stand beside it.
    start = _("第%(row)s行「%(header)s」：%(problem)s")
    return error.message.removeprefix(start % {"row": error.row, "header": error.column, "problem": ""})


def _entry(row: Row, errors: list[CellError], term_number: int) -> Entry:  # noqa: C901 (one check a column)
    def text(key: str) -> str:
        return re.sub(r"\s+", " ", str(row.values.get(key) or "")).strip()

    def wrong(column: str, message: str) -> None:
        errors.append(CellError(row.number, column, message))

    unreadable = {e.column for e in errors if e.row == row.number}
    for column in COLUMNS:
        most = MAX_LENGTHS.get(column.key)
        if most and len(text(column.key)) > most:
            wrong(column.header, _("太长了，最多%(most)d个字。") % {"most": most})
    phone = text("phone")
    if PHONE not in unreadable and not _MOBILE.fullmatch(phone):
        wrong(PHONE, _("「%(text)s」不是11位手机号。") % {"text": phone})
    term = text("term")
    if term and term_from(term) is None:
        wrong(TERM, _("看不懂「%(text)s」。请写成「二」「第二届」或「2」。") % {"text": term})
    elif term and term_from(term) != term_number:
        wrong(TERM, _("这一行是「%(text)s」，不是所选的第%(n)d届。") % {"text": term, "n": term_number})
    standing = _word(text("standing") or "委员", _STANDINGS)
    if standing is None:
        allowed = _("、").join(STANDING_WORDS.values())
        wrong(
            STANDING,
            _("不认识「%(text)s」。只能填：%(allowed)s。") % {"text": text("standing"), "allowed": allowed},
        )
    status = _word(text("status"), _STATUSES)
    if text("status") and status is None:
        allowed = _("、").join(STATUS_WORDS.values())
        wrong(
            STATUS,
            _("不认识「%(text)s」。只能填：%(allowed)s。") % {"text": text("status"), "allowed": allowed},
        )
    places = tuple(dict.fromkeys(p for p in re.split(r"[、，,；;/\n ]+", text("special_committees")) if p))
    if any(len(p) > MAX_SPECIAL_COMMITTEE for p in places):
        wrong(PLACES, _("有一个名称太长。几个专门委员会之间请用「、」隔开。"))
    return Entry(
        row=row.number,
        number=text("number"),
        name=_name(text("name")),
        sector=text("sector").replace(" ", ""),
        special_committees=places if "special_committees" in row.values else None,
        standing=standing if "standing" in row.values else None,
        work_unit_and_title=text("work_unit_and_title") if "work_unit_and_title" in row.values else None,
        phone=phone,
        status=status,
    )


def _name(text: str) -> str:
    # 王 芳 is how two-character names are spaced out in print; Latin names keep their spaces.
    flat = unicodedata.normalize("NFC", text)
    return flat if re.search(r"[A-Za-z]", flat) else flat.replace(" ", "")


def _word(text: str, words: Mapping[str, str]) -> str | None:
    flat = unicodedata.normalize("NFKC", text).replace(" ", "")
    return words.get(flat)


def _find_doubles(entries: Sequence[Entry], key: str, column: str, errors: list[CellError]) -> None:
    first: dict[str, int] = {}
    unreadable = {e.row for e in errors if e.column == column}
    for entry in entries:
        value = getattr(entry, key)
        if not value or entry.row in unreadable:
            continue
        if (before := first.setdefault(value, entry.row)) != entry.row:
            message = _("和第%(row)d行的%(column)s相同。") % {"row": before, "column": column}
            errors.append(CellError(entry.row, column, message))


def term_from(text: str) -> int | None:
    """Return 2 for 「二」「第二届」「2」「第2届」; nothing when it is no term."""
    flat = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = _NUMBER.fullmatch(flat)
    if not found:
        return None
    written = found[1]
    if written.isdigit():
        return int(written) or None
    if "十" not in written:
        return _DIGITS[written] or None if len(written) == 1 else None
    tens, ones = written.split("十", 1)
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def make_plan(
    reading: Reading,
    present: Iterable[Present],
    *,
    sectors: Iterable[str],
    special_committees: Iterable[str],
    strangers: Mapping[str, str],
    unlinkable: frozenset[str] = frozenset(),
    term_word: str = "",
) -> Plan:
    """Compare a roster with the members as they are.

    Args:
        reading: the roster.
        present: all members of the committee.
        sectors: names of the term's sectors.
        special_committees: names of the committee's special committees.
        strangers: phone → name of accounts that exist and belong to no member here.
        unlinkable: phones whose account must not be linked (it is out of use).
        term_word: how the term is called in a change (十届).
    """
    by_number = {p.number: p for p in present}
    by_phone = {p.phone: p for p in by_number.values() if p.phone}
    errors = list(reading.errors)
    added: list[Entry] = []
    changed: list[Changed] = []
    unchanged: list[Entry] = []
    for entry in reading.entries:
        known = by_number.get(entry.number)
        found = _conflicts(entry, known, by_phone, strangers, unlinkable)
        if found:
            errors += found
        elif known is None:
            added.append(_with_defaults(entry))
        elif changes := _changes(entry, known, term_word):
            changed.append(Changed(entry, changes))
        else:
            unchanged.append(entry)
    used = [*added, *(c.entry for c in changed)]
    new_sectors = _new(sectors, (e.sector for e in used))
    new_places = _new(special_committees, (p for e in used for p in e.special_committees or ()))
    named = {e.number for e in reading.entries}
    broken = {e.row for e in errors}
    return Plan(
        added=tuple(added),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        errors=tuple(sorted(errors, key=lambda e: e.row)),
        new_sectors=new_sectors,
        new_special_committees=new_places,
        # While rows are broken nobody can say who is missing.
        absent=()
        if broken
        else tuple(p.number for p in by_number.values() if p.in_term and p.number not in named),
        doubts=(*_doubts(sectors, new_sectors), *_doubts(special_committees, new_places)),
    )


def _conflicts(
    entry: Entry,
    known: Present | None,
    by_phone: Mapping[str, Present],
    strangers: Mapping[str, str],
    unlinkable: frozenset[str],
) -> list[CellError]:
    """What cannot be right beside what is known. Says nothing about other committees."""

    def error(column: str, message: str) -> CellError:
        return CellError(entry.row, column, message)

    found = []
    if known and known.name != entry.name:
        message = _("编号%(number)s是%(name)s，编号不能改给别人。姓名有更正，请在委员页面办理。")
        found.append(error(NAME, message % {"number": entry.number, "name": known.name}))
    owner = by_phone.get(entry.phone)
    if owner and owner.number != entry.number:
        if owner.name == entry.name and known is None:
            message = _("%(name)s的编号是%(number)s，编号不能改。")
            found.append(error(NUMBER, message % {"name": owner.name, "number": owner.number}))
        else:
            message = _("这个手机号是%(name)s（%(number)s）的。")
            found.append(error(PHONE, message % {"name": owner.name, "number": owner.number}))
    elif owner is None and (
        strangers.get(entry.phone, entry.name) != entry.name or entry.phone in unlinkable
    ):
        found.append(error(PHONE, _("这个手机号登记在另一个人名下，请核对号码。")))
    elif (
        known
        and known.phone not in {"", entry.phone}
        and (not known.phone_is_ours or entry.phone in strangers)
    ):
        found.append(error(PHONE, _("这位委员的手机号要由本人在「我」里更换。")))
    if (
        known
        and entry.status
        and entry.status != known.status
        and not verb_between(known.status, entry.status)
    ):
        message = _("不能从「%(old)s」改为「%(new)s」。")
        words = {
            "old": STATUS_WORDS[MemberStatus(known.status)],
            "new": STATUS_WORDS[MemberStatus(entry.status)],
        }
        found.append(error(STATUS, message % words))
    return found


def _with_defaults(entry: Entry) -> Entry:
    return replace(
        entry,
        special_committees=entry.special_committees or (),
        standing=entry.standing or Standing.MEMBER,
        work_unit_and_title=entry.work_unit_and_title or "",
        status=entry.status or MemberStatus.ACTIVE,
    )


def _changes(entry: Entry, known: Present, term_word: str) -> tuple[Change, ...]:
    pairs = [(SECTOR, known.sector, entry.sector)]
    if not known.in_term:
        pairs.insert(0, (TERM, "", term_word))
    if entry.special_committees is not None:
        old, new = sorted(known.special_committees), sorted(entry.special_committees)
        pairs.append((PLACES, _("、").join(old), _("、").join(new)))
    standing = entry.standing or known.standing or Standing.MEMBER
    pairs.append((STANDING, _shown(known.standing, STANDING_WORDS), _shown(standing, STANDING_WORDS)))
    if entry.work_unit_and_title is not None:
        pairs.append((WORK, known.work_unit_and_title, entry.work_unit_and_title))
    pairs.append((PHONE, known.phone, entry.phone))
    if entry.status:
        pairs.append((STATUS, _shown(known.status, STATUS_WORDS), _shown(entry.status, STATUS_WORDS)))
    return tuple(Change(field, old, new) for field, old, new in pairs if old != new)


def _shown(code: str, words: Mapping[Any, str]) -> str:
    return words.get(code, "")


def _new(known: Iterable[str], named: Iterable[str]) -> tuple[str, ...]:
    have = set(known)
    return tuple(dict.fromkeys(n for n in named if n not in have))


def _doubts(known: Iterable[str], new: Iterable[str]) -> tuple[tuple[str, str], ...]:
    # What every special committee ends in makes no two of them alike.
    have = {name.removesuffix("委员会"): name for name in known}
    pairs = ((n, difflib.get_close_matches(n.removesuffix("委员会"), have, n=1, cutoff=_ALIKE)) for n in new)
    return tuple((n, have[like[0]]) for n, like in pairs if like)
