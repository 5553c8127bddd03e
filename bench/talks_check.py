"""Whether the votes of `bench.talks` are all there, once, and are counted alike twice."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.talks import Person
    from tongxin.activities.conversations.models import Conversation

ROOT = Path(__file__).resolve().parent.parent


def look_up(conversation: Conversation, people: list[Person]) -> list[str]:
    """Compare what the database keeps with what everybody was told."""
    from django.db import transaction  # noqa: PLC0415

    from tongxin.activities.conversations.ballots import answers_of  # noqa: PLC0415
    from tongxin.activities.conversations.keys import device_secret, voice_index  # noqa: PLC0415
    from tongxin.activities.conversations.models import Voice  # noqa: PLC0415
    from tongxin.foundation.core import tenancy  # noqa: PLC0415

    with transaction.atomic(), tenancy.scope([conversation.committee_id]):
        rows = list(Voice.objects.filter(conversation=conversation).values_list("key_index", "ballot"))
    kept = {index: answers_of(ballot) for index, ballot in rows}
    lost = wrong = invented = kept_answers = 0
    arrived = {voice_index(conversation.pk, device_secret(p.token)): p for p in people if p.has_arrived}
    for index, person in arrived.items():
        ballot = kept.get(index, {})
        kept_answers += len(ballot)
        for number, answer in person.acknowledged.items():
            lost += number not in ballot
            # An answer that was changed again, sent, and not acknowledged may stand as well.
            newer = person.said[number] if number in person.pending else {answer}
            wrong += number in ballot and int(ballot[number]) not in newer
        invented += sum(int(a) not in person.said.get(n, set()) for n, a in ballot.items())
    acknowledged = sum(len(person.acknowledged) for person in people)
    print(
        f"{len(rows)} voices of {len(arrived)} people who voted; {kept_answers} answers kept, {acknowledged}"
        f" acknowledged; lost {lost}, other than acknowledged {wrong}, never given {invented}"
    )
    strangers = len(kept.keys() - arrived.keys())
    found = {"lost": lost, "other": wrong, "invented": invented, "voices of nobody": strangers}
    doubled = len(rows) - len(kept)
    missing = len(arrived.keys() - kept.keys())
    found |= {"doubled voices": doubled, "missing voices": missing}
    return [f"{name} {n}" for name, n in found.items() if n]


def count_twice(conversation: Conversation) -> list[str]:
    """Close and count; let the command count the same ballots; name what differs."""
    from django.db import transaction  # noqa: PLC0415

    from config import cli  # noqa: PLC0415
    from tongxin.activities.conversations.counting.finishing import finish_conversation  # noqa: PLC0415
    from tongxin.activities.conversations.models import OpinionMap, Voice  # noqa: PLC0415
    from tongxin.capabilities.matters.models import Matter  # noqa: PLC0415
    from tongxin.foundation.core import tenancy  # noqa: PLC0415

    cli.ensure_database()
    with tenancy.scope([conversation.committee_id]):
        with transaction.atomic():
            Matter.objects.filter(pk=conversation.pk).update(state="closed")
            ballots = list(Voice.objects.filter(conversation=conversation).values_list("ballot", flat=True))
        begun = time.perf_counter()
        finish_conversation(conversation.pk)
        took = time.perf_counter() - begun
        with transaction.atomic():
            counted = OpinionMap.objects.get(pk=conversation.pk).result
    # In this order the people of equally many votes are equally first in both.
    again = recount(sorted(ballots))
    print(
        f"last count {took:.2f} s: {counted['voices']} voices, {counted['votes']} votes,"
        f" groups {[g['size'] for g in counted['groups']]}"
    )
    return compare(counted, again)


def recount(ballots: list[str]) -> dict[str, Any]:
    """Return what `tongxin consensus` says of these ballots."""
    values = {"+": 1, "-": -1, "0": 0}
    with tempfile.TemporaryDirectory() as folder:
        votes, out = Path(folder, "votes.csv"), Path(folder, "out.json")
        with votes.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["timestamp", "datetime", "comment-id", "voter-id", "vote"])
            for voter, ballot in enumerate(ballots):
                for number, sign in enumerate(ballot, 1):
                    if sign in values:
                        writer.writerow([0, "", number, voter, values[sign]])
        command = [sys.executable, "-m", "config", "consensus", str(votes), "--json", str(out)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads(out.read_text())
        return found


def compare(counted: dict[str, Any], again: dict[str, Any]) -> list[str]:
    """Name what the two counts say differently."""
    from tongxin.activities.conversations.counting.totals import LEAST_PEOPLE  # noqa: PLC0415

    signs = ("agrees", "disagrees", "passes", "votes")
    ours = {s["number"]: tuple(s[sign] for sign in signs) for s in counted["statements"] if s["votes"]}
    theirs = {s["id"]: _told(s, LEAST_PEOPLE) for s in again["statements"]}
    shown, found = (sorted(g["size"] for g in one["groups"]) for one in (counted, again))
    if any(size < LEAST_PEOPLE for size in found):
        # Such groups are never shown: their people are given to others.
        print(f"recount groups     not compared: {found} has a group under {LEAST_PEOPLE}")
        shown = []
    pairs: dict[str, tuple[Any, Any]] = {
        "voices": (counted["voices"], again["people"]),
        "votes": (counted["votes"], sum(told[-1] for told in theirs.values())),
        "statements": (ours, theirs),
        "groups": (shown, found if shown else shown),
        "by group": (_by_group(counted), _by_group(again)) if found == shown else ({}, {}),
    }
    for name, (one, other) in pairs.items():
        size = one if isinstance(one, int) else len(one)
        print(f"recount {name:<11}{'equal' if one == other else 'DIFFERS'}  {size}")
    return [f"{name}: {one} / {other}" for name, (one, other) in pairs.items() if one != other]


def _told(statement: dict[str, Any], least: int) -> tuple[int, ...]:
    """Return the numbers of a statement as a map may tell them.

    Who answered too little to be in a group is counted with everybody, unless they are so few that subtracting the
    groups would single them out.
    """
    signs = ("agrees", "disagrees", "passes", "votes")
    everybody, grouped = (
        tuple(sum(one[sign] for one in some) for sign in signs) for some in ([statement], statement["groups"])
    )
    return grouped if grouped[-1] and 0 < everybody[-1] - grouped[-1] < least else everybody


def _by_group(result: dict[str, Any]) -> dict[int, list[tuple[int, ...]]]:
    """Return for each statement what each group says of it; the names of groups do not matter."""
    signs = ("agrees", "disagrees", "passes", "votes")
    return {
        statement.get("number", statement.get("id")): sorted(
            tuple(group[sign] for sign in signs) for group in statement["groups"]
        )
        for statement in result["statements"]
        if statement["votes"]
    }
