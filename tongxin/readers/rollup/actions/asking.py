"""The upper committee: ask those below, remind them, give a sheet back, withdraw, tell them the median."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.wording import printed
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee
from tongxin.readers.rollup.actions.both_sides import both_sides, note, tell_holders
from tongxin.readers.rollup.amounts import amount_of, named, together
from tongxin.readers.rollup.collecting import offered
from tongxin.readers.rollup.models import Received, ReceivedValue, Request, Sheet, Source
from tongxin.readers.rollup.permissions import can_ask, can_keep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.foundation.core.access import Actor

MOST_FIGURES = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: these figures of this span, until this day."""

    title: str
    figures: Sequence[str]
    since: date
    until: date
    due_on: date
    note: str = ""


@transaction.atomic
def ask_below(*, actor: Actor, wanted: Wanted) -> Request:
    """Ask every committee directly below for numbers of a span; each gets a sheet, its staff a notice.

    Raises:
        PermissionDenied: actor asks nobody here.
        Refused: the span is not over, the day is past, a figure is not offered, or nobody is below.
    """
    require(can_ask(actor), because=_("只有机关工作人员可以向下级征集数据。"))
    _check(wanted)
    below = list(Committee.objects.filter(parent_id=actor.committee_id).order_by("pk"))
    ensure(bool(below), because=_("下面没有政协组织，没有可以征集的地方。"))
    made = Request.objects.create(
        committee_id=actor.committee_id or 0,
        title=wanted.title.strip(),
        figures=list(wanted.figures),
        since=wanted.since,
        until=wanted.until,
        due_on=wanted.due_on,
        note=wanted.note.strip(),
        by_id=actor.user_id,
        by_name=actor.name,
    )
    Received.objects.bulk_create(
        Received(committee_id=made.committee_id, request=made, sender=one) for one in below
    )
    with both_sides(actor, *(one.pk for one in below)):
        sheets = Sheet.objects.bulk_create(_sheet(made, one) for one in below)
        note(
            actor,
            "ask_below",
            f"rollup.request:{made.pk}",
            below=[one.pk for one in below],
            above=made.committee_id,
            title=made.title,
            figures=made.figures,
        )
        for sheet in sheets:
            text = f"{actor.committee.short_name}请报送数据：{made.title}，{_day(made.due_on)}前"
            tell_holders(sheet.committee_id, Role.STAFF, text, f"/rollup/sheets/{sheet.pk}/")
    return made


@transaction.atomic
def remind_missing(*, actor: Actor, request: Request) -> int:
    """Tell the staff of those that have not reported, each at most once a day; return how many were reminded.

    Raises:
        PermissionDenied: actor does not look after this request.
        Refused: nobody is missing, or all were reminded today.
    """
    require(can_keep(actor, request), because=_("只有机关工作人员可以催报。"))
    today = clock.today()
    waiting = list(
        Received.objects.select_for_update()
        .filter(request=request, state__in=[Received.State.AWAITED, Received.State.RETURNED])
        .order_by("sender_id")
    )
    ensure(bool(waiting), because=_("都已经报了，不用催。"))
    due = [row for row in waiting if row.reminded_on != today]
    ensure(bool(due), because=_("今天已经催过了，明天再催。"))
    Received.objects.filter(pk__in=[row.pk for row in due]).update(reminded_on=today)
    senders = [row.sender_id for row in due]
    note(
        actor,
        "remind_missing",
        f"rollup.request:{request.pk}",
        below=(),
        above=request.committee_id,
        senders=senders,
    )
    with both_sides(actor, *senders):
        sheets = Sheet.objects.filter(committee_id__in=senders, request_key=request.key)
        newest = {s.committee_id: s for s in sheets.order_by("version")}
        for sheet in newest.values():
            text = f"{actor.committee.short_name}催报（{today.month}月{today.day}日）：{request.title}"
            tell_holders(sheet.committee_id, Role.STAFF, text, f"/rollup/sheets/{sheet.pk}/")
    return len(due)


@transaction.atomic
def return_sheet(*, actor: Actor, received: Received, reason: str) -> Received:
    """Give a report back with a reason; its numbers count no longer until the committee reports anew.

    Raises:
        PermissionDenied: actor does not look after this request.
        Refused: no reason, or this version is not the one that counts.
    """
    require(can_keep(actor, received), because=_("只有机关工作人员可以退回。"))
    ensure(bool(reason.strip()), because=_("请写明退回的原因。"))
    with both_sides(actor, received.sender_id):
        key = Request.objects.values_list("key", flat=True).get(pk=received.request_id)
        sheet = Sheet.objects.select_for_update().get(
            committee_id=received.sender_id, request_key=key, version=received.version
        )
        row = Received.objects.select_for_update().get(pk=received.pk)
        ensure(
            row.state == Received.State.RECEIVED and sheet.state == Sheet.State.SIGNED,
            because=_("这一版现在不能退回，请刷新页面再看。"),
        )
        row.state, row.returned_reason = Received.State.RETURNED, reason.strip()
        row.save(update_fields=["state", "returned_reason"])
        sheet.state, sheet.returned_reason = Sheet.State.RETURNED, reason.strip()
        sheet.save(update_fields=["state", "returned_reason"])
        note(
            actor,
            "return_sheet",
            f"rollup.sheet:{sheet.pk}",
            below=[sheet.committee_id],
            above=row.committee_id,
            version=row.version,
            reason=row.returned_reason,
        )
        text = f"上报表被退回：{sheet.title}。原因：{row.returned_reason}"
        tell_holders(sheet.committee_id, Role.STAFF, text, f"/rollup/sheets/{sheet.pk}/")
    return row


@transaction.atomic
def withdraw_request(*, actor: Actor, request: Request) -> None:
    """Take a request back that nobody has answered; the sheets that it made go with it.

    Raises:
        PermissionDenied: actor does not look after this request.
        Refused: somebody has reported.
    """
    require(can_keep(actor, request), because=_("只有机关工作人员可以撤回。"))
    senders = list(Received.objects.filter(request=request).values_list("sender_id", flat=True))
    with both_sides(actor, *senders):
        sheets = list(
            Sheet.objects.select_for_update()
            .filter(committee_id__in=senders, request_key=request.key)
            .order_by("committee_id", "pk")
        )
        rows = Received.objects.select_for_update().filter(request=request)
        ensure(
            all(row.state == Received.State.AWAITED for row in rows),
            because=_("已经有地方报了，不能撤回。"),
        )
        note(
            actor,
            "withdraw_request",
            f"rollup.request:{request.pk}",
            below=set(senders),
            above=request.committee_id,
            title=request.title,
        )
        for sheet in sheets:
            text = f"{actor.committee.short_name}撤回了数据征集：{sheet.title}，不用报了"
            tell_holders(sheet.committee_id, Role.STAFF, text, "/rollup/")
            sheet.delete()
        Request.objects.filter(pk=request.pk).delete()


@transaction.atomic
def tell_medians(*, actor: Actor, request: Request) -> int:
    """Tell everybody who reported the median of each figure, where at least five did; return how many were told.

    Nobody learns another committee's number; the median is written beside their own, as of today.

    Raises:
        PermissionDenied: actor does not look after this request.
        Refused: too few have reported.
    """
    require(can_keep(actor, request), because=_("只有机关工作人员可以反馈。"))
    values: dict[str, list[ReceivedValue]] = {}
    counted = ReceivedValue.objects.filter(
        received__request=request, received__state=Received.State.RECEIVED, source=Source.RECORDS
    )
    for row in counted:
        values.setdefault(row.figure, []).append(row)
    medians = {}
    for key, rows in values.items():
        share = named(key, request.committee_id).is_share
        found = together([amount_of(row) for row in rows], is_share=share)
        if found and found.tells_middle:
            medians[key] = {"median": printed(found.middle), "of": found.of}
    ensure(bool(medians), because=_("报送的地方不到5个，中位数会暴露别人的数，不能反馈。"))
    senders = sorted(
        Received.objects.filter(request=request, state=Received.State.RECEIVED).values_list(
            "sender_id", flat=True
        )
    )
    with both_sides(actor, *senders):
        sheets = list(
            Sheet.objects.select_for_update()
            .filter(committee_id__in=senders, request_key=request.key, state=Sheet.State.SIGNED)
            .order_by("committee_id")
        )
        Sheet.objects.filter(pk__in=[s.pk for s in sheets]).update(medians=medians, medians_on=clock.today())
        note(
            actor,
            "tell_medians",
            f"rollup.request:{request.pk}",
            below=senders,
            above=request.committee_id,
            figures=sorted(medians),
        )
        for sheet in sheets:
            text = f"{actor.committee.short_name}反馈了各地的中位数：{sheet.title}"
            tell_holders(sheet.committee_id, Role.STAFF, text, f"/rollup/sheets/{sheet.pk}/")
    return len(sheets)


def _check(wanted: Wanted) -> None:
    ensure(bool(wanted.title.strip()), because=_("请写标题。"))
    known = {one.id for one in offered()}
    ensure(bool(wanted.figures), because=_("请至少选一个数字。"))
    ensure(
        len(wanted.figures) <= MOST_FIGURES,
        because=_("一次最多征集%(n)d个数字，请分几次。") % {"n": MOST_FIGURES},
    )
    ensure(set(wanted.figures) <= known, because=_("有的数字不能征集，请刷新页面再选。"))
    ensure(wanted.since <= wanted.until, because=_("结束日期不能早于开始日期。"))
    ensure(
        wanted.until <= clock.today(),
        because=_("这段时间还没有过完，数还会变。结束日期最晚是今天。"),
    )
    ensure(wanted.due_on >= clock.today(), because=_("报送期限不能早于今天。"))


def _sheet(request: Request, committee: Committee) -> Sheet:
    return Sheet(
        committee=committee,
        request_key=request.key,
        to_id=request.committee_id,
        title=request.title,
        figures=request.figures,
        since=request.since,
        until=request.until,
        due_on=request.due_on,
        note=request.note,
    )


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
