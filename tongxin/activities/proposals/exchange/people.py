"""Which members a cell means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.exchange.ground import name_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.proposals.exchange.ground import Ground, Person

_WITH_NUMBER = re.compile(r"(.+?)[(（\[【]\s*([^()（）\[\]【】]+?)\s*[)）\]】]")
_NEAR = 0.5
_NEAR_MOST = 3


class Unclear(Exception):  # noqa: N818 (an answer for the clerk)
    """The cell does not say which member is meant; the message says what it could be."""


def find_people(ground: Ground, names: Sequence[str]) -> list[Person]:
    """Return the members that the names of one cell mean, in order, each once.

    Raises:
        Unclear: somebody is unknown, or two share the name.
    """
    found: list[Person] = []
    for name in names:
        found += _find(ground, name)
    return list(dict.fromkeys(found))


def _find(ground: Ground, written: str) -> list[Person]:
    person = _one(ground, written)
    if person:
        return [person]
    parts = written.split()
    if len(parts) > 1:
        # 张三 李四, or 王 芳 spaced out in print (which was tried above).
        several = [_one(ground, part) for part in parts]
        if all(several):
            return [p for p in several if p]
        for number, rest in ((parts[0], "".join(parts[1:])), (parts[-1], "".join(parts[:-1]))):
            both = ground.by_number.get(_plain(number))
            if both and name_key(both.name) == name_key(rest):
                return [both]
    raise Unclear(_unknown(ground, written))


def _one(ground: Ground, written: str) -> Person | None:
    flat = _plain(written)
    if person := ground.by_number.get(flat) or ground.by_number.get(flat.lstrip("0") or flat):
        return person
    if alike := ground.by_name.get(name_key(written)):
        if len(alike) == 1:
            return alike[0]
        raise Unclear(_shared(written, alike))
    if pair := _WITH_NUMBER.fullmatch(written):
        return _told_apart(ground, pair[1], pair[2])
    return None


def _told_apart(ground: Ground, name: str, told: str) -> Person | None:
    """王芳（0012）, 王芳（教育界）: the name with what tells namesakes apart."""
    alike = ground.by_name.get(name_key(name), [])
    told = _plain(told)
    fits = [
        p
        for p in alike
        if told in {p.number.casefold(), p.number.lstrip("0").casefold(), _plain(p.sector), _plain(p.work)}
    ]
    if len(fits) == 1:
        return fits[0]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise Unclear(_shared(name, alike))
    return None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _shared(name: str, alike: Sequence[Person]) -> str:
    choices = _("；").join(
        _("、").join(filter(None, (f"{p.name}（{p.number}）", p.sector, p.work))) for p in alike
    )
    return _("叫「%(name)s」的委员有%(n)d位：%(choices)s。请写委员编号，例如「%(example)s」。") % {
        "name": name.strip(),
        "n": len(alike),
        "choices": choices,
        "example": f"{alike[0].name}（{alike[0].number}）",
    }


def _unknown(ground: Ground, written: str) -> str:
    near = difflib.get_close_matches(name_key(written), ground.by_name, n=_NEAR_MOST, cutoff=_NEAR)
    like = [f"{p.name}（{p.number}）" for key in near for p in ground.by_name[key]][:_NEAR_MOST]
    message = _("没有叫「%(name)s」的委员。") % {"name": written}
    if like:
        message += _("是不是%(like)s？") % {"like": _("、").join(like)}
    return message + _("往届委员请先在委员名册里补上。")
