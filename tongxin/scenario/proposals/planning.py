"""How many proposals there are in each span of days, of which kind, and what became of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.staff import spans_of
from tongxin.scenario.wanted import wholes_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.scenario.staff import Span
    from tongxin.scenario.wanted import Wanted

RECEIVED: Final = "proposals.received"
FILED: Final = "proposals.filed"
PARTIES: Final = "proposals.party_proposals"
COLLECTIVE: Final = "proposals.collective"
JOINT: Final = "proposals.joint"
OUTSTANDING: Final = "proposals.outstanding"
KEY: Final = "proposals.key"
REPLIED: Final = "proposals.replied"
IN_HAND: Final = "proposals.in_hand"
REPLY_RATE: Final = "proposals.reply_rate"
LIVELIHOOD_RATE: Final = "proposals.reply_rate.livelihood"
SUPERVISIONS: Final = "proposals.supervisions"
RULES: Final = "proposals.quality_rules"
OF_KEY: Final = "proposals.supervisions."
_PROPOSALS: Final = (
    RECEIVED, FILED, PARTIES, COLLECTIVE, JOINT, OUTSTANDING, KEY, REPLIED, IN_HAND, REPLY_RATE, LIVELIHOOD_RATE,
)  # fmt: skip
FIGURES: Final = (*_PROPOSALS, SUPERVISIONS, RULES)
_KEY = re.compile(r"[a-z0-9_-]{1,40}")
# So many proposals that nobody counted give a share of their own.
_MODEST = 20
# So large a part of the proposals is about the people's livelihood, where nobody says.
_LIVELIHOOD_PART = 3


@dataclass(slots=True)
class Year:
    """The proposals of one cell; each number is a part of those filed, but for ``not_filed``."""

    filed: int = 0
    parties: int = 0
    other_bodies: int = 0
    joint: int = 0
    replied: int = 0
    livelihood: int = 0
    livelihood_replied: int = 0
    outstanding: int = 0
    key: int = 0
    not_filed: int = 0
    parties_not_filed: int = 0


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """One key proposal that has a figure of its own: what it is about, and how often in each cell."""

    key: str
    title: str
    visits: tuple[int, ...]
    # Supervisions in an office, which no figure of its own counts.
    meetings: tuple[int, ...] = ()

    @property
    def cell(self) -> int:
        """The cell in which it was filed: that of the first supervision, else the last."""
        some = [sum(n) for n in zip(self.visits, self.meetings, strict=True)]
        return next((n for n, count in enumerate(some) if count), len(some) - 1)


@dataclass(frozen=True, slots=True)
class ProposalsPlan:
    """What is to be entered.

    Attributes:
        rules: when each document with rules for better proposals was in force.
    """

    years: tuple[Year, ...]
    keys: tuple[KeyPlan, ...] = ()
    rules: list[Span] = field(default_factory=list)

    @property
    def has_any(self) -> bool:
        """Whether there is any proposal."""
        return any(year.filed or year.not_filed for year in self.years)

    @property
    def needs_members(self) -> bool:
        """Whether any proposal is a member's."""
        return any(
            year.filed + year.not_filed > year.parties + year.parties_not_filed + year.other_bodies
            for year in self.years
        )

    @property
    def needs_cosigners(self) -> bool:
        """Whether any proposal is of several members."""
        return any(year.joint for year in self.years)

    @property
    def has_replies(self) -> bool:
        """Whether any unit has answered."""
        return any(year.replied for year in self.years)


def plan_proposals(wanted: Wanted) -> ProposalsPlan:
    """Return how many proposals there are in each cell, and what became of them.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    keys = _keys(wanted)
    years = tuple(Year() for _n in range(len(wanted.cells)))
    for key in keys:
        years[key.cell].key += 1
    if wanted.has(*_PROPOSALS) or any(year.key for year in years):
        _fill(wanted, years)
    return ProposalsPlan(years, keys, spans_of(wanted.levels(RULES)))


def _keys(wanted: Wanted) -> tuple[KeyPlan, ...]:
    none = (0,) * len(wanted.cells)
    found = []
    for key, statements in wanted.of_family(OF_KEY):
        figure = f"{OF_KEY}{key}"
        if not _KEY.fullmatch(key):
            raise wanted.refuse(figure, because=_("重点提案的简称只能用小写字母、数字和横线。"))
        label = statements[0].stated.label
        found.append(KeyPlan(key, title_from(label, key), tuple(wanted.counted(figure)), none))
    on_site = [sum(n) for n in zip(none, *(key.visits for key in found), strict=True)]
    beside = [f"{OF_KEY}{key.key}" for key in found]
    total = wanted.counted(SUPERVISIONS, least=on_site, beside=beside)
    rest = tuple(a - b for a, b in zip(total, on_site, strict=True))
    if any(rest):
        # Who supervises supervises something.
        first = found[0] if found else KeyPlan("", title_from("", "改善民生"), none, none)
        found[:1] = [replace(first, meetings=rest)]
    return tuple(found)


_ABOUT = re.compile(r"(?:对|关于)?(?P<what>[^对]*?)(?:的)?(?:重点)?提案")


def title_from(label: str, key: str) -> str:
    """Return the title of a proposal: 市委主要领导对博物馆新馆提案的现场督办 is about 博物馆新馆."""
    tail = label.rsplit("对", 1)[-1]
    found = _ABOUT.search(tail)
    what = (found["what"] if found else "").strip("《》“”\"' 　") or re.sub(
        r"(?:的)?(?:现场)?督办.*", "", tail
    )
    return f"关于{(what or key)[:60]}的提案"


def _fill(wanted: Wanted, years: Sequence[Year]) -> None:
    shares = _shares(wanted)
    parties, filed, received = _totals(wanted, years, shares)
    _kinds(wanted, years, parties, filed)
    for year, count, handed_in in zip(years, filed, received, strict=True):
        year.filed = count
        year.not_filed = handed_in - count
    for year, count in zip(years, parties, strict=True):
        year.parties = min(count, year.filed)
        year.parties_not_filed = count - year.parties
    _answers(wanted, years, shares)
    _singled_out(wanted, years)


@dataclass(frozen=True, slots=True)
class _Shares:
    """Part and whole of the two shares, where they are stated."""

    all: tuple[int, int] | None
    livelihood: tuple[int, int] | None


def _in_all(wanted: Wanted, figure: str) -> int | None:
    """Return how many there are in all, where somebody says so."""
    found = [one for one in wanted.statements.get(figure, ()) if not one.period.key]
    return wanted.whole(found[0], figure) if found else None


def _shares(wanted: Wanted) -> _Shares:
    for figure in (REPLY_RATE, LIVELIHOOD_RATE):
        if any(one.period.key for one in wanted.statements.get(figure, ())) and len(wanted.cells) > 1:
            _ensure_plain(wanted, figure)
    total, replied = _in_all(wanted, FILED), _in_all(wanted, REPLIED)
    wholes = [total] if total is not None else wholes_from(max(_least(wanted), _MODEST))
    of_all = wanted.share(REPLY_RATE, wholes, fits=lambda part, _w: replied in (None, part))
    if of_all is not None:
        total, replied = of_all[1], of_all[0]
    if total is None:
        return _Shares(of_all, wanted.share(LIVELIHOOD_RATE, wholes_from(_MODEST)))
    answered = total if replied is None else replied
    usual = -(-total // _LIVELIHOOD_PART)
    tried = [*range(usual, total + 1), *range(usual - 1, -1 if total == 0 else 0, -1)]

    def fits(part: int, whole: int) -> bool:
        return part <= answered and (replied is None or whole - part <= total - replied)

    return _Shares(of_all, wanted.share(LIVELIHOOD_RATE, tried, fits=fits))


def _ensure_plain(wanted: Wanted, figure: str) -> None:
    """A share of a span is the share of all where it is 0 or 100."""
    if any(one.aim.likely not in (0, 100) for one in wanted.statements[figure]):
        raise wanted.refuse(figure, because=_("一段时间的办复率，这里只能是0或者100。"))


def _least(wanted: Wanted) -> int:
    """Return how many are filed at least, in whatever span."""
    figures = (FILED, COLLECTIVE, JOINT, REPLIED, IN_HAND)
    return max((said.least for figure in figures for said in wanted.bounds(figure)), default=0)


def _totals(wanted: Wanted, years: Sequence[Year], shares: _Shares) -> tuple[list[int], list[int], list[int]]:
    parties = wanted.counted(PARTIES)
    bodies = [max(pair) for pair in zip(parties, wanted.counted(COLLECTIVE), strict=True)]
    answers = [a + b for a, b in zip(wanted.counted(REPLIED), wanted.counted(IN_HAND), strict=True)]
    joint = wanted.counted(JOINT)
    keys = [year.key for year in years]
    least = [max(a + b, c, k) for a, b, c, k in zip(bodies, joint, answers, keys, strict=True)]
    whole = max((pair[1] for pair in (shares.all, shares.livelihood) if pair), default=0)
    filed = _filed(wanted, least, whole)
    if filed is None:
        # More came from the parties than was filed: the rest was handed in and not filed.
        least = [
            max(a + b, c, k)
            for a, b, c, k in zip(wanted.counted(COLLECTIVE), joint, answers, keys, strict=True)
        ]
        filed = _filed(wanted, least, whole)
    if filed is None:
        raise wanted.refuse(*_PROPOSALS)
    handed_in = [max(a, b) for a, b in zip(filed, parties, strict=True)]
    received = wanted.counted(RECEIVED, least=handed_in, beside=(FILED, PARTIES))
    return parties, filed, received


def _filed(wanted: Wanted, least: Sequence[int], whole: int) -> list[int] | None:
    filed = wanted.counts(FILED, least=least)
    if filed is None or sum(filed) >= whole:
        return filed
    # A share needs so many in all, and nobody says when.
    said = [*wanted.bounds(FILED), Said(0, len(wanted.cells), whole, 10**9)]
    return share_out(wanted.cells.days(), said, least=least)


def _kinds(wanted: Wanted, years: Sequence[Year], parties: Sequence[int], filed: Sequence[int]) -> None:
    of_parties = [min(pair) for pair in zip(parties, filed, strict=True)]
    most = list(filed)
    if wanted.has(COLLECTIVE):
        bodies = wanted.counted(COLLECTIVE, least=of_parties, most=most, beside=(PARTIES, FILED))
    else:
        bodies = of_parties
    most = [a - b for a, b in zip(filed, bodies, strict=True)]
    joint = wanted.counted(JOINT, most=most, beside=(COLLECTIVE, PARTIES, FILED))
    for n, year in enumerate(years):
        year.other_bodies = bodies[n] - of_parties[n]
        year.joint = joint[n]


def _answers(wanted: Wanted, years: Sequence[Year], shares: _Shares) -> None:
    filed = [year.filed for year in years]
    if wanted.has(IN_HAND):
        waiting = wanted.counted(IN_HAND, most=filed, beside=(FILED,))
        replied = [a - b for a, b in zip(filed, waiting, strict=True)]
        if wanted.has(REPLIED) and wanted.counts(REPLIED, least=replied, most=replied) is None:
            raise wanted.refuse(FILED, REPLIED, IN_HAND)
    elif wanted.has(REPLIED):
        replied = wanted.counted(REPLIED, most=filed, beside=(FILED,))
    else:
        total = sum(filed)
        replied = _first(filed, shares.all[0] if shares.all else _usual(total, shares))
    if shares.all and sum(replied) * shares.all[1] != shares.all[0] * sum(filed):
        raise wanted.refuse(FILED, REPLIED, IN_HAND, REPLY_RATE)
    part, whole = shares.livelihood or (0, 0)
    answered = _first(replied, part)
    open_ones = _first([a - b for a, b in zip(filed, replied, strict=True)], whole - part)
    if sum(answered) != part or sum(open_ones) != whole - part:
        raise wanted.refuse(FILED, REPLIED, IN_HAND, REPLY_RATE, LIVELIHOOD_RATE)
    for n, year in enumerate(years):
        year.replied = replied[n]
        year.livelihood_replied = answered[n]
        year.livelihood = answered[n] + open_ones[n]


def _usual(total: int, shares: _Shares) -> int:
    """All but what must be unanswered for the share of livelihood."""
    return total - (shares.livelihood[1] - shares.livelihood[0] if shares.livelihood else 0)


def _first(counts: Sequence[int], total: int) -> list[int]:
    """Take so many, those of the first cells first."""
    found = []
    for count in counts:
        found.append(min(count, total))
        total -= found[-1]
    return found


def _singled_out(wanted: Wanted, years: Sequence[Year]) -> None:
    filed = [year.filed for year in years]
    outstanding = wanted.counted(OUTSTANDING, most=filed, beside=(FILED,))
    keys = wanted.counted(KEY, least=[year.key for year in years], most=filed, beside=(FILED, SUPERVISIONS))
    for n, year in enumerate(years):
        year.outstanding = outstanding[n]
        year.key = keys[n]
