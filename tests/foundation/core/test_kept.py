"""Markup that is made once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template import Context, Template
from django.utils import translation

from tongxin.foundation.core.templatetags import kept as kept_tag

if TYPE_CHECKING:
    import pytest

ROW = Template("{% kept row %}{{ row }}{{ other }}{% endkept %}")


def made(**values: object) -> str:
    return ROW.render(Context(values))


def test_kept_with_the_same_values_is_not_made_again() -> None:
    first = made(row=("甲", 1), other="先")
    # What is not named is not looked at again: that is the whole point, and the caller's duty.
    assert made(row=("甲", 1), other="后") == first


def test_kept_with_another_value_is_made_anew() -> None:
    assert made(row=("乙", 1), other="一") == "(&#x27;乙&#x27;, 1)一"
    assert made(row=("乙", 2), other="二") == "(&#x27;乙&#x27;, 2)二"


def test_kept_in_another_language_is_made_anew() -> None:
    words = Template("{% kept row %}{{ row }}{{ language }}{% endkept %}")
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert words.render(Context({"row": "丙", "language": language})) == f"丙{language}"


def test_kept_with_hostile_text_stays_escaped() -> None:
    for _ in range(2):
        assert made(row="<script>") == "&lt;script&gt;"


def test_kept_with_too_many_values_forgets_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_tag, "_MOST", 3)
    words = Template("{% kept row %}{{ row }}{% endkept %}")
    assert [words.render(Context({"row": n})) for n in range(10)] == [str(n) for n in range(10)]
    node = words.nodelist[0]
    assert isinstance(node, kept_tag.KeptNode)
    assert len(node._kept) <= 3
