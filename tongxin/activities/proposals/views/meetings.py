"""Hand-over meetings: the list of what is handed over at once, edited here or in a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.proposals.actions import meeting as acts
from tongxin.activities.proposals.forms.meeting import MeetingForm, SheetForm
from tongxin.activities.proposals.handover.names import names_of
from tongxin.activities.proposals.handover.running import HAND_OVER
from tongxin.activities.proposals.handover.selectors import (
    by_unit,
    full_rows,
    meeting_page,
    meetings_of,
    wished_of,
    words_of,
)
from tongxin.activities.proposals.handover.sheet import COLUMNS, read_list, write_list
from tongxin.activities.proposals.handover.wishes import Wish, read_wish
from tongxin.activities.proposals.models import HandoverMeeting, HandoverRow
from tongxin.activities.proposals.selectors.lists import read_ids, read_wanted
from tongxin.capabilities.jobs.actions import start_job
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.core.once import new_key, once
from tongxin.foundation.core.sheets import TableRefused
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from tongxin.activities.proposals.handover.names import UnitNames
    from tongxin.activities.proposals.handover.sheet import Plan
    from tongxin.foundation.core.access import ActorRequest

_FIELDS = ("answering", "co", "office", "separate")
_LONGEST_CELL = 500
_SALT = "proposals.handover"


def _meeting(request: ActorRequest, pk: UUID) -> HandoverMeeting:
    found = HandoverMeeting.objects.visible_to(request.actor).select_related("session__term")
    meeting: HandoverMeeting = get_object_or_404(found, pk=pk)
    return meeting


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def meetings(request: ActorRequest) -> HttpResponse:
    """Show the hand-over meetings, and make the list of a new one."""
    form = MeetingForm(request.POST or None, actor=request.actor, initial={"held_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        made = acts.open_meeting(actor=request.actor, **form.cleaned_data)
        return redirect("proposals:meeting", pk=made.pk)
    context = {"form": form, "rows": meetings_of(request.actor), "once": new_key()}
    faulty = form.is_bound and not form.is_valid()
    return render(request, "proposals/meetings.html", context, status=422 if faulty else 200)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def meeting(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the list of a meeting, and keep what was changed on this page of it: all of it, or nothing."""
    found = _meeting(request, pk)
    if request.method != "POST":
        return _list(request, found, request.GET.get("tab", ""), read_wanted(request.GET).page)
    names = names_of(found.committee_id)
    tab, page = request.POST.get("tab", ""), read_wanted(request.POST).page
    typed = _typed(request)
    wishes, faults = _changed(request, typed, names)
    if faults:
        kept = {pk: (values, faults.get(pk, {})) for pk, values in typed.items()}
        return _list(request, found, tab, page, typed=kept, status=422)
    seen = {pk: request.POST.get(f"was-{pk}", "") for pk in wishes}
    n = acts.decide_rows(
        actor=request.actor, meeting=found, wishes=wishes, seen=seen, source=HandoverRow.Source.HAND
    )
    messages.success(request, ngettext("已保存{n}件的改动", "已保存{n}件的改动", n).format(n=n))
    return redirect(f"{reverse('proposals:meeting', args=[pk])}?tab={tab or 'all'}&page={page}")


def _typed(request: ActorRequest) -> dict[UUID, dict[str, str]]:
    """Return what stands in the fields of each row of the page."""
    return {
        pk: {name: request.POST.get(f"{name}-{pk}", "").strip()[:_LONGEST_CELL] for name in _FIELDS}
        for pk in read_ids(request.POST.getlist("rows"))
    }


def _changed(
    request: ActorRequest, typed: Mapping[UUID, Mapping[str, str]], names: UnitNames
) -> tuple[dict[UUID, Wish], dict[UUID, dict[str, str]]]:
    """Return what the changed rows say, and what is wrong with them."""
    wishes, faults = {}, {}
    for pk, values in typed.items():
        wish, found = read_wish(
            names,
            answering=values["answering"],
            co=values["co"],
            office=values["office"],
            separate=bool(values["separate"]),
        )
        if found:
            faults[pk] = dict(reversed(found))
        elif acts.digest_of(wish) != request.POST.get(f"was-{pk}", ""):
            wishes[pk] = wish
    return wishes, faults


def _list(
    request: ActorRequest,
    found: HandoverMeeting,
    tab: str,
    page: int,
    *,
    typed: Mapping[UUID, tuple[Mapping[str, str], Mapping[str, str]]] | None = None,
    status: int = 200,
) -> HttpResponse:
    names = names_of(found.committee_id)
    context = {
        "shown": meeting_page(found, tab=tab, page_number=page, typed=typed),
        "units": names.units,
        "offices": names.offices,
        "has_faults": status != 200,  # noqa: PLR2004
        "once": new_key(),
    }
    return render(request, "proposals/meeting.html", context, status=status)


@policy(Role.STAFF)
@require_POST
@once
def take_in(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put on the list what was filed since it was made."""
    n = acts.take_in(actor=request.actor, meeting=_meeting(request, pk))
    if n:
        messages.success(request, ngettext("补进了{n}件", "补进了{n}件", n).format(n=n))
    else:
        messages.info(request, _("没有新立案、待交办的提案。"))
    return redirect("proposals:meeting", pk=pk)


@policy(Role.STAFF)
@require_POST
@once
def hand_over(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin to hand over all that is ready; the job's page shows how far it is."""
    found = _meeting(request, pk)
    ensure(
        meeting_page(found, tab="ready", page_number=1).counts["ready"] > 0,
        because=_("名单上没有可以交办的：都交办了，或者还没有定单位。"),
    )
    job = start_job(
        actor=request.actor, kind=HAND_OVER, title=f"{found.name}：全部交办", params={"meeting": str(pk)}
    )
    return redirect("jobs:show", pk=job.pk)


@policy(Role.STAFF)
@require_safe
def meeting_print(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the list by unit, to be printed and signed at the meeting (交办清单)."""
    found = _meeting(request, pk)
    units, left = by_unit(found)
    return render(request, "proposals/meeting_print.html", {"meeting": found, "units": units, "left": left})


@policy(Role.STAFF)
@require_safe
def meeting_sheet(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the list as a workbook to be filled in."""
    found = _meeting(request, pk)
    rows = list(full_rows(found))
    record(
        actor=request.actor, action="proposals.meeting_sheet", target=f"handover:{found.pk}", rows=len(rows)
    )
    return as_download(write_list(rows, wished_of(rows), title="交办名单"), found.name)


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def meeting_upload(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a filled list, show what it would change, and change it on confirmation."""
    found = _meeting(request, pk)
    if request.POST.get("plan"):
        return _confirm(request, found)
    form = SheetForm(request.POST or None, request.FILES or None)
    plan = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            names = names_of(found.committee_id)
            plan = read_list(file.read(), file.name, full_rows(found), names)
        except TableRefused as refusal:
            form.add_error("file", str(refusal))
    context: dict[str, Any] = {"meeting": found, "form": form, "plan": plan, "columns": COLUMNS}
    if plan:
        context["changes"] = [(c.row, words_of(c.before), words_of(c.after)) for c in plan.changes]
        context["signed"] = _sign(found, plan)
    faulty = form.is_bound and (not form.is_valid() or bool(plan and plan.errors))
    context["once"] = new_key()
    return render(request, "proposals/meeting_upload.html", context, status=422 if faulty else 200)


def _sign(found: HandoverMeeting, plan: Plan) -> str:
    """Return the changes as the browser carries them to the confirmation: it cannot alter them."""
    rows = [[str(c.row.pk), acts.digest_of(c.before), acts.digest_of(c.after)] for c in plan.changes]
    return signing.dumps({"meeting": str(found.pk), "rows": rows}, salt=_SALT, compress=True)


def _confirm(request: ActorRequest, found: HandoverMeeting) -> HttpResponse:
    try:
        plan = signing.loads(request.POST["plan"], salt=_SALT)
    except signing.BadSignature:
        plan = {}
    ensure(plan.get("meeting") == str(found.pk), because=_("这份预览已经失效，请重新上传。"))
    units = {str(u.pk): u for u in names_of(found.committee_id).units}
    wishes, seen = {}, {}
    for pk, before, after in plan["rows"]:
        seen[UUID(pk)] = before
        wishes[UUID(pk)] = _wish(after, units)
    n = acts.decide_rows(
        actor=request.actor, meeting=found, wishes=wishes, seen=seen, source=HandoverRow.Source.EXCEL
    )
    messages.success(request, ngettext("已按表格改了{n}件", "已按表格改了{n}件", n).format(n=n))
    return redirect("proposals:meeting", pk=found.pk)


def _wish(digest: str, units: Mapping[str, Any]) -> Wish:
    answering, co, office, separate = digest.split("|")
    try:
        return Wish(
            answering=tuple(units[u] for u in answering.split("/") if u),
            co=tuple(units[u] for u in co.split("/") if u),
            separate=separate == "1",
            office=units[office] if office else None,
        )
    except KeyError:
        raise Refused(_("有单位刚刚撤并了，请重新上传。")) from None
