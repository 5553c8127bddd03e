"""What the product's rows say: the picture of each proposal, and a fingerprint of everything."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from tests.factories import House
    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.organization.models import Body


@dataclass(frozen=True)
class Rows:
    """All rows at one moment: a fingerprint, lines of timelines, audit entries, notices of each person."""

    fingerprint: str
    lines: int
    entries: int
    notices: dict[str, int]


_PICTURES = """
SELECT p.matter_id, json_build_object(
    'state', m.state, 'visibility', m.visibility, 'kind', p.kind, 'round', p.round, 'serial', p.serial,
    'number', p.number, 'text_version', p.text_version, 'merged_into_id', p.merged_into_id,
    'phase', p.phase, 'is_sensitive', p.is_sensitive, 'office_id', p.office_id,
    'conversion_asked_on', p.conversion_asked_on, 'looked_back_on', p.looked_back_on,
    'stamps', (SELECT count(*) FROM files_storedfile
        WHERE matter_id = p.matter_id AND purpose = 'stamp' AND removed_at IS NULL),
    'opinions', (SELECT coalesce(json_agg(c), '[]') FROM
        (SELECT stage, text_version, by_id, advice FROM proposals_reviewopinion WHERE proposal_id = p.matter_id) c),
    'extensions', (SELECT coalesce(json_agg(c), '[]') FROM
        (SELECT e.assignment_id, e.months, e.state FROM proposals_extension e
         JOIN proposals_assignment a ON a.id = e.assignment_id
         WHERE a.proposal_id = p.matter_id ORDER BY e.id) c),
    'promises', (SELECT coalesce(json_agg(c), '[]') FROM
        (SELECT id, unit_id, due_on, state FROM proposals_promise
         WHERE proposal_id = p.matter_id ORDER BY id) c),
    'cosignatures', (SELECT coalesce(json_agg(c), '[]') FROM
        (SELECT id, member_id, state FROM proposals_cosignature WHERE proposal_id = p.matter_id) c),
    'participations', (SELECT coalesce(json_agg(c), '[]') FROM
        (SELECT role, member_id, body_id FROM matters_participation WHERE matter_id = p.matter_id) c),
    'parts', (SELECT coalesce(json_agg(c), '[]') FROM
        (SELECT a.id, a.unit_id, a.role, a.round, a.state, r.sent_on, r.reply_class_id, g.result
         FROM proposals_assignment a LEFT JOIN proposals_reply r ON r.assignment_id = a.id
         LEFT JOIN proposals_rating g ON g.reply_id = r.id
         WHERE a.proposal_id = p.matter_id ORDER BY a.id) c),
    'deadlines', (SELECT coalesce(json_agg(c), '[]') FROM
        (SELECT kind, subject_id, due_on FROM deadlines_deadline
         WHERE matter_id = p.matter_id AND met_on IS NULL AND dropped_on IS NULL) c))::text
FROM proposals_proposal p JOIN matters_matter m ON m.id = p.matter_id WHERE p.matter_id = ANY(%s)
"""
_TABLES = (
    *("matters_matter", "matters_participation", "matters_matterlink", "matters_timelineentry"),
    *("matters_counter", "deadlines_deadline", "notices_notice", "files_storedfile", "organization_member"),
    *("proposals_proposal", "proposals_wishedunit", "proposals_cosignature", "proposals_revision"),
    *("proposals_assignment", "proposals_reply", "proposals_countersignature", "proposals_rating"),
    *("proposals_rules", "proposals_reviewopinion", "proposals_extension", "proposals_promise"),
    *("proposals_replyversion", "proposals_lookback"),
    *("audit_head", "audit_entry"),
)
_COUNTS = """
SELECT md5({rows}), (SELECT count(*) FROM matters_timelineentry),
    (SELECT coalesce(sum(entries), 0)::int FROM audit_head),
    (SELECT coalesce(json_object_agg(user_id, n), '{{}}')::text FROM
        (SELECT user_id, count(*) AS n FROM notices_notice GROUP BY user_id) c)
"""
_EVERY_ROW = _COUNTS.format(
    rows=" || ".join(
        f"(SELECT coalesce(sum(hashtid(ctid)::bigint), 0)::text || ' ' || count(*) FROM {table})"  # noqa: S608 (our own names)
        for table in _TABLES
    )
)

# What units have to do by a day.
_OF_UNITS = frozenset({"sign_for", "reply", "co_opinion", "countersign", "promise"})


class Pictures:
    """Some proposals of a house, as their rows tell of them."""

    house: House
    bodies: dict[str, Body]
    proposals: list[Proposal]

    def pictures(self) -> list[dict[str, Any]]:
        """What the oracle calls the picture of each proposal, in one query."""
        with connection.cursor() as cursor:
            cursor.execute(_PICTURES, [[p.pk for p in self.proposals]])
            rows = {r[0]: json.loads(r[1]) for r in cursor.fetchall()}
        return [self._picture(rows[p.pk]) for p in self.proposals]

    def _picture(self, row: dict[str, Any]) -> dict[str, Any]:
        member = {str(m.pk): key for key, m in self.house.members.items()}
        unit = {str(u.pk): key for key, u in self.house.units.items()}
        index = {str(p.pk): i for i, p in enumerate(self.proposals)}
        person = {str(u.pk): key for key, u in self.house.users.items()}
        body = {str(b.pk): key for key, b in self.bodies.items()}
        letter = {str(c.pk): key for key, c in self.house.classes.items()}
        named: dict[str, str] = {}
        seen: list[tuple[int, str]] = []
        for part in row["parts"]:
            key = (part["round"], unit[part["unit_id"]])
            named[part["id"]] = f"{key[0]} {key[1]} {seen.count(key)}"
            seen.append(key)
        invited = {c["id"]: member[c["member_id"]] for c in row["cosignatures"]}
        promised = {p["id"]: str(i) for i, p in enumerate(row["promises"])}
        extensions: dict[str, list[tuple[int, str]]] = {}
        for asked in row["extensions"]:
            extensions.setdefault(named[asked["assignment_id"]], []).append((asked["months"], asked["state"]))
        return {
            "state": row["state"],
            "kind": row["kind"],
            "phase": row["phase"],
            "round": row["round"],
            "serial": row["serial"],
            "number": row["number"],
            "text_version": row["text_version"],
            "audience": row["visibility"],
            "sensitive": row["is_sensitive"],
            "stamp": bool(row["stamps"]),
            "office": unit.get(row["office_id"], ""),
            "conversion_asked": row["conversion_asked_on"] is not None,
            "looked_back": row["looked_back_on"] is not None,
            "opinions": sorted(
                (o["stage"], o["text_version"], person[str(o["by_id"])], o["advice"]) for o in row["opinions"]
            ),
            "extensions": extensions,
            "promises": [(unit[p["unit_id"]], p["due_on"], p["state"]) for p in row["promises"]],
            "merged_into": index.get(str(row["merged_into_id"])),
            "invitations": {
                member[c["member_id"]]: c["state"]
                for c in sorted(row["cosignatures"], key=lambda c: member[c["member_id"]])
            },
            "took_part": sorted(
                (p["role"], member[p["member_id"]] if p["member_id"] else body[p["body_id"]])
                for p in row["participations"]
            ),
            "parts": {
                named[p["id"]]: (
                    p["role"],
                    p["state"],
                    p["sent_on"] is not None,
                    letter.get(p["reply_class_id"], ""),
                    p["result"] or "",
                )
                for p in row["parts"]
            },
            "deadlines": sorted(
                (
                    d["kind"],
                    {**named, **invited, **promised}[d["subject_id"]] if d["subject_id"] else "",
                )
                for d in row["deadlines"]
            ),
            "due": {
                f"{d['kind']} {(named | promised)[d['subject_id']]}": d["due_on"]
                for d in row["deadlines"]
                if d["kind"] in _OF_UNITS
            },
        }

    def every_row(self) -> Rows:
        """A fingerprint of all rows that a command could touch, and how many there are of some.

        Every change of a row gives it another place in its table; one that was rolled back does not.
        """
        with connection.cursor() as cursor:
            cursor.execute(_EVERY_ROW)
            fingerprint, lines, entries, notices = cursor.fetchone()
        return Rows(fingerprint, lines, entries, json.loads(notices))
