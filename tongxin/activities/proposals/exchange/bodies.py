"""What the name of a body or a unit tells about its kind."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from tongxin.activities.proposals.actions.drafting import KIND_OF_BODY
from tongxin.activities.proposals.enums import ProposalKind
from tongxin.activities.proposals.exchange.columns import COLLECTIVE, flat
from tongxin.foundation.organization.enums import BodyKind, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable

# How alike a new name must be to an old one to be asked about, and how many new names are looked at.
_ALIKE = 0.6
_LOOKED_AT = 400
_PARTIES = (
    "民革",
    "民盟",
    "民建",
    "民进",
    "农工党",
    "致公党",
    "九三学社",
    "台盟",
    "党派",
    "国民党革命委员会",
    "民主同盟",
)
_BODY_WORDS = (
    (BodyKind.FIC, ("工商联", "工商业联合会")),
    (BodyKind.PARTY, (*_PARTIES, "民主建国会", "民主促进会", "农工民主党", "台湾民主自治同盟")),
    (BodyKind.SECTOR, ("界别", "界")),
    (BodyKind.GROUP, ("小组", "活动组", "委员组", "工作室")),
    (
        BodyKind.ORGANIZATION,
        ("总工会", "工会", "团委", "共青团", "妇联", "妇女联合会", "科协", "侨联", "台联", "青联", "文联"),
    ),
    (BodyKind.SPECIAL_COMMITTEE, ("委员会", "专委会")),
)
_KINDS = {
    ProposalKind.PARTY: BodyKind.PARTY,
    ProposalKind.ORGANIZATION: BodyKind.ORGANIZATION,
    ProposalKind.SECTOR: BodyKind.SECTOR,
    ProposalKind.GROUP: BodyKind.GROUP,
    ProposalKind.SPECIAL_COMMITTEE: BodyKind.SPECIAL_COMMITTEE,
}
_UNIT_WORDS = (
    (UnitKind.COURT, ("法院", "检察院")),
    (UnitKind.TOWNSHIP, ("镇人民政府", "乡人民政府", "街道办", "街道", "镇政府", "乡政府")),
    (UnitKind.ENTERPRISE, ("公司", "集团", "银行", "医院", "学校", "大学", "学院")),
)


def kind_of_body(name: str, proposal_kind: str) -> BodyKind:
    """Return what kind of body a new name is, by the kind of its proposal, or by its name alone."""
    guessed = next((kind for kind, words in _BODY_WORDS if any(w in name for w in words)), None)
    if proposal_kind == COLLECTIVE:
        return guessed or BodyKind.ORGANIZATION
    if proposal_kind == ProposalKind.ORGANIZATION and guessed == BodyKind.FIC:
        return BodyKind.FIC
    return _KINDS[ProposalKind(proposal_kind)]


def kind_of_proposal(body_kind: str) -> ProposalKind:
    """Return which kind of proposal a body hands in."""
    return KIND_OF_BODY[BodyKind(body_kind)]


def kind_of_unit(name: str) -> UnitKind:
    """Return what kind of unit a new name is."""
    return next(
        (kind for kind, words in _UNIT_WORDS if any(name.endswith(w) for w in words)), UnitKind.DEPARTMENT
    )


def doubts(known: Iterable[str], new: Iterable[str]) -> list[tuple[str, str]]:
    """Return new names that are very like one that is known, each with it."""
    have = {flat(name): name for name in known}
    found = []
    for name in list(new)[:_LOOKED_AT]:
        # What takes one letter to type wrong, and the long name beside the short one.
        key = flat(name)
        like = next((k for k in have if min(len(k), len(key)) > 2 and (k in key or key in k)), None)  # noqa: PLR2004
        near = [like] if like else difflib.get_close_matches(key, have, n=1, cutoff=_ALIKE)
        found += [(name, have[n]) for n in near]
    return found
