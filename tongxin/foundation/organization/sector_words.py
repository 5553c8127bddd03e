"""The word for a sector in the names of figures: 农业界 is agriculture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.text import slugify
from pypinyin import lazy_pinyin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.foundation.organization.models import Sector

_MOST = 40
# The sectors of the national committee, as they are called and as committees shorten them.
_WORDS: dict[str, tuple[str, ...]] = {
    "communist_party": ("中国共产党", "中共", "共产党", "中共党员"),
    "revolutionary_committee": ("中国国民党革命委员会", "民革"),
    "democratic_league": ("中国民主同盟", "民盟"),
    "national_construction": ("中国民主建国会", "民建"),
    "promoting_democracy": ("中国民主促进会", "民进"),
    "peasants_and_workers": ("中国农工民主党", "农工民主党", "农工党", "农工"),
    "public_interest": ("中国致公党", "致公党", "致公"),
    "jiusan_society": ("九三学社", "九三"),
    "self_government_league": ("台湾民主自治同盟", "台盟"),
    "independents": ("无党派人士", "无党派", "无党派民主人士"),
    "democratic_parties": ("民主党派",),
    "youth_league": (
        "中国共产主义青年团",
        "共青团",
        "团委",
        "共青团和青联",
        "共青团青联",
        "共青团、青联",
        "中国共产主义青年团和中华全国青年联合会",
    ),
    "trade_unions": ("中华全国总工会", "总工会", "工会"),
    "women": ("中华全国妇女联合会", "妇女联合会", "妇联", "妇女"),
    "youth": ("中华全国青年联合会", "青年联合会", "青联", "青年"),
    "industry_and_commerce": ("中华全国工商业联合会", "工商业联合会", "工商联", "工商业"),
    "science_association": ("中国科学技术协会", "科学技术协会", "科协"),
    "taiwan_compatriots": ("中华全国台湾同胞联谊会", "台湾同胞联谊会", "台联", "台胞"),
    "returned_overseas": ("中华全国归国华侨联合会", "归国华侨联合会", "侨联", "侨界", "归侨侨眷"),
    "culture": ("文化艺术", "文艺", "文化", "文学艺术"),
    "science": ("科学技术", "科技"),
    "social_sciences": ("社会科学", "社科"),
    "economy": ("经济",),
    "agriculture": ("农业", "农业和农村", "农业农村", "农林"),
    "education": ("教育",),
    "sports": ("体育",),
    "press": ("新闻出版", "新闻", "新闻传媒"),
    "medicine": ("医药卫生", "医卫", "卫生", "医药卫生体育"),
    "friendship": ("对外友好", "友好"),
    "welfare": ("社会福利和社会保障", "社会福利", "福利保障", "社会保障", "社会福利与社会保障"),
    "environment": ("环境资源", "资源环境", "环境和资源"),
    "ethnic_minorities": ("少数民族", "民族"),
    "religion": ("宗教",),
    "ethnic_and_religious": ("民族宗教", "少数民族和宗教", "少数民族宗教"),
    "hong_kong": ("特邀香港人士", "香港", "特邀香港"),
    "macao": ("特邀澳门人士", "澳门", "特邀澳门"),
    "hong_kong_and_macao": ("港澳", "特邀港澳人士", "港澳侨", "港澳台侨"),
    "specially_invited": ("特别邀请人士", "特邀人士", "特别邀请", "特邀"),
    "enterprises": ("企业", "企业家"),
    "law": ("法律", "政法", "社会和法制"),
    "new_social_groups": ("新的社会阶层", "新的社会阶层人士", "新社会阶层", "新阶层"),
}
_BY_NAME = {name: word for word, names in _WORDS.items() for name in names}
_END = re.compile(r"(?:界别|界委员|界人士|界)$")


def usual_word(name: str) -> str:
    """Return the usual word for a sector of this name; of one that is not usual its name in pinyin."""
    name = re.sub(r"[\s（）()·]", "", name)
    bare = _END.sub("", name)
    known = _BY_NAME.get(name) or _BY_NAME.get(bare)
    return known or slugify("_".join(lazy_pinyin(bare)))[:_MOST].strip("_-") or "sector"


def words_of(sectors: Iterable[Sector]) -> dict[str, Sector]:
    """Return sectors by their words: what somebody wrote, or the usual one; a second one of a word gets a number."""
    found: dict[str, Sector] = {}
    # What somebody wrote comes first: it must not move because another sector is called alike.
    for sector in sorted(sectors, key=lambda one: not one.key):
        word = base = sector.key or usual_word(sector.name)
        n = 2
        while word in found:
            word, n = f"{base}_{n}", n + 1
        found[word] = sector
    return found
