"""What happens around every view."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import translation

from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    # Safari 15.4 looks for the service worker in child-src, and child-src would let frames in.
    " worker-src 'self'; child-src 'self'; frame-src 'none'"
)
# Never shown back to the person, even when everything else they typed is.
_SECRET_FIELDS = ("password", "csrf", "token", "otp", "code", "once")


def security_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Send the content security policy and its companions with every answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _CSP)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer in the language and size of letters that the person chose on this device.

    Chinese unless they chose otherwise: browsers that are set to English are common on shared machines.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.simple_mode = request.COOKIES.get("simple") == "1"  # type: ignore[attr-defined]
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


class DefaultDeny:
    """Refuse every view that declares no policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Stop here when the view says nothing about who may come in."""
        if not hasattr(view, "policy"):
            logger.error("%s has no policy", request.path)
            raise PermissionDenied


class Refusals:
    """Turn ``Refused`` into a page that says why and gives back what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 409; the transaction of the view has been rolled back."""
        if not isinstance(error, Refused):
            return None
        kept = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if value.strip() and not any(s in name for s in _SECRET_FIELDS)
        ]
        return render(request, "errors/409.html", {"message": error.message, "kept": kept}, status=409)
