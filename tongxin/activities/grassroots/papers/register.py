"""The ledger of problems as a paper (问题清单、销号台账)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongxin.foundation.core import clock
from tongxin.foundation.core.official import Column, OfficialDocument, Table, written_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COLUMNS = (
    Column("序号", share=0.9, align="center"),
    Column("问题", share=3.2),
    Column("由谁办", share=1.8),
    Column("期限", share=1.5, align="center"),
    Column("办理情况", share=2.6),
    Column("销号", share=1.5, align="center"),
)


def register_paper(committee: Any, rows: Sequence[Mapping[str, Any]]) -> OfficialDocument:  # noqa: ANN401
    """Return the ledger as a table to print and sign.

    Args:
        committee: whose ledger it is.
        rows: as the register has them.
    """
    lines = tuple(
        (
            str(row["n"]),
            str(row["text"]),
            "　".join(name for name in (row["unit"], row["owner"]) if name),
            _day(row["due_on"]),
            str(row["result"] or row["state"]),
            _day(row["solved_on"]),
        )
        for row in rows
    )
    note = f"共{len(lines)}件，其中已销号{sum(1 for row in rows if row['solved_on'])}件。"
    return OfficialDocument(
        title=f"{committee.short_name}协商议事问题台账",
        blocks=(Table(_COLUMNS, lines or (("",) * len(_COLUMNS),), note=note),),
        issuer=committee.name,
        issued_on=clock.today(),
    )


def _day(day: Any) -> str:  # noqa: ANN401 (a date or nothing)
    return written_date(day) if day else "—"
