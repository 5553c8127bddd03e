"""Hand-over meetings: the list with its suggestions, the sheet, and three hundred proposals at once."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import handling
from tongxin.activities.proposals.actions import meeting as acts
from tongxin.activities.proposals.actions.handling import HandOver
from tongxin.activities.proposals.handover.names import names_of
from tongxin.activities.proposals.handover.selectors import by_unit, meeting_page
from tongxin.activities.proposals.handover.suggestions import suggest_units
from tongxin.activities.proposals.models import (
    Assignment,
    HandoverMeeting,
    HandoverRow,
    Proposal,
    Topic,
    WishedUnit,
)
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.jobs.runners import run_job
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.models import Unit, UnitSuccession

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def waiting(
    house: House, titles: Iterable[str], *, topic: Topic | None = None, first: int = 1
) -> list[Proposal]:
    """Put filed proposals that no unit has straight into the tables."""
    with house.at_work():
        matters = [
            Matter(
                committee=house.committee,
                kind="proposal",
                title=title,
                state="filed",
                code=f"2026-{n:03d}",
                visibility="members",
            )
            for n, title in enumerate(titles, first)
        ]
        Matter.objects.bulk_create(matters)
        made = [
            Proposal(
                matter=matter,
                committee=house.committee,
                session=house.session,
                serial=n,
                number=n,
                lead_member=house.members["proposer"],
                topic=topic or house.topic,
                submitted_at=clock.now(),
                filed_on=DAY,
            )
            for n, matter in enumerate(matters, first)
        ]
        Proposal.objects.bulk_create(made)
        Deadline.objects.bulk_create(
            Deadline(
                committee=house.committee,
                matter=m,
                kind="assign",
                starts_on=DAY,
                working_days=10,
                due_on=DAY + timedelta(days=14),
                reason="立案",
            )
            for m in matters
        )
    return made


def wish(house: House, proposal: Proposal, *units: str) -> None:
    with house.at_work():
        for key in units:
            WishedUnit.objects.create(committee=house.committee, proposal=proposal, unit=house.units[key])


def handled(house: House, proposals: Sequence[Proposal], unit: str) -> None:
    """Let a unit have these proposals already."""
    with house.at_work():
        for p in proposals:
            handling.assign_proposal(
                actor=house.actor("staff"), proposal=p, to=HandOver((house.units[unit],))
            )


def open_list(house: House) -> HandoverMeeting:
    with house.at_work():
        return acts.open_meeting(
            actor=house.actor("staff"), session=house.session, name="五届五次会议交办会", held_on=DAY
        )


def says(house: House, meeting: HandoverMeeting) -> dict[str, tuple[str, str, str, str]]:
    """Return for each number: who answers, who helps, which office, and whence it comes."""
    with house.at_work():
        return {
            str(r.proposal.matter.code): (
                "、".join(u.name for u in acts.wish_of(r).answering),
                "、".join(u.name for u in acts.wish_of(r).co),
                str(r.office or ""),
                r.source,
            )
            for r in acts.rows_with_units(meeting)
        }


def run(house: House, meeting: HandoverMeeting, who: str = "staff") -> tuple[int, int]:
    with house.at_work():
        return acts.hand_over_list(
            actor=house.actor(who), meeting=meeting, progress=lambda done, total, doing: None
        )


# The list and what is suggested


def test_list_takes_what_waits_and_suggests_the_wish_then_who_handled_the_like(house: House) -> None:
    past = waiting(
        house, ["关于改善学校门口交通秩序的提案", "关于改善医院门口交通秩序的提案", "关于修编县志的提案"]
    )
    handled(house, past[:2], "b")
    handled(house, past[2:], "a")
    new = waiting(
        house,
        ["关于整治学校门口交通秩序的提案", "关于增加校车的提案", "关于保护湿地候鸟的提案"],
        first=11,
    )
    wish(house, new[1], "a", "c")
    meeting = open_list(house)
    assert says(house, meeting) == {
        "2026-011": ("交通运输局", "", "", "history"),
        "2026-012": ("教育局", "住房和城乡建设局", "", "wish"),
        "2026-013": ("", "", "", "none"),
    }


def test_suggestion_leaves_out_other_topics_and_units_that_ended(house: House) -> None:
    with house.at_work():
        other = Topic.objects.create(committee=house.committee, name="文化体育旅游试")
    past = waiting(house, ["关于改善学校门口交通秩序的提案"])
    handled(house, past, "b")
    (new,) = waiting(house, ["关于改善学校门口交通秩序的提案"], first=11, topic=other)
    (same,) = waiting(house, ["关于改善学校门口交通秩序的提案"], first=12)
    with house.at_work():
        found = suggest_units(house.committee.pk, [new, same])
        assert (found[new.pk].source, found[same.pk].source) == ("none", "history")
        Unit.objects.filter(pk=house.units["b"].pk).update(ended_on=DAY)
        assert suggest_units(house.committee.pk, [same])[same.pk].source == "none"


def test_suggestions_for_a_list_are_two_queries(
    house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    new = waiting(house, [f"关于第{n}件事的提案" for n in range(3)])
    with house.at_work():
        for n in (1, 3):
            with django_assert_num_queries(2):
                suggest_units(house.committee.pk, new[:n])


def test_suggestions_for_three_hundred_among_six_thousand_all_come_from_history(house: House) -> None:
    words = ["校园", "医院", "农村", "河道", "社区", "公园", "市场", "车站", "老旧小区", "乡镇"]
    things = ["停车", "照明", "绿化", "排水", "垃圾分类", "适老化", "安全", "噪声", "道路", "供暖"]
    titles = [f"关于改善{words[n % 10]}{things[n // 10 % 10]}条件第{n}号的提案" for n in range(6300)]
    made = waiting(house, titles)
    with house.at_work():
        topics = [Topic.objects.create(committee=house.committee, name=f"第{n}类") for n in range(12)]
        for n, topic in enumerate(topics):
            Proposal.objects.filter(number__in=range(n, 6400, 12)).update(topic=topic)
        Assignment.objects.bulk_create(
            Assignment(
                committee=house.committee,
                proposal=p,
                unit=house.units["abc"[n % 3]],
                role="sole",
                state="replied",
            )
            for n, p in enumerate(made[300:])
        )
        found = suggest_units(house.committee.pk, made[:300])
    assert (len(found), {s.source for s in found.values()}) == (300, {"history"})


def test_opening_a_list_without_anything_waiting_is_refused_and_leaves_no_list(house: House) -> None:
    with house.at_work(), pytest.raises(Refused):
        acts.open_meeting(actor=house.actor("staff"), session=house.session, name="空", held_on=DAY)
    with house.at_work():
        assert HandoverMeeting.objects.count() == 0


def test_only_staff_make_change_and_hand_over_a_list(house: House) -> None:
    waiting(house, ["关于一件事的提案"])
    meeting = open_list(house)
    for who in ("reviewer", "supervisor", "clerk_a", "proposer"):
        actor = house.actor(who)
        with house.at_work():
            with pytest.raises(PermissionDenied):
                acts.open_meeting(actor=actor, session=house.session, name="x", held_on=DAY)
            with pytest.raises(PermissionDenied):
                acts.take_in(actor=actor, meeting=meeting)
            with pytest.raises(PermissionDenied):
                acts.hand_over_list(actor=actor, meeting=meeting, progress=lambda *_a: None)


def test_what_is_filed_later_is_taken_in_once(house: House) -> None:
    waiting(house, ["关于一件事的提案"])
    meeting = open_list(house)
    waiting(house, ["关于又一件事的提案"], first=2)
    with house.at_work():
        assert acts.take_in(actor=house.actor("staff"), meeting=meeting) == 1
        assert acts.take_in(actor=house.actor("staff"), meeting=meeting) == 0


# Handing over


def test_three_hundred_are_handed_over_in_one_go_and_a_second_run_does_the_rest(
    client: Client, house: House
) -> None:
    made = waiting(house, [f"关于第{n}件事的提案" for n in range(300)])
    for n, proposal in enumerate(made[:298]):
        wish(house, proposal, "abc"[n % 3], *(["b"] if n % 3 == 0 else []))
    meeting = open_list(house)
    # One was handed over otherwise meanwhile; one wishes for a unit that is gone by now.
    handled(house, made[:1], "c")
    gone = factories.add_unit(house, "gone", "已撤局")
    with house.at_work():
        row = HandoverRow.objects.get(proposal=made[1])
        row.units.update(unit=gone)
        Unit.objects.filter(pk=gone.pk).update(ended_on=DAY)
    client.force_login(house.users["staff"])
    answer = client.post(reverse("proposals:meeting_hand_over", args=[meeting.pk]))
    assert answer.status_code == 302
    with house.at_work():
        job = Job.objects.get()
        run_job(job.pk)
        job.refresh_from_db()
    assert (job.state, job.message) == ("done", "交办了296件；2件没有交成，原因写在名单上")
    with house.at_work():
        assert Assignment.objects.in_force().exclude(proposal=made[0]).count() == 296 + 99
        assert Proposal.objects.filter(matter__state="assigned").count() == 297
        assert dict(HandoverRow.objects.exclude(refused="").values_list("proposal__number", "refused")) == {
            1: "这件提案已经另行交办，或已不在待交办。",
            2: "已撤局已经撤并，请选现在的单位。",
        }
        rows = {r.proposal_id: r for r in acts.rows_with_units(meeting)}
        names = names_of(house.committee.pk)
        two = rows[made[1].pk]
        acts.decide_rows(
            actor=house.actor("staff"),
            meeting=meeting,
            wishes={two.pk: acts.Wish((names.find("教育局"),))},  # type: ignore[arg-type]
            seen={two.pk: acts.digest_of(acts.wish_of(two))},
            source="hand",
        )
    assert run(house, meeting) == (1, 1)
    with house.at_work():
        assert HandoverRow.objects.filter(handed_on=DAY).count() == 297
        # What nobody decided stays undecided.
        assert HandoverRow.objects.filter(source="none", handed_on=None).count() == 2


def test_ways_of_handling_are_kept_by_the_hand_over(house: House) -> None:
    made = waiting(house, ["关于甲事的提案", "关于乙事的提案", "关于丙事的提案"])
    meeting = open_list(house)
    units = house.units
    wishes = {
        made[0]: acts.Wish((units["a"],), (units["b"],)),
        made[1]: acts.Wish((units["a"], units["c"]), separate=True),
        made[2]: acts.Wish(office=units["office"]),
    }
    with house.at_work():
        rows = {r.proposal_id: r.pk for r in meeting.rows.all()}
        empty = acts.digest_of(acts.Wish())
        acts.decide_rows(
            actor=house.actor("staff"),
            meeting=meeting,
            wishes={rows[p.pk]: w for p, w in wishes.items()},
            seen=dict.fromkeys(rows.values(), empty),
            source="hand",
        )
    assert run(house, meeting) == (3, 0)
    with house.at_work():
        assert sorted(Assignment.objects.values_list("proposal__number", "unit__name", "role")) == [
            (1, "交通运输局", "co"),
            (1, "教育局", "lead"),
            (2, "住房和城乡建设局", "separate"),
            (2, "教育局", "separate"),
        ]
        third = Proposal.objects.get(number=3)
        assert (third.office_id, third.handed_on) == (units["office"].pk, DAY)
        shown, left = by_unit(meeting)
        assert left == 0
        assert [
            (u.unit, [(r.proposal.number, role, others) for r, role, others in u.rows]) for u in shown
        ] == [
            ("交通运输局", [(1, "会办", "教育局")]),
            ("住房和城乡建设局", [(2, "分办", "教育局")]),
            ("政府办公室", [(3, "归口转交", "")]),
            ("教育局", [(1, "主办", "交通运输局"), (2, "分办", "住房和城乡建设局")]),
        ]


def test_row_that_a_colleague_changed_meanwhile_is_refused_with_all_others(house: House) -> None:
    made = waiting(house, ["关于甲事的提案", "关于乙事的提案"])
    meeting = open_list(house)
    empty = acts.digest_of(acts.Wish())
    with house.at_work():
        rows = {r.proposal_id: r.pk for r in meeting.rows.all()}
        one, two = (rows[p.pk] for p in made)
        given: dict[str, Any] = {"meeting": meeting, "source": "hand"}
        acts.decide_rows(
            actor=house.actor("staff_2"),
            wishes={two: acts.Wish((house.units["b"],))},
            seen={two: empty},
            **given,
        )
        with pytest.raises(Refused) as no:
            acts.decide_rows(
                actor=house.actor("staff"),
                wishes={pk: acts.Wish((house.units["a"],)) for pk in (one, two)},
                seen={one: empty, two: empty},
                **given,
            )
    assert no.value.message == "2026-002刚刚被同事改过。您填的没有保存，请核对后再改。"
    assert says(house, meeting) == {
        "2026-001": ("", "", "", "none"),
        "2026-002": ("交通运输局", "", "", "hand"),
    }


# The page


def test_page_saves_what_was_typed_and_keeps_it_when_a_name_is_wrong(client: Client, house: House) -> None:
    waiting(house, ["关于甲事的提案", "关于乙事的提案"])
    meeting = open_list(house)
    client.force_login(house.users["staff"])
    url = reverse("proposals:meeting", args=[meeting.pk])
    with house.at_work():
        pks = [str(pk) for pk in meeting.rows.order_by("proposal__number").values_list("pk", flat=True)]
        digest = acts.digest_of(acts.Wish())
    fields = {"rows": pks, "tab": "open", "page": "1"} | {f"was-{pk}": digest for pk in pks}
    wrong = client.post(
        url, fields | {f"answering-{pks[0]}": "教育局、交通局", f"answering-{pks[1]}": "交通运输局"}
    )
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert 'value="教育局、交通局"' in page
    assert 'value="交通运输局"' in page
    assert "没有叫「交通局」的单位。是不是交通运输局？" in page
    assert says(house, meeting)["2026-002"][0] == ""
    right = client.post(
        url,
        fields
        | {
            f"answering-{pks[0]}": " 教育局 ",
            f"co-{pks[0]}": "交通运输局",
            f"office-{pks[1]}": "政府办公室",
        },
    )
    assert right["Location"] == f"{url}?tab=open&page=1"
    assert says(house, meeting) == {
        "2026-001": ("教育局", "交通运输局", "", "hand"),
        "2026-002": ("", "", "政府办公室", "hand"),
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_a_list_asks_the_same_queries_however_long(
    house: House, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    made = waiting(house, [f"关于第{n}件事的提案" for n in range(rows)])
    for proposal in made:
        wish(house, proposal, "a", "b")
    meeting = open_list(house)
    with house.at_work(), django_assert_num_queries(5):
        found = meeting_page(meeting, tab="ready", page_number=1)
        assert [e.values["co"] for e in found.rows] == ["交通运输局"] * rows


def test_list_is_printed_by_unit_with_room_to_sign(client: Client, house: House) -> None:
    (one,) = waiting(house, ["关于甲事的提案"])
    wish(house, one, "a")
    meeting = open_list(house)
    client.force_login(house.users["staff"])
    page = client.get(reverse("proposals:meeting_print", args=[meeting.pk])).content.decode()
    assert "签收人签名" in page
    assert "教育局" in page


# The sheet


def filled(client: Client, meeting: HandoverMeeting) -> openpyxl.Workbook:
    client_answer = client.get(reverse("proposals:meeting_sheet", args=[meeting.pk]))
    return openpyxl.load_workbook(io.BytesIO(client_answer.content))


def upload(client: Client, meeting: HandoverMeeting, book: openpyxl.Workbook) -> Any:
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("名单.xlsx", out.getvalue())
    return client.post(reverse("proposals:meeting_upload", args=[meeting.pk]), {"file": file})


def test_sheet_comes_back_filled_and_is_changed_on_confirmation(client: Client, house: House) -> None:
    made = waiting(house, ["关于甲事的提案", "关于乙事的提案", "关于丙事的提案", "关于丁事的提案"])
    wish(house, made[0], "a")
    meeting = open_list(house)
    client.force_login(house.users["staff"])
    book = filled(client, meeting)
    sheet = book.active
    assert sheet is not None
    assert [c.value for c in sheet[1]] == [
        "编号",
        "案由",
        "提案者",
        "类别",
        "意向单位",
        "建议主办",
        "建议会办",
        "归口",
        "办理方式",
        "备注",
    ]
    assert [c.value for c in sheet[2]] == [
        "2026-001",
        "关于甲事的提案",
        "王芳",
        "城乡建设",
        "教育局",
        "教育局",
        None,
        None,
        "单办",
        "提案者意向",
    ]
    sheet["G2"], sheet["I2"] = "交通运输局", None
    sheet["F3"], sheet["I3"] = "教育局；住房和城乡建设局", "分办"
    sheet["H4"] = "政府办公室"
    seen = upload(client, meeting, book)
    assert seen.status_code == 200
    assert [c.row.proposal.number for c in seen.context["plan"].changes] == [1, 2, 3]
    assert seen.context["plan"].unchanged == 1
    assert says(house, meeting)["2026-002"] == ("", "", "", "none")
    answer = client.post(
        reverse("proposals:meeting_upload", args=[meeting.pk]), {"plan": seen.context["signed"]}
    )
    assert answer.status_code == 302
    assert says(house, meeting) == {
        "2026-001": ("教育局", "交通运输局", "", "excel"),
        "2026-002": ("教育局、住房和城乡建设局", "", "", "excel"),
        "2026-003": ("", "", "政府办公室", "excel"),
        "2026-004": ("", "", "", "none"),
    }
    # Confirmed twice, the list is no longer what the preview saw.
    again = client.post(
        reverse("proposals:meeting_upload", args=[meeting.pk]), {"plan": seen.context["signed"]}
    )
    assert again.status_code == 409


def test_sheet_with_faults_names_row_and_column_and_changes_nothing(client: Client, house: House) -> None:
    waiting(house, [f"关于{n}事的提案" for n in "甲乙丙丁戊"])
    old = factories.add_unit(house, "old", "旅游局")
    with house.at_work():
        Unit.objects.filter(pk=old.pk).update(ended_on=DAY)
        UnitSuccession.objects.create(
            committee=house.committee, predecessor=old, successor=house.units["a"], kind="renamed", on=DAY
        )
    meeting = open_list(house)
    client.force_login(house.users["staff"])
    book = filled(client, meeting)
    sheet = book.active
    assert sheet is not None
    sheet["F2"] = "旅游局"
    sheet["F3"] = "教育局、交通运输局"
    sheet["F4"], sheet["H4"] = "教育局", "政府办公室"
    sheet["A5"] = "2026-999"
    sheet["F6"], sheet["I6"] = "教育居", "会办"
    sheet.append(["2026-003", None, None, None, None, "教育局"])
    seen = upload(client, meeting, book)
    assert seen.status_code == 422
    assert [(e.row, e.column, e.message) for e in seen.context["plan"].errors] == [
        (2, "建议主办", "旅游局已经撤并，现在是教育局。"),
        (3, "建议主办", "主办单位只能有一个；几个单位各自答复请选分办。"),
        (4, "归口", "归口转交的，承办单位由归口单位定，这里不用填单位。要直接交办，请清空归口。"),
        (5, "编号", "名单上没有2026-999。"),
        (6, "办理方式", seen.context["plan"].errors[4].message),
        (7, "编号", "2026-003在第4行已经有了。"),
    ]
    assert {v[3] for v in says(house, meeting).values()} == {"none"}


def test_preview_of_another_list_or_altered_is_refused(client: Client, house: House) -> None:
    waiting(house, ["关于甲事的提案"])
    meeting = open_list(house)
    client.force_login(house.users["staff"])
    url = reverse("proposals:meeting_upload", args=[meeting.pk])
    assert client.post(url, {"plan": "gefälscht"}).status_code == 409


def test_names_are_found_by_short_name_and_whatever_width(house: House) -> None:
    factories.add_unit(house, "x", "发展和改革委员会", short_name="发改委")
    factories.add_unit(house, "y", "发展研究中心", short_name="发改委")
    with house.at_work():
        names = names_of(house.committee.pk)
    assert str(names.find("教 育局")) == "教育局"
    assert names.find("发改委") == ("叫「发改委」的单位不止一个：发展和改革委员会、发展研究中心。请写全称。")
