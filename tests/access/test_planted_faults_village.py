"""Faults put into the rooms of the grass roots on purpose: each one must be noticed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.access.test_planted_faults import FAULTS, bare, planted, serve, urls
from tongxin.activities.grassroots.models import ProblemQuerySet, SessionQuerySet
from tongxin.activities.topics import permissions as topic_permissions
from tongxin.activities.topics.models import Topic, TopicImport, TopicQuerySet, Voice
from tongxin.activities.topics.receipts import receipt_index
from tongxin.activities.topics.views import asked, exchange, voices
from tongxin.capabilities.codes.models import AccessCode, AccessCodeQuerySet
from tongxin.capabilities.files.models import StoredFile
from tongxin.followers.journeys import door
from tongxin.followers.journeys.views import convert, place, receipt
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import policy

if TYPE_CHECKING:
    from tests.access.world import Browser
    from tongxin.foundation.core.access import Actor

_ELSEWHERE = set(FAULTS)


def whole_committee(self: Any, actor: Actor) -> Any:
    """What a careless ``visible_to`` would return."""
    return self.filter(committee_id=actor.committee_id)


def any_topic(actor: Actor) -> Any:
    return Topic.objects.filter(committee_id=actor.committee_id)


@planted(urls("topics:detail", people=("outsider", "clerk_b", "head2"), kinds=("own",)))
def scope_of_topics_removed(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(TopicQuerySet, "visible_to", whole_committee)


@planted(urls("topics:detail", people=("head", "worker"), kinds=("own",)))
def sensitive_topics_shown_to_who_keeps_the_node(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(TopicQuerySet, "visible_to", whole_committee)


@planted(urls("topics:accept", people=("head", "head2"), kinds=("own",)))
def topics_of_every_node_decided_by_each_keeper(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(asked, "decidable", any_topic)


@planted(urls("topics:contact", people=("head2", "worker"), kinds=("own",)))
def contacts_of_every_saying_shown_to_each_keeper(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(voices, "decidable", any_topic)


@planted(urls("topics:list_close", people=("head2",), kinds=("own",)))
def every_node_kept_by_everybody(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(topic_permissions, "keeps", lambda *_a: True)


@planted(urls("topics:vote", people=("proposer", "outsider"), kinds=("own",)))
def seats_not_asked_for_in_a_vote(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(topic_permissions, "votes_in_council", lambda *_a: True)


@planted(urls("topics:import_show", people=("head", "worker"), kinds=("own",)))
def tables_of_others_opened(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(exchange, "_own", lambda request: TopicImport.objects.visible_to(request.actor))


@planted(urls("grassroots:session", people=("outsider", "clerk_b", "head2"), kinds=("own",)))
def scope_of_sessions_removed(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(SessionQuerySet, "visible_to", whole_committee)


@planted(urls("grassroots:problem", people=("clerk_b", "head2"), kinds=("own",)))
def scope_of_problems_removed(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(ProblemQuerySet, "visible_to", whole_committee)


@planted(urls("codes:show", people=("worker", "head2"), kinds=("own",)))
def codes_of_every_place_shown_to_each_keeper(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(AccessCodeQuerySet, "visible_to", whole_committee)


@planted(urls("journeys:propose_topic", people=("staff",), kinds=("own",)))
def conversions_not_checked(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(convert, "check", lambda *_a: None)


@planted(urls("statistics:home", people=("tenant_admin",), kinds=("own",)))
def figures_opened_to_administrators(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    looks = policy("staff", "leader", "auditor", "tenant_admin")
    serve(patch, "statistics:home", looks(bare("statistics:home")))


# ── what the public reaches ──


def careless(*committee_ids: int) -> Any:
    """A scope without an audience, over these committees too."""
    real = tenancy.scope
    return SimpleNamespace(scope=lambda ids, **_audience: real([*ids, *committee_ids]))


@planted(urls("front:place", people=("anonymous",), kinds=("own",)))
def suspended_codes_open_without_an_audience(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(door, "tenancy", careless())
    found = AccessCode.objects.select_related("committee", "node", "matter")
    patch.setattr(door, "find_active", lambda _committee, token: found.filter(token=token).first())


@planted(urls("front:place", people=("anonymous",), kinds=("foreign",)))
def code_of_another_committee_opens(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real, foreign = door.open_door, browser.world.b.ids["code"]
    patch.setattr(place, "open_door", lambda request, _code, token: real(request, foreign, token))


@planted(urls("front:receipt", people=("anonymous",), kinds=("foreign",)))
def receipt_of_another_committee_opens(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    other = browser.world.b.house.committee

    def find_voice(_committee: Any, code: str) -> Voice | None:
        with tenancy.scope([other.pk]):
            found = Voice.objects.select_related("committee", "topic__matter", "node")
            return found.filter(receipt_index=receipt_index(other.pk, code)).first()

    patch.setattr(receipt, "find_voice", find_voice)


@planted(urls("front:picture", people=("anonymous",), kinds=("own",)))
def every_picture_on_every_receipt(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def everything(_voice: Voice) -> Any:
        with tenancy.scope(browser.world.committee_ids):
            ids = tuple(str(pk) for pk in StoredFile.objects.values_list("pk", flat=True))
        return SimpleNamespace(steps=[SimpleNamespace(picture_ids=ids)])

    patch.setattr(receipt, "public_chain", everything)


FAULTS_HERE = sorted(set(FAULTS) - _ELSEWHERE)


@pytest.mark.parametrize("name", FAULTS_HERE)
def test_fault_of_the_grass_roots_planted_is_caught(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, name: str, record_property: Any
) -> None:
    fault = FAULTS[name]
    fault.plant(monkeypatch, browser)
    assert fault.look(browser) != [], f"nobody noticed: {name}"
    record_property("faults", 1)


@pytest.mark.parametrize("name", FAULTS_HERE)
def test_fault_of_the_grass_roots_not_planted_is_not_reported(browser: Browser, name: str) -> None:
    assert FAULTS[name].look(browser) == []


def test_faults_of_the_grass_roots_are_enough() -> None:
    assert len(FAULTS_HERE) >= 12
