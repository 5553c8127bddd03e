"""Reading a scenario: which figures each place states. Nothing here asks a database for more than names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.foundation.core.figures import EVER
from tongxin.foundation.core.periods import Period, parse_period
from tongxin.foundation.core.wording import WORDS
from tongxin.readers.statistics.asking import TERM
from tongxin.scenario.errors import ScenarioRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = Decimal(10) ** 12
_LONGEST = 80
_TERM_YEARS = 5


@dataclass(frozen=True, slots=True)
class Stated:
    """One figure as a page states it.

    Attributes:
        label: what the page calls it; where the id does not tell, names are taken from it.
        word: how the page hedges it: 余, 多, 左右 …; empty: exactly.
    """

    figure: str
    label: str
    value: Decimal
    word: str
    period: Period = EVER

    @property
    def shown(self) -> str:
        """The statement as a refusal quotes it: 协商议事活动（grassroots.sessions）530."""
        when = f"（{self.period.label}）" if self.period.key else ""
        return f"{self.label or self.figure}（{self.figure}）{when}{self.value:f}{self.word}"


@dataclass(frozen=True, slots=True)
class PlaceStated:
    """What is stated of one place."""

    place: str
    figures: tuple[Stated, ...]


def read_scenario(data: bytes, today: date) -> list[PlaceStated]:
    """Return what a file states, place by place; a place that comes twice is one.

    Raises:
        ScenarioRefused: it is no scenario, or a value is no number.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ScenarioRefused(_("这个文件不是JSON：%(why)s") % {"why": error}) from error
    if not isinstance(content, list) or not content:
        raise ScenarioRefused(_("文件里要有一个列表，每项是一个地方和它的数字。"))
    found: dict[str, list[Stated]] = {}
    for number, item in enumerate(content, 1):
        place = _text(item, "place", _("第%(n)d个地方") % {"n": number})
        found.setdefault(place, []).extend(_figures(item, place, today))
    return [PlaceStated(place, _once(stated)) for place, stated in found.items()]


def _text(item: Any, key: str, where: str) -> str:  # noqa: ANN401 (as JSON has it)
    value = item.get(key) if isinstance(item, dict) else None
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        raise ScenarioRefused(_("%(where)s没有写“%(key)s”，或者写得不对。") % {"where": where, "key": key})
    return value.strip()


def _figures(item: dict[str, Any], place: str, today: date) -> Iterable[Stated]:
    rows = item.get("figures")
    if not isinstance(rows, list):
        raise ScenarioRefused(_("%(place)s的“figures”不是列表。") % {"place": place})
    for number, row in enumerate(rows, 1):
        where = _("%(place)s的第%(n)d个数字") % {"place": place, "n": number}
        yield _stated(row, _text(row, "figure", where), place, today)


def _stated(row: dict[str, Any], figure: str, place: str, today: date) -> Stated:
    where = _("%(place)s的%(figure)s") % {"place": place, "figure": figure}
    word = row.get("qualifier") or ""
    if word not in ("", *WORDS):
        raise ScenarioRefused(
            _("%(where)s：不认识约数“%(word)s”。可以写：%(words)s。")
            % {"where": where, "word": str(word)[:20], "words": "、".join(WORDS)}
        )
    label = row.get("label") or ""
    if not isinstance(label, str):
        raise ScenarioRefused(_("%(where)s：“label”不是文字。") % {"where": where})
    return Stated(figure, label.strip(), _value(row.get("value"), where), word, _period(row, where, today))


def _value(value: object, where: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioRefused(_("%(where)s：“value”不是数字。") % {"where": where})
    number = Decimal(str(value))
    if not number.is_finite():
        raise ScenarioRefused(_("%(where)s：“value”不是数字。") % {"where": where})
    if number < 0:
        raise ScenarioRefused(_("%(where)s：数值不能小于0。") % {"where": where})
    if number > _MOST:
        raise ScenarioRefused(_("%(where)s：数值太大了。") % {"where": where})
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _period(row: dict[str, Any], where: str, today: date) -> Period:
    text = row.get("period")
    if text is None:
        return EVER
    if str(text).strip() == TERM:
        return term_on(today)
    try:
        period = parse_period(str(text).strip(), today)
    except ValueError as error:
        raise ScenarioRefused(
            _("%(where)s：不认识时间“%(text)s”。可以写2021、2021-03、今年、去年、本届、五年，或者不写。")
            % {"where": where, "text": str(text)[:30]}
        ) from error
    if period.since and period.since > today:
        raise ScenarioRefused(_("%(where)s：时间还没有到。") % {"where": where})
    return period


def term_on(today: date) -> Period:
    """Return the term that a scenario opens: it began in the January four years ago."""
    began = date(today.year - _TERM_YEARS + 1, 1, 8)
    return Period(began, began.replace(year=began.year + _TERM_YEARS))


def _once(stated: list[Stated]) -> tuple[Stated, ...]:
    """Return each statement once, in the order of the file."""
    said = {(one.figure, one.period.key, one.value, one.word): one for one in reversed(stated)}
    return tuple(one for one in stated if said[one.figure, one.period.key, one.value, one.word] is one)
