"""Whether the log is as it was written: no entry edited, removed, inserted, moved or cut off."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connections, transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.anchors import read_anchors
from tongxin.foundation.audit.chain import entry_hash, head_seal, same
from tongxin.foundation.audit.models import Head

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROWS_AT_ONCE: Final = 5000
_ROWS: Final = (
    "SELECT id, chain, seq, committee_id, (extract(epoch FROM at) * 1000000)::bigint,"
    " coalesce(user_id::text, ''), user_name, action, target, detail::text, previous_hash, hash"
    " FROM audit_entry"
)


@dataclass(frozen=True)
class Bad:
    """The first place where the log is not as it was written.

    Attributes:
        chain: which chain, or ``anchors`` for the file beside the database.
        seq: which entry of the chain; None when it is about the chain as a whole.
        id: the row, where there is one.
        what: what is wrong, in words.
    """

    chain: str
    seq: int | None
    id: int | None
    what: str


@dataclass(frozen=True)
class Verdict:
    """What the examination found."""

    ok: bool
    entries: int
    first_bad: Bad | None

    def as_json(self) -> dict[str, Any]:
        """Return it as the command prints it."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """The result in plain words."""
        if self.first_bad is None:
            return _("审计日志完好，共%(entries)s条。") % {"entries": self.entries}
        bad = self.first_bad
        words = _("%(chain)s链") if bad.seq is None else _("%(chain)s链第%(seq)s条")
        place = words % {"chain": bad.chain, "seq": bad.seq}
        return _("审计日志有问题：%(place)s：%(what)s。") % {"place": place, "what": bad.what}


class _HeadRow(NamedTuple):
    entries: int
    last_hash: str
    seal: str


@dataclass
class _Chain:
    """One chain while it is being read."""

    name: str
    head: _HeadRow | None
    anchors: dict[int, str]
    last_seq: int = 0
    last_id: int | None = None
    last_hash: str = ""
    bad: Bad | None = field(default=None)

    def take(self, row: tuple[Any, ...]) -> Bad | None:
        """Check the next row; return what is wrong with it."""
        row_id, chain, seq, committee_id, at, user_id, user_name, action, target, detail, previous, kept = row
        if seq != self.last_seq + 1:
            missing = _("缺少第%(seq)s条，被人删除了") % {"seq": self.last_seq + 1}
            return Bad(chain, seq, row_id, missing if seq > self.last_seq else _("同一序号出现了两次"))
        if previous != self.last_hash:
            return Bad(chain, seq, row_id, _("和前一条接不上：中间有删除、插入，或者换过位置"))
        computed = entry_hash(
            chain=chain,
            seq=seq,
            committee_id=committee_id,
            at_microseconds=at,
            user_id=user_id,
            user_name=user_name,
            action=action,
            target=target,
            detail=json.loads(detail) if detail != "{}" else {},
            previous_hash=previous,
        )
        if computed != kept:
            return Bad(chain, seq, row_id, _("内容和指纹不符，写入以后被改过，或者不是系统写的"))
        if self.head and seq == self.head.entries and kept != self.head.last_hash:
            return Bad(chain, seq, row_id, _("和链尾记录的指纹不符"))
        if seq in self.anchors and kept != self.anchors[seq]:
            return Bad(chain, seq, row_id, _("和锚点文件里的指纹不符，这条链被重写过"))
        self.last_seq, self.last_id, self.last_hash = seq, row_id, kept
        return None

    def close(self, head_after: _HeadRow | None) -> Bad | None:
        """Check the end of the chain against its head and the anchors; return what is wrong."""
        if self.head is None:
            # A chain that began while we were reading has its head by now.
            if head_after is None or not self._sealed(head_after):
                return self._at_end(_("链尾记录不见了"))
        elif not self._sealed(self.head):
            return self._at_end(_("链尾记录被改过：它的封印不对"))
        elif self.head.entries > self.last_seq:
            return self._at_end(
                _("末尾被截断：链尾记录有%(head)s条，只剩%(left)s条")
                % {"head": self.head.entries, "left": self.last_seq}
            )
        if head_after is not None and head_after.entries < self.last_seq:
            return self._at_end(_("链尾记录比日志旧，被人换过"))
        if (furthest := max(self.anchors, default=0)) > self.last_seq:
            return self._at_end(
                _("末尾被截断：锚点文件记到第%(anchor)s条，只剩%(left)s条")
                % {"anchor": furthest, "left": self.last_seq}
            )
        return None

    def _sealed(self, head: _HeadRow) -> bool:
        return same(head.seal, head_seal(self.name, head.entries, head.last_hash))

    def _at_end(self, what: str) -> Bad:
        return Bad(self.name, self.last_seq or None, self.last_id, what)


def verify(*, using: str = "owner", chain: str | None = None) -> Verdict:
    """Read the log from its beginning and say whether it is as it was written.

    Entries may be added meanwhile: the head is read before and after, and what lies between is checked like
    the rest.

    Args:
        using: the database alias; ``default`` sees only the committees in scope.
        chain: one chain only.
    """
    anchors = read_anchors()
    bad = Bad("anchors", None, None, anchors.trouble) if anchors.trouble else None
    total = 0
    with transaction.atomic(using=using):
        heads = _heads(using, chain)
        names = {name for name in (*heads, *anchors.hashes) if chain in {None, name}}
        open_chains: dict[str, _Chain] = {}
        for row in _rows(using, chain):
            total += 1
            # After the first fault the rest is only counted.
            if bad is None:
                name = row[1]
                if (current := open_chains.get(name)) is None:
                    current = _Chain(name, heads.get(name), anchors.hashes.get(name, {}))
                    open_chains[name] = current
                bad = current.take(row)
        if bad is None:
            after = _heads(using, chain)
            for name in sorted(names | open_chains.keys()):
                ended = open_chains.get(name) or _Chain(name, heads.get(name), anchors.hashes.get(name, {}))
                if bad := ended.close(after.get(name)):
                    break
    return Verdict(ok=bad is None, entries=total, first_bad=bad)


def _heads(using: str, chain: str | None) -> dict[str, _HeadRow]:
    found = Head.objects.using(using).filter(**({"chain": chain} if chain else {}))
    return {head.chain: _HeadRow(head.entries, head.last_hash, head.seal) for head in found}


def _rows(using: str, chain: str | None) -> Iterator[tuple[Any, ...]]:
    """Stream all entries in order; a server-side cursor keeps the memory small."""
    where, parameters = (" WHERE chain = %s", [chain]) if chain else ("", [])
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(f"{_ROWS}{where} ORDER BY chain, seq", parameters)
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from rows
