"""What people type about their own account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.accounts.models import Correction
from tongxin.foundation.accounts.phones import normalise

if TYPE_CHECKING:
    from tongxin.foundation.accounts.models import User

# Longer ones only keep the hash busy.
_LONGEST_PASSWORD = 200
_NUMBER = re.compile(r"1\d{10}|\+?\d{5,15}")


def _password(label: Any, autocomplete: str, **rest: Any) -> forms.CharField:  # noqa: ANN401 (Django's own)
    return forms.CharField(
        label=label,
        strip=False,
        max_length=_LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "data-reveal": ""}),
        **rest,
    )


class SignInForm(forms.Form):
    """Phone number or user name, and password."""

    login = forms.CharField(
        label=_("手机号或用户名"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = _password(_("密码"), "current-password")


class CodeForm(forms.Form):
    """A code from an app, or a recovery code."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class ProveForm(forms.Form):
    """The password once more."""

    password = _password(_("您的密码"), "current-password")


class ChangePasswordForm(forms.Form):
    """A new password, and the present one unless it came from a slip just now."""

    current = _password(_("现在的密码"), "current-password")
    new = _password(
        _("新密码"), "new-password", help_text=_("至少10个字，不能全是数字，不要用姓名和手机号。")
    )
    again = _password(_("再写一遍新密码"), "new-password")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.user = user
        if user.must_change_password:
            del self.fields["current"]

    def clean_new(self) -> str:
        """Refuse a password that others would guess, or that is the one on the slip."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        cleaned = super().clean() or {}
        if "new" in cleaned and "again" in cleaned and cleaned["new"] != cleaned["again"]:
            self.add_error("again", ValidationError(_("两遍写得不一样，请再核对一下。")))
        return cleaned


class ChangePhoneForm(forms.Form):
    """Another number, and the password."""

    phone = forms.CharField(
        label=_("新的手机号"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    password = _password(_("您的密码"), "current-password")

    def clean_phone(self) -> str:
        """Accept any way of writing a number."""
        number = normalise(self.cleaned_data["phone"])
        if not _NUMBER.fullmatch(number):
            raise ValidationError(_("这不像一个手机号，请核对位数。例如：13800138000。"))
        return number


class CorrectionForm(forms.ModelForm[Correction]):
    """What should be corrected, and how it is right."""

    class Meta:
        model = Correction
        fields = ("subject", "wanted")
        widgets = {"subject": forms.RadioSelect}


class PasskeyForm(forms.Form):
    """A browser's answer about a passkey."""

    name = forms.CharField(label=_("给它起个名字"), max_length=40, required=False)
    answer = forms.JSONField(widget=forms.HiddenInput)

    def clean_answer(self) -> dict[str, Any]:
        """Take only what looks like an answer."""
        answer = self.cleaned_data["answer"]
        if not isinstance(answer, dict):
            raise ValidationError(_("没有收到钥匙的回答，请再试一次。"))
        return answer
