"""The main pages of each role, in a committee where something waits at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import cosigning, handling, replying, reviewing, tracking
from tongxin.activities.proposals.models import Assignment, Promise

if TYPE_CHECKING:
    from tests.factories import House

LONG = "关于进一步加强农村公路临崖临水路段安全防护设施建设和管理养护工作的提案"


@transaction.atomic
def main_pages(house: House) -> dict[str, list[str]]:
    """Fill the committee and return the pages that each of its people works with; "" is a citizen."""
    code = house.committee.code
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

    def at(name: str, *args: object) -> str:
        return reverse(f"proposals:{name}", args=args)

    shown = reverse("publishing:proposal", args=[code, closed.pk])
    return {
        "": ["/p/", f"/p/{code}/", f"/p/{code}/tracking/", shown, "/accounts/sign-in/"],
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
        "reviewer": [at("review", waiting.pk), at("review", examined.pk), at("merge", examined.pk)],
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
