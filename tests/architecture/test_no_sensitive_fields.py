"""No field for what this platform must not know: the build fails on its name, its label or its hint.

Names are compared word by word (``party`` alone is a kind of body; ``party_member`` is a person's secret),
Chinese labels by what they contain.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING

import pytest
from django import forms
from django.apps import apps

import config
import tongxin

if TYPE_CHECKING:
    from collections.abc import Iterator

# English and pinyin, as whole words of a name: words in sequence, with nothing between.
_WORDS = """
id_number, id_card, identity_card, identity_number, citizen_id, national_id, passport,
passport_number,
shenfenzheng, shenfenzhenghao, sfz, sfzh, zhengjian_haoma, ssn,
ethnicity, ethnic, ethnic_group, nationality, race, minzu, mz,
religion, religious, faith, belief, zongjiao, zongjiaoxinyang, xinyang,
party_member, party_membership, is_party_member, party_affiliation, political_affiliation,
political_status,
political_party, politics_status, dangyuan, dangpai, zhengzhimianmao, zzmm, mianmao, join_party,
joined_party,
health, illness, disease, diagnosis, medical, disability, blood_type, jiankang, jibing, canji,
xuexing,
family, family_members, spouse, marital, marriage, married, children, parents, father, mother, kin,
jiating,
peiou, hunyin, zinv, fumu,
birthday, birth, birthdate, birth_date, date_of_birth, dob, born, age, shengri, chusheng,
chushengriqi, csrq, nianling,
home_address, residence, residential_address, home, domicile, household, hukou, huji, zhuzhi,
jiatingzhuzhi, jtzz,
face, face_image, face_id, facial, fingerprint, iris, voiceprint, biometric, renlian, zhiwen,
shengwen,
location, location_track, latitude, longitude, lat, lng, lon, gps, coordinates, track, trajectory,
geolocation,
weizhi, guiji, jingdu, weidu, dingwei,
reading_behaviour, reading_behavior, reading_time, read_duration, time_on_page, dwell, online_time,
online_seconds,
view_history, browsing, browsing_history, yueduxingwei, zaixianshichang, yuedushichang,
gender, sex, xingbie, income, shouru
"""
_NAMES = frozenset(w.strip() for w in _WORDS.replace("\n", " ").split(",") if w.strip())
_CHINESE = re.compile(
    "身份证|证件号|护照|民族(?!宗教|团结|事务)|族别|宗教信仰|信仰|政治面貌|党员|入党|党派成员"
    "|健康|疾病|病史|残疾|血型|家庭|配偶|婚姻|子女|父母|生日|出生|年龄|住址|户籍|户口|籍贯"
    "|人脸|面部|指纹|声纹|虹膜|定位|轨迹|经度|纬度|经纬度"
    "|阅读行为|阅读时长|在线时长|浏览记录|停留时间|性别|收入"
)
# Fields with one of these words that are about no person. Each has its reason.
_HONEST = {
    "grassroots.SecondedPerson.home": "the committee that a seconded member belongs to: this one or the one above",
    "core.OnceKey.location": "the address that a form's answer led to",
    "topics.Topic.fingerprint": "pairs of characters of a text, by which equal sayings are grouped; of no person",
    "conversations.Statement.fingerprint": "pairs of characters of a statement, by which like ones are found",
}


def finding(name: str, *texts: object) -> str | None:
    """Return the word that must not be there; nothing for an honest field."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if (word := "_".join(words[start:end])) in _NAMES:
                return word
    for text in (name, *texts):
        if found := _CHINESE.search(str(text)):
            return found.group()
        english = re.sub(r"[^a-z]+", "_", str(text).lower()).strip("_") if str(text).isascii() else ""
        if english in _NAMES:
            return english
    return None


def model_fields() -> Iterator[tuple[str, str, object, object]]:
    for model in apps.get_models():
        if model.__module__.startswith("tongxin."):
            for field in model._meta.get_fields():
                if not field.auto_created:
                    label = getattr(field, "verbose_name", "")
                    yield (
                        f"{model._meta.label}.{field.name}",
                        field.name,
                        label,
                        getattr(field, "help_text", ""),
                    )


def form_fields() -> Iterator[tuple[str, str, object, object]]:
    for package in (tongxin, config):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rsplit(".", 1)[-1] in {"forms", "imports", "roster"}:
                importlib.import_module(module.name)
    for form in _below(forms.BaseForm):
        if form.__module__.startswith(("tongxin.", "config.")):
            for name, field in getattr(form, "base_fields", {}).items():
                yield f"{form.__module__}.{form.__name__}.{name}", name, field.label or "", field.help_text


def _below(kind: type) -> Iterator[type]:
    children: list[type] = kind.__subclasses__()
    for child in children:
        yield child
        yield from _below(child)


def test_no_model_or_form_asks_for_what_must_not_be_known() -> None:
    fields = [*model_fields(), *form_fields()]
    found = {
        path: word for path, *said in fields if path not in _HONEST and (word := finding(*map(str, said)))
    }
    assert found == {}
    # The look-around itself saw something.
    assert {"accounts.User.name", "tongxin.foundation.accounts.forms.SignInForm.password"} <= {
        f[0] for f in fields
    }


def test_every_exception_still_exists() -> None:
    assert set(_HONEST) - {path for path, *_said in model_fields()} == set()


@pytest.mark.parametrize(
    "planted",
    [
        ("id_number", ""), ("idCard", ""), ("sfzh", ""), ("shenfenzheng", ""), ("number", "身份证号"),
        ("ethnicity", ""), ("ethnic_group", ""), ("minzu", ""), ("kind", "民族"),
        ("religion", ""), ("zongjiao", ""), ("note", "宗教信仰"),
        ("is_party_member", ""), ("political_status", ""), ("zzmm", ""), ("status", "政治面貌"),
        ("joined_party_on", ""),
        ("health_note", ""), ("jiankang", ""), ("remark", "健康状况"), ("blood_type", ""),
        ("spouse_name", ""), ("jiating", ""), ("x", "家庭成员"), ("children", ""),
        ("birthday", ""), ("date_of_birth", ""), ("csrq", ""), ("on", "出生日期"), ("born_on", ""),
        ("x", "年龄"),
        ("home_address", ""), ("jtzz", ""), ("address", "家庭住址"), ("huji", ""),
        ("face_image", ""), ("renlian", ""), ("photo", "人脸照片"), ("fingerprint", ""),
        ("latitude", ""), ("gps_track", ""), ("guiji", ""), ("place", "定位"), ("lng", ""),
        ("reading_time_seconds", ""), ("time_on_page", ""), ("seconds", "阅读时长"), ("online_seconds", ""),
        ("x", "Date of birth"), ("x", "Religion"), ("checkInLatitude", ""),
    ],
)  # fmt: skip
def test_planted_field_is_caught(planted: tuple[str, str]) -> None:
    assert finding(*planted) is not None


@pytest.mark.parametrize(
    "honest",
    [
        ("party", "民主党派"), ("kind", "民主党派"), ("place", "地点"), ("address", "单位地址"),
        ("unit", "承办单位"),
        ("name", "姓名"), ("phone", "手机号"), ("storage", ""), ("page", "页码"), ("language", "语言"),
        ("read_at", "已读时间"), ("message", ""), ("image", "图片"), ("ratio", ""), ("sector", "界别"),
        ("work_unit_and_title", "工作单位及职务"), ("special_committee", "民族宗教委员会"), ("interface", ""),
        ("translation", ""), ("collective", ""), ("allocation", ""), ("number", "委员编号"), ("surface", ""),
    ],
)  # fmt: skip
def test_honest_field_passes(honest: tuple[str, str]) -> None:
    assert finding(*honest) is None
