"""Which passwords are good enough, said in plain words; and passwords for one use."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from tongxin.foundation.accounts.models import User

SHORTEST = 10
# Parts of a person's name shorter than this are in many words.
_SHORTEST_PART = 3
# What is left of "Tongxin2026!" when the figures and signs are gone; the first words people here think of.
_FIRST_THOUGHTS = frozenset(
    {"tongxin", "zhengxie", "zhengxietongxin", "gansu", "weiyuan", "admin", "password", "woaini", "qwer"}
)
# No 0 O 1 l I: the slip is read aloud and typed by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class PlainRules:
    """Four rules, each with a sentence that says what to do."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse a password that others would guess.

        Raises:
            ValidationError: with one sentence for each rule that it breaks.
        """
        wrong: list[str] = []
        if len(password) < SHORTEST:
            wrong.append(_("太短了，至少要10个字。可以用一句只有您知道的话。"))
        if password.isdigit():
            wrong.append(_("不能全是数字，请加上字母或汉字。"))
        if user is not None and _names(password, user):
            wrong.append(_("不要用自己的姓名、用户名或手机号。"))
        if not wrong and _is_common(password):
            wrong.append(_("这个密码用的人太多，容易被猜到，请换一个。"))
        if wrong:
            raise ValidationError(wrong)

    def get_help_text(self) -> str:
        """Return the rules in one line."""
        return _("至少10个字，不能全是数字，不要用姓名和手机号。")


def _names(password: str, user: User) -> bool:
    lower = password.lower()
    parts = [user.username.lower(), user.phone, user.phone[-8:]]
    return any(len(p) >= _SHORTEST_PART and p in lower for p in parts) or bool(
        user.name and user.name.lower() in lower
    )


def _is_common(password: str) -> bool:
    if re.sub(r"[^a-z]", "", password.lower()) in _FIRST_THOUGHTS or len(set(password)) < _SHORTEST_PART:
        return True
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return True
    return False


def one_time_password() -> str:
    """Return a password for a printed slip: three groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _i in range(4)) for _g in range(3))
