"""The list of topics and the queue of those that wait, on the page and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongxin.activities.topics.permissions import can_recommend
from tongxin.activities.topics.selectors.lists import TABS, export_rows, list_page, tabs_of
from tongxin.activities.topics.selectors.queue import TABS as QUEUE_TABS
from tongxin.activities.topics.selectors.queue import queue_page
from tongxin.activities.topics.selectors.wanted import read_wanted
from tongxin.activities.topics.views.asked import DECIDERS, READERS
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.once import new_key
from tongxin.foundation.core.sheets import Column, Sheet, write_workbook
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*READERS)
@require_safe
def all_topics(request: ActorRequest) -> HttpResponse:
    """Show the topics that somebody may see: saved views, filters, search."""
    actor = request.actor
    wanted = read_wanted(request.GET, tabs=tabs_of(actor), otherwise="all")
    context = {
        "shown": list_page(actor, wanted),
        "now": clock.now(),
        "decides": actor.has(*DECIDERS),
        "recommends": can_recommend(actor),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "topics/list.html", context)


@policy(*READERS)
@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """Hand out the list, as it is filtered, as a workbook."""
    wanted = read_wanted(request.GET, tabs=TABS, otherwise="all")
    if wanted.tab not in tabs_of(request.actor):
        wanted = read_wanted(request.GET, tabs=(), otherwise="all")
    rows = export_rows(request.actor, wanted)
    record(actor=request.actor, action="topics.export", query=request.GET.dict(), count=len(rows))
    return as_download(write_workbook([Sheet(_("议题"), _columns(), rows)]), f"议题{clock.today():%Y%m%d}")


def _columns() -> list[Column]:
    return [
        Column("channel", _("渠道"), width=10),
        Column("title", _("标题"), width=44),
        Column("text", _("内容"), width=60),
        Column("place", _("乡镇/网点"), width=22),
        Column("category", _("类别"), width=12),
        Column("on", _("提出日期"), kind="date", width=12),
        Column("raised_by", _("提出人/单位"), width=18),
        Column("voices", _("群众意见条数"), kind="int", width=10),
        Column("state", _("状态"), width=12),
        Column("outcome", _("答复"), width=44),
        Column("decided_on", _("决定日期"), kind="date", width=12),
    ]


@policy(*DECIDERS)
@require_safe
def queue(request: ActorRequest) -> HttpResponse:
    """Show what nobody has decided about yet."""
    wanted = read_wanted(request.GET, tabs=QUEUE_TABS, otherwise="waiting")
    context = {"shown": queue_page(request.actor, wanted), "once": new_key()}
    return render(request, "topics/queue.html", context)
