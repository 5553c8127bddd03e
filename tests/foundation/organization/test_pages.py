"""The pages of the organization: who may open them, what they show, how many queries they need."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse

from tests.foundation.organization.conftest import administrator
from tests.foundation.organization.rosters import as_csv, people
from tongxin.foundation.accounts.models import User
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization import urls
from tongxin.foundation.organization.lists import LISTINGS
from tongxin.foundation.organization.models import (
    Body,
    Committee,
    ExpertTeam,
    Member,
    Post,
    RosterImport,
    Sector,
    Session,
    SpecialCommittee,
    Term,
    Unit,
)
from tongxin.foundation.organization.roster_actions import confirm_roster, preview_roster

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django.fixtures import SettingsWrapper

    from tongxin.foundation.core.access import Actor

ADMIN = ("tenant_admin",)
# At most so many, at any size; house rule.
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def one_factor(settings: SettingsWrapper) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def sign_in(committee: Committee, *roles: str, username: str = "guanli", system: bool = False) -> Client:
    user = User.objects.create_user(username, name="管理员", is_system_admin=system)
    with tenancy.scope([committee.pk]):
        for role in roles:
            Post.objects.create(committee=committee, user=user, role=role, since=date(2026, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def fill(actor: Actor, count: int) -> None:
    """So many of everything."""
    upload = preview_roster(actor=actor, data=as_csv(people(count)), filename="x.csv", term_number=2)
    confirm_roster(actor=actor, upload=upload)
    term = Term.objects.get(number=2)
    here = {"committee_id": actor.committee_id}
    for n in range(count):
        Session.objects.create(
            **here,
            term=term,
            number=n + 1,
            opens_on=date(2021 + n, 1, 10),
            closes_on=date(2021 + n, 1, 13),
            proposal_cutoff_on=date(2021 + n, 1, 12),
            code_prefix=f"{2021 + n}",
        )
        special = SpecialCommittee.objects.create(**here, name=f"第{n}委员会")
        ExpertTeam.objects.create(**here, name=f"第{n}团队", special_committee=special)
        unit = Unit.objects.create(**here, name=f"第{n}局")
        Body.objects.create(**here, name=f"第{n}党派", kind="party")
        if n:
            Term.objects.create(
                **here, number=2 + n, starts_on=date(2030 + n, 1, 1), ends_on=date(2040, 1, 1)
            )
        clerk = User.objects.create_user(f"clerk{n}", name=f"经办{n}")
        Post.objects.create(**here, user=clerk, role="unit_clerk", unit=unit, since=date(2026, 1, 1))


def get(client: Client, address: str, **query: Any) -> HttpResponse:
    response = client.get(address, query)
    assert response.status_code == 200, (address, response.status_code)
    return response


def queries_of(client: Client, address: str) -> list[str]:
    """What a page asks the database, without the marks of its transaction. The page was opened before."""
    with CaptureQueriesContext(connection) as queries:
        get(client, address)
    asked = [q["sql"][:200] for q in queries]
    return [sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE"))]


def post(client: Client, address: str, **data: Any) -> HttpResponse:
    return client.post(address, {"once": str(new_key()), **data})


def test_every_url_of_the_room_has_a_policy_and_none_is_public() -> None:
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.callback.policy.public is False, pattern.name  # type: ignore[attr-defined]


# What each list page costs with one row and with three. A page that grows with its rows fails here.
PAGES = {
    "overview": 6,
    "members": 11,
    "coverage": 7,
    "posts": 6,
    "slips": 5,
    "roster": 8,
    "terms": 6,
    "sessions": 6,
    "sectors": 6,
    "special_committees": 6,
    "expert_teams": 6,
    "units": 6,
    "bodies": 6,
}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_pages_need_as_many_queries_with_three_rows_as_with_one(in_huating: Actor, rows: int) -> None:
    fill(in_huating, rows)
    client = sign_in(in_huating.committee, *ADMIN)
    get(client, reverse("organization:overview"))
    counted = {}
    for name in PAGES:
        counted[name] = len(queries_of(client, reverse(f"organization:{name}")))
    assert counted == PAGES
    assert max(counted.values()) <= MOST_QUERIES


@pytest.mark.parametrize("rows", [1, 3])
def test_detail_pages_need_constant_queries(in_huating: Actor, rows: int) -> None:
    fill(in_huating, rows)
    client = sign_in(in_huating.committee, *ADMIN)
    upload = preview_roster(actor=in_huating, data=as_csv(people(rows + 5)), filename="x.csv", term_number=2)
    addresses = {
        "member": reverse("organization:member", args=[Member.objects.first().pk]),
        "unit": reverse("organization:unit", args=[Unit.objects.first().pk]),
        "preview": reverse("organization:roster_preview", args=[upload.pk]),
    }
    get(client, reverse("organization:overview"))
    counted = {name: len(queries_of(client, address)) for name, address in addresses.items()}
    assert counted == {"member": 8, "unit": 8, "preview": 12}


@pytest.mark.parametrize("role", ["member", "unit_clerk", "submitter", "supervisor"])
def test_lists_are_closed_to_people_outside_the_office(in_huating: Actor, term: Term, role: str) -> None:
    unit = Unit.objects.create(committee_id=in_huating.committee_id, name="某局")
    body = Body.objects.create(committee_id=in_huating.committee_id, name="某党", kind="party")
    member = Member.objects.create(committee_id=in_huating.committee_id, number="1", name="某人")
    user = User.objects.create_user("someone", name="某人")
    extra = {"unit_clerk": {"unit": unit}, "supervisor": {"unit": unit}, "submitter": {"body": body}}
    Post.objects.create(
        committee_id=in_huating.committee_id,
        user=user,
        role=role,
        since=date(2026, 1, 1),
        **extra.get(role, {"member": member}),
    )
    client = Client()
    client.force_login(user)
    names = ["overview", "members", "coverage", "posts", "slips", "roster", "installation", *LISTINGS]
    assert {n: client.get(reverse(f"organization:{n}")).status_code for n in names} == dict.fromkeys(
        names, 403
    )


def test_staff_read_lists_and_change_nothing(in_huating: Actor) -> None:
    fill(in_huating, 1)
    client = sign_in(in_huating.committee, "staff")
    for name in ["overview", "members", "coverage", *LISTINGS]:
        page = get(client, reverse(f"organization:{name}")).content.decode()
        assert "_add" not in page
        assert reverse("organization:roster") not in page
    member, unit = Member.objects.get(), Unit.objects.get()
    closed = [
        reverse("organization:roster"),
        reverse("organization:member_add"),
        reverse("organization:member_edit", args=[member.pk]),
        reverse("organization:member_phone", args=[member.pk]),
        reverse("organization:member_status", args=[member.pk, "suspend"]),
        reverse("organization:unit_rename", args=[unit.pk]),
        reverse("organization:slips"),
        *(reverse(f"organization:{key}_add") for key in LISTINGS),
    ]
    assert {a: client.get(a).status_code for a in closed} == dict.fromkeys(closed, 403)


def test_rows_of_another_committee_look_missing(in_huating: Actor, jinchang: Committee) -> None:
    fill(in_huating, 1)
    pages = {
        "member": Member,
        "member_edit": Member,
        "member_phone": Member,
        "unit": Unit,
        "unit_rename": Unit,
        "unit_merge": Unit,
        "unit_split": Unit,
        "post_end": Post,
        "roster_preview": RosterImport,
        "roster_undo": RosterImport,
        "terms_edit": Term,
        "sessions_edit": Session,
        "sectors_edit": Sector,
        "special_committees_edit": SpecialCommittee,
        "expert_teams_edit": ExpertTeam,
        "units_edit": Unit,
        "bodies_edit": Body,
    }
    foreign = {
        name: reverse(f"organization:{name}", args=[m.objects.first().pk]) for name, m in pages.items()
    }
    mine = sign_in(in_huating.committee, *ADMIN)
    other = sign_in(jinchang, *ADMIN, username="jinchang")
    assert {n: mine.get(a).status_code for n, a in foreign.items()} == dict.fromkeys(foreign, 200)
    assert {n: other.get(a).status_code for n, a in foreign.items()} == dict.fromkeys(foreign, 404)
    assert "李伟伟" not in get(other, reverse("organization:members")).content.decode()


def test_member_list_is_in_stroke_order_and_filters(in_huating: Actor) -> None:
    fill(in_huating, 8)
    client = sign_in(in_huating.committee, *ADMIN)
    address = reverse("organization:members")

    def names(**query: Any) -> list[str]:
        return [row.name for row in get(client, address, **query).context["rows"]]

    # 刘6 李7 杨7 陈7 张7 周8 赵9 黄11; of seven strokes: 李 12…, 杨 12…, 张 51…, 陈 52….
    assert names() == ["刘伟伟", "李伟伟", "杨伟伟", "张伟伟", "陈伟伟", "周伟伟", "赵伟伟", "黄伟伟"]
    assert names(q="0003") == ["刘伟伟"]
    assert names(q="第4单位") == ["陈伟伟"]
    assert names(special_committee="none") == ["杨伟伟"]
    assert names(sector=Sector.objects.get(name="经济界").pk) == ["杨伟伟"]
    assert names(status="resigned") == []
    special = SpecialCommittee.objects.get(name="文史委员会").pk
    assert names(special_committee=special) == ["张伟伟", "周伟伟"]
    # Nonsense in the address narrows nothing and breaks nothing.
    assert len(names(term="x", sector="1", special_committee="'", status="?")) == 8


@pytest.mark.parametrize("name", ["members", "posts", *LISTINGS])
def test_every_list_exports_to_excel(in_huating: Actor, name: str) -> None:
    fill(in_huating, 2)
    client = sign_in(in_huating.committee, *ADMIN)
    response = get(client, reverse(f"organization:{name}"), export="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    shown = get(client, reverse(f"organization:{name}")).context["page"].paginator.count
    assert sheet.max_row == shown + 1


def test_coverage_counts_and_opens_the_same_rows(in_huating: Actor) -> None:
    fill(in_huating, 8)
    member = Member.objects.get(number="0002")
    member.status = "resigned"
    member.save()
    client = sign_in(in_huating.committee, *ADMIN)
    page = get(client, reverse("organization:coverage"))
    assert len(queries_of(client, reverse("organization:coverage"))) == 10
    second = next(c for c in page.context["terms"] if c.term.number == 2)
    assert (second.members, second.enrolled, second.missing, second.share) == (7, 6, 1, "85.7%")
    assert len(get(client, second.members_url).context["rows"]) == 7
    assert [r.name for r in get(client, second.missing_url).context["rows"]] == ["杨伟伟"]
    assert [r.name for r in page.context["rows"]] == ["杨伟伟"]


def test_roster_walk_from_upload_to_undo(in_huating: Actor, term: Term) -> None:
    client = sign_in(in_huating.committee, *ADMIN)
    rows = people(3)
    rows[1][6] = "12"
    file = SimpleUploadedFile("名册.csv", as_csv(rows, encoding="gb18030"))
    answer = post(client, reverse("organization:roster"), term=term.pk, file=file)
    preview = answer["Location"]
    page = get(client, preview)
    assert [e.row for e in page.context["plan"].errors] == [3]
    assert "只能是" in page.content.decode() or "11位" in page.content.decode()
    refused = post(client, preview, seen=page.context["plan"].digest())
    assert refused.status_code == 409
    once = str(new_key())
    for _twice in range(2):
        done = client.post(preview, {"once": once, "seen": page.context["plan"].digest(), "skip_errors": "1"})
        assert done["Location"] == preview
    assert Member.objects.count() == 2
    assert "新增2人" in get(client, preview).content.decode()
    undone = post(client, reverse("organization:roster_undo", args=[RosterImport.objects.get().pk]))
    assert undone["Location"] == preview
    assert Member.objects.count() == 0
    actions = list(
        Entry.objects.filter(action__contains="roster").order_by("seq").values_list("action", flat=True)
    )
    assert actions == [
        "organization.preview_roster",
        "organization.confirm_roster",
        "organization.undo_roster",
    ]


def test_roster_that_is_no_table_is_refused_beside_its_field(in_huating: Actor, term: Term) -> None:
    client = sign_in(in_huating.committee, *ADMIN)
    file = SimpleUploadedFile("名册.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old")
    page = post(client, reverse("organization:roster"), term=term.pk, file=file)
    assert page.status_code == 200
    assert "旧格式" in page.content.decode()


def test_roster_template_is_a_roster_once_its_example_is_filled_in(in_huating: Actor, term: Term) -> None:
    client = sign_in(in_huating.committee, *ADMIN)
    data = get(client, reverse("organization:roster_template")).content
    upload = preview_roster(actor=in_huating, data=data, filename="x.xlsx", term_number=2)
    assert len(upload.content["entries"]) == 1
    assert upload.content["errors"] == []


def test_pages_show_masked_phones_and_reveal_one_for_a_reason(in_huating: Actor) -> None:
    fill(in_huating, 1)
    client = sign_in(in_huating.committee, *ADMIN)
    member = Member.objects.get()
    page = get(client, reverse("organization:member", args=[member.pk])).content.decode()
    assert "139****0001" in page
    assert "13900000001" not in page
    address = reverse("organization:member_phone", args=[member.pk])
    assert "13900000001" not in post(client, address, reason=" ").content.decode()
    assert not Entry.objects.filter(action="organization.reveal_phone").exists()
    assert "13900000001" in post(client, address, reason="通知开会").content.decode()
    assert Entry.objects.get(action="organization.reveal_phone").detail == {"reason": "通知开会"}


def test_slips_show_passwords_once_and_they_work(in_huating: Actor) -> None:
    fill(in_huating, 2)
    client = sign_in(in_huating.committee, *ADMIN)
    users = [m.user for m in Member.objects.order_by("number")]
    page = post(client, reverse("organization:slips"), user=[str(u.pk) for u in users])
    made = page.context["slips"]
    assert [u.username for u, _password in made] == ["w620881-0001", "w620881-0002"]
    for user, password in made:
        fresh = User.objects.get(pk=user.pk)
        assert fresh.check_password(password)
        assert fresh.must_change_password
    assert made[0][1] not in get(client, reverse("organization:slips")).content.decode()


def test_slips_for_somebody_of_another_committee_are_not_made(in_huating: Actor, jinchang: Committee) -> None:
    fill(in_huating, 1)
    stranger = Member.objects.get().user
    other = sign_in(jinchang, *ADMIN, username="jinchang")
    assert post(other, reverse("organization:slips"), user=[str(stranger.pk)]).status_code == 302
    assert not User.objects.get(pk=stranger.pk).has_usable_password()


@pytest.mark.parametrize("key", LISTINGS)
def test_entry_is_added_once_and_edited(in_huating: Actor, term: Term, key: str) -> None:
    client = sign_in(in_huating.committee, *ADMIN)
    data: dict[str, Any] = {
        "terms": {"number": 5, "starts_on": "2031-01-01", "ends_on": "2036-01-01"},
        "sessions": {
            "term": term.pk,
            "number": 1,
            "opens_on": "2026-01-10",
            "closes_on": "2026-01-13",
            "proposal_cutoff_on": "2026-01-12",
            "code_prefix": "2026",
        },
        "sectors": {"name": "经济界", "term": term.pk, "order": 1},
        "special_committees": {"name": "提案委员会", "order": 1, "is_active": "on"},
        "expert_teams": {"name": "农业专家", "people": "张三，农科院研究员\n李四"},
        "units": {"name": "水务局", "kind": "department"},
        "bodies": {"name": "民盟华亭支部", "kind": "party", "is_active": "on"},
    }[key]
    add = reverse(f"organization:{key}_add")
    assert post(client, add, **data).status_code == 302
    model = LISTINGS[key].model
    row = model.objects.latest("pk")
    assert row.committee_id == in_huating.committee_id
    # The same name again is told beside the field, not by the database.
    assert post(client, add, **data).status_code == 200
    assert post(client, reverse(f"organization:{key}_edit", args=[row.pk]), **data).status_code == 302
    name = model._meta.model_name
    assert (
        Entry.objects.filter(action__in=[f"organization.add_{name}", f"organization.edit_{name}"]).count()
        == 2
    )


def test_switch_goes_to_ones_own_committees_only(in_huating: Actor, jinchang: Committee) -> None:
    client = sign_in(in_huating.committee, "staff")
    user = User.objects.get(username="guanli")
    address = reverse("organization:switch")
    assert client.post(address, {"committee": jinchang.pk}).status_code == 404
    with tenancy.scope([jinchang.pk]):
        Post.objects.create(committee=jinchang, user=user, role="staff", since=date(2026, 1, 1))
    assert client.post(address, {"committee": in_huating.committee_id})["Location"] == "/"
    assert "华亭" in get(client, reverse("organization:overview")).content.decode()
    client.post(address, {"committee": jinchang.pk})
    assert "政协金昌市委员会" in get(client, reverse("organization:overview")).content.decode()
    assert client.get(address).status_code == 405


def test_system_administrator_opens_a_committee_and_sees_nothing_of_it(huating: Committee) -> None:
    client = sign_in(huating, system=True)
    listing = reverse("organization:installation")
    page = get(client, listing)
    assert len(queries_of(client, listing)) == 6
    assert page.context["page"].paginator.count == 101
    opening = reverse("organization:committee_open", args=[huating.pk])
    slip = post(client, opening, name="王芳", phone="13800138000")
    (user, password) = slip.context["slips"][0]
    assert user.username == "wangfang"
    assert User.objects.get(pk=user.pk).check_password(password)
    row = next(r for r in get(client, listing, q="华亭").context["rows"])
    assert (row.committee.code, row.is_open) == ("620881", True)
    assert client.get(reverse("organization:overview")).status_code == 403


def test_administrator_helper_has_the_roles_it_says(huating: Committee) -> None:
    assert administrator(huating, "staff").roles == {"staff"}
