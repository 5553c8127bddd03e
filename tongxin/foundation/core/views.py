"""Pages without a domain: is it alive, which language, which size of letters."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tongxin.foundation.core.access import public

_YEAR_SECONDS = 365 * 24 * 3600
# What a page that opens without a network needs beside itself.
_KEPT_FILES = (
    "css/tongxin.css",
    "django_htmx/htmx-2.min.js",
    "js/tongxin.js",
    "js/offline.js",
    "js/desk.js",
    "js/talks.js",
    "icons.svg",
    "mark.svg",
)


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give browsers the service worker that keeps a page for places without a network.

    At the root, because it may only serve pages below its own address. The names of the files carry their
    content, so a new release is a new worker with new files.
    """
    files = [static(name) for name in _KEPT_FILES]
    version = hashlib.sha256("".join(files).encode()).hexdigest()[:12]
    response = render(
        request, "core/sw.js", {"files": files, "version": version}, content_type="text/javascript"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
@require_POST
def simple_mode(request: HttpRequest) -> HttpResponse:
    """Switch 大字简明版 on or off on this device."""
    response = _back(request)
    _remember(response, "simple", "0" if request.COOKIES.get("simple") == "1" else "1")
    return response


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language on this device."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this is not the person's to do, with the reason where there is one."""
    return render(request, "errors/403.html", {"exception": str(exception)}, status=403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here; what is absent and what is forbidden look alike."""
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault."""
    return render(request, "errors/500.html", status=500)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax", secure=settings.TLS
    )


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if safe else "/")
