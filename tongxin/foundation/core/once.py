"""A form counts once, however often it arrives."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect

from tongxin.foundation.core.models import OnceKey, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


def new_key() -> UUID:
    """Return a key for a form that is about to be shown; it goes into the hidden field ``once``."""
    return new_id()


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer the second arrival of a form with the redirect that the first one got.

    The form carries a hidden field ``once``. Two arrivals at the same moment wait for each other on the
    key's row, so that exactly one of them acts. A view that answers with anything but a redirect has not
    acted (the form is shown again with its errors) and the key stays free.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST" or not (key := _key(request)):
            return view(request, *args, **kwargs)
        user_id = getattr(request.user, "pk", None)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_oncekey (key, user_id, location, at) VALUES (%s, %s, '', now())"
                " ON CONFLICT (key) DO NOTHING",
                [key, user_id],
            )
            first = cursor.rowcount == 1
        if not first and (answered := OnceKey.objects.filter(key=key, user_id=user_id).first()):
            return HttpResponseRedirect(answered.location or "/")
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            OnceKey.objects.filter(key=key, user_id=user_id).update(location=response.url[:300])
        else:
            OnceKey.objects.filter(key=key, user_id=user_id).delete()
        return response

    return guarded


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(str(request.POST.get("once", "")))
    except ValueError:
        return None
