"""Forms of the codes room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.capabilities.codes.selectors.places import STATUSES
from tongxin.foundation.organization.enums import NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.capabilities.codes.selectors.lists import Wanted

_ALL = ("", _("全部"))


class FilterForm(forms.Form):
    """What of the list to show."""

    q = forms.CharField(label=_("名称或地址"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=[_ALL, *NodeKind.choices], required=False)
    status = forms.ChoiceField(label=_("状态"), choices=[_ALL, *STATUSES.items()], required=False)
    town = forms.ChoiceField(label=_("乡镇街道"), required=False)

    def __init__(self, wanted: Wanted, towns: Iterable[tuple[str, str]]) -> None:
        super().__init__(
            initial={"q": wanted.q, "kind": wanted.kind, "status": wanted.status, "town": wanted.town},
            auto_id="f-%s",
        )
        for name in self.fields:
            # The summary on top already says that nothing has to be filled in.
            self.fields[name].required = True
        self.use_required_attribute = False
        self.fields["q"].widget.input_type = "search"
        self.fields["town"].choices = [_ALL, *towns]  # type: ignore[attr-defined]


class SearchForm(forms.Form):
    """A word that names must have."""

    q = forms.CharField(label=_("名称"), max_length=40)

    def __init__(self, wanted: Wanted) -> None:
        super().__init__(initial={"q": wanted.q}, auto_id="f-%s")
        self.use_required_attribute = False
        self.fields["q"].widget.input_type = "search"


class ReasonForm(forms.Form):
    """Why a code is suspended, revoked or replaced."""

    reason = forms.CharField(label=_("原因"), max_length=120, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, example: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = example


class PosterForm(forms.Form):
    """Which kind of poster."""

    size = forms.ChoiceField(
        label=_("样式"),
        choices=(
            ("a4", _("A4海报，一页一张，贴在墙上")),
            ("plate", _("门牌，18×9厘米，一页三张，沿裁切线裁开")),
        ),
        initial="a4",
        widget=forms.RadioSelect,
    )
