"""Faults put into online conversations on purpose, and the look that must notice each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.shortcuts import get_object_or_404

from tests.access import fields_talks, test_idempotency
from tests.access.test_planted_faults import FAULTS, bare, planted, serve, urls
from tongxin.activities.conversations.actions import casting
from tongxin.activities.conversations.keys import voice_index
from tongxin.activities.conversations.models import Conversation, ConversationQuerySet, Statement, Voice
from tongxin.activities.conversations.models.statement import StatementQuerySet
from tongxin.activities.conversations.selectors import voting as voting_pages
from tongxin.activities.conversations.views import desk, keeping, maps, voting
from tongxin.activities.conversations.views.doors import Door, find_committee
from tongxin.foundation.core import once, tenancy
from tongxin.foundation.core.access import Actor, policy
from tongxin.foundation.organization.models import Member

if TYPE_CHECKING:
    from tests.access.world import Browser

_ELSEWHERE = set(FAULTS)


@planted(urls("conversations:detail", "conversations:vote", people=("proposer",), kinds=("own",)))
def circle_not_looked_at(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def visible_to(self: Any, actor: Actor) -> Any:
        return self.filter(committee_id=actor.committee_id)

    patch.setattr(ConversationQuerySet, "visible_to", visible_to)
    patch.setattr("tongxin.activities.conversations.views.doors.can_take_part", lambda *_a: True)


@planted(fields_talks.drafts_say_nothing)
def drafts_listed_to_members(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(
        ConversationQuerySet, "visible_to", lambda self, actor: self.filter(committee_id=actor.committee_id)
    )


@planted(urls("talks:vote", "talks:map", people=("anonymous",), kinds=("own",)))
def public_door_opens_every_conversation(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def careless(request: Any, code: str, number: str) -> Door:
        committee = find_committee(request, code)
        with tenancy.scope([committee.pk]):
            rows = Conversation.objects.select_related("matter")
            return Door(get_object_or_404(rows, matter__code=number), committee, path="/")

    patch.setattr(Door, "secret", "")
    patch.setattr(Door, "layout", "layouts/public.html")
    for views in (voting, maps):
        patch.setattr(views, "open_public", careless)


@planted(fields_talks.results_wait_for_the_own_answers)
def results_shown_before_the_own_answers(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(maps, "sees_map", lambda *_a, **_k: True)


@planted(fields_talks.results_wait_for_the_own_answers)
def one_answer_opens_the_results(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr("tongxin.activities.conversations.selectors.shown.MAP_AFTER", 1)


@planted(urls("talks:map_data", "conversations:map_data", people=("anonymous", "proposer"), kinds=("own",)))
def numbers_handed_out_while_people_vote(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(maps, "has_open_data", lambda *_a, **_k: True)


@planted(fields_talks.nobody_sees_a_voice)
def voting_page_names_who_voted(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real = voting.voting_page

    def naming(conversation: Any, *args: Any, **more: Any) -> Any:
        keys = set(Voice.objects.filter(conversation=conversation).values_list("key_index", flat=True))
        voted = [
            member.name
            for member in Member.objects.exclude(user=None)
            if voice_index(conversation.pk, f"member {member.user_id}") in keys
        ]
        conversation.background = "、".join(voted)
        return real(conversation, *args, **more)

    patch.setattr(voting, "voting_page", naming)


@planted(fields_talks.votes_leave_no_trace_of_who)
def voice_bears_the_member(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(casting, "voice_index", lambda _conversation, secret: secret)


@planted(fields_talks.votes_leave_no_trace_of_who)
def vote_written_into_the_log(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    from tongxin.capabilities.matters.models import TimelineEntry  # noqa: PLC0415

    real = voting.cast_answers

    def noting(*, conversation: Any, **more: Any) -> Any:
        entry = TimelineEntry.objects.filter(matter_id=conversation.pk).first()
        TimelineEntry.objects.create(
            committee_id=conversation.committee_id,
            matter_id=conversation.pk,
            verb="vote",
            label="表态",
            **({"at": entry.at} if entry else {}),
        )
        return real(conversation=conversation, **more)

    patch.setattr(voting, "cast_answers", noting)


@planted(urls("conversations:desk", people=("proposer", "clerk_a"), kinds=("own",)))
def desk_opened_to_members(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(
        patch,
        "conversations:desk",
        policy("staff", "leader", "auditor", "member")(bare("conversations:desk")),
    )


@planted(fields_talks.what_waits_is_read_at_the_desk_alone)
def what_waits_listed_beside_the_form(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(StatementQuerySet, "published", lambda self: self.exclude(state="rejected"))
    patch.setattr(keeping, "can_keep", lambda *_a: True)


@planted(fields_talks.own_statements_are_shown_to_their_author_alone)
def own_statements_of_everybody(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def everybodys(conversation_id: Any, _secret: str, *, seen: Any = ()) -> list[Any]:
        rows = Statement.objects.filter(conversation_id=conversation_id).select_related("merged_into")
        return [voting_pages._told(row, seen) for row in rows]

    patch.setattr(voting_pages, "own_statements", everybodys)


@planted(fields_talks.desk_takes_only_its_own)
def ticked_statements_not_asked_whose(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    def found(_conversation: Any, keys: Any) -> list[Statement]:
        return list(Statement.objects.filter(pk__in=list(keys)).select_related("conversation__matter"))

    patch.setattr(desk, "_found", found)


@planted(urls("conversations:withdraw", "conversations:meta", people=("staff",), kinds=("own",)))
def statement_reached_through_another_conversation(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(
        desk,
        "_one",
        lambda _talk, key: get_object_or_404(
            Statement.objects.select_related("conversation__matter"), pk=key
        ),
    )


@planted(urls("journeys:raise_topic", people=("proposer",), kinds=("own",)))
def topics_made_by_members(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    serve(patch, "journeys:raise_topic", policy("staff", "member")(bare("journeys:raise_topic")))


@planted(lambda browser: test_idempotency.acts_twice(browser, "conversations:begin"))
def conversation_begun_twice(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    patch.setattr(once, "_key", lambda _request: None)


@planted(fields_talks.what_arrives_twice_counts_once)
def late_batches_undo_newer_answers(patch: pytest.MonkeyPatch, browser: Browser) -> None:
    real = casting._change

    def change(conversation: Any, voice: Any, answers: Any, batch: Any) -> Any:
        voice.heard = {}
        return real(conversation, voice, answers, batch)

    patch.setattr(casting, "_change", change)


FAULTS_HERE = sorted(set(FAULTS) - _ELSEWHERE)


@pytest.mark.parametrize("name", FAULTS_HERE)
def test_fault_of_talks_planted_is_caught(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, name: str, record_property: Any
) -> None:
    fault = FAULTS[name]
    fault.plant(monkeypatch, browser)
    assert fault.look(browser) != [], f"nobody noticed: {name}"
    record_property("faults", 1)


@pytest.mark.parametrize("name", FAULTS_HERE)
def test_fault_of_talks_not_planted_is_not_reported(browser: Browser, name: str) -> None:
    assert FAULTS[name].look(browser) == []


def test_faults_of_talks_are_enough() -> None:
    assert len(FAULTS_HERE) >= 12
