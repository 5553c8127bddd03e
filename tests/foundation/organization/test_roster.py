"""Importing a roster: what it reads, what it says, what it changes, and that it can be taken back."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.foundation.organization.conftest import TODAY, administrator
from tests.foundation.organization.rosters import as_csv, as_workbook, full_width, people
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.access import actor_for, committees_of
from tongxin.foundation.organization.models import (
    Committee,
    Member,
    Membership,
    Post,
    RosterImport,
    Sector,
    SpecialCommittee,
    SpecialCommitteePlace,
    Term,
)
from tongxin.foundation.organization.roster import Plan, term_from
from tongxin.foundation.organization.roster_actions import (
    confirm_roster,
    plan_for,
    preview_roster,
    shown,
    undo_roster,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tongxin.foundation.core.access import Actor

TABLES = (
    "accounts_user",
    "organization_term",
    "organization_sector",
    "organization_specialcommittee",
    "organization_member",
    "organization_membership",
    "organization_specialcommitteeplace",
    "organization_memberstatuschange",
    "organization_post",
)


def snapshot() -> str:
    """Every row that an import may touch, as text."""
    lines = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY id")  # noqa: S608
            lines += [table, *(row[0] for row in cursor.fetchall())]
    return "\n".join(lines)


def look(actor: Actor, data: bytes) -> tuple[RosterImport, Plan]:
    upload = preview_roster(actor=actor, data=data, filename="名册.csv", term_number=2)
    return upload, plan_for(upload)


def take_in(actor: Actor, rows: list[list[str]], **options: Any) -> RosterImport:
    upload, _plan = look(actor, as_csv(rows))
    return confirm_roster(actor=actor, upload=upload, **options)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二", 2),
        ("第二届", 2),
        ("2", 2),
        ("第２届", 2),
        ("十届", 10),
        ("十三", 13),
        ("第二十一届", 21),
        ("二〇", None),
        ("2026", None),
        ("届", None),
        ("零", None),
    ],
)
def test_term_from_reads_terms_as_people_write_them(text: str, number: int | None) -> None:
    assert term_from(text) == number


def test_confirm_of_a_new_roster_adds_members_accounts_and_posts(in_huating: Actor, term: Term) -> None:
    rows = people(3)
    rows[0][3] = "提案委员会、经济委员会"
    rows[0][4] = "常委"
    rows[1][8] = "暂停"
    upload, plan = look(in_huating, as_csv(rows))
    assert plan.new_sectors == ("农业界", "教育界", "医药卫生界")
    assert plan.new_special_committees == ("提案委员会", "经济委员会", "文史委员会")
    confirm_roster(actor=in_huating, upload=upload)
    first = Member.objects.get(number="0001")
    assert (first.name, first.status, first.work_unit_and_title) == ("李伟伟", "active", "第1单位干部")
    assert first.user.username == "w620881-0001"
    assert first.user.phone == "13900000001"
    assert first.user.must_change_password
    assert not first.user.has_usable_password()
    membership = first.memberships.get()
    assert (membership.term, membership.sector.name, membership.standing) == (
        term,
        "农业界",
        "standing_member",
    )
    assert [
        p.special_committee.name for p in first.committee_places.order_by("special_committee__order")
    ] == [
        "提案委员会",
        "经济委员会",
    ]
    # Who is suspended has no post, so cannot act.
    assert list(Post.objects.order_by("member__number").values_list("member__number", "role", "since")) == [
        ("0001", "member", TODAY),
        ("0003", "member", TODAY),
    ]
    assert actor_for(first.user).member_id == first.pk


def test_preview_of_a_roster_changes_nothing(in_huating: Actor, term: Term) -> None:
    before = snapshot()
    look(in_huating, as_csv(people(5)))
    assert snapshot() == before


def _five_hundred_with_mistakes() -> tuple[list[list[str]], list[tuple[int, str]]]:
    """500 rows; in the file row r stands in line r + 1, under the heading."""
    rows = people(500)
    planted = []

    def plant(row: int, column: int, value: str, name: str) -> None:
        rows[row - 1][column] = value
        planted.append((row + 1, name))

    plant(3, 0, "", "委员编号")
    plant(7, 0, "0006", "委员编号")
    plant(11, 1, "", "姓名")
    plant(13, 1, "冒名顶", "姓名")  # number 0013 is 高伟伟 already
    plant(20, 2, "", "界别")
    plant(31, 4, "委员长", "职务")
    plant(44, 6, "1390000004", "手机号")
    plant(45, 6, "23900000045", "手机号")
    plant(46, 6, "", "手机号")
    plant(50, 6, "13900000049", "手机号")
    plant(61, 7, "第三届", "届")
    plant(62, 7, "本届", "届")
    plant(77, 8, "退休", "状态")
    plant(80, 8, "提名", "状态")  # 0080 is in office already
    return rows, planted


def test_preview_of_500_rows_reports_each_mistake_and_the_exact_diff(in_huating: Actor, term: Term) -> None:
    old = people(400)
    take_in(in_huating, old)
    rows, planted = _five_hundred_with_mistakes()
    rows[99][2] = "科技界"  # 0100, a new sector
    rows[100][3] = "文史委员会、提案委员会"  # 0101
    rows[101][5] = "新单位主任"  # 0102
    rows[102][6] = "13700000103"  # 0103
    rows[103][8] = "辞职"  # 0104
    rows[104][0] = full_width(rows[104][0])  # 0105: unchanged
    rows[105][6] = full_width(rows[105][6])  # 0106: unchanged
    rows[106][1] = rows[106][1][0] + " " + rows[106][1][1:]  # 0107: unchanged
    upload, plan = look(in_huating, as_csv(rows, encoding="gb18030"))

    assert [(e.row, e.column) for e in plan.errors] == planted
    assert [e.number for e in plan.added] == [f"{n:04}" for n in range(401, 501)]
    assert [(c.entry.number, [(d.field, *shown(d)) for d in c.changes]) for c in plan.changed] == [
        ("0100", [("界别", "经济界", "科技界")]),
        ("0101", [("专门委员会", "文史委员会", "提案委员会、文史委员会")]),
        ("0102", [("工作单位及职务", "第102单位干部", "新单位主任")]),
        ("0103", [("手机号", "139****0103", "137****0103")]),
        ("0104", [("状态", "在任", "辞职")]),
    ]
    assert len(plan.unchanged) == 400 - 14 - 5
    assert plan.new_sectors == ("科技界",)
    assert plan.new_special_committees == ()

    before = snapshot()
    with pytest.raises(Refused, match="14处错误"):
        confirm_roster(actor=in_huating, upload=upload)
    assert snapshot() == before
    confirm_roster(actor=in_huating, upload=upload, skip_errors=True)
    assert Member.objects.count() == 500
    assert Member.objects.get(number="0104").status == "resigned"
    assert Member.objects.get(number="0103").user.phone == "13700000103"
    assert not Post.objects.held_on(TODAY).filter(member__number="0104").exists()


def test_mistakes_are_told_in_words(in_huating: Actor, term: Term) -> None:
    take_in(in_huating, people(20))
    rows, _planted = _five_hundred_with_mistakes()
    _upload, plan = look(in_huating, as_csv(rows[:62]))
    assert {e.row: e.message for e in plan.errors if e.row in {8, 14, 51, 62}} == {
        8: "和第7行的委员编号相同。",
        14: "编号0013是朱伟伟，编号不能改给别人。姓名有更正，请在委员页面办理。",
        51: "和第50行的手机号相同。",
        62: "这一行是「第三届」，不是所选的第2届。",
    }


def test_workbook_with_merged_title_and_headings_is_read(in_huating: Actor, term: Term) -> None:
    rows = people(3)
    _upload, plan = look(in_huating, as_workbook(rows))
    assert [(e.row, e.number, e.phone) for e in plan.added] == [
        (4, "0001", "13900000001"),
        (5, "0002", "13900000002"),
        (6, "0003", "13900000003"),
    ]


def test_roster_without_optional_columns_leaves_them_alone(in_huating: Actor, term: Term) -> None:
    take_in(in_huating, people(2))
    rows = [[r[0], r[1], r[2], r[6]] for r in people(2)]
    _upload, plan = look(in_huating, as_csv(rows, header=["编号", "姓名", "界别", "手机"]))
    assert (plan.added, plan.changed, len(plan.unchanged), plan.errors) == ((), (), 2, ())


def test_importing_twice_changes_nothing(in_huating: Actor, term: Term) -> None:
    rows = people(40)
    take_in(in_huating, rows)
    before = snapshot()
    upload = take_in(in_huating, rows)
    assert snapshot() == before
    assert upload.outcome["added"] == upload.outcome["changed"] == []
    assert upload.outcome["unchanged"] == 40


def test_undo_restores_every_byte(in_huating: Actor, term: Term) -> None:
    take_in(in_huating, people(60))
    before = snapshot()
    rows = people(80)
    for n, row in enumerate(rows[:60]):
        if n % 2:
            row[2], row[3], row[4] = "科技界", "农业委员会、提案委员会", "常务委员"
        if n % 3 == 0:
            row[6] = f"137{n:08}"
        if n % 7 == 0:
            row[8] = "辞职"
    upload = take_in(in_huating, rows)
    assert snapshot() != before
    undo_roster(actor=in_huating, upload=upload)
    assert snapshot() == before
    with pytest.raises(Refused):
        undo_roster(actor=in_huating, upload=upload)


def test_undo_of_the_first_roster_leaves_an_empty_committee(in_huating: Actor) -> None:
    before = snapshot()
    upload = take_in(in_huating, people(30))
    assert Term.objects.get().number == 2
    undo_roster(actor=in_huating, upload=upload)
    assert snapshot() == before


def test_undo_after_a_later_edit_refuses_and_names_it(in_huating: Actor, term: Term) -> None:
    upload = take_in(in_huating, people(5))
    Member.objects.filter(number="0002").update(work_unit_and_title="后来改的单位")
    before = snapshot()
    with pytest.raises(Refused, match="张伟伟"):
        undo_roster(actor=in_huating, upload=upload)
    assert snapshot() == before


def test_undo_after_somebody_signed_in_refuses(in_huating: Actor, term: Term) -> None:
    upload = take_in(in_huating, people(2))
    User.objects.filter(username="w620881-0001").update(last_login=clock.now())
    with pytest.raises(Refused, match="李伟伟"):
        undo_roster(actor=in_huating, upload=upload)


def test_undo_when_the_account_serves_elsewhere_by_now_refuses(
    in_huating: Actor, term: Term, jinchang: Committee
) -> None:
    upload = take_in(in_huating, people(2))
    with tenancy.scope([jinchang.pk]):
        take_in(administrator(jinchang), people(1))
    with pytest.raises(Refused, match="已经在别处用到"):
        undo_roster(actor=in_huating, upload=upload)
    assert Member.objects.count() == 2


def test_undo_of_an_older_import_that_a_newer_one_changed_refuses(in_huating: Actor, term: Term) -> None:
    older = take_in(in_huating, people(3))
    rows = people(3)
    rows[1][5] = "新单位"
    newer = take_in(in_huating, rows)
    with pytest.raises(Refused):
        undo_roster(actor=in_huating, upload=older)
    undo_roster(actor=in_huating, upload=newer)
    undo_roster(actor=in_huating, upload=older)
    assert Member.objects.count() == 0


def test_confirm_after_the_members_changed_asks_to_look_again(in_huating: Actor, term: Term) -> None:
    take_in(in_huating, people(2))
    rows = people(2)
    rows[0][5] = "新单位"
    upload, plan = look(in_huating, as_csv(rows))
    Member.objects.filter(number="0001").update(work_unit_and_title="别人刚改的")
    with pytest.raises(Refused, match="再看一遍"):
        confirm_roster(actor=in_huating, upload=upload, seen=plan.digest())


def test_member_of_two_committees_has_one_account_and_nothing_leaks(
    in_huating: Actor, term: Term, jinchang: Committee
) -> None:
    take_in(in_huating, people(2))
    rows = people(1)
    rows[0][0], rows[0][5] = "J-1", "金昌的单位"
    with tenancy.scope([jinchang.pk]):
        upload, plan = look(administrator(jinchang), as_csv(rows))
        # The report knows nothing of 华亭: no number, no work unit, no "already there".
        assert (len(plan.added), plan.changed, plan.errors, plan.absent) == (1, (), (), ())
        assert "0001" not in json.dumps(upload.content, ensure_ascii=False)
        confirm_roster(actor=administrator(jinchang), upload=upload)
        there = Member.objects.get()
        assert (there.number, there.work_unit_and_title) == ("J-1", "金昌的单位")
    here = Member.objects.get(number="0001")
    assert here.user_id == there.user_id
    assert User.objects.count() == 2
    assert committees_of(here.user_id) == {here.committee_id, jinchang.pk}
    assert [c.code for c in actor_for(here.user).committees] == ["620300", "620881"]


def test_phone_of_an_account_with_another_name_is_an_error_without_that_name(
    in_huating: Actor, term: Term, jinchang: Committee
) -> None:
    with tenancy.scope([jinchang.pk]):
        take_in(administrator(jinchang), people(1))
    rows = people(1)
    rows[0][1] = "另一人"
    _upload, plan = look(in_huating, as_csv(rows))
    assert [(e.column, e.message) for e in plan.errors] == [
        ("手机号", "这个手机号登记在另一个人名下，请核对号码。")
    ]


def test_phone_of_a_person_who_serves_elsewhere_is_theirs_to_change(
    in_huating: Actor, term: Term, jinchang: Committee
) -> None:
    take_in(in_huating, people(2))
    with tenancy.scope([jinchang.pk]):
        take_in(administrator(jinchang), people(1))
    rows = people(2)
    rows[0][6], rows[1][6] = "13700000001", "13700000002"
    _upload, plan = look(in_huating, as_csv(rows))
    assert [(e.row, e.column) for e in plan.errors] == [(2, "手机号")]
    assert [c.entry.number for c in plan.changed] == ["0002"]


def test_sector_like_a_known_one_is_asked_about(in_huating: Actor, term: Term) -> None:
    take_in(in_huating, people(5))
    rows = people(5)
    rows[0][2] = "农业介"
    _upload, plan = look(in_huating, as_csv(rows))
    assert plan.doubts == (("农业介", "农业界"),)


def test_special_committee_that_shares_only_the_word_committee_is_no_doubt(
    in_huating: Actor, term: Term
) -> None:
    take_in(in_huating, people(5))
    rows = people(5)
    rows[0][3], rows[1][3] = "教育委员会", "经济和委员会"
    _upload, plan = look(in_huating, as_csv(rows))
    assert plan.doubts == (("经济和委员会", "经济委员会"),)


def test_preview_by_staff_is_not_allowed(huating: Committee) -> None:
    with tenancy.scope([huating.pk]), pytest.raises(PermissionDenied):
        preview_roster(
            actor=administrator(huating, "staff"), data=as_csv(people(1)), filename="x.csv", term_number=2
        )


def test_500_rows_take_less_than_three_seconds_and_as_many_queries_as_five(
    in_huating: Actor, term: Term
) -> None:
    counted = []
    for first, size in ((1, 5), (101, 500)):
        data = as_csv(people(size, first=first))
        start = time.process_time()
        with CaptureQueriesContext(connection) as queries:
            upload, plan = look(in_huating, data)
            confirm_roster(actor=in_huating, upload=upload, seen=plan.digest())
            undo_roster(actor=in_huating, upload=upload)
        # What this process itself works; the machine may be busy with other things.
        assert time.process_time() - start < 3
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_two_confirmations_at_once_apply_once(fresh_db: str) -> None:
    committee = Committee.objects.get(code="620881")
    actor = administrator(committee)
    with clock.at(TODAY), tenancy.scope([committee.pk]):
        upload, plan = look(actor, as_csv(people(30)))
        rows = upload.pk

    def confirm(_n: int) -> str:
        try:
            with clock.at(TODAY), tenancy.scope([committee.pk]):
                confirm_roster(actor=actor, upload=RosterImport(pk=rows), seen=plan.digest())
        except Refused as error:
            return str(error)
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(confirm, range(4)))
    assert answers == ["done"] + ["这份名册已经导入过了，没有重复导入。"] * 3
    with tenancy.scope([committee.pk]):
        from django.db import transaction  # noqa: PLC0415

        with transaction.atomic():
            assert (Member.objects.count(), Membership.objects.count(), Post.objects.count()) == (30, 30, 30)
    assert User.objects.count() == 30


# The command


def run(*arguments: str) -> tuple[dict[str, Any], str]:
    """The JSON that the command printed, and its complaint."""
    out, complaint = StringIO(), ""
    try:
        call_command("import_roster", *arguments, "--json", stdout=out)
    except CommandError as error:
        complaint = f"{error.returncode}: {error}"
    return json.loads(out.getvalue() or "{}"), complaint


def count(committee: Committee) -> tuple[int, int, int, int]:
    with tenancy.scope([committee.pk]):
        return (
            Member.objects.count(),
            Sector.objects.count(),
            SpecialCommittee.objects.count(),
            SpecialCommitteePlace.objects.count(),
        )


def test_command_imports_opens_the_term_and_twice_changes_nothing(huating: Committee, tmp_path: Path) -> None:
    file = tmp_path / "名册.csv"
    file.write_bytes(as_csv(people(10), encoding="gb18030"))
    arguments = (str(file), "--committee", "620881", "--term", "2")
    assert run(*arguments, "--dry-run") == ({"added": 10, "changed": 0, "unchanged": 0, "errors": []}, "")
    assert count(huating) == (0, 0, 0, 0)
    assert run(*arguments) == ({"added": 10, "changed": 0, "unchanged": 0, "errors": []}, "")
    assert count(huating) == (10, 5, 3, 8)
    assert run(*arguments) == ({"added": 0, "changed": 0, "unchanged": 10, "errors": []}, "")


def test_command_with_errors_changes_nothing_unless_told_to_skip(huating: Committee, tmp_path: Path) -> None:
    rows = people(3)
    rows[1][6] = "123"
    file = tmp_path / "名册.csv"
    file.write_bytes(as_csv(rows))
    arguments = (str(file), "--committee", "620881", "--term", "2")
    answer, complaint = run(*arguments)
    assert (answer["added"], [(e["row"], e["column"]) for e in answer["errors"]]) == (2, [(3, "手机号")])
    assert complaint == "1: 名册里有1处错误，没有导入任何一行。"
    assert count(huating)[0] == 0
    answer, complaint = run(*arguments, "--skip-errors")
    assert (answer["added"], len(answer["errors"]), complaint) == (2, 1, "")
    assert count(huating)[0] == 2


def test_command_for_an_unknown_committee_or_file_says_so(db: None, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(as_csv(people(1)))
    assert run(str(file), "--committee", "999999", "--term", "2") == ({}, "1: 没有代码为999999的政协。")
    assert run(str(tmp_path / "none.csv"), "--committee", "620881", "--term", "2")[1].startswith(
        "1: 读不了文件"
    )
    file.write_bytes(b"PK\x03\x04 not a workbook")
    assert run(str(file), "--committee", "620881", "--term", "2")[0] == {}
