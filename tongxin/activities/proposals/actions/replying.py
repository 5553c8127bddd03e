"""A unit's reply: written, countersigned, signed, reviewed, sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.merging import answer_merged
from tongxin.activities.proposals.actions.moving import (
    advance_assignment,
    advance_proposal,
    lock_assignment,
    lock_with_merged,
    start,
)
from tongxin.activities.proposals.actions.promising import (
    draft_promises,
    missing_in_promises,
    open_promises,
)
from tongxin.activities.proposals.enums import (
    ANSWERING_ROLES,
    AssignmentState,
    ContactMethod,
    HandlingRole,
    Satisfaction,
)
from tongxin.activities.proposals.lifecycle import ASSIGNMENT
from tongxin.activities.proposals.models import Assignment, Countersignature, Reply, ReplyVersion
from tongxin.capabilities.deadlines.actions import drop_deadlines
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tongxin.activities.proposals.actions.promising import Promised
    from tongxin.activities.proposals.models import Proposal, ReplyClass
    from tongxin.foundation.core.access import Actor

REPLY_FIELDS = (
    "document_number",
    "text",
    "reply_class",
    "signer",
    "contact_name",
    "contact_phone",
    "contact_method",
    "contact_note",
    "contact_on",
    "issued_on",
    "copies",
    "public_text",
    "may_be_public",
)


@transaction.atomic
def save_reply(
    *,
    actor: Actor,
    assignment: Assignment,
    fields: Mapping[str, object],
    version: int | None = None,
    promises: Sequence[Promised] | None = None,
) -> Reply:
    """Keep a draft of the reply.

    Args:
        fields: any of ``REPLY_FIELDS``.
        promises: what it promises by when; ``None`` leaves them as they are.
        version: the reply's version that the form was opened at; ``None`` overwrites.

    Raises:
        PermissionDenied: the unit does not answer this proposal.
        Refused: the reply is on its way already, or a colleague saved meanwhile.
    """
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("save_reply", actor, locked)
    reply, _made = Reply.objects.get_or_create(committee_id=locked.committee_id, assignment=locked)
    ensure(
        version is None or version == reply.version,
        because=_("您的同事刚刚改过这份答复。您写的还在，请核对后再保存。"),
    )
    for name in REPLY_FIELDS:
        if name in fields:
            setattr(reply, name, fields[name])
    reply.version += 1
    reply.save()
    if promises is not None:
        draft_promises(reply=reply, rows=promises)
    return reply


def missing_in_reply(reply: Reply) -> str:
    """Return what a reply still lacks, as a sentence; empty when it is complete."""
    for value, sentence in (
        (reply.text.strip(), _("答复正文还没有写。")),
        (reply.document_number.strip(), _("请填文号。")),
        (reply.reply_class_id, _("请选办理结果类别。")),
        (reply.contact_name.strip(), _("请填联系人，委员好找您。")),
        (reply.contact_phone.strip(), _("请填联系电话，委员好找您。")),
        (reply.contact_method, _("请选怎样听取了委员意见。")),
    ):
        if not value:
            return sentence
    if lacks := missing_in_contact(reply):
        return lacks
    return missing_in_promises(reply)


def missing_in_contact(reply: Reply) -> str:
    """Return what the record of hearing the proposer lacks, as a sentence; empty when it is whole."""
    if reply.contact_method == ContactMethod.NONE:
        return "" if reply.contact_note.strip() else _("没有联系委员的，请写明原因。")
    if reply.contact_on is None:
        return _("请填哪天听取的委员意见。")
    return _("听取委员意见的日期不能晚于今天。") if reply.contact_on > clock.today() else ""


@transaction.atomic
def propose_reply(*, actor: Actor, assignment: Assignment) -> Assignment:
    """Send the draft to the co-handling units to countersign, or, without any, to the leader to sign.

    A unit that has agreed to this very text is not asked again.
    """
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("propose_reply", actor, locked)
    reply = Reply.objects.filter(assignment=locked).first()
    if reply is None:
        raise Refused(_("答复正文还没有写。"))
    if missing := missing_in_reply(reply):
        raise Refused(missing)
    waited_for = not_agreed(locked, reply)
    state = AssignmentState.COUNTERSIGNING if waited_for else AssignmentState.APPROVING
    text = "答复稿送会签" if waited_for else "答复稿送签发"
    _keep_version(actor, reply)
    advance_assignment("propose_reply", actor=actor, assignment=locked, text=text, state=state)
    for part in waited_for:
        start("countersign", locked.proposal, subject_id=part.pk, unit_id=part.unit_id)
    if not waited_for:
        start("approve", locked.proposal, subject_id=locked.pk, unit_id=locked.unit_id)
    return locked


def _keep_version(actor: Actor, reply: Reply) -> None:
    """Keep the draft as it is sent on; one that comes back and goes out again unchanged is kept once."""
    ReplyVersion.objects.get_or_create(
        committee_id=reply.committee_id,
        reply=reply,
        version=reply.version,
        defaults={
            "document_number": reply.document_number,
            "text": reply.text,
            "reply_class_id": reply.reply_class_id,
            "at": clock.now(),
            "by_id": actor.user_id,
        },
    )


def not_agreed(lead: Assignment, reply: Reply) -> list[Assignment]:
    """Return the co-handling parts whose units have not agreed to the present version of the draft."""
    agreed = set(
        reply.countersignatures.filter(reply_version=reply.version, agrees=True).values_list(
            "unit_id", flat=True
        )
    )
    return [part for part in _co_parts(lead) if part.unit_id not in agreed]


def _co_parts(lead: Assignment) -> list[Assignment]:
    # Only a lead has co-handlers; units that answer separately do not sign for each other.
    if lead.role != HandlingRole.LEAD:
        return []
    return list(
        Assignment.objects.filter(proposal_id=lead.proposal_id, round=lead.round, role=HandlingRole.CO)
        .in_force()
        .select_related("unit")
    )


@transaction.atomic
def countersign_reply(
    *, actor: Actor, co_assignment: Assignment, agrees: bool, note: str = ""
) -> Countersignature:
    """Say yes or no, once, to the lead's draft for a co-handling unit (会签).

    One no sends the draft back to the lead with the reason. The last yes sends it on to be signed.

    Raises:
        PermissionDenied: not the actor's unit.
        Refused: there is nothing to countersign, the unit has said its word, or no reason is given.
    """
    part = lock_assignment(co_assignment)
    ASSIGNMENT.check("countersign", actor, part)
    lead = (
        Assignment.objects.filter(
            proposal_id=part.proposal_id, round=part.round, state=AssignmentState.COUNTERSIGNING
        )
        .select_related("unit", "reply")
        .first()
    )
    if lead is None:
        raise Refused(_("现在没有要会签的答复稿。"))
    lead.proposal = part.proposal
    ensure(agrees or bool(note.strip()), because=_("不同意请写明意见。"))
    word, made = Countersignature.objects.get_or_create(
        committee_id=part.committee_id,
        reply=lead.reply,
        unit=part.unit,
        reply_version=lead.reply.version,
        defaults={"agrees": agrees, "note": note.strip(), "by_id": actor.user_id, "on": clock.today()},
    )
    ensure(made, because=_("贵单位已经会签过这一稿。"))
    advance_assignment(
        "countersign",
        actor=actor,
        assignment=part,
        text="会签同意" if agrees else "会签不同意",
        note=note.strip(),
    )
    if part.state == AssignmentState.HANDLING:
        # Whoever signs the whole has given their opinion.
        part.opinion = note.strip() or "同意会签稿"
        part.opinion_on = clock.today()
        advance_assignment("give_opinion", actor=actor, assignment=part, text="以会签交会办意见")
    if agrees:
        finish_countersigning(actor=actor, assignment=lead)
    else:
        drop_deadlines(matter=part.proposal.matter, kinds=["countersign"])
        # What comes next is another draft, even if not a word of it changes: everybody is asked again.
        lead.reply.version += 1
        lead.reply.save(update_fields=["version"])
        advance_assignment(
            "countersign_refused",
            actor=actor,
            assignment=lead,
            text="会签未通过，修改答复稿",
        )
    return word


def finish_countersigning(*, actor: Actor, assignment: Assignment) -> None:
    """Send a draft on to be signed once every co-handling unit has agreed to its present version."""
    if not_agreed(assignment, assignment.reply):
        return
    advance_assignment(
        "countersigned",
        actor=actor,
        assignment=assignment,
        text="会签完毕，送签发",
    )
    start("approve", assignment.proposal, subject_id=assignment.pk, unit_id=assignment.unit_id)


@transaction.atomic
def approve_reply(*, actor: Actor, assignment: Assignment) -> Assignment:
    """Sign the reply for the unit and hand it to the committee (签发、报送)."""
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("approve_reply", actor, locked)
    reply = locked.reply
    reply.signer = reply.signer or actor.name
    reply.save(update_fields=["signer"])
    advance_assignment(
        "approve_reply",
        actor=actor,
        assignment=locked,
        text=f"报来答复，自评{reply.reply_class.code}类",  # type: ignore[union-attr]
    )
    start("reply_review", locked.proposal, subject_id=locked.pk)
    return locked


@transaction.atomic
def send_back_reply(*, actor: Actor, assignment: Assignment, note: str) -> Assignment:
    """The leader gives the draft back to the clerk."""
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("send_back_reply", actor, locked)
    ensure(bool(note.strip()), because=_("请写明要改什么。"))
    advance_assignment(
        "send_back_reply", actor=actor, assignment=locked, text="答复稿退回修改", note=note.strip()
    )
    return locked


@transaction.atomic
def return_reply(*, actor: Actor, assignment: Assignment, note: str) -> Assignment:
    """Who reviews replies gives this one back to the unit."""
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("return_reply", actor, locked)
    ensure(bool(note.strip()), because=_("请写明要改什么。"))
    advance_assignment(
        "return_reply",
        actor=actor,
        assignment=locked,
        text="答复审核未通过，退回重写",
        note=note.strip(),
        who=str(actor.committee or actor.name),
    )
    return locked


@transaction.atomic
def pass_reply(*, actor: Actor, assignment: Assignment, reply_class: ReplyClass | None = None) -> Assignment:
    """Accept the reply and send it to the proposers; the reviewer may change its class.

    When every unit that answers has answered, the proposal waits for the proposer's rating.
    """
    lock_with_merged(assignment.proposal)
    locked = lock_assignment(assignment)
    ASSIGNMENT.check("pass_reply", actor, locked)
    reply = locked.reply
    was = reply.reply_class
    if reply_class is not None:
        ensure(
            reply_class.committee_id == locked.committee_id and reply_class.is_active,
            because=_("请选本会在用的答复类别。"),
        )
        reply.reply_class = reply_class
    reply.sent_on = clock.today()
    reply.save(update_fields=["reply_class", "sent_on"])
    advance_assignment(
        "pass_reply",
        actor=actor,
        assignment=locked,
        text=f"正式答复（{reply.reply_class.code}类）",  # type: ignore[union-attr]
        note=_changed_class(was, reply.reply_class),
        audience=TimelineEntry.Audience.PUBLIC,
        reply_class=reply.reply_class.code,  # type: ignore[union-attr]
        proposed_class=was.code,  # type: ignore[union-attr]
    )
    open_promises(reply)
    finish_replying(actor=actor, proposal=locked.proposal)
    return locked


def _changed_class(was: ReplyClass | None, now: ReplyClass | None) -> str:
    if was is None or now is None or was.pk == now.pk:
        return ""
    return f"审核时，办理结果类别由{was.code}类改为{now.code}类"


def _class_of_answer(proposal: Proposal) -> ReplyClass | None:
    """Return how far all replies that stand solve it: of several the class that solves least."""
    sent = Reply.objects.filter(assignment__proposal=proposal, sent_on__isnull=False)
    # A reply of an earlier round stands if it satisfied: that unit was not asked again.
    standing = Q(assignment__round=proposal.round) | ~(
        Q(rating__attitude=Satisfaction.DISSATISFIED) | Q(rating__result=Satisfaction.DISSATISFIED)
    )
    last = sent.filter(standing).select_related("reply_class").order_by("-reply_class__code").first()
    return last.reply_class if last else None


def finish_replying(*, actor: Actor, proposal: Proposal) -> None:
    """Let the proposal wait for its rating once every unit that answers has answered."""
    parts = Assignment.objects.filter(proposal=proposal, round=proposal.round).in_force()
    answering = list(parts.filter(role__in=ANSWERING_ROLES))
    if any(part.state != AssignmentState.REPLIED for part in answering):
        return
    proposal.replied_on = clock.today()
    proposal.reply_class = _class_of_answer(proposal)
    proposal.save(update_fields=["replied_on", "reply_class"])
    # What co-handlers still owe has been overtaken.
    drop_deadlines(matter=proposal.matter, kinds=["sign_for", "decline_answer", "co_opinion", "countersign"])
    advance_proposal(
        "all_replied",
        actor=actor,
        proposal=proposal,
        text="全部答复，等提案者评价",
        who=str(actor.committee or actor.name),
    )
    for part in answering:
        start("rating", proposal, subject_id=part.pk)
    answer_merged(actor=actor, lead=proposal, parts=list(parts.select_related("unit").order_by("pk")))
