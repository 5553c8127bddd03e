"""What somebody tries who has the whole database, and not the key: to find out whose a voice is.

Every function returns what it found out; an empty answer is a failed attack. They read as the owner of the database,
whom no row-level security holds back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Sequence

# Types whose values can be compared with each other.
_KINDS = {
    "uuid": "id",
    "text": "text",
    "varchar": "text",
    "int2": "number",
    "int4": "number",
    "int8": "number",
    "date": "date",
    "timestamptz": "time",
}
# Whose rows are the same for all voices of a conversation, so that they single out nobody.
_SHARED = {"committee_id", "conversation_id"}


def rows(statement: str, *values: object) -> list[tuple[object, ...]]:
    """Return what the owner of the database reads."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def run(statement: str) -> None:
    """Let the owner change something: plant a fault."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def columns(table: str = "") -> list[tuple[str, str, str]]:
    """Return table, column and kind of everything that can be compared."""
    found = rows(
        "SELECT table_name, column_name, udt_name FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    return [(str(t), str(c), _KINDS[str(u)]) for t, c, u in found if str(u) in _KINDS and table in ("", t)]


def joins(table: str) -> list[str]:
    """Return every column of every other table that holds a value by which some rows of this one stand out."""
    others = [one for one in columns() if one[0] != table]
    found = []
    for _table, column, kind in columns(table):
        asked = [_meeting(table, column, *other[:2]) for other in others if other[2] == kind]
        if column not in _SHARED and asked:
            found += [str(one) for (one,) in rows(" UNION ALL ".join(asked))]
    return sorted(found)


def times(table: str) -> list[str]:
    """Return the columns of a table that hold a moment or a day."""
    return [column for _table, column, kind in columns(table) if kind in ("time", "date")]


def transactions(table: str, conversation: object) -> int:
    """Return in how many parts the numbers of their transactions divide the rows."""
    asked = f"SELECT count(DISTINCT xmin::text) FROM {table} WHERE conversation_id = %s"  # noqa: S608
    return int(str(rows(asked, conversation)[0][0]))


def correlation(first: Sequence[int], second: Sequence[int]) -> float:
    """Return Spearman's rank correlation of two orders of the same things."""
    n = len(first)
    places = {one: place for place, one in enumerate(second)}
    distance = sum((place - places[one]) ** 2 for place, one in enumerate(first))
    return 1 - 6 * distance / (n * (n * n - 1))


def _meeting(table: str, column: str, other: str, theirs: str) -> str:
    """Return the query that names two columns if they share a value."""
    name = f"{table}.{column} = {other}.{theirs}"
    return (
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {table} v"  # noqa: S608
        f' JOIN "{other}" t ON v."{column}"::text = t."{theirs}"::text WHERE v."{column}"::text <> \'\')'
    )
