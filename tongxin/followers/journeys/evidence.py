"""What a statement of a conversation brings along into a text: what people said, how many, and where to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from tongxin.activities.conversations.enums import Circle
from tongxin.capabilities.codes.addresses import site_url

if TYPE_CHECKING:
    from tongxin.activities.conversations.models import Conversation, Statement


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement as evidence, in words of the record.

    Attributes:
        source: 网络议政 2026-3「农村路灯」，342人表态，赞成91%，各群体都赞成.
        text: the statement with its source and where everybody can look it up, as paragraphs.
    """

    source: str
    text: str


def evidence_of(statement: Statement, standing: str) -> Evidence:
    """Return a statement as evidence. The conversation comes with its matter and committee."""
    conversation = statement.conversation
    matter = conversation.matter
    source = f"网络议政{matter.code or ''}「{matter.title}」，{standing}"
    lines = [f"网上讨论的看法：{statement.text}", f"出处：{source}。"]
    if address := public_address(conversation):
        lines.append(f"结果全文：{address}")
    return Evidence(source, "\n".join(lines))


def public_address(conversation: Conversation) -> str:
    """Return where everybody reads the result; empty where the conversation was not for everybody."""
    matter = conversation.matter
    if conversation.circle != Circle.PUBLIC or not matter.code:
        return ""
    return site_url() + reverse("talks:map", args=[conversation.committee.code, matter.code])
