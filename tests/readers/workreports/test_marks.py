"""Numbers in a text: those with codes, those that were typed, and what is no number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tongxin.readers.workreports.actions.writing import cleaned
from tongxin.readers.workreports.checking import value_in
from tongxin.readers.workreports.marks import codes_in, marks_in, without_codes
from tongxin.readers.workreports.typed import typed_in


@pytest.mark.parametrize(
    ("text", "shown", "core", "tail"),
    [
        ("2021年开展活动530场次〔T26-0042〕", "530场次", "530", "场次"),
        ("提出意见建议400余条〔T26-0042〕，", "400余条", "400余", "条"),
        ("共530〔T26-0042〕场", "530", "530", ""),
        ("近500件〔T26-0042〕", "近500件", "近500", "件"),
        ("最近500件〔T26-0042〕", "500件", "500", "件"),
        ("节约18万元〔T26-0042〕", "18万元", "18万", "元"),
        ("占100%〔T26-0042〕", "100%", "100", "%"),
        ("占30%左右〔T26-0042〕", "30%左右", "30", "%左右"),
        ("赋码覆盖率66.7%〔T26-0042〕", "66.7%", "66.7", "%"),
        ("开展五百三十场次〔T26-0042〕", "五百三十场次", "五百三十", "场次"),
        ("开展５３０场次〔T26-0042〕", "５３０场次", "５３０", "场次"),
        ("2021年〔T26-0042〕", "", "", ""),
    ],
)
def test_marks_in_text_with_a_code_finds_the_number_before_it(
    text: str, shown: str, core: str, tail: str
) -> None:
    [mark] = marks_in(text)
    assert (mark.shown, mark.core, mark.tail, mark.code) == (shown, core, tail, "T26-0042")
    assert text[mark.start : mark.start + len(mark.shown)] == shown


def test_marks_in_a_comparison_names_both_codes() -> None:
    [mark] = marks_in("活动比上年增长12.3%〔T26-0042比T26-0007〕。")
    assert (mark.shown, mark.codes) == ("比上年增长12.3%", ("T26-0042", "T26-0007"))
    assert codes_in(["530场〔T26-0042余〕", "增长1%〔T26-0042比T26-0007〕"]) == ["T26-0042", "T26-0007"]


def test_cleaned_text_from_word_writes_codes_and_spaces_as_they_should_be() -> None:
    pasted = (
        "\u3000\u3000开展活动 530 场次\xa0[ T26－0042 ]，意见 400余条（Ｔ２６-0043 余）。\r\n\r\n第二段\u200b"
    )
    assert cleaned(pasted) == "开展活动530场次〔T26-0042〕，意见400余条〔T26-0043余〕。\n第二段"
    assert without_codes(cleaned(pasted)) == "开展活动530场次，意见400余条。\n第二段"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("开展活动540场次", ["540"]),
        ("开展活动５４０场次", ["５４０"]),
        ("建议1,300条、占12.5%，资金1200多万元", ["1,300", "12.5%", "1200多万"]),
        ("资金18万元，2.3亿元", ["18万", "2.3亿"]),
        ("开展五百三十场次", ["五百三十"]),
        ("解决问题三百余件", ["三百余"]),
        ("占百分之十二点五，三分之一以上", ["百分之十二点五", "三分之一"]),
        ("两名委员参加", ["两"]),
        ("近千名群众受益", ["近千"]),
        ("连续23年", ["23"]),
        ("历时3个月", ["3"]),
        ("活动530场次〔T26-0042〕和12个点", ["12"]),
        ("2021名", ["2021"]),
    ],
)
def test_typed_numbers_are_found(text: str, numbers: list[str]) -> None:
    assert [one.text for one in typed_in(text)] == numbers


@pytest.mark.parametrize(
    "text",
    [
        "2021年3月5日至3月8日",
        "2021年度，2020—2021年，2021-03-05，3月5日，1—6月，5月份",
        "政协第五届委员会第五次会议、五届五次会议、十四届三次全会，党的十九届六中全会，党的二十大",
        "华政协发〔2022〕1号、〔2022〕12号文件、第3期",
        "一、基本情况\n（一）组织\n1.会议\n（2）调研\n2、提案",
        "“十四五”规划，十三五时期",
        "三位一体、四会联治、六个一、两个维护、一码通、一带一路、八项规定、千家万户",
        "两级政协委员、三级协商，一个方面，一批项目，一件提案，万众一心，百姓，十分重要，双月协商",
        "T26-0042和2026-087号提案，GB/T 9704，5G网络，A4纸",
        "21世纪，90年代，建党100周年，上午9时30分，9:30",
        "二〇二一年，第三季度，第12次主席会议",
        "活动530场次〔T26-0042〕，增长12.3%〔T26-0042比T26-0007〕，400余条〔T26-0043余〕",
    ],
)
def test_typed_numbers_are_not_seen_in_dates_sessions_and_phrases(text: str) -> None:
    assert [one.text for one in typed_in(text)] == []


def test_typed_number_is_known_by_the_words_around_it() -> None:
    found = typed_in("建成站点12个、议事室12个〔T26-0042〕，服务群众12人\n又有12个")
    assert [one.context for one in found] == ["建成站点12个、议事室", "，服务群众12人", "又有12个"]


def test_typed_context_of_three_numbers_is_each_its_own() -> None:
    assert len({one.context for one in typed_in("建成站点12个，议事室12个，服务12人")}) == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("五百三十", 530),
        ("1,300", 1300),
        ("18万", 180000),
        ("十二", 12),
        ("两千零五", 2005),
        ("12.5%", "12.5"),
    ],
)
def test_value_in_typed_number_is_what_it_says(text: str, value: int | str) -> None:
    assert value_in(text) == Decimal(value)
