"""Proposals of bodies: stamp or signature page, convenor, cut-off; and what staff enter from paper."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import attaching, drafting, reviewing
from tongxin.activities.proposals.models import Proposal, ProposalRules
from tongxin.capabilities.files.leave import can_open_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.models import Session

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
IN_SESSION, AFTER = date(2026, 1, 7), date(2026, 1, 9)
NAMES = {
    "party": "民革支部",
    "organization": "总工会",
    "fic": "工商联",
    "sector": "农业界别组",
    "group": "第三小组",
    "special_committee": "经济委员会",
}


@pytest.fixture
def house() -> House:
    return factories.make_house()


def submit(house: House, made: Proposal, who: str = "submitter") -> Proposal:
    with house.at_work():
        return drafting.submit_proposal(actor=house.actor(who), proposal=made)


def set_rules(house: House, **rules: object) -> None:
    with house.at_work():
        ProposalRules.objects.update_or_create(committee=house.committee, defaults=rules)


def the_stamp(house: House, made: Proposal) -> StoredFile:
    with house.at_work():
        return StoredFile.objects.kept().get(matter=made.pk, purpose="stamp")


@pytest.mark.parametrize("kind", NAMES)
def test_each_kind_of_body_proposes_during_the_plenary(house: House, kind: str) -> None:
    with clock.at(IN_SESSION):
        made = submit(
            house, factories.collective_draft(house, body=factories.add_body(house, kind, NAMES[kind]))
        )
    assert (made.kind, made.phase) == ({"fic": "organization"}.get(kind, kind), "plenary")


@pytest.mark.parametrize("kind", ["sector", "group"])
def test_sector_and_group_end_with_the_cut_off_that_the_sentence_names(house: House, kind: str) -> None:
    made = factories.collective_draft(house, body=factories.add_body(house, kind, NAMES[kind]))
    with clock.at(AFTER), pytest.raises(Refused, match="本次大会的提案截止日期是1月8日，已经过了"):
        submit(house, made)
    set_rules(house, sector_only_in_session=False, group_only_in_session=False)
    with clock.at(AFTER):
        assert submit(house, made).phase == "ordinary"


def test_what_was_handed_in_in_time_comes_back_in_time(house: House) -> None:
    body = factories.add_body(house, "sector", "农业界别组")
    with clock.at(IN_SESSION):
        made = submit(house, factories.collective_draft(house, body=body))
        with house.at_work():
            reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)
            reviewing.return_proposal(actor=house.actor("reviewer"), proposal=made, reason="请补充数据")
    with clock.at(AFTER):
        assert submit(house, made).phase == "plenary"


def test_what_was_begun_before_the_plenary_counts_for_it(house: House) -> None:
    made = factories.draft(house)
    with house.at_work():
        session = Session.objects.create(
            committee=house.committee,
            term=house.term,
            number=6,
            opens_on=date(2027, 1, 6),
            closes_on=date(2027, 1, 9),
            proposal_cutoff_on=date(2027, 1, 8),
            code_prefix="2027",
        )
    with clock.at(date(2027, 1, 7)):
        done = submit(house, made, "proposer")
    assert (done.session_id, done.phase, done.serial) == (session.pk, "plenary", 1)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("party", "请上传盖章页的照片或扫描件。"), ("special_committee", "请上传召集人签名页的照片或扫描件。")],
)
def test_stamp_page_is_needed_unless_the_rules_say_otherwise(house: House, kind: str, sentence: str) -> None:
    body = factories.add_body(house, kind, NAMES[kind])
    made = factories.collective_draft(house, body=body, stamped=False)
    with pytest.raises(Refused) as refusal:
        submit(house, made)
    assert refusal.value.message == sentence
    set_rules(house, needs_stamp=False)
    assert submit(house, made).state == "submitted"


@pytest.mark.parametrize("kind", ["sector", "group", "special_committee"])
def test_convenor_is_needed_where_one_signs(house: House, kind: str) -> None:
    body = factories.add_body(house, kind, NAMES[kind])
    made = factories.collective_draft(house, body=body, convenor="")
    with clock.at(IN_SESSION), pytest.raises(Refused, match="请选召集人"):
        submit(house, made)


def test_convenor_is_a_member_in_office_of_this_committee(house: House) -> None:
    other = factories.make_house(factories.JINCHANG)
    made = factories.collective_draft(house)
    for member in (house.members["suspended"], other.members["outsider"]):
        with house.at_work(other), pytest.raises(Refused, match="召集人要是本会在任委员"):
            drafting.save_draft(
                actor=house.actor("submitter"), proposal=made, version=None, fields={"convenor": member}
            )


def test_stamp_page_that_was_removed_is_missing_again(house: House) -> None:
    made = factories.collective_draft(house)
    with house.at_work():
        attaching.detach_file(
            actor=house.actor("submitter"), proposal=made, stored_file=the_stamp(house, made)
        )
    with pytest.raises(Refused, match="请上传盖章页"):
        submit(house, made)


def test_page_that_lay_there_as_an_attachment_becomes_the_stamp_page(house: House) -> None:
    made = factories.collective_draft(house, stamped=False)
    with house.at_work():
        submitter = house.actor("submitter")
        attaching.attach_file(actor=submitter, proposal=made, upload=factories.stamp_page())
        attaching.attach_stamp(actor=submitter, proposal=made, upload=factories.stamp_page())
    assert submit(house, made).state == "submitted"


@pytest.mark.parametrize("who", ["proposer", "staff", "clerk_a"])
def test_only_who_writes_it_adds_the_stamp_page(house: House, who: str) -> None:
    made = factories.collective_draft(house, stamped=False)
    with house.at_work(), pytest.raises(PermissionDenied):
        attaching.attach_stamp(actor=house.actor(who), proposal=made, upload=factories.stamp_page())


def test_member_who_writes_alone_has_no_stamp_page(house: House) -> None:
    made = factories.draft(house)
    with house.at_work(), pytest.raises(Refused, match="不用盖章页"):
        attaching.attach_stamp(actor=house.actor("proposer"), proposal=made, upload=factories.stamp_page())


def test_stamp_page_is_added_only_while_it_is_written(house: House) -> None:
    made = submit(house, factories.collective_draft(house))
    with house.at_work(), pytest.raises(Refused, match="已经提交"):
        attaching.attach_stamp(actor=house.actor("submitter"), proposal=made, upload=factories.stamp_page())


def test_stamp_page_is_for_the_proposers_and_the_office(client: Client, house: House) -> None:
    made = submit(house, factories.collective_draft(house))
    with house.at_work():
        reviewing.take_up_proposal(actor=house.actor("staff"), proposal=made)
        reviewing.file_proposal(actor=house.actor("reviewer"), proposal=made, topic=house.topic)
        stamp = the_stamp(house, made)
        opened = {
            who: can_open_file(house.actor(who), stamp)
            for who in ("submitter", "staff", "reviewer", "proposer", "outsider", "clerk_a")
        }
    assert opened == {
        "submitter": True,
        "staff": True,
        "reviewer": True,
        "proposer": False,
        "outsider": False,
        "clerk_a": False,
    }
    for who, shown in (("staff", True), ("outsider", False)):
        client.force_login(house.users[who])
        page = client.get(reverse("proposals:detail", args=[made.pk])).content.decode()
        assert (who, "盖章页.pdf" in page) == (who, shown)


# Pages


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"once": str(new_key()), **data})


def test_liaison_officer_uploads_the_page_and_chooses_the_convenor(client: Client, house: House) -> None:
    body = factories.add_body(house, "special_committee", "经济委员会")
    made = factories.collective_draft(house, body=body, stamped=False, convenor="")
    client.force_login(house.users["submitter"])
    edit = reverse("proposals:edit", args=[made.pk])
    page = client.get(edit).content.decode()
    assert "召集人和签名页" in page
    fields = {"title": made.matter.title, **factories.TEXT, "disclosure": "full"}
    chosen = {**fields, "convenor": str(house.members["outsider"].pk)}
    url = reverse("proposals:attach_stamp", args=[made.pk])
    assert post(client, url, **chosen).status_code == 422
    answer = post(client, url, **chosen, stamp=factories.stamp_page())
    assert (answer.status_code, answer["Location"]) == (302, edit + "#stamp")
    assert "盖章页.pdf" in client.get(edit).content.decode()
    submit_url = reverse("proposals:submit", args=[made.pk])
    assert "召集人孙立" in client.get(submit_url).content.decode()
    assert post(client, submit_url, secrecy="no").status_code == 302


def test_edit_page_says_early_that_the_cut_off_has_passed(client: Client, house: House) -> None:
    body = factories.add_body(house, "sector", "农业界别组")
    made = factories.collective_draft(house, body=body)
    client.force_login(house.users["submitter"])
    page = client.get(reverse("proposals:edit", args=[made.pk])).content.decode()
    assert "界别提案只在大会期间提出，本次大会的提案截止日期是1月8日，已经过了。" in page


def test_what_staff_enter_says_so_and_keeps_the_paper(client: Client, house: House) -> None:
    with house.at_work():
        staff = house.actor("staff")
        made = drafting.draft_proposal(
            actor=staff, title="关于改善学校门口交通的提案", member=house.members["proposer"]
        )
        made = drafting.save_draft(actor=staff, proposal=made, version=None, fields=factories.TEXT)
        attaching.attach_stamp(actor=staff, proposal=made, upload=factories.stamp_page("纸质提案.pdf"))
    submit(house, made, "staff")
    client.force_login(house.users["reviewer"])
    for name in ("detail", "review"):
        page = client.get(reverse(f"proposals:{name}", args=[made.pk])).content.decode()
        assert (name, "杜工代录" in page, "纸质提案.pdf" in page) == (name, True, True)
    client.force_login(house.users["outsider"])
    assert client.get(reverse("proposals:detail", args=[made.pk])).status_code == 404


def test_staff_enter_for_a_body_with_its_stamped_page(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    answer = post(client, reverse("proposals:enter"), proposer="民盟支部", title="关于改善学校门口交通的提案")
    with house.at_work():
        made = Proposal.objects.get()
    assert answer["Location"] == reverse("proposals:edit", args=[made.pk])
    fields = {"title": "关于改善学校门口交通的提案", **factories.TEXT, "disclosure": "full"}
    post(client, reverse("proposals:attach_stamp", args=[made.pk]), **fields, stamp=factories.stamp_page())
    assert post(client, reverse("proposals:submit", args=[made.pk]), secrecy="no").status_code == 302
    with house.at_work():
        made = Proposal.objects.select_related("matter").get()
        assert (made.state, made.kind, made.entered_by_id) == ("submitted", "party", house.users["staff"].pk)


def test_list_says_when_it_was_handed_in(client: Client, house: House) -> None:
    with clock.at(IN_SESSION):
        submit(house, factories.collective_draft(house))
    client.force_login(house.users["staff"])
    (row,) = client.get("/proposals/?tab=all").context["shown"].rows
    assert row.notes == "党派 大会"
