"""Forms about promises: the rows of the reply form, reports, the office's word, later dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.promising import MOST_PROMISES, Promised
from tongxin.activities.proposals.forms.desk import AsksLater, note_field
from tongxin.capabilities.files.forms import FilesField
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tongxin.activities.proposals.models import Promise, Proposal

# Rows that stand open while nothing is written; the others are one click away.
_OPEN_ROWS = 2


def day_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:  # noqa: ANN401
    """Return a field for a day, with the browser's own calendar."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class PromiseRow(forms.Form):
    """One promise of a reply: what, and by when."""

    text = forms.CharField(label=_lazy("承诺做什么"), required=False, max_length=200)
    due_on = day_field(_lazy("何时完成"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the other half of a promise of which one half was written."""
        found = self.cleaned_data
        text, due_on = str(found.get("text") or "").strip(), found.get("due_on")
        if due_on and not text:
            self.add_error("text", _("请写这一天以前完成什么。"))
        if text and not due_on and "due_on" not in self.errors:
            self.add_error("due_on", _("请填何时完成。"))
        if due_on and due_on < clock.today():
            self.add_error("due_on", _("请填今天或以后的日期。"))
        return found


class PromiseRows:
    """The promises of a reply, as rows of its form.

    A row that is only half written is a fault when the form is saved on purpose. While it is being typed
    (autosave) it is left out and waits in the browser.
    """

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, drafted: Sequence[Promise] = (), typing: bool = False
    ) -> None:
        self.typing = typing
        self.is_bound = data is not None
        self.forms = [
            PromiseRow(
                data,
                prefix=f"promise-{n}",
                initial={"text": p.text, "due_on": p.due_on}
                if (p := dict(enumerate(drafted)).get(n))
                else {},
            )
            for n in range(MOST_PROMISES)
        ]
        self.filled = len(drafted)
        for n, row in enumerate(self.forms, 1):
            row.fields["text"].label = _("第{n}条承诺").format(n=n)

    @property
    def shown(self) -> list[PromiseRow]:
        """The rows that stand open: those that say something, and one more."""
        return self.forms[: self._open()]

    @property
    def hidden(self) -> list[PromiseRow]:
        """The rows that are there for those who need them."""
        return self.forms[self._open() :]

    def _open(self) -> int:
        written = [n for n, f in enumerate(self.forms, 1) if self.is_bound and f.has_changed()]
        return max(_OPEN_ROWS, self.filled + 1, *written, 0)

    def is_valid(self) -> bool:
        """Say whether every row can be kept."""
        return self.typing or all(f.is_valid() for f in self.forms)

    @property
    def promises(self) -> list[Promised]:
        """The rows that say something."""
        return [
            Promised(f.cleaned_data["text"].strip(), f.cleaned_data["due_on"])
            for f in self.forms
            if f.is_valid() and f.cleaned_data.get("text", "").strip()
        ]


class ReportForm(forms.Form):
    """What the unit has done about its promise."""

    evidence = note_field(
        _lazy("办成了什么样"),
        _lazy("例如：6处护栏于9月20日装完，已通过验收"),
        required=True,
        rows=5,
    )
    photos = FilesField(
        label=_lazy("照片或凭据"),
        required=False,
        help_text=_lazy("照片里的拍摄地点等信息会自动去掉"),
    )


class CheckForm(AsksLater):
    """The office's word on a report."""

    asked_later = ("note",)

    decision = forms.ChoiceField(
        label=_lazy("核实结果"),
        choices=(("confirm", _lazy("已经兑现")), ("return", _lazy("还没有，退回继续兑现"))),
        widget=forms.RadioSelect,
    )
    note = note_field(_lazy("核实意见"), _lazy("退回的，请写明还差什么"))

    def clean(self) -> dict[str, Any]:
        """Ask what is still lacking where a report is sent back."""
        found = self.cleaned_data
        if found.get("decision") == "return" and not found.get("note", "").strip():
            self.add_error("note", _("请写明还差什么。"))
        return found


class ChangeForm(AsksLater):
    """A later day for a promise, or its end without being kept."""

    asked_later = ("due_on",)

    decision = forms.ChoiceField(
        label=_lazy("怎么办"),
        choices=(("postpone", _lazy("延期")), ("drop", _lazy("不再跟踪"))),
        widget=forms.RadioSelect,
    )
    due_on = day_field(_lazy("延到哪一天"), _lazy("原来的日期会留在经过里"), required=False)
    note = note_field(_lazy("原因"), required=True)

    def clean(self) -> dict[str, Any]:
        """Ask for the day where it is postponed."""
        found = self.cleaned_data
        if found.get("decision") == "postpone" and not found.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("请填延到哪一天。"))
        return found


class AddPromiseForm(forms.Form):
    """A promise that staff found in the text of a reply."""

    unit = forms.ModelChoiceField(
        label=_lazy("哪个单位承诺的"), queryset=Unit.objects.none(), empty_label=None
    )
    text = forms.CharField(label=_lazy("承诺做什么"), max_length=200)
    due_on = day_field(_lazy("何时完成"))

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        units = cast("forms.ModelChoiceField[Unit]", self.fields["unit"])
        units.queryset = units_of(proposal)

    @property
    def promised(self) -> Promised:
        """What was written."""
        return Promised(self.cleaned_data["text"], self.cleaned_data["due_on"])


def units_of(proposal: Proposal) -> Any:  # noqa: ANN401 (a queryset of units)
    """Return the units that handle a proposal."""
    parts = proposal.assignments.in_force()
    return Unit.objects.filter(pk__in=parts.values("unit"), ended_on=None).order_by("name")
