"""Proposals as rows of the database: noted whole, taken out, put back exactly."""

from __future__ import annotations

# ruff: noqa: SLF001 (works on any model, through the parts of Django that describe one)
import hashlib
import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.apps import apps

from tongxin.activities.proposals.models import (
    Assignment,
    Cosignature,
    Honour,
    KeyProposal,
    Proposal,
    Rating,
    Reply,
)
from tongxin.capabilities.deadlines.models import Deadline, SentReminder
from tongxin.capabilities.matters.models import Matter, MatterLink, Participation, TimelineEntry
from tongxin.capabilities.notices.models import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import Field, Model, QuerySet

_AT_ONCE = 1000


def _querysets(pks: Sequence[UUID]) -> list[QuerySet[Any]]:
    """What belongs to imported proposals that nobody worked on, in the order in which it is added."""
    parts = list(Assignment.objects.filter(proposal_id__in=pks).values_list("pk", flat=True))
    replies = list(Reply.objects.filter(assignment_id__in=parts).values_list("pk", flat=True))
    limits = list(Deadline.objects.filter(matter_id__in=pks).values_list("pk", flat=True))
    return [
        Matter.objects.filter(pk__in=pks),
        Proposal.objects.filter(pk__in=pks),
        Participation.objects.filter(matter_id__in=pks),
        Cosignature.objects.filter(proposal_id__in=pks),
        Assignment.objects.filter(pk__in=parts),
        Reply.objects.filter(pk__in=replies),
        Rating.objects.filter(reply_id__in=replies),
        KeyProposal.objects.filter(proposal_id__in=pks),
        Honour.objects.filter(proposal_id__in=pks),
        Deadline.objects.filter(pk__in=limits),
        SentReminder.objects.filter(deadline_id__in=limits),
        TimelineEntry.objects.filter(matter_id__in=pks),
        MatterLink.objects.filter(source_id__in=pks),
        # Reminders of dates that are taken back lead nowhere.
        Notice.objects.filter(matter_id__in=pks),
    ]


def _in_parts(pks: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (pks[start : start + _AT_ONCE] for start in range(0, len(pks), _AT_ONCE))


def unmake(pks: Sequence[UUID]) -> None:
    """Take proposals out with all that belongs to them.

    Without Django's collector, which asks a dozen tables for each row: the database itself says, when the
    constraints are checked, what still points here.
    """
    for some in _in_parts(pks):
        for found in reversed(_querysets(some)):
            plain = found.order_by()
            plain._raw_delete(plain.db)


def whole_rows(pks: Sequence[UUID]) -> list[list[Any]]:
    """Return everything of these proposals as plain JSON, in the order in which it can be put back."""
    by_label: dict[str, list[list[Any]]] = {}
    for some in _in_parts(pks):
        for found in _querysets(some):
            label = found.model._meta.label_lower
            by_label.setdefault(label, []).extend([label, whole(row)] for row in found)
    return [row for rows in by_label.values() for row in rows]


def put_back(rows: Sequence[Sequence[Any]]) -> None:
    """Add rows again exactly as they were."""
    for label, same in groupby(rows, key=lambda row: str(row[0])):
        model: type[Model] = apps.get_model(label)
        fields = {f.attname: f for f in model._meta.concrete_fields}
        model._base_manager.bulk_create(
            [
                model(**{name: _read(fields[name], value) for name, value in values.items()})
                for _label, values in same
            ],
            batch_size=_AT_ONCE,
        )


def whole(row: Model) -> dict[str, str | None]:
    """Return all columns of a row as text."""
    return {
        f.attname: None if f.value_from_object(row) is None else f.value_to_string(row)
        for f in row._meta.concrete_fields
    }


def _read(field: Field[Any, Any], value: str | None) -> Any:  # noqa: ANN401 (as its field keeps it)
    return None if value is None else field.to_python(value)


def fingerprint(row: Model) -> str:
    """Return a short text that changes when a column of the row does."""
    return hashlib.sha256(json.dumps(whole(row), sort_keys=True).encode()).hexdigest()[:24]
