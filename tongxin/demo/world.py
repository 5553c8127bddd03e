"""The demo's people and offices: seven real committees, invented people. The same every time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from faker import Faker

from tongxin.foundation.accounts.models import User
from tongxin.foundation.accounts.phones import blind_index, encrypt
from tongxin.foundation.organization.enums import BodyKind, Role, Standing, UnitKind
from tongxin.foundation.organization.models import (
    Body,
    Committee,
    Member,
    Membership,
    Post,
    Sector,
    Session,
    SpecialCommittee,
    SpecialCommitteePlace,
    Term,
    Unit,
)
from tongxin.foundation.organization.strokes import stroke_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random

# Shown by `make run` and `tongxin demo accounts`. Only where TONGXIN_DEMO is on.
PASSWORD = "tongxin-demo-2026"  # noqa: S105 (a published demo password)

UNITS = {
    "交通": "交通运输局",
    "公安": "公安局",
    "财政": "财政局",
    "民政": "民政局",
    "卫健": "卫生健康局",
    "教育": "教育局",
    "市监": "市场监督管理局",
    "农业": "农业农村局",
    "科技": "科学技术局",
    "住建": "住房和城乡建设局",
    "自然资源": "自然资源局",
    "水务": "水务局",
    "应急": "应急管理局",
    "商务": "商务局",
    "邮政": "邮政管理局",
    "医保": "医疗保障局",
    "文旅": "文体广电和旅游局",
    "工信": "工业和信息化局",
    "环保": "生态环境局",
    "林草": "林业和草原局",
    "司法": "司法局",
    "法院": "人民法院",
    "金融": "金融工作办公室",
    "退役军人": "退役军人事务局",
    "人社": "人力资源和社会保障局",
}

SECTORS = (
    "中国共产党", "中国国民党革命委员会", "中国民主同盟", "无党派人士", "共青团", "工会", "妇联", "工商联",
    "科协", "文化艺术界", "科技界", "经济界", "农业界", "教育界", "体育界", "医药卫生界", "社会福利和社会保障界",
    "少数民族界", "特别邀请人士", "青联", "侨联", "新闻出版界", "环境资源界", "宗教界", "社会科学界", "对外友好界",
)  # fmt: skip
SPECIAL_COMMITTEES = (
    "提案委员会",
    "经济和农业委员会",
    "教科卫体委员会",
    "社会和法制委员会",
    "文化文史委员会",
    "委员工作委员会",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a demo committee is."""

    code: str
    term: int
    # The first session of the three that carry proposals; each opens in January.
    first_session: int
    sectors: int
    members: int
    proposals: tuple[int, int, int]
    places: tuple[str, ...]
    unit_prefix: str
    # How far each proposal of this year gets, where a committee's own story is told.
    endings: tuple[str, ...] = ()
    # With two, somebody reads each proposal before who decides.
    review_stages: int = 1


PLANS = (
    Plan(
        "620881", 2, 3, 19, 105, (18, 24, 66),
        ("东华镇", "安口镇", "西华镇", "马峡镇", "策底镇", "上关镇", "河西镇", "神峪乡", "山寨乡", "砚峡乡"),
        "市",
    ),
    Plan(
        "620300", 10, 3, 22, 168, (7, 10, 24),
        ("宁远堡镇", "双湾镇", "城关镇", "河西堡镇", "新城子镇", "朱王堡镇", "东寨镇", "水源镇", "红山窑镇"),
        "市",
    ),
    Plan(
        "620000", 13, 2, 26, 120, (6, 8, 22),
        ("安宁区", "七里河区", "麦积区", "凉州区", "临夏市", "西峰区", "陇西县", "敦煌市", "玉门市"),
        "省",
    ),
    # The museum's new building, supervised by the main leader on the spot three times.
    Plan(
        "620500", 8, 2, 22, 40, (0, 0, 0),
        ("秦州区", "麦积区", "清水县", "秦安县", "甘谷县", "武山县", "张家川县"),
        "市",
        ("museum", "closed", "closed", "tracking", "replied", "handling", "handling", "handling", "handling", "filed",
         "under_review", "under_review"),
        review_stages=2,
    ),
    # No proposals: their registers of the grass roots are what the newspaper pages tell of them.
    Plan("621126", 10, 2, 20, 48, (0, 0, 0), ("岷阳镇", "蒲麻镇", "梅川镇", "茶埠镇"), "县"),
    Plan("621227", 10, 2, 20, 160, (0, 0, 0), ("城关镇", "伏家镇", "江洛镇", "水阳镇"), "县"),
    Plan("621027", 10, 2, 20, 48, (0, 0, 0), ("城关镇", "屯字镇", "孟坝镇", "三岔镇"), "县"),
)  # fmt: skip


@dataclass
class World:
    """One committee with everybody in it."""

    plan: Plan
    committee: Committee
    sessions: list[Session] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    bodies: list[Body] = field(default_factory=list)
    # Somebody for each role, and clerk and leader of each unit by its short name.
    people: dict[str, User] = field(default_factory=dict)


class People:
    """Makes accounts with invented names and phones; one password hash serves them all."""

    def __init__(self, random: Random, code: str) -> None:
        self._code = code
        self._faker = Faker("zh_CN")
        self._faker.seed_instance(random.randrange(2**32))
        self._hash = make_password(PASSWORD)
        self._phones = 0
        self._names: set[str] = set()
        self.users: list[User] = []

    def name(self) -> str:
        """Return a name that nobody in this committee bears yet."""
        while (name := self._faker.name()) in self._names:
            pass
        self._names.add(name)
        return name

    def user(self, username: str, name: str = "", *, phone: bool = False) -> User:
        """Return an account that is saved with the others by ``save``."""
        user = User(username=username, name=name or self.name(), password=self._hash)
        if phone:
            # 100 numbers begin no real subscriber's number.
            self._phones += 1
            number = f"100{self._code[2:]}{self._phones:04d}"
            user.phone_encrypted, user.phone_index = encrypt(number), blind_index(number)
        self.users.append(user)
        return user

    def save(self) -> None:
        """Write the accounts that were made since the last time."""
        User.objects.bulk_create(self.users)
        self.users.clear()


def build(plan: Plan, people: People, random: Random, year: int) -> World:
    """Make one committee's organization. Sessions are those of the two years before and of this one."""
    world = World(plan, Committee.objects.get(code=plan.code))
    _terms(world, year)
    _members(world, people, random)
    _units(world, people)
    _offices(world, people)
    return world


def _terms(world: World, year: int) -> None:
    c, plan = world.committee, world.plan
    begins = year - 1 - plan.first_session
    term = Term.objects.create(
        committee=c, number=plan.term, starts_on=date(begins, 1, 8), ends_on=date(begins + 5, 1, 7)
    )
    for n in range(3):
        y = year - 2 + n
        world.sessions.append(
            Session.objects.create(
                committee=c,
                term=term,
                number=plan.first_session + n,
                opens_on=date(y, 1, 8),
                closes_on=date(y, 1, 11),
                proposal_cutoff_on=date(y, 1, 10),
                code_prefix=str(y),
            )
        )


def _members(world: World, people: People, random: Random) -> None:
    c, plan, term = world.committee, world.plan, world.sessions[0].term
    sectors = Sector.objects.bulk_create(
        Sector(committee=c, term=term, name=name, order=n)
        for n, name in enumerate(SECTORS[: plan.sectors], 1)
    )
    special = SpecialCommittee.objects.bulk_create(
        SpecialCommittee(committee=c, name=name, order=n) for n, name in enumerate(SPECIAL_COMMITTEES, 1)
    )
    accounts = [people.user(f"wy{plan.code}{n:03d}", phone=True) for n in range(1, plan.members + 1)]
    people.save()
    members = [
        Member(
            committee=c,
            number=f"{plan.code}{plan.term:02d}{n:04d}",
            name=user.name,
            stroke_key=stroke_key(user.name),
            user=user,
            work_unit_and_title=_work(world, random),
        )
        for n, user in enumerate(accounts, 1)
    ]
    world.members = Member.objects.bulk_create(members)
    Membership.objects.bulk_create(
        Membership(
            committee=c,
            member=m,
            term=term,
            sector=sectors[n % len(sectors)],
            standing=Standing.STANDING_MEMBER if n % 5 == 1 else Standing.MEMBER,
        )
        for n, m in enumerate(world.members)
    )
    # The last three are in no special committee: the coverage report has something to show.
    SpecialCommitteePlace.objects.bulk_create(
        SpecialCommitteePlace(committee=c, member=m, term=term, special_committee=special[n % len(special)])
        for n, m in enumerate(world.members[:-3])
    )
    _post_all(
        world, [(user, Role.MEMBER, {"member": m}) for user, m in zip(accounts, world.members, strict=True)]
    )
    world.bodies = Body.objects.bulk_create(
        [
            Body(committee=c, name=f"民盟{_stem(c)}委员会", kind=BodyKind.PARTY),
            Body(committee=c, name=f"{_stem(c)}工商联", kind=BodyKind.FIC),
            Body(committee=c, name=f"共青团{_stem(c)}委", kind=BodyKind.ORGANIZATION),
            Body(committee=c, name="农业界", kind=BodyKind.SECTOR, sector=sectors[12]),
            Body(
                committee=c,
                name="社会和法制委员会",
                kind=BodyKind.SPECIAL_COMMITTEE,
                special_committee=special[3],
            ),
        ]
    )


def _stem(committee: Committee) -> str:
    return committee.place.name


def _work(world: World, random: Random) -> str:
    place = random.choice(world.plan.places)
    return random.choice(
        (
            f"{place}卫生院院长",
            f"{place}中心小学校长",
            f"{place}农民专业合作社理事长",
            f"{place}人大主席",
            "陶瓷有限公司总经理",
            "律师事务所主任",
            "人民医院主任医师",
            "文化馆馆员",
            "中医院副主任医师",
            "职业教育中心高级讲师",
        )
    )


def _units(world: World, people: People) -> None:
    c = world.committee
    office = Unit.objects.create(
        committee=c,
        name=f"{world.plan.unit_prefix}政府办公室",
        short_name="政府办",
        kind=UnitKind.SUPERVISING,
    )
    world.units["政府办"] = office
    for short, name in UNITS.items():
        world.units[short] = Unit(
            committee=c,
            name=world.plan.unit_prefix + _title(name, world.plan.unit_prefix),
            kind=UnitKind.COURT if short == "法院" else UnitKind.DEPARTMENT,
            supervised_by=office,
        )
    Unit.objects.bulk_create(world.units[short] for short in UNITS)
    posts = []
    for short in UNITS:
        unit = world.units[short]
        for role, key in ((Role.UNIT_CLERK, "clerk"), (Role.UNIT_LEADER, "head")):
            number = list(UNITS).index(short) + 1
            user = people.user(f"{key}{number:02d}.{c.code}")
            world.people[f"{key}:{short}"] = user
            posts.append((user, role, {"unit": unit}))
    user = people.user(f"duban.{c.code}")
    world.people["supervisor"] = user
    posts.append((user, Role.SUPERVISOR, {"unit": office}))
    people.save()
    _post_all(world, posts)


def _title(name: str, prefix: str) -> str:
    if prefix != "省":
        return name
    return name[:-1] + "厅" if name.endswith("局") else name


def _offices(world: World, people: People) -> None:
    code = world.plan.code
    rows: list[tuple[str, tuple[str, ...], str]] = [
        ("staff", (Role.STAFF,), "提案委办公室主任"),
        ("reviewer", (Role.REVIEWER,), "提案委员会主任"),
        ("prereviewer", (Role.REVIEWER,), "提案委员会副主任"),
        ("leader", (Role.LEADER,), "主席"),
        ("admin", (Role.TENANT_ADMIN, Role.STAFF), "办公室管理员"),
        ("auditor", (Role.AUDITOR,), "审计员"),
    ]
    posts: list[tuple[User, str, dict[str, Any]]] = []
    for key, roles, title in rows:
        user = people.user(f"{key}.{code}")
        world.people[key] = user
        posts += [(user, role, {"title": title}) for role in roles]
    submitter = people.user(f"submitter.{code}")
    world.people["submitter"] = submitter
    posts.append((submitter, Role.SUBMITTER, {"body": world.bodies[0]}))
    people.save()
    _post_all(world, posts)


def _post_all(world: World, rows: Iterable[tuple[User, str, Mapping[str, Any]]]) -> None:
    since = world.sessions[0].term.starts_on
    Post.objects.bulk_create(
        Post(committee=world.committee, user=user, role=role, since=since, **more)
        for user, role, more in rows
    )
