"""Lists of proposals, on the page and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.activities.proposals.exchange import exporting
from tongxin.activities.proposals.querysets import OFFICE
from tongxin.activities.proposals.selectors.lists import all_wanted, export_rows, list_page, read_wanted
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.activities.proposals.selectors.lists import Wanted
    from tongxin.foundation.core.access import Actor, ActorRequest

# Everybody who has anything to do with proposals.
READERS = (
    Role.MEMBER,
    Role.SUBMITTER,
    Role.STAFF,
    Role.REVIEWER,
    Role.LEADER,
    Role.SUPERVISOR,
    Role.UNIT_CLERK,
    Role.UNIT_LEADER,
    Role.AUDITOR,
)


@policy(*READERS)
@require_safe
def all_proposals(request: ActorRequest) -> HttpResponse:
    """Show the proposals that somebody may see: saved views, filters, search."""
    actor = request.actor
    shown = list_page(actor, read_wanted(request.GET))
    # A part of the page is asked for by htmx; going back in history needs the whole again.
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    context = {
        "shown": shown,
        "now": clock.now(),
        "once": new_key(),
        "is_staff": actor.has(Role.STAFF),
        "can_remind": actor.has(Role.STAFF, Role.SUPERVISOR),
        "can_take_up": actor.has(Role.STAFF, Role.REVIEWER),
        "can_decide": actor.has(Role.REVIEWER),
        "can_tick": actor.has(Role.STAFF, Role.REVIEWER, Role.SUPERVISOR),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "proposals/list_region.html" if part else "proposals/list.html", context)


def _columns() -> list[Column]:
    return [
        Column("code", _("编号"), kind="code", width=12),
        Column("title", _("案由"), width=48),
        Column("kind", _("提案类型"), width=12),
        Column("proposer", _("提案者"), width=14),
        Column("cosigners", _("联名人"), width=24),
        Column("topic", _("类别"), width=12),
        Column("state", _("状态"), width=14),
        Column("lead", _("主办单位"), width=22),
        Column("co", _("会办单位"), width=22),
        Column("filed_on", _("立案日期"), kind="date", width=12),
        Column("assigned_on", _("交办日期"), kind="date", width=12),
        Column("replied_on", _("答复日期"), kind="date", width=12),
        Column("reply_class", _("办理结果类别"), width=12),
        Column("rating", _("评价"), width=28),
    ]


def _table(actor: Actor, wanted: Wanted) -> tuple[Sequence[Column], list[dict[str, str | int | date | None]]]:
    """The office gets the whole table, which can be imported again; everybody else what the list shows."""
    if actor.has(*OFFICE):
        return exporting.COLUMNS, exporting.export_table(all_wanted(actor, wanted), actor.committee_id or 0)
    return _columns(), export_rows(actor, wanted)


@policy(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: ActorRequest) -> HttpResponse:
    """Hand out the list, as it is filtered, as a workbook; with ticked rows (POST) only those."""
    asked = request.POST if request.method == "POST" else request.GET
    wanted = read_wanted(asked)
    columns, rows = _table(request.actor, wanted)
    record(
        actor=request.actor,
        action="proposals.export",
        query={k: v for k, v in asked.dict().items() if k not in {"csrfmiddlewaretoken", "once"}},
        count=len(rows),
    )
    book = write_workbook([Sheet(title=_("提案"), columns=columns, rows=rows)])
    name = f"proposals-{clock.today():%Y%m%d}.xlsx"
    return HttpResponse(
        book,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
