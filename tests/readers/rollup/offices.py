"""Offices of a province, a city and its counties to report with: one clerk and one leader each."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tests.factories import SINCE, actor_of, make_user
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.organization.enums import Role, Standing
from tongxin.foundation.organization.models import (
    Committee,
    Member,
    Membership,
    Post,
    Sector,
    SpecialCommittee,
    SpecialCommitteePlace,
    Term,
    Unit,
)
from tongxin.readers.rollup.actions import asking, reporting
from tongxin.readers.rollup.collecting import collect
from tongxin.readers.rollup.models import Received, ReceivedValue, Request, Sheet
from tongxin.readers.statistics.models import ReportedNumber

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tongxin.foundation.accounts.models import User
    from tongxin.foundation.core.access import Actor

PROVINCE, CITY, COUNTY, COUNTY_2, OTHER_CITY = "620000", "620800", "620881", "620821", "620300"
UNITS, SHARE, MEMBERS = "organization.units", "organization.enrolment_share", "organization.members"
TODAY = date(2026, 3, 5)
SPAN = (date(2025, 1, 1), date(2025, 12, 31))


@dataclass
class Office:
    """One committee with a clerk (``staff``), a leader and an auditor."""

    committee: Committee
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        """Return the actor that this person is here today."""
        return actor_of(self.users[who], self.committee)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Work within this committee, and no other, in one transaction."""
        with tenancy.scope([self.committee.pk]), transaction.atomic():
            yield


def open_office(code: str, *, units: int = 0, without: str = "") -> Office:
    """Open the office of a committee that `tongxin init` made, with so many units to count."""
    made = Office(Committee.objects.get(code=code))
    for who, role in (("staff", Role.STAFF), ("leader", Role.LEADER), ("auditor", Role.AUDITOR)):
        if who == without:
            continue
        made.users[who] = make_user(f"{code}.{who}", f"{code}{role.label}"[:12])
        with made.at_work():
            Post.objects.create(committee=made.committee, user=made.users[who], role=role, since=SINCE)
    add_units(made, units)
    return made


def add_units(office: Office, count: int) -> None:
    """Let there be so many more units."""
    with office.at_work():
        before = Unit.objects.count()
        for n in range(before, before + count):
            Unit.objects.create(committee=office.committee, name=f"单位{n}")


def add_members(office: Office, count: int, *, enrolled: int) -> None:
    """Let there be so many members, of whom some sit in a special committee."""
    with office.at_work():
        here = {"committee": office.committee}
        term = Term.objects.create(**here, number=5, starts_on=date(2022, 1, 1), ends_on=date(2026, 12, 31))
        sector = Sector.objects.create(**here, term=term, name="农业界", order=1)
        special, _made = SpecialCommittee.objects.get_or_create(**here, name="提案委员会")
        for n in range(count):
            member = Member.objects.create(
                **here,
                number=f"{n:04d}",
                name=f"何远山{n}",
                user=make_user(f"{office.committee.code}.{n}", "何"),
            )
            Membership.objects.create(
                **here, member=member, term=term, sector=sector, standing=Standing.MEMBER
            )
            if n < enrolled:
                SpecialCommitteePlace.objects.create(
                    **here, member=member, term=term, special_committee=special
                )


def report_number(office: Office, figure: str, value: str, *, place: Any = None) -> ReportedNumber:
    """Enter a number that was reported from elsewhere."""
    with office.at_work():
        return ReportedNumber.objects.create(
            committee=office.committee,
            figure=figure,
            place=place,
            since=SPAN[0],
            until=SPAN[1],
            value=value,
            document="2025年统计年报",
            reported_by="老杜",
            by_name="杜工",
        )


def ask(office: Office, *figures: str, **more: Any) -> Request:
    """Let a clerk ask those below."""
    wanted = {
        "title": "2025年工作数据",
        "figures": list(figures) or [UNITS],
        "since": SPAN[0],
        "until": SPAN[1],
        "due_on": clock.today(),
        **more,
    }
    with office.at_work():
        return asking.ask_below(actor=office.actor("staff"), wanted=asking.Wanted(**wanted))


def sheet_of(office: Office) -> Sheet:
    """Return the newest version of the sheet that an office has."""
    with office.at_work():
        return Sheet.objects.select_related("to").order_by("-pk").first() or Sheet()


def prepare(office: Office, remark: str = "") -> Sheet:
    """Let the clerk lay the newest sheet before the leader."""
    with office.at_work():
        return reporting.ask_signature(actor=office.actor("staff"), sheet=sheet_of(office), remark=remark)


def seen_of(office: Office, sheet: Sheet) -> str:
    """Return what the numbers that the leader sees now are known by."""
    with office.at_work():
        return collect(office.committee.pk, sheet.figures, sheet.since, sheet.until).fingerprint


def sign(office: Office) -> Sheet:
    """Let the leader sign the newest sheet, as it is."""
    sheet = sheet_of(office)
    seen = seen_of(office, sheet)
    with office.at_work():
        return reporting.sign_sheet(actor=office.actor("leader"), sheet=sheet, seen=seen)


def report(office: Office, remark: str = "") -> Sheet:
    """Prepare and sign."""
    prepare(office, remark)
    return sign(office)


def correct(office: Office, reason: str = "漏了两个单位") -> Sheet:
    """Begin a correction of the newest sheet."""
    with office.at_work():
        return reporting.correct_sheet(actor=office.actor("staff"), sheet=sheet_of(office), reason=reason)


def received(office: Office, sender: Office) -> Received:
    """Return the version that counts of what a committee below reported, as the upper side has it."""
    with office.at_work():
        rows = Received.objects.exclude(state=Received.State.REPLACED).select_related("request", "sender")
        return rows.get(sender=sender.committee)


def numbers(office: Office, sender: Office) -> dict[tuple[str, str], str]:
    """Return what the upper side has of a sender, by figure and source."""
    row = received(office, sender)
    with office.at_work():
        return {
            (one.figure, one.source): f"{one.value.normalize():f}"
            for one in ReceivedValue.objects.filter(received=row)
        }
