"""What happened to each demo proposal: walked through the rooms' own actions, on the days it happened."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities.proposals.actions import (
    attaching,
    cosigning,
    drafting,
    handling,
    rating,
    replying,
    reviewing,
    tracking,
)
from tongxin.activities.proposals.actions.promising import Promised
from tongxin.activities.proposals.enums import AssignmentState, ContactMethod, Disclosure
from tongxin.activities.proposals.models import (
    Assignment,
    Promise,
    Proposal,
    ProposalRules,
    RejectReason,
    Reply,
    ReplyClass,
    Topic,
)
from tongxin.capabilities.notices.actions import silence
from tongxin.demo import texts
from tongxin.demo.pictures import stamp_page
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.organization.access import actor_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from tongxin.demo.world import World
    from tongxin.foundation.accounts.models import User
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Member, Unit

# How far a proposal gets, and how often among those of this year and of years past.
ENDINGS_NOW = {
    "draft": 3, "inviting": 3, "submitted": 4, "under_review": 4, "returned": 3, "filed": 9, "assigned": 4,
    "decline_requested": 2, "handling": 12, "countersigning": 2, "approving": 2, "reply_review": 4, "replied": 8,
    "dissatisfied": 2, "rehandling": 2, "tracking": 8, "closed": 21, "not_filed": 3, "merged": 2, "converted": 2,
    "withdrawn": 1,
}  # fmt: skip
ENDINGS_PAST = {"closed": 80, "tracking": 4, "not_filed": 6, "merged": 3, "converted": 3, "withdrawn": 2}

# A unit that plans to solve something gives itself so long.
_TO_KEEP_DAYS = 120
# What is still followed is due between a week ago and some months ahead, whenever it was promised.
_FOLLOWED_FROM, _FOLLOWED_EVERY, _FOLLOWED_KINDS = -6, 23, 5
# Those into which others are merged are counted from here.
_LEADS_FROM = 1000

# Days after the beginning of the draft on which each step is taken.
_DAY = {
    "invite": 0, "sign": 1, "submit": 3, "take_up": 5, "review": 9, "assign": 14, "sign_for": 18,
    "opinion": 40, "reply": 62, "countersign": 65, "approve": 67, "pass": 71, "rate": 80, "again": 84,
    "sign_again": 87, "reply_again": 120, "approve_again": 122, "pass_again": 126, "rate_again": 132, "done": 170,
    "nominate": 11, "decide": 22, "event_1": 30, "event_2": 45, "event_3": 76,
}  # fmt: skip
# The last step of a proposal that is still under way: it began so long ago that this one was a few days back.
_LAST_STEP = {
    "draft": "invite", "inviting": "sign", "submitted": "submit", "under_review": "take_up", "returned": "review",
    "merged": "opinion", "filed": "review", "assigned": "assign", "decline_requested": "sign_for", "handling": "opinion",
    "countersigning": "reply", "approving": "countersign", "reply_review": "approve", "replied": "pass",
    "dissatisfied": "rate", "rehandling": "sign_again", "tracking": "rate",
}  # fmt: skip


@dataclass
class Teller:
    """Tells the story of one committee."""

    world: World
    random: Random
    today: date
    # Endings that are told in a way of their own.
    walks: Mapping[str, type[Walk]] = field(default_factory=dict)
    # Whether bodies hand in a page with their stamp.
    stamps: bool = True

    def __post_init__(self) -> None:
        self._actors: dict[object, Actor] = {}
        c = self.world.committee
        self.topics = {t.name: t for t in Topic.objects.filter(committee=c)}
        self.reasons = [r for r in RejectReason.objects.filter(committee=c) if not r.concerns_secrets]
        self.classes = {r.code: r for r in ReplyClass.objects.filter(committee=c)}
        self.keys = {unit.pk: key for key, unit in self.world.units.items()}
        self._titles: set[str] = set()
        self._papers = 0
        # The member at the demo's first door has something to do: one to rate, one to mend, one to co-sign.
        self._for_first = {"replied", "returned", "inviting"}

    def actor(self, key: str) -> Actor:
        """Return somebody of this committee by what they do: ``staff``, ``clerk:交通`` and so on."""
        return self.actor_of(self.world.people[key])

    def actor_of(self, user: User) -> Actor:
        """Return a person as they act in this committee."""
        if user.pk not in self._actors:
            self._actors[user.pk] = actor_for(user, self.world.committee.pk)
        return self._actors[user.pk]

    def tell(self, n: int, ending: str, begins: date) -> Proposal:
        """Walk one proposal as far as its ending, beginning on a day."""
        with transaction.atomic():
            return self.walks.get(ending, Walk)(self, n, ending, begins).walk()

    def begins(self, ending: str, year: int, n: int) -> date:
        """Return the day on which a proposal of some ending begins."""
        if year < self.today.year:
            # Most are written for the plenary session, one in four during the year.
            return date(year, 1, 4) if n % 4 else date(year, 1, 20) + timedelta(days=n * 3 % 90)
        if ending in _LAST_STEP and ending != "tracking":
            since = 1 + self.random.randrange(4 if ending != "handling" else 45)
            return self.today - timedelta(days=_DAY[_LAST_STEP[ending]] + since)
        latest = self.today - timedelta(days=_DAY["rate"] + 2)
        return min(date(year, 1, 4) + timedelta(days=self.random.randrange(3)), latest)

    def subject(self, n: int) -> tuple[texts.Subject, str]:
        """Return a subject and a place that give a title that is not taken yet."""
        while True:
            subject = texts.SUBJECTS[n % len(texts.SUBJECTS)]
            place = self.world.plan.places[(n // len(texts.SUBJECTS) + n) % len(self.world.plan.places)]
            title = subject.title.format(place=place)
            if title not in self._titles or n > 2 * len(texts.SUBJECTS) * len(self.world.plan.places):
                self._titles.add(title)
                return subject, place
            n += 7

    def is_for_first(self, ending: str, begins: date) -> bool:
        """Say, once for each of these endings of this year, that it concerns the committee's first member."""
        if ending not in self._for_first or begins < self.today - timedelta(days=200):
            return False
        self._for_first.remove(ending)
        return True

    def paper(self, unit: Unit, year: int) -> str:
        """Return the next document number of a unit's letters."""
        self._papers += 1
        return f"{self.keys[unit.pk]}函〔{year}〕{self._papers}号"


class Walk:
    """One proposal on its way; each step is taken on its own day."""

    def __init__(self, teller: Teller, n: int, ending: str, begins: date) -> None:
        self.t, self.n, self.ending, self.begins = teller, n, ending, begins
        self.subject, self.place = teller.subject(n)
        self.first = teller.is_for_first(ending, begins)
        self.joint = n % 3 == 0 or ending == "inviting"
        self.collective = not self.joint and n % 10 == 1 and not self.first
        self.with_co = bool(self.subject.co) and n % 2 == 0
        # A draft, an untidy decline, an unhappy proposer: each shows what the others do not.
        self.unhappy = ending in {"dissatisfied", "rehandling"} or (ending == "closed" and n % 11 == 5)
        self.tracked = ending == "tracking" or (ending == "closed" and n % 3 == 1)

    def walk(self) -> Proposal:
        """Take one step after the other until the story ends; return the proposal."""
        for step in (self.write, self.submit, self.review, self.hand_over, self.reply, self.rate):
            if not step():
                break
        return self.p

    @contextmanager
    def on(self, step: str) -> Iterator[bool]:
        """Let it be the day of a step; yields whether that day has come."""
        day = self.begins + timedelta(
            days=_DAY[step] + (self.n % 3 if step not in {"invite", "submit"} else 0)
        )
        moment = datetime(day.year, day.month, day.day, 9 + self.n % 8, self.n * 7 % 60, tzinfo=clock.ZONE)
        with clock.at(min(moment, datetime.combine(self.t.today, moment.timetz()))):
            yield day <= self.t.today

    def stops_at(self, *endings: str) -> bool:
        """Say whether this is where the story ends."""
        return self.ending in endings

    def write(self) -> bool:
        """Write the text and ask friends to co-sign it."""
        s = self.subject
        members = self.t.world.members
        # The first member writes what is theirs to mend and to rate, and is asked to co-sign by another.
        place = 0 if self.first and self.ending != "inviting" else self.n * 13 % len(members)
        member = None if self.collective else members[place]
        author = self.t.actor("submitter") if self.collective else self.t.actor_of(member.user)  # type: ignore[union-attr, arg-type]
        self.author = author
        with self.on("invite"):
            self.p = drafting.draft_proposal(
                actor=author,
                title=s.title.format(place=self.place),
                member=member,
                body=self.t.world.bodies[0] if self.collective else None,
            )
            closed = self.n % 17 == 3
            self.p = drafting.save_draft(
                actor=author,
                proposal=self.p,
                version=None,
                fields={
                    "situation": s.situation.format(place=self.place),
                    "analysis": s.analysis,
                    "suggestion": "" if self.ending == "draft" else s.suggestion.format(place=self.place),
                    "topic": self.t.topics.get(s.topic),
                    "disclosure": Disclosure.NONE if closed else Disclosure.FULL,
                    "disclosure_reason": "涉及未公开的规划" if closed else "",
                },
                wished_units=[self.t.world.units[s.lead]],
            )
            friends = self._friends(members, place) if self.joint else []
            asked = (
                cosigning.invite_cosigners(actor=author, proposal=self.p, members=friends) if friends else []
            )
        if self.stops_at("draft"):
            return False
        with self.on("sign"):
            signing = asked[:1] if self.stops_at("inviting") else asked
            for cosignature in signing:
                cosigning.answer_invitation(
                    actor=self.t.actor_of(cosignature.member.user),  # type: ignore[arg-type]
                    cosignature=cosignature,
                    signs=True,
                )
        return not self.stops_at("inviting")

    def _friends(self, members: Sequence[Member], place: int) -> list[Member]:
        friends = [members[(place + k) % len(members)] for k in range(1, 3 + self.n % 3)]
        return [*friends, members[0]] if self.first and self.ending == "inviting" else friends

    def submit(self) -> bool:
        """Hand it in."""
        with self.on("submit"):
            if self.collective and self.t.stamps:
                attaching.attach_stamp(actor=self.author, proposal=self.p, upload=stamp_page())
            drafting.submit_proposal(actor=self.author, proposal=self.p)
            if self.stops_at("withdrawn"):
                drafting.withdraw_proposal(actor=self.author, proposal=self.p, reason="情况有了变化。")
        return not self.stops_at("submitted", "withdrawn")

    def review(self) -> bool:
        """Let the office examine it."""
        reviewer = self.t.actor("reviewer")
        with self.on("take_up"):
            reviewing.take_up_proposal(actor=self.t.actor("staff"), proposal=self.p)
        if self.stops_at("under_review"):
            return False
        with self.on("review"):
            if self.stops_at("returned"):
                reviewing.return_proposal(actor=reviewer, proposal=self.p, reason=texts.RETURNED)
            elif self.stops_at("not_filed"):
                reason = self.t.reasons[self.n % len(self.t.reasons)]
                reviewing.refuse_proposal(
                    actor=reviewer, proposal=self.p, reason=reason, explanation=texts.NOT_FILED
                )
            elif self.stops_at("converted"):
                reviewing.convert_proposal(actor=reviewer, proposal=self.p, consent=True, note=texts.CONSENT)
            elif not self.stops_at("merged"):
                self._file(reviewer)
        if self.stops_at("merged"):
            self._merge(reviewer)
        return not self.stops_at("returned", "not_filed", "converted", "merged", "filed")

    def _merge(self, reviewer: Actor) -> None:
        """Merge it into another on the same matter, which is filed the same day and then handled.

        This year's still waits with it; those of earlier years were answered with it, each to its proposer.
        """
        waits = self.begins.year == self.t.today.year
        lead = Walk(self.t, self.n + _LEADS_FROM, "handling" if waits else "closed", self.begins)
        lead.write()
        lead.submit()
        lead.review()
        with self.on("review"):
            reviewing.merge_proposal(actor=reviewer, proposal=self.p, into=lead.p)
        for step in (lead.hand_over, lead.reply, lead.rate):
            if not step():
                break
        if not waits:
            with self.on("rate"):
                self._rate("satisfied")
            if lead.tracked:
                # The promises are the lead's; once they are kept, this one is done too.
                with self.on("done"):
                    rating.finish_tracking(
                        actor=self.t.actor("staff"),
                        proposal=self.p,
                        evidence=texts.EVIDENCE.format(place=self.place),
                    )

    def _file(self, reviewer: Actor) -> None:
        self.p = reviewing.file_proposal(
            actor=reviewer,
            proposal=self.p,
            topic=self.t.topics.get(self.subject.topic),
            is_livelihood=self.subject.livelihood,
        )
        if self.p.disclosure == Disclosure.FULL and self.n % 3:
            reviewing.disclose_proposal(actor=self.t.actor("staff"), proposal=self.p, public=True)

    def hand_over(self) -> bool:
        """Hand it over to its units and let them begin."""
        units = self.t.world.units
        lead = units[self.subject.lead]
        co = tuple(units[c] for c in self.subject.co) if self.with_co else ()
        with self.on("assign"):
            handling.assign_proposal(
                actor=self.t.actor("staff"), proposal=self.p, to=handling.HandOver((lead,), co)
            )
        if self.stops_at("assigned"):
            return False
        with self.on("sign_for"):
            if self.stops_at("decline_requested"):
                handling.request_decline(
                    actor=self._clerk(self._part()),
                    assignment=self._part(),
                    reason=texts.DECLINE.format(other=units["住建"].name),
                )
                return False
            for part in self._parts():
                handling.sign_for(actor=self._clerk(part), assignment=part)
        with self.on("opinion") as come:
            late = self.stops_at("handling") and self.n % 2
            for part in self._parts():
                if part.role == "co" and come and not late:
                    handling.give_opinion(actor=self._clerk(part), assignment=part, opinion=texts.OPINION)
        return not self.stops_at("handling")

    def reply(self) -> bool:
        """Let the units answer."""
        part = self._part()
        with self.on("reply"):
            self._write_reply(part, "B" if self.tracked else "C" if self.n % 7 == 2 else "A")
            replying.propose_reply(actor=self._clerk(part), assignment=part)
        if self.stops_at("countersigning") and self.with_co:
            return False
        with self.on("countersign"):
            for co in [p for p in self._parts() if p.role == "co"]:
                replying.countersign_reply(actor=self._clerk(co), co_assignment=co, agrees=True)
        if self.stops_at("countersigning", "approving"):
            return False
        return self._send(part, "approve", "pass")

    def _send(self, part: Assignment, approve: str, pass_: str) -> bool:
        with self.on(approve):
            replying.approve_reply(actor=self._head(part), assignment=part)
        if self.stops_at("reply_review"):
            return False
        with self.on(pass_):
            replying.pass_reply(actor=self.t.actor("staff"), assignment=part)
        return not self.stops_at("replied")

    def _write_reply(self, part: Assignment, code: str) -> Reply:
        clerk = self._clerk(part)
        return replying.save_reply(
            actor=clerk,
            assignment=part,
            fields={
                "text": texts.REPLY.format(title=self.p.matter.title, place=self.place),
                "document_number": self.t.paper(part.unit, clock.today().year),
                "reply_class": self.t.classes[code],
                "contact_name": clerk.name,
                "contact_phone": "0933-0000000",
                "contact_method": ContactMethod.VISIT if self.n % 3 else ContactMethod.PHONE,
                "contact_note": "一起到现场看了，当面听取了意见。",
                "contact_on": clock.today(),
            },
            promises=self._promised(code),
        )

    def _promised(self, code: str) -> list[Promised]:
        if not self.t.classes[code].is_tracked:
            return []
        made = Promised(texts.PROMISE.format(place=self.place), clock.today() + timedelta(days=_TO_KEEP_DAYS))
        if not self.stops_at("tracking"):
            return [made]
        still = self.t.today + timedelta(days=_FOLLOWED_FROM + self.n % _FOLLOWED_KINDS * _FOLLOWED_EVERY)
        return [
            Promised(texts.SECOND_PROMISE.format(place=self.place), made.due_on),
            replace(made, due_on=max(still, clock.today())),
        ]

    def rate(self) -> bool:
        """Let the proposer say what they think of the answer."""
        with self.on("rate"):
            self._rate("dissatisfied" if self.unhappy else "satisfied" if self.n % 4 else "basically")
        if self.stops_at("dissatisfied"):
            return False
        if self.unhappy:
            return self._again()
        if self.stops_at("tracking"):
            return False
        return self._finish()

    def _again(self) -> bool:
        with self.on("again"):
            rating.order_rehandling(actor=self.t.actor("staff"), proposal=self.p)
            self.p.refresh_from_db()
        with self.on("sign_again"):
            for part in self._parts():
                handling.sign_for(actor=self._clerk(part), assignment=part)
        if self.stops_at("rehandling"):
            return False
        part = self._part()
        with self.on("reply_again"):
            self._write_reply(part, "A")
            replying.propose_reply(actor=self._clerk(part), assignment=part)
            for co in [p for p in self._parts() if p.role == "co"]:
                replying.countersign_reply(actor=self._clerk(co), co_assignment=co, agrees=True)
        self._send(part, "approve_again", "pass_again")
        with self.on("rate_again"):
            self._rate("basically")
        return False

    def _rate(self, word: str) -> None:
        reply = Reply.objects.select_related("assignment__proposal", "assignment__unit").get(
            assignment=self._part()
        )
        comment = texts.UNHAPPY if word == "dissatisfied" else texts.HAPPY[self.n % len(texts.HAPPY)]
        attitude = "basically" if word == "dissatisfied" else "satisfied"
        rating.rate_reply(actor=self.author, reply=reply, attitude=attitude, result=word, comment=comment)

    def _finish(self) -> bool:
        with self.on("done") as come:
            if self.tracked and come:
                self._keep_promises()
                rating.finish_tracking(
                    actor=self.t.actor("staff"),
                    proposal=self.p,
                    evidence=texts.EVIDENCE.format(place=self.place),
                )
        return False

    def _keep_promises(self) -> None:
        evidence = texts.EVIDENCE.format(place=self.place)
        part = self._part()
        for promise in Promise.objects.filter(proposal=self.p).unsettled().select_related("proposal"):
            tracking.report_promise(actor=self._clerk(part), promise=promise, evidence=evidence)
            tracking.confirm_promise(actor=self.t.actor("staff"), promise=promise)

    def _parts(self) -> list[Assignment]:
        return list(
            Assignment.objects.filter(proposal=self.p, round=self.p.round)
            .exclude(state=AssignmentState.DECLINED)
            .select_related("unit", "proposal__matter")
        )

    def _part(self) -> Assignment:
        return next(p for p in self._parts() if p.role != "co")

    def _clerk(self, part: Assignment) -> Actor:
        return self.t.actor(f"clerk:{self.t.keys[part.unit_id]}")

    def _head(self, part: Assignment) -> Actor:
        return self.t.actor(f"head:{self.t.keys[part.unit_id]}")


def tell_year(teller: Teller, year: int, count: int, first: int) -> None:
    """Tell the proposals of one year, the oldest first, so that numbers follow the calendar."""
    shares = ENDINGS_NOW if year == teller.today.year else ENDINGS_PAST
    endings = list(teller.world.plan.endings) if year == teller.today.year else []
    endings = endings or _spread(shares, count)
    teller.random.shuffle(endings)
    plan = sorted(
        ((teller.begins(ending, year, n), n, ending) for n, ending in enumerate(endings, first)),
        key=lambda row: (row[0], row[1]),
    )
    with tenancy.scope([teller.world.committee.pk]):
        # Pages with a stamp are wanted since this year: looking into a file takes longer than all the rest.
        teller.stamps = year == teller.today.year
        ProposalRules.objects.filter(committee=teller.world.committee).update(needs_stamp=teller.stamps)
        for begins, n, ending in plan:
            # Nobody has years of notices waiting for them.
            with nullcontext() if ending in _LAST_STEP else silence():
                teller.tell(n, ending, begins)


def _spread(shares: dict[str, int], count: int) -> list[str]:
    """Return endings in proportion, one of each first as long as there is room."""
    once = list(shares)
    left = max(count - len(once), 0)
    total = sum(shares.values())
    more = [e for e, share in shares.items() for _ in range(round(share * left / total))]
    common = max(shares, key=lambda e: shares[e])
    return (once + more + [common] * count)[:count]
