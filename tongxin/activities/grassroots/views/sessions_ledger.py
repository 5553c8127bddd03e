"""Registers of past years: upload, look, enter, take back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.activities.grassroots.actions.ledger_books import enter_ledger, take_back_ledger
from tongxin.activities.grassroots.exchange.ledger import COLUMNS, EXAMPLE, LedgerLine, read_ledger
from tongxin.activities.grassroots.exchange.ledger_running import AT_ONCE, LEDGER
from tongxin.activities.grassroots.forms.session_ledger import LedgerForm
from tongxin.activities.grassroots.selectors.session_ledger import ledgers_of
from tongxin.activities.grassroots.views.session_pages import show
from tongxin.capabilities.jobs.actions import start_job
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.once import once
from tongxin.foundation.core.sheets import Sheet, TableRefused, write_workbook
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest

_SALT = "grassroots.ledger"
_NAME_CHARACTERS = 80
# So many errors are listed.
_ERRORS_SHOWN = 200


@policy(Role.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def ledger(request: ActorRequest) -> HttpResponse:
    """Take a register and show what it would do; confirmed, enter it."""
    if "plan" in request.POST:
        return _enter(request)
    form = LedgerForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"columns": COLUMNS, "ledgers": ledgers_of(request.actor)}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            plan = read_ledger(file.read(), str(file.name), request.actor.committee_id or 0)
        except TableRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            context |= {
                "plan": plan,
                "errors": plan.errors[:_ERRORS_SHOWN],
                "more_errors": max(0, len(plan.errors) - _ERRORS_SHOWN),
                "signed": _signed(request, str(file.name), plan.lines),
            }
    return show(request, "session_ledger", form=form, **context)


def _signed(request: ActorRequest, filename: str, lines: list[LedgerLine]) -> str:
    content = {
        "committee": request.actor.committee_id,
        "file": filename[-_NAME_CHARACTERS:],
        "lines": [asdict(line) for line in lines],
    }
    return signing.dumps(content, salt=_SALT, compress=True)


def _enter(request: ActorRequest) -> HttpResponse:
    """Enter what was previewed: now, or by a job when it is much."""
    try:
        content = signing.loads(request.POST["plan"], salt=_SALT)
    except signing.BadSignature:
        content = {}
    ensure(
        content.get("committee") == request.actor.committee_id, because=_("这份预览已经失效，请重新上传。")
    )
    at = clock.now().astimezone(clock.ZONE)
    source = f"{content['file']}（{at:%Y-%m-%d %H:%M:%S}）"
    if len(content["lines"]) > AT_ONCE:
        params = {"lines": content["lines"], "source": source}
        job = start_job(
            actor=request.actor, kind=LEDGER, title=f"补录台账「{content['file']}」", params=params
        )
        return redirect("jobs:show", job.pk)
    lines = [LedgerLine(**line) for line in content["lines"]]
    n = enter_ledger(actor=request.actor, lines=lines, source=source)
    messages.success(request, ngettext("已补录{n}场", "已补录{n}场", n).format(n=n))
    return redirect(f"{reverse('grassroots:session_ledger')}#ledgers")


@policy(Role.STAFF)
@require_safe
def template(request: ActorRequest) -> HttpResponse:
    """Hand out an empty register with one example row."""
    return as_download(write_workbook([Sheet("协商议事台账", COLUMNS, [EXAMPLE])]), "协商议事台账模板")


@policy(Role.STAFF)
@require_POST
@once
def undo(request: ActorRequest) -> HttpResponse:
    """Take out what a register brought, unless somebody worked on it."""
    n = take_back_ledger(actor=request.actor, source=request.POST.get("source", ""))
    messages.success(request, ngettext("已撤销，去掉{n}场", "已撤销，去掉{n}场", n).format(n=n))
    return redirect("grassroots:session_ledger")
