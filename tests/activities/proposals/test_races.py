"""Many hands at the same moment, with real commits: exactly one effect each, no gap, no deadlock."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import (
    advising,
    cosigning,
    drafting,
    handling,
    merging,
    rating,
    replying,
    reviewing,
    taking_back,
)
from tongxin.activities.proposals.models import Assignment, Cosignature, Proposal, ProposalRules, Rating
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import MatterLink, TimelineEntry
from tongxin.foundation.audit.verify import verify
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories import House

HANDS = 50


@pytest.fixture
def house(fresh_db: str) -> House:
    return factories.make_house()


def at_once(house: House, works: list[Callable[[], object]]) -> list[str]:
    """Let everybody begin at the same moment; return how each was answered: ``done`` or the refusal."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> str:
        try:
            start.wait(60)
            with house.at_work():
                work()
        except (Refused, PermissionDenied) as no:
            return type(no).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def test_filings_fifty_at_once_give_numbers_without_gap(house: House) -> None:
    waiting = [factories.under_review(house) for _ in range(HANDS)]
    reviewer = house.actor("reviewer")
    done = at_once(house, [lambda p=p: reviewing.file_proposal(actor=reviewer, proposal=p) for p in waiting])
    assert done == ["done"] * HANDS
    with house.at_work():
        numbers = sorted(Proposal.objects.values_list("number", flat=True))
        codes = sorted(Proposal.objects.values_list("matter__code", flat=True))
        assert numbers == list(range(1, HANDS + 1))
        assert codes == [f"2026-{n:03d}" for n in numbers]
    assert verify().ok


def test_filing_that_fails_gives_its_number_back(house: House) -> None:
    first, second, third = (factories.under_review(house) for _ in range(3))
    reviewer = house.actor("reviewer")
    with house.at_work():
        reviewing.file_proposal(actor=reviewer, proposal=first)
    with pytest.raises(ZeroDivisionError), house.at_work():  # noqa: PT012 (it fails after the filing)
        reviewing.file_proposal(actor=reviewer, proposal=second)
        _ = 1 / 0
    with house.at_work():
        assert reviewing.file_proposal(actor=reviewer, proposal=third).number == 2
        assert reviewing.file_proposal(actor=reviewer, proposal=second).number == 3


def test_filings_of_one_proposal_at_once_give_one_number(house: House) -> None:
    waiting = factories.under_review(house)
    reviewer = house.actor("reviewer")
    done = at_once(house, [lambda: reviewing.file_proposal(actor=reviewer, proposal=waiting)] * 10)
    assert done == ["Refused"] * 9 + ["done"]
    assert factories.filed(house).number == 2


def test_submissions_fifty_at_once_of_one_proposal_give_one_serial(house: House) -> None:
    drafted = factories.draft(house)
    proposer = house.actor("proposer")
    done = at_once(house, [lambda: drafting.submit_proposal(actor=proposer, proposal=drafted)] * HANDS)
    assert done == ["Refused"] * (HANDS - 1) + ["done"]
    assert factories.submitted(house).serial == 2


def _posts(who: Any, url: str, fields: dict[str, str]) -> Callable[[], object]:
    def post() -> int:
        client = Client()
        client.cookies = who.cookies
        response = client.post(url, fields)
        assert response.status_code == 302, response.content.decode()[:400]
        return response.status_code

    return post


def test_form_posted_fifty_times_at_once_is_one_proposal_and_one_submission(house: House) -> None:
    browser = Client()
    browser.force_login(house.users["proposer"])
    fields = {"title": "关于改善学校门口交通的提案", "once": str(new_key())}
    assert at_once(house, [_posts(browser, reverse("proposals:new"), fields)] * HANDS) == ["done"] * HANDS
    with house.at_work():
        proposal = Proposal.objects.get()
        drafting.save_draft(
            actor=house.actor("proposer"), proposal=proposal, version=None, fields=factories.TEXT
        )
    url = reverse("proposals:submit", args=[proposal.pk])
    fields = {"once": str(new_key()), "secrecy": "no"}
    assert at_once(house, [_posts(browser, url, fields)] * HANDS) == ["done"] * HANDS
    with house.at_work():
        proposal = Proposal.objects.select_related("matter").get()
        assert (proposal.state, proposal.serial) == ("submitted", 1)
        assert TimelineEntry.objects.filter(matter_id=proposal.pk, verb="submit").count() == 1
        assert Deadline.objects.running().filter(matter_id=proposal.pk).count() == 1


def test_signatures_fifty_at_once_of_one_invitation_are_one(house: House) -> None:
    drafted = factories.draft(house)
    with house.at_work():
        (invitation,) = cosigning.invite_cosigners(
            actor=house.actor("proposer"), proposal=drafted, members=[house.members["cosigner_1"]]
        )
    signer = house.actor("cosigner_1")
    done = at_once(
        house,
        [lambda: cosigning.answer_invitation(actor=signer, cosignature=invitation, signs=True)] * HANDS,
    )
    assert done == ["done"] * HANDS
    with house.at_work():
        assert Cosignature.objects.get().state == "signed"
        assert TimelineEntry.objects.filter(verb="cosign").count() == 1


def test_signature_while_the_text_is_changed_never_holds_for_the_unread_text(house: House) -> None:
    drafted = factories.draft(house)
    proposer, signer = house.actor("proposer"), house.actor("cosigner_1")
    with house.at_work():
        (invitation,) = cosigning.invite_cosigners(
            actor=proposer, proposal=drafted, members=[house.members["cosigner_1"]]
        )
        read = Proposal.objects.get(pk=drafted.pk).text_version
    changed, signing = threading.Event(), threading.Event()

    def change() -> None:
        with transaction.atomic():
            drafting.save_draft(
                actor=proposer, proposal=drafted, version=None, fields={"suggestion": "请换一种做法。"}
            )
            changed.set()
            signing.wait(30)
            # The signer stands before the lock now; give it time to get there.
            threading.Event().wait(0.3)

    def sign() -> None:
        changed.wait(30)
        signing.set()
        cosigning.answer_invitation(actor=signer, cosignature=invitation, signs=True, text_version=read)

    assert at_once(house, [change, sign]) == ["Refused", "done"]
    with house.at_work():
        assert Cosignature.objects.get().state == "invited"


def test_two_staff_assign_at_once_gives_one_unit(house: House) -> None:
    waiting = factories.filed(house)
    done = at_once(
        house,
        [
            lambda who=who, unit=unit: handling.assign_proposal(
                actor=house.actor(who),
                proposal=waiting,
                to=handling.HandOver((house.units[unit],)),
            )
            for who, unit in (("staff", "a"), ("staff_2", "b"))
        ],
    )
    assert done == ["Refused", "done"]
    with house.at_work():
        assert Assignment.objects.count() == 1


def test_two_clerks_sign_for_at_once_is_one_move(house: House) -> None:
    _proposal, parts = factories.assigned(house)
    works = [
        lambda who=who: handling.sign_for(actor=house.actor(who), assignment=parts["a"])
        for who in ("clerk_a", "leader_a")
    ]
    assert at_once(house, works) == ["Refused", "done"]
    with house.at_work():
        assert TimelineEntry.objects.filter(verb="sign_for").count() == 1


def test_last_two_countersign_at_once_sends_the_draft_on(house: House) -> None:
    _proposal, parts = factories.assigned(house, to="a", co="bc")
    for unit in "bc":
        factories.answer(house, unit, parts[unit], until="handling")
    factories.answer(house, "a", parts["a"], until="countersigning")
    works = [
        lambda u=u: replying.countersign_reply(
            actor=house.actor(f"clerk_{u}"), co_assignment=parts[u], agrees=True
        )
        for u in "bc"
    ]
    assert at_once(house, works) == ["done", "done"]
    with house.at_work():
        assert Assignment.objects.get(pk=parts["a"].pk).state == "approving"


def test_two_raters_at_once_give_one_rating(house: House) -> None:
    proposal, parts = factories.replied(house)
    works = [
        lambda who=who, word=word: rating.rate_reply(
            actor=house.actor(who),
            reply=parts["a"].reply,
            attitude="satisfied",
            result=word,
            comment="还没有装灯",
        )
        for who, word in (("proposer", "dissatisfied"), ("staff", "satisfied"))
    ]
    assert at_once(house, works) == ["Refused", "done"]
    with house.at_work():
        word = Rating.objects.get().result
        state = Proposal.objects.select_related("matter").get(pk=proposal.pk).state
        assert state == {"dissatisfied": "dissatisfied", "satisfied": "closed"}[word]


def test_opposite_merges_at_once_do_not_wait_for_each_other(house: House) -> None:
    reviewer = house.actor("reviewer")
    for _ in range(3):
        one, two = factories.under_review(house), factories.under_review(house)
        works: list[Callable[[], object]] = []
        for _hand in range(10):
            works += [
                lambda one=one, two=two: reviewing.merge_proposal(actor=reviewer, proposal=one, into=two),
                lambda one=one, two=two: reviewing.merge_proposal(actor=reviewer, proposal=two, into=one),
            ]
        assert at_once(house, works) == ["Refused"] * 19 + ["done"]


def test_reminders_of_many_while_units_sign_for_do_not_wait_for_each_other(house: House) -> None:
    parts = [factories.assigned(house)[1]["a"] for _ in range(8)]
    staff, clerk = house.actor("staff"), house.actor("clerk_a")
    works: list[Callable[[], object]] = [
        lambda: handling.remind_units(actor=staff, assignments=parts),
        lambda: handling.remind_units(actor=staff, assignments=parts[::-1]),
        *[lambda p=p: handling.sign_for(actor=clerk, assignment=p) for p in reversed(parts)],
    ]
    assert at_once(house, works) == ["done"] * 10
    assert verify().ok


def test_two_reviewers_who_decide_at_once_make_one_decision(house: House) -> None:
    factories.add_person(house, "reviewer_2", "复读", "reviewer")
    made = [factories.under_review(house) for _ in range(8)]
    first, second = house.actor("reviewer"), house.actor("reviewer_2")
    for proposal in made:
        done = at_once(
            house,
            [
                lambda p=proposal: reviewing.file_proposal(actor=first, proposal=p),
                lambda p=proposal: reviewing.refuse_proposal(actor=second, proposal=p, reason=house.reason),
            ],
        )
        assert done == ["Refused", "done"]
    with house.at_work():
        numbers = sorted(Proposal.objects.filter(number__isnull=False).values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        decided = TimelineEntry.objects.filter(verb__in=("file", "not_file")).count()
        assert decided == len(made)


def test_opinions_of_one_stage_at_once_are_one(house: House) -> None:
    with house.at_work():
        ProposalRules.objects.update_or_create(committee=house.committee, defaults={"review_stages": 2})
    actors = [house.actor("reviewer")]
    for n in range(2, 6):
        factories.add_person(house, f"reviewer_{n}", f"审读{n}", "reviewer")
        actors.append(house.actor(f"reviewer_{n}"))
    made = factories.under_review(house)
    done = at_once(
        house,
        [
            lambda a=actor: advising.advise_proposal(actor=a, proposal=made, advice=advising.Advice("file"))
            for actor in actors
        ],
    )
    assert done == ["Refused"] * 4 + ["done"]


@pytest.mark.parametrize("child_first", [True, False])
def test_answer_and_unmerge_at_once_leave_one_of_both(house: House, child_first: bool) -> None:  # noqa: FBT001
    reviewer, staff = house.actor("reviewer"), house.actor("staff")
    for n in range(5):
        pair = [factories.filed(house, title=f"关于第{n}件的提案{k}") for k in "甲乙"]
        # Whichever was made first is locked first.
        child, lead = pair if child_first else reversed(pair)
        with house.at_work():
            reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=child, into=lead)
            (part,) = handling.assign_proposal(
                actor=house.actor("staff"), proposal=lead, to=handling.HandOver((house.units["a"],))
            )
        part = factories.answer(house, "a", part, until="reply_review")
        done = at_once(
            house,
            [
                lambda c=child: merging.unmerge_proposal(actor=reviewer, proposal=c),
                lambda p=part: replying.pass_reply(actor=staff, assignment=p),
            ],
        )
        with house.at_work():
            now = Proposal.objects.select_related("matter").get(pk=child.pk)
            parts = Assignment.objects.filter(proposal=child).count()
        assert done in (["done", "done"], ["Refused", "done"])
        assert (now.state, parts, now.merged_into_id) in {("filed", 0, None), ("replied", 1, lead.pk)}


def test_last_part_taken_back_and_unmerge_at_once_do_not_wait_for_each_other(house: House) -> None:
    reviewer, staff = house.actor("reviewer"), house.actor("staff")
    for n in range(8):
        # Made first, the child is locked first; taking the last unit's part back answers it with the lead.
        child, lead = (factories.filed(house, title=f"关于第{n}件的提案{k}") for k in "甲乙")
        with house.at_work():
            reviewing.merge_proposal(actor=reviewer, proposal=child, into=lead)
            to = handling.HandOver((house.units["a"], house.units["b"]), separate=True)
            answered, open_ = handling.assign_proposal(actor=staff, proposal=lead, to=to)
        factories.answer(house, "a", answered)
        done = at_once(
            house,
            [
                lambda c=child: merging.unmerge_proposal(actor=reviewer, proposal=c),
                lambda p=open_: taking_back.take_back_part(actor=staff, assignment=p, reason="职能已划转"),
            ],
        )
        with house.at_work():
            now = Proposal.objects.select_related("matter").get(pk=child.pk)
        assert done in (["done", "done"], ["Refused", "done"])
        assert (now.state, now.merged_into_id) in {("filed", None), ("replied", lead.pk)}


def test_merge_and_unmerge_at_once_end_in_one_of_both(house: House) -> None:
    lead, child = factories.filed(house), factories.filed(house)
    reviewer = house.actor("reviewer")
    with house.at_work():
        reviewing.merge_proposal(actor=reviewer, proposal=child, into=lead)
    for _ in range(5):
        at_once(
            house,
            [
                lambda: merging.unmerge_proposal(actor=reviewer, proposal=child),
                lambda: reviewing.merge_proposal(actor=reviewer, proposal=child, into=lead),
            ],
        )
        with house.at_work():
            now = Proposal.objects.select_related("matter").get(pk=child.pk)
            links = MatterLink.objects.count()
        assert (now.state, now.merged_into_id, links) in {("filed", None, 0), ("merged", lead.pk, 1)}
        if now.state == "filed":
            with house.at_work():
                reviewing.merge_proposal(actor=reviewer, proposal=child, into=lead)
