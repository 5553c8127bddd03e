"""Letters and sheets: what stands in them, who may have them, under which names."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from tests import factories
from tongxin.activities.proposals.actions import replying, reviewing
from tongxin.activities.proposals.documents import for_letters, reply_letter
from tongxin.activities.proposals.models import Assignment, Proposal, Reply
from tongxin.activities.proposals.selectors.documents import sheet_for
from tongxin.foundation.core import official
from tongxin.foundation.core.official import Facts, Heading, Paragraph
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.factories import House
    from tongxin.foundation.core.official import OfficialDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return factories.make_house()


def letter(house: House, part: Assignment, **fields: Any) -> OfficialDocument:
    """The letter of a part's reply, with some of its fields as given."""
    with house.at_work():
        Reply.objects.filter(assignment=part).update(**fields)
        return reply_letter(for_letters(Reply.objects.all()).get(assignment=part))


def words_of(response: HttpResponse) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(response.content)).paragraphs if p.text]


def get(client: Client, house: House, who: str, name: str, pk: object) -> Any:
    client.force_login(house.users[who])
    return client.get(reverse(f"proposals:{name}", args=[pk]))


# ── the letter ──


def test_letter_is_built_from_the_fields_of_the_reply(house: House) -> None:
    _made, parts = factories.replied(house, cosigners=())
    paper = letter(
        house,
        parts["a"],
        text="您提出的建议收悉，现答复如下：\n一、已办的事\n斑马线已经划好。",
        signer="周建国",
        issued_on=date(2026, 3, 5),
        copies="市人大常委会办公室，市公安局",
    )
    assert paper == official.OfficialDocument(
        title="关于华亭市政协五届五次会议第001号提案的答复",
        red_head="教育局",
        document_number="华教函〔2026〕12号",
        signer="周建国",
        class_mark="A类",
        addressee="王芳委员",
        blocks=(
            Paragraph("您提出的建议收悉，现答复如下："),
            Heading("一、已办的事", 1),
            Paragraph("斑马线已经划好。"),
        ),
        issuer="教育局",
        issued_on=date(2026, 3, 5),
        remarks=("联系人：周科长　联系电话：0933-1234567",),
        copies=("市人大常委会办公室", "市公安局"),
        printed_by="教育局",
        printed_on=date(2026, 3, 5),
    )


def test_letter_copies_go_to_the_committee_and_the_office_unless_others_are_named(house: House) -> None:
    _made, parts = factories.replied(house)
    assert letter(house, parts["a"]).copies == ("政协华亭市委员会提案委员会", "政府办公室")
    with house.at_work():
        Unit.objects.filter(pk=house.units["a"].pk).update(supervised_by=None)
    assert letter(house, parts["a"]).copies == ("政协华亭市委员会提案委员会",)


def test_letter_without_a_date_of_its_own_bears_the_day_of_the_answer(house: House) -> None:
    _made, parts = factories.replied(house)
    with house.at_work():
        sent_on = Reply.objects.get(assignment=parts["a"]).sent_on
    assert sent_on is not None
    assert letter(house, parts["a"]).issued_on == sent_on
    assert letter(house, parts["a"], sent_on=None).issued_on is None


def test_letter_of_a_joint_proposal_is_addressed_to_all_who_signed(house: House) -> None:
    _made, parts = factories.replied(house, cosigners=("cosigner_1", "cosigner_2"))
    assert letter(house, parts["a"]).addressee == "王芳等3位委员"


def test_letter_to_a_body_names_it(house: House) -> None:
    made, parts = factories.replied(house)
    with house.at_work():
        Proposal.objects.filter(pk=made.pk).update(lead_member=None, body=house.body)
    paper = letter(house, parts["a"], text="斑马线已经划好。")
    assert paper.addressee == "民盟支部"
    assert paper.blocks[0] == Paragraph("贵单位提出的《关于改善学校门口交通的提案》收悉。")


def test_letter_leaves_out_greeting_and_signature_that_were_pasted_along(house: House) -> None:
    _made, parts = factories.replied(house)
    text = "王芳委员：\n　　您提出的建议收悉。\n\n\xa0\xa0已经划好。\n教育局\n2026年3月5日"
    assert letter(house, parts["a"], text=text).blocks == (
        Paragraph("您提出的建议收悉。"),
        Paragraph("已经划好。"),
    )


def test_letter_of_a_merged_proposal_is_its_own(house: House) -> None:
    """The lead's text is copied; address, title and number are the child's."""
    lead = factories.under_review(house)
    child = factories.under_review(
        house, by="outsider", title="关于校门口装信号灯的提案", cosigners=("cosigner_1",)
    )
    with house.at_work():
        reviewer = house.actor("reviewer")
        lead = reviewing.file_proposal(actor=reviewer, proposal=lead, topic=house.topic)
        child = reviewing.file_proposal(actor=reviewer, proposal=child, topic=house.topic)
        reviewing.merge_proposal(actor=reviewer, proposal=child, into=lead)
        parts = factories.handling.assign_proposal(
            actor=house.actor("staff"),
            proposal=lead,
            to=factories.handling.HandOver(answering=(house.units["a"],)),
        )
    factories.answer(house, "a", parts[0])
    with house.at_work():
        replies = {r.assignment.proposal_id: reply_letter(r) for r in for_letters(Reply.objects.all())}
    assert len(replies) == 2
    own = replies[child.pk]
    assert (own.title, own.addressee) == ("关于华亭市政协五届五次会议第002号提案的答复", "孙立等2位委员")
    assert own.blocks[0] == Paragraph(
        "您提出的《关于校门口装信号灯的提案》收悉，已和第001号提案合并办理，现一并答复。"
    )
    assert own.blocks[1:] == replies[lead.pk].blocks


def test_letter_is_chinese_whatever_the_reader_reads(house: House) -> None:
    _made, parts = factories.replied(house)
    chinese = letter(house, parts["a"])
    with translation.override("en"):
        assert letter(house, parts["a"]) == chinese


def test_letter_files_say_the_same_and_have_honest_names(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    reply = parts["a"].reply
    word = get(client, house, "proposer", "letter_word", reply.pk)
    pdf = get(client, house, "proposer", "letter_pdf", reply.pk)
    assert words_of(word)[:3] == ["A类", "教育局", "华教函〔2026〕12号\t签发人：教育局负责人"]
    said = "".join(PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text().split())
    assert "关于华亭市政协五届五次会议第001号提案的答复" in said.replace("\n", "")
    for response, ending in ((word, "docx"), (pdf, "pdf")):
        name = unquote(response.headers["Content-Disposition"].partition("filename*=utf-8''")[2])
        assert name == f"{made.matter.code} 答复函-教育局.{ending}"
        assert response.headers["Cache-Control"] == "private, no-store"


def test_letter_that_is_not_sent_says_so_in_its_name(client: Client, house: House) -> None:
    _made, parts = factories.assigned(house)
    factories.answer(house, "a", parts["a"], until="approving")
    with house.at_work():
        reply = Reply.objects.get(assignment=parts["a"])
    response = get(client, house, "clerk_a", "letter_pdf", reply.pk)
    assert unquote(response.headers["Content-Disposition"]).endswith("答复函-教育局（稿）.pdf")


# ── who may have a letter ──


@pytest.mark.parametrize(
    ("until", "may"),
    [
        ("approving", {"clerk_a", "leader_a"}),
        ("reply_review", {"clerk_a", "leader_a", "staff", "supervisor"}),
        ("replied", {"clerk_a", "leader_a", "staff", "supervisor", "leader", "proposer", "outsider"}),
    ],
)
def test_letter_opens_to_those_who_may_read_the_reply(
    client: Client, house: House, until: str, may: set[str]
) -> None:
    _made, parts = factories.assigned(house)
    factories.answer(house, "a", parts["a"], until=until)
    with house.at_work():
        pk = Reply.objects.get(assignment=parts["a"]).pk
    everybody = ("clerk_a", "leader_a", "clerk_b", "staff", "supervisor", "leader", "proposer", "outsider")
    for name in ("letter_word", "letter_pdf"):
        status = {who: get(client, house, who, name, pk).status_code for who in everybody}
        assert status == {who: 200 if who in may else 404 for who in everybody}


def test_letter_for_those_who_only_read_has_no_phone(client: Client, house: House) -> None:
    _made, parts = factories.replied(house)
    pk = parts["a"].reply.pk
    assert "（联系人：周科长　联系电话：0933-1234567）" in words_of(
        get(client, house, "proposer", "letter_word", pk)
    )
    assert "（联系人：周科长）" in words_of(get(client, house, "outsider", "letter_word", pk))


def test_letter_with_a_text_for_the_public_stays_among_the_parties(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    with house.at_work():
        Reply.objects.filter(assignment=parts["a"]).update(public_text="斑马线划好了。")
    pk = parts["a"].reply.pk
    assert get(client, house, "proposer", "letter_pdf", pk).status_code == 200
    assert get(client, house, "outsider", "letter_pdf", pk).status_code == 404
    texts = {}
    for who in ("proposer", "outsider"):
        (view,) = get(client, house, who, "detail", made.pk).context["page"].replies
        texts[who] = (view.text, view.has_letter)
    assert texts == {
        "proposer": (factories.reply_fields(house)["text"], True),
        "outsider": ("斑马线划好了。", False),
    }


# ── the sheet ──


def facts_of(paper: OfficialDocument) -> dict[str, str]:
    (form,) = [block for block in paper.blocks if isinstance(block, Facts)]
    return {label: text for row in form.rows for label, text in row}


def sheet(house: House, who: str, proposal: Proposal) -> OfficialDocument:
    with house.at_work():
        found = sheet_for(house.actor(who), proposal.pk)
    assert found is not None
    return found.paper


def test_sheet_says_what_became_of_the_proposal(house: House) -> None:
    made, _parts = factories.assigned(house, cosigners=("cosigner_1",), co="b")
    assert made.filed_on is not None
    assert made.submitted_at is not None
    day = official.written_date(made.filed_on)
    paper = sheet(house, "staff", made)
    assert paper.title == "华亭市政协五届五次会议提案"
    assert facts_of(paper) == {
        "提案号": "2026-001",
        "流水号": "1",
        "案由": "关于改善学校门口交通的提案",
        "提案者": "王芳",
        "类型": "联名提案",
        "联名人": "李强",
        "类别": "城乡建设",
        "时间": made.get_phase_display(),
        "提交日期": day,
        "审查结果": f"{day}立案",
        "承办单位": "主办：教育局\n会办：交通运输局",
        "公开意愿": "同意全文公开",
    }
    assert paper.blocks[1:3] == (Heading("情况"), Paragraph(factories.TEXT["situation"]))


def test_sheet_of_a_refused_proposal_says_why(house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        reviewing.refuse_proposal(
            actor=house.actor("reviewer"), proposal=made, reason=house.reason, explanation="学术"
        )
    assert facts_of(sheet(house, "proposer", made))["审查结果"] == f"不予立案：{house.reason.text}"


def test_sheet_shows_units_neither_wishes_nor_what_may_be_published_to_readers(house: House) -> None:
    made, _parts = factories.assigned(house)
    with house.at_work():
        made.wished_units.add(house.units["a"], through_defaults={"committee": house.committee})
    shown = {who: set(facts_of(sheet(house, who, made))) for who in ("staff", "clerk_a", "outsider")}
    assert {who: labels & {"希望承办", "公开意愿"} for who, labels in shown.items()} == {
        "staff": {"希望承办", "公开意愿"},
        "clerk_a": {"公开意愿"},
        "outsider": set(),
    }


@pytest.mark.parametrize(("who", "status"), [("proposer", 200), ("staff", 404), ("outsider", 404)])
def test_sheet_of_a_draft_is_its_writers_alone(client: Client, house: House, who: str, status: int) -> None:
    made = factories.draft(house)
    for name in ("sheet_word", "sheet_pdf"):
        assert get(client, house, who, name, made.pk).status_code == status


def test_sheet_name_holds_nothing_that_breaks_a_header(client: Client, house: House) -> None:
    made = factories.draft(house, title='关于"a/b\\c"的提案;' + "长" * 90)
    response = get(client, house, "proposer", "sheet_pdf", made.pk)
    name = unquote(response.headers["Content-Disposition"].partition("filename*=utf-8''")[2])
    assert name == "关于_a_b_c_的提案;" + "长" * 57 + ".pdf"


def test_documents_ask_the_same_number_of_queries_at_any_size(client: Client, house: House) -> None:
    counted: dict[str, list[int]] = {"letter_pdf": [], "sheet_word": []}
    for cosigners, co in (((), ""), (("cosigner_1", "cosigner_2", "outsider"), "bc")):
        made, parts = factories.replied(house, cosigners=cosigners, co=co)
        for name, pk in (("letter_pdf", parts["a"].reply.pk), ("sheet_word", made.pk)):
            get(client, house, "staff", name, pk)
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(f"proposals:{name}", args=[pk]))
            counted[name].append(sum("SAVEPOINT" not in q["sql"] for q in asked))
    assert counted == {"letter_pdf": [6, 6], "sheet_word": [6, 6]}


def test_class_that_the_reviewer_changed_is_on_the_letter_and_in_the_timeline(house: House) -> None:
    _made, parts = factories.assigned(house)
    part = factories.answer(house, "a", parts["a"], until="reply_review")
    with house.at_work():
        replying.pass_reply(actor=house.actor("staff"), assignment=part, reply_class=house.classes["C"])
        entry = part.proposal.matter.timeline.get(verb="pass_reply")
    assert (entry.text, entry.note) == ("正式答复（C类）", "审核时，办理结果类别由A类改为C类")
    assert letter(house, part).class_mark == "C类"
