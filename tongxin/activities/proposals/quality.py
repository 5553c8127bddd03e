"""What a proposal still lacks before it can be submitted. Pure questions of one proposal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import Disclosure

if TYPE_CHECKING:
    from tongxin.activities.proposals.models import Proposal, ProposalRules

_TITLE_MIN_CHARACTERS = 6


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """One thing to mend: the field of the form that it is about, and what to do."""

    field: str
    message: str


def characters(proposal: Proposal) -> int:
    """Return the length of the text in characters, white space not counted."""
    return sum(
        len("".join(text.split())) for text in (proposal.situation, proposal.analysis, proposal.suggestion)
    )


def shortcomings(proposal: Proposal, rules: ProposalRules) -> list[Shortcoming]:
    """Return what must be mended before submission, in the order of the form."""
    found = []
    if len(proposal.matter.title.strip()) < _TITLE_MIN_CHARACTERS:
        found.append(Shortcoming("title", _("案由太短，请写清楚是关于什么的提案。")))
    if not proposal.situation.strip():
        found.append(Shortcoming("situation", _("情况还没有写。")))
    if not proposal.analysis.strip():
        found.append(Shortcoming("analysis", _("分析还没有写。")))
    if not proposal.suggestion.strip():
        found.append(Shortcoming("suggestion", _("请至少写一条具体建议，没有建议的提案不能立案。")))
    if (length := characters(proposal)) > rules.text_max_characters:
        found.append(
            Shortcoming(
                "suggestion",
                _("正文{n}字，超过了{limit}字，请精简。").format(n=length, limit=rules.text_max_characters),
            )
        )
    if proposal.disclosure == Disclosure.NONE and not proposal.disclosure_reason.strip():
        found.append(Shortcoming("disclosure_reason", _("不公开的提案请写明原因。")))
    return found
