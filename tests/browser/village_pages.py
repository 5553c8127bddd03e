"""The main pages of the grass roots, for each who works with them: one village with something at every step."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from tests.activities.grassroots import phones, schemes
from tests.activities.topics import ground
from tests.village import Village, make_village
from tongxin.activities.grassroots.actions import inviting, planning, problems, recording, reporting
from tongxin.activities.grassroots.enums import Side
from tongxin.activities.topics.actions import listing, receiving
from tongxin.followers.journeys.actions.discussing import plan_session_on
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from tests.factories import House
    from tongxin.activities.grassroots.models import DeliberationSession, Problem, Suggestion

_LAMP = "村口到小学的路上没有路灯，晚上孩子走着怕。"


def village_pages(house: House) -> dict[str, list[str]]:
    """Make a village in the committee and return the pages of its people by who works with them."""
    village = make_village(house)
    found = (
        _topic_pages(village),
        _session_pages(village),
        _problem_pages(village),
        _node_pages(village),
        _appraisal_pages(village),
    )
    people = ("", "head", "worker", "proposer", "staff", "leader", "tenant_admin", "clerk_a")
    return {who: [path for pages in found for path in pages.get(who, [])] for who in people}


def _topic_pages(village: Village) -> dict[str, list[str]]:
    """One saying that waits, with its receipt; one topic on the list; a list that is being voted on."""
    house, code = village.house, village.house.committee.code
    with house.at_work():
        receipt = receiving.receive_saying(
            committee_id=house.committee.pk,
            saying=receiving.Saying(nonce=uuid4(), text=_LAMP),
            node=village.room,
        )
    waiting = ground.said(village, "自来水一到冬天就停，能不能换水管？").topic
    taken = ground.accepted(village, "集镇停车难怎么办")
    ground.accepted(village, "村医务室缺药怎么办")
    with house.at_work():
        staff = house.actor("staff")
        begun = listing.begin_list(
            actor=staff, outline=listing.Outline(year=clock.today().year, way="vote", choices_most=1, seats=1)
        )
        listing.choose_candidates(
            actor=staff,
            topic_list=begun,
            topics=list(listing.candidates_for(begun).values_list("pk", flat=True)),
        )
        listing.open_voting(actor=staff, topic_list=begun, until=clock.today() + timedelta(days=9))

    def at(name: str, *args: object) -> str:
        return reverse(f"topics:{name}", args=args)

    place = [code, village.codes["room"].token]
    return {
        "": [
            reverse("front:place", args=place), reverse("front:say", args=place),
            reverse("front:find_receipt", args=[code]), reverse("front:receipt", args=[code, receipt]),
        ],
        "head": ["/", at("queue"), at("detail", waiting.pk), at("enter"), at("paper")],
        "proposer": [at("recommend"), at("vote", begun.pk), reverse("journeys:leads"), at("detail", taken.pk)],
        "staff": [
            at("queue"), at("list"), at("detail", waiting.pk), at("accept", waiting.pk), at("answer", waiting.pk),
            at("detail", taken.pk), at("lists"), at("list_show", begun.pk),
            reverse("journeys:new_session", args=[taken.pk]),
        ],
        "leader": [at("list")],
        "tenant_admin": [at("settings")],
    }  # fmt: skip


def _session_pages(village: Village) -> dict[str, list[str]]:
    """One session that runs, one that is announced, one on paper with what came of it."""
    house = village.house
    running = phones.session_at(village, people=3)
    coming = _planned(village)
    topic = ground.accepted(village, "三社饮水管网怎么修")
    with house.at_work():
        staff = house.actor("staff")
        done = plan_session_on(actor=staff, topic=topic, plan=_plan(village, "三社饮水管网怎么修", days=-1))
        done = recording.begin_record(actor=staff, session=done)
        recording.write_field(actor=staff, session=done, field="agreed", text="先修三社到学校这一段。")
        suggestion: Suggestion = recording.add_suggestion(
            actor=staff, session=done, text="把管网改造列入明年的项目。"
        )

    def at(name: str, *args: object) -> str:
        return reverse(f"grassroots:{name}", args=args)

    return {
        "head": [at("sessions"), at("session", running.pk), at("session_new")],
        "worker": [
            "/", at("sessions"), at("session", running.pk), at("desk", running.pk), at("session_record", running.pk),
            at("session_sheet", running.pk),
        ],
        "proposer": [at("sessions"), at("session", coming.pk)],
        "staff": [
            at("sessions"), at("session", coming.pk), at("session_people", coming.pk), at("session", done.pk),
            at("session_record", done.pk), at("attendances"), at("suggestions"),
            reverse("journeys:chain", args=[done.matter_id]),
            reverse("journeys:propose_suggestion", args=[suggestion.pk]),
        ],
        "leader": [at("session", done.pk)],
    }  # fmt: skip


def _plan(village: Village, title: str, *, days: int) -> planning.Plan:
    starts = clock.now() + timedelta(days=days)
    return planning.Plan(
        title=title, node=village.council, starts_at=starts, venue="村委会前广场", outline="从哪一段先修"
    )


def _planned(village: Village) -> DeliberationSession:
    with village.house.at_work():
        staff = village.house.actor("staff")
        made = planning.plan_session(actor=staff, plan=_plan(village, "垃圾清运怎么办", days=6))
        guests = [inviting.Guest(Side.MEMBER, village.person.name, person=village.person)]
        inviting.invite_people(actor=staff, session=made, guests=guests)
        return planning.announce_session(actor=staff, session=made)


def _problem_pages(village: Village) -> dict[str, list[str]]:
    """One problem that a unit has to sign for, one that was reported as done."""
    house = village.house
    with house.at_work():
        staff = house.actor("staff")
        given, done = (
            problems.add_problem(
                actor=staff, node=village.council, text=text, unit=house.units["a"],
                due_on=clock.today() + timedelta(days=40),
            )
            for text in ("排水渠堵塞，下雨就漫到路上。", "卫生室门口的台阶没有扶手。")
        )  # fmt: skip
        problems.report_problem(actor=house.actor("clerk_a"), problem=done, result="扶手已经装好。")

    def at(name: str, *rows: Problem) -> str:
        return reverse(f"grassroots:{name}", args=[row.pk for row in rows])

    return {
        "head": [at("problems"), at("problem", given)],
        "staff": [at("problems"), at("add_problem"), at("problem", given), at("check_problem", done)],
        "clerk_a": [at("problems"), at("problem", given), at("report_problem", given)],
    }


def _node_pages(village: Village) -> dict[str, list[str]]:
    """Nodes, their codes, and the board that counts them."""
    nodes, code = reverse("grassroots:nodes"), village.codes["room"]
    station, room = (reverse("grassroots:node", args=[node.pk]) for node in (village.station, village.room))
    board = reverse("statistics:area", args=["grassroots"])
    coverage, people = reverse("grassroots:coverage"), reverse("grassroots:seconded")
    return {
        "head": [station],
        "worker": [room],
        "staff": [
            nodes, station, coverage, people, reverse("grassroots:duty"), reverse("grassroots:supervision"),
            reverse("codes:list"), reverse("codes:show", args=[code.pk]), board,
        ],
        "leader": [board, nodes],
        "tenant_admin": [reverse("codes:list"), reverse("grassroots:node_add")],
    }  # fmt: skip


def _appraisal_pages(village: Village) -> dict[str, list[str]]:
    """An appraisal that stations score themselves in, and a report that its head writes."""
    today = clock.today()
    scheme = schemes.opened(village, year=today.year, self_score_until=today + timedelta(days=30))
    score = schemes.sheet(village, scheme)
    with village.house.at_work():
        report = reporting.begin_report(
            actor=village.house.actor("head"), node=village.station, year=today.year
        )

    def at(name: str, *args: object) -> str:
        return reverse(f"grassroots:{name}", args=args)

    return {
        "head": [
            at("schemes"),
            at("score", score.pk),
            at("score_self", score.pk),
            at("edit_report", report.pk),
        ],
        "staff": [at("schemes"), at("scheme", scheme.pk), at("reports")],
        "leader": [at("scheme", scheme.pk)],
    }
