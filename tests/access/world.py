"""Two committees side by side, with one of everything, and a person for every role.

The world is made once per process, committed in a database of its own; each probe is rolled back. Whatever
belongs to the second committee carries ``MARK`` in its name, so that a single leaked word can be found.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.base import BaseHandler
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tests import factories
from tests.access import world_numbers, world_reports, world_talks, world_village
from tests.capabilities.files import corpus
from tongxin.activities.proposals.actions import (
    converting,
    cosigning,
    drafting,
    extending,
    handling,
    honouring,
    passing_on,
    replying,
    reviewing,
    supervising,
    tracking,
)
from tongxin.activities.proposals.actions.attaching import attach_file, attach_stamp
from tongxin.activities.proposals.actions.grouping import save_review_group
from tongxin.activities.proposals.actions.importing import confirm_import, keep_upload, preview_import
from tongxin.activities.proposals.actions.letters import attach_letter
from tongxin.activities.proposals.actions.meeting import open_meeting
from tongxin.activities.proposals.models import Assignment, Promise, Proposal, ReviewGroup, Supervisor
from tongxin.capabilities.deadlines.actions import set_calendar_day
from tongxin.capabilities.deadlines.models import CalendarChange
from tongxin.capabilities.files.actions import store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.accounts.models import DeviceSession, User
from tongxin.foundation.core import clock, tenancy, views
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import (
    Body,
    ExpertTeam,
    Member,
    Post,
    Sector,
    SpecialCommittee,
    Unit,
)
from tongxin.foundation.organization.roster_actions import confirm_roster, preview_roster
from tongxin.readers.statistics import keeping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http.response import HttpResponseBase

    from tests.factories import House
    from tongxin.foundation.core.access import Actor

TODAY = date(2026, 10, 9)
# Stands in every name of the second committee.
MARK = "〔乙〕"
# How every full number of this world begins; pages show ``139****``.
PHONE_BEGINS = "1391234"
MISSING = UUID("01999999-9999-7999-8999-999999999999")
# What nobody but its writers may read before it is sent or submitted.
SECRET_OF_DRAFT = "草稿里的话只有提案者看"
SECRET_OF_REPLY_A = "甲局的答复稿还没有送出"
SECRET_OF_REPLY_B = "乙局的答复稿还没有送出"
OFFICE_NOTE = "请尽快补充数据这是内部的话"
# Everybody who is probed. ``ended`` held every post of the office until yesterday.
PEOPLE = (
    "anonymous",
    "proposer",
    "cosigner_1",
    "outsider",
    "submitter",
    "staff",
    "reviewer",
    "leader",
    "supervisor",
    "other_supervisor",
    "clerk_a",
    "leader_a",
    "clerk_b",
    "clerk_c",
    "tenant_admin",
    "auditor",
    "system_admin",
    "ended",
    # Head of the first village's station, keeper of its council and room, head of the other village's station.
    "head",
    "worker",
    "head2",
)
OFFICE_KEYS = ("staff", "reviewer", "leader", "auditor")


@dataclass
class Side:
    """One committee with the ids of one thing of every kind.

    Attributes:
        ids: by name: ``proposal.handling``, ``part.handling.a``, ``file.draft`` …
    """

    house: House
    ids: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """Both sides and the session of everybody on the first."""

    a: Side
    b: Side
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def committee_ids(self) -> list[int]:
        return [self.a.house.committee.pk, self.b.house.committee.pk]

    def actor(self, who: str) -> Actor:
        return self.a.house.actor(who)


def build_world() -> World:
    """Make both sides through the real actions, and sign everybody in."""
    with clock.at(TODAY), transaction.atomic():
        a, b = factories.two_houses()
        world = World(_fill(a), _fill(b))
        world_reports.fill_reports(world.a, world.b)
        _mark(world.b)
        _sign_in(world)
    return world


def _fill(house: House) -> Side:
    side = Side(house)
    villages = world_village.settle(house)
    before_today = TODAY - timedelta(days=1)
    ended = factories.make_user(f"{house.committee.code}.ended", "离任")
    house.users["ended"] = ended
    for role in (Role.STAFF, Role.REVIEWER, Role.TENANT_ADMIN, Role.AUDITOR):
        factories.add_post(house, ended, role, until=before_today)
    factories.add_post(house, ended, Role.UNIT_LEADER, unit=house.units["a"], until=before_today)
    house.users["system_admin"] = factories.make_user(
        f"{house.committee.code}.system_admin", "系统", is_system_admin=True
    )
    for n, user in enumerate(house.users.values()):
        user.phone = f"1391234{house.committee.code[3]}{n:03d}"
        user.save()
    with house.at_work(), transaction.atomic():
        _proposals(side)
        world_village.fill_villages(side, *villages)
        # Last: an import that can still be taken back has brought nobody who voted or was invited.
        _organization(side)
        world_numbers.fill_numbers(side)
        world_talks.fill_talks(side)
    return side


def _keep(side: Side, name: str, made: Proposal | tuple[Proposal, dict[str, Assignment]]) -> Any:
    proposal, parts = made if isinstance(made, tuple) else (made, {})
    side.ids[f"proposal.{name}"] = proposal.pk
    for key, part in parts.items():
        side.ids[f"part.{name}.{key}"] = part.pk
    return made


def _proposals(side: Side) -> None:
    house = side.house

    def title(words: str) -> str:
        return f"关于{words}的提案{house.committee.code}"

    def make(name: str, how: Callable[..., Any], **more: Any) -> Any:
        return _keep(side, name, how(house, title=title(name), **more))

    draft = make("draft", factories.draft)
    drafting.save_draft(
        actor=house.actor("proposer"), proposal=draft, version=None, fields={"situation": SECRET_OF_DRAFT}
    )
    side.ids["file.draft"] = attach_file(
        actor=house.actor("proposer"), proposal=draft, upload=_upload("草稿附件.pdf")
    ).pk
    inviting = make("inviting", factories.draft)
    (asked,) = cosigning.invite_cosigners(
        actor=house.actor("proposer"), proposal=inviting, members=[house.members["cosigner_1"]]
    )
    side.ids["invitation"] = asked.pk
    body = drafting.draft_proposal(actor=house.actor("submitter"), title=title("集体草稿"), body=house.body)
    _keep(side, "body", body)
    side.ids["file.stamp"] = attach_stamp(
        actor=house.actor("submitter"), proposal=body, upload=_upload("盖章页.pdf")
    ).pk
    _keep(
        side,
        "entered",
        drafting.draft_proposal(
            actor=house.actor("staff"), title=title("代录草稿"), member=house.members["proposer"]
        ),
    )
    make("submitted", factories.submitted)
    make("review", factories.under_review)
    returned = make("returned", factories.under_review)
    reviewing.return_proposal(actor=house.actor("reviewer"), proposal=returned, reason=OFFICE_NOTE)
    refused = make("not_filed", factories.under_review)
    reviewing.refuse_proposal(
        actor=house.actor("reviewer"), proposal=refused, reason=house.reason, explanation=OFFICE_NOTE
    )
    make("filed", factories.filed)
    secret = factories.draft(house, title=title("不公开"))
    secret = drafting.save_draft(
        actor=house.actor("proposer"),
        proposal=secret,
        version=None,
        fields={"disclosure": "none", "disclosure_reason": "涉及商业秘密"},
    )
    Proposal.objects.filter(pk=secret.pk).update(is_sensitive=True)
    secret = drafting.submit_proposal(actor=house.actor("proposer"), proposal=secret)
    secret = reviewing.take_up_proposal(actor=house.actor("staff"), proposal=secret)
    _keep(
        side,
        "secret",
        reviewing.file_proposal(actor=house.actor("reviewer"), proposal=secret, topic=house.topic),
    )
    lead, _parts = make("assigned", factories.assigned)
    merged = make("merged", factories.under_review)
    reviewing.merge_proposal(actor=house.actor("reviewer"), proposal=merged, into=lead)
    asked = make("asked", factories.under_review)
    converting.ask_conversion(actor=house.actor("reviewer"), proposal=asked, note=OFFICE_NOTE)
    _made, parts = make("declining", factories.assigned)
    handling.request_decline(actor=house.actor("clerk_a"), assignment=parts["a"], reason="不属于本局职责")
    _handing_over(side, make)
    _drafting_replies(side, make)
    make("replied", factories.replied)
    make("closed", factories.rated)
    make("dissatisfied", factories.rated, result="dissatisfied")
    _promises(side, make)
    _keys(side, make)
    public, parts = make("public", factories.replied)
    reviewing.disclose_proposal(actor=house.actor("staff"), proposal=public, public=True)
    side.ids["file.public"] = store_file(
        actor=house.actor("staff"),
        matter=public.matter,
        upload=_upload("公开附件.pdf"),
        purpose=StoredFile.Purpose.ATTACHMENT,
        is_public=True,
    ).pk
    side.ids["reply.replied"] = Assignment.objects.get(pk=side.ids["part.replied.a"]).reply.pk
    side.ids["reply.handling"] = Assignment.objects.get(pk=side.ids["part.handling.a"]).reply.pk


def _promises(side: Side, make: Callable[..., Any]) -> None:
    """A promise that is open, one that was reported, one that was kept."""
    house = side.house
    tracked = make("tracking", factories.rated, code="B")
    side.ids["promise.open"] = Promise.objects.get(proposal=tracked).pk
    reported = Promise.objects.get(proposal=make("reported", factories.rated, code="B"))
    tracking.report_promise(actor=house.actor("clerk_a"), promise=reported, evidence="已经装好")
    side.ids["promise.reported"] = reported.pk
    kept = Promise.objects.get(proposal=make("kept", factories.rated, code="B"))
    tracking.report_promise(actor=house.actor("clerk_a"), promise=kept, evidence="已经修好")
    tracking.confirm_promise(actor=house.actor("staff"), promise=kept)


def _keys(side: Side, make: Callable[..., Any]) -> None:
    """One proposal in the pool, one that leaders supervise, and one that was recommended as outstanding."""
    house = side.house
    staff = house.actor("staff")
    pool, _parts = make("pool", factories.assigned)
    supervising.nominate_key(actor=staff, proposal=pool, reason=OFFICE_NOTE)
    supervised, _parts = make("supervised", factories.assigned)
    key = factories.chosen_key(house, supervised)
    there = factories.add_leader(house, key)
    factories.supervised(house, key, there)
    side.ids["supervisor_there"] = there.pk
    side.ids["supervisor_idle"] = factories.add_leader(house, key, "柳副市长").pk
    tracked = Proposal.objects.get(pk=side.ids["proposal.tracking"])
    side.ids["honour"] = honouring.nominate_outstanding(actor=staff, proposal=tracked, reason=OFFICE_NOTE).pk


def _handing_over(side: Side, make: Callable[..., Any]) -> None:
    house = side.house
    through = make("through", factories.filed)
    passing_on.hand_to_office(actor=house.actor("staff"), proposal=through, office=house.units["office"])
    _made, parts = make("extending", factories.assigned)
    asking = factories.answer(house, "a", parts["a"], until="handling")
    extending.request_extension(
        actor=house.actor("clerk_a"), assignment=asking, months=1, reason="要现场勘测"
    )
    side.ids["meeting"] = open_meeting(
        actor=house.actor("staff"), session=house.session, name="交办会", held_on=clock.today()
    ).pk


def _drafting_replies(side: Side, make: Callable[..., Any]) -> None:
    house = side.house
    words = {"a": SECRET_OF_REPLY_A, "b": SECRET_OF_REPLY_B}

    def write(key: str, part: Assignment) -> Assignment:
        part = factories.answer(house, key, part, until="handling")
        fields = {**factories.reply_fields(house), "text": words[key]}
        replying.save_reply(actor=house.actor(f"clerk_{key}"), assignment=part, fields=fields)
        return part

    _made, parts = make("handling", factories.assigned)
    part = write("a", parts["a"])
    side.ids["file.letter_draft"] = attach_letter(
        actor=house.actor("clerk_a"), assignment=part, upload=_upload("未送出的答复函.pdf")
    ).pk
    _made, parts = make("approving", factories.assigned)
    factories.answer(house, "a", parts["a"], until="approving")
    _made, parts = make("replying", factories.assigned)
    factories.answer(house, "a", parts["a"], until="reply_review")
    _made, parts = make("separate", factories.assigned, to="ab", separate=True)
    for key, part in parts.items():
        write(key, part)
    _made, parts = make("joint", factories.assigned, to="a", co="b")
    handling.sign_for(actor=house.actor("clerk_b"), assignment=parts["b"])
    # Long enough ago for the lead to go on without the other unit.
    with clock.at(TODAY - timedelta(days=40)):
        _made, parts = make("countersigning", factories.assigned, to="a", co="b")
        lead = write("a", parts["a"])
        co = handling.sign_for(actor=house.actor("clerk_b"), assignment=parts["b"])
        handling.give_opinion(actor=house.actor("clerk_b"), assignment=co, opinion="同意主办意见")
        replying.propose_reply(actor=house.actor("clerk_a"), assignment=lead)
    _made, parts = make("third", factories.assigned, to="c")


def _organization(side: Side) -> None:
    house, code = side.house, side.house.committee.code
    admin = house.actor("tenant_admin")
    team = ExpertTeam.objects.create(
        committee=house.committee, special_committee=house.special_committee, name="水利专家组"
    )
    roster = factories_roster(code)
    done = preview_roster(actor=admin, data=roster, filename="名册.csv", term_number=5)
    confirm_roster(actor=admin, upload=done)
    # A new upload takes the place of one that was not confirmed; so this one comes last.
    first = preview_roster(actor=admin, data=roster, filename="名册二.csv", term_number=5)
    # Each committee has a day that the other has not.
    side.ids["day"] = date(2026, 10, 12) if code == factories.HUATING else date(2026, 10, 13)
    set_calendar_day(
        actor=house.actor("staff"), on=side.ids["day"], kind="holiday", name="地方纪念日", basis="本级文件"
    )
    side.ids |= {
        "member": house.members["outsider"].pk,
        "unit": house.units["a"].pk,
        "unit_c": house.units["c"].pk,
        "body": house.body.pk,
        "term": house.term.pk,
        "session": house.session.pk,
        "sector": house.sectors[0].pk,
        "special_committee": house.special_committee.pk,
        "expert_team": team.pk,
        "topic": house.topic.pk,
        "review_group": _review_group(house).pk,
        "post": Post.objects.get(user=house.users["submitter"]).pk,
        "roster.open": first.pk,
        "roster.done": done.pk,
        "calendar_change": CalendarChange.objects.get().pk,
        "notice": _notice(house, "proposer").pk,
        **_imports(house),
        "job.failed": _job(house, state=Job.State.FAILED, message="表格里没有提案。").pk,
        "job.file": _job(house, state=Job.State.DONE, file=_result(code), filename="归档.zip").pk,
        "committee": house.committee.pk,
        "code": code,
        "device": DeviceSession.objects.create(
            user=house.users["proposer"],
            session_key=f"other-{code}",
            browser="Firefox",
            system="Linux",
            seen_at=clock.now(),
            signed_in_at=clock.now(),
        ).pk,
        "factor": Authenticator.objects.create(
            user=house.users["proposer"], type="totp", data={"secret": "x"}
        ).pk,
        "audit_entry": 1,
    }


def _review_group(house: House) -> ReviewGroup:
    return save_review_group(
        actor=house.actor("tenant_admin"),
        group=ReviewGroup(committee=house.committee, name=f"审查一组{house.committee.code}"),
        topics=[house.topic],
        people=[house.users["reviewer"]],
    )


def _notice(house: House, who: str) -> Notice:
    return Notice.objects.create(
        committee=house.committee, user=house.users[who], text="您的提案已立案", url="/proposals/mine/"
    )


def _imports(house: House) -> dict[str, Any]:
    """A table of a past session that was imported, and one that waits to be confirmed."""
    staff, code = house.actor("staff"), house.committee.code
    head = "届,次,案由,提案类型,第一提案人,审查结果"
    tables = [f"{head}\n五,四,关于{n}号往事的提案{code},个人,0001,撤案".encode() for n in (1, 2)]
    done = keep_upload(actor=staff, data=tables[0], filename="往届.csv")
    confirm_import(actor=staff, upload=done)
    waiting = keep_upload(actor=staff, data=tables[1], filename="往届二.csv")
    preview_import(actor=staff, upload=waiting)
    return {"import.done": done.pk, "import.open": waiting.pk}


def _job(house: House, **more: Any) -> Job:
    return Job.objects.create(
        committee=house.committee,
        user=house.users["reviewer"],
        kind="tests.work",
        title=f"归档提案{house.committee.code}",
        **more,
    )


def _result(code: str) -> str:
    return default_storage.save(f"jobs/{code}.zip", ContentFile(b"PK\x05\x06" + bytes(18)))


def factories_roster(code: str) -> bytes:
    """A roster of two people who are new to the committee."""
    head = "委员编号,姓名,界别,专门委员会,职务,工作单位及职务,手机号,届,状态"
    rows = [
        f"9{n:03d},新{n}{code},农业界,提案委员会,委员,某单位,1380000{code[2:5]}{n},第五届,在任"
        for n in (1, 2)
    ]
    return "\n".join((head, *rows)).encode()


def _upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, corpus.pdf(), content_type="application/pdf")


def _mark(side: Side) -> None:
    """Write ``MARK`` into every name of this side."""
    with side.house.at_work(), transaction.atomic():
        for model, name in (
            (Member, "name"),
            (Unit, "name"),
            (Body, "name"),
            (Sector, "name"),
            (SpecialCommittee, "name"),
            (ExpertTeam, "name"),
            (Supervisor, "name"),
        ):
            for row in model._default_manager.all():
                setattr(row, name, f"{getattr(row, name)}{MARK}")
                row.save()
        for proposal in Proposal.objects.select_related("matter"):
            proposal.matter.title += MARK
            proposal.matter.save()
        world_village.mark_villages(MARK)
        world_numbers.mark_numbers(MARK)
        world_reports.mark_reports(MARK)
        world_talks.mark_talks(MARK)
        for user in side.house.users.values():
            User.objects.filter(pk=user.pk).update(name=f"{user.name}{MARK}")


def _sign_in(world: World) -> None:
    far = int(time.time()) + 10_000_000
    for key in PEOPLE:
        if key == "anonymous":
            continue
        user = world.a.house.users[key]
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "tongxin.foundation.accounts.backends.PhoneOrUsernameBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        # So that "last used" is not written during a probe, and the password counts as just given.
        session["accounts.seen_at"] = session["accounts.proved_at"] = far
        session.save()
        world.sessions[key] = session.session_key or ""


# Asking


@dataclass
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Any
    cookies: Any
    error: BaseException | None = None

    @property
    def text(self) -> str:
        # Without the places where a long word may be broken.
        return self.body.decode("utf-8", "replace").replace("<wbr>", "").replace("\u200b", "")

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))


class Browser:
    """Asks like a person's browser, through the whole stack, without a socket. Rolls nothing back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.factory = RequestFactory()
        self.error: BaseException | None = None
        self.asked = 0
        # Where only the status counts: the words of "nothing here" without the page around them.
        self.plain_missing = False

    def ask(
        self,
        who: str,
        method: str,
        url: str,
        data: dict[str, Any] | None = None,
        *,
        csrf: bool = False,
        cookies: dict[str, str] | None = None,
        **headers: str,
    ) -> Answer:
        """Send one request and return the whole answer."""
        body: dict[str, Any] = {"data": data or {}} if method in {"GET", "HEAD", "POST"} else {}
        request = getattr(self.factory, method.lower())(url, **body, headers=headers)
        if who in self.world.sessions:
            request.COOKIES["sessionid"] = self.world.sessions[who]
        request.COOKIES.update(cookies or {})
        request._dont_enforce_csrf_checks = not csrf
        self.error, self.asked = None, self.asked + 1
        response: HttpResponseBase = self.handler.get_response(request)
        content = getattr(response, "content", None)
        if content is None:
            content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        # Not ``response.close()``: that ends the request and with it the connection of the whole test.
        for close in response._resource_closers:
            close()
        return Answer(response.status_code, content, response.headers, response.cookies, self.error)

    def _missing(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        if self.plain_missing:
            return HttpResponse(str(exception), status=404)
        return views.missing(request, exception)

    @contextlib.contextmanager
    def listening(self) -> Iterator[Browser]:
        """Keep the exceptions behind a 500, and say nothing of refusals."""

        def note(**_signal: Any) -> None:
            self.error = sys.exc_info()[1]

        import config.urls as root  # noqa: PLC0415 (read by Django when the first request comes)

        # What a refusal looks like is shown elsewhere; here thousands of them are only counted.
        handler403, root.handler403 = root.handler403, _plain_refusal  # type: ignore[assignment]
        handler404, root.handler404 = root.handler404, self._missing  # type: ignore[assignment]
        logger = logging.getLogger("django.request")
        level = logger.level
        logger.setLevel(logging.CRITICAL)
        got_request_exception.connect(note, weak=False)
        try:
            yield self
        finally:
            got_request_exception.disconnect(note)
            root.handler403, root.handler404 = handler403, handler404
            logger.setLevel(level)


def _plain_refusal(_request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(str(exception), status=403)


def forget() -> None:
    """Empty what the product keeps in memory until the next act: here the world changes without acts."""
    for name, module in list(sys.modules.items()):
        # A room's selectors may be a package.
        if name.startswith("tongxin.") and any(
            part.startswith(("selectors", "calendars")) for part in name.split(".")
        ):
            for kept in vars(module).values():
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()
    keeping.forget()


# Looking whether anything changed

# Asked after every probe: the view pg_stat_xact_user_tables says the same in three times the time. What
# PostgreSQL itself made has the lower numbers.
_TOUCHED = """
    SELECT relname, i, u, d FROM (
        SELECT relname, pg_stat_get_xact_tuples_inserted(oid) AS i, pg_stat_get_xact_tuples_updated(oid) AS u,
            pg_stat_get_xact_tuples_deleted(oid) AS d
        FROM pg_class WHERE relkind = 'r' AND oid >= 16384 OFFSET 0
    ) AS counted WHERE i + u + d > 0"""


def touched() -> dict[str, tuple[int, int, int]]:
    """Return for each table how many rows this transaction has tried to add, change and delete."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED)
        return {name: (i, u, d) for name, i, u, d in cursor.fetchall()}


def fingerprint(tables: list[str], committee_ids: list[int]) -> dict[str, str]:
    """Return a hash over all rows of each table, whatever the scope of the running work."""
    found = {}
    with tenancy.scope(committee_ids), connection.cursor() as cursor:
        for table in tables:
            rows = "md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
            cursor.execute(f'SELECT {rows} FROM "{table}" t')  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return found


def committee_tables() -> list[str]:
    """Return every table that belongs to committees."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name = 'committee_id' ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]
