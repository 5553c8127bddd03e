"""What is kept of numbers on one side of the world, and the registers that only numbers are taken from.

Codes, wordings, numbers reported from elsewhere, saved tables, posts of the office and what became of its people,
documents with rules for proposals, a key proposal with a short name. All through the real actions.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests import factories
from tongxin.activities.proposals.actions import supervising
from tongxin.activities.proposals.actions.quality_rules import save_quality_rule
from tongxin.activities.proposals.models import KeyProposal, QualityRule
from tongxin.capabilities.codes.models import ScanCount
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, figure
from tongxin.foundation.core.wording import forms_of
from tongxin.foundation.organization.actions_staff import (
    ChangeLine,
    PostLine,
    enter_staff_changes,
    enter_staff_posts,
)
from tongxin.foundation.organization.enums import Establishment, StaffChangeKind
from tongxin.foundation.organization.models import Sector, StaffChange, StaffPost
from tongxin.readers.statistics.actions.reporting import enter_reported, withdraw_reported
from tongxin.readers.statistics.actions.tables import save_table
from tongxin.readers.statistics.actions.wording import choose_wording
from tongxin.readers.statistics.counting import value_of
from tongxin.readers.statistics.models import ReportedNumber, SavedTable
from tongxin.readers.statistics.numbering import code_for
from tongxin.readers.statistics.tables.asking import read_table

if TYPE_CHECKING:
    from tests.access.world import Side

# How often the code of each room was scanned: so few that no part is told.
SCANS = 7
# A number of the second committee bears a code as high as none of the first.
_CODES_BEFORE = {factories.HUATING: 0, factories.JINCHANG: 40}
# What each committee calls its key proposal and its first sector in the ids of figures.
_SHORT_NAMES = {factories.HUATING: ("museum", "farming"), factories.JINCHANG: ("reservoir", "herding")}


def fill_numbers(side: Side) -> None:
    """Make one of everything about numbers. The caller is at work in the committee, and everything else is there."""
    _staff(side)
    _quality_rules(side)
    _figures_of_its_own(side)
    _scans(side)
    _reported(side)
    _tables(side)
    _codes(side)


def mark_numbers(mark: str) -> None:
    """Write the mark into every name of the side that is at work."""
    for model, names in (
        (StaffPost, ("title", "holder")),
        (StaffChange, ("name",)),
        (QualityRule, ("title",)),
        (ReportedNumber, ("document", "reported_by")),
        (SavedTable, ("name",)),
    ):
        for row in model._default_manager.all():
            for name in names:
                setattr(row, name, f"{getattr(row, name)}{mark}")
            row.save()


def _staff(side: Side) -> None:
    staff, since = side.house.actor("staff"), date(2022, 3, 1)
    lines = [
        PostLine(Establishment.ADMINISTRATIVE, "一级科员", since, holder="周敏"),
        PostLine(Establishment.WORKER, "驾驶员", since),
    ]
    posts = enter_staff_posts(
        actor=staff, committee_id=side.house.committee.pk, lines=lines, document="编委发〔2022〕8号"
    )
    changes = enter_staff_changes(
        actor=staff,
        committee_id=side.house.committee.pk,
        lines=[ChangeLine(StaffChangeKind.PROMOTED, "秦川", date(2026, 5, 20))],
        document="组发〔2026〕15号",
    )
    side.ids |= {"staff_post": posts[0].pk, "staff_change": changes[0].pk}


def _quality_rules(side: Side) -> None:
    rule = QualityRule(
        committee=side.house.committee, title="关于提高提案质量的意见", issued_on=date(2023, 2, 1)
    )
    save_quality_rule(actor=side.house.actor("staff"), rule=rule, changed=("title", "issued_on"))
    side.ids["quality_rule"] = rule.pk


def _figures_of_its_own(side: Side) -> None:
    key_word, sector_word = _SHORT_NAMES[side.house.committee.code]
    supervising.plan_supervision(
        actor=side.house.actor("staff"),
        key=KeyProposal.objects.get(proposal=side.ids["proposal.supervised"]),
        plan="现场督办一次",
        figure_key=key_word,
    )
    Sector.objects.filter(pk=side.ids["sector"]).update(key=sector_word)
    side.ids["figure.key"] = f"proposals.supervisions.{key_word}"
    side.ids["figure.sector"] = f"organization.sector_members.{sector_word}"


def _scans(side: Side) -> None:
    for key in ("code.room", "code.other_room"):
        ScanCount.objects.create(
            committee=side.house.committee, code_id=side.ids[key], on=clock.today(), count=SCANS
        )


def _reported(side: Side) -> None:
    staff = side.house.actor("staff")

    def entered(year: int) -> ReportedNumber:
        row = ReportedNumber(
            figure="proposals.filed",
            since=date(year, 1, 1),
            until=date(year, 12, 31),
            value=214,
            document=f"{year}年工作总结",
            reported_by="原提案委",
        )
        return enter_reported(actor=staff, row=row)

    withdrawn = entered(2018)
    withdraw_reported(actor=staff, row=withdrawn, reason="页码看错了")
    side.ids |= {"reported.standing": entered(2019).pk, "reported.withdrawn": withdrawn.pk}
    # Printed otherwise than it is, for every span.
    filed = figure("proposals.filed")
    value = value_of(filed, side.house.committee.pk, EVER).value
    choose_wording(
        actor=staff,
        figure=filed,
        period=EVER,
        form=next(f for f in forms_of(value, filed.unit) if f.word),
        always=True,
    )


def _tables(side: Side) -> None:
    def saved(who: str, name: str, *, is_shared: bool, **words: str) -> Any:
        actor = side.house.actor(who)
        return save_table(actor=actor, asked=read_table(words, actor), name=name, is_shared=is_shared).pk

    by_month = {"figure": "proposals.filed", "rows": "month"}
    side.ids |= {
        "table.private": saved("staff", "立案提案按月", is_shared=False, **by_month),
        "table.shared": saved("staff", "扫码按月和站", is_shared=True, **_SCANS_BY_STATION),
        "table.leader": saved("leader", "主席自己看的表", is_shared=False, **by_month),
    }


_SCANS_BY_STATION = {"figure": "codes.scans", "rows": "month", "columns": "station"}


def _codes(side: Side) -> None:
    committee = side.house.committee
    for n in range(_CODES_BEFORE[committee.code]):
        code_for(committee.pk, "proposals.received", EVER, "month", f"19{n // 12:02d}-{n % 12 + 1:02d}")
    for key, name in (
        ("number.proposals", "proposals.filed"),
        ("number.organization", "organization.members"),
        ("number.key", side.ids["figure.key"]),
    ):
        side.ids[key] = code_for(committee.pk, name, EVER).code
    station = str(side.ids["node.other_station"])
    side.ids["number.part"] = code_for(committee.pk, "topics.voices", EVER, "station", station).code
    side.ids["part.station"] = station
