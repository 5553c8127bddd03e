"""A report: drafted from figures, checked, signed, and what becomes of it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import talks
from tests.factories import make_house
from tests.readers.workreports.people import (
    PARTS,
    drafted,
    hedge,
    hold_sessions,
    set_text,
    text_of,
)
from tests.village import make_village
from tongxin.activities.conversations.models import OpinionMap
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import all_figures, calendar_year, find_figure
from tongxin.foundation.core.periods import parse_period
from tongxin.readers.statistics.models import NumberCode
from tongxin.readers.workreports.actions import settling, writing
from tongxin.readers.workreports.actions.signing import sign_report
from tongxin.readers.workreports.checking import check_report
from tongxin.readers.workreports.marks import marks_in, without_codes
from tongxin.readers.workreports.models import FrozenNumber, SentenceTemplate, WorkReport
from tongxin.readers.workreports.selectors.changes import compare
from tongxin.readers.workreports.sentences import figures_in, read_sentence
from tongxin.readers.workreports.templates import PARTS as USUAL

if TYPE_CHECKING:
    from tests.village import Village
    from tongxin.readers.workreports.checking import Checked

pytestmark = pytest.mark.django_db
_DIGITS = re.compile(r"\d+(?:\.\d+)?(?=[^〔〕]*〔)")


@pytest.fixture
def village(db: None) -> Village:
    """A village with four sessions in 2021 and three the year before."""
    made = make_village(make_house())
    hold_sessions(made, 4)
    hold_sessions(made, 3, year=2020)
    return made


def checked(village: Village, report: WorkReport, who: str = "staff") -> Checked:
    with village.house.at_work():
        return check_report(village.house.actor(who), WorkReport.objects.get(pk=report.pk))


def sign(village: Village, report: WorkReport, who: str = "leader", version: int | None = None) -> WorkReport:
    with village.house.at_work():
        now = WorkReport.objects.get(pk=report.pk)
        return sign_report(
            actor=village.house.actor(who), report=now, version=now.version if version is None else version
        )


def test_usual_sentences_name_declared_figures_only() -> None:
    known = {one.id for one in all_figures()}
    named = {f for part in USUAL for text in part.sentences for f in figures_in(read_sentence(text))}
    assert named - known == set()


def test_draft_of_a_year_writes_the_numbers_with_codes(village: Village) -> None:
    hedge(village, "grassroots.suggestions", "余")
    text = text_of(village, drafted(village))
    assert without_codes(text).partition("。")[2] == (
        "2021年开展协商议事活动4场次，场次比上年增长33.3%，下沉政协委员主动参与4人次，提出意见建议4条，协商解决各类问题4件。"
    )
    assert [mark.shown for mark in marks_in(text)][-5:] == ["4场次", "比上年增长33.3%", "4人次", "4条", "4件"]


def test_draft_tells_of_online_conversations(village: Village) -> None:
    for year in (2020, 2021):
        for n in range(year - 2019):
            talk = talks.make_conversation(village.house, state="closed", title=f"{year}年第{n}场")
            with village.house.at_work():
                Matter.objects.filter(pk=talk.pk).update(
                    opened_on=date(year, 5, 4), closed_on=date(year, 6, 1), code=f"{year}-{n}"
                )
                OpinionMap.objects.filter(conversation=talk).update(voices=20, votes=95)
    text = text_of(village, drafted(village, parts=("conversations",)), "conversations")
    assert without_codes(text) == (
        "2021年开展网络议政2场，场次比上年增长100%，参加40人份，表态190条次。公布各方看法10条。"
    )


def test_draft_codes_resolve_to_the_same_values(village: Village) -> None:
    report = drafted(village)
    with village.house.at_work():
        for section in report.sections.all():
            for mark in marks_in(section.text):
                if mark.than:
                    continue
                row = NumberCode.objects.get(code=mark.code)
                figure = find_figure(row.figure, village.house.committee.pk)
                assert figure is not None
                period = parse_period(row.period, date(2026, 1, 1))
                value = figure.value(village.house.committee.pk, period)
                assert mark.shown.startswith(
                    f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else str(value)
                )
    assert checked(village, report).count == 0


def test_draft_of_a_part_without_records_leaves_its_sentences_out(village: Village) -> None:
    report = drafted(village)
    with village.house.at_work():
        texts = {one.area: one.text for one in report.sections.all()}
    assert texts["proposals"] == ""
    assert list(texts) == list(PARTS)


def test_draft_of_a_year_without_any_record_is_refused(village: Village) -> None:
    with pytest.raises(Refused, match="没有一条记录"):
        drafted(village, year=2015, parts=("proposals", "topics"))
    with village.house.at_work():
        assert WorkReport.objects.count() == 0


def test_draft_of_the_future_is_refused(village: Village) -> None:
    with pytest.raises(Refused, match="还没有到"):
        drafted(village, year=2190)


def test_check_after_a_record_came_shows_both_and_sets_it_right(village: Village) -> None:
    report = drafted(village, parts=("grassroots",))
    hold_sessions(village, 1, month=9)
    assert [(one.mark.shown, one.should) for one in checked(village, report).changed] == [
        ("4场次", "5场次"),
        ("比上年增长33.3%", "比上年增长66.7%"),
        ("4人次", "5人次"),
        ("4条", "5条"),
        ("4件", "5件"),
    ]
    with village.house.at_work():
        settling.set_right(actor=village.house.actor("staff"), report=report)
    assert checked(village, report).count == 0
    assert "活动5场次〔" in text_of(village, report)


def test_check_after_typing_over_a_number_sets_only_that_one_right(village: Village) -> None:
    report = drafted(village)
    set_text(village, report, text_of(village, report).replace("4场次〔", "5场次〔"))
    [one] = checked(village, report).changed
    assert (one.mark.shown, one.should) == ("5场次", "4场次")
    with village.house.at_work():
        assert settling.set_right(actor=village.house.actor("staff"), report=report, keys=[one.key]) == 1
    assert checked(village, report).count == 0


def test_check_after_the_wording_changed_shows_the_new_one(village: Village) -> None:
    hold_sessions(village, 12, month=5)
    report = drafted(village)
    hedge(village, "grassroots.sessions", "余")
    assert [(one.mark.shown, one.should) for one in checked(village, report).changed] == [
        ("16场次", "10余场次")
    ]


@pytest.mark.parametrize("typed", ["540", "５４０", "五百三十", "5.5万", "三百余"])
def test_check_finds_a_number_without_a_code(village: Village, typed: str) -> None:
    report = drafted(village)
    set_text(village, report, text_of(village, report) + f"另外服务群众{typed}名。")
    found = checked(village, report)
    assert ([one.typed.text for one in found.unlinked], found.changed) == ([typed], [])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_check_finds_exactly_the_one_number_that_was_changed(village: Village, data: st.DataObject) -> None:
    with village.house.at_work():
        report = WorkReport.objects.first()
    report = report or drafted(village)
    original = text_of(village, report)
    marks = marks_in(original)
    mark = data.draw(st.sampled_from([m for m in marks if re.search(r"\d", m.shown)]))
    digits = re.search(r"\d+(?:\.\d+)?", mark.shown)
    assert digits is not None
    other = data.draw(st.integers(0, 10**9).map(str).filter(lambda t: t != digits[0]))
    at = mark.start + digits.start()
    set_text(village, report, original[:at] + other + original[at + len(digits[0]) :])
    found = checked(village, report)
    set_text(village, report, original)
    assert [(one.mark.code, one.mark.start) for one in found.changed] == [(mark.code, mark.start)]
    assert (found.unlinked, found.lost) == ([], [])


def test_check_with_a_code_that_leads_nowhere_says_so(village: Village) -> None:
    report = drafted(village)
    set_text(village, report, "活动5场次〔T26-9999〕。")
    assert [one.code for one in checked(village, report).lost] == ["T26-9999"]


def test_typed_number_is_linked_to_the_figure_that_has_its_value(village: Village) -> None:
    hold_sessions(village, 13, month=6)
    report = drafted(village)
    set_text(village, report, "全年开展活动17场次。")
    [one] = checked(village, report).unlinked
    # There are 17 suggestions (条) and 17 solved problems (件) too: the text counts 场次.
    assert [s.figure.id for s in one.suggestions] == ["grassroots.sessions"]
    with village.house.at_work():
        settling.link_number(
            actor=village.house.actor("staff"),
            report=report,
            key=one.key,
            figure_id="grassroots.sessions",
            period=calendar_year(2021),
        )
    assert re.fullmatch(r"全年开展活动17场次〔T\d\d-\d{4}〕。", text_of(village, report))
    assert checked(village, report).count == 0


def test_typed_number_with_a_source_lets_the_report_be_signed(village: Village) -> None:
    report = drafted(village)
    set_text(village, report, text_of(village, report) + "服务群众540名。")
    with pytest.raises(Refused, match="没有依据1处"):
        sign(village, report)
    [one] = checked(village, report).unlinked
    with village.house.at_work():
        settling.vouch_for_number(
            actor=village.house.actor("staff"), report=report, key=one.key, source="乡镇报表"
        )
    assert sign(village, report).state == WorkReport.State.SIGNED


def test_signing_freezes_numbers_and_later_records_show_as_changes(village: Village) -> None:
    report = drafted(village)
    sign(village, report)
    hold_sessions(village, 1, month=9)
    with village.house.at_work():
        DeliberationSession.objects.filter(matter__title="议事2021-3-0").update(held_on=date(2022, 1, 1))
        frozen = FrozenNumber.objects.get(code__figure="grassroots.sessions", code__period="2021")
        assert (frozen.value, frozen.printed, len(frozen.row_ids)) == (4, "4场次", 4)
        found = compare(village.house.actor("leader"), frozen)
    assert found is not None
    assert (found.now, found.came.count, found.went.count) == ("4场次", 1, 1)
    assert [len(found.came.rows), len(found.went.rows)] == [1, 1]


def test_signing_is_a_leaders_and_of_the_text_that_was_read(village: Village) -> None:
    report = drafted(village)
    with pytest.raises(PermissionDenied):
        sign(village, report, "staff")
    with pytest.raises(Refused, match="又有改动"):
        sign(village, report, version=99)
    sign(village, report)
    with pytest.raises(Refused, match="已经签发"):
        sign(village, report)


def test_signed_report_is_not_changed_but_copied(village: Village) -> None:
    report = drafted(village)
    sign(village, report)
    staff = village.house.actor("staff")
    with village.house.at_work(), pytest.raises(Refused, match="已经签发"):
        settling.set_right(actor=staff, report=report)
    with village.house.at_work():
        made = writing.copy_report(actor=staff, report=report)
        assert made.state == WorkReport.State.DRAFT
        assert [s.text for s in made.sections.all()] == [s.text for s in report.sections.all()]
        assert report.sections.count() == 5


def test_saving_over_what_somebody_else_saved_is_refused(village: Village) -> None:
    report = drafted(village)
    texts = writing.Texts("标题", "", "", "", [writing.Words("", "一节", "文字")])
    staff = village.house.actor("staff")
    with village.house.at_work():
        writing.edit_report(actor=staff, report=report, version=1, texts=texts)
    with village.house.at_work(), pytest.raises(writing.Stale):
        writing.edit_report(actor=staff, report=report, version=1, texts=texts)


def test_own_sentences_are_used_and_switched_off_ones_are_not(village: Village) -> None:
    with village.house.at_work():
        for n, (text, on) in enumerate(
            [
                ("{本会}{时间}办会{grassroots.sessions:bare}场，上年{grassroots.sessions@before}。", True),
                ("别的{grassroots.sessions}。", False),
            ]
        ):
            SentenceTemplate.objects.create(
                committee=village.house.committee, area="grassroots", order=n, text=text, is_active=on
            )
    report = drafted(village)
    name = village.house.committee.name
    assert without_codes(text_of(village, report)) == f"{name}2021年办会4场，上年3场次。"
    assert checked(village, report).count == 0
