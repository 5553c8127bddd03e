"""A session whose figures are counted by hand, and what else figures ask about."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from tests.activities.proposals.reports.rows import one_of_everything
from tongxin.activities.proposals.enums import ProposalState
from tongxin.activities.proposals.models import (
    KeyProposal,
    LookBack,
    Promise,
    Proposal,
    QualityRule,
    SupervisionEvent,
)
from tongxin.activities.proposals.reports.conditions import ANSWERED
from tongxin.foundation.core import clock
from tongxin.readers.statistics.counting import values_of

if TYPE_CHECKING:
    from decimal import Decimal

    from tests.factories import House
    from tongxin.foundation.core.figures import Figure, Period

LAST_YEAR = date(2025, 3, 1)
ANSWERED_ON = date(2026, 6, 1)


def a_session_and_what_followed(house: House) -> None:
    """Everything that the reports count, in 2026, and one proposal of the year before; and what follows.

    Handed in on 7 January 2026: 23; filed on the 20th: 14; answered on 1 June: 6.
    """
    one_of_everything(house)
    mine = Proposal.objects.filter(committee=house.committee)
    mine.filter(matter__state__in=ANSWERED).update(replied_on=ANSWERED_ON)
    at = datetime(2025, 3, 1, 9, tzinfo=clock.ZONE)
    mine.filter(session__code_prefix="2025").update(
        submitted_at=at, filed_on=LAST_YEAR, replied_on=date(2025, 5, 1)
    )
    closed = mine.filter(matter__state=ProposalState.CLOSED, session=house.session).order_by("serial")
    _followed(house, closed[0])
    _rules(house)
    mine.filter(pk=closed[1].pk).update(is_outstanding=True)


def _followed(house: House, proposal: Proposal) -> None:
    committee = house.committee
    Proposal.objects.filter(pk=proposal.pk).update(is_key=True)
    key = KeyProposal.objects.create(
        committee=committee,
        proposal=proposal,
        state=KeyProposal.State.CHOSEN,
        reason="群众盼了多年",
        decision="主席会议",
        decided_on=LAST_YEAR,
        figure_key="museum",
    )
    for kind, day in (
        ("on_site", date(2026, 3, 1)),
        ("on_site", date(2026, 4, 1)),
        ("meeting", date(2026, 4, 2)),
        ("on_site", date(2025, 12, 31)),
    ):
        SupervisionEvent.objects.create(
            committee=committee, key=key, kind=kind, on=day, place="工地", summary="看了。"
        )
    for state, due in (
        ("open", date(2026, 5, 1)),
        ("reported", date(2026, 12, 31)),
        ("open", date(2027, 1, 1)),
        ("kept", date(2025, 12, 1)),
        ("draft", date(2026, 5, 1)),
        ("dropped", date(2026, 5, 1)),
    ):
        kept = {"kept_on": date(2026, 1, 1), "evidence": "装好了"} if state == "kept" else {}
        Promise.objects.create(
            committee=committee,
            proposal=proposal,
            unit=house.units["a"],
            text="装灯",
            due_on=due,
            state=state,
            **kept,
        )
    for day in (date(2026, 7, 1), date(2025, 7, 1)):
        LookBack.objects.create(
            committee=committee,
            proposal=proposal,
            on=day,
            finding="done",
            note="装好了",
            by_name="杜工",
        )


def _rules(house: House) -> None:
    for title, issued, ended in (
        ("关于提高提案质量的意见", date(2024, 1, 1), None),
        ("提案审查办法", date(2026, 2, 1), None),
        ("提案工作细则", date(2020, 1, 1), date(2026, 1, 1)),
    ):
        QualityRule.objects.create(committee=house.committee, title=title, issued_on=issued, ended_on=ended)


def counted(figures: tuple[Figure, ...], house: House, period: Period) -> dict[str, int | Decimal]:
    """What each figure is, without the room's name before it."""
    found = values_of(figures, house.committee.pk, period)
    return {key.removeprefix("proposals."): one.value for key, one in found.items()}
