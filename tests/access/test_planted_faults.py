"""Faults put in on purpose: the matrix, or its smallest part that concerns them, must notice each one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access import apart, fields, test_idempotency, test_ids_in_bodies
from tests.access.probing import Prober, every_url
from tests.access.test_row_level_security import every_visible_to_broken
from tongxin.activities.proposals import file_leave, permissions, sight
from tongxin.activities.proposals.models import Assignment, Proposal
from tongxin.activities.proposals.models.following import KeyProposalQuerySet
from tongxin.activities.proposals.querysets import AssignmentQuerySet, ProposalQuerySet
from tongxin.activities.proposals.querysets_following import PromiseQuerySet
from tongxin.activities.proposals.views import handling, lists, show
from tongxin.capabilities.files import views as files_views
from tongxin.capabilities.jobs.models import JobQuerySet
from tongxin.capabilities.notices.models import Notice, NoticeQuerySet
from tongxin.foundation.accounts.backends import PhoneOrUsernameBackend
from tongxin.foundation.accounts.models import DeviceSession, User
from tongxin.foundation.accounts.views import me
from tongxin.foundation.core import access, middleware, once, tenancy
from tongxin.foundation.core.access import Actor, policy, public
from tongxin.foundation.organization import access as organization_access
from tongxin.foundation.organization.models import Member, Post, Unit
from tongxin.readers.publishing import views as publishing_views

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Browser


@dataclass(frozen=True)
class Fault:
    """How to break it, and the look that must notice."""

    plant: Callable[[pytest.MonkeyPatch, Browser], None]
    look: Callable[[Browser], list[str]]


FAULTS: dict[str, Fault] = {}


def planted(look: Callable[[Browser], list[str]]) -> Callable[..., Any]:
    """Register a fault under the name of the function that plants it."""

    def keep(plant: Callable[[pytest.MonkeyPatch, Browser], None]) -> Callable[..., None]:
        FAULTS[plant.__name__] = Fault(plant, look)
        return plant

    return keep


def urls(*names: str, people: tuple[str, ...] = (), kinds: tuple[str, ...] = ("own", "foreign")) -> Any:
    """Look at these URLs with the machine of the matrix."""

    def look(browser: Browser) -> list[str]:
        prober = Prober(browser)
        for name in names:
            prober.check(name, *([people] if people else []), kinds=kinds)
        return prober.report.failures

    look.in_matrix = True  # type: ignore[attr-defined]
    return look


def looked_at_here_alone() -> list[str]:
    """Return the faults whose looks are not tests of their own, as those of the matrix and of the fields are."""
    own = {"tests.access.fields", "tests.access.apart"}
    return sorted(
        name
        for name, fault in FAULTS.items()
        if not hasattr(fault.look, "in_matrix") and fault.look.__module__ not in own
    )


def tokens(name: str) -> Callable[[Browser], list[str]]:
    return lambda browser: Prober(browser).without_token(name).failures


def pattern_of(name: str) -> URLPattern:
    def walk(patterns: Any, prefix: str) -> Any:
        for p in patterns:
            if isinstance(p, URLResolver):
                yield from walk(p.url_patterns, f"{prefix}{p.namespace}:" if p.namespace else prefix)
            else:
                yield f"{prefix}{p.name}", p

    return dict(walk(get_resolver().url_patterns, ""))[name]


def serve(patch: pytest.MonkeyPatch, name: str, view: Any) -> None:
    patch.setattr(pattern_of(name), "callback", view)


def bare(name: str) -> Any:
    """The view without its policy."""
    return every_url()[name].__wrapped__


# ── policies ──


@planted(urls("organization:members", people=("staff", "anonymous")))
def policy_removed(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "organization:members", bare("organization:members"))


@planted(urls("organization:members", people=("anonymous", "proposer")))
def policy_removed_and_default_deny_too(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "organization:members", lambda _request: HttpResponse("all"))
    patch.setattr(middleware.DefaultDeny, "process_view", lambda *_a: None)
    # It was bound when the handler was made.
    browser.handler.load_middleware()


@planted(urls("proposals:settings", people=("staff", "proposer")))
def policy_widened_to_every_account(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "proposals:settings", policy()(bare("proposals:settings")))


@planted(urls("organization:members", people=("anonymous",)))
def policy_turned_public(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "organization:members", public(bare("organization:members")))


@planted(urls("audit:list", people=("staff",)))
def log_opened_to_those_it_watches(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "audit:list", policy("auditor", "tenant_admin", "staff")(bare("audit:list")))


@planted(urls("proposals:inbox", people=("clerk_a",)))
def policy_narrowed(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "proposals:inbox", policy("member")(bare("proposals:inbox")))


@planted(urls("organization:post_add", people=("proposer", "clerk_a")))
def roles_not_compared(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(Actor, "has", lambda *_a: True)


@planted(urls("organization:slips", people=("ended",)))
def ended_posts_kept(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(type(Post.objects.all()), "held_on", lambda self, _day: self)


@planted(fields.accounts_that_ended_are_out)
def deactivated_account_kept(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(
        PhoneOrUsernameBackend, "get_user", lambda _self, user_id: User.objects.filter(pk=user_id).first()
    )


@planted(urls("proposals:list", people=("anonymous",)))
def htmx_gets_the_sign_in_page_as_a_fragment(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(access, "_to_sign_in", lambda _request: redirect("accounts:sign_in"))


# ── committees ──


@planted(urls("proposals:detail", people=("staff",), kinds=("foreign",)))
def committee_taken_from_the_request(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real = access._load_actor
    assert real is not None

    def load(request: Any) -> Actor:
        actor = real(request)
        asked = request.GET.get("committee") or request.POST.get("committee")
        if not asked or not actor.committee_id:
            return actor
        return Actor(actor.user_id, actor.name, int(asked), actor.member_id, actor.grants, actor.committee)

    patch.setattr(access, "_load_actor", load)


def _open_all_committees(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    ids = browser.world.committee_ids
    patch.setattr(access, "scope_of", lambda actor, **_k: tenancy.scope(ids, user_id=actor.user_id))


@planted(urls("proposals:detail", people=("staff",), kinds=("foreign",)))
def wrong_tenant_in_get(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    _open_all_committees(patch, browser)
    patch.setattr(ProposalQuerySet, "visible_to", lambda self, _actor: self.all())


@planted(urls("organization:member", "organization:units_edit", people=("tenant_admin",), kinds=("foreign",)))
def scope_opened_for_all_and_lists_unscoped(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    _open_all_committees(patch, browser)
    for model in (Member, type(browser.world.a.house.units["a"])):
        patch.setattr(type(model.objects.all()), "visible_to", lambda self, _actor: self.all())


@planted(urls("deadlines:change", people=("staff",), kinds=("foreign",)))
def row_level_security_and_every_visible_to_broken(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    every_visible_to_broken(patch).__enter__()
    _open_all_committees(patch, browser)


@planted(urls("organization:switch", people=("staff",)))
def switch_to_any_committee(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def switch(request: Any) -> HttpResponse:
        request.session[organization_access.COMMITTEE_KEY] = int(request.POST["committee"])
        return redirect("home")

    serve(patch, "organization:switch", policy()(switch))


@planted(urls("proposals:setting_row", people=("tenant_admin",), kinds=("foreign",)))
def foreign_answers_otherwise_than_missing(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real, foreign = bare("proposals:setting_row"), browser.world.b.ids["topic"]

    def row(request: Any, table: str, pk: Any) -> HttpResponse:
        if pk == foreign:
            raise PermissionDenied
        answer: HttpResponse = real(request, table=table, pk=pk)
        return answer

    serve(patch, "proposals:setting_row", policy("tenant_admin")(row))


@planted(lambda browser: test_ids_in_bodies.reached(browser, "proposals:remind"))
def id_in_a_body_trusted(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def remind(request: Any) -> HttpResponse:
        for user_id in request.POST.getlist("user"):
            Notice.objects.create(
                committee_id=request.actor.committee_id, user_id=user_id, text="催办", url="/"
            )
        return redirect("home")

    serve(patch, "proposals:remind", policy("staff", "supervisor")(remind))


@planted(lambda browser: test_ids_in_bodies.reached(browser, "organization:slips"))
def slips_for_any_account(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def slips(request: Any) -> HttpResponse:
        User.objects.filter(pk__in=request.POST.getlist("user")).update(password="new")
        return redirect("home")

    serve(patch, "organization:slips", policy("tenant_admin")(slips))


# ── within a committee ──


@planted(urls("proposals:detail", people=("outsider", "clerk_b"), kinds=("own",)))
def scope_of_proposals_removed(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(
        ProposalQuerySet, "visible_to", lambda self, actor: self.filter(committee_id=actor.committee_id)
    )


@planted(urls("proposals:detail", people=("staff", "leader"), kinds=("own",)))
def drafts_opened_to_the_office(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real = ProposalQuerySet.visible_to

    def visible_to(self: Any, actor: Actor) -> Any:
        return self.filter(committee_id=actor.committee_id) if actor.has("staff") else real(self, actor)

    patch.setattr(ProposalQuerySet, "visible_to", visible_to)


@planted(urls("proposals:answer_decline", people=("other_supervisor",), kinds=("own",)))
def unit_filter_of_assignments_dropped(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(
        AssignmentQuerySet, "visible_to", lambda self, actor: self.filter(committee_id=actor.committee_id)
    )


@planted(urls("proposals:reply", people=("clerk_b", "clerk_c"), kinds=("own",)))
def parts_of_other_units_reachable(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(handling, "own_parts", lambda _actor: Assignment.objects.all())


@planted(urls("proposals:edit", people=("cosigner_1", "outsider"), kinds=("own",)))
def everybody_a_proposer(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(permissions, "is_proposer", lambda *_a: True)


@planted(urls("proposals:rate", people=("clerk_a", "leader_a"), kinds=("own",)))
def rating_opened_to_units(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(
        patch,
        "proposals:rate",
        policy("member", "staff", "unit_clerk", "unit_leader")(bare("proposals:rate")),
    )


@planted(urls("files:download", kinds=("own",)))
def file_leave_always_given(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(files_views, "can_open_file", lambda *_a: True)


@planted(urls("files:download", people=("supervisor", "staff", "proposer"), kinds=("own",)))
def letters_opened_before_they_are_sent(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(sight.Sight, "reply", lambda *_a: True)
    assert file_leave.sight_of is sight.sight_of


@planted(urls("notices:open", people=("staff", "outsider"), kinds=("own",)))
def notices_of_others_opened(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(
        NoticeQuerySet, "visible_to", lambda self, actor: self.filter(committee_id=actor.committee_id)
    )


@planted(urls("accounts:end_session", people=("staff",), kinds=("own",)))
def devices_of_others_signed_out(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(me, "get_object_or_404", lambda _found, pk: DeviceSession.objects.get(pk=pk))


@planted(urls("proposals:letter_word", people=("staff", "clerk_b", "outsider"), kinds=("own",)))
def letters_drawn_from_unsent_replies(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(sight.Sight, "letter", lambda *_a: True)


@planted(urls("proposals:reply_versions", people=("proposer", "outsider"), kinds=("own",)))
def drafts_of_replies_shown_to_members(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(sight.Sight, "drafts", lambda *_a: True)


@planted(urls("proposals:archive", people=("tenant_admin",), kinds=("own",)))
def archive_opened_to_administrators(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "proposals:archive", policy("staff", "tenant_admin")(bare("proposals:archive")))


@planted(urls("proposals:import_show", people=("reviewer", "clerk_a"), kinds=("own",)))
def imports_opened_to_every_post(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "proposals:import_show", policy()(bare("proposals:import_show")))


@planted(urls("jobs:download", people=("tenant_admin", "outsider"), kinds=("own",)))
def files_of_jobs_opened_to_the_committee(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(JobQuerySet, "visible_to", lambda self, actor: self.filter(committee_id=actor.committee_id))


@planted(urls("proposals:report_promise", people=("clerk_b", "clerk_c"), kinds=("own",)))
def promises_of_other_units_reachable(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(
        PromiseQuerySet, "visible_to", lambda self, actor: self.filter(committee_id=actor.committee_id)
    )


@planted(urls("proposals:key", people=("proposer", "clerk_a"), kinds=("own",)))
def pool_of_key_proposals_opened(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(
        KeyProposalQuerySet, "visible_to", lambda self, actor: self.filter(committee_id=actor.committee_id)
    )


@planted(urls("proposals:report", "proposals:report_word", people=("outsider",), kinds=("own",)))
def report_opened_to_members(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    for name in ("proposals:report", "proposals:report_word"):
        serve(patch, name, policy("staff", "reviewer", "leader", "auditor", "member")(bare(name)))


@planted(urls("proposals:return_from_office", people=("other_supervisor",), kinds=("own",)))
def hand_over_of_another_office_reachable(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real = ProposalQuerySet.visible_to

    def visible_to(self: Any, actor: Actor) -> Any:
        over = self.filter(committee_id=actor.committee_id, office__isnull=False)
        return over if actor.has("supervisor") else real(self, actor)

    patch.setattr(ProposalQuerySet, "visible_to", visible_to)


@planted(apart.unit_sees_only_its_own)
def units_under_one_office_see_each_others_matters(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real = ProposalQuerySet.visible_to

    def visible_to(self: Any, actor: Actor) -> Any:
        units = Unit.objects.filter(pk__in=actor.subjects("unit_clerk", "unit_leader"))
        beside = Assignment.objects.filter(unit__supervised_by__in=units.values("supervised_by"))
        seen = real(self.model.objects.all(), actor).values("pk")
        return self.filter(Q(pk__in=seen) | Q(pk__in=beside.values("proposal")))

    patch.setattr(ProposalQuerySet, "visible_to", visible_to)


# ── what a page shows ──


@planted(lambda browser: fields.lists_show_only_what_may_be_seen(browser, ("clerk_a",)))
def export_without_filter(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def everything(actor: Actor, _wanted: Any) -> list[dict[str, str]]:
        mine = Proposal.objects.filter(committee_id=actor.committee_id)
        return [{"title": t} for t in mine.values_list("matter__title", flat=True)]

    patch.setattr(lists, "export_rows", everything)


@planted(lambda browser: fields.pages_show_no_unsent_words(browser, ("handling", "separate")))
def unsent_replies_on_the_page(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(sight.Sight, "reply", lambda *_a: True)


@planted(lambda browser: fields.phones_are_masked(browser, ("organization:member", "accounts:me")))
def phones_not_masked(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(User, "masked_phone", property(lambda self: self.phone))


@planted(urls("publishing:proposal", people=("anonymous",), kinds=("own",)))
def public_site_ignores_visibility(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(ProposalQuerySet, "visible_to", lambda self, _actor: self.all())
    real = tenancy.scope

    class Careless:
        @staticmethod
        def scope(ids: Any, **_audience: Any) -> Any:
            return real(ids)

    patch.setattr(publishing_views, "tenancy", Careless)


@planted(urls("publishing:proposal", people=("anonymous",), kinds=("foreign",)))
def public_page_under_another_committees_code(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real, code = publishing_views._committee, browser.world.b.ids["code"]
    patch.setattr(publishing_views, "_committee", lambda request, _code: real(request, code))


# ── requests ──


@planted(urls("proposals:detail", people=("staff",), kinds=("own",)))
def get_that_writes(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real = show.detail_page

    def writing(actor: Actor, proposal: Any) -> Any:
        Notice.objects.create(committee_id=proposal.committee_id, user_id=actor.user_id, text="x", url="/")
        return real(actor, proposal)

    patch.setattr(show, "detail_page", writing)


@planted(tokens("proposals:enter"))
def form_exempt_from_its_token(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    view = every_url()["proposals:enter"]
    patch.setattr(view, "csrf_exempt", True, raising=False)


@planted(urls("deadlines:calendar", people=("staff",), kinds=("own",)))
def every_method_accepted(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(
        patch, "deadlines:calendar", policy("staff", "tenant_admin")(bare("deadlines:calendar").__wrapped__)
    )


@planted(urls("proposals:edit", people=("proposer",), kinds=("own",)))
def refusal_answered_as_a_fault(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(middleware.Refusals, "process_exception", lambda *_a: None)
    browser.handler.load_middleware()


@planted(urls("proposals:settings", people=("proposer",), kinds=("own",)))
def refused_post_leaves_a_trace(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real = middleware.Refusals.__call__

    def leaving(self: Any, request: Any) -> Any:
        answer = real(self, request)
        if request.method == "POST":
            User.objects.filter(pk=request.user.pk).update(name="改了")
        return answer

    patch.setattr(middleware.Refusals, "__call__", leaving)


@planted(test_idempotency.keys_belong_to_one_person)
def once_key_ignores_the_person(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    class Careless:
        class objects:  # noqa: N801
            @staticmethod
            def filter(**found: Any) -> Any:
                return once_model.objects.filter(Q(key=found["key"]))

    once_model = once.OnceKey
    patch.setattr(once, "OnceKey", Careless)


@planted(lambda browser: test_idempotency.acts_twice(browser, "proposals:new"))
def once_key_not_looked_at(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(once, "_key", lambda _request: None)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault_planted_is_caught(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, name: str, record_property: Any
) -> None:
    fault = FAULTS[name]
    fault.plant(monkeypatch, browser)
    assert fault.look(browser) != [], f"nobody noticed: {name}"
    record_property("faults", 1)


@pytest.mark.parametrize("name", looked_at_here_alone())
def test_fault_not_planted_is_not_reported(browser: Browser, name: str) -> None:
    assert FAULTS[name].look(browser) == []


def test_faults_are_enough() -> None:
    assert len(FAULTS) >= 50
