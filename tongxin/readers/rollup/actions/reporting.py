"""The lower committee: prepare a sheet, sign it, correct it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.organization.enums import Role
from tongxin.readers.rollup.actions.both_sides import both_sides, note, tell_holders
from tongxin.readers.rollup.collecting import collect
from tongxin.readers.rollup.models import Received, ReceivedValue, Sheet, SheetValue
from tongxin.readers.rollup.permissions import can_keep, can_sign

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.readers.rollup.collecting import Collected

_State = Sheet.State


@transaction.atomic
def write_remark(*, actor: Actor, sheet: Sheet, remark: str) -> Sheet:
    """Note what the upper committee should know about these numbers.

    Raises:
        PermissionDenied: actor does not prepare this sheet.
        Refused: it waits for its signature or was signed.
    """
    row = _prepared(actor, sheet)
    row.remark = remark.strip()
    row.save(update_fields=["remark"])
    _record(actor, "write_remark", row)
    return row


@transaction.atomic
def ask_signature(*, actor: Actor, sheet: Sheet, remark: str) -> Sheet:
    """Lay a sheet before the leaders.

    Raises:
        PermissionDenied: actor does not prepare this sheet.
        Refused: it waits for its signature already, or was signed.
    """
    row = _prepared(actor, sheet)
    row.state, row.remark = _State.READY, remark.strip()
    row.save(update_fields=["state", "remark"])
    _record(actor, "ask_signature", row)
    tell_holders(row.committee_id, Role.LEADER, f"请签发上报表：{row.title}", _url(row))
    return row


@transaction.atomic
def put_back_sheet(*, actor: Actor, sheet: Sheet) -> Sheet:
    """Take a sheet from the leaders' desk, to work on it again; staff and leaders may.

    Raises:
        PermissionDenied: actor neither prepares nor signs it.
        Refused: it does not wait for a signature.
    """
    leave = can_keep(actor, sheet) or can_sign(actor, sheet)
    require(leave, because=_("只有机关工作人员和领导可以退回修改。"))
    row = _locked(sheet)
    ensure(row.state == _State.READY, because=_("这张表不在待签发，请刷新页面再看。"))
    row.state = _State.DRAFT
    row.save(update_fields=["state"])
    _record(actor, "put_back_sheet", row)
    if can_sign(actor, sheet):
        text = f"上报表退回修改：{row.title}"
        tell_holders(row.committee_id, Role.STAFF, text, _url(row), but=actor.user_id)
    return row


@transaction.atomic
def sign_sheet(*, actor: Actor, sheet: Sheet, seen: str) -> Sheet:
    """Sign a sheet: its numbers are frozen, and a copy is written among the rows of the committee that asked.

    Args:
        seen: the fingerprint of the numbers that the leader had before them.

    Raises:
        PermissionDenied: actor does not sign here.
        Refused: it does not wait for a signature, or the numbers are others than those seen.
    """
    require(can_sign(actor, sheet), because=_("上报表由主席、副主席或秘书长签发。"))
    row = _locked(sheet)
    ensure(row.state == _State.READY, because=_("这张表不在待签发，可能已经签发，请刷新页面再看。"))
    found = collect(row.committee_id, row.figures, row.since, row.until)
    ensure(seen == found.fingerprint, because=_("打开以后数字变了，请回去看过新的数字再签。"))
    row.state, row.signed_on = _State.SIGNED, clock.today()
    row.signed_by_id, row.signed_by_name = actor.user_id, actor.name
    row.missing = [one.code for one in found.missing]
    row.save()
    SheetValue.objects.bulk_create(
        SheetValue(
            sheet=row,
            committee_id=row.committee_id,
            figure=figure,
            source=source,
            value=amount.value,
            part=amount.part,
            whole=amount.whole,
        )
        for (figure, source), amount in found.amounts.items()
    )
    Sheet.objects.filter(
        committee_id=row.committee_id, request_key=row.request_key, version__lt=row.version
    ).update(state=_State.REPLACED)
    _send_up(actor, row, found)
    return row


@transaction.atomic
def correct_sheet(*, actor: Actor, sheet: Sheet, reason: str) -> Sheet:
    """Begin a new version of a signed or returned sheet; the one before counts until the new one is signed.

    Raises:
        PermissionDenied: actor does not prepare this sheet.
        Refused: no reason, it is not the newest, or a correction has begun.
    """
    require(can_keep(actor, sheet), because=_("只有机关工作人员可以更正。"))
    row = _locked(sheet)
    ensure(
        row.state in {_State.SIGNED, _State.RETURNED},
        because=_("这一版不能更正，请在最新的一版上更正。"),
    )
    ensure(bool(reason.strip()), because=_("请写明更正的原因。"))
    made = Sheet(
        committee_id=row.committee_id,
        request_key=row.request_key,
        to_id=row.to_id,
        title=row.title,
        figures=row.figures,
        since=row.since,
        until=row.until,
        due_on=row.due_on,
        note=row.note,
        version=row.version + 1,
        remark=row.remark,
        correction=reason.strip(),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(_("更正已经开始了，请在新的一版上改。")) from twice
    _record(actor, "correct_sheet", made, version=made.version, reason=made.correction)
    return made


@transaction.atomic
def drop_correction(*, actor: Actor, sheet: Sheet) -> None:
    """Throw a correction away that was not signed; what was signed before stays.

    Raises:
        PermissionDenied: actor does not prepare this sheet.
        Refused: it is no correction, or it is no longer a draft.
    """
    row = _prepared(actor, sheet)
    ensure(row.version > 1, because=_("这是第一版，不能作废。"))
    _record(actor, "drop_correction", row, version=row.version)
    row.delete()


def _send_up(actor: Actor, sheet: Sheet, found: Collected) -> None:
    with both_sides(actor, sheet.to_id):
        # The version that counted, or the empty place that waits for the first.
        before = (
            Received.objects.select_for_update()
            .select_related("request")
            .exclude(state=Received.State.REPLACED)
            .get(committee_id=sheet.to_id, request__key=sheet.request_key, sender_id=sheet.committee_id)
        )
        if before.state == Received.State.AWAITED:
            copy = before
        else:
            copy = Received(
                committee_id=before.committee_id, request=before.request, sender_id=before.sender_id
            )
            before.state = Received.State.REPLACED
            before.save(update_fields=["state"])
        copy.version, copy.state = sheet.version, Received.State.RECEIVED
        copy.remark, copy.correction, copy.missing = sheet.remark, sheet.correction, sheet.missing
        copy.signed_on, copy.signed_by_name = sheet.signed_on, sheet.signed_by_name
        copy.save()
        ReceivedValue.objects.bulk_create(
            ReceivedValue(
                received=copy,
                committee_id=copy.committee_id,
                figure=figure,
                source=source,
                value=amount.value,
                part=amount.part,
                whole=amount.whole,
            )
            for (figure, source), amount in found.amounts.items()
        )
        note(
            actor,
            "sign_sheet",
            f"rollup.sheet:{sheet.pk}",
            below=[sheet.committee_id],
            above=copy.committee_id,
            version=sheet.version,
            late=sheet.is_late,
        )
        _tell_both(sheet, copy, actor)


def _tell_both(sheet: Sheet, copy: Received, actor: Actor) -> None:
    what = "报来了更正" if sheet.version > 1 else "报来了数据"
    if sheet.is_late:
        what += "（迟报）"
    text = f"{actor.committee.short_name}{what}：{sheet.title}"
    tell_holders(copy.committee_id, Role.STAFF, text, f"/rollup/received/{copy.pk}/")
    text = f"上报表已签发并报出：{sheet.title}"
    tell_holders(sheet.committee_id, Role.STAFF, text, _url(sheet), but=actor.user_id)


def _locked(sheet: Sheet) -> Sheet:
    # In a race a withdrawn request has taken its sheets along.
    row = Sheet.objects.select_for_update().filter(pk=sheet.pk).first()
    if row is None:
        raise Refused(_("上级已经撤回这次征集，不用报了。"))
    return row


def _prepared(actor: Actor, sheet: Sheet) -> Sheet:
    require(can_keep(actor, sheet), because=_("上报表由机关工作人员填报。"))
    row = _locked(sheet)
    ensure(row.state == _State.DRAFT, because=_("这张表已经送签或签发，现在不能改。"))
    return row


def _record(actor: Actor, verb: str, sheet: Sheet, **detail: Any) -> None:  # noqa: ANN401
    record(actor=actor, action=f"rollup.{verb}", target=f"rollup.sheet:{sheet.pk}", **detail)


def _url(sheet: Sheet) -> str:
    return f"/rollup/sheets/{sheet.pk}/"
