"""The main pages of each role, in a committee where something waits at every step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from tests import factories
from tests.browser.numbers_pages import numbers_pages
from tests.browser.village_pages import village_pages
from tongxin.activities.proposals.actions import (
    converting,
    cosigning,
    extending,
    handling,
    honouring,
    passing_on,
    replying,
    reviewing,
    supervising,
    tracking,
)
from tongxin.activities.proposals.actions.grouping import save_review_group
from tongxin.activities.proposals.actions.importing import keep_upload, preview_import
from tongxin.activities.proposals.actions.meeting import open_meeting
from tongxin.activities.proposals.actions.quality_rules import enter_quality_rules
from tongxin.activities.proposals.models import (
    Assignment,
    HandoverMeeting,
    Promise,
    ProposalRules,
    QualityRule,
    ReviewGroup,
)
from tongxin.capabilities.jobs.models import Job
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tests.factories import House

LONG = "关于进一步加强农村公路临崖临水路段安全防护设施建设和管理养护工作的提案"


@transaction.atomic
def main_pages(house: House) -> dict[str, list[str]]:
    """Fill the committee and return the pages that each of its people works with; "" is a citizen."""
    code = house.committee.code
    complete, village = complete_pages(house), village_pages(house)
    draft = factories.draft(house, title="关于增设乡镇卫生院康复门诊的提案")
    with house.at_work():
        cosigning.invite_cosigners(
            actor=house.actor("proposer"), proposal=draft, members=[house.members["cosigner_1"]]
        )
    waiting = factories.submitted(house, title="关于给旧路口装护栏的提案")
    examined = factories.under_review(house, title=LONG)
    filed = factories.filed(house, title="关于修建文化广场的提案")
    factories.filed(house, title="关于增加公交班次的提案")
    given, given_parts = factories.assigned(house, title="关于改善集镇排水的提案", to="a", co="b")
    _declined, declined_parts = factories.assigned(house, title="关于加快宽带进村的提案", to="c")
    replying_to, reply_parts = factories.assigned(house, title="关于规范校外托管的提案", to="a", co="b")
    countersigned = countersigning(
        house, *factories.assigned(house, title="关于校车停靠的提案", to="b", co="a")
    )
    _signing, signing_parts = factories.assigned(house, title="关于河道清理的提案", to="a")
    judged, judged_parts = factories.assigned(house, title="关于中医药进校园的提案", to="a")
    with house.at_work():
        handling.request_decline(
            actor=house.actor("clerk_c"), assignment=declined_parts["c"], reason="不属于本单位职责。"
        )
    for part in reply_parts.values():
        factories.answer(house, "a" if part == reply_parts["a"] else "b", part, until="handling")
    factories.answer(house, "a", signing_parts["a"], until="approving")
    factories.answer(house, "a", judged_parts["a"], until="reply_review")
    answered, answered_parts = factories.replied(house, title="关于装路灯的提案", code="B")
    unhappy = factories.rated(house, title="关于垃圾清运的提案", result="dissatisfied")
    closed = factories.rated(house, title="关于改善学校门口交通的提案")
    followed = factories.rated(house, title="关于学校门口装信号灯的提案", code="B")
    reported = factories.rated(house, title="关于硬化村道的提案", code="B")
    with house.at_work():
        promise, kept = (
            Promise.objects.select_related("proposal").get(proposal=p) for p in (followed, reported)
        )
        tracking.report_promise(
            actor=house.actor("clerk_a"), promise=kept, evidence="村道已经硬化完工，昨天通车。"
        )
        reviewing.disclose_proposal(actor=house.actor("staff"), proposal=followed, public=True)
        reviewing.disclose_proposal(actor=house.actor("staff"), proposal=closed, public=True)
        reply = Assignment.objects.get(pk=answered_parts["a"].pk).reply

        # Only now: what stands above was filed without an opinion.
        ProposalRules.objects.update_or_create(committee=house.committee, defaults={"review_stages": 2})

    def at(name: str, *args: object) -> str:
        return reverse(f"proposals:{name}", args=args)

    shown = reverse("publishing:proposal", args=[code, closed.pk])
    pages = {
        "": ["/p/", f"/p/{code}/", f"/p/{code}/tracking/", f"/p/{code}/villages/", shown, "/accounts/sign-in/"],
        "proposer": [
            "/", at("mine"), at("new"), at("edit", draft.pk), at("cosigners", draft.pk),
            at("submit", draft.pk), at("detail", draft.pk), at("detail", answered.pk), at("rate", reply.pk),
            at("detail", closed.pk),
            at("withdraw", waiting.pk), at("list"), "/accounts/me/", "/notices/",
        ],
        "cosigner_1": ["/", at("detail", draft.pk)],
        "outsider": ["/", at("mine")],
        "submitter": ["/", at("new")],
        "staff": [
            "/", at("list"), at("list") + "?tab=all", at("list") + "?q=没有的词", at("detail", filed.pk),
            at("enter"), at("assign", filed.pk), at("assign_many"),
            at("answer_decline", declined_parts["c"].pk), at("review_reply", judged_parts["a"].pk),
            at("after_rating", unhappy.pk), at("disclose", closed.pk), at("sensitive", filed.pk),
            at("promises"), at("detail", reported.pk), at("check_promise", kept.pk),
            at("change_promise", promise.pk), at("add_promise", followed.pk), at("finish_tracking", followed.pk),
            at("look_backs"), at("look_back", closed.pk), at("rate", reply.pk), at("rating_paper", reply.pk),
            "/organization/members/", "/deadlines/", "/notices/",
        ],
        "reviewer": [
            at("review", waiting.pk), at("review", examined.pk), at("merge", examined.pk),
            at("advise", examined.pk),
        ],
        "clerk_a": [
            "/", at("inbox"), at("detail", given.pk), at("decline", given_parts["a"].pk),
            at("reply", reply_parts["a"].pk), at("countersign", countersigned.pk),
            at("promises"), at("report_promise", promise.pk), at("detail", followed.pk),
        ],
        "clerk_b": [at("inbox"), at("opinion", reply_parts["b"].pk)],
        "leader_a": ["/", at("approve", signing_parts["a"].pk)],
        "supervisor": ["/", at("list"), at("detail", judged.pk)],
        "leader": ["/", at("detail", replying_to.pk)],
        "tenant_admin": [
            "/organization/", "/organization/roster/", "/organization/posts/", "/organization/coverage/",
            "/organization/slips/", at("settings"), "/audit/",
        ],
        "auditor": ["/audit/"],
    }  # fmt: skip
    numbers = numbers_pages(house)
    parts = (pages, complete, village, numbers)
    return {
        who: [path for part in parts for path in part.get(who, [])] for who in {**pages, **village, **numbers}
    }


def complete_pages(house: House) -> dict[str, list[str]]:
    """Fill the committee with what stands beside the main way, and return its pages by who works there."""
    groups, shared = examining_pages(house), handing_over_pages(house)
    keys, past = key_and_honour_pages(house), past_session_pages(house)
    return {
        who: [path for found in (groups, shared, keys, past) for path in found.get(who, [])]
        for who in ("proposer", "staff", "reviewer", "clerk_a", "supervisor", "leader", "tenant_admin")
    }


def examining_pages(house: House) -> dict[str, list[str]]:
    """Review in numbers: groups, the list by group, an opinion and a consent that are asked for."""
    asked = factories.under_review(house, title="关于发展乡村旅游的提案")
    with house.at_work():
        group = save_review_group(
            actor=house.actor("tenant_admin"),
            group=ReviewGroup(committee=house.committee, name="审查一组"),
            topics=[house.topic],
            people=[house.users["reviewer"]],
        )
        converting.ask_conversion(actor=house.actor("reviewer"), proposal=asked, note="更像情况反映。")
        rule = QualityRule(committee=house.committee, title="提案审查办法", issued_on=date(2025, 2, 1))
        enter_quality_rules(actor=house.actor("staff"), rules=[rule])
    at_groups, at_rules = reverse("proposals:review_groups"), reverse("proposals:quality_rules")
    return {
        "proposer": [reverse("proposals:answer_conversion", args=[asked.pk])],
        "reviewer": [reverse("proposals:review_numbers"), reverse("proposals:convert", args=[asked.pk])],
        "tenant_admin": [at_groups, reverse("proposals:review_group", args=[group.pk]), at_rules],
        "staff": [at_rules, reverse("proposals:quality_rule", args=[rule.pk])],
        "leader": [at_rules],
    }


def handing_over_pages(house: House) -> dict[str, list[str]]:
    """A meeting with its list, an office that hands on, more time, a helper that is late, the deadline watch."""
    through = factories.filed(house, title="关于整治乱停乱放的提案")
    _more, more_parts = factories.assigned(house, title="关于改造老旧管网的提案", to="a")
    _owed, owed_parts = factories.assigned(house, title="关于修缮文庙的提案", to="a")
    part = factories.answer(house, "a", more_parts["a"], until="handling")
    owed = factories.answer(house, "a", owed_parts["a"], until="handling")
    with clock.at(clock.today() - timedelta(days=40)):
        _late, late_parts = factories.assigned(house, title="关于治理扬尘的提案", to="a", co="b")
        lead = factories.answer(house, "a", late_parts["a"], until="approving")
    with house.at_work():
        staff = house.actor("staff")
        passing_on.hand_to_office(actor=staff, proposal=through, office=house.units["office"])
        extending.request_extension(
            actor=house.actor("clerk_a"), assignment=part, months=2, reason="管线要等道路改造。"
        )
        apart = factories.filed(house, title=LONG)
        meeting: HandoverMeeting = open_meeting(
            actor=staff, session=house.session, name="五届五次会议提案交办会", held_on=clock.today()
        )
        job = Job.objects.create(
            committee=house.committee, user=house.users["staff"], kind="proposals.hand_over",
            title="五届五次会议提案交办会：全部交办", state=Job.State.DONE, message="交办了300件", url="/proposals/",
        )  # fmt: skip

    def at(name: str, *args: object) -> str:
        return reverse(f"proposals:{name}", args=args)

    return {
        "staff": [
            at("meetings"), at("meeting", meeting.pk), at("meeting_print", meeting.pk),
            at("meeting_upload", meeting.pk), reverse("jobs:show", args=[job.pk]), at("watch"),
            at("watch") + "?tab=all", at("hand_to_office", apart.pk),
            at("take_back_part", part.pk), at("report"), at("report_units"), at("report_members"),
            at("report_ratings"),
        ],
        "supervisor": [
            at("watch"), at("passing_on"), at("assign", through.pk), at("return_from_office", through.pk),
            at("answer_extension", part.pk),
        ],
        "clerk_a": [
            at("watch"), at("extend", owed.pk), at("extend", part.pk), at("go_on_without", lead.pk),
            at("decline", owed.pk),
        ],
    }  # fmt: skip


def key_and_honour_pages(house: House) -> dict[str, list[str]]:
    """A proposal in the pool, one that leaders supervise, one that was recommended as outstanding."""
    pool, _parts = factories.assigned(house, title="关于建设体育公园的提案", to="a")
    supervised, _parts = factories.assigned(house, title="关于加快博物馆新馆建设的提案", to="a")
    best = factories.rated(house, title="关于推广节水灌溉的提案")
    key = factories.chosen_key(house, supervised)
    factories.supervised(house, key, factories.add_leader(house, key))
    with house.at_work():
        staff = house.actor("staff")
        supervising.nominate_key(actor=staff, proposal=pool, reason="群众盼了多年。")
        honouring.nominate_outstanding(actor=staff, proposal=best, reason="办得实。")

    def at(name: str, *args: object) -> str:
        return reverse(f"proposals:{name}", args=args)

    return {
        "staff": [
            at("key_list"), at("key", supervised.pk), at("key_supervisors", supervised.pk),
            at("key_plan", supervised.pk), at("key_event", supervised.pk), at("key_result", supervised.pk),
            at("honours"), at("honour_unit"), at("detail", supervised.pk),
        ],
        "leader": [at("key_list"), at("honours"), at("honour_proposal", best.pk)],
        "proposer": [at("key", supervised.pk)],
    }  # fmt: skip


def past_session_pages(house: House) -> dict[str, list[str]]:
    """A table of a past session that waits to be confirmed, one of its rows wrong; the archive."""
    staff = house.actor("staff")
    table = "届,次,案由,提案类型,第一提案人,审查结果\n五,四,关于往事的提案,个人,0001,撤案\n五,四,,个人,0001,撤案\n"
    with house.at_work():
        upload = keep_upload(actor=staff, data=table.encode(), filename="往届.csv")
        preview_import(actor=staff, upload=upload)
    return {
        "staff": [
            reverse("proposals:imports"),
            reverse("proposals:import_show", args=[upload.pk]),
            reverse("proposals:archive"),
        ]
    }


def countersigning(house: House, _made: object, parts: dict[str, Assignment]) -> Assignment:
    """Let the lead unit b send its reply to be countersigned by a; return a's part."""
    factories.answer(house, "a", parts["a"], until="handling")
    with house.at_work():
        handling.give_opinion(actor=house.actor("clerk_a"), assignment=reread(parts["a"]), opinion="同意。")
    factories.answer(house, "b", parts["b"], until="handling")
    with house.at_work():
        actor = house.actor("clerk_b")
        replying.save_reply(actor=actor, assignment=reread(parts["b"]), fields=factories.reply_fields(house))
        replying.propose_reply(actor=actor, assignment=reread(parts["b"]))
    return parts["a"]


def reread(part: Assignment) -> Assignment:
    return Assignment.objects.select_related("proposal__matter").get(pk=part.pk)
