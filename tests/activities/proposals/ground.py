"""Both tellings side by side at each stage, and what is compared after each command."""

from __future__ import annotations

import copy
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from hypothesis import currently_in_test_context, note

from tests import factories
from tests.activities.proposals.oracle import OK, SAME, World
from tests.activities.proposals.product import Product
from tests.activities.proposals.stages import BY_KEY, STAGES, STARTS, TODAY
from tongxin.activities.proposals.models import Assignment, Proposal, RejectReason
from tongxin.activities.proposals.sight import sight_of
from tongxin.foundation.core import clock
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.enums import BodyKind, Role
from tongxin.foundation.organization.models import Body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.activities.proposals import oracle
    from tests.activities.proposals.pictures import Rows
    from tongxin.foundation.core.access import Actor


@dataclass
class Ground:
    """Both sides at each stage."""

    stages: dict[str, tuple[World, list[Proposal]]]
    product: Product

    @contextmanager
    def standing_at(self, stage: str) -> Iterator[tuple[World, Product]]:
        """Give both sides as they are at a stage; whatever happens to them is undone at the end."""
        world, proposals = self.stages[stage]
        product = copy.copy(self.product)
        product.proposals = list(proposals)
        product.today = world.today
        in_office = {key: m.status for key, m in product.house.members.items()}
        with clock.at(TODAY), product.house.at_work(product.foreign):
            product.set_review_stages(world.review_stages)
            yield copy.deepcopy(world), product
            transaction.set_rollback(True)
        for key, status in in_office.items():
            product.house.members[key].status = status


def walk_to_stages() -> Ground:
    with clock.at(TODAY):
        made = Ground({}, _product())
        counted = World(BY_KEY, TODAY)
        with made.product.house.at_work(made.product.foreign):
            for name, commands in STAGES.items():
                world = World(BY_KEY, STARTS.get(name, TODAY))
                made.product.today = world.today
                made.product.set_review_stages(1)
                world.last_serial, world.last_number = counted.last_serial, counted.last_number
                made.product.proposals = []
                for command in commands:
                    assert world.do(command) == OK, (name, command)
                    assert made.product.do(command) == OK, (name, command, made.product.said)
                    _agree(world, made.product)
                made.stages[name] = (world, made.product.proposals)
                counted = world
    for world, _proposals in made.stages.values():
        world.last_serial, world.last_number = counted.last_serial, counted.last_number
    return made


def _product() -> Product:
    house, foreign = factories.two_houses()
    factories.add_member(house, "reviewing", "周审")
    factories.add_post(house, house.users["reviewing"], Role.REVIEWER)
    factories.add_member(house, "clerking", "吴经")
    factories.add_post(house, house.users["clerking"], Role.UNIT_CLERK, unit=house.units["a"])
    factories.add_member(house, "staffing", "郑机")
    factories.add_post(house, house.users["staffing"], Role.STAFF)
    factories.add_person(house, "reviewer_2", "吴审", Role.REVIEWER)
    factories.add_person(house, "staff_clerk", "冯兼", Role.STAFF)
    factories.add_post(house, house.users["staff_clerk"], Role.UNIT_CLERK, unit=house.units["b"])
    factories.add_person(house, "clerk_office", "陈办", Role.UNIT_LEADER, unit=house.units["office"])
    factories.add_unit(house, "old", "老局", ended_on=TODAY)
    with house.at_work():
        sector = Body.objects.create(committee=house.committee, name="农业界", kind=BodyKind.SECTOR)
    factories.add_person(house, "sector_head", "召集人", Role.SUBMITTER, body=sector)
    actors = {
        key: (foreign if key.startswith("foreign_") else house).actor(
            {"foreign_clerk": "clerk_a"}.get(key, key.removeprefix("foreign_"))
        )
        for key in BY_KEY
    }
    product = Product(house, foreign, actors, {"body": house.body, "sector": sector}, TODAY)
    with house.at_work(foreign):
        product.foreign_reason = foreign.reason
        product.foreign_class = foreign.classes["A"]
        product.idle_reason = RejectReason.objects.create(
            committee=house.committee, code="99", text="不再使用的理由", is_active=False
        )
    return product


def _agree(world: World, product: Product) -> None:
    assert product.pictures() == [world.picture(p) for p in world.proposals]


# What happens around the room, done by nobody in it.
EVENTS = ("suspend", "reinstate", "let_pass", "set_review_stages")
# What writes no line in the timeline: it is not a move of the life cycle.
_QUIET = frozenset({"draft", "edit", "save_reply", "promise", "disclose", "attach_stamp_page", *EVENTS})
# What is no act in the audit chain: typing, and what this test itself does to the world.
_UNRECORDED = frozenset({"edit", "save_reply", "promise", *EVENTS})


def step(world: World, product: Product, command: oracle.Command, before: Rows) -> Rows:
    """Try one command on both sides and compare everything; return all rows as they are after it."""
    actor = product.actors[command[1]] if command[1] else NOBODY
    expected = world.do(command)
    answered = product.do(command)
    if currently_in_test_context():
        note(f"{command}: {expected}")
    assert answered == (OK if expected == SAME else expected), command
    after = product.every_row()
    if expected != OK:
        assert after == before, f"{command} was {expected} and changed something"
        return after
    _agree(world, product)
    assert (after.lines > before.lines) is (command[0] not in _QUIET), command
    assert (after.entries > before.entries) is (command[0] not in _UNRECORDED), command
    told = str(actor.user_id)
    assert after.notices.get(told, 0) == before.notices.get(told, 0), f"{command} told the one who did it"
    return after


def compare_sight(world: World, product: Product, keys: list[str]) -> None:
    """Compare what some people see: which proposals and parts, which replies, which ratings."""
    # As they are now: what a command was given was looked up before it.
    now = Proposal.objects.select_related("matter").in_bulk([p.pk for p in product.proposals])
    rows = [
        list(Assignment.objects.filter(proposal=made).select_related("unit", "reply", "proposal__matter"))
        for made in product.proposals
    ]
    for key in keys:
        person, actor = BY_KEY.get(key), product.actors.get(key, NOBODY)
        visible = Proposal.objects.visible_to(actor).filter(pk__in=[p.pk for p in product.proposals])
        opened = {row.pk for row in visible}
        shown = Assignment.objects.visible_to(actor).filter(proposal__in=product.proposals)
        seen = {row.pk for row in shown}
        for p, given, parts in zip(world.proposals, product.proposals, rows, strict=True):
            made = now[given.pk]
            assert (key, made.pk in opened) == (key, world.sees(person, p)), p
            named = list(zip(parts, _in_oracle(product, p, parts), strict=True))
            for part, told in named:
                assert (key, part.pk in seen) == (key, world.sees_part(person, told)), told
            if person and person.home and world.sees(person, p):
                _compare_reading(world, p, made, person=person, actor=actor, named=named)


def _compare_reading(
    world: World,
    p: oracle.Proposal,
    made: Proposal,
    *,
    person: oracle.Person,
    actor: Actor,
    named: list[tuple[Assignment, oracle.Part]],
) -> None:
    asked = p.invitations.get(person.member)
    merged = any(world.proposes(person, q) for q in world.proposals if q.merged_into == p.index)
    cosigner = bool(asked and asked.state != "taken_back") or merged
    sight = sight_of(actor, made, [part for part, _told in named], cosigner=cosigner)
    assert (person.key, sight.rating()) == (person.key, world.takes_part(person, p))
    for part, told in named:
        if hasattr(part, "reply"):
            assert (person.key, sight.reply(part)) == (person.key, world.reads_reply(person, p, told)), told


def _in_oracle(product: Product, p: oracle.Proposal, parts: list[Assignment]) -> list[oracle.Part]:
    """Return what the oracle knows of each part: the same unit, round, and time in that round."""
    unit = {u.pk: key for key, u in product.house.units.items()}
    told = dict(zip(p.names(), p.parts, strict=True))
    found: dict[Any, oracle.Part] = {}
    counted: Counter[tuple[int, str]] = Counter()
    for part in sorted(parts, key=lambda a: a.pk):
        key = (part.round, unit[part.unit_id])
        found[part.pk] = told[f"{key[0]} {key[1]} {counted[key]}"]
        counted[key] += 1
    return [found[part.pk] for part in parts]
