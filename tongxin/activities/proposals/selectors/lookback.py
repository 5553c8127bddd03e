"""Which closed proposals are due to be looked at again, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.moving import rules_of
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.models import LookBack, Proposal, Reply
from tongxin.activities.proposals.selectors.promises import Picture, pictures_among
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.sight import Sight
    from tongxin.capabilities.files.models import StoredFile
    from tongxin.foundation.core.access import Actor

ROWS = 20
_MONTHS = 12
_LONGEST_MONTH = 31
TABS: dict[str, str | _StrPromise] = {
    "due": _lazy("到期待看"),
    "later": _lazy("还没有到期"),
    "seen": _lazy("已经看过"),
}
TONES = {LookBack.Finding.DONE: "ok", LookBack.Finding.PARTLY: "soon", LookBack.Finding.NOT_DONE: "late"}


@dataclass(frozen=True, slots=True)
class LookBackRow:
    """One closed proposal.

    Attributes:
        finding: what was found the last time; empty when nobody has looked.
        url: where a look-back is written down; empty where this person does not.
    """

    proposal: Proposal
    is_key: bool
    is_tracked: bool
    closed_on: date | None
    finding: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class LookBackPage:
    """One page of closed proposals, with the count of each group."""

    tab: str
    tabs: Sequence[dict[str, object]]
    rows: Sequence[LookBackRow]
    page: Page[Proposal]
    page_range: Sequence[int | str]
    months: int


@dataclass(frozen=True, slots=True)
class LookBackView:
    """One look-back as the page of the proposal shows it."""

    record: LookBack
    finding: str
    tone: str
    pictures: list[Picture]


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, clipped to the end of a shorter month."""
    month = day.year * _MONTHS + day.month - 1 - months
    year, month = divmod(month, _MONTHS)
    for last in range(min(day.day, _LONGEST_MONTH), 27, -1):
        try:
            return day.replace(year=year, month=month + 1, day=last)
        except ValueError:
            continue
    return day.replace(year=year, month=month + 1)


def look_back_page(actor: Actor, *, tab: str, page_number: int, may_record: bool) -> LookBackPage:
    """Return one page of closed proposals: what is due first, key ones and those with promises in front.

    Four queries.
    """
    months = rules_of(actor.committee_id or 0).lookback_months
    conditions = _conditions(months_before(clock.today(), months))
    found = Proposal.objects.visible_to(actor).filter(matter__state=ProposalState.CLOSED)
    counts = found.order_by().aggregate(**{n: Count("pk", filter=c) for n, c in conditions.items()})
    if tab not in TABS:
        tab = "due"
    paginator = Paginator(_ordered(found.filter(conditions[tab]), tab), ROWS)
    paginator.count = counts[tab]
    page = paginator.get_page(page_number)
    return LookBackPage(
        tab=tab,
        tabs=[
            {"label": str(label), "url": f"?tab={n}", "count": counts[n], "current": n == tab}
            for n, label in TABS.items()
        ],
        rows=[_row(p, may_record=may_record) for p in page.object_list],
        page=page,
        page_range=list(paginator.get_elided_page_range(page.number)),
        months=months,
    )


def _conditions(until: date) -> dict[str, Q]:
    # Closed again after a look-back: what was looked at then is not what was closed now.
    seen = Q(looked_back_on__gte=F("matter__closed_on"))
    unseen = Q(looked_back_on__isnull=True) | Q(looked_back_on__lt=F("matter__closed_on"))
    return {
        "due": unseen & Q(matter__closed_on__lte=until),
        "later": unseen & Q(matter__closed_on__gt=until),
        "seen": seen,
    }


def _ordered(found: Any, tab: str) -> Any:  # noqa: ANN401 (querysets of proposals)
    tracked = Reply.objects.filter(
        assignment__proposal=OuterRef("pk"), sent_on__isnull=False, reply_class__is_tracked=True
    )
    last = LookBack.objects.filter(proposal=OuterRef("pk")).order_by("-on", "-pk")
    rows = found.for_list().annotate(
        was_tracked=Exists(tracked), last_finding=Subquery(last.values("finding")[:1])
    )
    if tab == "seen":
        return rows.order_by("-looked_back_on", "-pk")
    return rows.order_by("-is_key", "-was_tracked", "matter__closed_on", "pk")


def _row(proposal: Any, *, may_record: bool) -> LookBackRow:  # noqa: ANN401 (annotated)
    finding = proposal.last_finding or ""
    return LookBackRow(
        proposal=proposal,
        is_key=proposal.is_key,
        is_tracked=proposal.was_tracked,
        closed_on=proposal.matter.closed_on,
        finding=str(LookBack.Finding(finding).label) if finding else "",
        tone=TONES[LookBack.Finding(finding)] if finding else "",
        url=reverse("proposals:look_back", args=[proposal.pk]) if may_record else "",
    )


def look_backs_of(proposal: Proposal, files: Sequence[StoredFile], sight: Sight) -> list[LookBackView]:
    """Return what was found at a proposal, for those who have a part in it. One query, none before the first."""
    if proposal.looked_back_on is None or not sight.party:
        return []
    return [
        LookBackView(
            record=record,
            finding=str(LookBack.Finding(record.finding).label),
            tone=TONES[LookBack.Finding(record.finding)],
            pictures=pictures_among(files, record.pk),
        )
        for record in LookBack.objects.filter(proposal=proposal).order_by("-on", "-pk")
    ]


def no_rows_text(tab: str) -> str:
    """Return what an empty group says."""
    return {
        "due": _("办结满期限的提案会出现在这里，重点提案和有承诺的排在前面。"),
        "later": _("现在没有等着到期的。"),
        "seen": _("看过的会留在这里，结论随时能查。"),
    }[tab]
