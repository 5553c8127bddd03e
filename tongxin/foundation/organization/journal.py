"""Remembering what a long change did, row by row, so that it can be taken back exactly.

A journal is plain JSON: rows that were made (with a fingerprint), fields that were changed (before and after)
and rows that were removed (whole). Taking it back refuses as soon as one row is no longer as the change left
it, and names what stands in the way, so that nobody's later work is lost.
"""

from __future__ import annotations

# ruff: noqa: SLF001 (works on any model, through the parts of Django that describe one)
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import Field, Model

# Changes to these are no work that somebody would lose.
_PASSING = frozenset({"password", "must_change_password", "last_login"})
# So many obstacles are named.
_NAMED = 5


@dataclass(slots=True)
class Journal:
    """The steps of one change, in order."""

    steps: list[dict[str, Any]] = field(default_factory=list)

    def made(self, rows: Iterable[Model]) -> None:
        """Note rows that were just added."""
        for row in rows:
            self.steps.append({"made": row._meta.label_lower, "pk": str(row.pk), "as": _fingerprint(row)})

    def change(self, row: Model, **values: object) -> None:
        """Change fields of a row and note how they were."""
        names = {f.name: f for f in row._meta.concrete_fields}
        changed = [names[name] for name in values]
        before = {f.attname: _written(f, row) for f in changed}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        after = {f.attname: _written(f, row) for f in changed}
        self.steps.append(
            {"changed": row._meta.label_lower, "pk": str(row.pk), "before": before, "after": after}
        )

    def remove(self, row: Model) -> None:
        """Remove a row and note it whole."""
        self.steps.append({"removed": row._meta.label_lower, "pk": str(row.pk), "before": _whole(row)})
        row.delete()


def take_back(steps: Sequence[Mapping[str, Any]], *, used: str = "") -> None:
    """Put everything back as it was before these steps.

    Args:
        steps: of a journal.
        used: what to say when something else points at what goes.

    Raises:
        Refused: something has changed since; the message names it.
    """
    rows = _rows_of(steps)
    if obstacles := [named for step in steps for named in _obstacles(step, rows)]:
        raise Refused(_obstructed(obstacles))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for (kind, label), same in groupby(reversed(steps), key=lambda s: (_kind(s), s[_kind(s)])):
                _undo(kind, apps.get_model(label), list(same), rows)
            # Rows of rooms that this one does not know may point at what goes; ask now, not at the end.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise Refused(
            used or _("导入的委员或账号已经在别处用到（例如提了提案、有了别的岗位），不能整批撤销。")
        ) from error


def _rows_of(steps: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Model]:
    """All rows that the steps left behind, locked; one query for each table."""
    keys = defaultdict(list)
    for step in steps:
        if (kind := _kind(step)) != "removed":
            keys[step[kind]].append(step["pk"])
    return {
        (label, str(row.pk)): row
        for label, pks in keys.items()
        for row in apps.get_model(label)._base_manager.select_for_update().filter(pk__in=pks).order_by("pk")
    }


def _kind(step: Mapping[str, Any]) -> str:
    return next(k for k in ("made", "changed", "removed") if k in step)


def _obstacles(step: Mapping[str, Any], rows: Mapping[tuple[str, str], Model]) -> list[str]:
    kind = _kind(step)
    if kind == "removed":
        return []
    row = rows.get((step[kind], step["pk"]))
    if row is None:
        return [_("有一条记录已经被删除")]
    if kind == "made":
        kept = _fingerprint(row) == step["as"] and not getattr(row, "last_login", None)
    else:
        now = _whole(row)
        kept = all(now[name] == value for name, value in step["after"].items())
    return [] if kept else [_called(row)]


def _undo(
    kind: str,
    model: type[Model],
    steps: Sequence[Mapping[str, Any]],
    rows: Mapping[tuple[str, str], Model],
) -> None:
    fields = {f.attname: f for f in model._meta.concrete_fields}
    if kind == "made":
        # Without Django's collector, which asks a dozen tables for each row: the database itself says what
        # still points here.
        made = model._base_manager.filter(pk__in=[step["pk"] for step in steps])
        made._raw_delete(made.db)
    elif kind == "removed":
        model._base_manager.bulk_create(
            [model(**{name: _read(f, step["before"][name]) for name, f in fields.items()}) for step in steps]
        )
    else:
        for step in steps:
            row = rows[step["changed"], step["pk"]]
            for name, value in step["before"].items():
                setattr(row, name, _read(fields[name], value))
            row.save(update_fields=[fields[name].name for name in step["before"]])


def _obstructed(obstacles: Sequence[str]) -> str:
    shown = _("、").join(dict.fromkeys(obstacles[:_NAMED]))
    more = _("等%(n)d处") % {"n": len(obstacles)} if len(obstacles) > _NAMED else ""
    return _("导入以后又有了新的改动：%(what)s%(more)s。撤销会丢掉这些改动，所以没有撤销。") % {
        "what": shown,
        "more": more,
    }


def _called(row: Model) -> str:
    kind = row._meta.verbose_name
    owner = getattr(row, "member", None) or getattr(row, "user", None) or row
    return _("%(kind)s「%(owner)s」") % {"kind": kind, "owner": owner}


def _fingerprint(row: Model) -> str:
    whole = {name: value for name, value in _whole(row).items() if name not in _PASSING}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:24]


def _whole(row: Model) -> dict[str, str | None]:
    return {f.attname: _written(f, row) for f in row._meta.concrete_fields}


def _written(field_: Field[Any, Any], row: Model) -> str | None:
    return None if field_.value_from_object(row) is None else field_.value_to_string(row)


def _read(field_: Field[Any, Any], value: str | None) -> Any:  # noqa: ANN401 (as its field keeps it)
    return None if value is None else field_.to_python(value)
