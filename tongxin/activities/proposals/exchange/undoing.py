"""Taking an import back, exactly, unless somebody worked on what it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tongxin.activities.proposals.exchange.applying import LABELS
from tongxin.activities.proposals.exchange.snapshot import fingerprint, put_back, unmake
from tongxin.activities.proposals.models import Proposal
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import Counter, Matter
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tongxin.activities.proposals.models import ProposalImport

# So many obstacles are named.
_NAMED = 5


def take_back(
    upload: ProposalImport,
    journal: Mapping[str, Any],
    progress: Callable[[int, int, str], None] | None = None,
) -> int:
    """Put everything back as it was before this import; return how many proposals it concerned.

    Raises:
        Refused: somebody worked on one of them since, or uses what the import added; the message names it.
    """
    rows: list[list[Any]] = journal["rows"]
    pks = [UUID(pk) for pk, _version, _digest in rows]
    if touched := _touched(rows) + _named_since(pks):
        raise Refused(_obstructed(touched))
    unmake(pks)
    if progress:
        progress(len(pks), max(len(pks), 1), _("正在恢复"))
    put_back(journal["changed"])
    _reset_counters(upload.committee_id, journal["counters"])
    _check_constraints(_("导入的提案已经在别处用到，不能整批撤销。"))
    for label, pk, kept in reversed(journal["made"]):
        _remove_name(label, pk, kept)
    return len(pks)


def _touched(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Which proposals are no longer as the import left them."""
    versions = {UUID(pk): version for pk, version, _digest in rows}
    found = {
        pk: (version, code or title)
        for pk, version, code, title in Matter.objects.select_for_update()
        .filter(pk__in=versions)
        .order_by("pk")
        .values_list("pk", "version", "code", "title")
    }
    missing = [_("有一件已经没有了") for pk in versions if pk not in found]
    return missing + [name for pk, (version, name) in found.items() if version != versions[pk]]


def _named_since(pks: Sequence[UUID]) -> list[str]:
    """Which of them others were merged into, or files were added to, since."""
    merged = Proposal.objects.filter(merged_into_id__in=pks).exclude(pk__in=pks)
    files = StoredFile.objects.filter(matter_id__in=pks)
    return [
        *(code or title for code, title in merged.values_list("merged_into__matter__code", "matter__title")),
        *(code or name for code, name in files.values_list("matter__code", "name")),
    ]


def _reset_counters(committee_id: int, counters: Sequence[Sequence[Any]]) -> None:
    for series, before, after in counters:
        # Numbers that were given here since stay given.
        left = Counter.objects.filter(committee_id=committee_id, series=series, last=after)
        if before is None:
            left.delete()
        else:
            left.update(last=before)


def _remove_name(label: str, pk: str, kept: str) -> None:
    model = apps.get_model(label)
    row = model._base_manager.filter(pk=pk).first()  # noqa: SLF001 (any model's own)
    if row is None:
        return
    name = _("%(kind)s「%(name)s」") % {"kind": LABELS.get(label, label), "name": row}
    if fingerprint(row) != kept:
        raise Refused(_obstructed([name]))
    with transaction.atomic():
        found = model._base_manager.filter(pk=pk)  # noqa: SLF001
        found._raw_delete(found.db)  # noqa: SLF001
        _check_constraints(_("导入时新增的%(name)s已经在别处用到，不能整批撤销。") % {"name": name})


def _check_constraints(sentence: str) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise Refused(sentence) from error


def _obstructed(obstacles: Sequence[str]) -> str:
    names = list(dict.fromkeys(obstacles))
    shown = _("、").join(names[:_NAMED])
    more = _("等%(n)d处") % {"n": len(names)} if len(names) > _NAMED else ""
    return _("导入以后又有了新的改动：%(what)s%(more)s。撤销会丢掉这些改动，所以没有撤销。") % {
        "what": shown,
        "more": more,
    }
