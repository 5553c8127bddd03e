from __future__ import annotations

import datetime as dt
import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.html import escape

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

ROOT = Path(__file__).resolve().parents[3]
FRONTEND = ROOT / "frontend"
TEMPLATES = sorted(ROOT.glob("tongxin/**/templates/**/*.html")) + sorted(
    ROOT.glob("config/templates/**/*.html")
)

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{ 7 }}"
ESCAPED = escape(HOSTILE)


def svg(name: str) -> str:
    return f'<svg class="i" aria-hidden="true"><use href="/static/icons.svg#i-{name}"/></svg>'


def render(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


def day(month: int, number: int) -> dt.date:
    return dt.date(timezone.localdate().year, month, number)


def test_icon_named_draws_symbol_of_sprite() -> None:
    assert render('{% icon "check" %}') == svg("check")


@pytest.mark.parametrize(
    ("tone", "html"),
    [
        ("ok", f'<span class="pill ok">{svg("s-ok")}词</span>'),
        ("go", f'<span class="pill go">{svg("s-go")}词</span>'),
        ("soon", f'<span class="pill soon">{svg("s-soon")}词</span>'),
        ("late", f'<span class="pill late">{svg("s-late")}词</span>'),
        ("wait", f'<span class="pill">{svg("s-wait")}词</span>'),
        ("stop", f'<span class="pill">{svg("s-stop")}词</span>'),
        ("plain", '<span class="pill">词</span>'),
    ],
)
def test_pill_each_tone_has_its_shape(tone: str, html: str) -> None:
    assert render("{% pill tone '词' %}", tone=tone) == html


def test_pill_own_icon_replaces_shape() -> None:
    assert (
        render("{% pill 'plain' '重点提案' 'star' %}") == f'<span class="pill">{svg("star")}重点提案</span>'
    )


def test_pill_unknown_tone_is_an_error() -> None:
    with pytest.raises(KeyError):
        render("{% pill 'red' '词' %}")


@pytest.mark.parametrize(
    "source",
    [
        "{% icon text %}",
        "{% pill 'go' text %}",
        "{% pill 'go' 'x' text %}",
        "{% num text '/rows/' %}",
        "{% num 3 text %}",
        "{% num 3 '/rows/' text %}",
        "{% num 3 '/rows/' text small=True %}",
        "{{ text|paragraphs }}",
    ],
)
def test_tag_hostile_text_is_escaped(source: str) -> None:
    html = render(source, text=HOSTILE)
    assert "<script" not in html
    assert "<img" not in html
    assert ESCAPED in html


def test_breaks_hostile_text_keeps_its_letters_and_no_tag() -> None:
    html = render("{{ text|breaks }}", text=HOSTILE)
    assert re.findall(r"<(?!/?span|wbr)", html) == []
    assert re.sub(r"<wbr>", "", html) == f'<span class="kw">{ESCAPED}</span>'


@pytest.mark.parametrize(
    ("left", "tone", "words"),
    [
        (-2, "late", "超期2个工作日"),
        (-1, "late", "超期1个工作日"),
        (0, "soon", "今天到期"),
        (1, "soon", "还有1个工作日"),
        (5, "soon", "还有5个工作日"),
        (6, "", "还有6个工作日"),
    ],
)
def test_due_workdays_left_decide_tone_and_words(left: int, tone: str, words: str) -> None:
    due_on = day(10, 12)
    shape = svg(f"s-{tone}") if tone else ""
    assert render("{% due on left=left %}", on=due_on, left=left) == (
        f'<span class="due{" " + tone if tone else ""}">{shape}'
        f'<time datetime="{due_on.isoformat()}">10月12日</time> <small>{words}</small></span>'
    )


def test_due_met_in_time_is_done_whatever_is_left() -> None:
    html = render("{% due on left=-3 met=met %}", on=day(10, 12), met=day(10, 9))
    assert html == (
        f'<span class="due ok">{svg("s-ok")}<time datetime="{day(10, 12).isoformat()}">10月12日</time>'
        " <small>10月9日完成</small></span>"
    )


def test_due_met_late_says_so() -> None:
    html = render("{% due on met=met %}", on=day(10, 12), met=day(10, 14))
    assert html == (
        f'<span class="due"><time datetime="{day(10, 12).isoformat()}">10月12日</time>'
        " <small>10月14日完成，晚于期限</small></span>"
    )


def test_due_without_date_shows_nothing() -> None:
    assert render("{% due on left=3 %}", on=None) == ""


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (day(10, 9), "10月9日", "9 Oct"),
        (dt.date(2019, 1, 31), "2019年1月31日", "31 Jan 2019"),
        (dt.datetime(2019, 1, 31, 17, 30, tzinfo=dt.UTC), "2019年2月1日", "1 Feb 2019"),
        (None, "", ""),
    ],
)
def test_zh_date_speaks_both_languages(value: dt.date | None, chinese: str, english: str) -> None:
    assert render("{{ value|zh_date }}", value=value) == chinese
    with translation.override("en"):
        assert render("{{ value|zh_date }}", value=value) == english


def test_zh_datetime_shows_local_clock() -> None:
    value = dt.datetime(2019, 1, 31, 17, 5, tzinfo=dt.UTC)
    assert render("{{ value|zh_datetime }}", value=value) == "2019年2月1日 01:05"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于规范城区校外托管机构管理的提案", "关于|规范|城区|校外|托管|机构|管理的|提案"),
        ("临崖临水路段安全防护", "临崖临水|路段|安全|防护"),
        ("请审核市交通运输局的答复", "请审核市交通运输局的|答复"),
        ("垃圾、污水怎么办？", "垃圾、|污水|怎么办？"),
        ("2026-087号", "2026-087号"),
        ("", ""),
    ],
)
def test_breaks_title_breaks_only_between_words(title: str, lines: str) -> None:
    html = render("{{ title|breaks }}", title=title)
    assert html == f'<span class="kw">{lines.replace("|", "<wbr>")}</span>'


def test_paragraphs_lines_become_paragraphs_and_numbers_stay() -> None:
    text = "1. 年内完成排查。\r\n\r\n  2. 建立一本台账。\n"
    assert render("{{ text|paragraphs }}", text=text) == "<p>1. 年内完成排查。</p><p>2. 建立一本台账。</p>"


def test_num_unit_of_latin_letters_stands_apart() -> None:
    assert render("{% num 3 '' 'items' %}") == "3 items"
    assert render("{% num 3 '' '件' %}") == "3件"
    assert render("{% num 3 %}") == "3"


def test_num_with_address_opens_and_without_is_plain() -> None:
    assert (
        render("{% num 41 url '件' %}", url="/rows/?a=1&b=2")
        == '<a class="num" href="/rows/?a=1&amp;b=2">41件</a>'
    )
    assert render("{% num 41 '' '件' %}") == "41件"
    assert render("{% num 41 '/r/' '件' small=True %}") == '<a class="num" href="/r/">41<small>件</small></a>'


class Sample(forms.Form):
    use_required_attribute = False

    title = forms.CharField(label=HOSTILE, help_text="一句话说清楚。", max_length=40)
    advice = forms.CharField(label="建议", max_length=2500, widget=forms.Textarea(attrs={"class": "tall"}))
    place = forms.CharField(label="地点", required=False)
    kind = forms.ChoiceField(label="类别", choices=[("a", HOSTILE), ("b", "农业")])
    consent = forms.ChoiceField(
        label="公开",
        help_text="可以改。",
        widget=forms.RadioSelect,
        choices=[("1", HOSTILE), ("2", "不公开")],
    )
    units = forms.MultipleChoiceField(
        label="单位", widget=forms.CheckboxSelectMultiple, choices=[("1", "市卫健局")], required=False
    )
    until = forms.DateField(label="截止日", widget=forms.DateInput(attrs={"type": "date"}))
    picture = forms.FileField(label="附件")
    secret = forms.CharField(label="密码", widget=forms.PasswordInput)
    agreed = forms.BooleanField(label="同意", help_text="请先看。")
    version = forms.IntegerField(widget=forms.HiddenInput)


def field(name: str, data: dict[str, Any] | None = None) -> str:
    return render("{% field bound %}", bound=Sample(data)[name])


def test_field_untouched_has_label_hint_and_input_in_order() -> None:
    assert field("title") == (
        f'<div class="field"><label for="id_title">{ESCAPED}</label>'
        '<p class="hint" id="id_title_helptext">一句话说清楚。</p>'
        '<input type="text" name="title" maxlength="40" class="in" aria-describedby="id_title_helptext"'
        ' id="id_title"></div>'
    )


def test_field_with_error_points_at_hint_and_error() -> None:
    html = field("title", {"title": HOSTILE})
    assert html.startswith('<div class="field bad"><label for="id_title">')
    assert f'<p class="err" id="id_title_error">{svg("s-late")}<span>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert f'value="{ESCAPED}"' in html
    assert "<script" not in html


def test_field_optional_says_so() -> None:
    assert '<label for="id_place">地点<span class="opt">（可不填）</span></label>' in field("place")
    assert "（可不填）" not in field("title")


def test_field_textarea_counts_instead_of_cutting() -> None:
    html = field("advice", {"advice": HOSTILE})
    assert "maxlength" not in html
    assert 'class="in tall"' in html
    assert f"{ESCAPED}</textarea>" in html
    assert (
        '<p class="hint count" data-count-for="id_advice" data-max="2500"'
        ' data-text="已写{n}字，最多{max}字">最多2500字</p>' in html
    )


def test_field_select_escapes_options() -> None:
    html = field("kind")
    assert '<select name="kind" class="in" id="id_kind">' in html
    assert f">{ESCAPED}</option>" in html


def test_field_radio_is_a_fieldset_with_its_own_description() -> None:
    html = field("consent", {"consent": ""})
    assert html.startswith(
        '<fieldset class="field bad" id="id_consent" aria-describedby="id_consent_helptext id_consent_error">'
        '<legend class="label">公开</legend><p class="hint" id="id_consent_helptext">'
    )
    assert f'id="id_consent_0" aria-invalid="true">{ESCAPED}</label>' in html
    assert html.count('<label class="choice">') == 2


def test_field_checkbox_list_is_a_fieldset() -> None:
    html = field("units")
    assert html.startswith(
        '<fieldset class="field" id="id_units"><legend class="label">单位<span class="opt">'
    )
    assert 'type="checkbox" name="units" value="1"' in html


def test_field_checkbox_label_encloses_box() -> None:
    html = field("agreed", {"x": "1"})
    assert html.startswith('<div class="field bad"><p class="err" id="id_agreed_error">')
    assert re.search(r'<label class="choice"><input type="checkbox"[^>]*id="id_agreed">同意</label>', html)
    assert 'aria-describedby="id_agreed_helptext id_agreed_error"' in html


@pytest.mark.parametrize(("name", "kind"), [("until", "date"), ("picture", "file"), ("secret", "password")])
def test_field_input_types_keep_class_and_label(name: str, kind: str) -> None:
    html = field(name)
    assert re.search(rf'<input type="{kind}"[^>]*class="in"[^>]*id="id_{name}">', html)
    assert f'<label for="id_{name}">' in html


def test_field_hidden_has_no_label() -> None:
    assert field("version") == '<input type="hidden" name="version" id="id_version">'


def test_form_errors_each_line_leads_to_its_field() -> None:
    class Small(forms.Form):
        title = forms.CharField(label="案由")
        consent = forms.ChoiceField(label="公开", widget=forms.RadioSelect, choices=[("1", "同意")])

    form = Small({})
    form.add_error(None, HOSTILE)
    html = render("{% form_errors form %}", form=form)
    assert "有3处要改一下" in html
    assert re.findall(r'<li>(?:<a href="([^"]+)">)?', html) == ["", "#id_title", "#id_consent"]
    assert f"<li>{ESCAPED}</li>" in html
    assert 'role="alert"' in html


def test_form_errors_without_errors_shows_nothing() -> None:
    assert render("{% form_errors form %}", form=forms.Form({})) == ""


@pytest.mark.parametrize(
    ("source", "query"),
    [
        ("{% query_with page=3 %}", "?tab=open&amp;q=%E6%8A%A4%E6%A0%8F&amp;page=3"),
        ("{% query_with tab='late' %}", "?tab=late&amp;q=%E6%8A%A4%E6%A0%8F"),
        ("{% query_with q=None tab='' %}", "?"),
        ("{% query_with q='\"><script>' %}", "?tab=open&amp;q=%22%3E%3Cscript%3E"),
    ],
)
def test_query_with_replaces_keys_and_returns_to_page_one(source: str, query: str) -> None:
    request = RequestFactory().get("/proposals/", {"tab": "open", "q": "护栏", "page": "2"})
    assert render(source, request=request) == query


def test_query_with_without_request_has_only_the_changes() -> None:
    assert render("{% query_with page=2 %}") == "?page=2"


def test_error_page_without_request_and_shell_still_renders(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tongxin.foundation.core.urls"
    html = engines["django"].get_template("errors/500.html").render()
    assert "<h1>系统出了一点问题</h1>" in html
    assert 'href="/"' in html


def test_refusal_page_gives_back_what_was_typed(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tongxin.foundation.core.urls"
    page = engines["django"].get_template("errors/409.html")
    html = page.render({"message": HOSTILE, "kept": [("撤案原因", HOSTILE), ("next", "/x/")]})
    assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", html) == [ESCAPED]
    assert f"<p>{ESCAPED}</p>" in html


def test_sprite_has_every_symbol_that_a_page_names() -> None:
    symbols = set(re.findall(r'<symbol id="([^"]+)"', (FRONTEND / "icons.svg").read_text()))
    named = {
        f"i-{name}"
        for path in TEMPLATES
        for name in re.findall(r"{% icon ['\"]([\w-]+)['\"] %}", path.read_text())
    }
    assert len(named) > 10
    assert named - symbols == set()


def test_templates_have_nothing_that_the_content_policy_refuses() -> None:
    refused = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|hx-on|javascript:")
    assert [str(path.name) for path in TEMPLATES if refused.search(path.read_text())] == []


def test_stylesheet_is_written_for_old_browsers_and_small() -> None:
    css = (FRONTEND / "css" / "tongxin.css").read_text()
    rules = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    assert [word for word in ("color-mix(", "&", "@container", "@scope", "http") if word in rules] == []
    # An unknown selector in a list drops the whole rule, so :has stands alone.
    assert [s for s in re.findall(r"([^{};]*:has\([^{]*){", rules) if "," in s] == []
    assert len(gzip.compress(css.encode())) <= 12_500


@pytest.mark.parametrize(
    ("unit", "words"),
    [("", "第1–2件，共3件"), ("人次", "第1–2，共3人次"), ("<b>", "第1–2，共3&lt;b&gt;")],
)
def test_pager_says_what_it_counts(unit: str, words: str) -> None:
    shown = render(
        '{% include "ui/pager.html" %}',
        page=Paginator(["甲", "乙", "丙"], 2).get_page(1),
        page_range=[1, 2],
        unit=unit,
        request=RequestFactory().get("/rows/"),
    )
    assert f"<p>{words}</p>" in shown
