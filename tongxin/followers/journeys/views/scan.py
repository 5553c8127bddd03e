"""Scanning with an account: checking in, noting a visit, sending what a phone kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.activities.grassroots.actions.attending import mark_present
from tongxin.activities.grassroots.enums import HowPresent
from tongxin.capabilities.codes.selectors import find_active
from tongxin.capabilities.matters.actions import take_part
from tongxin.capabilities.matters.models import Participation
from tongxin.followers.journeys.door import closed_door
from tongxin.followers.journeys.scanning import Scan, read_scans, take_in
from tongxin.followers.journeys.selectors.place import running_at
from tongxin.followers.journeys.selectors.scan import SCANNERS
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused, ensure
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Member

if TYPE_CHECKING:
    from tongxin.capabilities.codes.models import AccessCode
    from tongxin.foundation.core.access import ActorRequest


@policy(Role.MEMBER)
@require_POST
def check_in(request: ActorRequest, code: str, token: str) -> HttpResponse:
    """Note that the member is at the session that runs here now. The time is the server's."""
    found = _code(request, code, token)
    if found is None:
        return closed_door(request)
    session = running_at(found)
    ensure(session is not None, because=_("现在这里没有正在开的协商议事，不能签到。开会前后两小时内可以签。"))
    assert session is not None  # noqa: S101 (said so to the person above; for the type)
    member = get_object_or_404(Member.objects.visible_to(request.actor), pk=request.actor.member_id)
    mark_present(actor=request.actor, session=session, how=HowPresent.SCAN, member=member)
    take_part(matter=session.matter, role=Participation.Role.PRESENT, on=clock.today(), member=member)
    messages.success(request, _("签到好了：%s") % session.matter.title)
    return redirect("front:place", code, token)


@policy(*SCANNERS)
@require_POST
def visit(request: ActorRequest, code: str, token: str) -> HttpResponse:
    """Note that the person was here today."""
    found = _code(request, code, token)
    if found is None:
        return closed_door(request)
    scan = Scan(request.POST.get("nonce", ""), token, "", clock.now())
    (answer,) = take_in(actor=request.actor, scans=[scan])
    ensure(answer["status"] != "refused", because=answer.get("message", ""))
    messages.success(request, _("这次走访记下了"))
    return redirect("front:place", code, token)


@policy(*SCANNERS)
@require_POST
def scans(request: ActorRequest) -> HttpResponse:
    """Take in what phones kept at the desk while they were offline; sent again, nothing is counted twice."""
    try:
        rows = read_scans(request.body)
    except Refused as refusal:
        return JsonResponse({"message": refusal.message}, status=422)
    return JsonResponse({"scans": take_in(actor=request.actor, scans=rows)})


def _code(request: ActorRequest, code: str, token: str) -> AccessCode | None:
    """Return the code of the committee that the person works in now; another one's leads nowhere."""
    committee = request.actor.committee
    if committee is None or committee.code != code:
        return None
    return find_active(committee.pk, token)
