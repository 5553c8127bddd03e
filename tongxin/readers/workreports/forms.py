"""Forms of reports and their sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.foundation.core import clock
from tongxin.readers.statistics.asking import parse_asked
from tongxin.readers.workreports.actions.writing import LONGEST_TEXT, Texts, Words
from tongxin.readers.workreports.drafting import span_words
from tongxin.readers.workreports.models import LONGEST_SENTENCE, WorkReport
from tongxin.readers.workreports.selectors.sentence_pages import faults_of
from tongxin.readers.workreports.templates import PARTS

if TYPE_CHECKING:
    from tongxin.foundation.core.figures import Figure, Period

_LONGEST_SIDE = 4000
_MOST_SECTIONS = 30
_MOST_SENTENCES = 40


class BeginForm(forms.Form):
    """Of what span, in which form, about what."""

    period = forms.CharField(
        label=_lazy("写哪段时间"),
        max_length=24,
        help_text=_lazy("年份，例如2021；也可以写2021-01-01..2021-06-30、今年、去年、本届"),
    )
    form = forms.ChoiceField(
        label=_lazy("形式"),
        choices=WorkReport.Form.choices,
        initial=WorkReport.Form.OFFICIAL,
        widget=forms.RadioSelect,
    )
    parts = forms.MultipleChoiceField(
        label=_lazy("写哪些部分"),
        choices=[(part.key, part.name) for part in PARTS],
        initial=[part.key for part in PARTS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_lazy("没有数可写的句子会自动略去"),
    )
    title = forms.CharField(
        label=_lazy("标题"), max_length=120, required=False, help_text=_lazy("不填就按常用的写")
    )

    def __init__(self, *args: Any, committee_id: int, name: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.committee_id, self.name = committee_id, name
        self.fields["period"].initial = str(clock.today().year - 1)

    def clean_period(self) -> Period:
        """Read the span; it begins, ends, and has begun."""
        try:
            period = parse_asked(self.cleaned_data["period"], self.committee_id)
        except ValueError:
            raise forms.ValidationError(_("看不懂这段时间。写年份，例如2021。")) from None
        if period.since is None or period.until is None:
            raise forms.ValidationError(_("报告要有起止时间，例如2021年。"))
        if period.since > clock.today():
            raise forms.ValidationError(_("这段时间还没有到，写不出报告。"))
        return period

    def title_of(self, period: Period) -> str:
        """Return the title that was typed, or the usual one."""
        typed: str = self.cleaned_data["title"].strip()
        return typed or f"{self.name}{span_words(period)}工作报告"


class ReportForm(forms.Form):
    """What stands around the sections of a report."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_lazy("标题"), max_length=120)
    number = forms.CharField(
        label=_lazy("发文字号"), max_length=40, required=False, help_text=_lazy("例如：华政协发〔2022〕1号")
    )
    opening = forms.CharField(
        label=_lazy("开头"),
        required=False,
        max_length=_LONGEST_SIDE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    closing = forms.CharField(
        label=_lazy("结尾"),
        required=False,
        max_length=_LONGEST_SIDE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SectionForm(forms.Form):
    """One section; emptied, it goes."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    order = forms.IntegerField(
        label=_lazy("第几部分"), required=False, min_value=1, max_value=99, help_text=_lazy("改数字就调顺序")
    )
    heading = forms.CharField(label=_lazy("标题"), max_length=80, required=False)
    text = forms.CharField(
        label=_lazy("正文"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_lazy("数字后面的〔T26-0001〕是数据码，和数字一起移动、删除；一行是一段"),
    )


SectionForms = formset_factory(SectionForm, extra=1, max_num=_MOST_SECTIONS, absolute_max=_MOST_SECTIONS + 1)


def initial_of(report: WorkReport) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what the forms of a report begin with."""
    head = {name: getattr(report, name) for name in ("version", "title", "number", "opening", "closing")}
    sections = [
        {"key": str(one.pk), "order": n, "heading": one.heading, "text": one.text}
        for n, one in enumerate(report.sections.all(), start=1)
    ]
    return head, sections


def texts_from(form: ReportForm, sections: Any) -> Texts:  # noqa: ANN401 (a formset has no type of its own)
    """Return what was typed, the sections in their new order; a new one without a number stands last."""
    filled = [one.cleaned_data for one in sections if one.cleaned_data]
    filled.sort(key=lambda data: data.get("order") or _MOST_SECTIONS * 4)
    return Texts(
        form.cleaned_data["title"],
        form.cleaned_data["number"],
        form.cleaned_data["opening"],
        form.cleaned_data["closing"],
        [Words(one.get("key", ""), one.get("heading", ""), one.get("text", "")) for one in filled],
    )


class SourceForm(forms.Form):
    """Where a typed number comes from."""

    key = forms.CharField(max_length=160, widget=forms.HiddenInput)
    source = forms.CharField(
        label=_lazy("依据"), max_length=120, help_text=_lazy("文件名称和文号、谁报的、哪天")
    )


class SentenceForm(forms.Form):
    """One sentence; emptied, it goes."""

    text = forms.CharField(
        label=_lazy("句子"),
        required=False,
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_active = forms.BooleanField(label=_lazy("在用"), required=False, initial=True)

    def __init__(self, *args: Any, figures: dict[str, Figure] | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.figures = figures or {}

    def clean_text(self) -> str:
        """Read the sentence; a figure that is not there is named."""
        text = " ".join(self.cleaned_data["text"].split())
        if text and (fault := faults_of(text, self.figures)):
            raise forms.ValidationError(fault)
        return text


SentenceForms = formset_factory(
    SentenceForm, extra=1, max_num=_MOST_SENTENCES, absolute_max=_MOST_SENTENCES + 1
)
