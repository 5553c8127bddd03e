"""Many counts in one query: the rows of a session grouped by everything that a report asks for, then added up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from tongxin.activities.proposals.models import Proposal
from tongxin.activities.proposals.reports.conditions import COUNTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tongxin.activities.proposals.querysets import ProposalQuerySet
    from tongxin.activities.proposals.reports.conditions import Frame
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """The counts of everything that has one thing in common.

    Attributes:
        key: what the address says for it; empty where the thing is missing.
        code: its letter or number, where it has one beside its name.
        counts: by the names of what is counted.
    """

    key: str
    label: str
    code: str = ""
    counts: Mapping[str, int] = field(default_factory=Counter)

    def __getitem__(self, name: str) -> int:
        return self.counts.get(name, 0)


def received_in(session: Session, actor: Actor) -> ProposalQuerySet:
    """Return the proposals of a session that were handed in, as far as this reader may open them."""
    return Proposal.objects.visible_to(actor).filter(session=session, submitted_at__isnull=False)


def grouped(rows: ProposalQuerySet, by: Sequence[str], counted: Iterable[str], frame: Frame) -> list[Row]:
    """Return the counts of each combination that occurs. One query."""
    counts = {name: Count("pk", filter=COUNTED[name].q(frame)) for name in counted}
    return list(rows.order_by().values(*by).annotate(**counts))


def added_up(
    rows: Iterable[Row],
    names: Sequence[str],
    *,
    by: Callable[[Row], tuple[object, ...]],
    shown: Callable[[Row], tuple[str, ...]],
) -> list[Group]:
    """Add up what shares a place in an order.

    Args:
        by: where a row belongs; groups come in this order.
        shown: key and label of a row's group, and its code where it has one.
    """
    sums: dict[tuple[object, ...], Counter[str]] = {}
    heads: dict[tuple[object, ...], tuple[str, str, str]] = {}
    for row in rows:
        place = by(row)
        key, label, *code = shown(row)
        heads.setdefault(place, (key, label, "".join(code)))
        sums.setdefault(place, Counter()).update({name: row[name] for name in names})
    return [Group(*heads[place], counts=sums[place]) for place in sorted(sums, key=_last_if_missing)]


def total(rows: Iterable[Row], names: Sequence[str]) -> Counter[str]:
    """Add up everything."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({name: row[name] for name in names})
    return sums


def _last_if_missing(place: tuple[object, ...]) -> tuple[tuple[bool, object], ...]:
    # None cannot be compared, and what has no topic stands below those that have one.
    return tuple((value is None, "" if value is None else value) for value in place)
