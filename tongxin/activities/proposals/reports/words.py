"""In words: which rows a count of a report counted, for the line above the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import Satisfaction
from tongxin.activities.proposals.reports.conditions import BY, COUNTED, PARTS, ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongxin.activities.proposals.reports.wanted import Counted

# What is named by a row of its own.
_NAMED = frozenset({"class", "reason", "body", "special", "sector", "member", "unit_class"})


def words_of(counted: Counted, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return name in the address, label and value of each condition.

    Args:
        names: of the rows that an address may point at, by their identifiers; another committee's have none here.
    """
    query = counted.query
    return [(key, label, _value(key, query[key], names)) for key, label in _labels().items() if key in query]


def _labels() -> dict[str, str]:
    return {
        "of": _("统计口径"),
        "by": _("提案者"),
        "livelihood": _("民生"),
        "reason": _("不予立案理由"),
        "body": _("提案单位"),
        "sector": _("第一提案人界别"),
        "special": _("专门委员会"),
        "member": _("委员"),
        "class": _("办理结果类别"),
        "role": _("办理方式"),
        "part": _("办理情况"),
        "unit_class": _("该单位答复类别"),
        "attitude": _("对办理工作"),
        "result": _("对办理结果"),
        "without": _("没有"),
    }


def _value(key: str, value: str, names: Mapping[str, str]) -> str:
    if key in _NAMED:
        return names.get(value, "—")
    if key in {"attitude", "result"}:
        return str(Satisfaction(value).label)
    if key == "livelihood":
        return _("是")
    if key == "without":
        return _missing()[value]
    known = {
        "of": lambda: COUNTED[value].label,
        "by": lambda: BY[value].label,
        "role": lambda: ROLES[value][0],
        "part": lambda: PARTS[value],
    }
    return str(known[key]())


def _missing() -> dict[str, str]:
    return {
        "topic": _("类别"),
        "class": _("办理结果类别"),
        "reason": _("不予立案理由"),
        "sector": _("本届界别"),
    }
