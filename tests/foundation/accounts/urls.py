"""The room alone, and a page behind each kind of policy."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tongxin.foundation.core.access import ActorRequest, policy, public


@policy()
def desk(request: ActorRequest) -> HttpResponse:
    return HttpResponse(f"desk of {request.actor.name}")


@public
def front(request: HttpRequest) -> HttpResponse:
    return HttpResponse("front")


urlpatterns = [
    path("", desk, name="home"),
    path("front/", front),
    path("accounts/", include("tongxin.foundation.accounts.urls")),
    path("core/", include("tongxin.foundation.core.urls")),
]


def shell(request: HttpRequest) -> dict[str, object]:
    """The frame without the rooms above: their URLs are not here."""
    actor = getattr(request, "actor", None)
    return {"shell": {"person_name": actor.name if actor else ""}}
