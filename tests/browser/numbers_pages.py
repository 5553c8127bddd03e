"""The pages of numbers: dashboards, opened numbers, tables, reports, the register of posts, what goes up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from tests.readers.rollup import offices
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, calendar_year
from tongxin.foundation.organization.actions_staff import (
    ChangeLine,
    PostLine,
    enter_staff_changes,
    enter_staff_posts,
)
from tongxin.foundation.organization.enums import Establishment, StaffChangeKind, Workplace
from tongxin.readers.rollup.models import Received, Sheet
from tongxin.readers.statistics.actions.reporting import enter_reported
from tongxin.readers.statistics.actions.tables import save_table
from tongxin.readers.statistics.models import ReportedNumber
from tongxin.readers.statistics.numbering import code_for
from tongxin.readers.statistics.tables.asking import read_table
from tongxin.readers.workreports.actions import settling, signing, writing
from tongxin.readers.workreports.checking import check_report

if TYPE_CHECKING:
    from tests.factories import House
    from tongxin.readers.workreports.models import WorkReport

# The city above the committee of these pages.
_ASKED = ("proposals.filed", "proposals.reply_rate", "organization.members", "grassroots.sessions")
_PARTS = ("organization", "proposals", "grassroots", "topics", "codes")


def numbers_pages(house: House) -> dict[str, list[str]]:
    """Make something of every kind and return the pages by who works with them."""
    with house.at_work():
        found = (_register_pages(house), _opened_pages(house), _table_pages(house), _report_pages(house))
    sent = _rollup_pages(house)
    people = ("staff", "leader", "auditor", "tenant_admin", "city_staff")
    return {who: [path for pages in (*found, sent) for path in pages.get(who, [])] for who in people}


def _register_pages(house: House) -> dict[str, list[str]]:
    staff, committee_id = house.actor("staff"), house.committee.pk
    since = date(2022, 3, 1)
    post, *_others = enter_staff_posts(
        actor=staff,
        committee_id=committee_id,
        lines=[
            PostLine(Establishment.ADMINISTRATIVE, "办公室主任", since, holder="周敏"),
            PostLine(Establishment.INSTITUTION, "服务中心工作人员", since, Workplace.SERVICE_CENTRE),
        ],
        document="编委发〔2022〕8号",
    )
    change, *_more = enter_staff_changes(
        actor=staff,
        committee_id=committee_id,
        lines=[ChangeLine(StaffChangeKind.PROMOTED, "秦川", clock.today())],
        document="组发〔2026〕15号",
    )
    kept = [
        reverse("organization:staff"),
        reverse("organization:staff_changes"),
        reverse("organization:staff_post", args=[post.pk]),
        reverse("organization:staff_change", args=[change.pk]),
    ]
    return {"staff": kept, "tenant_admin": kept[:1]}


def _opened_pages(house: House) -> dict[str, list[str]]:
    """Dashboards, the list of figures, opened numbers and parts, a code, what was reported from elsewhere."""
    row = ReportedNumber(
        figure="proposals.filed",
        since=date(2019, 1, 1),
        until=date(2019, 12, 31),
        value=214,
        document="2019年工作总结",
        reported_by="原提案委",
    )
    row = enter_reported(actor=house.actor("staff"), row=row)
    code = code_for(house.committee.pk, "proposals.filed", EVER).code

    def opened(figure: str, query: str = "") -> str:
        return reverse("statistics:opened", args=[figure]) + query

    home = reverse("statistics:home")
    areas = [
        reverse("statistics:area", args=[key])
        for key in ("organization", "proposals", "topics", "grassroots")
    ]
    numbers = [
        opened("proposals.filed"),
        opened("proposals.filed", "?by=topic"),
        opened("proposals.reply_rate", f"?period={clock.today().year}"),
        opened("grassroots.sessions", "?by=month"),
        opened("topics.voices", "?by=station"),
        opened("organization.members"),
    ]
    reported = reverse("statistics:reported")
    return {
        "staff": [
            reverse("statistics:figures"), *numbers, reverse("statistics:find_code"),
            reverse("statistics:code", args=[code]), reported, reverse("statistics:reported_add"),
            reverse("statistics:reported_withdraw", args=[row.pk]),
        ],
        "leader": [home, *areas, f"{home}?period=2021", numbers[0], numbers[2], reported],
        "auditor": [home, areas[1], reverse("statistics:figures"), numbers[0], reported],
    }  # fmt: skip


def _table_pages(house: House) -> dict[str, list[str]]:
    staff = house.actor("staff")
    words = {"figure": "proposals.filed", "rows": "topic", "columns": "month", "period": "今年"}
    table = save_table(actor=staff, asked=read_table(words, staff), name="立案：类别和月份", is_shared=True)
    new, tables = reverse("statistics:table_new"), reverse("statistics:tables")
    shown = reverse("statistics:table", args=[table.pk])
    return {
        "staff": [tables, new, f"{new}?figure=proposals.filed&rows=month", shown],
        "leader": [tables, shown],
        "auditor": [tables],
    }


def _report_pages(house: House) -> dict[str, list[str]]:
    """A draft with an open point and a changed number, and a signed report of which one number has moved since."""
    staff, leader = house.actor("staff"), house.actor("leader")

    def begun(title: str, year: int, typed: str) -> WorkReport:
        report = writing.begin_report(
            actor=staff, title=title, form="official", period=calendar_year(year), parts=_PARTS
        )
        section = report.sections.exclude(text="")[0]
        writing.append_text(actor=staff, report=report, section_id=str(section.pk), text=typed)
        report.refresh_from_db()
        return report

    year = clock.today().year
    signed = begun(f"{year}年工作报告", year, "开展读书活动12场次。")
    for one in check_report(staff, signed).unlinked:
        settling.vouch_for_number(actor=staff, report=signed, key=one.key, source="学习登记簿")
    signed.refresh_from_db()
    signing.sign_report(actor=leader, report=signed, version=signed.version)
    # One session less is behind its number now.
    session = DeliberationSession.objects.filter(held_on__isnull=False)[0]
    session.held_on = session.held_on.replace(year=year - 1)
    session.save()
    draft = begun(f"{year}年上半年工作情况", year, "其中20场次在村里。")
    code = signed.frozen.select_related("code")[0].code.code

    def at(name: str, *args: object) -> str:
        return reverse(f"workreports:{name}", args=args)

    return {
        "staff": [
            at("list"), at("begin"), at("report", draft.pk), at("check", draft.pk), at("edit", draft.pk),
            at("insert", draft.pk), at("report", signed.pk), at("change", signed.pk, code),
            at("holding", code), at("sentences"), at("edit_sentences", "proposals"),
        ],
        "leader": [at("list"), at("report", draft.pk), at("report", signed.pk)],
        "auditor": [at("list"), at("report", signed.pk)],
    }  # fmt: skip


def _rollup_pages(house: House) -> dict[str, list[str]]:
    """The city asks twice: one sheet is signed, the other waits for the leader; most counties are missing."""
    city = offices.open_office(f"{house.committee.code[:4]}00")
    house.users |= {"city_staff": city.users["staff"]}
    answered = offices.ask(city, *_ASKED, due_on=clock.today() + timedelta(days=9))
    here = offices.Office(house.committee, {who: house.users[who] for who in ("staff", "leader")})
    signed = offices.report(here, "没有需要说明的。")
    offices.ask(city, *_ASKED, title="2026年上半年数据", due_on=clock.today() + timedelta(days=9))
    waiting: Sheet = offices.prepare(here)
    with city.at_work():
        received = Received.objects.get(request=answered, sender=house.committee)

    def at(name: str, *args: object) -> str:
        return reverse(f"rollup:{name}", args=args)

    home = at("home")
    return {
        "staff": [home, at("sheet", signed.pk), at("sheet", waiting.pk)],
        "leader": [home, at("sheet", waiting.pk)],
        "auditor": [home],
        "city_staff": [
            "/", home, at("ask"), at("request", answered.pk), at("figure", answered.pk, _ASKED[0]),
            at("received", received.pk), at("number", received.pk, _ASKED[0]),
        ],
    }  # fmt: skip
