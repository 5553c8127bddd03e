"""Numbers in words: never more than there is, 近 only close below."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.foundation.core.wording import WORDS, forms_of, printed, usual_step

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
NUMBERS = st.one_of(
    st.integers(0, 10**9), st.decimals(0, 10**9, places=2), st.integers(0, 10**5).map(lambda n: n * 100)
)
STEPS = st.sampled_from([0, 1, 10, 100, 1000, 10_000])


def said(text: str) -> Decimal:
    """The number in a text."""
    (found,) = _NUMBER.findall(text)
    return Decimal(found) * (10_000 if "万" in text else 1)


@pytest.mark.parametrize(
    ("value", "unit", "word", "more", "text"),
    [
        (412, "条", "", {}, "412条"),
        (412, "条", "余", {}, "400余条"),
        (412, "条", "多", {"step": 10}, "410多条"),
        (412, "条", "以上", {}, "400条以上"),
        (412, "条", "超", {}, "超400条"),
        (400, "条", "余", {}, "400条"),
        (400, "条", "超", {}, "400条"),
        (400, "条", "以上", {}, "400条以上"),
        (400, "条", "左右", {}, "400条左右"),
        (53, "人", "余", {"step": 1}, "53余人"),
        (7, "人", "余", {}, "7人"),
        (0, "人", "余", {}, "0人"),
        (9, "人", "余", {"step": 10}, "9人"),
        (Decimal("30.4"), "%", "左右", {}, "30%左右"),
        (Decimal("99.1"), "%", "左右", {"step": 1}, "99.1%左右"),
        (Decimal("31.50"), "%", "", {}, "31.5%"),
        (412, "件", "近", {}, "412件"),
        (449, "件", "近", {}, "449件"),
        (450, "件", "近", {}, "近500件"),
        (499, "件", "近", {}, "近500件"),
        (500, "件", "近", {}, "500件"),
        (Decimal("99.5"), "%", "近", {}, "近100%"),
        (180_000, "元", "", {"in_wan": True}, "18万元"),
        (12_345_678, "元", "多", {"in_wan": True}, "1200多万元"),
        (12_345_678, "元", "多", {}, "12000000多元"),
        (9_500, "元", "余", {"in_wan": True, "step": 100}, "0.95万元"),
        (9_560, "元", "余", {"in_wan": True, "step": 100}, "0.95余万元"),
        (5_000, "份", "", {}, "5000份"),
    ],
)
def test_printed_reads_as_official_texts_do(
    value: int | Decimal, unit: str, word: str, more: dict[str, int], text: str
) -> None:
    assert printed(value, unit, word, **more) == text  # type: ignore[arg-type]


@given(value=NUMBERS, word=st.sampled_from([w for w in WORDS if w != "近"]), step=STEPS, wan=st.booleans())
def test_printed_with_a_word_never_exceeds_the_value(
    value: int | Decimal, word: str, step: int, *, wan: bool
) -> None:
    text = printed(value, "条", word, step=step, in_wan=wan)
    assert said(text) <= value
    if word not in text:
        assert said(text) == value


@given(value=NUMBERS, word=st.sampled_from(["余", "多", "超", "逾"]), step=STEPS)
def test_printed_more_than_is_said_only_of_more(value: int | Decimal, word: str, step: int) -> None:
    text = printed(value, "条", word, step=step)
    if word in text and step != 1:
        assert said(text) < value


@given(value=NUMBERS, step=STEPS)
def test_printed_near_is_above_and_close(value: int | Decimal, step: int) -> None:
    text = printed(value, "条", "近", step=step)
    if text.startswith("近"):
        assert value < said(text) <= value / Decimal("0.9")
    else:
        assert said(text) == value


@given(value=NUMBERS, wan=st.booleans())
def test_printed_without_a_word_is_exact(value: int | Decimal, *, wan: bool) -> None:
    assert said(printed(value, "条", in_wan=wan)) == value


@given(value=st.integers(0, 10**12))
def test_usual_step_keeps_at_least_one_digit(value: int) -> None:
    assert 1 <= usual_step(value) <= max(value, 1)


@given(value=NUMBERS, unit=st.sampled_from(["条", "%", "元"]))
def test_forms_offered_are_true_each_once(value: int | Decimal, unit: str) -> None:
    forms = forms_of(value, unit)
    assert forms[0].text == printed(value, unit)
    assert len({form.text for form in forms}) == len(forms)
    for form in forms:
        # As it will be printed.
        assert printed(value, unit, form.word, step=form.step, in_wan=form.in_wan) == form.text
        assert form.word in form.text
        if form.word == "近":
            assert value < said(form.text) <= value / Decimal("0.9")
        elif form.word in {"余", "多", "超", "逾"}:
            assert said(form.text) < value
        elif form.word in {"约", "左右"}:
            assert value * Decimal("0.9") <= said(form.text) <= value
        else:
            assert said(form.text) <= value
        assert not (unit == "%" and form.word in {"余", "多"})


def test_forms_of_412_begin_with_itself_then_tens_then_hundreds() -> None:
    assert [form.text for form in forms_of(412, "条")] == [
        "412条",
        "410余条",
        "410多条",
        "410条左右",
        "410条以上",
        "超410条",
        "逾410条",
        "约410条",
        "近420条",
        "400余条",
        "400多条",
        "400条左右",
        "400条以上",
        "超400条",
        "逾400条",
        "约400条",
    ]
