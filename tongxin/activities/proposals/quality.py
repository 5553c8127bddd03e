"""What a proposal still lacks before it can be submitted, and what its writer might look at again.

Pure questions of one proposal. A shortcoming is mended first; a remark never holds anybody up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.enums import Disclosure, ProposalKind
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.models import Proposal, ProposalRules

_TITLE_MIN_CHARACTERS = 6
# Signed by a convenor rather than stamped.
HAVE_CONVENOR = frozenset({ProposalKind.SECTOR, ProposalKind.GROUP, ProposalKind.SPECIAL_COMMITTEE})
# The parts of the text, as the form calls them.
_PARTS: tuple[tuple[str, str | _StrPromise], ...] = (
    ("title", _lazy("案由")),
    ("situation", _lazy("情况")),
    ("analysis", _lazy("分析")),
    ("suggestion", _lazy("建议")),
)
# Words and marks of classified papers: 绝密, 机密★, 秘密★10年, 内部资料, 密级.
_SECRET = re.compile(
    r"绝密|[机秘]密\s*[★☆](?:\s*\d+\s*[年月])?|机密(?=级|文件|[:：])|秘密(?=级|文件)"
    r"|内部资料|内部文件|密级|[★☆]\s*\d+\s*[年月]"
)
# Between letters and digits of other things no number is meant: a longer one is something else.
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])")
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[0-9Xx](?![0-9A-Za-z])")
_BANK_CARD = re.compile(r"(?<![0-9A-Za-z])[34569]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![0-9A-Za-z])")
_DIGITS_OF_CARD = (16, 19)
# Several suggestions that each begin with another matter, as far as letters can tell.
_MATTERS_IN_TITLE = re.compile(r"以及|暨|并关于")
_NUMBERED = re.compile(r"(?:^|\n)\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])")
_MOST_NUMBERED = 6
_AROUND = 8


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """One thing to mend: the field of the form that it is about, and what to do."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at again.

    Attributes:
        field: the field of the form that it is about.
        message: what, and what to do.
        excerpt: the place in the text, with the digits of people hidden; empty where it is about the whole.
        is_secret: looks like a state secret: the strongest warning.
    """

    field: str
    message: str
    excerpt: str = ""
    is_secret: bool = False


def characters(proposal: Proposal) -> int:
    """Return the length of the text in characters, white space not counted."""
    return sum(
        len("".join(text.split())) for text in (proposal.situation, proposal.analysis, proposal.suggestion)
    )


def shortcomings(
    proposal: Proposal, rules: ProposalRules, *, today: date, has_stamp: bool
) -> list[Shortcoming]:
    """Return what must be mended before submission, in the order of the form.

    Args:
        proposal: with its matter and session loaded.
        rules: the committee's limits.
        today: by which the cut-off is judged; a proposal that was handed in once is past it.
        has_stamp: whether the page with the stamp or the signature has been uploaded.
    """
    found = list(_of_text(proposal, rules))
    if proposal.disclosure == Disclosure.NONE and not proposal.disclosure_reason.strip():
        found.append(Shortcoming("disclosure_reason", _("不公开的提案请写明原因。")))
    if proposal.body_id:
        found += _of_body(proposal, rules, has_stamp=has_stamp)
        if proposal.serial is None and (closed := closed_to(proposal.kind, proposal, rules, today)):
            found.append(Shortcoming("title", closed))
    return found


def _of_text(proposal: Proposal, rules: ProposalRules) -> Iterator[Shortcoming]:
    if len(proposal.matter.title.strip()) < _TITLE_MIN_CHARACTERS:
        yield Shortcoming("title", _("案由太短，请写清楚是关于什么的提案。"))
    if not proposal.situation.strip():
        yield Shortcoming("situation", _("情况还没有写。"))
    if not proposal.analysis.strip():
        yield Shortcoming("analysis", _("分析还没有写。"))
    if not proposal.suggestion.strip():
        yield Shortcoming("suggestion", _("请至少写一条具体建议，没有建议的提案不能立案。"))
    if (length := characters(proposal)) > rules.text_max_characters:
        yield Shortcoming(
            "suggestion",
            _("正文{n}字，超过了{limit}字，请精简。").format(n=length, limit=rules.text_max_characters),
        )


def _of_body(proposal: Proposal, rules: ProposalRules, *, has_stamp: bool) -> Iterator[Shortcoming]:
    if proposal.kind in HAVE_CONVENOR and proposal.convenor_id is None:
        yield Shortcoming("convenor", _("请选召集人，由召集人在签名页上签名。"))
    if rules.needs_stamp and not has_stamp:
        yield Shortcoming(
            "stamp",
            _("请上传召集人签名页的照片或扫描件。")
            if proposal.kind in HAVE_CONVENOR
            else _("请上传盖章页的照片或扫描件。"),
        )


def closed_to(kind: str, proposal: Proposal, rules: ProposalRules, today: date) -> str:
    """Return why proposals of this kind are not taken any more, with the date; empty while they are."""
    only_in_session = {
        ProposalKind.SECTOR: rules.sector_only_in_session,
        ProposalKind.GROUP: rules.group_only_in_session,
    }
    until = proposal.session.proposal_cutoff_on
    if today <= until or not only_in_session.get(ProposalKind(kind)):
        return ""
    return _("{kind}只在大会期间提出，本次大会的提案截止日期是{day}，已经过了。").format(
        kind=ProposalKind(kind).label, day=zh_date(until)
    )


def remarks(proposal: Proposal, rules: ProposalRules) -> list[Remark]:
    """Return what the writer might look at again, what looks secret first."""
    texts = [(name, str(label), _text(proposal, name)) for name, label in _PARTS]
    found = [
        Remark(name, _("{part}里有涉密字样，请核对").format(part=label), _place(text, hit), is_secret=True)
        for name, label, text in texts
        for hit in _SECRET.finditer(text)
    ]
    for name, label, text in texts:
        found += _personal(name, label, text)
    if matters := _several_matters(proposal):
        found.append(Remark("title", matters))
    length = characters(proposal)
    if length < rules.text_min_characters:
        found.append(
            Remark(
                "situation",
                _("正文只有{n}字，可能说不清楚；一般不少于{least}字。").format(
                    n=length, least=rules.text_min_characters
                ),
            )
        )
    return found


def _text(proposal: Proposal, name: str) -> str:
    return proposal.matter.title if name == "title" else str(getattr(proposal, name))


def _personal(name: str, label: str, text: str) -> Iterator[Remark]:
    taken: list[tuple[int, int]] = []
    for pattern, what in (
        (_IDENTITY, _("{part}里像是有身份证号，请删去")),
        (_BANK_CARD, _("{part}里像是有银行卡号，请删去")),
        (_MOBILE, _("{part}里像是有手机号，提案可能公开，请删去")),
    ):
        for hit in pattern.finditer(text):
            span = hit.span()
            if any(a < span[1] and span[0] < b for a, b in taken):
                continue
            if pattern is _BANK_CARD and not _is_card(hit[0]):
                continue
            taken.append(span)
            yield Remark(name, what.format(part=label), _place(text, hit, hidden=True))


def _is_card(text: str) -> bool:
    """Check the last digit by Luhn's rule, as all bank cards keep it (GB/T 17552)."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d * 2 - 9 * (d > 4) if i % 2 else d for i, d in enumerate(reversed(digits))]  # noqa: PLR2004
    return _DIGITS_OF_CARD[0] <= len(digits) <= _DIGITS_OF_CARD[1] and sum(doubled) % 10 == 0


def _place(text: str, hit: re.Match[str], *, hidden: bool = False) -> str:
    """Return the hit with a few letters around it; of a number of a person only its ends."""
    shown = hit[0][:3] + "…" + hit[0][-2:] if hidden else hit[0]
    before, after = text[max(hit.start() - _AROUND, 0) : hit.start()], text[hit.end() : hit.end() + _AROUND]
    return f"…{before}{shown}{after}…".replace("\n", " ")


def _several_matters(proposal: Proposal) -> str:
    """Return a hint where one proposal seems to be about several matters (一事一案); empty where it does not."""
    title = proposal.matter.title
    if title.count("关于") > 1 or _MATTERS_IN_TITLE.search(title):
        return _("案由里像是有几件事。提案要一事一案，不同的事请分开提。")
    if proposal.suggestion.count("关于") > 1:
        return _("建议里像是有几件事。提案要一事一案，不同的事请分开提。")
    if len(_NUMBERED.findall(proposal.suggestion)) > _MOST_NUMBERED:
        return _("建议条数较多，请看看是不是同一件事。提案要一事一案，不同的事请分开提。")
    return ""
