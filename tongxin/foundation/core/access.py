"""Who asks, with which leave, and what a URL demands of them.

Every view declares a policy. A view without one is refused at run time and fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from tongxin.foundation.core import tenancy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django.http.response import HttpResponseBase


@dataclass(frozen=True, slots=True)
class Grant:
    """One post of a person: a role, and the unit or body that it is held in."""

    role: str
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person at work in one committee, with all that permissions need to know.

    ``NOBODY`` is the public: no account, no roles.
    """

    user_id: UUID | None = None
    name: str = ""
    committee_id: int | None = None
    member_id: UUID | None = None
    grants: frozenset[Grant] = frozenset()
    # The committee itself and all others that this person may switch to, for pages.
    committee: Any = field(default=None, compare=False)
    committees: tuple[Any, ...] = field(default=(), compare=False)
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(g.role for g in self.grants))

    def has(self, *roles: str) -> bool:
        """Say whether the person holds any of these roles here."""
        return not self.roles.isdisjoint(roles)

    def subjects(self, *roles: str) -> frozenset[UUID]:
        """Return the units or bodies in which the person holds one of these roles."""
        return frozenset(g.subject_id for g in self.grants if g.role in roles and g.subject_id)


NOBODY = Actor()


class ActorRequest(HttpRequest):
    """A request after its policy has let it in."""

    actor: Actor
    simple_mode: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """What a URL demands: nothing (public), an account, or one of some roles in the committee."""

    roles: frozenset[str] = frozenset()
    public: bool = False

    def __str__(self) -> str:
        if self.public:
            return "public"
        return "roles: " + ", ".join(sorted(self.roles)) if self.roles else "signed in"


_load_actor: Callable[[HttpRequest], Actor] | None = None
_gates: list[Callable[[HttpRequest, Actor, Policy], HttpResponse | None]] = []


def register_actor_loader(loader: Callable[[HttpRequest], Actor]) -> None:
    """Tell the policies how a request becomes an actor (the organization room does)."""
    global _load_actor  # noqa: PLW0603 (one loader per process, set at start-up)
    _load_actor = loader


def register_gate(gate: Callable[[HttpRequest, Actor, Policy], HttpResponse | None]) -> None:
    """Add a question that every signed-in request must pass, such as a due change of password."""
    _gates.append(gate)


def policy(*roles: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Admit holders of one of these roles; without roles, everybody who is signed in."""
    return _declare(Policy(roles=frozenset(roles)))


def public(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Admit everybody. The view itself opens the scope of the committee it shows."""
    return _declare(Policy(public=True))(view)


def _declare(
    rule: Policy,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            asked = cast("ActorRequest", request)
            if rule.public:
                asked.actor = NOBODY
                return view(asked, *args, **kwargs)
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            asked.actor = actor = load_actor(request)
            for gate in _gates:
                if (answer := gate(request, actor, rule)) is not None:
                    return answer
            if rule.roles and not actor.has(*rule.roles):
                raise PermissionDenied(_("您的岗位不办理这件事。"))
            with scope_of(actor):
                return view(asked, *args, **kwargs)

        guarded.policy = rule  # type: ignore[attr-defined]
        return guarded

    return decorate


def load_actor(request: HttpRequest) -> Actor:
    """Return who asks, from the session and the posts they hold today."""
    if _load_actor is None:
        msg = "no actor loader is registered"
        raise RuntimeError(msg)
    return _load_actor(request)


def scope_of(actor: Actor, *, also: Iterable[int] = ()) -> Any:  # noqa: ANN401 (a context manager)
    """Open the scope in which this actor works."""
    ids = {actor.committee_id, *also} - {None}
    return tenancy.scope(cast("set[int]", ids), user_id=actor.user_id)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # htmx would put the sign-in page into a fragment; tell it to go there as a whole.
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
