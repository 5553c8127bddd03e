"""What comes in from the voting page: answers, and statements of people who take part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.conversations.actions.casting import Batch
from tongxin.activities.conversations.enums import Answer
from tongxin.activities.conversations.models.statement import TEXT_MOST
from tongxin.foundation.accounts.open_forms import OpenForm

if TYPE_CHECKING:
    from django.http import QueryDict

    from tongxin.activities.conversations.models import Statement

_ANSWERS_MOST: Final = 500
_PAIR: Final = re.compile(r"([1-9][0-9]{0,4}):(-1|0|1)")
_DEVICE: Final = re.compile(r"[0-9a-f]{16}")
_NUMBER_MOST: Final = 32767
_COUNTER_MOST: Final = 2**53


def read_answers(sent: QueryDict) -> dict[int, int] | None:
    """Return the answers of a batch (``3:1,5:-1``) or of one pressed button; None when they make no sense."""
    if "answers" not in sent:
        return _answers(f"{sent.get('number', '')}:{sent.get('answer', '')}")
    batch = sent.get("answers", "")
    return _answers(batch) if batch else {}


def _answers(text: str) -> dict[int, int] | None:
    pairs = [_PAIR.fullmatch(pair) for pair in text.split(",", _ANSWERS_MOST)]
    answers = {int(pair[1]): int(pair[2]) for pair in pairs if pair}
    if len(answers) != len(pairs) or max(answers) > _NUMBER_MOST:
        return None
    return {number: Answer(answer).value for number, answer in answers.items()}


def read_batch(sent: QueryDict) -> Batch | None:
    """Return where a batch comes from; None when that makes no sense."""
    device, counter = sent.get("device", ""), sent.get("counter", "0")
    if not device:
        return Batch()
    if not _DEVICE.fullmatch(device) or not counter.isdecimal() or not 0 < int(counter) <= _COUNTER_MOST:
        return None
    return Batch(device, int(counter))


class StatementForm(OpenForm):
    """One statement, short enough to be voted on by thumb.

    Attributes:
        alike: published statements that say nearly the same; shown before it is sent.
    """

    text = forms.CharField(
        label=gettext_lazy("您的看法"),
        help_text=gettext_lazy("一条只说一件事，让别人能回答赞成还是不赞成。"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=TEXT_MOST,
        error_messages={"required": gettext_lazy("请写一句话。")},
    )
    different = forms.BooleanField(required=False, label=gettext_lazy("都不是这个意思，还是提交我的"))
    crowded = gettext_lazy("这会儿提看法的人很多，请先答一个小问题。您写的都在。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.alike: list[Statement] = []
        # Browsers count as we do; the form itself says how much too long it is.
        text = self.fields["text"]
        text.validators = [v for v in text.validators if not isinstance(v, MaxLengthValidator)]

    def clean_text(self) -> str:
        """Join the lines, and say how much too long it is."""
        text = " ".join(str(self.cleaned_data["text"]).split())
        if len(text) > TEXT_MOST:
            raise ValidationError(
                _("最多%(most)d字，您写了%(n)d字。请短一点，或者分成两条。")
                % {"most": TEXT_MOST, "n": len(text)}
            )
        return text

    @property
    def is_different(self) -> bool:
        """Whether the person looked at what is alike and means something else."""
        return bool(self.cleaned_data.get("different"))

    def show_alike(self, alike: list[Statement]) -> None:
        """Ask to look at these first; everything stays as it was written."""
        self.alike = alike
        self.add_error("different", _("已经有人提过相近的，请先看看。"))
