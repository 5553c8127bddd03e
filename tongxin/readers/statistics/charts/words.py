"""What a chart says in a sentence: true for any numbers, and neutral where nothing stands out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.foundation.core.wording import printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.readers.statistics.charts.marks import Mark


def most_of(marks: Sequence[Mark]) -> int | None:
    """Return which mark is the greatest; none where several are, where it has no name, or where all are 0."""
    greatest = max((m.size for m in marks if not m.is_fold), default=0)
    found = [n for n, m in enumerate(marks) if m.size == greatest and not m.is_fold]
    if not greatest or len(found) != 1 or not marks[found[0]].is_named:
        return None
    return found[0]


def title_of_parts(name: str, by: str, marks: Sequence[Mark], whole: int | Decimal | None, unit: str) -> str:
    """Say which part is the greatest, and what share of the whole it is.

    Args:
        whole: what the parts add up to; nothing where they do not, then the value is said.
    """
    most = most_of(marks)
    if most is None:
        return _("{name}：按{by}").format(name=name, by=by)
    mark = marks[most]
    words = {"name": name, "label": mark.label, "n": mark.text, "unit": unit}
    if whole is None:
        return _("{name}：{label}最多，{n}{unit}").format(**words)
    if mark.size == whole:
        return _("{name}：都是{label}，{n}{unit}").format(**words)
    return _("{name}：{label}最多，{share}").format(share=share_in_words(mark.size, whole), **words)


def title_of_shares(name: str, by: str, marks: Sequence[Mark]) -> str:
    """Say of which part the percentage is the highest."""
    most = most_of(marks)
    if most is None:
        return _("{name}：按{by}").format(name=name, by=by)
    return _("{name}：{label}最高，{n}%").format(name=name, label=marks[most].label, n=marks[most].text)


def title_of_months(
    name: str, marks: Sequence[Mark], unit: str, label: str, whole: int | Decimal | None
) -> str:
    """Say in which month there was the most, or how many there were if several were alike.

    Args:
        label: of the whole span.
        whole: what the months add up to; nothing where they do not.
    """
    if not any(m.size for m in marks):
        return _("{name}：{span}还没有").format(name=name, span=label)
    most = most_of(marks)
    if most is None and whole is not None:
        return _("{name}：{span}共{n}{unit}").format(name=name, span=label, n=printed(whole), unit=unit)
    if most is None:
        return _("{name}：{span}各期").format(name=name, span=label)
    words = {"name": name, "label": marks[most].label, "n": marks[most].text, "unit": unit}
    return _("{name}：{label}最多，{n}{unit}").format(**words)


def title_of_trend(name: str, marks: Sequence[Mark], unit: str) -> str:
    """Say from what to what it went."""
    if len(marks) < 2:  # noqa: PLR2004 (a way has two ends)
        return _("{name}：{n}{unit}").format(name=name, n=marks[0].text if marks else "0", unit=unit)
    first, last = marks[0], marks[-1]
    words = {
        "name": name,
        "since": first.label,
        "until": last.label,
        "a": first.text,
        "b": last.text,
        "unit": unit,
    }
    if first.size == last.size:
        return _("{name}：{since}和{until}都是{b}{unit}").format(**words)
    if last.size > first.size:
        return _("{name}：从{since}的{a}增加到{until}的{b}{unit}").format(**words)
    return _("{name}：从{since}的{a}减少到{until}的{b}{unit}").format(**words)


def title_of_two(names: tuple[str, str], marks: Sequence[Mark], unit: str) -> str:
    """Say how far two lines are apart in the end, and whether that is less than it was.

    Args:
        names: of the full line and of the dashed one.
    """
    apart = [Decimal(m.second_size - m.size) for m in marks] or [Decimal(0)]
    last, widest = apart[-1], max(apart, key=abs)
    words = {"first": names[0], "second": names[1], "unit": unit, "widest": printed(abs(widest))}
    if not last:
        return _("{second}和{first}一样多，都是{n}{unit}").format(n=marks[-1].text if marks else "0", **words)
    found = _("{second}比{first}多{n}{unit}") if last > 0 else _("{first}比{second}多{n}{unit}")
    title = found.format(n=printed(abs(last)), **words)
    if abs(widest) > abs(last) and (widest > 0) == (last > 0):
        return _("{title}，最多时多{widest}{unit}").format(title=title, **words)
    return title


def share_in_words(part: int | Decimal, whole: int | Decimal) -> str:
    """Return a share as people say it: 超过一半; small ones in percent."""
    if 2 * part > whole:
        return _("超过一半")
    if 2 * part == whole:
        return _("正好一半")
    if 3 * part > whole:
        return _("超过三分之一")
    if 4 * part > whole:
        return _("超过四分之一")
    return _("占{share}").format(share=percent(part, whole))


def percent(part: int | Decimal, whole: int | Decimal) -> str:
    """Return a share as it is written: 26.6%, 100%."""
    return "100%" if part == whole else f"{Decimal(100) * part / whole:.1f}%"
