"""The letter by which a unit answers the proposer (答复函), built from the fields of its reply.

A letter is Chinese, whatever language the person who opens it has chosen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from tongxin.activities.proposals.models import Cosignature
from tongxin.foundation.core.official import OfficialDocument, Paragraph, blocks_of
from tongxin.foundation.core.official.pasted import lines_of
from tongxin.foundation.core.record_language import in_record_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.proposals.models import Proposal, Reply

_BETWEEN_NAMES = re.compile(r"[、，,;；\n]+")
_A_DATE = re.compile(
    r"[\d〇零一二三四五六七八九十]{2,4}年[\d〇一二三四五六七八九十]{1,3}月[\d〇一二三四五六七八九十]{1,3}日"
)
# How an answer says that the proposal came in; then the letter need not say it.
_ACKNOWLEDGED = "收悉"


def for_letters(replies: Any) -> Any:  # noqa: ANN401 (a queryset of replies)
    """Join all that a letter needs, so that it asks nothing more."""
    signed = (
        Cosignature.objects.filter(proposal=OuterRef("assignment__proposal"), state=Cosignature.State.SIGNED)
        .order_by()
        .values("proposal")
        .annotate(n=Count("pk"))
    )
    return replies.select_related(
        "reply_class",
        "assignment__unit__supervised_by",
        "assignment__proposal__matter",
        "assignment__proposal__committee",
        "assignment__proposal__session__term",
        "assignment__proposal__lead_member",
        "assignment__proposal__body",
        "assignment__proposal__merged_into__matter",
    ).annotate(cosigner_count=Coalesce(Subquery(signed.values("n"), output_field=IntegerField()), 0))


def reply_letter(reply: Any, *, shows_phone: bool = True) -> OfficialDocument:  # noqa: ANN401
    """Return the letter of a reply, as far as it is written.

    A proposal that was merged into another has a reply of its own; its letter is addressed to its own
    proposer and names its own title and number.

    Args:
        reply: from ``for_letters``.
        shows_phone: False for those who only read it.
    """
    with in_record_language():
        return _letter(reply, shows_phone=shows_phone)


def _letter(reply: Any, *, shows_phone: bool) -> OfficialDocument:  # noqa: ANN401
    proposal, unit = reply.assignment.proposal, reply.assignment.unit
    addressee = addressed_to(proposal, reply.cosigner_count)
    words = _own_words(reply, addressee)
    day = reply.issued_on or reply.sent_on
    return OfficialDocument(
        title=_title(proposal),
        red_head=unit.name,
        document_number=reply.document_number,
        signer=reply.signer,
        class_mark=f"{reply.reply_class.code}类" if reply.reply_class else "",
        addressee=addressee,
        blocks=(*_opening(proposal, words), *blocks_of("\n".join(words))),
        issuer=unit.name,
        issued_on=day,
        remarks=_contact(reply, shows_phone=shows_phone),
        copies=copies_of(reply),
        printed_by=unit.name,
        printed_on=day,
    )


def addressed_to(proposal: Proposal, cosigners: int) -> str:
    """Return to whom a letter is addressed: a member, a member and those who signed, or a body."""
    if proposal.lead_member is None:
        return str(proposal.body)
    name = proposal.lead_member.name
    return f"{name}等{cosigners + 1}位委员" if cosigners else f"{name}委员"


def copies_of(reply: Reply) -> tuple[str, ...]:
    """Return who gets copies: those named, else the committee's 提案委员会 and the office over the unit."""
    named = tuple(name for part in _BETWEEN_NAMES.split(reply.copies) if (name := part.strip("。 　")))
    if named:
        return named
    over = reply.assignment.unit.supervised_by
    committee = f"{reply.assignment.proposal.committee.name}提案委员会"
    return (committee, over.name) if over else (committee,)


def _title(proposal: Proposal) -> str:
    where = f"{proposal.committee.short_name}{proposal.session}"
    if proposal.number:
        return f"关于{where}第{proposal.number:03d}号提案的答复"
    return f"关于{where}《{proposal.matter.title}》的答复"


def _opening(proposal: Proposal, words: Sequence[str]) -> tuple[Paragraph, ...]:
    """Say which proposal is answered, where the unit's own words do not."""
    title, lead = proposal.matter.title, proposal.merged_into
    if any(title in line for line in words):
        return ()
    if lead is None and words and _ACKNOWLEDGED in words[0]:
        return ()
    who = "您" if proposal.lead_member_id else "贵单位"
    said = f"{who}提出的《{title}》收悉。"
    if lead is not None:
        other = f"第{lead.number:03d}号提案" if lead.number else f"《{lead.matter.title}》"
        said = f"{who}提出的《{title}》收悉，已和{other}合并办理，现一并答复。"
    return (Paragraph(said),)


def _own_words(reply: Reply, addressee: str) -> list[str]:
    """Return the lines of the text without a greeting and a signature that were pasted along."""
    lines = lines_of(reply.text)
    while lines and lines[0].rstrip("：:") in {addressee, f"尊敬的{addressee}"}:
        del lines[0]
    while lines and (lines[-1] == reply.assignment.unit.name or _A_DATE.fullmatch(lines[-1])):
        del lines[-1]
    return lines


def _contact(reply: Reply, *, shows_phone: bool) -> tuple[str, ...]:
    said = [f"联系人：{reply.contact_name}"] if reply.contact_name else []
    if reply.contact_phone and shows_phone:
        said.append(f"联系电话：{reply.contact_phone}")
    return ("　".join(said),) if said else ()
