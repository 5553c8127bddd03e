"""Forms of the committee's own rules for its work at the grass roots."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.models import GrassrootsRules, VenueKind

# Nothing is due on the day itself, and what takes longer is forgotten.
_MOST = {"record_days": 60, "check_days": 60, "look_back_months": 36, "objection_days": 365}


class RulesForm(forms.ModelForm[GrassrootsRules]):
    """The limits of a committee."""

    class Meta:
        model = GrassrootsRules
        exclude = ("committee",)  # noqa: DJ006
        help_texts: ClassVar = {
            "record_days": _lazy("从开会那天起，到时候没有归档的标为超期"),
            "check_days": _lazy("责任单位报已解决以后，由议事会或者机关核实"),
            "look_back_months": _lazy("到时候再去看一次，有没有反弹"),
            "objection_days": _lazy("提出人凭回执可以说一次没解决，问题重新办"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for name, most in _MOST.items():
            field: Any = self.fields[name]
            self.fields[name] = forms.IntegerField(
                label=field.label, help_text=field.help_text, min_value=1, max_value=most
            )


class VenueForm(forms.ModelForm[VenueKind]):
    """What kind of place sessions are held in."""

    class Meta:
        model = VenueKind
        fields = ("name", "order", "is_online", "is_active")
        labels: ClassVar = {"order": _lazy("次序")}
        help_texts: ClassVar = {"order": _lazy("小的排在前面")}
