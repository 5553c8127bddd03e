"""What several pages say and answer alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tongxin.foundation.accounts.limits import TryLater

NOT_THIS = 422
TOO_OFTEN = 429


def too_often(error: TryLater) -> str:
    """Return the sentence that says when the next try is welcome."""
    return _("试的次数多了。为了保护您的账号，请在{time}以后再试。您没有做错什么。").format(
        time=timezone.localtime(error.at).strftime("%H:%M")
    )


def try_later(request: HttpRequest, template: str, page: dict[str, Any], error: TryLater) -> HttpResponse:
    """Show the page again with that sentence (HTTP 429)."""
    response = render(request, template, {**page, "refusal": too_often(error)}, status=TOO_OFTEN)
    response.headers["Retry-After"] = str(error.wait_seconds)
    return response
