"""The pages of those who propose: list, writing, co-signing, submitting, rating."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import cosigning, reviewing
from tongxin.activities.proposals.models import Cosignature, Proposal, Rating
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return factories.make_house()


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def sign_in(client: Client, house: House, who: str) -> None:
    client.force_login(house.users[who])


def fresh(house: House, proposal: Proposal) -> Proposal:
    with house.at_work():
        return Proposal.objects.select_related("matter").get(pk=proposal.pk)


def form_of(proposal: Proposal, **changes: Any) -> dict[str, Any]:
    return {
        "title": proposal.matter.title,
        "situation": proposal.situation,
        "analysis": proposal.analysis,
        "suggestion": proposal.suggestion,
        "disclosure": proposal.disclosure,
        "version": proposal.matter.version,
        "once": str(new_key()),
        **changes,
    }


# The list


def test_mine_without_proposals_teaches_how_to_begin(client: Client, house: House) -> None:
    sign_in(client, house, "outsider")
    page = client.get(reverse("proposals:mine")).content.decode()
    assert "还没有提案" in page
    assert page.count(reverse("proposals:new")) >= 1


def test_mine_lists_what_is_asked_first_then_by_date(client: Client, house: House) -> None:
    old = factories.submitted(house, title="关于先交的提案")
    asked, _parts = factories.replied(house, title="关于等评价的提案")
    factories.draft(house, title="关于别人的提案", by="outsider")
    sign_in(client, house, "proposer")
    rows = client.get(reverse("proposals:mine")).context["rows"]
    assert [r.pk for r in rows] == [asked.pk, old.pk]
    assert rows[0].ask == "对答复说满意不满意"
    assert rows[1].ask == ""


def test_mine_of_an_invited_member_holds_the_invitation(client: Client, house: House) -> None:
    made = factories.draft(house)
    with house.at_work():
        cosigning.invite_cosigners(
            actor=house.actor("proposer"), proposal=made, members=[house.members["cosigner_1"]]
        )
    sign_in(client, house, "cosigner_1")
    rows = client.get(reverse("proposals:mine")).context["rows"]
    assert [(r.pk, r.ask, r.part) for r in rows] == [(made.pk, "是否联名", "请您联名")]


# Beginning


def test_new_makes_a_draft_of_the_member_and_opens_the_form(client: Client, house: House) -> None:
    sign_in(client, house, "proposer")
    answer = client.post(reverse("proposals:new"), {"title": "关于修路的提案", "once": str(new_key())})
    with house.at_work():
        made = Proposal.objects.select_related("matter").get()
    assert answer.url == reverse("proposals:edit", args=[made.pk])
    assert (made.matter.title, made.lead_member_id) == ("关于修路的提案", house.members["proposer"].pk)


def test_new_posted_twice_with_one_key_makes_one_draft(client: Client, house: House) -> None:
    sign_in(client, house, "proposer")
    form = {"title": "关于修路的提案", "once": str(new_key())}
    first, second = (client.post(reverse("proposals:new"), form) for _ in range(2))
    assert first.url == second.url
    with house.at_work():
        assert Proposal.objects.count() == 1


def test_new_of_a_submitter_is_the_bodys(client: Client, house: House) -> None:
    sign_in(client, house, "submitter")
    client.post(reverse("proposals:new"), {"title": "关于修路的提案", "once": str(new_key())})
    with house.at_work():
        assert Proposal.objects.get().body_id == house.body.pk


def test_new_of_a_member_who_submits_too_asks_for_whom(client: Client, house: House) -> None:
    factories.add_post(house, house.users["proposer"], "submitter", body=house.body)
    sign_in(client, house, "proposer")
    form = {"title": "关于修路的提案", "proposer": str(house.body.pk), "once": str(new_key())}
    client.post(reverse("proposals:new"), form)
    with house.at_work():
        assert Proposal.objects.get().body_id == house.body.pk


# Writing


def test_edit_saves_text_and_wishes_and_goes_to_the_check(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    form = form_of(made, situation="新的情况。", wished_1="教育局", wished_2="交通", then="check")
    answer = client.post(reverse("proposals:edit", args=[made.pk]), form)
    assert answer.url == reverse("proposals:submit", args=[made.pk])
    with house.at_work():
        made = Proposal.objects.get(pk=made.pk)
        assert made.situation == "新的情况。"
        assert {u.name for u in made.wished_units.all()} == {"教育局", "交通运输局"}


@pytest.mark.parametrize("then", ["later", "take_back:", "take_back:x", "detach:' OR 1", "nonsense"])
def test_edit_with_any_button_saves_and_goes_back_to_the_list(
    client: Client, house: House, then: str
) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    answer = client.post(
        reverse("proposals:edit", args=[made.pk]), form_of(made, situation="先放着", then=then)
    )
    assert answer.url == reverse("proposals:mine")
    assert fresh(house, made).situation == "先放着"


def test_edit_with_the_button_of_an_invitation_saves_and_asks_first(client: Client, house: House) -> None:
    made = factories.draft(house)
    invitation = invite(house, made)
    made = fresh(house, made)
    sign_in(client, house, "proposer")
    form = form_of(made, situation="先存再撤", then=f"take_back:{invitation.pk}")
    answer = client.post(reverse("proposals:edit", args=[made.pk]), form)
    assert answer.url == reverse("proposals:take_back", args=[invitation.pk])
    assert "撤回对李强的邀请吗" in client.get(answer.url).content.decode()
    assert fresh(house, made).situation == "先存再撤"


def test_edit_with_an_unknown_unit_shows_the_form_again_with_what_was_typed(
    client: Client, house: House
) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    answer = client.post(
        reverse("proposals:edit", args=[made.pk]), form_of(made, situation="改过的情况", wished_1="天文台")
    )
    assert answer.status_code == 422
    assert "没有找到「天文台」" in answer.content.decode()
    assert "改过的情况" in answer.content.decode()


def test_edit_of_an_older_version_answers_409_with_the_text_and_can_be_saved_again(
    client: Client, house: House
) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    url = reverse("proposals:edit", args=[made.pk])
    client.post(url, form_of(made, situation="第一台设备写的"))
    answer = client.post(url, form_of(made, situation="第二台设备写的"))
    assert answer.status_code == 409
    assert "第二台设备写的" in answer.content.decode()
    version = answer.context["form"]["version"].value()
    client.post(url, form_of(made, situation="第二台设备写的", version=version))
    assert fresh(house, made).situation == "第二台设备写的"


def test_edit_that_the_page_saved_itself_just_before_is_no_conflict(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    form = form_of(made, situation="刚写完就按下一步", then="check")
    client.post(reverse("proposals:autosave", args=[made.pk]), form)
    answer = client.post(reverse("proposals:edit", args=[made.pk]), form)
    assert answer.url == reverse("proposals:submit", args=[made.pk])


def test_edit_in_simple_mode_asks_less_and_keeps_the_rest(client: Client, house: House) -> None:
    made = factories.draft(house)
    with house.at_work():
        Proposal.objects.filter(pk=made.pk).update(topic=house.topic)
    sign_in(client, house, "proposer")
    client.cookies["simple"] = "1"
    url = reverse("proposals:edit", args=[made.pk])
    assert "id_topic" not in client.get(url).content.decode()
    client.post(url, form_of(made, situation="大字版写的"))
    saved = fresh(house, made)
    assert (saved.situation, saved.topic_id) == ("大字版写的", house.topic.pk)


@pytest.mark.parametrize("who", ["outsider", "staff", "clerk_a", "reviewer"])
def test_edit_of_another_persons_draft_is_not_there(client: Client, house: House, who: str) -> None:
    made = factories.draft(house)
    sign_in(client, house, who)
    answer = client.get(reverse("proposals:edit", args=[made.pk]))
    assert answer.status_code == (404 if who in {"outsider", "staff"} else 403)


def test_edit_by_an_invited_member_is_forbidden(client: Client, house: House) -> None:
    made = factories.draft(house)
    with house.at_work():
        cosigning.invite_cosigners(
            actor=house.actor("proposer"), proposal=made, members=[house.members["cosigner_1"]]
        )
    sign_in(client, house, "cosigner_1")
    answer = client.post(reverse("proposals:edit", args=[made.pk]), form_of(made, situation="不是我的"))
    assert answer.status_code == 403
    assert fresh(house, made).situation == made.situation


def test_autosave_answers_the_next_version(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    url = reverse("proposals:autosave", args=[made.pk])
    answer = client.post(url, form_of(made, situation="写了一半", wished_1="还没选完"))
    saved = fresh(house, made)
    assert answer.json()["version"] == saved.matter.version == made.matter.version + 1
    assert saved.situation == "写了一半"


def test_autosave_of_an_older_version_answers_409_in_words_and_changes_nothing(
    client: Client, house: House
) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    url = reverse("proposals:autosave", args=[made.pk])
    client.post(url, form_of(made, situation="先到"))
    answer = client.post(url, form_of(made, situation="后到"))
    assert answer.status_code == 409
    assert "有人刚刚改过" in json.loads(answer.content)["message"]
    assert fresh(house, made).situation == "先到"


def test_returned_proposal_shows_the_reason_and_what_changed(client: Client, house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        reviewing.return_proposal(actor=house.actor("reviewer"), proposal=made, reason="请补上车流数字。")
    made = fresh(house, made)
    sign_in(client, house, "proposer")
    url = reverse("proposals:edit", args=[made.pk])
    client.post(url, form_of(made, situation=made.situation + "高峰每小时900辆。"))
    page = client.get(url).content.decode()
    assert "请补上车流数字。" in page
    assert "<ins>高峰每小时900辆。</ins>" in page


# Attachments


def upload(name: str = "照片.txt", content: bytes = "车流记录".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/plain")


def test_attach_keeps_the_file_and_the_text_of_the_same_form(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    answer = client.post(
        reverse("proposals:attach", args=[made.pk]), form_of(made, situation="没存过的字", upload=upload())
    )
    assert answer.url == reverse("proposals:edit", args=[made.pk]) + "#attachments"
    with house.at_work():
        assert [f.name for f in StoredFile.objects.filter(matter=made.matter)] == ["照片.txt"]
    assert fresh(house, made).situation == "没存过的字"


def test_attach_of_a_refused_file_keeps_the_text_on_the_page(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    answer = client.post(
        reverse("proposals:attach", args=[made.pk]),
        form_of(made, situation="没存过的字", upload=upload("x.exe", b"MZ\x90\x00")),
    )
    assert answer.status_code == 409
    assert "没存过的字" in answer.content.decode()
    with house.at_work():
        assert StoredFile.objects.count() == 0


def test_detach_asks_first_then_removes(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    client.post(reverse("proposals:attach", args=[made.pk]), form_of(made, upload=upload()))
    with house.at_work():
        stored = StoredFile.objects.get()
    url = reverse("proposals:detach", args=[made.pk, stored.pk])
    assert "照片.txt" in client.get(url).content.decode()
    client.post(url)
    with house.at_work():
        assert StoredFile.objects.kept().count() == 0


def test_download_of_an_attachment_follows_the_proposal(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    client.post(reverse("proposals:attach", args=[made.pk]), form_of(made, upload=upload()))
    with house.at_work():
        url = reverse("files:download", args=[StoredFile.objects.get().pk])
    assert client.get(url).status_code == 200
    sign_in(client, house, "outsider")
    assert client.get(url).status_code == 404


# Co-signing


def test_cosigners_page_invites_the_ticked(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    keys = [str(house.members[k].pk) for k in ("cosigner_1", "cosigner_2")]
    client.post(reverse("proposals:cosigners", args=[made.pk]), {"members": keys, "once": str(new_key())})
    with house.at_work():
        assert {str(c.member_id) for c in Cosignature.objects.all()} == set(keys)


def test_cosigners_page_offers_members_in_office_but_not_oneself(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    page = client.get(reverse("proposals:cosigners", args=[made.pk])).context["page"]
    names = {c.member.name for c in page.candidates}
    assert names == {"李强", "赵敏", "孙立"}


def test_cosigners_search_keeps_what_was_ticked(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    ticked = house.members["cosigner_1"]
    answer = client.post(
        reverse("proposals:cosigners", args=[made.pk]), {"members": [str(ticked.pk)], "q": "赵", "find": "1"}
    )
    assert {c.member.name for c in answer.context["page"].candidates} == {"李强", "赵敏"}
    assert answer.context["chosen"] == {ticked.pk}
    with house.at_work():
        assert Cosignature.objects.count() == 0


def invite(house: House, proposal: Proposal, who: str = "cosigner_1") -> Cosignature:
    with house.at_work():
        (made,) = cosigning.invite_cosigners(
            actor=house.actor("proposer"), proposal=proposal, members=[house.members[who]]
        )
    return made


def test_cosign_signs_the_text_that_was_read(client: Client, house: House) -> None:
    made = factories.draft(house)
    invitation = invite(house, made)
    sign_in(client, house, "cosigner_1")
    form = {"answer": "sign", "text_version": made.text_version}
    client.post(reverse("proposals:cosign", args=[made.pk]), form)
    with house.at_work():
        invitation.refresh_from_db()
    assert (invitation.state, invitation.signed_version) == ("signed", made.text_version)


def test_cosign_of_a_text_that_changed_meanwhile_is_refused(client: Client, house: House) -> None:
    made = factories.draft(house)
    invitation = invite(house, made)
    sign_in(client, house, "cosigner_1")
    form = {"answer": "sign", "text_version": made.text_version - 1}
    assert client.post(reverse("proposals:cosign", args=[made.pk]), form).status_code == 409
    with house.at_work():
        invitation.refresh_from_db()
    assert invitation.state == "invited"


def test_cosign_without_having_read_the_text_is_refused(client: Client, house: House) -> None:
    made = factories.draft(house)
    invite(house, made)
    sign_in(client, house, "cosigner_1")
    answer = client.post(reverse("proposals:cosign", args=[made.pk]), {"answer": "sign"})
    assert answer.status_code == 409


def test_cosign_by_somebody_who_was_not_asked_is_not_there(client: Client, house: House) -> None:
    made = factories.draft(house)
    invite(house, made)
    sign_in(client, house, "outsider")
    form = {"answer": "sign", "text_version": made.text_version}
    assert client.post(reverse("proposals:cosign", args=[made.pk]), form).status_code == 404


def test_take_back_ends_the_invitation(client: Client, house: House) -> None:
    made = factories.draft(house)
    invitation = invite(house, made)
    sign_in(client, house, "proposer")
    client.post(reverse("proposals:take_back", args=[invitation.pk]))
    with house.at_work():
        invitation.refresh_from_db()
    assert invitation.state == "taken_back"


def test_take_back_by_the_invited_is_forbidden(client: Client, house: House) -> None:
    invitation = invite(house, factories.draft(house))
    sign_in(client, house, "cosigner_1")
    assert client.post(reverse("proposals:take_back", args=[invitation.pk])).status_code == 403


# Handing in


def test_submit_page_shows_what_will_be_taken_back(client: Client, house: House) -> None:
    made = factories.draft(house)
    invite(house, made)
    sign_in(client, house, "proposer")
    page = client.get(reverse("proposals:submit", args=[made.pk])).context["page"]
    assert [c.member.name for c in page.taken_back] == ["李强"]


def test_submit_hands_in_once_however_often_it_arrives(client: Client, house: House) -> None:
    made = factories.draft(house)
    sign_in(client, house, "proposer")
    url = reverse("proposals:submit", args=[made.pk])
    form = {"once": str(new_key()), "secrecy": "no"}
    first, second = client.post(url, form), client.post(url, form)
    assert first.url == second.url == reverse("proposals:detail", args=[made.pk])
    saved = fresh(house, made)
    assert (saved.state, saved.serial) == ("submitted", 1)
    with house.at_work():
        assert TimelineEntry.objects.filter(matter=made.matter, verb="submit").count() == 1


def test_submit_of_an_unfinished_text_says_what_is_missing_and_where(client: Client, house: House) -> None:
    made = factories.draft(house)
    with house.at_work():
        Proposal.objects.filter(pk=made.pk).update(suggestion="")
    sign_in(client, house, "proposer")
    answer = client.post(reverse("proposals:submit", args=[made.pk]), {"once": str(new_key())})
    assert answer.status_code == 422
    assert reverse("proposals:edit", args=[made.pk]) + "#id_suggestion" in answer.content.decode()
    assert fresh(house, made).state == "draft"


def test_withdraw_asks_first_then_ends_it(client: Client, house: House) -> None:
    made = factories.submitted(house)
    sign_in(client, house, "proposer")
    url = reverse("proposals:withdraw", args=[made.pk])
    assert client.get(url).status_code == 200
    assert fresh(house, made).state == "submitted"
    client.post(url, {"reason": "情况变了"})
    assert fresh(house, made).state == "withdrawn"


# Rating


def reply_url(house: House, parts: dict[str, Any]) -> str:
    with house.at_work():
        parts["a"].refresh_from_db()
        return reverse("proposals:rate", args=[parts["a"].reply.pk])


def test_rate_keeps_the_word_and_closes(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    sign_in(client, house, "proposer")
    form = {"attitude": "satisfied", "result": "basically", "once": str(new_key())}
    client.post(reply_url(house, parts), form)
    assert fresh(house, made).state == "closed"
    with house.at_work():
        rating = Rating.objects.get()
    assert (rating.attitude, rating.result, rating.entered_by_id) == ("satisfied", "basically", None)


def test_rate_dissatisfied_without_a_reason_asks_for_one(client: Client, house: House) -> None:
    _made, parts = factories.replied(house)
    sign_in(client, house, "proposer")
    answer = client.post(reply_url(house, parts), {"attitude": "satisfied", "result": "dissatisfied"})
    assert answer.status_code == 422
    assert "请写一两句原因" in answer.content.decode()
    with house.at_work():
        assert Rating.objects.count() == 0


def test_rate_in_simple_mode_asks_one_thing_at_a_time(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    sign_in(client, house, "proposer")
    client.cookies["simple"] = "1"
    url = reply_url(house, parts)
    assert client.get(url).context["ask"].name == "attitude"
    second = client.post(url, {"attitude": "satisfied"})
    assert second.context["ask"].name == "result"
    third = client.post(url, {"attitude": "satisfied", "result": "dissatisfied"})
    assert third.context["ask"].name == "comment"
    client.post(url, {"attitude": "satisfied", "result": "dissatisfied", "comment": "还没装"})
    assert fresh(house, made).state == "dissatisfied"


def test_rate_from_paper_is_the_proposers_word_entered_by_staff(client: Client, house: House) -> None:
    _made, parts = factories.replied(house)
    sign_in(client, house, "staff")
    form = {"attitude": "satisfied", "result": "satisfied", "scan": upload("征询意见表.txt")}
    client.post(reply_url(house, parts), form)
    with house.at_work():
        rating = Rating.objects.get()
        assert rating.member_id == house.members["proposer"].pk
        assert rating.entered_by_id == house.users["staff"].pk
        assert StoredFile.objects.get().subject_id == rating.pk


@pytest.mark.parametrize("who", ["clerk_a", "leader_a", "supervisor", "cosigner_1", "outsider"])
def test_rate_by_anybody_else_is_forbidden(client: Client, house: House, who: str) -> None:
    _made, parts = factories.replied(house, cosigners=["cosigner_1"])
    url = reply_url(house, parts)
    sign_in(client, house, who)
    form = {"attitude": "satisfied", "result": "satisfied"}
    assert (client.get(url).status_code, client.post(url, form).status_code) == (403, 403)
    with house.at_work():
        assert Rating.objects.count() == 0


# Text of strangers


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


def test_hostile_text_is_shown_as_text_on_every_page(client: Client, house: House) -> None:
    made = factories.draft(house, title=HOSTILE[:60])
    sign_in(client, house, "proposer")
    client.post(
        reverse("proposals:edit", args=[made.pk]),
        form_of(
            made,
            situation=HOSTILE,
            analysis=HOSTILE,
            suggestion=HOSTILE,
            disclosure="none",
            disclosure_reason=HOSTILE,
        ),
    )
    for name in ("detail", "edit", "submit", "cosigners", "withdraw"):
        page = client.get(reverse(f"proposals:{name}", args=[made.pk])).content.decode()
        assert "<img src=x" not in page, name
        assert "alert(1)</script>" not in page, name
    assert "<img src=x" not in client.get(reverse("proposals:mine")).content.decode()


# How much is read


def selects(queries: Any) -> int:
    return sum(q["sql"].startswith("SELECT") for q in queries.captured_queries)


def test_mine_reads_the_same_number_of_times_with_one_and_three(
    client: Client, house: House, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, house, "proposer")
    factories.replied(house)
    client.get(reverse("proposals:mine"))  # the first page of a session also notes the device
    with django_assert_max_num_queries(99) as one:
        client.get(reverse("proposals:mine"))
    factories.replied(house)
    factories.submitted(house)
    with django_assert_max_num_queries(99) as three:
        client.get(reverse("proposals:mine"))
    assert selects(one) == selects(three) == 6


def test_edit_reads_the_same_number_of_times_with_one_and_three(
    client: Client, house: House, django_assert_max_num_queries: Any
) -> None:
    made = factories.draft(house)
    url = reverse("proposals:edit", args=[made.pk])
    sign_in(client, house, "proposer")
    invite(house, made)
    client.get(url)  # the first page of a session also notes the device
    with django_assert_max_num_queries(99) as one:
        client.get(url)
    for key in ("cosigner_2", "outsider"):
        invite(house, made, key)
    with django_assert_max_num_queries(99) as three:
        client.get(url)
    assert selects(one) == selects(three) == 12
