"""The demo's first page, its doors, and the tour from hand to hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongxin.demo.load import DOORS
from tongxin.demo.talk_story import shown_talk
from tongxin.demo.tour import TOUR_KEY, begin_tour, tour_of
from tongxin.demo.village_story import Shown, shown
from tongxin.foundation.accounts import sessions
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import public
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tongxin.activities.conversations.models import Conversation

# The committee whose public pages the first page leads to.
_SHOWN = "620881"
_LEADER = f"leader.{_SHOWN}"
_STAFF = f"staff.{_SHOWN}"
# Where a button of the first page leads that is not a door.
_LANDINGS = {"numbers": "statistics:home", "reports": "workreports:list", "talks": "conversations:list"}


def _what_they_do() -> dict[str, tuple[str, str]]:
    """Return title and errand of each door, in the reader's language."""
    return {
        "member": (_("委员"), _("写提案，请人联名，评价答复")),
        "cosigner": (_("联名的委员"), _("看过文字，本人签名")),
        "submitter": (_("党派团体联络员"), _("代表单位提交集体提案")),
        "reviewer": (_("提案审查人员"), _("立案、退回、不予立案、并案")),
        "staff": (_("政协机关工作人员"), _("交办、催办、审核答复、公开")),
        "unit_clerk": (_("主办单位经办人"), _("签收、写答复、送会签")),
        "unit_leader": (_("主办单位负责人"), _("看稿、签发")),
        "co_unit": (_("会办单位经办人"), _("交会办意见、会签")),
        "supervisor": (_("督办单位"), _("看归口单位的进度，审核答复")),
        "station_head": (_("委员工作站站长"), _("收议题、开协商会、看问题台账")),
        "node_worker": (_("村议事室联络员"), _("签到、记录，没有网也能记")),
        "leader": (_("主席"), _("看全局，看数字，签发")),
        "tenant_admin": (_("本会管理员"), _("组织、名册、规则、日历")),
        "auditor": (_("审计员"), _("核对审计链")),
        "key_staff": (_("天水市政协工作人员"), _("重点提案：博物馆新馆，主要领导三次现场督办")),
        "province_staff": (_("甘肃省政协工作人员"), _("看各市州报上来的数")),
        "system_admin": (_("系统管理员"), _("开通各级政协")),
    }


@public
@require_safe
def doors(request: HttpRequest) -> HttpResponse:
    """Offer each person by role with one click."""
    words = _what_they_do()
    names = dict(User.objects.filter(username__in=[d[2] for d in DOORS]).values_list("username", "name"))
    people = [
        {"username": username, "name": names[username], "title": words[key][0], "errand": words[key][1]}
        for key, _role, username in DOORS
        if username in names
    ]
    front, talk = _front()
    here = {"front": front, "talk": talk, "leader": _LEADER, "staff": _STAFF}
    return render(request, "demo/doors.html", {"people": people, **here})


def _front() -> tuple[Shown | None, Conversation | None]:
    """Return the code on the wall with a receipt, and what may be voted on, for those without an account."""
    committee = Committee.objects.filter(code=_SHOWN).first()
    if committee is None:
        return None, None
    with tenancy.scope([committee.pk]):
        return shown(committee), shown_talk(committee)


@public
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the people on the first page, and go to what the button named."""
    username = request.POST.get("username", "")
    if username not in {d[2] for d in DOORS}:
        raise Http404
    become(request, get_object_or_404(User, username=username, is_active=True))
    return redirect(_LANDINGS.get(request.POST.get("to", ""), "home"))


@public
@require_POST
def start_tour(request: HttpRequest) -> HttpResponse:
    """Make a proposal for this visitor and put it into the hands of the member who wrote it."""
    proposal, author = begin_tour()
    become(request, author)
    request.session[TOUR_KEY] = str(proposal.pk)
    return redirect("proposals:detail", pk=proposal.pk)


@public
@require_POST
def next_hand(request: HttpRequest) -> HttpResponse:
    """Become the person whose turn it is, on the page where they act."""
    tour = tour_of(request)
    if tour is None:
        return redirect("demo:doors")
    if tour.user is None:
        return redirect(tour.page)
    become(request, tour.user)
    return redirect(tour.page)


@public
@require_POST
def end_tour(request: HttpRequest) -> HttpResponse:
    """Leave the tour; the proposal stays."""
    request.session.pop(TOUR_KEY, None)
    return redirect("demo:doors")


def become(request: HttpRequest, user: User) -> None:
    """Sign in as somebody, taking the tour along."""
    tour = request.session.get(TOUR_KEY)
    sessions.enter(request, user)
    if tour:
        request.session[TOUR_KEY] = tour
