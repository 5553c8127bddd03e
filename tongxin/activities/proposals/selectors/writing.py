"""Page data of those who propose: their own list, the form, the check, the choice of co-signers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from tongxin.activities.proposals.actions.drafting import current_session
from tongxin.activities.proposals.actions.moving import rules_of
from tongxin.activities.proposals.differences import differences
from tongxin.activities.proposals.enums import Disclosure, ProposalState
from tongxin.activities.proposals.forms.writing import CosignerSearch
from tongxin.activities.proposals.lifecycle import ASKS, PROPOSAL, STEPS
from tongxin.activities.proposals.models import Cosignature, Proposal, Reply, Revision
from tongxin.activities.proposals.quality import characters, closed_to, remarks, shortcomings
from tongxin.activities.proposals.selectors.asks import asked_of
from tongxin.activities.proposals.selectors.similar import similar_to
from tongxin.capabilities.deadlines.selectors import calendar_of, days_left
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.templatetags.ui import zh_date
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Body, Member, Membership, Sector, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tongxin.activities.proposals.differences import Piece
    from tongxin.activities.proposals.models import ProposalRules
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State

_SIGNED = Cosignature.State.SIGNED
# An invitation that still waits for the member's word.
_WAITING = (Cosignature.State.INVITED, Cosignature.State.LAPSED)


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One proposal in a person's own list.

    Attributes:
        part: what the person is to it: 第一提案人, 联名 or the body's name.
        ask: what is asked of them now, in words; empty when nothing is.
        step: how many of ``total`` steps it has reached; 0 where it ended on the way.
    """

    pk: UUID
    title: str
    number: str
    part: str
    state: State
    ask: str
    due_on: date | None
    left: int | None
    on: date
    step: int
    total: int

    @property
    def step_label(self) -> str:
        """The name of the step that it stands at."""
        return str(STEPS[self.state.step])


def own_proposals(actor: Actor) -> list[OwnRow]:
    """Return what the actor proposes, co-signed or is asked to co-sign: what is asked first, then by date."""
    mine = Cosignature.objects.filter(proposal=OuterRef("pk"), member=actor.member_id)
    own = Q(body_id__in=actor.subjects(Role.SUBMITTER))
    if actor.member_id:
        own |= Q(lead_member_id=actor.member_id) | Q(my_word__in=("invited", "signed", "lapsed"))
    proposals = (
        Proposal.objects.visible_to(actor)
        .for_list()
        .annotate(my_word=Subquery(mine.values("state")[:1]))
        .filter(own)
    )
    asks = {d.matter_id: d for d in asked_of(actor).order_by("-due_on")}
    calendar = calendar_of(actor.committee_id) if asks and actor.committee_id else None
    today = clock.today()
    rows = []
    for p in proposals:
        state = PROPOSAL.states[p.matter.state]
        deadline = asks.get(p.pk)
        rows.append(
            OwnRow(
                pk=p.pk,
                title=p.matter.title,
                number=p.matter.code or "",
                part=_part(actor, p),
                state=state,
                ask=str(ASKS[deadline.kind].text) if deadline else "",
                due_on=deadline.due_on if deadline else None,
                left=days_left(deadline, today, calendar) if deadline and calendar else None,
                on=_date_of(p),
                step=0 if state.tone == "stop" else state.step + 1,
                total=len(STEPS),
            )
        )
    return sorted(rows, key=lambda r: (r.due_on is None, r.due_on or today, -r.on.toordinal(), str(r.pk)))


def _date_of(proposal: Proposal) -> date:
    """Return the day a proposal was handed in, or else begun."""
    moment = proposal.submitted_at or proposal.matter.made_at
    return moment.astimezone(clock.ZONE).date()


def _part(actor: Actor, proposal: Any) -> str:  # noqa: ANN401 (annotated with my_word)
    if proposal.body_id:
        return str(proposal.body)
    if proposal.lead_member_id == actor.member_id:
        return str(Proposal._meta.get_field("lead_member").verbose_name)  # noqa: SLF001
    return _("已联名") if proposal.my_word == _SIGNED else _("请您联名")


def bodies_of(actor: Actor) -> list[Body]:
    """Return the bodies that the actor submits for."""
    if not (keys := actor.subjects(Role.SUBMITTER)):
        return []
    return list(Body.objects.visible_to(actor).filter(pk__in=keys, is_active=True))


@dataclass(frozen=True, slots=True)
class EditPage:
    """What stands around the form.

    Attributes:
        stamps: the pages with the stamp or the signatures, or the paper that staff enter from.
        asks_for_stamp: whether such a page belongs to it.
        phase: as what it counts when it is handed in today.
        closed: why it cannot be handed in any more; empty while it can.
        reason: why the reviewers returned it; empty when they did not.
        changes: for each part of the text that differs from the submitted one, its name and the pieces.
    """

    proposal: Proposal
    rules: ProposalRules
    characters: int
    cosignatures: list[Cosignature]
    files: list[StoredFile]
    stamps: list[StoredFile]
    asks_for_stamp: bool
    phase: str
    closed: str
    units: list[str]
    reason: str
    changes: list[tuple[str, list[Piece]]]


def edit_page(actor: Actor, proposal: Proposal) -> dict[str, Any]:
    """Return what stands around the form."""
    reason, changes = "", []
    if proposal.state == ProposalState.RETURNED:
        returned = TimelineEntry.objects.filter(matter=proposal.matter, verb="return")
        reason = returned.values_list("note", flat=True).first() or ""
        changes = _changes(proposal)
    rules, today, files = rules_of(proposal.committee_id), clock.today(), attachments(proposal)
    if proposal.serial is None:
        proposal.session = current_session(proposal.committee_id)
    page = EditPage(
        proposal=proposal,
        rules=rules,
        characters=characters(proposal),
        cosignatures=_cosignatures(proposal),
        files=[f for f in files if f.purpose != StoredFile.Purpose.STAMP],
        stamps=[f for f in files if f.purpose == StoredFile.Purpose.STAMP],
        asks_for_stamp=bool(proposal.body_id or proposal.entered_by_id),
        phase=phase_now(proposal, today),
        closed="" if proposal.serial else closed_to(proposal.kind, proposal, rules, today),
        units=list(Unit.objects.in_office().visible_to(actor).values_list("name", flat=True)),
        reason=reason,
        changes=changes,
    )
    return {"page": page, "proposal": proposal}


def _cosignatures(proposal: Proposal) -> list[Cosignature]:
    return list(proposal.cosignatures.exclude(state=Cosignature.State.TAKEN_BACK).select_related("member"))


def attachments(proposal: Proposal) -> list[StoredFile]:
    """Return the files that belong to the proposal as a whole."""
    return list(StoredFile.objects.kept().filter(matter=proposal.pk, subject_id=None).select_related("by"))


def _changes(proposal: Proposal) -> list[tuple[str, list[Piece]]]:
    last = Revision.objects.filter(proposal=proposal).order_by("-text_version").first()
    if last is None:
        return []
    pairs = (
        (_("案由"), last.title, proposal.matter.title),
        (_("情况"), last.situation, proposal.situation),
        (_("分析"), last.analysis, proposal.analysis),
        (_("建议"), last.suggestion, proposal.suggestion),
    )
    return [(label, pieces) for label, old, new in pairs if (pieces := differences(old, new))]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The proposal as it will be handed in.

    Attributes:
        taken_back: invitations without a signature; submitting takes them back.
        stamps: the pages with the stamp or the signatures, or the paper that staff enter from.
        phase: as what it counts when it is handed in today.
    """

    proposal: Proposal
    disclosure: str
    signed: list[Cosignature]
    taken_back: list[Cosignature]
    files: list[StoredFile]
    stamps: list[StoredFile]
    phase: str
    wished: list[Unit]
    characters: int


def check_page(actor: Actor, proposal: Proposal) -> dict[str, Any]:
    """Return the proposal as it will be handed in, what it lacks, and what its writer might look at again."""
    rules, today = rules_of(proposal.committee_id), clock.today()
    if proposal.serial is None:
        # As it will count when it is handed in now, whenever it was begun.
        proposal.session = current_session(proposal.committee_id)
    words = _cosignatures(proposal)
    files = attachments(proposal)
    stamps = [f for f in files if f.purpose == StoredFile.Purpose.STAMP]
    page = CheckPage(
        proposal=proposal,
        disclosure=str(Disclosure(proposal.disclosure).label),
        signed=[c for c in words if c.state == _SIGNED],
        taken_back=[c for c in words if c.state in _WAITING],
        files=[f for f in files if f.purpose != StoredFile.Purpose.STAMP],
        stamps=stamps,
        phase=phase_now(proposal, today),
        wished=list(proposal.wished_units.all()),
        characters=characters(proposal),
    )
    return {
        "page": page,
        "proposal": proposal,
        "missing": shortcomings(proposal, rules, today=today, has_stamp=bool(stamps)),
        "remarks": remarks(proposal, rules),
        "similar": similar_to(actor, proposal),
    }


def phase_now(proposal: Proposal, today: date) -> str:
    """Return as what it counts when it is handed in today, with the day that decides (大会提案、平时提案)."""
    session = proposal.session
    if proposal.serial is not None:
        return proposal.get_phase_display()
    day = zh_date(session.proposal_cutoff_on)
    if today <= session.proposal_cutoff_on:
        return _("算{session}的大会提案，{day}截止").format(session=session, day=day)
    return _("算{session}的平时提案，大会提案{day}已经截止").format(session=session, day=day)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who can be asked, with what became of an earlier invitation."""

    member: Member
    sector: str
    state: str
    asked: bool


@dataclass(frozen=True, slots=True)
class CosignersPage:
    """The members who can be asked to co-sign, as they were searched for."""

    proposal: Proposal
    search: CosignerSearch
    candidates: list[Candidate]
    can_be_asked: Any


def cosigners_page(actor: Actor, proposal: Proposal, asked: Mapping[str, Any]) -> CosignersPage:
    """Return the members in office in stroke order, filtered by name and sector; ticked ones stay."""
    term_id = proposal.session.term_id
    search = CosignerSearch(asked, sectors=Sector.objects.visible_to(actor).filter(term_id=term_id))
    sector = Membership.objects.filter(member=OuterRef("pk"), term_id=term_id)
    word = Cosignature.objects.filter(member=OuterRef("pk"), proposal=proposal)
    members: Any = (
        Member.objects.visible_to(actor)
        .active()
        .exclude(led_proposals=proposal)
        .annotate(
            sector_name=Subquery(sector.values("sector__name")[:1]),
            sector_key=Subquery(sector.values("sector")[:1]),
            word=Subquery(word.values("state")[:1]),
        )
    )
    wanted = Q()
    if search.is_valid():
        if name := search.cleaned_data["q"].strip():
            wanted &= Q(name__icontains=name)
        if chosen := search.cleaned_data["sector"]:
            wanted &= Q(sector_key=chosen.pk)
    ticked = (
        [key for text in asked.getlist("members") if (key := key_of(text))]
        if hasattr(asked, "getlist")
        else []
    )
    shown = members.filter(wanted | Q(pk__in=ticked)) if wanted else members
    candidates = [
        Candidate(m, m.sector_name or "", _word(m.word), m.word in ("invited", "signed")) for m in shown
    ]
    return CosignersPage(
        proposal, search, candidates, members.exclude(Exists(word.filter(state__in=("invited", "signed"))))
    )


def key_of(text: str) -> UUID | None:
    """Return the identifier that a button or a box carries; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _word(state: str | None) -> str:
    return str(Cosignature.State(state).label) if state else ""


def sent_replies(actor: Actor) -> Any:  # noqa: ANN401 (a queryset)
    """Return the replies that were sent to proposers of proposals that the actor may open."""
    return (
        Reply.objects.visible_to(actor)
        .filter(
            sent_on__isnull=False,
            assignment__round=F("assignment__proposal__round"),
            assignment__proposal__in=Proposal.objects.visible_to(actor),
        )
        .select_related(
            "rating",
            "reply_class",
            "assignment__unit",
            "assignment__proposal__matter",
            "assignment__proposal__lead_member",
            "assignment__proposal__body",
        )
    )
