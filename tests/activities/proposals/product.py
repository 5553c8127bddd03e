"""The product as the oracle's commands see it: each verb is an action, each picture is read from its rows."""

# ruff: noqa: FBT001 (commands are tuples; what they say has no keywords)
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests import factories
from tests.activities.proposals import oracle
from tests.activities.proposals.oracle import DENIED, OK, REFUSED
from tests.activities.proposals.pictures import Pictures
from tests.activities.proposals.stages import TEXTS
from tests.capabilities.files import corpus
from tongxin.activities.proposals.actions import (
    advising,
    attaching,
    converting,
    cosigning,
    deciding,
    disclosing,
    drafting,
    extending,
    going_on,
    handling,
    looking_back,
    merging,
    passing_on,
    promising,
    rating,
    reminding,
    replying,
    reviewing,
    taking_back,
    tracking,
)
from tongxin.activities.proposals.models import (
    Assignment,
    Cosignature,
    Promise,
    Proposal,
    ProposalRules,
    RejectReason,
    Reply,
    ReplyClass,
)
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.enums import MemberStatus
from tongxin.foundation.organization.models import Body, Member, Unit

if TYPE_CHECKING:
    from datetime import date

    from tests.factories import House
    from tongxin.foundation.core.access import Actor


@dataclass
class Product(Pictures):
    """The real thing: what each command of the oracle means in actions."""

    house: House
    foreign: House
    actors: dict[str, Actor]
    bodies: dict[str, Body]
    today: date
    proposals: list[Proposal] = field(default_factory=list)
    foreign_reason: RejectReason | None = None
    idle_reason: RejectReason | None = None
    foreign_class: ReplyClass | None = None
    said: str = ""

    def do(self, command: oracle.Command) -> str:
        """Let a person try something; say how it was answered."""
        verb, key, *rest = command
        try:
            with transaction.atomic(), clock.at(self.today):
                getattr(self, f"_{verb}")(self.actors[key] if key else NOBODY, *rest)
        except PermissionDenied:
            return DENIED
        except Refused as refusal:
            # Shown where a test fails.
            self.said = str(refusal)
            return REFUSED
        return OK

    @staticmethod
    def verbs() -> set[str]:
        """All that there is to do: what an actor does."""
        return {
            name.removeprefix("_")
            for name, made in vars(Product).items()
            if "actor" in getattr(made, "__annotations__", {})
        }

    def _part(self, at: int, place: int) -> Assignment:
        return self.parts(at)[place]

    def parts(self, at: int) -> list[Assignment]:
        """The parts in the order in which they were made."""
        made = Assignment.objects.filter(proposal=self.proposals[at]).select_related("proposal", "unit")
        return sorted(made, key=lambda a: a.pk)

    def promises(self, at: int) -> list[Promise]:
        """The promises in the order in which they were written."""
        made = Promise.objects.filter(proposal=self.proposals[at]).select_related("proposal", "unit")
        return sorted(made, key=lambda p: p.pk)

    def _promise_of(self, at: int, which: int) -> Promise:
        return self.promises(at)[which]

    def _cosignature(self, at: int, member: str) -> Cosignature:
        return Cosignature.objects.select_related("proposal").get(
            proposal=self.proposals[at], member=self.house.members[member]
        )

    # Events outside the room

    def _suspend(self, actor: Actor, member: str) -> None:
        self._set_status(member, MemberStatus.SUSPENDED)

    def _reinstate(self, actor: Actor, member: str) -> None:
        self._set_status(member, MemberStatus.ACTIVE)

    def _set_status(self, member: str, status: str) -> None:
        Member.objects.filter(pk=self.house.members[member].pk).update(status=status)
        self.house.members[member].status = status

    def _attach_stamp_page(self, actor: Actor, at: int) -> None:
        page = SimpleUploadedFile("盖章页.pdf", corpus.pdf(), content_type="application/pdf")
        attaching.attach_stamp(actor=actor, proposal=self.proposals[at], upload=page)

    def _detach_stamp_page(self, actor: Actor, at: int) -> None:
        proposal = self.proposals[at]
        pages = StoredFile.objects.kept().filter(matter=proposal.pk, purpose=StoredFile.Purpose.STAMP)
        page = pages.first() or StoredFile(matter=proposal.matter, committee_id=proposal.committee_id)
        try:
            attaching.detach_file(actor=actor, proposal=proposal, stored_file=page)
        except StoredFile.DoesNotExist as missing:
            # What is not there has no button.
            raise Refused("没有盖章页。") from missing

    def _let_pass(self, actor: Actor, days: int) -> None:
        self.today += timedelta(days=days)

    def _set_review_stages(self, actor: Actor, stages: int) -> None:
        self.set_review_stages(stages)

    def set_review_stages(self, stages: int) -> None:
        """Let the committee's rules ask for so many stages."""
        ProposalRules.objects.filter(committee=self.house.committee).update(review_stages=stages)

    # Writing

    def _draft(self, actor: Actor, member: str) -> None:
        of: dict[str, Any] = {"member": self.house.members.get(member)}
        if member in self.bodies:
            of = {"body": self.bodies[member]}
        self.proposals.append(drafting.draft_proposal(actor=actor, title="一个够长的案由", **of))

    def _edit(self, actor: Actor, at: int, what: str) -> None:
        fields: dict[str, object] = {
            **TEXTS.get(what, {}),
            **{
                "title": {"title": "另一个够长的案由"},
                "open": {"disclosure": "full", "disclosure_reason": ""},
                "secret": {"disclosure": "none", "disclosure_reason": ""},
                "secret_with_reason": {"disclosure": "none", "disclosure_reason": "涉及个人隐私"},
                "cosign_until_yesterday": {"cosign_until": self.today - timedelta(days=1)},
                "convenor": {"convenor": self.house.members[oracle.CONVENOR]},
                "cosign_until_ever": {"cosign_until": None},
            }.get(what, {}),
        }
        drafting.save_draft(
            actor=actor, proposal=self.proposals[at], version=0 if what == "stale" else None, fields=fields
        )

    def _submit(self, actor: Actor, at: int) -> None:
        drafting.submit_proposal(actor=actor, proposal=self.proposals[at])

    def _withdraw(self, actor: Actor, at: int) -> None:
        drafting.withdraw_proposal(actor=actor, proposal=self.proposals[at])

    def _invite(self, actor: Actor, at: int, member: str) -> None:
        cosigning.invite_cosigners(
            actor=actor, proposal=self.proposals[at], members=[self.house.members[member]]
        )

    def _take_back(self, actor: Actor, at: int, member: str) -> None:
        cosigning.take_back_invitation(actor=actor, cosignature=self._cosignature(at, member))

    def _answer(self, actor: Actor, at: int, member: str, signs: bool, seen: str) -> None:
        now = Proposal.objects.get(pk=self.proposals[at].pk).text_version
        cosigning.answer_invitation(
            actor=actor,
            cosignature=self._cosignature(at, member),
            signs=signs,
            text_version={"": None, "now": now, "old": now - 1}[seen],
        )

    # Examination

    def _take_up(self, actor: Actor, at: int) -> None:
        reviewing.take_up_proposal(actor=actor, proposal=self.proposals[at])

    def _file(self, actor: Actor, at: int) -> None:
        reviewing.file_proposal(actor=actor, proposal=self.proposals[at])

    def _return(self, actor: Actor, at: int, reason: str) -> None:
        reviewing.return_proposal(actor=actor, proposal=self.proposals[at], reason=reason)

    def _not_file(self, actor: Actor, at: int, reason: str) -> None:
        chosen = {"own": self.house.reason, "foreign": self.foreign_reason, "idle": self.idle_reason}[reason]
        assert chosen
        reviewing.refuse_proposal(actor=actor, proposal=self.proposals[at], reason=chosen)

    def _advise(self, actor: Actor, at: int, advice: str) -> None:
        given = advising.Advice(
            "not_file" if advice == "no_reason" else advice,
            reject_reason=self.house.reason if advice == "not_file" else None,
            note="请补充数据" if advice == "return" else "",
        )
        advising.advise_proposal(actor=actor, proposal=self.proposals[at], advice=given)

    def _convert(self, actor: Actor, at: int, consent: bool, note: str) -> None:
        reviewing.convert_proposal(actor=actor, proposal=self.proposals[at], consent=consent, note=note)

    def _adopt(self, actor: Actor, at: int) -> None:
        deciding.adopt_opinion(actor=actor, proposal=self.proposals[at])

    def _mark_sensitive(self, actor: Actor, at: int, sensitive: bool, reason: str) -> None:
        disclosing.mark_sensitive(
            actor=actor, proposal=self.proposals[at], sensitive=sensitive, reason=reason
        )

    def _ask_conversion(self, actor: Actor, at: int) -> None:
        converting.ask_conversion(actor=actor, proposal=self.proposals[at])

    def _answer_conversion(self, actor: Actor, at: int, agrees: bool) -> None:
        converting.answer_conversion(actor=actor, proposal=self.proposals[at], agrees=agrees)

    def _unmerge(self, actor: Actor, at: int) -> None:
        merging.unmerge_proposal(actor=actor, proposal=self.proposals[at])

    def _merge(self, actor: Actor, at: int, into: int) -> None:
        reviewing.merge_proposal(actor=actor, proposal=self.proposals[at], into=self.proposals[into])

    def _disclose(self, actor: Actor, at: int, public: bool) -> None:
        reviewing.disclose_proposal(actor=actor, proposal=self.proposals[at], public=public)

    # Handling

    def _units(self, named: str) -> tuple[Unit, ...]:
        return tuple(self.foreign.units["a"] if u == "x" else self.house.units[u] for u in named.split())

    def _assign(self, actor: Actor, at: int, answering: str, co: str, separate: bool) -> None:
        handling.assign_proposal(
            actor=actor,
            proposal=self.proposals[at],
            to=handling.HandOver(self._units(answering), self._units(co), separate),
        )

    def _hand_to_office(self, actor: Actor, at: int, office: str) -> None:
        passing_on.hand_to_office(actor=actor, proposal=self.proposals[at], office=self.house.units[office])

    def _return_from_office(self, actor: Actor, at: int, reason: str) -> None:
        passing_on.return_from_office(actor=actor, proposal=self.proposals[at], reason=reason)

    def _take_back_part(self, actor: Actor, at: int, place: int, reason: str) -> None:
        taking_back.take_back_part(actor=actor, assignment=self._part(at, place), reason=reason)

    def _request_extension(self, actor: Actor, at: int, place: int, months: int, reason: str) -> None:
        extending.request_extension(
            actor=actor, assignment=self._part(at, place), months=months, reason=reason
        )

    def _answer_extension(self, actor: Actor, at: int, place: int, grants: bool, note: str) -> None:
        answer = extending.grant_extension if grants else extending.refuse_extension
        answer(actor=actor, assignment=self._part(at, place), note=note)

    def _sign_for(self, actor: Actor, at: int, place: int) -> None:
        handling.sign_for(actor=actor, assignment=self._part(at, place))

    def _request_decline(self, actor: Actor, at: int, place: int, reason: str) -> None:
        handling.request_decline(actor=actor, assignment=self._part(at, place), reason=reason)

    def _answer_decline(self, actor: Actor, at: int, place: int, accept: bool, note: str) -> None:
        handling.answer_decline(actor=actor, assignment=self._part(at, place), accept=accept, note=note)

    def _give_opinion(self, actor: Actor, at: int, place: int, opinion: str) -> None:
        handling.give_opinion(actor=actor, assignment=self._part(at, place), opinion=opinion)

    def _remind_helpers(self, actor: Actor, at: int, place: int) -> None:
        going_on.remind_helpers(actor=actor, assignment=self._part(at, place))

    def _remind_proposer(self, actor: Actor, at: int) -> None:
        reminding.remind_proposers(actor=actor, proposals=[self.proposals[at]])

    def _look_back(self, actor: Actor, at: int, finding: str, unit: str, note: str) -> None:
        promised = promising.Promised("装信号灯", self.today + timedelta(days=60))
        looking_back.record_look_back(
            actor=actor,
            proposal=self.proposals[at],
            found=looking_back.Found(self.today, finding, note),
            promise=(self.house.units[unit], promised) if finding == "not_done" else None,
        )

    def _remind(self, actor: Actor, at: int, place: int) -> None:
        handling.remind_units(actor=actor, assignments=[self._part(at, place)])

    # Replying

    def _save_reply(self, actor: Actor, at: int, place: int, what: str) -> None:
        complete = {**factories.reply_fields(self.house, code="A"), "contact_on": self.today}
        fields: dict[str, Any] = {"text": ""}
        if what != "empty":
            fields = {**complete, "reply_class": self.house.classes[what]}
        replying.save_reply(actor=actor, assignment=self._part(at, place), fields=fields)

    def _promise(self, actor: Actor, at: int, place: int, days: int) -> None:
        part = self._part(at, place)
        drafts = [p for p in self.promises(at) if p.state == "draft" and p.reply.assignment_id == part.pk]
        rows = [promising.Promised(p.text, p.due_on) for p in drafts]
        more = promising.Promised("装信号灯", self.today + timedelta(days=days))
        replying.save_reply(actor=actor, assignment=part, fields={}, promises=[*rows, more])

    def _go_on_without(self, actor: Actor, at: int, place: int, reason: str) -> None:
        going_on.go_on_without(actor=actor, assignment=self._part(at, place), reason=reason)

    def _propose(self, actor: Actor, at: int, place: int) -> None:
        replying.propose_reply(actor=actor, assignment=self._part(at, place))

    def _countersign(self, actor: Actor, at: int, place: int, agrees: bool, note: str) -> None:
        replying.countersign_reply(actor=actor, co_assignment=self._part(at, place), agrees=agrees, note=note)

    def _approve(self, actor: Actor, at: int, place: int) -> None:
        replying.approve_reply(actor=actor, assignment=self._part(at, place))

    def _send_back(self, actor: Actor, at: int, place: int, note: str) -> None:
        replying.send_back_reply(actor=actor, assignment=self._part(at, place), note=note)

    def _return_reply(self, actor: Actor, at: int, place: int, note: str) -> None:
        replying.return_reply(actor=actor, assignment=self._part(at, place), note=note)

    def _pass_reply(self, actor: Actor, at: int, place: int, letter: str) -> None:
        chosen = self.foreign_class if letter == "x" else self.house.classes.get(letter)
        replying.pass_reply(actor=actor, assignment=self._part(at, place), reply_class=chosen)

    # After the reply

    def _rate(self, actor: Actor, at: int, place: int, word: str, comment: str) -> None:
        part = self._part(at, place)
        reply = Reply.objects.filter(assignment=part).select_related("assignment__proposal").first()
        if reply is None:
            # There is no page to rate on; the action cannot even be called.
            reply = Reply(assignment=part, committee_id=part.committee_id)
        rating.rate_reply(actor=actor, reply=reply, attitude="satisfied", result=word, comment=comment)

    def _rehandle(self, actor: Actor, at: int) -> None:
        rating.order_rehandling(actor=actor, proposal=self.proposals[at])

    def _close_after_talk(self, actor: Actor, at: int, record: str) -> None:
        talk = rating.Talk(self.today, "王芳、教育局", record)
        rating.close_after_talk(actor=actor, proposal=self.proposals[at], talk=talk)

    def _finish_tracking(self, actor: Actor, at: int, evidence: str) -> None:
        rating.finish_tracking(actor=actor, proposal=self.proposals[at], evidence=evidence)

    def _report_promise(self, actor: Actor, at: int, which: int, evidence: str) -> None:
        tracking.report_promise(actor=actor, promise=self._promise_of(at, which), evidence=evidence)

    def _confirm_promise(self, actor: Actor, at: int, which: int, kept: bool, note: str) -> None:
        answer = tracking.confirm_promise if kept else tracking.return_promise
        answer(actor=actor, promise=self._promise_of(at, which), note=note)

    def _drop_promise(self, actor: Actor, at: int, which: int, reason: str) -> None:
        tracking.drop_promise(actor=actor, promise=self._promise_of(at, which), reason=reason)

    def _postpone_promise(self, actor: Actor, at: int, which: int, days: int, reason: str) -> None:
        promise = self._promise_of(at, which)
        due_on = promise.due_on + timedelta(days=days)
        tracking.postpone_promise(actor=actor, promise=promise, due_on=due_on, reason=reason)

    def _add_promise(self, actor: Actor, at: int, unit: str, days: int) -> None:
        tracking.add_promise(
            actor=actor,
            proposal=self.proposals[at],
            unit=self.house.units[unit],
            promised=promising.Promised("装信号灯", self.today + timedelta(days=days)),
        )
