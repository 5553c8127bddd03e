"""Writing, co-signing and submitting: sentences, people told, lengths, numbers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from tests.activities.proposals.notices import told
from tongxin.activities.proposals.actions import cosigning, drafting, reviewing
from tongxin.activities.proposals.models import Cosignature, Proposal, ProposalRules, Revision
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import Participation
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.enums import BodyKind
from tongxin.foundation.organization.models import Body, Member, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.factories import House

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def refused(house: House, act: Any, **arguments: Any) -> str:
    with house.at_work(), pytest.raises(Refused) as no:
        act(**arguments)
    return no.value.message


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": "太短"}, "案由太短，请写清楚是关于什么的提案。"),
        ({"situation": " "}, "情况还没有写。"),
        ({"analysis": ""}, "分析还没有写。"),
        ({"suggestion": "\n"}, "请至少写一条具体建议，没有建议的提案不能立案。"),
        ({"analysis": "长" * 2501}, "正文2549字，超过了2500字，请精简。"),
        ({"disclosure": "none"}, "不公开的提案请写明原因。"),
    ],
)
def test_submit_incomplete_says_what_to_mend(house: House, change: dict[str, object], sentence: str) -> None:
    drafted = factories.draft(house)
    with house.at_work():
        drafting.save_draft(actor=house.actor("proposer"), proposal=drafted, version=None, fields=change)
    assert (
        refused(house, drafting.submit_proposal, actor=house.actor("proposer"), proposal=drafted) == sentence
    )


def test_save_of_a_returned_text_kept_secret_without_reason_is_refused(house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        reviewing.return_proposal(actor=house.actor("reviewer"), proposal=made, reason="请补充数据")
    arguments = {"actor": house.actor("proposer"), "proposal": made, "version": None}
    assert (
        refused(house, drafting.save_draft, **arguments, fields={"disclosure": "none"})
        == "不公开的提案请写明原因。"
    )
    with house.at_work():
        drafting.save_draft(**arguments, fields={"disclosure": "none", "disclosure_reason": "涉及个人隐私"})


def test_submit_second_time_says_where_it_stands(house: House) -> None:
    made = factories.submitted(house)
    assert refused(house, drafting.submit_proposal, actor=house.actor("proposer"), proposal=made) == (
        "现在是「已提交」，不能再「提交」。可能别人刚刚办过了，请刷新页面看看。"
    )


def test_submit_of_a_suspended_member_is_refused(house: House) -> None:
    drafted = factories.draft(house)
    with house.at_work():
        Member.objects.filter(pk=house.members["proposer"].pk).update(status="suspended")
    assert (
        refused(house, drafting.submit_proposal, actor=house.actor("proposer"), proposal=drafted)
        == "只有本届在任委员可以提出提案。"
    )


@pytest.mark.parametrize(("day", "phase"), [(8, "plenary"), (9, "ordinary")])
def test_submit_up_to_the_cutoff_is_a_plenary_proposal(house: House, day: int, phase: str) -> None:
    with clock.at(date(2026, 1, day)):
        assert factories.submitted(house).phase == phase


def test_serial_is_given_at_submission_and_number_at_filing(house: House) -> None:
    first, second = factories.under_review(house), factories.under_review(house)
    assert (first.serial, second.serial) == (1, 2)
    assert (first.number, second.number) == (None, None)
    with house.at_work():
        filed = reviewing.file_proposal(actor=house.actor("reviewer"), proposal=second)
    assert (filed.serial, filed.number, filed.matter.code) == (2, 1, "2026-001")


def test_numbers_of_a_new_session_begin_again(house: House) -> None:
    assert factories.filed(house).number == 1
    with house.at_work():
        house.session = Session.objects.create(
            committee=house.committee,
            term=house.term,
            number=6,
            opens_on=MONDAY,
            closes_on=MONDAY + timedelta(days=3),
            proposal_cutoff_on=MONDAY,
            code_prefix="2026-6",
        )
    later = factories.filed(house)
    assert (later.number, later.matter.code, later.serial) == (1, "2026-6-001", 1)


def test_resubmission_keeps_serial_and_counts_who_still_signs(house: House) -> None:
    made = factories.under_review(house, cosigners=["cosigner_1", "cosigner_2"])
    proposer = house.actor("proposer")
    with house.at_work():
        reviewing.return_proposal(actor=house.actor("reviewer"), proposal=made, reason="请补充数据")
        drafting.save_draft(
            actor=proposer, proposal=made, version=None, fields={"suggestion": "请装信号灯。"}
        )
        lapsed = Cosignature.objects.get(member=house.members["cosigner_1"])
        assert lapsed.state == "lapsed"
        again = cosigning.answer_invitation(actor=house.actor("cosigner_1"), cosignature=lapsed, signs=True)
        made = drafting.submit_proposal(actor=proposer, proposal=made)
        assert (made.serial, made.kind, again.signed_version) == (1, "joint", made.text_version)
        took_part = set(Participation.objects.values_list("role", "member__name"))
        assert took_part == {("proposer", "王芳"), ("cosigner", "李强")}
        assert Revision.objects.filter(proposal=made).count() == 2
        states = dict(Cosignature.objects.values_list("member__name", "state"))
        assert states == {"李强": "signed", "赵敏": "taken_back"}


def test_submission_tells_the_office_and_not_the_proposer(house: House) -> None:
    factories.submitted(house)
    assert told(house, containing="：提交") == {"staff", "staff_2", "reviewer"}


def test_submission_entered_by_staff_tells_the_proposer_and_not_that_staff(house: House) -> None:
    staff = house.actor("staff")
    with house.at_work():
        made = drafting.draft_proposal(
            actor=staff, title="关于改善学校门口交通的提案", member=house.members["proposer"]
        )
        drafting.save_draft(actor=staff, proposal=made, version=None, fields=factories.TEXT)
        made = drafting.submit_proposal(actor=staff, proposal=made)
        assert made.entered_by_id == house.users["staff"].pk
    assert told(house, containing="：提交") == {"staff_2", "reviewer", "proposer"}


def test_draft_for_somebody_else_is_denied(house: House) -> None:
    with house.at_work(), pytest.raises(PermissionDenied, match="您不能替别人写提案。"):
        drafting.draft_proposal(
            actor=house.actor("outsider"), title="关于交通的提案", member=house.members["proposer"]
        )


def test_draft_of_a_body_that_is_not_in_use_is_refused(house: House) -> None:
    with house.at_work():
        Body.objects.update(is_active=False)
        body = Body.objects.get()
    assert (
        refused(
            house, drafting.draft_proposal, actor=house.actor("submitter"), title="关于交通的提案", body=body
        )
        == "只有本会在用的提案单位可以提出集体提案。"
    )


def test_draft_by_staff_for_a_body_of_another_committee_is_refused() -> None:
    house, other = factories.two_houses()
    with house.at_work(other), pytest.raises(Refused, match="只有本会在用的提案单位"):
        drafting.draft_proposal(actor=house.actor("staff"), title="关于交通的提案", body=other.body)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (BodyKind.PARTY, "party"),
        (BodyKind.FIC, "organization"),
        (BodyKind.SECTOR, "sector"),
        (BodyKind.GROUP, "group"),
        (BodyKind.SPECIAL_COMMITTEE, "special_committee"),
    ],
)
def test_draft_of_a_body_is_of_its_kind(house: House, kind: str, expected: str) -> None:
    house.body.kind = kind
    with house.at_work():
        made = drafting.draft_proposal(
            actor=house.actor("submitter"), title="关于交通的提案", body=house.body
        )
    assert made.kind == expected


def test_save_over_a_newer_version_is_refused_and_keeps_the_newer(house: House) -> None:
    drafted = factories.draft(house)
    version = drafted.matter.version
    with house.at_work():
        drafting.save_draft(
            actor=house.actor("proposer"), proposal=drafted, version=version, fields={"analysis": "新的。"}
        )
    sentence = refused(
        house,
        drafting.save_draft,
        actor=house.actor("proposer"),
        proposal=drafted,
        version=version,
        fields={"analysis": "旧的。"},
    )
    assert sentence.startswith("有人刚刚改过这件提案")
    with house.at_work():
        assert Proposal.objects.get(pk=drafted.pk).analysis == "新的。"


# Co-signing


def invite(house: House, drafted: Proposal, *who: str) -> list[Cosignature]:
    with house.at_work():
        return cosigning.invite_cosigners(
            actor=house.actor("proposer"), proposal=drafted, members=[house.members[w] for w in who]
        )


def test_invitation_tells_the_member_and_runs_as_long_as_the_rules_say(house: House) -> None:
    drafted = factories.draft(house)
    with house.at_work():
        ProposalRules.objects.update_or_create(
            committee=house.committee, defaults={"cosign_days": 3, "basis": "本会提案办法第七条"}
        )
    (asked,) = invite(house, drafted, "cosigner_1")
    assert told(house, containing="王芳请您联名") == {"cosigner_1"}
    with house.at_work():
        running = Deadline.objects.running().get(subject_id=asked.pk)
        # From Monday the 16th, which does not count: Tuesday, Wednesday, Thursday.
        assert (running.kind, running.due_on, running.basis) == (
            "cosign",
            date(2026, 3, 19),
            "本会提案办法第七条",
        )


def test_invitation_asked_twice_keeps_its_first_date(house: House) -> None:
    drafted = factories.draft(house)
    invite(house, drafted, "cosigner_1")
    with clock.at(MONDAY + timedelta(days=2)):
        assert invite(house, drafted, "cosigner_1") == []
    with house.at_work():
        assert Cosignature.objects.get().invited_on == MONDAY
        assert Deadline.objects.running().get(kind="cosign").starts_on == MONDAY


@pytest.mark.parametrize("who", ["suspended", "proposer"])
def test_invitation_of_who_cannot_sign_invites_nobody(house: House, who: str) -> None:
    drafted = factories.draft(house)
    with pytest.raises(Refused, match="不能联名：只能请本会在任的其他委员。"):
        invite(house, drafted, "cosigner_1", who)
    with house.at_work():
        assert Cosignature.objects.count() == 0
    assert told(house, containing="请您联名") == set()


def test_signature_tells_the_lead_proposer(house: House) -> None:
    factories.submitted(house, cosigners=["cosigner_1"])
    assert told(house, containing="李强签名联名") == {"proposer"}


def test_signature_by_somebody_else_is_denied(house: House) -> None:
    (asked,) = invite(house, factories.draft(house), "cosigner_1")
    with house.at_work(), pytest.raises(PermissionDenied, match="联名要本人签名。"):
        cosigning.answer_invitation(actor=house.actor("proposer"), cosignature=asked, signs=True)


def test_signature_after_the_announced_day_is_refused_until_it_is_moved(house: House) -> None:
    drafted = factories.draft(house)
    (asked,) = invite(house, drafted, "cosigner_1")
    signer = house.actor("cosigner_1")
    for until in (MONDAY - timedelta(days=1), MONDAY):
        with house.at_work():
            drafting.save_draft(
                actor=house.actor("proposer"), proposal=drafted, version=None, fields={"cosign_until": until}
            )
        if until < MONDAY:
            assert (
                refused(house, cosigning.answer_invitation, actor=signer, cosignature=asked, signs=True)
                == "联名已经截止，请提案人改联名截止日。"
            )
    with house.at_work():
        assert cosigning.answer_invitation(actor=signer, cosignature=asked, signs=True).state == "signed"


def test_signature_of_a_suspended_member_is_refused(house: House) -> None:
    (asked,) = invite(house, factories.draft(house), "cosigner_1")
    with house.at_work():
        Member.objects.filter(pk=house.members["cosigner_1"].pk).update(status="suspended")
    assert (
        refused(
            house, cosigning.answer_invitation, actor=house.actor("cosigner_1"), cosignature=asked, signs=True
        )
        == "只有本届在任委员可以联名。"
    )


def test_invitation_taken_back_after_submission_is_refused(house: House) -> None:
    made = factories.draft(house)
    (asked,) = invite(house, made, "cosigner_1")
    with house.at_work():
        cosigning.answer_invitation(actor=house.actor("cosigner_1"), cosignature=asked, signs=False)
        drafting.submit_proposal(actor=house.actor("proposer"), proposal=made)
    assert (
        refused(house, cosigning.take_back_invitation, actor=house.actor("proposer"), cosignature=asked)
        == "提案已经提交，联名已经结束。"
    )


def test_withdrawal_tells_cosigners_and_office(house: House) -> None:
    made = factories.submitted(house, cosigners=["cosigner_1"])
    with house.at_work():
        drafting.withdraw_proposal(actor=house.actor("proposer"), proposal=made, reason="情况变了")
        assert Deadline.objects.running().count() == 0
    assert told(house, containing="：撤案") == {"cosigner_1", "staff", "staff_2", "reviewer"}
